/* SPDX-License-Identifier: Apache-2.0 */
#include "server/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct digest of(const char *text, size_t piece)
{
    struct digest_maker maker;
    digest_begin(&maker);
    for (size_t size = strlen(text), at = 0; at < size; at += piece)
        digest_add(&maker, text + at, size - at < piece ? size - at : piece);
    return digest_end(&maker);
}

/* FIPS 180-4's example, however it comes. */
static void test_known(void **state)
{
    char text[65];
    for (size_t piece = 1; piece < 5; piece++) {
        const struct digest digest = of("abc", piece);
        digest_print(&digest, text, sizeof text);
        assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        digest_print(&digest, text, 9);
        assert_string_equal(text, "ba7816bf");
        digest_print(&digest, text, 2);
        assert_string_equal(text, "b");
    }
}

static void test_equal(void **state)
{
    const struct digest a = of("abc", 1), b = of("abc", 2), c = of("abd", 3), none = {{0}};
    assert_true(digest_equal(&a, &b));
    assert_false(digest_equal(&a, &c));
    assert_true(digest_is_none(&none));
    assert_false(digest_is_none(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known), cmocka_unit_test(test_equal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
