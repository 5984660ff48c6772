/* SPDX-License-Identifier: Apache-2.0 */
#include "native/llvm/translate.h"

#define B tr->builder

static LLVMValueRef low(struct translator *tr, LLVMValueRef value)
{
    return LLVMBuildTrunc(B, value, tr->t.i32, "");
}

static LLVMValueRef extend(struct translator *tr, LLVMValueRef value)
{
    return LLVMBuildSExt(B, value, tr->t.i64, "");
}

static LLVMValueRef zero_extend(struct translator *tr, LLVMValueRef value)
{
    return LLVMBuildZExt(B, value, tr->t.i64, "");
}

static LLVMValueRef constant_like(LLVMValueRef like, int64_t value)
{
    return LLVMConstInt(LLVMTypeOf(like), (unsigned long long)value, 1);
}

static LLVMValueRef compare(struct translator *tr, LLVMIntPredicate predicate, LLVMValueRef a, LLVMValueRef b)
{
    return zero_extend(tr, LLVMBuildICmp(B, predicate, a, b, ""));
}

static LLVMValueRef masked(struct translator *tr, LLVMValueRef count)
{
    unsigned width = LLVMGetIntTypeWidth(LLVMTypeOf(count));
    return LLVMBuildAnd(B, count, constant_like(count, width - 1), "");
}

static LLVMValueRef shift(struct translator *tr, LLVMOpcode opcode, LLVMValueRef value, LLVMValueRef count)
{
    return LLVMBuildBinOp(B, opcode, value, masked(tr, count), "");
}

static LLVMValueRef multiply_high(struct translator *tr, LLVMValueRef a, bool a_signed, LLVMValueRef b, bool b_signed)
{
    LLVMValueRef wide_a = a_signed ? LLVMBuildSExt(B, a, tr->t.i128, "") : LLVMBuildZExt(B, a, tr->t.i128, "");
    LLVMValueRef wide_b = b_signed ? LLVMBuildSExt(B, b, tr->t.i128, "") : LLVMBuildZExt(B, b, tr->t.i128, "");
    LLVMValueRef product = LLVMBuildMul(B, wide_a, wide_b, "");
    LLVMValueRef high = LLVMBuildLShr(B, product, LLVMConstInt(tr->t.i128, 64, 0), "");
    return LLVMBuildTrunc(B, high, tr->t.i64, "");
}

/* Division by zero and the one overflow have results; the host's instruction must see neither. */
static LLVMValueRef divide(struct translator *tr, LLVMValueRef a, LLVMValueRef b, bool is_signed, bool remainder)
{
    LLVMValueRef zero = constant_like(b, 0), one = constant_like(b, 1), minus_one = constant_like(b, -1);
    LLVMValueRef by_zero = LLVMBuildICmp(B, LLVMIntEQ, b, zero, "");

    if (!is_signed) {
        LLVMValueRef safe = LLVMBuildSelect(B, by_zero, one, b, "");
        LLVMValueRef result = remainder ? LLVMBuildURem(B, a, safe, "") : LLVMBuildUDiv(B, a, safe, "");
        return LLVMBuildSelect(B, by_zero, remainder ? a : minus_one, result, "");
    }
    LLVMValueRef by_minus_one = LLVMBuildICmp(B, LLVMIntEQ, b, minus_one, "");
    LLVMValueRef safe = LLVMBuildSelect(B, LLVMBuildOr(B, by_zero, by_minus_one, ""), one, b, "");
    LLVMValueRef result = remainder ? LLVMBuildSRem(B, a, safe, "") : LLVMBuildSDiv(B, a, safe, "");
    LLVMValueRef negated = remainder ? zero : LLVMBuildSub(B, zero, a, "");
    result = LLVMBuildSelect(B, by_minus_one, negated, result, "");
    return LLVMBuildSelect(B, by_zero, remainder ? a : minus_one, result, "");
}

static LLVMValueRef shift_add(struct translator *tr, LLVMValueRef a, unsigned amount, LLVMValueRef b)
{
    return LLVMBuildAdd(B, LLVMBuildShl(B, a, tr_i64(tr, amount), ""), b, "");
}

