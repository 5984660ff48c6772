/* SPDX-License-Identifier: Apache-2.0 */
#include "server/connection_buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A queue of numbered bytes: whatever is appended and consumed in whatever sizes comes out in order. */
static void test_order(void **state)
{
    struct buffer_pool pool = {0};
    struct buffer buffer = {0};
    uint8_t in = 0, out = 0;
    static char bytes[300000];
    srand(3);
    for (int step = 0; step < 3000; step++) {
        size_t size = (size_t)rand() % (step % 100 == 0 ? sizeof bytes : 20000);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (char)in++;
        assert_true(buffer_append(&pool, &buffer, bytes, size));
        size_t take = buffer_size(&buffer) ? (size_t)rand() % (buffer_size(&buffer) + 1) : 0;
        for (size_t i = 0; i < take; i++)
            assert_int_equal((uint8_t)buffer_bytes(&buffer)[i], out++);
        buffer_consume(&pool, &buffer, take);
    }
    buffer_release(&pool, &buffer);
    buffer_pool_dispose(&pool);
}

static void test_reserve_grows_full_blocks(void **state)
{
    struct buffer_pool pool = {0};
    struct buffer buffer = {0};
    for (size_t total = 0; total < 4000000; total += 65536) { /* each time with a full block in it */
        assert_true(buffer_reserve(&pool, &buffer, 65536));
        assert_true(buffer.capacity - buffer.end >= 65536);
        memset(buffer.data + buffer.end, 'x', 65536);
        buffer.end += 65536;
        assert_int_equal(buffer_size(&buffer), total + 65536);
    }
    assert_false(buffer_reserve(&pool, &buffer, SIZE_MAX / 2 + 2));
    assert_int_equal(buffer_size(&buffer), 4063232);
    buffer_release(&pool, &buffer);
    buffer_pool_dispose(&pool);
}

static void test_large_blocks_have_a_budget(void **state)
{
    struct buffer_pool pool = {.large_max = 200000};
    struct buffer first = {0}, second = {0}, small = {0};
    static char bytes[130000];
    assert_true(buffer_append(&pool, &first, bytes, 100000)); /* takes 128 KiB */
    assert_false(buffer_append(&pool, &second, bytes, 100000));
    assert_int_equal(buffer_size(&second), 0);
    assert_true(buffer_append(&pool, &second, bytes, 30000));
    assert_false(buffer_append(&pool, &first, bytes, 130000));
    assert_int_equal(buffer_size(&first), 100000);
    assert_true(buffer_append(&pool, &small, bytes, 16384)); /* the usual size always */
    buffer_release(&pool, &first);
    assert_true(buffer_append(&pool, &second, bytes, 70000));
    buffer_release(&pool, &second);
    buffer_release(&pool, &small);
    assert_int_equal(pool.large, 0);
    buffer_pool_dispose(&pool);
}

static void test_empty_owns_nothing(void **state)
{
    struct buffer_pool pool = {0};
    struct buffer buffer = {0};
    assert_true(buffer_append(&pool, &buffer, "abc", 3));
    buffer_consume(&pool, &buffer, 3);
    assert_null(buffer.data);
    assert_int_equal(pool.count, 1);
    assert_true(buffer_append(&pool, &buffer, "abc", 3)); /* the same block again */
    assert_int_equal(pool.count, 0);
    buffer_release(&pool, &buffer);
    buffer_pool_dispose(&pool);
    assert_null(pool.free);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_reserve_grows_full_blocks),
        cmocka_unit_test(test_large_blocks_have_a_budget),
        cmocka_unit_test(test_empty_owns_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
