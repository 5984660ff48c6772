/* SPDX-License-Identifier: Apache-2.0
 *
 * Does everything to its memory that a guest can, at random from the seed in the request's body, then ends in one of
 * several ways: the rollback must undo it all. Its initialisation leaves memory of every kind behind.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin
 */
#include "engine_raw.h"

#define PAGE                        4096ul
#define MAX_MAPPINGS                24
#define MAP_PRIVATE_ANONYMOUS       0x22
#define MAP_FIXED_PRIVATE_ANONYMOUS 0x32

static uint8_t zeros[40 * PAGE];
static uint8_t data[24 * PAGE] = {1, 2, 3};
static const uint8_t constants[2 * PAGE] = {4, 5, 6};

struct mapping {
    uintptr_t start;
    size_t size;
    int protection;
};

static struct mapping mappings[MAX_MAPPINGS];
static uintptr_t heap_start, heap_end;
static uint64_t seed;

static uint64_t below(uint64_t n)
{
    return n ? raw_random(&seed) % n : 0;
}

static void scribble(uint8_t *start, size_t size)
{
    size_t count = 1 + below(16);
    for (size_t i = 0; i < count && size; i++) {
        volatile uint8_t *at = start + below(size);
        *at = (uint8_t)raw_random(&seed);
    }
}

/* Every page, in order: what makes the write set grow by large steps. */
static void sweep(uint8_t *start, size_t size)
{
    for (size_t at = 0; at < size; at += PAGE)
        ((volatile uint8_t *)start)[at] = (uint8_t)seed;
}

static void move_break(void)
{
    uintptr_t to = heap_start + below(192 * 1024);
    uintptr_t now = (uintptr_t)raw_call(SYS_BRK, (long)to, 0, 0, 0, 0);
    heap_end = now;
}

static void map(struct mapping *m)
{
    size_t size = (1 + below(12)) * PAGE;
    int protection = (int)below(4) ? 3 : (int)below(3);
    long at = raw_call(SYS_MMAP, 0, (long)size, protection, MAP_PRIVATE_ANONYMOUS, -1);
    if (at > 0)
        *m = (struct mapping){(uintptr_t)at, size, protection};
}

static void unmap(struct mapping *m)
{
    size_t pages = m->size / PAGE, first = below(pages), count = 1 + below(pages - first);
    if (raw_call(SYS_MUNMAP, (long)(m->start + first * PAGE), (long)(count * PAGE), 0, 0, 0) == 0)
        m->size = first * PAGE; /* what lies behind leaks until rollback */
}

static void remap(struct mapping *m)
{
    size_t size = (1 + below(20)) * PAGE;
    long at = raw_call(SYS_MREMAP, (long)m->start, (long)m->size, (long)size, (long)below(2), 0);
    if (at > 0) {
        m->start = (uintptr_t)at;
        m->size = size;
    }
}

static void protect_own(struct mapping *m)
{
    int protection = (int)below(4);
    if (raw_call(SYS_MPROTECT, (long)m->start, (long)m->size, protection, 0, 0) == 0)
        m->protection = protection;
}

/* Pages of the program itself: written, taken away, given back, remapped. */
static void change_program(void)
{
    static uint8_t victim[8 * PAGE] __attribute__((aligned(4096)));
    uint8_t *page = victim + below(8) * PAGE;
    switch (below(5)) {
    case 0:
        raw_call(SYS_MPROTECT, (long)page, PAGE, 1, 0, 0);
        raw_call(SYS_MPROTECT, (long)page, PAGE, 3, 0, 0);
        *(volatile uint8_t *)page = 7;
        break;
    case 1:
        *(volatile uint8_t *)page = 8;
        raw_call(SYS_MPROTECT, (long)page, PAGE, 0, 0, 0);
        raw_call(SYS_MPROTECT, (long)page, PAGE, 3, 0, 0);
        break;
    case 2:
        raw_call(SYS_MMAP, (long)page, PAGE, 3, MAP_FIXED_PRIVATE_ANONYMOUS, -1);
        *(volatile uint8_t *)page = 9;
        break;
    case 3: /* read-only data made writable */
        page = (uint8_t *)(((uintptr_t)constants + PAGE - 1) & ~(PAGE - 1));
        if (raw_call(SYS_MPROTECT, (long)page, PAGE, 3, 0, 0) == 0)
            *(volatile uint8_t *)page = 10;
        break;
    default:
        raw_call(SYS_MADVISE, (long)page, PAGE, 4, 0, 0);
        break;
    }
}

