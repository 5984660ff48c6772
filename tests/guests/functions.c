/* SPDX-License-Identifier: Apache-2.0
 *
 * Function pointers, tables, recursion through pointers, computed goto.
 */
#include <stdio.h>

typedef long (*operation)(long, long);

static long add(long a, long b)
{
    return a + b;
}
static long subtract(long a, long b)
{
    return a - b;
}
static long multiply(long a, long b)
{
    return a * b;
}
static long power(long a, long b)
{
    return b == 0 ? 1 : a * power(a, b - 1);
}

static operation choose(int i)
{
    static const operation table[] = {add, subtract, multiply, power};
    return table[i & 3];
}

/* A little stack machine with threaded dispatch. */
static long execute(const unsigned char *code)
{
    static void *const labels[] = {&&push, &&sum, &&product, &&duplicate, &&jump_if, &&stop, &&decrement, &&swap};
    long stack[32], *top = stack;
    const unsigned char *at = code;
#define NEXT goto *labels[*at++]
    NEXT;
push:
    *top++ = *at++;
    NEXT;
sum:
    top--;
    top[-1] += top[0];
    NEXT;
product:
    top--;
    top[-1] *= top[0];
    NEXT;
duplicate:
    top[0] = top[-1];
    top++;
    NEXT;
jump_if:
    at++;
    if (top[-1])
        at = code + at[-1];
    NEXT;
decrement:
    top[-1]--;
    NEXT;
swap : {
    long t = top[-1];
    top[-1] = top[-2];
    top[-2] = t;
    NEXT;
}
stop:
    return top[-2];
}

static int classify(int n)
{
    switch (n) {
    case 0:
        return 10;
    case 1:
        return 21;
    case 2:
        return 32;
    case 3:
        return 43;
    case 4:
        return 54;
    case 5:
        return 65;
    case 6:
        return 76;
    case 100:
        return 1;
    case 1000:
        return 2;
    default:
        return -1;
    }
}

int main(void)
{
    long value = 3;
    for (int i = 0; i < 20; i++)
        value = choose(i)(value % 1000, i % 5);
    printf("%ld\n", value);
    /* 2 to the 20th: value 1, counter 20; swap, double, swap, decrement, again */
    static const unsigned char doubling[] = {0, 1, 0, 20, 7, 0, 2, 2, 7, 6, 4, 4, 5};
    printf("%ld\n", execute(doubling));
    for (int i = -1; i < 8; i++)
        printf("%d ", classify(i));
    printf("%d %d\n", classify(100), classify(1000));
    return 0;
}
