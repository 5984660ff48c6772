/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worker_site.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "base/log.h"

/* ---- tenants' state -------------------------------------------------------------------------------- */

void tenant_states_init(struct tenant_states *states, struct metrics *metrics, unsigned worker)
{
    *states = (struct tenant_states){.slots = metrics_tenant_slots(metrics)};
    if (states->slots > 0)
        states->rows = metrics_tenant(metrics, worker, 0);
}

static size_t states_size(const struct tenant_states *states)
{
    return states->slots * (sizeof(*states->by_slot) + sizeof(*states->rest));
}

static bool allocate(struct tenant_states *states)
{
    if (states->by_slot)
        return true;
    void *memory =
        mmap(NULL, states_size(states), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    states->by_slot = memory;
    states->rest = (struct tenant_rest *)(states->by_slot + states->slots);
    return true;
}

void tenant_states_dispose(struct tenant_states *states)
{
    if (states->by_slot)
        CHECK(munmap(states->by_slot, states_size(states)) == 0);
    states->by_slot = NULL;
}

/* ---- terms ----------------------------------------------------------------------------------------- */

/* Whether every tenant of the catalog has a slot, and a program if it names one. */
static bool check_tenants(const struct catalog *catalog, const struct tenant_states *states,
                          const struct worker_programs *programs)
{
    for (size_t i = 0; i < catalog->tenant_count; i++) {
        const struct catalog_tenant *tenant = &catalog->tenants[i];
        if (tenant->slot >= states->slots) {
            log_error("catalog %llu: tenant %.*s has no room for its counters (slot %u)",
                      (unsigned long long)catalog->generation, (int)tenant->name.size, tenant->name.data, tenant->slot);
            return false;
        }
        if (tenant->program != 0 && !worker_programs_find(programs, tenant->program)) {
            log_error("catalog %llu: tenant %.*s names program %llu, which never came",
                      (unsigned long long)catalog->generation, (int)tenant->name.size, tenant->name.data,
                      (unsigned long long)tenant->program);
            return false;
        }
    }
    return true;
}

static struct tenant_terms terms_of(const struct catalog_tenant *tenant, struct metrics_tenant *metrics,
                                    struct worker_program *program)
{
    const struct tenant_limits *limits = &tenant->limits;
    return (struct tenant_terms){
        .program = program,
        .pool = program ? program->pool : NULL,
        .metrics = metrics,
        .catalog = tenant,
        .instructions = limits->instructions,
        .slice_instructions =
            limits->slice_instructions < UINT32_MAX ? (uint32_t)limits->slice_instructions : UINT32_MAX,
        .deadline_ms = limits->deadline_ms,
        .concurrency = limits->concurrency,
        .audit_every = tenant->audit_every,
    };
}

/* Without a rate nothing is owed and nothing is saved up: a budget that is set later begins full. */
static void set_rate(struct bucket *bucket, uint64_t rate)
{
    if (rate == 0)
        *bucket = (struct bucket){0};
    bucket->rate = rate;
}

static void adopt(const struct tenant_states *states, const struct catalog_tenant *tenant,
                  struct worker_program *program)
{
    const struct tenant_limits *limits = &tenant->limits;
    struct metrics_tenant *metrics = &states->rows[tenant->slot];
    struct tenant_state *state = &states->by_slot[tenant->slot];
    struct tenant_rest *rest = state->rest = &states->rest[tenant->slot];
    state->terms = terms_of(tenant, metrics, program);
    rest->request_body = limits->request_body;
    rest->log.metrics = metrics;
    rest->log.bytes.rate = limits->log_bytes_per_second;
    set_rate(&rest->cpu, limits->instructions_per_second);
    set_rate(&rest->sent, limits->response_bytes_per_second);
    state->budgets = rest->cpu.rate > 0 || rest->sent.rate > 0;
}

/* The terms of a tenant that is gone point into its catalog, which goes as well. */
static void forget_terms(struct tenant_states *states)
{
    const struct site *before = states->current;
    for (size_t i = 0; before && i < before->catalog->tenant_count; i++)
        states->by_slot[before->catalog->tenants[i].slot].terms = (struct tenant_terms){0};
}

/* ---- sites ----------------------------------------------------------------------------------------- */

struct site *site_create(const struct catalog *catalog, struct tenant_states *states,
                         const struct worker_programs *programs)
{
    if (!check_tenants(catalog, states, programs))
        return NULL;
    struct site *site = calloc(1, sizeof(*site));
    if (!site)
        return NULL;
    site->router = router_create(catalog);
    if (!site->router || !allocate(states)) {
        site_destroy(site);
        return NULL;
    }
    site->catalog = catalog;
    site->serial = ++states->sites;
    forget_terms(states);
    for (size_t i = 0; i < catalog->tenant_count; i++) {
        const struct catalog_tenant *tenant = &catalog->tenants[i];
        struct worker_program *program = tenant->program ? worker_programs_find(programs, tenant->program) : NULL;
        adopt(states, tenant, program);
    }
    states->current = site;
    return site;
}

void site_destroy(struct site *site)
{
    if (!site)
        return;
    CHECK(site->requests == 0);
    router_destroy(site->router);
    if (site->catalog)
        catalog_unmap(site->catalog);
    free(site);
}
