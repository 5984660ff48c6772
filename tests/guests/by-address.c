/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls by an address that is nearly always that of one small function, which native code puts in place of them: others
 * are called there, too, and the small one returns elsewhere at times.
 */
#include <stdint.h>
#include <stdio.h>

typedef uint64_t step(uint64_t value, uint64_t round);

/* The one. Skips two instructions behind its call where `round` says so, and those are ra's again then. */
__asm__(".option push\n.option norvc\n.text\n.globl usual\n.type usual, @function\nusual:\n"
        " andi t0, a1, 31\n li t1, 1\n li t2, 7\n bne t0, t1, 1f\n addi ra, ra, 8\n addi t2, t2, 100\n"
        " 1: mul a0, a0, t2\n addi s7, s7, 3\n add a0, a0, a1\n ret\n"
        /* Calls what it is given, with values in registers of all kinds. */
        ".globl calls\n.type calls, @function\ncalls:\n"
        " addi sp, sp, -48\n sd ra, 8(sp)\n sd s7, 16(sp)\n sd s1, 24(sp)\n sd s4, 32(sp)\n mv t4, a2\n"
        " li s7, 11\n li s1, 13\n li s4, 17\n li t5, 19\n li t2, 23\n jalr t4\n addi a0, a0, 5\n xori a0, a0, 9\n"
        " add a0, a0, s7\n add a0, a0, s1\n add a0, a0, s4\n add a0, a0, t5\n add a0, a0, t2\n"
        " ld ra, 8(sp)\n ld s7, 16(sp)\n ld s1, 24(sp)\n ld s4, 32(sp)\n addi sp, sp, 48\n ret\n.option pop\n");
__attribute__((visibility("hidden"))) step usual; /* its address is made, not loaded */
uint64_t calls(uint64_t value, uint64_t round, step *what);

/* Called by addresses from data, so that they are no candidates. */
__attribute__((noinline)) static uint64_t little(uint64_t value, uint64_t round)
{
    return value ^ round;
}

__attribute__((noinline)) static uint64_t speaks(uint64_t value, uint64_t round)
{
    if (round % 50 == 0)
        printf("%lx\n", (unsigned long)value);
    return value + 1;
}

static step *const others[] = {little, speaks};

int main(void)
{
    step *volatile what = usual;
    volatile unsigned from = 0;
    uint64_t sum = 1;
    for (unsigned round = 0; round < 600; round++) {
        sum = sum * 31 + calls(sum, round, round % 10 < 8 ? what : others[(round + from) & 1]);
        for (unsigned i = 0; i < 5; i++)
            sum += what(sum, 2);
    }
    printf("%lx\n", (unsigned long)sum);
    return 0;
}
