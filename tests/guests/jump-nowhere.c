/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by a jump to an address without code.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    volatile int status = argc * 0 + (argv == NULL);
    printf("before\n");
    fflush(stdout);
    void (*volatile nowhere)(void) = (void (*)(void))(uintptr_t)0x70000000;
    nowhere();
    printf("never\n");
    return status;
}
