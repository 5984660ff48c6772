/* SPDX-License-Identifier: Apache-2.0
 *
 * A request handler without a C library whose request body names what to do: the cases of tests/unit/sandbox.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin
 */
#include "engine_raw.h"

#define PAGE      4096ul
#define MIB       (1ul << 20)
#define ANONYMOUS 0x22

static uint64_t counter;
static char text[64];

static int same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static void put_number(uint64_t value)
{
    char digits[24];
    size_t n = 0, at = 0;
    do
        digits[n++] = (char)('0' + value % 10);
    while (value /= 10);
    while (n)
        text[at++] = digits[--n];
    raw_respond(text, at);
}

static void respond_with(uint32_t status, const struct mayfly_header *headers, uint32_t header_count,
                         const struct mayfly_string *pieces, uint32_t piece_count)
{
    struct mayfly_response response = {.status = status,
                                       .header_count = header_count,
                                       .headers = headers,
                                       .pieces = pieces,
                                       .piece_count = piece_count};
    raw_call(MAYFLY_CALL_RESPOND, (long)&response, 0, 0, 0, 0);
}

static void full_answer(const struct mayfly_request *request)
{
    static const struct mayfly_header header = {{"X-Name", 6}, {"value", 5}};
    const struct mayfly_string pieces[] = {request->method, {" ", 1}, request->target,          {" ", 1},
                                           request->query,  {" ", 1}, request->headers[0].value};
    respond_with(201, &header, 1, pieces, 7);
}

/* Texts over the border of two mappings of different protection. */
static void spanning_pieces(void)
{
    char *pages = (char *)raw_call(SYS_MMAP, 0, 2 * PAGE, 3, ANONYMOUS, -1);
    for (int i = 0; i < 10; i++)
        pages[PAGE - 5 + i] = (char)('0' + i);
    raw_call(SYS_MPROTECT, (long)(pages + PAGE), PAGE, 1, 0, 0);
    const struct mayfly_string pieces[] = {
        {pages + PAGE - 5, 5}, {pages + PAGE, 5}, {pages + PAGE - 5, 10}, {pages, 0}};
    respond_with(200, 0, 0, pieces, 4);
}

static void bad_responses(const char *name)
{
    static const struct mayfly_string wild = {(const char *)16, 10};
    static const struct mayfly_string huge = {(const char *)0x10000, 1ul << 40};
    static const struct mayfly_header wild_header = {{"A", 1}, {(const char *)16, 10}};
    static struct mayfly_string large[64];
    if (same(name, "bad status"))
        respond_with(99, 0, 0, 0, 0);
    if (same(name, "bad pointer"))
        raw_call(MAYFLY_CALL_RESPOND, 8, 0, 0, 0, 0);
    if (same(name, "bad piece"))
        respond_with(200, 0, 0, &wild, 1);
    if (same(name, "huge piece"))
        respond_with(200, 0, 0, &huge, 1);
    if (same(name, "bad header"))
        respond_with(200, &wild_header, 1, 0, 0);
    if (same(name, "many headers"))
        respond_with(200, &wild_header, 4000000000u, 0, 0);
    if (same(name, "many pieces"))
        respond_with(200, 0, 0, &wild, 65);
    if (same(name, "overhanging piece")) { /* behind one in the same page */
        char *page = (char *)raw_call(SYS_MMAP, 0, 2 * PAGE, 3, ANONYMOUS, -1);
        raw_call(SYS_MUNMAP, (long)(page + PAGE), PAGE, 0, 0, 0);
        const struct mayfly_string pieces[] = {{page, 10}, {page + PAGE - 5, 10}};
        respond_with(200, 0, 0, pieces, 2);
    }
    if (same(name, "too large")) {
        char *block = (char *)raw_call(SYS_MMAP, 0, 256 * 1024, 3, ANONYMOUS, -1);
        for (int i = 0; i < 64; i++)
            large[i] = (struct mayfly_string){block, 256 * 1024};
        respond_with(200, 0, 0, large, 64);
    }
}

