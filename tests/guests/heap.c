/* SPDX-License-Identifier: Apache-2.0
 *
 * malloc in many patterns: every byte is what was written, alignment, reuse, realloc, aligned_alloc, zeroes.
 */
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 500

static uint32_t seed = 99;

static uint32_t next(void)
{
    seed ^= seed << 13, seed ^= seed >> 17, seed ^= seed << 5;
    return seed;
}

static int is_filled(const unsigned char *bytes, size_t size, unsigned char with)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] != with)
            return 0;
    return 1;
}

static void churn(size_t largest, int rounds)
{
    static unsigned char *slots[SLOTS];
    static size_t sizes[SLOTS];
    unsigned long bad = 0, moved = 0;
    memset(slots, 0, sizeof(slots));
    for (int i = 0; i < rounds; i++) {
        unsigned k = next() % SLOTS;
        if (slots[k] && !is_filled(slots[k], sizes[k], (unsigned char)k))
            bad++;
        size_t size = next() % largest + 1;
        if (slots[k] && next() % 3 == 0) {
            size_t kept = size < sizes[k] ? size : sizes[k];
            slots[k] = realloc(slots[k], size);
            bad += !is_filled(slots[k], kept, (unsigned char)k);
            moved++;
        } else {
            free(slots[k]);
            slots[k] = next() % 2 ? malloc(size) : calloc(size, 1);
        }
        bad += (uintptr_t)slots[k] % 16 != 0;
        sizes[k] = size;
        memset(slots[k], (int)k, size);
    }
    for (int k = 0; k < SLOTS; k++) {
        bad += slots[k] && !is_filled(slots[k], sizes[k], (unsigned char)k);
        free(slots[k]);
    }
    printf("up to %zu: %lu bad, %lu realloc\n", largest, bad, moved);
}

int main(void)
{
    churn(64, 20000);
    churn(2000, 20000);
    churn(30000, 3000);
    for (int i = 0; i < 5; i++) { /* large: mapped or from the heap, freed, trimmed, and zero again from calloc */
        unsigned char *block = calloc(1, 3000000);
        printf("zero %d ", is_filled(block, 3000000, 0));
        memset(block, 0xff, 3000000);
        free(block);
        malloc_trim(0);
    }
    void *aligned;
    printf("\n%d %lu\n", posix_memalign(&aligned, 4096, 100), (unsigned long)((uintptr_t)aligned % 4096));
    printf("%lu %d\n", (unsigned long)((uintptr_t)aligned_alloc(256, 512) % 256),
           malloc_usable_size(malloc(100)) >= 100);
    volatile size_t everything = SIZE_MAX;
    printf("%d %d\n", malloc(everything) == NULL, calloc(everything / 2, 3) == NULL);
    char *grown = NULL;
    for (size_t size = 1; size <= 4 << 20; size *= 2) {
        grown = realloc(grown, size);
        grown[size - 1] = (char)(size % 251);
    }
    unsigned sum = 0;
    for (size_t size = 1; size <= 4 << 20; size *= 2)
        sum += (unsigned char)grown[size - 1];
    printf("%u\n", sum);
    return 0;
}
