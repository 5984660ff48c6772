/* SPDX-License-Identifier: Apache-2.0
 *
 * Integer matrices: products of 64-bit elements that wrap around, and determinants modulo a prime.
 */
#include "bench.h"

#define SIZE  64
#define PRIME UINT64_C(998244353)

typedef uint64_t matrix[SIZE][SIZE];

static matrix left, right, product;
static uint64_t work[SIZE][SIZE];

static void multiply(matrix out, matrix a, matrix b)
{
    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            uint64_t sum = 0;
            for (int k = 0; k < SIZE; k++)
                sum += a[i][k] * b[k][j];
            out[i][j] = sum;
        }
    }
}

static uint64_t power(uint64_t base, uint64_t exponent)
{
    uint64_t result = 1;
    for (; exponent; exponent >>= 1) {
        if (exponent & 1)
            result = result * base % PRIME;
        base = base * base % PRIME;
    }
    return result;
}

static void swap_rows(uint64_t *a, uint64_t *b)
{
    for (int i = 0; i < SIZE; i++) {
        uint64_t swap = a[i];
        a[i] = b[i];
        b[i] = swap;
    }
}

/* Gaussian elimination in the field of the prime. */
static uint64_t determinant(matrix of)
{
    uint64_t result = 1;

    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++)
            work[i][j] = of[i][j] % PRIME;
    for (int column = 0; column < SIZE; column++) {
        int pivot = column;
        while (pivot < SIZE && work[pivot][column] == 0)
            pivot++;
        if (pivot == SIZE)
            return 0;
        if (pivot != column) {
            swap_rows(work[pivot], work[column]);
            result = PRIME - result;
        }
        result = result * work[column][column] % PRIME;
        uint64_t inverse = power(work[column][column], PRIME - 2);
        for (int row = column + 1; row < SIZE; row++) {
            uint64_t factor = PRIME - work[row][column] * inverse % PRIME;
            for (int i = column; i < SIZE; i++)
                work[row][i] = (work[row][i] + factor * work[column][i]) % PRIME;
        }
    }
    return result;
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 250);
    uint64_t checksum = 0, random = 3;

    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            left[i][j] = bench_random(&random);
            right[i][j] = bench_random(&random);
        }
    }
    for (long round = 0; round < repeat; round++) {
        multiply(product, left, right);
        multiply(right, product, left);
        checksum = bench_mix(checksum, determinant(right));
        checksum = bench_mix(checksum, product[round % SIZE][(round * 7) % SIZE]);
        /* Even factors would drive the products to zero. */
        for (int i = 0; i < SIZE; i++)
            right[i][i] ^= bench_random(&random) | 1;
    }
    return bench_report(checksum);
}
