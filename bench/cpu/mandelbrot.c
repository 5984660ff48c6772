/* SPDX-License-Identifier: Apache-2.0
 *
 * The Mandelbrot set in double precision and a Julia set in single precision: short loops that end on a comparison.
 */
#include "bench.h"

#define SIZE  96
#define LIMIT 255

static unsigned char image[SIZE][SIZE];

static int escape_double(double cx, double cy)
{
    double x = 0, y = 0;
    int count = 0;
    while (count < LIMIT) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4)
            break;
        y = 2 * x * y + cy;
        x = xx - yy + cx;
        count++;
    }
    return count;
}

static int escape_float(float x, float y, float cx, float cy)
{
    int count = 0;
    while (count < LIMIT) {
        float xx = x * x, yy = y * y;
        if (xx + yy > 4)
            break;
        y = 2 * x * y + cy;
        x = xx - yy + cx;
        count++;
    }
    return count;
}

static void draw_mandelbrot(double centre_x, double centre_y, double width)
{
    for (int row = 0; row < SIZE; row++) {
        double y = centre_y + width * (row - SIZE / 2) / SIZE;
        for (int column = 0; column < SIZE; column++)
            image[row][column] = (unsigned char)escape_double(centre_x + width * (column - SIZE / 2) / SIZE, y);
    }
}

static void draw_julia(float cx, float cy)
{
    for (int row = 0; row < SIZE; row++) {
        float y = 3.0f * (float)(row - SIZE / 2) / SIZE;
        for (int column = 0; column < SIZE; column++)
            image[row][column] = (unsigned char)escape_float(3.0f * (float)(column - SIZE / 2) / SIZE, y, cx, cy);
    }
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 24);
    uint64_t checksum = 0;
    double width = 3;

    for (long round = 0; round < repeat; round++) {
        draw_mandelbrot(-0.743643887, 0.131825904, width);
        checksum = bench_mix_bytes(checksum, image, sizeof image);
        draw_julia(-0.8f + 0.01f * (float)(round % 16), 0.156f);
        checksum = bench_mix_bytes(checksum, image, sizeof image);
        width = round % 16 == 15 ? 3 : width * 0.7;
    }
    return bench_report(checksum);
}
