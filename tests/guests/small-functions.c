/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that call no other, which native code puts in place of their calls: they return in other ways than by the
 * address that they were given, go on in another function, loop, are left in the middle, and are called by another
 * register.
 */
#include <stdint.h>
#include <stdio.h>

__asm__(
    ".option push\n.option norvc\n.text\n"
    /* Returns behind the instruction that it is to return to. */
    "skips:\n addi a0, a0, 1\n addi ra, ra, 4\n ret\n"
    ".globl call_skips\n.type call_skips, @function\ncall_skips:\n"
    " mv t3, ra\n jal skips\n addi a0, a0, 100\n addi a0, a0, 1000\n mv ra, t3\n ret\n"
    /* Returns to its caller's caller. */
    "gives_up:\n beqz a0, 1f\n ret\n 1: mv ra, t3\n li a0, 7\n ret\n"
    ".globl call_gives_up\n.type call_gives_up, @function\ncall_gives_up:\n"
    " mv t3, ra\n jal gives_up\n addi a0, a0, 100\n mv ra, t3\n ret\n"
    /* Goes on in one that calls, and in one that does not. */
    "to_caller:\n addi a0, a0, 3\n tail says\n"
    "to_leaf:\n addi a0, a0, 5\n j adds\n"
    "adds:\n addi a0, a0, 11\n ret\n"
    ".globl call_to_others\n.type call_to_others, @function\ncall_to_others:\n"
    " addi sp, sp, -16\n sd ra, 8(sp)\n sd s0, 0(sp)\n mv s0, a0\n jal to_caller\n add a0, a0, s0\n jal to_leaf\n"
    " ld ra, 8(sp)\n ld s0, 0(sp)\n addi sp, sp, 16\n ret\n"
    /* Jumps to where its argument says: one of two places inside, or an own function. */
    "jumps:\n la t0, 1f\n slli t1, a0, 2\n add t0, t0, t1\n jr t0\n 1: j 2f\n j 3f\n j adds\n"
    " 2: addi a0, a0, 20\n ret\n 3: addi a0, a0, 30\n ret\n"
    ".globl call_jumps\n.type call_jumps, @function\ncall_jumps:\n"
    " mv t3, ra\n jal jumps\n slli a0, a0, 1\n mv ra, t3\n ret\n"
    /* Has instructions for the interpreter, with values on both sides of them in registers of each kind. */
    "rounds:\n fcvt.d.l fa5, a0\n addi s1, s1, 1\n addi a5, a0, 2\n fsrmi 1\n fcvt.l.d a0, fa5\n fsrmi 0\n add a0, "
    "a0, a5\n"
    " ret\n"
    ".globl call_rounds\n.type call_rounds, @function\ncall_rounds:\n"
    " addi sp, sp, -32\n sd ra, 8(sp)\n sd s1, 0(sp)\n sd s7, 16(sp)\n mv s1, a0\n li s7, 9\n jal rounds\n add a0, "
    "a0, s1\n"
    " add a0, a0, s7\n ld ra, 8(sp)\n ld s1, 0(sp)\n ld s7, 16(sp)\n addi sp, sp, 32\n ret\n"
    /* By t0. */
    "by_t0:\n addi a0, a0, 40\n jr t0\n"
    ".globl call_by_t0\n.type call_by_t0, @function\ncall_by_t0:\n"
    " jal t0, by_t0\n slli a0, a0, 2\n ret\n"
    /* Loops, in a loop that keeps values in many registers over it. */
    "counts:\n li t1, 0\n 1: add t1, t1, a0\n addi a0, a0, -1\n bgtz a0, 1b\n mv a0, t1\n ret\n"
    ".globl call_counts\n.type call_counts, @function\ncall_counts:\n"
    " mv t3, ra\n mv t4, a0\n li t5, 0\n li a7, 3\n 1: mv a0, t4\n jal counts\n add t5, t5, a0\n add t5, t5, t1\n"
    " mul a7, a7, t5\n addi t4, t4, -1\n bgtz t4, 1b\n xor a0, t5, a7\n mv ra, t3\n ret\n"
    /* In loops through which registers are held: parts that return elsewhere, that write on some ways only, and that
     * have an instruction for the interpreter, behind which control comes back from outside. */
    "some:\n andi t2, a0, 1\n beqz t2, 1f\n add t6, t6, a0\n fmv.d.x fs3, t6\n 1: slli a0, a0, 1\n ret\n"
    "asks:\n addi t2, a0, 3\n andi t1, a0, 7\n bnez t1, 1f\n frflags t1\n add t6, t6, t1\n 1: add a0, t2, t6\n ret\n"
    ".globl call_in_loops\n.type call_in_loops, @function\ncall_in_loops:\n"
    " addi sp, sp, -48\n sd s9, 8(sp)\n sd s10, 16(sp)\n fsd fs3, 24(sp)\n sd s5, 32(sp)\n"
    " mv t3, ra\n mv t4, a0\n li t5, 1\n li t6, 2\n li s9, 5\n li s10, 7\n li s5, 11\n fmv.d.x fs3, zero\n"
    " 1: mv a0, t4\n jal some\n add t5, t5, a0\n jal skips\n addi t5, t5, 100\n addi s10, s10, 3\n"
    " mul s9, s9, t5\n addi t4, t4, -1\n bgtz t4, 1b\n"
    " li t4, 40\n 2: add a0, t4, s5\n jal asks\n xor s5, s5, a0\n add s9, s9, t2\n addi t4, t4, -1\n bgtz t4, 2b\n"
    " fmv.x.d t0, fs3\n xor a0, t5, t6\n xor a0, a0, s9\n xor a0, a0, s10\n xor a0, a0, s5\n xor a0, a0, t0\n"
    " xor a0, a0, t1\n xor a0, a0, t2\n ld s9, 8(sp)\n ld s10, 16(sp)\n fld fs3, 24(sp)\n ld s5, 32(sp)\n"
    " addi sp, sp, 48\n mv ra, t3\n ret\n"
    ".option pop\n");

uint64_t call_skips(uint64_t), call_gives_up(uint64_t), call_to_others(uint64_t), call_jumps(uint64_t),
    call_rounds(uint64_t), call_by_t0(uint64_t), call_counts(uint64_t), call_in_loops(uint64_t);
uint64_t says(uint64_t number);

__attribute__((noinline, used)) uint64_t says(uint64_t number)
{
    static uint64_t said;
    if (said++ % 16 == 0)
        printf("says %lu\n", (unsigned long)number);
    return number * 2;
}

int main(void)
{
    uint64_t sum = 0;
    for (uint64_t round = 0; round < 60; round++) {
        sum = sum * 31 + call_skips(round);
        sum = sum * 31 + call_gives_up(round % 3);
        sum = sum * 31 + call_to_others(round);
        sum = sum * 31 + call_jumps(round % 3);
        sum = sum * 31 + call_rounds(round);
        sum = sum * 31 + call_by_t0(round);
        sum = sum * 31 + call_counts(round);
        sum = sum * 31 + call_in_loops(round);
        if (round % 20 == 0)
            printf("%lx\n", (unsigned long)sum);
    }
    printf("%lx\n", (unsigned long)sum);
    return 0;
}
