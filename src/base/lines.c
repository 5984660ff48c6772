/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lines.h"

#include <string.h>

#if defined(__x86_64__) && !defined(MAYFLY_SANITIZE)
typedef char line __attribute__((vector_size(LINE_SIZE), may_alias));

__attribute__((target("avx512f"))) static void copy_wide(line *restrict to, const line *restrict from, size_t count)
{
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        line a = from[i], b = from[i + 1], c = from[i + 2], d = from[i + 3];
        to[i] = a;
        to[i + 1] = b;
        to[i + 2] = c;
        to[i + 3] = d;
    }
    for (; i < count; i++)
        to[i] = from[i];
}

__attribute__((target("avx512f"))) static void clear_wide(line *to, size_t count)
{
    const line zero = {0};
    for (size_t i = 0; i < count; i++)
        to[i] = zero;
}

void lines_copy(void *to, const void *from, size_t count)
{
    if (__builtin_cpu_supports("avx512f"))
        copy_wide(to, from, count);
    else
        memcpy(to, from, count * LINE_SIZE);
}

void lines_clear(void *to, size_t count)
{
    if (__builtin_cpu_supports("avx512f"))
        clear_wide(to, count);
    else
        memset(to, 0, count * LINE_SIZE);
}
#else
void lines_copy(void *to, const void *from, size_t count)
{
    memcpy(to, from, count * LINE_SIZE);
}

void lines_clear(void *to, size_t count)
{
    memset(to, 0, count * LINE_SIZE);
}
#endif
