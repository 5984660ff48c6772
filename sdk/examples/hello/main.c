/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest tenant.
 */
#include <mayfly.h>

int main(void)
{
    mayfly_accept();
    mayfly_respond(200, "text/plain", "Hello from a sandbox of its own\n");
}
