/* SPDX-License-Identifier: Apache-2.0
 *
 * Stops, fuel and faults. What instructions compute is tested as data, in tests/isa.
 */
#include "machine/interp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "unit/machine/guest.h"

#define BEQ  0
#define BNE  1
#define LW   2
#define LD   3
#define SD   3
#define DATA 5 /* the register that points at GUEST_DATA */

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

static int clear(void **state)
{
    (void)state;
    guest_clear(&guest);
    guest.cpu.x[DATA] = GUEST_DATA;
    return 0;
}

static void ecall_is_charged_and_pc_is_its_own(void **state)
{
    (void)state;
    guest_emit(&guest, rv_addi(10, 0, 42));
    guest_emit(&guest, RV_ECALL);
    guest_emit(&guest, rv_addi(10, 10, 1));
    guest_emit(&guest, RV_ECALL);
    guest_decode(&guest);
    assert_int_equal(guest_run(&guest, GUEST_CODE, 100), MACHINE_ECALL);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + 4);
    assert_int_equal(guest.cpu.fuel, 98);
    assert_int_equal(guest.cpu.retired, 2);
    assert_int_equal(guest.cpu.x[10], 42);
    assert_int_equal(guest_run(&guest, GUEST_CODE + 8, 2), MACHINE_ECALL);
    assert_int_equal(guest.cpu.fuel, 0);
    assert_int_equal(guest.cpu.retired, 4);
    assert_int_equal(guest.cpu.x[10], 43);
}

static void traps_give_back_their_own_charge(void **state)
{
    static const struct {
        uint32_t word;
        enum machine_stop stop;
    } cases[] = {
        {RV_EBREAK, MACHINE_EBREAK},   {0, MACHINE_ILLEGAL},
        {0xffffffff, MACHINE_ILLEGAL}, {0x10500073, MACHINE_ILLEGAL}, /* wfi: privileged */
        {0x30200073, MACHINE_ILLEGAL},                                /* mret */
        {0x30001073, MACHINE_ILLEGAL},                                /* csrw mstatus, x0 */
        {0xc0001073, MACHINE_ILLEGAL},                                /* csrw cycle, x0: read-only */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        clear(state);
        guest_emit(&guest, rv_addi(10, 0, 1));
        guest_emit(&guest, cases[i].word);
        guest_decode(&guest);
        assert_int_equal(guest_run(&guest, GUEST_CODE, 2), cases[i].stop);
        assert_int_equal(guest.cpu.pc, GUEST_CODE + 4);
        assert_int_equal(guest.cpu.fuel, 1);
        assert_int_equal(guest_run(&guest, GUEST_CODE, 1), MACHINE_FUEL);
        assert_int_equal(guest.cpu.pc, GUEST_CODE);
        assert_int_equal(guest.cpu.fuel, 1);
    }
}

static void fetch_stops(void **state)
{
    static const uint32_t targets[] = {0, GUEST_CODE - 2, GUEST_CODE + GUEST_CODE_SIZE, GUEST_DATA, 0xfffffffe};
    (void)state;
    guest_emit(&guest, rv_jalr(1, 10, 0));
    guest_decode(&guest);
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        guest.cpu.x[10] = targets[i];
        assert_int_equal(guest_run(&guest, GUEST_CODE, 1), MACHINE_FETCH);
        assert_int_equal(guest.cpu.pc, targets[i]);
        assert_int_equal(guest.cpu.fuel, 0); /* the jump itself has retired */
        assert_int_equal(guest.cpu.x[1], GUEST_CODE + 4);
        assert_int_equal(guest_run(&guest, targets[i], 0), MACHINE_FETCH);
        assert_int_equal(guest.cpu.pc, targets[i]);
    }
    guest.cpu.x[10] = UINT64_C(0x123400000000) + GUEST_CODE + 1; /* 32 bits count, and not the lowest */
    assert_int_equal(guest_run(&guest, GUEST_CODE, 3), MACHINE_FUEL);
    assert_int_equal(guest.cpu.pc, GUEST_CODE);
}

