/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP/1.1 request heads (RFC 9112, RFC 9110): bytes in, spans out. No allocation, no I/O, no state but the structs
 * given.
 *
 *     struct http_scan scan = {0};                     // once per request, kept with the connection
 *     int size = http_parse_head(bytes, have, &scan, &limits, &head);
 *     if (size > 0)  the head is bytes[0, size); the body, if any, begins at bytes + size
 *     if (size == 0) read more behind `bytes` and call again with the same scan
 *     if (size < 0)  answer -size with head.reason, then close: what follows cannot be trusted
 *
 * Strict: a head that two servers could read in two ways is refused. The result does not depend on how the bytes
 * were split on their way, and the work is linear in them, however small the pieces are.
 */
#ifndef MAYFLY_HTTP_PARSER_H
#define MAYFLY_HTTP_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/span.h"

#define HTTP_MAX_HEADERS 128

/* Same layout as the engine's struct mf_header, so that the server hands a request's headers on without a copy. */
struct http_header {
    struct span name;
    struct span value; /* without the white space around it */
};

/* Each bounds memory and work; exactly the limit is still allowed. */
struct http_limits {
    size_t request_line; /* bytes of the request line without CRLF; above: 414 */
    size_t header_bytes; /* bytes of all header lines with their CRLFs; above: 431 */
    size_t header_count; /* at most HTTP_MAX_HEADERS; above: 431 */
};

/* How far a head that is not yet complete was looked at. Zeroed before each request. */
struct http_scan {
    uint32_t position; /* bytes looked at */
    uint32_t line;     /* where the line begins that is not complete */
    uint32_t headers;  /* where the header lines begin; 0: the request line is not complete */
};

enum http_method { HTTP_METHOD_OTHER, HTTP_METHOD_GET, HTTP_METHOD_HEAD, HTTP_METHOD_POST, HTTP_METHOD_OPTIONS };

/* All spans are into the bytes given (or static) and move with them: when the buffer is moved, parse again. Only
 * headers[0, header_count) is written. */
struct http_head {
    struct span method;
    struct span target;      /* as sent */
    struct span path;        /* up to '?', still percent-encoded, begins with '/'; "*" for OPTIONS * */
    struct span query;       /* behind '?', or empty */
    struct span host;        /* from the target if that is absolute, else from Host; without the port; "[::1]" keeps its
                              * brackets; letters as sent; empty only on HTTP/1.0 without Host */
    const char *reason;      /* of an error: static text for the client and the log, "Host is missing" */
    uint64_t content_length; /* 0 if chunked or there is no body */
    uint32_t header_count;
    uint8_t method_id; /* enum http_method */
    uint8_t version;   /* 10 or 11 */
    bool chunked;
    bool keep_alive;      /* the client wants the connection kept */
    bool expect_continue; /* there is a body and the client waits for "100 Continue" before it sends it */
    struct http_header headers[HTTP_MAX_HEADERS]; /* as sent, but Host: what the target says if that is absolute */
};

/* The size of the head (> 0), 0 if there is more to come, or a negative status: -400, -414, -417, -431, -501, -505.
 * The limits' sum must be below 1 GiB. On an error only `reason` is defined; `version` is 10 or 11 then, the best
 * guess for the answer. */
MUST_USE int http_parse_head(const char *bytes, size_t size, struct http_scan *scan, const struct http_limits *limits,
                             struct http_head *head);

/* Method and target at the front of a head that was refused, or is not whole: as far as they are there and as they
 * came, for a log. Nothing is checked, but that a method is a token with a space behind it; both are empty otherwise.
 */
void http_peek_request(const char *bytes, size_t size, struct span *method, struct span *target);

/* The first header of that name, compared without case; NULL if there is none. */
const struct http_header *http_find_header(const struct http_head *head, struct span name);

/* Checks "host", "host:port", "[v6]" and "[v6]:port" and sets *host to the part without the port. */
bool http_parse_authority(struct span authority, struct span *host);

#endif
