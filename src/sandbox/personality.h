/* SPDX-License-Identifier: Apache-2.0
 *
 * The calls of a guest: Linux's (syscalls.def) and Mayfly's (mayfly/hostcalls.def). Nothing here reaches the host's
 * files, network, processes or signals. Every call's work is bounded, and what is more than a few dozen instructions is
 * charged to the guest's fuel, by sizes alone, so deterministically.
 *
 * A function gets the instance and its six arguments and returns what goes to a0. It may end the run (instance_stop),
 * and its result is ignored then. Guest memory is checked before it is touched; a write may still fault, to learn the
 * page or because the host has none left, and then never returns: no function owns anything while it touches guest
 * memory.
 */
#ifndef MAYFLY_SANDBOX_PERSONALITY_H
#define MAYFLY_SANDBOX_PERSONALITY_H

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/instance.h"

/* Instructions charged for: bytes that are copied, one for so many; bytes that are cleared (whether or not the host
 * finds something to clear, which depends on the instance's past), also those that a mapping makes accessible; random
 * bytes; a call that reaches the host's log, and each line of it; a change of the memory map, and its pages. */
#define CHARGE_BYTES_PER_INSTRUCTION   16
#define CHARGE_CLEARED_PER_INSTRUCTION 64
#define CHARGE_RANDOM_PER_INSTRUCTION  2
#define CHARGE_OUTPUT                  100
#define CHARGE_MAP                     2000
#define CHARGE_PAGES_PER_INSTRUCTION   8

typedef int64_t guest_call(struct mf_instance *instance, const uint64_t *argument);

/* Serves the ecall at cpu.pc: sets a0 and steps over it, unless the run was ended. Goes on with one that has paused. */
void personality_call(struct mf_instance *instance);

/* Between pieces of a call that takes the host long. True: the run ends here, the call returns at once, and is made
 * again, from its beginning but with its progress (instance->call); what it has charged is taken back until then. */
bool personality_pause(struct mf_instance *instance);

/* What a call returns that has paused; nobody sees it. */
#define PERSONALITY_PAUSED (-EINTR)

/* Copies out to the guest; -EFAULT if it may not be written. */
int64_t personality_give(struct mf_instance *instance, uint64_t to, const void *bytes, size_t size);

/* The host's clock, or what it said when the request ran for the first time. */
int64_t personality_clock(struct mf_instance *instance, int64_t (*clock)(void));

/* The same for the CSR time: the wall clock of the instance that `cpu` belongs to. */
int64_t personality_cpu_clock(struct cpu *cpu);

/* What the host hands in is recorded once, in front of what it is used for, if the request may have to be repeated;
 * from the last that there is room for on it runs in the interpreter. */
void personality_heard(struct mf_instance *instance, const void *bytes, size_t size);

/* Fills guest memory from the host's generator. */
int64_t personality_random(struct mf_instance *instance, uint64_t to, uint64_t size);

/* Linux's memory calls (memory.c). */
guest_call call_brk, call_mmap, call_munmap, call_mprotect, call_mremap, call_madvise;

/* Linux's calls on descriptors (streams.c). */
guest_call call_fcntl, call_ioctl, call_close, call_lseek, call_read, call_write, call_readv, call_writev, call_fstat,
    call_newfstatat;

/* Mayfly's calls (hostcalls.c). */
guest_call hostcall_ACCEPT, hostcall_RESPOND, hostcall_LOG, hostcall_TIME, hostcall_RANDOM;

#endif
