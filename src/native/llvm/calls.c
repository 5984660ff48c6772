/* SPDX-License-Identifier: Apache-2.0
 *
 * What ends blocks that go to other functions, or to a place that is computed: calls, returns, jumps by a table.
 */
#include "native/llvm/translate.h"

#include <stddef.h>
#include <string.h>

#define B tr->builder

/* ---- calls and returns ---------------------------------------------------------------------------------- */

static LLVMValueRef target_of(struct translator *tr, const struct riscv_instruction *in)
{
    LLVMValueRef sum = LLVMBuildAdd(B, tr_x(tr, in->rs1), tr_i64(tr, in->imm), "");
    return LLVMBuildAnd(B, sum, tr_i64(tr, INT64_C(0xfffffffe)), "");
}

/* Where control is back from a call: `held` are in the variables, and of these `dirty` not in struct cpu; `pending` is
 * to be subtracted from the fuel. */
static void go_on_behind(struct translator *tr, uint32_t back, plan_set held, plan_set dirty, int64_t pending)
{
    tr_forget(tr);
    tr->held = held;
    tr->dirty = dirty;
    tr->written = tr->raw = tr->loose = 0;
    tr->pending = pending;
    if (!plan_find(tr->body->function, back))
        tr_go_outside(tr, back, true, dirty, LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""), pending);
    else
        LLVMBuildBr(B, tr_edge(tr, back, true));
}

static void after_call(struct translator *tr, LLVMValueRef result, uint32_t back)
{
    unsigned prepaid = tr->block->prepaid;
    tr_come_back(tr, result, back, prepaid);
    if (tr->body->function->rounds && plan_find(tr->body->function, back)) { /* the dispatcher finds out what to do */
        LLVMBasicBlockRef other = tr_block(tr, "rounding"), good = tr_block(tr, "nearest");
        LLVMValueRef frm = tr_load_cpu(tr, tr->t.i8, offsetof(struct cpu, frm));
        tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntNE, frm, LLVMConstInt(tr->t.i8, 0, 0), ""), other, good);
        LLVMPositionBuilderAtEnd(B, other);
        tr_hand_on(tr, result, prepaid);
        LLVMPositionBuilderAtEnd(B, good);
    }
    go_on_behind(tr, back, PLAN_PASSED, 0, -(int64_t)prepaid);
}

/* A small function, in place of its call. `looks`: at the fuel, too, as where it begins on its own. */
static void inline_call(struct translator *tr, struct plan_function *function, uint32_t back, bool looks)
{
    struct body body, *caller = tr->body;
    const struct plan_block *block = tr->block, *first = plan_find(function, function->start);
    int64_t owed = tr->pending + first->charge;

    CHECK(tr_body_init(&body, function) == 0); /* the compiler is a process of its own, which may die */
    body.back = back;
    body.returned = tr_block(tr, "returned");
    body.through = block->through;
    if (block->through)
        plan_hold_through(function, tr->dirty & ~PLAN_PASSED);
    else
        tr_store_in_cpu(tr, tr->dirty);
    tr_commit(tr);
    if (looks)
        LLVMBuildStore(B, tr_fuel_plus(tr, tr->fuel_now, -tr->pending), tr->fuel);
    else if (function->straight)
        body.owed = owed;
    else
        LLVMBuildStore(B, tr_fuel_plus(tr, tr->fuel_now, -owed), tr->fuel);
    tr->body = &body;
    tr_begin_blocks(tr);
    if (looks)
        tr_enter_block(tr, first);
    else
        tr_begin_at(tr, first);
    translate_blocks(tr);
    tr_body_dispose(&body);
    tr->body = caller;
    tr->block = block;
    tr->round = 0; /* no small loop has calls */
    LLVMPositionBuilderAtEnd(B, body.returned);
    if (block->through)
        go_on_behind(tr, back, block->held_behind, plan_dirty_behind(block), tr_owed_behind(&body));
    else
        go_on_behind(tr, back, PLAN_PASSED, 0, tr_owed_behind(&body));
}

