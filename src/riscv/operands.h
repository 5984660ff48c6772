/* SPDX-License-Identifier: Apache-2.0
 *
 * Where each format has its operands. Inline, so that a loop over instructions of one format is compiled for that
 * format alone (machine/code.c).
 */
#ifndef MAYFLY_RISCV_OPERANDS_H
#define MAYFLY_RISCV_OPERANDS_H

#include <stdbool.h>
#include <stdint.h>

#include "riscv/decode.h"

#define RISCV_INLINE __attribute__((always_inline)) static inline

RISCV_INLINE uint32_t riscv_bits(uint32_t word, unsigned low, unsigned count)
{
    return word >> low & ((1u << count) - 1);
}

/* Bits [from, from+count) of the word, as bits [to, to+count) of an immediate. */
RISCV_INLINE uint32_t riscv_move(uint32_t word, unsigned from, unsigned count, unsigned to)
{
    return riscv_bits(word, from, count) << to;
}

RISCV_INLINE int32_t riscv_sign_extend(uint32_t value, unsigned width)
{
    return (int32_t)(value << (32 - width)) >> (32 - width);
}

RISCV_INLINE int32_t riscv_immediate_b(uint32_t w)
{
    return riscv_sign_extend(
        riscv_move(w, 31, 1, 12) | riscv_move(w, 7, 1, 11) | riscv_move(w, 25, 6, 5) | riscv_move(w, 8, 4, 1), 13);
}

RISCV_INLINE int32_t riscv_immediate_j(uint32_t w)
{
    return riscv_sign_extend(
        riscv_move(w, 31, 1, 20) | riscv_move(w, 12, 8, 12) | riscv_move(w, 20, 1, 11) | riscv_move(w, 21, 10, 1), 21);
}

RISCV_INLINE int32_t riscv_immediate_s(uint32_t w)
{
    return riscv_sign_extend(riscv_move(w, 25, 7, 5) | riscv_move(w, 7, 5, 0), 12);
}

/* Formats with a field that says how: a rounding mode, or how an atomic is ordered. */
RISCV_INLINE void riscv_qualified_operands(struct riscv_instruction *in, enum riscv_format format, uint32_t w)
{
    switch (format) {
    case RISCV_FORMAT_AMO:
    case RISCV_FORMAT_LR:
        in->rm = (uint8_t)riscv_bits(w, 25, 2);
        break;
    case RISCV_FORMAT_F4:
        in->rs3 = (uint8_t)riscv_bits(w, 27, 5);
        in->rm = (uint8_t)riscv_bits(w, 12, 3);
        break;
    case RISCV_FORMAT_F3:
        in->rm = (uint8_t)riscv_bits(w, 12, 3);
        break;
    case RISCV_FORMAT_F2:
    case RISCV_FORMAT_F_TO_X:
    case RISCV_FORMAT_X_TO_F:
        in->rs2 = 0;
        in->rm = (uint8_t)riscv_bits(w, 12, 3);
        break;
    default: /* R and its like: three registers */
        break;
    }
}

RISCV_INLINE void riscv_operands(struct riscv_instruction *in, enum riscv_format format, uint32_t w)
{
    in->rd = (uint8_t)riscv_bits(w, 7, 5);
    in->rs1 = (uint8_t)riscv_bits(w, 15, 5);
    in->rs2 = (uint8_t)riscv_bits(w, 20, 5);
    switch (format) {
    case RISCV_FORMAT_I:
    case RISCV_FORMAT_LOAD:
    case RISCV_FORMAT_FLOAD:
    case RISCV_FORMAT_JALR:
        in->rs2 = 0;
        in->imm = (int32_t)w >> 20;
        break;
    case RISCV_FORMAT_SHIFT5:
        in->rs2 = 0;
        in->imm = (int32_t)riscv_bits(w, 20, 5);
        break;
    case RISCV_FORMAT_SHIFT6:
        in->rs2 = 0;
        in->imm = (int32_t)riscv_bits(w, 20, 6);
        break;
    case RISCV_FORMAT_STORE:
    case RISCV_FORMAT_FSTORE:
        in->rd = 0;
        in->imm = riscv_immediate_s(w);
        break;
    case RISCV_FORMAT_B:
        in->rd = 0;
        in->imm = riscv_immediate_b(w);
        break;
    case RISCV_FORMAT_U:
        in->rs1 = in->rs2 = 0;
        in->imm = (int32_t)(w & 0xfffff000);
        break;
    case RISCV_FORMAT_J:
        in->rs1 = in->rs2 = 0;
        in->imm = riscv_immediate_j(w);
        break;
    case RISCV_FORMAT_CSR:
    case RISCV_FORMAT_CSRI:
        in->rs2 = 0;
        in->imm = (int32_t)riscv_bits(w, 20, 12);
        break;
    case RISCV_FORMAT_FENCE:
        in->rd = in->rs1 = in->rs2 = 0;
        in->imm = (int32_t)riscv_bits(w, 20, 8);
        break;
    case RISCV_FORMAT_R1:
    case RISCV_FORMAT_FMOVE_X:
    case RISCV_FORMAT_XMOVE_F:
        in->rs2 = 0;
        break;
    case RISCV_FORMAT_CBO:
        in->rd = in->rs2 = 0;
        break;
    case RISCV_FORMAT_NONE:
        in->rd = in->rs1 = in->rs2 = 0;
        break;
    default:
        riscv_qualified_operands(in, format, w);
        break;
    }
}

