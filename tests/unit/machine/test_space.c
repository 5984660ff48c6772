/* SPDX-License-Identifier: Apache-2.0
 *
 * The address space without a guest: this test writes where a guest would.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/fault.h"
#include "machine/snapshot.h"
#include "machine/space.h"

#define BLOCK    0x100000u
#define DATA     0x20000u
#define DATA_END 0x40000u
#define BOTH     (SPACE_READ | SPACE_WRITE)

/* Writes a byte, guarded. True if that worked; otherwise `fault` says where it did not. */
static bool write_at(struct space *space, uint8_t *at, uint8_t value, uint32_t *fault)
{
    struct fault_guard guard;
    volatile bool done = false;
    fault_enter(&guard, space);
    if (sigsetjmp(guard.escape, 0) == 0) {
        *(volatile uint8_t *)at = value;
        done = true;
    } else {
        *fault = guard.address;
    }
    fault_leave(&guard);
    return done;
}

/* As a guest does. */
static bool poke(struct space *space, uint32_t address, uint8_t value)
{
    uint32_t fault = address;
    bool done = write_at(space, space_host(space, address), value, &fault);
    assert_int_equal(fault, address);
    return done;
}

/* Mappings of this process in the space's reservation. */
static size_t count_mappings(const struct space *space)
{
    uintptr_t from = (uintptr_t)space->reservation, to = from + space->reservation_size;
    char line[512];
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    while (fgets(line, sizeof line, maps)) {
        unsigned long start, end;
        assert_int_equal(sscanf(line, "%lx-%lx", &start, &end), 2);
        count += end > from && start < to;
    }
    assert_int_equal(fclose(maps), 0);
    return count;
}

static bool peek(struct space *space, uint32_t address, uint8_t *value)
{
    struct fault_guard guard;
    volatile bool done = false;
    fault_enter(&guard, space);
    if (sigsetjmp(guard.escape, 0) == 0) {
        *value = *(volatile uint8_t *)space_host(space, address);
        done = true;
    }
    fault_leave(&guard);
    return done;
}

/* A snapshot with data, from which spaces are made. */
struct fixture {
    struct snapshot snapshot;
    struct space space;
};

static void build(struct snapshot *snapshot)
{
    static const struct cpu cpu;
    struct space made;
    struct snapshot_builder builder;
    struct snapshot_error error;
    struct code_range range = {0x10000, 0x10008};
    static const uint8_t nops[8] = {0x13, 0, 0, 0, 0x13, 0, 0, 0};
    assert_int_equal(space_create(&made, NULL, BLOCK, 0x10000), 0);
    assert_int_equal(space_map(&made, DATA, DATA_END, BOTH, SPACE_SEGMENT), 0);
    assert_int_equal(space_map(&made, 0x60000, 0x61000, SPACE_READ, SPACE_SEGMENT), 0);
    assert_true(poke(&made, DATA + 5, 55));
    assert_true(poke(&made, DATA + 0x10000, 66));
    assert_int_equal(snapshot_begin(&builder, 0x10000, 0x10008), 0);
    code_decode(builder.ops, builder.charge, nops, 0x10000, 0x10008, &range, 1);
    struct snapshot_contents contents = {.space = &made, .cpu = &cpu, .host_state = "x", .host_state_size = 1};
    int descriptor = snapshot_finish(&builder, &contents);
    assert_true(descriptor >= 0);
    space_destroy(&made);
    assert_int_equal(snapshot_open(snapshot, descriptor, &error), 0);
    close(descriptor);
}

static int set_up(void **state)
{
    static struct fixture fixture;
    assert_int_equal(fault_install(), 0);
    build(&fixture.snapshot);
    assert_int_equal(space_create(&fixture.space, &fixture.snapshot.image, BLOCK, 0x10000), 0);
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    space_destroy(&fixture->space);
    snapshot_close(&fixture->snapshot);
    return 0;
}

static struct space *space_of(void **state)
{
    assert_int_equal(fault_install(), 0); /* cmocka has put its own handler in place since */
    return &((struct fixture *)*state)->space;
}

