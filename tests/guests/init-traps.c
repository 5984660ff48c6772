/* SPDX-License-Identifier: Apache-2.0
 *
 * Faults before it accepts.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
    mayfly_accept();
    mayfly_respond(200, "text/plain", "never");
}
