/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/instance.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

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

int mf_instance_create(struct mf_instance **instance, struct mf_program *program, const struct mf_host *host,
                       struct mf_diagnostic *why)
{
    const struct snapshot *s = &program->snapshot;
    *instance = NULL;
    int failed = fault_install();
    if (failed) {
        instance_diagnose(why, "the host refused a signal handler: %s", strerror(-failed));
        return MF_ERROR_SYSTEM;
    }
    struct mf_instance *made = aligned_alloc(64, (sizeof *made + 63) & ~(size_t)63);
    if (!made) {
        instance_diagnose(why, "no memory for an instance");
        return MF_ERROR_SYSTEM;
    }
    memset(made, 0, sizeof *made);
    made->program = program;
    made->host = host;
    made->code = &s->code;
    made->limits = &program->frozen.limits;
    failed = space_create(&made->space, &s->image, s->block_start, s->block_size);
    if (failed)
        goto refused;
    failed = program_teach(program, &made->space, true);
    if (failed) {
        space_destroy(&made->space);
        goto refused;
    }
    /* The first page of the request block, on both sides; only saves faults. */
    made->space.block[0] = 0;
    (void)madvise(space_host(&made->space, s->block_start), MF_PAGE_SIZE, MADV_POPULATE_READ);
    instance_reset(made);
    *instance = made;
    return MF_OK;

refused:
    free(made);
    instance_diagnose(why, "the host refused address space or memory for an instance: %s", strerror(-failed));
    return MF_ERROR_SYSTEM;
}

void mf_instance_destroy(struct mf_instance *instance)
{
    if (!instance)
        return;
    space_destroy(&instance->space);
    free(instance);
}

void mf_instance_set_user(struct mf_instance *instance, void *user)
{
    instance->user = user;
}

const struct mf_response *mf_instance_response(const struct mf_instance *instance)
{
    return &instance->response;
}

size_t mf_instance_memory(const struct mf_instance *instance)
{
    return sizeof *instance + space_memory(&instance->space) + instance->block_used;
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
