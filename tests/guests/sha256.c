/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 and CRC-32 of known texts, computed here.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t constants[64], initial[8];

/* The first 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4 §4.2.2, §5.3.3). */
static void derive(void)
{
    int count = 0;
    for (unsigned n = 2; count < 64; n++) {
        int prime = 1;
        for (unsigned d = 2; d * d <= n; d++)
            prime &= n % d != 0;
        if (!prime)
            continue;
        unsigned __int128 root = 0; /* of n << 96, whose cube root has 32 bits behind the point */
        for (int bit = 40; bit >= 0; bit--) {
            unsigned __int128 r = root | (unsigned __int128)1 << bit;
            if (r * r * r <= (unsigned __int128)n << 96)
                root = r;
        }
        constants[count] = (uint32_t)root;
        unsigned __int128 square = 0;
        for (int bit = 40; bit >= 0; bit--) {
            unsigned __int128 r = square | (unsigned __int128)1 << bit;
            if (r * r <= (unsigned __int128)n << 64)
                square = r;
        }
        if (count < 8)
            initial[count] = (uint32_t)square;
        count++;
    }
}

static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void block(uint32_t h[8], const unsigned char *bytes)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)bytes[4 * i] << 24 | (uint32_t)bytes[4 * i + 1] << 16 | (uint32_t)bytes[4 * i + 2] << 8 |
               bytes[4 * i + 3];
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] + (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
    memcpy(s, h, sizeof(s));
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) +
                      ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + w[i];
        uint32_t t2 =
            (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof(s[0]));
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        h[i] += s[i];
}

static void sha256(const char *text, size_t size, int repeat)
{
    unsigned char last[128] = {0};
    uint32_t h[8];
    size_t total = size * (size_t)repeat;
    memcpy(h, initial, sizeof(h));
    size_t fill = 0;
    for (size_t i = 0; i < total; i++) {
        last[fill++] = (unsigned char)text[i % size];
        if (fill == 64) {
            block(h, last);
            fill = 0;
        }
    }
    size_t end = fill < 56 ? 64 : 128;
    memset(last + fill, 0, sizeof(last) - fill);
    last[fill] = 0x80;
    for (int i = 0; i < 8; i++)
        last[end - 1 - (size_t)i] = (unsigned char)((uint64_t)total * 8 >> (8 * i));
    for (size_t at = 0; at < end; at += 64)
        block(h, last + at);
    for (int i = 0; i < 8; i++)
        printf("%08x", h[i]);
    printf("\n");
}

int main(void)
{
    derive();
    sha256("", 0, 0);
    sha256("abc", 3, 1);
    sha256("a", 1, 1000000);
    uint32_t crc = ~0u;
    for (const char *c = "123456789"; *c; c++) {
        crc ^= (unsigned char)*c;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    printf("%08x\n", ~crc);
    return 0;
}
