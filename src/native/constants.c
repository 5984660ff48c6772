/* SPDX-License-Identifier: Apache-2.0 */
#include "native/constants.h"

#include "native/plan.h"

static bool evaluate(const struct constants *constants, const struct riscv_instruction *in, uint32_t pc,
                     uint64_t *result)
{
    const uint64_t immediate = (uint64_t)(int64_t)in->imm, left = in->rs1 ? constants->value[in->rs1] : 0;
    const bool known = !in->rs1 || constants_know(constants, in->rs1);

    switch (in->id) {
    case RISCV_LUI:
        *result = immediate;
        return true;
    case RISCV_AUIPC:
        *result = pc + immediate;
        return true;
    case RISCV_ADDI:
        *result = left + immediate;
        return known;
    case RISCV_ADDIW:
        *result = (uint64_t)(int64_t)(int32_t)(left + immediate);
        return known;
    case RISCV_SLLI:
        *result = left << (in->imm & 63);
        return known;
    case RISCV_ADD: /* mv is one of these, too */
        *result = constants->value[in->rs2];
        return !in->rs1 && constants_know(constants, in->rs2);
    default:
        return false;
    }
}

bool constants_follow(struct constants *constants, const struct riscv_instruction *in, uint32_t pc)
{
    uint64_t result = 0;
    plan_set uses, defines;
    bool constant = evaluate(constants, in, pc, &result) && in->rd;

    plan_operands(in, &uses, &defines);
    constants->known &= ~(uint32_t)defines;
    if (constant) {
        constants->known |= 1u << in->rd;
        constants->value[in->rd] = result;
    }
    return constant;
}
