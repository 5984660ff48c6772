/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/space.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* Guards around the arena. The one behind is odd-sized on purpose: consecutive reservations then differ in where their
 * page-table entries fall in the caches, which matters to a worker that goes round a thousand instances. */
#define FRONT_GUARD     (UINT64_C(64) << 10)
#define BACK_GUARD      ((UINT64_C(16) << 20) + (UINT64_C(160) << 10))
#define SURROUNDINGS    5 /* mappings: the alias of the request block, the owner, and what is between them */
#define NO_ACCESS_FLAGS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

static int host_protection(const struct space_region *region)
{
    if (!(region->protection & SPACE_READ))
        return PROT_NONE;
    bool direct = region->fresh && (region->protection & SPACE_WRITE);
    return direct ? PROT_READ | PROT_WRITE : PROT_READ;
}

/* ---- making a space ------------------------------------------------------------------------------- */

/* The request block, mapped a second time where the guest reads it. A shared mapping is duplicated by an mremap of
 * length 0, without a descriptor. */
static int establish_block(struct space *space)
{
    void *at = space_host(space, space->block_start);
    if (mremap(space->block, 0, space->block_size, MREMAP_MAYMOVE | MREMAP_FIXED, at) != at)
        return -errno;
    return mprotect(at, space->block_size, PROT_READ) ? -errno : 0;
}

/* Maps [start, end), a part of a region of the image, over memory without access. */
static int establish(struct space *space, const struct space_region *region, uint32_t start, uint32_t end)
{
    if (region->kind == SPACE_BLOCK)
        return establish_block(space);
    int protection = host_protection(region);
    if (protection != PROT_NONE && mprotect(space_host(space, start), end - start, protection))
        return -errno;
    const struct space_image *image = space->image;
    for (size_t i = 0; i < image->source_count; i++) {
        const struct space_source *source = &image->sources[i];
        uint64_t first = (uint64_t)source->first << SPACE_PAGE_SHIFT;
        uint64_t last = first + ((uint64_t)source->count << SPACE_PAGE_SHIFT);
        uint64_t from = first > start ? first : start, to = last < end ? last : end;
        if (from >= to)
            continue;
        void *at = space_host(space, from);
        if (mmap(at, to - from, protection, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, image->descriptor,
                 (off_t)(source->offset + (from - first))) != at)
            return -errno;
    }
    return 0;
}

static int establish_image(struct space *space)
{
    const struct space_image *image = space->image;
    for (size_t i = 0; i < image->region_count; i++) {
        const struct space_region *region = &image->regions[i];
        int failed = establish(space, region, region->start, region->end);
        if (failed)
            return failed;
        space->regions[i] = *region;
    }
    space->region_count = (uint32_t)image->region_count;
    return 0;
}

/* The base is aligned to what one cache line of page-table entries maps: layouts can then put hot pages into one. */
int space_reserve(struct space *space, uint32_t block_size, size_t owner_size)
{
    CHECK(owner_size <= SPACE_OWNER_MOST);
    memset(space, 0, sizeof *space);
    space->block_size = block_size;
    uint64_t alias = ((uint64_t)block_size + FRONT_GUARD - 1) & ~(FRONT_GUARD - 1);
    uint64_t front = FRONT_GUARD + alias + FRONT_GUARD + SPACE_OWNER;
    space->reservation_size = front + SPACE_SIZE + BACK_GUARD;
    uint8_t *at = mmap(NULL, space->reservation_size, PROT_NONE, NO_ACCESS_FLAGS, -1, 0);
    if (at == MAP_FAILED)
        return -errno;
    space->reservation = at;
    /* One huge page for one written byte is not what a thousand tenants need. Fails where huge pages are not built in.
     */
    (void)madvise(at, space->reservation_size, MADV_NOHUGEPAGE);
    uintptr_t base = (uintptr_t)at + front;
    space->base = (uint8_t *)((base + SPACE_PTE_LINE - 1) & ~(uintptr_t)(SPACE_PTE_LINE - 1));
    space->block = space->base - SPACE_OWNER - FRONT_GUARD - alias;
    if (owner_size && mprotect(space_owner(space), owner_size, PROT_READ | PROT_WRITE)) {
        int failed = -errno;
        CHECK(munmap(at, space->reservation_size) == 0);
        return failed;
    }
    return 0;
}

void *space_owner(const struct space *space)
{
    return space->base - SPACE_OWNER;
}

