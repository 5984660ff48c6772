/* SPDX-License-Identifier: Apache-2.0
 *
 * Direct threading: every handler does its work and jumps to the handler of the next operation itself, so that the
 * host's branch predictor sees one jump per operation and not one for all.
 *
 * What happens to be true at every dispatch:
 *   - `op` is the operation about to run, and its block has been charged
 *   - x[0] is 0; what is written to x0 goes to x[CPU_SINK]
 *   - accrued floating-point flags are those in the control word and those in cpu->fflags together
 */
#include "machine/interp.h"

#include <stddef.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "machine/fp.h"
#include "machine/handlers.h"
#include "riscv/decode.h"

#if HOST_FP
#include <emmintrin.h>
#include <ucontext.h>
#endif

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Guest memory: any alignment, any type, and the compiler may neither drop nor move an access, as each may fault. */
#define GUEST_TYPE(type)                                               \
    struct guest_##type {                                              \
        volatile type value;                                           \
    } __attribute__((packed, may_alias))
GUEST_TYPE(int8_t);
GUEST_TYPE(uint8_t);
GUEST_TYPE(int16_t);
GUEST_TYPE(uint16_t);
GUEST_TYPE(int32_t);
GUEST_TYPE(uint32_t);
GUEST_TYPE(int64_t);
GUEST_TYPE(uint64_t);

/* ---- what handlers call ---------------------------------------------------------------------------- */

static inline double as_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static inline float as_float(uint64_t bits)
{
    uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof(value));
    return value;
}

static inline uint64_t from_double(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static inline uint64_t from_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return FP_BOX_S | bits;
}

static inline uint64_t sign_extend_32(uint64_t value)
{
    return (uint64_t)(int64_t)(int32_t)value;
}

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
        return (uint64_t)(clock_wall_coarse() / 100);
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

/* ---- the loop -------------------------------------------------------------------------------------- */

#define DISPATCH() goto *(base + op->handler)
#define NEXT(slots)   \
    do {              \
        op += (slots); \
        DISPATCH();   \
    } while (0)

/* A handler in both sizes. */
#define OP(name, ...)   \
    name##_2:           \
    {                   \
        __VA_ARGS__     \
    }                   \
    NEXT(1);            \
    name##_4:           \
    {                   \
        __VA_ARGS__     \
    }                   \
    NEXT(2);

/* A handler whose instruction has no compressed form. */
#define OP4(name, ...)  \
    name##_2:           \
    name##_4:           \
    {                   \
        __VA_ARGS__     \
    }                   \
    NEXT(2);

#define RD  x[op->rd]
#define RS1 x[op->rs1]
#define RS2 x[op->rs2]
#define IMM ((uint64_t)op->imm)

/* Effective addresses have 32 bits. `low` is the whole immediate of loads and stores. */
#define ADDRESS ((uint32_t)RS1 + (uint32_t)op->low)
/* Says where we are, for a fault; ordered before the access, as both are volatile. */
#define MARK() (cpu->at = op)
#define GUEST(type, address) (((struct guest_##type *)(memory + (address)))->value)
#define LOAD(type)  (MARK(), GUEST(type, ADDRESS))
#define STORE(type, data) (MARK(), GUEST(type, ADDRESS) = (type)(data))

/* Fuel lives in memory, so that it is right also when a fault ends the run. */
#define CHARGE(amount) (cpu->fuel -= (int64_t)(amount))
#define CHARGE_CHECKED(amount)         \
    do {                               \
        CHARGE(amount);                \
        if (unlikely(cpu->fuel < 0))   \
            goto out_of_fuel;          \
    } while (0)

#define SLOT_BYTES(o)  ((uintptr_t)(o) >> 3) /* two bytes of code, and of charge, to a slot of 16 */
#define CHARGE_OF(o)   (*(const uint16_t *)(charge_base + SLOT_BYTES(o)))
#define PC_OF(o)       (pc_base + (uint32_t)SLOT_BYTES(o))
#define TARGET         ((const struct op *)((uintptr_t)op + (uintptr_t)(intptr_t)op->low))

