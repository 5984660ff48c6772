/* SPDX-License-Identifier: Apache-2.0
 *
 * Request heads: the cases of tests/http, whole and split at every byte; every byte in every place; limits to the byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/chunked.h"
#include "http/parser.h"
#include "unit/http/cases.h"

static const struct http_limits limits = {.request_line = 1024, .header_bytes = 2048, .header_count = 32};
#define BODY_LIMIT 1000

/* ---- one way to read a request, fed in pieces ------------------------------------------------------- */

struct result {
    int status; /* 200, 0 (more) or the refusal's */
    struct http_head head;
    size_t head_size;
    struct bytes body;
    size_t used; /* bytes of the request */
};

/* A copy of the bytes in memory of exactly that size, so that a sanitizer sees what is read behind them. */
static char *exact(const char *data, size_t size)
{
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, data, size);
    return copy;
}

static int read_body(struct result *result, const char *data, size_t size, size_t step)
{
    struct http_chunked chunked;

    result->body.size = 0;
    bytes_add(&result->body, "", 0);
    if (!result->head.chunked) {
        if (result->head.content_length > BODY_LIMIT)
            return 413;
        if (result->head.content_length > size)
            return 0;
        bytes_add(&result->body, data, result->head.content_length);
        result->used = result->head_size + result->head.content_length;
        return 200;
    }
    http_chunked_init(&chunked, BODY_LIMIT);
    for (size_t at = 0; at < size;) {
        size_t part = size - at < step ? size - at : step, consumed, produced;
        char *piece = exact(data + at, part);
        int status = http_chunked_decode(&chunked, piece, piece, part, &consumed, &produced);
        bytes_add(&result->body, piece, produced);
        free(piece);
        at += consumed;
        if (status < 0) {
            assert_non_null(chunked.reason);
            return -status;
        }
        if (status == 1) {
            result->used = result->head_size + at;
            return 200;
        }
        assert_int_equal(consumed, part);
    }
    return 0;
}

/* The first piece has `first` bytes, all others `step`. */
static void read_request(struct result *result, const struct bytes *request, size_t first, size_t step)
{
    struct http_scan scan = {0};
    size_t have = first < request->size ? first : request->size;

    for (;;) {
        /* Behind what has come there is memory that is not ours. */
        char *piece = exact(request->data, have);
        result->head.reason = NULL;
        int size = http_parse_head(piece, have, &scan, &limits, &result->head);
        if (size > 0) {
            /* Spans are into the piece: made again in memory that stays. */
            struct http_scan again = {0};
            assert_int_equal(http_parse_head(request->data, have, &again, &limits, &result->head), size);
        }
        free(piece);
        if (size < 0) {
            assert_non_null(result->head.reason);
            result->status = -size;
            return;
        }
        if (size > 0) {
            result->head_size = (size_t)size;
            result->status = read_body(result, request->data + size, request->size - (size_t)size, step);
            return;
        }
        if (have == request->size) {
            result->status = 0;
            return;
        }
        have = have + step < request->size ? have + step : request->size;
    }
}

/* ---- the cases of tests/http ----------------------------------------------------------------------- */

static void expect_span(const struct http_case *one, const char *key, const char *data, size_t size)
{
    struct bytes wanted = {0};

    if (cases_expects(one, key, &wanted) && (wanted.size != size || memcmp(wanted.data, data, size)))
        fail_msg("%s: %s is '%.*s' and not '%.*s'", one->name, key, (int)size, data, (int)wanted.size, wanted.data);
    free(wanted.data);
}

static void expect_number(const struct http_case *one, const char *key, uint64_t value)
{
    char text[32];
    int size = snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    expect_span(one, key, text, (size_t)size);
}