static void assert_as_image(struct space *space)
{
    uint32_t first;
    uint8_t value;
    assert_int_equal(writeset_compare(space, &first), 0);
    assert_true(peek(space, DATA + 5, &value) && value == 55);
    assert_true(peek(space, DATA + 0x10000, &value) && value == 66);
    assert_true(peek(space, DATA + 0x8000, &value) && value == 0);
    assert_int_equal(space->region_count, space->image->region_count);
    assert_memory_equal(space->regions, space->image->regions, space->region_count * sizeof space->regions[0]);
}

static void test_writes_are_learned_and_restored(void **state)
{
    struct space *space = space_of(state);
    assert_true(poke(space, DATA + 5, 1));
    assert_true(poke(space, DATA + 0x8000, 2));
    assert_int_equal(space->writes.page_count, 2);
    assert_int_equal(space_restore(space), 2);
    assert_as_image(space);
    assert_true(poke(space, DATA + 6, 3)); /* no fault: still in the set */
    assert_int_equal(space->writes.page_count, 2);
    assert_int_equal(space_restore(space), 2);
    assert_as_image(space);
}

static void test_walk_faults_few_times(void **state)
{
    struct space *space = space_of(state);
    for (uint32_t at = DATA; at < DATA_END; at += SPACE_PAGE)
        assert_true(poke(space, at, 9));
    assert_int_equal(space->writes.run_count, 1);
    assert_int_equal(space->writes.page_count, (DATA_END - DATA) / SPACE_PAGE);
    assert_true(space->writes.granule >= 8);
    assert_true(space_restore(space) > 0);
    assert_as_image(space);
}

static void test_no_access(void **state)
{
    struct space *space = space_of(state);
    uint8_t value;
    assert_false(poke(space, 0, 1));
    assert_false(peek(space, 0xffff, &value));
    assert_false(poke(space, 0x60000, 1));
    assert_true(peek(space, 0x60000, &value));
    assert_false(poke(space, BLOCK, 1));
    space->block[3] = 77;
    assert_true(peek(space, BLOCK + 3, &value) && value == 77);
    space->block[3] = 0;
    assert_false(poke(space, DATA_END, 1));
    assert_false(poke(space, DATA - 1, 1));
    assert_false(poke(space, UINT32_MAX, 1));
    assert_int_equal(space->writes.page_count, 0);
}

static void test_questions(void **state)
{
    struct space *space = space_of(state);
    assert_true(space_readable(space, DATA, DATA_END - DATA));
    assert_false(space_readable(space, DATA, DATA_END - DATA + 1));
    assert_false(space_readable(space, DATA - 1, 2));
    assert_true(space_readable(space, 0, 0));
    assert_false(space_readable(space, UINT32_MAX, 1));
    assert_false(space_readable(space, DATA, UINT64_MAX));
    assert_false(space_readable(space, DATA + 8, UINT64_MAX - 4));
    assert_true(space_readable(space, UINT64_C(0x500000000) | DATA, 1)); /* only the low half is the address */
    assert_true(space_writable(space, DATA, 1));
    assert_false(space_writable(space, BLOCK, 1));
    assert_int_equal(space_hole(space, 0x1000, 0x200000, 0x300000), 0x2ff000);
    assert_int_equal(space_hole(space, 0x200000, 0x200000, 0x300000), 0);
    assert_int_equal(space_hole(space, 0x1000, DATA, DATA_END), 0);
    assert_int_equal(space_hole(space, 0x1000, DATA, DATA_END + 0x1000), DATA_END);
}

