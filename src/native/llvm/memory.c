/* SPDX-License-Identifier: Apache-2.0
 *
 * Guest memory: base + the low 32 bits of a register + a small offset, without a check. Next to the arena nothing is
 * mapped, and nothing ever is at its lowest and highest addresses: so an offset that leaves the 4 GiB faults exactly
 * where the address modulo 2^32 would have.
 *
 * struct cpu is at a fixed distance in front of it (native/run.h), out of the guest's reach.
 *
 * Accesses are volatile, as each may fault: LLVM neither drops nor moves them, and their alignment is not known.
 */
#include "native/llvm/translate.h"

#include <stddef.h>

#define B tr->builder

LLVMValueRef tr_at_offset(struct translator *tr, LLVMValueRef pointer, LLVMValueRef offset)
{
    return LLVMBuildGEP2(B, tr->t.i8, pointer, &offset, 1, "");
}

LLVMValueRef tr_memory(struct translator *tr)
{
    return LLVMBuildLoad2(B, tr->t.pointer, tr->memory, "");
}

LLVMValueRef tr_access(struct translator *tr, unsigned base, int32_t offset)
{
    LLVMValueRef address = LLVMBuildTrunc(B, tr_x(tr, base), tr->t.i32, "");
    address = LLVMBuildZExt(B, address, tr->t.i64, "");
    return tr_at_offset(tr, tr_at_offset(tr, tr_memory(tr), address), tr_i64(tr, offset));
}

/* ---- struct cpu -------------------------------------------------------------------------------------------- */

LLVMValueRef tr_cpu_field(struct translator *tr, size_t offset)
{
    return tr_at_offset(tr, tr_memory(tr), tr_i64(tr, (int64_t)offset - NATIVE_CPU_DISTANCE));
}

LLVMValueRef tr_load_cpu(struct translator *tr, LLVMTypeRef type, size_t offset)
{
    LLVMValueRef value = LLVMBuildLoad2(B, type, tr_cpu_field(tr, offset), "");
    LLVMSetMetadata(value, tr->tbaa_kind, tr->cpu_tag);
    return value;
}

void tr_store_cpu(struct translator *tr, LLVMValueRef value, size_t offset)
{
    LLVMSetMetadata(LLVMBuildStore(B, value, tr_cpu_field(tr, offset)), tr->tbaa_kind, tr->cpu_tag);
}

/* ---- loads and stores -------------------------------------------------------------------------------------- */

static LLVMValueRef load(struct translator *tr, LLVMTypeRef type, LLVMValueRef address)
{
    LLVMValueRef value = LLVMBuildLoad2(B, type, address, "");
    LLVMSetVolatile(value, 1);
    LLVMSetMetadata(value, tr->tbaa_kind, tr->guest_tag);
    LLVMSetAlignment(value, 1);
    return value;
}

static void store(struct translator *tr, LLVMValueRef value, LLVMValueRef address)
{
    LLVMValueRef instruction = LLVMBuildStore(B, value, address);
    LLVMSetVolatile(instruction, 1);
    LLVMSetMetadata(instruction, tr->tbaa_kind, tr->guest_tag);
    LLVMSetAlignment(instruction, 1);
}

static LLVMTypeRef type_of(struct translator *tr, unsigned id)
{
    switch (id) {
    case RISCV_LB:
    case RISCV_LBU:
    case RISCV_SB:
        return tr->t.i8;
    case RISCV_LH:
    case RISCV_LHU:
    case RISCV_SH:
    case RISCV_FLH:
    case RISCV_FSH:
        return tr->t.i16;
    case RISCV_LW:
    case RISCV_LWU:
    case RISCV_SW:
    case RISCV_FLW:
    case RISCV_FSW:
        return tr->t.i32;
    default:
        return tr->t.i64;
    }
}

