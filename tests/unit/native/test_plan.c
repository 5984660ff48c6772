/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "native/plan.h"

#define START 0x10000u

struct fixture {
    struct code code;
    struct op *ops;
    uint16_t *charge;
    struct plan plan;
    struct plan_function function;
};

static void prepare(struct fixture *f, const uint32_t *words, size_t count)
{
    uint32_t end = START + (uint32_t)count * 4;
    struct code_range range = {START, end};
    f->ops = calloc(code_slots(START, end), sizeof *f->ops);
    f->charge = calloc(code_slots(START, end), sizeof *f->charge);
    code_decode(f->ops, f->charge, (const uint8_t *)words, START, end, &range, 1);
    f->code = (struct code){START, end, f->ops, f->charge};
    struct plan_source source = {.code = &f->code, .bytes = (const uint8_t *)words};
    assert_int_equal(plan_init(&f->plan, &source), 0);
    plan_add(&f->plan, START);
    assert_int_equal(plan_function_init(&f->function, &f->plan, START), 0);
}

static void dispose(struct fixture *f)
{
    plan_function_dispose(&f->function);
    plan_dispose(&f->plan);
    free(f->ops);
    free(f->charge);
}

/* li t0, 1; li t1, 2 | loop: lw a0, 0(a1); addi a1, a1, 4; bne a0, t1, loop | ret */
static const uint32_t loop_words[] = {0x00100293, 0x00200313, 0x0005a503, 0x00458593, 0xfe651ce3, 0x00008067};

static void loops_hold_all_registers(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, loop_words, 6);
    assert_int_equal(f.function.block_count, 3);
    const struct plan_block *head = plan_find(&f.function, START + 8);
    assert_non_null(head);
    assert_true(head->resumes);
    assert_int_equal(head->kind, PLAN_BRANCH);
    assert_true(head->held & PLAN_X(5));
    plan_set both = PLAN_X(5) | PLAN_X(6);
    assert_true(head->dirty == both); /* a0 and a1 are passed */
    assert_true(head->needs == both); /* t1 is read; t0 is stored behind the loop */
    dispose(&f);
}

/* loop: jal ra, part | addi t0, t0, 1; bnez t0, loop | ret | part: beqz a0, +8 | addi t1, t1, 1 | addi a0, t2, 1; ret
 */
static const uint32_t through_words[] = {0x010000ef, 0x00128293, 0xfe029ce3, 0x00008067,
                                         0x00050463, 0x00130313, 0x00138513, 0x00008067};

static void loops_hold_them_through_small_functions(void **state)
{
    struct fixture f;
    struct plan_function part;
    (void)state;
    prepare(&f, through_words, 8);
    assert_false(plan_find(&f.function, START)->through); /* what is not compiled becomes part of nothing */
    plan_function_dispose(&f.function);
    plan_close(&f.plan);
    plan_choose(&f.plan, NULL, 0, false);
    assert_int_equal(plan_function_init(&f.function, &f.plan, START), 0);
    const struct plan_block *call = plan_find(&f.function, START), *behind = plan_find(&f.function, START + 4);
    assert_true(call->through && call->holds_all && behind->holds_all);
    assert_true(behind->held == PLAN_ALL);
    assert_true(behind->dirty == (PLAN_X(5) | PLAN_X(6)));           /* t1 is written in the part */
    assert_true(call->needs == (PLAN_X(5) | PLAN_X(6) | PLAN_X(7))); /* t1, as it may be left before that */
    assert_true(plan_overwrites(call) == 0);
    assert_true(call->part_straight);
    assert_int_equal(call->part_owed, 1 + 2); /* its first block, and what the shorter way has */
    assert_int_equal(behind->owed, 3 + 2);

    assert_true(plan_inline(&f.plan, START + 16, &part));
    plan_hold_through(&part, PLAN_X(5));
    assert_true(plan_find(&part, START + 16)->dirty == PLAN_X(5));
    assert_true(plan_find(&part, START + 24)->dirty == (PLAN_X(5) | PLAN_X(6)));
    plan_function_dispose(&part);
    dispose(&f);
}

