/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by a load near address 0.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    volatile int status = argc * 0 + (argv == NULL);
    printf("before\n");
    fflush(stdout);
    const volatile char *nowhere = NULL;
    status = nowhere[argc];
    printf("never\n");
    return status;
}
