/* SPDX-License-Identifier: Apache-2.0
 *
 * A request writes to as many pages as its query says (?pages=N): what rollback costs by the page.
 */
#include <mayfly.h>
#include <stdlib.h>

#define MAX_PAGES 1024
#define PAGE      4096

static volatile char memory[MAX_PAGES][PAGE]; /* or the compiler sees that nobody reads it */

int main(void)
{
    const struct mayfly_request *request = mayfly_accept();
    char text[16] = "1";
    (void)mayfly_query(request, "pages", text, sizeof text);
    int pages = atoi(text);
    for (int i = 0; i < pages && i < MAX_PAGES; i++)
        memory[i][0] = 1;
    mayfly_respond(200, "text/plain", "done\n");
}
