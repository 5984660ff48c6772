/* SPDX-License-Identifier: Apache-2.0 */
#include "native/llvm/translate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define B tr->builder

/* ---- small things ---------------------------------------------------------------------------------- */

LLVMBasicBlockRef tr_block(struct translator *tr, const char *name)
{
    return LLVMAppendBasicBlockInContext(tr->context, tr->value, name);
}

void tr_branch_unlikely(struct translator *tr, LLVMValueRef condition, LLVMBasicBlockRef then,
                        LLVMBasicBlockRef otherwise)
{
    LLVMValueRef branch = LLVMBuildCondBr(B, condition, then, otherwise);
    if (LLVMIsABranchInst(branch))
        LLVMSetMetadata(branch, tr->prof_kind, tr->unlikely_weights);
}

static void add_attribute(struct translator *tr, LLVMValueRef function, unsigned index, const char *name,
                          uint64_t value)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, index, LLVMCreateEnumAttribute(tr->context, kind, value));
}

LLVMValueRef tr_intrinsic(struct translator *tr, enum intrinsic which, LLVMValueRef *arguments, unsigned count)
{
    struct intrinsic_use *use = &tr->intrinsics[which];
    LLVMValueRef call = LLVMBuildCall2(B, use->type, use->function, arguments, count, "");
    if (which >= IN_FADD && which <= IN_TO_I64_S)
        LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex,
                                 LLVMCreateEnumAttribute(tr->context, tr->strictfp_kind, 0));
    return call;
}

/* ---- blocks and edges -------------------------------------------------------------------------------- */

/* Puts what the block has written into the variables. From there its edges take what a successor looks for in struct
 * cpu, and NaNs become canonical on the way to those that may see them. */
static void commit(struct translator *tr)
{
    tr->held = tr->block->held_behind;
    tr_store_variables(tr, tr->written);
    tr->written = 0;
}

/* ---- leaving the function ---------------------------------------------------------------------------- */

static void put_back(struct translator *tr, plan_set dirty)
{
    tr_store_in_cpu(tr, dirty);
    tr_store_variables(tr, tr->written & PLAN_PASSED);
}

/* Stores the registers of `dirty`, and returns pc and exit. All ways out but the guest's returns end in the same block.
 */
static void leave(struct translator *tr, plan_set dirty, LLVMValueRef next, LLVMValueRef fuel)
{
    put_back(tr, dirty);
    LLVMBuildStore(B, next, tr->next);
    LLVMBuildStore(B, fuel, tr->fuel);
    LLVMBuildBr(B, tr->out);
}

static void build_return(struct translator *tr, LLVMValueRef next, LLVMValueRef fuel)
{
    LLVMValueRef result = LLVMGetPoison(tr->t.result);
    result = LLVMBuildInsertValue(B, result, next, 0, "");
    result = LLVMBuildInsertValue(B, result, tr_memory(tr), MEMORY_AT, "");
    result = LLVMBuildInsertValue(B, result, fuel, FUEL_AT, "");
    for (unsigned i = 0; i < PASSED; i++) {
        unsigned n = tr_passed[i];
        LLVMValueRef value = LLVMBuildLoad2(B, tr_type_of(tr, n), tr->variables[n], "");
        result = LLVMBuildInsertValue(B, result, value, REGISTER_AT + (unsigned)i, "");
    }
    for (unsigned i = 0; i < PARKED; i++)
        result = LLVMBuildInsertValue(B, result, LLVMBuildLoad2(B, tr->t.f64, tr->parked[i], ""), PARKED_AT + i, "");
    LLVMBuildRet(B, result);
}

static void build_out(struct translator *tr)
{
    LLVMPositionBuilderAtEnd(B, tr->out);
    build_return(tr, LLVMBuildLoad2(B, tr->t.i64, tr->next, ""), LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""));
}

static LLVMValueRef next_pc(struct translator *tr, uint32_t pc, enum native_exit exit)
{
    return LLVMConstInt(tr->t.i64, pc | (uint64_t)exit << 32, 0);
}

static LLVMValueRef fuel_plus(struct translator *tr, LLVMValueRef fuel, int64_t amount)
{
    return amount ? LLVMBuildAdd(B, fuel, tr_i64(tr, amount), "") : fuel;
}

/* What is known of the registers while a way out of the block is built: the other ways know nothing of what it does. */
struct known {
    LLVMValueRef now[64];
    plan_set held, written, raw, loose, boxed;
    LLVMBasicBlockRef at;
};

static void known_keep(const struct translator *tr, struct known *known)
{
    memcpy(known->now, tr->now, sizeof known->now);
    known->held = tr->held;
    known->written = tr->written;
    known->raw = tr->raw;
    known->loose = tr->loose;
    known->boxed = tr->boxed;
    known->at = LLVMGetInsertBlock(B);
}

static void known_restore(struct translator *tr, const struct known *known)
{
    memcpy(tr->now, known->now, sizeof known->now);
    tr->held = known->held;
    tr->written = known->written;
    tr->raw = known->raw;
    tr->loose = known->loose;
    tr->boxed = known->boxed;
    LLVMPositionBuilderAtEnd(B, known->at);
}

