/* SPDX-License-Identifier: Apache-2.0
 *
 * What is compiled, again and never, and who has used how much of the compilers.
 */
#include "server/hot_code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "server/compile_account.h"

static void test_a_function_is_wanted_once(void **state)
{
    struct hot_code code = {.count = 0};
    uint32_t functions[COMPILER_HOT];
    assert_true(hot_code_add(&code, 0x1000, HOT_WANTED, 1));
    assert_false(hot_code_add(&code, 0x1000, HOT_WANTED, 1));
    assert_int_equal(hot_code_begin(&code, functions), 1);
    assert_int_equal(functions[0], 0x1000);
    assert_false(hot_code_add(&code, 0x1000, HOT_WANTED, 1));
    assert_int_equal(code.in_state[HOT_WANTED], 0);
    assert_int_equal(code.in_state[HOT_AT_WORK], 1);
    hot_code_succeed(&code);
    assert_false(hot_code_add(&code, 0x1000, HOT_WANTED, 1));
    assert_int_equal(code.in_state[HOT_NATIVE], 1);
}

/* What came while a compiler was at work is for the next one, which makes all that is native again. */
static void test_the_next_compilation_has_all_again(void **state)
{
    struct hot_code code = {.count = 0};
    uint32_t functions[COMPILER_HOT];
    assert_true(hot_code_add(&code, 0x1000, HOT_NATIVE, 1));
    assert_true(hot_code_add(&code, 0x2000, HOT_WANTED, 1));
    assert_int_equal(hot_code_begin(&code, functions), 2);
    assert_true(hot_code_add(&code, 0x3000, HOT_WANTED, 1));
    hot_code_succeed(&code);
    assert_int_equal(code.in_state[HOT_NATIVE], 2);
    assert_int_equal(code.in_state[HOT_WANTED], 1);
    assert_int_equal(hot_code_begin(&code, functions), 3);
}

/* Down to the one that is bad; the others become native. */
static void test_what_failed_is_tried_in_halves(void **state)
{
    struct hot_code code = {.count = 0};
    uint32_t functions[COMPILER_HOT];
    const uint32_t bad = 0x3000;
    unsigned rounds = 0;
    for (uint32_t at = 0x1000; at <= 0x5000; at += 0x1000)
        assert_true(hot_code_add(&code, at, HOT_WANTED, 1));
    for (; code.in_state[HOT_WANTED]; rounds++) {
        bool has_bad = false;
        unsigned count = hot_code_begin(&code, functions);
        for (unsigned i = 0; i < count; i++)
            has_bad |= functions[i] == bad;
        if (has_bad)
            assert_int_equal(hot_code_fail(&code), count == 1 + code.in_state[HOT_NATIVE]);
        else
            hot_code_succeed(&code);
    }
    assert_in_range(rounds, 3, 8);
    assert_int_equal(code.in_state[HOT_NATIVE], 4);
    assert_int_equal(code.in_state[HOT_REFUSED], 1);
    assert_false(hot_code_add(&code, bad, HOT_WANTED, 1));
    assert_true(hot_code_add(&code, 0x6000, HOT_WANTED, 1));
    assert_int_equal(hot_code_begin(&code, functions), 5); /* without the bad one */
    hot_code_give_back(&code);
    assert_int_equal(code.in_state[HOT_WANTED], 1);
}

static void test_there_is_a_limit(void **state)
{
    struct hot_code code = {.count = 0};
    uint32_t functions[COMPILER_HOT];
    for (uint32_t i = 0; i < COMPILER_HOT; i++)
        assert_true(hot_code_add(&code, 0x1000 + 2 * i, HOT_WANTED, 1));
    assert_false(hot_code_add(&code, 0x8000, HOT_WANTED, 1));
    assert_int_equal(hot_code_begin(&code, functions), COMPILER_HOT);
}

