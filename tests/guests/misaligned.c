/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads and stores at every alignment, also across a page.
 * flags: -mno-strict-align
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned char bytes[3 * 4096] __attribute__((aligned(4096)));

#define ACCESS(type, load, store)                                                                                      \
    static uint64_t access_##load(unsigned char *at, uint64_t value)                                                   \
    {                                                                                                                  \
        uint64_t out;                                                                                                  \
        __asm__ volatile(#store " %1, 0(%2)\n\t" #load " %0, 0(%2)" : "=&r"(out) : "r"(value), "r"(at) : "memory");    \
        return out;                                                                                                    \
    }
ACCESS(int16_t, lh, sh)
ACCESS(uint16_t, lhu, sh)
ACCESS(int32_t, lw, sw)
ACCESS(uint32_t, lwu, sw)
ACCESS(int64_t, ld, sd)

int main(void)
{
    uint64_t value = 0x8182838485868788;
    for (int i = 0; i < 24; i++) {
        unsigned char *at = bytes + 4096 - 12 + i;
        memset(bytes, 0xcc, sizeof(bytes));
        printf("%lx %lx %lx %lx %lx ", access_lh(at, value), access_lhu(at, value), access_lw(at, value),
               access_lwu(at, value), access_ld(at, value));
        double d = 0, e = 1.1;
        __asm__ volatile("fsd %1, 0(%2)\n\tfld %0, 0(%2)" : "=&f"(d) : "f"(e + i), "r"(at) : "memory");
        uint32_t hash = 0;
        for (size_t k = 4000; k < 4200; k++)
            hash = hash * 31 + bytes[k];
        printf("%.17g %08x\n", d, hash);
        value = value * 3 + 1;
    }
    return 0;
}