void tr_leave_here(struct translator *tr, uint32_t pc)
{
    struct known known;
    CHECK(pc == tr->block->last || tr->block->leaves_within); /* plan_overwrites() counts on it */
    known_keep(tr, &known);
    tr_settle(tr, PLAN_ALL);
    LLVMValueRef fuel = fuel_plus(tr, tr->fuel_now, (int64_t)plan_charge(tr->plan, pc) - tr->pending);
    leave(tr, tr->dirty, next_pc(tr, pc, NATIVE_UNCHECKED), fuel);
    known_restore(tr, &known);
}

/* Between blocks: `set` becomes canonical in the variables. */
static void settle_variables(struct translator *tr, plan_set set)
{
    set &= tr->raw;
    tr_settle(tr, set);
    tr_store_variables(tr, set);
}

static bool may_inherit(const struct translator *tr, const struct plan_block *block)
{
    return block->predecessors == 1 && block->start != tr->function->start;
}

/* It does so from the block at work. One that is translated already knows nothing of that. */
static bool inherits(const struct translator *tr, const struct plan_block *to)
{
    return may_inherit(tr, to) && !tr->inherited[to - tr->function->blocks].translated;
}

/* On the way to a block, behind the block at work: what is raw and may be seen there becomes canonical. What only this
 * way leads to, but for those from outside (guard_results), takes it as it is, without what goes into struct cpu. */
static void settle_for(struct translator *tr, const struct plan_block *to, plan_set store)
{
    struct inherited *inherited = &tr->inherited[to - tr->function->blocks];
    if (!inherits(tr, to)) {
        settle_variables(tr, ~(plan_overwrites(to) & to->held));
        return;
    }
    settle_variables(tr, store);
    inherited->known = true;
    inherited->raw = tr->raw;
    inherited->loose = tr->loose;
}

/* Forgets the values of the block: from here on they are read from the variables. */
static void forget(struct translator *tr)
{
    memset(tr->now, 0, sizeof tr->now);
}

/* Where the fuel does not suffice for a block of this function. */
static LLVMBasicBlockRef fuel_exit(struct translator *tr, const struct plan_block *to)
{
    size_t index = (size_t)(to - tr->function->blocks);
    if (tr->fuel_exits[index] && !tr->raw)
        return tr->fuel_exits[index];
    LLVMBasicBlockRef exit = tr_block(tr, "fuel");
    struct known known;
    known_keep(tr, &known);
    LLVMPositionBuilderAtEnd(B, exit);
    forget(tr);
    tr->held = to->held;
    tr->written = 0;
    settle_variables(tr, tr->raw);
    leave(tr, to->dirty, next_pc(tr, to->start, NATIVE_FUEL), LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""));
    known_restore(tr, &known);
    if (!tr->raw)
        tr->fuel_exits[index] = exit;
    return exit;
}

/* ---- other functions ---------------------------------------------------------------------------------- */

static LLVMValueRef declare(struct translator *tr, char kind, uint32_t address)
{
    char name[24];
    snprintf(name, sizeof name, "%c_%x", kind, address);
    LLVMValueRef function = LLVMGetNamedFunction(tr->module, name);
    if (function)
        return function;
    function = LLVMAddFunction(tr->module, name, tr->t.function);
    LLVMSetFunctionCallConv(function, REGCALL);
    LLVMSetVisibility(function, LLVMHiddenVisibility);
    add_attribute(tr, function, LLVMAttributeFunctionIndex, "nounwind", 0);
    add_attribute(tr, function, LLVMAttributeFunctionIndex, "strictfp", 0);
    return function;
}

static LLVMValueRef call_with_state(struct translator *tr, LLVMValueRef function, LLVMValueRef fuel)
{
    LLVMValueRef arguments[PARAMETERS] = {LLVMGetPoison(tr->t.i64), tr_memory(tr), fuel};
    for (unsigned i = 0; i < PASSED; i++)
        arguments[REGISTER_AT + i] = tr_read(tr, tr_passed[i]);
    for (unsigned i = 0; i < PARKED; i++)
        arguments[PARKED_AT + i] = LLVMBuildLoad2(B, tr->t.f64, tr->parked[i], "");
    LLVMValueRef call = LLVMBuildCall2(B, tr->t.function, function, arguments, PARAMETERS, "");
    LLVMSetInstructionCallConv(call, REGCALL);
    return call;
}

/* Goes on in another function, in place of this one. */
static void tail_call(struct translator *tr, LLVMValueRef function, plan_set dirty, LLVMValueRef fuel)
{
    tr_store_in_cpu(tr, dirty);
    LLVMValueRef call = call_with_state(tr, function, fuel);
    LLVMSetTailCallKind(call, LLVMTailCallKindMustTail);
    LLVMBuildRet(B, call);
}

/* A function looks at the fuel where it begins, and control may be on a way on which nobody does: it goes natively only
 * if the fuel suffices. */
static void require_fuel(struct translator *tr, uint32_t address, plan_set dirty, LLVMValueRef fuel)
{
    LLVMBasicBlockRef scarce = tr_block(tr, "scarce"), enough = tr_block(tr, "enough");
    LLVMValueRef charge = tr_i64(tr, plan_charge(tr->plan, address)), saved[64];
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntSLT, fuel, charge, ""), scarce, enough);
    memcpy(saved, tr->now, sizeof saved);
    LLVMPositionBuilderAtEnd(B, scarce);
    leave(tr, dirty, next_pc(tr, address, NATIVE_UNCHECKED), fuel);
    memcpy(tr->now, saved, sizeof saved);
    LLVMPositionBuilderAtEnd(B, enough);
}

