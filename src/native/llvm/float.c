/* SPDX-License-Identifier: Apache-2.0
 *
 * Floating point by the host's instructions, as the interpreter does it: functions with instructions that round are
 * only entered with frm at "to nearest even", flags accrue in the host's control word, and what the host does in
 * another way (a conversion that does not fit, unboxed singles, minima of equal or unordered numbers) goes to the
 * reference, fp_execute. All arithmetic is by constrained intrinsics: LLVM must keep every flag where it is.
 */
#include "native/llvm/translate.h"

#include <stddef.h>

#define B tr->builder

/* ---- the slow way ------------------------------------------------------------------------------------- */

/* A computation whose fast way is left for the slow one as soon as a condition fails. */
struct attempt {
    const struct riscv_instruction *in;
    LLVMBasicBlockRef slow, join;
    plan_set uses, defines;
    bool used;
};

static void attempt_begin(struct translator *tr, struct attempt *attempt, const struct riscv_instruction *in)
{
    *attempt = (struct attempt){.in = in, .slow = tr_block(tr, "slow"), .join = tr_block(tr, "join")};
    plan_operands(in, &attempt->uses, &attempt->defines);
    for (unsigned n = 0; n < 64; n++) /* values that both ways use must be made before they part */
        if (attempt->uses >> n & 1)
            (void)(n < FIRST_FLOAT || (tr->loose >> n & 1) ? tr_read(tr, n) : tr_f(tr, n - FIRST_FLOAT));
}

static void attempt_require(struct translator *tr, struct attempt *attempt, LLVMValueRef condition)
{
    LLVMBasicBlockRef good = tr_block(tr, "fast");
    tr_branch_unlikely(tr, LLVMBuildNot(B, condition, ""), attempt->slow, good);
    LLVMPositionBuilderAtEnd(B, good);
    attempt->used = true;
}

static LLVMValueRef slow_call(struct translator *tr, const struct attempt *attempt)
{
    const struct riscv_instruction *in = attempt->in;
    for (unsigned n = 0; n < 64; n++) {
        if (!(attempt->uses >> n & 1))
            continue;
        LLVMValueRef value = tr_read(tr, n);
        tr_store_cpu(tr, tr->loose >> n & 1 ? tr_box(tr, value) : value, tr_offset_of(n));
    }
    bool to_integer = !(attempt->defines >> FIRST_FLOAT);
    unsigned rd = to_integer && in->rd == 0 ? CPU_SINK : in->rd;
    uint64_t packed = in->id | (uint64_t)in->rm << 16 | (uint64_t)rd << 24 | (uint64_t)in->rs1 << 32 |
                      (uint64_t)in->rs2 << 40 | (uint64_t)in->rs3 << 48;
    LLVMTypeRef type = LLVMFunctionType(tr->t.i64, (LLVMTypeRef[]){tr->t.pointer, tr->t.i64}, 2, 0);
    LLVMValueRef helper = tr_load_cpu(tr, tr->t.pointer, offsetof(struct cpu, native.fp));
    LLVMValueRef call =
        LLVMBuildCall2(B, type, helper, (LLVMValueRef[]){tr_cpu_field(tr, 0), tr_i64(tr, (int64_t)packed)}, 2, "");
    LLVMSetInstructionCallConv(call, PRESERVE_ALL);
    size_t offset = to_integer ? offsetof(struct cpu, x) + 8 * rd : offsetof(struct cpu, f) + 8 * rd;
    return tr_load_cpu(tr, to_integer ? tr->t.i64 : tr->t.f64, offset);
}

