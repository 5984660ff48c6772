/* SPDX-License-Identifier: Apache-2.0 */
#include "server/metrics.h"

#include <string.h>
#include <sys/mman.h>

/* The segment: this header on a page of its own, the workers' rows, then each worker's tenant rows. */
struct metrics {
    unsigned workers;
    size_t tenants;
    size_t size;
    struct metrics_worker *worker_rows; /* addresses are the same in every process: the segment is inherited */
    struct metrics_tenant *tenant_rows;
};

#define HEADER_SIZE 4096

struct field {
    enum metrics_scope scope;
    enum metrics_type type;
    size_t offset; /* in the scope's row */
    const char *name, *labels, *help;
};

#define METRICS_WORKER_ROW struct metrics_worker
#define METRICS_TENANT_ROW struct metrics_tenant

static const struct field fields[] = {
#define METRIC(scope, field, type, name, labels, help)                                                                 \
    {METRICS_##scope, METRICS_##type, offsetof(METRICS_##scope##_ROW, field), name, labels, help},
#include "server/metrics.def"
#undef METRIC
};

#define FIELD_COUNT (sizeof fields / sizeof fields[0])

struct metrics *metrics_create(unsigned workers, size_t tenant_slots)
{
    if (workers == 0 || workers > METRICS_MAX_WORKERS || tenant_slots > METRICS_MAX_TENANTS)
        return NULL;
    size_t worker_bytes = workers * sizeof(struct metrics_worker);
    size_t size = HEADER_SIZE + worker_bytes + workers * tenant_slots * sizeof(struct metrics_tenant);
    struct metrics *metrics =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (metrics == MAP_FAILED)
        return NULL;
    metrics->workers = workers;
    metrics->tenants = tenant_slots;
    metrics->size = size;
    metrics->worker_rows = (struct metrics_worker *)((char *)metrics + HEADER_SIZE);
    metrics->tenant_rows = (struct metrics_tenant *)((char *)metrics + HEADER_SIZE + worker_bytes);
    return metrics;
}

void metrics_destroy(struct metrics *metrics)
{
    if (metrics)
        munmap(metrics, metrics->size);
}

unsigned metrics_workers(const struct metrics *metrics)
{
    return metrics->workers;
}

size_t metrics_tenant_slots(const struct metrics *metrics)
{
    return metrics->tenants;
}

struct metrics_worker *metrics_worker(struct metrics *metrics, unsigned worker)
{
    CHECK(worker < metrics->workers);
    return &metrics->worker_rows[worker];
}

struct metrics_tenant *metrics_tenant(struct metrics *metrics, unsigned worker, size_t slot)
{
    CHECK(worker < metrics->workers && slot < metrics->tenants);
    return &metrics->tenant_rows[worker * metrics->tenants + slot];
}

static uint64_t *field_of(void *row, const struct field *field)
{
    return (uint64_t *)((char *)row + field->offset);
}

static uint64_t field_read(const void *row, const struct field *field)
{
    return metrics_read((const uint64_t *)((const char *)row + field->offset));
}

static void reset_gauges(void *row, enum metrics_scope scope)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (fields[i].scope == scope && fields[i].type == METRICS_GAUGE)
            metrics_set(field_of(row, &fields[i]), 0);
}

void metrics_reset_worker(struct metrics *metrics, unsigned worker)
{
    struct metrics_worker *row = metrics_worker(metrics, worker);
    metrics_set(&row->accepting, 0);
    reset_gauges(row, METRICS_WORKER);
    for (size_t slot = 0; slot < metrics->tenants; slot++) {
        struct metrics_tenant *tenant = metrics_tenant(metrics, worker, slot);
        if (tenant->active) /* leaves pages that were never used alone */
            reset_gauges(tenant, METRICS_TENANT);
    }
}

void metrics_clear_tenant(struct metrics *metrics, size_t slot)
{
    for (unsigned worker = 0; worker < metrics->workers; worker++)
        memset(metrics_tenant(metrics, worker, slot), 0, sizeof(struct metrics_tenant));
}

static void add_row(void *sum, const void *row, enum metrics_scope scope)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (fields[i].scope == scope)
            *field_of(sum, &fields[i]) += field_read(row, &fields[i]);
}

void metrics_sum_workers(const struct metrics *metrics, struct metrics_worker *sum)
{
    memset(sum, 0, sizeof *sum);
    for (unsigned worker = 0; worker < metrics->workers; worker++)
        add_row(sum, &metrics->worker_rows[worker], METRICS_WORKER);
}

void metrics_sum_tenant(const struct metrics *metrics, size_t slot, struct metrics_tenant *sum)
{
    CHECK(slot < metrics->tenants);
    memset(sum, 0, sizeof *sum);
    for (unsigned worker = 0; worker < metrics->workers; worker++)
        add_row(sum, &metrics->tenant_rows[worker * metrics->tenants + slot], METRICS_TENANT);
}

/* ---- text ----------------------------------------------------------------------------------------- */

static void print_label(FILE *out, const char *name, struct span value)
{
    fprintf(out, "%s=\"", name);
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == '\n')
            fputs("\\n", out);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void print_sample(FILE *out, const struct field *field, const char *label, struct span value, uint64_t sample)
{
    fprintf(out, "%s{", field->name);
    print_label(out, label, value);
    if (field->labels[0])
        fprintf(out, ",%s", field->labels);
    fprintf(out, "} %llu\n", (unsigned long long)sample);
}

static void print_field(const struct metrics *metrics, const struct catalog *catalog, const struct field *field,
                        FILE *out)
{
    if (field->scope == METRICS_WORKER) {
        for (unsigned worker = 0; worker < metrics->workers; worker++) {
            char index[16];
            snprintf(index, sizeof index, "%u", worker);
            print_sample(out, field, "worker", span_of(index), field_read(&metrics->worker_rows[worker], field));
        }
        return;
    }
    for (size_t i = 0; catalog && i < catalog->tenant_count; i++) {
        const struct catalog_tenant *tenant = &catalog->tenants[i];
        if (tenant->slot >= metrics->tenants)
            continue;
        uint64_t sum = 0;
        for (unsigned worker = 0; worker < metrics->workers; worker++)
            sum += field_read(&metrics->tenant_rows[worker * metrics->tenants + tenant->slot], field);
        print_sample(out, field, "tenant", tenant->name, sum);
    }
}

void metrics_render_prometheus(const struct metrics *metrics, const struct catalog *catalog, FILE *out)
{
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &fields[i];
        if (!field->help[0])
            continue; /* printed with the first of its name */
        fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", field->name, field->help, field->name,
                field->type == METRICS_COUNTER ? "counter" : "gauge");
        for (size_t j = i; j < FIELD_COUNT; j++)
            if (strcmp(fields[j].name, field->name) == 0)
                print_field(metrics, catalog, &fields[j], out);
    }
}
