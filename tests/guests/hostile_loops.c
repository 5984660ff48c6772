/* SPDX-License-Identifier: Apache-2.0
 *
 * Loops that never end, of every shape that an engine could overlook, and recursion without an end.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin -fno-optimize-sibling-calls
 */
#include "hostile_raw.h"

#define LOOP(name, code) CASE(name, limit, __asm__ volatile(code ::"r"(&memory) : CLOBBERED))
#define FOREVER(name, ...)                                                                                             \
    CASE(                                                                                                              \
        name, limit, for (;;) { __VA_ARGS__; })
#define CLOBBERED "t0", "t1", "t2", "t3", "ra", "ft0", "ft1", "memory"

static uint64_t memory[2 * PAGE / 8] __attribute__((aligned(4096)));
static char bytes[PAGE];

static long even(long n);

static __attribute__((noinline)) long odd(long n)
{
    volatile long kept = n;
    return n < 0 ? n : even(n + 1) + kept;
}

static __attribute__((noinline)) long even(long n)
{
    volatile long kept = n;
    return n < 0 ? n : odd(n + 1) + kept;
}

static __attribute__((noinline)) long deep(long n)
{
    volatile char frame[100];
    frame[n & 63] = (char)n;
    return n < 0 ? n : deep(n + 1) + frame[n & 63];
}

static __attribute__((noinline)) long large(long store)
{
    volatile char frame[8 << 20]; /* reaches below address 0 */
    if (store)
        frame[0] = 1;
    return frame[0];
}

static __attribute__((noinline)) long wide(long n)
{
    volatile char frame[64 * 1024];
    frame[n & 63] = (char)n;
    return n < 0 ? n : wide(n + 1) + frame[n & 63];
}

static __attribute__((noinline)) void through_pointer(void *self)
{
    ((void (*)(void *))hidden((uintptr_t)self))(self);
    __asm__ volatile("");
}

static void map_and_unmap(void)
{
    char *page = map(PAGE, READ | WRITE);
    *(volatile char *)page = 1;
    call3(SYS_MUNMAP, (uintptr_t)page, PAGE, 0);
}

static void up_and_down(void)
{
    uintptr_t mark = (uintptr_t)call3(SYS_BRK, 0, 0, 0);
    call3(SYS_BRK, mark + MIB, 0, 0);
    call3(SYS_BRK, mark, 0, 0);
}

LOOP(jump_to_itself, "1: .option push\n.option norvc\nj 1b\n.option pop")
LOOP(compressed_jump, "1: c.j 1b")
LOOP(branch_to_itself, "1: .option push\n.option norvc\nbeq x0, x0, 1b\n.option pop")
LOOP(compressed_branch, "li a5, 0\n1: c.beqz a5, 1b")
LOOP(branch_unsigned, "1: bgeu t0, x0, 1b")
LOOP(call_to_itself, "1: jal ra, 1b")
LOOP(register_jump, "lla t0, 1f\n1: jr t0")
LOOP(register_call, "lla t0, 1f\n1: jalr ra, 0(t0)")
LOOP(register_offset, "lla t0, 1f\naddi t0, t0, 2000\n1: jalr x0, -2000(t0)")
LOOP(odd_register_jump, "lla t0, 1f\naddi t0, t0, 1\n1: jr t0") /* bit 0 is ignored */
LOOP(high_register_jump, "lla t0, 1f\nli t1, 1\nslli t1, t1, 40\nor t0, t0, t1\n1: jr t0")
LOOP(return_to_itself, "lla ra, 1f\n1: ret")
LOOP(ping_pong, "1: j 2f\n2: j 1b")
LOOP(over_a_page, "j 1f\n.balign 4096\n.skip 4094\n1: addi t0, t0, 1\nj 1b")
LOOP(far_ping_pong, "1: j 2f\n.rept 6000\nnop\n.endr\n2: j 1b")
LOOP(countdown, "li t0, 0\n1: addi t0, t0, -1\nbnez t0, 1b")
LOOP(never_equal, "li t0, 1\n1: addi t0, t0, 2\nbnez t0, 1b")
LOOP(nested, "1: li t0, 1000\n2: addi t0, t0, -1\nbnez t0, 2b\nj 1b")
LOOP(two_entries, "1: addi t0, t0, 1\nandi t1, t0, 1\nbeqz t1, 3f\n2: addi t0, t0, 3\n3: addi t0, t0, 5\n"
                  "andi t1, t0, 2\nbeqz t1, 2b\nj 1b")
