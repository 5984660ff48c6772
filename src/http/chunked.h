/* SPDX-License-Identifier: Apache-2.0
 *
 * Decodes a chunked request body (RFC 9112 §7.1) piece by piece. Extensions are checked, bounded and ignored; trailers
 * are checked, bounded and discarded. Strict about every CRLF and digit. No allocation.
 *
 *     http_chunked_init(&chunked, body_limit);
 *     for each piece that arrives:
 *         int result = http_chunked_decode(&chunked, out, bytes, size, &consumed, &produced);
 *         if (result == 0) all of it was used; more is to come
 *         if (result == 1) the body is complete; bytes + consumed is where the next request begins
 *         if (result < 0)  answer -result with chunked.reason, then close
 */
#ifndef MAYFLY_HTTP_CHUNKED_H
#define MAYFLY_HTTP_CHUNKED_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define HTTP_CHUNKED_EXTENSIONS 4096 /* bytes of all extensions of one body */
#define HTTP_CHUNKED_TRAILERS   8192 /* bytes of all trailer lines */

struct http_chunked {
    uint64_t left;  /* bytes of the current chunk still to come */
    uint64_t total; /* bytes of the body so far, announced chunks included */
    uint64_t limit;
    const char *reason;  /* of an error: static text */
    uint32_t extensions; /* bytes so far */
    uint32_t trailers;   /* bytes so far */
    uint8_t digits;      /* of the current size */
    uint8_t state;
};

/* `limit`: bytes of the decoded body. */
void http_chunked_init(struct http_chunked *chunked, uint64_t limit);

/* Reads bytes[0, size), writes the body's bytes to `out`, which needs room for `size` and may be `bytes` itself, lie
 * before it, or not overlap it. 1: done, 0: more to come, -400 (malformed) or -413 (above the limit; known as soon as
 * the chunk is announced). *consumed and *produced are set in every case. Not to be called again after 1 or an error.
 */
MUST_USE int http_chunked_decode(struct http_chunked *chunked, char *out, const char *bytes, size_t size,
                                 size_t *consumed, size_t *produced);

#endif
