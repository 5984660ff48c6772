/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorting: quicksort of integers, and a stable mergesort of records through a comparison function.
 */
#include "bench.h"

#define COUNT            20000
#define INSERTION_LENGTH 12

struct record {
    uint32_t key;
    uint32_t position;
};

static uint32_t numbers[COUNT];
static struct record records[COUNT], scratch[COUNT];

static void insertion_sort(uint32_t *values, long count)
{
    for (long i = 1; i < count; i++) {
        uint32_t value = values[i];
        long hole = i;
        for (; hole > 0 && values[hole - 1] > value; hole--)
            values[hole] = values[hole - 1];
        values[hole] = value;
    }
}

static uint32_t median(uint32_t a, uint32_t b, uint32_t c)
{
    if (a > b) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    return c < a ? a : c > b ? b : c;
}

/* Recurs into the smaller part only, so that the stack stays logarithmic. */
static void quicksort(uint32_t *values, long count)
{
    while (count > INSERTION_LENGTH) {
        uint32_t pivot = median(values[0], values[count / 2], values[count - 1]);
        long left = 0, right = count - 1;
        while (left <= right) {
            while (values[left] < pivot)
                left++;
            while (values[right] > pivot)
                right--;
            if (left <= right) {
                uint32_t swap = values[left];
                values[left++] = values[right];
                values[right--] = swap;
            }
        }
        if (right + 1 < count - left) {
            quicksort(values, right + 1);
            values += left;
            count -= left;
        } else {
            quicksort(values + left, count - left);
            count = right + 1;
        }
    }
    insertion_sort(values, count);
}

static int by_key(const struct record *a, const struct record *b)
{
    return a->key < b->key ? -1 : a->key > b->key;
}

/* Bottom-up; the sorted records end in `from`, and the other array is scratch. */
static void mergesort(struct record *from, struct record *to, long count,
                      int (*compare)(const struct record *, const struct record *))
{
    for (long width = 1; width < count; width *= 2) {
        for (long start = 0; start < count; start += 2 * width) {
            long middle = start + width < count ? start + width : count;
            long end = start + 2 * width < count ? start + 2 * width : count;
            long a = start, b = middle;
            for (long i = start; i < end; i++)
                to[i] = a < middle && (b == end || compare(&from[a], &from[b]) <= 0) ? from[a++] : from[b++];
        }
        memcpy(from, to, (size_t)count * sizeof *from);
    }
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 45);
    int (*volatile compare)(const struct record *, const struct record *) = by_key;
    uint64_t checksum = 0, random = 1;

    for (long round = 0; round < repeat; round++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            numbers[i] = (uint32_t)bench_random(&random);
            records[i] = (struct record){.key = numbers[i] % 1000, .position = i};
        }
        quicksort(numbers, COUNT);
        mergesort(records, scratch, COUNT, compare);
        for (long i = 1; i < COUNT; i++) {
            if (numbers[i - 1] > numbers[i])
                bench_fail("the numbers are not in order");
            if (records[i - 1].key == records[i].key && records[i - 1].position >= records[i].position)
                bench_fail("the mergesort is not stable");
        }
        for (long i = 0; i < COUNT; i += 97)
            checksum = bench_mix(checksum, numbers[i] ^ (uint64_t)records[i].position << 32);
    }
    return bench_report(checksum);
}
