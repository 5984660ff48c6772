/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls that return one after the other, many of them, with work behind each: native code looks at its fuel before it
 * calls, for what comes behind the call, too. Some are left by a jump over all of them.
 */
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

#define TEN(text) text text text text text text text text text text

/* Work behind the call of 20, 140 and 2,600 instructions; the last is more than native code does without a look. */
#define CLIMB(name, work)                                                                                              \
    __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n"                                        \
            " beqz a0, 1f\n addi sp, sp, -16\n sd ra, 8(sp)\n sd a0, 0(sp)\n addi a0, a0, -1\n jal " #name "\n"        \
            " ld t0, 0(sp)\n xor a0, a0, t0\n andi t1, t0, 3\n beqz t1, 2f\n" work " 2: addi a0, a0, 5\n"              \
            " ld ra, 8(sp)\n addi sp, sp, 16\n 1: ret\n");                                                             \
    uint64_t name(uint64_t levels);

CLIMB(little, TEN(" addi a0, a0, 3\n slli a0, a0, 1\n"))
CLIMB(much, TEN(TEN(" addi a0, a0, 3\n")) TEN(" xor a0, a0, t0\n addi a0, a0, 1\n mul a0, a0, t0\n addi a0, a0, 1\n"))
CLIMB(most, TEN(TEN(TEN(" addi a0, a0, 3\n slli a0, a0, 1\n")) TEN(TEN(" xor a0, a0, t0\n addi a0, a0, 1\n"))
                    TEN(" mul a0, a0, t0\n addi a0, a0, 7\n addi a0, a0, 1\n")))

/* The same by way of a small function that goes on in the one that called it. */
__asm__(".text\n.globl turns\n.type turns, @function\nturns:\n"
        " addi sp, sp, -16\n sd ra, 8(sp)\n jal turns_back\n" TEN(TEN(" addi a1, a1, 3\n"))
            TEN(TEN(" xor a1, a1, a0\n"))
                TEN(TEN(" addi a1, a1, 1\n")) " mv a0, a1\n ld ra, 8(sp)\n addi sp, sp, 16\n ret\n"
                                              ".globl turns_back\n.type turns_back, @function\nturns_back:\n"
                                              " addi a0, a0, -1\n bgtz a0, turns\n ret\n");
uint64_t turns(uint64_t levels, uint64_t sum);

static jmp_buf top;
static volatile uint64_t bottom;

__attribute__((noinline)) static uint64_t falls(uint64_t levels, uint64_t (*step)(uint64_t))
{
    if (levels > 1000)
        return 0;
    if (levels == bottom)
        longjmp(top, 1);
    return falls(levels - 1, step) * 3 + step(levels % 5);
}

int main(void)
{
    static volatile uint64_t sum;
    static volatile unsigned round;
    for (round = 0; round < 12; round++) {
        sum = sum * 31 + little(700 + round);
        sum = sum * 31 + much(300 + round);
        sum = sum * 31 + most(20 + round);
        sum = sum * 31 + turns(600 + round, sum);
        if (setjmp(top) == 0)
            (void)falls(500 + round, round & 1 ? little : much);
        if (round % 4 == 0)
            printf("%lx\n", (unsigned long)sum);
    }
    printf("%lx\n", (unsigned long)sum);
    return 0;
}
