/* SPDX-License-Identifier: Apache-2.0
 *
 * 64-bit and 128-bit arithmetic with its corner cases.
 */
#include <stdint.h>
#include <stdio.h>

typedef unsigned __int128 u128;
typedef __int128 i128;

static const int64_t values[] = {0,
                                 1,
                                 -1,
                                 2,
                                 -2,
                                 3,
                                 7,
                                 10,
                                 -10,
                                 63,
                                 64,
                                 255,
                                 256,
                                 65537,
                                 1000003,
                                 INT32_MAX,
                                 INT32_MIN,
                                 UINT32_MAX,
                                 INT64_MAX,
                                 INT64_MIN,
                                 INT64_MIN + 1,
                                 0x123456789abcdef0,
                                 -0x123456789abcdef};
#define COUNT (sizeof(values) / sizeof(values[0]))

static void print128(u128 v)
{
    printf("%016lx%016lx ", (uint64_t)(v >> 64), (uint64_t)v);
}

static void pair(volatile int64_t a, volatile int64_t b)
{
    uint64_t ua = (uint64_t)a, ub = (uint64_t)b;
    printf("%lx %lx %lx ", ua + ub, ua - ub, ua * ub);
    if (b && !(a == INT64_MIN && b == -1))
        printf("%ld %ld ", a / b, a % b);
    if (ub)
        printf("%lu %lu ", ua / ub, ua % ub);
    int32_t c = (int32_t)a, d = (int32_t)b;
    if (d && !(c == INT32_MIN && d == -1))
        printf("%d %d %u %u ", c / d, c % d, (uint32_t)c / (uint32_t)d, (uint32_t)c % (uint32_t)d);
    print128((u128)ua * ub);
    print128((u128)((i128)a * b));
    printf("%d%d%d%d ", a < b, ua < ub, a == b, c < d);
    printf("%lx %lx %lx %x %x\n", ua << (ub & 63), ua >> (ub & 63), (uint64_t)(a >> (ub & 63)), (uint32_t)c << (d & 31),
           (uint32_t)(c >> (d & 31)));
}

static void wide(u128 a, u128 b)
{
    print128(a / b);
    print128(a % b);
    print128(a * b);
    print128((u128)((i128)a / (i128)b));
    print128(a >> (unsigned)(b & 127));
    print128(a << (unsigned)(b & 127));
    printf("\n");
}

int main(void)
{
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < COUNT; j++)
            pair(values[i], values[j]);
    for (size_t i = 1; i < COUNT; i++)
        for (size_t j = 1; j < COUNT; j++)
            wide((u128)(uint64_t)values[i] << 61 | (uint64_t)values[j], (u128)(uint64_t)values[j] * 3 + (u128)i);
    int64_t out;
    printf("%d ", __builtin_add_overflow(INT64_MAX, values[1], &out));
    printf("%d ", __builtin_mul_overflow(values[18], 2, &out));
    printf("%d\n", __builtin_sub_overflow(INT64_MIN, values[1], &out));
    return 0;
}
