/* SPDX-License-Identifier: Apache-2.0
 *
 * Loops of one block, which native code goes through several rounds at a time: left in each of the rounds, with a NaN
 * that is made in the last one, in a register that stays with its function or goes to others, and behind the loop this
 * function or another. And loops whose body has a block that only a backward branch leads to, so that it takes a NaN as
 * it was made.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT 11

static double numbers[COUNT];

uint64_t sum_and_return(const double *from, long count, double sum);

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Calls, so that it is not part of its callers. */
#define SUM(NAME, REGISTER)                                                                                            \
    static __attribute__((noinline)) uint64_t NAME(const double *from, long count, double sum)                         \
    {                                                                                                                  \
        printf(#NAME " %ld\n", count);                                                                                 \
        register double accumulator __asm__(REGISTER) = sum;                                                           \
        __asm__ volatile("1: fld ft0, 0(%0)\n addi %0, %0, 8\n addi %1, %1, -1\n"                                      \
                         " fadd.d %2, %2, ft0\n bnez %1, 1b"                                                           \
                         : "+r"(from), "+r"(count), "+f"(accumulator)                                                  \
                         :                                                                                             \
                         : "ft0", "memory");                                                                           \
        return bits_of(accumulator);                                                                                   \
    }

SUM(sum_in_fa0, "fa0")
SUM(sum_in_fa5, "fa5")
SUM(sum_in_fs3, "fs3")

/* The sum of the bits of all sums but the last. */
#define SUM_OF_BITS(NAME, REGISTER)                                                                                    \
    static __attribute__((noinline)) uint64_t NAME(const double *from, long count, double sum)                         \
    {                                                                                                                  \
        printf(#NAME " %ld\n", count);                                                                                 \
        register double accumulator __asm__(REGISTER) = sum;                                                           \
        uint64_t total = 0;                                                                                            \
        __asm__ volatile("j 2f\n 1: fmv.x.d t0, %2\n add %3, %3, t0\n"                                                 \
                         "2: fld ft0, 0(%0)\n addi %0, %0, 8\n addi %1, %1, -1\n"                                      \
                         " fadd.d %2, %2, ft0\n bnez %1, 1b"                                                           \
                         : "+r"(from), "+r"(count), "+f"(accumulator), "+r"(total)                                     \
                         :                                                                                             \
                         : "ft0", "t0", "memory");                                                                     \
        return total;                                                                                                  \
    }

SUM_OF_BITS(sum_of_bits_in_fa0, "fa0")
SUM_OF_BITS(sum_of_bits_in_fa5, "fa5")

/* Falls out of its loop into another function; its call, too, keeps it from becoming part of its callers. */
__asm__(".text\n.globl sum_and_return\n.type sum_and_return, @function\n"
        "sum_and_return: bltz a1, 2f\n"
        "1: fld ft0, 0(a0)\n addi a0, a0, 8\n addi a1, a1, -1\n fadd.d fa0, fa0, ft0\n bnez a1, 1b\n"
        ".size sum_and_return, . - sum_and_return\n"
        ".globl return_bits\n.type return_bits, @function\n"
        "return_bits: fmv.x.d a0, fa0\n ret\n"
        "2: call abort\n"
        ".size return_bits, . - return_bits\n");

uint64_t return_bits(double value);

int main(void)
{
    const double infinity = __builtin_inf();
    for (long count = 1; count <= COUNT; count++) {
        memset(numbers, 0, sizeof numbers);
        numbers[count - 1] = -infinity;
        printf("%016lx\n", sum_in_fa0(numbers, count, infinity));
        printf("%016lx\n", sum_in_fa5(numbers, count, infinity));
        printf("%016lx\n", sum_in_fs3(numbers, count, infinity));
        printf("%016lx\n", sum_and_return(numbers, count, infinity));
        numbers[count / 2] = -infinity;
        printf("%016lx\n", sum_of_bits_in_fa0(numbers, count, infinity));
        printf("%016lx\n", sum_of_bits_in_fa5(numbers, count, infinity));
    }
    printf("%016lx\n", return_bits(1.5));
    return 0;
}
