/* SPDX-License-Identifier: Apache-2.0
 *
 * brk and sbrk: growth, shrinking, zeroes where the break comes back.
 * flags: -D_GNU_SOURCE
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int is_zero(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i])
            return 0;
    return 1;
}

int main(void)
{
    static char buffer[BUFSIZ]; /* stdio must not allocate in between */
    setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
    char *start = sbrk(0);
    start += -(uintptr_t)start % 4096;
    printf("%d ", brk(start));
    for (int i = 0; i < 5; i++) {
        printf("%d ", brk(start + 100000));
        printf("%d ", is_zero(start, 100000));
        memset(start, 0x77, 100000);
        printf("%d ", brk(start + 40960));
        printf("%d %d ", start[40959] == 0x77, (char *)sbrk(0) == start + 40960);
        printf("%d\n", brk(start));
    }
    printf("%d\n", (char *)sbrk(8192) == start);
    memset(start, 1, 8192);
    printf("%d %d\n", (char *)sbrk(-4096) == start + 8192, start[4095]);
    return 0;
}