int space_establish(struct space *space, const struct space_image *image, uint32_t block_start)
{
    int failed = 0;
    space->image = image;
    space->block_start = block_start;
    writeset_init(&space->writes);
    if (mmap(space->block, space->block_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
        space->block) {
        failed = -errno;
    } else if (image) {
        failed = establish_image(space);
    } else {
        failed = establish_block(space);
        space->regions[0] =
            (struct space_region){block_start, block_start + space->block_size, SPACE_READ, SPACE_BLOCK, 0, 0};
        space->region_count = 1;
    }
    if (failed)
        space_destroy(space);
    return failed;
}

int space_create(struct space *space, const struct space_image *image, uint32_t block_start, uint32_t block_size)
{
    int failed = space_reserve(space, block_size, 0);
    return failed ? failed : space_establish(space, image, block_start);
}

void space_destroy(struct space *space)
{
    writeset_dispose(&space->writes);
    CHECK(munmap(space->reservation, space->reservation_size) == 0);
}

/* ---- questions ------------------------------------------------------------------------------------ */

size_t space_search(const struct space *space, uint32_t address)
{
    size_t low = 0, high = space->region_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (space->regions[middle].end <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct space_region *space_find(const struct space *space, uint32_t address)
{
    size_t i = space_search(space, address);
    return i < space->region_count && space->regions[i].start <= address ? &space->regions[i] : NULL;
}

/* Every page of [address, address + size) has all of `protection`. */
static bool allows(const struct space *space, uint64_t address, uint64_t size, unsigned protection)
{
    uint64_t at = (uint32_t)address;
    if (size == 0)
        return true;
    if (size > SPACE_SIZE - at)
        return false;
    uint64_t end = at + size;
    for (size_t i = space_search(space, (uint32_t)at); at < end; i++) {
        if (i == space->region_count)
            return false;
        const struct space_region *region = &space->regions[i];
        if (region->start > at || (region->protection & protection) != protection)
            return false;
        at = region->end;
    }
    return true;
}

bool space_readable(const struct space *space, uint64_t address, uint64_t size)
{
    return allows(space, address, size, SPACE_READ);
}

bool space_writable(const struct space *space, uint64_t address, uint64_t size)
{
    return allows(space, address, size, SPACE_WRITE);
}

uint32_t space_hole(const struct space *space, uint32_t size, uint32_t low, uint32_t high)
{
    uint64_t top = high;
    for (size_t i = space->region_count; i-- > 0 && top >= low;) {
        const struct space_region *region = &space->regions[i];
        uint64_t bottom = region->end > low ? region->end : low;
        if (top > bottom && top - bottom >= size)
            return (uint32_t)(top - size);
        if (region->start < top)
            top = region->start;
    }
    return top > low && top - low >= size ? (uint32_t)(top - size) : 0;
}

/* Memory without access between others is a mapping, too; pages of the image and runs of writable pages split the one
 * that they lie in. */
size_t space_mappings(const struct space *space)
{
    size_t splits = (space->image ? space->image->source_count : 0) + space->writes.run_count;
    return SURROUNDINGS + 2 * (size_t)space->region_count + 2 * splits;
}

size_t space_memory(const struct space *space)
{
    size_t bytes = (size_t)space->writes.page_count << SPACE_PAGE_SHIFT;
    for (size_t i = 0; i < space->region_count; i++)
        if (space->regions[i].fresh)
            bytes += space->regions[i].end - space->regions[i].start;
    return bytes + 4 * SPACE_PAGE; /* page tables and the request block's first page */
}

/* ---- changing the map ----------------------------------------------------------------------------- */

/* Remembers that [start, end) is no longer as in the image. When there are too many ranges, the nearest two become one:
 * restoring more than was changed is only slower. */
static void journal(struct space *space, uint32_t start, uint32_t end)
{
    if (!space->image)
        return;
    struct space_range *list = space->changes;
    uint32_t count = space->change_count, kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].end < start || list[i].start > end) {
            list[kept++] = list[i];
            continue;
        }
        start = list[i].start < start ? list[i].start : start;
        end = list[i].end > end ? list[i].end : end;
    }
    uint32_t at = kept;
    if (kept == SPACE_MAX_CHANGES) {
        uint32_t best = 0;
        uint64_t best_gap = UINT64_MAX;
        for (uint32_t i = 0; i < kept; i++) {
            uint64_t gap = list[i].end < start ? start - list[i].end : list[i].start - end;
            if (gap < best_gap) {
                best_gap = gap;
                best = i;
            }
        }
        start = list[best].start < start ? list[best].start : start;
        end = list[best].end > end ? list[best].end : end;
        list[best] = list[kept - 1];
        space->change_count = kept - 1;
        journal(space, start, end); /* it may now overlap others; there is room, so this does not recur again */
        return;
    }
    list[at] = (struct space_range){start, end};
    space->change_count = kept + 1;
}

