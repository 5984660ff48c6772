/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by recursion without end.
 */
#include <stdio.h>

static volatile int kept;

__attribute__((noinline)) static int deep(int n)
{
    volatile char frame[1000];
    frame[n % 1000] = (char)n;
    return n < 0 ? 0 : deep(n + 1) + frame[n % 1000] + kept;
}

int main(int argc, char **argv)
{
    (void)argv;
    printf("before\n");
    fflush(stdout);
    printf("never %d\n", deep(argc));
    return 0;
}
