/* SPDX-License-Identifier: Apache-2.0
 *
 * What the host offers a program besides requests: the log, the time, randomness.
 */
#include "mayfly.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "hostcall.h"

void mayfly_log(enum mayfly_log_level level, const char *format, ...)
{
    static char line[4096]; /* not on the stack: a page that is written costs, and this is one at most */
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if (length >= (int)sizeof(line))
        length = sizeof(line) - 1;
    (void)hostcall(MAYFLY_CALL_LOG, (long)level, (long)line, length);
}

int64_t mayfly_time(void)
{
    return hostcall(MAYFLY_CALL_TIME, 0, 0, 0);
}

void mayfly_random(void *bytes, size_t size)
{
    const size_t most = 64 * 1024; /* in one call */
    for (char *at = (char *)bytes; size > 0;) {
        size_t part = size < most ? size : most;
        /* Never go on with bytes that are not random. */
        if (hostcall(MAYFLY_CALL_RANDOM, (long)at, (long)part, 0) < 0)
            abort();
        at += part;
        size -= part;
    }
}
