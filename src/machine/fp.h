/* SPDX-License-Identifier: Apache-2.0
 *
 * Floating point as RISC-V Unprivileged §21-§24 has it.
 *
 * fp_execute computes in integers: it is right in every rounding mode on every host, and the reference. On x86-64 the
 * interpreter uses the host's instructions for what is common (rounding to nearest even, no NaN in sight): they run
 * under a control word of the guest's own, in which its flags accrue until they are collected.
 */
#ifndef MAYFLY_MACHINE_FP_H
#define MAYFLY_MACHINE_FP_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/cpu.h"

enum fp_flag { FP_NX = 1, FP_UF = 2, FP_OF = 4, FP_DZ = 8, FP_NV = 16 };

#define FP_BOX_S UINT64_C(0xffffffff00000000)
#define FP_BOX_H UINT64_C(0xffffffffffff0000)
#define FP_NAN_D UINT64_C(0x7ff8000000000000)
#define FP_NAN_S UINT32_C(0x7fc00000)
#define FP_NAN_H UINT32_C(0x7e00)

/* Does one instruction of F, D or Zfhmin that computes, converts, compares or classifies. `rd` may be CPU_SINK if it is
 * an integer register. False, with nothing done, if it rounds by frm and that is reserved. */
bool fp_execute(struct cpu *cpu, unsigned id, unsigned rounding, unsigned rd, unsigned rs1, unsigned rs2, unsigned rs3);

#if defined(__x86_64__)
#include <xmmintrin.h>

#define FP_HOST_CONTROL UINT32_C(0x1f80) /* nothing traps, to nearest even, denormals as they are */
#define FP_HOST_FLAGS   UINT32_C(0x3f)

static inline unsigned fp_from_host(uint32_t control)
{
    return (control & 0x01) << 4 | (control & 0x04) << 1 | (control & 0x08) >> 1 | (control & 0x10) >> 3 |
           (control & 0x20) >> 5;
}

/* Saves the host's control word, takes the guest's. */
static inline void fp_enter(struct cpu *cpu)
{
    cpu->host_control = _mm_getcsr();
    if (cpu->host_control != FP_HOST_CONTROL)
        _mm_setcsr(FP_HOST_CONTROL);
}

/* Moves the flags accrued in the control word to cpu->fflags. */
static inline void fp_collect(struct cpu *cpu)
{
    uint32_t control = _mm_getcsr();
    if (control & FP_HOST_FLAGS) {
        cpu->fflags |= (uint8_t)fp_from_host(control);
        _mm_setcsr(FP_HOST_CONTROL);
    }
}

static inline void fp_leave(struct cpu *cpu)
{
    uint32_t control = _mm_getcsr();
    cpu->fflags |= (uint8_t)fp_from_host(control);
    if (control != cpu->host_control)
        _mm_setcsr(cpu->host_control);
}

#else

static inline void fp_enter(struct cpu *cpu)
{
}

static inline void fp_collect(struct cpu *cpu)
{
}

static inline void fp_leave(struct cpu *cpu)
{
}

#endif

#endif
