/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/interp.h"

#include <stddef.h>

#include "base/check.h"
#include "base/clock.h"
#include "machine/operations.h"

#if HOST_FP
#include <ucontext.h>
#endif

/* ---- what handlers call ---------------------------------------------------------------------------- */

static inline uint64_t divide(int64_t a, int64_t b)
{
    if (unlikely(b == 0))
        return UINT64_MAX;
    return b == -1 ? 0 - (uint64_t)a : (uint64_t)(a / b);
}

static inline uint64_t remainder_of(int64_t a, int64_t b)
{
    if (unlikely(b == 0))
        return (uint64_t)a;
    return b == -1 ? 0 : (uint64_t)(a % b);
}

static inline uint64_t divide_32(int32_t a, int32_t b)
{
    if (unlikely(b == 0))
        return UINT64_MAX;
    return sign_extend_32(b == -1 ? 0 - (uint32_t)a : (uint32_t)(a / b));
}

static inline uint64_t remainder_32(int32_t a, int32_t b)
{
    if (unlikely(b == 0))
        return sign_extend_32((uint32_t)a);
    return b == -1 ? 0 : sign_extend_32((uint32_t)(a % b));
}

static inline uint64_t rotate_right(uint64_t value, uint64_t count)
{
    return value >> (count & 63) | value << (-count & 63);
}

static inline uint64_t rotate_right_32(uint64_t value, uint64_t count)
{
    uint32_t low = (uint32_t)value;
    return sign_extend_32(low >> (count & 31) | low << (-count & 31));
}

/* Bit i of the result is bit i + shift of the 127-bit carry-less product. */
static uint64_t carryless_product(uint64_t a, uint64_t b, unsigned shift)
{
    unsigned __int128 product = 0, wide = a;
    for (unsigned i = 0; i < 64; i++)
        product ^= b >> i & 1 ? wide << i : 0;
    return (uint64_t)(product >> shift);
}

static uint64_t or_combine(uint64_t value)
{
    uint64_t result = 0;
    for (unsigned i = 0; i < 64; i += 8)
        result |= value >> i & 0xff ? UINT64_C(0xff) << i : 0;
    return result;
}

static uint64_t csr_read(struct cpu *cpu, unsigned number, uint64_t retired)
{
    switch (number) {
    case 0x001:
        fp_collect(cpu);
        return cpu->fflags;
    case 0x002:
        return cpu->frm;
    case 0x003:
        fp_collect(cpu);
        return (uint64_t)(cpu->frm << 5 | cpu->fflags);
    case 0xc01: /* time: 10 MHz, in the steps of the coarse clock */
        return (uint64_t)((cpu->clock ? cpu->clock(cpu) : clock_wall_coarse()) / 100);
    default: /* cycle, instret: one instruction is one cycle */
        return retired;
    }
}

static void csr_write(struct cpu *cpu, unsigned number, uint64_t value)
{
    fp_collect(cpu);
    if (number != 0x002)
        cpu->fflags = value & 0x1f;
    if (number == 0x002)
        cpu->frm = value & 7;
    if (number == 0x003)
        cpu->frm = value >> 5 & 7;
}

/* code.c lets only CSRs that exist come here, and no writes to those that are read-only. */
static __attribute__((noinline)) void csr_execute(struct cpu *cpu, const struct op *op, uint64_t retired)
{
    unsigned number = (unsigned)op->low & 0xffff, id = (unsigned)op->low >> 16;
    bool immediate = id == RISCV_CSRRWI || id == RISCV_CSRRSI || id == RISCV_CSRRCI;
    uint64_t operand = immediate ? op->rs1 : cpu->x[op->rs1];
    uint64_t old = csr_read(cpu, number, retired);

    if (id == RISCV_CSRRW || id == RISCV_CSRRWI)
        csr_write(cpu, number, operand);
    else if (op->rs1 != 0)
        csr_write(cpu, number, id == RISCV_CSRRS || id == RISCV_CSRRSI ? old | operand : old & ~operand);
    cpu->x[op->rd] = old;
}

/* The operation in its own slot, if this is the copy that runs at the end of a page. */
static inline const struct op *op_of_slot(const struct op *op, const struct cpu *cpu, const struct run *run)
{
    return op >= run->crossing && op < run->crossing + 3 ? cpu->crossing : op;
}

/* ---- handlers -------------------------------------------------------------------------------------- */

