/* SPDX-License-Identifier: Apache-2.0
 *
 * The 4 GiB address space of one instance: a reservation without access, in which regions are mapped. Guest address a
 * is base + (uint32_t)a; unmapped memory on both sides catches accesses that start at the last byte.
 *
 *     [alias of the request block] [guard] [owner] [guard] base: [64 KiB never mapped] [program ...] ... 4 GiB [guard]
 *
 * Whoever owns a space may lie in front of it, at a distance that is always the same: who knows the base knows the
 * owner then (native/run.h).
 *
 * A space is a private copy of an immutable *image* (the snapshot's regions and pages) and remembers how it differs:
 *
 *   - pages:  a writable page of the image is mapped read-only at first. Its first write faults, and the page joins the
 *             write set (machine/writeset.h), whose pages stay writable and are copied back by every restore.
 *   - map:    what the guest maps, unmaps and protects is journaled as ranges; a restore maps those ranges anew. Memory
 *             that the guest mapped itself since the image is *fresh*: writable at once, dropped by the restore.
 *
 * While a program is being built there is no image: everything starts as zero pages, and the write set says what the
 * image must hold. One thread at a time may use a space. Functions return 0 or -errno.
 */
#ifndef MAYFLY_MACHINE_SPACE_H
#define MAYFLY_MACHINE_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "machine/writeset.h"

#define SPACE_PAGE_SHIFT  12
#define SPACE_PAGE        4096u
#define SPACE_SIZE        (UINT64_C(1) << 32)
#define SPACE_LOWEST      0x10000u    /* nothing is ever mapped below */
#define SPACE_HIGHEST     0xffff0000u /* nor from here on */
#define SPACE_PTE_LINE    0x8000u     /* mapped by one cache line of page-table entries */
#define SPACE_OWNER       0x10000u    /* bytes from an owner that lies in front of its space to the base */
#define SPACE_OWNER_MOST  0xe000u     /* bytes of such an owner: the rest up to the base is never mapped */
#define SPACE_MAX_REGIONS 256
#define SPACE_MAX_SOURCES 64 /* runs of non-zero pages in an image */

enum space_protection { SPACE_READ = 1, SPACE_WRITE = 2, SPACE_EXECUTE = 4 };

enum space_kind {
    SPACE_SEGMENT,
    SPACE_STACK,
    SPACE_HEAP,
    SPACE_BLOCK,    /* the request block: shared with the host's writable alias */
    SPACE_MAPPING,  /* made by the guest */
    SPACE_RESERVED, /* made by the guest without any access, and never given any */
};

/* Whole pages, all with the same attributes. No padding: regions are compared as bytes. */
struct space_region {
    uint32_t start, end;
    uint8_t protection;
    uint8_t kind;
    uint8_t fresh; /* mapped since the image */
    uint8_t reserved;
};

/* Pages of an image that are not all zero, at `offset` in its file and its bytes. */
struct space_source {
    uint32_t first, count;
    uint64_t offset;
};

/* Immutable, shared by all spaces made of it, which it must outlive. Regions and sources are sorted. */
struct space_image {
    int descriptor;
    const uint8_t *bytes;
    const struct space_source *sources;
    size_t source_count;
    const struct space_region *regions;
    size_t region_count;
};

struct space_range {
    uint32_t start, end;
};

#define SPACE_MAX_CHANGES 32

/* Ordered so that what every request touches is on few pages (sandbox/instance.h). */
struct space {
    uint8_t *base;
    uint8_t *block; /* the host's alias of the request block */
    const struct space_image *image;
    uint32_t change_count; /* ranges whose mapping is not the image's; overlaps are merged */
    uint32_t region_count;
    uint32_t block_start, block_size;
    uint32_t dropped; /* a restore in pieces has dropped what is fresh below this address */
    void *reservation;
    size_t reservation_size;
    struct space_region regions[SPACE_MAX_REGIONS]; /* sorted, disjoint */
    struct space_range changes[SPACE_MAX_CHANGES];
    struct writeset writes;
};

/* Takes the address space, and memory for an owner of `owner_size` bytes, which are zero; 0: none. Until it is
 * established, a space may be moved: into its owner. */
MUST_USE int space_reserve(struct space *space, uint32_t block_size, size_t owner_size);
void *space_owner(const struct space *space);

/* Maps everything that `image` holds (NULL: nothing but the request block). A space that this fails for is destroyed,
 * and its owner with it. */
MUST_USE int space_establish(struct space *space, const struct space_image *image, uint32_t block_start);

/* Both, for an owner that lies elsewhere. */
MUST_USE int space_create(struct space *space, const struct space_image *image, uint32_t block_start,
                          uint32_t block_size);

/* With the owner that lies in front of it, and so with `space` itself if it is there. */
void space_destroy(struct space *space);

static inline uint8_t *space_host(const struct space *space, uint64_t address)
{
    return space->base + (uint32_t)address;
}

/* [address, address + size) may be read or written by the guest; true for an empty range. The host may then access it
 * as well: a page that is not writable yet faults and is learned, if the fault is guarded (machine/fault.h). */
bool space_readable(const struct space *space, uint64_t address, uint64_t size);
bool space_writable(const struct space *space, uint64_t address, uint64_t size);

/* The region that holds `address`, or NULL. */
const struct space_region *space_find(const struct space *space, uint32_t address);

/* Index of the first region that ends behind `address`; region_count if there is none. */
size_t space_search(const struct space *space, uint32_t address);

/* Changes of the map. Addresses are page-aligned. `space_map` fills a hole (-EEXIST otherwise) with zero pages;
 * space_unmap may cover holes; space_protect may not (-ENOMEM). -ENOMEM also when there are too many regions. */
MUST_USE int space_map(struct space *space, uint32_t start, uint32_t end, unsigned protection, enum space_kind kind);
MUST_USE int space_unmap(struct space *space, uint32_t start, uint32_t end);
MUST_USE int space_protect(struct space *space, uint32_t start, uint32_t end, unsigned protection);

/* Makes [start, end) zero, which must all be writable, and touches only pages that may hold something else. Guarded
 * like any write by the host. */
void space_zero(struct space *space, uint32_t start, uint32_t end);

/* Gives what [start, end) holds back to the host: for memory that will be unmapped, which then is quick. */
void space_drop(struct space *space, uint32_t start, uint32_t end);

/* The highest hole of `size` bytes inside [low, high), or 0. */
uint32_t space_hole(const struct space *space, uint32_t size, uint32_t low, uint32_t high);

/* Back to the image: map and pages. The number of pages written back, or -errno, after which the space is only good for
 * space_destroy. */
MUST_USE int space_restore(struct space *space);

/* The same in pieces of about `most` pages: 1: there is more to do, with the same call, before the space is used again;
 * 0: done; -errno as there. writes.restored says how many pages were written back. */
MUST_USE int space_restore_some(struct space *space, uint32_t most);

/* Mappings of the host that it takes, at most. */
size_t space_mappings(const struct space *space);

/* Bytes of host memory that this space alone holds, about. */
size_t space_memory(const struct space *space);

#endif
