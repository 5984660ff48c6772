/* SPDX-License-Identifier: Apache-2.0
 *
 * Takes, fills and gives back megabytes while it initialises, and again in each request.
 */
#include <mayfly.h>

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#define SIZE (4u << 20)

static bool use_memory(void)
{
    char *piece = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (piece == MAP_FAILED)
        return false;
    memset(piece, 1, SIZE);
    return munmap(piece, SIZE) == 0;
}

int main(void)
{
    bool good = use_memory();
    mayfly_accept();
    mayfly_respond(good && use_memory() ? 200 : 500, "text/plain", "megabytes");
}