static void one_caller_takes_in_so_much(void **state)
{
    enum { CALLS = 12, LENGTH = 100 };
    uint32_t words[CALLS + 1 + LENGTH];
    struct fixture f;
    (void)state;
    for (unsigned i = 0; i < CALLS; i++)
        words[i] = 0x000000ef | (CALLS + 1 - i) * 4 << 20; /* jal ra, part */
    words[CALLS] = 0x00008067;
    for (unsigned i = 0; i < LENGTH; i++)
        words[CALLS + 1 + i] = i + 1 < LENGTH ? 0x00130313 : 0x00008067; /* addi t1, t1, 1; the last one: ret */
    prepare(&f, words, CALLS + 1 + LENGTH);
    plan_function_dispose(&f.function);
    plan_close(&f.plan);
    plan_choose(&f.plan, NULL, 0, false);
    assert_int_equal(plan_function_init(&f.function, &f.plan, START), 0);
    for (unsigned i = 0; i < CALLS; i++)
        assert_int_equal(plan_find(&f.function, START + 4 * i)->part, (i + 1) * LENGTH <= PLAN_PARTS_INSTRUCTIONS);
    dispose(&f);
}

/* li t0, 1; li t1, 2; li t2, 3 | beqz a0, +8 | addi a0, a0, 1 | add a0, a0, t0; li t2, 4; jal ra, 8 | add a0, a0, t0;
 * ret | */
static const uint32_t ahead_words[] = {0x00100293, 0x00200313, 0x00300393, 0x00050463, 0x00150513,
                                       0x00550533, 0x00400393, 0x008000ef, 0x00550533, 0x00008067};

static void registers_are_held_up_to_a_call_if_that_saves_something(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, ahead_words, 10);
    const struct plan_block *before = plan_find(&f.function, START + 20), *behind = plan_find(&f.function, START + 32);
    assert_true(before->held == (PLAN_PASSED | PLAN_X(5) | PLAN_X(7))); /* t0 is read, t2 written; t1 is neither */
    assert_true(before->dirty == (PLAN_X(5) | PLAN_X(7)));
    assert_int_equal(before->kind, PLAN_CALL);
    assert_true(behind->held == PLAN_PASSED); /* though t0 is read here, too */
    dispose(&f);
}

/* loop: lw a0, 0(a1); addi a1, a1, 4; bne a0, t1, loop | jal ra, 4 | ret */
static const uint32_t repeated_words[] = {0x0005a503, 0x00458593, 0xfe651ce3, 0x004000ef, 0x00008067};

/* loop: beqz a0, +8 | addi a1, a1, 1 | addi a2, a2, 1; bnez a2, loop | jal ra, 4 |
 * beqz a0, +8 | addi a1, a1, 1 | addi a2, a2, 1; ret | */
static const uint32_t meeting_words[] = {0x00050463, 0x00158593, 0x00160613, 0xfe061ae3, 0x004000ef,
                                         0x00050463, 0x00158593, 0x00160613, 0x00008067};

static void charges_are_deferred_where_ways_meet(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, meeting_words, 9);
    const struct plan_block *loop = plan_find(&f.function, START);
    const struct plan_block *longer = plan_find(&f.function, START + 4), *both = plan_find(&f.function, START + 8);
    assert_true(loop->paid);
    assert_int_equal(loop->owed, 0);
    assert_int_equal(longer->owed, 3); /* charged to the end of the block it falls into */
    assert_int_equal(both->predecessors, 2);
    assert_int_equal(both->owed, 2);                                   /* what the way past it owes */
    assert_int_equal(plan_find(&f.function, START + 16)->owed, 2 + 1); /* behind a branch that is not taken */
    const struct plan_block *call = plan_find(&f.function, START + 16), *behind = plan_find(&f.function, START + 20);
    assert_int_equal(call->prepaid, 1 + 3); /* the longest way behind it */
    assert_int_equal(behind->owed, 1 - 4);
    assert_int_equal(plan_find(&f.function, START + 28)->owed, 0); /* a return subtracts nothing by itself */
    dispose(&f);
}

