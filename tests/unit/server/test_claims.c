/* SPDX-License-Identifier: Apache-2.0 */
#include "server/claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_the_first_has_it(void **state)
{
    struct claims claims = {NULL};
    assert_null(claims_owner(&claims, "a", "/"));
    assert_null(claims_take(&claims, "a", "/", "one"));
    assert_string_equal(claims_take(&claims, "a", "/", "two"), "one");
    assert_string_equal(claims_take(&claims, "a", "/", "one"), "one");
    assert_string_equal(claims_owner(&claims, "a", "/"), "one");
    assert_null(claims_take(&claims, "b", "/", "two"));
    assert_null(claims_take(&claims, "a", "/x", "two"));
    assert_string_equal(claims_take(&claims, "a", "/x/", "three"), "two");
    assert_null(claims_take(&claims, "*", "/x", "three"));
    claims_dispose(&claims);
    assert_null(claims_owner(&claims, "a", "/"));
}

static void test_the_owner_is_copied(void **state)
{
    struct claims claims = {NULL};
    char owner[8] = "one";
    assert_null(claims_take(&claims, "a", "/", owner));
    strcpy(owner, "xxx");
    assert_string_equal(claims_owner(&claims, "a", "/"), "one");
    claims_dispose(&claims);
}

static void test_many(void **state)
{
    struct claims claims = {NULL};
    char host[32], owner[32];
    for (int i = 0; i < 10000; i++) {
        snprintf(host, sizeof host, "h%d.example", i);
        snprintf(owner, sizeof owner, "t%d", i);
        assert_null(claims_take(&claims, host, "/", owner));
    }
    assert_string_equal(claims_owner(&claims, "h7777.example", "/"), "t7777");
    claims_dispose(&claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_has_it),
        cmocka_unit_test(test_the_owner_is_copied),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
