/* SPDX-License-Identifier: Apache-2.0
 *
 * Thread-local storage of the one thread, initialised and zero, aligned.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

static __thread int initialised = 42;
static __thread long zero[100];
static __thread struct {
    char c;
    long double wide;
} aligned __attribute__((aligned(64))) = {'x', 1.5L};
extern __thread int elsewhere;
__thread int elsewhere = 7;

static int *address(void)
{
    return &initialised;
}

int main(void)
{
    long sum = 0;
    for (int i = 0; i < 100; i++)
        sum += zero[i];
    printf("%d %ld %c %Lg %lu %d\n", initialised, sum, aligned.c, aligned.wide,
           (unsigned long)((uintptr_t)&aligned % 64), elsewhere);
    *address() += elsewhere++;
    zero[99] = initialised;
    errno = 5;
    printf("%d %ld %d %d\n", initialised, zero[99], elsewhere, errno);
    return 0;
}
