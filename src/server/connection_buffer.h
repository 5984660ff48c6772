/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes that a connection has to keep: an unfinished request, or output that the client does not take yet. Blocks of
 * the usual size come from a free list; larger ones from malloc. A connection at rest has none.
 */
#ifndef MAYFLY_SERVER_CONNECTION_BUFFER_H
#define MAYFLY_SERVER_CONNECTION_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/check.h"

#define BUFFER_BLOCK    16384
#define BUFFER_POOL_MAX 256 /* free blocks kept */

struct buffer_pool {
    void *free; /* each begins with the pointer to the next */
    size_t count;
    size_t large;     /* bytes of blocks of other sizes that are in use */
    size_t large_max; /* of those; 0: no limit */
};

/* The bytes are data[start, end). Zeroed: empty, and owns nothing. */
struct buffer {
    char *data;
    size_t start, end, capacity;
};

static inline size_t buffer_size(const struct buffer *buffer)
{
    return buffer->end - buffer->start;
}

static inline char *buffer_bytes(const struct buffer *buffer)
{
    return buffer->data + buffer->start;
}

/* Makes room for `size` bytes behind the end. False: out of memory, or over large_max; nothing changed. */
MUST_USE bool buffer_reserve(struct buffer_pool *pool, struct buffer *buffer, size_t size);

MUST_USE bool buffer_append(struct buffer_pool *pool, struct buffer *buffer, const char *bytes, size_t size);

/* Takes bytes off the front; the memory goes when none are left. */
void buffer_consume(struct buffer_pool *pool, struct buffer *buffer, size_t size);

void buffer_release(struct buffer_pool *pool, struct buffer *buffer);
void buffer_pool_dispose(struct buffer_pool *pool);

#endif
