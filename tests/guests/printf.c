/* SPDX-License-Identifier: Apache-2.0
 *
 * Integer, string and floating-point conversions of printf.
 * flags: -Wno-format-overflow -Wno-format-truncation
 */
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void integers(void)
{
    printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d]\n", 42, 42, 42, 42, 42, 42);
    printf("[%x] [%X] [%#x] [%o] [%#o] [%u]\n", 0xbeefu, 0xbeefu, 0xbeefu, 8u, 8u, UINT_MAX);
    printf("[%ld] [%lu] [%lld] [%hhd] [%hd]\n", LONG_MIN, ULONG_MAX, LLONG_MIN, (signed char)200, (short)40000);
    printf("[%jd] [%zu] [%td] [%" PRIx64 "]\n", INTMAX_MAX, (size_t)12, (ptrdiff_t)-3, UINT64_C(0x123456789abcdef0));
    printf("[%.3d] [%8.3d] [%-8.3d] [%.0d] [%*d] [%-*d]\n", 7, 7, 7, 0, 6, 5, 6, 5);
}

static void strings(void)
{
    printf("[%s] [%10s] [%-10s] [%.3s] [%10.3s] [%c] [%%]\n", "hello", "hello", "hello", "hello", "hello", 'c');
    printf("[%.*s] [%s] [%5c]\n", 2, "hello", (char *)NULL, 'x');
    printf("[%2$s %1$s] [%3$d]\n", "world", "hello", 3);
}

static void floats(void)
{
    static const double values[] = {
        0.0, -0.0, 1.0,  -1.5,  3.14159265358979,        1e10,    1e100,   1e-5,       1e-300, 123456.789, 0.1, 2.5,
        3.5, 1e15, 1e16, 9.995, 4.9406564584124654e-324, DBL_MAX, DBL_MIN, DBL_EPSILON};
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        double v = values[i];
        printf("%g|%f|%e|%.17g|%a|%.0f|%.1f|%10.3e|%G\n", v, v, v, v, v, v, v, v, v);
    }
    printf("%f %F %g %e %5.1f|%-8f|%+f\n", INFINITY, -INFINITY, NAN, -INFINITY, INFINITY, INFINITY, INFINITY);
    printf("%Lf %Lg %La\n", 1.25L, 1e4000L, 0.1L);
    printf("%#.0f %#g %+.2f % .2f %010.2f %-10.2f|\n", 3.0, 3.0, 3.0, 3.0, -3.0, 3.0);
}

int main(void)
{
    char buffer[16];
    integers();
    strings();
    floats();
    int length = snprintf(buffer, sizeof(buffer), "%s", "a string that is cut");
    printf("%d '%s' %zu\n", length, buffer, strlen(buffer));
    printf("%d\n", snprintf(NULL, 0, "%d-%s", 12345, "abc"));
    return 0;
}
