/* SPDX-License-Identifier: Apache-2.0
 *
 * The fast Fourier transform, radix 2, in place, forwards and backwards in double precision.
 */
#include "bench.h"
#include <math.h>

#define LOG_SIZE 11
#define SIZE     (1 << LOG_SIZE)

struct complex {
    double re, im;
};

static struct complex data[SIZE], roots[SIZE / 2];
static unsigned reversed[SIZE];

/* The roots of unity, by halving angles and the addition theorem: sin() and cos() may differ in the last bit from one
 * library to the next, a square root may not. */
static void prepare(void)
{
    double cosine = 0, sine = 1; /* of a quarter turn */
    roots[0] = (struct complex){1, 0};
    roots[SIZE / 4] = (struct complex){0, -1};
    for (int step = SIZE / 4; step > 1; step /= 2) {
        cosine = sqrt((1 + cosine) / 2);
        sine /= 2 * cosine;
        /* The root at step / 2 places one between each two that are known. */
        for (int i = 0; i < SIZE / 2; i += step) {
            struct complex known = roots[i];
            roots[i + step / 2].re = known.re * cosine + known.im * sine;
            roots[i + step / 2].im = known.im * cosine - known.re * sine;
        }
    }
    for (unsigned i = 0; i < SIZE; i++)
        for (int bit = 0; bit < LOG_SIZE; bit++)
            reversed[i] |= (i >> bit & 1) << (LOG_SIZE - 1 - bit);
}

static void transform(int backwards)
{
    for (unsigned i = 0; i < SIZE; i++) {
        if (i < reversed[i]) {
            struct complex swap = data[i];
            data[i] = data[reversed[i]];
            data[reversed[i]] = swap;
        }
    }
    for (int half = 1; half < SIZE; half *= 2) {
        int stride = SIZE / 2 / half;
        for (int block = 0; block < SIZE; block += 2 * half) {
            for (int i = 0; i < half; i++) {
                struct complex root = roots[i * stride], *a = &data[block + i], *b = a + half;
                if (backwards)
                    root.im = -root.im;
                double re = b->re * root.re - b->im * root.im;
                double im = b->re * root.im + b->im * root.re;
                b->re = a->re - re, b->im = a->im - im;
                a->re += re, a->im += im;
            }
        }
    }
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 1800);
    uint64_t checksum = 0, random = 5;

    prepare();
    for (int i = 0; i < SIZE; i++)
        data[i].re = (double)(bench_random(&random) % 2000) / 1000 - 1;
    double first = data[1].re;
    for (long round = 0; round < repeat; round++) {
        transform(0);
        checksum = bench_mix_double(checksum, data[(round * 7) % SIZE].re);
        transform(1);
        for (int i = 0; i < SIZE; i++)
            data[i].re /= SIZE, data[i].im /= SIZE;
        checksum = bench_mix_double(checksum, data[(round * 11) % SIZE].re);
    }
    if (!(fabs(data[1].re - first) < 1e-9))
        bench_fail("there and back again is not where it began");
    return bench_report(checksum);
}
