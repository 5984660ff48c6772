/* SPDX-License-Identifier: Apache-2.0 */
#include "server/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct sample {
    struct span text, json, line;
};

static const struct sample samples[] = {
    {SPAN("plain"), SPAN("plain"), SPAN("plain")},
    {SPAN("\"\\"), SPAN("\\\"\\\\"), SPAN("\"\\")},
    {SPAN("a\r\n\t\0b"), SPAN("a\\u000d\\u000a\\u0009\\u0000b"), SPAN("a\\x0d\\x0a\t\\x00b")},
    {SPAN("\x1b[31m\x7f"), SPAN("\\u001b[31m\\u007f"), SPAN("\\x1b[31m\\x7f")},
    {SPAN("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), SPAN("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
     SPAN("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")},
    {SPAN("\xff"), SPAN("\xef\xbf\xbd"), SPAN("\\xff")},
    {SPAN("\xc2\x9bx"), SPAN("\xc2\x9bx"), SPAN("\\xc2\\x9bx")},                                   /* C1: CSI */
    {SPAN("\xc0\xaf"), SPAN("\xef\xbf\xbd\xef\xbf\xbd"), SPAN("\\xc0\\xaf")},                      /* overlong */
    {SPAN("\xed\xa0\x80"), SPAN("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"), SPAN("\\xed\\xa0\\x80")}, /* surrogate */
    {SPAN("\xf4\x90\x80\x80"), SPAN("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"), SPAN("\\xf4\\x90\\x80\\x80")},
    {SPAN("x\xe2\x82"), SPAN("x\xef\xbf\xbd\xef\xbf\xbd"), SPAN("x\\xe2\\x82")}, /* cut off */
};

static void test_samples(void **state)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char out[256];
        size_t size = escape_json(out, sizeof out, samples[i].text);
        assert_int_equal(size, samples[i].json.size);
        assert_memory_equal(out, samples[i].json.data, size);
        size = escape_line(out, sizeof out, samples[i].text);
        assert_int_equal(size, samples[i].line.size);
        assert_memory_equal(out, samples[i].line.data, size);
    }
}

/* At every length of the output: never over it, and never half a character or escape. */
static void test_bounds(void **state)
{
    struct span text = SPAN("ab\"\x01\xe2\x82\xac\xff.");
    for (size_t max = 0; max < 40; max++) {
        char out[64];
        memset(out, '#', sizeof out);
        size_t size = escape_json(out, max, text);
        assert_true(size <= max);
        assert_int_equal(out[max], '#');
        if (size > 0)
            assert_true(out[size - 1] != '\\' || out[size - 2] == '\\');
        memset(out, '#', sizeof out);
        size = escape_line(out, max, text);
        assert_true(size <= max);
        assert_int_equal(out[max], '#');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_samples), cmocka_unit_test(test_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
