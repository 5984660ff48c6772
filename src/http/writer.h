/* SPDX-License-Identifier: Apache-2.0
 *
 * Response heads: the server's part (status line, Date, Server, framing) and a tenant's headers, checked and written in
 * one pass. No allocation, no I/O.
 *
 *     HTTP/1.1 200 OK
 *     Server: mayfly
 *     Date: Sat, 31 Jan 2026 12:00:00 GMT
 *     Content-Length: 5
 *     (Connection: close, or keep-alive on HTTP/1.0)
 *     (Content-Type, then the headers given)
 */
#ifndef MAYFLY_HTTP_WRITER_H
#define MAYFLY_HTTP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/span.h"
#include "http/parser.h"

#define HTTP_DATE_SIZE 29

/* The interim answer to a request with expect_continue. */
#define HTTP_CONTINUE SPAN("HTTP/1.1 100 Continue\r\n\r\n")

/* IMF-fixdate (RFC 9110 §5.6.7), "Sun, 06 Nov 1994 08:49:37 GMT"; exactly HTTP_DATE_SIZE bytes, no NUL. Seconds since
 * 1970, years 1970 to 9999 (others are clamped). Call once a second and keep the text. */
void http_date_format(char out[HTTP_DATE_SIZE], int64_t seconds);

/* "OK", or "" for a code without a registered phrase. */
struct span http_status_reason(unsigned status);

/* Borrowed during the call. */
struct http_response {
    const char *date; /* HTTP_DATE_SIZE bytes */
    struct span type; /* Content-Type; empty: none, or it is among `headers` */
    const struct http_header *headers;
    size_t header_count;
    uint64_t body_size; /* what a GET would be sent; HEAD announces it and sends nothing */
    uint16_t status;    /* 200..599 */
    uint8_t version;    /* of the request, 10 or 11: which Connection header keep_alive needs */
    bool keep_alive;
};

/* Writes the head up to and with its empty line. The size written, or 0 with *reason (static text) if the response
 * cannot be sent: status outside 200..599, body on 204, 205 or 304, a name that is no token, a control character in a
 * value, a header that the server owns (Content-Length, Transfer-Encoding, Connection, Keep-Alive, Upgrade, Trailer,
 * TE, Proxy-Connection, Date, Server), more than `max` bytes. White space around a value is not sent. */
MUST_USE size_t http_write_head(char *out, size_t max, const struct http_response *response, const char **reason);

/* Whether a response with this status has a body at all (not 204, 304); one to HEAD never has. */
static inline bool http_status_has_body(unsigned status)
{
    return status != 204 && status != 304;
}

/* Writes `value` in decimal, at most 20 bytes, no NUL; the number of bytes. */
size_t http_write_decimal(char *out, uint64_t value);

#endif
