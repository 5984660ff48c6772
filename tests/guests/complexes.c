/* SPDX-License-Identifier: Apache-2.0
 *
 * Complex numbers.
 */
#include <complex.h>
#include <stdio.h>

static void show(const char *name, double complex z)
{
    printf("%s %.15g %.15g\n", name, creal(z), cimag(z));
}

int main(void)
{
    double complex a = 3 + 4 * I, b = -1.5 + 0.25 * I;
    show("sum", a + b), show("product", a * b), show("quotient", a / b), show("sqrt", csqrt(b)), show("exp", cexp(a));
    show("log", clog(a)), show("pow", cpow(a, b)), show("sin", csin(b)), show("conj", conj(a)), show("proj", cproj(a));
    printf("%.15g %.15g\n", cabs(a), carg(b));
    float complex f = 1.5f + 2.5f * I;
    f *= f;
    printf("%g %g\n", crealf(f), cimagf(f));
    double complex z = 0;
    int n = 0;
    for (; n < 1000 && cabs(z) < 2; n++)
        z = z * z + (-0.75 + 0.05 * I);
    printf("%d\n", n);
    return 0;
}
