/* SPDX-License-Identifier: Apache-2.0
 *
 * Whatever a guest does to its memory, its map and its registers, a rollback undoes: a guest that acts at random (from
 * a seed), audited page by page, and against the host's own list of mappings.
 */
#include "guest.h"

#include <inttypes.h>
#include <sys/mman.h>

#include "sandbox/instance.h"

#define MEMORY (UINT64_C(3) << 20)

static struct mf_program *program;

static int make_program(void **state)
{
    program = guest_program("engine_chaos", MEMORY);
    return 0;
}

static int drop_program(void **state)
{
    mf_program_destroy(program);
    return 0;
}

/* ---- what the host has mapped ---------------------------------------------------------------------- */

/* What the host's protection of `page` must be in a pristine instance. */
static const char *expected_access(const struct space *space, uint32_t address)
{
    const struct space_region *region = space_find(space, address);
    if (!region || !(region->protection & SPACE_READ))
        return "---";
    if (region->kind != SPACE_BLOCK && writeset_contains(&space->writes, address >> SPACE_PAGE_SHIFT))
        return "rw-";
    return "r--";
}

/* Every mapping inside the arena gives exactly the access that it should, page by page. */
static void assert_host_map(const struct mf_instance *instance)
{
    const struct space *space = &instance->space;
    FILE *maps = fopen("/proc/self/maps", "r");
    assert_non_null(maps);
    char line[512], access[8];
    uint64_t from, to, base = (uintptr_t)space->base, covered = 0;
    while (fgets(line, sizeof line, maps)) {
        assert_int_equal(sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &from, &to, access), 3);
        from = from > base ? from : base;
        to = to < base + SPACE_SIZE ? to : base + SPACE_SIZE;
        if (from >= to)
            continue;
        covered += to - from;
        access[3] = '\0';
        bool nothing = !strcmp(access, "---");
        for (uint64_t at = from; at < to; at += SPACE_PAGE) {
            uint32_t address = (uint32_t)(at - base);
            const struct space_region *region = space_find(space, address);
            if (nothing && !region) { /* on to where something should be */
                size_t next = space_search(space, address);
                uint64_t start = next < space->region_count ? base + space->regions[next].start : to;
                at = (start < to ? start : to) - SPACE_PAGE;
                continue;
            }
            if (strcmp(access, expected_access(space, address)))
                fail_msg("the host maps 0x%x as %s, not %s", address, access, expected_access(space, address));
        }
    }
    fclose(maps);
    assert_int_equal(covered, SPACE_SIZE);
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void chaos(struct mf_instance *instance, uint64_t seed, struct mf_outcome *outcome)
{
    assert_int_equal(guest_submit(instance, &seed, sizeof seed), MF_OK);
    mf_instance_run(instance, 200000, outcome);
    int pages = mf_instance_rollback(instance);
    assert_true(pages >= 0);
}

static void test_anything_is_undone(void **state)
{
    enum { ROUNDS = 3000 };
    struct mf_instance *instance = guest_instance(program);
    struct mf_outcome outcome;
    unsigned stops[8] = {0}, traps = 0;
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        chaos(instance, seed * UINT64_C(0x9e3779b97f4a7c15), &outcome);
        guest_assert_pristine(instance, seed % 16 == 0);
        if (seed % 64 == 0)
            assert_host_map(instance);
        stops[outcome.stop]++;
        traps += outcome.trap == MF_TRAP_STORE;
    }
    guest_assert_pristine(instance, true);
    /* The guest did reach all of its ends. */
    assert_true(stops[MF_STOP_RESPONDED] > ROUNDS / 20);
    assert_true(stops[MF_STOP_EXITED] > ROUNDS / 20);
    assert_true(stops[MF_STOP_FUEL] > ROUNDS / 20);
    assert_true(traps > ROUNDS / 20);
    mf_instance_destroy(instance);
}

