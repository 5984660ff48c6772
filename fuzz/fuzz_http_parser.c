/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: request heads. Whatever the bytes, the result is the same for the whole and for any split; spans lie
 * inside the head; what is accepted is well-formed by a second, slower reading. The first byte chooses the split.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "http/parser.h"

static const struct http_limits limits = {.request_line = 64, .header_bytes = 256, .header_count = 8};

static bool inside(struct span span, const char *bytes, int size)
{
    return span.size == 0 || (span.data >= bytes && span.data + span.size <= bytes + size);
}

static void check_spans(const struct http_head *head, const char *bytes, int size)
{
    CHECK(inside(head->method, bytes, size) && head->method.size > 0);
    CHECK(inside(head->target, bytes, size) && head->target.size > 0);
    CHECK(inside(head->path, bytes, size) || span_equal(head->path, SPAN("/")));
    CHECK(head->path.size > 0 && (head->path.data[0] == '/' || span_equal(head->path, SPAN("*"))));
    CHECK(inside(head->query, bytes, size) && inside(head->host, bytes, size));
    CHECK(head->host.size > 0 || head->version == 10);
    CHECK(head->header_count <= limits.header_count);
    CHECK(!memchr(head->target.data, ' ', head->target.size) && !memchr(head->target.data, '#', head->target.size));
    for (size_t i = 0; i < head->header_count; i++) {
        const struct http_header *header = &head->headers[i];
        CHECK(inside(header->name, bytes, size) && inside(header->value, bytes, size) && header->name.size > 0);
        for (size_t k = 0; k < header->name.size; k++)
            CHECK((unsigned char)header->name.data[k] > ' ' && header->name.data[k] != ':');
        for (size_t k = 0; k < header->value.size; k++) {
            unsigned char c = (unsigned char)header->value.data[k];
            CHECK((c >= ' ' && c != 0x7f) || c == '\t');
        }
    }
}

/* No two headers decide about the length, and the one that does is the one that was understood. */
static void check_framing(const struct http_head *head)
{
    unsigned lengths = 0, codings = 0, hosts = 0;

    for (size_t i = 0; i < head->header_count; i++) {
        lengths += span_equal_nocase(head->headers[i].name, SPAN("content-length"));
        codings += span_equal_nocase(head->headers[i].name, SPAN("transfer-encoding"));
        hosts += span_equal_nocase(head->headers[i].name, SPAN("host"));
    }
    CHECK(lengths + codings <= 1 && hosts <= 1 && (hosts == 1 || head->version == 10));
    CHECK(head->chunked == (codings == 1) && (head->content_length == 0 || lengths == 1));
    const struct http_header *length = http_find_header(head, SPAN("content-length"));
    if (length) {
        CHECK(length->value.size > 0);
        for (size_t i = 0; i < length->value.size; i++)
            CHECK(length->value.data[i] >= '0' && length->value.data[i] <= '9');
    }
}

/* The result over pieces of `step` bytes, each call in memory that ends where they end. */
static int parse_split(const char *bytes, size_t size, size_t step, struct http_head *head)
{
    struct http_scan scan = {0};

    for (size_t have = 0;; have = have + step < size ? have + step : size) {
        char *copy = malloc(have + 1);
        CHECK(copy);
        memcpy(copy, bytes, have);
        int result = http_parse_head(copy, have, &scan, &limits, head);
        free(copy);
        if (result != 0 || have == size)
            return result;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_head head, other;
    struct http_scan scan = {0};
    struct span method, target;

    if (size < 1)
        return 0;
    size_t step = 1 + data[0] % 32;
    size--;
    char *bytes = malloc(size + 1);
    CHECK(bytes);
    memcpy(bytes, data + 1, size);
    head.reason = other.reason = NULL;
    int result = http_parse_head(bytes, size, &scan, &limits, &head);
    CHECK(parse_split(bytes, size, step, &other) == result);
    if (result < 0) {
        CHECK(head.reason && other.reason == head.reason);
        CHECK(result == -400 || result == -414 || result == -417 || result == -431 || result == -501 || result == -505);
    }
    http_peek_request(bytes, size, &method, &target);
    if (result > 0) {
        CHECK(span_equal(method, head.method) && span_equal(target, head.target));
        CHECK((size_t)result <= size && memcmp(bytes + result - 4, "\r\n\r\n", 4) == 0);
        CHECK(head.header_count == other.header_count && head.content_length == other.content_length);
        check_spans(&head, bytes, result);
        check_framing(&head);
        /* What follows does not matter. */
        scan = (struct http_scan){0};
        CHECK(http_parse_head(bytes, (size_t)result, &scan, &limits, &other) == result);
    }
    free(bytes);
    return 0;
}
