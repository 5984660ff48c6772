/* SPDX-License-Identifier: Apache-2.0
 *
 * The Mayfly SDK for C and C++.
 *
 *     #include <mayfly.h>
 *
 *     int main(void)
 *     {
 *         // runs once, when the program is deployed
 *         const struct mayfly_request *request = mayfly_accept();
 *         // runs for every request, each time in a fresh copy of what main() had become by now
 *         mayfly_respond(200, "text/plain", "Hello\n");
 *     }
 *
 * Everything that a request changes is gone when it has been answered, so nothing needs to be freed or closed.
 * What is the same for every request belongs before mayfly_accept(): it is paid for once. What must differ between
 * requests (random numbers, the time) belongs behind it.
 *
 * A program has one thread, no files and no network. It may write to stdout and stderr, which reach the tenant's log.
 */
#ifndef MAYFLY_H
#define MAYFLY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#include "mayfly/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- a request and its answer --------------------------------------------------------------------- */

/* Waits for a request. The first call freezes the program: each request is this call returning, in a copy of its
 * own. The result and all that it points at are readable until the answer; every string in it is followed by a NUL.
 * Call it once. Where there is no Mayfly around the program, it says so on stderr and exits with 1. */
const struct mayfly_request *mayfly_accept(void);

/* Answers and ends the copy; destructors and atexit() handlers do not run. Flushes stdout and stderr first. What
 * cannot be a response (status outside 200..599, a header that is no header or frames the message) reaches the
 * client as 502 and is explained in the tenant's log. */
__attribute__((noreturn)) void mayfly_send(const struct mayfly_response *response);

/* Answers with `size` bytes at `data`. `type` becomes the Content-Type header; NULL: none. */
__attribute__((noreturn)) static inline void mayfly_respond_bytes(int status, const char *type, const void *data,
                                                                  size_t size)
{
    struct mayfly_header header;
    struct mayfly_string piece;
    struct mayfly_response response;

    header.name.data = "content-type";
    header.name.size = sizeof("content-type") - 1;
    header.value.data = type;
    header.value.size = type ? strlen(type) : 0;
    piece.data = (const char *)data;
    piece.size = size;
    response.status = (uint32_t)status;
    response.header_count = type ? 1 : 0;
    response.headers = &header;
    response.pieces = &piece;
    response.piece_count = 1;
    response.reserved = 0;
    mayfly_send(&response);
}

/* Answers with a string. The length of a literal is found when the program is compiled. */
__attribute__((noreturn)) static inline void mayfly_respond(int status, const char *type, const char *body)
{
    mayfly_respond_bytes(status, type, body, strlen(body));
}

/* A mayfly_string of a C string. */
static inline struct mayfly_string mayfly_text(const char *text)
{
    struct mayfly_string string;
    string.data = text;
    string.size = strlen(text);
    return string;
}

/* ---- reading a request ---------------------------------------------------------------------------- */

/* The value of the first header called `name` (in any case), or NULL. */
const char *mayfly_header(const struct mayfly_request *request, const char *name);

/* The same with its length. It is in the request; do not free it. */
const struct mayfly_string *mayfly_header_string(const struct mayfly_request *request, const char *name);

/* The decoded value of a parameter of the query: mayfly_query(request, "q", ...) of "/search?q=a+b%21" is "a b!".
 * Writes at most `size` bytes to `buffer`, always with a NUL at the end (unless size is 0). Returns the length of the
 * whole value, which did not fit if it is `size` or more, or -1 if there is no such parameter. The first of several. */
ssize_t mayfly_query(const struct mayfly_request *request, const char *name, char *buffer, size_t size);

/* The same for a field of an HTML form in the body. -1 as well if Content-Type says that the body is something else
 * than application/x-www-form-urlencoded. */
ssize_t mayfly_form(const struct mayfly_request *request, const char *name, char *buffer, size_t size);

/* Decodes %XX, and '+' to a space if `plus`. What is not a valid escape is kept as it is. Writes at most `capacity`
 * bytes, without a NUL; returns the length of all that there is. In place (to == from) is fine. */
size_t mayfly_percent_decode(char *to, size_t capacity, const char *from, size_t size, int plus);

/* ---- the host ------------------------------------------------------------------------------------- */

/* One line in the tenant's log, printf-like; cut at 4,096 bytes. */
__attribute__((format(printf, 2, 3))) void mayfly_log(enum mayfly_log_level level, const char *format, ...);

/* Nanoseconds since 1970-01-01T00:00:00Z. Coarse: it moves in steps of a few milliseconds. */
int64_t mayfly_time(void);

/* Fills `bytes` with random bytes that are fit for keys and fresh in every request. Use it behind mayfly_accept():
 * what is drawn before is frozen, the same for every request. */
void mayfly_random(void *bytes, size_t size);

#ifdef __cplusplus
}
#endif

#endif
