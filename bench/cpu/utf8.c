/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8: validation, transcoding to UTF-16 and back, and counting of letters, over a text of mixed scripts.
 */
#include "bench.h"

#define SIZE (16 * 1024)

static unsigned char text[SIZE], back[SIZE];
static uint16_t units[SIZE];
static size_t text_size;

/* Reads one character and moves on; -1 if what stands there is malformed (Unicode, table 3-7). */
static int32_t read_character(const unsigned char **at, const unsigned char *end)
{
    const unsigned char *c = *at;
    if (c[0] < 0x80) {
        *at += 1;
        return c[0];
    }
    if (c[0] < 0xe0) {
        if (c[0] < 0xc2 || end - c < 2 || (c[1] & 0xc0) != 0x80)
            return -1;
        *at += 2;
        return (c[0] & 0x1f) << 6 | (c[1] & 0x3f);
    }
    if (c[0] < 0xf0) {
        if (end - c < 3 || (c[1] & 0xc0) != 0x80 || (c[2] & 0xc0) != 0x80)
            return -1;
        int32_t value = (c[0] & 0x0f) << 12 | (c[1] & 0x3f) << 6 | (c[2] & 0x3f);
        *at += 3;
        return value < 0x800 || (value >= 0xd800 && value < 0xe000) ? -1 : value;
    }
    if (c[0] > 0xf4 || end - c < 4 || (c[1] & 0xc0) != 0x80 || (c[2] & 0xc0) != 0x80 || (c[3] & 0xc0) != 0x80)
        return -1;
    int32_t value = (c[0] & 0x07) << 18 | (c[1] & 0x3f) << 12 | (c[2] & 0x3f) << 6 | (c[3] & 0x3f);
    *at += 4;
    return value < 0x10000 || value > 0x10ffff ? -1 : value;
}

static unsigned char *write_character(unsigned char *to, uint32_t value)
{
    if (value < 0x80) {
        *to++ = (unsigned char)value;
        return to;
    }
    if (value < 0x800) {
        *to++ = (unsigned char)(0xc0 | value >> 6);
    } else {
        if (value < 0x10000) {
            *to++ = (unsigned char)(0xe0 | value >> 12);
        } else {
            *to++ = (unsigned char)(0xf0 | value >> 18);
            *to++ = (unsigned char)(0x80 | (value >> 12 & 0x3f));
        }
        *to++ = (unsigned char)(0x80 | (value >> 6 & 0x3f));
    }
    *to++ = (unsigned char)(0x80 | (value & 0x3f));
    return to;
}

/* The number of characters, or -1. Runs of ASCII are taken eight bytes at a time. */
static long validate(const unsigned char *at, size_t size)
{
    const unsigned char *end = at + size;
    long count = 0;
    while (at < end) {
        uint64_t word;
        if (end - at >= 8 && (memcpy(&word, at, 8), (word & UINT64_C(0x8080808080808080)) == 0)) {
            at += 8;
            count += 8;
            continue;
        }
        if (read_character(&at, end) < 0)
            return -1;
        count++;
    }
    return count;
}

static size_t to_utf16(uint16_t *to, const unsigned char *at, size_t size)
{
    const uint16_t *start = to;
    for (const unsigned char *end = at + size; at < end;) {
        int32_t value = read_character(&at, end);
        if (value >= 0x10000) {
            *to++ = (uint16_t)(0xd7c0 + (value >> 10));
            *to++ = (uint16_t)(0xdc00 | (value & 0x3ff));
        } else {
            *to++ = (uint16_t)value;
        }
    }
    return (size_t)(to - start);
}

static size_t from_utf16(unsigned char *to, const uint16_t *at, size_t count)
{
    const unsigned char *start = to;
    for (const uint16_t *end = at + count; at < end; at++) {
        uint32_t value = *at;
        if ((value & 0xfc00) == 0xd800 && at + 1 < end)
            value = ((value - 0xd7c0) << 10) + (*++at & 0x3ffu);
        to = write_character(to, value);
    }
    return (size_t)(to - start);
}

/* Words of one script each: mostly ASCII, some Greek, some Han, a few from beyond the first plane. */
static void write_text(uint64_t *random)
{
    unsigned char *at = text;
    while (at + 64 < text + SIZE) {
        uint64_t choice = bench_random(random);
        unsigned script = choice & 15, length = 1 + (choice >> 4) % 12;
        for (unsigned i = 0; i < length; i++) {
            uint32_t pick = (uint32_t)(bench_random(random) >> 32);
            uint32_t value = script < 9    ? 'a' + pick % 26
                             : script < 12 ? 0x3b1 + pick % 24
                             : script < 15 ? 0x4e00 + pick % 0x4000
                                           : 0x1f300 + pick % 0x200;
            at = write_character(at, value);
        }
        *at++ = ' ';
    }
    text_size = (size_t)(at - text);
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 1200);
    uint64_t checksum = 0, random = 10;

    if (validate((const unsigned char *)"\xed\xa0\x80", 3) != -1 ||
        validate((const unsigned char *)"\xc0\x80", 2) != -1)
        bench_fail("a malformed text was taken for UTF-8");
    for (long round = 0; round < repeat; round++) {
        if (round % 100 == 0)
            write_text(&random);
        checksum = bench_mix(checksum, (uint64_t)validate(text, text_size));
        size_t count = to_utf16(units, text, text_size);
        if (from_utf16(back, units, count) != text_size || memcmp(text, back, text_size) != 0)
            bench_fail("there and back again is not where it began");
        checksum = bench_mix(checksum, (uint64_t)count << 16 | units[(size_t)(round * 17) % count]);
        /* Breaks the text in one place: the answer must be that it is broken. */
        size_t place = (size_t)checksum % text_size;
        unsigned char was = text[place];
        text[place] = 0xff;
        if (validate(text, text_size) != -1)
            bench_fail("a malformed text was taken for UTF-8");
        text[place] = was;
    }
    return bench_report(checksum);
}
