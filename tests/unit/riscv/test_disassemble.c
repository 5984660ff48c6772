/* SPDX-License-Identifier: Apache-2.0 */
#include "riscv/disassemble.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void text_is_objdumps(void **state)
{
    static const struct {
        uint32_t word;
        const char *alias, *plain;
    } expected[] = {
        {0x00000013, "nop", "addi\tzero,zero,0"},
        {0x557d, "li\ta0,-1", "addi\ta0,zero,-1"},
        {0x852e, "mv\ta0,a1", "add\ta0,zero,a1"},
        {0x1141, "addi\tsp,sp,-16", "addi\tsp,sp,-16"},
        {0x0007e537, "lui\ta0,0x7e", "lui\ta0,0x7e"},
        {0xfffff517, "auipc\ta0,0xfffff", "auipc\ta0,0xfffff"},
        {0x8082, "ret", "jalr\tzero,0(ra)"},
        {0x9782, "jalr\ta5", "jalr\tra,0(a5)"},
        {0x1bc130ef, "jal\t0x231bc", "jal\tra,0x231bc"},
        {0xbfe5, "j\t0xfff8", "jal\tzero,0xfff8"},
        {0xfe0588e3, "beqz\ta1,0xfff0", "beq\ta1,zero,0xfff0"},
        {0x01e31463, "bne\tt1,t5,0x10008", "bne\tt1,t5,0x10008"},
        {0xfeb53c23, "sd\ta1,-8(a0)", "sd\ta1,-8(a0)"},
        {0x54a7b407, "fld\tfs0,1354(a5)", "fld\tfs0,1354(a5)"},
        {0x1cd5362f, "sc.d.aq\ta2,a3,(a0)", "sc.d.aq\ta2,a3,(a0)"},
        {0x100427af, "lr.w\ta5,(s0)", "lr.w\ta5,(s0)"},
        {0x23290ad3, "fmv.d\tfs5,fs2", "fsgnj.d\tfs5,fs2,fs2"},
        {0x02a47453, "fadd.d\tfs0,fs0,fa0", "fadd.d\tfs0,fs0,fa0"},
        {0x02a41453, "fadd.d\tfs0,fs0,fa0,rtz", "fadd.d\tfs0,fs0,fa0,rtz"},
        {0xd2040553, "fcvt.d.w\tfa0,s0", "fcvt.d.w\tfa0,s0"},
        {0xc2051553, "fcvt.w.d\ta0,fa0,rtz", "fcvt.w.d\ta0,fa0,rtz"},
        {0x6ab57543, "fmadd.d\tfa0,fa0,fa1,fa3", "fmadd.d\tfa0,fa0,fa1,fa3"},
        {0x002027f3, "frrm\ta5", "csrrs\ta5,frm,zero"},
        {0x34011073, "csrw\t0x340,sp", "csrrw\tzero,0x340,sp"},
        {0x00186073, "csrsi\tfflags,16", "csrrsi\tzero,fflags,16"},
        {0x0f50000f, "fence\tiorw,ow", "fence\tiorw,ow"},
        {0x0ff0000f, "fence", "fence\tiorw,iorw"},
        {0x02159593, "slli\ta1,a1,0x21", "slli\ta1,a1,0x21"},
        {0x0000, "illegal", "illegal"},
        {0xffffffff, "illegal", "illegal"},
    };
    struct riscv_decoder decoder;
    char text[DISASSEMBLE_MAX];

    (void)state;
    riscv_decoder_init(&decoder);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct riscv_instruction in = riscv_decode(&decoder, expected[i].word);
        riscv_disassemble(text, &in, 0x10000, true);
        assert_string_equal(text, expected[i].alias);
        riscv_disassemble(text, &in, 0x10000, false);
        assert_string_equal(text, expected[i].plain);
    }
}

static void targets(void **state)
{
    struct riscv_decoder decoder;
    uint32_t target;

    (void)state;
    riscv_decoder_init(&decoder);
    struct riscv_instruction in = riscv_decode(&decoder, 0xbfe5);
    assert_true(riscv_target(&in, 0x10000, &target));
    assert_int_equal(target, 0xfff8);
    in = riscv_decode(&decoder, 0x8082);
    assert_false(riscv_target(&in, 0x10000, &target));
    in = riscv_decode(&decoder, 0);
    assert_false(riscv_target(&in, 0x10000, &target));
}

/* Any word at all gives a text that fits. */
static void any_word(void **state)
{
    struct riscv_decoder decoder;
    char text[DISASSEMBLE_MAX];
    uint32_t random = 3;

    (void)state;
    riscv_decoder_init(&decoder);
    for (int i = 0; i < 1000000; i++) {
        random = random * 1664525 + 1013904223;
        struct riscv_instruction in = riscv_decode(&decoder, random ^ random >> 15);
        memset(text, 'x', sizeof(text));
        riscv_disassemble(text, &in, random, i & 1);
        size_t size = strnlen(text, sizeof(text));
        assert_in_range(size, 1, DISASSEMBLE_MAX - 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_objdumps),
        cmocka_unit_test(targets),
        cmocka_unit_test(any_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