static void recurse(unsigned depth)
{
    volatile uint8_t frame[3000];
    frame[below(sizeof frame)] = (uint8_t)depth;
    if (depth)
        recurse(depth - 1);
    frame[0] = 1;
}

static void write_floats(void)
{
    double value = (double)raw_random(&seed);
    __asm__ volatile("fmv.d fs0, %0\n fdiv.d fs1, fs0, fs0\n fsrmi 2\n" ::"f"(value) : "fs0", "fs1");
    __asm__ volatile("lr.w t0, (%0)" ::"r"(zeros) : "t0", "memory");
}

static void act(void)
{
    struct mapping *m = &mappings[below(MAX_MAPPINGS)];
    switch (below(14)) {
    case 0:
        scribble(zeros, sizeof zeros);
        break;
    case 1:
        scribble(data, sizeof data);
        break;
    case 2:
        move_break();
        break;
    case 3:
        scribble((uint8_t *)heap_start, heap_end - heap_start);
        break;
    case 4:
    case 5:
        map(m);
        break;
    case 6:
        if (m->size && m->protection == 3)
            scribble((uint8_t *)m->start, m->size);
        break;
    case 7:
        if (m->size)
            unmap(m);
        break;
    case 8:
        if (m->size)
            remap(m);
        break;
    case 9:
        if (m->size)
            protect_own(m);
        break;
    case 10:
        change_program();
        break;
    case 11:
        recurse((unsigned)below(30));
        break;
    case 12:
        write_floats();
        raw_call(SYS_GETRANDOM, (long)(zeros + below(sizeof zeros - 64)), (long)below(64), 0, 0, 0);
        break;
    default:
        if (below(8) == 0)
            sweep(zeros, sizeof zeros);
        break;
    }
}

void guest_main(void)
{
    heap_start = heap_end = (uintptr_t)raw_call(SYS_BRK, 0, 0, 0, 0, 0);
    heap_end = (uintptr_t)raw_call(SYS_BRK, (long)(heap_start + 64 * 1024), 0, 0, 0, 0);
    seed = 88172645463325252u;
    scribble((uint8_t *)heap_start, heap_end - heap_start);
    scribble(zeros, sizeof zeros);
    for (int i = 0; i < 6; i++) {
        map(&mappings[i]);
        if (mappings[i].protection == 3)
            scribble((uint8_t *)mappings[i].start, mappings[i].size);
    }
    unmap(&mappings[2]);

    const struct mayfly_request *request = raw_accept();
    for (size_t i = 0; i < request->body.size && i < 8; i++)
        seed ^= (uint64_t)(uint8_t)request->body.data[i] << (8 * i);
    seed |= 1;
    uint64_t steps = below(60);
    for (uint64_t i = 0; i < steps; i++)
        act();
    switch (below(6)) {
    case 0:
        raw_call(SYS_EXIT, 3, 0, 0, 0, 0);
        break;
    case 1:
        __asm__ volatile("ebreak");
        break;
    case 2:
        *(volatile uint8_t *)0 = 1;
        break;
    case 3:
        for (;;)
            scribble(data, sizeof data);
    case 4:
        *(volatile uint8_t *)(uintptr_t)request->body.data = 1; /* the request is not writable */
        break;
    default:
        break;
    }
    raw_respond(data, 16);
}
