/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by a write to its own code, which is read-only.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    volatile int status = argc * 0 + (argv == NULL);
    printf("before\n");
    fflush(stdout);
    volatile char *code = (volatile char *)(uintptr_t)main;
    *code = 0;
    printf("never\n");
    return status;
}
