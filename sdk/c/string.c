/* SPDX-License-Identifier: Apache-2.0
 *
 * memcpy() and its kin, for an engine where every instruction costs the same and a misaligned access costs no more
 * than an aligned one. They take the place of the C library's, which go byte by byte until both ends are aligned.
 *
 * Words are eight bytes. Where the size is no multiple, the last word overlaps the one before it.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A loop here must not become a call of the very function that it is in. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

struct string_word {
    uint64_t bits;
} __attribute__((packed, may_alias));

struct string_half {
    uint32_t bits;
} __attribute__((packed, may_alias));

static inline uint64_t string_load(const void *from)
{
    uint64_t word;
    /* The compiler would split a misaligned access into bytes, as not every RISC-V machine has it. */
    __asm__("ld %0, %1" : "=r"(word) : "m"(*(const struct string_word *)from));
    return word;
}

static inline void string_store(void *to, uint64_t word)
{
    __asm__("sd %1, %0" : "=m"(*(struct string_word *)to) : "r"(word));
}

static inline uint32_t string_load_half(const void *from)
{
    uint32_t half;
    __asm__("lwu %0, %1" : "=r"(half) : "m"(*(const struct string_half *)from));
    return half;
}

static inline void string_store_half(void *to, uint32_t half)
{
    __asm__("sw %1, %0" : "=m"(*(struct string_half *)to) : "r"(half));
}

#define STRING_RUN 32 /* bytes that are copied at once, all read before the first is written */

/* In this order the compiler to native code makes one access of four. */
static inline void string_copy_run(void *to, const void *from)
{
    struct string_run {
        uint64_t words[STRING_RUN / 8];
    } __attribute__((packed, may_alias));
    uint64_t a, b, c, d;
    __asm__("ld %1, 0(%5)\n\tld %2, 8(%5)\n\tld %3, 16(%5)\n\tld %4, 24(%5)\n\t"
            "sd %1, 0(%6)\n\tsd %2, 8(%6)\n\tsd %3, 16(%6)\n\tsd %4, 24(%6)"
            : "=m"(*(struct string_run *)to), "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d)
            : "r"(from), "r"(to), "m"(*(const struct string_run *)from));
}

static inline void string_fill_run(void *to, uint64_t word)
{
    __asm__("sd %1, 0(%2)\n\tsd %1, 8(%2)\n\tsd %1, 16(%2)\n\tsd %1, 24(%2)"
            : "=m"(*(uint64_t(*)[STRING_RUN / 8]) to)
            : "r"(word), "r"(to));
}

/* Less than 8 bytes, all read before the first is written: right for memmove() as well. */
static inline void string_copy_short(char *to, const char *from, size_t size)
{
    if (size >= 4) {
        uint32_t first = string_load_half(from), last = string_load_half(from + size - 4);
        string_store_half(to, first);
        string_store_half(to + size - 4, last);
    } else if (size > 0) {
        char first = from[0], middle = from[size / 2], last = from[size - 1];
        to[0] = first;
        to[size / 2] = middle;
        to[size - 1] = last;
    }
}

void *memcpy(void *restrict target, const void *restrict source, size_t size)
{
    char *to = target;
    const char *from = source;

    if (size < 8) {
        string_copy_short(to, from, size);
        return target;
    }
    char *last = to + size - 8;
    uint64_t tail = string_load(from + size - 8);
    for (; to + 24 < last; to += STRING_RUN, from += STRING_RUN)
        string_copy_run(to, from);
    for (; to < last; to += 8, from += 8)
        string_store(to, string_load(from));
    string_store(last, tail);
    return target;
}

void *memmove(void *target, const void *source, size_t size)
{
    char *to = target;
    const char *from = source;

    if (size < 8) {
        string_copy_short(to, from, size);
        return target;
    }
    if ((uintptr_t)to - (uintptr_t)from >= size) { /* also if target < source: forward never overtakes itself */
        char *last = to + size - 8;
        uint64_t tail = string_load(from + size - 8);
        for (; to + 24 < last; to += STRING_RUN, from += STRING_RUN)
            string_copy_run(to, from);
        for (; to < last; to += 8, from += 8)
            string_store(to, string_load(from));
        string_store(last, tail);
    } else {
        uint64_t head = string_load(from);
        for (; size > STRING_RUN + 8; size -= STRING_RUN)
            string_copy_run(to + size - STRING_RUN, from + size - STRING_RUN);
        for (; size > 8; size -= 8)
            string_store(to + size - 8, string_load(from + size - 8));
        string_store(to, head);
    }
    return target;
}

void *memset(void *target, int value, size_t size)
{
    char *to = target;
    uint64_t word = (uint8_t)value * UINT64_C(0x0101010101010101);

    if (size < 8) {
        for (char *end = to + size; to < end; to++)
            *to = (char)value;
        return target;
    }
    char *last = to + size - 8;
    for (; to + 24 < last; to += STRING_RUN)
        string_fill_run(to, word);
    for (; to < last; to += 8)
        string_store(to, word);
    string_store(last, word);
    return target;
}

/* Big-endian words compare as their bytes do. */
static int string_compare_words(uint64_t a, uint64_t b)
{
    a = __builtin_bswap64(a);
    b = __builtin_bswap64(b);
    return a < b ? -1 : a > b;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left, *b = right;

    if (size < 8) {
        for (; size > 0; a++, b++, size--)
            if (*a != *b)
                return *a - *b;
        return 0;
    }
    const unsigned char *last = a + size - 8;
    for (; a < last; a += 8, b += 8) {
        uint64_t x = string_load(a), y = string_load(b);
        if (x != y)
            return string_compare_words(x, y);
    }
    b -= a - last;
    return string_compare_words(string_load(last), string_load(b));
}

/* All ones in each byte that is not zero. */
static inline uint64_t string_nonzero_bytes(uint64_t word)
{
    uint64_t mask;
    __asm__("orc.b %0, %1" : "=r"(mask) : "r"(word));
    return mask;
}

/* Reads whole aligned words, which never reach into a page that the string does not. */
size_t strlen(const char *text)
{
    const char *at = (const char *)((uintptr_t)text & ~UINT64_C(7));
    unsigned skip = (unsigned)((uintptr_t)text & 7) * 8;
    uint64_t mask = string_nonzero_bytes(string_load(at)) | ((UINT64_C(1) << skip) - 1);

    while (mask == UINT64_MAX) {
        at += 8;
        mask = string_nonzero_bytes(string_load(at));
    }
    return (size_t)(at - text) + (size_t)__builtin_ctzll(~mask) / 8;
}

void *memchr(const void *source, int value, size_t size)
{
    const char *from = source, *end = from + size;
    uint64_t pattern = (uint8_t)value * UINT64_C(0x0101010101010101);

    if (end < from) /* "as if it read the characters one by one": size may be larger than the object */
        end = (const char *)UINTPTR_MAX;
    for (; from < end && ((uintptr_t)from & 7); from++)
        if (*from == (char)value)
            return (void *)(uintptr_t)from;
    for (; from < end; from += 8) {
        uint64_t mask = string_nonzero_bytes(string_load(from) ^ pattern);
        if (mask != UINT64_MAX) {
            const char *found = from + __builtin_ctzll(~mask) / 8;
            return found < end ? (void *)(uintptr_t)found : NULL;
        }
    }
    return NULL;
}
