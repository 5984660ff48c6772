/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends without ever accepting a request: no tenant can be made of it.
 */
#include <mayfly.h>

#include <stdio.h>

int main(void)
{
    printf("nothing to serve\n");
    return 0;
}
