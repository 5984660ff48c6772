// SPDX-License-Identifier: Apache-2.0
//
// Coroutines, constexpr, templates with variable arguments, concepts, three-way comparison.
#include <array>
#include <compare>
#include <concepts>
#include <coroutine>
#include <cstdio>
#include <tuple>
#include <utility>

struct generator {
    struct promise_type {
        int value;
        generator get_return_object() { return generator{std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        std::suspend_always yield_value(int v)
        {
            value = v;
            return {};
        }
        void return_void() {}
        void unhandled_exception() { throw; }
    };
    std::coroutine_handle<promise_type> handle;
    explicit generator(std::coroutine_handle<promise_type> h) : handle(h) {}
    generator(const generator &) = delete;
    ~generator() { handle.destroy(); }
    bool next()
    {
        handle.resume();
        return !handle.done();
    }
};

static generator fibonacci(int count)
{
    for (int a = 0, b = 1; count-- > 0; a = std::exchange(b, a + b))
        co_yield a;
    if (count < -5)
        throw 1;
}

template <typename T>
concept number = std::integral<T> || std::floating_point<T>;

template <number... T> static constexpr auto sum(T... values)
{
    return (values + ... + 0);
}

static constexpr std::array<int, 10> squares = [] {
    std::array<int, 10> out{};
    for (int i = 0; i < 10; i++)
        out[i] = i * i;
    return out;
}();
static_assert(squares[7] == 49);

struct version {
    int major, minor;
    auto operator<=>(const version &) const = default;
};

int main()
{
    auto g = fibonacci(15);
    while (g.next())
        std::printf("%d ", g.handle.promise().value);
    std::printf("\n%d %g %d\n", sum(1, 2, 3), sum(1.5, 2), squares[9]);
    std::printf("%d %d %d\n", version{1, 2} < version{1, 3}, version{2, 0} > version{1, 9}, version{1, 1} == version{1, 1});
    auto [a, b, c] = std::make_tuple(1, 2.5, "three");
    std::printf("%d %g %s\n", a, b, c);
    return 0;
}
