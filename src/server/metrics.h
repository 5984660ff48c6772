/* SPDX-License-Identifier: Apache-2.0
 *
 * Counters in memory that all processes share. Every row belongs to one worker, which alone writes it: a count costs
 * an ordinary addition. Whoever reads adds the rows up. The names are in metrics.def.
 */
#ifndef MAYFLY_SERVER_METRICS_H
#define MAYFLY_SERVER_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/check.h"
#include "server/catalog.h"

#define METRICS_MAX_WORKERS 256
#define METRICS_MAX_TENANTS 65536 /* slots; a catalog_tenant.slot is below the number given to metrics_create */

enum metrics_type { METRICS_COUNTER, METRICS_GAUGE };
enum metrics_scope { METRICS_WORKER, METRICS_TENANT };

struct metrics_worker {
#define METRICS_FIELD_IF_WORKER(field) uint64_t field;
#define METRICS_FIELD_IF_TENANT(field)
#define METRIC(scope, field, type, name, labels, help) METRICS_FIELD_IF_##scope(field)
#include "server/metrics.def"
#undef METRIC
#undef METRICS_FIELD_IF_WORKER
#undef METRICS_FIELD_IF_TENANT
    /* Not printed. Nonzero while a worker of this index takes connections: its process id. */
    uint64_t accepting;
} __attribute__((aligned(64)));

struct metrics_tenant {
#define METRICS_FIELD_IF_WORKER(field)
#define METRICS_FIELD_IF_TENANT(field)                 uint64_t field;
#define METRIC(scope, field, type, name, labels, help) METRICS_FIELD_IF_##scope(field)
#include "server/metrics.def"
#undef METRIC
#undef METRICS_FIELD_IF_WORKER
#undef METRICS_FIELD_IF_TENANT
} __attribute__((aligned(64)));

/* The segment: shared by a process and all that it forks, until each unmaps it. Pages are only used once touched. */
struct metrics;

/* NULL: the host refused the memory. */
MUST_USE struct metrics *metrics_create(unsigned workers, size_t tenant_slots);
void metrics_destroy(struct metrics *metrics);

unsigned metrics_workers(const struct metrics *metrics);
size_t metrics_tenant_slots(const struct metrics *metrics);

/* One worker's rows. */
struct metrics_worker *metrics_worker(struct metrics *metrics, unsigned worker);
struct metrics_tenant *metrics_tenant(struct metrics *metrics, unsigned worker, size_t slot);

/* Sets a worker's gauges to 0: by the worker when it begins, by the supervisor when it has died, so that nobody hands
 * it connections. */
void metrics_reset_worker(struct metrics *metrics, unsigned worker);

/* Forgets what a slot counted, before it is given to another tenant. No worker may serve the old one any more. */
void metrics_clear_tenant(struct metrics *metrics, size_t slot);

/* Sums over all workers. */
void metrics_sum_workers(const struct metrics *metrics, struct metrics_worker *sum);
void metrics_sum_tenant(const struct metrics *metrics, size_t slot, struct metrics_tenant *sum);

/* Prometheus' text format, version 0.0.4: worker metrics by worker, tenant metrics summed and by the names and slots
 * of `catalog` (NULL: no tenants). */
void metrics_render_prometheus(const struct metrics *metrics, const struct catalog *catalog, FILE *out);

/* Adds in the worker's own row. Readers of another process see whole values. */
static inline void metrics_add(uint64_t *field, uint64_t amount)
{
    __atomic_store_n(field, *field + amount, __ATOMIC_RELAXED);
}

static inline void metrics_set(uint64_t *field, uint64_t value)
{
    __atomic_store_n(field, value, __ATOMIC_RELAXED);
}

static inline uint64_t metrics_read(const uint64_t *field)
{
    return __atomic_load_n(field, __ATOMIC_RELAXED);
}

#endif
