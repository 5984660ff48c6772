/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends by a write to a page that mprotect took from it.
 * flags: -D_GNU_SOURCE
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
    volatile int status = argc * 0 + (argv == NULL);
    printf("before\n");
    fflush(stdout);
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[5] = 1;
    mprotect(page, 4096, PROT_READ);
    *(volatile char *)(page + 5) = 2;
    printf("never\n");
    return status;
}
