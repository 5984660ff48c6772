/* SPDX-License-Identifier: Apache-2.0
 *
 * From an instruction to an operation of the interpreter. Inline, so that it is compiled for each encoding alone
 * (code.c).
 */
#ifndef MAYFLY_MACHINE_LOWER_H
#define MAYFLY_MACHINE_LOWER_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/code.h"
#include "machine/cpu.h"
#include "machine/handlers.h"
#include "riscv/decode.h"

#define PAGE_MASK 4095u

#define LOWER_INLINE __attribute__((always_inline)) static inline

/* Handlers are numbered in pairs: what _2 is, plus one for _4. 0 in these tables: none. */
static const uint16_t plain_handlers[RISCV_ID_COUNT] = {
#define PLAIN(name) [RISCV_##name] = H_##name##_2 + 1,
#define WIDE(name)  PLAIN(name)
#define FAST_FP(name)
#define OTHER(name)
#define OTHER_WIDE(name)
#define LEAVE(name)
#define BRANCH(name)
#include "machine/handlers.def"
};

static const uint16_t fast_fp_handlers[RISCV_ID_COUNT] = {
#define FAST_FP(name) [RISCV_##name] = H_##name##_2 + 1,
#define PLAIN(name)
#define WIDE(name)
#define OTHER(name)
#define OTHER_WIDE(name)
#define LEAVE(name)
#define BRANCH(name)
#include "machine/handlers.def"
};

/* Where an instruction stands. Pages are decoded alone, so the charge of what an edge leads to is only known within. */
struct lower_place {
    uint32_t start, end;   /* of all code */
    uint32_t first, limit; /* of what is decoded together, at most a page */
};

LOWER_INLINE bool lower_knows(const struct lower_place *place, uint32_t address)
{
    return address - place->first < place->limit - place->first;
}

/* The numbers here are of the _2 handlers; the caller adds the size. */

LOWER_INLINE unsigned lower_branch(const struct lower_place *place, struct op *op, const struct riscv_instruction *in,
                                   uint32_t pc)
{
    static const uint16_t handlers[][2] = {
        [RISCV_BEQ - RISCV_BEQ] = {H_BEQ_FORWARD_2, H_BEQZ_FORWARD_2},
        [RISCV_BNE - RISCV_BEQ] = {H_BNE_FORWARD_2, H_BNEZ_FORWARD_2},
        [RISCV_BLT - RISCV_BEQ] = {H_BLT_FORWARD_2, H_BLTZ_FORWARD_2},
        [RISCV_BGE - RISCV_BEQ] = {H_BGE_FORWARD_2, H_BGEZ_FORWARD_2},
        [RISCV_BLTU - RISCV_BEQ] = {H_BLTU_FORWARD_2, H_BLTU_FORWARD_2},
        [RISCV_BGEU - RISCV_BEQ] = {H_BGEU_FORWARD_2, H_BGEU_FORWARD_2},
    };
    uint32_t target = pc + (uint32_t)in->imm, next = pc + in->size;
    bool outside = target - place->start >= place->end - place->start;
    bool crosses = (target ^ pc) & ~PAGE_MASK, next_crosses = (next ^ pc) & ~PAGE_MASK;
    bool back = in->imm <= 0;
    unsigned handler = handlers[in->id - RISCV_BEQ][in->rs2 == 0];

    if (in->rs1 == 0 && (in->id == RISCV_BEQ || in->id == RISCV_BNE)) {
        op->rs1 = in->rs2;
        handler = handlers[in->id - RISCV_BEQ][1];
    } else if (in->rs1 == 0 && (in->id == RISCV_BLT || in->id == RISCV_BGE)) {
        handler = in->id == RISCV_BLT ? H_BGTZ_FORWARD_2 : H_BLEZ_FORWARD_2;
    }
    op->low = in->imm * 8;
    if (lower_knows(place, target) && lower_knows(place, next))
        return back ? handler + 2 : handler;
    op->rd = (uint8_t)((crosses || back ? EDGE_CHECK_TAKEN : 0) | (next_crosses ? EDGE_CHECK_NEXT : 0) |
                       (outside ? EDGE_OUTSIDE : 0));
    return handler + 4;
}

/* To another page it is a branch that is always taken. */
LOWER_INLINE unsigned lower_jump(const struct lower_place *place, struct op *op, const struct riscv_instruction *in,
                                 uint32_t pc)
{
    uint32_t target = pc + (uint32_t)in->imm;
    bool back = in->imm <= 0, crosses = (target ^ pc) & ~PAGE_MASK;

    op->low = in->imm * 8;
    op->rd = in->rd ? in->rd : CPU_SINK;
    if (target - place->start >= place->end - place->start)
        return in->rd ? H_JAL_OUT_2 : H_J_OUT_2;
    if (in->rd)
        return lower_knows(place, target) ? H_JAL_2 : H_JAL_FAR_2;
    if (lower_knows(place, target))
        return back ? H_J_BACK_2 : H_J_FORWARD_2;
    op->rd = back || crosses ? EDGE_CHECK_TAKEN : 0;
    return H_BEQZ_SLOW_2;
}

LOWER_INLINE unsigned lower_indirect(struct op *op, const struct riscv_instruction *in)
{
    if (in->rd)
        return H_JALR_2;
    return in->rs1 == 1 && in->imm == 0 ? H_RET_2 : H_JR_2;
}

