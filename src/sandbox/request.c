/* SPDX-License-Identifier: Apache-2.0
 *
 * Submitting a request: one pass from the caller's texts into the request block.
 *
 *     struct mayfly_request | header table | method NUL target NUL ... header texts | body NUL
 */
#include <string.h>

#include "sandbox/instance.h"

#define PREFETCH_BLOCK 2048 /* bytes; the processor itself notices longer ones */

struct block_writer {
    uint8_t *host;
    uint64_t guest; /* address of host[0] */
    size_t used;
};

static struct mayfly_string put(struct block_writer *block, struct mf_text text)
{
    struct mayfly_string string = {block->guest + block->used, text.size};
    if (text.size)
        memcpy(block->host + block->used, text.data, text.size);
    block->used += text.size + 1; /* the block is zero, so the NUL is there */
    return string;
}

/* Bytes needed, or SIZE_MAX if that is more than `max`. Texts are added one by one, so nothing can overflow. */
static size_t measure(const struct mf_request *request, size_t max)
{
    const struct mf_text *texts[] = {&request->method, &request->target, &request->path,
                                     &request->query,  &request->client, &request->body};
    if (request->header_count > MF_MAX_HEADERS)
        return SIZE_MAX;
    size_t size = sizeof(struct mayfly_request) + request->header_count * sizeof(struct mayfly_header);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i]->size > max)
            return SIZE_MAX;
        size += texts[i]->size + 1;
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (request->headers[i].name.size > max || request->headers[i].value.size > max)
            return SIZE_MAX;
        size += request->headers[i].name.size + request->headers[i].value.size + 2;
    }
    return size <= max ? size : SIZE_MAX;
}

static void write_block(struct mf_instance *instance, const struct mf_request *request)
{
    uint8_t *host = instance->space.block;
    uint64_t guest = instance->space.block_start;
    struct mayfly_request *head = (void *)host;
    struct mayfly_header *table = (void *)(host + sizeof *head);
    struct block_writer block = {host, guest, sizeof *head + request->header_count * sizeof *table};

    head->method = put(&block, request->method);
    head->target = put(&block, request->target);
    head->path = put(&block, request->path);
    head->query = put(&block, request->query);
    head->client = put(&block, request->client);
    head->headers = guest + sizeof *head;
    head->header_count = (uint32_t)request->header_count;
    head->version = (uint16_t)request->version;
    for (size_t i = 0; i < request->header_count; i++) {
        table[i].name = put(&block, request->headers[i].name);
        table[i].value = put(&block, request->headers[i].value);
    }
    head->body = put(&block, request->body);
}

void instance_enter(struct mf_instance *instance)
{
    instance->cpu.x[10] = instance->space.block_start;
    instance->cpu.pc += 4; /* the ecall of mayfly_accept() */
}

int mf_instance_submit(struct mf_instance *instance, const struct mf_request *request)
{
    if (instance->phase != PHASE_WAITING)
        return MF_ERROR_STATE;
    instance_prefetch(instance);
    size_t size = measure(request, instance->space.block_size);
    if (size == SIZE_MAX)
        return MF_ERROR_LIMIT;
    instance->block_used = size;
    for (size_t at = 0; at < size && at < PREFETCH_BLOCK; at += 64)
        __builtin_prefetch(instance->space.block + at, 1);
    write_block(instance, request);
    instance_enter(instance);
    instance->phase = PHASE_READY;
    return MF_OK;
}