/* A handler in both sizes. */
#define OP(name, ...)                                                                                                  \
    HANDLER(name##_2)                                                                                                  \
    {                                                                                                                  \
        {__VA_ARGS__} NEXT(1);                                                                                         \
    }                                                                                                                  \
    HANDLER(name##_4)                                                                                                  \
    {                                                                                                                  \
        {__VA_ARGS__} NEXT(2);                                                                                         \
    }

/* A handler whose instruction has no compressed form. */
#define OP4(name, ...)                                                                                                 \
    HANDLER(name##_4)                                                                                                  \
    {                                                                                                                  \
        {__VA_ARGS__} NEXT(2);                                                                                         \
    }

#define AMO(type, width, expression)                                                                                   \
    uint32_t address = (uint32_t)RS1;                                                                                  \
    if (unlikely(address & ((width)-1)))                                                                               \
        GO(interp_misaligned);                                                                                         \
    MARK();                                                                                                            \
    type a = GUEST(type, address), b = (type)RS2;                                                                      \
    GUEST(type, address) = (expression);                                                                               \
    RD = (width) == 4 ? sign_extend_32((uint64_t)a) : (uint64_t)a;

#define LOAD_RESERVED(type, width)                                                                                     \
    uint32_t address = (uint32_t)RS1;                                                                                  \
    if (unlikely(address & ((width)-1)))                                                                               \
        GO(interp_misaligned);                                                                                         \
    MARK();                                                                                                            \
    RD = (uint64_t)GUEST(type, address);                                                                               \
    cpu->reservation = address;                                                                                        \
    cpu->reserved = (width);

#define STORE_CONDITIONAL(type, width)                                                                                 \
    uint32_t address = (uint32_t)RS1;                                                                                  \
    if (unlikely(address & ((width)-1)))                                                                               \
        GO(interp_misaligned);                                                                                         \
    bool mine = cpu->reserved == (width) && cpu->reservation == address;                                               \
    if (mine) {                                                                                                        \
        MARK();                                                                                                        \
        GUEST(type, address) = (type)RS2;                                                                              \
    }                                                                                                                  \
    cpu->reserved = 0;                                                                                                 \
    RD = !mine;

#define COMPARE_D(operator)                                                                                            \
    double a = DOUBLE(op->rs1), b = DOUBLE(op->rs2);                                                                   \
    SLOW_UNLESS(!__builtin_isunordered(a, b));                                                                         \
    RD = a operator b;
#define COMPARE_S(operator)                                                                                            \
    SLOW_UNLESS(BOXED(op->rs1) && BOXED(op->rs2));                                                                     \
    float a = FLOAT(op->rs1), b = FLOAT(op->rs2);                                                                      \
    SLOW_UNLESS(!__builtin_isunordered(a, b));                                                                         \
    RD = a operator b;

/* Equal ones may be zeros of two signs. */
#define SELECT_D(operator)                                                                                             \
    double a = DOUBLE(op->rs1), b = DOUBLE(op->rs2);                                                                   \
    SLOW_UNLESS(!__builtin_isunordered(a, b) && a != b);                                                               \
    FD = a operator b ? F(op->rs1) : F(op->rs2);
#define SELECT_S(operator)                                                                                             \
    SLOW_UNLESS(BOXED(op->rs1) && BOXED(op->rs2));                                                                     \
    float a = FLOAT(op->rs1), b = FLOAT(op->rs2);                                                                      \
    SLOW_UNLESS(!__builtin_isunordered(a, b) && a != b);                                                               \
    FD = a operator b ? F(op->rs1) : F(op->rs2);

#define SIGN_D (UINT64_C(1) << 63)
#define SIGN_S (UINT64_C(1) << 31)
#define SIGN_OP_D(expression)                                                                                          \
    uint64_t a = F(op->rs1), b = F(op->rs2);                                                                           \
    FD = (a & ~SIGN_D) | ((expression)&SIGN_D);
#define SIGN_OP_S(expression)                                                                                          \
    SLOW_UNLESS(BOXED(op->rs1) && BOXED(op->rs2));                                                                     \
    uint64_t a = F(op->rs1), b = F(op->rs2);                                                                           \
    FD = (a & ~SIGN_S) | ((expression)&SIGN_S);

/* ---- integers: RV64I ---- */
OP(NOP, )
OP(MV, DO_MV)
OP(LI, DO_LI)
OP4(LI_WIDE, RD = (uint64_t)op->imm;)
OP(ADD, DO_ADD)
OP(SUB, DO_SUB)
OP(SLL, RD = RS1 << (RS2 & 63);)
OP(SRL, RD = RS1 >> (RS2 & 63);)
OP(SRA, RD = (uint64_t)((int64_t)RS1 >> (RS2 & 63));)
OP(SLT, RD = (int64_t)RS1 < (int64_t)RS2;)
OP(SLTU, DO_SLTU)
OP(XOR, DO_XOR)
OP(OR, DO_OR)
OP(AND, DO_AND)
OP(ADDW, DO_ADDW)
OP(SUBW, RD = sign_extend_32(RS1 - RS2);)
OP(SLLW, RD = sign_extend_32((uint32_t)RS1 << (RS2 & 31));)
OP(SRLW, RD = sign_extend_32((uint32_t)RS1 >> (RS2 & 31));)
OP(SRAW, RD = (uint64_t)(int64_t)((int32_t)RS1 >> (RS2 & 31));)
OP(ADDI, DO_ADDI)
OP(SLTI, RD = (int64_t)RS1 < (int64_t)IMM;)
OP(SLTIU, RD = RS1 < IMM;)
OP(XORI, RD = RS1 ^ IMM;)
OP(ORI, RD = RS1 | IMM;)
OP(ANDI, DO_ANDI)
OP(SLLI, DO_SLLI)
OP(SRLI, DO_SRLI)
OP(SRAI, RD = (uint64_t)((int64_t)RS1 >> (op->low & 63));)
OP(ADDIW, DO_ADDIW)
OP(SLLIW, DO_SLLIW)
OP(SRLIW, DO_SRLIW)
OP(SRAIW, RD = (uint64_t)(int64_t)((int32_t)RS1 >> (op->low & 31));)

OP(LB, RD = (uint64_t)LOAD(int8_t);)
OP(LH, RD = (uint64_t)LOAD(int16_t);)
OP(LW, DO_LW)
OP(LD, DO_LD)
OP(LBU, DO_LBU)
OP(LHU, DO_LHU)
OP(LWU, RD = LOAD(uint32_t);)
OP(SB, DO_SB)
OP(SH, STORE(uint16_t, RS2);)
OP(SW, DO_SW)
OP(SD, DO_SD)

/* ---- M ---- */
OP4(MUL, DO_MUL)
OP4(MULH, RD = (uint64_t)((__int128)(int64_t)RS1 * (int64_t)RS2 >> 64);)
OP4(MULHSU, RD = (uint64_t)((__int128)(int64_t)RS1 * (__int128)RS2 >> 64);)
OP4(MULHU, RD = (uint64_t)((unsigned __int128)RS1 * RS2 >> 64);)
OP4(DIV, RD = divide((int64_t)RS1, (int64_t)RS2);)
OP4(DIVU, RD = RS2 ? RS1 / RS2 : UINT64_MAX;)
OP4(REM, RD = remainder_of((int64_t)RS1, (int64_t)RS2);)
OP4(REMU, RD = RS2 ? RS1 % RS2 : RS1;)
OP4(MULW, RD = sign_extend_32((uint32_t)RS1 * (uint32_t)RS2);)
OP4(DIVW, RD = divide_32((int32_t)RS1, (int32_t)RS2);)
OP4(DIVUW, RD = (uint32_t)RS2 ? sign_extend_32((uint32_t)RS1 / (uint32_t)RS2) : UINT64_MAX;)
OP4(REMW, RD = remainder_32((int32_t)RS1, (int32_t)RS2);)
OP4(REMUW, RD = sign_extend_32((uint32_t)RS2 ? (uint32_t)RS1 % (uint32_t)RS2 : (uint32_t)RS1);)

/* ---- A ---- */
OP4(LR_W, LOAD_RESERVED(int32_t, 4))
OP4(LR_D, LOAD_RESERVED(int64_t, 8))
OP4(SC_W, STORE_CONDITIONAL(uint32_t, 4))
OP4(SC_D, STORE_CONDITIONAL(uint64_t, 8))
OP4(AMOSWAP_W, AMO(uint32_t, 4, b))
OP4(AMOADD_W, AMO(uint32_t, 4, a + b))
OP4(AMOXOR_W, AMO(uint32_t, 4, a ^ b))
OP4(AMOAND_W, AMO(uint32_t, 4, a &b))
OP4(AMOOR_W, AMO(uint32_t, 4, a | b))
OP4(AMOMIN_W, AMO(int32_t, 4, a < b ? a : b))
OP4(AMOMAX_W, AMO(int32_t, 4, a > b ? a : b))
OP4(AMOMINU_W, AMO(uint32_t, 4, a < b ? a : b))
OP4(AMOMAXU_W, AMO(uint32_t, 4, a > b ? a : b))
OP4(AMOSWAP_D, AMO(uint64_t, 8, b))
OP4(AMOADD_D, AMO(uint64_t, 8, a + b))
OP4(AMOXOR_D, AMO(uint64_t, 8, a ^ b))
OP4(AMOAND_D, AMO(uint64_t, 8, a &b))
OP4(AMOOR_D, AMO(uint64_t, 8, a | b))
OP4(AMOMIN_D, AMO(int64_t, 8, a < b ? a : b))
OP4(AMOMAX_D, AMO(int64_t, 8, a > b ? a : b))
OP4(AMOMINU_D, AMO(uint64_t, 8, a < b ? a : b))
OP4(AMOMAXU_D, AMO(uint64_t, 8, a > b ? a : b))

/* ---- Zba, Zbb, Zbc, Zbs, Zicond, Zicboz ---- */
OP4(SH1ADD, RD = (RS1 << 1) + RS2;)
OP4(SH2ADD, DO_SH2ADD)
OP4(SH3ADD, DO_SH3ADD)
OP4(ADD_UW, DO_ADD_UW)
OP4(SH1ADD_UW, RD = ((uint64_t)(uint32_t)RS1 << 1) + RS2;)
OP4(SH2ADD_UW, RD = ((uint64_t)(uint32_t)RS1 << 2) + RS2;)
OP4(SH3ADD_UW, RD = ((uint64_t)(uint32_t)RS1 << 3) + RS2;)
OP4(SLLI_UW, RD = (uint64_t)(uint32_t)RS1 << (op->low & 63);)
OP4(ANDN, RD = RS1 & ~RS2;)
OP4(ORN, RD = RS1 | ~RS2;)
OP4(XNOR, RD = ~(RS1 ^ RS2);)
OP4(CLZ, RD = RS1 ? (uint64_t)__builtin_clzll(RS1) : 64;)
OP4(CTZ, RD = RS1 ? (uint64_t)__builtin_ctzll(RS1) : 64;)
OP4(CPOP, RD = (uint64_t)__builtin_popcountll(RS1);)
OP4(CLZW, RD = (uint32_t)RS1 ? (uint64_t)__builtin_clz((uint32_t)RS1) : 32;)
OP4(CTZW, RD = (uint32_t)RS1 ? (uint64_t)__builtin_ctz((uint32_t)RS1) : 32;)
OP4(CPOPW, RD = (uint64_t)__builtin_popcount((uint32_t)RS1);)
OP4(SEXT_B, RD = (uint64_t)(int64_t)(int8_t)RS1;)
OP4(SEXT_H, RD = (uint64_t)(int64_t)(int16_t)RS1;)
OP4(ZEXT_H, RD = (uint16_t)RS1;)
OP4(ORC_B, RD = or_combine(RS1);)
OP4(REV8, RD = __builtin_bswap64(RS1);)
OP4(MIN, RD = (int64_t)RS1 < (int64_t)RS2 ? RS1 : RS2;)
OP4(MAX, RD = (int64_t)RS1 > (int64_t)RS2 ? RS1 : RS2;)
OP4(MINU, RD = RS1 < RS2 ? RS1 : RS2;)
OP4(MAXU, RD = RS1 > RS2 ? RS1 : RS2;)
OP4(ROL, RD = rotate_right(RS1, -RS2);)
OP4(ROR, RD = rotate_right(RS1, RS2);)
OP4(RORI, RD = rotate_right(RS1, IMM);)
OP4(ROLW, RD = rotate_right_32(RS1, -RS2);)
OP4(RORW, RD = rotate_right_32(RS1, RS2);)
OP4(RORIW, RD = rotate_right_32(RS1, IMM);)
OP4(CLMUL, RD = carryless_product(RS1, RS2, 0);)
OP4(CLMULR, RD = carryless_product(RS1, RS2, 63);)
OP4(CLMULH, RD = carryless_product(RS1, RS2, 64);)
OP4(BCLR, RD = RS1 & ~(UINT64_C(1) << (RS2 & 63));)
OP4(BEXT, RD = RS1 >> (RS2 & 63) & 1;)
OP4(BINV, RD = RS1 ^ UINT64_C(1) << (RS2 & 63);)
OP4(BSET, RD = RS1 | UINT64_C(1) << (RS2 & 63);)
OP4(BCLRI, RD = RS1 & ~(UINT64_C(1) << (op->low & 63));)
OP4(BEXTI, RD = RS1 >> (op->low & 63) & 1;)
OP4(BINVI, RD = RS1 ^ UINT64_C(1) << (op->low & 63);)
OP4(BSETI, RD = RS1 | UINT64_C(1) << (op->low & 63);)
OP4(CZERO_EQZ, RD = RS2 ? RS1 : 0;)
OP4(CZERO_NEZ, RD = RS2 ? 0 : RS1;)
OP4(CBO_ZERO, uint32_t block = (uint32_t)RS1 & ~63u; MARK();
    for (uint32_t i = 0; i < 64; i += 8) GUEST(uint64_t, block + i) = 0;)

/* ---- F, D, Zfhmin ---- */
OP4(FLH, FD = FP_BOX_H | LOAD(uint16_t);)
OP4(FLW, FD = FP_BOX_S | LOAD(uint32_t);)
OP(FLD, DO_FLD)
OP4(FSH, STORE(uint16_t, F(op->rs2));)
OP4(FSW, STORE(uint32_t, F(op->rs2));)
OP(FSD, DO_FSD)
OP4(FMV_X_H, RD = (uint64_t)(int64_t)(int16_t)F(op->rs1);)
OP4(FMV_X_W, RD = sign_extend_32(F(op->rs1));)
OP4(FMV_X_D, RD = F(op->rs1);)
OP4(FMV_H_X, FD = FP_BOX_H | (uint16_t)RS1;)
OP4(FMV_W_X, FD = FP_BOX_S | (uint32_t)RS1;)
OP4(FMV_D_X, FD = RS1;)

#if HOST_FP
OP4(FADD_D, DO_FADD_D)
OP4(FSUB_D, DO_FSUB_D)
OP4(FMUL_D, DO_FMUL_D)
OP4(FDIV_D, ARITHMETIC_D(/))
OP4(FADD_S, ARITHMETIC_S(+))
OP4(FSUB_S, ARITHMETIC_S(-))
OP4(FMUL_S, ARITHMETIC_S(*))
OP4(FDIV_S, ARITHMETIC_S(/))
OP4(FSQRT_D, SLOW_UNLESS(NEAREST); __m128d a = _mm_set_sd(DOUBLE(op->rs1));
    STORE_DOUBLE(_mm_cvtsd_f64(_mm_sqrt_sd(a, a))))
OP4(FSQRT_S, SLOW_UNLESS(NEAREST &&BOXED(op->rs1)); STORE_FLOAT(_mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(FLOAT(op->rs1))))))
OP4(FMADD_D, DO_FMADD_D)
OP4(FMSUB_D, FUSED_D(0, SIGN_D))
OP4(FNMSUB_D, FUSED_D(SIGN_D, 0))
OP4(FNMADD_D, FUSED_D(SIGN_D, SIGN_D))
OP4(FMADD_S, FUSED_S(0, 0))
OP4(FMSUB_S, FUSED_S(0, SIGN_S))
OP4(FNMSUB_S, FUSED_S(SIGN_S, 0))
OP4(FNMADD_S, FUSED_S(SIGN_S, SIGN_S))
OP4(FSGNJ_D, SIGN_OP_D(b))
OP4(FSGNJN_D, SIGN_OP_D(~b))
OP4(FSGNJX_D, SIGN_OP_D(a ^ b))
OP4(FSGNJ_S, SIGN_OP_S(b))
OP4(FSGNJN_S, SIGN_OP_S(~b))
OP4(FSGNJX_S, SIGN_OP_S(a ^ b))
OP4(FMIN_D, SELECT_D(<))
OP4(FMAX_D, SELECT_D(>))
OP4(FMIN_S, SELECT_S(<))
OP4(FMAX_S, SELECT_S(>))
OP4(FEQ_D, COMPARE_D(==))
OP4(FLT_D, COMPARE_D(<))
OP4(FLE_D, COMPARE_D(<=))
OP4(FEQ_S, COMPARE_S(==))
OP4(FLT_S, COMPARE_S(<))
OP4(FLE_S, COMPARE_S(<=))
OP4(FCVT_D_W, SLOW_UNLESS(NEAREST); FD = from_double((int32_t)RS1);)
OP4(FCVT_D_WU, SLOW_UNLESS(NEAREST); FD = from_double((double)(int64_t)(uint32_t)RS1);)
OP4(FCVT_D_L, SLOW_UNLESS(NEAREST); FD = from_double((double)(int64_t)RS1);)
OP4(FCVT_S_W, SLOW_UNLESS(NEAREST); FD = from_float((float)(int32_t)RS1);)
OP4(FCVT_S_WU, SLOW_UNLESS(NEAREST); FD = from_float((float)(int64_t)(uint32_t)RS1);)
OP4(FCVT_S_L, SLOW_UNLESS(NEAREST); FD = from_float((float)(int64_t)RS1);)
OP4(FCVT_S_D, SLOW_UNLESS(NEAREST); STORE_FLOAT((float)DOUBLE(op->rs1)))
OP4(FCVT_D_S, SLOW_UNLESS(NEAREST &&BOXED(op->rs1)); STORE_DOUBLE((double)FLOAT(op->rs1)))
/* The host says INT_MIN for what does not fit, with the invalid flag, which the slow way sets again. */
OP4(FCVT_W_D_RTZ, int32_t to = _mm_cvttsd_si32(_mm_set_sd(DOUBLE(op->rs1))); SLOW_UNLESS(to != INT32_MIN);
    RD = (uint64_t)(int64_t)to;)
OP4(FCVT_L_D_RTZ, int64_t to = _mm_cvttsd_si64(_mm_set_sd(DOUBLE(op->rs1))); SLOW_UNLESS(to != INT64_MIN);
    RD = (uint64_t)to;)
OP4(FCVT_WU_D_RTZ, double from = DOUBLE(op->rs1); SLOW_UNLESS(from >= 0 && from < 0x1p32);
    RD = sign_extend_32((uint64_t)_mm_cvttsd_si64(_mm_set_sd(from)));)
OP4(FCVT_W_S_RTZ, SLOW_UNLESS(BOXED(op->rs1)); int32_t to = _mm_cvttss_si32(_mm_set_ss(FLOAT(op->rs1)));
    SLOW_UNLESS(to != INT32_MIN); RD = (uint64_t)(int64_t)to;)
OP4(FCVT_L_S_RTZ, SLOW_UNLESS(BOXED(op->rs1)); int64_t to = _mm_cvttss_si64(_mm_set_ss(FLOAT(op->rs1)));
    SLOW_UNLESS(to != INT64_MIN); RD = (uint64_t)to;)
#endif

OP4(CSR, csr_execute(cpu, op, cpu->run_budget - (uint64_t)cpu->fuel - CHARGE_OF(op_of_slot(op, cpu, run)));)

/* ---- leaving a block ------------------------------------------------------------------------------- */

#define ENTER(edge)                                                                                                    \
    do {                                                                                                               \
        if (edge)                                                                                                      \
            CHARGE_CHECKED(CHARGE_OF(op));                                                                             \
        else                                                                                                           \
            CHARGE(CHARGE_OF(op));                                                                                     \
        DISPATCH();                                                                                                    \
    } while (0)

#define BRANCH_SIZED(name, suffix, slots)                                                                              \
    HANDLER(name##_FORWARD##suffix)                                                                                    \
    {                                                                                                                  \
        if (IF_##name) {                                                                                               \
            CHARGE(op->a);                                                                                             \
            op = TARGET;                                                                                               \
            DISPATCH();                                                                                                \
        }                                                                                                              \
        CHARGE(op->b);                                                                                                 \
        NEXT(slots);                                                                                                   \
    }                                                                                                                  \
    HANDLER(name##_BACK##suffix)                                                                                       \
    {                                                                                                                  \
        if (IF_##name) {                                                                                               \
            int64_t cost = op->a;                                                                                      \
            op = TARGET;                                                                                               \
            CHARGE_CHECKED(cost);                                                                                      \
            DISPATCH();                                                                                                \
        }                                                                                                              \
        CHARGE(op->b);                                                                                                 \
        NEXT(slots);                                                                                                   \
    }                                                                                                                  \
    HANDLER(name##_SLOW##suffix)                                                                                       \
    {                                                                                                                  \
        if (IF_##name)                                                                                                 \
            GO(interp_slow_taken);                                                                                     \
        unsigned edge = op->rd & EDGE_CHECK_NEXT;                                                                      \
        op += (slots);                                                                                                 \
        ENTER(edge);                                                                                                   \
    }

#define BRANCH(name)                                                                                                   \
    BRANCH_SIZED(name, _2, 1)                                                                                          \
    BRANCH_SIZED(name, _4, 2)

BRANCH(BEQ)
BRANCH(BNE)
BRANCH(BLT)
BRANCH(BGE)
BRANCH(BLTU)
BRANCH(BGEU)
BRANCH(BEQZ)
BRANCH(BNEZ)
BRANCH(BLTZ)
BRANCH(BGEZ)
BRANCH(BGTZ)
BRANCH(BLEZ)

/* A handler that does not depend on its size. */
#define END(name, ...)                                                                                                 \
    HANDLER(name##_4)                                                                                                  \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }

COLD_HANDLER(interp_outside)
{
    cpu->pc = PC_OF(op) + (uint32_t)(op->low >> 3);
    return MACHINE_FETCH;
}

COLD_HANDLER(interp_slow_taken)
{
    if (op->rd & EDGE_OUTSIDE)
        GO(interp_outside);
    unsigned edge = op->rd & EDGE_CHECK_TAKEN;
    op = TARGET;
    ENTER(edge);
}

END(J_FORWARD, DO_J_FORWARD)
END(J_BACK, DO_J_BACK)
END(J_OUT, GO(interp_outside);)
END(JAL, DO_JAL)
END(JAL_FAR, DO_JAL_FAR)
END(JAL_OUT, RD = PC_OF(op) + 4; GO(interp_outside);)
END(RET, DO_RET)
END(JR, JUMP_INDIRECT(ADDRESS & ~1u);)
END(FENCE_I, unsigned edge = op->rd & EDGE_CHECK_NEXT; op += 2; ENTER(edge);)

#define JALR_SIZED(suffix, size)                                                                                       \
    HANDLER(JALR##suffix)                                                                                              \
    {                                                                                                                  \
        uint32_t target = ADDRESS & ~1u;                                                                               \
        RD = PC_OF(op) + (size);                                                                                       \
        JUMP_INDIRECT(target);                                                                                         \
    }
JALR_SIZED(_2, 2)
JALR_SIZED(_4, 4)

/* ---- falling through to another page ---------------------------------------------------------------- */

static handler_function *const handlers[SINGLE_HANDLERS];

static int32_t offset_of(handler_function *handler, uintptr_t base)
{
    return (int32_t)((uintptr_t)handler - base);
}

END(CROSS, op = cpu->crossing + (op - run->crossing); ENTER(true);)

#define PAGE_LAST_SIZED(suffix, slots)                                                                                 \
    HANDLER(PAGE_LAST##suffix)                                                                                         \
    {                                                                                                                  \
        struct op *copy = run->crossing;                                                                               \
        *copy = *op;                                                                                                   \
        copy->handler = offset_of(handlers[op->b], base);                                                              \
        copy->imm = op->low;                                                                                           \
        copy[slots].handler = offset_of(CROSS_4, base);                                                                \
        cpu->crossing = op;                                                                                            \
        op = copy;                                                                                                     \
        DISPATCH();                                                                                                    \
    }
PAGE_LAST_SIZED(_2, 1)
PAGE_LAST_SIZED(_4, 2)

END(PAGE_LAST_LI_WIDE, RD = (uint64_t)op->imm; op += 2; ENTER(true);)

/* ---- leaving the run -------------------------------------------------------------------------------- */

/* Gives back the fuel of this operation and of what follows in its block. */
static int leave(const struct op *op, struct cpu *cpu, const struct run *run, enum machine_stop stop)
{
    op = op_of_slot(op, cpu, run);
    cpu->fuel += CHARGE_OF(op);
    cpu->pc = PC_OF(op);
    return (int)stop;
}

COLD_HANDLER(interp_out_of_fuel)
{
    return leave(op, cpu, run, MACHINE_FUEL);
}

COLD_HANDLER(interp_misaligned)
{
    *run->fault_address = (uint32_t)RS1;
    return leave(op, cpu, run, MACHINE_MISALIGNED);
}

END(EBREAK, return leave(op, cpu, run, MACHINE_EBREAK);)
END(ILLEGAL, return leave(op, cpu, run, MACHINE_ILLEGAL);)
END(FETCH, return leave(op, cpu, run, MACHINE_FETCH);)

HANDLER(ECALL_4)
{
    cpu->pc = PC_OF(op);
    return MACHINE_ECALL;
}

COLD_HANDLER(interp_fp_slow)
{
    unsigned id = (unsigned)op->low & 0xffff, rounding = (unsigned)op->low >> 16;
    if (unlikely(!fp_execute(cpu, id, rounding, op->rd, op->rs1, op->rs2, op->rs3)))
        GO(ILLEGAL_4);
    NEXT(2);
}

/* ---- the interface --------------------------------------------------------------------------------- */

#define FP_SLOW_4 interp_fp_slow

static handler_function *const handlers[SINGLE_HANDLERS] = {
#define PLAIN(name)      [H_##name##_2] = name##_2, [H_##name##_4] = name##_4,
#define WIDE(name)       [H_##name##_2] = name##_4, [H_##name##_4] = name##_4,
#define OTHER(name)      PLAIN(name)
#define OTHER_WIDE(name) WIDE(name)
#define LEAVE(name)      WIDE(name)
#undef BRANCH
#define BRANCH(name) PLAIN(name##_FORWARD) PLAIN(name##_BACK) PLAIN(name##_SLOW)
#if HOST_FP
#define FAST_FP(name) WIDE(name)
#else
#define FAST_FP(name) [H_##name##_2] = interp_fp_slow, [H_##name##_4] = interp_fp_slow,
#endif
#include "machine/handlers.def"
};

int32_t interp_handler(unsigned number)
{
    handler_function *handler;

    CHECK(number < HANDLER_COUNT);
    if (number >= FLOAT_PAIRS_BEGIN)
        handler = float_pair_handlers[number - FLOAT_PAIRS_BEGIN];
    else if (number >= MEMORY_PAIRS_BEGIN)
        handler = memory_pair_handlers[number - MEMORY_PAIRS_BEGIN];
    else
        handler = number >= SINGLE_HANDLERS ? arithmetic_pair_handlers[number - SINGLE_HANDLERS] : handlers[number];
    return offset_of(handler, (uintptr_t)NOP_2);
}

/* From cpu->pc. */
HANDLER(begin)
{
    JUMP_INDIRECT(cpu->pc);
}

enum machine_stop interp_continue(struct cpu *cpu, const struct code *code, uint8_t *memory, uint32_t *fault_address)
{
    struct run run = {
        .ops = code->ops,
        .charge = code->charge,
        .start = code->start,
        .length = code->end - code->start,
        .charge_base = (uintptr_t)code->charge - SLOT_BYTES(code->ops),
        .pc_base = code->start - (uint32_t)SLOT_BYTES(code->ops),
#if HOST_FP
        .host_fma = __builtin_cpu_supports("fma"),
#endif
        .fault_address = fault_address,
    };

    cpu->run_budget = cpu->retired + (uint64_t)cpu->fuel;
    int stop = begin(NULL, cpu, memory, (uintptr_t)NOP_2, &run);
    cpu->retired = cpu->run_budget - (uint64_t)cpu->fuel;
    return (enum machine_stop)stop;
}

enum machine_stop interp_run(struct cpu *cpu, const struct code *code, uint8_t *memory, uint32_t *fault_address)
{
    fp_enter(cpu);
    enum machine_stop stop = interp_continue(cpu, code, memory, fault_address);
    fp_leave(cpu);
    return stop;
}

void interp_fault_context(const void *context)
{
#if HOST_FP
    const ucontext_t *interrupted = context;
    _mm_setcsr(interrupted->uc_mcontext.fpregs->mxcsr & 0xffff);
#else
    (void)context;
#endif
}

int interp_recover(struct cpu *cpu, const struct code *code)
{
    const struct op *at = cpu->at;
    uintptr_t distance = (uintptr_t)at - (uintptr_t)code->ops;

    if (distance >= (uintptr_t)(code->end - code->start) * 8) { /* it was the copy, which is gone */
        at = cpu->crossing;
        distance = (uintptr_t)at - (uintptr_t)code->ops;
    }
    cpu->fuel += code->charge[distance / sizeof(struct op)];
    cpu->pc = code->start + (uint32_t)(distance / 8);
    fp_leave(cpu);
    cpu->retired = cpu->run_budget - (uint64_t)cpu->fuel;
    return at->rs3 & OP_STORES;
}
