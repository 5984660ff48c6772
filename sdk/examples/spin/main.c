/* SPDX-License-Identifier: Apache-2.0
 *
 * Misbehaves on purpose: never answers. The client gets 504 once the tenant's instructions are used up, and
 * everybody else is served meanwhile. */
#include <mayfly.h>

int main(void)
{
    mayfly_accept();
    for (volatile unsigned long turns = 0;; turns++)
        continue;
}
