/* SPDX-License-Identifier: Apache-2.0
 *
 * When a program is looked at, how its samples lie, and what of them is reported.
 */
#include "server/worker_profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

#define CASES BUILD_DIR "/tests/guests/engine_cases.elf"
#define HELLO BUILD_DIR "/guests/hello.elf"
#define TICK  (500 * NS_PER_MS)
#define MUCH  (PROFILE_HOT / 2) /* in a tick */

static struct metrics_worker counters;

static struct mf_program *make_program(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("%s is not built (no RISC-V cross compiler?)\n", path);
        skip();
    }
    static char bytes[1 << 22];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    struct mf_diagnostic why = {""};
    struct mf_program *program;
    if (mf_program_create(&program, &(struct mf_program_options){.elf = bytes, .elf_size = size}, &why))
        fail_msg("%s", why.text);
    return program;
}

/* The first function behind `after` that has a name and some length. */
static uint32_t find_function(const struct mf_program *program, uint32_t after)
{
    struct mf_program_info info;
    mf_program_info(program, &info);
    for (uint32_t pc = after; pc < 0x10000 + info.code_bytes; pc += 2) {
        struct mf_symbol here = mf_program_symbol(program, pc), there = mf_program_symbol(program, pc + 12);
        if (here.name && here.offset == 0 && there.name && there.offset == 12)
            return pc;
    }
    fail_msg("no function behind 0x%x", after);
    return 0;
}

static void test_only_what_is_used_much_is_looked_at(void **state)
{
    struct profile_heat heat = {0};
    profile_count(&heat, MUCH - 1, 100);
    assert_null(profile_begin(&heat, 0, TICK));
    assert_int_equal(heat.instructions, 0); /* each tick counts for itself */
    profile_count(&heat, MUCH, 100);
    struct profile *profile = profile_begin(&heat, 0, TICK);
    assert_non_null(profile);
    free(profile);
}

/* A burst of samples, close to each other, then none for a while; what is cut is never longer than it would have been.
 */
static void test_samples_come_in_bursts(void **state)
{
    struct profile_heat heat = {0};
    profile_count(&heat, MUCH, MUCH / 1000); /* requests of 1,000 instructions */
    struct profile *profile = profile_begin(&heat, 0, TICK);
    assert_non_null(profile);
    uint64_t sum = 0;
    unsigned taken = 0;
    for (; profile_piece(profile, 1, 4096) != 4096; taken++) {
        uint64_t piece = profile_piece(profile, 1, 4096);
        assert_in_range(piece, 1, 250);
        assert_true(profile_piece(profile, 1, 3) <= 3);
        sum += piece;
        profile_note(profile, 0x10000);
    }
    assert_int_equal(taken, 8);
    assert_in_range(sum, 300, 1700);
    profile_note(profile, 0x10000); /* the end of a piece that was not cut is no sample */
    assert_int_equal(profile->taken, 8);
    assert_int_equal(profile_piece(profile, NS_PER_MS / 2, 4096), 4096);
    assert_true(profile_piece(profile, 20 * NS_PER_MS, 4096) <= 250);
    free(profile);
}

static struct profile *looked_at(struct profile_heat *heat, int64_t now)
{
    profile_count(heat, MUCH, 100);
    return profile_begin(heat, now, TICK);
}

static void sample(struct profile *profile, uint32_t pc, unsigned count)
{
    while (count-- > 0)
        profile->places[profile->taken++] = pc;
}

static void test_what_stands_out_is_reported(void **state)
{
    struct mf_program *program = make_program(CASES);
    struct profile_heat heat = {0};
    struct profile *profile = looked_at(&heat, 0);
    uint32_t functions[PROFILE_REPORTS];
    uint32_t some = find_function(program, 0x10000), most = find_function(program, some + 2);
    sample(profile, some + 8, 80);
    sample(profile, most, 200);
    sample(profile, most + 12, 119);
    sample(profile, 0x10000, 1);
    assert_int_equal(profile_end(profile, &heat, program, &counters, TICK, functions), 2);
    assert_int_equal(functions[0], most);
    assert_int_equal(functions[1], some);
    assert_int_equal(counters.samples_interpreted, 400);
    assert_int_equal(counters.samples_native, 0);
    mf_program_destroy(program);
}

/* The time of what is left in the interpreter is that beside native code; a large function would hold up the others. */
static void test_little_functions_come_with_the_first(void **state)
{
    struct mf_program *program = make_program(CASES);
    struct profile_heat heat = {0};
    struct profile *profile = looked_at(&heat, 0);
    uint32_t functions[PROFILE_REPORTS];
    uint32_t most = find_function(program, 0x10000), little = find_function(program, most + 2), large = little;
    assert_in_range(mf_program_symbol(program, little).size, 1, 1000);
    while (mf_program_symbol(program, large).size < 3000)
        large = find_function(program, large + 2);
    sample(profile, most, 984);
    sample(profile, large, 10);
    sample(profile, little, 6);
    assert_int_equal(profile_end(profile, &heat, program, &counters, TICK, functions), 2);
    assert_int_equal(functions[0], most);
    assert_int_equal(functions[1], little);
    mf_program_destroy(program);
}

/* It is short, in mayfly_accept, and no sample falls there. */
static void test_the_begin_of_requests_comes_with_the_first(void **state)
{
    struct mf_program *program = make_program(HELLO);
    struct profile_heat heat = {0};
    struct profile *profile = looked_at(&heat, 0);
    uint32_t functions[PROFILE_REPORTS];
    uint32_t most = find_function(program, 0x10000);
    sample(profile, most, 100);
    assert_int_equal(profile_end(profile, &heat, program, &counters, TICK, functions), 2);
    assert_int_equal(functions[0], most);
    assert_string_equal(mf_program_symbol(program, functions[1]).name, "mayfly_accept");
    mf_program_destroy(program);
}

static void test_a_few_samples_say_nothing(void **state)
{
    struct mf_program *program = make_program(CASES);
    struct profile_heat heat = {0};
    struct profile *profile = looked_at(&heat, 0);
    uint32_t functions[PROFILE_REPORTS];
    sample(profile, 0x10100, 19);
    assert_int_equal(profile_end(profile, &heat, program, &counters, TICK, functions), 0);
    mf_program_destroy(program);
}

/* Each look is followed by a longer rest, until there is other native code. */
static void test_looks_become_rare(void **state)
{
    struct mf_program *program = make_program(CASES);
    struct profile_heat heat = {0};
    uint32_t functions[PROFILE_REPORTS];
    int64_t now = 0, rest = 0;
    for (int i = 0; i < 12; i++) {
        struct profile *profile = looked_at(&heat, now);
        assert_non_null(profile);
        assert_int_equal(profile_end(profile, &heat, program, &counters, now, functions), 0);
        assert_null(looked_at(&heat, now + 1));
        assert_true(heat.rest_until - now >= rest);
        rest = heat.rest_until - now;
        now = heat.rest_until;
    }
    assert_in_range(rest, 30 * NS_PER_SECOND, 120 * NS_PER_SECOND);
    profile_renew(&heat);
    struct profile *profile = looked_at(&heat, 1);
    assert_non_null(profile);
    free(profile);
    mf_program_destroy(program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_is_used_much_is_looked_at),
        cmocka_unit_test(test_samples_come_in_bursts),
        cmocka_unit_test(test_what_stands_out_is_reported),
        cmocka_unit_test(test_little_functions_come_with_the_first),
        cmocka_unit_test(test_the_begin_of_requests_comes_with_the_first),
        cmocka_unit_test(test_a_few_samples_say_nothing),
        cmocka_unit_test(test_looks_become_rare),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
