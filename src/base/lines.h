/* SPDX-License-Identifier: Apache-2.0
 *
 * Copying and clearing of whole cache lines. For the few dozen lines that every request has restored, the C library
 * spends a fifth of the time on what need not be checked here.
 */
#ifndef MAYFLY_BASE_LINES_H
#define MAYFLY_BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_SIZE   64
#define LINES(size) (((size) + LINE_SIZE - 1) / LINE_SIZE) /* that hold so many bytes */

/* `to` and `from` are aligned to lines and do not overlap. */
void lines_copy(void *to, const void *from, size_t count);
void lines_clear(void *to, size_t count);

/* The same as part of the caller, which is marked LINES_WIDE and only called if lines_are_wide(). */
#if defined(__x86_64__) && !defined(MAYFLY_SANITIZE)
#define LINES_WIDE        __attribute__((target("avx512f")))
#define LINES_WIDE_INLINE LINES_WIDE static inline __attribute__((always_inline))

typedef char lines_line __attribute__((vector_size(LINE_SIZE), may_alias));

static inline bool lines_are_wide(void)
{
    return __builtin_cpu_supports("avx512f");
}

LINES_WIDE_INLINE void lines_copy_wide(void *restrict to, const void *restrict from, size_t count)
{
    lines_line *t = to;
    const lines_line *f = from;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        lines_line a = f[i], b = f[i + 1], c = f[i + 2], d = f[i + 3];
        t[i] = a;
        t[i + 1] = b;
        t[i + 2] = c;
        t[i + 3] = d;
    }
    for (; i < count; i++)
        t[i] = f[i];
}

LINES_WIDE_INLINE void lines_clear_wide(void *to, size_t count)
{
    lines_line *t = to;
    for (size_t i = 0; i < count; i++)
        t[i] = (lines_line){0};
}
#else
#define LINES_WIDE
#define LINES_WIDE_INLINE static inline
#define lines_copy_wide   lines_copy
#define lines_clear_wide  lines_clear

static inline bool lines_are_wide(void)
{
    return false;
}
#endif

/* Writes whole lines without reading them first: begins slowly, but is faster where the nearest cache does not hold
 * them any more, if lines_have_strings(). */
#if defined(__x86_64__)
static inline void lines_copy_string(void *to, const void *from, size_t count)
{
    count *= LINE_SIZE;
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}
#else
#define lines_copy_string lines_copy
#endif

bool lines_have_strings(void);

#endif
