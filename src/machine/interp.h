/* SPDX-License-Identifier: Apache-2.0
 *
 * The interpreter: the reference semantics of every engine.
 *
 * Fuel rule, the same in every engine. Entering a block charges charge[slot] (machine/code.h). The fuel is
 * checked after charging, and the run stops *before* the block with the charge given back if it is not
 * enough, when the block was entered by
 *   - the start of a run,
 *   - an indirect jump,
 *   - a direct jump that links (a call),
 *   - any transfer, also falling through, to another 4 KiB page,
 *   - a taken branch or jump to the same or a lower address.
 * Entering by a taken branch or jump forward within the page, or by falling through a branch, charges
 * without a check. So at most one page of instructions runs between two checks, and the point where a
 * runaway stops depends on the program and the fuel alone. What runs between two checks may overdraw: at a stop
 * cpu->fuel may be below zero by less than a page of instructions. Whoever continues the run adds to what is
 * left, also if that is a debt; then fuel that comes in several runs stops at the same instruction as in one.
 *
 * Addresses are 32 bits wide: the guest accesses memory[(uint32_t)address]. The arena around `memory` has
 * guard pages, and what is not mapped there faults in hardware (machine/fault.h).
 */
#ifndef MAYFLY_MACHINE_INTERP_H
#define MAYFLY_MACHINE_INTERP_H

#include <stdint.h>

#include "machine/code.h"
#include "machine/cpu.h"

enum machine_stop {
    MACHINE_ECALL,      /* pc is the ecall's own address; it has been charged */
    MACHINE_FUEL,       /* pc is the block that could not be paid for */
    MACHINE_EBREAK,     /* pc is the ebreak's; not retired */
    MACHINE_ILLEGAL,    /* pc is the instruction's; not retired */
    MACHINE_FETCH,      /* pc is where there is no executable memory */
    MACHINE_MISALIGNED, /* an atomic at `fault_address`; pc is its own; not retired */
};

/* Runs from cpu->pc until a stop. Saves and restores the host's floating-point environment. A fault in
 * guest memory does not return from here: the signal handler jumps to whoever guards the run, who then
 * must call interp_recover(). `fault_address` is written for MACHINE_MISALIGNED only. */
enum machine_stop interp_run(struct cpu *cpu, const struct code *code, uint8_t *memory, uint32_t *fault_address);

/* The same within another engine's run, which has set the host's floating-point environment for the guest and will
 * restore it (machine/fp.h): reading and writing that costs more than a dozen instructions. */
enum machine_stop interp_continue(struct cpu *cpu, const struct code *code, uint8_t *memory, uint32_t *fault_address);

/* In the signal handler, before jumping out of a run: keeps the floating-point flags of the interrupted
 * context for interp_recover (the kernel enters handlers with a fresh floating-point environment). `context` is
 * the handler's third argument. Not needed when the handler returns. */
void interp_fault_context(const void *context);

/* After a fault: sets cpu->pc to the faulting instruction, gives back the fuel of it and of what followed
 * in its block, takes the accrued floating-point flags and restores the host's floating-point environment.
 * Returns true if the faulting instruction is a store, SC or AMO (a store fault), false for a load or LR. */
int interp_recover(struct cpu *cpu, const struct code *code);

#endif