static void direct_transfers_out_of_the_code(void **state)
{
    (void)state;
    guest_emit(&guest, rv_branch(BEQ, 0, 0, -8));
    guest_emit(&guest, rv_jal(0, -16));
    guest_emit(&guest, rv_jal(1, -32));
    guest_emit(&guest, rv_branch(BNE, 0, 0, -64));
    guest_emit(&guest, RV_ECALL);
    guest_decode(&guest);
    assert_int_equal(guest_run(&guest, GUEST_CODE, 9), MACHINE_FETCH);
    assert_int_equal(guest.cpu.pc, GUEST_CODE - 8);
    assert_int_equal(guest.cpu.fuel, 8);
    assert_int_equal(guest_run(&guest, GUEST_CODE + 4, 9), MACHINE_FETCH);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + 4 - 16);
    assert_int_equal(guest_run(&guest, GUEST_CODE + 8, 9), MACHINE_FETCH);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + 8 - 32);
    assert_int_equal(guest.cpu.x[1], GUEST_CODE + 12);
    assert_int_equal(guest_run(&guest, GUEST_CODE + 12, 9), MACHINE_ECALL); /* not taken */
    assert_int_equal(guest.cpu.fuel, 7);
}

static void falling_off_the_end(void **state)
{
    (void)state;
    guest.at = GUEST_CODE + GUEST_CODE_SIZE - 4;
    guest_emit(&guest, rv_addi(10, 0, 7));
    guest_decode(&guest);
    assert_int_equal(guest_run(&guest, GUEST_CODE + GUEST_CODE_SIZE - 4, 1), MACHINE_FETCH);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + GUEST_CODE_SIZE);
    assert_int_equal(guest.cpu.fuel, 0);
    assert_int_equal(guest.cpu.x[10], 7);

    clear(state);
    guest.at = GUEST_CODE + GUEST_CODE_SIZE - 4;
    guest_emit16(&guest, RV_CNOP);
    guest_emit16(&guest, 0x0513); /* the first half of an addi */
    guest_decode(&guest);
    assert_int_equal(guest_run(&guest, GUEST_CODE + GUEST_CODE_SIZE - 4, 1), MACHINE_FETCH);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + GUEST_CODE_SIZE - 2);
}

static void faults_say_where_and_give_back(void **state)
{
    (void)state;
    guest_emit(&guest, rv_addi(10, 0, 1));
    guest_emit(&guest, rv_load(LD, 11, 0, 16));
    guest_emit(&guest, rv_addi(10, 10, 1));
    guest_emit(&guest, RV_ECALL);
    guest.at = GUEST_CODE + 0x100;
    guest_emit(&guest, rv_store(SD, 10, 6, -8));
    guest_emit(&guest, RV_ECALL);
    guest.at = GUEST_CODE + 0xffc; /* the last of its page, which runs from a copy */
    guest_emit(&guest, rv_store(SD, 10, 0, 64));
    guest_decode(&guest);

    guest.cpu.x[11] = 99;
    assert_int_equal(guest_run(&guest, GUEST_CODE, 10), GUEST_FAULT);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + 4);
    assert_int_equal(guest.cpu.fuel, 9);
    assert_int_equal(guest.cpu.retired, 1);
    assert_int_equal(guest.fault_address, 16);
    assert_false(guest.store_fault);
    assert_int_equal(guest.cpu.x[10], 1);
    assert_int_equal(guest.cpu.x[11], 99);

    guest.cpu.x[6] = GUEST_CONSTANT + 8;
    assert_int_equal(guest_run(&guest, GUEST_CODE + 0x100, 10), GUEST_FAULT);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + 0x100);
    assert_int_equal(guest.fault_address, GUEST_CONSTANT);
    assert_int_equal(guest.cpu.fuel, 10);
    assert_true(guest.store_fault);

    assert_int_equal(guest_run(&guest, GUEST_CODE + 0xffc, 10), GUEST_FAULT);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + 0xffc);
    assert_int_equal(guest.cpu.fuel, 10);
    assert_true(guest.store_fault);
}

