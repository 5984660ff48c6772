// SPDX-License-Identifier: Apache-2.0
//
// Parses and prints JSON: recursion, maps, strings, numbers, errors by exception.
#include <charconv>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct value {
    std::variant<std::nullptr_t, bool, double, std::string, std::vector<value>, std::map<std::string, value>> data;
};

class parser {
public:
    explicit parser(std::string_view text) : text_(text) {}
    value parse()
    {
        value v = any();
        space();
        if (at_ < text_.size())
            fail("something follows");
        return v;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;

    [[noreturn]] void fail(const char *what) { throw std::runtime_error(std::string(what) + " at " + std::to_string(at_)); }
    char peek() { return at_ < text_.size() ? text_[at_] : '\0'; }
    void space()
    {
        while (peek() == ' ' || peek() == '\n')
            at_++;
    }
    bool take(std::string_view word)
    {
        if (text_.substr(at_, word.size()) != word)
            return false;
        at_ += word.size();
        return true;
    }
    value any()
    {
        space();
        if (take("null"))
            return {nullptr};
        if (take("true"))
            return {true};
        if (take("false"))
            return {false};
        if (peek() == '"')
            return {string()};
        if (take("["))
            return list();
        if (take("{"))
            return object();
        double number;
        auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
        if (error != std::errc())
            fail("no value");
        at_ = static_cast<std::size_t>(end - text_.data());
        return {number};
    }
    std::string string()
    {
        std::string out;
        for (at_++; peek() != '"'; at_++) {
            if (at_ >= text_.size())
                fail("string does not end");
            if (peek() == '\\')
                at_++;
            out += peek();
        }
        at_++;
        return out;
    }
    value list()
    {
        std::vector<value> out;
        for (space(); !take("]"); space()) {
            if (!out.empty() && !take(","))
                fail("no comma");
            out.push_back(any());
        }
        return {out};
    }
    value object()
    {
        std::map<std::string, value> out;
        for (space(); !take("}"); space()) {
            if (!out.empty() && !take(","))
                fail("no comma");
            space();
            std::string key = string();
            space();
            if (!take(":"))
                fail("no colon");
            out.emplace(key, any());
        }
        return {out};
    }
};

static void print(std::string &out, const value &v)
{
    char number[32];
    switch (v.data.index()) {
    case 0: out += "null"; break;
    case 1: out += std::get<bool>(v.data) ? "true" : "false"; break;
    case 2: out.append(number, std::to_chars(number, number + 32, std::get<double>(v.data)).ptr - number); break;
    case 3: out += '"' + std::get<std::string>(v.data) + '"'; break;
    case 4:
        out += '[';
        for (auto &x : std::get<std::vector<value>>(v.data))
            print(out, x), out += ',';
        out += ']';
        break;
    case 5:
        out += '{';
        for (auto &[k, x] : std::get<std::map<std::string, value>>(v.data))
            out += '"' + k + "\":", print(out, x), out += ',';
        out += '}';
    }
}

int main()
{
    for (const char *text : {R"({"b": [1, 2.5, -3e-7, 1e300], "a": {"nested": {"deep": null}}, "t": true, "s": "x\"y"})", "[]",
                             "[[[[[[[[]]]]]]]]", "[1,]", "{\"a\" 1}", "\"open", "12 13"}) {
        try {
            std::string out;
            print(out, parser(text).parse());
            std::printf("%s\n", out.c_str());
        } catch (const std::exception &e) {
            std::printf("%s: %s\n", text, e.what());
        }
    }
    std::string large = "[";
    for (int i = 0; i < 2000; i++)
        large += (i ? ",{\"id\":" : "{\"id\":") + std::to_string(i) + ",\"value\":" + std::to_string(i * 0.25) + "}";
    large += "]";
    std::string out;
    print(out, parser(large).parse());
    unsigned hash = 0;
    for (char c : out)
        hash = hash * 31 + static_cast<unsigned char>(c);
    std::printf("%zu %08x\n", out.size(), hash);
    return 0;
}
