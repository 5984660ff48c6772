/* SPDX-License-Identifier: Apache-2.0
 *
 * libm in double and single precision.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void show(const char *name, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    printf(" %s %016lx", name, bits);
}

static void showf(const char *name, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    printf(" %s %08x", name, bits);
}

static void unary(volatile double x)
{
    int exponent;
    double whole;
    printf("%a:", x);
    show("sin", sin(x)), show("cos", cos(x)), show("tan", tan(x)), show("atan", atan(x)), show("exp", exp(x));
    show("log", log(fabs(x))), show("log10", log10(fabs(x))), show("log2", log2(fabs(x))), show("sqrt", sqrt(fabs(x)));
    show("cbrt", cbrt(x)), show("sinh", sinh(x)), show("tanh", tanh(x)), show("expm1", expm1(x)), show("erf", erf(x));
    show("gamma", tgamma(x)), show("floor", floor(x)), show("ceil", ceil(x)), show("round", round(x)),
        show("trunc", trunc(x));
    show("rint", rint(x)), show("frexp", frexp(x, &exponent)), show("modf", modf(x, &whole)), show("j0", j0(x));
    printf(" %d %g %ld %ld\n", exponent, whole, fabs(x) < 1e15 ? lround(x) : 0, fabs(x) < 1e15 ? lrint(x) : 0);
    float f = (float)x;
    showf("sinf", sinf(f)), showf("expf", expf(f)), showf("logf", logf(fabsf(f))), showf("sqrtf", sqrtf(fabsf(f)));
    showf("powf", powf(fabsf(f), 1.5f)), showf("floorf", floorf(f)), showf("rintf", rintf(f)), showf("cbrtf", cbrtf(f));
    printf("\n");
}

static void binary(volatile double x, volatile double y)
{
    int quotient = 0;
    printf("%a %a:", x, y);
    show("pow", pow(fabs(x), y)), show("atan2", atan2(x, y)), show("hypot", hypot(x, y)), show("fmod", fmod(x, y));
    show("remainder", remainder(x, y)), show("copysign", copysign(x, y)), show("nextafter", nextafter(x, y));
    show("fmin", fmin(x, y)), show("fmax", fmax(x, y)), show("fma", fma(x, y, 1.0)), show("fdim", fdim(x, y));
    show("remquo", remquo(x, y, &quotient)), show("ldexp", ldexp(x, (int)y % 50));
    printf(" %d\n", quotient & 7);
}

int main(void)
{
    static const double xs[] = {0.0,  0.5,    1.0,    -1.0,  1.5,  2.5,       -2.5, 3.14159,
                                10.0, 100.25, -0.001, 1e-10, 1e10, 12345.678, 0.1};
    const int count = sizeof(xs) / sizeof(xs[0]);
    for (int i = 0; i < count; i++)
        unary(xs[i]);
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++)
            binary(xs[i], xs[j]);
    return 0;
}
