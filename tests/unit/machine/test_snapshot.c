/* SPDX-License-Identifier: Apache-2.0
 *
 * Artifacts: what goes in comes out, and nothing is mapped that is not sealed, whole and of this build.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memfd.h"
#include "machine/snapshot.h"

#define BLOCK 0x100000u

static const uint8_t nops[8] = {0x13, 0, 0, 0, 0x13, 0, 0, 0};

/* An artifact with some pages. */
static int make(void)
{
    static const struct snapshot_symbol symbols[] = {{0x10000, 8, 0}};
    struct cpu cpu = {.pc = 0x10004, .frm = 3};
    struct code_range range = {0x10000, 0x10008};
    struct page_run filled[] = {{0x20, 4}, {0x40, 1}};
    struct snapshot_builder builder;
    struct space space;
    cpu.x[5] = 55;
    assert_int_equal(space_create(&space, NULL, BLOCK, 0x10000), 0);
    assert_int_equal(space_map(&space, 0x20000, 0x80000, SPACE_READ | SPACE_WRITE, SPACE_SEGMENT), 0);
    assert_int_equal(writeset_seed(&space, filled, 2, false), 0);
    memcpy(space_host(&space, 0x20100), "first", 6);
    memcpy(space_host(&space, 0x40000), "second", 7);
    assert_int_equal(space_protect(&space, 0x40000, 0x41000, 0), 0); /* frozen all the same */
    assert_int_equal(snapshot_begin(&builder, 0x10000, 0x10008), 0);
    code_decode(builder.ops, builder.charge, nops, 0x10000, 0x10008, &range, 1);
    struct snapshot_contents contents = {
        .space = &space,
        .cpu = &cpu,
        .host_state = "host",
        .host_state_size = 5,
        .symbols = symbols,
        .symbol_count = 1,
        .names = "main",
        .names_size = 5,
    };
    int descriptor = snapshot_finish(&builder, &contents);
    assert_true(descriptor >= 0);
    space_destroy(&space);
    return descriptor;
}

/* A memfd with the bytes of `good`, which is closed, changed at one place; sealed if `sealed`. */
static int copy_with(int good, uint64_t at, uint64_t value, size_t width, bool sealed)
{
    static uint8_t bytes[1 << 20];
    int copy = memfd_create("copy", MFD_ALLOW_SEALING);
    ssize_t size = pread(good, bytes, sizeof bytes, 0);
    assert_true(size > 0 && (size_t)size < sizeof bytes);
    memcpy(bytes + at, &value, width);
    assert_int_equal(pwrite(copy, bytes, (size_t)size, 0), size);
    if (sealed)
        assert_int_equal(memfd_seal(copy), 0);
    close(good);
    return copy;
}

static void refuse(int descriptor, const char *word)
{
    struct snapshot s;
    struct snapshot_error error;
    assert_int_equal(snapshot_open(&s, descriptor, &error), -EINVAL);
    if (!strstr(error.text, word))
        fail_msg("'%s' does not say '%s'", error.text, word);
    close(descriptor);
}

static void test_round_trip(void **state)
{
    struct snapshot s;
    struct snapshot_error error;
    struct space space;
    int descriptor = make();
    assert_int_equal(snapshot_open(&s, descriptor, &error), 0);
    close(descriptor); /* the snapshot has its own */
    assert_int_equal(s.code.start, 0x10000);
    assert_int_equal(s.code.end, 0x10008);
    assert_true(s.code.charge[0] > 0);
    assert_int_equal(s.cpu->pc, 0x10004);
    assert_int_equal(s.cpu->x[5], 55);
    assert_string_equal(s.host_state, "host");
    assert_string_equal(s.names + s.symbols[0].name, "main");
    assert_int_equal(s.page_bytes, 2 * SPACE_PAGE);
    assert_int_equal(s.image.region_count, 4);

    assert_int_equal(space_create(&space, &s.image, s.block_start, s.block_size), 0);
    assert_string_equal((char *)space_host(&space, 0x20100), "first");
    assert_false(space_readable(&space, 0x40000, 1));
    assert_int_equal(*space_host(&space, 0x7ffff), 0);
    space_destroy(&space);
    snapshot_close(&s);
}

