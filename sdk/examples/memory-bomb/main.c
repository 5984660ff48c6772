/* SPDX-License-Identifier: Apache-2.0
 *
 * Misbehaves on purpose: takes memory until there is none, and writes to all of it. When malloc() says no (or the
 * sandbox stops it first, with 502) it answers how much it got; the next request starts with all of it back.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP (1 << 20)

int main(void)
{
    unsigned long taken = 0;
    char text[64];

    mayfly_accept();
    for (char *block; (block = malloc(STEP)) != NULL; taken += STEP)
        memset(block, 0xa5, STEP);
    int length = snprintf(text, sizeof(text), "took %lu MiB\n", taken / STEP);
    mayfly_respond_bytes(200, "text/plain", text, (size_t)length);
}
