/* SPDX-License-Identifier: Apache-2.0
 *
 * Linux's memory calls. The heap is a window that is accessible from the start, so brk only moves a mark. All other
 * changes of the map cost system calls of the host, now and at rollback, and are charged accordingly.
 *
 * Differences from Linux that a program could notice: memory between the mark and the end of the heap window can be
 * touched; nothing is ever executable; mappings have no file behind them; code and the request block cannot be
 * remapped.
 */
#include <errno.h>
#include <string.h>

#include "sandbox/personality.h"

#define MAPPINGS_GAP 0x10000u                    /* between the heap window and the lowest mapping */
#define PIECE        ((uint32_t)64 * SPACE_PAGE) /* of what takes the host long: about 15 us */

enum { LINUX_READ = 1, LINUX_WRITE = 2, LINUX_EXECUTE = 4, LINUX_PROTECTIONS = 7 };
enum {
    MAP_SHARED_FLAG = 1,
    MAP_PRIVATE_FLAG = 2,
    MAP_FIXED_FLAG = 0x10,
    MAP_ANONYMOUS_FLAG = 0x20,
    MAP_HUGETLB_FLAG = 0x40000,
    MAP_FIXED_NOREPLACE_FLAG = 0x100000,
};
enum { REMAP_MAYMOVE_FLAG = 1 };
enum { ADVICE_DONTNEED = 4, ADVICE_FREE = 8 };

static uint64_t page_up(uint64_t size)
{
    return (size + SPACE_PAGE - 1) & ~(uint64_t)(SPACE_PAGE - 1);
}

static unsigned protection_of(uint64_t linux_protection)
{
    unsigned protection = linux_protection & LINUX_READ ? SPACE_READ : 0;
    return linux_protection & LINUX_WRITE ? SPACE_READ | SPACE_WRITE : protection;
}

/* Whole pages of [start, start + size) that can be mapped at all: 0, or -errno. */
static int64_t take_range(uint64_t start, uint64_t size, struct space_range *range)
{
    if (start % SPACE_PAGE || size == 0)
        return -EINVAL;
    if (size > SPACE_HIGHEST || start < SPACE_LOWEST || start > SPACE_HIGHEST || page_up(size) > SPACE_HIGHEST - start)
        return -ENOMEM;
    *range = (struct space_range){(uint32_t)start, (uint32_t)(start + page_up(size))};
    return 0;
}

static bool overlaps(struct space_range range, uint64_t start, uint64_t end)
{
    return range.start < end && start < range.end;
}

static bool is_empty(const struct mf_instance *instance, struct space_range range)
{
    const struct space *space = &instance->space;
    size_t first = space_search(space, range.start);
    return first == space->region_count || space->regions[first].start >= range.end;
}

/* Code and the request block stay as they are. */
static bool is_fixed(const struct mf_instance *instance, struct space_range range)
{
    const struct space *space = &instance->space;
    for (size_t i = space_search(space, range.start); i < space->region_count; i++) {
        const struct space_region *region = &space->regions[i];
        if (region->start >= range.end)
            break;
        if ((region->protection & SPACE_EXECUTE) || region->kind == SPACE_BLOCK)
            return true;
    }
    return false;
}

static bool in_heap_window(const struct mf_instance *instance, struct space_range range)
{
    return overlaps(range, instance->guest.heap_start, (uint64_t)instance->guest.heap_limit + MAPPINGS_GAP);
}

static struct space_range part_in(const struct space_region *region, struct space_range range)
{
    uint32_t start = region->start > range.start ? region->start : range.start;
    uint32_t end = region->end < range.end ? region->end : range.end;
    return (struct space_range){start, end};
}

/* Bytes of [start, end) in regions of `kind`. */
static uint64_t bytes_of_kind(const struct mf_instance *instance, struct space_range range, enum space_kind kind)
{
    const struct space *space = &instance->space;
    uint64_t bytes = 0;
    for (size_t i = space_search(space, range.start); i < space->region_count; i++) {
        const struct space_region *region = &space->regions[i];
        if (region->start >= range.end)
            break;
        struct space_range part = part_in(region, range);
        if (region->kind == kind)
            bytes += part.end - part.start;
    }
    return bytes;
}

