// SPDX-License-Identifier: Apache-2.0
//
// Exceptions: through frames, rethrown, nested, by pointer, from constructors, with destructors in order.
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

static int alive;

struct guard {
    const char *name;
    explicit guard(const char *n) : name(n) { alive++; }
    ~guard()
    {
        alive--;
        std::printf("~%s ", name);
    }
};

struct base : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct derived : base {
    int code;
    derived(const char *text, int c) : base(text), code(c) {}
};

static int deep(int n)
{
    guard g("deep");
    if (n == 0)
        throw derived("from the deep", 42);
    return deep(n - 1) + 1;
}

struct half_made {
    guard first{"first"};
    std::unique_ptr<int> owned = std::make_unique<int>(5);
    half_made()
    {
        guard local("local");
        throw 7;
    }
};

static void nested()
{
    try {
        throw std::logic_error("inner");
    } catch (...) {
        std::throw_with_nested(std::runtime_error("outer"));
    }
}

int main()
{
    try {
        deep(5);
    } catch (const base &e) {
        std::printf("\n%s %d\n", e.what(), dynamic_cast<const derived &>(e).code);
    }
    try {
        half_made h;
    } catch (int value) {
        std::printf("int %d alive %d\n", value, alive);
    }
    try {
        nested();
    } catch (const std::exception &e) {
        std::printf("%s", e.what());
        try {
            std::rethrow_if_nested(e);
        } catch (const std::exception &inner) {
            std::printf(" <- %s\n", inner.what());
        }
    }
    std::exception_ptr kept;
    try {
        std::vector<int>(3).at(10);
    } catch (const std::out_of_range &) {
        kept = std::current_exception();
    }
    try {
        std::rethrow_exception(kept);
    } catch (const std::exception &e) {
        std::printf("%s\n", e.what());
    }
    try {
        volatile std::size_t all = static_cast<std::size_t>(-1) / 2;
        void *none = ::operator new(all);
        std::printf("never %p\n", none);
    } catch (const std::bad_alloc &e) {
        std::printf("%s\n", e.what());
    }
    long sum = 0;
    for (int i = 0; i < 2000; i++)
        try {
            if (i % 3 == 0)
                throw i;
            if (i % 3 == 1)
                throw std::string("text");
            throw 1.5;
        } catch (int v) {
            sum += v;
        } catch (const std::string &s) {
            sum += static_cast<long>(s.size());
        } catch (...) {
            sum += 1000;
        }
    std::printf("%ld %d\n", sum, std::uncaught_exceptions());
    return 0;
}
