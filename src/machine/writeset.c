/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/writeset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/lines.h"
#include "machine/space.h"

/* Restores between samples. A sample costs about as much as a restore; a large set is worth looking at more often. */
#define SAMPLE_EVERY       64
#define SAMPLE_LARGE_EVERY 16
#define SAMPLE_HUGE_EVERY  8
#define LARGE_SET          32 /* pages */
#define NEAR_SET           2  /* pages that the nearest cache still holds, with those they are copied from */
#define SAMPLES_IDLE       4  /* in a row that find a page unchanged, until it is protected again */
#define RUN_COST           2  /* pages: what two calls of the host for a run take */

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

void writeset_init(struct writeset *writes)
{
    memset(writes, 0, sizeof *writes);
}

void writeset_dispose(struct writeset *writes)
{
    if (writes->steps != writes->few)
        free(writes->steps);
    free(writes->idle);
    writes->steps = NULL;
    writes->idle = NULL;
}

static void has_changed(struct writeset *writes)
{
    writes->changed = true;
    writes->plain = 0;
}

static uint32_t run_end(const struct page_run *run)
{
    return run->first + run->count;
}

/* Index of the first run that ends behind `page`. */
static uint32_t search(const struct writeset *writes, uint32_t page)
{
    uint32_t low = 0, high = writes->run_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (run_end(&writes->runs[middle]) <= page)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool writeset_contains(const struct writeset *writes, uint32_t page)
{
    uint32_t i = search(writes, page);
    return i < writes->run_count && writes->runs[i].first <= page;
}

static int host_protect(struct space *space, uint32_t first, uint32_t end, int protection)
{
    void *at = space_host(space, (uint64_t)first << SPACE_PAGE_SHIFT);
    return mprotect(at, (size_t)(end - first) << SPACE_PAGE_SHIFT, protection) ? -errno : 0;
}

/* ---- learning ------------------------------------------------------------------------------------- */

/* Adds [first, end), which no run overlaps, to its neighbours or as a run of its own. */
static bool add(struct writeset *writes, uint32_t first, uint32_t end)
{
    uint32_t i = search(writes, first);
    bool below = i > 0 && run_end(&writes->runs[i - 1]) == first;
    bool above = i < writes->run_count && writes->runs[i].first == end;
    if (below && above) {
        writes->runs[i - 1].count += end - first + writes->runs[i].count;
        memmove(&writes->runs[i], &writes->runs[i + 1], (writes->run_count - i - 1) * sizeof writes->runs[0]);
        writes->run_count--;
    } else if (below) {
        writes->runs[i - 1].count += end - first;
    } else if (above) {
        writes->runs[i].first = first;
        writes->runs[i].count += end - first;
    } else {
        if (writes->run_count == WRITESET_MAX_RUNS)
            return false;
        memmove(&writes->runs[i + 1], &writes->runs[i], (writes->run_count - i) * sizeof writes->runs[0]);
        writes->runs[i] = (struct page_run){first, end - first};
        writes->run_count++;
    }
    writes->page_count += end - first;
    has_changed(writes);
    return true;
}

/* Can [first, end) be added? To be asked before its pages become writable: what is writable is in the set. */
static bool has_room(const struct writeset *writes, uint32_t first, uint32_t end)
{
    uint32_t i = search(writes, first);
    bool below = i > 0 && run_end(&writes->runs[i - 1]) == first;
    bool above = i < writes->run_count && writes->runs[i].first == end;
    return below || above || writes->run_count < WRITESET_MAX_RUNS;
}

/* Pages of a run that the guest took the right to write from and gave it back: all of them at once, as one by one would
 * cost as many faults, and as many mappings of the host. */
static bool reopen(struct space *space, const struct page_run *run, const struct space_region *region)
{
    uint32_t first = region->start >> SPACE_PAGE_SHIFT, end = region->end >> SPACE_PAGE_SHIFT;
    first = run->first > first ? run->first : first;
    end = run_end(run) < end ? run_end(run) : end;
    return host_protect(space, first, end, PROT_READ | PROT_WRITE) == 0;
}

/* Grows [*low, *high), one page, into the direction in which its neighbour was learned just before: a program that
 * walks through memory faults a logarithmic number of times. */
static void widen(struct writeset *writes, uint32_t *low, uint32_t *high, uint32_t floor, uint32_t ceiling)
{
    uint32_t granule = 1;
    if (writes->last_low < writes->last_high) {
        if (*low == writes->last_high || *high == writes->last_low)
            granule = writes->granule * 2 < WRITESET_MAX_GRANULE ? writes->granule * 2 : WRITESET_MAX_GRANULE;
        if (*low == writes->last_high)
            *high = ceiling - *low > granule ? *low + granule : ceiling;
        else if (*high == writes->last_low)
            *low = *high - floor > granule ? *high - granule : floor;
    }
    writes->granule = granule;
    writes->last_low = *low;
    writes->last_high = *high;
}

bool writeset_learn(struct space *space, uint32_t address)
{
    struct writeset *writes = &space->writes;
    const struct space_region *region = space_find(space, address);
    if (!region || !(region->protection & SPACE_WRITE) || region->fresh || region->kind == SPACE_BLOCK)
        return false;

    uint32_t page = address >> SPACE_PAGE_SHIFT;
    uint32_t i = search(writes, page);
    if (i < writes->run_count && writes->runs[i].first <= page)
        return reopen(space, &writes->runs[i], region);

    uint32_t floor = region->start >> SPACE_PAGE_SHIFT, ceiling = region->end >> SPACE_PAGE_SHIFT;
    bool has_below = i > 0 && run_end(&writes->runs[i - 1]) > floor;
    bool has_above = i < writes->run_count && writes->runs[i].first < ceiling;
    if (has_below)
        floor = run_end(&writes->runs[i - 1]);
    if (has_above)
        ceiling = writes->runs[i].first;

    uint32_t low = page, high = page + 1;
    bool joins = (has_below && floor == low) || (has_above && ceiling == high) || !(has_below || has_above);
    if (writes->run_count < WRITESET_SOFT_RUNS || joins)
        widen(writes, &low, &high, floor, ceiling);
    else if (has_below && (!has_above || page - floor <= ceiling - high))
        low = floor;
    else
        high = ceiling;
    if (!has_room(writes, low, high) || host_protect(space, low, high, PROT_READ | PROT_WRITE))
        return false;
    writes->grown = true;
    return add(writes, low, high);
}

/* Adds the pages of [first, end) that are not in the set and lie in writable regions of the image. */
static int seed_range(struct space *space, uint32_t first, uint32_t end, bool touch)
{
    for (uint32_t page = first; page < end;) {
        const struct space_region *region = space_find(space, page << SPACE_PAGE_SHIFT);
        uint32_t i = search(&space->writes, page);
        bool known = i < space->writes.run_count && space->writes.runs[i].first <= page;
        if (!region || !(region->protection & SPACE_WRITE) || region->fresh || known) {
            page++;
            continue;
        }
        uint32_t stop = region->end >> SPACE_PAGE_SHIFT;
        stop = stop < end ? stop : end;
        if (i < space->writes.run_count && space->writes.runs[i].first < stop)
            stop = space->writes.runs[i].first;
        int failed = host_protect(space, page, stop, PROT_READ | PROT_WRITE);
        if (failed)
            return failed;
        void *at = space_host(space, (uint64_t)page << SPACE_PAGE_SHIFT);
        if (touch) /* only saves a fault; kernels before 5.14 cannot */
            (void)madvise(at, (size_t)(stop - page) << SPACE_PAGE_SHIFT, MADV_POPULATE_WRITE);
        if (!add(&space->writes, page, stop))
            return -ENOMEM;
        page = stop;
    }
    return 0;
}

int writeset_seed(struct space *space, const struct page_run *runs, size_t count, bool touch)
{
    int failed = 0;
    for (size_t i = 0; i < count && !failed; i++)
        failed = seed_range(space, runs[i].first, runs[i].first + runs[i].count, touch);
    return failed;
}

/* ---- forgetting ----------------------------------------------------------------------------------- */

/* Gives the private copies of [first, end) back to the host; the pages are as in the image then, and read-only. */
static int give_back(struct space *space, uint32_t first, uint32_t end)
{
    void *at = space_host(space, (uint64_t)first << SPACE_PAGE_SHIFT);
    if (madvise(at, (size_t)(end - first) << SPACE_PAGE_SHIFT, MADV_DONTNEED))
        return -errno;
    return host_protect(space, first, end, PROT_READ);
}

int writeset_drop(struct space *space, uint32_t first, uint32_t end)
{
    struct writeset *writes = &space->writes;
    for (uint32_t i = search(writes, first); i < writes->run_count && writes->runs[i].first < end;) {
        struct page_run *run = &writes->runs[i];
        uint32_t low = run->first > first ? run->first : first;
        uint32_t high = run_end(run) < end ? run_end(run) : end;
        uint32_t behind = run_end(run) - high;
        has_changed(writes);
        if (behind && low > run->first && writes->run_count == WRITESET_MAX_RUNS) {
            int failed = give_back(space, high, high + behind); /* no room for a second half */
            if (failed)
                return failed;
            high += behind;
            behind = 0;
        }
        writes->page_count -= high - low;
        run->count = low - run->first;
        if (run->count && behind) {
            memmove(run + 1, run, (writes->run_count - i) * sizeof *run);
            writes->run_count++;
            run[1] = (struct page_run){high, behind};
            i += 2;
        } else if (behind) {
            *run = (struct page_run){high, behind};
            i++;
        } else if (run->count) {
            i++;
        } else {
            memmove(run, run + 1, (writes->run_count - i - 1) * sizeof *run);
            writes->run_count--;
        }
    }
    return 0;
}

int writeset_give_back(struct space *space, uint32_t most)
{
    struct writeset *writes = &space->writes;
    while (writes->run_count && most) {
        struct page_run *run = &writes->runs[writes->run_count - 1];
        uint32_t count = run->count < most ? run->count : most;
        int failed = give_back(space, run_end(run) - count, run_end(run));
        if (failed)
            return failed;
        run->count -= count;
        writes->run_count -= run->count == 0;
        writes->page_count -= count;
        writes->restored += count;
        has_changed(writes);
        uint32_t cost = count > RUN_COST ? count : RUN_COST;
        most = most > cost ? most - cost : 0;
    }
    writes->shrunk |= writes->run_count == 0;
    return writes->run_count > 0;
}

/* ---- restoring ------------------------------------------------------------------------------------ */

/* The image's bytes of `page`, NULL if it is zero there. *count becomes how many of the `count` pages from there on are
 * of the same kind and contiguous. */
static const uint8_t *image_page(const struct space_image *image, uint32_t page, uint32_t *count)
{
    size_t low = 0, high = image->source_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (image->sources[middle].first + image->sources[middle].count <= page)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == image->source_count)
        return NULL;
    const struct space_source *source = &image->sources[low];
    bool inside = source->first <= page;
    uint32_t until = inside ? source->first + source->count : source->first;
    if (until - page < *count)
        *count = until - page;
    return inside ? image->bytes + source->offset + ((uint64_t)(page - source->first) << SPACE_PAGE_SHIFT) : NULL;
}

