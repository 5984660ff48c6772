/* SPDX-License-Identifier: Apache-2.0
 *
 * Pristine instances of one program. The most recently used one is taken first: its memory is still in the caches.
 */
#include <stdlib.h>
#include <string.h>

#include "sandbox/instance.h"

/* Idle instances whose write set is scattered over so many mappings of the host that only few of them are kept: the
 * kernel lets a process have no more than some tens of thousands. */
#define MANY_MAPPINGS 128
#define KEEP_SPLIT    8

struct mf_pool {
    struct mf_program *program;
    const struct mf_host *host;
    size_t max_instances, idle_count, busy;
    uint64_t created, destroyed, acquired;
    struct mf_instance *idle[]; /* the most recently used last; room for max_instances */
};

int mf_pool_create(struct mf_pool **pool, struct mf_program *program, const struct mf_host *host, size_t max_instances,
                   struct mf_diagnostic *why)
{
    *pool = NULL;
    if (max_instances == 0 || max_instances > UINT32_MAX) {
        instance_diagnose(why, "a pool of %zu instances: it has at least one", max_instances);
        return MF_ERROR_LIMIT;
    }
    struct mf_pool *made = calloc(1, sizeof *made + max_instances * sizeof made->idle[0]);
    if (!made) {
        instance_diagnose(why, "no memory for a pool of %zu instances", max_instances);
        return MF_ERROR_SYSTEM;
    }
    made->program = program;
    made->host = host;
    made->max_instances = max_instances;
    *pool = made;
    return MF_OK;
}

void mf_pool_destroy(struct mf_pool *pool)
{
    if (!pool)
        return;
    CHECK(pool->busy == 0);
    mf_pool_trim(pool, 0);
    free(pool);
}

struct mf_instance *mf_pool_acquire(struct mf_pool *pool, struct mf_diagnostic *why)
{
    struct mf_instance *instance = NULL;
    if (pool->idle_count) {
        instance = pool->idle[--pool->idle_count];
        __builtin_prefetch(instance, 1); /* what submit looks at first */
        __builtin_prefetch(&instance->phase, 1);
        __builtin_prefetch(&instance->space.writes, 1);
    } else if (pool->busy == pool->max_instances) {
        instance_diagnose(why, "busy: all %zu instances are at work", pool->max_instances);
        return NULL;
    } else if (mf_instance_create(&instance, pool->program, pool->host, why)) {
        return NULL;
    } else {
        pool->created++;
    }
    pool->busy++;
    pool->acquired++;
    return instance;
}

void mf_pool_discard(struct mf_pool *pool, struct mf_instance *instance)
{
    CHECK(pool->busy > 0);
    pool->busy--;
    pool->destroyed++;
    mf_instance_destroy(instance);
}

void mf_pool_take(struct mf_pool *pool, struct mf_instance *instance)
{
    if (pool->idle_count >= KEEP_SPLIT && mf_instance_mappings(instance) > MANY_MAPPINGS) {
        mf_pool_discard(pool, instance);
        return;
    }
    CHECK(pool->busy > 0);
    pool->busy--;
    mf_instance_set_user(instance, NULL);
    pool->idle[pool->idle_count++] = instance;
}

int mf_pool_release(struct mf_pool *pool, struct mf_instance *instance)
{
    int pages = mf_instance_rollback(instance);
    if (pages < 0) {
        mf_pool_discard(pool, instance);
        return 0;
    }
    mf_pool_take(pool, instance);
    return pages;
}

size_t mf_pool_trim(struct mf_pool *pool, size_t keep)
{
    size_t surplus = pool->idle_count > keep ? pool->idle_count - keep : 0;
    for (size_t i = 0; i < surplus; i++)
        mf_instance_destroy(pool->idle[i]);
    memmove(pool->idle, pool->idle + surplus, (pool->idle_count - surplus) * sizeof pool->idle[0]);
    pool->idle_count -= surplus;
    pool->destroyed += surplus;
    return surplus;
}

void mf_pool_stats(const struct mf_pool *pool, struct mf_pool_stats *stats)
{
    *stats = (struct mf_pool_stats){
        .idle = pool->idle_count,
        .busy = pool->busy,
        .created = pool->created,
        .destroyed = pool->destroyed,
        .acquired = pool->acquired,
    };
    for (size_t i = 0; i < pool->idle_count; i++)
        stats->memory += mf_instance_memory(pool->idle[i]);
}
