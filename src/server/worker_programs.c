/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worker_programs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/exchange.h"

/* Where `id` is or would be. */
static size_t position(const struct worker_programs *programs, uint64_t id)
{
    size_t low = 0, high = programs->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (programs->list[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct worker_program *worker_programs_find(const struct worker_programs *programs, uint64_t id)
{
    size_t at = position(programs, id);
    return at < programs->count && programs->list[at]->id == id ? programs->list[at] : NULL;
}

static int insert(struct worker_programs *programs, struct worker_program *program)
{
    if (programs->count == programs->capacity) {
        size_t capacity = programs->capacity ? programs->capacity * 2 : 16;
        struct worker_program **list = realloc(programs->list, capacity * sizeof(struct worker_program *));
        if (!list)
            return -ENOMEM;
        programs->list = list;
        programs->capacity = capacity;
    }
    size_t at = position(programs, program->id);
    memmove(programs->list + at + 1, programs->list + at, (programs->count - at) * sizeof(struct worker_program *));
    programs->list[at] = program;
    programs->count++;
    metrics_set(&programs->counters->programs, programs->count);
    return 0;
}

int worker_programs_add(struct worker_programs *programs, uint64_t id, int artifact)
{
    struct mf_diagnostic why = {{0}};
    if (worker_programs_find(programs, id)) {
        log_error("program %llu came twice; the first one stays", (unsigned long long)id);
        return -EEXIST;
    }
    struct worker_program *program = calloc(1, sizeof(*program));
    if (!program) {
        log_error("program %llu: out of memory", (unsigned long long)id);
        return -ENOMEM;
    }
    program->id = id;
    int error = -EINVAL;
    if (mf_program_import(&program->program, artifact, &why) != 0)
        goto no_import;
    if (mf_pool_create(&program->pool, program->program, &exchange_host, WORKER_POOL_INSTANCES, &why) != 0)
        goto no_pool;
    error = insert(programs, program);
    if (error == 0)
        return 0;
    strcpy(why.text, "out of memory");
    mf_pool_destroy(program->pool);
no_pool:
    mf_program_destroy(program->program);
no_import:
    free(program);
    log_error("program %llu: %s", (unsigned long long)id, why.text);
    return error;
}

/* What all have of native code, for the metrics. */
static void count_native(struct worker_programs *programs)
{
    size_t count = 0, bytes = 0;
    for (size_t i = 0; i < programs->count; i++) {
        size_t size = mf_program_native_size(programs->list[i]->program);
        count += size > 0;
        bytes += size;
    }
    metrics_set(&programs->counters->native_programs, count);
    metrics_set(&programs->counters->native_bytes, bytes);
}

void worker_programs_set_native(struct worker_programs *programs, uint64_t id, int artifact)
{
    struct mf_diagnostic why = {{0}};
    struct worker_program *program = worker_programs_find(programs, id);
    const int64_t begun = clock_monotonic();
    if (!program)
        return; /* it has been dropped meanwhile */
    if (mf_program_set_native(program->program, artifact, &why) != 0) {
        log_error("program %llu goes on as it did: %s", (unsigned long long)id, why.text);
        return;
    }
    profile_renew(&program->heat);
    count_native(programs);
    log_debug("program %llu: %zu KiB of native code in use after %lld us", (unsigned long long)id,
              mf_program_native_size(program->program) / 1024, (long long)((clock_monotonic() - begun) / NS_PER_US));
}

static void destroy(struct worker_programs *programs, struct worker_program *program)
{
    CHECK(program->requests == 0);
    programs->profiled -= program->profile != NULL;
    free(program->profile);
    mf_pool_destroy(program->pool);
    mf_program_destroy(program->program);
    free(program);
}

bool worker_programs_drop_unused(struct worker_programs *programs, struct worker_program *program)
{
    if (program->named || program->requests > 0)
        return false;
    size_t at = position(programs, program->id);
    CHECK(at < programs->count && programs->list[at] == program);
    programs->count--;
    memmove(programs->list + at, programs->list + at + 1, (programs->count - at) * sizeof(struct worker_program *));
    metrics_set(&programs->counters->programs, programs->count);
    bool native = mf_program_native_size(program->program) > 0;
    destroy(programs, program);
    if (native)
        count_native(programs);
    return true;
}

void worker_programs_dispose(struct worker_programs *programs)
{
    for (size_t i = 0; i < programs->count; i++)
        destroy(programs, programs->list[i]);
    free(programs->list);
    programs->list = NULL;
    programs->count = programs->capacity = 0;
}

/* ---- eviction -------------------------------------------------------------------------------------- */

static size_t idle_memory(const struct worker_program *program)
{
    struct mf_pool_stats stats;
    mf_pool_stats(program->pool, &stats);
    return stats.memory;
}

static void trim(struct worker_programs *programs, struct worker_program *program)
{
    metrics_add(&programs->counters->instances_evicted, mf_pool_trim(program->pool, 0));
    program->used = false;
}

static int longest_ago_first(const void *a, const void *b)
{
    int64_t left = (*(struct worker_program *const *)a)->last_used;
    int64_t right = (*(struct worker_program *const *)b)->last_used;
    return (left > right) - (left < right);
}

/* Frees at least `excess` bytes, if there are so many. */
static void shrink(struct worker_programs *programs, uint64_t excess)
{
    struct worker_program **order = malloc(programs->count * sizeof(struct worker_program *));
    size_t count = 0;
    if (!order)
        return; /* the next tick tries again */
    for (size_t i = 0; i < programs->count; i++)
        if (programs->list[i]->used)
            order[count++] = programs->list[i];
    qsort(order, count, sizeof(struct worker_program *), longest_ago_first);
    for (size_t i = 0; i < count && excess > 0; i++) {
        size_t memory = idle_memory(order[i]);
        trim(programs, order[i]);
        excess = memory < excess ? excess - memory : 0;
    }
    free(order);
}

void worker_programs_evict(struct worker_programs *programs, int64_t now, int64_t idle_ns, uint64_t budget)
{
    uint64_t total = 0;
    for (size_t i = 0; i < programs->count; i++) {
        struct worker_program *program = programs->list[i];
        if (!program->used)
            continue;
        if (program->requests == 0 && now - program->last_used >= idle_ns)
            trim(programs, program);
        else
            total += idle_memory(program);
    }
    metrics_set(&programs->counters->instance_memory, total);
    if (total > budget)
        shrink(programs, total - budget);
}
