/* SPDX-License-Identifier: Apache-2.0
 *
 * What a tenant may use per second in one worker, and what its requests are charged. The unit is the guest's
 * instruction; what the host does for a request has a fixed price in it, about the time that it takes (an instruction
 * is about a nanosecond), so that what a tenant is billed depends on what it did and not on the machine's other load.
 */
#ifndef MAYFLY_SERVER_BUDGET_H
#define MAYFLY_SERVER_BUDGET_H

#include <stdint.h>

#include "base/check.h"
#include "server/worker_site.h"

#define BUDGET_REQUEST       1000 /* reading, routing, the request block, the answer's head */
#define BUDGET_PAGE          250  /* rolled back */
#define BUDGET_LINE          1000 /* logged, or dropped */
#define BUDGET_BYTES_AT_A_GO 8    /* copied for one instruction */

enum budget { BUDGET_LEFT, BUDGET_NO_CPU, BUDGET_NO_BYTES };

/* Whether a request may begin, before a sandbox is touched; if not, *retry_after is when it may, in seconds. Costs
 * nothing for a tenant without a budget. */
MUST_USE enum budget budget_check(struct tenant_state *state, int64_t now, unsigned *retry_after);

/* Bytes of a tenant's requests at work, in all workers, as each has last counted its own. */
uint64_t budget_memory(struct metrics *metrics, size_t slot);

static inline void budget_charge(struct tenant_state *state, uint64_t instructions)
{
    if (state->budgets && state->rest->cpu.rate)
        bucket_spend(&state->rest->cpu, instructions);
}

/* Bytes that the host copies, in or out. */
static inline void budget_charge_copy(struct tenant_state *state, uint64_t bytes)
{
    budget_charge(state, bytes / BUDGET_BYTES_AT_A_GO);
}

/* An answer's body, on its way to the client. */
static inline void budget_charge_response(struct tenant_state *state, uint64_t bytes)
{
    budget_charge_copy(state, bytes);
    if (state->budgets && state->rest->sent.rate)
        bucket_spend(&state->rest->sent, bytes);
}

#endif