static LLVMValueRef rotate(struct translator *tr, LLVMValueRef value, LLVMValueRef count, bool left)
{
    bool narrow = LLVMTypeOf(value) == tr->t.i32;
    enum intrinsic which = narrow ? (left ? IN_FSHL32 : IN_FSHR32) : left ? IN_FSHL : IN_FSHR;
    return tr_intrinsic(tr, which, (LLVMValueRef[]){value, value, count}, 3);
}

static LLVMValueRef count_zeros(struct translator *tr, enum intrinsic which, LLVMValueRef value)
{
    return tr_intrinsic(tr, which, (LLVMValueRef[]){value, LLVMConstInt(tr->t.i1, 0, 0)}, 2);
}

static LLVMValueRef binary(struct translator *tr, enum intrinsic which, LLVMValueRef a, LLVMValueRef b)
{
    return tr_intrinsic(tr, which, (LLVMValueRef[]){a, b}, 2);
}

static LLVMValueRef unary(struct translator *tr, enum intrinsic which, LLVMValueRef a)
{
    return tr_intrinsic(tr, which, &a, 1);
}

/* Every byte that is not zero becomes 0xff. */
static LLVMValueRef or_combine(struct translator *tr, LLVMValueRef value)
{
    LLVMValueRef low_bits = tr_i64(tr, INT64_C(0x7f7f7f7f7f7f7f7f));
    LLVMValueRef sum = LLVMBuildAdd(B, LLVMBuildAnd(B, value, low_bits, ""), low_bits, "");
    LLVMValueRef high = LLVMBuildAnd(B, LLVMBuildOr(B, sum, value, ""), LLVMBuildNot(B, low_bits, ""), "");
    LLVMValueRef ones = LLVMBuildLShr(B, high, tr_i64(tr, 7), "");
    return LLVMBuildMul(B, ones, tr_i64(tr, 0xff), "");
}

static LLVMValueRef bit(struct translator *tr, LLVMValueRef number)
{
    return shift(tr, LLVMShl, tr_i64(tr, 1), number);
}

