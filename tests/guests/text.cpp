// SPDX-License-Identifier: Apache-2.0
//
// Strings, string views, regular expressions, string building.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

int main()
{
    std::string s = "The quick brown fox";
    s += " jumps", s.append(3, '!'), s.insert(4, "very "), s.replace(s.find("brown"), 5, "red");
    std::printf("%s %zu %zu %zu\n", s.c_str(), s.size(), s.find("fox"), s.rfind('q'));
    std::printf("%d %d %s\n", s.compare("The") > 0, s < std::string("Thf"), s.substr(9, 5).c_str());
    std::string grown;
    for (int i = 0; i < 10000; i++)
        grown += static_cast<char>('a' + i * 7 % 26);
    std::printf("%zu %ld\n", grown.size(), std::count(grown.begin(), grown.end(), 'q'));
    std::string_view view = grown;
    view.remove_prefix(100);
    std::printf("%.*s %zu\n", 10, view.data(), view.find_first_of("xyz"));
    std::printf("%d %ld %g %s\n", std::stoi("123abc"), std::stol("-77", nullptr, 8), std::stod("2.5e3"), std::to_string(3.5).c_str());
    std::u16string wide = u"wide text";
    std::wstring wider(50, L'w');
    std::printf("%zu %zu\n", wide.size(), wider.size());

    std::regex date(R"((\d{4})-(\d{2})-(\d{2}))");
    std::string log = "from 2026-01-31 to 2026-12-24, not 26-1-1";
    for (std::sregex_iterator it(log.begin(), log.end(), date), end; it != end; ++it)
        std::printf("%s/%s/%s at %td\n", (*it)[3].str().c_str(), (*it)[2].str().c_str(), (*it)[1].str().c_str(), it->position());
    std::printf("%s\n", std::regex_replace(log, date, "<$1>").c_str());
    std::printf("%d %d\n", std::regex_match("aaabbb", std::regex("a+b{3}")), std::regex_search("xyz", std::regex("[0-9]|q")));
    try {
        std::regex bad("(unclosed");
    } catch (const std::regex_error &e) {
        std::printf("bad expression: %d\n", e.code() == std::regex_constants::error_paren);
    }
    std::istringstream words(log);
    std::vector<std::string> list{std::istream_iterator<std::string>(words), {}};
    std::sort(list.begin(), list.end());
    for (auto &w : list)
        std::printf("%s|", w.c_str());
    std::printf("\n");
    return 0;
}