/* The result is `fast`, or what the slow way says. */
static LLVMValueRef attempt_end(struct translator *tr, struct attempt *attempt, LLVMValueRef fast)
{
    if (!attempt->used) {
        LLVMDeleteBasicBlock(attempt->slow);
        LLVMBuildBr(B, attempt->join);
        LLVMPositionBuilderAtEnd(B, attempt->join);
        return fast;
    }
    LLVMBasicBlockRef fast_block = LLVMGetInsertBlock(B);
    LLVMBuildBr(B, attempt->join);
    LLVMPositionBuilderAtEnd(B, attempt->slow);
    LLVMValueRef slow = slow_call(tr, attempt);
    LLVMBasicBlockRef slow_block = LLVMGetInsertBlock(B);
    LLVMBuildBr(B, attempt->join);
    LLVMPositionBuilderAtEnd(B, attempt->join);
    LLVMValueRef phi = LLVMBuildPhi(B, LLVMTypeOf(fast), "");
    LLVMAddIncoming(phi, (LLVMValueRef[]){fast, slow}, (LLVMBasicBlockRef[]){fast_block, slow_block}, 2);
    return phi;
}

static void slow_only(struct translator *tr, const struct riscv_instruction *in)
{
    struct attempt attempt = {.in = in};
    plan_operands(in, &attempt.uses, &attempt.defines);
    tr_settle(tr, attempt.uses);
    LLVMValueRef result = slow_call(tr, &attempt);
    if (attempt.defines >> FIRST_FLOAT)
        tr_set_f(tr, in->rd, result);
    else
        tr_set_x(tr, in->rd, result);
}

/* ---- singles ------------------------------------------------------------------------------------------ */

static LLVMValueRef bits_of(struct translator *tr, LLVMValueRef value)
{
    return LLVMBuildBitCast(B, value, tr->t.i64, "");
}

static LLVMValueRef from_bits(struct translator *tr, LLVMValueRef bits)
{
    return LLVMBuildBitCast(B, bits, tr->t.f64, "");
}

static LLVMValueRef single(struct translator *tr, struct attempt *attempt, unsigned number)
{
    if (tr->loose & PLAN_F(number))
        return tr_read(tr, FIRST_FLOAT + number);
    LLVMValueRef value = tr_f(tr, number);
    if (!(tr->boxed & PLAN_F(number))) {
        LLVMValueRef high = LLVMBuildLShr(B, bits_of(tr, value), tr_i64(tr, 32), "");
        attempt_require(tr, attempt, LLVMBuildICmp(B, LLVMIntEQ, high, tr_i64(tr, UINT32_MAX), ""));
    }
    return tr_single(tr, value);
}

/* The result is loose, unless the slow way might have made it. */
static void set_single(struct translator *tr, struct attempt *attempt, LLVMValueRef value)
{
    bool used = attempt->used;
    value = attempt_end(tr, attempt, used ? tr_box(tr, value) : value);
    if (!used) {
        tr_set_raw(tr, attempt->in->rd, value);
        return;
    }
    tr_set_f(tr, attempt->in->rd, value);
    tr->boxed |= PLAN_F(attempt->in->rd); /* fp_execute boxes as well */
}

/* ---- arithmetic ---------------------------------------------------------------------------------------- */

static LLVMValueRef strict(struct translator *tr, enum intrinsic which, LLVMValueRef *operands, unsigned count,
                           bool rounds)
{
    LLVMValueRef arguments[6];
    for (unsigned i = 0; i < count; i++)
        arguments[i] = operands[i];
    if (rounds)
        arguments[count++] = tr->round_nearest;
    arguments[count++] = tr->except_strict;
    return tr_intrinsic(tr, which, arguments, count);
}

static LLVMValueRef flip_sign(struct translator *tr, LLVMValueRef value)
{
    return LLVMBuildFNeg(B, value, "");
}

static void arithmetic(struct translator *tr, const struct riscv_instruction *in, enum intrinsic which, bool narrow,
                       unsigned count)
{
    if (!narrow) {
        LLVMValueRef operands[] = {tr_f_raw(tr, in->rs1), count > 1 ? tr_f_raw(tr, in->rs2) : NULL};
        tr_set_raw(tr, in->rd, strict(tr, which, operands, count, true));
        return;
    }
    struct attempt attempt;
    attempt_begin(tr, &attempt, in);
    LLVMValueRef operands[2] = {single(tr, &attempt, in->rs1)};
    if (count > 1)
        operands[1] = single(tr, &attempt, in->rs2);
    set_single(tr, &attempt, strict(tr, which, operands, count, true));
}

