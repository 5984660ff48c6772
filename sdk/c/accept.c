/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly_accept() and mayfly_send(), the two ends of a request. All that can be paid once is paid before the first
 * freezes the program: between its ecall and the one of mayfly_send() lie a few instructions and one page of stack.
 */
#include "mayfly.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>

#include "hostcall.h"

#define HEAP_HEADROOM (1 << 20)   /* what a request may allocate without asking the host */
#define HEAP_STEP     (256 << 10) /* by how much the heap grows beyond that */
#define MMAP_FROM     (32 << 20)  /* the largest threshold that glibc accepts */
#define NEVER         (1 << 30)

static char output_buffer[4096];

/* Before main(), so that a program can still choose otherwise: lines reach the log one by one, even if a trap
 * follows, and the first printf() of a request need not allocate the buffer. */
__attribute__((constructor(101))) static void accept_buffer_output(void)
{
    (void)setvbuf(stdout, output_buffer, _IOLBF, sizeof(output_buffer));
}

/* Makes malloc() serve from a heap that already has room: a request then costs no brk or mmap, which the host would
 * have to undo after it. */
static void accept_prepare_heap(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_MMAP_THRESHOLD, MMAP_FROM);
    (void)mallopt(M_TRIM_THRESHOLD, NEVER);
    (void)mallopt(M_TOP_PAD, HEAP_STEP);
#endif
    void *volatile headroom = malloc(HEAP_HEADROOM);
    free(headroom);
}

__attribute__((noreturn, cold)) static void accept_failed(const char *function, long error)
{
    if (error == -ENOSYS)
        fprintf(stderr,
                "%s: this program answers requests of Mayfly (ABI %d) and was started without it; put it into a "
                "tenant's folder and run `mayfly serve`\n",
                function, MAYFLY_ABI_VERSION);
    else
        fprintf(stderr, "%s: called out of turn: a program accepts once, then responds\n", function);
    exit(1);
}

__attribute__((noinline)) static void accept_prepare(void)
{
    accept_prepare_heap();
    fflush(NULL);
}

const struct mayfly_request *mayfly_accept(void)
{
    accept_prepare();
    long result = hostcall(MAYFLY_CALL_ACCEPT, MAYFLY_ABI_VERSION, 0, 0);
    if (__builtin_expect(result < 0, 0))
        accept_failed("mayfly_accept", result);
    return (const struct mayfly_request *)result;
}

/* What stdio holds back. On glibc without a call: this is asked in every request. */
static inline int accept_pending(FILE *stream)
{
#ifdef __GLIBC__
    return stream->_IO_write_ptr > stream->_IO_write_base;
#else
    return __fpending(stream) > 0;
#endif
}

void mayfly_send(const struct mayfly_response *response)
{
    if (__builtin_expect(accept_pending(stdout), 0))
        fflush(stdout);
    if (__builtin_expect(accept_pending(stderr), 0))
        fflush(stderr);
    accept_failed("mayfly_respond", hostcall(MAYFLY_CALL_RESPOND, (long)response, 0, 0));
}
