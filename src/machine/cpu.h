/* SPDX-License-Identifier: Apache-2.0
 *
 * The architectural state of the one hart of an instance, the same for every engine. Plain data: rollback
 * copies it. The hottest fields come first.
 */
#ifndef MAYFLY_MACHINE_CPU_H
#define MAYFLY_MACHINE_CPU_H

#include <stdbool.h>
#include <stdint.h>

struct op;
struct native_code;

/* What native code (native/run.h) reaches through the pointer to its cpu. Set for every run. */
struct cpu_native {
    const uint32_t *entries; /* offsets into `text`, one a slot; 0: none */
    const uint8_t *text;
    uintptr_t stack_limit;          /* lowest host stack pointer with which a function may begin */
    uint64_t entry;                 /* which block, for functions that can be entered at several */
    uint64_t (*fp)(void);           /* fp_execute with a calling convention of its own */
    const struct native_code *code; /* NULL while no native code runs */
    int64_t withheld;               /* fuel that the interpreter does not get to see */
    bool barred;                    /* the rest of the run is for the interpreter */
    bool lost;                      /* a fault in native code, which keeps no record of where it is */
};

#define CPU_SINK 32 /* x[] index that takes writes to x0 */

struct cpu {
    uint64_t x[33]; /* x[0] is always 0 */

    /* Instructions left. A block is charged whole when it is entered and the rest is given back when it is
     * left in the middle, so at every stop this is exact. Negative only between two checks. */
    int64_t fuel;

    /* The operation at work. Stored before each access to guest memory, so that a fault knows its pc. */
    const struct op *volatile at;

    uint32_t pc;          /* valid whenever the engine is not running */
    uint32_t reservation; /* address of LR, valid if `reserved` */
    uint8_t reserved;     /* bytes reserved: 0 (none), 4 or 8 */
    uint8_t frm;          /* fcsr bits 7:5 */
    uint8_t fflags;       /* fcsr bits 4:0, valid whenever the engine is not running */

    uint64_t f[32]; /* single precision is NaN-boxed (RISC-V Unprivileged §21.2) */

    /* Instructions retired since the snapshot, valid whenever the engine is not running: what the CSRs cycle
     * and instret show. Kept by the engine; `retired + fuel` is constant during a run. */
    uint64_t retired;

    /* The rest belongs to a run: engines write it, nobody else reads it. */
    uint64_t run_budget;       /* retired + fuel */
    const struct op *crossing; /* the operation that falls through to another page and runs from a copy */
    uint32_t host_control;     /* the host's floating-point control word */
    struct cpu_native native;

    /* The wall clock in nanoseconds that the CSR time shows; NULL: the host's coarse one. Set once. */
    int64_t (*clock)(struct cpu *cpu);
};

#endif
