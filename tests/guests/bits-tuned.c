/* SPDX-License-Identifier: Apache-2.0
 *
 * Bit tricks, which the compiler turns into instructions of Zba, Zbb and Zbs if it may.
 * flags: -march=rv64gc_zba_zbb_zbs
 */
#include <stdint.h>
#include <stdio.h>

static uint64_t reverse(uint64_t v)
{
    uint64_t out = 0;
    for (int i = 0; i < 64; i++)
        out |= (v >> i & 1) << (63 - i);
    return out;
}

static uint64_t morton(uint32_t x, uint32_t y)
{
    uint64_t out = 0;
    for (int i = 0; i < 32; i++)
        out |= (uint64_t)(x >> i & 1) << (2 * i) | (uint64_t)(y >> i & 1) << (2 * i + 1);
    return out;
}

static void tricks(uint64_t v, uint64_t w)
{
    unsigned n = w & 63, m = w & 31;
    uint32_t u = (uint32_t)v;
    printf("%d %d ", __builtin_popcountll(v), __builtin_popcount(u));
    if (v)
        printf("%d %d ", __builtin_clzll(v), __builtin_ctzll(v));
    if (u)
        printf("%d %d ", __builtin_clz(u), __builtin_ctz(u));
    printf("%lx %x ", __builtin_bswap64(v), __builtin_bswap32(u));
    printf("%lx %lx %x %x ", v << n | v >> (-n & 63), v >> n | v << (-n & 63), u << m | u >> (-m & 31),
           u >> m | u << (-m & 31));
    printf("%lx %lx %lx %lx ", v & ~w, v | ~w, ~(v ^ w), v & -v);
    printf("%ld %ld %lu %lu ", (int64_t)v > (int64_t)w ? v : w, (int64_t)v < (int64_t)w ? v : w, v > w ? v : w,
           v < w ? v : w);
    printf("%lx %lx %lx %lx ", v | UINT64_C(1) << n, v & ~(UINT64_C(1) << n), v ^ UINT64_C(1) << n, v >> n & 1);
    printf("%lx %lx %lx ", v + (w << 1), v + (w << 2), v + (w << 3));
    printf("%lx %lx %lx %lx ", v + ((uint64_t)u << 1), (uint64_t)u + w, (uint64_t)u << 3, (uint64_t)(uint16_t)v);
    printf("%ld %ld %lx %lx\n", (int64_t)(int8_t)v, (int64_t)(int16_t)v, reverse(v), morton(u, (uint32_t)w));
}

int main(void)
{
    uint64_t v = 0x9e3779b97f4a7c15, w = 0xbf58476d1ce4e5b9;
    for (int i = 0; i < 200; i++) {
        tricks(v, w);
        v = v * 6364136223846793005u + 1442695040888963407u;
        w ^= w << 13, w ^= w >> 7, w ^= w << 17;
    }
    tricks(0, 0), tricks(UINT64_MAX, 0), tricks(0, UINT64_MAX), tricks(1, 63), tricks(INT64_MIN, 1),
        tricks(0xffffffff, 32);
    return 0;
}
