/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole lines are copied and cleared, as many as were asked for and no byte beside them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/lines.h"

#define MOST 130

static _Alignas(LINE_SIZE) uint8_t from[MOST * LINE_SIZE], to[MOST * LINE_SIZE], expected[MOST * LINE_SIZE];

static int fill(void **state)
{
    for (size_t i = 0; i < sizeof from; i++) {
        from[i] = (uint8_t)(i * 7 + i / 251);
        expected[i] = (uint8_t)(i * 3 + 1);
    }
    return 0;
}

static void test_copy(void **state)
{
    for (size_t count = 0; count < MOST - 1; count++) {
        memcpy(to, expected, sizeof to);
        lines_copy(to + LINE_SIZE, from, count);
        assert_memory_equal(to, expected, LINE_SIZE);
        assert_memory_equal(to + LINE_SIZE, from, count * LINE_SIZE);
        size_t end = (count + 1) * LINE_SIZE;
        assert_memory_equal(to + end, expected + end, sizeof to - end);
    }
}

static void test_clear(void **state)
{
    static const uint8_t zeros[sizeof to];
    for (size_t count = 0; count < MOST - 1; count++) {
        memcpy(to, expected, sizeof to);
        lines_clear(to + LINE_SIZE, count);
        assert_memory_equal(to, expected, LINE_SIZE);
        assert_memory_equal(to + LINE_SIZE, zeros, count * LINE_SIZE);
        size_t end = (count + 1) * LINE_SIZE;
        assert_memory_equal(to + end, expected + end, sizeof to - end);
    }
}

static void test_counts(void **state)
{
    assert_int_equal(LINES(0), 0);
    assert_int_equal(LINES(1), 1);
    assert_int_equal(LINES(LINE_SIZE), 1);
    assert_int_equal(LINES(LINE_SIZE + 1), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_copy), cmocka_unit_test(test_clear),
                                       cmocka_unit_test(test_counts)};
    return cmocka_run_group_tests(tests, fill, NULL);
}
