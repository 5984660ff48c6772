/* SPDX-License-Identifier: Apache-2.0
 *
 * Division by what is nearly always a constant: native code guesses it, and has to find out where it is another.
 */
#include <stdint.h>
#include <stdio.h>

/* f(a, b, other): a by the constant, or by b if `other`. */
#define DIVIDE(name, constant, instruction)                                                                            \
    __asm__(".text\n.globl " #name "\n.type " #name ", @function\n" #name ":\n"                                        \
            " mv t0, a1\n bnez a2, 1f\n li t0, " #constant "\n 1: " #instruction " a0, a0, t0\n ret\n");               \
    uint64_t name(uint64_t a, uint64_t b, uint64_t other);

#define OPERATIONS(name, constant)                                                                                     \
    DIVIDE(name##_div, constant, div)                                                                                  \
    DIVIDE(name##_divu, constant, divu)                                                                                \
    DIVIDE(name##_rem, constant, rem)                                                                                  \
    DIVIDE(name##_remu, constant, remu)                                                                                \
    DIVIDE(name##_divw, constant, divw)                                                                                \
    DIVIDE(name##_divuw, constant, divuw)                                                                              \
    DIVIDE(name##_remw, constant, remw)                                                                                \
    DIVIDE(name##_remuw, constant, remuw)                                                                              \
    static uint64_t name(uint64_t a, uint64_t b, uint64_t other)                                                       \
    {                                                                                                                  \
        uint64_t sum = name##_div(a, b, other) * 3 + name##_divu(a, b, other);                                         \
        sum = sum * 5 + name##_rem(a, b, other) * 3 + name##_remu(a, b, other);                                        \
        sum = sum * 5 + name##_divw(a, b, other) * 3 + name##_divuw(a, b, other);                                      \
        return sum * 5 + name##_remw(a, b, other) * 3 + name##_remuw(a, b, other);                                     \
    }

OPERATIONS(by_seven, 7)
OPERATIONS(by_minus_ten, -10)
OPERATIONS(by_prime, 998244353)
OPERATIONS(by_power, 0x100000000)
OPERATIONS(by_much, 0x123456789abcdef)
OPERATIONS(by_least, 0x8000000000000000)
OPERATIONS(by_zero, 0)
OPERATIONS(by_one, 1)
OPERATIONS(by_minus_one, -1)

int main(void)
{
    static uint64_t (*const divisions[])(uint64_t, uint64_t, uint64_t) = {
        by_seven, by_minus_ten, by_prime, by_power, by_much, by_least, by_zero, by_one, by_minus_one};
    static const uint64_t values[] = {0,
                                      1,
                                      6,
                                      7,
                                      8,
                                      100,
                                      INT32_MAX,
                                      0x80000000,
                                      UINT32_MAX,
                                      998244352,
                                      998244353,
                                      INT64_MAX,
                                      1u + (uint64_t)INT64_MAX,
                                      UINT64_MAX,
                                      UINT64_MAX - 9};
    const unsigned count = sizeof values / sizeof *values;

    for (unsigned i = 0; i < sizeof divisions / sizeof *divisions; i++) {
        uint64_t sum = 0;
        for (unsigned a = 0; a < count; a++)
            for (unsigned b = 0; b < count; b++)
                sum = sum * 31 + divisions[i](values[a], values[b], 0) * 7 + divisions[i](values[a], values[b], 1);
        printf("%u: %lx\n", i, (unsigned long)sum);
    }
    return 0;
}
