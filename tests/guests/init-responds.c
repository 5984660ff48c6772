/* SPDX-License-Identifier: Apache-2.0
 *
 * Responds before it accepted, which is refused.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    mayfly_respond(200, "text/plain", "too early");
    mayfly_accept();
    mayfly_respond(200, "text/plain", "never");
}
