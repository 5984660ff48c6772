/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory calls: bombs that want all memory, all mappings or all of the host's time, and every bad argument. What is
 * granted must be what the limit says (16 MiB in tests/e2e/test_hostile_guests.py).
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin
 */
#include "hostile_raw.h"

#define LIMIT (16 * MIB)
#define TEXT  ((uintptr_t)guest_main & ~(PAGE - 1))
#define STACK ((uintptr_t)__builtin_frame_address(0) & ~(PAGE - 1))

static char data[64 * PAGE] __attribute__((aligned(4096)));

static long protect(const void *at, size_t size, int protection)
{
    return call3(SYS_MPROTECT, (uintptr_t)at, size, (uint64_t)protection);
}

static long unmap(const void *at, size_t size)
{
    return call3(SYS_MUNMAP, (uintptr_t)at, size, 0);
}

static long map_with(uint64_t at, uint64_t size, int protection, int flags)
{
    return raw_call(SYS_MMAP, (long)at, (long)size, protection, flags, -1);
}

static long remap(const void *at, uint64_t size, uint64_t to, int flags)
{
    return raw_call(SYS_MREMAP, (long)at, (long)size, (long)to, flags, 0);
}

static char *break_at(uint64_t at)
{
    return (char *)call3(SYS_BRK, at, 0, 0);
}

/* All that can be mapped in pieces of `size`, written; bytes. */
static size_t take_all(size_t size)
{
    size_t taken = 0;
    for (;;) {
        char *piece = map(size, READ | WRITE);
        if ((long)piece < 0)
            return taken;
        for (size_t at = 0; at < size; at += PAGE)
            *(volatile char *)(piece + at) = 1;
        taken += size;
    }
}

static void fill_by_break(void)
{
    char *start = break_at(0), *end = start;
    while (break_at((uintptr_t)end + PAGE) == end + PAGE)
        end += PAGE;
    for (char *at = start; at < end; at += PAGE)
        *(volatile char *)at = 1;
    REQUIRE((size_t)(end - start) <= LIMIT);
}

/* Every second page differs from its neighbours: as many mappings of the host as there are pages, if it lets us. */
static int stripe(char *from, size_t size, int protection)
{
    int refused = 0;
    for (size_t at = 0; at < size; at += 2 * PAGE)
        refused += protect(from + at, PAGE, protection) < 0;
    return refused;
}

static void stripe_map(void)
{
    char *area = map(8 * MIB, READ | WRITE);
    REQUIRE((long)area > 0);
    REQUIRE(stripe(area, 8 * MIB, READ) > 0); /* sooner or later there are too many */
}

static void holes(void)
{
    char *area = map(8 * MIB, READ | WRITE);
    int refused = 0;
    for (size_t at = 0; at < 8 * MIB; at += 2 * PAGE)
        refused += unmap(area + at, PAGE) < 0;
    REQUIRE(refused > 0);
}

static void reserve_all(void)
{
    size_t reserved = 0;
    while (map_with(0, 64 * MIB, 0, ANONYMOUS) > 0)
        reserved += 64 * MIB;
    REQUIRE(reserved > GIB4 / 2 && reserved < GIB4); /* addresses are free, and all there are */
}

/* Reserved for nothing, then made accessible: that is when it counts. */
static void reserve_then_use(void)
{
    char *area = (char *)map_with(0, 64 * MIB, 0, ANONYMOUS);
    REQUIRE((long)area > 0);
    REQUIRE(protect(area, 64 * MIB, READ | WRITE) == -ENOMEM);
    size_t granted = 0;
    while (granted < 64 * MIB && protect(area + granted, MIB, READ | WRITE) == 0)
        granted += MIB;
    REQUIRE(granted < LIMIT);
}

static void grow_by_remap(void)
{
    char *area = map(PAGE, READ | WRITE);
    size_t size = PAGE;
    long moved;
    while ((moved = remap(area, size, size * 2, 1)) > 0) {
        area = (char *)moved;
        size *= 2;
        *(volatile char *)(area + size - 1) = 1;
    }
    REQUIRE(moved == -ENOMEM && size <= LIMIT);
}

static void scatter_writes(void)
{
    char *area = map(8 * MIB, READ | WRITE);
    for (size_t i = 0; i < 8 * MIB / PAGE; i++)
        *(volatile char *)(area + i * 769 % (8 * MIB / PAGE) * PAGE) = 1;
}

