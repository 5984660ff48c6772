// SPDX-License-Identifier: Apache-2.0
//
// The algorithms, ranges and numbers of the library.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <iterator>
#include <numeric>
#include <random>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

static unsigned long hash(const std::vector<int> &v)
{
    return std::accumulate(v.begin(), v.end(), 17ul, [](unsigned long h, int x) { return h * 31 + static_cast<unsigned>(x); });
}

int main()
{
    std::mt19937 random(12345);
    std::mt19937_64 wide(1);
    std::vector<int> v(20000);
    for (int &x : v)
        x = static_cast<int>(random() % 100000);
    std::printf("%lx %lx\n", hash(v), wide());
    auto sorted = v, stable = v, heap = v, part = v, nth = v;
    std::sort(sorted.begin(), sorted.end());
    std::stable_sort(stable.begin(), stable.end(), [](int a, int b) { return a % 100 < b % 100; });
    std::make_heap(heap.begin(), heap.end());
    std::sort_heap(heap.begin(), heap.end());
    std::partial_sort(part.begin(), part.begin() + 100, part.end(), std::greater<>());
    std::nth_element(nth.begin(), nth.begin() + 5000, nth.end());
    std::printf("%lx %lx %d %d %d\n", hash(sorted), hash(stable), sorted == heap, part[99], nth[5000]);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    auto found = std::lower_bound(sorted.begin(), sorted.end(), 50000);
    std::printf("%zu %td %d\n", sorted.size(), found - sorted.begin(), std::binary_search(sorted.begin(), sorted.end(), 50001));
    std::rotate(v.begin(), v.begin() + 777, v.end());
    std::reverse(v.begin() + 10, v.end() - 10);
    std::next_permutation(v.begin(), v.end());
    std::printf("%lx %d %d\n", hash(v), *std::max_element(v.begin(), v.end()), std::gcd(123456, 7890));

    std::vector<int> merged, difference;
    std::vector<int> a{1, 3, 5, 7, 9}, b{1, 2, 3, 4, 5};
    std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(merged));
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(difference));
    std::partial_sum(merged.begin(), merged.end(), merged.begin());
    std::printf("%d %zu %d\n", merged.back(), difference.size(), std::inner_product(a.begin(), a.end(), b.begin(), 0));

    long total = 0;
    for (int x : std::views::iota(1, 1000) | std::views::filter([](int n) { return n % 7 == 0; }) |
                     std::views::transform([](int n) { return n * n; }) | std::views::take(20))
        total += x;
    std::span<int> span(v);
    std::printf("%ld %zu\n", total, span.subspan(100, 50).size());

    char text[64];
    for (double d : {0.1, 1e23, 123456.0, 5e-324, 1.0 / 3}) {
        auto end = std::to_chars(text, text + sizeof(text), d).ptr;
        double back = 0;
        std::from_chars(text, end, back);
        std::printf("%.*s %d ", static_cast<int>(end - text), text, back == d);
    }
    std::uniform_int_distribution<int> dice(1, 6);
    std::normal_distribution<double> normal(10, 2);
    int rolls = 0;
    double sum = 0;
    for (int i = 0; i < 1000; i++)
        rolls += dice(random), sum += normal(random);
    std::printf("\n%d %.12g\n", rolls, sum);
    std::function<int(int)> factorial = [&](int n) { return n < 2 ? 1 : n * factorial(n - 1); };
    std::printf("%d %d\n", factorial(10), std::bind(std::minus<>(), std::placeholders::_2, std::placeholders::_1)(3, 10));
    return 0;
}
