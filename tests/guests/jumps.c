/* SPDX-License-Identifier: Apache-2.0
 *
 * setjmp and longjmp: values, nesting, through many frames, floating-point registers kept.
 */
#include <setjmp.h>
#include <stdio.h>

static jmp_buf outer, inner;

__attribute__((noinline)) static int dive(int depth, int value)
{
    volatile char frame[200];
    frame[depth % 200] = (char)value;
    if (depth == 0 && value)
        longjmp(outer, value);
    if (depth == 0)
        return 0;
    return dive(depth - 1, value) + frame[depth % 200];
}

static int nested(void)
{
    if (setjmp(inner) == 0)
        longjmp(inner, 5);
    else
        return 1;
    return 0;
}

int main(void)
{
    volatile int rounds = 0;
    volatile double kept = 1.5;
    int value = setjmp(outer);
    printf("setjmp %d round %d\n", value, rounds);
    rounds = rounds + 1;
    kept = kept * 1.25;
    if (rounds < 5)
        dive(rounds * 100, rounds);
    if (rounds == 5)
        longjmp(outer, 0); /* arrives as 1 */
    printf("nested %d, kept %g\n", nested(), kept);
    return 0;
}