static void test_map_changes_are_undone(void **state)
{
    struct space *space = space_of(state);
    uint8_t value;
    assert_int_equal(space_map(space, 0x800000, 0x808000, BOTH, SPACE_MAPPING), 0);
    assert_true(poke(space, 0x800000, 1));
    assert_int_equal(space->writes.page_count, 0); /* fresh memory is not learned */
    assert_int_equal(space_map(space, 0x804000, 0x809000, BOTH, SPACE_MAPPING), -EEXIST);
    assert_int_equal(space_protect(space, 0x800000, 0x809000, SPACE_READ), -ENOMEM);
    assert_int_equal(space_protect(space, 0x802000, 0x804000, SPACE_READ), 0);
    assert_false(poke(space, 0x802000, 1));
    assert_true(poke(space, 0x804000, 1));
    assert_int_equal(space_unmap(space, 0x801000, 0x807000), 0);
    assert_false(peek(space, 0x803000, &value));
    assert_true(poke(space, DATA + 0x3000, 1));
    assert_int_equal(space_unmap(space, DATA + 0x2000, DATA + 0x11000), 0);
    assert_false(peek(space, DATA + 0x3000, &value));
    assert_int_equal(space_map(space, DATA + 0x3000, DATA + 0x4000, BOTH, SPACE_MAPPING), 0);
    assert_true(peek(space, DATA + 0x3000, &value) && value == 0);
    assert_int_equal(space_protect(space, DATA, DATA + 0x1000, 0), 0);
    assert_false(peek(space, DATA + 5, &value));
    assert_true(space_restore(space) >= 0);
    assert_as_image(space);
    assert_false(peek(space, 0x800000, &value));
}

/* More changes than the journal has room for, and as many regions as there can be. */
static void test_many_changes(void **state)
{
    struct space *space = space_of(state);
    unsigned made = 0;
    for (uint32_t at = 0x1000000; made < 1000; at += 2 * SPACE_PAGE, made++)
        if (space_map(space, at, at + SPACE_PAGE, BOTH, SPACE_MAPPING))
            break;
    assert_in_range(made, SPACE_MAX_REGIONS - 10, SPACE_MAX_REGIONS);
    assert_true(space->change_count <= SPACE_MAX_CHANGES);
    assert_true(poke(space, DATA + 0x100, 1));
    assert_true(space_restore(space) >= 0);
    assert_as_image(space);
    uint8_t value;
    for (uint32_t at = 0x1000000; at < 0x1000000 + 1000 * SPACE_PAGE; at += SPACE_PAGE)
        assert_false(peek(space, at, &value));
}

/* So far apart that the nearest two ranges lie on both sides of the request block: it is mapped anew with the rest. */
static void test_changes_around_the_block(void **state)
{
    struct space *space = space_of(state);
    uint8_t value;
    assert_int_equal(space_map(space, BLOCK - 2 * SPACE_PAGE, BLOCK - SPACE_PAGE, BOTH, SPACE_MAPPING), 0);
    assert_int_equal(space_map(space, BLOCK + 0x11000, BLOCK + 0x12000, BOTH, SPACE_MAPPING), 0);
    for (uint32_t i = 0; i < SPACE_MAX_CHANGES + 8; i++)
        assert_int_equal(space_map(space, 0x1000000 + i * 0x40000, 0x1001000 + i * 0x40000, BOTH, SPACE_MAPPING), 0);
    assert_true(space_restore(space) >= 0);
    assert_as_image(space);
    assert_false(peek(space, BLOCK - 2 * SPACE_PAGE, &value));
    assert_false(poke(space, BLOCK, 1));
    space->block[0x8003] = 99;
    assert_true(peek(space, BLOCK + 0x8003, &value) && value == 99);
    space->block[0x8003] = 0;
}

static void test_zero(void **state)
{
    struct space *space = space_of(state);
    uint8_t value;
    assert_true(poke(space, DATA + 0x7000, 4));
    struct fault_guard guard;
    fault_enter(&guard, space);
    assert_int_equal(sigsetjmp(guard.escape, 0), 0);
    space_zero(space, DATA + 3, DATA_END);
    fault_leave(&guard);
    assert_true(peek(space, DATA + 5, &value) && value == 0);
    assert_true(peek(space, DATA + 0x7000, &value) && value == 0);
    assert_true(peek(space, DATA + 0x10000, &value) && value == 0);
    assert_int_equal(space->writes.page_count, 3); /* the pages between were zero and were left alone */
    assert_true(space_restore(space) >= 0);
    assert_as_image(space);
}

