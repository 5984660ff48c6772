/* SPDX-License-Identifier: Apache-2.0
 *
 * The one place where the sandbox starts guest code: an engine runs it until the machine stops. Everything else in this
 * room knows stop reasons only, so an engine can be added here without touching the rest.
 */
#ifndef MAYFLY_SANDBOX_ENGINE_H
#define MAYFLY_SANDBOX_ENGINE_H

#include "machine/interp.h"
#include "native/run.h"
#include "sandbox/instance.h"

/* From cpu.pc on, with cpu.fuel, under the instance's guard. */
static inline enum machine_stop engine_run(struct mf_instance *instance, uint32_t *fault_address)
{
    instance->guard.in_guest = true;
    const struct native_code *native = instance->program ? &instance->program->native : NULL;
    enum machine_stop stop =
        native && native->header
            ? native_run(&instance->cpu, instance->code, native, instance->space.base, fault_address)
            : interp_run(&instance->cpu, instance->code, instance->space.base, fault_address);
    instance->guard.in_guest = false;
    return stop;
}

/* After a fault in guest code left engine_run: the registers and pc of the faulting instruction. True if it is a store.
 */
static inline bool engine_recover(struct mf_instance *instance)
{
    instance->guard.in_guest = false;
    if (instance->cpu.native.code)
        return native_recover(&instance->cpu, instance->code) != 0;
    return interp_recover(&instance->cpu, instance->code) != 0;
}

/* In the signal handler: native code keeps the guest's registers in those of the host. */
static inline void engine_escaping(struct fault_guard *guard, const void *context)
{
    struct mf_instance *instance = (struct mf_instance *)(void *)((char *)guard - offsetof(struct mf_instance, guard));
    native_fault_context(&instance->cpu, context);
}

#endif