static void the_fuel_is_looked_at_where_much_was_charged(void **state)
{
    enum { PAIRS = 2500 };
    static uint32_t words[2 * PAIRS + 1];
    struct fixture f;
    unsigned looks = 0;
    (void)state;
    for (unsigned i = 0; i < PAIRS; i++) {
        words[2 * i] = 0x00050463;     /* beqz a0, +8 */
        words[2 * i + 1] = 0x00158593; /* addi a1, a1, 1 */
    }
    words[2 * PAIRS] = 0x00008067; /* ret */
    prepare(&f, words, 2 * PAIRS + 1);
    for (size_t i = 0; i < f.function.block_count; i++) {
        looks += f.function.blocks[i].looks;
        assert_in_range(f.function.blocks[i].unlooked, 0, PLAN_UNLOOKED_MOST);
    }
    /* Each time by up to three ways that have charged nearly as much. */
    assert_in_range(looks, 2 * PAIRS / PLAN_UNLOOKED_MOST, 3 * 2 * PAIRS / PLAN_UNLOOKED_MOST);
    dispose(&f);
}

/* Which may be fallen into, where nobody looks. */
static void nobody_looks_within_a_small_loop(void **state)
{
    enum { PAIRS = PLAN_UNLOOKED_MOST / 2 };
    static const uint32_t loop[] = {0x02a57553, 0x00050463, 0x00158593, 0x00160613, 0xfe0618e3, 0x00008067};
    static uint32_t words[2 * PAIRS + 6];
    (void)state;
    for (unsigned pairs = PAIRS - 40; pairs <= PAIRS; pairs++) {
        struct fixture f;
        for (unsigned i = 0; i < pairs; i++) {
            words[2 * i] = 0x00050463;     /* beqz a0, +8 */
            words[2 * i + 1] = 0x00158593; /* addi a1, a1, 1 */
        }
        memcpy(words + 2 * (size_t)pairs, loop, sizeof loop);
        prepare(&f, words, 2 * (size_t)pairs + 6);
        const uint32_t header = START + 8 * pairs;
        assert_int_equal(plan_find(&f.function, header)->loop, header);
        assert_false(plan_find(&f.function, header + 8)->looks || plan_find(&f.function, header + 12)->looks);
        for (size_t i = 0; i < f.function.block_count; i++)
            assert_in_range(f.function.blocks[i].unlooked, 0, PLAN_UNLOOKED_MOST + PLAN_ROUNDS * PLAN_REPEATED_FLOATS);
        dispose(&f);
    }
}

static void much_behind_a_call_is_not_prepaid(void **state)
{
    static uint32_t words[PLAN_PREPAID_MOST + 2];
    struct fixture f;
    (void)state;
    words[0] = 0x184000ef; /* jal ra, +388 */
    for (unsigned i = 1; i <= PLAN_PREPAID_MOST; i++)
        words[i] = 0x00158593; /* addi a1, a1, 1 */
    words[PLAN_PREPAID_MOST + 1] = 0x00008067;
    prepare(&f, words, PLAN_PREPAID_MOST + 2);
    assert_true(plan_find(&f.function, START + 4)->looks);
    assert_int_equal(plan_find(&f.function, START)->prepaid, 0);
    assert_int_equal(plan_find(&f.function, START + 4)->owed, 0);
    dispose(&f);
}

/* fmv.w.x ft0, zero | loop: fadd.s ft0, ft0, fa0; fadd.s ft1, ft0, ft0; fadd.d fa0, fa0, fa0; bnez a0, loop |
 * jal ra, 4 | ret */
static const uint32_t single_words[] = {0xf0000053, 0x00a07053, 0x000070d3, 0x02a57553,
                                        0xfe051ae3, 0x004000ef, 0x00008067};