static void addresses_have_32_bits(void **state)
{
    (void)state;
    guest_emit(&guest, rv_store(SD, 10, 6, 8));
    guest_emit(&guest, rv_load(LD, 11, DATA, 16));
    guest_emit(&guest, RV_ECALL);
    guest_decode(&guest);
    guest.cpu.x[6] = UINT64_C(0xabcdef0000000000) + GUEST_DATA + 8;
    guest.cpu.x[10] = 0x1122334455667788;
    assert_int_equal(guest_run(&guest, GUEST_CODE, 10), MACHINE_ECALL);
    assert_int_equal(guest.cpu.x[11], 0x1122334455667788);
}

static void floating_point_flags_survive_a_fault(void **state)
{
    (void)state;
    guest_emit(&guest, rv_r(0x0d, 1, 0, 7, 2, 0x53)); /* fdiv.d f2, f0, f1 */
    guest_emit(&guest, rv_load(LD, 11, 0, 16));
    guest_decode(&guest);
    guest.cpu.f[0] = UINT64_C(0x3ff0000000000000); /* 1 / 0 */
    assert_int_equal(guest_run(&guest, GUEST_CODE, 10), GUEST_FAULT);
    assert_int_equal(guest.cpu.fflags, 8);
    assert_int_equal(guest.cpu.f[2], UINT64_C(0x7ff0000000000000));

    volatile double three = 3; /* and the host's own environment is back: nothing traps, to nearest */
    assert_true(1.0 / three == 0x1.5555555555555p-2);
}

static void misaligned_atomics(void **state)
{
    static const uint32_t words[] = {
        0x1002a5af, /* lr.w a1, (t0) */
        0x18a2a5af, /* sc.w a1, a0, (t0) */
        0x00a2a5af, /* amoadd.w */
        0x1002b5af, /* lr.d */
        0x18a2b5af, /* sc.d */
        0x00a2b5af, /* amoadd.d */
    };
    for (size_t i = 0; i < 6; i++) {
        clear(state);
        guest_emit(&guest, rv_addi(10, 0, 1));
        guest_emit(&guest, words[i]);
        guest_emit(&guest, RV_ECALL);
        guest_decode(&guest);
        guest.cpu.x[DATA] = GUEST_DATA + (i < 3 ? 2 : 4);
        guest.fault_address = 0;
        assert_int_equal(guest_run(&guest, GUEST_CODE, 3), MACHINE_MISALIGNED);
        assert_int_equal(guest.cpu.pc, GUEST_CODE + 4);
        assert_int_equal(guest.cpu.fuel, 2);
        assert_int_equal(guest.fault_address, GUEST_DATA + (i < 3 ? 2 : 4));
    }
}

static void reserved_frm_is_illegal_when_used(void **state)
{
    (void)state;
    guest_emit(&guest, rv_addi(10, 0, 1));
    guest_emit(&guest, rv_r(0x01, 1, 0, 7, 2, 0x53)); /* fadd.d, dynamic */
    guest_emit(&guest, rv_addi(10, 0, 2));
    guest_emit(&guest, RV_ECALL);
    guest_decode(&guest);
    guest.cpu.frm = 5;
    assert_int_equal(guest_run(&guest, GUEST_CODE, 9), MACHINE_ILLEGAL);
    assert_int_equal(guest.cpu.pc, GUEST_CODE + 4);
    assert_int_equal(guest.cpu.fuel, 8);
    assert_int_equal(guest.cpu.x[10], 1);
    guest.cpu.frm = 4;
    assert_int_equal(guest_run(&guest, GUEST_CODE, 9), MACHINE_ECALL);
}

