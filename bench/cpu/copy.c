/* SPDX-License-Identifier: Apache-2.0
 *
 * Moving memory: memcpy(), memmove() and memset() in the mix of sizes that a text editor's gap buffer and a queue of
 * messages give them.
 */
#include "bench.h"

#define TEXT_SIZE    8192
#define RING_SIZE    16384
#define MESSAGE_SIZE 1024

static char text[TEXT_SIZE];
static size_t text_length;
static unsigned char ring[RING_SIZE], message[MESSAGE_SIZE];
static size_t ring_head, ring_tail; /* both only grow; the place is their remainder */

static void text_insert(size_t at, const unsigned char *what, size_t length)
{
    memmove(text + at + length, text + at, text_length - at);
    memcpy(text + at, what, length);
    text_length += length;
}

static void text_erase(size_t at, size_t length)
{
    memmove(text + at, text + at + length, text_length - at - length);
    text_length -= length;
}

static void ring_write(const unsigned char *bytes, size_t size)
{
    size_t at = ring_head % RING_SIZE, first = size < RING_SIZE - at ? size : RING_SIZE - at;
    memcpy(ring + at, bytes, first);
    memcpy(ring, bytes + first, size - first);
    ring_head += size;
}

static void ring_read(unsigned char *bytes, size_t size)
{
    size_t at = ring_tail % RING_SIZE, first = size < RING_SIZE - at ? size : RING_SIZE - at;
    memcpy(bytes, ring + at, first);
    memcpy(bytes + first, ring, size - first);
    ring_tail += size;
}

/* Mostly short, as real copies are: half are under 32 bytes, few near the maximum. */
static size_t pick_size(uint64_t random)
{
    static const uint16_t limits[8] = {8, 16, 32, 32, 64, 128, 256, MESSAGE_SIZE};
    return 1 + (random >> 8) % limits[random & 7];
}

static void edit(uint64_t random, size_t size)
{
    if (text_length + size > TEXT_SIZE)
        text_erase(0, text_length / 2);
    /* Edits cluster near the end of a text that is being written. */
    size_t back = (random >> 24) % 512;
    size_t at = back < text_length ? text_length - back : text_length;
    text_insert(at, message, size);
    if (random >> 60 == 0 && text_length > size)
        text_erase((random >> 16) % (text_length - size), size);
}

static void pass_message(uint64_t random, size_t size)
{
    unsigned char out[MESSAGE_SIZE];
    if (ring_head - ring_tail + size > RING_SIZE)
        ring_read(out, MESSAGE_SIZE);
    ring_write(message, size);
    if (ring_head - ring_tail > RING_SIZE / 2) {
        ring_read(out, size);
        memcpy(message, out, size);
    }
    memset(message + (random >> 32) % (MESSAGE_SIZE / 2), (int)(random & 255), size / 4);
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 110);
    uint64_t checksum = 0, random = 6;

    for (size_t i = 0; i < MESSAGE_SIZE; i++)
        message[i] = (unsigned char)bench_random(&random);
    for (long round = 0; round < repeat; round++) {
        for (int i = 0; i < 20000; i++) {
            uint64_t choice = bench_random(&random);
            size_t size = pick_size(choice);
            edit(choice, size);
            pass_message(choice, size);
        }
        checksum = bench_mix_bytes(checksum, text, text_length);
        checksum = bench_mix_bytes(checksum, ring, sizeof ring);
    }
    return bench_report(checksum);
}
