/* SPDX-License-Identifier: Apache-2.0
 *
 * The first while of a new version: whether it crashes more than it answers. Counted from the tenant's counters, so
 * the requests pay nothing for it.
 */
#ifndef MAYFLY_SERVER_TRIAL_H
#define MAYFLY_SERVER_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "server/metrics.h"

struct trial {
    bool on;
    int64_t until;             /* monotonic; 0: it does not serve yet, so the trial has not begun */
    uint64_t crashes, answers; /* of the tenant when it began */
};

enum trial_state { TRIAL_ON, TRIAL_PASSED, TRIAL_FAILED };

struct trial_counts {
    uint64_t crashes, answers;
};

/* The version serves in all workers now: what was counted before is another's. */
void trial_begin(struct trial *trial, const struct metrics *metrics, size_t slot, int64_t until);

/* Fails with `most` crashes (0: never) that are no fewer than the answers; passes when its time is over. *since is what
 * was counted since it began. */
MUST_USE enum trial_state trial_look(const struct trial *trial, const struct metrics *metrics, size_t slot,
                                     uint64_t most, int64_t now, struct trial_counts *since);

#endif
