/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts its requests, and always answers 1: every request starts from the same frozen state and leaves no trace.
 */
#include <mayfly.h>

#include <stdio.h>

static unsigned requests;

int main(void)
{
    char text[32];

    mayfly_accept();
    int length = snprintf(text, sizeof(text), "%u\n", ++requests);
    mayfly_respond_bytes(200, "text/plain", text, (size_t)length);
}
