/* SPDX-License-Identifier: Apache-2.0 */
#include "server/budget.h"

static bool used_up(struct bucket *bucket, int64_t now)
{
    if (!bucket->rate)
        return false;
    bucket_refill(bucket, 0, now);
    return bucket->tokens <= 0;
}

enum budget budget_check(struct tenant_state *state, int64_t now, unsigned *retry_after)
{
    if (!state->budgets)
        return BUDGET_LEFT;
    if (used_up(&state->rest->cpu, now)) {
        *retry_after = bucket_wait(&state->rest->cpu);
        return BUDGET_NO_CPU;
    }
    if (used_up(&state->rest->sent, now)) {
        *retry_after = bucket_wait(&state->rest->sent);
        return BUDGET_NO_BYTES;
    }
    return BUDGET_LEFT;
}

uint64_t budget_memory(struct metrics *metrics, size_t slot)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < metrics_workers(metrics); i++)
        sum += metrics_read(&metrics_tenant(metrics, i, slot)->memory);
    return sum;
}
