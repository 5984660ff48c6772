/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/code.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unit/machine/guest.h"
#include "machine/handlers.h"

static struct guest guest;

static int set_up(void **state)
{
    (void)state;
    guest_create(&guest);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    guest_destroy(&guest);
    return 0;
}

static unsigned charge_at(uint32_t pc)
{
    return guest.charge[(pc - GUEST_CODE) / 2];
}

static bool handler_is(uint32_t pc, enum handler handler)
{
    return guest.ops[(pc - GUEST_CODE) / 2].handler == interp_handler(handler);
}

static void charge_counts_to_the_end_of_the_block(void **state)
{
    (void)state;
    guest_clear(&guest);
    guest_emit(&guest, rv_addi(1, 1, 1));        /* 0 */
    guest_emit16(&guest, RV_CNOP);               /* 4 */
    guest_emit(&guest, rv_addi(1, 1, 1));        /* 6 */
    guest_emit(&guest, rv_branch(0, 1, 2, -10)); /* 10 */
    guest_emit(&guest, rv_addi(1, 1, 1));        /* 14 */
    guest_emit(&guest, RV_ECALL);                /* 18 */
    guest_decode(&guest);
    assert_int_equal(charge_at(GUEST_CODE + 0), 4);
    assert_int_equal(charge_at(GUEST_CODE + 4), 3);
    assert_int_equal(charge_at(GUEST_CODE + 6), 2);
    assert_int_equal(charge_at(GUEST_CODE + 10), 1);
    assert_int_equal(charge_at(GUEST_CODE + 14), 2);
    assert_int_equal(charge_at(GUEST_CODE + 18), 1);
    assert_int_equal(charge_at(GUEST_CODE + 22), 1); /* illegal */
}

static void a_block_ends_with_the_page(void **state)
{
    (void)state;
    guest_clear(&guest);
    while (guest.at < GUEST_CODE + 0x2000)
        guest_emit(&guest, rv_addi(1, 1, 1));
    guest_decode(&guest);
    assert_int_equal(charge_at(GUEST_CODE), 1024);
    assert_int_equal(charge_at(GUEST_CODE + 0xffc), 1);
    assert_int_equal(charge_at(GUEST_CODE + 0x1000), 1024);

    /* An instruction across the boundary belongs to the page it begins in. */
    guest_clear(&guest);
    guest_emit16(&guest, RV_CNOP);
    while (guest.at < GUEST_CODE + 0x2000)
        guest_emit(&guest, rv_addi(1, 1, 1));
    guest_decode(&guest);
    assert_int_equal(charge_at(GUEST_CODE), 1025);
    assert_int_equal(charge_at(GUEST_CODE + 0xffe), 1);
}

static void gaps_and_ends_do_not_execute(void **state)
{
    static const struct code_range ranges[] = {
        {GUEST_CODE + 0x100, GUEST_CODE + 0x106}, /* ends inside an instruction */
        {GUEST_CODE + 0x200, GUEST_CODE + 0x204},
        {GUEST_CODE + 0x204, GUEST_CODE + 0x208}, /* follows without a gap */
        {GUEST_CODE + 0x300, GUEST_CODE + 0x303}, /* half a halfword more */
    };
    (void)state;
    guest_clear(&guest);
    while (guest.at < GUEST_CODE + 0x400)
        guest_emit(&guest, rv_addi(1, 1, 1));
    guest.at = GUEST_CODE + 0x202;
    guest_emit(&guest, rv_addi(1, 1, 1)); /* across the two ranges that touch */
    code_decode(guest.ops, guest.charge, guest.memory + GUEST_CODE, GUEST_CODE, GUEST_CODE + GUEST_CODE_SIZE, ranges,
                4);
    assert_true(handler_is(GUEST_CODE, H_FETCH_2));
    assert_true(handler_is(GUEST_CODE + 0xfe, H_FETCH_2));
    assert_false(handler_is(GUEST_CODE + 0x100, H_FETCH_2));
    assert_int_equal(charge_at(GUEST_CODE + 0x100), 1);
    assert_true(handler_is(GUEST_CODE + 0x104, H_FETCH_2));
    assert_int_equal(charge_at(GUEST_CODE + 0x104), 0);
    assert_false(handler_is(GUEST_CODE + 0x202, H_FETCH_2));
    assert_true(handler_is(GUEST_CODE + 0x208, H_FETCH_2));
    assert_true(handler_is(GUEST_CODE + 0x300, H_FETCH_2));
    assert_true(handler_is(GUEST_CODE + 0x302, H_FETCH_2));
    assert_true(handler_is(GUEST_CODE + GUEST_CODE_SIZE, H_FETCH_2)); /* behind the end */
}

