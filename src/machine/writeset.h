/* SPDX-License-Identifier: Apache-2.0
 *
 * The pages of a space that are writable in hardware, and so may differ from the image. A page outside the set cannot
 * have been written, whatever code ran: the MMU says so.
 *
 * The set is learned by faults: one for an isolated page, fewer and fewer for neighbours (like read-ahead). It is kept
 * over restores, because requests that start from the same state write nearly the same pages; what one space learned
 * others are born with (writeset_seed). Two things make it smaller again: pages that stay unchanged are found by
 * sampling and protected again, and a set that one request made very large or scattered is given back to the host
 * whole, so that every request finds the same room.
 */
#ifndef MAYFLY_MACHINE_WRITESET_H
#define MAYFLY_MACHINE_WRITESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/lines.h"

/* Isolated pages become runs of their own up to this many; then a fault joins the nearest run of its region, with all
 * that lies between. So the mappings of the host that an instance costs are bounded. */
#define WRITESET_SOFT_RUNS    128
#define WRITESET_MAX_RUNS     (WRITESET_SOFT_RUNS + 256) /* and one for each region that has none yet */
#define WRITESET_KEEP_PAGES   1024 /* a larger set is given back, unless requests make it again and again */
#define WRITESET_MAX_GRANULE  512  /* pages learned by one fault, at most */
#define WRITESET_INLINE_STEPS 8    /* of a restore, that need no memory of their own */

struct space;

struct page_run {
    uint32_t first, count;
};

/* One copy (from the image) or clearing (`from` is NULL) of a restore. */
struct restore_step {
    uint8_t *to;
    const uint8_t *from;
    size_t size;
};

/* How far a restore in pieces has come. */
enum restore_way { RESTORE_NONE, RESTORE_GIVING_BACK, RESTORE_COPYING };

struct writeset {
    struct restore_step *steps; /* derived from the runs, unless `changed`; `few` or allocated */
    uint32_t step_count;
    uint32_t page_count;
    uint32_t plain;  /* restores of a small set that only copy, until the set changes or a sample is due */
    uint32_t rounds; /* restores of a large one since the last sample */
    bool changed;    /* runs are not what steps were made of */
    bool strings;    /* the steps are better copied by string copies */
    bool few_pages;  /* and few enough for writeset_restore_few */
    bool grown;      /* pages were learned since the last writeset_collect */
    bool large;      /* the last restore found more than WRITESET_KEEP_PAGES */
    bool shrunk;     /* pages were dropped by sampling since then */
    uint8_t way;     /* enum restore_way: of a restore that has begun and not ended */
    bool sampling;   /* it counts the pages that are unchanged: */
    uint32_t unchanged;
    uint32_t restored;          /* pages of the last piece, or of the last restore */
    uint32_t at_step, at_pages; /* what is to be copied next */

    uint32_t run_count;
    uint32_t last_low, last_high, granule; /* what the last fault learned */
    struct restore_step few[WRITESET_INLINE_STEPS];
    uint8_t *idle;                           /* per page in the order of the runs: samples that found it unchanged */
    struct page_run runs[WRITESET_MAX_RUNS]; /* sorted, disjoint, not adjacent */
};

void writeset_init(struct writeset *writes);
void writeset_dispose(struct writeset *writes);

/* A write to `address` faulted. True if the page was learned and the write can be repeated; false if it is no writable
 * page of the image or the host refused. Async-signal-safe. */
bool writeset_learn(struct space *space, uint32_t address);

bool writeset_contains(const struct writeset *writes, uint32_t page);

/* Makes pages writable before they are written; pages that are no writable pages of the image are left out. `touch`
 * also has the host copy them now, so that their first write costs no fault at all. */
MUST_USE int writeset_seed(struct space *space, const struct page_run *runs, size_t count, bool touch);

/* Forgets pages whose mapping was replaced. -ENOMEM if a run would have to be split and there are too many. */
MUST_USE int writeset_drop(struct space *space, uint32_t first, uint32_t end);

/* Copies the image back: all of a set that is small, about `most` pages of a larger one. 1: there is more to do, and
 * the same is called again before anything else happens to the space; 0: done; -errno. writes.restored grows by the
 * pages. */
MUST_USE int writeset_restore(struct space *space, uint32_t most);

/* Whether the next restore is nothing but copying and clearing a few pages. Then writeset_restore_few does it as part
 * of its caller, which costs less than to find out again that there is nothing else to do. */
static inline bool writeset_is_plain(const struct writeset *writes)
{
    return writes->plain && writes->few_pages;
}

LINES_WIDE_INLINE void writeset_restore_few(struct writeset *writes)
{
    writes->plain--;
    for (uint32_t i = 0; i < writes->step_count; i++) {
        const struct restore_step *step = &writes->steps[i];
        if (!step->from)
            lines_clear_wide(step->to, step->size / LINE_SIZE);
        else if (writes->strings)
            lines_copy_string(step->to, step->from, step->size / LINE_SIZE);
        else
            lines_copy_wide(step->to, step->from, step->size / LINE_SIZE);
    }
}

/* The same by forgetting everything; whatever was mapped where the set was. */
MUST_USE int writeset_give_back(struct space *space, uint32_t most);

/* The number of pages in the set that differ from the image; the first goes to *first. */
size_t writeset_compare(const struct space *space, uint32_t *first);

/* The same for all pages of [page, end), which must be readable. */
size_t writeset_compare_range(const struct space *space, uint32_t page, uint32_t end, uint32_t *first);

/* `page` of the space equals the image. Reads it. */
bool writeset_page_is_pristine(const struct space *space, uint32_t page);

#endif
