/* SPDX-License-Identifier: Apache-2.0 */
#include "riscv/decode.h"

#include <stddef.h>

#include "base/check.h"

struct pattern {
    uint32_t mask, match;
    uint16_t id;
    uint8_t format, flags;
};

#define TERMINATOR   RISCV_TERMINATOR
#define STORES       RISCV_STORES
#define ROUNDS       RISCV_ROUNDS
#define NOT_ZERO_IMM RISCV_NOT_ZERO_IMM
#define NOT_ZERO_RD  RISCV_NOT_ZERO_RD
#define NOT_ZERO_RS1 RISCV_NOT_ZERO_RS1

static const struct pattern patterns[] = {
#define INSTRUCTION(id, name, extension, format, mask, match, flags)                                                   \
    {mask, match, RISCV_##id, RISCV_FORMAT_##format, flags},
#define COMPRESSED(name, format, mask, match, id, flags) {mask, match, RISCV_##id, RISCV_FORMAT_##format, flags},
#include "riscv/instructions.def"
#undef INSTRUCTION
#undef COMPRESSED
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

#define PATTERNS (sizeof(patterns) / sizeof(patterns[0]))

const struct riscv_description *riscv_describe(enum riscv_id id)
{
    return &descriptions[id < RISCV_ID_COUNT ? id : RISCV_ILLEGAL];
}

/* ---- look-up --------------------------------------------------------------------------------------- */

#define BUCKETS 288

static unsigned bucket_of(uint32_t word)
{
    if ((word & 3) == 3)
        return (word >> 2 & 31) << 3 | (word >> 12 & 7);
    return 256 + ((word & 3) << 3 | (word >> 13 & 7));
}

/* Can a word of this bucket match the pattern? A word with only the bits that choose the bucket is compared
 * in the bits that both know. */
static bool bucket_has(unsigned bucket, const struct pattern *pattern)
{
    bool compressed = (pattern->match & 3) != 3;
    uint32_t known = compressed ? 0xe003 : 0x707f, word;

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
    for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
        decoder->first[bucket] = (uint16_t)count;
        for (size_t i = 0; i < PATTERNS; i++)
            if (bucket_has(bucket, &patterns[i]))
                decoder->candidate[count++] = (uint16_t)i;
        CHECK(count < sizeof(decoder->candidate) / sizeof(decoder->candidate[0]));
        decoder->candidate[count++] = PATTERNS; /* ends the bucket */
    }
}

/* ---- operands -------------------------------------------------------------------------------------- */

static inline uint32_t bits(uint32_t word, unsigned low, unsigned count)
{
    return word >> low & ((1u << count) - 1);
}

/* Bits [from, from+count) of the word, as bits [to, to+count) of an immediate. */
static inline uint32_t move(uint32_t word, unsigned from, unsigned count, unsigned to)
{
    return bits(word, from, count) << to;
}

static inline int32_t sign_extend(uint32_t value, unsigned width)
{
    return (int32_t)(value << (32 - width)) >> (32 - width);
}

static int32_t immediate_b(uint32_t w)
{
    return sign_extend(move(w, 31, 1, 12) | move(w, 7, 1, 11) | move(w, 25, 6, 5) | move(w, 8, 4, 1), 13);
}

static int32_t immediate_j(uint32_t w)
{
    return sign_extend(move(w, 31, 1, 20) | move(w, 12, 8, 12) | move(w, 20, 1, 11) | move(w, 21, 10, 1), 21);
}

static int32_t immediate_s(uint32_t w)
{
    return sign_extend(move(w, 25, 7, 5) | move(w, 7, 5, 0), 12);
}

/* Formats with a field that says how: a rounding mode, or how an atomic is ordered. */
static void qualified_operands(struct riscv_instruction *in, enum riscv_format format, uint32_t w)
{
    switch (format) {
    case RISCV_FORMAT_AMO:
    case RISCV_FORMAT_LR:
        in->rm = (uint8_t)bits(w, 25, 2);
        break;
    case RISCV_FORMAT_F4:
        in->rs3 = (uint8_t)bits(w, 27, 5);
        in->rm = (uint8_t)bits(w, 12, 3);
        break;
    case RISCV_FORMAT_F3:
        in->rm = (uint8_t)bits(w, 12, 3);
        break;
    case RISCV_FORMAT_F2:
    case RISCV_FORMAT_F_TO_X:
    case RISCV_FORMAT_X_TO_F:
        in->rs2 = 0;
        in->rm = (uint8_t)bits(w, 12, 3);
        break;
    default: /* R and its like: three registers */
        break;
    }
}

static void operands(struct riscv_instruction *in, enum riscv_format format, uint32_t w)
{
    in->rd = (uint8_t)bits(w, 7, 5);
    in->rs1 = (uint8_t)bits(w, 15, 5);
    in->rs2 = (uint8_t)bits(w, 20, 5);
    switch (format) {
    case RISCV_FORMAT_I:
    case RISCV_FORMAT_LOAD:
    case RISCV_FORMAT_FLOAD:
    case RISCV_FORMAT_JALR:
        in->rs2 = 0;
        in->imm = (int32_t)w >> 20;
        break;
    case RISCV_FORMAT_SHIFT5:
        in->rs2 = 0;
        in->imm = (int32_t)bits(w, 20, 5);
        break;
    case RISCV_FORMAT_SHIFT6:
        in->rs2 = 0;
        in->imm = (int32_t)bits(w, 20, 6);
        break;
    case RISCV_FORMAT_STORE:
    case RISCV_FORMAT_FSTORE:
        in->rd = 0;
        in->imm = immediate_s(w);
        break;
    case RISCV_FORMAT_B:
        in->rd = 0;
        in->imm = immediate_b(w);
        break;
    case RISCV_FORMAT_U:
        in->rs1 = in->rs2 = 0;
        in->imm = (int32_t)(w & 0xfffff000);
        break;
    case RISCV_FORMAT_J:
        in->rs1 = in->rs2 = 0;
        in->imm = immediate_j(w);
        break;
    case RISCV_FORMAT_CSR:
    case RISCV_FORMAT_CSRI:
        in->rs2 = 0;
        in->imm = (int32_t)bits(w, 20, 12);
        break;
    case RISCV_FORMAT_FENCE:
        in->rd = in->rs1 = in->rs2 = 0;
        in->imm = (int32_t)bits(w, 20, 8);
        break;
    case RISCV_FORMAT_R1:
    case RISCV_FORMAT_FMOVE_X:
    case RISCV_FORMAT_XMOVE_F:
        in->rs2 = 0;
        break;
    case RISCV_FORMAT_CBO:
        in->rd = in->rs2 = 0;
        break;
    case RISCV_FORMAT_NONE:
        in->rd = in->rs1 = in->rs2 = 0;
        break;
    default:
        qualified_operands(in, format, w);
        break;
    }
}

static int32_t immediate_cj(uint32_t w)
{
    return sign_extend(move(w, 12, 1, 11) | move(w, 11, 1, 4) | move(w, 9, 2, 8) | move(w, 8, 1, 10) |
                           move(w, 7, 1, 6) | move(w, 6, 1, 7) | move(w, 3, 3, 1) | move(w, 2, 1, 5),
                       12);
}

static int32_t immediate_cb(uint32_t w)
{
    return sign_extend(move(w, 12, 1, 8) | move(w, 10, 2, 3) | move(w, 5, 2, 6) | move(w, 3, 2, 1) | move(w, 2, 1, 5),
                       9);
}

static void registers(struct riscv_instruction *in, uint32_t rd, uint32_t rs1, uint32_t rs2)
{
    in->rd = (uint8_t)rd;
    in->rs1 = (uint8_t)rs1;
    in->rs2 = (uint8_t)rs2;
}

/* The formats that reach no memory and no constant of their own: branches, jumps, arithmetic on registers. */
static void compressed_arithmetic_operands(struct riscv_instruction *in, enum riscv_format format, uint32_t w)
{
    uint32_t full = bits(w, 7, 5), rs2 = bits(w, 2, 5);
    uint32_t high = 8 + bits(w, 7, 3), low = 8 + bits(w, 2, 3);
    uint32_t ci = move(w, 12, 1, 5) | rs2;

    switch (format) {
    case RISCV_FORMAT_CB:
        registers(in, 0, high, 0);
        in->imm = immediate_cb(w);
        break;
    case RISCV_FORMAT_CB_SHIFT:
        registers(in, high, high, 0);
        in->imm = (int32_t)ci;
        break;
    case RISCV_FORMAT_CB_ANDI:
        registers(in, high, high, 0);
        in->imm = sign_extend(ci, 6);
        break;
    case RISCV_FORMAT_CA:
        registers(in, high, high, low);
        break;
    case RISCV_FORMAT_CJ:
        in->imm = immediate_cj(w);
        break;
    case RISCV_FORMAT_CR_MV:
        registers(in, full, 0, rs2);
        break;
    case RISCV_FORMAT_CR_ADD:
        registers(in, full, full, rs2);
        break;
    case RISCV_FORMAT_CR_JR:
        registers(in, 0, full, 0);
        break;
    case RISCV_FORMAT_CR_JALR:
        registers(in, 1, full, 0);
        break;
    default: /* no operands */
        break;
    }
}

/* RISC-V Unprivileged §27.8, "RVC instruction set listings". `w` has 16 bits. */
static void compressed_operands(struct riscv_instruction *in, enum riscv_format format, uint32_t w)
{
    uint32_t full = bits(w, 7, 5), rs2 = bits(w, 2, 5);
    uint32_t high = 8 + bits(w, 7, 3), low = 8 + bits(w, 2, 3);
    uint32_t ci = move(w, 12, 1, 5) | rs2;

    switch (format) {
    case RISCV_FORMAT_CIW:
        registers(in, low, 2, 0);
        in->imm = (int32_t)(move(w, 11, 2, 4) | move(w, 7, 4, 6) | move(w, 6, 1, 2) | move(w, 5, 1, 3));
        break;
    case RISCV_FORMAT_CL_W:
    case RISCV_FORMAT_CS_W:
        registers(in, format == RISCV_FORMAT_CL_W ? low : 0, high, format == RISCV_FORMAT_CL_W ? 0 : low);
        in->imm = (int32_t)(move(w, 10, 3, 3) | move(w, 6, 1, 2) | move(w, 5, 1, 6));
        break;
    case RISCV_FORMAT_CL_D:
    case RISCV_FORMAT_CS_D:
        registers(in, format == RISCV_FORMAT_CL_D ? low : 0, high, format == RISCV_FORMAT_CL_D ? 0 : low);
        in->imm = (int32_t)(move(w, 10, 3, 3) | move(w, 5, 2, 6));
        break;
    case RISCV_FORMAT_CI:
        registers(in, full, full, 0);
        in->imm = sign_extend(ci, 6);
        break;
    case RISCV_FORMAT_CI_LI:
        registers(in, full, 0, 0);
        in->imm = sign_extend(ci, 6);
        break;
    case RISCV_FORMAT_CI_LUI:
        registers(in, full, 0, 0);
        in->imm = sign_extend(ci, 6) * 4096;
        break;
    case RISCV_FORMAT_CI_16SP:
        registers(in, 2, 2, 0);
        in->imm = sign_extend(
            move(w, 12, 1, 9) | move(w, 6, 1, 4) | move(w, 5, 1, 6) | move(w, 3, 2, 7) | move(w, 2, 1, 5), 10);
        break;
    case RISCV_FORMAT_CI_SHIFT:
        registers(in, full, full, 0);
        in->imm = (int32_t)ci;
        break;
    case RISCV_FORMAT_CI_LWSP:
        registers(in, full, 2, 0);
        in->imm = (int32_t)(move(w, 12, 1, 5) | move(w, 4, 3, 2) | move(w, 2, 2, 6));
        break;
    case RISCV_FORMAT_CI_LDSP:
        registers(in, full, 2, 0);
        in->imm = (int32_t)(move(w, 12, 1, 5) | move(w, 5, 2, 3) | move(w, 2, 3, 6));
        break;
    case RISCV_FORMAT_CSS_W:
        registers(in, 0, 2, rs2);
        in->imm = (int32_t)(move(w, 9, 4, 2) | move(w, 7, 2, 6));
        break;
    case RISCV_FORMAT_CSS_D:
        registers(in, 0, 2, rs2);
        in->imm = (int32_t)(move(w, 10, 3, 3) | move(w, 7, 3, 6));
        break;
    default:
        compressed_arithmetic_operands(in, format, w);
        break;
    }
}

/* ---- decoding -------------------------------------------------------------------------------------- */

static bool is_reserved(const struct riscv_instruction *in, unsigned flags)
{
    if (flags & RISCV_ROUNDS)
        return in->rm == 5 || in->rm == 6;
    return ((flags & RISCV_NOT_ZERO_IMM) && in->imm == 0) || ((flags & RISCV_NOT_ZERO_RD) && in->rd == 0) ||
           ((flags & RISCV_NOT_ZERO_RS1) && in->rs1 == 0);
}

struct riscv_instruction riscv_decode(const struct riscv_decoder *decoder, uint32_t word)
{
    unsigned size = riscv_size((uint16_t)word);
    struct riscv_instruction in = {.size = (uint8_t)size};
    const uint16_t *candidate = &decoder->candidate[decoder->first[bucket_of(word)]];

    while (*candidate != PATTERNS && (word & patterns[*candidate].mask) != patterns[*candidate].match)
        candidate++;
    if (*candidate != PATTERNS) {
        const struct pattern *pattern = &patterns[*candidate];
        if (size == 4)
            operands(&in, pattern->format, word);
        else
            compressed_operands(&in, pattern->format, word & 0xffff);
        if (!is_reserved(&in, pattern->flags)) {
            in.id = pattern->id;
            in.format = descriptions[in.id].format;
            in.flags = descriptions[in.id].flags;
            return in;
        }
    }
    return (struct riscv_instruction){.id = RISCV_ILLEGAL, .flags = RISCV_TERMINATOR, .size = (uint8_t)size};
}
