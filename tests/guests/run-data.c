/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by running its data.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    volatile int status = argc * 0 + (argv == NULL);
    printf("before\n");
    fflush(stdout);
    static uint32_t data[] = {0x00008067}; /* ret */
    ((void (*)(void))(uintptr_t)data)();
    printf("never\n");
    return status;
}
