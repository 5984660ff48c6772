/* SPDX-License-Identifier: Apache-2.0
 *
 * The chunked decoder by itself; what is well- and malformed is in tests/http/bodies.cases (see test_parser.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/chunked.h"

/* Encodes `size` bytes, chunk lengths by a small generator; returns the size of the text. */
static size_t encode(char *out, const char *body, size_t size, unsigned seed)
{
    size_t made = 0;

    for (size_t at = 0; at < size;) {
        seed = seed * 1103515245u + 12345u;
        size_t part = 1 + (seed >> 16) % 40;
        if (part > size - at)
            part = size - at;
        made += (size_t)sprintf(out + made, seed & 64 ? "%zx;x=\"y;\"\r\n" : "%04zX\r\n", part);
        memcpy(out + made, body + at, part);
        made += part;
        at += part;
        made += (size_t)sprintf(out + made, "\r\n");
    }
    return made + (size_t)sprintf(out + made, "0\r\nTrailer: x\r\n\r\n");
}

static void test_bodies_survive_every_chunking_and_splitting(void **state)
{
    char body[700], text[8192], out[8192];

    for (size_t i = 0; i < sizeof(body); i++)
        body[i] = (char)(i * 7);
    for (unsigned seed = 1; seed < 300; seed++) {
        size_t length = seed * 2 % sizeof(body), size = encode(text, body, length, seed);
        memcpy(text + size, "NEXT", 4);
        for (size_t step = 1; step < 40; step += 1 + seed % 3) {
            struct http_chunked chunked;
            size_t made = 0, at = 0, consumed, produced;
            int result = 0;
            http_chunked_init(&chunked, length);
            while (result == 0) {
                size_t part = size + 4 - at < step ? size + 4 - at : step;
                result = http_chunked_decode(&chunked, out + made, text + at, part, &consumed, &produced);
                assert_true(result >= 0);
                if (result == 0)
                    assert_int_equal(consumed, part);
                at += consumed;
                made += produced;
            }
            assert_int_equal(result, 1);
            assert_int_equal(at, size);
            assert_int_equal(made, length);
            assert_memory_equal(out, body, length);
        }
    }
}

/* As a connection does it: the body grows at the front of the buffer that the chunks arrive in. */
static void test_in_place_and_before(void **state)
{
    static const char text[] = "3\r\nabc\r\n2;e\r\nde\r\n0\r\n\r\nGET";
    char buffer[64];
    struct http_chunked chunked;
    size_t consumed, produced;

    memcpy(buffer, text, sizeof(text));
    http_chunked_init(&chunked, 100);
    assert_int_equal(http_chunked_decode(&chunked, buffer, buffer, sizeof(text) - 1, &consumed, &produced), 1);
    assert_int_equal(produced, 5);
    assert_memory_equal(buffer, "abcde", 5);
    assert_memory_equal(buffer + consumed, "GET", 3);

    /* Cut inside a chunk; the second part is written right behind the first, before where it arrives. */
    memcpy(buffer, text, sizeof(text));
    http_chunked_init(&chunked, 100);
    assert_int_equal(http_chunked_decode(&chunked, buffer, buffer, 4, &consumed, &produced), 0);
    assert_int_equal(produced, 1);
    size_t have = produced;
    assert_int_equal(http_chunked_decode(&chunked, buffer + have, buffer + 4, sizeof(text) - 5, &consumed, &produced),
                     1);
    assert_memory_equal(buffer, "abcde", have + produced);
    assert_memory_equal(buffer + 4 + consumed, "GET", 3);
}

static int decode(const char *text, uint64_t limit, struct http_chunked *chunked)
{
    char out[256];
    size_t consumed, produced;

    http_chunked_init(chunked, limit);
    return http_chunked_decode(chunked, out, text, strlen(text), &consumed, &produced);
}

static void test_limit_is_exact_and_known_when_announced(void **state)
{
    struct http_chunked chunked;
    char text[64];

    for (unsigned limit = 0; limit < 300; limit++)
        for (unsigned size = 1; size < 300; size++) {
            snprintf(text, sizeof(text), "%x\r", size);
            assert_int_equal(decode(text, limit, &chunked), size <= limit ? 0 : -413);
        }
    assert_int_equal(decode("1\r\nx\r\n2\r\nyz\r\n0\r\n\r\n", 3, &chunked), 1);
    assert_int_equal(decode("1\r\nx\r\n3\r\nyz", 3, &chunked), -413);
    assert_string_equal(chunked.reason, "the request body is too large");
    assert_int_equal(decode("ffffffffffffffff\r\n", UINT64_MAX, &chunked), 0);
    assert_int_equal(decode("1\r\nx\r\nffffffffffffffff\r\n", UINT64_MAX, &chunked), -413);
    assert_int_equal(decode("1\r\nx\r\nfffffffffffffffe\r\n", UINT64_MAX, &chunked), 0);
}

static int hex_value(unsigned c)
{
    if (c >= '0' && c <= '9')
        return (int)c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? (int)c - 'a' + 10 : -1;
}

static void test_every_byte_of_a_size(void **state)
{
    struct http_chunked chunked;
    char text[] = "?\r\n";

    for (unsigned byte = 1; byte < 256; byte++) {
        text[0] = (char)byte;
        bool letter = byte < 0x80 && hex_value(byte) >= 0;
        assert_int_equal(decode(text, 100, &chunked), letter ? 0 : -400);
        if (letter)
            assert_int_equal(chunked.left, hex_value(byte));
    }
}

/* Each kind of mistake is told by its name. */
static void test_reasons(void **state)
{
    static const char *const cases[][2] = {
        {"g", "a chunk's size is not a hexadecimal number of at most 16 digits"},
        {"1\rx", "a line of the chunked body has a carriage return without a line feed"},
        {"1\r\nxy", "a chunk is not followed by CRLF"},
        {"1\r\nx\ry", "a chunk is not followed by CRLF"},
        {"1;\r", "a chunk's extension is malformed"},
        {"1;a=\"\n", "a chunk's extension is malformed"},
        {"0\r\n ", "a trailer is malformed"},
        {"0\r\na\r", "a trailer is malformed"},
        {"0\r\na:\n", "a trailer is malformed"},
    };
    struct http_chunked chunked;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(decode(cases[i][0], 100, &chunked), -400);
        assert_string_equal(chunked.reason, cases[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies_survive_every_chunking_and_splitting),
        cmocka_unit_test(test_in_place_and_before),
        cmocka_unit_test(test_limit_is_exact_and_known_when_announced),
        cmocka_unit_test(test_every_byte_of_a_size),
        cmocka_unit_test(test_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
