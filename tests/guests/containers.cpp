// SPDX-License-Identifier: Apache-2.0
//
// The containers of the library, with sizes at which they grow and rehash.
#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <numeric>
#include <queue>
#include <set>
#include <stack>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

static std::uint64_t state = 1;

static unsigned next(unsigned limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<unsigned>(state >> 33) % limit;
}

int main()
{
    std::vector<int> v;
    for (int i = 0; i < 10000; i++)
        v.insert(v.begin() + next(static_cast<unsigned>(v.size()) % 50 + 1), static_cast<int>(next(1000)));
    v.erase(std::remove_if(v.begin(), v.end(), [](int x) { return x % 3 == 0; }), v.end());
    std::printf("vector %zu %ld\n", v.size(), std::accumulate(v.begin(), v.end(), 0L));

    std::map<std::string, int> words;
    std::unordered_map<std::string, int> hashed;
    for (int i = 0; i < 5000; i++) {
        std::string key = "key" + std::to_string(next(700));
        words[key]++;
        hashed[key] += 2;
    }
    for (int i = 0; i < 700; i += 2)
        words.erase("key" + std::to_string(i));
    long total = 0;
    for (auto &[key, count] : words)
        total = total * 7 % 1000003 + count * static_cast<long>(key.size());
    long same = 0;
    for (auto &[key, count] : words)
        same += hashed.at(key) == 2 * count;
    std::printf("map %zu %ld, unordered %zu %ld\n", words.size(), total, hashed.size(), same);

    std::set<unsigned> set;
    std::unordered_set<unsigned> other;
    std::multimap<int, int> multi;
    for (int i = 0; i < 3000; i++) {
        unsigned x = next(2000);
        set.insert(x), other.insert(x), multi.emplace(x % 10, i);
    }
    std::printf("set %zu %zu %u, multimap %zu\n", set.size(), other.size(), *set.lower_bound(1000), multi.count(3));

    std::deque<int> deque;
    std::list<int> list;
    std::forward_list<int> forward;
    for (int i = 0; i < 2000; i++) {
        i % 2 ? deque.push_back(i) : deque.push_front(i);
        list.push_back(static_cast<int>(next(100)));
        forward.push_front(i);
    }
    list.sort();
    list.unique();
    forward.remove_if([](int x) { return x % 5; });
    std::printf("deque %d %d, list %zu, forward %td\n", deque[500], deque.back(), list.size(),
                std::distance(forward.begin(), forward.end()));

    std::priority_queue<std::pair<int, std::string>> queue;
    for (int i = 0; i < 100; i++)
        queue.push({static_cast<int>(next(50)), std::string(i % 40, 'x')});
    long order = 0;
    for (; !queue.empty(); queue.pop())
        order = (order * 31 + queue.top().first + static_cast<long>(queue.top().second.size())) % 1000000007;
    std::stack<int, std::vector<int>> stack;
    for (int i = 0; i < 10; i++)
        stack.push(i);
    std::bitset<200> bits;
    for (int i = 0; i < 200; i += 7)
        bits.set(i);
    std::array<int, 5> array{5, 3, 1, 4, 2};
    std::sort(array.begin(), array.end());
    std::printf("queue %ld, stack %d, bits %zu %s, array %d%d\n", order, stack.top(), bits.count(),
                (bits << 3).to_string().substr(180).c_str(), array[0], array[4]);
    return 0;
}
