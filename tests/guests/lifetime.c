/* SPDX-License-Identifier: Apache-2.0
 *
 * Constructors by priority, destructors, atexit, and output that is flushed at the end.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

static int order;

__attribute__((constructor(200))) static void second(void)
{
    printf("second %d\n", ++order);
}
__attribute__((constructor(150))) static void first(void)
{
    printf("first %d\n", ++order);
}
__attribute__((constructor)) static void last(void)
{
    printf("last %d\n", ++order);
}
__attribute__((destructor)) static void end(void)
{
    printf("destructor %d\n", ++order);
}

static void one(void)
{
    printf("atexit one %d\n", ++order);
}
static void two(void)
{
    printf("atexit two %d\n", ++order);
    atexit(one);
}
static void status(int code, void *argument)
{
    printf("on_exit %d %s\n", code, (const char *)argument);
}

int main(void)
{
    atexit(one);
    atexit(two);
    on_exit(status, "argument");
    printf("main %d\n", ++order);
    printf("no newline at the end");
    exit(7);
}