/* Rounded once. A NaN goes the slow way, as infinity times zero plus NaN is invalid here and not there. */
static void fused(struct translator *tr, const struct riscv_instruction *in, bool narrow, bool negate_a, bool negate_c)
{
    struct attempt attempt;
    if (!tr->host_fma) {
        slow_only(tr, in);
        return;
    }
    attempt_begin(tr, &attempt, in);
    LLVMValueRef o[3];
    const uint8_t numbers[] = {in->rs1, in->rs2, in->rs3};
    for (unsigned i = 0; i < 3; i++)
        o[i] = narrow ? single(tr, &attempt, numbers[i]) : tr_f(tr, numbers[i]);
    if (negate_a)
        o[0] = flip_sign(tr, o[0]);
    if (negate_c)
        o[2] = flip_sign(tr, o[2]);
    LLVMValueRef result = strict(tr, narrow ? IN_FMA_S : IN_FMA, o, 3, true);
    attempt_require(tr, &attempt, tr_compare(tr, result, result, "ord", false));
    if (narrow)
        set_single(tr, &attempt, result);
    else
        tr_set_f(tr, in->rd, attempt_end(tr, &attempt, result));
}

static void comparison(struct translator *tr, const struct riscv_instruction *in, bool narrow, const char *predicate,
                       bool signals)
{
    struct attempt attempt;
    LLVMValueRef a, b, result;
    if (!narrow) {
        a = tr_f_raw(tr, in->rs1);
        b = tr_f_raw(tr, in->rs2);
        result = tr_compare(tr, a, b, predicate, signals);
        tr_set_x(tr, in->rd, LLVMBuildZExt(B, result, tr->t.i64, ""));
        return;
    }
    attempt_begin(tr, &attempt, in);
    a = single(tr, &attempt, in->rs1);
    b = single(tr, &attempt, in->rs2);
    result = tr_compare(tr, a, b, predicate, signals);
    tr_set_x(tr, in->rd, attempt_end(tr, &attempt, LLVMBuildZExt(B, result, tr->t.i64, "")));
}

/* Equal ones may be zeros of two signs. */
static void selection(struct translator *tr, const struct riscv_instruction *in, bool narrow, const char *predicate)
{
    struct attempt attempt;
    tr_settle(tr, PLAN_F(in->rs1) | PLAN_F(in->rs2));
    attempt_begin(tr, &attempt, in);
    LLVMValueRef a = narrow ? single(tr, &attempt, in->rs1) : tr_f(tr, in->rs1);
    LLVMValueRef b = narrow ? single(tr, &attempt, in->rs2) : tr_f(tr, in->rs2);
    attempt_require(tr, &attempt, tr_compare(tr, a, b, "one", false));
    LLVMValueRef first = tr_compare(tr, a, b, predicate, false);
    LLVMValueRef result = LLVMBuildSelect(B, first, tr_f(tr, in->rs1), tr_f(tr, in->rs2), "");
    plan_set boxed = narrow ? PLAN_F(in->rd) : tr->boxed & PLAN_F(in->rs1) & PLAN_F(in->rs2) ? PLAN_F(in->rd) : 0;
    tr_set_f(tr, in->rd, attempt_end(tr, &attempt, result));
    tr->boxed |= boxed;
}

