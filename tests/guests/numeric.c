/* SPDX-License-Identifier: Apache-2.0
 *
 * Floating-point loops whose result depends on every rounding: matrices, n-body, Mandelbrot, FFT.
 */
#include <complex.h>
#include <math.h>
#include <stdio.h>

#define N 48

static double a[N][N], b[N][N], c[N][N];

static void matrices(void)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            a[i][j] = 1.0 / (i + j + 1), b[i][j] = sin(i * 0.5) + j;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                c[i][j] += a[i][k] * b[k][j];
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += c[i][(i * 7) % N];
    printf("matrix %.17g\n", sum);
}

static void planets(void)
{
    double x[4] = {0, 1, 0, -2}, y[4] = {0, 0, 1.5, 0}, vx[4] = {0, 0, -1.2, 0}, vy[4] = {0, 1, 0, -0.7};
    const double mass[4] = {1, 0.001, 0.002, 0.0005}, step = 0.001;
    for (int t = 0; t < 3000; t++) {
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) {
                double dx = x[j] - x[i], dy = y[j] - y[i], d = dx * dx + dy * dy + 1e-6;
                double force = mass[j] / (d * sqrt(d)) * step;
                vx[i] += dx * force, vy[i] += dy * force;
            }
        for (int i = 0; i < 4; i++)
            x[i] += vx[i] * step, y[i] += vy[i] * step;
    }
    for (int i = 0; i < 4; i++)
        printf("planet %.17g %.17g\n", x[i], y[i]);
}

static void mandelbrot(void)
{
    for (int row = 0; row < 20; row++) {
        for (int column = 0; column < 60; column++) {
            float cr = (float)column / 25 - 1.8f, ci = (float)row / 10 - 1.0f, zr = 0, zi = 0;
            int n = 0;
            for (; n < 60 && zr * zr + zi * zi < 4; n++) {
                float t = zr * zr - zi * zi + cr;
                zi = 2 * zr * zi + ci;
                zr = t;
            }
            putchar(" .:-=+*#%@"[n * 9 / 60]);
        }
        putchar('\n');
    }
}

static void fourier(double complex *v, int n)
{
    if (n == 1)
        return;
    double complex even[128], odd[128];
    for (int i = 0; i < n / 2; i++)
        even[i] = v[2 * i], odd[i] = v[2 * i + 1];
    fourier(even, n / 2);
    fourier(odd, n / 2);
    for (int i = 0; i < n / 2; i++) {
        double complex t = cexp(-2 * I * M_PI * i / n) * odd[i];
        v[i] = even[i] + t, v[i + n / 2] = even[i] - t;
    }
}

int main(void)
{
    matrices();
    planets();
    mandelbrot();
    double complex signal[256];
    for (int i = 0; i < 256; i++)
        signal[i] = sin(i * 0.3) + 0.5 * cos(i * 1.1);
    fourier(signal, 256);
    for (int i = 0; i < 256; i += 31)
        printf("%.15g %.15g\n", creal(signal[i]), cimag(signal[i]));
    return 0;
}
