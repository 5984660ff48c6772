/* SPDX-License-Identifier: Apache-2.0
 *
 * Tenant A of bench/neighbours: takes as much of the server as its path says how.
 */
#include <mayfly.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE  4096
#define PAGES 8192

static volatile char memory[PAGES][PAGE]; /* 32 MiB */

static void spin(void)
{
    for (;;)
        __asm__ volatile("");
}

/* Instructions that take many times as long as others. */
static void roots(void)
{
    double x = 3;
    for (;;)
        __asm__ volatile("fsqrt.d %0, %0\n\tfdiv.d %0, %0, %0" : "+f"(x));
}

/* Maps, touches and unmaps so much, for ever. */
static void map_and_touch(size_t size)
{
    for (;;) {
        char *piece = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (piece == MAP_FAILED)
            break;
        for (size_t at = 0; at < size; at += PAGE)
            piece[at] = 1;
        munmap(piece, size);
    }
}

static void allocate(void)
{
    map_and_touch(8u << 20);
}

/* Earns itself long pieces of fuel by quick instructions, then touches pages, and is at munmap() when it is looked at.
 */
static void unmap(void)
{
    for (long i = 0; i < 20000000; i++)
        __asm__ volatile("");
    map_and_touch(900 * PAGE);
}

static void dirty(void)
{
    for (int i = 0; i < PAGES; i++)
        memory[i][0] = 1;
}

static void flood(void)
{
    static char lines[1 << 20];
    for (size_t i = 0; i < sizeof lines; i += 2)
        memcpy(lines + i, "x\n", 2);
    for (;;)
        if (write(1, lines, sizeof lines) < 0)
            break;
}

static void crash(void)
{
    *(volatile int *)0 = 1;
}

/* As many mappings of the host as it lets one instance have. */
static void maps(void)
{
    for (;;)
        for (int i = 0; i < PAGES; i += 2)
            if (mprotect((void *)(uintptr_t)memory[i], PAGE, PROT_READ))
                spin();
}

static const struct {
    const char *path;
    void (*run)(void);
} ways[] = {{"/spin", spin},   {"/roots", roots}, {"/allocate", allocate}, {"/unmap", unmap},
            {"/dirty", dirty}, {"/flood", flood}, {"/crash", crash},       {"/maps", maps}};

int main(void)
{
    const struct mayfly_request *request = mayfly_accept();
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (!strcmp(request->path.data, ways[i].path))
            ways[i].run();
    mayfly_respond(200, "text/plain", "done\n");
}