/* Instructions with 64-bit operands; `b` is rs2 or the immediate. */
/* clang-format off */
static LLVMValueRef wide(struct translator *tr, unsigned id, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef zero = tr_i64(tr, 0);

    switch (id) {
    case RISCV_ADDI: case RISCV_ADD: return LLVMBuildAdd(B, a, b, "");
    case RISCV_SUB: return LLVMBuildSub(B, a, b, "");
    case RISCV_SLLI: case RISCV_SLL: return shift(tr, LLVMShl, a, b);
    case RISCV_SRLI: case RISCV_SRL: return shift(tr, LLVMLShr, a, b);
    case RISCV_SRAI: case RISCV_SRA: return shift(tr, LLVMAShr, a, b);
    case RISCV_SLTI: case RISCV_SLT: return compare(tr, LLVMIntSLT, a, b);
    case RISCV_SLTIU: case RISCV_SLTU: return compare(tr, LLVMIntULT, a, b);
    case RISCV_XORI: case RISCV_XOR: return LLVMBuildXor(B, a, b, "");
    case RISCV_ORI: case RISCV_OR: return LLVMBuildOr(B, a, b, "");
    case RISCV_ANDI: case RISCV_AND: return LLVMBuildAnd(B, a, b, "");
    case RISCV_MUL: return LLVMBuildMul(B, a, b, "");
    case RISCV_MULH: return multiply_high(tr, a, true, b, true);
    case RISCV_MULHSU: return multiply_high(tr, a, true, b, false);
    case RISCV_MULHU: return multiply_high(tr, a, false, b, false);
    case RISCV_DIV: return divide(tr, a, b, true, false);
    case RISCV_DIVU: return divide(tr, a, b, false, false);
    case RISCV_REM: return divide(tr, a, b, true, true);
    case RISCV_REMU: return divide(tr, a, b, false, true);
    case RISCV_SH1ADD: return shift_add(tr, a, 1, b);
    case RISCV_SH2ADD: return shift_add(tr, a, 2, b);
    case RISCV_SH3ADD: return shift_add(tr, a, 3, b);
    case RISCV_ADD_UW: return shift_add(tr, zero_extend(tr, low(tr, a)), 0, b);
    case RISCV_SH1ADD_UW: return shift_add(tr, zero_extend(tr, low(tr, a)), 1, b);
    case RISCV_SH2ADD_UW: return shift_add(tr, zero_extend(tr, low(tr, a)), 2, b);
    case RISCV_SH3ADD_UW: return shift_add(tr, zero_extend(tr, low(tr, a)), 3, b);
    case RISCV_SLLI_UW: return shift(tr, LLVMShl, zero_extend(tr, low(tr, a)), b);
    case RISCV_ANDN: return LLVMBuildAnd(B, a, LLVMBuildNot(B, b, ""), "");
    case RISCV_ORN: return LLVMBuildOr(B, a, LLVMBuildNot(B, b, ""), "");
    case RISCV_XNOR: return LLVMBuildNot(B, LLVMBuildXor(B, a, b, ""), "");
    case RISCV_CLZ: return count_zeros(tr, IN_CTLZ, a);
    case RISCV_CTZ: return count_zeros(tr, IN_CTTZ, a);
    case RISCV_CPOP: return unary(tr, IN_CTPOP, a);
    case RISCV_CLZW: return zero_extend(tr, count_zeros(tr, IN_CTLZ32, low(tr, a)));
    case RISCV_CTZW: return zero_extend(tr, count_zeros(tr, IN_CTTZ32, low(tr, a)));
    case RISCV_CPOPW: return zero_extend(tr, unary(tr, IN_CTPOP32, low(tr, a)));
    case RISCV_SEXT_B: return extend(tr, LLVMBuildTrunc(B, a, tr->t.i8, ""));
    case RISCV_SEXT_H: return extend(tr, LLVMBuildTrunc(B, a, tr->t.i16, ""));
    case RISCV_ZEXT_H: return zero_extend(tr, LLVMBuildTrunc(B, a, tr->t.i16, ""));
    case RISCV_ORC_B: return or_combine(tr, a);
    case RISCV_REV8: return unary(tr, IN_BSWAP, a);
    case RISCV_MIN: return binary(tr, IN_SMIN, a, b);
    case RISCV_MAX: return binary(tr, IN_SMAX, a, b);
    case RISCV_MINU: return binary(tr, IN_UMIN, a, b);
    case RISCV_MAXU: return binary(tr, IN_UMAX, a, b);
    case RISCV_ROL: return rotate(tr, a, b, true);
    case RISCV_RORI: case RISCV_ROR: return rotate(tr, a, b, false);
    case RISCV_BCLRI: case RISCV_BCLR: return LLVMBuildAnd(B, a, LLVMBuildNot(B, bit(tr, b), ""), "");
    case RISCV_BEXTI: case RISCV_BEXT: return LLVMBuildAnd(B, shift(tr, LLVMLShr, a, b), tr_i64(tr, 1), "");
    case RISCV_BINVI: case RISCV_BINV: return LLVMBuildXor(B, a, bit(tr, b), "");
    case RISCV_BSETI: case RISCV_BSET: return LLVMBuildOr(B, a, bit(tr, b), "");
    case RISCV_CZERO_EQZ: return LLVMBuildSelect(B, LLVMBuildICmp(B, LLVMIntEQ, b, zero, ""), zero, a, "");
    case RISCV_CZERO_NEZ: return LLVMBuildSelect(B, LLVMBuildICmp(B, LLVMIntNE, b, zero, ""), zero, a, "");
    default: return NULL;
    }
}

/* clang-format on */

