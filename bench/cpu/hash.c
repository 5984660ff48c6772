/* SPDX-License-Identifier: Apache-2.0
 *
 * Hash functions over a buffer: SHA-256 (FIPS 180-4), CRC-32 (IEEE 802.3, by table) and a fast non-cryptographic hash
 * of four 64-bit lanes.
 */
#include "bench.h"

#define SIZE (64 * 1024)

static const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t crc_table[256];
static unsigned char buffer[SIZE];

static uint32_t rotate_right(uint32_t x, int by)
{
    return x >> by | x << (32 - by);
}

static uint64_t rotate_left(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static void sha256_block(uint32_t state[8], const unsigned char block[64])
{
    uint32_t schedule[64];
    for (int i = 0; i < 16; i++) {
        const unsigned char *at = block + 4 * i;
        schedule[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t x = schedule[i - 15], y = schedule[i - 2];
        uint32_t s0 = rotate_right(x, 7) ^ rotate_right(x, 18) ^ x >> 3;
        uint32_t s1 = rotate_right(y, 17) ^ rotate_right(y, 19) ^ y >> 10;
        schedule[i] = schedule[i - 16] + s0 + schedule[i - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i++) {
        uint32_t s1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
        uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + sha256_constants[i] + schedule[i];
        uint32_t s0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
        uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1;
        d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

/* The first 64 bits of the digest. */
static uint64_t sha256(const unsigned char *bytes, size_t size)
{
    uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    unsigned char tail[128] = {0};
    size_t whole = size / 64 * 64, rest = size - whole;

    for (size_t at = 0; at < whole; at += 64)
        sha256_block(state, bytes + at);
    memcpy(tail, bytes + whole, rest);
    tail[rest] = 0x80;
    size_t padded = rest < 56 ? 64 : 128;
    for (int i = 0; i < 8; i++)
        tail[padded - 1 - (size_t)i] = (unsigned char)((uint64_t)size * 8 >> 8 * i);
    for (size_t at = 0; at < padded; at += 64)
        sha256_block(state, tail + at);
    return (uint64_t)state[0] << 32 | state[1];
}

static void crc32_prepare(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++)
            value = value >> 1 ^ (value & 1 ? 0xedb88320 : 0);
        crc_table[i] = value;
    }
}

static uint32_t crc32(const unsigned char *bytes, size_t size)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < size; i++)
        crc = crc >> 8 ^ crc_table[(crc ^ bytes[i]) & 255];
    return ~crc;
}

/* Whole blocks of 32 bytes only, which is all that is asked of it here. */
static uint64_t lane_hash(const unsigned char *bytes, size_t size, uint64_t seed)
{
    uint64_t lanes[4] = {seed + 1, seed + 2, seed + 3, seed + 4};
    for (size_t at = 0; at + 32 <= size; at += 32) {
        for (int lane = 0; lane < 4; lane++) {
            uint64_t word;
            memcpy(&word, bytes + at + 8 * lane, 8);
            lanes[lane] = rotate_left(lanes[lane] + word * UINT64_C(0xc2b2ae3d27d4eb4f), 31);
            lanes[lane] *= UINT64_C(0x9e3779b185ebca87);
        }
    }
    return rotate_left(lanes[0], 1) + rotate_left(lanes[1], 7) + rotate_left(lanes[2], 12) + rotate_left(lanes[3], 18);
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 350);
    uint64_t checksum = 0, random = 2;

    crc32_prepare();
    if (sha256((const unsigned char *)"abc", 3) != UINT64_C(0xba7816bf8f01cfea))
        bench_fail("SHA-256 of abc");
    if (crc32((const unsigned char *)"123456789", 9) != 0xcbf43926)
        bench_fail("CRC-32 of 123456789");
    for (size_t i = 0; i < SIZE; i++)
        buffer[i] = (unsigned char)bench_random(&random);
    for (long round = 0; round < repeat; round++) {
        buffer[round % SIZE]++;
        checksum = bench_mix(checksum, sha256(buffer, SIZE / 2));
        checksum = bench_mix(checksum, crc32(buffer, SIZE));
        for (uint64_t seed = 0; seed < 8; seed++)
            checksum = bench_mix(checksum, lane_hash(buffer, SIZE, seed));
    }
    return bench_report(checksum);
}
