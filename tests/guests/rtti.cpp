// SPDX-License-Identifier: Apache-2.0
//
// Run-time types, virtual and multiple inheritance, casts across, pointers to members.
#include <any>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <typeindex>
#include <map>
#include <variant>

struct shape {
    virtual ~shape() = default;
    virtual double area() const = 0;
    int tag = 1;
};
struct named {
    virtual ~named() = default;
    virtual std::string name() const { return "named"; }
    int tag = 2;
};
struct square : virtual shape, named {
    double side;
    explicit square(double s) : side(s) {}
    double area() const override { return side * side; }
    std::string name() const override { return "square"; }
};
struct circle : virtual shape {
    double area() const override { return 3.0; }
};
struct both : square, circle {
    both() : square(5) {}
    double area() const override { return square::area() + circle::area(); }
    std::string name() const override { return "both"; }
};

template <typename... F> struct overloaded : F... {
    using F::operator()...;
};
template <typename... F> overloaded(F...) -> overloaded<F...>;

int main()
{
    std::unique_ptr<shape> shapes[] = {std::make_unique<square>(2), std::make_unique<circle>(), std::make_unique<both>()};
    for (auto &s : shapes) {
        auto *n = dynamic_cast<named *>(s.get());
        std::printf("%g %s %d %s %d\n", s->area(), typeid(*s).name(), s->tag, n ? n->name().c_str() : "-", n ? n->tag : 0);
    }
    double (shape::*method)() const = &shape::area;
    int named::*member = &named::tag;
    both b;
    std::printf("%g %d\n", (b.*method)(), b.*member);
    std::map<std::type_index, int> types{{typeid(int), 1}, {typeid(both), 2}};
    std::printf("%d %zu\n", types[typeid(b)], types.count(typeid(long)));
    std::any any = std::string("any");
    std::printf("%s %d\n", std::any_cast<std::string>(any).c_str(), std::any_cast<int>(&any) == nullptr);
    std::variant<int, double, std::string> v;
    for (int i = 0; i < 3; i++) {
        if (i == 1)
            v = 2.5;
        if (i == 2)
            v = std::string("third");
        std::visit(overloaded{[](int x) { std::printf("int %d ", x); }, [](double x) { std::printf("double %g ", x); },
                              [](const std::string &x) { std::printf("string %s\n", x.c_str()); }}, v);
    }
    std::optional<int> none, some = 3;
    std::printf("%d %d\n", none.value_or(9), *some);
    return 0;
}