static void toggle_everything(void)
{
    for (int round = 0; round < 200; round++) {
        stripe(data, sizeof data, round & 1 ? READ : READ | WRITE);
        char *area = map(64 * PAGE, READ | WRITE);
        if ((long)area > 0) {
            stripe(area, 64 * PAGE, 0);
            unmap(area + 3 * PAGE, 7 * PAGE);
        }
    }
}

static void freed_is_zero(void)
{
    char *area = map(16 * PAGE, READ | WRITE);
    for (size_t i = 0; i < 16 * PAGE; i += 8)
        *(volatile long *)(area + i) = -1;
    unmap(area, 16 * PAGE);
    area = map(16 * PAGE, READ | WRITE);
    for (size_t i = 0; i < 16 * PAGE; i += 8)
        REQUIRE(*(volatile long *)(area + i) == 0);
}

static void shrunk_break_is_zero(void)
{
    char *start = break_at(0);
    break_at((uintptr_t)start + 8 * PAGE);
    for (size_t i = 0; i < 8 * PAGE; i++)
        ((volatile char *)start)[i] = 1;
    break_at((uintptr_t)start);
    break_at((uintptr_t)start + 8 * PAGE);
    for (size_t i = 0; i < 8 * PAGE; i++)
        REQUIRE(((volatile char *)start)[i] == 0);
}

CASE(break_bomb, ok, fill_by_break())
CASE(break_without_end, memory, for (volatile char *at = break_at(0);; at += PAGE) *at = 1)
CASE(break_wraps, ok, char *now = break_at(0); REQUIRE(break_at(UINT64_MAX) == now); REQUIRE(break_at(GIB4) == now))
CASE(break_below, ok, char *now = break_at(0); REQUIRE(break_at((uintptr_t)now - 1) == now))
CASE(break_high_bits, ok, char *now = break_at(0); REQUIRE(break_at((uintptr_t)now + GIB4 + PAGE) == now))
CASE(break_into_maps, ok, char *now = break_at(0); REQUIRE(break_at((uintptr_t)map(PAGE, READ)) == now))
CASE(break_shrinks_to_zeros, ok, shrunk_break_is_zero())

CASE(map_bomb, ok, size_t taken = take_all(PAGE); REQUIRE(taken > MIB && taken <= LIMIT))
CASE(map_bomb_of_mebibytes, ok, size_t taken = take_all(MIB); REQUIRE(taken >= 8 * MIB && taken <= LIMIT))
CASE(map_bomb_then_break, ok, take_all(PAGE); char *now = break_at(0); REQUIRE(break_at((uintptr_t)now + MIB) == now))
CASE(map_after_bomb_frees, ok, char *first = map(MIB, READ | WRITE); take_all(MIB); unmap(first, MIB);
     REQUIRE((long)map(MIB, READ | WRITE) > 0))
CASE(map_alternating, ok, int count = 0;
     while (count < 10000 && (long)map(PAGE, count & 1 ? READ : READ | WRITE) > 0) count++; REQUIRE(count < 10000))
CASE(map_reserve_bomb, ok, reserve_all())
CASE(map_reserve_then_use, ok, reserve_then_use())
CASE(map_stripes, ok, stripe_map())
CASE(map_holes, ok, holes())
CASE(map_scattered_writes, ok, scatter_writes())
CASE(map_toggle, ok, toggle_everything())
CASE(map_reused_is_zero, ok, freed_is_zero())
CASE(
    map_stripes_without_end, limit, char *area = map(MIB, READ | WRITE); for (;;) {
        stripe(area, MIB, READ);
        stripe(area, MIB, READ | WRITE);
    })
