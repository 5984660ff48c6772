/* SPDX-License-Identifier: Apache-2.0
 *
 * getrandom and getentropy fill, and differ; the library generators are deterministic.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

int main(void)
{
    unsigned char a[256] = {0}, b[256] = {0};
    printf("%zd %d %d\n", getrandom(a, sizeof(a), 0), getentropy(b, sizeof(b)), memcmp(a, b, sizeof(a)) != 0);
    int ones = 0;
    for (int i = 0; i < 256; i++)
        ones += __builtin_popcount(a[i]);
    printf("balanced %d\n", ones > 800 && ones < 1250);
    printf("%zd %zd\n", getrandom(a, 1, GRND_NONBLOCK), getrandom(a, 0, 0));
    srand(1);
    printf("%d %d\n", rand(), rand());
    srand48(42);
    printf("%ld %.10f\n", lrand48(), drand48());
    return 0;
}
