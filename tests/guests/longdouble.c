/* SPDX-License-Identifier: Apache-2.0
 *
 * 128-bit long double, in software.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(long double value)
{
    uint64_t words[2];
    memcpy(words, &value, sizeof(words));
    printf("%016lx%016lx ", words[1], words[0]);
}

int main(void)
{
    volatile long double values[] = {
        0, 1, -1, 0.1L, 1e-30L, 1e300L, 1e4000L, 3.14159265358979323846264338327950288L, 12345.6789L};
    const int count = sizeof(values) / sizeof(values[0]);
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            show(values[i] + values[j]), show(values[i] - values[j]), show(values[i] * values[j]);
            if (values[j] != 0)
                show(values[i] / values[j]);
            printf("%d%d\n", values[i] < values[j], values[i] == values[j]);
        }
        show(sqrtl(fabsl(values[i]))), show(floorl(values[i]));
        printf("%.30Lg %Lf %d %d\n", values[i], values[i], (double)values[i] > 0.5,
               values[i] > 1e9L ? 0 : (int)values[i]);
    }
    show(strtold("2.718281828459045235360287471352662498", NULL)), show(expl(1)), show(sinl(0.5L)),
        show((long double)INT64_MIN);
    printf("\n");
    return 0;
}