CASE(map_nothing, ok, REQUIRE(map_with(0, 0, READ, ANONYMOUS) == -EINVAL))
CASE(map_everything, ok, REQUIRE(map_with(0, GIB4, READ, ANONYMOUS) == -ENOMEM))
CASE(map_wrapping_size, ok, REQUIRE(map_with(0, UINT64_MAX, READ, ANONYMOUS) < 0))
CASE(map_wrapping_page, ok, REQUIRE(map_with(0, UINT64_MAX - PAGE + 1, READ | WRITE, ANONYMOUS) < 0))
CASE(map_half_of_all, ok, REQUIRE(map_with(0, UINT64_C(1) << 63, READ, ANONYMOUS) < 0))
CASE(map_executable, ok, REQUIRE(map_with(0, PAGE, READ | EXECUTE, ANONYMOUS) == -EACCES))
CASE(map_all_rights, ok, REQUIRE(map_with(0, PAGE, 7, ANONYMOUS) == -EACCES))
CASE(map_unknown_rights, ok, REQUIRE(map_with(0, PAGE, 0x1003, ANONYMOUS) == -EINVAL))
CASE(map_shared, ok, REQUIRE(map_with(0, PAGE, READ, 0x23) == -EINVAL))
CASE(map_a_file, ok, REQUIRE(raw_call(SYS_MMAP, 0, PAGE, READ, 2, 0) < 0);
     REQUIRE(raw_call(SYS_MMAP, 0, PAGE, READ, 2, 99) == -EBADF))
CASE(map_huge_pages, ok, REQUIRE(map_with(0, 2 * MIB, READ, ANONYMOUS | 0x40000) == -ENOMEM))
CASE(map_at_null, ok, REQUIRE(map_with(0, PAGE, READ | WRITE, ANONYMOUS | FIXED) < 0))
CASE(map_at_lowest, ok, REQUIRE(map_with(0xf000, PAGE, READ | WRITE, ANONYMOUS | FIXED) < 0))
CASE(map_at_highest, ok, REQUIRE(map_with(0xffff0000, PAGE, READ | WRITE, ANONYMOUS | FIXED) < 0))
CASE(map_over_the_top, ok, REQUIRE(map_with(0xfffef000, 2 * PAGE, READ | WRITE, ANONYMOUS | FIXED) < 0))
CASE(map_above_all, ok, REQUIRE(map_with(GIB4, PAGE, READ | WRITE, ANONYMOUS | FIXED) < 0))
CASE(map_at_high_alias, ok, REQUIRE(map_with((uintptr_t)data | GIB4, PAGE, READ | WRITE, ANONYMOUS | FIXED) < 0))
CASE(map_misaligned, ok, REQUIRE(map_with((uintptr_t)data + 1, PAGE, READ | WRITE, ANONYMOUS | FIXED) == -EINVAL))
CASE(map_over_code, ok, REQUIRE(map_with(TEXT, PAGE, READ | WRITE, ANONYMOUS | FIXED) < 0))
CASE(map_over_heap, ok, REQUIRE(map_with((uintptr_t)break_at(0) & ~(PAGE - 1), PAGE, READ, ANONYMOUS | FIXED) < 0))
CASE(map_over_own_stack, ok, map_with(STACK - 8 * PAGE, PAGE, READ | WRITE, ANONYMOUS | FIXED))
CASE(map_over_data, ok, data[0] = 1; REQUIRE(map_with((uintptr_t)data, PAGE, READ | WRITE, ANONYMOUS | FIXED) > 0);
     REQUIRE(data[0] == 0))

CASE(unmap_nothing, ok, REQUIRE(unmap(data, 0) == -EINVAL))
CASE(unmap_everything, ok, REQUIRE(unmap(0, GIB4) == -EINVAL))
CASE(unmap_wrapping, ok, REQUIRE(unmap(data, UINT64_MAX) == -EINVAL); REQUIRE(unmap(data, -(uintptr_t)data) == -EINVAL))
CASE(unmap_misaligned, ok, REQUIRE(unmap(data + 8, PAGE) == -EINVAL))
CASE(unmap_holes, ok, REQUIRE(unmap((void *)0x70000000, 64 * MIB) == 0))
CASE(unmap_code, ok, REQUIRE(unmap((void *)TEXT, PAGE) == -EINVAL))
CASE(unmap_heap, ok, REQUIRE(unmap(break_at(0), PAGE) == -EINVAL))
CASE(unmap_own_stack, store, unmap((void *)(STACK - 64 * PAGE), 66 * PAGE); *(volatile char *)hidden(STACK) = 1)
CASE(unmap_twice, ok, char *page = map(PAGE, READ); REQUIRE(unmap(page, PAGE) == 0); REQUIRE(unmap(page, PAGE) == 0))

CASE(protect_nothing, ok, REQUIRE(protect(data, 0, READ) == 0))
CASE(protect_everything, ok, REQUIRE(protect(0, GIB4, READ) < 0);
     REQUIRE(protect((void *)0x10000, 0xfffe0000, READ) < 0))