/* Pages that requests no longer write leave the set. */
static void test_idle_pages_are_pruned(void **state)
{
    struct space *space = space_of(state);
    for (uint32_t i = 0; i < 8; i++)
        assert_true(poke(space, DATA + i * 4 * SPACE_PAGE, 1));
    for (unsigned round = 0; round < 2000; round++) {
        assert_true(poke(space, DATA, (uint8_t)round | 1));
        assert_true(space_restore(space) >= 0);
    }
    assert_int_equal(space->writes.page_count, 1);
    assert_true(poke(space, DATA + 4 * SPACE_PAGE, 1)); /* learned again */
    assert_int_equal(space_restore(space), 2);
    assert_as_image(space);
}

/* A set that became large goes back to the host. */
static void write_much(int (*restore)(struct space *space))
{
    static const struct cpu cpu;
    struct snapshot_builder builder;
    struct snapshot large;
    struct snapshot_error error;
    struct space made, *space = &made;
    enum { START = 0x1000000, PAGES = WRITESET_KEEP_PAGES * 2 };
    static const uint8_t nops[8] = {0x13, 0, 0, 0, 0x13, 0, 0, 0};
    struct code_range range = {0x10000, 0x10008};
    assert_int_equal(space_create(&made, NULL, BLOCK, 0x10000), 0);
    assert_int_equal(space_map(&made, START, START + PAGES * SPACE_PAGE, BOTH, SPACE_HEAP), 0);
    assert_true(poke(&made, START + 0x3000, 5));
    assert_int_equal(snapshot_begin(&builder, 0x10000, 0x10008), 0);
    code_decode(builder.ops, builder.charge, nops, 0x10000, 0x10008, &range, 1);
    struct snapshot_contents contents = {.space = &made, .cpu = &cpu, .host_state = "x", .host_state_size = 1};
    int descriptor = snapshot_finish(&builder, &contents);
    space_destroy(&made);
    assert_int_equal(snapshot_open(&large, descriptor, &error), 0);
    close(descriptor);
    assert_int_equal(large.page_bytes, SPACE_PAGE);
    assert_int_equal(space_create(&made, &large.image, BLOCK, 0x10000), 0);
    for (uint32_t i = 0; i < PAGES; i++)
        assert_true(poke(space, START + i * SPACE_PAGE, 1));
    assert_int_equal(restore(space), PAGES);
    assert_int_equal(space->writes.page_count, 0);
    for (uint32_t i = 0; i < PAGES; i++)
        assert_true(writeset_page_is_pristine(space, (START >> SPACE_PAGE_SHIFT) + i));

    /* The second time in a row it stays, until requests no longer write most of it. */
    for (uint32_t i = 0; i < PAGES; i++)
        assert_true(poke(space, START + i * SPACE_PAGE, 1));
    assert_int_equal(restore(space), PAGES);
    assert_int_equal(space->writes.page_count, PAGES);
    for (uint32_t i = 0; i < PAGES; i++)
        assert_true(writeset_page_is_pristine(space, (START >> SPACE_PAGE_SHIFT) + i));
    for (unsigned round = 0; round < 10 && space->writes.page_count; round++) {
        assert_true(poke(space, START, 1));
        assert_in_range(restore(space), PAGES, 2 * PAGES); /* looked at, and then given back */
    }
    assert_int_equal(space->writes.page_count, 0);
    space_destroy(space);
    snapshot_close(&large);
}

