/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports whether anything differs from the state that was frozen, then changes all of it: registers that live across
 * accept, static data, heap, stack, thread-local data, the memory map, floating-point modes, stdio, errno. It must
 * always answer "fresh".
 */
#include <mayfly.h>

#include <errno.h>
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define BYTES 20000

static unsigned char data[BYTES] = {7};
static __thread int of_thread = 5;

static int differs(const unsigned char *bytes, unsigned char with)
{
    for (int i = 1; i < BYTES; i++)
        if (bytes[i] != with)
            return 1;
    return 0;
}

/* May fail at will; only what it changed matters. */
static void change(unsigned char *heap, unsigned char *mapped, volatile unsigned char *stack)
{
    memset(data, 1, BYTES);
    memset(heap, 2, BYTES);
    memset(mapped, 3, BYTES);
    for (int i = 0; i < BYTES; i++)
        stack[i] = 4;
    of_thread++;
    errno = 77;
    fesetround(FE_UPWARD);
    feraiseexcept(FE_INEXACT | FE_OVERFLOW);
    munmap(mapped + 4096, 4096);
    mprotect(mapped, 4096, PROT_READ);
    memset(mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 5, BYTES);
    void *grown = sbrk(100000);
    if (grown != (void *)-1)
        memset(grown, 6, 100000);
    free(heap);
    memset(malloc(5000000), 8, 5000000);
    printf("no newline");
}

int main(void)
{
    unsigned char *heap = calloc(1, BYTES);
    unsigned char *mapped = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile unsigned char stack[BYTES];
    for (int i = 0; i < BYTES; i++)
        stack[i] = 9;
    double in_register = 1.25;
    __asm__ volatile("" : "+f"(in_register));
    errno = 0;

    mayfly_accept();
    void *top = sbrk(0);
    static void *frozen_top;
    const char *what = "fresh";
    if (data[0] != 7 || differs(data, 0))
        what = "data";
    if (heap[0] || differs(heap, 0))
        what = "heap";
    if (mapped[0] || differs(mapped, 0))
        what = "mapping";
    if (stack[0] != 9 || differs((const unsigned char *)stack, 9))
        what = "stack";
    if (of_thread != 5 || errno != 0)
        what = "thread-local";
    if (fegetround() != FE_TONEAREST || fetestexcept(FE_ALL_EXCEPT))
        what = "fcsr";
    if (in_register != 1.25)
        what = "register";
    if (frozen_top && frozen_top != top)
        what = "break";
    frozen_top = top;
    change(heap, mapped, stack);
    mayfly_respond(200, "text/plain", what);
}