CASE(protect_wrapping, ok, REQUIRE(protect(data, UINT64_MAX, READ) < 0))
CASE(protect_a_hole, ok, REQUIRE(protect((void *)0x70000000, PAGE, READ | WRITE) == -ENOMEM))
CASE(protect_misaligned, ok, REQUIRE(protect(data + 4, PAGE, READ) == -EINVAL))
CASE(protect_executable, ok, REQUIRE(protect(data, PAGE, READ | EXECUTE) == -EACCES))
CASE(protect_unknown, ok, REQUIRE(protect(data, PAGE, 0x01000000 | READ) == -EINVAL))
CASE(protect_code, ok, REQUIRE(protect((void *)TEXT, PAGE, READ | WRITE) == -EACCES))
CASE(protect_stripes_of_data, ok, stripe(data, sizeof data, READ); stripe(data, sizeof data, READ | WRITE); data[0] = 1)
CASE(protect_stripes_of_heap, ok, char *heap = (char *)(((uintptr_t)break_at(0) + PAGE) & ~(PAGE - 1));
     REQUIRE(stripe(heap, 8 * MIB, READ) > 0))
CASE(protect_own_stack, store, protect((void *)STACK, PAGE, READ); *(volatile char *)hidden(STACK) = 1)
CASE(protect_own_stack_away, load, protect((void *)STACK, PAGE, 0); (void)*(volatile char *)hidden(STACK))

CASE(remap_bomb, ok, grow_by_remap())
CASE(remap_to_nothing, ok, REQUIRE(remap(map(PAGE, READ), PAGE, 0, 1) == -EINVAL))
CASE(remap_to_everything, ok, REQUIRE(remap(map(PAGE, READ), PAGE, GIB4, 1) < 0))
CASE(remap_wrapping, ok, REQUIRE(remap(map(PAGE, READ), PAGE, UINT64_MAX, 1) < 0))
CASE(remap_old_size_wrapping, ok, REQUIRE(remap(map(PAGE, READ), UINT64_MAX, PAGE, 1) < 0))
CASE(remap_a_hole, ok, REQUIRE(remap((void *)0x70000000, PAGE, 2 * PAGE, 1) < 0))
CASE(remap_code, ok, REQUIRE(remap((void *)TEXT, PAGE, 2 * PAGE, 1) < 0))
CASE(remap_data, ok, REQUIRE(remap(data, PAGE, 2 * PAGE, 1) < 0))
CASE(remap_fixed, ok, REQUIRE(raw_call(SYS_MREMAP, (long)map(PAGE, READ), PAGE, PAGE, 3, TEXT) == -EINVAL))
CASE(remap_reserved, ok, REQUIRE(remap((void *)map_with(0, PAGE, 0, ANONYMOUS), PAGE, 2 * PAGE, 1) < 0))
CASE(remap_shrinks, load, char *area = map(4 * PAGE, READ | WRITE); REQUIRE(remap(area, 4 * PAGE, PAGE, 0) > 0);
     (void)*(volatile char *)(area + PAGE))

CASE(forget_everything, ok, REQUIRE(call3(SYS_MADVISE, 0, GIB4, 4) < 0))
CASE(forget_wrapping, ok, REQUIRE(call3(SYS_MADVISE, (uintptr_t)data, UINT64_MAX, 4) < 0))
CASE(forget_constants, ok, REQUIRE(call3(SYS_MADVISE, TEXT, PAGE, 4) < 0))
CASE(forget_a_hole, ok, REQUIRE(call3(SYS_MADVISE, 0x70000000, PAGE, 4) < 0))
CASE(forget_beyond_the_break, ok,
     REQUIRE(call3(SYS_MADVISE, ((uintptr_t)break_at(0) + 2 * PAGE) & ~(PAGE - 1), PAGE, 4) < 0))
CASE(forget_is_zero, ok, data[5] = 5; REQUIRE(call3(SYS_MADVISE, (uintptr_t)data, sizeof data, 4) == 0);
     REQUIRE(data[5] == 0))
CASE(poison, ok, call3(SYS_MADVISE, (uintptr_t)data, PAGE, 100); data[0] = 1) /* MADV_HWPOISON is only a number here */