/* A direct transfer out of this function. */
static void go_outside(struct translator *tr, uint32_t address, bool checked, plan_set dirty, LLVMValueRef fuel,
                       unsigned pending)
{
    fuel = fuel_plus(tr, fuel, -(int64_t)pending);
    bool native = plan_is_chosen(tr->plan, address);
    if (native && !checked)
        require_fuel(tr, address, dirty, fuel);
    if (native)
        tail_call(tr, declare(tr, 'f', address), dirty, fuel);
    else
        leave(tr, dirty, next_pc(tr, address, checked ? NATIVE_NEXT : NATIVE_UNCHECKED), fuel);
}

/* ---- edges --------------------------------------------------------------------------------------------- */

/* Those registers that a block holds and the block at work does not. */
static void load_needs(struct translator *tr, const struct plan_block *to)
{
    plan_set set = to->needs & ~tr->held;
    for (unsigned n = 1; n < 64; n++)
        if (set >> n & 1)
            LLVMBuildStore(B, tr_load_home(tr, n), tr->variables[n]);
}

/* What differs from struct cpu, and is to be in place there. */
static plan_set to_store(const struct translator *tr, const struct plan_block *to)
{
    return tr->dirty & ~to->dirty & ~PLAN_PASSED;
}

/* Registers and fuel as `to` expects them, on the way to it, on which `pays` is subtracted. Returns the fuel. */
static LLVMValueRef hand_over(struct translator *tr, const struct plan_block *to, int64_t pays)
{
    plan_set store = to_store(tr, to);
    forget(tr);
    settle_for(tr, to, store);
    tr_store_in_cpu(tr, store);
    load_needs(tr, to);
    LLVMValueRef fuel = fuel_plus(tr, LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""), -pays);
    LLVMBuildStore(B, fuel, tr->fuel);
    return fuel;
}

/* The LLVM block by which control goes from the block at work, which is committed, to `address`. */
static LLVMBasicBlockRef edge(struct translator *tr, uint32_t address, bool checked)
{
    LLVMBasicBlockRef way;
    struct plan_block *to = plan_find(tr->function, address);
    struct known known;
    known_keep(tr, &known);

    if (!to) {
        way = tr_block(tr, "outside");
        LLVMPositionBuilderAtEnd(B, way);
        forget(tr);
        settle_variables(tr, tr->raw);
        LLVMValueRef fuel = LLVMBuildLoad2(B, tr->t.i64, tr->fuel, "");
        go_outside(tr, address, checked, tr->dirty, fuel, tr->pending);
    } else {
        size_t index = (size_t)(to - tr->function->blocks);
        unsigned charge = plan_charge(tr->plan, address);
        bool moves = to_store(tr, to) || (to->needs & ~tr->held);
        int64_t pays = (int64_t)tr->pending + charge - to->owed;
        if (!checked && !moves && !pays && inherits(tr, to)) {
            settle_for(tr, to, 0);
            way = tr->blocks[index];
        } else {
            way = tr_block(tr, "edge");
            LLVMPositionBuilderAtEnd(B, way);
            LLVMValueRef fuel = hand_over(tr, to, pays);
            if (checked)
                tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntSLT, fuel, tr_i64(tr, 0), ""), fuel_exit(tr, to),
                                   tr->blocks[index]);
            else
                LLVMBuildBr(B, tr->blocks[index]);
        }
    }
    known_restore(tr, &known);
    return way;
}

/* Falls into the next block, which has been charged with this one. */
static void flow(struct translator *tr, uint32_t address)
{
    struct plan_block *to = plan_find(tr->function, address);
    if (!to) {
        settle_variables(tr, tr->raw);
        go_outside(tr, address, false, tr->dirty, tr->fuel_now, tr->pending);
        return;
    }
    (void)hand_over(tr, to, (int64_t)tr->pending - to->owed);
    LLVMBuildBr(B, tr->blocks[to - tr->function->blocks]);
}

/* ---- calls and returns ---------------------------------------------------------------------------------- */

static LLVMValueRef target_of(struct translator *tr, const struct riscv_instruction *in)
{
    LLVMValueRef sum = LLVMBuildAdd(B, tr_x(tr, in->rs1), tr_i64(tr, in->imm), "");
    return LLVMBuildAnd(B, sum, tr_i64(tr, INT64_C(0xfffffffe)), "");
}

