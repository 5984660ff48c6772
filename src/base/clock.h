/* SPDX-License-Identifier: Apache-2.0
 *
 * Time in nanoseconds. Deadlines and durations use the monotonic clock; only what a person or a guest
 * reads uses the wall clock.
 */
#ifndef MAYFLY_BASE_CLOCK_H
#define MAYFLY_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_SECOND INT64_C(1000000000)
#define NS_PER_MS     INT64_C(1000000)
#define NS_PER_US     INT64_C(1000)

static inline int64_t clock_read(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

static inline int64_t clock_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

/* Moves in steps of a few milliseconds and costs a fifth of the exact one. */
static inline int64_t clock_monotonic_coarse(void)
{
    return clock_read(CLOCK_MONOTONIC_COARSE);
}

static inline int64_t clock_wall_coarse(void)
{
    return clock_read(CLOCK_REALTIME_COARSE);
}

#endif
