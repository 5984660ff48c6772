/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "http/writer.h"

static const char date[] = "Sun, 06 Nov 1994 08:49:37 GMT";

static struct http_response usual(void)
{
    return (struct http_response){
        .date = date, .type = SPAN("text/plain"), .body_size = 5, .status = 200, .version = 11, .keep_alive = true};
}

/* The head as text, or the reason why there is none. Written into memory of exactly `max` bytes. */
static char *write_into(const struct http_response *response, size_t max)
{
    static char text[70000];
    const char *reason = NULL;
    char *out = malloc(max ? max : 1);

    assert_non_null(out);
    size_t size = http_write_head(out, max, response, &reason);
    assert_true(size <= max);
    assert_true((size == 0) == (reason != NULL));
    snprintf(text, sizeof(text), "%.*s", reason ? (int)strlen(reason) : (int)size, reason ? reason : out);
    free(out);
    return text;
}

static char *write_text(const struct http_response *response)
{
    return write_into(response, 4096);
}

#define BEGIN "Server: mayfly\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

static void test_heads(void **state)
{
    struct http_response response = usual();

    assert_string_equal(write_text(&response),
                        "HTTP/1.1 200 OK\r\n" BEGIN "Content-Length: 5\r\nContent-Type: text/plain\r\n\r\n");
    response.keep_alive = false;
    assert_string_equal(write_text(&response), "HTTP/1.1 200 OK\r\n" BEGIN "Content-Length: 5\r\nConnection: close\r\n"
                                               "Content-Type: text/plain\r\n\r\n");
    response.version = 10;
    response.type = SPAN("");
    response.status = 404;
    assert_string_equal(write_text(&response),
                        "HTTP/1.1 404 Not Found\r\n" BEGIN "Content-Length: 5\r\nConnection: close\r\n\r\n");
    response.keep_alive = true;
    response.body_size = 0;
    assert_string_equal(write_text(&response),
                        "HTTP/1.1 404 Not Found\r\n" BEGIN "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

static void test_framing_by_status(void **state)
{
    char wanted[256];

    for (unsigned status = 0; status < 1200; status++) {
        struct http_response response = usual();
        response.status = (uint16_t)status;
        if (status < 200 || status > 599) {
            assert_string_equal(write_text(&response), "the status is not between 200 and 599");
            continue;
        }
        struct span reason = http_status_reason(status);
        bool none = status == 204 || status == 205 || status == 304;
        if (none)
            assert_string_equal(write_text(&response), "a response with this status has no body");
        response.body_size = none ? 0 : 5;
        snprintf(wanted, sizeof(wanted), "HTTP/1.1 %u %.*s\r\n" BEGIN "%sContent-Type: text/plain\r\n\r\n", status,
                 (int)reason.size, reason.data,
                 status == 204 || status == 304 ? ""
                 : none                         ? "Content-Length: 0\r\n"
                                                : "Content-Length: 5\r\n");
        assert_string_equal(write_text(&response), wanted);
        assert_int_equal(http_status_has_body(status), status != 204 && status != 304);
    }
    assert_int_equal(http_status_reason(100).size, 0);
    assert_int_equal(http_status_reason(600).size, 0);
    assert_int_equal(http_status_reason(299).size, 0);
    assert_true(span_equal(http_status_reason(511), SPAN("Network Authentication Required")));
}

static const char *write_header(struct span name, struct span value)
{
    struct http_response response = usual();
    const struct http_header header = {name, value};
    char *text;

    response.type = SPAN("");
    response.headers = &header;
    response.header_count = 1;
    text = write_text(&response);
    const char *line = strstr(text, "Content-Length: 5\r\n");
    return line ? line + strlen("Content-Length: 5\r\n") : text;
}

static void test_values_are_trimmed(void **state)
{
    assert_string_equal(write_header(SPAN("X"), SPAN(" \t a b\tc \t")), "X: a b\tc\r\n\r\n");
    assert_string_equal(write_header(SPAN("X"), SPAN("")), "X: \r\n\r\n");
    assert_string_equal(write_header(SPAN("X"), SPAN("  ")), "X: \r\n\r\n");
    assert_string_equal(write_header(SPAN("X"), (struct span){NULL, 0}), "X: \r\n\r\n");
    assert_string_equal(write_header(SPAN("Set-Cookie"), SPAN("\xff=\x80")), "Set-Cookie: \xff=\x80\r\n\r\n");
}

static const char *const owned[] = {"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive",
                                    "Upgrade",        "Trailer",           "TE",         "Date",
                                    "Server",         "Proxy-Connection"};

static void test_headers_that_the_server_owns(void **state)
{
    char name[40];

    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++) {
        size_t size = strlen(owned[i]);
        for (unsigned bits = 0; bits < 4; bits++) {
            for (size_t at = 0; at <= size; at++)
                name[at] = bits == 1 || (bits == 2 && at % 2) ? ascii_lower(owned[i][at]) : owned[i][at];
            for (size_t at = 0; bits == 3 && at < size; at++)
                name[at] = (char)(name[at] >= 'a' ? name[at] - 32 : name[at]);
            const char *text = write_header(span_of(name), SPAN("x"));
            assert_string_equal(text, "a header that only the server may set (Content-Length, Connection, Date ...)");
        }
        /* Any other letter makes it another header. */
        for (size_t at = 0; at < size; at++) {
            snprintf(name, sizeof(name), "%s", owned[i]);
            name[at] = name[at] == 'q' ? 'j' : 'q';
            char wanted[64];
            snprintf(wanted, sizeof(wanted), "%s: x\r\n\r\n", name);
            assert_string_equal(write_header(span_of(name), SPAN("x")), wanted);
        }
        snprintf(name, sizeof(name), "%sx", owned[i]);
        assert_non_null(strstr(write_header(span_of(name), SPAN("x")), ": x\r\n"));
    }
}

static bool is_token_char(unsigned c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && c < 128 && strchr("!#$%&'*+-.^_`|~", (int)c));
}