void translate_call(struct translator *tr, const struct riscv_instruction *in)
{
    const struct plan_block *block = tr->block;
    uint32_t callee = block->taken;

    tr_settle(tr, PLAN_ALL);
    tr_set_x(tr, in->rd, tr_i64(tr, block->next));
    if (!plan_is_chosen(tr->plan, callee)) {
        tr_commit(tr);
        tr_go_outside(tr, callee, true, tr->dirty, tr->fuel_now, tr->pending);
        return;
    }
    struct plan_function inlined;
    if (block->part && plan_inline(tr->plan, callee, &inlined)) {
        inline_call(tr, &inlined, block->next, false);
        plan_function_dispose(&inlined);
        return;
    }
    tr_store_in_cpu(tr, tr->dirty);
    LLVMValueRef fuel = tr_fuel_plus(tr, tr->fuel_now, -(tr->pending + block->prepaid));
    after_call(tr, tr_call(tr, tr_declare(tr, 'f', callee), fuel), block->next);
}

/* The code of the entry at `target`; the builder goes on where there is one. What has none is left to the dispatcher.
 */
static LLVMValueRef look_up(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    const struct code *code = tr->plan->source.code;
    LLVMBasicBlockRef inside = tr_block(tr, "inside"), found = tr_block(tr, "found"), out = tr_block(tr, "dispatch");
    LLVMValueRef distance = LLVMBuildSub(B, target, tr_i64(tr, code->start), "");
    LLVMValueRef length = tr_i64(tr, (int64_t)code->end - code->start);
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntUGE, distance, length, ""), out, inside);

    LLVMPositionBuilderAtEnd(B, inside);
    LLVMValueRef table = tr_load_cpu(tr, tr->t.pointer, offsetof(struct cpu, native.entries));
    LLVMValueRef at = tr_at_offset(tr, table, LLVMBuildShl(B, distance, tr_i64(tr, 1), ""));
    LLVMValueRef offset = LLVMBuildLoad2(B, tr->t.i32, at, "");
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntEQ, offset, LLVMConstInt(tr->t.i32, 0, 0), ""), out, found);

    LLVMValueRef saved[64];
    memcpy(saved, tr->now, sizeof saved);
    LLVMPositionBuilderAtEnd(B, out);
    tr_leave(tr, tr->dirty, target, fuel);
    memcpy(tr->now, saved, sizeof saved);

    LLVMPositionBuilderAtEnd(B, found);
    tr_store_cpu(tr, target, offsetof(struct cpu, native.entry));
    LLVMValueRef text = tr_load_cpu(tr, tr->t.pointer, offsetof(struct cpu, native.text));
    return tr_at_offset(tr, text, LLVMBuildZExt(B, offset, tr->t.i64, ""));
}

/* On to wherever `target` is, with struct cpu in place. From a part, it is the dispatcher who goes on. */
static void jump_anywhere(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    if (tr->body->returned)
        tr_leave(tr, 0, target, fuel);
    else
        tr_tail_call(tr, look_up(tr, target, fuel), 0, fuel);
}

/* By an address. One function is guessed, and in place here. */
static void call_anywhere(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    const struct plan_block *block = tr->block;
    const int64_t pending = tr->pending;
    LLVMBasicBlockRef guessed = NULL, other = NULL;
    struct plan_function inlined;

    if (block->guesses && plan_inline(tr->plan, tr->plan->callee, &inlined)) {
        guessed = tr_block(tr, "guessed");
        other = tr_block(tr, "other");
        tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntNE, target, tr_i64(tr, tr->plan->callee), ""), other, guessed);
        LLVMPositionBuilderAtEnd(B, other);
    }
    LLVMValueRef function = look_up(tr, target, fuel);
    after_call(tr, tr_call(tr, function, tr_fuel_plus(tr, fuel, -(int64_t)block->prepaid)), block->next);
    if (!guessed)
        return;
    LLVMPositionBuilderAtEnd(B, guessed);
    tr->dirty = 0;
    tr->pending = pending;
    inline_call(tr, &inlined, block->next, true);
    plan_function_dispose(&inlined);
}

