/* SPDX-License-Identifier: Apache-2.0
 *
 * The guest's registers while a block is translated: where their values are, and NaNs that are not canonical yet.
 */
#include "native/llvm/translate.h"

#include <stddef.h>
#include <string.h>

#define B tr->builder

/* By the order of parameters and results from REGISTER_AT on. */
#define PASS_X(n) n,
#define PASS_F(n) FIRST_FLOAT + (n),
const uint8_t tr_passed[PASSED + PARKED] = {NATIVE_PASSED_INTEGERS(PASS_X) NATIVE_PASSED_FLOATS(PASS_F)
                                                NATIVE_PARKED(PASS_X)};

size_t tr_offset_of(unsigned number)
{
    return number < FIRST_FLOAT ? offsetof(struct cpu, x) + 8 * number
                                : offsetof(struct cpu, f) + 8 * (number - FIRST_FLOAT);
}

LLVMTypeRef tr_type_of(struct translator *tr, unsigned number)
{
    return number < FIRST_FLOAT ? tr->t.i64 : tr->t.f64;
}

/* ---- registers within a block ----------------------------------------------------------------------- */

/* The variable in place of a register's place in struct cpu, or NULL. */
static LLVMValueRef parking_of(const struct translator *tr, unsigned number)
{
    for (unsigned i = 0; i < PARKED; i++)
        if (tr_passed[PASSED + i] == number)
            return tr->parked[i];
    return NULL;
}

LLVMValueRef tr_load_home(struct translator *tr, unsigned number)
{
    LLVMValueRef parking = parking_of(tr, number);
    if (!parking)
        return tr_load_cpu(tr, tr_type_of(tr, number), tr_offset_of(number));
    return LLVMBuildBitCast(B, LLVMBuildLoad2(B, tr->t.f64, parking, ""), tr->t.i64, "");
}

static void store_home(struct translator *tr, unsigned number, LLVMValueRef value)
{
    LLVMValueRef parking = parking_of(tr, number);
    if (parking)
        LLVMBuildStore(B, LLVMBuildBitCast(B, value, tr->t.f64, ""), parking);
    else
        tr_store_cpu(tr, value, tr_offset_of(number));
}

LLVMValueRef tr_read(struct translator *tr, unsigned number)
{
    if (!tr->now[number] && (tr->loose >> number & 1)) {
        tr->now[number] = LLVMBuildLoad2(B, tr->t.f32, tr->singles[number - FIRST_FLOAT], "");
    } else if (!tr->now[number]) {
        bool held = tr->held >> number & 1;
        tr->now[number] =
            held ? LLVMBuildLoad2(B, tr_type_of(tr, number), tr->variables[number], "") : tr_load_home(tr, number);
    }
    return tr->now[number];
}

static void write_register(struct translator *tr, unsigned number, LLVMValueRef value)
{
    tr->now[number] = value;
    tr->written |= UINT64_C(1) << number;
    tr->dirty |= UINT64_C(1) << number;
    tr->boxed &= ~(UINT64_C(1) << number);
    tr->raw &= ~(UINT64_C(1) << number);
    tr->loose &= ~(UINT64_C(1) << number);
}

LLVMValueRef tr_x(struct translator *tr, unsigned number)
{
    return number ? tr_read(tr, number) : tr_i64(tr, 0);
}

void tr_set_x(struct translator *tr, unsigned number, LLVMValueRef value)
{
    if (number)
        write_register(tr, number, value);
}

void tr_set_f(struct translator *tr, unsigned number, LLVMValueRef value)
{
    write_register(tr, FIRST_FLOAT + number, value);
}

void tr_set_raw(struct translator *tr, unsigned number, LLVMValueRef value)
{
    tr_set_f(tr, number, value);
    tr->raw |= PLAN_F(number);
    if (LLVMTypeOf(value) == tr->t.f32)
        tr->loose |= PLAN_F(number);
}

/* ---- NaNs: the host's has its sign set and keeps payloads ---- */

LLVMValueRef tr_compare(struct translator *tr, LLVMValueRef a, LLVMValueRef b, const char *predicate, bool signals)
{
    bool narrow = LLVMTypeOf(a) == tr->t.f32;
    enum intrinsic which = signals ? (narrow ? IN_FCMPS_S : IN_FCMPS) : narrow ? IN_FCMP_S : IN_FCMP;
    LLVMMetadataRef text = LLVMMDStringInContext2(tr->context, predicate, strlen(predicate));
    LLVMValueRef arguments[] = {a, b, LLVMMetadataAsValue(tr->context, text), tr->except_strict};
    return tr_intrinsic(tr, which, arguments, 4);
}

static LLVMValueRef is_unordered(struct translator *tr, LLVMValueRef a, LLVMValueRef b)
{
    return tr_compare(tr, a, b, "uno", false);
}

