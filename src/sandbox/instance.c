/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/instance.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "native/run.h"
#include "sandbox/personality.h"
#include "sandbox/program.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

void instance_diagnose(struct mf_diagnostic *why, const char *format, ...)
{
    if (!why)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
}

const char *mf_stop_name(enum mf_stop stop)
{
    switch (stop) {
    case MF_STOP_RESPONDED:
        return "responded";
    case MF_STOP_FUEL:
        return "out of fuel";
    case MF_STOP_WAITING:
        return "waiting";
    case MF_STOP_EXITED:
        return "exited";
    case MF_STOP_TRAPPED:
        return "trapped";
    case MF_STOP_BAD_RESPONSE:
        return "bad response";
    }
    return "unknown";
}

const char *mf_trap_name(enum mf_trap trap)
{
    switch (trap) {
    case MF_TRAP_NONE:
        return "none";
    case MF_TRAP_ILLEGAL_INSTRUCTION:
        return "illegal instruction";
    case MF_TRAP_BREAKPOINT:
        return "breakpoint";
    case MF_TRAP_FETCH:
        return "fetch fault";
    case MF_TRAP_LOAD:
        return "load fault";
    case MF_TRAP_STORE:
        return "store fault";
    case MF_TRAP_MISALIGNED_ATOMIC:
        return "misaligned atomic";
    case MF_TRAP_MEMORY_LIMIT:
        return "memory limit";
    }
    return "unknown";
}

const char *mf_outcome_trap(const struct mf_outcome *outcome)
{
    if (!outcome->stack_overflow)
        return mf_trap_name(outcome->trap);
    return outcome->trap == MF_TRAP_LOAD ? "stack overflow: load fault" : "stack overflow: store fault";
}

_Static_assert(offsetof(struct mf_instance, cpu) == 0 && SPACE_OWNER == NATIVE_CPU_DISTANCE,
               "native code finds the cpu where its instance begins");
_Static_assert(sizeof(struct mf_instance) <= SPACE_OWNER_MOST, "an instance lies in front of its space");

static int set_up(struct mf_instance *instance, struct mf_program *program)
{
    const struct snapshot *s = &program->snapshot;
    int failed = space_establish(&instance->space, &s->image, s->block_start);
    if (failed)
        return failed;
    instance->program = program;
    instance->code = &s->code;
    instance->limits = &program->frozen.limits;
    failed = program_teach(program, &instance->space, true);
    if (failed) {
        space_destroy(&instance->space);
        return failed;
    }
    /* The first page of the request block, on both sides; only saves faults. */
    instance->space.block[0] = 0;
    (void)madvise(space_host(&instance->space, s->block_start), MF_PAGE_SIZE, MADV_POPULATE_READ);
    instance_reset(instance);
    return 0;
}

int mf_instance_create(struct mf_instance **instance, struct mf_program *program, const struct mf_host *host,
                       struct mf_diagnostic *why)
{
    struct space space;
    struct mf_instance *made = NULL;

    *instance = NULL;
    int failed = fault_install();
    if (failed) {
        instance_diagnose(why, "the host refused a signal handler: %s", strerror(-failed));
        return MF_ERROR_SYSTEM;
    }
    failed = space_reserve(&space, program->snapshot.block_size, sizeof *made);
    if (!failed) {
        made = space_owner(&space);
        made->space = space;
        made->host = host;
        failed = set_up(made, program);
    }
    if (failed) {
        instance_diagnose(why, "the host refused address space or memory for an instance: %s", strerror(-failed));
        return MF_ERROR_SYSTEM;
    }
    *instance = made;
    return MF_OK;
}

void mf_instance_destroy(struct mf_instance *instance)
{
    if (!instance)
        return;
    journal_dispose(&instance->journal);
    space_destroy(&instance->space);
}

static void prefetch_lines(const void *from, size_t size)
{
    for (size_t at = 0; at < size; at += LINE_SIZE)
        __builtin_prefetch((const char *)from + at, 1);
}

void instance_prefetch(const struct mf_instance *instance)
{
    const struct space *space = &instance->space;
    const struct code *code = instance->code;
    const struct writeset *writes = &space->writes;
    for (uint32_t i = 0; i < writes->step_count && i < WRITESET_INLINE_STEPS; i++)
        __builtin_prefetch(writes->steps[i].to, 1);
    const uint8_t *stack = space_host(space, instance->cpu.x[2]);
    __builtin_prefetch(stack - LINE_SIZE, 1);
    __builtin_prefetch(stack, 1);
    __builtin_prefetch(space_host(space, space->block_start));
    __builtin_prefetch(code->ops + (instance->cpu.pc + 4 - code->start) / 2);
    prefetch_lines(&instance->guard, sizeof instance->guard);
    prefetch_lines(&instance->headers[0], LINE_SIZE);
    prefetch_lines(&instance->pieces[0], LINE_SIZE);
}

void mf_instance_set_user(struct mf_instance *instance, void *user)
{
    instance->user = user;
}

const struct mf_response *mf_instance_response(const struct mf_instance *instance)
{
    return &instance->response;
}

size_t mf_instance_mappings(const struct mf_instance *instance)
{
    return space_mappings(&instance->space);
}

size_t mf_instance_memory(const struct mf_instance *instance)
{
    return sizeof *instance + space_memory(&instance->space) + instance->block_used + instance->journal.capacity;
}

void mf_instance_registers(const struct mf_instance *instance, struct mf_registers *registers)
{
    const struct cpu *cpu = &instance->cpu;
    memcpy(registers->x, cpu->x, sizeof registers->x);
    memcpy(registers->f, cpu->f, sizeof registers->f);
    registers->pc = cpu->pc;
    registers->fcsr = (uint32_t)(cpu->frm << 5 | cpu->fflags);
}

bool mf_instance_read(const struct mf_instance *instance, uint32_t address, void *bytes, size_t size)
{
    if (!space_readable(&instance->space, address, size))
        return false;
    if (size)
        memcpy(bytes, space_host(&instance->space, address), size);
    return true;
}
