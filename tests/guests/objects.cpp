// SPDX-License-Identifier: Apache-2.0
//
// Smart pointers, moves, static and thread-local objects with their destructors, local statics, virtual calls.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct noisy {
    std::string name;
    static inline int made = 0, copied = 0, moved = 0, gone = 0;
    explicit noisy(std::string n) : name(std::move(n)) { made++; }
    noisy(const noisy &other) : name(other.name) { copied++; }
    noisy(noisy &&other) noexcept : name(std::move(other.name)) { moved++; }
    noisy &operator=(const noisy &) = default;
    noisy &operator=(noisy &&) noexcept = default;
    ~noisy() { gone++; }
};

struct announced {
    const char *name;
    explicit announced(const char *n) : name(n) { std::printf("make %s\n", n); }
    ~announced() { std::printf("end %s\n", name); }
};

static announced global("global");
static thread_local announced local_to_thread("thread-local");

static announced &lazy()
{
    static announced object("lazy");
    return object;
}

struct node : std::enable_shared_from_this<node> {
    std::vector<std::shared_ptr<node>> children;
    std::weak_ptr<node> parent;
    int value;
    explicit node(int v) : value(v) {}
    int sum() const
    {
        int total = value;
        for (auto &child : children)
            total += child->sum();
        return total;
    }
};

int main()
{
    std::printf("main\n");
    std::printf("%s %s %s\n", lazy().name, lazy().name, local_to_thread.name);
    {
        std::vector<noisy> v;
        for (int i = 0; i < 100; i++)
            v.emplace_back("noisy " + std::to_string(i));
        std::vector<noisy> copy = v, taken = std::move(v);
        copy.resize(10, noisy("filler"));
        taken.erase(taken.begin(), taken.begin() + 50);
    }
    std::printf("%d made, %d copied, %d moved, %d gone\n", noisy::made, noisy::copied, noisy::moved, noisy::gone);
    auto root = std::make_shared<node>(1);
    for (int i = 0; i < 10; i++) {
        root->children.push_back(std::make_shared<node>(i));
        root->children.back()->parent = root->shared_from_this();
    }
    std::weak_ptr<node> weak = root->children[3];
    std::printf("%d %ld %d\n", root->sum(), root.use_count(), weak.lock()->parent.lock()->value);
    root.reset();
    std::printf("%d\n", weak.expired());
    std::unique_ptr<announced, void (*)(announced *)> custom(new announced("custom"), [](announced *a) {
        std::printf("deleter ");
        delete a;
    });
    return 3;
}
