/* SPDX-License-Identifier: Apache-2.0
 *
 * mmap, munmap, mprotect and mremap of anonymous memory.
 * flags: -D_GNU_SOURCE
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096

static unsigned char *map(size_t size, int protection)
{
    unsigned char *bytes = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED) {
        printf("mmap of %zu: errno %d\n", size, errno);
        return NULL;
    }
    return bytes;
}

static unsigned long sum(const unsigned char *bytes, size_t size)
{
    unsigned long total = 0;
    for (size_t i = 0; i < size; i++)
        total += bytes[i];
    return total;
}

int main(void)
{
    unsigned char *a = map(10 * PAGE, PROT_READ | PROT_WRITE);
    printf("aligned %d, zero %d\n", (uintptr_t)a % PAGE == 0, sum(a, 10 * PAGE) == 0);
    memset(a, 1, 10 * PAGE);
    printf("hole %d\n", munmap(a + 3 * PAGE, 2 * PAGE));
    printf("left %lu %lu\n", sum(a, 3 * PAGE), sum(a + 5 * PAGE, 5 * PAGE));
    unsigned char *fixed =
        mmap(a + 3 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    printf("filled %d, zero %lu\n", fixed == a + 3 * PAGE, sum(a + 3 * PAGE, PAGE));
    fixed = mmap(a, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    printf("replaced %d, zero %lu, next %lu\n", fixed == a, sum(a, PAGE), sum(a + PAGE, PAGE));

    printf("read only %d, still %lu\n", mprotect(a + PAGE, PAGE, PROT_READ), sum(a + PAGE, PAGE));
    printf("writable %d", mprotect(a + PAGE, PAGE, PROT_READ | PROT_WRITE));
    a[PAGE] = 9;
    printf(", %lu\n", sum(a + PAGE, PAGE));
    printf("none %d, back %d, %lu\n", mprotect(a + PAGE, PAGE, PROT_NONE), mprotect(a + PAGE, PAGE, PROT_READ),
           sum(a + PAGE, PAGE));

    unsigned char *b = map(2 * PAGE, PROT_READ | PROT_WRITE);
    memset(b, 3, 2 * PAGE);
    unsigned char *grown = mremap(b, 2 * PAGE, 300 * PAGE, MREMAP_MAYMOVE);
    printf("grown %d %lu\n", grown != MAP_FAILED, grown != MAP_FAILED ? sum(grown, 300 * PAGE) : 0);
    unsigned char *shrunk = mremap(grown, 300 * PAGE, PAGE, 0);
    printf("shrunk %d %lu\n", shrunk == grown, sum(shrunk, PAGE));

    for (int i = 0; i < 2000; i++) { /* many, freed again: no growth */
        unsigned char *c = map((size_t)(i % 7 + 1) * PAGE, PROT_READ | PROT_WRITE);
        if (!c || c[0] || c[(i % 7 + 1) * PAGE - 1])
            return printf("round %d\n", i), 1;
        c[0] = 1;
        munmap(c, (size_t)(i % 7 + 1) * PAGE);
    }
    printf("misaligned munmap %d", munmap(a + 1, PAGE));
    printf(" errno %d\n", errno);
    printf("empty mmap %d", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    printf(" errno %d\n", errno);
    return 0;
}