static void singles_are_known_where_all_ways_box_them(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, single_words, 7);
    const struct plan_block *loop = plan_find(&f.function, START + 4);
    assert_true(plan_find(&f.function, START)->singles == 0);
    assert_true(loop->singles == PLAN_F(0)); /* not ft1 in the first round, nor fa0 ever */
    assert_true(plan_find(&f.function, START + 20)->singles == (PLAN_F(0) | PLAN_F(1)));
    assert_true(plan_find(&f.function, START + 24)->singles == 0); /* the callee may do anything */
    dispose(&f);
}

static void small_loops_are_repeated_but_not_in_each_of_many_callers(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, repeated_words, 5);
    assert_true(plan_find(&f.function, START)->loop != PLAN_NONE);
    assert_int_equal(plan_find(&f.function, START + 12)->predecessors, 2); /* it may be left in any of its rounds */
    dispose(&f);
    prepare(&f, loop_words, 6);
    assert_true(plan_is_inlined(&f.function));
    assert_true(plan_find(&f.function, START + 8)->loop != PLAN_NONE);
    plan_function_dispose(&f.function);
    plan_choose(&f.plan, NULL, 0, true);
    assert_int_equal(plan_function_init(&f.function, &f.plan, START), 0);
    assert_false(plan_find(&f.function, START + 8)->loop != PLAN_NONE);
    dispose(&f);
}

/* loop: fadd.d fa0, fa0, fa0; beqz a0, +8 | addi a1, a1, 1 | addi a2, a2, 1; bnez a2, loop | ret */
static const uint32_t float_words[] = {0x02a57553, 0x00050463, 0x00158593, 0x00160613, 0xfe0618e3, 0x00008067};

static void loops_of_several_blocks_are_repeated_if_they_compute_with_floats(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, float_words, 6);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(f.function.blocks[i].loop, START);
    assert_int_equal(plan_find(&f.function, START)->turns, 1);
    assert_int_equal(plan_find(&f.function, START)->loop_instructions, 5);
    assert_int_equal(plan_find(&f.function, START)->loop_owes, 2 + 2); /* by the shorter way */
    assert_int_equal(plan_find(&f.function, START + 20)->predecessors, 2);
    dispose(&f);
    prepare(&f, meeting_words, 9);
    assert_int_equal(plan_find(&f.function, START)->loop, PLAN_NONE);
    dispose(&f);
}

/* auipc t0, 0; addi t0, t0, 16; jalr ra, t0 | ret | leaf: addi a0, a0, 1; ret | another one: addi a0, a0, 2; ret */
static const uint32_t address_words[] = {0x00000297, 0x01028293, 0x000280e7, 0x00008067,
                                         0x00150513, 0x00008067, 0x00250513, 0x00008067};

static void the_one_hot_function_with_an_address_is_guessed(void **state)
{
    const uint32_t both[] = {START, START + 16};
    for (size_t hot = 1; hot <= 2; hot++) {
        struct fixture f;
        prepare(&f, address_words, 8);
        plan_function_dispose(&f.function);
        plan_close(&f.plan);
        plan_add(&f.plan, START + 24);
        plan_choose(&f.plan, both, hot, true);
        assert_int_equal(f.plan.callee, hot == 2 ? START + 16 : PLAN_NONE);
        assert_int_equal(plan_function_init(&f.function, &f.plan, START), 0);
        assert_int_equal(plan_find(&f.function, START)->guesses, hot == 2);
        /* The return behind it, and the two instructions of what is guessed, in as many rounds as there may be. */
        assert_int_equal(plan_find(&f.function, START + 12)->unlooked, 1 + (hot == 2 ? PLAN_ROUNDS * 2 : 0));
        dispose(&f);
    }
    (void)state;
}

/* lui t0, 0x3b800; addi t0, t0, 1; remu a0, a0, t0; mv t0, a1; remu a0, a0, t0; ret */
static const uint32_t constant_words[] = {0x3b8002b7, 0x00128293, 0x02557533, 0x00058293, 0x02557533, 0x00008067};

static void what_was_written_last_is_guessed(void **state)
{
    struct fixture f;
    uint64_t value;
    (void)state;
    prepare(&f, constant_words, 6);
    assert_true(plan_guess_constant(&f.plan, &f.function, START + 8, 5, &value));
    assert_true(value == 998244353);
    assert_false(plan_guess_constant(&f.plan, &f.function, START + 16, 5, &value));
    assert_false(plan_guess_constant(&f.plan, &f.function, START, 5, &value));
    dispose(&f);
}

