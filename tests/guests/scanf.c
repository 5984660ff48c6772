/* SPDX-License-Identifier: Apache-2.0
 *
 * sscanf in its forms.
 */
#include <stdio.h>

int main(void)
{
    int a = 0, b = 0, n = 0;
    unsigned x = 0;
    double d = 0;
    float f = 0;
    char word[32] = "", set[32] = "", c = 0;
    long l = 0;

    printf("%d:", sscanf("12 -34 0xff", "%d %d %x", &a, &b, &x));
    printf(" %d %d %u\n", a, b, x);
    printf("%d:", sscanf("3.25e2 1.5", "%lf %f", &d, &f));
    printf(" %g %g\n", d, f);
    printf("%d:", sscanf("word [abc] rest", "%31s [%31[^]]]%n", word, set, &n));
    printf(" %s %s %d\n", word, set, n);
    printf("%d:", sscanf("key=value", "%31[a-z]=%31[a-z]", word, set));
    printf(" %s %s\n", word, set);
    printf("%d:", sscanf("2026-01-31", "%4d-%2d-%2d", &a, &b, &n));
    printf(" %d %d %d\n", a, b, n);
    printf("%d:", sscanf("x 99999999999", " %c %ld", &c, &l));
    printf(" %c %ld\n", c, l);
    printf("%d %d\n", sscanf("", "%d", &a), sscanf("abc", "%d", &a));
    printf("%d:", sscanf("skip 7", "%*s %i", &a));
    printf(" %d\n", a);
    return 0;
}
