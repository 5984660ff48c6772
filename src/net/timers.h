/* SPDX-License-Identifier: Apache-2.0
 *
 * Deadlines of many connections: a timer wheel. Arming, moving and stopping cost a store or two and no system call, so
 * that a deadline may move with every request. A timer fires at its deadline or up to TIMERS_TICK_NS later, never
 * before.
 *
 * Moving a deadline later only writes it down: the wheel finds out when the old one comes, and looks at a timer at most
 * once per turn of the wheel (8.6 s).
 */
#ifndef MAYFLY_NET_TIMERS_H
#define MAYFLY_NET_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMERS_SHIFT   23 /* a tick is 2^23 ns: 8.4 ms */
#define TIMERS_SLOTS   1024
#define TIMERS_TICK_NS (INT64_C(1) << TIMERS_SHIFT)
#define TIMERS_NEVER   INT64_MAX

/* Intrusive: embedded in what it times, which may free itself in `fire`. Zeroed, with `fire` set, before use. */
struct timer {
    struct timer *next, *previous; /* in its slot; NULL: in none */
    int64_t deadline;              /* monotonic ns; TIMERS_NEVER: disarmed */
    int64_t tick;                  /* the slot that it is in */
    void (*fire)(struct timer *timer);
};

/* One thread's. */
struct timers {
    int64_t tick;                     /* all before it have been looked at */
    size_t count;                     /* timers in the wheel, disarmed ones included */
    uint64_t used[TIMERS_SLOTS / 64]; /* slots that are not empty */
    struct timer slots[TIMERS_SLOTS]; /* heads of circular lists */
    struct timer due;                 /* those of the slot being looked at */
};

void timers_init(struct timers *timers, int64_t now);

/* Wants `timer` to fire at `deadline` (monotonic ns), whether or not it is armed. */
void timers_arm(struct timers *timers, struct timer *timer, int64_t deadline);

/* It will not fire. It stays linked until its slot comes up: before its memory goes, timers_remove. */
static inline void timers_disarm(struct timer *timer)
{
    timer->deadline = TIMERS_NEVER;
}

/* Disarms and unlinks; allowed for one that was never armed, and inside any `fire`. */
void timers_remove(struct timers *timers, struct timer *timer);

/* Fires what is due; each is disarmed and unlinked before its `fire`, which may arm it again. */
void timers_run(struct timers *timers, int64_t now);

/* When timers_run should be called next (monotonic ns); TIMERS_NEVER if the wheel is empty. */
int64_t timers_next(const struct timers *timers);

#endif
