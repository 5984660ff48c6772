/* SPDX-License-Identifier: Apache-2.0
 *
 * Faults in guest memory. While a guard is set on this thread, a SIGSEGV or SIGBUS inside the guarded space is either
 * the first write to a page (learned; the access is repeated) or leaves the guarded code by siglongjmp. All other
 * faults go on to the handler that was installed before, and without one are ours: a message, then the default action.
 *
 *     fault_enter(&guard, &space);
 *     if (sigsetjmp(guard.escape, 0) == 0)
 *         ... guest code, or host code that accesses guest memory ...
 *     else
 *         ... guard.address faulted ...
 *     fault_leave(&guard);
 *
 * No lock may be held and no memory be owned by guarded host code alone: a fault abandons it. The signal mask is never
 * changed (SA_NODEFER), so neither a fault nor an escape costs a system call beyond the signal itself.
 */
#ifndef MAYFLY_MACHINE_FAULT_H
#define MAYFLY_MACHINE_FAULT_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "machine/space.h"

struct fault_guard {
    sigjmp_buf escape;
    struct space *space;
    struct fault_guard *outer; /* a callback of a guest's call may run another instance */
    uint32_t address;          /* where the guest faulted, valid after an escape */
    volatile bool in_guest;    /* set around engine code: the floating-point state is then the guest's */
    /* Called in the signal handler before an escape out of engine code, unless NULL; `context` is the handler's. Set
     * by who owns the guard, before fault_enter. */
    void (*escaping)(struct fault_guard *guard, const void *context);
};

/* Installs the handlers of the process, unless they are in place; called again, it takes the place of whatever was
 * installed since. 0 or -errno. */
MUST_USE int fault_install(void);

void fault_enter(struct fault_guard *guard, struct space *space);
void fault_leave(struct fault_guard *guard);

#endif
