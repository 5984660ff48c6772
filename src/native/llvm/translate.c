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

LLVMValueRef tr_intrinsic(struct translator *tr, enum intrinsic which, LLVMValueRef *arguments, unsigned count)
{
    struct intrinsic_use *use = &tr->intrinsics[which];
    LLVMValueRef call = LLVMBuildCall2(B, use->type, use->function, arguments, count, "");
    if (which >= IN_FADD && which <= IN_TO_I64_S)
        LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex,
                                 LLVMCreateEnumAttribute(tr->context, tr->strictfp_kind, 0));
    return call;
}

int tr_body_init(struct body *body, const struct plan_function *function)
{
    *body = (struct body){.function = function};
    body->places = calloc(function->block_count * PLAN_ROUNDS, sizeof *body->places);
    body->fuel_exits = calloc(function->block_count, sizeof *body->fuel_exits);
    body->switches = calloc(function->block_count, sizeof *body->switches);
    return body->places && body->fuel_exits && body->switches ? 0 : -ENOMEM;
}

void tr_body_dispose(struct body *body)
{
    free(body->places);
    free(body->fuel_exits);
    free(body->switches);
}

/* ---- blocks ---------------------------------------------------------------------------------------------- */

static plan_set held_at(const struct translator *tr, uint32_t address)
{
    const struct plan_block *to = plan_find(tr->body->function, address);
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

static void end_branch(struct translator *tr, const struct riscv_instruction *in)
{
    static const LLVMIntPredicate predicates[] = {LLVMIntEQ, LLVMIntNE, LLVMIntSLT, LLVMIntSGE, LLVMIntULT, LLVMIntUGE};
    const struct plan_block *block = tr->block;

    LLVMValueRef condition = LLVMBuildICmp(B, predicates[in->id - RISCV_BEQ], tr_x(tr, in->rs1), tr_x(tr, in->rs2), "");
    tr_commit(tr);
    store_for_both(tr);
    LLVMBasicBlockRef taken = tr_edge(tr, block->taken, plan_is_checked(block->last, block->taken));
    /* Falling through is checked only into another page. */
    LLVMBasicBlockRef next = tr_edge(tr, block->next, ((block->last ^ block->next) & ~4095u) != 0);
    LLVMBuildCondBr(B, condition, taken, next);
}

static void end_block(struct translator *tr, const struct riscv_instruction *in)
{
    const struct plan_block *block = tr->block;

    switch ((enum plan_end)block->kind) {
    case PLAN_FLOW:
        tr_commit(tr);
        tr_flow(tr, block->next);
        break;
    case PLAN_CROSS:
        tr_commit(tr);
        LLVMBuildBr(B, tr_edge(tr, block->next, true));
        break;
    case PLAN_BRANCH:
        end_branch(tr, in);
        break;
    case PLAN_JUMP:
        tr_commit(tr);
        LLVMBuildBr(B, tr_edge(tr, block->taken, plan_is_checked(block->last, block->taken)));
        break;
    case PLAN_CALL:
        translate_call(tr, in);
        break;
    case PLAN_CALL_INDIRECT:
    case PLAN_RETURN:
    case PLAN_JUMP_INDIRECT:
        translate_indirect(tr, in);
        break;
    case PLAN_ECALL:
        tr_settle(tr, PLAN_ALL);
        tr_leave(tr, tr->dirty, tr_next_pc(tr, block->last, NATIVE_ECALL),
                 tr_fuel_plus(tr, tr->fuel_now, -tr->pending));
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

static void translate_block(struct translator *tr, const struct plan_block *block, unsigned round)
{
    const struct place *place = tr_place(tr, block, round);
    struct riscv_instruction in = {.id = RISCV_ILLEGAL};

    LLVMPositionBuilderAtEnd(B, place->code);
    tr_forget(tr);
    tr->block = block;
    tr->round = round;
    tr->raw = place->raw;
    tr->loose = place->loose;
    tr->written = 0;
    tr->boxed = block->singles & ~tr->loose;
    tr->held = block->held;
    tr->dirty = block->dirty;
    tr->pending = tr_owed_at(tr, block, round);
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

/* ---- functions ------------------------------------------------------------------------------------------- */

/* Too deep on the host's stack: leaves before the first block. */
static void guard_stack(struct translator *tr, const struct plan_block *first)
{
    if (!tr->body->function->calls)
        return;
    LLVMBasicBlockRef deep = tr_block(tr, "deep"), good = tr_block(tr, "stack");
    LLVMValueRef pointer = tr_intrinsic(tr, IN_READ_REGISTER, &tr->stack_register, 1);
    LLVMValueRef limit = tr_load_cpu(tr, tr->t.i64, offsetof(struct cpu, native.stack_limit));
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntULT, pointer, limit, ""), deep, good);
    LLVMPositionBuilderAtEnd(B, deep);
    tr_leave(tr, 0, tr_next_pc(tr, first->start, NATIVE_NEXT), LLVMGetParam(tr->value, FUEL_AT));
    LLVMPositionBuilderAtEnd(B, good);
}

/* A block that cannot be entered natively is left to the interpreter, with its charge. */
static void leave_if(struct translator *tr, const struct plan_block *block, LLVMValueRef condition)
{
    LLVMBasicBlockRef other = tr_block(tr, "other"), good = tr_block(tr, "good");
    tr_branch_unlikely(tr, condition, other, good);
    LLVMPositionBuilderAtEnd(B, other);
    LLVMValueRef fuel = LLVMBuildLoad2(B, tr->t.i64, tr->fuel, "");
    tr_leave(tr, 0, tr_next_pc(tr, block->start, NATIVE_UNCHECKED),
             tr_fuel_plus(tr, fuel, (int64_t)block->charge - tr_owed_at(tr, block, 0)));
    LLVMPositionBuilderAtEnd(B, good);
}

/* The rounding mode may have changed wherever control comes from another function. */
static void guard_rounding(struct translator *tr, const struct plan_block *block)
{
    if (!tr->body->function->rounds)
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
    if (!tr_may_inherit(tr, block, 0))
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

/* With what the block needs at hand. */
static void guard_block(struct translator *tr, const struct plan_block *block)
{
    guard_rounding(tr, block);
    guard_singles(tr, block);
    guard_results(tr, block);
    LLVMBuildBr(B, tr_place(tr, block, 0)->code);
}

void tr_begin_at(struct translator *tr, const struct plan_block *block)
{
    tr_load_needs(tr, block);
    guard_block(tr, block);
}

void tr_enter_block(struct translator *tr, const struct plan_block *block)
{
    LLVMBasicBlockRef paid = tr_block(tr, "paid");
    LLVMValueRef fuel = LLVMBuildLoad2(B, tr->t.i64, tr->fuel, "");
    fuel = tr_fuel_plus(tr, fuel, -(int64_t)block->charge);
    LLVMBuildStore(B, fuel, tr->fuel);
    tr_load_needs(tr, block);
    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntSLT, fuel, tr_i64(tr, 0), ""), tr_fuel_exit(tr, block, true), paid);
    LLVMPositionBuilderAtEnd(B, paid);
    LLVMBuildStore(B, tr_fuel_plus(tr, fuel, tr_owed_at(tr, block, 0)), tr->fuel);
    guard_block(tr, block);
}

/* LLVM's blocks of a body, and what is known where control comes to it. */
void tr_begin_blocks(struct translator *tr)
{
    tr_forget(tr);
    tr->held = PLAN_PASSED;
    tr->dirty = tr->written = tr->raw = tr->loose = 0;
    for (size_t i = 0; i < tr->body->function->block_count; i++) {
        const struct plan_block *block = &tr->body->function->blocks[i];
        char name[16];
        snprintf(name, sizeof name, "b%x", block->start);
        for (unsigned round = 0; round < (block->loop == PLAN_NONE ? 1 : PLAN_ROUNDS); round++)
            *tr_place(tr, block, round) = (struct place){.code = tr_block(tr, name)};
        tr->body->fuel_exits[i] = NULL;
        tr->body->switches[i] = NULL;
    }
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
    LLVMBuildStore(B, LLVMGetParam(value, FUEL_AT), tr->fuel);
    tr->next = LLVMBuildAlloca(B, tr->t.i64, "next");
    tr->target = LLVMBuildAlloca(B, tr->t.i64, "target");
    for (unsigned i = 0; i < PASSED; i++)
        LLVMBuildStore(B, LLVMGetParam(value, REGISTER_AT + i), tr->variables[tr_passed[i]]);
    for (unsigned i = 0; i < PARKED; i++) {
        tr->parked[i] = LLVMBuildAlloca(B, tr->t.f64, "parked");
        LLVMBuildStore(B, LLVMGetParam(value, PARKED_AT + i), tr->parked[i]);
    }
    tr->out = tr_block(tr, "out");
    tr_begin_blocks(tr);
}

static bool is_due(const struct place *place)
{
    return place->code && !place->translated && LLVMGetFirstUse(LLVMBasicBlockAsValue(place->code));
}

/* The number of the next place that has not been translated: one that waits for nothing, or else one that control comes
 * to from outside, which then has to go without what its predecessor would tell. `none`: control comes to none of the
 * others. */
static size_t next_place(const struct translator *tr, size_t from, size_t none)
{
    const struct plan_function *function = tr->body->function;
    size_t entered = none;
    for (size_t k = 0; k < none; k++) {
        size_t i = (from + k) % none;
        const struct plan_block *block = &function->blocks[i % function->block_count];
        const struct place *place = &tr->body->places[i];
        if (!is_due(place))
            continue;
        if (!tr_may_inherit(tr, block, (unsigned)(i / function->block_count)) || place->known)
            return i;
        entered = entered == none ? i : entered;
    }
    return entered;
}

/* Predecessors first, so that what a block inherits is known. */
void translate_blocks(struct translator *tr)
{
    const struct plan_function *function = tr->body->function;
    size_t count = function->block_count * PLAN_ROUNDS, i = 0;
    while ((i = next_place(tr, i, count)) != count) {
        tr->body->places[i].translated = true;
        translate_block(tr, &function->blocks[i % function->block_count], (unsigned)(i / function->block_count));
    }
    for (i = 0; i < count; i++)
        if (tr->body->places[i].code && !tr->body->places[i].translated) {
            LLVMPositionBuilderAtEnd(B, tr->body->places[i].code);
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
    tr->resumes[tr->resume_count++] = (struct resume){address, tr->body->function->start};
}

/* All ways out but the guest's returns end here. */
static void build_out(struct translator *tr)
{
    LLVMPositionBuilderAtEnd(B, tr->out);
    tr_return(tr, LLVMBuildLoad2(B, tr->t.i64, tr->next, ""), LLVMBuildLoad2(B, tr->t.i64, tr->fuel, ""));
}

static void build_plain(struct translator *tr)
{
    const struct plan_block *first = plan_find(tr->body->function, tr->body->function->start);

    begin_body(tr, tr_declare(tr, 'f', tr->body->function->start));
    guard_stack(tr, first);
    tr_enter_block(tr, first);
    translate_blocks(tr);
    build_out(tr);
}

static bool is_resumed(const struct plan_function *function, size_t i)
{
    return function->blocks[i].resumes && function->blocks[i].start != function->start;
}

static void build_resuming(struct translator *tr)
{
    const struct plan_function *function = tr->body->function;

    begin_body(tr, tr_declare(tr, 'r', function->start));
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
        tr_enter_block(tr, &function->blocks[i]);
        add_resume(tr, function->blocks[i].start);
    }
    translate_blocks(tr);
    build_out(tr);
}

int translate_function(struct translator *tr, const struct plan_function *function)
{
    struct body body;
    bool resumes = false;

    int failed = tr_body_init(&body, function);
    if (!failed) {
        tr->body = &body;
        build_plain(tr);
        for (size_t i = 0; i < function->block_count; i++)
            resumes |= is_resumed(function, i);
        if (resumes)
            build_resuming(tr);
    }
    tr_body_dispose(&body);
    return failed;
}

void translate_enter(struct translator *tr)
{
    LLVMTypeRef parameters[] = {tr->t.pointer, tr->t.pointer, tr->t.pointer};
    tr->value = LLVMAddFunction(tr->module, "enter", LLVMFunctionType(tr->t.i64, parameters, 3, 0));
    LLVMSetVisibility(tr->value, LLVMHiddenVisibility);
    LLVMPositionBuilderAtEnd(B, tr_block(tr, "begin"));
    tr->memory = LLVMBuildAlloca(B, tr->t.pointer, "memory");
    LLVMBuildStore(B, LLVMGetParam(tr->value, MEMORY_AT), tr->memory);
    tr_forget(tr);
    for (unsigned i = 0; i < PASSED; i++) {
        unsigned n = tr_passed[i];
        tr->now[n] = tr_load_cpu(tr, tr_type_of(tr, n), tr_offset_of(n));
    }
    for (unsigned i = 0; i < PARKED; i++) {
        tr->parked[i] = LLVMBuildAlloca(B, tr->t.f64, "parked");
        LLVMBuildStore(B, tr_load_cpu(tr, tr->t.f64, tr_offset_of(tr_passed[PASSED + i])), tr->parked[i]);
    }
    const size_t fuel_at = offsetof(struct cpu, fuel);
    LLVMValueRef result = tr_call(tr, LLVMGetParam(tr->value, FUEL_AT), tr_load_cpu(tr, tr->t.i64, fuel_at));
    tr_store_cpu(tr, LLVMBuildExtractValue(B, result, FUEL_AT, ""), fuel_at);
    for (unsigned i = 0; i < PASSED + PARKED; i++)
        tr_store_cpu(tr, LLVMBuildExtractValue(B, result, REGISTER_AT + i, ""), tr_offset_of(tr_passed[i]));
    LLVMBuildRet(B, LLVMBuildExtractValue(B, result, 0, ""));
}
