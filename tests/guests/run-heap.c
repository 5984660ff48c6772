/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by running what it allocated.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    volatile int status = argc * 0 + (argv == NULL);
    printf("before\n");
    fflush(stdout);
    uint32_t *data = malloc(64);
    data[0] = 0x00008067; /* ret */
    __asm__ volatile("fence.i" ::: "memory");
    ((void (*)(void))(uintptr_t)data)();
    printf("never\n");
    return status;
}
