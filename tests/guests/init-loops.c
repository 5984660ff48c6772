/* SPDX-License-Identifier: Apache-2.0
 *
 * Never gets as far as accepting.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    for (volatile unsigned long turns = 0;; turns++)
        continue;
    mayfly_accept();
    mayfly_respond(200, "text/plain", "never");
}
