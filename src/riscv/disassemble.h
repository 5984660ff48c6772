/* SPDX-License-Identifier: Apache-2.0
 *
 * Instructions as text, in the manner of objdump: "addi\ta0,a0,-1", with the usual aliases (li, mv, ret, beqz ...).
 */
#ifndef MAYFLY_RISCV_DISASSEMBLE_H
#define MAYFLY_RISCV_DISASSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "riscv/decode.h"

#define DISASSEMBLE_MAX 80

/* Writes the text of an instruction at `pc`, NUL-terminated; without `aliases` under its own name. Targets of branches
 * and jumps are addresses in hexadecimal. */
void riscv_disassemble(char text[DISASSEMBLE_MAX], const struct riscv_instruction *in, uint32_t pc, bool aliases);

/* Where a direct branch or jump at `pc` leads; false if it is none. */
bool riscv_target(const struct riscv_instruction *in, uint32_t pc, uint32_t *target);

#endif
