/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known where a block begins: how much of the fuel is owed, and which registers hold a boxed single or a
 * result.
 */
#include <limits.h>

#include "native/plan.h"

/* ---- the fuel ---- */

static bool is_checked_edge(const struct plan_block *from, const struct plan_block *to)
{
    if (from->kind == PLAN_BRANCH || from->kind == PLAN_JUMP)
        return plan_is_checked(from->last, to->start);
    return from->kind != PLAN_FLOW;
}

static bool find_paid(struct plan_block *from, struct plan_block *to)
{
    to->paid |= is_checked_edge(from, to);
    return false;
}

static void owe(const struct plan *plan, const struct plan_block *from, struct plan_block *to)
{
    unsigned owed = from->owed + (from->kind == PLAN_FLOW ? 0 : plan_charge(plan, to->start));
    if (!to->paid && owed < to->owed)
        to->owed = owed;
}

/* The block's successors by a branch, a jump or falling through, as far as they are in the function. */
static unsigned successors(const struct plan_function *function, const struct plan_block *block,
                           struct plan_block *found[2])
{
    unsigned count = 0;
    if (block->kind != PLAN_FLOW && block->kind != PLAN_BRANCH && block->kind != PLAN_JUMP)
        return 0;
    if (block->taken != PLAN_NONE && (found[count] = plan_find(function, block->taken)))
        count++;
    if (block->next != PLAN_NONE && (found[count] = plan_find(function, block->next)))
        count++;
    return count;
}

/* Where ways meet, and nobody looks at the fuel, what the cheapest of them owes is still owed, and only the others
 * subtract something: if some way on leads to a look at the fuel, which subtracts all the same. Calls and returns do
 * not. Such ways lead ahead, so that blocks are met in their order. */
static void defer_charges(const struct plan *plan, struct plan_function *function)
{
    struct plan_block *to[2];

    (void)plan_each_edge(function, find_paid);
    for (size_t i = function->block_count; i-- > 0;) {
        struct plan_block *block = &function->blocks[i];
        block->subtracts = block->kind == PLAN_CROSS || block->kind == PLAN_JUMP_INDIRECT;
        for (unsigned k = successors(function, block, to); k-- > 0;)
            block->subtracts |= is_checked_edge(block, to[k]) || to[k]->subtracts;
        block->paid |=
            block->resumes || block->start == function->start || (block->predecessors > 1 && !block->subtracts);
        block->owed = block->paid ? 0 : UINT_MAX;
    }
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        if (block->owed == UINT_MAX)
            block->owed = 0; /* control never comes here */
        for (unsigned k = successors(function, block, to); k-- > 0;)
            owe(plan, block, to[k]);
    }
}

/* ---- singles ---- */

plan_set plan_boxes(const struct riscv_instruction *in)
{
    switch (in->id) {
    case RISCV_FLW:
    case RISCV_FMV_W_X:
    case RISCV_FMADD_S:
    case RISCV_FMSUB_S:
    case RISCV_FNMSUB_S:
    case RISCV_FNMADD_S:
    case RISCV_FADD_S:
    case RISCV_FSUB_S:
    case RISCV_FMUL_S:
    case RISCV_FDIV_S:
    case RISCV_FSQRT_S:
    case RISCV_FSGNJ_S:
    case RISCV_FSGNJN_S:
    case RISCV_FSGNJX_S:
    case RISCV_FMIN_S:
    case RISCV_FMAX_S:
    case RISCV_FCVT_S_W:
    case RISCV_FCVT_S_WU:
    case RISCV_FCVT_S_L:
    case RISCV_FCVT_S_LU:
    case RISCV_FCVT_S_D:
        return PLAN_F(in->rd);
    default:
        return 0;
    }
}

/* ---- results ---- */

plan_set plan_results(const struct riscv_instruction *in)
{
    switch (in->id) {
    case RISCV_FMADD_D:
    case RISCV_FMSUB_D:
    case RISCV_FNMSUB_D:
    case RISCV_FNMADD_D:
    case RISCV_FADD_D:
    case RISCV_FSUB_D:
    case RISCV_FMUL_D:
    case RISCV_FDIV_D:
    case RISCV_FSQRT_D:
    case RISCV_FCVT_D_S:
        return PLAN_F(in->rd);
    case RISCV_FLW:
    case RISCV_FMV_W_X:
    case RISCV_FSGNJ_S:
    case RISCV_FSGNJN_S:
    case RISCV_FSGNJX_S:
        return 0;
    default:
        return plan_boxes(in);
    }
}

/* ---- on all ways ---- */

static bool spread_floats(struct plan_block *from, struct plan_block *to)
{
    bool calls = plan_calls(from);
    plan_set boxed = calls ? 0 : (from->singles & ~from->defines) | from->boxes;
    plan_set results = calls ? 0 : (from->results & ~from->defines) | from->makes;
    plan_set lost_singles = to->singles & ~boxed, lost_results = to->results & ~results;
    to->singles &= ~lost_singles;
    to->results &= ~lost_results;
    return lost_singles | lost_results;
}

static void find_floats(struct plan_function *function)
{
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        bool begins = !block->predecessors || block->start == function->start;
        block->singles = block->results = begins ? 0 : PLAN_FLOATS;
    }
    while (plan_each_edge(function, spread_floats))
        ;
}

void plan_find_known(const struct plan *plan, struct plan_function *function)
{
    defer_charges(plan, function);
    find_floats(function);
}