/* After a call: goes on behind it if the callee returned there, otherwise hands on where it wants to go. */
static void after_call(struct translator *tr, LLVMValueRef result, uint32_t back)
{
    LLVMValueRef next = LLVMBuildExtractValue(B, result, 0, "");
    LLVMBasicBlockRef here = tr_block(tr, "returned"), elsewhere = tr_block(tr, "elsewhere");
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntNE, next, next_pc(tr, back, NATIVE_NEXT), ""), elsewhere, here);
    LLVMPositionBuilderAtEnd(B, elsewhere);
    LLVMBuildRet(B, result);

    LLVMPositionBuilderAtEnd(B, here);
    forget(tr);
    LLVMValueRef fuel = LLVMBuildExtractValue(B, result, FUEL_AT, "");
    LLVMBuildStore(B, fuel, tr->fuel);
    LLVMBuildStore(B, LLVMBuildExtractValue(B, result, MEMORY_AT, ""), tr->memory);
    for (unsigned i = 0; i < PASSED; i++)
        LLVMBuildStore(B, LLVMBuildExtractValue(B, result, REGISTER_AT + i, ""), tr->variables[tr_passed[i]]);
    for (unsigned i = 0; i < PARKED; i++)
        LLVMBuildStore(B, LLVMBuildExtractValue(B, result, PARKED_AT + i, ""), tr->parked[i]);
    tr->held = PLAN_PASSED;
    tr->dirty = tr->written = tr->raw = tr->loose = 0;
    tr->pending = 0;
    if (!plan_find(tr->function, back)) {
        go_outside(tr, back, true, 0, fuel, 0);
        return;
    }
    if (tr->function->rounds) { /* the dispatcher finds out what to do */
        LLVMBasicBlockRef other = tr_block(tr, "rounding"), good = tr_block(tr, "nearest");
        LLVMValueRef frm = tr_load_cpu(tr, tr->t.i8, offsetof(struct cpu, frm));
        tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntNE, frm, LLVMConstInt(tr->t.i8, 0, 0), ""), other, good);
        LLVMPositionBuilderAtEnd(B, other);
        LLVMBuildRet(B, result);
        LLVMPositionBuilderAtEnd(B, good);
    }
    LLVMBuildBr(B, edge(tr, back, true));
}

static void end_call(struct translator *tr, const struct riscv_instruction *in)
{
    const struct plan_block *block = tr->block;
    uint32_t callee = block->taken;

    tr_settle(tr, PLAN_ALL);
    tr_set_x(tr, in->rd, tr_i64(tr, block->next));
    if (!plan_is_chosen(tr->plan, callee)) {
        commit(tr);
        go_outside(tr, callee, true, tr->dirty, tr->fuel_now, tr->pending);
        return;
    }
    tr_store_in_cpu(tr, tr->dirty);
    LLVMValueRef fuel = fuel_plus(tr, tr->fuel_now, -(int64_t)tr->pending);
    after_call(tr, call_with_state(tr, declare(tr, 'f', callee), fuel), block->next);
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
    leave(tr, tr->dirty, target, fuel);
    memcpy(tr->now, saved, sizeof saved);

    LLVMPositionBuilderAtEnd(B, found);
    tr_store_cpu(tr, target, offsetof(struct cpu, native.entry));
    LLVMValueRef text = tr_load_cpu(tr, tr->t.pointer, offsetof(struct cpu, native.text));
    return tr_at_offset(tr, text, LLVMBuildZExt(B, offset, tr->t.i64, ""));
}

/* On to wherever `target` is, with struct cpu in place. */
static void jump_anywhere(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    tail_call(tr, look_up(tr, target, fuel), 0, fuel);
}

static void jump_by_table(struct translator *tr, const struct plan_block *block, LLVMValueRef target,
                          LLVMBasicBlockRef other)
{
    LLVMValueRef choice = LLVMBuildSwitch(B, LLVMBuildTrunc(B, target, tr->t.i32, ""), other, block->target_count);
    for (uint32_t t = 0; t < block->target_count; t++) {
        uint32_t address = tr->function->targets[block->first_target + t];
        LLVMAddCase(choice, LLVMConstInt(tr->t.i32, address, 0), edge(tr, address, true));
    }
}

static const struct plan_block *first_user(const struct translator *tr, const struct plan_block *block)
{
    const struct plan_function *function = tr->function;
    const struct plan_block *user = function->blocks;
    while (!user->shared || !plan_same_table(function, user, block))
        user++;
    return user;
}

/* One switch for all blocks that jump by this table. */
static void jump_by_shared_table(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    const struct plan_block *block = tr->block;
    LLVMBasicBlockRef *shared = &tr->switches[first_user(tr, block) - tr->function->blocks];
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
    forget(tr);
    tr->dirty = 0;
    tr->pending = 0;
    jump_by_table(tr, block, LLVMBuildLoad2(B, tr->t.i64, tr->target, ""), other);
    LLVMPositionBuilderAtEnd(B, other);
    jump_anywhere(tr, LLVMBuildLoad2(B, tr->t.i64, tr->target, ""), LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""));
}