static void inject_sign(struct translator *tr, const struct riscv_instruction *in, bool narrow, bool invert,
                        bool exclusive)
{
    int64_t sign = narrow ? INT64_C(1) << 31 : INT64_MIN;
    struct attempt attempt;
    tr_settle(tr, PLAN_F(in->rs1) | PLAN_F(in->rs2));
    attempt_begin(tr, &attempt, in);
    if (narrow) {
        (void)single(tr, &attempt, in->rs1);
        (void)single(tr, &attempt, in->rs2);
    }
    LLVMValueRef a = bits_of(tr, tr_f(tr, in->rs1)), b = bits_of(tr, tr_f(tr, in->rs2)), result;
    if (in->rs1 == in->rs2 && !exclusive && !invert)
        result = a;
    else if (in->rs1 == in->rs2 && invert)
        result = LLVMBuildXor(B, a, tr_i64(tr, sign), "");
    else if (in->rs1 == in->rs2)
        result = LLVMBuildAnd(B, a, tr_i64(tr, ~sign), "");
    else if (exclusive)
        result = LLVMBuildXor(B, a, LLVMBuildAnd(B, b, tr_i64(tr, sign), ""), "");
    else
        result = LLVMBuildOr(B, LLVMBuildAnd(B, a, tr_i64(tr, ~sign), ""),
                             LLVMBuildAnd(B, invert ? LLVMBuildNot(B, b, "") : b, tr_i64(tr, sign), ""), "");
    tr_set_f(tr, in->rd, attempt_end(tr, &attempt, from_bits(tr, result)));
    if (narrow)
        tr->boxed |= PLAN_F(in->rd);
}

/* ---- conversions --------------------------------------------------------------------------------------- */

/* The host says the smallest integer for what does not fit, with the invalid flag, which the slow way sets again. */
static void to_integer(struct translator *tr, const struct riscv_instruction *in, bool narrow, bool wide)
{
    struct attempt attempt;
    attempt_begin(tr, &attempt, in);
    LLVMValueRef value = narrow ? single(tr, &attempt, in->rs1) : tr_f(tr, in->rs1);
    LLVMTypeRef vector = LLVMVectorType(narrow ? tr->t.f32 : tr->t.f64, narrow ? 4 : 2);
    value = LLVMBuildInsertElement(B, LLVMConstNull(vector), value, LLVMConstInt(tr->t.i32, 0, 0), "");
    enum intrinsic which = narrow ? (wide ? IN_TO_I64_S : IN_TO_I32_S) : wide ? IN_TO_I64 : IN_TO_I32;
    LLVMValueRef result = tr_intrinsic(tr, which, &value, 1);
    LLVMValueRef indefinite = LLVMConstInt(LLVMTypeOf(result), UINT64_C(1) << (wide ? 63 : 31), 0);
    attempt_require(tr, &attempt, LLVMBuildICmp(B, LLVMIntNE, result, indefinite, ""));
    if (!wide)
        result = LLVMBuildSExt(B, result, tr->t.i64, "");
    tr_set_x(tr, in->rd, attempt_end(tr, &attempt, result));
}

static void from_integer(struct translator *tr, const struct riscv_instruction *in, bool narrow, bool wide,
                         bool is_signed)
{
    struct attempt attempt;
    attempt_begin(tr, &attempt, in);
    LLVMValueRef value = tr_x(tr, in->rs1);
    if (!wide) {
        value = LLVMBuildTrunc(B, value, tr->t.i32, "");
        if (!is_signed)
            value = LLVMBuildZExt(B, value, tr->t.i64, "");
    }
    bool from_64 = wide || !is_signed;
    value = strict(tr,
                   narrow    ? (from_64 ? IN_FROM_I64_S : IN_FROM_I32_S)
                   : from_64 ? IN_FROM_I64
                             : IN_FROM_I32,
                   &value, 1, true);
    if (narrow)
        set_single(tr, &attempt, value);
    else
        tr_set_f(tr, in->rd, attempt_end(tr, &attempt, value));
}

