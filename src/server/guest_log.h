/* SPDX-License-Identifier: Apache-2.0
 *
 * What guests log: mayfly_log() and the lines of descriptors 1 and 2 become lines of the server's log that name the
 * tenant. Escaped, cut at GUEST_LOG_LINE_MAX bytes, and limited to the tenant's rate by a token bucket that holds one
 * second's worth; what is over it is counted and reported in one line when the tenant may log again. Once a line of a
 * write is over it, so are the others of that write: looking at each would take longer than writing it took the guest.
 */
#ifndef MAYFLY_SERVER_GUEST_LOG_H
#define MAYFLY_SERVER_GUEST_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "mayfly/sandbox.h"
#include "server/bucket.h"
#include "server/metrics.h"

#define GUEST_LOG_LINE_MAX 4096
#define GUEST_LOG_OVERHEAD 64 /* what a line costs besides its text: a flood of empty lines is a flood too */

/* One tenant's, in one worker. Zeroed at start; `bytes.rate` and `metrics` are set by the owner and may change. */
struct guest_log {
    struct bucket bytes;
    struct metrics_tenant *metrics;
    uint64_t dropped; /* lines not yet reported */
    int64_t reported; /* when some were, monotonic */
};

/* One request's: the user data of its instance's callbacks. Zeroed between requests apart from the first two. */
struct guest_output {
    struct guest_log *log;
    const int64_t *now;        /* the worker's clock, monotonic */
    const struct span *tenant; /* name */
    char *partial[2];          /* unfinished lines of descriptors 1 and 2; allocated when needed */
    size_t partial_size[2];
};

/* What mf_host wants; `user` is a struct guest_output. */
void guest_log_say(void *user, int level, const char *text, size_t size);
void guest_log_output(void *user, int descriptor, const char *bytes, size_t size);

/* The two alone. */
extern const struct mf_host guest_log_host;

/* Logs one line of `tenant` if its rate allows it; false if not. */
bool guest_log_line(struct guest_log *log, struct span tenant, int level, struct span text, int64_t now);

/* Logs the unfinished lines of a request that has ended and frees them. */
void guest_log_finish(struct guest_output *output);

/* Reports dropped lines of a tenant that has gone quiet. */
void guest_log_tick(struct guest_log *log, struct span tenant, int64_t now);

#endif
