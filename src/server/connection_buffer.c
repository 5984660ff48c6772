/* SPDX-License-Identifier: Apache-2.0 */
#include "server/connection_buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static char *take_block(struct buffer_pool *pool)
{
    void *block = pool->free;
    if (!block)
        return malloc(BUFFER_BLOCK);
    memcpy(&pool->free, block, sizeof pool->free);
    pool->count--;
    return block;
}

static void give_memory(struct buffer_pool *pool, char *data, size_t capacity)
{
    if (!data)
        return;
    if (capacity != BUFFER_BLOCK)
        pool->large -= capacity;
    if (capacity != BUFFER_BLOCK || pool->count == BUFFER_POOL_MAX) {
        free(data);
        return;
    }
    memcpy(data, &pool->free, sizeof pool->free);
    pool->free = data;
    pool->count++;
}

bool buffer_reserve(struct buffer_pool *pool, struct buffer *buffer, size_t size)
{
    if (buffer->capacity - buffer->end >= size)
        return true;
    size_t kept = buffer_size(buffer);
    if (buffer->capacity - kept >= size && buffer->start >= kept) { /* the front has room enough to pay for the move */
        memmove(buffer->data, buffer_bytes(buffer), kept);
        buffer->start = 0;
        buffer->end = kept;
        return true;
    }
    size_t capacity = BUFFER_BLOCK;
    while (capacity < kept || capacity - kept < size) {
        if (capacity > SIZE_MAX / 2)
            return false;
        capacity *= 2;
    }
    bool large = capacity != BUFFER_BLOCK;
    if (large && pool->large_max && (pool->large > pool->large_max || capacity > pool->large_max - pool->large))
        return false;
    char *data = large ? malloc(capacity) : take_block(pool);
    if (!data)
        return false;
    pool->large += large ? capacity : 0;
    if (kept > 0)
        memcpy(data, buffer_bytes(buffer), kept);
    give_memory(pool, buffer->data, buffer->capacity);
    *buffer = (struct buffer){.data = data, .end = kept, .capacity = capacity};
    return true;
}

bool buffer_append(struct buffer_pool *pool, struct buffer *buffer, const char *bytes, size_t size)
{
    if (size == 0)
        return true;
    if (!buffer_reserve(pool, buffer, size))
        return false;
    memcpy(buffer->data + buffer->end, bytes, size);
    buffer->end += size;
    return true;
}

void buffer_consume(struct buffer_pool *pool, struct buffer *buffer, size_t size)
{
    CHECK(size <= buffer_size(buffer));
    buffer->start += size;
    if (buffer->start == buffer->end)
        buffer_release(pool, buffer);
}

void buffer_release(struct buffer_pool *pool, struct buffer *buffer)
{
    give_memory(pool, buffer->data, buffer->capacity);
    *buffer = (struct buffer){0};
}

void buffer_pool_dispose(struct buffer_pool *pool)
{
    while (pool->free)
        free(take_block(pool));
}