static void memory_cases(const char *name)
{
    if (same(name, "map to the limit")) { /* how many MiB the host grants, one by one */
        uint64_t granted = 0;
        while (raw_call(SYS_MMAP, 0, MIB, 3, ANONYMOUS, -1) > 0)
            granted++;
        put_number(granted);
    }
    if (same(name, "break to the limit")) {
        uintptr_t at = (uintptr_t)raw_call(SYS_BRK, 0, 0, 0, 0, 0);
        uint64_t granted = 0;
        while ((uintptr_t)raw_call(SYS_BRK, (long)(at + MIB), 0, 0, 0, 0) == at + MIB) {
            at += MIB;
            *(volatile char *)(at - 1) = 1;
            granted++;
        }
        put_number(granted);
    }
    if (same(name, "both to the limit")) {
        uintptr_t at = (uintptr_t)raw_call(SYS_BRK, 0, 0, 0, 0, 0);
        uint64_t granted = 0;
        for (;;) {
            long mapped = raw_call(SYS_MMAP, 0, MIB, 3, ANONYMOUS, -1) > 0;
            long grown = (uintptr_t)raw_call(SYS_BRK, (long)(at + MIB), 0, 0, 0, 0) == at + MIB;
            if (!mapped && !grown)
                break;
            at += grown ? MIB : 0;
            granted += (uint64_t)(mapped + grown);
        }
        put_number(granted);
    }
    if (same(name, "write past the heap")) {
        volatile char *at = (volatile char *)raw_call(SYS_BRK, 0, 0, 0, 0, 0);
        for (;; at += PAGE)
            *at = 1;
    }
    if (same(name, "executable")) {
        long map = raw_call(SYS_MMAP, 0, PAGE, 7, ANONYMOUS, -1);
        long protect = raw_call(SYS_MPROTECT, (long)text & -(long)PAGE, PAGE, 5, 0, 0);
        long code = raw_call(SYS_MPROTECT, 0x10000, PAGE, 3, 0, 0);
        long unmap = raw_call(SYS_MUNMAP, 0x10000, PAGE, 0, 0, 0);
        put_number(map < 0 && protect < 0 && code < 0 && unmap < 0);
    }
    if (same(name, "shrunk heap is zero")) {
        uintptr_t at = (uintptr_t)raw_call(SYS_BRK, 0, 0, 0, 0, 0);
        raw_call(SYS_BRK, (long)(at + 8 * PAGE), 0, 0, 0, 0);
        for (size_t i = 0; i < 8 * PAGE; i += 100)
            ((volatile char *)at)[i] = 1;
        raw_call(SYS_BRK, (long)(at + 10), 0, 0, 0, 0);
        raw_call(SYS_BRK, (long)(at + 8 * PAGE), 0, 0, 0, 0);
        uint64_t sum = 0;
        for (size_t i = 0; i < 8 * PAGE; i++)
            sum += (uint64_t)((volatile char *)at)[i];
        put_number(sum); /* 1: the first byte was not released */
    }
}

/* Page i holds i, as far as `filled`, and the others nothing: how many do not. */
static uint64_t wrong_pages(const volatile uint64_t *at, size_t size, size_t filled)
{
    uint64_t wrong = 0;
    for (size_t i = 0; i < size; i += PAGE)
        wrong += at[i / sizeof *at] != (i < filled ? i / PAGE + 1 : 0);
    return wrong;
}

static void fill(volatile uint64_t *at, size_t size)
{
    for (size_t i = 0; i < size; i += PAGE)
        at[i / sizeof *at] = i / PAGE + 1;
}

/* All that clears, moves and unmaps: the number of pages that then do not hold what they should. */
static uint64_t much_memory(void)
{
    long heap = raw_call(SYS_BRK, 0, 0, 0, 0, 0);
    uint64_t *pages = (uint64_t *)heap, wrong = 0;
    raw_call(SYS_BRK, heap + 2 * (long)MIB, 0, 0, 0, 0);
    fill(pages, 2 * MIB);
    raw_call(SYS_BRK, heap + 24, 0, 0, 0, 0); /* clears all but the first number */
    raw_call(SYS_BRK, heap + 2 * (long)MIB, 0, 0, 0, 0);
    wrong += wrong_pages(pages, 2 * MIB, PAGE);
    fill(pages, 2 * MIB);
    raw_call(SYS_MADVISE, heap & -(long)PAGE, MIB, 4, 0, 0);
    wrong += wrong_pages(pages + PAGE / 8, MIB - 2 * PAGE, 0);
    wrong += raw_call(MAYFLY_CALL_RANDOM, heap, MIB, 0, 0, 0) != 0;
    for (size_t i = 0; i < MIB / 8; i++)
        wrong += pages[i] == 0;
    raw_call(SYS_BRK, heap, 0, 0, 0, 0);
    fill(pages, 6 * MIB); /* not the program's yet, and lost to the mapping */

    raw_call(SYS_MMAP, 0, PAGE, 3, ANONYMOUS, -1); /* what comes below cannot grow */
    pages = (uint64_t *)raw_call(SYS_MMAP, 0, 2 * MIB, 3, ANONYMOUS, -1);
    wrong += wrong_pages(pages, 2 * MIB, 0);
    fill(pages, 2 * MIB);
    uint64_t *moved = (uint64_t *)raw_call(SYS_MREMAP, (long)pages, 2 * MIB, 3 * MIB, 1, 0);
    wrong += moved == pages;
    wrong += wrong_pages(moved, 3 * MIB, 2 * MIB);
    wrong += raw_call(SYS_MREMAP, (long)moved, 3 * MIB, 2 * MIB, 0, 0) != (long)moved;
    wrong += wrong_pages(moved, 2 * MIB, 2 * MIB);
    wrong += raw_call(SYS_MMAP, (long)moved, 2 * MIB, 3, ANONYMOUS | 0x10, -1) != (long)moved; /* in its place */
    wrong += wrong_pages(moved, 2 * MIB, 0);
    fill(moved, 2 * MIB);
    wrong += raw_call(SYS_MUNMAP, (long)moved, 2 * MIB, 0, 0, 0) != 0;
    pages = (uint64_t *)raw_call(SYS_MMAP, 0, 2 * MIB, 3, ANONYMOUS, -1);
    wrong += wrong_pages(pages, 2 * MIB, 0);
    return wrong + (raw_call(SYS_MUNMAP, (long)pages, 2 * MIB, 0, 0, 0) != 0); /* last, so near the limit */
}

