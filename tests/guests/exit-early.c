/* SPDX-License-Identifier: Apache-2.0
 *
 * _exit at once: what stdio holds is lost, what was written is not. Exit codes are eight bits.
 */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    ssize_t written = write(1, "written\n", 8);
    printf("lost %zd", written);
    _exit(256 + 77);
}