static void load_integer(struct translator *tr, const struct riscv_instruction *in)
{
    bool zero = in->id == RISCV_LBU || in->id == RISCV_LHU || in->id == RISCV_LWU;
    LLVMValueRef value = load(tr, type_of(tr, in->id), tr_access(tr, in->rs1, in->imm));
    if (in->id != RISCV_LD)
        value = zero ? LLVMBuildZExt(B, value, tr->t.i64, "") : LLVMBuildSExt(B, value, tr->t.i64, "");
    tr_set_x(tr, in->rd, value);
}

static void load_float(struct translator *tr, const struct riscv_instruction *in)
{
    LLVMValueRef address = tr_access(tr, in->rs1, in->imm);
    if (in->id == RISCV_FLD) {
        tr_set_f(tr, in->rd, load(tr, tr->t.f64, address));
        return;
    }
    int64_t box = in->id == RISCV_FLW ? -(INT64_C(1) << 32) : -(INT64_C(1) << 16);
    LLVMValueRef bits = LLVMBuildZExt(B, load(tr, type_of(tr, in->id), address), tr->t.i64, "");
    tr_set_f(tr, in->rd, LLVMBuildBitCast(B, LLVMBuildOr(B, bits, tr_i64(tr, box), ""), tr->t.f64, ""));
    tr->boxed |= PLAN_F(in->rd);
}

/* Another result that this block is about to store: both become canonical by one look, as they are compared with each
 * other. */
static void settle_for_store(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    plan_set candidates = tr->raw & ~PLAN_F(in->rs2);
    if (!(tr->raw & PLAN_F(in->rs2)))
        return;
    for (uint32_t at = pc + in->size; candidates && at < tr->block->end;) {
        struct riscv_instruction next = plan_decode(tr->plan, at);
        plan_set uses, defines;
        if ((next.id == RISCV_FSD || next.id == RISCV_FSW) && (candidates & PLAN_F(next.rs2))) {
            tr_settle(tr, PLAN_F(in->rs2) | PLAN_F(next.rs2));
            return;
        }
        plan_operands(&next, &uses, &defines);
        candidates &= ~defines;
        at += next.size;
    }
}

static void store_float(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    settle_for_store(tr, in, pc);
    LLVMValueRef value = tr_f(tr, in->rs2);
    if (in->id != RISCV_FSD)
        value = LLVMBuildTrunc(B, LLVMBuildBitCast(B, value, tr->t.i64, ""), type_of(tr, in->id), "");
    store(tr, value, tr_access(tr, in->rs1, in->imm));
}

/* ---- runs of accesses, as copying and filling have them -------------------------------------------------- */

/* Whether in[0..RUN) are doublewords of one base, one behind the other. */
static bool is_run(const struct riscv_instruction *in, unsigned id)
{
    for (unsigned i = 0; i < TR_RUN; i++)
        if (in[i].id != id || in[i].rs1 != in[0].rs1 || in[i].imm != in[0].imm + 8 * (int32_t)i)
            return false;
    return true;
}

static bool is_copy(const struct riscv_instruction *in)
{
    uint32_t loaded = 1; /* x0 */
    if (!is_run(in, RISCV_LD) || !is_run(in + TR_RUN, RISCV_SD))
        return false;
    for (unsigned i = 0; i < TR_RUN; i++) {
        unsigned rd = in[i].rd;
        if ((loaded >> rd & 1) || rd == in[0].rs1 || rd == in[TR_RUN].rs1 || in[TR_RUN + i].rs2 != rd)
            return false;
        loaded |= 1u << rd;
    }
    return true;
}

static void copy_run(struct translator *tr, const struct riscv_instruction *in, LLVMTypeRef type)
{
    LLVMValueRef value = load(tr, type, tr_access(tr, in[0].rs1, in[0].imm));
    store(tr, value, tr_access(tr, in[TR_RUN].rs1, in[TR_RUN].imm));
    for (unsigned i = 0; i < TR_RUN; i++)
        tr_set_x(tr, in[i].rd, LLVMBuildExtractElement(B, value, LLVMConstInt(tr->t.i32, i, 0), ""));
}

