/* SPDX-License-Identifier: Apache-2.0
 *
 * A token bucket: so much per second, and at most one second's worth saved up. What is spent may exceed what is there,
 * for a request's cost is known only afterwards; the debt is then waited off.
 */
#ifndef MAYFLY_SERVER_BUCKET_H
#define MAYFLY_SERVER_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

#define BUCKET_RATE_MAX UINT64_C(1000000000000000) /* so that a second's worth and a debt stay far from overflow */

/* Zeroed at start; `rate` is set by the owner and may change. Full at first. */
struct bucket {
    uint64_t rate;  /* tokens per second */
    int64_t tokens; /* negative: a debt */
    int64_t filled; /* when tokens were last added, monotonic; 0: never */
};

/* Adds what has come up to `now`. It holds a second's worth, or `least` if that is more. */
void bucket_refill(struct bucket *bucket, uint64_t least, int64_t now);

/* Takes tokens, also those that are not there. */
void bucket_spend(struct bucket *bucket, uint64_t amount);

/* After a refill: whole seconds until there is a token again, at least 1 and at most an hour. */
MUST_USE unsigned bucket_wait(const struct bucket *bucket);

#endif
