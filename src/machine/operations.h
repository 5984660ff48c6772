/* SPDX-License-Identifier: Apache-2.0
 *
 * What operations do, as macros from which interp.c and pairs.c make handlers. A handler is a function that does its
 * work and ends in a call of the next operation's handler, which the compiler turns into a jump: so the state of the
 * run stays in argument registers, the host's branch predictor sees one jump per handler, and a handler that calls
 * something does not cost the others a register. Both compilers do this at -O2, which the build always uses for these
 * files; clang is told that it must.
 *
 * What is true whenever a handler is entered:
 *   - `op` is the operation to run, and its block has been charged
 *   - x[0] is 0; what is written to x0 goes to x[CPU_SINK]
 *   - accrued floating-point flags are those in the control word and those in cpu->fflags together
 *
 * Macros here use the parameters of the handler that they stand in: op, cpu, memory, base, run.
 */
#ifndef MAYFLY_MACHINE_OPERATIONS_H
#define MAYFLY_MACHINE_OPERATIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "machine/code.h"
#include "machine/cpu.h"
#include "machine/fp.h"
#include "machine/handlers.h"
#include "machine/interp.h"
#include "riscv/decode.h"

#if HOST_FP
#include <emmintrin.h>
#endif

/* What a run needs less often. */
struct run {
    const struct op *ops;
    const uint16_t *charge;
    uint32_t start, length; /* of the code, guest addresses */
    uintptr_t charge_base;  /* see CHARGE_OF */
    uint32_t pc_base;       /* see PC_OF */
    bool host_fma;
    uint32_t *fault_address;
    struct op crossing[3]; /* where the last operation of a page runs */
};

#if defined(__clang__)
#define HANDLER_ATTRIBUTES __attribute__((no_sanitize("address")))
#define JUMP               __attribute__((musttail)) return
#else
#define HANDLER_ATTRIBUTES __attribute__((no_sanitize("address")))
#define JUMP               return
#endif

#define HANDLER(name)      HANDLER_ATTRIBUTES static int name(HANDLER_PARAMETERS)
#define COLD_HANDLER(name) HANDLER_ATTRIBUTES __attribute__((noinline, cold)) int name(HANDLER_PARAMETERS)
#define GO(handler)        JUMP handler(op, cpu, memory, base, run)
#define DISPATCH()         GO(((handler_function *)(base + (uintptr_t)(intptr_t)op->handler)))
#define NEXT(slots)                                                                                                    \
    do {                                                                                                               \
        op += (slots);                                                                                                 \
        DISPATCH();                                                                                                    \
    } while (0)

/* Ways out of a handler that are taken rarely (interp.c). They may be entered at any operation. */
int interp_fp_slow(HANDLER_PARAMETERS);     /* does the operation by fp_execute, and goes on */
int interp_out_of_fuel(HANDLER_PARAMETERS); /* `op` has been charged but cannot be paid for */
int interp_misaligned(HANDLER_PARAMETERS);
int interp_outside(HANDLER_PARAMETERS); /* leaves the code by a direct branch or jump; it has retired */
int interp_slow_taken(HANDLER_PARAMETERS);

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

/* Guest memory: any alignment, any type, and the compiler may neither drop nor move an access, as each may fault. */
#define GUEST_TYPE(type)                                                                                               \
    struct guest_##type {                                                                                              \
        volatile type value;                                                                                           \
    } __attribute__((packed, may_alias))
GUEST_TYPE(int8_t);
GUEST_TYPE(uint8_t);
GUEST_TYPE(int16_t);
GUEST_TYPE(uint16_t);
GUEST_TYPE(int32_t);
GUEST_TYPE(uint32_t);
GUEST_TYPE(int64_t);
GUEST_TYPE(uint64_t);

/* ---- helpers --------------------------------------------------------------------------------------- */

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

/* ---- operands -------------------------------------------------------------------------------------- */

#define RD  cpu->x[op->rd]
#define RS1 cpu->x[op->rs1]
#define RS2 cpu->x[op->rs2]
#define IMM ((uint64_t)(int64_t)op->low)

