/* SPDX-License-Identifier: Apache-2.0
 *
 * Slot `tick % TIMERS_SLOTS` holds the timers to be looked at when that tick is over. A deadline further away than one
 * turn is looked at when its slot comes up and goes back into it, or into the slot of its new deadline.
 */
#include "net/timers.h"

#include "base/check.h"

static void list_init(struct timer *list)
{
    list->next = list->previous = list;
}

static bool list_empty(const struct timer *list)
{
    return list->next == list;
}

/* Takes a linked timer out of its list; the slot's bit is mended when the slot is looked at. */
static void unlink_timer(struct timer *timer)
{
    timer->previous->next = timer->next;
    timer->next->previous = timer->previous;
    timer->next = timer->previous = NULL;
}

static void append(struct timer *list, struct timer *timer)
{
    timer->next = list;
    timer->previous = list->previous;
    list->previous->next = timer;
    list->previous = timer;
}

/* The tick at whose end `deadline` has passed; never one that is over. */
static int64_t tick_of(const struct timers *timers, int64_t deadline)
{
    int64_t tick = deadline >> TIMERS_SHIFT;
    return tick < timers->tick ? timers->tick : tick;
}

static void link_timer(struct timers *timers, struct timer *timer, int64_t tick)
{
    unsigned slot = (unsigned)(tick % TIMERS_SLOTS);

    timer->tick = tick;
    append(&timers->slots[slot], timer);
    timers->used[slot / 64] |= UINT64_C(1) << slot % 64;
    timers->count++;
}

void timers_init(struct timers *timers, int64_t now)
{
    *timers = (struct timers){.tick = now >> TIMERS_SHIFT};
    for (size_t i = 0; i < TIMERS_SLOTS; i++)
        list_init(&timers->slots[i]);
    list_init(&timers->due);
}

void timers_arm(struct timers *timers, struct timer *timer, int64_t deadline)
{
    timer->deadline = deadline;
    if (timer->next) {
        /* It will be looked at in time: lazily moved on from there. */
        if (timer->tick <= deadline >> TIMERS_SHIFT)
            return;
        unlink_timer(timer);
        timers->count--;
    }
    link_timer(timers, timer, tick_of(timers, deadline));
}

void timers_remove(struct timers *timers, struct timer *timer)
{
    timer->deadline = TIMERS_NEVER;
    if (!timer->next)
        return;
    unlink_timer(timer);
    timers->count--;
}

/* Looks at all timers of one tick that is over. */
static void run_slot(struct timers *timers, unsigned slot, int64_t now)
{
    struct timer *list = &timers->slots[slot], *due = &timers->due;

    timers->used[slot / 64] &= ~(UINT64_C(1) << slot % 64);
    if (list_empty(list))
        return;
    /* Into a list of its own, from which `fire` may remove others: those that go back are not met again. */
    due->next = list->next;
    due->previous = list->previous;
    due->next->previous = due->previous->next = due;
    list_init(list);
    while (!list_empty(due)) {
        struct timer *timer = due->next;
        unlink_timer(timer);
        timers->count--;
        if (timer->deadline == TIMERS_NEVER)
            continue;
        if (timer->deadline > now) {
            link_timer(timers, timer, tick_of(timers, timer->deadline));
            continue;
        }
        timer->deadline = TIMERS_NEVER;
        timer->fire(timer);
    }
}

void timers_run(struct timers *timers, int64_t now)
{
    int64_t last = now >> TIMERS_SHIFT; /* this tick is not over */

    CHECK(list_empty(&timers->due));
    if (timers->count == 0 || last - timers->tick > TIMERS_SLOTS) {
        /* One turn meets every slot; none needs to be met twice. */
        int64_t first = timers->count ? last - TIMERS_SLOTS : last;
        timers->tick = first > timers->tick ? first : timers->tick;
    }
    while (timers->tick < last) {
        /* Advanced first: what `fire` arms for now goes into the tick that is not over, not into this slot. */
        unsigned slot = (unsigned)(timers->tick++ % TIMERS_SLOTS);
        if (timers->used[slot / 64] >> slot % 64 & 1)
            run_slot(timers, slot, now);
    }
}

int64_t timers_next(const struct timers *timers)
{
    unsigned first = (unsigned)(timers->tick % TIMERS_SLOTS);
    uint64_t word = timers->used[first / 64] & ~UINT64_C(0) << first % 64;

    if (timers->count == 0)
        return TIMERS_NEVER;
    /* One word more than there are: the first one's lower bits come last. */
    for (unsigned i = 0; i <= TIMERS_SLOTS / 64; i++) {
        unsigned index = (first / 64 + i) % (TIMERS_SLOTS / 64);
        if (i > 0)
            word = timers->used[index];
        if (word) {
            unsigned slot = index * 64 + (unsigned)__builtin_ctzll(word);
            int64_t ahead = (slot + TIMERS_SLOTS - first) % TIMERS_SLOTS;
            return (timers->tick + ahead + 1) << TIMERS_SHIFT;
        }
    }
    CHECK(!"a timer that is in no slot");
    return 0;
}
