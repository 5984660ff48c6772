/* SPDX-License-Identifier: Apache-2.0
 *
 * Every request takes most of a slice (1M instructions), but not all of it.
 */
#include <mayfly.h>

int main(void)
{
    mayfly_accept();
    for (unsigned i = 0; i < 400000; i++)
        __asm__ volatile("");
    mayfly_respond(200, "text/plain", "done\n");
}