/* Instructions that work on the low 32 bits and sign-extend the result. */
static LLVMValueRef narrow(struct translator *tr, unsigned id, LLVMValueRef a, LLVMValueRef b)
{
    switch (id) {
    case RISCV_ADDIW:
    case RISCV_ADDW:
        return LLVMBuildAdd(B, a, b, "");
    case RISCV_SUBW:
        return LLVMBuildSub(B, a, b, "");
    case RISCV_SLLIW:
    case RISCV_SLLW:
        return shift(tr, LLVMShl, a, b);
    case RISCV_SRLIW:
    case RISCV_SRLW:
        return shift(tr, LLVMLShr, a, b);
    case RISCV_SRAIW:
    case RISCV_SRAW:
        return shift(tr, LLVMAShr, a, b);
    case RISCV_MULW:
        return LLVMBuildMul(B, a, b, "");
    case RISCV_DIVW:
        return divide(tr, a, b, true, false);
    case RISCV_DIVUW:
        return divide(tr, a, b, false, false);
    case RISCV_REMW:
        return divide(tr, a, b, true, true);
    case RISCV_REMUW:
        return divide(tr, a, b, false, true);
    case RISCV_ROLW:
        return rotate(tr, a, b, true);
    case RISCV_RORIW:
    case RISCV_RORW:
        return rotate(tr, a, b, false);
    default:
        return NULL;
    }
}

static bool has_immediate(unsigned format)
{
    return format == RISCV_FORMAT_I || format == RISCV_FORMAT_SHIFT5 || format == RISCV_FORMAT_SHIFT6;
}

static LLVMValueRef compute(struct translator *tr, unsigned id, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef result = wide(tr, id, a, b);
    if (!result) {
        result = narrow(tr, id, low(tr, a), low(tr, b));
        CHECK(result);
        result = extend(tr, result);
    }
    return result;
}

static bool divides(unsigned id)
{
    return id == RISCV_DIV || id == RISCV_DIVU || id == RISCV_REM || id == RISCV_REMU || id == RISCV_DIVW ||
           id == RISCV_DIVUW || id == RISCV_REMW || id == RISCV_REMUW;
}

/* Compilers for RISC-V leave division by a constant to the instruction. To multiply by the inverse is several times as
 * fast, and to compare the divisor first costs next to nothing. */
static LLVMValueRef divide_by_guess(struct translator *tr, unsigned id, LLVMValueRef a, LLVMValueRef b, uint64_t guess)
{
    LLVMBasicBlockRef usual = tr_block(tr, "usual"), other = tr_block(tr, "other"), both = tr_block(tr, "both");
    LLVMValueRef constant = tr_i64(tr, (int64_t)guess), results[2];

    tr_branch_unlikely(tr, LLVMBuildICmp(B, LLVMIntNE, b, constant, ""), other, usual);
    LLVMPositionBuilderAtEnd(B, usual);
    results[0] = compute(tr, id, a, constant);
    LLVMBuildBr(B, both);
    LLVMPositionBuilderAtEnd(B, other);
    results[1] = compute(tr, id, a, b);
    LLVMBuildBr(B, both);
    LLVMPositionBuilderAtEnd(B, both);
    LLVMValueRef result = LLVMBuildPhi(B, tr->t.i64, "");
    LLVMAddIncoming(result, results, (LLVMBasicBlockRef[]){usual, other}, 2);
    return result;
}

void translate_integer(struct translator *tr, const struct riscv_instruction *in, uint32_t pc)
{
    if (in->format == RISCV_FORMAT_NONE || in->format == RISCV_FORMAT_FENCE || in->rd == 0)
        return; /* pause and fences; results that nobody sees */
    if (in->id == RISCV_LUI || in->id == RISCV_AUIPC) {
        tr_set_x(tr, in->rd, tr_i64(tr, in->id == RISCV_LUI ? in->imm : (int64_t)pc + in->imm));
        return;
    }
    LLVMValueRef a = tr_x(tr, in->rs1);
    LLVMValueRef b = has_immediate(in->format) ? tr_i64(tr, in->imm) : tr_x(tr, in->rs2);
    uint64_t guess;
    if (divides(in->id) && plan_guess_constant(tr->plan, tr->body->function, pc, in->rs2, &guess))
        tr_set_x(tr, in->rd, divide_by_guess(tr, in->id, a, b, guess));
    else
        tr_set_x(tr, in->rd, compute(tr, in->id, a, b));
}