static void expect_result(const struct http_case *one, const struct result *result)
{
    const struct http_head *head = &result->head;
    const struct bytes *request = &one->request;

    expect_span(one, "method", head->method.data, head->method.size);
    expect_span(one, "target", head->target.data, head->target.size);
    expect_span(one, "path", head->path.data, head->path.size);
    expect_span(one, "query", head->query.data, head->query.size);
    expect_span(one, "host", head->host.data, head->host.size);
    expect_span(one, "body", result->body.data, result->body.size);
    expect_span(one, "rest", request->data + result->used, request->size - result->used);
    expect_number(one, "version", head->version);
    expect_number(one, "length", head->content_length);
    expect_number(one, "headers", head->header_count);
    expect_number(one, "chunked", head->chunked);
    expect_number(one, "keep", head->keep_alive);
    expect_number(one, "expect", head->expect_continue);
}

static void check_case(const struct http_case *one)
{
    const struct bytes *request = &one->request;
    int wanted = !strncmp(one->expected, "more", 4) ? 0 : atoi(one->expected);
    struct result whole = {0}, split = {0};

    read_request(&whole, request, request->size, request->size ? request->size : 1);
    if (whole.status != wanted)
        fail_msg("%s: %d (%s) and not %d", one->name, whole.status, whole.head.reason ? whole.head.reason : "", wanted);
    if (wanted == 200)
        expect_result(one, &whole);
    read_request(&split, request, 0, 1);
    assert_int_equal(split.status, whole.status);
    for (size_t first = 1; first < request->size; first++) {
        read_request(&split, request, first, request->size < 300 ? 7 : 700);
        if (split.status != whole.status || (wanted > 200 && split.head.reason != whole.head.reason))
            fail_msg("%s: split behind %zu bytes: %d and not %d", one->name, first, split.status, whole.status);
        if (wanted == 200)
            expect_result(one, &split);
    }
    free(whole.body.data);
    free(split.body.data);
}

static void test_heads(void **state)
{
    assert_true(cases_run("heads.cases", check_case) >= 140);
}

static void test_bodies(void **state)
{
    assert_true(cases_run("bodies.cases", check_case) >= 115);
}

/* ---- every byte in every place ---------------------------------------------------------------------- */

static int parse_text(const char *data, size_t size, struct http_head *head)
{
    struct http_scan scan = {0};
    char *copy = exact(data, size);
    int result = http_parse_head(copy, size, &scan, &limits, head);

    free(copy);
    return result;
}

static int parse_with(const char *before, unsigned byte, const char *after, struct http_head *head)
{
    char text[512];
    int size = snprintf(text, sizeof(text), "%s", before);
    text[size++] = (char)byte;
    size += snprintf(text + size, sizeof(text) - (size_t)size, "%s", after);
    return parse_text(text, (size_t)size, head);
}

