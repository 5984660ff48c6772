/* SPDX-License-Identifier: Apache-2.0
 *
 * memcpy, memmove, memset and memcmp at every alignment, size and overlap up to 70 bytes, and large.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash = 1469598103934665603u;

static void add(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 1099511628211u;
}

static void fill(unsigned char *bytes, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)((i + seed) * 2654435761u >> 13);
}

int main(void)
{
    static unsigned char from[256], to[256], big[300000], other[300000];
    void *(*volatile copy)(void *, const void *, size_t) = memcpy;
    void *(*volatile move)(void *, const void *, size_t) = memmove;
    void *(*volatile set)(void *, int, size_t) = memset;
    int (*volatile compare)(const void *, const void *, size_t) = memcmp;

    for (unsigned size = 0; size <= 70; size++)
        for (unsigned a = 0; a < 16; a++)
            for (unsigned b = 0; b < 16; b++) {
                fill(from, sizeof(from), size + a);
                memset(to, 0xee, sizeof(to));
                copy(to + 32 + b, from + 32 + a, size);
                add(to, sizeof(to));
                if (compare(to + 32 + b, from + 32 + a, size))
                    printf("wrong copy of %u\n", size);
                fill(to, sizeof(to), b);
                move(to + 64 + a, to + 64 + b, size);
                set(to + 128 + b, (int)a, size);
                add(to, sizeof(to));
            }
    printf("small %016lx\n", hash);
    fill(big, sizeof(big), 7);
    copy(other + 3, big + 1, 290001);
    move(big + 5, big, 290000);
    move(other, other + 11, 280000);
    set(big + 100000, 0x5a, 100001);
    add(big, sizeof(big));
    add(other, sizeof(other));
    printf("large %016lx\n", hash);
    for (int i = 0; i < 64; i++) {
        int before = to[i];
        to[i] = (unsigned char)(before + 1);
        memcpy(from, to, 64);
        from[i] = (unsigned char)before;
        int order = compare(to, from, 64);
        printf("%c", order > 0 ? '>' : order < 0 ? '<' : '=');
    }
    printf("\n");
    return 0;
}
