/* SPDX-License-Identifier: Apache-2.0 */
#include "server/bucket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"

#define S NS_PER_SECOND

static void test_a_seconds_worth(void **state)
{
    struct bucket bucket = {.rate = 100};
    bucket_refill(&bucket, 0, 5 * S);
    assert_int_equal(bucket.tokens, 100);
    bucket_spend(&bucket, 60);
    bucket_refill(&bucket, 0, 5 * S + S / 4);
    assert_int_equal(bucket.tokens, 65);
    bucket_refill(&bucket, 0, 1000 * S);
    assert_int_equal(bucket.tokens, 100);
}

static void test_many_looks_lose_nothing(void **state)
{
    struct bucket bucket = {.rate = 100};
    bucket_refill(&bucket, 0, S);
    bucket_spend(&bucket, 100);
    for (int i = 1; i <= 1000; i++)
        bucket_refill(&bucket, 0, S + i * NS_PER_MS);
    assert_in_range(bucket.tokens, 98, 100);
}

static void test_debts_are_waited_off(void **state)
{
    struct bucket bucket = {.rate = 100};
    bucket_refill(&bucket, 0, S);
    bucket_spend(&bucket, 1100);
    assert_int_equal(bucket_wait(&bucket), 11);
    bucket_refill(&bucket, 0, 8 * S);
    assert_int_equal(bucket.tokens, -300);
    bucket_refill(&bucket, 0, 12 * S);
    assert_int_equal(bucket.tokens, 100);
    assert_int_equal(bucket_wait(&bucket), 1);
}

static void test_extremes(void **state)
{
    struct bucket bucket = {.rate = 0};
    bucket_refill(&bucket, 64, S); /* a rate of nothing still holds the least */
    assert_int_equal(bucket.tokens, 64);
    for (int i = 0; i < 20000; i++)
        bucket_spend(&bucket, UINT64_MAX);
    assert_true(bucket.tokens < 0);
    bucket_refill(&bucket, 64, INT64_MAX);
    assert_true(bucket.tokens < 0);
    assert_int_equal(bucket_wait(&bucket), 3600);
    bucket.rate = BUCKET_RATE_MAX;
    bucket_refill(&bucket, 0, INT64_MAX);
    assert_true(bucket.tokens <= (int64_t)BUCKET_RATE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_seconds_worth),
        cmocka_unit_test(test_many_looks_lose_nothing),
        cmocka_unit_test(test_debts_are_waited_off),
        cmocka_unit_test(test_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
