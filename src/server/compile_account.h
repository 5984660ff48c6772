/* SPDX-License-Identifier: Apache-2.0
 *
 * Compile time that one tenant has used of late: half of it is forgotten every minute. A tenant that deploys new
 * programs all the time takes its account along.
 */
#ifndef MAYFLY_SERVER_COMPILE_ACCOUNT_H
#define MAYFLY_SERVER_COMPILE_ACCOUNT_H

#include <stdint.h>

#include "base/clock.h"

#define COMPILE_ACCOUNT_HALF_NS (60 * NS_PER_SECOND)
#define COMPILE_ACCOUNT_MOST_MS 30000 /* over which nothing is compiled for it */
#define COMPILE_ACCOUNT_LAST_MS 5000  /* over which it does not get the last compiler that is free */

/* Zeroed at start. */
struct compile_account {
    uint64_t cpu_ms; /* at `since` */
    int64_t since;   /* monotonic */
};

static inline uint64_t compile_account_used(const struct compile_account *account, int64_t now)
{
    int64_t halves = (now - account->since) / COMPILE_ACCOUNT_HALF_NS;
    return halves < 0 ? account->cpu_ms : halves > 63 ? 0 : account->cpu_ms >> halves;
}

static inline void compile_account_charge(struct compile_account *account, uint64_t cpu_ms, int64_t now)
{
    account->cpu_ms = compile_account_used(account, now) + cpu_ms;
    account->since = now;
}

#endif
