/* SPDX-License-Identifier: Apache-2.0 */
#include "native/run.h"

#include <stddef.h>

#include "base/check.h"
#include "machine/fp.h"
#include "machine/handlers.h"

#if defined(__x86_64__)
#include <ucontext.h>

/* ---- what native code calls ------------------------------------------------------------------------ */

uint64_t native_fp_slow(struct cpu *cpu, uint64_t packed);
uint64_t native_fp_thunk(void);

/* `packed`: instruction, rounding mode, rd, rs1, rs2, rs3. Code that rounds by frm runs only while that is good. */
uint64_t native_fp_slow(struct cpu *cpu, uint64_t packed)
{
    CHECK(fp_execute(cpu, packed & 0xffff, packed >> 16 & 0xff, packed >> 24 & 0xff, packed >> 32 & 0xff,
                     packed >> 40 & 0xff, packed >> 48 & 0xff));
    return 0;
}

/* LLVM's preserve_all: only rax and r11 may change. So a call on a rare way costs the common one nothing. */
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl native_fp_thunk\n"
    ".hidden native_fp_thunk\n"
    ".type native_fp_thunk, @function\n"
    "native_fp_thunk:\n"
    "    push %rbp\n"
    "    mov %rsp, %rbp\n"
    "    push %rcx\n    push %rdx\n    push %rsi\n    push %rdi\n"
    "    push %r8\n    push %r9\n    push %r10\n    push %r11\n"
    "    sub $256, %rsp\n"
    "    and $-16, %rsp\n"
    "    movaps %xmm0, (%rsp)\n    movaps %xmm1, 16(%rsp)\n    movaps %xmm2, 32(%rsp)\n    movaps %xmm3, 48(%rsp)\n"
    "    movaps %xmm4, 64(%rsp)\n    movaps %xmm5, 80(%rsp)\n    movaps %xmm6, 96(%rsp)\n    movaps %xmm7, 112(%rsp)\n"
    "    movaps %xmm8, 128(%rsp)\n    movaps %xmm9, 144(%rsp)\n    movaps %xmm10, 160(%rsp)\n    movaps %xmm11, "
    "176(%rsp)\n"
    "    movaps %xmm12, 192(%rsp)\n    movaps %xmm13, 208(%rsp)\n    movaps %xmm14, 224(%rsp)\n    movaps %xmm15, "
    "240(%rsp)\n"
    "    call native_fp_slow\n"
    "    movaps (%rsp), %xmm0\n    movaps 16(%rsp), %xmm1\n    movaps 32(%rsp), %xmm2\n    movaps 48(%rsp), %xmm3\n"
    "    movaps 64(%rsp), %xmm4\n    movaps 80(%rsp), %xmm5\n    movaps 96(%rsp), %xmm6\n    movaps 112(%rsp), %xmm7\n"
    "    movaps 128(%rsp), %xmm8\n    movaps 144(%rsp), %xmm9\n    movaps 160(%rsp), %xmm10\n    movaps 176(%rsp), "
    "%xmm11\n"
    "    movaps 192(%rsp), %xmm12\n    movaps 208(%rsp), %xmm13\n    movaps 224(%rsp), %xmm14\n    movaps 240(%rsp), "
    "%xmm15\n"
    "    lea -64(%rbp), %rsp\n"
    "    pop %r11\n    pop %r10\n    pop %r9\n    pop %r8\n"
    "    pop %rdi\n    pop %rsi\n    pop %rdx\n    pop %rcx\n"
    "    pop %rbp\n"
    "    ret\n"
    ".size native_fp_thunk, . - native_fp_thunk\n");

/* ---- the dispatcher -------------------------------------------------------------------------------- */

typedef uint64_t enter_routine(struct cpu *cpu, uint8_t *memory, const uint8_t *target);

static uint64_t enter(struct cpu *cpu, const struct native_code *native, uint8_t *memory, uint32_t entry)
{
    union {
        const uint8_t *address;
        enter_routine *call;
    } routine = {.address = native->text + native->header->enter};
    return routine.call(cpu, memory, native->text + entry);
}

/* Runs the interpreter from cpu->pc to the next place where the fuel is checked. It gets to see the fuel of one
 * block only, so that it stops there by itself; MACHINE_FUEL then says no more than that. */
static enum machine_stop interpret(struct cpu *cpu, const struct code *code, uint8_t *memory, uint32_t *fault_address,
                                   int64_t charge)
{
    uint64_t budget = cpu->run_budget;
    int64_t withheld = cpu->fuel - charge;

    fp_leave(cpu);
    cpu->retired = budget - (uint64_t)cpu->fuel;
    cpu->native.withheld = withheld;
    cpu->fuel = charge;
    enum machine_stop stop = interp_run(cpu, code, memory, fault_address);
    cpu->fuel += withheld;
    cpu->native.withheld = 0;
    cpu->run_budget = budget;
    fp_enter(cpu);
    return stop;
}