/* Scattered writes do not make more runs, and so host mappings, than there may be. */
static void test_runs_are_bounded(void **state)
{
    struct space *space = space_of(state);
    struct space wide;
    enum { START = 0x1000000, PAGES = 4000 };
    (void)space;
    assert_int_equal(space_create(&wide, NULL, BLOCK, 0x10000), 0);
    assert_int_equal(space_map(&wide, START, START + PAGES * SPACE_PAGE, BOTH, SPACE_HEAP), 0);
    for (uint32_t i = 0; i < PAGES; i += 3)
        assert_true(poke(&wide, START + (i * 1237 % PAGES) * SPACE_PAGE, 1));
    assert_true(wide.writes.run_count <= WRITESET_SOFT_RUNS);
    for (uint32_t i = 0; i < PAGES; i += 3)
        assert_true(writeset_contains(&wide.writes, (START >> SPACE_PAGE_SHIFT) + i * 1237 % PAGES));
    space_destroy(&wide);
}

/* An image with many regions of one page and a large one: more runs than the set has room for. */
static void build_many_regions(struct snapshot *snapshot)
{
    static const struct cpu cpu;
    struct space made;
    struct snapshot_builder builder;
    struct snapshot_error error;
    struct code_range range = {0x10000, 0x10008};
    static const uint8_t nops[8] = {0x13, 0, 0, 0, 0x13, 0, 0, 0};
    assert_int_equal(space_create(&made, NULL, BLOCK, 0x10000), 0);
    assert_int_equal(space_map(&made, 0x1000000, 0x2000000, BOTH, SPACE_HEAP), 0);
    for (uint32_t i = 0; i < 110; i++)
        assert_int_equal(space_protect(&made, 0x1001000 + i * 0x2000, 0x1002000 + i * 0x2000, SPACE_READ), 0);
    assert_int_equal(snapshot_begin(&builder, 0x10000, 0x10008), 0);
    code_decode(builder.ops, builder.charge, nops, 0x10000, 0x10008, &range, 1);
    struct snapshot_contents contents = {.space = &made, .cpu = &cpu, .host_state = "x", .host_state_size = 1};
    int descriptor = snapshot_finish(&builder, &contents);
    assert_true(descriptor >= 0);
    space_destroy(&made);
    assert_int_equal(snapshot_open(snapshot, descriptor, &error), 0);
    close(descriptor);
}

static void test_large_set_is_given_back(void **state)
{
    struct space *space = space_of(state); /* with the handler of faults */
    assert_int_equal(space_restore(space), 0);
    write_much(space_restore);
}

static int restore_in_pieces(struct space *space)
{
    enum { MOST = 100 };
    uint32_t pages = 0, calls = 1, size = space->writes.page_count;
    int more;
    while ((more = space_restore_some(space, MOST)) > 0) {
        assert_in_range(space->writes.restored, 1, MOST);
        pages += space->writes.restored;
        calls++;
    }
    assert_int_equal(more, 0);
    pages += space->writes.restored;
    assert_true(calls >= size / MOST);
    return (int)pages;
}

static void test_large_set_in_pieces(void **state)
{
    struct space *space = space_of(state);
    uint8_t value;
    write_much(restore_in_pieces);
    /* The same for what the guest has mapped, and what it has taken its own rights from. */
    enum { START = 0x2000000, PAGES = WRITESET_KEEP_PAGES * 2 };
    assert_int_equal(space_map(space, START, START + PAGES * SPACE_PAGE, BOTH, SPACE_MAPPING), 0);
    for (uint32_t i = 0; i < PAGES; i++)
        space_host(space, START)[i * SPACE_PAGE] = 1;
    assert_true(poke(space, DATA + 0x100, 1));
    unsigned calls = 1;
    for (; space_restore_some(space, 100) > 0; calls++)
        assert_int_equal(space->writes.restored, 0);
    assert_in_range(calls, PAGES / 100, PAGES / 100 + 3);
    assert_as_image(space);
    assert_false(peek(space, START, &value));
}