/* ---- fuel ------------------------------------------------------------------------------------------ */

static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525 + 1013904223;
    return (random_state >> 8) % limit;
}

/* Programs of branches, jumps, calls and loops over two pages, which all end at an ecall. */
static void write_random_program(void)
{
    uint32_t begin = GUEST_CODE + 0xf00, end = GUEST_CODE + 0x1100;
    guest.at = begin;
    if (random_below(2))
        guest_emit16(&guest, RV_CNOP);
    while (guest.at < end) {
        int32_t distance = (int32_t)random_below(40) * 2 - 40;
        switch (random_below(10)) {
        case 0:
            guest_emit(&guest, rv_branch(BNE, 10 + random_below(4), 10 + random_below(4), distance));
            break;
        case 1:
            guest_emit(&guest, rv_branch(BEQ, 10 + random_below(4), 0, distance));
            break;
        case 2:
            guest_emit(&guest, rv_jal(random_below(2), distance ? distance : 4));
            break;
        case 3:
            guest_emit(&guest, rv_jalr(0, 1, 0));
            break;
        case 4:
            guest_emit(&guest, RV_FENCE_I);
            break;
        case 5:
            guest_emit16(&guest, RV_CNOP);
            break;
        case 6:
            guest_emit(&guest, rv_load(LW, 10 + random_below(4), DATA, (int32_t)random_below(8) * 4));
            break;
        case 7:
            guest_emit(&guest, rv_store(LW, 10 + random_below(4), DATA, (int32_t)random_below(8) * 4));
            break;
        default:
            guest_emit(&guest, rv_addi(10 + random_below(4), 10 + random_below(4), (int32_t)random_below(3) - 1));
        }
    }
    guest_emit(&guest, RV_ECALL);
    guest_emit(&guest, RV_ECALL);
    guest_decode(&guest);
}

struct result {
    int stop;
    uint32_t pc;
    int64_t used;
    uint64_t x[32];
};

static struct result run_in_slices(uint64_t total, uint64_t slice)
{
    struct result result = {.stop = MACHINE_FUEL, .pc = GUEST_CODE + 0xf00};
    int64_t left = (int64_t)total, kept = 0;
    memset(&guest.cpu, 0, sizeof(guest.cpu));
    memset(guest.memory + GUEST_DATA, 1, 4096);
    guest.cpu.x[DATA] = GUEST_DATA;
    guest.cpu.x[1] = GUEST_CODE + 0x1080;
    while (left > 0 && result.stop == MACHINE_FUEL) {
        int64_t give = kept + ((int64_t)slice < left ? (int64_t)slice : left); /* credit and debt are carried over */
        left -= give - kept;
        result.stop = guest_run(&guest, result.pc, give);
        kept = guest.cpu.fuel;
        result.used += give - kept;
        result.pc = guest.cpu.pc;
    }
    memcpy(result.x, guest.cpu.x, sizeof(result.x));
    result.x[0] = guest.cpu.retired;
    return result;
}

/* However the fuel is sliced: the same stop, also out of fuel, at the same instruction, with the same registers. */
static void slices_do_not_matter(void **state)
{
    unsigned ended = 0;
    for (random_state = 0; random_state < 300;) {
        uint32_t seed = random_state;
        clear(state);
        write_random_program();
        struct result whole = run_in_slices(1500, 1500);
        for (uint64_t slice = 1; slice < 1500; slice = slice * 3 + 1) {
            struct result parts = run_in_slices(1500, slice);
            ended += whole.stop != MACHINE_FUEL;
            if (parts.stop != whole.stop || parts.pc != whole.pc || parts.used != whole.used)
                fail_msg("seed %u slice %lu: stop %d pc %x used %ld, not stop %d pc %x used %ld", seed, slice,
                         parts.stop, parts.pc, parts.used, whole.stop, whole.pc, whole.used);
            assert_memory_equal(parts.x, whole.x, sizeof(whole.x));
        }
        random_state = seed + 1;
    }
    assert_true(ended > 100);
}

