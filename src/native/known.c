/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known where a block begins: how much of the fuel is owed, and which registers hold a boxed single or a
 * result.
 */
#include <limits.h>

#include "native/plan.h"

/* ---- the fuel ---- *
 *
 * Everywhere in native code, what is left of the fuel is the variable less what is owed there: `owed`, in the rounds of
 * small loops (`loop_owes`) and parts more. Where it is looked at nothing is owed. */

/* Charged without a look by the rounds of the small loop that begins with the block, at most. */
static unsigned all_rounds(const struct plan_block *block)
{
    return block->start == block->loop ? PLAN_ROUNDS * block->loop_instructions : 0;
}

/* The same in the small function that is part of this one there, where small loops may be. */
static unsigned of_part(const struct plan_block *call)
{
    return call->part ? (call->part_straight ? 1 : PLAN_ROUNDS) * call->part_instructions : 0;
}

/* The same on the way from block to block. */
static unsigned cost(const struct plan_block *from, const struct plan_block *to)
{
    if (plan_same_loop(from, to))
        return 0; /* where the loop begins, all of it was counted */
    return (from->kind == PLAN_FLOW ? 0 : to->charge) + of_part(from) + all_rounds(to);
}

/* To another function, which is to find the fuel right. */
static bool is_whole_call(const struct plan_block *block)
{
    return block->kind == PLAN_CALL_INDIRECT || (block->kind == PLAN_CALL && !block->part);
}

/* All that is owed is subtracted where the block ends. */
static bool pays(const struct plan_block *block)
{
    return is_whole_call(block) || block->shared || (block->part && !block->part_straight);
}

/* Charged without a look where the block ends, at most: since a call looked, or one that was guessed, and is in place.
 */
static unsigned unlooked_behind(const struct plan_block *block)
{
    if (block->guesses)
        return PLAN_ROUNDS * block->part_instructions;
    return is_whole_call(block) ? 0 : block->unlooked;
}

/* Blocks are met in their order, as ways without a look lead ahead. What is behind a call is prepaid by it. */
static bool add_unlooked(struct plan_block *from, struct plan_block *to)
{
    unsigned unlooked = unlooked_behind(from) + cost(from, to);
    if (plan_looks(from, to))
        return false;
    if (from->kind != PLAN_FLOW && !plan_same_loop(from, to) && unlooked > PLAN_UNLOOKED_MOST)
        to->looks = true;
    else if (unlooked > to->unlooked)
        to->unlooked = unlooked;
    return false;
}

static bool find_ahead(struct plan_block *from, struct plan_block *to)
{
    unsigned ahead = plan_looks(from, to) ? 0 : cost(from, to) + to->ahead;
    if (is_whole_call(from)) {
        to->looks |= ahead > PLAN_PREPAID_MOST;
        from->prepaid = to->looks ? 0 : ahead;
    } else if (ahead > from->ahead) {
        from->ahead = ahead;
    }
    return false;
}

/* The fuel is looked at in each loop and where functions begin. Native code begins with NATIVE_RESERVE less than there
 * is, so that what is charged between two looks need not be there; but functions that return one after the other, none
 * of which looks, may charge any amount: so each call pays in advance for what is behind it. */
static void find_looks(struct plan_function *function)
{
    for (size_t i = 0; i < function->block_count; i++)
        function->blocks[i].unlooked = all_rounds(&function->blocks[i]);
    for (size_t i = 0; i < function->block_count; i++)
        (void)plan_each_way(function, &function->blocks[i], add_unlooked);
    (void)plan_each_edge(function, find_ahead);
}

static bool find_paid(struct plan_block *from, struct plan_block *to)
{
    to->paid |= plan_looks(from, to);
    from->subtracts |= plan_looks(from, to) || to->subtracts;
    return false;
}

static bool is_look(struct plan_block *from, struct plan_block *to)
{
    return plan_looks(from, to);
}

static bool owe(struct plan_block *from, struct plan_block *to)
{
    int owed = (pays(from) ? 0 : from->owed) - (int)from->prepaid;
    if (from->kind != PLAN_FLOW)
        owed += (int)to->charge;
    if (from->part)
        owed += from->part_owed;
    if (!to->paid && owed < to->owed)
        to->owed = owed;
    return false;
}

static bool find_turn(struct plan_block *from, struct plan_block *to)
{
    int owes = from->owed + (int)to->charge;
    if (plan_turns(from, to) && owes < to->loop_owes)
        to->loop_owes = owes;
    return false;
}

/* Where ways meet, and nobody looks at the fuel, what the cheapest of them owes is still owed, and only the others
 * subtract something: if on some way on it has to be right, and something is subtracted all the same. */
static void defer_charges(struct plan_function *function)
{
    for (size_t i = function->block_count; i-- > 0;) {
        struct plan_block *block = &function->blocks[i];
        (void)plan_each_way(function, block, find_paid);
        block->subtracts |= pays(block) || (function->part && block->kind == PLAN_RETURN);
    }
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        block->paid |= block->start == function->start || (block->predecessors > 1 && !block->subtracts);
        block->owed = block->paid ? 0 : INT_MAX;
    }
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        if (block->owed == INT_MAX)
            block->owed = 0; /* control comes here from outside only, or never */
        (void)plan_each_way(function, block, owe);
    }
    for (size_t i = 0; i < function->block_count; i++)
        function->blocks[i].loop_owes = INT_MAX;
    (void)plan_each_edge(function, find_turn);
    function->owed = INT_MAX;
    for (size_t i = 0; i < function->block_count; i++)
        if (function->blocks[i].kind == PLAN_RETURN && function->blocks[i].owed < function->owed)
            function->owed = function->blocks[i].owed;
    if (function->owed == INT_MAX)
        function->owed = 0; /* it never returns */
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

void plan_find_charges(struct plan_function *function)
{
    find_looks(function);
    defer_charges(function);
    function->straight = !plan_each_edge(function, is_look);
}

void plan_find_known(struct plan_function *function)
{
    plan_find_charges(function);
    find_floats(function);
}
