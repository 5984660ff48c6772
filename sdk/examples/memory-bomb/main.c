/* SPDX-License-Identifier: Apache-2.0
 *
 * Misbehaves on purpose: takes memory and writes to all of it, without ever asking whether there is any left. The
 * client gets 502 when the tenant's limit is reached; the next request starts with all of it back.
 */
#include <mayfly.h>

#include <stdlib.h>
#include <string.h>

#define STEP (1 << 20)

int main(void)
{
    mayfly_accept();
    for (;;)
        memset(malloc(STEP), 0xa5, STEP);
}
