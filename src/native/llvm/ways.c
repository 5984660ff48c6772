/* SPDX-License-Identifier: Apache-2.0
 *
 * Ways from block to block, out of a function, and into others.
 */
#include "native/llvm/translate.h"

#include <stdio.h>
#include <string.h>

#define B tr->builder

/* ---- blocks and edges -------------------------------------------------------------------------------- */

/* Puts what the block has written into the variables. From there its edges take what a successor looks for in struct
 * cpu, and NaNs become canonical on the way to those that may see them. */
void tr_commit(struct translator *tr)
{
    tr->held = tr->block->held_behind;
    tr_store_variables(tr, tr->written);
    tr->written = 0;
}

/* ---- leaving the function ---------------------------------------------------------------------------- */

void tr_put_back(struct translator *tr, plan_set dirty)
{
    tr_store_in_cpu(tr, dirty);
    tr_store_variables(tr, tr->written & PLAN_PASSED);
}

/* Stores the registers of `dirty`, and returns pc and exit. All ways out but the guest's returns end in the same block.
 */
void tr_leave(struct translator *tr, plan_set dirty, LLVMValueRef next, LLVMValueRef fuel)
{
    tr_put_back(tr, dirty);
    LLVMBuildStore(B, next, tr->next);
    LLVMBuildStore(B, fuel, tr->fuel);
    LLVMBuildBr(B, tr->out);
}

void tr_return(struct translator *tr, LLVMValueRef next, LLVMValueRef fuel)
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

LLVMValueRef tr_next_pc(struct translator *tr, uint32_t pc, enum native_exit exit)
{
    return LLVMConstInt(tr->t.i64, pc | (uint64_t)exit << 32, 0);
}

LLVMValueRef tr_fuel_plus(struct translator *tr, LLVMValueRef fuel, int64_t amount)
{
    return amount ? LLVMBuildAdd(B, fuel, tr_i64(tr, amount), "") : fuel;
}

int64_t tr_owed_at(const struct translator *tr, const struct plan_block *block, unsigned round)
{
    int64_t rounds = round ? (int64_t)round * plan_find(tr->body->function, block->loop)->loop_owes : 0;
    return tr->body->owed + block->owed + rounds;
}

int64_t tr_owed_behind(const struct body *part)
{
    return part->owed + part->function->owed;
}

void tr_known_keep(const struct translator *tr, struct tr_known *known)
{
    memcpy(known->now, tr->now, sizeof known->now);
    known->held = tr->held;
    known->written = tr->written;
    known->raw = tr->raw;
    known->loose = tr->loose;
    known->boxed = tr->boxed;
    known->at = LLVMGetInsertBlock(B);
}

void tr_known_restore(struct translator *tr, const struct tr_known *known)
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
    struct tr_known known;
    CHECK(pc == tr->block->last || tr->block->leaves_within); /* plan_overwrites() counts on it */
    tr_known_keep(tr, &known);
    tr_settle(tr, PLAN_ALL);
    LLVMValueRef fuel = tr_fuel_plus(tr, tr->fuel_now, (int64_t)plan_charge(tr->plan, pc) - tr->pending);
    tr_leave(tr, tr->dirty, tr_next_pc(tr, pc, NATIVE_UNCHECKED), fuel);
    tr_known_restore(tr, &known);
}

/* Between blocks: `set` becomes canonical in the variables. */
static void settle_variables(struct translator *tr, plan_set set)
{
    set &= tr->raw;
    tr_settle(tr, set);
    tr_store_variables(tr, set);
}

struct place *tr_place(const struct translator *tr, const struct plan_block *block, unsigned round)
{
    const struct plan_function *function = tr->body->function;
    return &tr->body->places[round * function->block_count + (size_t)(block - function->blocks)];
}

bool tr_may_inherit(const struct translator *tr, const struct plan_block *block, unsigned round)
{
    if (round && block->start == block->loop)
        return block->turns == 1;
    return block->predecessors == 1 && block->start != tr->body->function->start;
}

/* In which round of a small loop control goes there from the block at work. */
static unsigned round_at(const struct translator *tr, const struct plan_block *to)
{
    if (!plan_same_loop(tr->block, to))
        return 0;
    return plan_turns(tr->block, to) ? (tr->round + 1) % PLAN_ROUNDS : tr->round;
}

