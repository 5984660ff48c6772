/* SPDX-License-Identifier: Apache-2.0
 *
 * Gives up before it accepts, with a message.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    fprintf(stderr, "cannot find my data\n");
    exit(3);
    mayfly_accept();
    mayfly_respond(200, "text/plain", "never");
}
