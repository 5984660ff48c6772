/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worker_site.h"

#include <stdlib.h>

#include "base/log.h"

/* ---- tenants' state -------------------------------------------------------------------------------- */

static struct tenant_state *state_of(struct tenant_states *states, uint32_t slot)
{
    if (slot >= metrics_tenant_slots(states->metrics))
        return NULL;
    if (!states->by_slot) {
        states->slots = metrics_tenant_slots(states->metrics);
        states->by_slot = calloc(states->slots, sizeof(struct tenant_state *));
        if (!states->by_slot)
            return NULL;
    }
    if (!states->by_slot[slot]) {
        struct tenant_state *state = aligned_alloc(64, sizeof(*state));
        if (!state)
            return NULL;
        *state = (struct tenant_state){.log.metrics = metrics_tenant(states->metrics, states->worker, slot)};
        states->by_slot[slot] = state;
    }
    return states->by_slot[slot];
}

void tenant_states_dispose(struct tenant_states *states)
{
    for (size_t slot = 0; states->by_slot && slot < states->slots; slot++)
        free(states->by_slot[slot]);
    free(states->by_slot);
    states->by_slot = NULL;
}

/* ---- sites ----------------------------------------------------------------------------------------- */

static bool join_tenants(struct site *site, struct tenant_states *states, const struct worker_programs *programs)
{
    for (size_t i = 0; i < site->catalog->tenant_count; i++) {
        const struct catalog_tenant *tenant = &site->catalog->tenants[i];
        struct site_tenant *joined = &site->tenants[i];
        joined->catalog = tenant;
        joined->state = state_of(states, tenant->slot);
        if (!joined->state) {
            log_error("catalog %llu: tenant %.*s has no room for its counters (slot %u)",
                      (unsigned long long)site->catalog->generation, (int)tenant->name.size, tenant->name.data,
                      tenant->slot);
            return false;
        }
        joined->metrics = joined->state->log.metrics;
        joined->limits = tenant->limits;
        if (tenant->program == 0)
            continue;
        joined->program = worker_programs_find(programs, tenant->program);
        if (!joined->program) {
            log_error("catalog %llu: tenant %.*s names program %llu, which never came",
                      (unsigned long long)site->catalog->generation, (int)tenant->name.size, tenant->name.data,
                      (unsigned long long)tenant->program);
            return false;
        }
        joined->pool = joined->program->pool;
    }
    /* Only now, when nothing can fail any more: what the tenants' state takes from the catalog. */
    for (size_t i = 0; i < site->catalog->tenant_count; i++) {
        const struct catalog_tenant *tenant = &site->catalog->tenants[i];
        struct tenant_state *state = site->tenants[i].state;
        state->log.bytes.rate = tenant->limits.log_bytes_per_second;
        state->cpu.rate = tenant->limits.instructions_per_second;
        state->sent.rate = tenant->limits.response_bytes_per_second;
        state->audit_every = tenant->audit_every;
    }
    return true;
}

struct site *site_create(const struct catalog *catalog, struct tenant_states *states,
                         const struct worker_programs *programs)
{
    struct site *site = calloc(1, sizeof(*site));
    if (!site)
        return NULL;
    site->catalog = catalog;
    site->serial = ++states->sites;
    size_t size = (catalog->tenant_count + 1) * sizeof(*site->tenants);
    site->tenants = aligned_alloc(64, size);
    if (site->tenants)
        memset(site->tenants, 0, size);
    site->router = router_create(catalog);
    if (site->tenants && site->router && join_tenants(site, states, programs))
        return site;
    site->catalog = NULL; /* stays the caller's */
    site_destroy(site);
    return NULL;
}

void site_destroy(struct site *site)
{
    if (!site)
        return;
    CHECK(site->requests == 0);
    router_destroy(site->router);
    free(site->tenants);
    if (site->catalog)
        catalog_unmap(site->catalog);
    free(site);
}