/* The rule of interp.h, told again in a slow way: single instructions, for programs that only count. */
static void a_runaway_stops_by_the_rule(void **state)
{
    (void)state;
    /* A loop that begins in one page and ends in the next: a check at each page and at the way back. */
    guest.at = GUEST_CODE + 0xff8;
    guest_emit(&guest, rv_addi(10, 10, 1));
    guest_emit(&guest, rv_addi(10, 10, 1));
    guest_emit(&guest, rv_addi(10, 10, 1));       /* next page */
    guest_emit(&guest, rv_branch(BEQ, 0, 11, 8)); /* ahead: charged, not checked */
    guest_emit(&guest, 0);
    guest_emit(&guest, rv_addi(10, 10, 1));
    guest_emit(&guest, rv_jal(0, -24));
    guest_decode(&guest);
    for (int64_t fuel = 0; fuel < 60; fuel++) {
        guest.cpu.x[10] = 0;
        assert_int_equal(guest_run(&guest, GUEST_CODE + 0xff8, fuel), MACHINE_FUEL);
        /* Blocks of a round: 2 | 2 + 2. The last pair runs into debt, and the way back is then refused. */
        int64_t rounds = fuel / 6, rest = fuel % 6;
        uint32_t pc = GUEST_CODE + 0xff8;
        int64_t left = rest, count = rounds * 4;
        if (rest >= 2) {
            left -= 2, count += 2, pc = GUEST_CODE + 0x1000;
            if (rest >= 4)
                left -= 4, count += 2, pc = GUEST_CODE + 0xff8;
        }
        assert_int_equal(guest.cpu.pc, pc);
        assert_int_equal(guest.cpu.fuel, left);
        assert_int_equal(guest.cpu.x[10], count);
    }
}

static void counters_count_instructions(void **state)
{
    (void)state;
    guest_emit(&guest, rv_addi(10, 0, 1));
    guest_emit(&guest, 0xc0202573); /* rdinstret a0 */
    guest_emit(&guest, rv_branch(BNE, 0, 0, 8));
    guest_emit(&guest, 0xc00025f3); /* rdcycle a1 */
    guest_emit(&guest, RV_ECALL);
    guest.at = GUEST_CODE + 0xffc;
    guest_emit(&guest, 0xc0202573); /* as the last of its page */
    guest_emit(&guest, RV_ECALL);
    guest_decode(&guest);
    guest.cpu.retired = 1000;
    assert_int_equal(guest_run(&guest, GUEST_CODE, 50), MACHINE_ECALL);
    assert_int_equal(guest.cpu.x[10], 1001);
    assert_int_equal(guest.cpu.x[11], 1003);
    assert_int_equal(guest.cpu.retired, 1005);
    assert_int_equal(guest_run(&guest, GUEST_CODE + 0xffc, 50), MACHINE_ECALL);
    assert_int_equal(guest.cpu.x[10], 1005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(ecall_is_charged_and_pc_is_its_own, clear),
        cmocka_unit_test_setup(traps_give_back_their_own_charge, clear),
        cmocka_unit_test_setup(fetch_stops, clear),
        cmocka_unit_test_setup(direct_transfers_out_of_the_code, clear),
        cmocka_unit_test_setup(falling_off_the_end, clear),
        cmocka_unit_test_setup(faults_say_where_and_give_back, clear),
        cmocka_unit_test_setup(addresses_have_32_bits, clear),
        cmocka_unit_test_setup(floating_point_flags_survive_a_fault, clear),
        cmocka_unit_test_setup(misaligned_atomics, clear),
        cmocka_unit_test_setup(reserved_frm_is_illegal_when_used, clear),
        cmocka_unit_test_setup(slices_do_not_matter, clear),
        cmocka_unit_test_setup(a_runaway_stops_by_the_rule, clear),
        cmocka_unit_test_setup(counters_count_instructions, clear),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
