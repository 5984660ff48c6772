/* SPDX-License-Identifier: Apache-2.0
 *
 * Conversions, comparisons, NaNs and infinities, classification; single and double.
 */
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t bits(double value)
{
    uint64_t out;
    memcpy(&out, &value, sizeof(out));
    return isnan(value) ? UINT64_C(0x7ff8000000000000) : out;
}

static double from_bits(uint64_t word)
{
    double out;
    memcpy(&out, &word, sizeof(out));
    return out;
}

/* The instructions themselves: out of range is undefined in C and defined by RISC-V. */
#define CONVERT(name, type, operation, constraint)                                                                     \
    static type name(double value)                                                                                     \
    {                                                                                                                  \
        type out;                                                                                                      \
        __asm__(operation : "=r"(out) : constraint(value));                                                            \
        return out;                                                                                                    \
    }
CONVERT(to_w, int64_t, "fcvt.w.d %0, %1, rtz", "f")
CONVERT(to_wu, int64_t, "fcvt.wu.d %0, %1, rtz", "f")
CONVERT(to_l, int64_t, "fcvt.l.d %0, %1, rtz", "f")
CONVERT(to_lu, uint64_t, "fcvt.lu.d %0, %1, rtz", "f")
CONVERT(nearest, int64_t, "fcvt.l.d %0, %1, rne", "f")
CONVERT(away, int64_t, "fcvt.l.d %0, %1, rmm", "f")
CONVERT(down, int64_t, "fcvt.l.d %0, %1, rdn", "f")
CONVERT(up, int64_t, "fcvt.l.d %0, %1, rup", "f")
CONVERT(class, uint64_t, "fclass.d %0, %1", "f")

int main(void)
{
    const double values[] = {0.0,
                             -0.0,
                             0.5,
                             -0.5,
                             1.5,
                             2.5,
                             -1.5,
                             -2.5,
                             1e9,
                             3e9,
                             -3e9,
                             5e9,
                             1e19,
                             -1e19,
                             1e300,
                             -1e300,
                             INFINITY,
                             -INFINITY,
                             NAN,
                             from_bits(0x7ff0000000000001),
                             from_bits(0xfff8000000001234),
                             DBL_MIN,
                             DBL_TRUE_MIN,
                             DBL_MAX,
                             2147483647.0,
                             2147483648.0,
                             -2147483648.0,
                             -2147483649.0,
                             9223372036854775807.0,
                             4294967295.0,
                             4294967296.0,
                             -0.99};
    const int count = sizeof(values) / sizeof(values[0]);
    for (int i = 0; i < count; i++) {
        volatile double v = values[i];
        printf("%016lx: %ld %ld %ld %lu %ld %ld %ld %ld class %lx", bits(v), to_w(v), to_wu(v), to_l(v), to_lu(v),
               nearest(v), away(v), down(v), up(v), class(v));
        printf(" float %016lx %d%d%d%d\n", bits((float)v), !!isnan(v), !!isinf(v), !!isnormal(v), !!signbit(v));
        for (int j = 0; j < count; j++) {
            volatile double w = values[j];
            printf("%016lx %016lx %016lx %016lx %d%d%d%d %016lx %016lx ", bits(v + w), bits(v - w), bits(v * w),
                   bits(v / w), v < w, v <= w, v == w, v != w, bits(fmin(v, w)), bits(fmax(v, w)));
            volatile float a = (float)v, b = (float)w;
            printf("%016lx %016lx %016lx %d%d\n", bits(a + b), bits(a * b), bits(a / b), a < b, a == b);
        }
    }
    for (int64_t i = -3; i <= 3; i++)
        printf("%016lx %016lx ", bits((double)(i * INT64_C(1537228672809129301))),
               bits((float)(uint64_t)(i * 1234567890123)));
    printf("\n");
    return 0;
}
