/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: a tenant's response. Whatever status and headers it gives, the head that is written has one line per
 * header and exactly the framing that the server chose.
 *
 * Input: status (2 bytes), flags, room, then headers as name NUL-or-':' value, ended by '\n' (which so is the one byte
 * that cannot be tried in a value; the unit test does).
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "http/writer.h"

static size_t read_headers(struct http_header *headers, size_t max, const char *at, const char *end)
{
    size_t count = 0;

    while (at < end && count < max) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (!line_end)
            line_end = end;
        const char *mark = memchr(at, ':', (size_t)(line_end - at));
        if (!mark)
            mark = line_end;
        headers[count].name = (struct span){at, (size_t)(mark - at)};
        at = mark < line_end ? mark + 1 : line_end;
        headers[count++].value = (struct span){at, (size_t)(line_end - at)};
        at = line_end < end ? line_end + 1 : end;
    }
    return count;
}

/* Reads the head back as a client would. */
static void check_head(const char *at, size_t size, const struct http_response *response)
{
    const char *end = at + size;
    size_t lines = 0, lengths = 0, connections = 0;

    CHECK(size > 4 && memcmp(end - 4, "\r\n\r\n", 4) == 0 && memcmp(at, "HTTP/1.1 ", 9) == 0);
    while (at < end - 2) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        CHECK(feed && feed > at && feed[-1] == '\r');
        CHECK(!memchr(at, '\r', (size_t)(feed - 1 - at)) && !memchr(at, 0, (size_t)(feed - at)));
        CHECK(feed - 1 > at); /* the only empty line is the last */
        if (lines++ > 0) {
            const char *colon = memchr(at, ':', (size_t)(feed - at));
            CHECK(colon && colon > at);
            struct span name = {at, (size_t)(colon - at)};
            lengths += span_equal_nocase(name, SPAN("content-length"));
            connections += span_equal_nocase(name, SPAN("connection"));
            CHECK(!span_equal_nocase(name, SPAN("transfer-encoding")));
        }
        at = feed + 1;
    }
    CHECK(lengths == http_status_has_body(response->status));
    CHECK(connections == (!response->keep_alive || response->version == 10));
    CHECK(lines == 3 + lengths + connections + (response->type.size > 0) + response->header_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct http_header headers[HTTP_MAX_HEADERS];
    static const char date[] = "Sun, 06 Nov 1994 08:49:37 GMT";
    const char *text = (const char *)data, *reason = NULL;

    if (size < 4)
        return 0;
    struct http_response response = {
        .date = date,
        .status = (uint16_t)(data[0] | (data[1] & 3) << 8),
        .body_size = data[2] & 4 ? UINT64_MAX : data[2] & 8,
        .version = data[2] & 1 ? 10 : 11,
        .keep_alive = data[2] & 2,
        .headers = headers,
    };
    size_t room = (size_t)data[3] * 8;
    response.header_count = read_headers(headers, HTTP_MAX_HEADERS, text + 4, text + size);
    if (response.header_count > 0 && data[2] & 16)
        response.type = headers[0].value;
    char *out = malloc(room + 1);
    CHECK(out);
    size_t made = http_write_head(out, room, &response, &reason);
    CHECK(made <= room && (made == 0) == (reason != NULL));
    if (made)
        check_head(out, made, &response);
    free(out);
    return 0;
}
