/* SPDX-License-Identifier: Apache-2.0
 *
 * Misbehaves on purpose: writes where there is no memory. The client gets 502, the log says which instruction it
 * was and in which function; ?address=0x12345678 chooses the place.
 */
#include <mayfly.h>

#include <stdint.h>
#include <stdlib.h>

static void write_to(uintptr_t address)
{
    *(volatile int *)address = 42;
}

int main(void)
{
    char text[32];
    uintptr_t address = 0xdeadbee0;

    const struct mayfly_request *request = mayfly_accept();
    if (mayfly_query(request, "address", text, sizeof(text)) > 0)
        address = strtoul(text, NULL, 0);
    write_to(address);
    mayfly_respond(200, "text/plain", "There was memory after all\n");
}