/* It does so from the block at work. One that is translated already knows nothing of that. */
static bool inherits(const struct translator *tr, const struct plan_block *to)
{
    unsigned round = round_at(tr, to);
    return tr_may_inherit(tr, to, round) && !tr_place(tr, to, round)->translated;
}

/* On the way to a block, behind the block at work: what is raw and may be seen there becomes canonical. What only this
 * way leads to, but for those from outside (guard_results), takes it as it is, without what goes into struct cpu. */
void tr_settle_for(struct translator *tr, const struct plan_block *to, plan_set store)
{
    struct place *place = tr_place(tr, to, round_at(tr, to));
    if (!inherits(tr, to)) {
        settle_variables(tr, ~(plan_overwrites(to) & to->held));
        return;
    }
    settle_variables(tr, store);
    place->known = true;
    place->raw = tr->raw;
    place->loose = tr->loose;
}

/* Forgets the values of the block: from here on they are read from the variables. */
void tr_forget(struct translator *tr)
{
    memset(tr->now, 0, sizeof tr->now);
}

LLVMBasicBlockRef tr_fuel_exit(struct translator *tr, const struct plan_block *to, bool checked)
{
    size_t index = (size_t)(to - tr->body->function->blocks);
    bool usual = checked && !tr->raw;
    if (tr->body->fuel_exits[index] && usual)
        return tr->body->fuel_exits[index];
    LLVMBasicBlockRef exit = tr_block(tr, "fuel");
    struct tr_known known;
    tr_known_keep(tr, &known);
    LLVMPositionBuilderAtEnd(B, exit);
    tr_forget(tr);
    tr->held = to->held;
    tr->written = 0;
    settle_variables(tr, tr->raw);
    LLVMValueRef fuel = LLVMBuildLoad2(B, tr->t.i64, tr->fuel, "");
    if (checked)
        tr_leave(tr, to->dirty, tr_next_pc(tr, to->start, NATIVE_FUEL), fuel);
    else
        tr_leave(tr, to->dirty, tr_next_pc(tr, to->start, NATIVE_UNCHECKED), tr_fuel_plus(tr, fuel, to->charge));
    tr_known_restore(tr, &known);
    if (usual)
        tr->body->fuel_exits[index] = exit;
    return exit;
}

/* ---- other functions ---------------------------------------------------------------------------------- */

static void add_attribute(struct translator *tr, LLVMValueRef function, unsigned index, const char *name,
                          uint64_t value)
{
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, index, LLVMCreateEnumAttribute(tr->context, kind, value));
}

LLVMValueRef tr_declare(struct translator *tr, char kind, uint32_t address)
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

LLVMValueRef tr_call(struct translator *tr, LLVMValueRef function, LLVMValueRef fuel)
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

void tr_hand_on(struct translator *tr, LLVMValueRef result, unsigned prepaid)
{
    LLVMValueRef fuel = LLVMBuildExtractValue(B, result, FUEL_AT, "");
    if (prepaid)
        result = LLVMBuildInsertValue(B, result, tr_fuel_plus(tr, fuel, prepaid), FUEL_AT, "");
    LLVMBuildRet(B, result);
}

void tr_come_back(struct translator *tr, LLVMValueRef result, uint32_t back, unsigned prepaid)
{
    LLVMValueRef next = LLVMBuildExtractValue(B, result, 0, "");
    LLVMBasicBlockRef here = tr_block(tr, "returned"), elsewhere = tr_block(tr, "elsewhere");
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntNE, next, tr_next_pc(tr, back, NATIVE_NEXT), ""), elsewhere, here);
    LLVMPositionBuilderAtEnd(B, elsewhere);
    tr_hand_on(tr, result, prepaid);

    LLVMPositionBuilderAtEnd(B, here);
    LLVMBuildStore(B, LLVMBuildExtractValue(B, result, FUEL_AT, ""), tr->fuel);
    LLVMBuildStore(B, LLVMBuildExtractValue(B, result, MEMORY_AT, ""), tr->memory);
    for (unsigned i = 0; i < PASSED; i++)
        LLVMBuildStore(B, LLVMBuildExtractValue(B, result, REGISTER_AT + i, ""), tr->variables[tr_passed[i]]);
    for (unsigned i = 0; i < PARKED; i++)
        LLVMBuildStore(B, LLVMBuildExtractValue(B, result, PARKED_AT + i, ""), tr->parked[i]);
}

