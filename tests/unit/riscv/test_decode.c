/* SPDX-License-Identifier: Apache-2.0 */
#include "riscv/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct riscv_decoder decoder;

static int set_up(void **state)
{
    (void)state;
    riscv_decoder_init(&decoder);
    return 0;
}

struct expectation {
    uint32_t word;
    unsigned id;
    uint8_t size, rd, rs1, rs2, rs3, rm;
    int32_t imm;
};

static void check(const struct expectation *e, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct riscv_instruction in = riscv_decode(&decoder, e[i].word);
        if (in.id != e[i].id || in.size != e[i].size || in.rd != e[i].rd || in.rs1 != e[i].rs1 || in.rs2 != e[i].rs2 ||
            in.rs3 != e[i].rs3 || in.rm != e[i].rm || in.imm != e[i].imm)
            fail_msg("%08x: %s size %u rd %u rs1 %u rs2 %u rs3 %u rm %u imm %d", e[i].word, riscv_describe(in.id)->name,
                     in.size, in.rd, in.rs1, in.rs2, in.rs3, in.rm, in.imm);
    }
}

static void words_of_32_bits(void **state)
{
    static const struct expectation expected[] = {
        {0x800002b7, RISCV_LUI, 4, 5, 0, 0, 0, 0, INT32_MIN},
        {0xfff50513, RISCV_ADDI, 4, 10, 10, 0, 0, 0, -1},
        {0x43f5d593, RISCV_SRAI, 4, 11, 11, 0, 0, 0, 63},
        {0xfe20ace3, RISCV_ILLEGAL, 4, 0, 0, 0, 0, 0, 0}, /* branch with funct3 2 */
        {0xfe208ce3, RISCV_BEQ, 4, 0, 1, 2, 0, 0, -8},
        {0x801ff0ef, RISCV_JAL, 4, 1, 0, 0, 0, 0, -2048},
        {0xfeb53c23, RISCV_SD, 4, 0, 10, 11, 0, 0, -8},
        {0x0100000f, RISCV_PAUSE, 4, 0, 0, 0, 0, 0, 0},
        {0x0330000f, RISCV_FENCE, 4, 0, 0, 0, 0, 0, 0x33},
        {0x00101073, RISCV_CSRRW, 4, 0, 0, 0, 0, 0, 1},
        {0x06b57553, RISCV_ILLEGAL, 4, 0, 0, 0, 0, 0, 0}, /* fadd.q */
        {0x02b57553, RISCV_FADD_D, 4, 10, 10, 11, 0, 7, 0},
        {0x02b55553, RISCV_ILLEGAL, 4, 0, 0, 0, 0, 0, 0}, /* rounding mode 5 */
        {0x02b56553, RISCV_ILLEGAL, 4, 0, 0, 0, 0, 0, 0}, /* and 6 */
        {0x6ab57543, RISCV_FMADD_D, 4, 10, 10, 11, 13, 7, 0},
        {0x1605b52f, RISCV_LR_D, 4, 10, 11, 0, 0, 3, 0},  /* lr.d.aqrl */
        {0x1615b52f, RISCV_ILLEGAL, 4, 0, 0, 0, 0, 0, 0}, /* with rs2, which is reserved */
    };
    (void)state;
    check(expected, sizeof(expected) / sizeof(expected[0]));
}

static void words_of_16_bits(void **state)
{
    static const struct expectation expected[] = {
        {0x0001, RISCV_ADDI, 2, 0, 0, 0, 0, 0, 0},     /* c.nop */
        {0x1141, RISCV_ADDI, 2, 2, 2, 0, 0, 0, -16},   /* c.addi sp, -16 */
        {0x7139, RISCV_ADDI, 2, 2, 2, 0, 0, 0, -64},   /* c.addi16sp */
        {0x1808, RISCV_ADDI, 2, 10, 2, 0, 0, 0, 48},   /* c.addi4spn */
        {0x77fd, RISCV_LUI, 2, 15, 0, 0, 0, 0, -4096}, /* c.lui */
        {0x6188, RISCV_LD, 2, 10, 11, 0, 0, 0, 0},     /* c.ld a0, 0(a1) */
        {0x60a2, RISCV_LD, 2, 1, 2, 0, 0, 0, 8},       /* c.ldsp ra, 8 */
        {0xe406, RISCV_SD, 2, 0, 2, 1, 0, 0, 8},       /* c.sdsp ra, 8 */
        {0xbfe5, RISCV_JAL, 2, 0, 0, 0, 0, 0, -8},     /* c.j */
        {0xd975, RISCV_BEQ, 2, 0, 10, 0, 0, 0, -12},   /* c.beqz a0 */
        {0x8082, RISCV_JALR, 2, 0, 1, 0, 0, 0, 0},     /* ret */
        {0x9502, RISCV_JALR, 2, 1, 10, 0, 0, 0, 0},    /* c.jalr a0 */
        {0x852e, RISCV_ADD, 2, 10, 0, 11, 0, 0, 0},    /* c.mv a0, a1 */
        {0x9d2d, RISCV_ADDW, 2, 10, 10, 11, 0, 0, 0},  /* c.addw */
        {0x9002, RISCV_EBREAK, 2, 0, 0, 0, 0, 0, 0},   /* c.ebreak */
        {0x15fe, RISCV_SLLI, 2, 11, 11, 0, 0, 0, 63},  /* c.slli a1, 63 */
        {0x0000, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* all zero is illegal by definition */
        {0x2001, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* c.addiw x0 */
        {0x6101, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* c.addi16sp 0 */
        {0x6081, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* c.lui x1, 0 */
        {0x4002, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* c.lwsp x0 */
        {0x8002, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* c.jr x0 */
        {0x8000, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* funct3 4 of quadrant 0 */
        {0x9c41, RISCV_ILLEGAL, 2, 0, 0, 0, 0, 0, 0},  /* reserved in c.subw's group */
    };
    (void)state;
    check(expected, sizeof(expected) / sizeof(expected[0]));
}

/* The pattern of every instruction decodes to that instruction, whatever the operand bits are. */
static void every_pattern_is_reachable(void **state)
{
    static const struct {
        uint32_t mask, match;
        unsigned id, flags;
    } patterns[] = {
#define INSTRUCTION(id, name, extension, format, mask, match, flags) {mask, match, RISCV_##id, flags},
#define COMPRESSED(name, format, mask, match, id, flags)             {mask, match, RISCV_##id, flags},
#define TERMINATOR                                                   RISCV_TERMINATOR
#define STORES                                                       RISCV_STORES
#define ROUNDS                                                       RISCV_ROUNDS
#define NOT_ZERO_IMM                                                 RISCV_NOT_ZERO_IMM
#define NOT_ZERO_RD                                                  RISCV_NOT_ZERO_RD
#define NOT_ZERO_RS1                                                 RISCV_NOT_ZERO_RS1
#include "riscv/instructions.def"
    };
    uint32_t random = 1;
    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        unsigned own = 0;
        for (int round = 0; round < 1000; round++) {
            random = random * 1664525 + 1013904223;
            uint32_t word = (random & ~patterns[i].mask) | patterns[i].match;
            if (riscv_size((uint16_t)word) == 2)
                word &= 0xffff;
            own += riscv_decode(&decoder, word).id == patterns[i].id;
        }
        /* Reserved rounding modes take a quarter; overlapping patterns, of a few with operands, a little. */
        if (own < 600)
            fail_msg("pattern %zu (%s): %u of 1000", i, riscv_describe(patterns[i].id)->name, own);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_32_bits),
        cmocka_unit_test(words_of_16_bits),
        cmocka_unit_test(every_pattern_is_reachable),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
