/* SPDX-License-Identifier: Apache-2.0
 *
 * abort() ends with 134, as a shell says it, after what stderr got.
 */
#include <assert.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    (void)argv;
    printf("before\n");
    fflush(stdout);
    assert(argc < 0);
    printf("never\n");
    return 0;
}