/* How many of the list's functions lie in [start, start + 0x1000). */
static unsigned listed(const struct hot_code *code, uint32_t start)
{
    unsigned count = 0;
    for (unsigned i = 0; i < code->count; i++)
        count += code->functions[i] - start < 0x1000;
    return count;
}

/* One worker has filled the list: another one gets half of it, a third a third, and nobody takes it back. */
static void test_no_worker_crowds_out_the_others(void **state)
{
    struct hot_code code = {.count = 0};
    uint32_t functions[COMPILER_HOT];
    for (uint32_t i = 0; i < COMPILER_HOT; i++)
        assert_true(hot_code_add(&code, 0x1000 + 2 * i, HOT_WANTED, 1));
    assert_int_equal(hot_code_begin(&code, functions), COMPILER_HOT);
    assert_false(hot_code_add(&code, 0x2000, HOT_WANTED, 2)); /* all are at work */
    hot_code_succeed(&code);
    for (unsigned round = 0; round < 3; round++)
        for (uint32_t i = 0; i < COMPILER_HOT; i++)
            for (unsigned reporter = 1; reporter <= 2; reporter++)
                (void)hot_code_add(&code, 0x1000 * reporter + 2 * i, HOT_WANTED, reporter);
    assert_int_equal(listed(&code, 0x1000), COMPILER_HOT / 2);
    assert_int_equal(listed(&code, 0x2000), COMPILER_HOT / 2);
    for (uint32_t i = 0; i < COMPILER_HOT; i++)
        (void)hot_code_add(&code, 0x3000 + 2 * i, HOT_WANTED, HOT_REPORTERS - 1);
    assert_in_range(listed(&code, 0x3000), COMPILER_HOT / 3 - 1, COMPILER_HOT / 3);
    assert_int_equal(code.count, COMPILER_HOT);
    assert_int_equal(code.in_state[HOT_NATIVE] + code.in_state[HOT_WANTED], COMPILER_HOT);
}

static void test_what_was_refused_makes_no_room(void **state)
{
    struct hot_code code = {.count = 0};
    for (uint32_t i = 0; i < COMPILER_HOT; i++)
        assert_true(hot_code_add(&code, 0x1000 + 2 * i, i < COMPILER_HOT - 2 ? HOT_REFUSED : HOT_NATIVE, 1));
    assert_true(hot_code_add(&code, 0x2000, HOT_WANTED, 2));
    assert_true(hot_code_add(&code, 0x2002, HOT_WANTED, 2));
    assert_false(hot_code_add(&code, 0x2004, HOT_WANTED, 2));
    assert_int_equal(code.in_state[HOT_REFUSED], COMPILER_HOT - 2);
}

static void test_compile_time_is_forgotten_by_halves(void **state)
{
    struct compile_account account = {.cpu_ms = 0};
    const int64_t now = 1000 * NS_PER_SECOND;
    assert_int_equal(compile_account_used(&account, now), 0);
    compile_account_charge(&account, 8000, now);
    assert_int_equal(compile_account_used(&account, now), 8000);
    assert_int_equal(compile_account_used(&account, now + COMPILE_ACCOUNT_HALF_NS), 4000);
    compile_account_charge(&account, 1000, now + 2 * COMPILE_ACCOUNT_HALF_NS);
    assert_int_equal(compile_account_used(&account, now + 2 * COMPILE_ACCOUNT_HALF_NS), 3000);
    assert_int_equal(compile_account_used(&account, now + 100 * COMPILE_ACCOUNT_HALF_NS), 0);
    assert_int_equal(compile_account_used(&account, now - NS_PER_SECOND), 3000); /* a clock read before is no credit */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_function_is_wanted_once),
        cmocka_unit_test(test_the_next_compilation_has_all_again),
        cmocka_unit_test(test_what_failed_is_tried_in_halves),
        cmocka_unit_test(test_there_is_a_limit),
        cmocka_unit_test(test_no_worker_crowds_out_the_others),
        cmocka_unit_test(test_what_was_refused_makes_no_room),
        cmocka_unit_test(test_compile_time_is_forgotten_by_halves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