/* Goes on in another function, in place of this one. */
void tr_tail_call(struct translator *tr, LLVMValueRef function, plan_set dirty, LLVMValueRef fuel)
{
    tr_store_in_cpu(tr, dirty);
    LLVMValueRef call = tr_call(tr, function, fuel);
    CHECK(!tr->body->returned); /* its caller has not paid for what such a function would come back to */
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
    tr_leave(tr, dirty, tr_next_pc(tr, address, NATIVE_UNCHECKED), fuel);
    memcpy(tr->now, saved, sizeof saved);
    LLVMPositionBuilderAtEnd(B, enough);
}

/* A direct transfer out of this function. */
void tr_go_outside(struct translator *tr, uint32_t address, bool checked, plan_set dirty, LLVMValueRef fuel,
                   int64_t pending)
{
    fuel = tr_fuel_plus(tr, fuel, -pending);
    bool native = plan_is_chosen(tr->plan, address);
    if (native && !checked)
        require_fuel(tr, address, dirty, fuel);
    if (native)
        tr_tail_call(tr, tr_declare(tr, 'f', address), dirty, fuel);
    else
        tr_leave(tr, dirty, tr_next_pc(tr, address, checked ? NATIVE_NEXT : NATIVE_UNCHECKED), fuel);
}

/* ---- edges --------------------------------------------------------------------------------------------- */

/* Those registers that a block holds and the block at work does not. */
void tr_load_needs(struct translator *tr, const struct plan_block *to)
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
    tr_forget(tr);
    tr_settle_for(tr, to, store);
    tr_store_in_cpu(tr, store);
    tr_load_needs(tr, to);
    LLVMValueRef fuel = tr_fuel_plus(tr, LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""), -pays);
    LLVMBuildStore(B, fuel, tr->fuel);
    return fuel;
}

/* The LLVM block by which control goes from the block at work, which is committed, to `address`. */
LLVMBasicBlockRef tr_edge(struct translator *tr, uint32_t address, bool checked)
{
    LLVMBasicBlockRef way;
    struct plan_block *to = plan_find(tr->body->function, address);
    struct tr_known known;
    tr_known_keep(tr, &known);

    if (!to) {
        way = tr_block(tr, "outside");
        LLVMPositionBuilderAtEnd(B, way);
        tr_forget(tr);
        settle_variables(tr, tr->raw);
        LLVMValueRef fuel = LLVMBuildLoad2(B, tr->t.i64, tr->fuel, "");
        tr_go_outside(tr, address, checked, tr->dirty, fuel, tr->pending);
    } else {
        unsigned round = round_at(tr, to);
        LLVMBasicBlockRef code = tr_place(tr, to, round)->code;
        bool moves = to_store(tr, to) || (to->needs & ~tr->held);
        int64_t pays = tr->pending + (int64_t)to->charge - tr_owed_at(tr, to, round);
        bool looks = plan_looks(tr->block, to) && !(plan_turns(tr->block, to) && round);
        CHECK(!looks || tr_owed_at(tr, to, round) == 0); /* tr_fuel_exit gives back no more */
        if (!looks && !moves && !pays && inherits(tr, to)) {
            tr_settle_for(tr, to, 0);
            way = code;
        } else {
            way = tr_block(tr, "edge");
            LLVMPositionBuilderAtEnd(B, way);
            LLVMValueRef fuel = hand_over(tr, to, pays);
            if (looks)
                tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntSLT, fuel, tr_i64(tr, 0), ""),
                                   tr_fuel_exit(tr, to, checked), code);
            else
                LLVMBuildBr(B, code);
        }
    }
    tr_known_restore(tr, &known);
    return way;
}

/* Falls into the next block, which has been charged with this one. */
void tr_flow(struct translator *tr, uint32_t address)
{
    struct plan_block *to = plan_find(tr->body->function, address);
    if (!to) {
        settle_variables(tr, tr->raw);
        tr_go_outside(tr, address, false, tr->dirty, tr->fuel_now, tr->pending);
        return;
    }
    unsigned round = round_at(tr, to);
    (void)hand_over(tr, to, tr->pending - tr_owed_at(tr, to, round));
    LLVMBuildBr(B, tr_place(tr, to, round)->code);
}