static void fill_run(struct translator *tr, const struct riscv_instruction *in, LLVMTypeRef type)
{
    LLVMValueRef value = LLVMGetPoison(type);
    for (unsigned i = 0; i < TR_RUN; i++)
        value = LLVMBuildInsertElement(B, value, tr_x(tr, in[0].rs2), LLVMConstInt(tr->t.i32, i, 0), "");
    store(tr, value, tr_access(tr, in[0].rs1, in[0].imm));
}

unsigned translate_run(struct translator *tr, const struct riscv_instruction *in, unsigned count)
{
    LLVMTypeRef type = LLVMVectorType(tr->t.i64, TR_RUN);
    if (count >= 2 * TR_RUN && is_copy(in)) {
        copy_run(tr, in, type);
        return 2 * TR_RUN;
    }
    bool same = count >= TR_RUN && is_run(in, RISCV_SD);
    for (unsigned i = 1; i < TR_RUN && same; i++)
        same = in[i].rs2 == in[0].rs2;
    if (same)
        fill_run(tr, in, type);
    return same ? TR_RUN : 0;
}

/* ---- atomics: one hart, so nothing is observed between the load and the store ---------------------------- */

static bool is_wide(unsigned id)
{
    return (id >= RISCV_LR_D && id <= RISCV_AMOMAXU_D);
}

/* Misaligned ones trap, in the interpreter. */
static void check_alignment(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    LLVMValueRef bits = LLVMBuildAnd(B, tr_x(tr, in->rs1), tr_i64(tr, is_wide(in->id) ? 7 : 3), "");
    LLVMValueRef misaligned = LLVMBuildICmp(B, LLVMIntNE, bits, tr_i64(tr, 0), "");
    LLVMBasicBlockRef leave = tr_block(tr, "misaligned"), aligned = tr_block(tr, "aligned");
    tr_branch_unlikely(tr, misaligned, leave, aligned);
    LLVMPositionBuilderAtEnd(B, leave);
    tr_leave_here(tr, pc);
    LLVMPositionBuilderAtEnd(B, aligned);
}

static LLVMValueRef combine(struct translator *tr, unsigned id, LLVMValueRef a, LLVMValueRef b)
{
    LLVMIntPredicate predicate;

    switch (id) {
    case RISCV_AMOADD_W:
    case RISCV_AMOADD_D:
        return LLVMBuildAdd(B, a, b, "");
    case RISCV_AMOXOR_W:
    case RISCV_AMOXOR_D:
        return LLVMBuildXor(B, a, b, "");
    case RISCV_AMOAND_W:
    case RISCV_AMOAND_D:
        return LLVMBuildAnd(B, a, b, "");
    case RISCV_AMOOR_W:
    case RISCV_AMOOR_D:
        return LLVMBuildOr(B, a, b, "");
    case RISCV_AMOMIN_W:
    case RISCV_AMOMIN_D:
        predicate = LLVMIntSLT;
        break;
    case RISCV_AMOMAX_W:
    case RISCV_AMOMAX_D:
        predicate = LLVMIntSGT;
        break;
    case RISCV_AMOMINU_W:
    case RISCV_AMOMINU_D:
        predicate = LLVMIntULT;
        break;
    case RISCV_AMOMAXU_W:
    case RISCV_AMOMAXU_D:
        predicate = LLVMIntUGT;
        break;
    default:
        return b; /* swap */
    }
    return LLVMBuildSelect(B, LLVMBuildICmp(B, predicate, a, b, ""), a, b, "");
}

static LLVMValueRef widen(struct translator *tr, LLVMValueRef value)
{
    return LLVMTypeOf(value) == tr->t.i64 ? value : LLVMBuildSExt(B, value, tr->t.i64, "");
}

