/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool: bounded, last in first out, nothing carried from one borrower to the next.
 */
#include "guest.h"

static struct mf_program *program;

static int make(void **state)
{
    program = guest_program("engine_cases", 0);
    return 0;
}

static int drop(void **state)
{
    mf_program_destroy(program);
    return 0;
}

static void test_bounded_and_reused(void **state)
{
    struct mf_diagnostic why = {""};
    struct mf_pool *pool;
    struct mf_pool_stats stats;
    struct mf_instance *taken[3];
    assert_int_equal(mf_pool_create(&pool, program, NULL, 3, &why), MF_OK);
    for (int i = 0; i < 3; i++)
        assert_non_null(taken[i] = mf_pool_acquire(pool, &why));
    assert_null(mf_pool_acquire(pool, &why));
    assert_non_null(strstr(why.text, "busy"));
    for (int i = 0; i < 3; i++)
        assert_true(mf_pool_release(pool, taken[i]) >= 0);
    mf_pool_stats(pool, &stats);
    assert_int_equal(stats.idle, 3);
    assert_int_equal(stats.busy, 0);
    assert_int_equal(stats.created, 3);
    assert_true(stats.memory > 0);

    struct mf_instance *again = mf_pool_acquire(pool, &why);
    assert_ptr_equal(again, taken[2]); /* the warmest */
    mf_pool_discard(pool, again);
    assert_int_equal(mf_pool_trim(pool, 1), 1);
    again = mf_pool_acquire(pool, &why);
    assert_ptr_equal(again, taken[1]); /* the coldest was trimmed */
    (void)mf_pool_release(pool, again);
    mf_pool_stats(pool, &stats);
    assert_int_equal(stats.idle, 1);
    assert_int_equal(stats.destroyed, 2);
    assert_int_equal(stats.acquired, 5);
    mf_pool_destroy(pool);
}

static void test_released_is_pristine(void **state)
{
    struct mf_diagnostic why;
    struct mf_pool *pool;
    struct mf_outcome outcome;
    static const char *const bodies[] = {"count", "load", "spin", "exit", "bad status", "map to the limit"};
    assert_int_equal(mf_pool_create(&pool, program, NULL, 1, &why), MF_OK);
    for (int i = 0; i < 60; i++) {
        struct mf_instance *instance = mf_pool_acquire(pool, &why);
        const char *body = bodies[i % 6];
        guest_assert_pristine(instance, true);
        assert_int_equal(guest_submit(instance, body, strlen(body)), MF_OK);
        mf_instance_run(instance, 100000, &outcome);
        assert_true(mf_pool_release(pool, instance) >= 0);
    }
    mf_pool_destroy(pool);
}

static void test_size_is_checked(void **state)
{
    struct mf_pool *pool;
    assert_int_equal(mf_pool_create(&pool, program, NULL, 0, NULL), MF_ERROR_LIMIT);
    assert_int_equal(mf_pool_create(&pool, program, NULL, SIZE_MAX, NULL), MF_ERROR_LIMIT);
    mf_pool_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounded_and_reused),
        cmocka_unit_test(test_released_is_pristine),
        cmocka_unit_test(test_size_is_checked),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