LOOP(table, "li t0, 1\n1: slli t1, t0, 13\nxor t0, t0, t1\nsrli t1, t0, 7\nxor t0, t0, t1\nslli t1, t0, 17\n"
            "xor t0, t0, t1\nandi t1, t0, 12\nlla t2, 2f\nadd t2, t2, t1\njr t2\n"
            ".option push\n.option norvc\n2: j 1b\nj 1b\nj 1b\nj 1b\n.option pop")
LOOP(straight, "1: .rept 5000\naddi t0, t0, 1\n.endr\nj 1b")
LOOP(nops, "1: .rept 5000\nnop\n.endr\nj 1b")
LOOP(loads, "1: ld t0, 0(%0)\nj 1b")
LOOP(stores, "1: sd t0, 0(%0)\nj 1b")
LOOP(misaligned, "1: ld t0, 1(%0)\nsd t0, 3(%0)\nj 1b")
LOOP(page_crossing, "li t1, 4092\nadd t1, %0, t1\n1: ld t0, 0(t1)\nsd t0, 0(t1)\nj 1b")
LOOP(reserve_for_ever, "1: lr.d t0, (%0)\nj 1b")
LOOP(conditional_never, "addi t1, %0, 8\n1: lr.d t0, (%0)\nsc.d t0, t0, (t1)\nbnez t0, 1b")
LOOP(spin_lock, "li t1, 1\nsd t1, 0(%0)\n1: amoswap.d.aq t0, t1, (%0)\nbnez t0, 1b")
LOOP(atomics, "1: amoadd.d t0, %0, (%0)\nj 1b")
LOOP(divisions, "1: div t0, t0, x0\nrem t1, t0, x0\nj 1b")
LOOP(overflowing_division, "li t0, -1\nslli t1, t0, 63\n1: div t2, t1, t0\nrem t2, t1, t0\nj 1b")
LOOP(square_roots, "li t0, 3\nfcvt.d.l ft0, t0\n1: fsqrt.d ft1, ft0\nj 1b")
LOOP(float_divisions, "1: fdiv.d ft1, ft0, ft1\nj 1b")
LOOP(fences, "1: fence\nfence.i\nj 1b")
LOOP(counters, "1: rdinstret t0\nrdcycle t1\nrdtime t2\nj 1b")
LOOP(float_flags, "1: frcsr t0\nfscsr t0\nj 1b")

FOREVER(call_getpid, call3(172, 0, 0, 0))
FOREVER(call_unknown, call3(9999, 0, 0, 0))
FOREVER(call_beyond, call3((long)hidden(UINT64_MAX), 0, 0, 0))
FOREVER(call_nothing_written, call3(SYS_WRITE, 1, (uintptr_t)bytes, 0))
FOREVER(call_bad_write, call3(SYS_WRITE, 77, (uintptr_t)bytes, PAGE))
FOREVER(call_empty_vectors, call3(66, 1, (uintptr_t)memory, 256))
FOREVER(call_sleep, memory[0] = UINT64_MAX; call3(101, (uintptr_t)memory, 0, 0))
FOREVER(call_futex, raw_call(98, (long)memory, 0, 0, 0, 0))
FOREVER(call_yield, call3(124, 0, 0, 0))
FOREVER(call_read, call3(63, 0, (uintptr_t)bytes, PAGE))
FOREVER(call_random, call3(SYS_GETRANDOM, (uintptr_t)bytes, PAGE, 0))
FOREVER(call_clock, call3(113, 1, (uintptr_t)memory, 0))
FOREVER(call_break, up_and_down())
FOREVER(call_map, map_and_unmap())
FOREVER(call_protect, call3(SYS_MPROTECT, (uintptr_t)memory, PAGE, READ);
        call3(SYS_MPROTECT, (uintptr_t)memory, PAGE, READ | WRITE))
FOREVER(call_forget, call3(SYS_MADVISE, (uintptr_t)memory, PAGE, 4))
FOREVER(call_respond, call3(MAYFLY_CALL_RESPOND, 0, 0, 0)) /* before accept: refused */
FOREVER(call_time, call3(MAYFLY_CALL_TIME, 0, 0, 0))
FOREVER(call_host_random, call3(MAYFLY_CALL_RANDOM, (uintptr_t)bytes, PAGE, 0))
FOREVER(call_signal_itself, call3(129, 1, 0, 0))
FOREVER(call_clone, call3(220, 0, 0, 0))

CASE(recursion, stack, deep(0))
CASE(mutual_recursion, stack, even(0))
CASE(wide_recursion, stack, wide(0))
CASE(pointer_recursion, stack, through_pointer((void *)through_pointer))
CASE(frame_larger_than_the_stack, stack, (void)large(1))
CASE(read_of_such_a_frame, stack, (void)large(0))
