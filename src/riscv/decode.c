/* SPDX-License-Identifier: Apache-2.0 */
#include "riscv/decode.h"

#include <stddef.h>
#include <string.h>

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

const struct riscv_pattern riscv_patterns[RISCV_PATTERNS] = {
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

const struct riscv_description *riscv_describe(enum riscv_id id)
{
    return &descriptions[id < RISCV_ID_COUNT ? id : RISCV_ILLEGAL];
}

/* ---- look-up --------------------------------------------------------------------------------------- */

/* Visits every bucket that a word of this pattern may be looked up in: one, or more if it leaves funct3 open. */
static void visit_buckets(struct riscv_decoder *decoder, unsigned pattern,
                          void (*visit)(struct riscv_decoder *decoder, unsigned bucket, unsigned pattern))
{
    uint32_t match = riscv_patterns[pattern].match;
    uint32_t open = (riscv_size((uint16_t)match) == 4 ? 0x707f : 0xe003) & ~riscv_patterns[pattern].mask, value = open;

    for (;; value = (value - 1) & open) {
        visit(decoder, riscv_bucket(match | value), pattern);
        if (value == 0)
            return;
    }
}

static void count_pattern(struct riscv_decoder *decoder, unsigned bucket, unsigned pattern)
{
    decoder->first[bucket]++;
}

static void add_pattern(struct riscv_decoder *decoder, unsigned bucket, unsigned pattern)
{
    decoder->candidate[--decoder->first[bucket]] = (uint16_t)pattern;
}

void riscv_decoder_init(struct riscv_decoder *decoder)
{
    unsigned count = 0;

    memset(decoder->first, 0, sizeof decoder->first);
    for (unsigned pattern = 0; pattern < RISCV_ANY; pattern++)
        visit_buckets(decoder, pattern, count_pattern);
    for (unsigned bucket = 0; bucket < RISCV_BUCKETS; bucket++) {
        count += decoder->first[bucket];
        CHECK(count < RISCV_CANDIDATES);
        decoder->first[bucket] = (uint16_t)count;
        decoder->candidate[count++] = RISCV_ANY;
    }
    for (unsigned pattern = RISCV_ANY; pattern-- > 0;) /* from the last, so that the first is before it */
        visit_buckets(decoder, pattern, add_pattern);
}

/* ---- decoding -------------------------------------------------------------------------------------- */

struct riscv_instruction riscv_decode(const struct riscv_decoder *decoder, uint32_t word)
{
    const struct riscv_pattern *pattern = &riscv_patterns[riscv_find(decoder, word)];

    return riscv_take_apart(pattern, pattern->encoding, word);
}
