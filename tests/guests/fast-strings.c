/* SPDX-License-Identifier: Apache-2.0
 *
 * The SDK's memcpy() and its kin against plain loops: every size, alignment and overlap, up to the last byte before a
 * page that cannot be read.
 * flags: -D_GNU_SOURCE -march=rv64gc_zba_zbb_zbs -fno-builtin
 * sources: ../../sdk/c/string.c
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

static unsigned long wrong;
static unsigned char *area; /* two pages that can be used; none behind */
static unsigned char model[2 * PAGE];

static void expect(int condition, const char *what, size_t size, size_t a, size_t b)
{
    if (!condition && wrong++ < 10)
        printf("%s: size %zu, offsets %zu %zu\n", what, size, a, b);
}

static void fill(void)
{
    static uint32_t seed = 1;
    for (size_t i = 0; i < 2 * PAGE; i++) {
        seed = seed * 1664525 + 1013904223;
        area[i] = model[i] = (unsigned char)(seed >> 24);
    }
}

static int same(void)
{
    for (size_t i = 0; i < 2 * PAGE; i++)
        if (area[i] != model[i])
            return 0;
    return 1;
}

/* a: target, b: source. */
static void copies(size_t size, size_t a, size_t b)
{
    unsigned char kept[512];
    fill();
    expect(memmove(area + a, area + b, size) == area + a, "memmove result", size, a, b);
    for (size_t i = 0; i < size; i++)
        kept[i] = model[b + i];
    for (size_t i = 0; i < size; i++)
        model[a + i] = kept[i];
    expect(same(), "memmove", size, a, b);
    if (a + size > b && b + size > a)
        return;
    fill();
    expect(memcpy(area + a, area + b, size) == area + a, "memcpy result", size, a, b);
    for (size_t i = 0; i < size; i++)
        model[a + i] = model[b + i];
    expect(same(), "memcpy", size, a, b);
}

static void sets(size_t size, size_t a)
{
    fill();
    expect(memset(area + a, 0x1a5, size) == area + a, "memset result", size, a, 0);
    for (size_t i = 0; i < size; i++)
        model[a + i] = 0xa5;
    expect(same(), "memset", size, a, 0);
}

static void comparisons(size_t size, size_t a, size_t b)
{
    for (size_t i = 0; i < size; i++)
        area[a + i] = area[b + i] = (unsigned char)(i * 37 + 128);
    expect(memcmp(area + a, area + b, size) == 0, "memcmp equal", size, a, b);
    for (size_t i = 0; i < size; i++) {
        unsigned char before = area[a + i];
        area[a + i] = (unsigned char)(before + 1);
        int order = memcmp(area + a, area + b, size);
        expect(area[a + i] > before ? order > 0 : order < 0, "memcmp", size, a, i);
        area[a + i] = before;
    }
}

static void searches(size_t size, size_t a)
{
    for (size_t i = 0; i < size; i++)
        area[a + i] = (unsigned char)(i % 250 + 1);
    expect(memchr(area + a, 0, size) == NULL, "memchr none", size, a, 0);
    for (size_t i = 0; i < size; i++) {
        unsigned char before = area[a + i];
        area[a + i] = 0;
        expect(memchr(area + a, 0, size) == area + a + i, "memchr", size, a, i);
        expect(memchr(area + a, 256, SIZE_MAX) == area + a + i, "memchr unbounded", size, a, i);
        expect(strlen((char *)area + a) == i, "strlen", size, a, i);
        area[a + i] = before;
    }
}

int main(void)
{
    area = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(area + 2 * PAGE, PAGE, PROT_NONE);
    for (size_t size = 0; size <= 80; size++)
        for (size_t shift = 0; shift < 9; shift++) {
            size_t end = 2 * PAGE - size - shift;
            copies(size, end, 100 + shift * 3);
            copies(size, 100 + shift, end);
            copies(size, 500, 500 + shift);
            copies(size, 500 + shift, 500);
            copies(size, 500 + 7 * shift, 510);
            sets(size, end);
            comparisons(size, end, 8 + shift * 3);
            searches(size, end);
        }
    copies(500, 1000, 1001), copies(500, 1001, 1000), copies(511, 3, 5000);
    printf("%lu wrong\n", wrong);
    return wrong != 0;
}
