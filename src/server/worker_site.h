/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker serves at one time: a catalog with its router, and its terms in the worker's table of tenants. A new
 * catalog is a new site; requests that began on the old one finish on it.
 */
#ifndef MAYFLY_SERVER_WORKER_SITE_H
#define MAYFLY_SERVER_WORKER_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/span.h"
#include "server/bucket.h"
#include "server/catalog.h"
#include "server/guest_log.h"
#include "server/router.h"
#include "server/run_queue.h"
#include "server/worker_programs.h"

/* What a request goes by, from the catalog that it began under: it copies this, so that nothing else of a site is read
 * for it, and no catalog that comes later changes it. */
struct tenant_terms {
    struct worker_program *program; /* NULL: nothing is deployed */
    struct mf_pool *pool;           /* the program's */
    struct metrics_tenant *metrics;
    const struct catalog_tenant *catalog; /* for what is told of the tenant */
    uint64_t instructions;                /* these as in struct tenant_limits */
    uint32_t slice_instructions;
    uint32_t deadline_ms;
    uint32_t concurrency;
    uint32_t audit_every; /* audit one rollback in so many; 0: never */
};

/* One tenant's, in one worker, that a request comes to only if it has a body or a budget, logs, or takes long. */
struct tenant_rest {
    uint64_t request_body;                   /* as in struct tenant_limits */
    int64_t wary_until;                      /* `piece` does not grow before; monotonic */
    struct bucket cpu;                       /* instructions; rate 0: no budget */
    struct bucket sent;                      /* bytes of responses; rate 0: no budget */
    uint64_t instructions_seen, slices_seen; /* at the last tick */
    struct guest_log log;
};

/* One tenant's, in one worker: what changes while it is served, and beside it what the current catalog says. With many
 * tenants each request comes to cold memory, so all that an ordinary one needs is on two lines, which are fetched
 * together, and a thousand tenants' lines fit in the second cache. */
struct tenant_state {
    struct run_tenant waiting;
    uint32_t active;      /* requests at work */
    uint32_t young;       /* of those: parked, and with less than a slice's instructions behind them */
    uint32_t since_audit; /* rollbacks */
    uint16_t piece;       /* instructions that its requests get at once; 0: nothing is known yet */
    bool budgets : 1;     /* rest->cpu or rest->sent has a rate */
    bool wary : 1;        /* rest->wary_until may be to come */
    uint8_t restoring;    /* instances that are rolled back in pieces */
    uint64_t iteration;   /* of the worker's loop, in which the tenant ran last */
    uint64_t spent_ns;    /* in that */
    struct tenant_terms terms;
    struct tenant_rest *rest; /* once a catalog has named the tenant */
} __attribute__((aligned(128)));

_Static_assert(offsetof(struct tenant_state, terms) == 64 && sizeof(struct tenant_state) == 128, "two lines");

/* All tenants' of a worker, by the slot of their counters, so they outlive catalogs. Memory that no tenant uses is
 * never touched. */
struct tenant_states {
    struct tenant_state *by_slot; /* never moved; NULL before the first catalog */
    struct tenant_rest *rest;     /* by slot, too; behind them */
    struct metrics_tenant *rows;  /* by slot, too */
    size_t slots;
    const struct site *current; /* whose terms are in the slots; NULL: no site's */
    uint64_t sites;             /* made so far */
};

void tenant_states_init(struct tenant_states *states, struct metrics *metrics, unsigned worker);
void tenant_states_dispose(struct tenant_states *states);

/* Asks for the memory that a request of this tenant will touch. `slot` need not be right: it is only a guess. */
static inline void tenant_prefetch(const struct tenant_states *states, size_t slot)
{
    __builtin_prefetch(&states->by_slot[slot], 1);
    __builtin_prefetch(&states->by_slot[slot].terms);
    __builtin_prefetch(&states->rows[slot], 1);
}

struct site {
    const struct catalog *catalog; /* owned */
    struct router *router;
    uint64_t serial; /* no other site of this worker has the same */
    size_t requests; /* that began on it and are at work */
};

/* Takes the catalog over if it succeeds; new requests go by it from then on. NULL with a line in the log: it names a
 * program that never came, two equal routes, a slot out of range, or there is no memory. */
MUST_USE struct site *site_create(const struct catalog *catalog, struct tenant_states *states,
                                  const struct worker_programs *programs);
void site_destroy(struct site *site);

#endif
