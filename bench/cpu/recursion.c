/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls and returns: Fibonacci numbers, Ackermann's function, the queens on a chess board, and the towers of Hanoi.
 */
#include "bench.h"

static uint64_t fibonacci(unsigned n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static uint64_t ackermann(uint64_t m, uint64_t n)
{
    if (m == 0)
        return n + 1;
    return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

/* Ways to place queens on the rows that are left; a bit is a column, or a diagonal that reaches it in this row. */
static unsigned queens(unsigned size, unsigned columns, unsigned falling, unsigned rising)
{
    unsigned all = (1u << size) - 1, count = 0;
    if (columns == all)
        return 1;
    for (unsigned open = all & ~(columns | falling | rising); open; open &= open - 1) {
        unsigned queen = open & -open;
        count += queens(size, columns | queen, (falling | queen) << 1, (rising | queen) >> 1);
    }
    return count;
}

static uint64_t hanoi(unsigned discs, unsigned from, unsigned to, uint64_t moves)
{
    if (discs == 0)
        return moves;
    unsigned spare = 3 - from - to;
    moves = hanoi(discs - 1, from, spare, moves);
    moves = moves * 31 + from * 3 + to;
    return hanoi(discs - 1, spare, to, moves);
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 600);
    uint64_t checksum = 0;

    if (queens(8, 0, 0, 0) != 92)
        bench_fail("there are 92 ways for 8 queens");
    for (long round = 0; round < repeat; round++) {
        unsigned vary = (unsigned)round & 1;
        checksum = bench_mix(checksum, fibonacci(23 + vary));
        checksum = bench_mix(checksum, ackermann(2, 200 + vary));
        checksum = bench_mix(checksum, ackermann(3, 4 + vary));
        checksum = bench_mix(checksum, queens(8 + vary, 0, 0, 0));
        checksum = bench_mix(checksum, hanoi(13 + vary, 0, 2, 1));
    }
    return bench_report(checksum);
}