static void end_jump_indirect(struct translator *tr, LLVMValueRef target, LLVMValueRef fuel)
{
    const struct plan_block *block = tr->block;

    commit(tr);
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

static void end_indirect(struct translator *tr, const struct riscv_instruction *in)
{
    const struct plan_block *block = tr->block;

    tr_settle(tr, PLAN_ALL);
    LLVMValueRef target = target_of(tr, in);
    LLVMValueRef fuel = fuel_plus(tr, tr->fuel_now, -(int64_t)tr->pending);
    if (block->kind == PLAN_RETURN) {
        put_back(tr, tr->dirty);
        build_return(tr, target, fuel);
    } else if (block->kind == PLAN_CALL_INDIRECT) {
        tr_set_x(tr, in->rd, tr_i64(tr, block->next));
        commit(tr);
        tr_store_in_cpu(tr, tr->dirty);
        tr->dirty = 0;
        after_call(tr, call_with_state(tr, look_up(tr, target, fuel), fuel), block->next);
    } else {
        end_jump_indirect(tr, target, fuel);
    }
}

/* ---- blocks ---------------------------------------------------------------------------------------------- */

static plan_set held_at(const struct translator *tr, uint32_t address)
{
    const struct plan_block *to = plan_find(tr->function, address);
    return to ? to->held : 0;
}

/* What neither successor holds is stored once, in front of the branch. */
static void store_for_both(struct translator *tr)
{
    plan_set lost = tr->dirty & ~held_at(tr, tr->block->taken) & ~held_at(tr, tr->block->next);
    if (lost & tr->raw)
        tr_settle(tr, PLAN_ALL);
    tr_store_variables(tr, tr->written);
    tr_store_in_cpu(tr, lost);
    tr->written = 0;
    tr->dirty &= ~lost;
}

/* From the last of several rounds, and from a round of its own: on with several if the fuel suffices for them all. */
static LLVMBasicBlockRef edge_to_rounds(struct translator *tr)
{
    const struct plan_block *block = tr->block;
    int64_t charge = plan_charge(tr->plan, block->start);
    LLVMBasicBlockRef way = tr_block(tr, "rounds"), few = tr_block(tr, "few");
    struct known known;
    known_keep(tr, &known);

    LLVMPositionBuilderAtEnd(B, way);
    forget(tr);
    settle_for(tr, block, 0);
    LLVMValueRef fuel = fuel_plus(tr, LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""), -(charge + tr->pending));
    LLVMBuildStore(B, fuel, tr->fuel);
    LLVMValueRef scarce = LLVMBuildICmp(B, LLVMIntSLT, fuel, tr_i64(tr, charge * (TR_ROUNDS - 1)), "");
    tr_branch_unlikely(tr, scarce, few, tr->rounds[1]);
    LLVMPositionBuilderAtEnd(B, few);
    LLVMBuildCondBr(B, LLVMBuildICmp(B, LLVMIntSLT, fuel, tr_i64(tr, 0), ""), fuel_exit(tr, block), tr->rounds[0]);

    known_restore(tr, &known);
    return way;
}

static LLVMBasicBlockRef taken_edge(struct translator *tr)
{
    const struct plan_block *block = tr->block;
    if (!block->repeats)
        return edge(tr, block->taken, plan_is_checked(block->last, block->taken));
    return tr->round == 0 || tr->round == TR_ROUNDS ? edge_to_rounds(tr) : tr->rounds[tr->round + 1];
}

static void end_branch(struct translator *tr, const struct riscv_instruction *in)
{
    static const LLVMIntPredicate predicates[] = {LLVMIntEQ, LLVMIntNE, LLVMIntSLT, LLVMIntSGE, LLVMIntULT, LLVMIntUGE};
    const struct plan_block *block = tr->block;

    LLVMValueRef condition = LLVMBuildICmp(B, predicates[in->id - RISCV_BEQ], tr_x(tr, in->rs1), tr_x(tr, in->rs2), "");
    commit(tr);
    store_for_both(tr);
    LLVMBasicBlockRef taken = taken_edge(tr);
    /* Falling through is checked only into another page. */
    LLVMBasicBlockRef next = edge(tr, block->next, ((block->last ^ block->next) & ~4095u) != 0);
    LLVMBuildCondBr(B, condition, taken, next);
}

static void end_block(struct translator *tr, const struct riscv_instruction *in)
{
    const struct plan_block *block = tr->block;

    switch ((enum plan_end)block->kind) {
    case PLAN_FLOW:
        commit(tr);
        flow(tr, block->next);
        break;
    case PLAN_CROSS:
        commit(tr);
        LLVMBuildBr(B, edge(tr, block->next, true));
        break;
    case PLAN_BRANCH:
        end_branch(tr, in);
        break;
    case PLAN_JUMP:
        commit(tr);
        LLVMBuildBr(B, edge(tr, block->taken, plan_is_checked(block->last, block->taken)));
        break;
    case PLAN_CALL:
        end_call(tr, in);
        break;
    case PLAN_CALL_INDIRECT:
    case PLAN_RETURN:
    case PLAN_JUMP_INDIRECT:
        end_indirect(tr, in);
        break;
    case PLAN_ECALL:
        tr_settle(tr, PLAN_ALL);
        leave(tr, tr->dirty, next_pc(tr, block->last, NATIVE_ECALL),
              fuel_plus(tr, tr->fuel_now, -(int64_t)tr->pending));
        break;
    case PLAN_INTERPRET:
        tr_leave_here(tr, block->last);
        break;
    }
}

static bool is_terminator(const struct plan_block *block)
{
    return block->kind != PLAN_FLOW && block->kind != PLAN_CROSS;
}