/* The same seed on a used and on a new instance: same stop, pc and number of instructions. */
static void test_history_makes_no_difference(void **state)
{
    struct mf_instance *used = guest_instance(program);
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct mf_outcome first, second;
        struct mf_instance *fresh = guest_instance(program);
        chaos(used, seed << 32 | seed, &first);
        chaos(fresh, seed << 32 | seed, &second);
        assert_int_equal(first.stop, second.stop);
        assert_int_equal(first.trap, second.trap);
        assert_int_equal(first.pc, second.pc);
        assert_int_equal(first.address, second.address);
        assert_int_equal(first.instructions, second.instructions);
        guest_assert_pristine(fresh, true);
        mf_instance_destroy(fresh);
    }
    mf_instance_destroy(used);
}

/* The audit is not blind: each kind of trace is found. */
static void test_audit_finds_what_differs(void **state)
{
    struct mf_instance *instance = guest_instance(program);
    struct mf_outcome outcome;
    struct mf_diagnostic why;
    for (uint64_t seed = 1; instance->space.writes.page_count == 0; seed++)
        chaos(instance, seed, &outcome);
    guest_assert_pristine(instance, true);

    uint8_t *page = space_host(&instance->space, (uint64_t)instance->space.writes.runs[0].first << SPACE_PAGE_SHIFT);
    page[100] ^= 1;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    assert_non_null(strstr(why.text, "page"));
    page[100] ^= 1;

    instance->cpu.x[9]++;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    instance->cpu.x[9]--;
    instance->cpu.f[31] ^= 1;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    instance->cpu.f[31] ^= 1;
    instance->cpu.fflags ^= 1;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    instance->cpu.fflags ^= 1;
    instance->cpu.reserved ^= 4;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    instance->cpu.reserved ^= 4;
    instance->guest.heap_mark++;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    instance->guest.heap_mark--;
    instance->space.block[77] = 1;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    instance->space.block[77] = 0;
    instance->space.regions[2].protection ^= 2;
    assert_int_equal(mf_instance_audit(instance, false, &why), 1);
    instance->space.regions[2].protection ^= 2;
    guest_assert_pristine(instance, true);
    mf_instance_destroy(instance);
}

static size_t touched_pages_of_block(const struct space *space)
{
    unsigned char touched[512];
    size_t count = 0, pages = space->block_size / SPACE_PAGE;
    assert_true(pages <= sizeof touched);
    assert_int_equal(mincore(space->block, space->block_size, touched), 0);
    for (size_t i = 0; i < pages; i++)
        count += touched[i] & 1;
    return count;
}

/* A thorough audit sees the last byte of the request block, and makes the host find no memory for what was never used.
 */
static void test_audit_of_the_request_block(void **state)
{
    struct mf_instance *instance = guest_instance(program);
    struct mf_diagnostic why;
    size_t before = touched_pages_of_block(&instance->space);
    uint8_t *last = &instance->space.block[instance->space.block_size - 1];
    assert_int_equal(mf_instance_audit(instance, true, &why), 0);
    assert_int_equal(touched_pages_of_block(&instance->space), before);
    *last = 1;
    assert_int_equal(mf_instance_audit(instance, true, &why), 1);
    assert_non_null(strstr(why.text, "request block"));
    *last = 0;
    assert_int_equal(mf_instance_audit(instance, true, &why), 0);
    mf_instance_destroy(instance);
}

/* A request block of any size is zero again, and the memory of a large one is given back. */
static void test_request_block_is_cleared(void **state)
{
    struct mf_instance *instance = guest_instance(program);
    size_t sizes[] = {0, 1, 4096, 65000, 70000, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *body = malloc(sizes[i] + 1);
        memset(body, 0xa5, sizes[i] + 1);
        assert_int_equal(guest_submit(instance, body, sizes[i]), MF_OK);
        assert_true(mf_instance_rollback(instance) >= 0);
        guest_assert_pristine(instance, true);
        free(body);
    }
    mf_instance_destroy(instance);
}

static void assert_undone(struct mf_instance *instance)
{
    assert_true(mf_instance_rollback(instance) >= 0);
    guest_assert_pristine(instance, true);
    assert_int_equal(instance->journal.used | instance->journal.said | instance->journal.full, 0);
}