/* Does `work` on [start, end), a piece at a time. False: paused. */
static bool in_pieces(struct mf_instance *instance, uint32_t start, uint32_t end,
                      void (*work)(struct space *, uint32_t, uint32_t))
{
    uint32_t *at = &instance->call.at;
    if (*at < start || *at > end)
        *at = start;
    while (*at < end) {
        uint32_t piece = PIECE - *at % SPACE_PAGE, size = end - *at < piece ? end - *at : piece;
        work(&instance->space, *at, *at + size);
        *at += size;
        if (*at < end && personality_pause(instance))
            return false;
    }
    return true;
}

/* Gives back what [start, end) holds, in pieces; what nothing can be in is passed over. False: paused. */
static bool drop_contents(struct mf_instance *instance, struct space_range range)
{
    struct space *space = &instance->space;
    for (size_t i = space_search(space, range.start); i < space->region_count; i++) {
        const struct space_region *region = &space->regions[i];
        if (region->start >= range.end)
            break;
        struct space_range part = part_in(region, range);
        bool passed = region->kind == SPACE_RESERVED || instance->call.at >= part.end;
        if (!passed && !in_pieces(instance, part.start, part.end, space_drop))
            return false;
    }
    return true;
}

/* Unmaps [start, end), and before that what takes long of it, in pieces, if somebody may have to wait for it. */
static int64_t unmap(struct mf_instance *instance, uint32_t start, uint32_t end)
{
    struct space_range range = {start, end};
    if (is_empty(instance, range))
        return 0;
    if (instance->space.region_count + 2 > SPACE_MAX_REGIONS) /* before anything is lost */
        return -ENOMEM;
    if (end - start > PIECE && instance->host && instance->host->pause && !drop_contents(instance, range))
        return PERSONALITY_PAUSED;
    instance->call.at = 0; /* the call may go on with another range */
    return space_unmap(&instance->space, start, end);
}

/* Accounts for mappings of `bytes` in all, by moving the end of the heap window. */
static int64_t set_mapped(struct mf_instance *instance, uint64_t bytes)
{
    struct guest_state *guest = &instance->guest;
    if (bytes > guest->heap_limit - guest->heap_start)
        return -ENOMEM;
    uint32_t end = guest->heap_limit - (uint32_t)bytes;
    int64_t failed = 0;
    if (end < guest->heap_mark)
        return -ENOMEM;
    if (end < guest->heap_end)
        failed = unmap(instance, end, guest->heap_end);
    else if (end > guest->heap_end)
        failed = space_map(&instance->space, guest->heap_end, end, SPACE_READ | SPACE_WRITE, SPACE_HEAP);
    if (failed)
        return failed;
    guest->heap_end = end;
    guest->mapped_bytes = bytes;
    return 0;
}

static void charge_map(struct mf_instance *instance, uint64_t bytes)
{
    instance_charge(instance, CHARGE_MAP + (bytes >> SPACE_PAGE_SHIFT) / CHARGE_PAGES_PER_INSTRUCTION);
}

static void charge_clear(struct mf_instance *instance, uint64_t bytes)
{
    instance_charge(instance, bytes / CHARGE_CLEARED_PER_INSTRUCTION);
}

/* ---- brk ------------------------------------------------------------------------------------------- */

int64_t call_brk(struct mf_instance *instance, const uint64_t *a)
{
    struct guest_state *guest = &instance->guest;
    if (a[0] < guest->heap_start || a[0] > guest->heap_end)
        return guest->heap_mark;
    uint32_t mark = (uint32_t)a[0], old = guest->heap_mark;
    if (mark < old) {
        /* What is given back must be zero when it comes again. */
        if (!space_writable(&instance->space, mark, old - mark))
            return old;
        charge_clear(instance, old - mark);
        if (!in_pieces(instance, mark, old, space_zero))
            return PERSONALITY_PAUSED;
    }
    guest->heap_mark = mark;
    return mark;
}

/* ---- mappings -------------------------------------------------------------------------------------- */

static int64_t remove_range(struct mf_instance *instance, struct space_range range)
{
    if (in_heap_window(instance, range) || is_fixed(instance, range))
        return -EINVAL;
    uint64_t freed = bytes_of_kind(instance, range, SPACE_MAPPING);
    int64_t failed = unmap(instance, range.start, range.end);
    if (failed)
        return failed;
    return freed ? set_mapped(instance, instance->guest.mapped_bytes - freed) : 0;
}