static size_t write_steps(struct space *space, struct restore_step *steps)
{
    const struct writeset *writes = &space->writes;
    size_t made = 0;
    for (uint32_t i = 0; i < writes->run_count; i++)
        for (uint32_t page = writes->runs[i].first; page < run_end(&writes->runs[i]);) {
            uint32_t count = run_end(&writes->runs[i]) - page;
            const uint8_t *from = image_page(space->image, page, &count);
            if (steps)
                steps[made] = (struct restore_step){space_host(space, (uint64_t)page << SPACE_PAGE_SHIFT), from,
                                                    (size_t)count << SPACE_PAGE_SHIFT};
            made++;
            page += count;
        }
    return made;
}

static int make_steps(struct space *space)
{
    struct writeset *writes = &space->writes;
    writeset_dispose(writes);
    size_t count = write_steps(space, NULL);
    writes->idle = calloc(writes->page_count + 1, 1);
    writes->steps = count <= WRITESET_INLINE_STEPS ? writes->few : malloc(count * sizeof *writes->steps);
    if (!writes->steps || !writes->idle)
        return -ENOMEM;
    writes->step_count = (uint32_t)write_steps(space, writes->steps);
    writes->changed = false;
    writes->strings = writes->page_count > NEAR_SET && lines_have_strings();
    writes->few_pages = count && writes->page_count <= LARGE_SET && lines_are_wide();
    writes->rounds = 0;
    return 0;
}

