/* SPDX-License-Identifier: Apache-2.0
 *
 * Classes of bytes in HTTP (RFC 9110 §5.6, RFC 3986), and how to run over many of one class quickly. Internal to the
 * room. With SSE2 (every x86-64 has it) sixteen bytes are looked at in one step, never behind `end`.
 */
#ifndef MAYFLY_HTTP_CHARS_H
#define MAYFLY_HTTP_CHARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum http_char {
    HTTP_CHAR_TOKEN = 1,  /* tchar: names and methods */
    HTTP_CHAR_VALUE = 2,  /* field-vchar, obs-text, SP, HTAB */
    HTTP_CHAR_TARGET = 4, /* visible ASCII but '#' */
    HTTP_CHAR_HOST = 8,   /* of a name or IPv4 address: letters, digits, "-._~" */
    HTTP_CHAR_HEX = 16,
};

extern const uint8_t http_chars[256];

static inline bool http_is(char c, enum http_char class)
{
    return http_chars[(unsigned char)c] & class;
}

/* Of a byte that is HTTP_CHAR_HEX. */
static inline unsigned http_hex_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static inline bool http_is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* The first byte of [at, end) that is not of the class, or `end`. */
static inline const char *http_skip(const char *at, const char *end, enum http_char class)
{
    while (at < end && http_is(*at, class))
        at++;
    return at;
}

/* As http_skip with HTTP_CHAR_TOKEN, quick for letters and '-', which is what names are made of. */
static inline const char *http_skip_token(const char *at, const char *end)
{
#ifdef __SSE2__
    /* A byte with bit 5 set is in a..z if, with 'a' moved to the least signed value, it is below the 26th. */
    const __m128i bit = _mm_set1_epi8(0x20), shift = _mm_set1_epi8((char)(0x80 - 'a'));
    const __m128i letters = _mm_set1_epi8((char)(0x80 + 26)), dash = _mm_set1_epi8('-');

    while (end - at >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i letter = _mm_cmplt_epi8(_mm_add_epi8(_mm_or_si128(v, bit), shift), letters);
        unsigned other = 0xffffu ^ (unsigned)_mm_movemask_epi8(_mm_or_si128(letter, _mm_cmpeq_epi8(v, dash)));
        if (!other) {
            at += 16;
            continue;
        }
        at += __builtin_ctz(other);
        if (!http_is(*at, HTTP_CHAR_TOKEN))
            return at;
        at++;
    }
#endif
    return http_skip(at, end, HTTP_CHAR_TOKEN);
}

/* As http_skip with HTTP_CHAR_VALUE. */
static inline const char *http_skip_value(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i control = _mm_set1_epi8(0x1f), del = _mm_set1_epi8(0x7f);

    while (end - at >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i bad = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(v, control), v), _mm_cmpeq_epi8(v, del));
        unsigned stop = (unsigned)_mm_movemask_epi8(bad);
        if (!stop) {
            at += 16;
            continue;
        }
        at += __builtin_ctz(stop);
        if (*at != '\t')
            return at;
        at++;
    }
#endif
    return http_skip(at, end, HTTP_CHAR_VALUE);
}

/* As http_skip with HTTP_CHAR_TARGET. */
static inline const char *http_skip_target(const char *at, const char *end)
{
#ifdef __SSE2__
    const __m128i space = _mm_set1_epi8(0x20), del = _mm_set1_epi8(0x7f), fragment = _mm_set1_epi8('#');

    while (end - at >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)at);
        /* As signed bytes those from 0x80 on are below the space. */
        __m128i bad = _mm_or_si128(_mm_cmpeq_epi8(v, del), _mm_cmpeq_epi8(v, fragment));
        unsigned stop =
            (unsigned)_mm_movemask_epi8(_mm_or_si128(bad, _mm_cmplt_epi8(v, _mm_add_epi8(space, _mm_set1_epi8(1)))));
        if (stop)
            return at + __builtin_ctz(stop);
        at += 16;
    }
#endif
    return http_skip(at, end, HTTP_CHAR_TARGET);
}

static inline uint32_t http_load32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

static inline uint64_t http_load64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

/* Compares a token with a lower-case name of the same size, without case. Only for tokens: among them a byte with bit 5
 * set is the lower-case form of no other. */
static inline bool http_token_is(const char *token, const char *name, size_t size)
{
    const uint64_t bits = UINT64_C(0x2020202020202020);
    uint64_t differs = 0;
    size_t i = 0;

    for (; i + 8 <= size; i += 8)
        differs |= (http_load64(token + i) | bits) ^ http_load64(name + i);
    for (; i + 4 <= size; i += 4)
        differs |= (http_load32(token + i) | (uint32_t)bits) ^ http_load32(name + i);
    for (; i < size; i++)
        differs |= (uint64_t)((token[i] | 0x20) ^ name[i]);
    return differs == 0;
}

#endif
