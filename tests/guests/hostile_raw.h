/* SPDX-License-Identifier: Apache-2.0
 *
 * What the guests hostile_*.c are made of: one table of cases each, which a program without a C library runs by name.
 * Without an argument it lists them, "NAME END" a line. END is how tests/e2e/test_hostile_guests.py wants `mayfly run`
 * to end: `ok` (the case has checked itself), `limit`, `load`, `store`, `fetch`, `illegal`, `breakpoint`, `atomic`,
 * `memory`.
 */
#ifndef TESTS_GUESTS_HOSTILE_RAW_H
#define TESTS_GUESTS_HOSTILE_RAW_H

#include "engine_raw.h"

#define PAGE 4096ul
#define MIB  (1ul << 20)
#define GIB4 (UINT64_C(1) << 32)

enum { READ = 1, WRITE = 2, EXECUTE = 4, ANONYMOUS = 0x22, FIXED = 0x10 };
enum { SYS_WRITE = 64, EPERM = 1, EBADF = 9, EACCES = 13, EFAULT = 14, EINVAL = 22, ENOMEM = 12, ENOSYS = 38 };

struct hostile_case {
    const char *name, *end;
    void (*run)(void);
};

/* A row of the table, which is a section that the linker gathers; its code is statements. */
#define CASE(name, end, ...)                                                                                           \
    static void case_##name(void)                                                                                      \
    {                                                                                                                  \
        __VA_ARGS__;                                                                                                   \
    }                                                                                                                  \
    static const struct hostile_case row_##name                                                                        \
        __attribute__((section("hostile_cases"), used)) = {#name, #end, case_##name};

extern const struct hostile_case __start_hostile_cases[], __stop_hostile_cases[];

/* A number that the compiler knows nothing about. */
static inline uintptr_t hidden(uint64_t value)
{
    __asm__("" : "+r"(value));
    return value;
}

static inline long call3(long number, uint64_t a, uint64_t b, uint64_t c)
{
    return raw_call(number, (long)a, (long)b, (long)c, 0, 0);
}

/* A case that was wrong ends with 1, and says where. */
#define REQUIRE(what)                                                                                                  \
    do {                                                                                                               \
        if (!(what))                                                                                                   \
            wrong(#what "\n");                                                                                         \
    } while (0)

static inline size_t length(const char *text)
{
    size_t size = 0;
    while (text[size])
        size++;
    return size;
}

static inline void print(const char *text)
{
    call3(SYS_WRITE, 1, (uintptr_t)text, length(text));
}

static inline void wrong(const char *what)
{
    print(what);
    call3(SYS_EXIT, 1, 0, 0);
}

static inline char *map(size_t size, int protection)
{
    return (char *)raw_call(SYS_MMAP, 0, (long)size, protection, ANONYMOUS, -1);
}

/* One page that may be accessed so, between two that are not mapped. */
static inline char *island(int protection)
{
    char *page = map(3 * PAGE, READ | WRITE) + PAGE;
    call3(SYS_MUNMAP, (uintptr_t)page - PAGE, PAGE, 0);
    call3(SYS_MUNMAP, (uintptr_t)page + PAGE, PAGE, 0);
    for (size_t i = 0; i < PAGE; i++)
        page[i] = (char)i;
    call3(SYS_MPROTECT, (uintptr_t)page, PAGE, (uint64_t)protection);
    return page;
}

static inline int equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

void guest_main(void)
{
    for (const struct hostile_case *row = __start_hostile_cases; row < __stop_hostile_cases; row++) {
        if (raw_stack[0] < 2) {
            print(row->name);
            print(" ");
            print(row->end);
            print("\n");
        } else if (equal(row->name, (const char *)raw_stack[2])) {
            row->run();
            call3(SYS_EXIT, 0, 0, 0);
        }
    }
    call3(SYS_EXIT, raw_stack[0] < 2 ? 0 : 2, 0, 0);
}

#endif