/* Unmaps much as the last thing that it does, and after so many quick instructions that the host looks seldom. */
static uint64_t late_unmap(void)
{
    uint64_t *pages = (uint64_t *)raw_call(SYS_MMAP, 0, 2 * MIB, 3, ANONYMOUS, -1);
    fill(pages, 2 * MIB);
    for (uint64_t i = 0; i < 12000000; i++)
        __asm__ volatile("");
    return raw_call(SYS_MUNMAP, (long)pages, 2 * MIB, 0, 0, 0) != 0;
}

/* Calls whose work is the host's. */
static void dear_calls(const char *name)
{
    long heap = raw_call(SYS_BRK, 0, 0, 0, 0, 0);
    if (same(name, "1024 empty vectors"))
        put_number((uint64_t)raw_call(66, 1, heap, 1024, 0, 0)); /* writev */
    if (same(name, "1000 empty lines")) {
        for (int i = 0; i < 1000; i++)
            ((volatile char *)heap)[i] = '\n';
        put_number((uint64_t)raw_call(64, 1, heap, 1000, 0, 0)); /* write */
    }
    if (same(name, "64 KiB at random"))
        put_number((uint64_t)raw_call(SYS_GETRANDOM, heap, 65536, 0, 0, 0) / 65536);
    if (same(name, "1 MiB mapped"))
        put_number(raw_call(SYS_MMAP, 0, MIB, 3, ANONYMOUS, -1) > 0);
    if (same(name, "1 MiB protected"))
        put_number((uint64_t)raw_call(SYS_MPROTECT, heap, MIB, 1, 0, 0));
    if (same(name, "1 MiB reserved"))
        put_number(raw_call(SYS_MMAP, 0, MIB, 0, ANONYMOUS, -1) > 0);
}

/* An address that the compiler knows nothing about. */
static uintptr_t address_of(uintptr_t address)
{
    __asm__("" : "+r"(address));
    return address;
}

static void traps(const char *name)
{
    if (same(name, "load"))
        text[0] = *(volatile char *)address_of(0x123);
    if (same(name, "store"))
        *(volatile char *)address_of(0xfffffffc) = 1;
    if (same(name, "fetch"))
        ((void (*)(void))address_of(0x40))();
    if (same(name, "illegal"))
        __asm__ volatile(".word 0");
    if (same(name, "breakpoint"))
        __asm__ volatile("ebreak");
    if (same(name, "atomic"))
        __asm__ volatile("amoadd.d t0, t0, (%0)" ::"r"(text + 1) : "t0", "memory");
    if (same(name, "exit"))
        raw_call(SYS_EXIT, 42, 0, 0, 0, 0);
    if (same(name, "abort"))
        raw_call(131, 1, 1, 6, 0, 0);    /* tgkill with SIGABRT */
    if (same(name, "fault in a call")) { /* the host writes where the limit ends */
        long at = raw_call(SYS_MMAP, 0, PAGE, 1, ANONYMOUS, -1);
        put_number((uint64_t)-raw_call(SYS_GETRANDOM, at, 100, 0, 0, 0));
    }
}

void guest_main(void)
{
    const struct mayfly_request *request = raw_accept();
    const char *name = request->body.data;
    counter++;
    if (same(name, "count"))
        put_number(counter);
    if (same(name, "full"))
        full_answer(request);
    if (same(name, "accept twice"))
        put_number((uint64_t) - (long)raw_accept());
    if (same(name, "unknown call"))
        put_number((uint64_t)-raw_call(MAYFLY_HOSTCALL_BASE + 99, 0, 0, 0, 0, 0));
    if (same(name, "random"))
        raw_call(MAYFLY_CALL_RANDOM, (long)text, 32, 0, 0, 0), raw_respond(text, 32);
    if (same(name, "log")) {
        raw_call(MAYFLY_CALL_LOG, 2, (long)"a line", 6, 0, 0);
        put_number((uint64_t)-raw_call(MAYFLY_CALL_LOG, 2, 16, 6, 0, 0));
    }
    if (same(name, "work"))
        for (volatile unsigned i = 0; i < 20000; i++)
            if (i % 500 == 0)
                raw_call(64, 1, (long)text, sizeof text, 0, 0); /* write */
    if (same(name, "spin"))
        for (;;)
            __asm__ volatile("");
    if (same(name, "spanning pieces"))
        spanning_pieces();
    bad_responses(name);
    memory_cases(name);
    dear_calls(name);
    if (same(name, "much memory"))
        put_number(much_memory());
    if (same(name, "late unmap"))
        put_number(late_unmap());
    traps(name);
    raw_respond("?", 1);
}