/* User-mode CSRs: fflags, frm, fcsr, and cycle, time, instret, which are read-only. */
static inline unsigned lower_csr(struct op *op, const struct riscv_instruction *in)
{
    bool writes = in->id == RISCV_CSRRW || in->id == RISCV_CSRRWI || in->rs1 != 0;

    if (!(in->imm >= 1 && in->imm <= 3) && !(in->imm >= 0xc00 && in->imm <= 0xc02 && !writes))
        return H_ILLEGAL_2;
    op->low = in->imm | in->id << 16;
    return H_CSR_2;
}

static inline unsigned lower_fp(struct op *op, const struct riscv_instruction *in)
{
    bool common = !(in->flags & RISCV_ROUNDS) || in->rm == RISCV_DYN || in->rm == RISCV_RNE;

    op->imm = in->id | in->rm << 16;
    if (HOST_FP && common && fast_fp_handlers[in->id])
        return fast_fp_handlers[in->id] - 1u;
    if (HOST_FP && in->rm == RISCV_RTZ) {
        switch (in->id) {
        case RISCV_FCVT_W_D:
            return H_FCVT_W_D_RTZ_2;
        case RISCV_FCVT_L_D:
            return H_FCVT_L_D_RTZ_2;
        case RISCV_FCVT_WU_D:
            return H_FCVT_WU_D_RTZ_2;
        case RISCV_FCVT_W_S:
            return H_FCVT_W_S_RTZ_2;
        case RISCV_FCVT_L_S:
            return H_FCVT_L_S_RTZ_2;
        default:
            break;
        }
    }
    return H_FP_SLOW_2;
}

LOWER_INLINE unsigned lower_copy(struct op *op, uint8_t from)
{
    op->rs1 = from;
    op->imm = 0;
    return from ? H_MV_2 : H_LI_2;
}

/* Integer arithmetic: only rd, rs1, rs2 and imm, and no effect but on rd. */
LOWER_INLINE unsigned lower_integer(struct op *op, const struct riscv_instruction *in, uint32_t pc)
{
    if (in->rd == 0)
        return H_NOP_2;
    switch (in->id) {
    case RISCV_LUI:
        return H_LI_2;
    case RISCV_AUIPC:
        op->imm = (int64_t)pc + in->imm;
        return op->imm == op->low ? H_LI_2 : H_LI_WIDE_2;
    case RISCV_ADDI:
        if (in->rs1 == 0)
            return H_LI_2;
        return in->imm == 0 ? lower_copy(op, in->rs1) : H_ADDI_2;
    case RISCV_ADDIW:
        return in->rs1 == 0 ? H_LI_2 : H_ADDIW_2;
    case RISCV_ADD:
        if (in->rs1 == 0 || in->rs2 == 0)
            return lower_copy(op, in->rs1 | in->rs2);
        return H_ADD_2;
    default:
        return plain_handlers[in->id] - 1u;
    }
}

LOWER_INLINE unsigned lower(const struct lower_place *place, struct op *op, const struct riscv_instruction *in,
                            uint32_t pc)
{
    *op = (struct op){.rd = in->rd, .rs1 = in->rs1, .rs2 = in->rs2, .rs3 = in->rs3, .imm = in->imm};
    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_B:
        return lower_branch(place, op, in, pc);
    case RISCV_FORMAT_J:
        return lower_jump(place, op, in, pc);
    case RISCV_FORMAT_F4:
    case RISCV_FORMAT_F3:
    case RISCV_FORMAT_F3N:
    case RISCV_FORMAT_F2:
    case RISCV_FORMAT_X_TO_F:
        return lower_fp(op, in);
    case RISCV_FORMAT_FLOAD:
    case RISCV_FORMAT_XMOVE_F:
        return plain_handlers[in->id] - 1u;
    case RISCV_FORMAT_STORE:
    case RISCV_FORMAT_FSTORE:
    case RISCV_FORMAT_CBO:
        op->rs3 = OP_STORES;
        return plain_handlers[in->id] - 1u;
    case RISCV_FORMAT_FENCE:
        return H_NOP_2;
    case RISCV_FORMAT_NONE:
        switch (in->id) {
        case RISCV_ECALL:
            return H_ECALL_2;
        case RISCV_EBREAK:
            return H_EBREAK_2;
        case RISCV_FENCE_I:
            op->rd = ((pc + in->size) ^ pc) & ~PAGE_MASK ? EDGE_CHECK_NEXT : 0;
            return H_FENCE_I_2;
        case RISCV_ILLEGAL:
            return H_ILLEGAL_2;
        default: /* pause, fence.tso */
            return H_NOP_2;
        }
    default:
        break;
    }

    if (in->rd == 0)
        op->rd = CPU_SINK;
    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_JALR:
        return lower_indirect(op, in);
    case RISCV_FORMAT_CSR:
    case RISCV_FORMAT_CSRI:
        return lower_csr(op, in);
    case RISCV_FORMAT_FCOMPARE:
    case RISCV_FORMAT_F_TO_X:
        return lower_fp(op, in);
    case RISCV_FORMAT_FMOVE_X:
        return plain_handlers[in->id] ? plain_handlers[in->id] - 1u : lower_fp(op, in);
    case RISCV_FORMAT_AMO:
        op->rs3 = OP_STORES;
        return plain_handlers[in->id] - 1u;
    case RISCV_FORMAT_LOAD:
    case RISCV_FORMAT_LR:
        return plain_handlers[in->id] - 1u;
    default:
        return lower_integer(op, in, pc);
    }
}

#endif
