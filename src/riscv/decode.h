/* SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to instructions, by the table in instructions.def. Pure functions.
 */
#ifndef MAYFLY_RISCV_DECODE_H
#define MAYFLY_RISCV_DECODE_H

#include <stdbool.h>
#include <stdint.h>

enum riscv_id {
    RISCV_ILLEGAL, /* no instruction, a reserved one, or one of an extension that is not here */
#define INSTRUCTION(id, ...) RISCV_##id,
#define COMPRESSED(...)
#include "riscv/instructions.def"
#undef INSTRUCTION
#undef COMPRESSED
    RISCV_ID_COUNT
};

/* Which bits are operands, and of which kind. Names of the formats of 32-bit words follow the
 * specification; those of compressed words too, with what they scale by. */
enum riscv_format {
    RISCV_FORMAT_NONE,
    RISCV_FORMAT_R,
    RISCV_FORMAT_R1, /* rd, rs1 */
    RISCV_FORMAT_I,
    RISCV_FORMAT_SHIFT5,
    RISCV_FORMAT_SHIFT6,
    RISCV_FORMAT_LOAD,
    RISCV_FORMAT_STORE,
    RISCV_FORMAT_FLOAD,
    RISCV_FORMAT_FSTORE,
    RISCV_FORMAT_B,
    RISCV_FORMAT_U,
    RISCV_FORMAT_J,
    RISCV_FORMAT_JALR,
    RISCV_FORMAT_FENCE,
    RISCV_FORMAT_CSR,
    RISCV_FORMAT_CSRI,
    RISCV_FORMAT_CBO,
    RISCV_FORMAT_LR,
    RISCV_FORMAT_AMO,
    RISCV_FORMAT_F4,       /* four f registers */
    RISCV_FORMAT_F3,       /* fd, fs1, fs2, with a rounding mode */
    RISCV_FORMAT_F3N,      /* the same without one */
    RISCV_FORMAT_F2,       /* fd, fs1 */
    RISCV_FORMAT_FCOMPARE, /* rd, fs1, fs2 */
    RISCV_FORMAT_F_TO_X,   /* rd, fs1, with a rounding mode */
    RISCV_FORMAT_X_TO_F,   /* fd, rs1, with a rounding mode */
    RISCV_FORMAT_FMOVE_X,  /* rd, fs1 */
    RISCV_FORMAT_XMOVE_F,  /* fd, rs1 */

    RISCV_FORMAT_CIW,
    RISCV_FORMAT_CL_W,
    RISCV_FORMAT_CL_D,
    RISCV_FORMAT_CS_W,
    RISCV_FORMAT_CS_D,
    RISCV_FORMAT_CI,
    RISCV_FORMAT_CI_LI,
    RISCV_FORMAT_CI_LUI,
    RISCV_FORMAT_CI_16SP,
    RISCV_FORMAT_CI_SHIFT,
    RISCV_FORMAT_CI_LWSP,
    RISCV_FORMAT_CI_LDSP,
    RISCV_FORMAT_CSS_W,
    RISCV_FORMAT_CSS_D,
    RISCV_FORMAT_CB,
    RISCV_FORMAT_CB_SHIFT,
    RISCV_FORMAT_CB_ANDI,
    RISCV_FORMAT_CA,
    RISCV_FORMAT_CJ,
    RISCV_FORMAT_CR_MV,
    RISCV_FORMAT_CR_ADD,
    RISCV_FORMAT_CR_JR,
    RISCV_FORMAT_CR_JALR,
    RISCV_FORMAT_CR_NONE,

    RISCV_FORMAT_COUNT
};

enum riscv_flags {
    RISCV_TERMINATOR = 1,   /* ends a basic block */
    RISCV_STORES = 2,       /* may write memory */
    RISCV_ROUNDS = 4,       /* has a rounding mode */
    RISCV_NOT_ZERO_IMM = 8, /* the encoding with this field zero is reserved */
    RISCV_NOT_ZERO_RD = 16,
    RISCV_NOT_ZERO_RS1 = 32,
};