RISCV_INLINE int32_t riscv_immediate_cj(uint32_t w)
{
    return riscv_sign_extend(riscv_move(w, 12, 1, 11) | riscv_move(w, 11, 1, 4) | riscv_move(w, 9, 2, 8) |
                                 riscv_move(w, 8, 1, 10) | riscv_move(w, 7, 1, 6) | riscv_move(w, 6, 1, 7) |
                                 riscv_move(w, 3, 3, 1) | riscv_move(w, 2, 1, 5),
                             12);
}

RISCV_INLINE int32_t riscv_immediate_cb(uint32_t w)
{
    return riscv_sign_extend(riscv_move(w, 12, 1, 8) | riscv_move(w, 10, 2, 3) | riscv_move(w, 5, 2, 6) |
                                 riscv_move(w, 3, 2, 1) | riscv_move(w, 2, 1, 5),
                             9);
}

RISCV_INLINE void riscv_registers(struct riscv_instruction *in, uint32_t rd, uint32_t rs1, uint32_t rs2)
{
    in->rd = (uint8_t)rd;
    in->rs1 = (uint8_t)rs1;
    in->rs2 = (uint8_t)rs2;
}

/* The formats that reach no memory and no constant of their own: branches, jumps, arithmetic on registers. */
RISCV_INLINE void riscv_compressed_arithmetic_operands(struct riscv_instruction *in, enum riscv_format format,
                                                       uint32_t w)
{
    uint32_t full = riscv_bits(w, 7, 5), rs2 = riscv_bits(w, 2, 5);
    uint32_t high = 8 + riscv_bits(w, 7, 3), low = 8 + riscv_bits(w, 2, 3);
    uint32_t ci = riscv_move(w, 12, 1, 5) | rs2;

    switch (format) {
    case RISCV_FORMAT_CB:
        riscv_registers(in, 0, high, 0);
        in->imm = riscv_immediate_cb(w);
        break;
    case RISCV_FORMAT_CB_SHIFT:
        riscv_registers(in, high, high, 0);
        in->imm = (int32_t)ci;
        break;
    case RISCV_FORMAT_CB_ANDI:
        riscv_registers(in, high, high, 0);
        in->imm = riscv_sign_extend(ci, 6);
        break;
    case RISCV_FORMAT_CA:
        riscv_registers(in, high, high, low);
        break;
    case RISCV_FORMAT_CJ:
        in->imm = riscv_immediate_cj(w);
        break;
    case RISCV_FORMAT_CR_MV:
        riscv_registers(in, full, 0, rs2);
        break;
    case RISCV_FORMAT_CR_ADD:
        riscv_registers(in, full, full, rs2);
        break;
    case RISCV_FORMAT_CR_JR:
        riscv_registers(in, 0, full, 0);
        break;
    case RISCV_FORMAT_CR_JALR:
        riscv_registers(in, 1, full, 0);
        break;
    default: /* no operands */
        break;
    }
}