static void change_precision(struct translator *tr, const struct riscv_instruction *in, bool to_single)
{
    struct attempt attempt;
    attempt_begin(tr, &attempt, in);
    LLVMValueRef value = to_single ? tr_f_raw(tr, in->rs1) : single(tr, &attempt, in->rs1);
    value = strict(tr, to_single ? IN_TRUNC : IN_EXTEND, &value, 1, to_single);
    if (to_single)
        set_single(tr, &attempt, value);
    else
        tr_set_raw(tr, in->rd, attempt_end(tr, &attempt, value));
}

static bool convert(struct translator *tr, const struct riscv_instruction *in)
{
    if (in->format == RISCV_FORMAT_F_TO_X && in->rm != RISCV_RTZ)
        return false;
    switch (in->id) {
    case RISCV_FCVT_W_D:
        to_integer(tr, in, false, false);
        return true;
    case RISCV_FCVT_L_D:
        to_integer(tr, in, false, true);
        return true;
    case RISCV_FCVT_W_S:
        to_integer(tr, in, true, false);
        return true;
    case RISCV_FCVT_L_S:
        to_integer(tr, in, true, true);
        return true;
    case RISCV_FCVT_D_W:
        from_integer(tr, in, false, false, true);
        return true;
    case RISCV_FCVT_D_WU:
        from_integer(tr, in, false, false, false);
        return true;
    case RISCV_FCVT_D_L:
        from_integer(tr, in, false, true, true);
        return true;
    case RISCV_FCVT_S_W:
        from_integer(tr, in, true, false, true);
        return true;
    case RISCV_FCVT_S_WU:
        from_integer(tr, in, true, false, false);
        return true;
    case RISCV_FCVT_S_L:
        from_integer(tr, in, true, true, true);
        return true;
    case RISCV_FCVT_S_D:
        change_precision(tr, in, true);
        return true;
    case RISCV_FCVT_D_S:
        change_precision(tr, in, false);
        return true;
    default:
        return false;
    }
}

/* ---- dispatch ------------------------------------------------------------------------------------------ */

static bool compute(struct translator *tr, const struct riscv_instruction *in)
{
    switch (in->id) {
    case RISCV_FADD_D:
        arithmetic(tr, in, IN_FADD, false, 2);
        return true;
    case RISCV_FSUB_D:
        arithmetic(tr, in, IN_FSUB, false, 2);
        return true;
    case RISCV_FMUL_D:
        arithmetic(tr, in, IN_FMUL, false, 2);
        return true;
    case RISCV_FDIV_D:
        arithmetic(tr, in, IN_FDIV, false, 2);
        return true;
    case RISCV_FSQRT_D:
        arithmetic(tr, in, IN_SQRT, false, 1);
        return true;
    case RISCV_FADD_S:
        arithmetic(tr, in, IN_FADD_S, true, 2);
        return true;
    case RISCV_FSUB_S:
        arithmetic(tr, in, IN_FSUB_S, true, 2);
        return true;
    case RISCV_FMUL_S:
        arithmetic(tr, in, IN_FMUL_S, true, 2);
        return true;
    case RISCV_FDIV_S:
        arithmetic(tr, in, IN_FDIV_S, true, 2);
        return true;
    case RISCV_FSQRT_S:
        arithmetic(tr, in, IN_SQRT_S, true, 1);
        return true;
    case RISCV_FMADD_D:
        fused(tr, in, false, false, false);
        return true;
    case RISCV_FMSUB_D:
        fused(tr, in, false, false, true);
        return true;
    case RISCV_FNMSUB_D:
        fused(tr, in, false, true, false);
        return true;
    case RISCV_FNMADD_D:
        fused(tr, in, false, true, true);
        return true;
    case RISCV_FMADD_S:
        fused(tr, in, true, false, false);
        return true;
    case RISCV_FMSUB_S:
        fused(tr, in, true, false, true);
        return true;
    case RISCV_FNMSUB_S:
        fused(tr, in, true, true, false);
        return true;
    case RISCV_FNMADD_S:
        fused(tr, in, true, true, true);
        return true;
    default:
        return convert(tr, in);
    }
}