/* Effective addresses have 32 bits. */
#define ADDRESS ((uint32_t)RS1 + (uint32_t)op->low)
/* Says where we are, for a fault; ordered before the access, as both are volatile. */
#define MARK()               (cpu->at = op)
#define GUEST(type, address) (((struct guest_##type *)(memory + (address)))->value)
#define LOAD(type)           (MARK(), GUEST(type, ADDRESS))
#define STORE(type, data)    (MARK(), GUEST(type, ADDRESS) = (type)(data))

/* Fuel lives in memory, so that it is right also when a fault ends the run. */
#define CHARGE(amount) (cpu->fuel -= (int64_t)(amount))
#define CHARGE_CHECKED(amount)                                                                                         \
    do {                                                                                                               \
        CHARGE(amount);                                                                                                \
        if (unlikely(cpu->fuel < 0))                                                                                   \
            GO(interp_out_of_fuel);                                                                                    \
    } while (0)

#define SLOT_BYTES(o) ((uintptr_t)(o) >> 3) /* two bytes of code, and of charge, to a slot of 16 */
#define CHARGE_OF(o)  (*(const uint16_t *)(run->charge_base + SLOT_BYTES(o)))
#define PC_OF(o)      (run->pc_base + (uint32_t)SLOT_BYTES(o))
#define TARGET        ((const struct op *)((uintptr_t)op + (uintptr_t)(intptr_t)op->low))

#define F(n)      (cpu->f[n])
#define FD        F(op->rd)
#define DOUBLE(n) as_double(F(n))
#define FLOAT(n)  as_float(F(n))
#define SLOW_UNLESS(condition)                                                                                         \
    if (unlikely(!(condition)))                                                                                        \
    GO(interp_fp_slow)
#define NEAREST  (cpu->frm == RISCV_RNE)
#define BOXED(n) (F(n) >> 32 == UINT32_MAX)

#define STORE_DOUBLE(expression)                                                                                       \
    double result = (expression);                                                                                      \
    FD = likely(result == result) ? from_double(result) : FP_NAN_D;
#define STORE_FLOAT(expression)                                                                                        \
    float result = (expression);                                                                                       \
    FD = likely(result == result) ? from_float(result) : FP_BOX_S | FP_NAN_S;

#define ARITHMETIC_D(operator)                                                                                         \
    SLOW_UNLESS(NEAREST);                                                                                              \
    STORE_DOUBLE(DOUBLE(op->rs1) operator DOUBLE(op->rs2))
#define ARITHMETIC_S(operator)                                                                                         \
    SLOW_UNLESS(NEAREST &&BOXED(op->rs1) && BOXED(op->rs2));                                                           \
    STORE_FLOAT(FLOAT(op->rs1) operator FLOAT(op->rs2))

/* a * b + c rounded once. The host's instruction needs no compiler flag this way. A NaN goes the slow way, as
 * infinity times zero plus NaN is invalid here and not there. */
