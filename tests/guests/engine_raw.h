/* SPDX-License-Identifier: Apache-2.0
 *
 * What a guest without a C library needs to talk to the host: raw calls, the entry point, and numbers from a seed.
 */
#ifndef TESTS_GUESTS_ENGINE_RAW_H
#define TESTS_GUESTS_ENGINE_RAW_H

#include <stddef.h>
#include <stdint.h>

#include "../../include/mayfly/abi.h"

enum {
    SYS_EXIT = 93,
    SYS_BRK = 214,
    SYS_MUNMAP = 215,
    SYS_MREMAP = 216,
    SYS_MMAP = 222,
    SYS_MPROTECT = 226,
    SYS_MADVISE = 233,
    SYS_GETRANDOM = 278
};

static inline long raw_call(long number, long a, long b, long c, long d, long e)
{
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a3 __asm__("a3") = d;
    register long a4 __asm__("a4") = e;
    register long a5 __asm__("a5") = 0;
    register long a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a7) : "memory");
    return a0;
}

static inline const struct mayfly_request *raw_accept(void)
{
    return (const struct mayfly_request *)raw_call(MAYFLY_CALL_ACCEPT, MAYFLY_ABI_VERSION, 0, 0, 0, 0);
}

_Noreturn static inline void raw_respond(const void *body, size_t size)
{
    struct mayfly_string piece = {body, size};
    struct mayfly_response response = {.status = 200, .pieces = &piece, .piece_count = 1};
    raw_call(MAYFLY_CALL_RESPOND, (long)&response, 0, 0, 0, 0);
    for (;;)
        raw_call(SYS_EXIT, 1, 0, 0, 0, 0);
}

/* xorshift64*: the same numbers for the same seed on every run. */
static inline uint64_t raw_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

/* Where the arguments are: their count, then pointers. */
const long *raw_stack;

__asm__(".globl _start\n"
        "_start:\n"
        ".option push\n.option norelax\n"
        "lla gp, __global_pointer$\n"
        ".option pop\n"
        "la t0, raw_stack\n"
        "sd sp, 0(t0)\n"
        "call guest_main\n");

void guest_main(void);

#endif
