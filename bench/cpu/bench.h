/* SPDX-License-Identifier: Apache-2.0
 *
 * What every program here shares: `PROGRAM [REPEAT]` does its work REPEAT times and prints one checksum. The checksum
 * depends on every result and on nothing else: it is the same on every machine, compiler and engine.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The repeat count of the command line, or the default, which takes about 0.1 s natively. */
static inline long bench_repeat(int argc, char **argv, long standard)
{
    char *end = NULL;
    long repeat = argc > 1 ? strtol(argv[1], &end, 10) : standard;

    if (argc > 2 || repeat < 1 || (end && *end)) {
        fprintf(stderr, "usage: %s [REPEAT]  (a number from 1 on; %ld if left out)\n", argv[0], standard);
        exit(2);
    }
    return repeat;
}

/* A fixed sequence that looks random (xorshift); the state must not be 0. */
static inline uint64_t bench_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

/* Adds a result to a checksum; the order of the results matters. */
static inline uint64_t bench_mix(uint64_t checksum, uint64_t value)
{
    checksum = (checksum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return checksum ^ (checksum >> 29);
}

/* The same for a floating-point result: all of its bits count. */
static inline uint64_t bench_mix_double(uint64_t checksum, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bench_mix(checksum, bits);
}

static inline uint64_t bench_mix_bytes(uint64_t checksum, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        checksum = bench_mix(checksum, at[i]);
    return checksum;
}

/* Prints the checksum; returns what main() returns. */
static inline int bench_report(uint64_t checksum)
{
    return printf("%016llx\n", (unsigned long long)checksum) < 0 || fflush(stdout) ? 1 : 0;
}

/* Ends a program whose own check of its results failed. */
static inline _Noreturn void bench_fail(const char *what)
{
    fprintf(stderr, "wrong result: %s\n", what);
    exit(1);
}

#endif
