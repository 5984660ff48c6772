/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker serves at one time: a catalog with its router and its tenants joined to the worker's
 * state. A new catalog is a new site; requests that began on the old one finish on it.
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

/* What changes while a tenant is served, in one worker. By metrics slot, so it outlives catalogs. What every request
 * touches comes first, in one cache line. */
struct tenant_state {
    struct run_tenant waiting;
    uint32_t active;      /* requests at work */
    uint32_t young;       /* of those: parked, and with less than a slice's instructions behind them */
    uint32_t piece;       /* instructions that its requests get at once; 0: nothing is known yet */
    uint32_t audit_every; /* of the current catalog */
    uint32_t since_audit; /* rollbacks */
    uint64_t iteration;   /* of the worker's loop, in which the tenant ran last */
    uint64_t spent_ns;    /* in that */
    struct bucket cpu;    /* instructions; rate 0: no budget */
    struct bucket sent;   /* bytes of responses; rate 0: no budget */
    struct guest_log log;
} __attribute__((aligned(64)));

struct tenant_states {
    struct metrics *metrics;
    unsigned worker;
    struct tenant_state **by_slot; /* made when first named; never moved */
    size_t slots;
    uint64_t sites; /* made so far */
};

/* One tenant of one site. With many tenants each request comes to cold memory, so what it needs is gathered in one
 * cache line, from which the others are fetched at the same time (site_tenant_prefetch). */
struct site_tenant {
    struct tenant_state *state;
    struct metrics_tenant *metrics;
    struct worker_program *program; /* NULL: nothing is deployed */
    struct mf_pool *pool;           /* the program's */
    struct tenant_limits limits;
    const struct catalog_tenant *catalog; /* not needed by a request that goes well */
} __attribute__((aligned(64)));

static inline void site_tenant_prefetch(const struct site_tenant *tenant)
{
    __builtin_prefetch(tenant->state, 1);
    __builtin_prefetch(tenant->metrics, 1);
    __builtin_prefetch(tenant->program, 1);
    __builtin_prefetch(tenant->pool, 1);
}

struct site {
    const struct catalog *catalog; /* owned */
    struct router *router;
    struct site_tenant *tenants; /* by catalog index */
    uint64_t serial;             /* no other site of this worker has the same */
    size_t requests;             /* that began on it and are at work */
};

/* Takes the catalog over if it succeeds. NULL with a line in the log: it names a program that never came, two equal
 * routes, a slot out of range, or there is no memory. */
MUST_USE struct site *site_create(const struct catalog *catalog, struct tenant_states *states,
                                  const struct worker_programs *programs);
void site_destroy(struct site *site);

void tenant_states_dispose(struct tenant_states *states);

#endif
