/* SPDX-License-Identifier: Apache-2.0
 *
 * Running native code and the interpreter mixed: what has native code at the address where control is runs natively,
 * the rest is interpreted up to the next place where the fuel is checked. The rules are those of machine/interp.h.
 *
 * Calling convention between compiled functions: LLVM's regcall with
 *     (nothing, memory, fuel, PASSED integer registers, PASSED floating-point registers)
 *  -> (next pc | exit << 32, memory, fuel, the same registers)
 * struct cpu lies NATIVE_CPU_DISTANCE in front of the memory, so that it takes no register. All other guest registers
 * are in struct cpu at every call and return. The callee pays for its first block. A caller compares the next pc with
 * where its call returns to, and if it is another, returns it to its own caller in turn: so the host stack only
 * predicts, may be dropped at any time, and whatever a guest does with its return addresses ends in the dispatcher.
 *
 * Between these places the guest's registers are wherever LLVM likes. A fault in native code loses them: whoever guards
 * the run has to begin again from a state that is whole, and interpret (sandbox/run.c).
 */
#ifndef MAYFLY_NATIVE_RUN_H
#define MAYFLY_NATIVE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/interp.h"
#include "native/artifact.h"

#define NATIVE_CPU_DISTANCE 0x10000 /* bytes from struct cpu to the memory: SPACE_OWNER (machine/space.h) */

/* NATIVE_PASSED(register): guest registers that travel in host registers over calls and returns. The parked ones, s2 to
 * s5, do so in vector registers, which stand for their places in struct cpu meanwhile. */
#define NATIVE_PASSED_INTEGERS(PASS) PASS(1) PASS(2) PASS(8) PASS(9) PASS(10) PASS(11) PASS(12) PASS(13)
#define NATIVE_PASSED_FLOATS(PASS)   PASS(10) PASS(11)
#define NATIVE_PARKED(PASS)          PASS(18) PASS(19) PASS(20) PASS(21)

/* How native code came back, beside the pc. */
enum native_exit {
    NATIVE_NEXT,      /* control goes to pc, which has not been charged and is to be checked */
    NATIVE_UNCHECKED, /* the same, and the interpreter is to go on there without a check */
    NATIVE_FUEL,      /* no fuel before pc, which has been charged: to give that back is left to the dispatcher */
    NATIVE_ECALL,     /* the ecall at pc, which has been charged */
};

/* Native code looks at its fuel less often than the interpreter. It charges at most so many instructions between two
 * looks, beside what a call has paid in advance. */
#define NATIVE_RESERVE 2048

#define NATIVE_STACK_SIZE (512u << 10) /* bytes of host stack that compiled functions may use */

/* `cpu` lies NATIVE_CPU_DISTANCE in front of `memory`. `exact`: out of fuel at the same instruction as the interpreter,
 * by which the last NATIVE_RESERVE instructions are run then; otherwise up to so many later. */
enum machine_stop native_run(struct cpu *cpu, const struct code *code, const struct native_code *native,
                             uint8_t *memory, bool exact, uint32_t *fault_address);

/* In the signal handler, beside interp_fault_context: finds out what faulted. */
void native_fault_context(struct cpu *cpu, const void *context);

/* In place of interp_recover after native_run was left by a fault. False if it was in native code: cpu is of no use
 * then. Otherwise it was in the interpreter, and *store says whether it is a store. */
bool native_recover(struct cpu *cpu, const struct code *code, bool *store);

#endif