/* Where the instructions end that were translated together from here on, or `pc`. */
static uint32_t translate_run_at(struct translator *tr, uint32_t pc)
{
    const struct plan_block *block = tr->block;
    uint32_t end = is_terminator(block) ? block->last : block->end, at = pc;
    struct riscv_instruction in[2 * TR_RUN];
    unsigned count = 0;

    for (; count < 2 * TR_RUN && at < end; at += in[count++].size) {
        in[count] = plan_decode(tr->plan, at);
        if (in[count].id != RISCV_LD && in[count].id != RISCV_SD)
            break;
    }
    unsigned taken = count >= TR_RUN ? translate_run(tr, in, count) : 0;
    for (unsigned i = 0; i < taken; i++)
        pc += in[i].size;
    return pc;
}

/* The block, in the round that is tr->round, with what is raw and pending where it begins. */
static void translate_round(struct translator *tr)
{
    const struct plan_block *block = tr->block;
    struct riscv_instruction in = {.id = RISCV_ILLEGAL};

    LLVMPositionBuilderAtEnd(B, tr->rounds[tr->round]);
    forget(tr);
    tr->written = 0;
    tr->boxed = block->singles & ~tr->loose;
    tr->held = block->held;
    tr->dirty = block->dirty;
    tr->fuel_now = LLVMBuildLoad2(B, tr->t.i64, tr->fuel, "");
    for (uint32_t pc = block->start; pc < block->end; pc += in.size) {
        in = plan_decode(tr->plan, pc);
        if (pc == block->last && is_terminator(block))
            break;
        uint32_t behind = translate_run_at(tr, pc);
        if (behind != pc) {
            pc = behind;
            in.size = 0;
            continue;
        }
        if (!translate_memory(tr, &in, pc) && !translate_float(tr, &in))
            translate_integer(tr, &in, pc);
    }
    end_block(tr, &in);
}

static void translate_block(struct translator *tr, const struct plan_block *block)
{
    size_t index = (size_t)(block - tr->function->blocks);

    tr->block = block;
    tr->round = 0;
    tr->rounds[0] = tr->blocks[index];
    for (unsigned i = 1; block->repeats && i <= TR_ROUNDS; i++)
        tr->rounds[i] = tr_block(tr, "round");
    tr->raw = tr->inherited[index].raw;
    tr->loose = tr->inherited[index].loose;
    tr->pending = block->owed;
    translate_round(tr);
    for (tr->round = 1; block->repeats && tr->round <= TR_ROUNDS; tr->round++) {
        if (tr->round == 1)
            tr->raw = tr->loose = tr->pending = 0;
        else
            tr->pending += plan_charge(tr->plan, block->start);
        translate_round(tr);
    }
}

/* ---- functions ------------------------------------------------------------------------------------------- */

/* Too deep on the host's stack: leaves before the first block. */
static void guard_stack(struct translator *tr, const struct plan_block *first)
{
    if (!tr->function->calls)
        return;
    LLVMBasicBlockRef deep = tr_block(tr, "deep"), good = tr_block(tr, "stack");
    LLVMValueRef pointer = tr_intrinsic(tr, IN_READ_REGISTER, &tr->stack_register, 1);
    LLVMValueRef limit = tr_load_cpu(tr, tr->t.i64, offsetof(struct cpu, native.stack_limit));
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntULT, pointer, limit, ""), deep, good);
    LLVMPositionBuilderAtEnd(B, deep);
    leave(tr, 0, next_pc(tr, first->start, NATIVE_NEXT), LLVMGetParam(tr->value, FUEL_AT));
    LLVMPositionBuilderAtEnd(B, good);
}

/* A block that cannot be entered natively is left to the interpreter, with its charge. */
static void leave_if(struct translator *tr, const struct plan_block *block, LLVMValueRef condition)
{
    LLVMBasicBlockRef other = tr_block(tr, "other"), good = tr_block(tr, "good");
    tr_branch_unlikely(tr, condition, other, good);
    LLVMPositionBuilderAtEnd(B, other);
    LLVMValueRef fuel = LLVMBuildLoad2(B, tr->t.i64, tr->fuel, "");
    leave(tr, 0, next_pc(tr, block->start, NATIVE_UNCHECKED), fuel_plus(tr, fuel, plan_charge(tr->plan, block->start)));
    LLVMPositionBuilderAtEnd(B, good);
}

/* The rounding mode may have changed wherever control comes from another function. */
static void guard_rounding(struct translator *tr, const struct plan_block *block)
{
    if (!tr->function->rounds)
        return;
    LLVMValueRef frm = tr_load_cpu(tr, tr->t.i8, offsetof(struct cpu, frm));
    leave_if(tr, block, LLVMBuildICmp(B, LLVMIntNE, frm, LLVMConstInt(tr->t.i8, 0, 0), ""));
}

/* A register as it came from outside. */
static LLVMValueRef outside(struct translator *tr, unsigned number)
{
    bool passed = PLAN_PASSED >> number & 1;
    return passed ? LLVMBuildLoad2(B, tr_type_of(tr, number), tr->variables[number], "") : tr_load_home(tr, number);
}

/* What holds a single on all ways within the function does so here, too, unless control has jumped into its middle. The
 * block may look for it without its box. */