static enum machine_stop dispatch(struct cpu *cpu, const struct code *code, const struct native_code *native,
                                  uint8_t *memory, uint32_t *fault_address)
{
    for (;;) {
        uint32_t distance = cpu->pc - code->start;
        if (distance >= code->end - code->start)
            return MACHINE_FETCH;
        uint32_t entry = native->entries[distance / 2];
        if (entry) {
            uint64_t next = enter(cpu, native, memory, entry);
            cpu->pc = (uint32_t)next;
            switch ((enum native_exit)(next >> 32)) {
            case NATIVE_NEXT:
                continue;
            case NATIVE_FUEL:
                return MACHINE_FUEL;
            case NATIVE_ECALL:
                return MACHINE_ECALL;
            case NATIVE_UNCHECKED:
                distance = cpu->pc - code->start;
                if (distance >= code->end - code->start)
                    return MACHINE_FETCH;
                break;
            }
        } else if (cpu->fuel < code->charge[distance / 2]) {
            return MACHINE_FUEL;
        }
        enum machine_stop stop = interpret(cpu, code, memory, fault_address, code->charge[distance / 2]);
        if (stop != MACHINE_FUEL)
            return stop;
    }
}

enum machine_stop native_run(struct cpu *cpu, const struct code *code, const struct native_code *native,
                             uint8_t *memory, uint32_t *fault_address)
{
    cpu->run_budget = cpu->retired + (uint64_t)cpu->fuel;
    cpu->native = (struct cpu_native){
        .entries = native->entries,
        .text = native->text,
        .stack_limit = (uintptr_t)__builtin_frame_address(0) - NATIVE_STACK_SIZE,
        .fp = native_fp_thunk,
        .code = native,
    };
    fp_enter(cpu);
    enum machine_stop stop = dispatch(cpu, code, native, memory, fault_address);
    fp_leave(cpu);
    cpu->retired = cpu->run_budget - (uint64_t)cpu->fuel;
    cpu->native.code = NULL;
    return stop;
}

/* ---- faults ---------------------------------------------------------------------------------------- */

/* The record that covers `offset`: the last that does not begin behind it. */
static const struct native_record *find_record(const struct native_code *native, uint32_t offset)
{
    size_t low = 0, high = native->header->record_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (native->records[middle].host <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &native->records[low - 1] : NULL;
}

/* By DWARF's numbers, which stack maps use. */
static const uint8_t general_registers[16] = {
    REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP,
    REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static uint64_t read_location(const struct native_code *native, const struct native_location *at,
                              const ucontext_t *context)
{
    const mcontext_t *machine = &context->uc_mcontext;
    switch ((enum native_place)at->place) {
    case NATIVE_REGISTER:
        if (at->number >= 16) {
            const uint32_t *lanes = machine->fpregs->_xmm[at->number & 15].element;
            return lanes[0] | (uint64_t)lanes[1] << 32;
        }
        return (uint64_t)machine->gregs[general_registers[at->number]];
    case NATIVE_STACK: {
        uintptr_t base = (uintptr_t)machine->gregs[general_registers[at->number & 15]];
        return *(const uint64_t *)(base + (uintptr_t)(intptr_t)at->value);
    }
    case NATIVE_CONSTANT:
        return (uint64_t)(int64_t)at->value;
    case NATIVE_POOL:
        return native->pool[at->value];
    }
    return 0;
}

void native_fault_context(struct cpu *cpu, const void *interrupted)
{
    const struct native_code *native = cpu->native.code;
    const ucontext_t *context = interrupted;

    if (!native)
        return;
    uintptr_t offset = (uintptr_t)context->uc_mcontext.gregs[REG_RIP] - (uintptr_t)native->text;
    if (offset >= native->header->text_size)
        return; /* the interpreter's, or the host's in a call of the guest */
    const struct native_record *record = find_record(native, (uint32_t)offset);
    CHECK(record);
    const struct native_location *at = native->locations + record->first_location;
    cpu->fuel = (int64_t)read_location(native, at++, context) - record->pending;
    for (unsigned n = 1; n < 32; n++)
        if (record->integers >> n & 1)
            cpu->x[n] = read_location(native, at++, context);
    for (unsigned n = 0; n < 32; n++) {
        if (!(record->floats >> n & 1))
            continue;
        cpu->f[n] = read_location(native, at++, context);
        if ((record->raw >> n & 1) && (cpu->f[n] << 1) > UINT64_C(0xffe0000000000000))
            cpu->f[n] = FP_NAN_D;
    }
    cpu->native.record = record;
}

int native_recover(struct cpu *cpu, const struct code *code)
{
    const struct native_record *record = cpu->native.record;
    int store;

    if (record) {
        cpu->pc = record->pc;
        cpu->fuel += code->charge[(record->pc - code->start) / 2];
        fp_leave(cpu);
        cpu->retired = cpu->run_budget - (uint64_t)cpu->fuel;
        store = record->store;
    } else {
        store = interp_recover(cpu, code);
        cpu->fuel += cpu->native.withheld;
    }
    cpu->native = (struct cpu_native){.code = NULL};
    return store;
}

#else /* other hosts have the interpreter only */

enum machine_stop native_run(struct cpu *cpu, const struct code *code, const struct native_code *native,
                             uint8_t *memory, uint32_t *fault_address)
{
    (void)native;
    return interp_run(cpu, code, memory, fault_address);
}

void native_fault_context(struct cpu *cpu, const void *interrupted)
{
    (void)cpu;
    (void)interrupted;
}

int native_recover(struct cpu *cpu, const struct code *code)
{
    return interp_recover(cpu, code);
}

#endif
