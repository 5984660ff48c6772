/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes all memory before it accepts.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    for (;;)
        memset(malloc(1 << 20), 1, 1 << 20);
    mayfly_accept();
    mayfly_respond(200, "text/plain", "never");
}
