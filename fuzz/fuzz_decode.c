/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: decoding guest code. Any bytes become operations: no access outside the arrays, the charge of a slot is
 * at most what is left of its page, and decoding twice gives the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "machine/code.h"

#define START     0x10000u
#define MAX_BYTES 16384

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decode(struct op *ops, uint16_t *charge, const uint8_t *bytes, uint32_t start, uint32_t end)
{
    const struct code_range all = {start, end};
    code_decode(ops, charge, bytes, start, end, &all, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size &= ~(size_t)1;
    if (size < 4 || size > MAX_BYTES)
        return 0;
    /* The first halfword places the code within its page. */
    uint32_t start = START + ((data[0] | data[1] << 8) & 0xffe), end = start + (uint32_t)size - 2;
    size_t slots = code_slots(start, end);
    struct op *ops = calloc(slots, sizeof *ops), *again = calloc(slots, sizeof *again);
    uint16_t *charge = calloc(slots, sizeof *charge), *charge_again = calloc(slots, sizeof *charge_again);
    CHECK(ops && again && charge && charge_again);
    decode(ops, charge, data + 2, start, end);
    decode(again, charge_again, data + 2, start, end);
    CHECK(memcmp(ops, again, slots * sizeof *ops) == 0);
    for (size_t slot = 0; slot < (end - start) / 2; slot++) {
        uint32_t address = start + (uint32_t)slot * 2, left = 4096 - (address & 4095);
        CHECK(charge[slot] <= left / 2); /* 0: nothing executable there */
        CHECK(charge[slot] == charge_again[slot]);
    }
    free(ops);
    free(again);
    free(charge);
    free(charge_again);
    return 0;
}