static void guard_singles(struct translator *tr, const struct plan_block *block)
{
    LLVMValueRef bits = tr_i64(tr, -1);
    for (unsigned n = FIRST_FLOAT; n < 64; n++) {
        if (!(block->singles >> n & 1))
            continue;
        LLVMValueRef value = outside(tr, n);
        LLVMBuildStore(B, tr_single(tr, value), tr->singles[n - FIRST_FLOAT]);
        bits = LLVMBuildAnd(B, bits, LLVMBuildBitCast(B, value, tr->t.i64, ""), "");
    }
    if (block->singles)
        leave_if(tr, block, LLVMBuildICmp(B, LLVMIntULT, bits, tr_i64(tr, -(INT64_C(1) << 32)), ""));
}

/* Nor does it hold a NaN that was not made by arithmetic, in what the block may take for a result that is not canonical
 * yet. Looks at the bits, as a comparison would raise a flag. */
static void guard_results(struct translator *tr, const struct plan_block *block)
{
    if (!may_inherit(tr, block))
        return;
    for (unsigned n = FIRST_FLOAT; n < 64; n++) {
        if (!(block->results >> n & 1))
            continue;
        bool narrow = block->singles >> n & 1;
        LLVMValueRef bits = LLVMBuildBitCast(B, outside(tr, n), tr->t.i64, "");
        bits = LLVMBuildShl(B, bits, tr_i64(tr, narrow ? 33 : 1), "");
        int64_t infinity = narrow ? -(INT64_C(1) << 56) : -(INT64_C(1) << 53);
        leave_if(tr, block, LLVMBuildICmp(B, LLVMIntUGT, bits, tr_i64(tr, infinity), ""));
    }
}

/* From outside, with struct cpu in place, into a block. */
static void enter_block(struct translator *tr, const struct plan_block *block)
{
    LLVMBasicBlockRef paid = tr_block(tr, "paid");
    load_needs(tr, block);
    LLVMValueRef fuel = fuel_plus(tr, LLVMGetParam(tr->value, FUEL_AT), -(int64_t)plan_charge(tr->plan, block->start));
    LLVMBuildStore(B, fuel, tr->fuel);
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntSLT, fuel, tr_i64(tr, 0), ""), fuel_exit(tr, block), paid);
    LLVMPositionBuilderAtEnd(B, paid);
    guard_rounding(tr, block);
    guard_singles(tr, block);
    guard_results(tr, block);
    LLVMBuildBr(B, tr->blocks[block - tr->function->blocks]);
}

static void begin_body(struct translator *tr, LLVMValueRef value)
{
    tr->value = value;
    LLVMPositionBuilderAtEnd(B, tr_block(tr, "begin"));
    tr->memory = LLVMBuildAlloca(B, tr->t.pointer, "memory");
    LLVMBuildStore(B, LLVMGetParam(value, MEMORY_AT), tr->memory);
    for (unsigned n = 1; n < 64; n++)
        tr->variables[n] = LLVMBuildAlloca(B, tr_type_of(tr, n), "");
    for (unsigned n = 0; n < 32; n++)
        tr->singles[n] = LLVMBuildAlloca(B, tr->t.f32, "");
    tr->fuel = LLVMBuildAlloca(B, tr->t.i64, "fuel");
    tr->next = LLVMBuildAlloca(B, tr->t.i64, "next");
    tr->target = LLVMBuildAlloca(B, tr->t.i64, "target");
    for (unsigned i = 0; i < PASSED; i++)
        LLVMBuildStore(B, LLVMGetParam(value, REGISTER_AT + i), tr->variables[tr_passed[i]]);
    for (unsigned i = 0; i < PARKED; i++) {
        tr->parked[i] = LLVMBuildAlloca(B, tr->t.f64, "parked");
        LLVMBuildStore(B, LLVMGetParam(value, PARKED_AT + i), tr->parked[i]);
    }
    forget(tr);
    tr->held = PLAN_PASSED;
    tr->dirty = tr->written = tr->raw = tr->loose = 0;
    tr->out = tr_block(tr, "out");
    for (size_t i = 0; i < tr->function->block_count; i++) {
        char name[16];
        snprintf(name, sizeof name, "b%x", tr->function->blocks[i].start);
        tr->blocks[i] = tr_block(tr, name);
        tr->fuel_exits[i] = NULL;
        tr->switches[i] = NULL;
        tr->inherited[i] = (struct inherited){.raw = 0};
    }
}

/* The next block that has not been translated: one that waits for nothing, or else one that control comes to from
 * outside, which then has to go without what its predecessor would tell. NULL: control comes to none of the others. */
static const struct plan_block *next_block(const struct translator *tr, size_t *from)
{
    const struct plan_function *function = tr->function;
    const struct plan_block *entered = NULL;
    for (size_t k = 0; k < function->block_count; k++) {
        size_t i = (*from + k) % function->block_count;
        const struct plan_block *block = &function->blocks[i];
        if (tr->inherited[i].translated || !LLVMGetFirstUse(LLVMBasicBlockAsValue(tr->blocks[i])))
            continue;
        entered = entered ? entered : block;
        if (may_inherit(tr, block) && !tr->inherited[i].known)
            continue;
        *from = i;
        return block;
    }
    return entered;
}

/* Predecessors first, so that what a block inherits is known. */
static void translate_blocks(struct translator *tr)
{
    const struct plan_block *block;
    size_t from = 0;
    while ((block = next_block(tr, &from))) {
        tr->inherited[block - tr->function->blocks].translated = true;
        translate_block(tr, block);
    }
    for (size_t i = 0; i < tr->function->block_count; i++)
        if (!tr->inherited[i].translated) {
            LLVMPositionBuilderAtEnd(B, tr->blocks[i]);
            LLVMBuildUnreachable(B);
        }
}