/* RISC-V Unprivileged §27.8, "RVC instruction set listings". `w` has 16 bits. */
RISCV_INLINE void riscv_compressed_operands(struct riscv_instruction *in, enum riscv_format format, uint32_t w)
{
    uint32_t full = riscv_bits(w, 7, 5), rs2 = riscv_bits(w, 2, 5);
    uint32_t high = 8 + riscv_bits(w, 7, 3), low = 8 + riscv_bits(w, 2, 3);
    uint32_t ci = riscv_move(w, 12, 1, 5) | rs2;

    switch (format) {
    case RISCV_FORMAT_CIW:
        riscv_registers(in, low, 2, 0);
        in->imm = (int32_t)(riscv_move(w, 11, 2, 4) | riscv_move(w, 7, 4, 6) | riscv_move(w, 6, 1, 2) |
                            riscv_move(w, 5, 1, 3));
        break;
    case RISCV_FORMAT_CL_W:
    case RISCV_FORMAT_CS_W:
        riscv_registers(in, format == RISCV_FORMAT_CL_W ? low : 0, high, format == RISCV_FORMAT_CL_W ? 0 : low);
        in->imm = (int32_t)(riscv_move(w, 10, 3, 3) | riscv_move(w, 6, 1, 2) | riscv_move(w, 5, 1, 6));
        break;
    case RISCV_FORMAT_CL_D:
    case RISCV_FORMAT_CS_D:
        riscv_registers(in, format == RISCV_FORMAT_CL_D ? low : 0, high, format == RISCV_FORMAT_CL_D ? 0 : low);
        in->imm = (int32_t)(riscv_move(w, 10, 3, 3) | riscv_move(w, 5, 2, 6));
        break;
    case RISCV_FORMAT_CI:
        riscv_registers(in, full, full, 0);
        in->imm = riscv_sign_extend(ci, 6);
        break;
    case RISCV_FORMAT_CI_LI:
        riscv_registers(in, full, 0, 0);
        in->imm = riscv_sign_extend(ci, 6);
        break;
    case RISCV_FORMAT_CI_LUI:
        riscv_registers(in, full, 0, 0);
        in->imm = riscv_sign_extend(ci, 6) * 4096;
        break;
    case RISCV_FORMAT_CI_16SP:
        riscv_registers(in, 2, 2, 0);
        in->imm = riscv_sign_extend(riscv_move(w, 12, 1, 9) | riscv_move(w, 6, 1, 4) | riscv_move(w, 5, 1, 6) |
                                        riscv_move(w, 3, 2, 7) | riscv_move(w, 2, 1, 5),
                                    10);
        break;
    case RISCV_FORMAT_CI_SHIFT:
        riscv_registers(in, full, full, 0);
        in->imm = (int32_t)ci;
        break;
    case RISCV_FORMAT_CI_LWSP:
        riscv_registers(in, full, 2, 0);
        in->imm = (int32_t)(riscv_move(w, 12, 1, 5) | riscv_move(w, 4, 3, 2) | riscv_move(w, 2, 2, 6));
        break;
    case RISCV_FORMAT_CI_LDSP:
        riscv_registers(in, full, 2, 0);
        in->imm = (int32_t)(riscv_move(w, 12, 1, 5) | riscv_move(w, 5, 2, 3) | riscv_move(w, 2, 3, 6));
        break;
    case RISCV_FORMAT_CSS_W:
        riscv_registers(in, 0, 2, rs2);
        in->imm = (int32_t)(riscv_move(w, 9, 4, 2) | riscv_move(w, 7, 2, 6));
        break;
    case RISCV_FORMAT_CSS_D:
        riscv_registers(in, 0, 2, rs2);
        in->imm = (int32_t)(riscv_move(w, 10, 3, 3) | riscv_move(w, 7, 3, 6));
        break;
    default:
        riscv_compressed_arithmetic_operands(in, format, w);
        break;
    }
}

/* The encoding means nothing because of what an operand is. */
RISCV_INLINE bool riscv_is_reserved(const struct riscv_instruction *in, unsigned rules)
{
    if (rules & RISCV_ROUNDS)
        return in->rm == 5 || in->rm == 6;
    return ((rules & RISCV_NOT_ZERO_IMM) && in->imm == 0) || ((rules & RISCV_NOT_ZERO_RD) && in->rd == 0) ||
           ((rules & RISCV_NOT_ZERO_RS1) && in->rs1 == 0);
}

/* All of the instruction that `word` encodes, which `pattern` has recognised. `encoding` is the pattern's. */
RISCV_INLINE struct riscv_instruction riscv_take_apart(const struct riscv_pattern *pattern, enum riscv_format encoding,
                                                       uint32_t word)
{
    struct riscv_instruction in = {.id = pattern->id,
                                   .format = pattern->format,
                                   .flags = pattern->flags,
                                   .size = (uint8_t)riscv_size((uint16_t)word)};

    if (encoding >= RISCV_FORMAT_CIW)
        riscv_compressed_operands(&in, encoding, word & 0xffff);
    else
        riscv_operands(&in, encoding, word);
    if (riscv_is_reserved(&in, pattern->rules))
        return (struct riscv_instruction){.id = RISCV_ILLEGAL, .flags = RISCV_TERMINATOR, .size = in.size};
    return in;
}

#endif