static bool page_equals(const uint8_t *page, const uint8_t *from)
{
    if (from)
        return memcmp(page, from, SPACE_PAGE) == 0;
    return page[0] == 0 && memcmp(page, page + 1, SPACE_PAGE - 1) == 0;
}

/* Notes which pages the last request left unchanged. The number of them; *idle: some have been so for long. */
static uint32_t sample(struct writeset *writes, bool *idle)
{
    uint32_t page = 0, unchanged = 0;
    *idle = false;
    for (uint32_t i = 0; i < writes->step_count; i++) {
        const struct restore_step *step = &writes->steps[i];
        for (size_t at = 0; at < step->size; at += SPACE_PAGE, page++) {
            if (!page_equals(step->to + at, step->from ? step->from + at : NULL)) {
                writes->idle[page] = 0;
                continue;
            }
            unchanged++;
            if (writes->idle[page] < SAMPLES_IDLE)
                writes->idle[page]++;
            *idle |= writes->idle[page] == SAMPLES_IDLE;
        }
    }
    return unchanged;
}

/* Protects idle pages again. They equal the image: the sample has just looked, and no guest ran since. */
static int prune(struct space *space)
{
    struct writeset *writes = &space->writes;
    struct page_run kept[WRITESET_MAX_RUNS];
    uint32_t count = 0, index = 0, pages = 0;
    for (uint32_t i = 0; i < writes->run_count; i++)
        for (uint32_t page = writes->runs[i].first; page < run_end(&writes->runs[i]); page++) {
            if (writes->idle[index++] >= SAMPLES_IDLE)
                continue;
            pages++;
            if (count && run_end(&kept[count - 1]) == page) {
                kept[count - 1].count++;
                continue;
            }
            if (count == WRITESET_SOFT_RUNS)
                return 0; /* would scatter: better some copies too many than hundreds of mappings */
            kept[count++] = (struct page_run){page, 1};
        }
    index = 0;
    for (uint32_t i = 0; i < writes->run_count; i++)
        for (uint32_t page = writes->runs[i].first; page < run_end(&writes->runs[i]); page++)
            if (writes->idle[index++] >= SAMPLES_IDLE) {
                int failed = host_protect(space, page, page + 1, PROT_READ);
                if (failed)
                    return failed;
            }
    memcpy(writes->runs, kept, count * sizeof kept[0]);
    writes->run_count = count;
    writes->page_count = pages;
    has_changed(writes);
    writes->shrunk = true;
    return 0;
}

