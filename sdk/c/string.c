/* SPDX-License-Identifier: Apache-2.0
 *
 * memcpy(), strcmp() and their kin, for an engine where every instruction costs the same and a misaligned access costs
 * no more than an aligned one. They take the place of the C library's, which go byte by byte, at least until all is
 * aligned. What is not here (strcat(), strncpy(), strcspn() and others) the C library makes of what is.
 *
 * Words are eight bytes. A copy or fill whose size is no multiple ends with words that overlap those before them. What
 * looks for the end of a string reads whole aligned words, which never reach into a page that the string does not; or
 * misaligned ones, if they do not cross the end of a page.
 *
 * All are weak: a program's own function or variable of that name comes first, and so does the C library's, if it is
 * linked for something else.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1 /* memrchr() and others in string.h */
#endif
#undef _FORTIFY_SOURCE /* string.h would define some of what is defined here */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A loop here must not become a call of the very function that it is in. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")

#define STRING_WEAK __attribute__((weak))

/* What the C library defines along with a function, and calls it by. */
#define STRING_ALIAS(name, function)                                                                                   \
    extern __typeof__(function) name __attribute__((weak, alias(#function), copy(function)))

#define STRING_PAGE 4096

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

/* The byte in each byte of a word. */
static inline uint64_t string_repeat(int byte)
{
    return (uint8_t)byte * UINT64_C(0x0101010101010101);
}

/* ---- copying and filling --------------------------------------------------------------------------------- */

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

/* At most a run, all read before the first byte is written: right for memmove() as well. */
static inline void string_copy_short(char *to, const char *from, size_t size)
{
    if (size > 16) {
        uint64_t a = string_load(from), b = string_load(from + 8);
        uint64_t c = string_load(from + size - 16), d = string_load(from + size - 8);
        string_store(to, a);
        string_store(to + 8, b);
        string_store(to + size - 16, c);
        string_store(to + size - 8, d);
    } else if (size >= 8) {
        uint64_t first = string_load(from), last = string_load(from + size - 8);
        string_store(to, first);
        string_store(to + size - 8, last);
    } else if (size >= 4) {
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

static inline void string_copy(char *to, const char *from, size_t size)
{
    if (size <= STRING_RUN) {
        string_copy_short(to, from, size);
        return;
    }
    char *last = to + size - STRING_RUN;
    const char *last_from = from + size - STRING_RUN;
    do {
        string_copy_run(to, from);
        to += STRING_RUN;
        from += STRING_RUN;
    } while (to < last);
    string_copy_run(last, last_from);
}

STRING_WEAK void *memcpy(void *restrict target, const void *restrict source, size_t size)
{
    string_copy(target, source, size);
    return target;
}

STRING_WEAK void *memmove(void *target, const void *source, size_t size)
{
    char *to = target;
    const char *from = source;

    if (size <= STRING_RUN) {
        string_copy_short(to, from, size);
        return target;
    }
    /* The run at the far end is read before anything can overwrite it. */
    if ((uintptr_t)to - (uintptr_t)from >= size) { /* also if target < source: forward never overtakes itself */
        const char *tail = from + size - STRING_RUN;
        char *last = to + size - STRING_RUN;
        uint64_t a = string_load(tail), b = string_load(tail + 8), c = string_load(tail + 16),
                 d = string_load(tail + 24);
        do {
            string_copy_run(to, from);
            to += STRING_RUN;
            from += STRING_RUN;
        } while (to < last);
        string_store(last, a);
        string_store(last + 8, b);
        string_store(last + 16, c);
        string_store(last + 24, d);
    } else {
        uint64_t a = string_load(from), b = string_load(from + 8), c = string_load(from + 16),
                 d = string_load(from + 24);
        do {
            size -= STRING_RUN;
            string_copy_run(to + size, from + size);
        } while (size > STRING_RUN);
        string_store(to, a);
        string_store(to + 8, b);
        string_store(to + 16, c);
        string_store(to + 24, d);
    }
    return target;
}

static inline void string_fill_short(char *to, uint64_t word, size_t size)
{
    if (size > 16) {
        string_store(to, word);
        string_store(to + 8, word);
        string_store(to + size - 16, word);
        string_store(to + size - 8, word);
    } else if (size >= 8) {
        string_store(to, word);
        string_store(to + size - 8, word);
    } else if (size >= 4) {
        string_store_half(to, (uint32_t)word);
        string_store_half(to + size - 4, (uint32_t)word);
    } else if (size > 0) {
        to[0] = (char)word;
        to[size / 2] = (char)word;
        to[size - 1] = (char)word;
    }
}

STRING_WEAK void *memset(void *target, int value, size_t size)
{
    char *to = target;
    uint64_t word = string_repeat(value);

    if (size <= STRING_RUN) {
        string_fill_short(to, word, size);
        return target;
    }
    char *last = to + size - STRING_RUN;
    for (; to < last; to += STRING_RUN)
        string_fill_run(to, word);
    string_fill_run(last, word);
    return target;
}

/* ---- searching ------------------------------------------------------------------------------------------- */

/* All ones in each byte that is not zero. */
static inline uint64_t string_nonzeros(uint64_t word)
{
    uint64_t mask;
    __asm__("orc.b %0, %1" : "=r"(mask) : "r"(word));
    return mask;
}

static inline uint64_t string_zeros(uint64_t word)
{
    return ~string_nonzeros(word);
}

/* The aligned word that an address is in. */
static inline const char *string_align(const char *at)
{
    return (const char *)((uintptr_t)at & ~UINT64_C(7));
}

/* The bits before an address in its aligned word, in the six bits that a shift regards. */
static inline uint64_t string_bits_before(const char *at)
{
    uint64_t bits = (uintptr_t)at * 8;
    __asm__("" : "+r"(bits)); /* else the compiler clears the others, which the shift does */
    return bits & 63;
}

static inline const char *string_first(const char *at, uint64_t mask)
{
    return at + __builtin_ctzll(mask) / 8;
}

static inline const char *string_last(const char *at, uint64_t mask)
{
    return at + (63 - __builtin_clzll(mask)) / 8;
}

/* How far off the byte of the pattern is, which there must be. */
static inline size_t string_find(const char *text, uint64_t pattern)
{
    const char *at = string_align(text);
    uint64_t found = string_zeros(string_load(at) ^ pattern) >> string_bits_before(text), other;

    if (found)
        return (size_t)__builtin_ctzll(found) / 8;
    do {
        at += 8;
        other = string_nonzeros(string_load(at) ^ pattern);
    } while (other == UINT64_MAX);
    return (size_t)(string_first(at, ~other) - text);
}

/* The same in the first `size` bytes, or NULL. */
static inline const char *string_find_within(const char *text, uint64_t pattern, size_t size)
{
    const char *at = string_align(text), *end = text + size;

    if (size == 0)
        return NULL;
    if (end < text) /* "as if it read the characters one by one": size may be larger than the object */
        end = (const char *)UINTPTR_MAX;
    uint64_t found = string_zeros(string_load(at) ^ pattern) >> string_bits_before(text), other;
    if (found) {
        at = string_first(text, found);
        return at < end ? at : NULL;
    }
    do {
        at += 8;
        if (at >= end)
            return NULL;
        other = string_nonzeros(string_load(at) ^ pattern);
    } while (other == UINT64_MAX);
    at = string_first(at, ~other);
    return at < end ? at : NULL;
}

/* Where the byte of the pattern is, or the string's end. */
static inline const char *string_find_or_end(const char *text, uint64_t pattern)
{
    const char *at = string_align(text);
    uint64_t word = string_load(at);
    uint64_t other = string_nonzeros(word) & string_nonzeros(word ^ pattern);
    uint64_t found = ~other >> string_bits_before(text);

    if (found)
        return string_first(text, found);
    do {
        at += 8;
        word = string_load(at);
        other = string_nonzeros(word) & string_nonzeros(word ^ pattern);
    } while (other == UINT64_MAX);
    return string_first(at, ~other);
}

STRING_WEAK size_t strlen(const char *text)
{
    return string_find(text, 0);
}

STRING_WEAK size_t strnlen(const char *text, size_t size)
{
    const char *end = string_find_within(text, 0, size);
    return end ? (size_t)(end - text) : size;
}

STRING_WEAK void *memchr(const void *source, int value, size_t size)
{
    return (void *)(uintptr_t)string_find_within(source, string_repeat(value), size);
}

STRING_WEAK void *rawmemchr(const void *source, int value)
{
    return (char *)(uintptr_t)source + string_find(source, string_repeat(value));
}

STRING_WEAK char *strchrnul(const char *text, int value)
{
    return (char *)(uintptr_t)string_find_or_end(text, string_repeat(value));
}

STRING_WEAK char *strchr(const char *text, int value)
{
    const char *at = string_find_or_end(text, string_repeat(value));
    return *at == (char)value ? (char *)(uintptr_t)at : NULL;
}

STRING_WEAK char *strrchr(const char *text, int value)
{
    const char *at = string_align(text), *last_at = NULL;
    uint64_t pattern = string_repeat(value), last = 0, keep = UINT64_MAX << string_bits_before(text);

    for (;; at += 8, keep = UINT64_MAX) {
        uint64_t word = string_load(at), end = string_zeros(word) & keep;
        uint64_t found = string_zeros(word ^ pattern) & keep;
        if (end)
            found &= end ^ (end - 1); /* up to the first zero byte, and it */
        if (found) {
            last_at = at;
            last = found;
        }
        if (end)
            break;
    }
    return last_at ? (char *)(uintptr_t)string_last(last_at, last) : NULL;
}

STRING_WEAK void *memrchr(const void *source, int value, size_t size)
{
    const char *from = source, *end = from + size;
    uint64_t pattern = string_repeat(value);

    if (size == 0)
        return NULL;
    const char *at = string_align(end - 1);
    uint64_t found = string_zeros(string_load(at) ^ pattern) & (UINT64_MAX >> (-(uintptr_t)end * 8 & 63));
    while (!found) {
        if (at <= from)
            return NULL;
        at -= 8;
        found = string_zeros(string_load(at) ^ pattern);
    }
    at = string_last(at, found);
    return at >= from ? (void *)(uintptr_t)at : NULL;
}

/* ---- comparing ------------------------------------------------------------------------------------------- */

/* Big-endian words compare as their bytes do. */
static int string_compare_words(uint64_t a, uint64_t b)
{
    a = __builtin_bswap64(a);
    b = __builtin_bswap64(b);
    return a < b ? -1 : a > b;
}

/* Two halves as one word, in the order of memory. */
static inline uint64_t string_join(const void *first, const void *second)
{
    return string_load_half(first) | (uint64_t)string_load_half(second) << 32;
}

STRING_WEAK int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *a = left, *b = right;

    if (size < 8) {
        if (size >= 4)
            return string_compare_words(string_join(a, a + size - 4), string_join(b, b + size - 4));
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

/* Whether a word at one of both may cross the end of a page: surely not if there is a bit that neither offset has set.
 */
static inline int string_may_cross(const void *a, const void *b)
{
    return (~((uintptr_t)a | (uintptr_t)b) & (STRING_PAGE - 8)) == 0;
}

/* The bytes up to the end of a page, for the nearer one of both. */
static inline size_t string_room(const void *a, const void *b)
{
    size_t x = (uintptr_t)a % STRING_PAGE, y = (uintptr_t)b % STRING_PAGE;
    return STRING_PAGE - (x > y ? x : y);
}

/* All ones in each byte that is zero in x or differs. */
static inline uint64_t string_decisive(uint64_t x, uint64_t y)
{
    return string_zeros(x) | ~string_zeros(x ^ y);
}

/* Decided by the first byte in the mask. */
static inline int string_difference(uint64_t x, uint64_t y, uint64_t mask)
{
    unsigned shift = (unsigned)__builtin_ctzll(mask);
    return (int)(x >> shift & 255) - (int)(y >> shift & 255);
}

/* A word of both, of which `size` bytes count. */
static inline int string_compare_word(const unsigned char *a, const unsigned char *b, size_t size)
{
    uint64_t x = string_load(a), y = string_load(b), decisive = string_decisive(x, y);
    return decisive && (size_t)__builtin_ctzll(decisive) / 8 < size ? string_difference(x, y, decisive) : 0;
}

/* strncmp(): words up to where a page or the size ends, then the bytes around that place. */
static __attribute__((noinline)) int string_compare(const unsigned char *a, const unsigned char *b, size_t size)
{
    for (;;) {
        size_t room = string_room(a, b), bytes = (room < size ? room : size) & ~UINT64_C(7);
        for (const unsigned char *end = a + bytes; a < end; a += 8, b += 8) {
            uint64_t x = string_load(a), y = string_load(b);
            if (x != y || string_nonzeros(x) != UINT64_MAX)
                return string_difference(x, y, string_decisive(x, y));
        }
        size -= bytes;
        if (size == 0)
            return 0;
        if (size < 8 && room - bytes >= 8)
            return string_compare_word(a, b, size);
        for (int i = 0; i < 8 && size > 0; i++, a++, b++, size--)
            if (*a != *b || *a == 0)
                return *a - *b;
    }
}

STRING_WEAK int strcmp(const char *left, const char *right)
{
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;

    if (*a != *b)
        return *a - *b;
    if (string_may_cross(a, b))
        return string_compare(a, b, SIZE_MAX);
    uint64_t x = string_load(a), y = string_load(b), decisive = string_decisive(x, y);
    if (!decisive)
        return string_compare(a + 8, b + 8, SIZE_MAX);
    return string_difference(x, y, decisive);
}

STRING_WEAK int strncmp(const char *left, const char *right, size_t size)
{
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;

    if (size == 0)
        return 0;
    if (*a != *b)
        return *a - *b;
    if (size == 1)
        return 0;
    if (string_may_cross(a, b))
        return string_compare(a, b, size);
    uint64_t x = string_load(a), y = string_load(b), decisive = string_decisive(x, y);
    if (!decisive)
        return size <= 8 ? 0 : string_compare(a + 8, b + 8, size - 8);
    return (size_t)__builtin_ctzll(decisive) / 8 < size ? string_difference(x, y, decisive) : 0;
}

/* ---- copying strings ------------------------------------------------------------------------------------- */

enum string_result { STRING_START, STRING_END };

static __attribute__((noinline)) char *string_copy_measured(char *to, const char *from, enum string_result result)
{
    size_t length = string_find(from, 0);
    string_copy(to, from, length + 1);
    return result == STRING_START ? to : to + length;
}

/* The last bytes of a string, all in one word. */
static inline void string_store_end(char *to, uint64_t word, size_t length)
{
    if (length >= 3) {
        string_store_half(to, (uint32_t)word);
        string_store_half(to + length - 3, (uint32_t)(word >> (length - 3) * 8));
    } else {
        to[0] = (char)word;
        to[length / 2] = (char)(word >> length / 2 * 8);
        to[length] = 0;
    }
}

static inline char *string_copy_text(char *to, const char *from, enum string_result result)
{
    char *start = to;
    size_t length;

    if (string_may_cross(from, from))
        return string_copy_measured(to, from, result);
    uint64_t word = string_load(from), end = string_zeros(word);
    if (end) {
        length = (size_t)__builtin_ctzll(end) / 8;
        string_store_end(to, word, length);
    } else {
        string_store(to, word);
        size_t done = 8 - (uintptr_t)from % 8;
        for (to += done, from += done; word = string_load(from), end = string_zeros(word), !end; to += 8, from += 8)
            string_store(to, word);
        length = (size_t)__builtin_ctzll(end) / 8;
        string_store(to + length - 7, string_load(from + length - 7));
    }
    return result == STRING_START ? start : to + length;
}

STRING_WEAK char *strcpy(char *restrict to, const char *restrict from)
{
    return string_copy_text(to, from, STRING_START);
}

STRING_WEAK char *stpcpy(char *restrict to, const char *restrict from)
{
    return string_copy_text(to, from, STRING_END);
}

STRING_ALIAS(__memchr, memchr);
STRING_ALIAS(__memcmpeq, memcmp);
STRING_ALIAS(__memrchr, memrchr);
STRING_ALIAS(__rawmemchr, rawmemchr);
STRING_ALIAS(__stpcpy, stpcpy);
STRING_ALIAS(__strchrnul, strchrnul);
STRING_ALIAS(__strnlen, strnlen);
STRING_ALIAS(bcmp, memcmp);
STRING_ALIAS(index, strchr);
STRING_ALIAS(rindex, strrchr);