/* The artifact of a space with two pages that are not zero, 0x20 and 0x22, and whatever is between. */
static int freeze_two_pages(struct space *space)
{
    static const struct cpu cpu;
    struct code_range range = {0x10000, 0x10008};
    struct page_run filled[] = {{0x20, 1}, {0x22, 1}};
    struct snapshot_builder builder;
    assert_int_equal(space_map(space, 0x20000, 0x21000, SPACE_READ | SPACE_WRITE, SPACE_MAPPING), 0);
    assert_int_equal(space_map(space, 0x22000, 0x23000, SPACE_READ | SPACE_WRITE, SPACE_MAPPING), 0);
    assert_int_equal(writeset_seed(space, filled, 2, false), 0);
    *space_host(space, 0x20000) = *space_host(space, 0x22000) = 1;
    assert_int_equal(snapshot_begin(&builder, 0x10000, 0x10008), 0);
    code_decode(builder.ops, builder.charge, nops, 0x10000, 0x10008, &range, 1);
    struct snapshot_contents contents = {.space = space, .cpu = &cpu, .host_state = "x", .host_state_size = 1};
    int descriptor = snapshot_finish(&builder, &contents);
    assert_true(descriptor >= 0);
    space_destroy(space);
    return descriptor;
}

/* A page without access between two that are stored: it holds nothing, and nobody may look at it. */
static void test_reserved_between_pages(void **state)
{
    struct snapshot_error error;
    struct snapshot snapshot;
    struct space space;
    (void)state;
    assert_int_equal(space_create(&space, NULL, BLOCK, 0x10000), 0);
    assert_int_equal(space_map(&space, 0x21000, 0x22000, 0, SPACE_RESERVED), 0);
    int descriptor = freeze_two_pages(&space);
    assert_int_equal(snapshot_open(&snapshot, descriptor, &error), 0);
    close(descriptor);
    assert_int_equal(snapshot.page_bytes, 2 * SPACE_PAGE);
    assert_int_equal(snapshot.image.source_count, 1);
    snapshot_close(&snapshot);
}

/* The request block between two pages that are stored: zero in every request, whatever a file may say. */
static void test_block_between_pages(void **state)
{
    struct snapshot_error error;
    struct snapshot snapshot;
    struct space space;
    (void)state;
    assert_int_equal(space_create(&space, NULL, 0x21000, SPACE_PAGE), 0);
    int descriptor = freeze_two_pages(&space);
    assert_int_equal(snapshot_open(&snapshot, descriptor, &error), 0);
    assert_int_equal(snapshot.image.source_count, 2);
    assert_int_equal(snapshot.image.sources[0].count, 1);
    size_t at = (size_t)((const uint8_t *)&snapshot.image.sources[0].count - snapshot.bytes);
    snapshot_close(&snapshot);
    refuse(copy_with(descriptor, at, 2, 4, true), "damaged");
}

static void test_nobody_can_change_it(void **state)
{
    int descriptor = make();
    assert_true(memfd_is_sealed(descriptor));
    assert_int_equal(pwrite(descriptor, "x", 1, 0), -1);
    assert_int_equal(ftruncate(descriptor, 0), -1);
    assert_ptr_equal(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), MAP_FAILED);
    close(descriptor);
}

static void test_refused(void **state)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    close(pipes[1]);
    refuse(pipes[0], "not a sealed memfd");
    refuse(copy_with(make(), 4000, 0, 1, false), "not a sealed memfd");
    refuse(copy_with(make(), 0, 1, 1, true), "magic");
    refuse(copy_with(make(), 8, 1, 8, true), "another build");
    refuse(copy_with(make(), 16, 123456789, 8, true), "damaged");
    int empty = memfd_create("empty", MFD_ALLOW_SEALING);
    assert_int_equal(memfd_seal(empty), 0);
    refuse(empty, "too small");
}

/* Every word of the header and the tables, spoilt in turn: refused, or harmless to make a space of. */
static void test_spoilt_words(void **state)
{
    static const uint64_t nasty[] = {UINT64_MAX, 0xfffff000, 7};
    unsigned refused = 0;
    for (uint64_t at = 16; at < 1000; at += 4)
        for (size_t i = 0; i < 3; i++) {
            struct snapshot s;
            struct snapshot_error error;
            struct space space;
            int descriptor = copy_with(make(), at, nasty[i], 4, true);
            if (snapshot_open(&s, descriptor, &error)) {
                refused++;
            } else {
                if (space_create(&space, &s.image, s.block_start, s.block_size) == 0)
                    space_destroy(&space);
                snapshot_close(&s);
            }
            close(descriptor);
        }
    assert_true(refused > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_reserved_between_pages),
        cmocka_unit_test(test_block_between_pages),
        cmocka_unit_test(test_nobody_can_change_it),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_spoilt_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