static void copy_pages(const struct writeset *writes, void *to, const void *from, size_t size)
{
    if (writes->strings)
        lines_copy_string(to, from, size / LINE_SIZE);
    else
        lines_copy(to, from, size / LINE_SIZE);
}

/* Looks whether the set is still what requests write, and makes it smaller if not. */
static int review(struct space *space)
{
    struct writeset *writes = &space->writes;
    bool idle;
    writes->rounds = 0;
    (void)sample(writes, &idle);
    return idle ? prune(space) : 0;
}

static void copy_all(struct writeset *writes)
{
    writes->restored += writes->page_count;
    for (uint32_t i = 0; i < writes->step_count; i++) {
        const struct restore_step *step = &writes->steps[i];
        if (step->from)
            copy_pages(writes, step->to, step->from, step->size);
        else
            memset(step->to, 0, step->size);
    }
}

/* Looks at the set and copies; the next times are plain. */
static int restore_small(struct space *space)
{
    struct writeset *writes = &space->writes;
    int failed = writes->changed ? make_steps(space) : review(space);
    if (!failed && writes->changed)
        failed = make_steps(space);
    if (failed)
        return failed;
    writes->plain = (writes->page_count > LARGE_SET ? SAMPLE_LARGE_EVERY : SAMPLE_EVERY) - 1;
    copy_all(writes);
    return 0;
}

/* ---- restoring what is large, in pieces ------------------------------------------------------------ */

/* A set that has become very large is given back once: most often it was one request's. If the next makes it as large
 * again, it stays, as copying costs a small part of faulting. */
static bool too_large(struct writeset *writes)
{
    bool was_large = writes->large;
    writes->large = writes->page_count > WRITESET_KEEP_PAGES;
    return writes->large && !was_large;
}

static int begin_copying(struct space *space)
{
    struct writeset *writes = &space->writes;
    int failed = writes->changed ? make_steps(space) : 0;
    writes->sampling = ++writes->rounds >= SAMPLE_HUGE_EVERY;
    if (writes->sampling)
        writes->rounds = 0;
    writes->unchanged = writes->at_step = writes->at_pages = 0;
    writes->way = RESTORE_COPYING;
    return failed;
}

