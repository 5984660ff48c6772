/* SPDX-License-Identifier: Apache-2.0 */
#include "riscv/decode.h"

#include <stddef.h>

#include "base/check.h"
#include "riscv/operands.h"

#define TERMINATOR   RISCV_TERMINATOR
#define STORES       RISCV_STORES
#define ROUNDS       RISCV_ROUNDS
#define NOT_ZERO_IMM RISCV_NOT_ZERO_IMM
#define NOT_ZERO_RD  RISCV_NOT_ZERO_RD
#define NOT_ZERO_RS1 RISCV_NOT_ZERO_RS1

/* What a compressed word takes over from the instruction that it stands for. */
enum {
#define INSTRUCTION(id, name, extension, format, mask, match, flags)                                                   \
    FORMAT_OF_##id = RISCV_FORMAT_##format, FLAGS_OF_##id = (flags),
#define COMPRESSED(...)
#include "riscv/instructions.def"
#undef INSTRUCTION
#undef COMPRESSED
};

const struct riscv_pattern riscv_patterns[] = {
#define INSTRUCTION(id, name, extension, format, mask, match, flags)                                                   \
    {mask, match, RISCV_##id, RISCV_FORMAT_##format, flags, RISCV_FORMAT_##format, flags},
#define COMPRESSED(name, encoding, mask, match, id, rules)                                                             \
    {mask, match, RISCV_##id, RISCV_FORMAT_##encoding, rules, FORMAT_OF_##id, FLAGS_OF_##id},
#include "riscv/instructions.def"
#undef INSTRUCTION
#undef COMPRESSED
    {0, 0, RISCV_ILLEGAL, RISCV_FORMAT_NONE, 0, RISCV_FORMAT_NONE, RISCV_TERMINATOR}, /* any word */
};

static const struct riscv_description descriptions[RISCV_ID_COUNT] = {
    [RISCV_ILLEGAL] = {"illegal", "", RISCV_FORMAT_NONE, RISCV_TERMINATOR},
#define INSTRUCTION(id, name, extension, format, mask, match, flags)                                                   \
    [RISCV_##id] = {name, #extension, RISCV_FORMAT_##format, flags},
#define COMPRESSED(...)
#include "riscv/instructions.def"
#undef INSTRUCTION
#undef COMPRESSED
};

#define PATTERNS (sizeof(riscv_patterns) / sizeof(riscv_patterns[0]))

const struct riscv_description *riscv_describe(enum riscv_id id)
{
    return &descriptions[id < RISCV_ID_COUNT ? id : RISCV_ILLEGAL];
}

/* ---- look-up --------------------------------------------------------------------------------------- */

/* Can a word of this bucket match the pattern? A word with only the bits that choose the bucket is compared
 * in the bits that both know. */
static bool bucket_has(unsigned bucket, const struct riscv_pattern *pattern)
{
    bool compressed = (pattern->match & 3) != 3, any = pattern->mask == 0;
    uint32_t known = compressed ? 0xe003 : 0x707f, word;

    if (any)
        return true;
    if (compressed != (bucket >= 256))
        return false;
    if (compressed)
        word = ((bucket - 256) >> 3) | (bucket & 7) << 13;
    else
        word = (bucket >> 3) << 2 | 3 | (bucket & 7) << 12;
    return ((word ^ pattern->match) & pattern->mask & known) == 0;
}

void riscv_decoder_init(struct riscv_decoder *decoder)
{
    size_t count = 0;
    for (unsigned bucket = 0; bucket < RISCV_BUCKETS; bucket++) {
        decoder->first[bucket] = (uint16_t)count;
        for (size_t i = 0; i < PATTERNS; i++)
            if (bucket_has(bucket, &riscv_patterns[i])) {
                CHECK(count < sizeof(decoder->candidate) / sizeof(decoder->candidate[0]));
                decoder->candidate[count++] = (uint16_t)i;
            }
    }
}

/* ---- decoding -------------------------------------------------------------------------------------- */

struct riscv_instruction riscv_decode(const struct riscv_decoder *decoder, uint32_t word)
{
    const struct riscv_pattern *pattern = riscv_find(decoder, word);

    return riscv_take_apart(pattern, pattern->encoding, word);
}