/* Whatever was written before, a page that can be written is in the set, and every region can be written. */
static void test_many_runs_leave_nothing_behind(void **state)
{
    struct snapshot many;
    struct space space;
    (void)state;
    assert_int_equal(fault_install(), 0); /* as in space_of */
    build_many_regions(&many);
    assert_int_equal(space_create(&space, &many.image, BLOCK, 0x10000), 0);
    for (unsigned round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 150; i++)
            assert_true(poke(&space, 0x1800000 + i * 0x8000, 1));
        for (uint32_t i = 0; i < 110; i++)
            assert_true(poke(&space, 0x1000000 + i * 0x2000, 1));
        /* More regions still, of this request's own. */
        for (uint32_t i = 0; i < 1000; i++) {
            uint32_t at = 0x1400000 + i % 500 * 0x2000;
            assert_int_equal(space_protect(&space, at, at + 0x3000, SPACE_READ), 0);
            assert_int_equal(space_protect(&space, at + 0x1000, at + 0x2000, BOTH), 0);
            if (!poke(&space, at + 0x1000, 1))
                assert_false(writeset_contains(&space.writes, (at + 0x1000) >> SPACE_PAGE_SHIFT));
            assert_int_equal(space_protect(&space, at, at + 0x3000, BOTH), 0);
        }
        assert_true(space_restore(&space) > 0);
        assert_true(space.writes.run_count <= WRITESET_SOFT_RUNS);
        for (uint32_t page = 0x1000; page < 0x2000; page++)
            assert_true(writeset_page_is_pristine(&space, page));
    }
    space_destroy(&space);
    snapshot_close(&many);
}

/* Rights that were taken away and given back come back for a whole run at once. */
static void test_rights_come_back_together(void **state)
{
    struct space *space = space_of(state);
    assert_in_range(count_mappings(space), 1, space_mappings(space));
    for (uint32_t at = DATA; at < DATA_END; at += SPACE_PAGE)
        assert_true(poke(space, at, 1));
    assert_in_range(count_mappings(space), 1, space_mappings(space));
    assert_int_equal(space_protect(space, DATA, DATA_END, SPACE_READ), 0);
    assert_int_equal(space_protect(space, DATA, DATA_END, BOTH), 0);
    assert_true(poke(space, DATA + 5 * SPACE_PAGE, 2));
    for (uint32_t at = DATA; at < DATA_END; at += SPACE_PAGE)
        *(volatile uint8_t *)space_host(space, at) = 3; /* not guarded: a fault would end the test */
    assert_true(space_restore(space) >= 0);
    assert_as_image(space);
}

/* An owner in front of the space is beyond what a guest's address reaches with an offset. */
static void test_owner(void **state)
{
    struct space space, *owner;
    uint32_t fault;
    (void)state;
    assert_int_equal(fault_install(), 0);
    assert_int_equal(space_reserve(&space, 0x10000, SPACE_OWNER_MOST), 0);
    owner = space_owner(&space);
    for (size_t i = 0; i < SPACE_OWNER_MOST; i++)
        assert_int_equal(((uint8_t *)owner)[i], 0);
    *owner = space;
    assert_int_equal(space_establish(owner, NULL, BLOCK), 0);
    assert_ptr_equal((uint8_t *)owner + SPACE_OWNER, owner->base);
    assert_true(owner->block + 0x10000 < (uint8_t *)owner);
    for (int offset = -2048; offset < 0; offset++)
        assert_false(write_at(owner, owner->base + offset, 1, &fault));
    assert_int_equal(space_map(owner, DATA, DATA_END, BOTH, SPACE_HEAP), 0);
    assert_true(poke(owner, DATA, 7));
    assert_in_range(count_mappings(owner), 1, space_mappings(owner));
    space_destroy(owner);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_writes_are_learned_and_restored),
        CASE(test_walk_faults_few_times),
        CASE(test_no_access),
        CASE(test_questions),
        CASE(test_map_changes_are_undone),
        CASE(test_many_changes),
        CASE(test_changes_around_the_block),
        CASE(test_zero),
        CASE(test_idle_pages_are_pruned),
        CASE(test_large_set_is_given_back),
        CASE(test_large_set_in_pieces),
        CASE(test_many_runs_leave_nothing_behind),
        CASE(test_rights_come_back_together),
        CASE(test_runs_are_bounded),
        cmocka_unit_test(test_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