static void jump_by_table(struct translator *tr, const struct plan_block *block, LLVMValueRef target,
                          LLVMBasicBlockRef other)
{
    LLVMValueRef choice = LLVMBuildSwitch(B, LLVMBuildTrunc(B, target, tr->t.i32, ""), other, block->target_count);
    for (uint32_t t = 0; t < block->target_count; t++) {
        uint32_t address = tr->body->function->targets[block->first_target + t];
        LLVMAddCase(choice, LLVMConstInt(tr->t.i32, address, 0), tr_edge(tr, address, true));
    }
}

static const struct plan_block *first_user(const struct translator *tr, const struct plan_block *block)
{
    const struct plan_function *function = tr->body->function;
    const struct plan_block *user = function->blocks;
    while (!user->shared || !plan_same_table(function, user, block))
        user++;
    return user;
}

/* One switch for all blocks that jump by this table. */
static void jump_by_shared_table(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    const struct plan_block *block = tr->block;
    LLVMBasicBlockRef *shared = &tr->body->switches[first_user(tr, block) - tr->body->function->blocks];
    LLVMBasicBlockRef made = *shared;

    tr_store_in_cpu(tr, tr->dirty);
    LLVMBuildStore(B, fuel, tr->fuel);
    LLVMBuildStore(B, target, tr->target);
    if (!made)
        *shared = made = tr_block(tr, "switch");
    else
        shared = NULL;
    LLVMBuildBr(B, made);
    if (!shared)
        return;
    LLVMBasicBlockRef other = tr_block(tr, "other");
    LLVMPositionBuilderAtEnd(B, made);
    tr_forget(tr);
    tr->dirty = 0;
    tr->pending = 0;
    jump_by_table(tr, block, LLVMBuildLoad2(B, tr->t.i64, tr->target, ""), other);
    LLVMPositionBuilderAtEnd(B, other);
    jump_anywhere(tr, LLVMBuildLoad2(B, tr->t.i64, tr->target, ""), LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""));
}

static void end_jump_indirect(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    const struct plan_block *block = tr->block;

    tr_commit(tr);
    if (block->shared) {
        jump_by_shared_table(tr, target, fuel);
        return;
    }
    if (block->target_count) {
        LLVMBasicBlockRef other = tr_block(tr, "other");
        jump_by_table(tr, block, target, other);
        LLVMPositionBuilderAtEnd(B, other);
    }
    tr_store_in_cpu(tr, tr->dirty);
    tr->dirty = 0;
    jump_anywhere(tr, target, fuel);
}

/* From a function that is part of its caller. */
static void return_inside(struct translator *tr, LLVMValueRef target)
{
    int64_t owed = tr_owed_behind(tr->body);
    LLVMValueRef fuel = tr_fuel_plus(tr, tr->fuel_now, owed - tr->pending);
    LLVMBasicBlockRef elsewhere = tr_block(tr, "elsewhere");
    if (!tr->body->through)
        tr_store_in_cpu(tr, tr->dirty);
    tr_store_variables(tr, tr->written);
    tr->written = 0;
    LLVMBuildStore(B, fuel, tr->fuel);
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntNE, target, tr_i64(tr, tr->body->back), ""), elsewhere,
                       tr->body->returned);
    LLVMPositionBuilderAtEnd(B, elsewhere);
    tr_leave(tr, tr->body->through ? tr->dirty : 0, target, tr_fuel_plus(tr, fuel, -owed));
}

void translate_indirect(struct translator *tr, const struct riscv_instruction *in)
{
    const struct plan_block *block = tr->block;

    tr_settle(tr, PLAN_ALL);
    LLVMValueRef target = target_of(tr, in);
    LLVMValueRef fuel = tr_fuel_plus(tr, tr->fuel_now, -tr->pending);
    if (block->kind == PLAN_RETURN) {
        if (tr->body->returned) {
            return_inside(tr, target);
        } else {
            tr_put_back(tr, tr->dirty);
            tr_return(tr, target, fuel);
        }
    } else if (block->kind == PLAN_CALL_INDIRECT) {
        tr_set_x(tr, in->rd, tr_i64(tr, block->next));
        tr_commit(tr);
        tr_store_in_cpu(tr, tr->dirty);
        tr->dirty = 0;
        call_anywhere(tr, target, fuel);
    } else {
        end_jump_indirect(tr, target, fuel);
    }
}