/* No byte of a tenant's header can end its line or begin another. */
static void test_every_byte_of_names_and_values(void **state)
{
    char text[48];

    for (size_t size = 1; size < sizeof(text); size += 5)
        for (size_t at = 0; at < size; at++)
            for (unsigned byte = 0; byte < 256; byte++) {
                memset(text, 'a', size);
                text[at] = (char)byte;
                struct span span = {text, size};
                bool name = !strncmp(write_header(span, SPAN("x")), "a header's name is not a token", 30);
                assert_int_equal(name, !is_token_char(byte));
                bool value = !strncmp(write_header(SPAN("x"), span), "a header's value has a control character", 40);
                assert_int_equal(value, (byte < 0x20 && byte != '\t') || byte == 0x7f);
                struct http_response response = usual();
                response.type = span;
                value = strstr(write_text(&response), "control character") != NULL;
                assert_int_equal(value, (byte < 0x20 && byte != '\t') || byte == 0x7f);
            }
    assert_string_equal(write_header(SPAN(""), SPAN("x")), "a header's name is not a token");
}

static void test_room_to_the_byte(void **state)
{
    char name[400], value[400];
    struct http_header headers[2] = {{SPAN("First"), SPAN("1")}, {{name, 0}, {value, 0}}};

    memset(name, 'n', sizeof(name));
    memset(value, 'v', sizeof(value));
    for (size_t length = 1; length < 200; length++) {
        struct http_response response = usual();
        headers[1].name.size = length;
        headers[1].value.size = 2 * length;
        response.headers = headers;
        response.header_count = 2;
        size_t needed = strlen(write_into(&response, 4096));
        if (needed < 256)
            needed = 256; /* the least that is asked for */
        assert_null(strstr(write_into(&response, needed), "too long"));
        assert_string_equal(write_into(&response, needed - 1), "the headers are too long");
        assert_string_equal(write_into(&response, length), "the headers are too long");
    }
}

static void test_decimals(void **state)
{
    char text[32], wanted[32];

    for (unsigned bit = 0; bit < 64; bit++)
        for (int more = -3; more <= 3; more++) {
            uint64_t value = (UINT64_C(1) << bit) + (uint64_t)(int64_t)more;
            text[http_write_decimal(text, value)] = 0;
            snprintf(wanted, sizeof(wanted), "%llu", (unsigned long long)value);
            assert_string_equal(text, wanted);
        }
    for (uint64_t value = 0; value < 20000; value++) {
        text[http_write_decimal(text, value)] = 0;
        assert_int_equal(strtoull(text, NULL, 10), value);
        assert_true(text[0] != '0' || value == 0);
    }
}

static void check_date(int64_t seconds)
{
    char text[HTTP_DATE_SIZE + 1] = "", wanted[64];
    time_t time = (time_t)seconds;
    struct tm tm;

    http_date_format(text, seconds);
    gmtime_r(&time, &tm);
    strftime(wanted, sizeof(wanted), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    assert_string_equal(text, wanted);
}

static void test_dates(void **state)
{
    char text[HTTP_DATE_SIZE + 1] = "";

    http_date_format(text, 784111777);
    assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    for (int64_t day = 0; day < 366 * 500; day++)
        check_date(day * 86400 + day % 86400);
    for (int64_t seconds = INT64_C(253402300799); seconds > INT64_C(200000000000); seconds -= 86400 * 97 + 3601)
        check_date(seconds);
    http_date_format(text, -1);
    assert_string_equal(text, "Thu, 01 Jan 1970 00:00:00 GMT");
    http_date_format(text, INT64_MAX);
    assert_string_equal(text, "Fri, 31 Dec 9999 23:59:59 GMT");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_framing_by_status),
        cmocka_unit_test(test_values_are_trimmed),
        cmocka_unit_test(test_headers_that_the_server_owns),
        cmocka_unit_test(test_every_byte_of_names_and_values),
        cmocka_unit_test(test_room_to_the_byte),
        cmocka_unit_test(test_decimals),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
