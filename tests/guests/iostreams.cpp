// SPDX-License-Identifier: Apache-2.0
//
// iostream: formatting, manipulators, parsing, string streams, files that cannot be opened.
#include <fstream>
#include <iomanip>
#include <iostream>
#include <limits>
#include <sstream>
#include <string>

struct point {
    int x, y;
};
static std::ostream &operator<<(std::ostream &out, const point &p)
{
    return out << '(' << p.x << ", " << p.y << ')';
}
static std::istream &operator>>(std::istream &in, point &p)
{
    char c;
    return in >> c >> p.x >> c >> p.y >> c;
}

int main()
{
    std::cout << 42 << ' ' << -7L << ' ' << 3.14159 << ' ' << 'c' << ' ' << true << ' ' << "text" << std::endl;
    std::cout << std::hex << std::showbase << 255 << ' ' << std::oct << 8 << std::dec << ' ' << std::boolalpha << false << '\n';
    std::cout << std::setw(10) << std::left << "left" << '|' << std::setw(10) << std::right << "right" << '|' << std::setfill('*')
              << std::setw(8) << 12 << '|' << std::internal << std::showpos << std::setw(8) << 12 << std::noshowpos << '\n';
    std::cout << std::fixed << std::setprecision(3) << 2.0 / 3 << ' ' << std::scientific << 12345.678 << ' ' << std::defaultfloat
              << std::setprecision(17) << 0.1 << ' ' << std::hexfloat << 1.5 << std::defaultfloat << '\n';
    std::cout << std::numeric_limits<double>::max() << ' ' << std::numeric_limits<float>::denorm_min() << ' '
              << std::numeric_limits<double>::infinity() << ' ' << std::quoted("a \"b\"") << '\n';
    std::istringstream in("12 0x1f 3.5e2 word (3, -4) rest of line\nnext");
    int a, b;
    double d;
    std::string word, line;
    point p;
    in >> a >> std::hex >> b >> std::dec >> d >> word >> p;
    std::getline(in, line);
    std::cout << a << ' ' << b << ' ' << d << ' ' << word << ' ' << p << " [" << line << "]\n";
    in >> line;
    std::cout << line << ' ' << in.eof() << ' ' << static_cast<bool>(in >> a) << ' ' << in.fail() << '\n';
    std::istringstream bad("abc");
    bad >> a;
    std::cout << bad.fail() << ' ' << a << '\n';
    std::ostringstream out;
    for (int i = 0; i < 100; i++)
        out << i << (i % 10 == 9 ? '\n' : ' ');
    std::cout << out.str().size() << ' ' << out.str().substr(100, 20) << '\n';
    std::ifstream none("/nowhere/at/all");
    std::cout << none.is_open() << ' ' << none.good() << '\n';
    std::cerr << "to cerr " << 5 << '\n';
    std::clog << "to clog" << std::endl;
    return 0;
}