#define FUSED_D(a_sign, c_sign)                                                                                        \
    SLOW_UNLESS(NEAREST && run->host_fma);                                                                             \
    double a = as_double(F(op->rs1) ^ (a_sign)), b = DOUBLE(op->rs2), c = as_double(F(op->rs3) ^ (c_sign));            \
    __asm__ volatile("vfmadd213sd %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));                                             \
    SLOW_UNLESS(a == a);                                                                                               \
    FD = from_double(a);
#define FUSED_S(a_sign, c_sign)                                                                                        \
    SLOW_UNLESS(NEAREST && run->host_fma && BOXED(op->rs1) && BOXED(op->rs2) && BOXED(op->rs3));                       \
    float a = as_float(F(op->rs1) ^ (a_sign)), b = FLOAT(op->rs2), c = as_float(F(op->rs3) ^ (c_sign));                \
    __asm__ volatile("vfmadd213ss %2, %1, %0" : "+x"(a) : "x"(b), "x"(c));                                             \
    SLOW_UNLESS(a == a);                                                                                               \
    FD = from_float(a);

/* ---- what is done alone and in pairs --------------------------------------------------------------- */

#define DO_MV      RD = RS1;
#define DO_LI      RD = IMM; /* in a pair; alone it has 64 bits */
#define DO_ADD     RD = RS1 + RS2;
#define DO_SUB     RD = RS1 - RS2;
#define DO_SLTU    RD = RS1 < RS2;
#define DO_XOR     RD = RS1 ^ RS2;
#define DO_OR      RD = RS1 | RS2;
#define DO_AND     RD = RS1 & RS2;
#define DO_ADDW    RD = sign_extend_32(RS1 + RS2);
#define DO_ADDI    RD = RS1 + IMM;
#define DO_ANDI    RD = RS1 & IMM;
#define DO_SLLI    RD = RS1 << (op->low & 63);
#define DO_SRLI    RD = RS1 >> (op->low & 63);
#define DO_ADDIW   RD = sign_extend_32((uint32_t)RS1 + (uint32_t)op->low);
#define DO_SLLIW   RD = sign_extend_32((uint32_t)RS1 << (op->low & 31));
#define DO_SRLIW   RD = sign_extend_32((uint32_t)RS1 >> (op->low & 31));
#define DO_LW      RD = (uint64_t)LOAD(int32_t);
#define DO_LD      RD = LOAD(uint64_t);
#define DO_LBU     RD = LOAD(uint8_t);
#define DO_LHU     RD = LOAD(uint16_t);
#define DO_SB      STORE(uint8_t, RS2);
#define DO_SW      STORE(uint32_t, RS2);
#define DO_SD      STORE(uint64_t, RS2);
#define DO_MUL     RD = RS1 * RS2;
#define DO_SH2ADD  RD = (RS1 << 2) + RS2;
#define DO_SH3ADD  RD = (RS1 << 3) + RS2;
#define DO_ADD_UW  RD = (uint32_t)RS1 + RS2;
#define DO_FLD     FD = LOAD(uint64_t);
#define DO_FSD     STORE(uint64_t, F(op->rs2));
#define DO_FADD_D  ARITHMETIC_D(+)
#define DO_FSUB_D  ARITHMETIC_D(-)
#define DO_FMUL_D  ARITHMETIC_D(*)
#define DO_FMADD_D FUSED_D(0, 0)

#define IF_BEQ  (RS1 == RS2)
#define IF_BNE  (RS1 != RS2)
#define IF_BLT  ((int64_t)RS1 < (int64_t)RS2)
#define IF_BGE  ((int64_t)RS1 >= (int64_t)RS2)
#define IF_BLTU (RS1 < RS2)
#define IF_BGEU (RS1 >= RS2)
#define IF_BEQZ (RS1 == 0)
#define IF_BNEZ (RS1 != 0)
#define IF_BLTZ ((int64_t)RS1 < 0)
#define IF_BGEZ ((int64_t)RS1 >= 0)
#define IF_BGTZ ((int64_t)RS2 > 0)
#define IF_BLEZ ((int64_t)RS2 <= 0)

#define DO_J_FORWARD                                                                                                   \
    CHARGE(op->a);                                                                                                     \
    op = TARGET;                                                                                                       \
    DISPATCH();
#define DO_J_BACK                                                                                                      \
    int64_t cost = op->a;                                                                                              \
    op = TARGET;                                                                                                       \
    CHARGE_CHECKED(cost);                                                                                              \
    DISPATCH();
#define DO_JAL                                                                                                         \
    int64_t cost = op->a;                                                                                              \
    RD = PC_OF(op) + 4;                                                                                                \
    op = TARGET;                                                                                                       \
    CHARGE_CHECKED(cost);                                                                                              \
    DISPATCH();
#define DO_JAL_FAR                                                                                                     \
    RD = PC_OF(op) + 4;                                                                                                \
    op = TARGET;                                                                                                       \
    CHARGE_CHECKED(CHARGE_OF(op));                                                                                     \
    DISPATCH();
#define DO_RET JUMP_INDIRECT((uint32_t)cpu->x[1] & ~1u);

#define JUMP_INDIRECT(target)                                                                                          \
    do {                                                                                                               \
        uint32_t distance = (target)-run->start;                                                                       \
        if (unlikely(distance >= run->length)) {                                                                       \
            cpu->pc = run->start + distance;                                                                           \
            return MACHINE_FETCH;                                                                                      \
        }                                                                                                              \
        op = (const struct op *)((uintptr_t)run->ops + (uintptr_t)distance * 8);                                       \
        CHARGE_CHECKED(*(const uint16_t *)((uintptr_t)run->charge + distance));                                        \
        DISPATCH();                                                                                                    \
    } while (0)

#endif
