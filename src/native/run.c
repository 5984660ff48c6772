/* SPDX-License-Identifier: Apache-2.0 */
#include "native/run.h"

#include <stddef.h>

#include "base/check.h"
#include "machine/fp.h"
#include "machine/handlers.h"

#if defined(__x86_64__)
#include <ucontext.h>

#define SHORT_PIECES  4  /* of one block each, before pieces get longer */
#define LONGEST_PIECE 48 /* instructions that are interpreted without looking for native code */

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

/* Runs the interpreter from cpu->pc to a place where the fuel is checked, behind about `piece` instructions. It gets to
 * see only the fuel of these, so that it stops there by itself; MACHINE_FUEL then says no more than that. */
static enum machine_stop interpret(struct cpu *cpu, const struct code *code, uint8_t *memory, uint32_t *fault_address,
                                   int64_t piece)
{
    uint64_t budget = cpu->run_budget;
    int64_t withheld = cpu->fuel - piece;

    cpu->retired = budget - (uint64_t)cpu->fuel;
    cpu->native.withheld = withheld;
    cpu->fuel = piece;
    enum machine_stop stop = interp_continue(cpu, code, memory, fault_address);
    cpu->fuel += withheld;
    cpu->native.withheld = 0;
    cpu->run_budget = budget;
    return stop;
}

/* Where nothing is native the pieces get longer: leaving the interpreter costs as much as a dozen instructions. But not
 * at once: it would go past the call of a native function, which would then go on, interpreted and later in its copy
 * for those who come from outside, for as long as it takes. */
static int64_t next_piece(const struct cpu *cpu, unsigned pieces, int64_t piece, int64_t charge)
{
    if (pieces < SHORT_PIECES)
        return charge;
    piece = piece < LONGEST_PIECE ? piece * 2 : LONGEST_PIECE;
    if (piece > cpu->fuel)
        piece = cpu->fuel;
    return piece > charge ? piece : charge;
}

/* Instructions that entering the block at cpu->pc costs; 0 where there is no code. */
static int64_t charge_here(const struct cpu *cpu, const struct code *code)
{
    uint32_t distance = cpu->pc - code->start;
    return distance < code->end - code->start ? code->charge[distance / 2] : 0;
}

/* The native code at cpu->pc with which `fuel` can be spent, or 0. */
static uint32_t entry_here(const struct cpu *cpu, const struct code *code, const struct native_code *native,
                           int64_t fuel)
{
    bool good = !cpu->native.barred && fuel >= charge_here(cpu, code);
    return good ? native->entries[(cpu->pc - code->start) / 2] : 0;
}

static enum machine_stop dispatch(struct cpu *cpu, const struct code *code, const struct native_code *native,
                                  uint8_t *memory, int64_t reserve, uint32_t *fault_address)
{
    int64_t piece = 0;
    unsigned pieces = 0;
    for (;;) {
        if (!charge_here(cpu, code))
            return MACHINE_FETCH;
        if (cpu->fuel < charge_here(cpu, code))
            return MACHINE_FUEL;
        uint32_t entry = entry_here(cpu, code, native, cpu->fuel - reserve);
        if (entry) {
            piece = pieces = 0;
            cpu->native.entry = cpu->pc;
            cpu->fuel -= reserve;
            uint64_t next = enter(cpu, native, memory, entry);
            cpu->fuel += reserve;
            cpu->pc = (uint32_t)next;
            switch ((enum native_exit)(next >> 32)) {
            case NATIVE_NEXT:
                continue;
            case NATIVE_FUEL:
                cpu->fuel += charge_here(cpu, code);
                continue;
            case NATIVE_ECALL:
                return MACHINE_ECALL;
            case NATIVE_UNCHECKED:
                if (!charge_here(cpu, code))
                    return MACHINE_FETCH;
                break;
            }
        }
        piece = next_piece(cpu, pieces++, piece, charge_here(cpu, code));
        enum machine_stop stop = interpret(cpu, code, memory, fault_address, piece);
        if (stop != MACHINE_FUEL)
            return stop;
    }
}

enum machine_stop native_run(struct cpu *cpu, const struct code *code, const struct native_code *native,
                             uint8_t *memory, bool exact, uint32_t *fault_address)
{
    CHECK((uint8_t *)cpu + NATIVE_CPU_DISTANCE == memory);
    cpu->run_budget = cpu->retired + (uint64_t)cpu->fuel;
    cpu->native = (struct cpu_native){
        .entries = native->entries,
        .text = native->text,
        .stack_limit = (uintptr_t)__builtin_frame_address(0) - NATIVE_STACK_SIZE,
        .fp = native_fp_thunk,
        .code = native,
    };
    fp_enter(cpu);
    enum machine_stop stop = dispatch(cpu, code, native, memory, exact ? NATIVE_RESERVE : 0, fault_address);
    fp_leave(cpu);
    cpu->retired = cpu->run_budget - (uint64_t)cpu->fuel;
    cpu->native.code = NULL;
    return stop;
}

/* ---- faults ---------------------------------------------------------------------------------------- */

void native_fault_context(struct cpu *cpu, const void *interrupted)
{
    const struct native_code *native = cpu->native.code;
    const ucontext_t *context = interrupted;

    if (!native)
        return;
    uintptr_t offset = (uintptr_t)context->uc_mcontext.gregs[REG_RIP] - (uintptr_t)native->text;
    cpu->native.lost = offset < native->header->text_size; /* otherwise it is the interpreter's */
}

bool native_recover(struct cpu *cpu, const struct code *code, bool *store)
{
    bool lost = cpu->native.lost;

    if (lost) {
        fp_leave(cpu);
    } else {
        *store = interp_recover(cpu, code);
        cpu->fuel += cpu->native.withheld;
    }
    cpu->native = (struct cpu_native){.code = NULL};
    return !lost;
}

#else /* other hosts have the interpreter only */

enum machine_stop native_run(struct cpu *cpu, const struct code *code, const struct native_code *native,
                             uint8_t *memory, bool exact, uint32_t *fault_address)
{
    (void)native;
    (void)exact;
    return interp_run(cpu, code, memory, fault_address);
}

void native_fault_context(struct cpu *cpu, const void *interrupted)
{
    (void)cpu;
    (void)interrupted;
}

bool native_recover(struct cpu *cpu, const struct code *code, bool *store)
{
    *store = interp_recover(cpu, code);
    return true;
}

#endif