/* Answers a request with a body of `size`; the rollback is still to come. */
static void count(struct mf_instance *instance, size_t size)
{
    static char body[3 * SPACE_PAGE];
    struct mf_outcome outcome;
    memset(body, 0xa5, sizeof body);
    memcpy(body, "count", sizeof "count");
    assert_int_equal(guest_submit(instance, body, size), MF_OK);
    mf_instance_run(instance, GUEST_FUEL, &outcome);
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
}

/* The same, on an instance whose rollbacks are plain copies by now. */
static void count_plainly(struct mf_instance *instance, size_t size)
{
    for (int i = 0; i < 2; i++) {
        count(instance, sizeof "count");
        assert_undone(instance);
    }
    assert_true(writeset_is_plain(&instance->space.writes) || !lines_are_wide());
    count(instance, size);
}

/* The plain copy is not for a request that did more than those before. */
static void test_what_is_unusual_is_undone(void **state)
{
    struct mf_program *own = guest_program("engine_cases", MEMORY);
    struct mf_instance *instance = guest_instance(own);
    struct space *space = &instance->space;
    uint64_t secret = 77;

    count_plainly(instance, 2 * SPACE_PAGE + 100);
    assert_undone(instance);

    count_plainly(instance, sizeof "count");
    assert_true(journal_record(&instance->journal, &secret, sizeof secret));
    assert_undone(instance);
    count_plainly(instance, sizeof "count");
    assert_true(journal_says(&instance->journal));
    assert_undone(instance);

    count_plainly(instance, sizeof "count");
    uint32_t hole = space_hole(space, SPACE_PAGE, SPACE_LOWEST, SPACE_HIGHEST);
    assert_int_equal(space_map(space, hole, hole + SPACE_PAGE, SPACE_READ | SPACE_WRITE, SPACE_MAPPING), 0);
    assert_undone(instance);
    assert_null(space_find(space, hole));

    count_plainly(instance, sizeof "count");
    uint32_t heap = instance->guest.heap_end - SPACE_PAGE;
    assert_false(writeset_contains(&space->writes, heap >> SPACE_PAGE_SHIFT));
    assert_true(writeset_learn(space, heap));
    *space_host(space, heap) = 1;
    assert_undone(instance);
    assert_int_equal(*space_host(space, heap), 0);

    /* Pages that are not written any more are found out and protected again. */
    for (int i = 0; i < 400 && writeset_contains(&space->writes, heap >> SPACE_PAGE_SHIFT); i++) {
        count(instance, sizeof "count");
        assert_undone(instance);
    }
    assert_false(writeset_contains(&space->writes, heap >> SPACE_PAGE_SHIFT));

    count_plainly(instance, sizeof "count");
    instance->phase = PHASE_BROKEN;
    assert_int_equal(mf_instance_rollback(instance), MF_ERROR_SYSTEM);
    mf_instance_destroy(instance);
    mf_program_destroy(own);
}

/* What one instance learns, the next is born with; and it stays equal. */
static void test_learning_is_shared(void **state)
{
    struct mf_program *own = guest_program("engine_chaos", MEMORY);
    struct mf_instance *first = guest_instance(own);
    struct mf_outcome outcome;
    assert_int_equal(first->space.writes.page_count, 0);
    for (uint64_t seed = 1; seed < 20; seed++)
        chaos(first, seed, &outcome);
    assert_true(first->space.writes.page_count > 0);
    struct mf_instance *second = guest_instance(own);
    assert_true(second->space.writes.page_count > 0);
    guest_assert_pristine(second, true);
    chaos(second, 7, &outcome);
    guest_assert_pristine(second, true);
    mf_instance_destroy(first);
    mf_instance_destroy(second);
    mf_program_destroy(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anything_is_undone),        cmocka_unit_test(test_history_makes_no_difference),
        cmocka_unit_test(test_audit_finds_what_differs),  cmocka_unit_test(test_audit_of_the_request_block),
        cmocka_unit_test(test_request_block_is_cleared),  cmocka_unit_test(test_learning_is_shared),
        cmocka_unit_test(test_what_is_unusual_is_undone),
    };
    return cmocka_run_group_tests(tests, make_program, drop_program);
}