static LLVMValueRef canonical_nan(struct translator *tr, LLVMTypeRef type)
{
    LLVMValueRef bits =
        type == tr->t.f32 ? LLVMConstInt(tr->t.i32, 0x7fc00000, 0) : tr_i64(tr, INT64_C(0x7ff8000000000000));
    return LLVMConstBitCast(bits, type);
}

/* Makes values canonical, one or two of a type, by one look at them. */
static void mend(struct translator *tr, LLVMValueRef *values, unsigned count)
{
    LLVMTypeRef type = LLVMTypeOf(values[0]);
    LLVMValueRef bad = is_unordered(tr, values[0], values[count - 1]), mended[2];
    LLVMBasicBlockRef from = LLVMGetInsertBlock(B), nan = tr_block(tr, "nan"), done = tr_block(tr, "number");
    tr_branch_unlikely(tr, bad, nan, done);
    LLVMPositionBuilderAtEnd(B, nan);
    for (unsigned i = 0; i < count; i++)
        mended[i] = count == 1 ? canonical_nan(tr, type)
                               : LLVMBuildSelect(B, is_unordered(tr, values[i], values[i]), canonical_nan(tr, type),
                                                 values[i], "");
    LLVMBuildBr(B, done);
    LLVMPositionBuilderAtEnd(B, done);
    for (unsigned i = 0; i < count; i++) {
        LLVMValueRef phi = LLVMBuildPhi(B, type, "");
        LLVMAddIncoming(phi, (LLVMValueRef[]){values[i], mended[i]}, (LLVMBasicBlockRef[]){from, nan}, 2);
        values[i] = phi;
    }
}

LLVMValueRef tr_single(struct translator *tr, LLVMValueRef boxed)
{
    LLVMValueRef lanes = LLVMBuildBitCast(B, boxed, LLVMVectorType(tr->t.f32, 2), "");
    return LLVMBuildExtractElement(B, lanes, LLVMConstInt(tr->t.i32, 0, 0), "");
}

static LLVMValueRef in_box(struct translator *tr, LLVMValueRef single)
{
    LLVMValueRef ones = LLVMBuildBitCast(B, tr_i64(tr, -1), LLVMVectorType(tr->t.f32, 2), "");
    LLVMValueRef vector = LLVMBuildInsertElement(B, ones, single, LLVMConstInt(tr->t.i32, 0, 0), "");
    return LLVMBuildBitCast(B, vector, tr->t.f64, "");
}

LLVMValueRef tr_box(struct translator *tr, LLVMValueRef single)
{
    mend(tr, &single, 1);
    return in_box(tr, single);
}

/* One register that is raw, or two of a kind. */
static void settle(struct translator *tr, const unsigned *numbers, unsigned count)
{
    LLVMValueRef values[2] = {NULL};
    for (unsigned i = 0; i < count; i++)
        values[i] = tr_read(tr, FIRST_FLOAT + numbers[i]);
    mend(tr, values, count);
    for (unsigned i = 0; i < count; i++) {
        plan_set bit = PLAN_F(numbers[i]), loose = tr->loose & bit;
        tr->now[FIRST_FLOAT + numbers[i]] = loose ? in_box(tr, values[i]) : values[i];
        tr->written |= bit;
        tr->raw &= ~bit;
        tr->loose &= ~bit;
        tr->boxed |= loose;
    }
}

LLVMValueRef tr_f(struct translator *tr, unsigned number)
{
    if (tr->raw & PLAN_F(number))
        settle(tr, &number, 1);
    return tr_read(tr, FIRST_FLOAT + number);
}

LLVMValueRef tr_f_raw(struct translator *tr, unsigned number)
{
    return tr->loose & PLAN_F(number) ? tr_f(tr, number) : tr_read(tr, FIRST_FLOAT + number);
}

static void settle_kind(struct translator *tr, plan_set set)
{
    unsigned pair[2], count = 0;
    for (unsigned n = 0; n < 32; n++) {
        if (set & PLAN_F(n))
            pair[count++] = n;
        if (count && (count == 2 || n == 31)) {
            settle(tr, pair, count);
            count = 0;
        }
    }
}

void tr_settle(struct translator *tr, plan_set set)
{
    plan_set doubles = set & tr->raw & ~tr->loose, singles = set & tr->loose;
    settle_kind(tr, doubles);
    settle_kind(tr, singles);
}

void tr_store_in_cpu(struct translator *tr, plan_set set)
{
    for (unsigned n = 1; n < 64; n++)
        if ((set & ~PLAN_PASSED) >> n & 1)
            store_home(tr, n, tr_read(tr, n));
}

void tr_store_variables(struct translator *tr, plan_set set)
{
    for (unsigned n = 1; n < 64; n++)
        if (set >> n & 1)
            LLVMBuildStore(B, tr->now[n], tr->loose >> n & 1 ? tr->singles[n - FIRST_FLOAT] : tr->variables[n]);
}