static bool move_or_compare(struct translator *tr, const struct riscv_instruction *in)
{
    switch (in->id) {
    case RISCV_FEQ_D:
        comparison(tr, in, false, "oeq", false);
        return true;
    case RISCV_FLT_D:
        comparison(tr, in, false, "olt", true);
        return true;
    case RISCV_FLE_D:
        comparison(tr, in, false, "ole", true);
        return true;
    case RISCV_FEQ_S:
        comparison(tr, in, true, "oeq", false);
        return true;
    case RISCV_FLT_S:
        comparison(tr, in, true, "olt", true);
        return true;
    case RISCV_FLE_S:
        comparison(tr, in, true, "ole", true);
        return true;
    case RISCV_FMIN_D:
        selection(tr, in, false, "olt");
        return true;
    case RISCV_FMAX_D:
        selection(tr, in, false, "ogt");
        return true;
    case RISCV_FMIN_S:
        selection(tr, in, true, "olt");
        return true;
    case RISCV_FMAX_S:
        selection(tr, in, true, "ogt");
        return true;
    case RISCV_FSGNJ_D:
        inject_sign(tr, in, false, false, false);
        return true;
    case RISCV_FSGNJN_D:
        inject_sign(tr, in, false, true, false);
        return true;
    case RISCV_FSGNJX_D:
        inject_sign(tr, in, false, false, true);
        return true;
    case RISCV_FSGNJ_S:
        inject_sign(tr, in, true, false, false);
        return true;
    case RISCV_FSGNJN_S:
        inject_sign(tr, in, true, true, false);
        return true;
    case RISCV_FSGNJX_S:
        inject_sign(tr, in, true, false, true);
        return true;
    case RISCV_FMV_X_D:
        tr_set_x(tr, in->rd, bits_of(tr, tr_f(tr, in->rs1)));
        return true;
    case RISCV_FMV_D_X:
        tr_set_f(tr, in->rd, from_bits(tr, tr_x(tr, in->rs1)));
        return true;
    case RISCV_FMV_X_W:
        tr_set_x(tr, in->rd,
                 LLVMBuildSExt(B, LLVMBuildTrunc(B, bits_of(tr, tr_f(tr, in->rs1)), tr->t.i32, ""), tr->t.i64, ""));
        return true;
    case RISCV_FMV_X_H:
        tr_set_x(tr, in->rd,
                 LLVMBuildSExt(B, LLVMBuildTrunc(B, bits_of(tr, tr_f(tr, in->rs1)), tr->t.i16, ""), tr->t.i64, ""));
        return true;
    default:
        return false;
    }
}

bool translate_float(struct translator *tr, const struct riscv_instruction *in)
{
    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_F4:
    case RISCV_FORMAT_F3:
    case RISCV_FORMAT_F3N:
    case RISCV_FORMAT_F2:
    case RISCV_FORMAT_FCOMPARE:
    case RISCV_FORMAT_F_TO_X:
    case RISCV_FORMAT_X_TO_F:
    case RISCV_FORMAT_FMOVE_X:
        break;
    case RISCV_FORMAT_XMOVE_F:
        if (in->id != RISCV_FMV_D_X) {
            int64_t mask = in->id == RISCV_FMV_W_X ? -(INT64_C(1) << 32) : -(INT64_C(1) << 16);
            LLVMValueRef bits = LLVMBuildOr(B, tr_x(tr, in->rs1), tr_i64(tr, mask), "");
            tr_set_f(tr, in->rd, from_bits(tr, bits));
            tr->boxed |= PLAN_F(in->rd);
            return true;
        }
        break;
    default:
        return false;
    }
    bool common =
        !(in->flags & RISCV_ROUNDS) || in->rm == RISCV_DYN || in->rm == RISCV_RNE || in->format == RISCV_FORMAT_F_TO_X;
    if (!common || !(compute(tr, in) || move_or_compare(tr, in)))
        slow_only(tr, in);
    return true;
}
