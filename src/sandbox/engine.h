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
    enum machine_stop stop = instance->interpreted
                                 ? interp_run(&instance->cpu, instance->code, instance->space.base, fault_address)
                                 : native_run(&instance->cpu, instance->code, &instance->program->native,
                                              instance->space.base, instance->exact, fault_address);
    instance->guard.in_guest = false;
    return stop;
}

/* How a fault in guest code left engine_run. */
enum engine_fault {
    ENGINE_LOAD,  /* registers and pc are those of the faulting instruction */
    ENGINE_STORE, /* the same */
    ENGINE_LOST,  /* it was in native code, and the registers are lost: only a repetition tells */
};

static inline enum engine_fault engine_recover(struct mf_instance *instance)
{
    struct cpu *cpu = &instance->cpu;
    bool store = false;

    instance->guard.in_guest = false;
    if (!cpu->native.code)
        store = interp_recover(cpu, instance->code);
    else if (!native_recover(cpu, instance->code, &store))
        return ENGINE_LOST;
    return store ? ENGINE_STORE : ENGINE_LOAD;
}

/* In the signal handler. */
static inline void engine_escaping(struct fault_guard *guard, const void *context)
{
    struct mf_instance *instance = (struct mf_instance *)(void *)((char *)guard - offsetof(struct mf_instance, guard));
    native_fault_context(&instance->cpu, context);
}

#endif