static void add_resume(struct translator *tr, uint32_t address)
{
    if (tr->resume_count == tr->resume_capacity) {
        size_t capacity = tr->resume_capacity ? tr->resume_capacity * 2 : 1024;
        struct resume *resumes = realloc(tr->resumes, capacity * sizeof *resumes);
        CHECK(resumes); /* the compiler is a process of its own, which may die */
        tr->resumes = resumes;
        tr->resume_capacity = capacity;
    }
    tr->resumes[tr->resume_count++] = (struct resume){address, tr->function->start};
}

static void build_plain(struct translator *tr)
{
    const struct plan_block *first = plan_find(tr->function, tr->function->start);

    begin_body(tr, declare(tr, 'f', tr->function->start));
    if (plan_is_inlined(tr->function))
        add_attribute(tr, tr->value, LLVMAttributeFunctionIndex, "alwaysinline", 0);
    guard_stack(tr, first);
    enter_block(tr, first);
    translate_blocks(tr);
    build_out(tr);
}

static bool is_resumed(const struct plan_function *function, size_t i)
{
    return function->blocks[i].resumes && function->blocks[i].start != function->start;
}

static void build_resuming(struct translator *tr)
{
    const struct plan_function *function = tr->function;

    begin_body(tr, declare(tr, 'r', function->start));
    LLVMBasicBlockRef none = tr_block(tr, "none");
    LLVMValueRef entry = tr_load_cpu(tr, tr->t.i64, offsetof(struct cpu, native.entry));
    LLVMValueRef choice = LLVMBuildSwitch(B, entry, none, (unsigned)function->block_count);
    LLVMPositionBuilderAtEnd(B, none);
    LLVMBuildUnreachable(B);
    for (size_t i = 0; i < function->block_count; i++) {
        if (!is_resumed(function, i))
            continue;
        LLVMBasicBlockRef way = tr_block(tr, "resume");
        LLVMAddCase(choice, tr_i64(tr, function->blocks[i].start), way);
        LLVMPositionBuilderAtEnd(B, way);
        enter_block(tr, &function->blocks[i]);
        add_resume(tr, function->blocks[i].start);
    }
    translate_blocks(tr);
    build_out(tr);
}

int translate_function(struct translator *tr, const struct plan_function *function)
{
    bool resumes = false;
    tr->function = function;
    tr->blocks = calloc(function->block_count, sizeof *tr->blocks);
    tr->fuel_exits = calloc(function->block_count, sizeof *tr->fuel_exits);
    tr->switches = calloc(function->block_count, sizeof *tr->switches);
    tr->inherited = calloc(function->block_count, sizeof *tr->inherited);
    bool good = tr->blocks && tr->fuel_exits && tr->switches && tr->inherited;
    if (good) {
        build_plain(tr);
        for (size_t i = 0; i < function->block_count; i++)
            resumes |= is_resumed(function, i);
        if (resumes)
            build_resuming(tr);
    }
    free(tr->blocks);
    free(tr->fuel_exits);
    free(tr->switches);
    free(tr->inherited);
    return good ? 0 : -ENOMEM;
}

void translate_enter(struct translator *tr)
{
    LLVMTypeRef parameters[] = {tr->t.pointer, tr->t.pointer, tr->t.pointer};
    tr->value = LLVMAddFunction(tr->module, "enter", LLVMFunctionType(tr->t.i64, parameters, 3, 0));
    LLVMSetVisibility(tr->value, LLVMHiddenVisibility);
    LLVMPositionBuilderAtEnd(B, tr_block(tr, "begin"));
    tr->memory = LLVMBuildAlloca(B, tr->t.pointer, "memory");
    LLVMBuildStore(B, LLVMGetParam(tr->value, MEMORY_AT), tr->memory);
    forget(tr);
    for (unsigned i = 0; i < PASSED; i++) {
        unsigned n = tr_passed[i];
        tr->now[n] = tr_load_cpu(tr, tr_type_of(tr, n), tr_offset_of(n));
    }
    for (unsigned i = 0; i < PARKED; i++) {
        tr->parked[i] = LLVMBuildAlloca(B, tr->t.f64, "parked");
        LLVMBuildStore(B, tr_load_cpu(tr, tr->t.f64, tr_offset_of(tr_passed[PASSED + i])), tr->parked[i]);
    }
    const size_t fuel_at = offsetof(struct cpu, fuel);
    LLVMValueRef result = call_with_state(tr, LLVMGetParam(tr->value, FUEL_AT), tr_load_cpu(tr, tr->t.i64, fuel_at));
    tr_store_cpu(tr, LLVMBuildExtractValue(B, result, FUEL_AT, ""), fuel_at);
    for (unsigned i = 0; i < PASSED + PARKED; i++)
        tr_store_cpu(tr, LLVMBuildExtractValue(B, result, REGISTER_AT + i, ""), tr_offset_of(tr_passed[i]));
    LLVMBuildRet(B, LLVMBuildExtractValue(B, result, 0, ""));
}
