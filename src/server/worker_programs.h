/* SPDX-License-Identifier: Apache-2.0
 *
 * The programs that a worker has mapped, by id, each with its pool of instances. Tenants that name the same id share
 * both. A program stays while the current catalog names it or a request runs on it.
 */
#ifndef MAYFLY_SERVER_WORKER_PROGRAMS_H
#define MAYFLY_SERVER_WORKER_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "mayfly/sandbox.h"
#include "server/metrics.h"
#include "server/worker_profile.h"

/* Out of one pool at once; address space, not memory, is what this bounds (4 GiB each). */
#define WORKER_POOL_INSTANCES 4096

struct worker_program {
    uint64_t id;
    struct mf_program *program;
    struct mf_pool *pool;
    size_t requests;         /* at work on it */
    bool named;              /* by the current catalog */
    bool used;               /* since the last tick: it may have idle instances */
    int64_t last_used;       /* monotonic; of a request's begin */
    struct profile *profile; /* while it is being looked at; else NULL */
    struct profile_heat heat;
};

struct worker_programs {
    struct worker_program **list; /* by ascending id */
    size_t count, capacity;
    struct metrics_worker *counters;
    size_t profiled; /* that are being looked at */
};

/* Maps the artifact (which stays the caller's). -EEXIST, -ENOMEM or -EINVAL with a line in the log. */
MUST_USE int worker_programs_add(struct worker_programs *programs, uint64_t id, int artifact);

/* The program runs natively from its next slice on what the native code (which stays the caller's) has. A line in the
 * log if it cannot be used: then it goes on as it did. */
void worker_programs_set_native(struct worker_programs *programs, uint64_t id, int artifact);

/* NULL: never came, or is gone. */
struct worker_program *worker_programs_find(const struct worker_programs *programs, uint64_t id);

/* Drops a program that nobody names and that nobody runs on. True if it did. */
bool worker_programs_drop_unused(struct worker_programs *programs, struct worker_program *program);

/* Destroys instances that have been idle for `idle_ns`, then, while the rest need more than `budget` bytes, those of
 * the programs that were used longest ago. Call it a few times a second. */
void worker_programs_evict(struct worker_programs *programs, int64_t now, int64_t idle_ns, uint64_t budget);

/* All of them; no request may be at work. */
void worker_programs_dispose(struct worker_programs *programs);

#endif