static LLVMValueRef operand(struct translator *tr, const struct riscv_instruction *in)
{
    LLVMValueRef value = tr_x(tr, in->rs2);
    return is_wide(in->id) ? value : LLVMBuildTrunc(B, value, tr->t.i32, "");
}

static void amo(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    check_alignment(tr, in, pc);
    LLVMValueRef address = tr_access(tr, in->rs1, 0);
    LLVMValueRef old = load(tr, is_wide(in->id) ? tr->t.i64 : tr->t.i32, address);
    LLVMValueRef result = combine(tr, in->id, old, operand(tr, in));
    store(tr, result, tr_access(tr, in->rs1, 0));
    tr_set_x(tr, in->rd, widen(tr, old));
}

static void load_reserved(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    check_alignment(tr, in, pc);
    LLVMValueRef value = load(tr, is_wide(in->id) ? tr->t.i64 : tr->t.i32, tr_access(tr, in->rs1, 0));
    LLVMValueRef address = LLVMBuildTrunc(B, tr_x(tr, in->rs1), tr->t.i32, "");
    tr_store_cpu(tr, address, offsetof(struct cpu, reservation));
    tr_store_cpu(tr, LLVMConstInt(tr->t.i8, is_wide(in->id) ? 8 : 4, 0), offsetof(struct cpu, reserved));
    tr_set_x(tr, in->rd, widen(tr, value));
}

static void store_conditional(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    check_alignment(tr, in, pc);
    LLVMValueRef address = LLVMBuildTrunc(B, tr_x(tr, in->rs1), tr->t.i32, "");
    LLVMValueRef value = operand(tr, in);
    LLVMValueRef reserved = tr_load_cpu(tr, tr->t.i8, offsetof(struct cpu, reserved));
    LLVMValueRef reservation = tr_load_cpu(tr, tr->t.i32, offsetof(struct cpu, reservation));
    LLVMValueRef width = LLVMConstInt(tr->t.i8, is_wide(in->id) ? 8 : 4, 0);
    LLVMValueRef mine = LLVMBuildAnd(B, LLVMBuildICmp(B, LLVMIntEQ, reserved, width, ""),
                                     LLVMBuildICmp(B, LLVMIntEQ, reservation, address, ""), "");
    LLVMBasicBlockRef write = tr_block(tr, "write"), done = tr_block(tr, "done");
    LLVMBuildCondBr(B, mine, write, done);
    LLVMPositionBuilderAtEnd(B, write);
    store(tr, value, tr_access(tr, in->rs1, 0));
    LLVMBuildBr(B, done);
    LLVMPositionBuilderAtEnd(B, done);
    tr_store_cpu(tr, LLVMConstInt(tr->t.i8, 0, 0), offsetof(struct cpu, reserved));
    tr_set_x(tr, in->rd, LLVMBuildZExt(B, LLVMBuildNot(B, mine, ""), tr->t.i64, ""));
}

bool translate_memory(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_LOAD:
        load_integer(tr, in);
        return true;
    case RISCV_FORMAT_STORE: {
        LLVMValueRef value = tr_x(tr, in->rs2);
        if (in->id != RISCV_SD)
            value = LLVMBuildTrunc(B, value, type_of(tr, in->id), "");
        store(tr, value, tr_access(tr, in->rs1, in->imm));
        return true;
    }
    case RISCV_FORMAT_FLOAD:
        load_float(tr, in);
        return true;
    case RISCV_FORMAT_FSTORE:
        store_float(tr, in, pc);
        return true;
    case RISCV_FORMAT_LR:
        load_reserved(tr, in, pc);
        return true;
    case RISCV_FORMAT_AMO:
        if (in->id == RISCV_SC_W || in->id == RISCV_SC_D)
            store_conditional(tr, in, pc);
        else
            amo(tr, in, pc);
        return true;
    default:
        return false;
    }
}
