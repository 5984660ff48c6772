/* SPDX-License-Identifier: Apache-2.0
 *
 * Base64 (RFC 4648 §4): encoding, and decoding that refuses what is not in its alphabet.
 */
#include "bench.h"

#define SIZE         (12 * 1024 + 1)
#define ENCODED_SIZE ((SIZE + 2) / 3 * 4)
#define INVALID      0xff

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static unsigned char value_of[256];
static unsigned char bytes[SIZE], decoded[SIZE + 2];
static char encoded[ENCODED_SIZE];

static void prepare(void)
{
    memset(value_of, INVALID, sizeof value_of);
    for (int i = 0; i < 64; i++)
        value_of[(unsigned char)alphabet[i]] = (unsigned char)i;
}

static size_t encode(char *to, const unsigned char *from, size_t size)
{
    char *start = to;
    for (; size >= 3; from += 3, size -= 3) {
        uint32_t group = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = alphabet[group >> 6 & 63];
        *to++ = alphabet[group & 63];
    }
    if (size > 0) {
        uint32_t group = (uint32_t)from[0] << 16 | (size == 2 ? (uint32_t)from[1] << 8 : 0);
        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        *to++ = size == 2 ? alphabet[group >> 6 & 63] : '=';
        *to++ = '=';
    }
    return (size_t)(to - start);
}

/* The number of bytes, or -1 if the text is malformed. */
static long decode(unsigned char *to, const char *from, size_t size)
{
    const unsigned char *at = (const unsigned char *)from;
    unsigned char *start = to;
    if (size == 0 || size % 4 != 0)
        return size == 0 ? 0 : -1;
    size_t padding = at[size - 1] != '=' ? 0 : at[size - 2] != '=' ? 1 : 2;
    const unsigned char *end = at + size - (padding ? 4 : 0);
    for (; at < end; at += 4) {
        unsigned a = value_of[at[0]], b = value_of[at[1]], c = value_of[at[2]], d = value_of[at[3]];
        if ((a | b | c | d) & 0x80)
            return -1;
        uint32_t group = a << 18 | b << 12 | c << 6 | d;
        *to++ = (unsigned char)(group >> 16);
        *to++ = (unsigned char)(group >> 8);
        *to++ = (unsigned char)group;
    }
    if (padding) {
        unsigned a = value_of[at[0]], b = value_of[at[1]], c = padding == 1 ? value_of[at[2]] : 0;
        if ((a | b | c) & 0x80)
            return -1;
        *to++ = (unsigned char)(a << 2 | b >> 4);
        if (padding == 1)
            *to++ = (unsigned char)(b << 4 | c >> 2);
    }
    return to - start;
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 7500);
    uint64_t checksum = 0, random = 9;

    prepare();
    if (decode(decoded, "bWF5Zmx5", 8) != 6 || memcmp(decoded, "mayfly", 6) != 0)
        bench_fail("decoding of mayfly");
    if (decode(decoded, "bWF5Zm*5", 8) != -1)
        bench_fail("a star was taken for Base64");
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (unsigned char)bench_random(&random);
    for (long round = 0; round < repeat; round++) {
        size_t size = SIZE - (size_t)round % 3;
        size_t length = encode(encoded, bytes, size);
        if (decode(decoded, encoded, length) != (long)size || memcmp(decoded, bytes, size) != 0)
            bench_fail("there and back again is not where it began");
        checksum = bench_mix(checksum, (uint64_t)length << 8 | (unsigned char)encoded[(size_t)(round * 61) % length]);
        bytes[round % SIZE] ^= (unsigned char)checksum;
    }
    return bench_report(checksum);
}
