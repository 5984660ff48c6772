/* SPDX-License-Identifier: Apache-2.0
 *
 * Variable arguments of every kind, also more than there are registers.
 */
#include <stdarg.h>
#include <stdio.h>

struct pair {
    int a, b;
};
struct large {
    long words[5];
};

static double total(const char *kinds, ...)
{
    va_list list, copy;
    double sum = 0;
    va_start(list, kinds);
    va_copy(copy, list);
    for (; *kinds; kinds++)
        switch (*kinds) {
        case 'i':
            sum += va_arg(list, int);
            break;
        case 'l':
            sum += (double)va_arg(list, long);
            break;
        case 'd':
            sum += va_arg(list, double);
            break;
        case 'L':
            sum += (double)va_arg(list, long double);
            break;
        case 's':
            sum += (double)va_arg(list, const char *)[0];
            break;
        case 'p': {
            struct pair p = va_arg(list, struct pair);
            sum += p.a * 10 + p.b;
            break;
        }
        case 'b': {
            struct large b = va_arg(list, struct large);
            sum += (double)(b.words[0] + b.words[4]);
            break;
        }
        }
    va_end(list);
    sum += va_arg(copy, int);
    va_end(copy);
    return sum;
}

static int print(char *to, size_t size, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(to, size, format, list);
    va_end(list);
    return length;
}

int main(void)
{
    char text[64];
    struct pair p = {3, 4};
    struct large b = {{1, 2, 3, 4, 5}};
    printf("%g\n", total("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    printf("%g\n", total("idldidL", 1, 2.5, 3L, 4.5, 5, 6.5, 7.25L));
    printf("%g\n", total("ipbisLpb", 1, p, b, 2, "A", 0.5L, p, b));
    printf("%d ", print(text, sizeof(text), "%d %s %.2f %c %ld", 1, "two", 3.0, '4', 5L));
    printf("%s\n", text);
    return 0;
}
