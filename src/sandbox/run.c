/* SPDX-License-Identifier: Apache-2.0
 *
 * Running a guest: engine until the machine stops, the guest's calls, and what a stop means.
 *
 * Native code keeps no record of where the guest's registers are. After a fault in it the request begins again from the
 * snapshot, in the interpreter, with what the host said to it the first time (sandbox/journal.h), and comes to
 * the same fault with exact registers, pc and instructions. Until it is there the instructions that are reported stay
 * what they were.
 */
#include "sandbox/instance.h"

#include "sandbox/engine.h"
#include "sandbox/personality.h"

#define HEAP_SLACK 0x10000u /* a store this close behind the heap window wanted more memory */

/* Instructions by which a slice may be too long: a page of straight code in the interpreter, behind NATIVE_RESERVE in
 * native code. */
#define SLICE_CREDIT (2048 + NATIVE_RESERVE)

/* A repetition costs what the interpreter takes for the whole request: so many requests of the program are interpreted
 * from the start after one, and a program that always faults is hardly ever repeated. */
#define REST_REQUESTS 32

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

/* A call moves the stack pointer first and uses its frame then. The gap below the stack is for small frames; a large
 * one reaches further, and below address 0 it comes out at the top of the space. Where the stack pointer is at memory
 * that the guest may write, it is on a stack of its own, a coroutine's in an array perhaps. */
static bool is_stack_overflow(const struct mf_instance *instance, uint32_t address)
{
    int64_t pointer = (int64_t)instance->cpu.x[2], missing = (int64_t)instance->guest.stack_start - pointer;
    return missing > 0 && missing <= INT32_MAX && address - (uint32_t)pointer < missing &&
           !space_writable(&instance->space, (uint32_t)pointer, 1);
}

/* False if the run has to begin again. */
static bool on_escape(struct mf_instance *instance)
{
    uint32_t address = instance->guard.address;
    enum engine_fault fault = instance->guard.in_guest ? engine_recover(instance) : ENGINE_STORE;
    if (fault == ENGINE_LOST)
        return false;
    trap(instance, fault == ENGINE_STORE ? classify_store(instance, address) : MF_TRAP_LOAD, address);
    instance->outcome.stack_overflow =
        instance->outcome.trap != MF_TRAP_MEMORY_LIMIT && is_stack_overflow(instance, address);
    return true;
}

/* Returns when the run has ended. Every local lives in the instance: a fault leaves from anywhere. */
static void run_until_stop(struct mf_instance *instance)
{
    if (instance->call.paused)
        personality_call(instance);
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

/* Whether the request runs natively is settled once, as its journal has to be complete. */
static void choose_engine(struct mf_instance *instance)
{
    struct mf_program *program = instance->program;
    instance->ran = true;
    instance->interpreted = !program || !program->native.header;
    if (instance->interpreted)
        return;
    uint32_t rests = program->rests;
    if (rests) {
        program->rests = rests - 1;
        instance->interpreted = true;
    }
}

/* False if the run has to begin again. */
static bool run_guarded(struct mf_instance *instance)
{
    instance->guard.escaping = engine_escaping;
    fault_enter(&instance->guard, &instance->space);
    if (sigsetjmp(instance->guard.escape, 0) == 0) {
        run_until_stop(instance);
        fault_leave(&instance->guard);
        return true;
    }
    fault_leave(&instance->guard);
    return on_escape(instance);
}

/* If the host refuses to restore memory, rollback will find that out again; the request ends here. */
static void repeat(struct mf_instance *instance, int64_t fuel)
{
    if (instance_rewind(instance)) {
        instance->program->rests = REST_REQUESTS;
        instance->interpreted = true;
        /* It faulted with some of this left. */
        instance->again_to = instance->reported + (uint64_t)fuel + (instance->exact ? 0 : NATIVE_RESERVE);
        instance->cpu.fuel = fuel;
        CHECK(run_guarded(instance));
    } else {
        trap(instance, MF_TRAP_MEMORY_LIMIT, instance->guard.address);
    }
}

void instance_run_guest(struct mf_instance *instance, uint64_t given, bool exact)
{
    int64_t fuel = given < INT64_MAX ? (int64_t)given : INT64_MAX;
    instance->cpu.fuel = fuel;
    instance->exact = exact;
    instance->stopped = false;
    if (!instance->ran)
        choose_engine(instance);
    if (instance->debt)
        pay_debt(instance);
    if (!run_guarded(instance))
        repeat(instance, fuel);
    uint64_t used = instance->cpu.retired + instance->charged;
    if (used > instance->reported)
        instance->reported = used;
    instance->outcome.instructions = instance->reported;
    instance->outcome.repeated = used < instance->again_to ? used : instance->again_to;
    instance->outcome.repeating = used < instance->reported;
    instance->outcome.paused = instance->call.paused;
    instance->outcome.debt = instance->debt;
    if (instance->outcome.stop != MF_STOP_FUEL)
        instance->phase = PHASE_ENDED;
}

void mf_instance_run(struct mf_instance *instance, uint64_t fuel, struct mf_outcome *outcome)
{
    if (instance->phase == PHASE_READY)
        instance_run_guest(instance, fuel, true);
    *outcome = instance->outcome;
}

void mf_instance_run_slice(struct mf_instance *instance, uint64_t slice, uint64_t left, struct mf_outcome *outcome)
{
    bool last = slice >= left;
    if (instance->phase == PHASE_READY)
        instance_run_guest(instance, last ? left : slice, last || left - slice < SLICE_CREDIT);
    *outcome = instance->outcome;
}