static void copy_piece(struct writeset *writes, const struct restore_step *step, uint32_t count)
{
    uint32_t at_once = writes->sampling ? 1 : count;
    for (uint32_t i = 0; i < count; i += at_once) {
        size_t at = (size_t)(writes->at_pages + i) << SPACE_PAGE_SHIFT, size = (size_t)at_once << SPACE_PAGE_SHIFT;
        const uint8_t *from = step->from ? step->from + at : NULL;
        if (writes->sampling && page_equals(step->to + at, from))
            writes->unchanged++;
        else if (from)
            copy_pages(writes, step->to + at, from, size);
        else
            memset(step->to + at, 0, size);
    }
}

static int copy_some(struct writeset *writes, uint32_t most)
{
    while (writes->at_step < writes->step_count && most) {
        const struct restore_step *step = &writes->steps[writes->at_step];
        uint32_t left = (uint32_t)(step->size >> SPACE_PAGE_SHIFT) - writes->at_pages;
        uint32_t count = left < most ? left : most;
        copy_piece(writes, step, count);
        writes->restored += count;
        most -= count;
        writes->at_pages += count;
        if (count == left) {
            writes->at_pages = 0;
            writes->at_step++;
        }
    }
    if (writes->at_step < writes->step_count)
        return 1;
    bool stale = writes->sampling && writes->unchanged > writes->page_count / 2;
    writes->way = stale ? RESTORE_GIVING_BACK : RESTORE_NONE;
    return stale;
}

/* Apart, so that a plain restore saves no registers for it. */
__attribute__((noinline)) static int restore_and_review(struct space *space, uint32_t most)
{
    struct writeset *writes = &space->writes;
    if (writes->way == RESTORE_NONE) {
        writes->last_low = writes->last_high = 0;
        bool once = too_large(writes);
        if (once || writes->run_count > WRITESET_SOFT_RUNS)
            writes->way = RESTORE_GIVING_BACK;
        else if (!writes->large)
            return restore_small(space);
        else if (begin_copying(space) < 0)
            return -ENOMEM;
    }
    if (writes->way == RESTORE_COPYING)
        return copy_some(writes, most);
    /* What is only scattered is given back at once: until then it takes many of the host's mappings. */
    int more = writeset_give_back(space, writes->large ? most : UINT32_MAX);
    if (more <= 0)
        writes->way = RESTORE_NONE;
    return more;
}

int writeset_restore(struct space *space, uint32_t most)
{
    struct writeset *writes = &space->writes;
    if (!writes->plain)
        return restore_and_review(space, most);
    writes->plain--;
    copy_all(writes);
    return 0;
}

/* ---- auditing ------------------------------------------------------------------------------------- */

static bool image_has(const struct space *space, uint32_t page)
{
    uint32_t one = 1;
    return image_page(space->image, page, &one) != NULL;
}

bool writeset_page_is_pristine(const struct space *space, uint32_t page)
{
    uint32_t one = 1;
    const uint8_t *from = image_page(space->image, page, &one);
    return page_equals(space_host(space, (uint64_t)page << SPACE_PAGE_SHIFT), from);
}

/* Which of the pages hold something of their own, by the host's page tables: bit 0 of each byte. Reading a page that
 * nobody touched would cost a fault to learn that it is zero, and there are thousands in every space. */
static void find_touched(const struct space *space, uint32_t page, uint32_t count, unsigned char *touched)
{
    if (mincore(space_host(space, (uint64_t)page << SPACE_PAGE_SHIFT), (size_t)count << SPACE_PAGE_SHIFT, touched))
        memset(touched, 1, count); /* then all are looked at */
}

size_t writeset_compare_range(const struct space *space, uint32_t page, uint32_t end, uint32_t *first)
{
    enum { BATCH = 512 };
    unsigned char touched[BATCH];
    size_t different = 0;
    while (page < end) {
        uint32_t count = end - page < BATCH ? end - page : BATCH;
        find_touched(space, page, count, touched);
        for (uint32_t i = 0; i < count; i++) {
            bool zero = !(touched[i] & 1) && !image_has(space, page + i);
            if (!zero && !writeset_page_is_pristine(space, page + i) && different++ == 0)
                *first = page + i;
        }
        page += count;
    }
    return different;
}

size_t writeset_compare(const struct space *space, uint32_t *first)
{
    const struct writeset *writes = &space->writes;
    size_t different = 0;
    for (uint32_t i = 0; i < writes->run_count; i++)
        for (uint32_t page = writes->runs[i].first; page < run_end(&writes->runs[i]); page++)
            if (!writeset_page_is_pristine(space, page) && different++ == 0)
                *first = page;
    return different;
}