#define BRANCH_SIZED(name, condition, suffix, slots) \
    name##_FORWARD##suffix:                          \
    if (condition) {                                 \
        CHARGE(op->a);                               \
        op = TARGET;                                 \
        DISPATCH();                                  \
    }                                                \
    CHARGE(op->b);                                   \
    NEXT(slots);                                     \
    name##_BACK##suffix:                             \
    if (condition) {                                 \
        int64_t cost = op->a;                        \
        op = TARGET;                                 \
        CHARGE_CHECKED(cost);                        \
        DISPATCH();                                  \
    }                                                \
    CHARGE(op->b);                                   \
    NEXT(slots);                                     \
    name##_SLOW##suffix:                             \
    if (condition)                                   \
        goto slow_taken;                             \
    edge = op->rd & EDGE_CHECK_NEXT;                 \
    op += (slots);                                   \
    goto slow_next;

#define BRANCH_OP(name, condition)        \
    BRANCH_SIZED(name, condition, _2, 1)  \
    BRANCH_SIZED(name, condition, _4, 2)

#define JUMP_INDIRECT(target)                                                      \
    do {                                                                           \
        uint32_t distance = (target) - start;                                      \
        if (unlikely(distance >= length)) {                                        \
            pc = start + distance;                                                 \
            stop = MACHINE_FETCH;                                                  \
            goto leave;                                                            \
        }                                                                          \
        op = (const struct op *)((uintptr_t)ops + (uintptr_t)distance * 8);        \
        CHARGE_CHECKED(*(const uint16_t *)((uintptr_t)charge + distance));         \
        DISPATCH();                                                                \
    } while (0)

#define AMO(type, width, expression)                                                              \
    uint32_t address = (uint32_t)RS1;                                                             \
    if (unlikely(address & ((width)-1)))                                                          \
        goto misaligned;                                                                          \
    MARK();                                                                                       \
    type a = GUEST(type, address), b = (type)RS2;                                                 \
    GUEST(type, address) = (expression);                                                          \
    RD = (width) == 4 ? sign_extend_32((uint64_t)a) : (uint64_t)a;

#define LOAD_RESERVED(type, width)         \
    uint32_t address = (uint32_t)RS1;      \
    if (unlikely(address & ((width)-1)))   \
        goto misaligned;                   \
    MARK();                                \
    RD = (uint64_t)GUEST(type, address);   \
    cpu->reservation = address;            \
    cpu->reserved = (width);

#define STORE_CONDITIONAL(type, width)                                                 \
    uint32_t address = (uint32_t)RS1;                                                  \
    if (unlikely(address & ((width)-1)))                                               \
        goto misaligned;                                                               \
    bool mine = cpu->reserved == (width) && cpu->reservation == address;               \
    if (mine) {                                                                        \
        MARK();                                                                        \
        GUEST(type, address) = (type)RS2;                                              \
    }                                                                                  \
    cpu->reserved = 0;                                                                 \
    RD = !mine;

#define F(n)     (cpu->f[n])
#define FD       F(op->rd)
#define DOUBLE(n) as_double(F(n))
#define FLOAT(n)  as_float(F(n))
#define SLOW_UNLESS(condition)   \
    if (unlikely(!(condition)))  \
        goto fp_slow
#define NEAREST  (cpu->frm == RISCV_RNE)
#define BOXED(n) (F(n) >> 32 == UINT32_MAX)

#define STORE_DOUBLE(expression)                                \
    double result = (expression);                               \
    FD = likely(result == result) ? from_double(result) : FP_NAN_D;
#define STORE_FLOAT(expression)                                 \
    float result = (expression);                                \
    FD = likely(result == result) ? from_float(result) : FP_BOX_S | FP_NAN_S;

#define ARITHMETIC_D(operator) \
    SLOW_UNLESS(NEAREST);      \
    STORE_DOUBLE(DOUBLE(op->rs1) operator DOUBLE(op->rs2))
#define ARITHMETIC_S(operator)                               \
    SLOW_UNLESS(NEAREST &&BOXED(op->rs1) && BOXED(op->rs2)); \
    STORE_FLOAT(FLOAT(op->rs1) operator FLOAT(op->rs2))

/* a * b + c rounded once. The host's instruction needs no compiler flag this way. A NaN goes the slow way, as
 * infinity times zero plus NaN is invalid here and not there. */
