/* SPDX-License-Identifier: Apache-2.0
 *
 * Backtracking, sieves, hash tables and bit boards: integer code with many branches.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int queens(unsigned columns, unsigned left, unsigned right, unsigned all)
{
    int count = 0;
    if (columns == all)
        return 1;
    for (unsigned free = ~(columns | left | right) & all; free; free &= free - 1) {
        unsigned bit = free & -free;
        count += queens(columns | bit, (left | bit) << 1, (right | bit) >> 1, all);
    }
    return count;
}

static int primes(int limit)
{
    char *composite = calloc((size_t)limit + 1, 1);
    int count = 0;
    for (int i = 2; i <= limit; i++) {
        if (composite[i])
            continue;
        count++;
        for (long j = (long)i * i; j <= limit; j += i)
            composite[j] = 1;
    }
    free(composite);
    return count;
}

static unsigned collatz(unsigned limit)
{
    unsigned best = 0, steps_best = 0;
    for (unsigned i = 1; i < limit; i++) {
        unsigned steps = 0;
        for (uint64_t n = i; n != 1; steps++)
            n = n & 1 ? 3 * n + 1 : n >> 1;
        if (steps > steps_best)
            best = i, steps_best = steps;
    }
    return best;
}

static unsigned long table(void)
{
    enum { SIZE = 4096 };
    static uint64_t keys[SIZE];
    static unsigned values[SIZE];
    uint64_t v = 88172645463325252u;
    unsigned long probes = 0;
    for (int i = 0; i < 3000; i++) {
        v ^= v << 13, v ^= v >> 7, v ^= v << 17;
        uint64_t key = v % 2500 + 1;
        unsigned at = (unsigned)(key * 0x9e3779b97f4a7c15u >> 52);
        for (; keys[at] && keys[at] != key; at = (at + 1) % SIZE)
            probes++;
        keys[at] = key;
        values[at]++;
    }
    for (int i = 0; i < SIZE; i++)
        probes = probes * 31 + values[i];
    return probes;
}

static int distance(const char *a, const char *b)
{
    int row[64];
    int n = (int)strlen(a), m = (int)strlen(b);
    for (int j = 0; j <= m; j++)
        row[j] = j;
    for (int i = 1; i <= n; i++) {
        int corner = row[0]++;
        for (int j = 1; j <= m; j++) {
            int above = row[j], best = corner + (a[i - 1] != b[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            corner = above;
            row[j] = best;
        }
    }
    return row[m];
}

int main(void)
{
    for (unsigned n = 4; n <= 9; n++)
        printf("%d ", queens(0, 0, 0, (1u << n) - 1));
    printf("\n%d %u %lx\n", primes(200000), collatz(20000), table());
    printf("%d %d\n", distance("kitten", "sitting"), distance("intention", "execution"));
    return 0;
}
