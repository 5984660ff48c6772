/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by ebreak.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    volatile int status = argc * 0 + (argv == NULL);
    printf("before\n");
    fflush(stdout);
    __asm__ volatile("ebreak");
    printf("never\n");
    return status;
}