#define FUSED_D(a_sign, c_sign)                                                                     \
    SLOW_UNLESS(NEAREST && host_fma);                                                               \
    double a = as_double(F(op->rs1) ^ (a_sign)), b = DOUBLE(op->rs2), c = as_double(F(op->rs3) ^ (c_sign)); \
    __asm__ volatile("vfmadd213sd %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));                          \
    SLOW_UNLESS(a == a);                                                                            \
    FD = from_double(a);
#define FUSED_S(a_sign, c_sign)                                                                     \
    SLOW_UNLESS(NEAREST && host_fma && BOXED(op->rs1) && BOXED(op->rs2) && BOXED(op->rs3));         \
    float a = as_float(F(op->rs1) ^ (a_sign)), b = FLOAT(op->rs2), c = as_float(F(op->rs3) ^ (c_sign)); \
    __asm__ volatile("vfmadd213ss %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));                          \
    SLOW_UNLESS(a == a);                                                                            \
    FD = from_float(a);

#define COMPARE_D(operator)                                 \
    double a = DOUBLE(op->rs1), b = DOUBLE(op->rs2);        \
    SLOW_UNLESS(!__builtin_isunordered(a, b));              \
    RD = a operator b;
#define COMPARE_S(operator)                                 \
    SLOW_UNLESS(BOXED(op->rs1) && BOXED(op->rs2));          \
    float a = FLOAT(op->rs1), b = FLOAT(op->rs2);           \
    SLOW_UNLESS(!__builtin_isunordered(a, b));              \
    RD = a operator b;

/* Equal ones may be zeros of two signs. */
#define SELECT_D(operator)                                                  \
    double a = DOUBLE(op->rs1), b = DOUBLE(op->rs2);                        \
    SLOW_UNLESS(!__builtin_isunordered(a, b) && a != b);                    \
    FD = a operator b ? F(op->rs1) : F(op->rs2);
#define SELECT_S(operator)                                                  \
    SLOW_UNLESS(BOXED(op->rs1) && BOXED(op->rs2));                          \
    float a = FLOAT(op->rs1), b = FLOAT(op->rs2);                           \
    SLOW_UNLESS(!__builtin_isunordered(a, b) && a != b);                    \
    FD = a operator b ? F(op->rs1) : F(op->rs2);

#define SIGN_D (UINT64_C(1) << 63)
#define SIGN_S (UINT64_C(1) << 31)
#define SIGN_OP_D(expression)                       \
    uint64_t a = F(op->rs1), b = F(op->rs2);        \
    FD = (a & ~SIGN_D) | ((expression) & SIGN_D);
#define SIGN_OP_S(expression)                       \
    SLOW_UNLESS(BOXED(op->rs1) && BOXED(op->rs2));  \
    uint64_t a = F(op->rs1), b = F(op->rs2);        \
    FD = (a & ~SIGN_S) | ((expression) & SIGN_S);

struct run {
    struct cpu *cpu;
    const struct code *code;
    uint8_t *memory;
    uint32_t *fault_address;
    const int32_t *handlers; /* out, if there is no cpu */
};

#if defined(__clang__)
#define LOOP __attribute__((noinline, no_sanitize("address")))
#else
#define LOOP __attribute__((noinline, noclone, no_sanitize("address")))
#endif

#pragma GCC diagnostic ignored "-Wpointer-arith"

static LOOP enum machine_stop execute(struct run *run)
{
    static const int32_t handlers[HANDLER_COUNT] = {
#define PLAIN(name)   [H_##name##_2] = &&name##_2 - &&origin, [H_##name##_4] = &&name##_4 - &&origin,
#define OTHER(name)   PLAIN(name)
#define LEAVE(name)   PLAIN(name)
#define BRANCH(name)  PLAIN(name##_FORWARD) PLAIN(name##_BACK) PLAIN(name##_SLOW)
#if HOST_FP
#define FAST_FP(name) PLAIN(name)
#else
#define FAST_FP(name) [H_##name##_2] = &&FP_SLOW_2 - &&origin, [H_##name##_4] = &&FP_SLOW_4 - &&origin,
#endif
#include "machine/handlers.def"
#undef PLAIN
#undef OTHER
#undef LEAVE
#undef BRANCH
#undef FAST_FP
    };

    if (!run->cpu) {
        run->handlers = handlers;
        return MACHINE_FUEL;
    }

    struct cpu *const cpu = run->cpu;
    uint64_t *const x = cpu->x;
    uint8_t *const memory = run->memory;
    const char *base = &&origin;
    const struct op *const ops = run->code->ops;
    const uint16_t *const charge = run->code->charge;
    const uint32_t start = run->code->start, length = run->code->end - start;
    const uintptr_t charge_base = (uintptr_t)charge - SLOT_BYTES(ops);
    const uint32_t pc_base = start - (uint32_t)SLOT_BYTES(ops);
    const struct op *op;
    struct op crossing[3]; /* where the last operation of a page runs */
    enum machine_stop stop;
    uint32_t pc;
    unsigned edge;
#if HOST_FP
    const bool host_fma = __builtin_cpu_supports("fma");
#endif

    __asm__("" : "+r"(base)); /* keep it in a register */
    JUMP_INDIRECT(cpu->pc);

    /* ---- integers: RV64I ---- */
origin: /* offsets of handlers count from here */
    OP(NOP, )
    OP(MV, RD = RS1;)
    OP(LI, RD = IMM;)
    OP(ADD, RD = RS1 + RS2;)
    OP(SUB, RD = RS1 - RS2;)
    OP(SLL, RD = RS1 << (RS2 & 63);)
    OP(SRL, RD = RS1 >> (RS2 & 63);)
    OP(SRA, RD = (uint64_t)((int64_t)RS1 >> (RS2 & 63));)
    OP(SLT, RD = (int64_t)RS1 < (int64_t)RS2;)
    OP(SLTU, RD = RS1 < RS2;)
    OP(XOR, RD = RS1 ^ RS2;)
    OP(OR, RD = RS1 | RS2;)
    OP(AND, RD = RS1 & RS2;)
    OP(ADDW, RD = sign_extend_32(RS1 + RS2);)
    OP(SUBW, RD = sign_extend_32(RS1 - RS2);)
    OP(SLLW, RD = sign_extend_32((uint32_t)RS1 << (RS2 & 31));)
    OP(SRLW, RD = sign_extend_32((uint32_t)RS1 >> (RS2 & 31));)
    OP(SRAW, RD = (uint64_t)(int64_t)((int32_t)RS1 >> (RS2 & 31));)
    OP(ADDI, RD = RS1 + IMM;)
    OP(SLTI, RD = (int64_t)RS1 < (int64_t)IMM;)
    OP(SLTIU, RD = RS1 < IMM;)
    OP(XORI, RD = RS1 ^ IMM;)
    OP(ORI, RD = RS1 | IMM;)
    OP(ANDI, RD = RS1 & IMM;)
    OP(SLLI, RD = RS1 << (op->low & 63);)
    OP(SRLI, RD = RS1 >> (op->low & 63);)
    OP(SRAI, RD = (uint64_t)((int64_t)RS1 >> (op->low & 63));)
    OP(ADDIW, RD = sign_extend_32((uint32_t)RS1 + (uint32_t)op->low);)
    OP(SLLIW, RD = sign_extend_32((uint32_t)RS1 << (op->low & 31));)
    OP(SRLIW, RD = sign_extend_32((uint32_t)RS1 >> (op->low & 31));)
    OP(SRAIW, RD = (uint64_t)(int64_t)((int32_t)RS1 >> (op->low & 31));)

    OP(LB, RD = (uint64_t)LOAD(int8_t);)
    OP(LH, RD = (uint64_t)LOAD(int16_t);)
    OP(LW, RD = (uint64_t)LOAD(int32_t);)
    OP(LD, RD = LOAD(uint64_t);)
    OP(LBU, RD = LOAD(uint8_t);)
    OP(LHU, RD = LOAD(uint16_t);)
    OP(LWU, RD = LOAD(uint32_t);)
    OP(SB, STORE(uint8_t, RS2);)
    OP(SH, STORE(uint16_t, RS2);)
    OP(SW, STORE(uint32_t, RS2);)
    OP(SD, STORE(uint64_t, RS2);)

    /* ---- M ---- */
    OP4(MUL, RD = RS1 * RS2;)
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
    OP4(AMOAND_W, AMO(uint32_t, 4, a & b))
    OP4(AMOOR_W, AMO(uint32_t, 4, a | b))
    OP4(AMOMIN_W, AMO(int32_t, 4, a < b ? a : b))
    OP4(AMOMAX_W, AMO(int32_t, 4, a > b ? a : b))
    OP4(AMOMINU_W, AMO(uint32_t, 4, a < b ? a : b))
    OP4(AMOMAXU_W, AMO(uint32_t, 4, a > b ? a : b))
    OP4(AMOSWAP_D, AMO(uint64_t, 8, b))
    OP4(AMOADD_D, AMO(uint64_t, 8, a + b))
    OP4(AMOXOR_D, AMO(uint64_t, 8, a ^ b))
    OP4(AMOAND_D, AMO(uint64_t, 8, a & b))
    OP4(AMOOR_D, AMO(uint64_t, 8, a | b))
    OP4(AMOMIN_D, AMO(int64_t, 8, a < b ? a : b))
    OP4(AMOMAX_D, AMO(int64_t, 8, a > b ? a : b))
    OP4(AMOMINU_D, AMO(uint64_t, 8, a < b ? a : b))
    OP4(AMOMAXU_D, AMO(uint64_t, 8, a > b ? a : b))

    /* ---- Zba, Zbb, Zbc, Zbs, Zicond, Zicboz ---- */
    OP4(SH1ADD, RD = (RS1 << 1) + RS2;)
    OP4(SH2ADD, RD = (RS1 << 2) + RS2;)
    OP4(SH3ADD, RD = (RS1 << 3) + RS2;)
    OP4(ADD_UW, RD = (uint32_t)RS1 + RS2;)
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
    OP(FLD, FD = LOAD(uint64_t);)
    OP4(FSH, STORE(uint16_t, F(op->rs2));)
    OP4(FSW, STORE(uint32_t, F(op->rs2));)
    OP(FSD, STORE(uint64_t, F(op->rs2));)
    OP4(FMV_X_H, RD = (uint64_t)(int64_t)(int16_t)F(op->rs1);)
    OP4(FMV_X_W, RD = sign_extend_32(F(op->rs1));)
    OP4(FMV_X_D, RD = F(op->rs1);)
    OP4(FMV_H_X, FD = FP_BOX_H | (uint16_t)RS1;)
    OP4(FMV_W_X, FD = FP_BOX_S | (uint32_t)RS1;)
    OP4(FMV_D_X, FD = RS1;)

#if HOST_FP
    OP4(FADD_D, ARITHMETIC_D(+))
    OP4(FSUB_D, ARITHMETIC_D(-))
    OP4(FMUL_D, ARITHMETIC_D(*))
    OP4(FDIV_D, ARITHMETIC_D(/))
    OP4(FADD_S, ARITHMETIC_S(+))
    OP4(FSUB_S, ARITHMETIC_S(-))
    OP4(FMUL_S, ARITHMETIC_S(*))
    OP4(FDIV_S, ARITHMETIC_S(/))
    OP4(FSQRT_D, SLOW_UNLESS(NEAREST); __m128d a = _mm_set_sd(DOUBLE(op->rs1));
        STORE_DOUBLE(_mm_cvtsd_f64(_mm_sqrt_sd(a, a))))
    OP4(FSQRT_S, SLOW_UNLESS(NEAREST &&BOXED(op->rs1));
        STORE_FLOAT(_mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(FLOAT(op->rs1))))))
    OP4(FMADD_D, FUSED_D(0, 0))
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
#else
FCVT_W_D_RTZ_2: FCVT_W_D_RTZ_4: FCVT_L_D_RTZ_2: FCVT_L_D_RTZ_4: FCVT_WU_D_RTZ_2: FCVT_WU_D_RTZ_4:
FCVT_W_S_RTZ_2: FCVT_W_S_RTZ_4: FCVT_L_S_RTZ_2: FCVT_L_S_RTZ_4:
    goto fp_slow;
#endif
FP_SLOW_2:
FP_SLOW_4:
fp_slow:
    if (unlikely(!fp_execute(cpu, (unsigned)op->low & 0xffff, (unsigned)op->low >> 16, op->rd, op->rs1, op->rs2, op->rs3)))
        goto illegal;
    NEXT(2);

    OP4(CSR, csr_execute(cpu, op, cpu->run_budget - (uint64_t)cpu->fuel -
                                      CHARGE_OF(op >= crossing && op < crossing + 3 ? cpu->crossing : op));)

    /* ---- leaving a block ---- */
    BRANCH_OP(BEQ, RS1 == RS2)
    BRANCH_OP(BNE, RS1 != RS2)
    BRANCH_OP(BLT, (int64_t)RS1 < (int64_t)RS2)
    BRANCH_OP(BGE, (int64_t)RS1 >= (int64_t)RS2)
    BRANCH_OP(BLTU, RS1 < RS2)
    BRANCH_OP(BGEU, RS1 >= RS2)
    BRANCH_OP(BEQZ, RS1 == 0)
    BRANCH_OP(BNEZ, RS1 != 0)
    BRANCH_OP(BLTZ, (int64_t)RS1 < 0)
    BRANCH_OP(BGEZ, (int64_t)RS1 >= 0)
    BRANCH_OP(BGTZ, (int64_t)RS2 > 0)
    BRANCH_OP(BLEZ, (int64_t)RS2 <= 0)

slow_taken:
    if (op->rd & EDGE_OUTSIDE) {
J_OUT_2:
J_OUT_4:
        pc = PC_OF(op) + (uint32_t)(op->low >> 3);
        stop = MACHINE_FETCH;
        goto leave;
    }
    edge = op->rd & EDGE_CHECK_TAKEN;
    op = TARGET;
slow_next:
    if (edge)
        CHARGE_CHECKED(CHARGE_OF(op));
    else
        CHARGE(CHARGE_OF(op));
    DISPATCH();

FENCE_I_2:
FENCE_I_4:
    edge = op->rd & EDGE_CHECK_NEXT;
    op += 2;
    goto slow_next;

J_FORWARD_2:
J_FORWARD_4:
    CHARGE(op->a);
    op = TARGET;
    DISPATCH();

J_BACK_2:
J_BACK_4:
    {
        int64_t cost = op->a;
        op = TARGET;
        CHARGE_CHECKED(cost);
        DISPATCH();
    }

JAL_2:
JAL_4:
    {
        int64_t cost = op->a;
        RD = PC_OF(op) + 4;
        op = TARGET;
        CHARGE_CHECKED(cost);
        DISPATCH();
    }

JAL_OUT_2:
JAL_OUT_4:
    RD = PC_OF(op) + 4;
    goto J_OUT_4;

RET_2:
RET_4:
    JUMP_INDIRECT((uint32_t)x[1] & ~1u);

JR_2:
JR_4:
    JUMP_INDIRECT(ADDRESS & ~1u);

JALR_2:
    {
        uint32_t target = ADDRESS & ~1u;
        RD = PC_OF(op) + 2;
        JUMP_INDIRECT(target);
    }
JALR_4:
    {
        uint32_t target = ADDRESS & ~1u;
        RD = PC_OF(op) + 4;
        JUMP_INDIRECT(target);
    }

PAGE_LAST_2:
    crossing[1].handler = handlers[H_CROSS_2];
    goto page_last;
PAGE_LAST_4:
    crossing[2].handler = handlers[H_CROSS_2];
page_last:
    crossing[0] = *op;
    crossing[0].handler = handlers[op->b];
    crossing[0].imm = op->low;
    cpu->crossing = op;
    op = crossing;
    DISPATCH();
CROSS_2:
CROSS_4:
    op = cpu->crossing + (op - crossing);
    CHARGE_CHECKED(CHARGE_OF(op));
    DISPATCH();
PAGE_LAST_LI_2:
    RD = IMM;
    op += 1;
    CHARGE_CHECKED(CHARGE_OF(op));
    DISPATCH();
PAGE_LAST_LI_4:
    RD = IMM;
    op += 2;
    CHARGE_CHECKED(CHARGE_OF(op));
    DISPATCH();

    /* ---- leaving the run ---- */
out_of_fuel:
    stop = MACHINE_FUEL;
    goto not_retired;
ECALL_2:
ECALL_4:
    pc = PC_OF(op);
    stop = MACHINE_ECALL;
    goto leave;
EBREAK_2:
EBREAK_4:
    stop = MACHINE_EBREAK;
    goto not_retired;
illegal:
ILLEGAL_2:
ILLEGAL_4:
    stop = MACHINE_ILLEGAL;
    goto not_retired;
FETCH_2:
FETCH_4:
    stop = MACHINE_FETCH;
    goto not_retired;
misaligned:
    *run->fault_address = (uint32_t)RS1;
    stop = MACHINE_MISALIGNED;
not_retired: /* gives back the fuel of this operation and of what follows in its block */
    if (op >= crossing && op < crossing + 3)
        op = cpu->crossing;
    cpu->fuel += CHARGE_OF(op);
    pc = PC_OF(op);
leave:
    cpu->pc = pc;
    return stop;
}

/* ---- the interface --------------------------------------------------------------------------------- */

const int32_t *interp_handlers(void)
{
    struct run run = {.cpu = NULL};
    (void)execute(&run);
    return run.handlers;
}

enum machine_stop interp_run(struct cpu *cpu, const struct code *code, uint8_t *memory, uint32_t *fault_address)
{
    struct run run = {.cpu = cpu, .code = code, .memory = memory, .fault_address = fault_address};

    cpu->run_budget = cpu->retired + (uint64_t)cpu->fuel;
    fp_enter(cpu);
    enum machine_stop stop = execute(&run);
    fp_leave(cpu);
    cpu->retired = cpu->run_budget - (uint64_t)cpu->fuel;
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