static void nothing_executable_at_all(void **state)
{
    (void)state;
    code_decode(guest.ops, guest.charge, guest.memory + GUEST_CODE, GUEST_CODE, GUEST_CODE + 16, NULL, 0);
    for (uint32_t pc = GUEST_CODE; pc <= GUEST_CODE + 16; pc += 2)
        assert_true(handler_is(pc, H_FETCH_2));
    code_decode(guest.ops, guest.charge, guest.memory + GUEST_CODE, GUEST_CODE, GUEST_CODE, NULL, 0);
    assert_true(handler_is(GUEST_CODE, H_FETCH_2));
}

/* Any bytes decode, in the same way each time, and every operation leads to a handler and stays in its array. */
static void any_bytes_decode(void **state)
{
    const size_t slots = code_slots(GUEST_CODE, GUEST_CODE + GUEST_CODE_SIZE);
    struct op *again = malloc(slots * sizeof(struct op));
    uint16_t *charge = malloc(slots * sizeof(uint16_t));
    struct code_range range = {GUEST_CODE, GUEST_CODE + GUEST_CODE_SIZE};
    uint32_t random = 7;

    (void)state;
    assert_non_null(again);
    assert_non_null(charge);
    for (int round = 0; round < 20; round++) {
        guest_clear(&guest);
        while (guest.at < GUEST_CODE + GUEST_CODE_SIZE) {
            random = random * 1664525 + 1013904223;
            guest_emit16(&guest, (uint16_t)(random >> 16));
        }
        guest_decode(&guest);
        memset(again, 0xaa, slots * sizeof(struct op));
        code_decode(again, charge, guest.memory + GUEST_CODE, GUEST_CODE, GUEST_CODE + GUEST_CODE_SIZE, &range, 1);
        assert_memory_equal(guest.ops, again, slots * sizeof(struct op));
        assert_memory_equal(guest.charge, charge, slots * sizeof(uint16_t));
        for (size_t i = 0; i + 2 < slots; i++) {
            unsigned handler = 0;
            while (handler < HANDLER_COUNT && interp_handler(handler) != guest.ops[i].handler)
                handler++;
            assert_true(handler < HANDLER_COUNT);
            assert_in_range(guest.charge[i], 0, 2048);
            assert_in_range(guest.ops[i].rd, 0, CPU_SINK);
        }
    }
    free(again);
    free(charge);
}

/* Large programs remember compressed words, which is no difference. All pages are alike: in the last, which is decoded
 * first, nothing is remembered yet. What depends on where it stands is left out. */
static void remembered_words_are_as_decoded_ones(void **state)
{
    enum { PAGES = 32, SLOTS = PAGES * 2048, START = 0x10000 };
    uint16_t *code = calloc(SLOTS, sizeof *code), *charge = calloc(SLOTS + 2, sizeof *charge);
    struct op *ops = calloc(SLOTS + 2, sizeof *ops);
    struct code_range range = {START, START + SLOTS * 2};
    uint32_t random = 1;

    (void)state;
    assert_true(code && charge && ops);
    for (size_t slot = 0; slot < 2048; slot++) {
        random = random * 1664525 + 1013904223;
        uint16_t half = (uint16_t)(random >> 16);
        bool auipc = (half & 0x7f) == 0x17, jumps = (half & 0x7f) == 0x6f || (half & 0xe003) == 0xa001;
        for (size_t page = 0; page < PAGES; page++)
            code[page * 2048 + slot] = auipc || jumps ? 0 : half;
    }
    code_decode(ops, charge, (const uint8_t *)code, range.start, range.end, &range, 1);
    for (size_t page = PAGES - 3; page < PAGES - 1; page++) /* up to the reach of a compressed branch */
        for (size_t slot = 129; slot < 2048 - 129; slot++)
            if ((code[slot] & 0x7f) != 0x63) {
                size_t here = page * 2048 + slot, last = (PAGES - 1) * 2048 + slot;
                assert_memory_equal(&ops[here], &ops[last], sizeof *ops);
                assert_int_equal(charge[here], charge[last]);
            }
    free(code);
    free(charge);
    free(ops);
}

static void the_fingerprint_is_stable(void **state)
{
    (void)state;
    assert_int_equal(code_fingerprint(), code_fingerprint());
    assert_int_not_equal(code_fingerprint(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charge_counts_to_the_end_of_the_block),
        cmocka_unit_test(a_block_ends_with_the_page),
        cmocka_unit_test(gaps_and_ends_do_not_execute),
        cmocka_unit_test(nothing_executable_at_all),
        cmocka_unit_test(any_bytes_decode),
        cmocka_unit_test(remembered_words_are_as_decoded_ones),
        cmocka_unit_test(the_fingerprint_is_stable),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