static int64_t add_range(struct mf_instance *instance, struct space_range range, unsigned protection)
{
    uint64_t before = instance->guest.mapped_bytes;
    uint64_t bytes = protection ? range.end - range.start : 0;
    int64_t failed = bytes ? set_mapped(instance, before + bytes) : 0;
    if (failed)
        return failed;
    charge_clear(instance, bytes);
    failed =
        space_map(&instance->space, range.start, range.end, protection, protection ? SPACE_MAPPING : SPACE_RESERVED);
    if (failed && bytes && set_mapped(instance, before))
        return -ENOMEM; /* the window stays smaller until rollback */
    return failed ? failed : (int64_t)range.start;
}

static int64_t place(struct mf_instance *instance, uint64_t size, unsigned protection)
{
    uint64_t low = (uint64_t)instance->guest.heap_limit + MAPPINGS_GAP;
    if (size > SPACE_HIGHEST || low >= SPACE_HIGHEST)
        return -ENOMEM;
    uint32_t bytes = (uint32_t)page_up(size);
    uint32_t start = space_hole(&instance->space, bytes, (uint32_t)low, SPACE_HIGHEST);
    return start ? add_range(instance, (struct space_range){start, start + bytes}, protection) : -ENOMEM;
}

static int64_t place_at(struct mf_instance *instance, uint64_t start, uint64_t size, unsigned protection, bool replace)
{
    struct space_range range;
    int64_t failed = take_range(start, size, &range);
    if (failed)
        return failed;
    if (in_heap_window(instance, range) || is_fixed(instance, range))
        return replace ? -ENOMEM : -EEXIST;
    failed = replace ? remove_range(instance, range) : 0;
    return failed ? failed : add_range(instance, range, protection);
}

int64_t call_mmap(struct mf_instance *instance, const uint64_t *a)
{
    uint64_t size = a[1], flags = a[3];
    bool shared = flags & MAP_SHARED_FLAG, private = flags & MAP_PRIVATE_FLAG;
    if (size == 0 || shared == private || (a[2] & ~(uint64_t)LINUX_PROTECTIONS))
        return -EINVAL;
    if (!(flags & MAP_ANONYMOUS_FLAG)) /* pipes cannot be mapped, and there is nothing else */
        return (uint32_t)a[4] <= 2 ? -ENODEV : -EBADF;
    if (a[2] & LINUX_EXECUTE)
        return -EACCES;
    if (flags & MAP_HUGETLB_FLAG)
        return -ENOMEM;
    charge_map(instance, size < SPACE_HIGHEST ? size : 0);
    unsigned protection = protection_of(a[2]);
    if (flags & (MAP_FIXED_FLAG | MAP_FIXED_NOREPLACE_FLAG))
        return place_at(instance, a[0], size, protection, !(flags & MAP_FIXED_NOREPLACE_FLAG));
    return place(instance, size, protection);
}

int64_t call_munmap(struct mf_instance *instance, const uint64_t *a)
{
    struct space_range range;
    int64_t failed = take_range(a[0], a[1], &range);
    if (failed)
        return -EINVAL;
    charge_map(instance, range.end - range.start);
    return remove_range(instance, range);
}

int64_t call_mprotect(struct mf_instance *instance, const uint64_t *a)
{
    struct space_range range;
    if (a[1] == 0 && a[0] % SPACE_PAGE == 0)
        return 0;
    int64_t failed = take_range(a[0], a[1], &range);
    if (failed)
        return failed;
    if (a[2] & ~(uint64_t)LINUX_PROTECTIONS)
        return -EINVAL;
    if ((a[2] & LINUX_EXECUTE) || is_fixed(instance, range))
        return -EACCES;
    charge_map(instance, range.end - range.start);
    unsigned protection = protection_of(a[2]);
    uint64_t more = protection ? bytes_of_kind(instance, range, SPACE_RESERVED) : 0;
    failed = more ? set_mapped(instance, instance->guest.mapped_bytes + more) : 0;
    if (failed)
        return failed;
    /* As the next writes to them are faults of the host, pages cost as much as new ones. */
    charge_clear(instance, protection ? range.end - range.start : 0);
    return space_protect(&instance->space, range.start, range.end, protection);
}

