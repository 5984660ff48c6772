/* SPDX-License-Identifier: Apache-2.0
 *
 * Large frames, alloca, variable-length arrays and deep recursion.
 */
#include <alloca.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static unsigned large_frame(unsigned seed)
{
    unsigned char frame[150000];
    memset(frame, (int)seed, sizeof(frame));
    frame[149999] ^= 0xff;
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof(frame); i += 997)
        sum += frame[i];
    return sum + frame[149999];
}

__attribute__((noinline)) static unsigned with_alloca(unsigned size)
{
    unsigned char *bytes = alloca(size);
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 7);
    unsigned sum = 0;
    for (unsigned i = 0; i < size; i++)
        sum = sum * 3 + bytes[i];
    return sum + (unsigned)((uintptr_t)bytes % 16);
}

__attribute__((noinline)) static long with_array(int n)
{
    long values[n][n];
    long sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            values[i][j] = i * j;
    for (int i = 0; i < n; i++)
        sum += values[i][n - 1 - i];
    return sum;
}

__attribute__((noinline)) static unsigned long ackermann(unsigned long m, unsigned long n)
{
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static int fibonacci(int n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static int even(int n);
static int odd(int n)
{
    return n == 0 ? 0 : even(n - 1);
}
static int even(int n)
{
    return n == 0 ? 1 : odd(n - 1);
}

int main(void)
{
    for (unsigned i = 0; i < 3; i++)
        printf("%u %u\n", large_frame(i * 50), with_alloca(1000 * i + 1));
    printf("%ld %ld\n", with_array(10), with_array(100));
    printf("%lu %lu %d %d\n", ackermann(2, 100), ackermann(3, 6), fibonacci(22), even(1001));
    return 0;
}