/* Makes `at` a boundary between regions. The caller has seen to the room. */
static void split(struct space *space, uint32_t at)
{
    size_t i = space_search(space, at);
    if (i == space->region_count || space->regions[i].start >= at)
        return;
    memmove(&space->regions[i + 1], &space->regions[i], (space->region_count - i) * sizeof space->regions[0]);
    space->region_count++;
    space->regions[i].end = at;
    space->regions[i + 1].start = at;
}

static void merge_neighbours(struct space *space)
{
    size_t to = 0;
    for (size_t i = 1; i < space->region_count; i++) {
        struct space_region *last = &space->regions[to], *next = &space->regions[i];
        if (last->end == next->start && last->protection == next->protection && last->kind == next->kind &&
            last->fresh == next->fresh && last->kind != SPACE_BLOCK)
            last->end = next->end;
        else
            space->regions[++to] = *next;
    }
    if (space->region_count)
        space->region_count = (uint32_t)to + 1;
}

int space_map(struct space *space, uint32_t start, uint32_t end, unsigned protection, enum space_kind kind)
{
    CHECK(start >= SPACE_LOWEST && start < end && end <= SPACE_HIGHEST && (start | end) % SPACE_PAGE == 0);
    size_t i = space_search(space, start);
    if (i < space->region_count && space->regions[i].start < end)
        return -EEXIST;
    if (space->region_count == SPACE_MAX_REGIONS)
        return -ENOMEM;
    struct space_region region = {start, end, (uint8_t)protection, (uint8_t)kind, space->image != NULL, 0};
    journal(space, start, end);
    if (mprotect(space_host(space, start), end - start, host_protection(&region)))
        return -ENOMEM;
    memmove(&space->regions[i + 1], &space->regions[i], (space->region_count - i) * sizeof region);
    space->regions[i] = region;
    space->region_count++;
    merge_neighbours(space);
    return 0;
}

/* Takes away whatever is mapped, and what it held. */
static int host_remove(struct space *space, uint32_t start, uint32_t end)
{
    void *at = space_host(space, start);
    if (mmap(at, end - start, PROT_NONE, NO_ACCESS_FLAGS | MAP_FIXED, -1, 0) != at)
        return -errno;
    (void)madvise(at, end - start, MADV_NOHUGEPAGE);
    return 0;
}

int space_unmap(struct space *space, uint32_t start, uint32_t end)
{
    CHECK(start < end && (start | end) % SPACE_PAGE == 0);
    if (space->region_count + 2 > SPACE_MAX_REGIONS)
        return -ENOMEM;
    journal(space, start, end);
    if (host_remove(space, start, end))
        return -ENOMEM;
    split(space, start);
    split(space, end);
    size_t first = space_search(space, start), last = first;
    while (last < space->region_count && space->regions[last].start < end)
        last++;
    memmove(&space->regions[first], &space->regions[last], (space->region_count - last) * sizeof space->regions[0]);
    space->region_count -= (uint32_t)(last - first);
    return 0;
}

int space_protect(struct space *space, uint32_t start, uint32_t end, unsigned protection)
{
    CHECK(start < end && (start | end) % SPACE_PAGE == 0);
    if (!allows(space, start, end - start, 0) || space->region_count + 2 > SPACE_MAX_REGIONS)
        return -ENOMEM;
    journal(space, start, end);
    split(space, start);
    split(space, end);
    int failed = 0;
    for (size_t i = space_search(space, start); i < space->region_count && space->regions[i].start < end; i++) {
        struct space_region *region = &space->regions[i];
        region->protection = (uint8_t)protection;
        if (region->kind == SPACE_RESERVED && protection)
            region->kind = SPACE_MAPPING;
        if (mprotect(space_host(space, region->start), region->end - region->start, host_protection(region))) {
            region->protection = 0; /* the host must not touch what it may not */
            failed = -ENOMEM;
        }
    }
    merge_neighbours(space);
    return failed;
}

static bool image_has(const struct space_image *image, uint32_t page)
{
    for (size_t i = 0; image && i < image->source_count; i++)
        if (page - image->sources[i].first < image->sources[i].count)
            return true;
    return false;
}

/* Clears the part [start, end) of a region that has only what was written to it: faster to drop than to clear. */
static bool drop_fresh(struct space *space, uint32_t start, uint32_t end)
{
    return (start | end) % SPACE_PAGE == 0 && madvise(space_host(space, start), end - start, MADV_DONTNEED) == 0;
}

