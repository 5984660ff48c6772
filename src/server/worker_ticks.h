/* SPDX-License-Identifier: Apache-2.0
 *
 * The processor's own clock, for durations that are only reported: reading it takes a few nanoseconds and no system
 * call. Where there is none the monotonic clock stands in. Deadlines never use it.
 */
#ifndef MAYFLY_SERVER_WORKER_TICKS_H
#define MAYFLY_SERVER_WORKER_TICKS_H

#include <stdint.h>

#include "base/clock.h"

static inline uint64_t ticks_read(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#else
    return (uint64_t)clock_monotonic();
#endif
}

/* How long a tick is, measured from `init` on. */
struct ticks {
    uint64_t first_ticks;
    int64_t first_ns;
    double ns_per_tick;
};

/* Measures for a fifth of a millisecond. */
static inline void ticks_measure(struct ticks *ticks)
{
    uint64_t now_ticks = ticks_read();
    int64_t now_ns = clock_monotonic();
    if (now_ticks > ticks->first_ticks && now_ns > ticks->first_ns)
        ticks->ns_per_tick = (double)(now_ns - ticks->first_ns) / (double)(now_ticks - ticks->first_ticks);
}

static inline void ticks_init(struct ticks *ticks)
{
    *ticks = (struct ticks){.first_ticks = ticks_read(), .first_ns = clock_monotonic(), .ns_per_tick = 1};
    while (clock_monotonic() - ticks->first_ns < 200 * NS_PER_US)
        ;
    ticks_measure(ticks);
}

/* A migration between cores whose clocks differ can make time run backwards: that counts as nothing. */
static inline uint64_t ticks_ns(const struct ticks *ticks, uint64_t from, uint64_t to)
{
    int64_t passed = (int64_t)(to - from); /* signed, for processors convert that at once */
    return passed > 0 ? (uint64_t)(int64_t)((double)passed * ticks->ns_per_tick) : 0;
}

#endif
