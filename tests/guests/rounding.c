/* SPDX-License-Identifier: Apache-2.0
 *
 * The floating-point environment: rounding modes, sticky flags, saving and restoring.
 * flags: -frounding-math -ftrapping-math
 */
#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t bits(double value)
{
    uint64_t out;
    memcpy(&out, &value, sizeof(out));
    return out;
}

static const char *flags(void)
{
    static char text[8];
    int set = fetestexcept(FE_ALL_EXCEPT);
    snprintf(text, sizeof(text), "%c%c%c%c%c", set & FE_INVALID ? 'V' : '-', set & FE_DIVBYZERO ? 'Z' : '-',
             set & FE_OVERFLOW ? 'O' : '-', set & FE_UNDERFLOW ? 'U' : '-', set & FE_INEXACT ? 'X' : '-');
    feclearexcept(FE_ALL_EXCEPT);
    return text;
}

static void operations(volatile double x, volatile double y)
{
    feclearexcept(FE_ALL_EXCEPT);
    volatile double r = x + y;
    printf("%016lx %s ", bits(r), flags());
    r = x * y;
    printf("%016lx %s ", bits(r), flags());
    r = x / y;
    printf("%016lx %s ", bits(isnan(r) ? 0 : r), flags());
    r = sqrt(fabs(x));
    printf("%016lx %s ", bits(r), flags());
    r = fma(x, y, -1e-3);
    printf("%016lx %s ", bits(r), flags());
    volatile float f = (float)x;
    printf("%016lx %s ", bits(f), flags());
    printf("%ld ", fabs(x) < 1e18 ? lrint(x) : 0);
    printf("%s\n", flags());
}

int main(void)
{
    static const struct {
        int mode;
        const char *name;
    } modes[] = {{FE_TONEAREST, "nearest"}, {FE_TOWARDZERO, "zero"}, {FE_DOWNWARD, "down"}, {FE_UPWARD, "up"}};
    static const double values[] = {1.0, 3.0, 0.1, -0.1, 1e308, 1e-308, 2.5, -3.5, 0.0, 1e17, 16777217.0};
    for (int m = 0; m < 4; m++) {
        printf("%s %d\n", modes[m].name, fesetround(modes[m].mode));
        for (int i = 0; i < 11; i++)
            for (int j = 0; j < 11; j++)
                operations(values[i], values[j]);
        printf("%d\n", fegetround() == modes[m].mode);
    }
    fenv_t saved;
    feholdexcept(&saved);
    feraiseexcept(FE_OVERFLOW | FE_INVALID);
    printf("%s\n", flags());
    fesetenv(&saved);
    printf("%d\n", fegetround() == FE_UPWARD);
    fesetenv(FE_DFL_ENV);
    printf("%d %s\n", fegetround() == FE_TONEAREST, flags());
    return 0;
}