void space_drop(struct space *space, uint32_t start, uint32_t end)
{
    (void)madvise(space_host(space, start), end - start, MADV_DONTNEED); /* or unmapping does it */
}

void space_zero(struct space *space, uint32_t start, uint32_t end)
{
    const struct space_region *region = NULL;
    for (uint64_t at = start, stop; at < end; at = stop) {
        if (!region || at >= region->end) {
            region = space_find(space, (uint32_t)at);
            stop = region->end < end ? region->end : end;
            if (region->fresh && drop_fresh(space, (uint32_t)at, (uint32_t)stop))
                continue;
        }
        stop = (at & ~(uint64_t)(SPACE_PAGE - 1)) + SPACE_PAGE;
        stop = stop < end ? stop : end;
        uint32_t page = (uint32_t)(at >> SPACE_PAGE_SHIFT);
        if (region->fresh || writeset_contains(&space->writes, page) || image_has(space->image, page))
            memset(space_host(space, at), 0, stop - at);
    }
}

/* ---- restoring ------------------------------------------------------------------------------------ */

static int restore_range(struct space *space, struct space_range range)
{
    int failed = host_remove(space, range.start, range.end);
    if (!failed)
        failed = writeset_drop(space, range.start >> SPACE_PAGE_SHIFT, range.end >> SPACE_PAGE_SHIFT);
    const struct space_image *image = space->image;
    for (size_t i = 0; i < image->region_count && !failed; i++) {
        const struct space_region *region = &image->regions[i];
        uint32_t start = region->start > range.start ? region->start : range.start;
        uint32_t end = region->end < range.end ? region->end : range.end;
        if (start < end)
            failed = establish(space, region, start, end);
    }
    return failed;
}

static int restore_map(struct space *space)
{
    for (uint32_t i = 0; i < space->change_count; i++) {
        int failed = restore_range(space, space->changes[i]);
        if (failed)
            return failed;
    }
    space->change_count = space->dropped = 0;
    memcpy(space->regions, space->image->regions, space->image->region_count * sizeof space->regions[0]);
    space->region_count = (uint32_t)space->image->region_count;
    return 0;
}

/* Drops the contents of what the guest has mapped, which unmapping it would do all at once. */
static int drop_fresh_some(struct space *space, uint32_t most)
{
    for (uint32_t i = 0; i < space->region_count; i++) {
        const struct space_region *region = &space->regions[i];
        uint32_t start = region->start > space->dropped ? region->start : space->dropped;
        if (!region->fresh || start >= region->end)
            continue;
        uint32_t left = (region->end - start) >> SPACE_PAGE_SHIFT, count = left < most ? left : most;
        if (madvise(space_host(space, start), (size_t)count << SPACE_PAGE_SHIFT, MADV_DONTNEED))
            return -errno;
        space->dropped = start + (count << SPACE_PAGE_SHIFT);
        most -= count;
        if (!most)
            return 1;
    }
    return 0;
}

static bool much_is_fresh(const struct space *space)
{
    uint64_t fresh = 0;
    for (uint32_t i = 0; i < space->region_count; i++)
        if (space->regions[i].fresh)
            fresh += space->regions[i].end - space->regions[i].start;
    return fresh >> SPACE_PAGE_SHIFT > WRITESET_KEEP_PAGES;
}

/* What takes long of restoring the map, in pieces, before the rest is done at once. */
static int prepare_map(struct space *space, uint32_t most)
{
    struct writeset *writes = &space->writes;
    if (writes->way == RESTORE_NONE && writes->page_count > WRITESET_KEEP_PAGES)
        writes->way = RESTORE_GIVING_BACK;
    if (writes->way == RESTORE_GIVING_BACK) {
        int more = writeset_give_back(space, most);
        if (more)
            return more;
        writes->way = RESTORE_NONE;
    }
    return space->dropped || much_is_fresh(space) ? drop_fresh_some(space, most) : 0;
}

/* Apart, so that a plain restore saves no registers for it. */
__attribute__((noinline)) static int restore_map_some(struct space *space, uint32_t most)
{
    int more = prepare_map(space, most);
    if (!more)
        more = restore_map(space);
    return more ? more : writeset_restore(space, most);
}

int space_restore_some(struct space *space, uint32_t most)
{
    CHECK(space->image);
    space->writes.restored = 0;
    if (space->change_count)
        return restore_map_some(space, most);
    return writeset_restore(space, most);
}

int space_restore(struct space *space)
{
    uint32_t pages = 0;
    int more;
    do {
        more = space_restore_some(space, UINT32_MAX);
        pages += space->writes.restored;
    } while (more > 0);
    return more < 0 ? more : (int)pages;
}