enum riscv_rounding {
    RISCV_RNE = 0, /* to nearest, ties to even */
    RISCV_RTZ = 1, /* towards zero */
    RISCV_RDN = 2, /* down */
    RISCV_RUP = 3, /* up */
    RISCV_RMM = 4, /* to nearest, ties away from zero */
    RISCV_DYN = 7, /* as frm says */
};

/* One decoded instruction; a compressed one appears as what it stands for. Operands that the instruction
 * does not have are 0. Registers are 0..31 of the file that the format says. */
struct riscv_instruction {
    uint16_t id;    /* enum riscv_id */
    uint8_t format; /* enum riscv_format of the 32-bit form */
    uint8_t flags;  /* enum riscv_flags of the 32-bit form */
    uint8_t size;   /* bytes, 2 or 4; of an illegal one, what its low bits say */
    uint8_t rd, rs1, rs2, rs3;
    uint8_t rm;  /* rounding mode; aq and rl of atomics in bits 1 and 0 */
    int32_t imm; /* sign-extended; CSR number; predecessor and successor sets of fence; `lui` already shifted */
};

/* What the table says of an instruction. */
struct riscv_description {
    const char *name;
    const char *extension;
    uint8_t format;
    uint8_t flags;
};

/* Bytes of the instruction that begins with this halfword. */
static inline unsigned riscv_size(uint16_t low)
{
    return (low & 3) == 3 ? 4 : 2;
}

/* A line of the table, for recognising words: `(word & mask) == match`. */
struct riscv_pattern {
    uint32_t mask, match;
    uint16_t id;
    uint8_t encoding; /* enum riscv_format of this word, compressed or not */
    uint8_t rules;    /* enum riscv_flags that make it reserved */
    uint8_t format;   /* of the 32-bit form */
    uint8_t flags;    /* of the 32-bit form */
};

enum {
    RISCV_ANY = 0
/* clang-format off */
#define INSTRUCTION(...) + 1
#define COMPRESSED(...) + 1
#include "riscv/instructions.def"
#undef INSTRUCTION
#undef COMPRESSED
    , RISCV_PATTERNS
    /* clang-format on */
};

/* The table, and behind it a line that any word matches: illegal. */
extern const struct riscv_pattern riscv_patterns[RISCV_PATTERNS];

#define RISCV_BUCKETS    288 /* by major opcode and funct3; behind them by quadrant and funct3 */
#define RISCV_CANDIDATES 2048

/* The table arranged for look-up; made once per use, read-only afterwards. */
struct riscv_decoder {
    uint16_t first[RISCV_BUCKETS];
    uint16_t candidate[RISCV_CANDIDATES]; /* the patterns of a bucket, up to the one that any word matches */
};

void riscv_decoder_init(struct riscv_decoder *decoder);

static inline unsigned riscv_bucket(uint32_t word)
{
    if ((word & 3) == 3)
        return (word >> 2 & 31) << 3 | (word >> 12 & 7);
    return 256 + ((word & 3) << 3 | (word >> 13 & 7));
}

static inline bool riscv_matches(unsigned pattern, uint32_t word)
{
    return (word & riscv_patterns[pattern].mask) == riscv_patterns[pattern].match;
}

/* The line of riscv_patterns that `word` matches. It holds the instruction in its low 16 or 32 bits; of a 16-bit one
 * the rest is ignored. */
static inline unsigned riscv_find(const struct riscv_decoder *decoder, uint32_t word)
{
    const uint16_t *candidate = &decoder->candidate[decoder->first[riscv_bucket(word)]];

    while (!riscv_matches(*candidate, word))
        candidate++;
    return *candidate;
}

struct riscv_instruction riscv_decode(const struct riscv_decoder *decoder, uint32_t word);

const struct riscv_description *riscv_describe(enum riscv_id id);

#endif