static void a_block_begins_where_it_is_jumped_to(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, loop_words, 6);
    const struct plan_block *first = plan_find(&f.function, START);
    assert_int_equal(first->kind, PLAN_FLOW);
    assert_int_equal(first->next, START + 8);
    assert_true(first->held == PLAN_PASSED);
    assert_int_equal(plan_find(&f.function, START + 20)->kind, PLAN_RETURN);
    assert_null(plan_find(&f.function, START + 4));
    dispose(&f);
}

/* jal ra, +12; ecall; ebreak | callee: ret */
static const uint32_t call_words[] = {0x00c000ef, 0x00000073, 0x00100073, 0x00008067};

static void calls_make_functions(void **state)
{
    struct fixture f;
    (void)state;
    prepare(&f, call_words, 4);
    assert_true(f.function.calls);
    plan_close(&f.plan);
    assert_int_equal(f.plan.start_count, 2);
    assert_false(plan_is_chosen(&f.plan, START + 12));
    plan_choose(&f.plan, NULL, 0, true);
    assert_true(plan_is_chosen(&f.plan, START + 12));
    assert_false(plan_is_chosen(&f.plan, START + 4));
    dispose(&f);
}

static void only_hot_functions_are_chosen(void **state)
{
    struct fixture f;
    const uint32_t hot = START + 12;
    (void)state;
    prepare(&f, call_words, 4);
    plan_close(&f.plan);
    plan_choose(&f.plan, &hot, 1, false);
    assert_int_equal(f.plan.start_count, 1);
    assert_int_equal(f.plan.starts[0], START + 12);
    dispose(&f);
}

static void small_leaves_come_with_their_callers(void **state)
{
    struct fixture f;
    const uint32_t hot = START;
    (void)state;
    prepare(&f, call_words, 4);
    plan_close(&f.plan);
    plan_choose(&f.plan, &hot, 1, false);
    assert_true(plan_is_chosen(&f.plan, START));
    assert_true(plan_is_chosen(&f.plan, START + 12));
    dispose(&f);
}

static void what_is_left_to_the_interpreter_ends_a_block(void **state)
{
    struct fixture f;
    const uint32_t words[] = {0x00302573, 0x00150513, 0x00008067}; /* frcsr a0; addi a0, a0, 1; ret */
    (void)state;
    prepare(&f, words, 3);
    const struct plan_block *first = plan_find(&f.function, START);
    assert_int_equal(first->kind, PLAN_INTERPRET);
    assert_true(plan_find(&f.function, START + 4)->resumes);
    dispose(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_hold_all_registers),
        cmocka_unit_test(loops_hold_them_through_small_functions),
        cmocka_unit_test(one_caller_takes_in_so_much),
        cmocka_unit_test(registers_are_held_up_to_a_call_if_that_saves_something),
        cmocka_unit_test(charges_are_deferred_where_ways_meet),
        cmocka_unit_test(the_fuel_is_looked_at_where_much_was_charged),
        cmocka_unit_test(nobody_looks_within_a_small_loop),
        cmocka_unit_test(much_behind_a_call_is_not_prepaid),
        cmocka_unit_test(singles_are_known_where_all_ways_box_them),
        cmocka_unit_test(small_loops_are_repeated_but_not_in_each_of_many_callers),
        cmocka_unit_test(loops_of_several_blocks_are_repeated_if_they_compute_with_floats),
        cmocka_unit_test(the_one_hot_function_with_an_address_is_guessed),
        cmocka_unit_test(what_was_written_last_is_guessed),
        cmocka_unit_test(a_block_begins_where_it_is_jumped_to),
        cmocka_unit_test(calls_make_functions),
        cmocka_unit_test(only_hot_functions_are_chosen),
        cmocka_unit_test(small_leaves_come_with_their_callers),
        cmocka_unit_test(what_is_left_to_the_interpreter_ends_a_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
