/* SPDX-License-Identifier: Apache-2.0
 *
 * Running a guest: engine until the machine stops, the guest's calls, and what a stop means.
 */
#include "sandbox/instance.h"

#include "sandbox/engine.h"
#include "sandbox/personality.h"

#define HEAP_SLACK 0x10000u /* a store this close behind the heap window wanted more memory */

void instance_stop(struct mf_instance *instance, enum mf_stop stop)
{
    instance->stopped = true;
    instance->outcome = (struct mf_outcome){.stop = stop, .pc = instance->cpu.pc};
}

void instance_charge(struct mf_instance *instance, uint64_t instructions)
{
    uint64_t left = instance->cpu.fuel > 0 ? (uint64_t)instance->cpu.fuel : 0;
    uint64_t paid = instructions < left ? instructions : left;
    instance->cpu.fuel -= (int64_t)paid;
    instance->charged += paid;
    instance->debt += instructions - paid;
}

static void trap(struct mf_instance *instance, enum mf_trap kind, uint32_t address)
{
    instance_stop(instance, MF_STOP_TRAPPED);
    instance->outcome.trap = kind;
    instance->outcome.address = address;
}

/* A store that faulted although its page is writable could not be learned: the host has no memory (or mappings) left. A
 * store into the part of the heap window that mappings took, or just behind the window, wanted more than the limit. */
static enum mf_trap classify_store(const struct mf_instance *instance, uint32_t address)
{
    const struct guest_state *guest = &instance->guest;
    if (space_writable(&instance->space, address, 1))
        return MF_TRAP_MEMORY_LIMIT;
    if (address >= guest->heap_end && address < (uint64_t)guest->heap_limit + HEAP_SLACK)
        return MF_TRAP_MEMORY_LIMIT;
    return MF_TRAP_STORE;
}

static void on_escape(struct mf_instance *instance)
{
    uint32_t address = instance->guard.address;
    bool store = instance->guard.in_guest ? engine_recover(instance) : true;
    trap(instance, store ? classify_store(instance, address) : MF_TRAP_LOAD, address);
}

/* Returns when the run has ended. Every local lives in the instance: a fault leaves from anywhere. */
static void run_until_stop(struct mf_instance *instance)
{
    while (!instance->stopped) {
        uint32_t address = 0;
        switch (engine_run(instance, &address)) {
        case MACHINE_ECALL:
            personality_call(instance);
            break;
        case MACHINE_FUEL:
            instance_stop(instance, MF_STOP_FUEL);
            break;
        case MACHINE_EBREAK:
            trap(instance, MF_TRAP_BREAKPOINT, 0);
            break;
        case MACHINE_ILLEGAL:
            trap(instance, MF_TRAP_ILLEGAL_INSTRUCTION, 0);
            break;
        case MACHINE_FETCH:
            trap(instance, MF_TRAP_FETCH, instance->cpu.pc);
            break;
        case MACHINE_MISALIGNED:
            trap(instance, MF_TRAP_MISALIGNED_ATOMIC, address);
            break;
        }
    }
}

/* Pays what the host has already done for the guest. */
static void pay_debt(struct mf_instance *instance)
{
    uint64_t paid = instance->debt < (uint64_t)instance->cpu.fuel ? instance->debt : (uint64_t)instance->cpu.fuel;
    instance->debt -= paid;
    instance->charged += paid;
    instance->cpu.fuel -= (int64_t)paid;
}

void instance_run_guest(struct mf_instance *instance, uint64_t fuel)
{
    instance->cpu.fuel = fuel < INT64_MAX ? (int64_t)fuel : INT64_MAX;
    instance->stopped = false;
    instance->ran = true;
    if (instance->debt)
        pay_debt(instance);
    instance->guard.escaping = engine_escaping;
    fault_enter(&instance->guard, &instance->space);
    if (sigsetjmp(instance->guard.escape, 0) == 0)
        run_until_stop(instance);
    else
        on_escape(instance);
    fault_leave(&instance->guard);
    instance->outcome.instructions = instance->cpu.retired + instance->charged;
    if (instance->outcome.stop != MF_STOP_FUEL)
        instance->phase = PHASE_ENDED;
}

void mf_instance_run(struct mf_instance *instance, uint64_t fuel, struct mf_outcome *outcome)
{
    if (instance->phase == PHASE_READY)
        instance_run_guest(instance, fuel);
    *outcome = instance->outcome;
}
