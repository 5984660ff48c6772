/* SPDX-License-Identifier: Apache-2.0 */
#include "http/path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *path, *normal;
} paths[] = {
    {"/", "/"},
    {"/a", "/a"},
    {"/a/", "/a/"},
    {"/a/b.c/..d/e..", "/a/b.c/..d/e.."},
    {"/.well-known/x", "/.well-known/x"},
    {"//", "/"},
    {"//a///b//", "/a/b/"},
    {"/.", "/"},
    {"/./", "/"},
    {"/..", "/"},
    {"/../../a", "/a"},
    {"/a/.", "/a/"},
    {"/a/./b", "/a/b"},
    {"/a/..", "/"},
    {"/a/../", "/"},
    {"/a/b/../c", "/a/c"},
    {"/a/b/../../c", "/c"},
    {"/a/b/../../../../c", "/c"},
    {"/a//../b", "/b"},
    {"/a/...", "/a/..."},
    {"/%61%62/%2E%2e/c", "/c"},
    {"/a%2fb%2F..%2fc", "/a/c"},
    {"/\\a", "/a"},
    {"/a\\..\\b", "/b"},
    {"/a%5c..%5Cb", "/b"},
    {"/%252e%252e/a", "/%2e%2e/a"},
    {"/%", "/%"},
    {"/%2", "/%2"},
    {"/%2x/%zz%4", "/%2x/%zz%4"},
    {"/%%32e", "/%2e"},
    {"/%c3%BC", "/\xc3\xbc"},
    {"/a;x=1/..;/b", "/a;x=1/..;/b"},
};

/* Exactly as much memory as is promised to be enough, so that a sanitizer sees more. */
static void test_normal_forms(void **state)
{
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
        struct span path = span_of(paths[i].path);
        char *out = malloc(path.size);
        assert_non_null(out);
        size_t size = http_path_normalise(path, out);
        if (!span_equal((struct span){out, size}, span_of(paths[i].normal)))
            fail_msg("%s: %.*s and not %s", path.data, (int)size, out, paths[i].normal);
        free(out);
    }
}

static void test_plain_means_already_normal(void **state)
{
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        if (strcmp(paths[i].path, paths[i].normal) != 0)
            assert_false(http_path_is_plain(span_of(paths[i].path)));
    assert_true(http_path_is_plain(SPAN("/")));
    assert_true(http_path_is_plain(SPAN("/a/b.c/d..")));
    assert_true(http_path_is_plain(SPAN("*")));
}

/* The byte 0 is one like the others: a text behind "%00" is not forgotten. */
static void test_nul(void **state)
{
    char out[16];
    size_t size = http_path_normalise(SPAN("/a%00/../b"), out);
    assert_true(span_equal((struct span){out, size}, SPAN("/b")));
    size = http_path_normalise(SPAN("/a%00b"), out);
    assert_true(span_equal((struct span){out, size}, SPAN("/a\0b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_forms),
        cmocka_unit_test(test_plain_means_already_normal),
        cmocka_unit_test(test_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
