/* SPDX-License-Identifier: Apache-2.0
 *
 * A sealed catalog is one block: head, arrays, texts. Where struct catalog has pointers, the block has offsets from its
 * begin; mapping it privately and turning them into pointers is all that reading takes.
 */
#include "server/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memfd.h"

#define BLOCK_MAGIC UINT64_C(0x3274616379616d00) /* changes with the layout */
#define BLOCK_MAX   (UINT64_C(1) << 30)

struct block {
    uint64_t magic;
    uint64_t size; /* of all of it */
    struct catalog catalog;
};

/* ---- sealing --------------------------------------------------------------------------------------- */

struct block_writer {
    char *bytes;
    size_t used;
};

static size_t text_size(const struct fixed_response *fixed)
{
    return fixed->type.size + fixed->body.size;
}

static uint64_t block_size(const struct catalog *catalog)
{
    uint64_t size = sizeof(struct block) + catalog->tenant_count * sizeof(struct catalog_tenant) +
                    catalog->route_count * sizeof(struct route) +
                    catalog->listener_count * sizeof(struct fixed_response) + catalog->access_log.size;
    for (size_t i = 0; i < catalog->tenant_count; i++)
        size += catalog->tenants[i].name.size + catalog->tenants[i].version.size;
    for (size_t i = 0; i < catalog->route_count; i++)
        size += catalog->routes[i].host.size + catalog->routes[i].prefix.size + text_size(&catalog->routes[i].fixed);
    for (size_t i = 0; i < catalog->listener_count; i++)
        size += text_size(&catalog->listener_fixed[i]);
    return size;
}

/* The struct pointers of the block, while it holds offsets. */
static const void *as_pointer(size_t offset)
{
    return (const void *)(uintptr_t)offset;
}

static void *put_array(struct block_writer *writer, const void *array, size_t size)
{
    void *copy = writer->bytes + writer->used;
    if (size)
        memcpy(copy, array, size);
    writer->used += size;
    return copy;
}

static void put_text(struct block_writer *writer, struct span *text)
{
    size_t at = writer->used;
    if (text->size)
        memcpy(writer->bytes + at, text->data, text->size);
    writer->used += text->size;
    text->data = as_pointer(at);
}

static void put_fixed(struct block_writer *writer, struct fixed_response *fixed)
{
    put_text(writer, &fixed->type);
    put_text(writer, &fixed->body);
}

static void put_catalog(struct block_writer *writer, const struct catalog *catalog, uint64_t size)
{
    struct block *block = put_array(writer, &(struct block){BLOCK_MAGIC, size, *catalog}, sizeof(struct block));
    struct catalog *copy = &block->catalog;
    copy->tenants = as_pointer(writer->used);
    struct catalog_tenant *tenants =
        put_array(writer, catalog->tenants, catalog->tenant_count * sizeof(struct catalog_tenant));
    copy->routes = as_pointer(writer->used);
    struct route *routes = put_array(writer, catalog->routes, catalog->route_count * sizeof(struct route));
    copy->listener_fixed = as_pointer(writer->used);
    struct fixed_response *fixed =
        put_array(writer, catalog->listener_fixed, catalog->listener_count * sizeof(struct fixed_response));

    put_text(writer, &copy->access_log);
    for (size_t i = 0; i < catalog->tenant_count; i++) {
        put_text(writer, &tenants[i].name);
        put_text(writer, &tenants[i].version);
    }
    for (size_t i = 0; i < catalog->route_count; i++) {
        put_text(writer, &routes[i].host);
        put_text(writer, &routes[i].prefix);
        put_fixed(writer, &routes[i].fixed);
    }
    for (size_t i = 0; i < catalog->listener_count; i++)
        put_fixed(writer, &fixed[i]);
}

static int write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno != EINTR)
            return -errno;
        if (written > 0) {
            bytes += written;
            size -= (size_t)written;
        }
    }
    return 0;
}

int catalog_seal(const struct catalog *catalog)
{
    uint64_t size = block_size(catalog);
    if (size > BLOCK_MAX)
        return -EFBIG;
    struct block_writer writer = {.bytes = calloc(1, size)};
    if (!writer.bytes)
        return -ENOMEM;
    put_catalog(&writer, catalog, size);
    CHECK(writer.used == size);
    int error = 0;
    int descriptor = memfd_create("mayfly-catalog", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0)
        error = -errno;
    else
        error = write_all(descriptor, writer.bytes, size);
    if (!error)
        error = memfd_seal(descriptor);
    free(writer.bytes);
    if (error && descriptor >= 0)
        close(descriptor);
    return error ? error : descriptor;
}

/* ---- mapping --------------------------------------------------------------------------------------- */

static bool find_text(const struct block *block, struct span *text)
{
    uintptr_t at = (uintptr_t)text->data;
    if (at > block->size || text->size > block->size - at)
        return false;
    text->data = (const char *)block + at;
    return true;
}

static void *find_array(struct block *block, const void *offset, size_t count, size_t each)
{
    uintptr_t at = (uintptr_t)offset;
    if (at < sizeof(struct block) || at % _Alignof(uint64_t) || at > block->size || count > (block->size - at) / each)
        return NULL;
    return (char *)block + at;
}

static bool find_fixed(const struct block *block, struct fixed_response *fixed)
{
    return find_text(block, &fixed->type) && find_text(block, &fixed->body);
}

/* Turns every offset into a pointer; false if one leads out of the block. */
static bool resolve(struct block *block)
{
    struct catalog *catalog = &block->catalog;
    struct catalog_tenant *tenants =
        find_array(block, catalog->tenants, catalog->tenant_count, sizeof(struct catalog_tenant));
    struct route *routes = find_array(block, catalog->routes, catalog->route_count, sizeof(struct route));
    struct fixed_response *fixed =
        find_array(block, catalog->listener_fixed, catalog->listener_count, sizeof(struct fixed_response));
    if (!tenants || !routes || !fixed || !find_text(block, &catalog->access_log))
        return false;
    for (size_t i = 0; i < catalog->tenant_count; i++)
        if (!find_text(block, &tenants[i].name) || !find_text(block, &tenants[i].version))
            return false;
    for (size_t i = 0; i < catalog->route_count; i++) {
        bool known =
            routes[i].tenant == -1 || (routes[i].tenant >= 0 && (size_t)routes[i].tenant < catalog->tenant_count);
        if (!known || !find_text(block, &routes[i].host) || !find_text(block, &routes[i].prefix) ||
            !find_fixed(block, &routes[i].fixed))
            return false;
    }
    for (size_t i = 0; i < catalog->listener_count; i++)
        if (!find_fixed(block, &fixed[i]))
            return false;
    catalog->tenants = tenants;
    catalog->routes = routes;
    catalog->listener_fixed = fixed;
    return true;
}

const struct catalog *catalog_map(int descriptor)
{
    struct stat status;
    if (!memfd_is_sealed(descriptor) || fstat(descriptor, &status) < 0)
        return NULL;
    size_t size = (size_t)status.st_size;
    if (size < sizeof(struct block) || size > BLOCK_MAX)
        return NULL;
    struct block *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
    if (block == MAP_FAILED)
        return NULL;
    if (block->magic == BLOCK_MAGIC && block->size == size && resolve(block) && mprotect(block, size, PROT_READ) == 0)
        return &block->catalog;
    munmap(block, size);
    return NULL;
}

void catalog_unmap(const struct catalog *catalog)
{
    if (!catalog)
        return;
    uintptr_t begin = (uintptr_t)catalog - offsetof(struct block, catalog);
    munmap((void *)begin, ((const struct block *)begin)->size);
}