/* ---- mremap ---------------------------------------------------------------------------------------- */

/* Where the mapping will be. */
static int64_t make_room(struct mf_instance *instance, uint64_t size)
{
    struct call_progress *call = &instance->call;
    if (call->to) {
        charge_clear(instance, size); /* as place() did before the pause, which has taken it back */
        return call->to;
    }
    int64_t to = place(instance, size, SPACE_READ | SPACE_WRITE);
    if (to > 0)
        call->to = (uint32_t)to;
    return to;
}

/* False: paused. */
static bool copy(struct mf_instance *instance, uint32_t to, struct space_range from)
{
    uint32_t *copied = &instance->call.done, size = from.end - from.start;
    while (*copied < size) {
        uint32_t piece = size - *copied < PIECE ? size - *copied : PIECE;
        memcpy(space_host(&instance->space, to + *copied), space_host(&instance->space, from.start + *copied), piece);
        *copied += piece;
        if (*copied < size && personality_pause(instance))
            return false;
    }
    return true;
}

/* Copies a mapping to a new place, then removes the old. */
static int64_t move(struct mf_instance *instance, struct space_range old, uint64_t size, unsigned protection)
{
    int64_t to = make_room(instance, size);
    if (to < 0)
        return to;
    instance_charge(instance, (old.end - old.start) / CHARGE_BYTES_PER_INSTRUCTION);
    if (!copy(instance, (uint32_t)to, old))
        return PERSONALITY_PAUSED;
    int failed = 0;
    if (!(protection & SPACE_WRITE))
        failed = space_protect(&instance->space, (uint32_t)to, (uint32_t)(to + (int64_t)page_up(size)), protection);
    int64_t removed = failed ? failed : remove_range(instance, old);
    return removed ? removed : to;
}

int64_t call_mremap(struct mf_instance *instance, const uint64_t *a)
{
    struct space_range old;
    uint64_t size = page_up(a[2]);
    if ((a[3] & ~(uint64_t)REMAP_MAYMOVE_FLAG) || a[2] == 0)
        return -EINVAL;
    if (a[2] > SPACE_HIGHEST)
        return -ENOMEM;
    if (take_range(a[0], a[1], &old))
        return -EINVAL;
    const struct space_region *region = space_find(&instance->space, old.start);
    if (!region || region->kind != SPACE_MAPPING || region->end < old.end || !(region->protection & SPACE_READ))
        return -EFAULT;
    charge_map(instance, size);
    uint64_t old_size = old.end - old.start;
    unsigned protection = region->protection;
    if (size == old_size)
        return old.start;
    if (size < old_size) {
        int64_t failed = remove_range(instance, (struct space_range){old.start + (uint32_t)size, old.end});
        return failed ? failed : old.start;
    }
    struct space_range more;
    bool moves = instance->call.to != 0; /* it has begun to */
    if (!moves && take_range(old.end, size - old_size, &more) == 0 && !in_heap_window(instance, more) &&
        is_empty(instance, more) && add_range(instance, more, protection) >= 0)
        return old.start;
    if (instance->call.paused)
        return PERSONALITY_PAUSED;
    return a[3] & REMAP_MAYMOVE_FLAG ? move(instance, old, size, protection) : -ENOMEM;
}

/* ---- madvise --------------------------------------------------------------------------------------- */

int64_t call_madvise(struct mf_instance *instance, const uint64_t *a)
{
    struct space_range range;
    if (a[1] == 0)
        return 0;
    int64_t failed = take_range(a[0], a[1], &range);
    if (failed)
        return failed;
    if (a[2] != ADVICE_DONTNEED && a[2] != ADVICE_FREE)
        return 0;
    if (!space_writable(&instance->space, range.start, range.end - range.start))
        return -EINVAL;
    if (range.end > instance->guest.heap_mark && overlaps(range, instance->guest.heap_start, instance->guest.heap_end))
        return -EINVAL; /* memory that the program has not been given */
    charge_map(instance, range.end - range.start);
    charge_clear(instance, range.end - range.start);
    return in_pieces(instance, range.start, range.end, space_zero) ? 0 : PERSONALITY_PAUSED;
}