static bool is_alnum(unsigned c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_tchar(unsigned c)
{
    return is_alnum(c) || (c && c < 128 && strchr("!#$%&'*+-.^_`|~", (int)c));
}

/* Behind and before the byte there are runs of several lengths, so that it meets the wide and the narrow way. */
static const char *const runs[] = {"", "a", "abcdefghijklmno", "abcdefghijklmnop",
                                   "abcdefghijklmnopqrstuvwxyz0123456789"};
#define RUNS (sizeof(runs) / sizeof(runs[0]))

static void for_each_place(const char *before, const char *after, bool (*allowed)(unsigned), bool outside)
{
    char head_text[256], tail_text[256];
    struct http_head head;

    for (size_t i = 0; i < RUNS; i++)
        for (size_t j = 0; j < RUNS; j++)
            for (unsigned byte = 0; byte < 256; byte++) {
                snprintf(head_text, sizeof(head_text), "%s%s", before, runs[i]);
                snprintf(tail_text, sizeof(tail_text), "%s%s", runs[j], after);
                int result = parse_with(head_text, byte, tail_text, &head);
                /* White space at the edge of a value, or a separator behind a name, is well, too. */
                bool edge = outside && (byte == ' ' || byte == '\t');
                if ((result > 0) != (allowed(byte) || edge))
                    fail_msg("byte %u between '%s' and '%s': %d", byte, head_text, tail_text, result);
            }
}

static bool in_method(unsigned c)
{
    return is_tchar(c);
}

static bool in_target(unsigned c)
{
    return c > 0x20 && c < 0x7f && c != '#';
}

static bool in_name(unsigned c)
{
    return is_tchar(c) || c == ':';
}

static bool in_value(unsigned c)
{
    return c == '\t' || (c >= 0x20 && c != 0x7f);
}

static bool in_host(unsigned c)
{
    return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void test_every_byte(void **state)
{
    for_each_place("M", " / HTTP/1.1\r\nHost: a\r\n\r\n", in_method, false);
    for_each_place("GET /", " HTTP/1.1\r\nHost: a\r\n\r\n", in_target, false);
    for_each_place("GET / HTTP/1.1\r\nHost: a\r\nX", ": y\r\nAccept: */*\r\n\r\n", in_name, false);
    for_each_place("GET / HTTP/1.1\r\nHost: a\r\nX: y", "z\r\nAccept: */*\r\n\r\n", in_value, false);
    for_each_place("GET / HTTP/1.1\r\nAccept: */*\r\nHost: b", "c\r\n\r\n", in_host, false);
}

static void test_every_byte_at_the_edges(void **state)
{
    struct http_head head;

    for (unsigned byte = 0; byte < 256; byte++) {
        bool digit = byte >= '0' && byte <= '9', blank = byte == ' ' || byte == '\t';
        assert_int_equal(parse_with("GET / HTTP/1.", byte, "\r\nHost: a\r\n\r\n", &head) > 0, digit);
        int major = parse_with("GET / HTTP/", byte, ".1\r\nHost: a\r\n\r\n", &head);
        assert_int_equal(major, byte == '1' ? 27 : digit ? -505 : -400);
        /* Nothing but exactly one space, CRLF and colon does in their places. */
        assert_int_equal(parse_with("GET", byte, "/ HTTP/1.1\r\nHost: a\r\n\r\n", &head) > 0, byte == ' ');
        assert_int_equal(parse_with("GET /", byte, "HTTP/1.1\r\nHost: a\r\n\r\n", &head) > 0, byte == ' ');
        assert_int_equal(parse_with("GET / HTTP/1.1", byte, "\nHost: a\r\n\r\n", &head) > 0, byte == '\r');
        assert_int_equal(parse_with("GET / HTTP/1.1\r", byte, "Host: a\r\n\r\n", &head) > 0, byte == '\n');
        assert_int_equal(parse_with("GET / HTTP/1.1\r\nHost: a\r\n\r", byte, "", &head) > 0, byte == '\n');
        assert_int_equal(parse_with("GET / HTTP/1.1\r\nHost: a\r\n", byte, "\n", &head) > 0, byte == '\r');
        assert_int_equal(parse_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1", byte, "\r\n\r\n", &head) > 0,
                         digit || blank);
        assert_int_equal(parse_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:", byte, "1\r\n\r\n", &head) > 0,
                         digit || blank);
        assert_int_equal(
            parse_with("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked", byte, "\r\n\r\n", &head) > 0, blank);
        assert_int_equal(
            parse_with("P / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:", byte, "chunked\r\n\r\n", &head) > 0, blank);
        assert_int_equal(parse_with("", byte, "ET / HTTP/1.1\r\nHost: a\r\n\r\n", &head) > 0, is_tchar(byte));
    }
}

/* Letters' case of the names that decide, one bit at a time: each other byte makes it another name. */
static void test_known_names_are_exact(void **state)
{
    static const char *const names[] = {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect"};
    char text[256], name[32];
    struct http_head head;

    for (size_t n = 0; n < 5; n++)
        for (size_t at = 0; names[n][at]; at++)
            for (unsigned byte = 0; byte < 256; byte++) {
                if (!is_tchar(byte))
                    continue;
                snprintf(name, sizeof(name), "%s", names[n]);
                name[at] = (char)byte;
                /* Each is malformed or unwelcome with this value exactly if it is recognised. */
                const char *value = n == 3 ? "close" : n == 1 ? "x" : "?";
                int size = snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n%s: %s\r\n%s\r\n", name, value,
                                    n == 0 ? "" : "Host: a\r\n");
                int result = parse_text(text, (size_t)size, &head);
                bool same = ascii_lower((char)byte) == ascii_lower(names[n][at]);
                if (n == 3)
                    assert_int_equal(head.keep_alive, !same);
                else if (n == 0)
                    assert_string_equal(head.reason, same ? "Host is not a valid name or address" : "Host is missing");
                else
                    assert_int_equal(result < 0, same);
            }
}

/* ---- limits and lengths ----------------------------------------------------------------------------- */

static void test_limits_to_the_byte(void **state)
{
    char text[4096];
    struct http_head head;

    for (size_t line = 14; line < 200; line++)
        for (size_t headers = 9; headers < 60; headers++) {
            int size = snprintf(text, sizeof(text), "GET %0*d HTTP/1.1\r\nHost: %0*d\r\n\r\n", (int)(line - 13), 0,
                                (int)(headers - 8), 0);
            text[4] = '/';
            const struct http_limits tight[] = {
                {line, headers, 1}, {line - 1, headers, 1}, {line, headers - 1, 1}, {line, headers, 0}, {200, 100, 128},
            };
            const int wanted[] = {size, -414, -431, -431, size};
            for (size_t i = 0; i < 5; i++) {
                struct http_scan scan = {0}, steps = {0};
                assert_int_equal(http_parse_head(text, (size_t)size, &scan, &tight[i], &head), wanted[i]);
                int result = 0;
                for (size_t have = 0; result == 0; have++)
                    result = http_parse_head(text, have, &steps, &tight[i], &head);
                assert_int_equal(result, wanted[i]);
            }
        }
}

static void test_no_more_headers_than_the_struct_has(void **state)
{
    const struct http_limits generous = {1024, 1 << 20, 1000};
    struct http_head head;

    for (unsigned count = 1; count < 300; count++) {
        struct bytes text = {0};
        struct http_scan scan = {0};
        cases_decode(&text, "GET / HTTP/1.1\\r\\nHost: a\\r\\n", 0);
        for (unsigned i = 1; i < count; i++)
            cases_decode(&text, "X: y\\r\\n", 0);
        cases_decode(&text, "\\r\\n", 0);
        int result = http_parse_head(text.data, text.size, &scan, &generous, &head);
        assert_int_equal(result, count <= HTTP_MAX_HEADERS ? (int)text.size : -431);
        if (result > 0)
            assert_int_equal(head.header_count, count);
        free(text.data);
    }
}

static void test_lengths_of_every_size(void **state)
{
    char text[256];
    struct http_head head;

    for (unsigned bit = 0; bit < 64; bit++)
        for (int more = -1; more <= 1; more++) {
            uint64_t value = (UINT64_C(1) << bit) + (uint64_t)(int64_t)more;
            int size = snprintf(text, sizeof(text), "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: %llu\r\n\r\n",
                                (unsigned long long)value);
            assert_int_equal(parse_text(text, (size_t)size, &head), size);
            assert_true(head.content_length == value);
        }
    for (uint64_t over = 0; over < 2000; over++) {
        /* 2^64 + over = 18446744073709551616 + over */
        int size =
            snprintf(text, sizeof(text), "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1844674407370955%04llu\r\n\r\n",
                     (unsigned long long)(1616 + over));
        assert_int_equal(parse_text(text, (size_t)size, &head), -400);
    }
}

static void test_spans_are_into_the_bytes(void **state)
{
    static const char text[] = "GET /p?q HTTP/1.1\r\nHost: h:1\r\nName:  value \r\n\r\n";
    struct http_head head;
    struct http_scan scan = {0};

    assert_int_equal(http_parse_head(text, sizeof(text) - 1, &scan, &limits, &head), sizeof(text) - 1);
    assert_ptr_equal(head.method.data, text);
    assert_ptr_equal(head.path.data, text + 4);
    assert_ptr_equal(head.query.data, text + 7);
    assert_ptr_equal(head.host.data, strstr(text, "h:1"));
    const struct http_header *header = http_find_header(&head, SPAN("nAME"));
    assert_non_null(header);
    assert_ptr_equal(header->value.data, strstr(text, "value"));
    assert_int_equal(header->value.size, 5);
    assert_null(http_find_header(&head, SPAN("Nam")));
    assert_null(http_find_header(&head, SPAN("Names")));
}

static void test_authorities(void **state)
{
    struct span host;

    assert_true(http_parse_authority(SPAN("a.example:80"), &host));
    assert_int_equal(host.size, 9);
    assert_true(http_parse_authority(SPAN("[::1]:80"), &host));
    assert_true(span_equal(host, SPAN("[::1]")));
    assert_false(http_parse_authority(SPAN(""), &host));
    assert_false(http_parse_authority(SPAN("[::1\0]"), &host));
    assert_false(http_parse_authority(SPAN("[]"), &host));
    assert_false(http_parse_authority(SPAN("["), &host));
    assert_false(http_parse_authority(SPAN("a\0b"), &host));
}

static void test_what_a_refused_head_shows(void **state)
{
    static const struct {
        struct span bytes, method, target;
    } rows[] = {
        {SPAN("GET /a?b HTTP/2.0\r\n"), SPAN("GET"), SPAN("/a?b")},
        {SPAN("\r\nPUT /a\r\nHost: h"), SPAN("PUT"), SPAN("/a")},
        {SPAN("GET /a\"\0b\tc d"), SPAN("GET"), SPAN("/a\"\0b\tc")},
        {SPAN("GET /a\n"), SPAN("GET"), SPAN("/a")},
        {SPAN("GET /long"), SPAN("GET"), SPAN("/long")},
        {SPAN("GET "), SPAN("GET"), SPAN("")},
        {SPAN("GET"), SPAN(""), SPAN("")},
        {SPAN("GE(T /a"), SPAN(""), SPAN("")},
        {SPAN(" /a"), SPAN(""), SPAN("")},
        {SPAN("\r\n"), SPAN(""), SPAN("")},
        {SPAN("\x16\x03\x01 /a "), SPAN(""), SPAN("")},
        {SPAN(""), SPAN(""), SPAN("")},
    };
    struct span method, target;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *bytes = exact(rows[i].bytes.data, rows[i].bytes.size);
        http_peek_request(bytes, rows[i].bytes.size, &method, &target);
        if (!span_equal(method, rows[i].method) || !span_equal(target, rows[i].target))
            fail_msg("row %zu: method '%.*s', target '%.*s'", i, (int)method.size, method.data, (int)target.size,
                     target.data);
        free(bytes);
    }
}

/* A head that comes one byte at a time costs no more than a few looks at each byte: 200,000 steps over 200,000 bytes
 * would take minutes if each began anew. (Not a timing: the test's own time limit is what would tell.) */
static void test_one_byte_at_a_time_is_linear(void **state)
{
    const struct http_limits generous = {100, 1 << 20, 128};
    struct bytes text = {0};
    struct http_scan scan = {0};
    struct http_head head;

    cases_decode(&text, "GET / HTTP/1.1\\r\\nHost: a\\r\\n{100*X: {8000*y}\\r\\n}\\r\\n", 0);
    for (size_t have = 1; have < text.size; have++) {
        assert_int_equal(http_parse_head(text.data, have, &scan, &generous, &head), 0);
        assert_int_equal(scan.position, have == 1 ? 1 : have);
    }
    assert_int_equal(http_parse_head(text.data, text.size, &scan, &generous, &head), text.size);
    assert_int_equal(head.header_count, 101);
    free(text.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_every_byte_at_the_edges),
        cmocka_unit_test(test_known_names_are_exact),
        cmocka_unit_test(test_limits_to_the_byte),
        cmocka_unit_test(test_no_more_headers_than_the_struct_has),
        cmocka_unit_test(test_lengths_of_every_size),
        cmocka_unit_test(test_spans_are_into_the_bytes),
        cmocka_unit_test(test_authorities),
        cmocka_unit_test(test_what_a_refused_head_shows),
        cmocka_unit_test(test_one_byte_at_a_time_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
