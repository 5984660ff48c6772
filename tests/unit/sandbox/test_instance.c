/* SPDX-License-Identifier: Apache-2.0
 *
 * One request at a time through the public interface: every stop reason, fuel, limits, host calls.
 */
#include "guest.h"

#define MIB       (UINT64_C(1) << 20)
#define MEMORY    (8 * MIB)
#define OVERSHOOT 2048 /* instructions: what one page holds without a check of the fuel */

static struct mf_program *program;
static struct mf_instance *instance;

static int make(void **state)
{
    program = guest_program("engine_cases", MEMORY);
    instance = guest_instance(program);
    return 0;
}

static int drop(void **state)
{
    guest_assert_pristine(instance, true);
    mf_instance_destroy(instance);
    mf_program_destroy(program);
    return 0;
}

static void run(const char *name, struct mf_outcome *outcome)
{
    assert_int_equal(guest_submit(instance, name, strlen(name)), MF_OK);
    mf_instance_run(instance, GUEST_FUEL, outcome);
}

static void roll_back(void)
{
    assert_true(mf_instance_rollback(instance) >= 0);
    guest_assert_pristine(instance, false);
}

/* The body of the answer, which is one piece. */
static void answer(const char *name, char *body, size_t size)
{
    struct mf_outcome outcome;
    run(name, &outcome);
    if (outcome.stop != MF_STOP_RESPONDED)
        fail_msg("%s: %s, %s at 0x%x", name, mf_stop_name(outcome.stop), mf_trap_name(outcome.trap), outcome.pc);
    const struct mf_response *response = mf_instance_response(instance);
    assert_int_equal(response->piece_count, 1);
    assert_true(response->body_size < size);
    memcpy(body, response->pieces[0].data, response->body_size);
    body[response->body_size] = '\0';
    roll_back();
}

static void assert_answer(const char *name, const char *expected)
{
    char body[128];
    answer(name, body, sizeof body);
    if (strcmp(body, expected))
        fail_msg("%s: answered '%s', not '%s'", name, body, expected);
}

static void test_each_request_is_the_first(void **state)
{
    for (int i = 0; i < 100; i++)
        assert_answer("count", "1");
}

static void test_whole_request_and_response(void **state)
{
    static const char *const pieces[] = {"POST", " ", "/a?b=c", " ", "b=c", " ", "test.localhost"};
    struct mf_outcome outcome;
    run("full", &outcome);
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    const struct mf_response *response = mf_instance_response(instance);
    assert_int_equal(response->status, 201);
    assert_int_equal(response->header_count, 1);
    assert_memory_equal(response->headers[0].name.data, "X-Name", 6);
    assert_memory_equal(response->headers[0].value.data, "value", 5);
    assert_int_equal(response->piece_count, 7);
    size_t total = 0;
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(response->pieces[i].size, strlen(pieces[i]));
        assert_memory_equal(response->pieces[i].data, pieces[i], strlen(pieces[i]));
        total += strlen(pieces[i]);
    }
    assert_int_equal(response->body_size, total);
    roll_back();
}

static void test_out_of_turn(void **state)
{
    struct mf_outcome outcome;
    mf_instance_run(instance, 1000, &outcome);
    assert_int_equal(outcome.stop, MF_STOP_WAITING);
    assert_int_equal(outcome.instructions, 0);
    assert_int_equal(guest_submit(instance, "count", 5), MF_OK);
    assert_int_equal(guest_submit(instance, "count", 5), MF_ERROR_STATE);
    mf_instance_run(instance, GUEST_FUEL, &outcome);
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    uint64_t instructions = outcome.instructions;
    assert_int_equal(guest_submit(instance, "count", 5), MF_ERROR_STATE);
    mf_instance_run(instance, GUEST_FUEL, &outcome); /* nothing left to run: the same outcome */
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    assert_int_equal(outcome.instructions, instructions);
    roll_back();
    assert_int_equal(mf_instance_rollback(instance), 0);
}

static void test_request_that_does_not_fit(void **state)
{
    struct mf_header headers[MF_MAX_HEADERS + 1];
    struct mf_request request = {.headers = headers, .header_count = MF_MAX_HEADERS + 1};
    memset(headers, 0, sizeof headers);
    assert_int_equal(fault_install(), 0);
    assert_int_equal(mf_instance_submit(instance, &request), MF_ERROR_LIMIT);
    request.header_count = MF_MAX_HEADERS;
    request.body = (struct mf_text){"", SIZE_MAX};
    assert_int_equal(mf_instance_submit(instance, &request), MF_ERROR_LIMIT);
    request.body.size = 2 * MIB;
    assert_int_equal(mf_instance_submit(instance, &request), MF_ERROR_LIMIT);
    guest_assert_pristine(instance, true);
    request.body = (struct mf_text){"count", 5};
    assert_int_equal(mf_instance_submit(instance, &request), MF_OK);
    struct mf_outcome outcome;
    mf_instance_run(instance, GUEST_FUEL, &outcome);
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    roll_back();
}

static void test_traps(void **state)
{
    static const struct {
        const char *name;
        enum mf_trap trap;
        uint32_t address;
    } cases[] = {
        {"load", MF_TRAP_LOAD, 0x123},         {"store", MF_TRAP_STORE, 0xfffffffc},
        {"fetch", MF_TRAP_FETCH, 0x40},        {"illegal", MF_TRAP_ILLEGAL_INSTRUCTION, 0},
        {"breakpoint", MF_TRAP_BREAKPOINT, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mf_outcome outcome;
        run(cases[i].name, &outcome);
        assert_int_equal(outcome.stop, MF_STOP_TRAPPED);
        assert_int_equal(outcome.trap, cases[i].trap);
        assert_int_equal(outcome.address, cases[i].address);
        if (outcome.trap != MF_TRAP_FETCH) {
            struct mf_symbol symbol = mf_program_symbol(program, outcome.pc);
            assert_non_null(symbol.name);
            assert_true(!strcmp(symbol.name, "traps") || !strcmp(symbol.name, "guest_main"));
        }
        roll_back();
    }
    struct mf_outcome outcome;
    run("atomic", &outcome);
    assert_int_equal(outcome.trap, MF_TRAP_MISALIGNED_ATOMIC);
    assert_int_equal(outcome.address % 8, 1);
    roll_back();
}

static void test_ends(void **state)
{
    struct mf_outcome outcome;
    run("exit", &outcome);
    assert_int_equal(outcome.stop, MF_STOP_EXITED);
    assert_int_equal(outcome.exit_code, 42);
    roll_back();
    run("abort", &outcome);
    assert_int_equal(outcome.stop, MF_STOP_EXITED);
    assert_int_equal(outcome.exit_code, 128 + 6);
    roll_back();
}

static void test_bad_responses(void **state)
{
    static const char *const cases[][2] = {
        {"bad status", "status"},   {"bad pointer", "readable"}, {"bad piece", "readable"},
        {"huge piece", "readable"}, {"bad header", "readable"},  {"many headers", "headers"},
        {"many pieces", "pieces"},  {"too large", "limit"},      {"overhanging piece", "readable"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct mf_outcome outcome;
        run(cases[i][0], &outcome);
        if (outcome.stop != MF_STOP_BAD_RESPONSE)
            fail_msg("%s: %s", cases[i][0], mf_stop_name(outcome.stop));
        assert_non_null(strstr(outcome.reason, cases[i][1]));
        roll_back();
    }
}

/* Texts that begin in one region and end in the next are as good as others. */
static void test_texts_over_several_regions(void **state)
{
    static const char *const pieces[] = {"01234", "56789", "0123456789", ""};
    struct mf_outcome outcome;
    run("spanning pieces", &outcome);
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    const struct mf_response *response = mf_instance_response(instance);
    assert_int_equal(response->piece_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(response->pieces[i].size, strlen(pieces[i]));
        assert_memory_equal(response->pieces[i].data, pieces[i], strlen(pieces[i]));
    }
    roll_back();
}

/* 8 MiB less 256 KiB of stack and the segments: seven whole MiB however they are asked for. */
static void test_memory_limit(void **state)
{
    struct mf_outcome outcome;
    for (int i = 0; i < 3; i++) {
        assert_answer("map to the limit", "7");
        assert_answer("break to the limit", "7");
        assert_answer("both to the limit", "7");
    }
    run("write past the heap", &outcome);
    assert_int_equal(outcome.stop, MF_STOP_TRAPPED);
    assert_int_equal(outcome.trap, MF_TRAP_MEMORY_LIMIT);
    roll_back();
    assert_answer("executable", "1");
    assert_answer("shrunk heap is zero", "1");
    assert_answer("fault in a call", "14"); /* EFAULT */
}

static void test_host_calls(void **state)
{
    char first[64], second[64];
    assert_answer("accept twice", "22"); /* EINVAL */
    assert_answer("unknown call", "38"); /* ENOSYS */
    answer("random", first, sizeof first);
    answer("random", second, sizeof second);
    assert_memory_not_equal(first, second, 32);
}

static char last_line[64];

static void on_log(void *user, int level, const char *text, size_t size)
{
    assert_ptr_equal(user, last_line);
    snprintf(last_line, sizeof last_line, "%d %.*s", level, (int)size, text);
}

static void test_log(void **state)
{
    static const struct mf_host host = {.log = on_log};
    struct mf_instance *quiet = instance;
    struct mf_diagnostic why;
    assert_int_equal(mf_instance_create(&instance, program, &host, &why), MF_OK);
    mf_instance_set_user(instance, last_line);
    assert_answer("log", "14");
    assert_string_equal(last_line, "2 a line");
    mf_instance_destroy(instance);
    instance = quiet;
}

/* Fuel in one piece, in two and in many: the same stop, pc, registers and account, also while work of the host is owed.
 */
static void test_fuel_is_exact(void **state)
{
    struct mf_outcome whole, outcome;
    struct mf_registers then, now;
    run("work", &whole);
    assert_int_equal(whole.stop, MF_STOP_RESPONDED);
    assert_true(whole.instructions > 100000);
    mf_instance_registers(instance, &then);
    roll_back();

    /* Exactly enough is enough, one less is not. */
    assert_int_equal(guest_submit(instance, "work", 4), MF_OK);
    mf_instance_run(instance, whole.instructions, &outcome);
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    assert_int_equal(outcome.instructions, whole.instructions);
    roll_back();
    assert_int_equal(guest_submit(instance, "work", 4), MF_OK);
    mf_instance_run(instance, whole.instructions - 1, &outcome);
    assert_int_equal(outcome.stop, MF_STOP_FUEL);
    assert_true(outcome.instructions < whole.instructions);
    roll_back();

    for (uint64_t slice = 37; slice < 3000; slice = slice * 2 + 11) {
        uint64_t used = 0;
        assert_int_equal(guest_submit(instance, "work", 4), MF_OK);
        do {
            mf_instance_run(instance, slice, &outcome);
            assert_true(outcome.instructions - used <= slice + OVERSHOOT);
            if (outcome.stop == MF_STOP_FUEL && outcome.instructions == used)
                slice += 50; /* a block longer than the slice */
            used = outcome.instructions;
        } while (outcome.stop == MF_STOP_FUEL);
        assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
        assert_int_equal(outcome.instructions, whole.instructions);
        mf_instance_registers(instance, &now);
        assert_memory_equal(&then, &now, sizeof now);
        roll_back();
    }
}

/* In slices, which may be a little longer than they should, the whole stops where it does in one run. */
static void test_slices_end_where_the_whole_does(void **state)
{
    struct mf_outcome whole, outcome;
    struct mf_registers then, now;
    (void)state;
    for (uint64_t fuel = 20000; fuel < 60000; fuel += 9973) {
        assert_int_equal(guest_submit(instance, "work", 4), MF_OK);
        mf_instance_run(instance, fuel, &whole);
        assert_int_equal(whole.stop, MF_STOP_FUEL);
        mf_instance_registers(instance, &then);
        roll_back();
        for (uint64_t slice = 64; slice < 2 * fuel; slice *= 5) {
            uint64_t used = 0;
            bool last;
            assert_int_equal(guest_submit(instance, "work", 4), MF_OK);
            do {
                last = slice >= fuel - used;
                mf_instance_run_slice(instance, slice, fuel - used, &outcome);
                assert_in_range(outcome.instructions, used, last ? whole.instructions : used + slice + OVERSHOOT);
                used = outcome.instructions;
                assert_int_equal(outcome.stop, MF_STOP_FUEL);
            } while (!last && used <= fuel);
            assert_int_equal(outcome.instructions, whole.instructions);
            assert_int_equal(outcome.pc, whole.pc);
            mf_instance_registers(instance, &now);
            assert_memory_equal(&then, &now, sizeof now);
            roll_back();
        }
    }
}

/* What the host does in a call is paid for; no call does much for the price of one instruction. */
static void test_calls_are_paid(void **state)
{
    static const struct {
        const char *name;
        uint64_t least, most;
    } calls[] = {
        {"1024 empty vectors", 1024, 4000}, {"64 KiB at random", 32768, 40000}, {"1 MiB mapped", 16384, 24000},
        {"1 MiB protected", 16384, 24000},  {"1 MiB reserved", 2000, 6000},     {"1000 empty lines", 100000, 120000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        struct mf_outcome outcome;
        run(calls[i].name, &outcome);
        assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
        assert_in_range(outcome.instructions, calls[i].least, calls[i].most);
        roll_back();
    }
}

static bool always(void *user)
{
    return true;
}

/* With others to serve, calls that take the host long pause, and all that the guest can tell is as without; also after
 * its last instruction, and if the request ends in the middle of one. */
static void test_long_calls_pause(void **state)
{
    static const struct mf_host patient = {.pause = always};
    struct mf_instance *whole = instance;
    struct mf_registers then, now;
    struct mf_outcome expected, outcome;
    struct mf_diagnostic why;
    (void)state;
    assert_answer("much memory", "0");
    run("much memory", &expected);
    assert_int_equal(expected.stop, MF_STOP_RESPONDED);
    assert_false(expected.paused);
    mf_instance_registers(instance, &then);
    roll_back();

    assert_int_equal(mf_instance_create(&instance, program, &patient, &why), MF_OK);
    unsigned pauses = 0;
    for (run("much memory", &outcome); outcome.paused; mf_instance_run(instance, GUEST_FUEL, &outcome)) {
        assert_int_equal(outcome.stop, MF_STOP_FUEL);
        pauses++;
    }
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    assert_memory_equal(mf_instance_response(instance)->pieces[0].data, "0", 1);
    assert_int_equal(outcome.instructions, expected.instructions);
    mf_instance_registers(instance, &now);
    assert_memory_equal(&then, &now, sizeof now);
    assert_true(pauses > 60); /* 17 MiB, 256 KiB at a time */
    roll_back();

    /* Exactly enough fuel is enough, and a pause needs none. */
    run("much memory", &outcome);
    while (outcome.paused)
        mf_instance_run(instance, expected.instructions - outcome.instructions, &outcome);
    assert_int_equal(outcome.stop, MF_STOP_RESPONDED);
    roll_back();
    assert_int_equal(guest_submit(instance, "much memory", 11), MF_OK);
    for (uint64_t fuel = expected.instructions - 1; outcome.stop != MF_STOP_FUEL || outcome.paused;
         fuel = expected.instructions - 1 - outcome.instructions)
        mf_instance_run(instance, fuel, &outcome);
    assert_true(outcome.instructions < expected.instructions);
    roll_back();

    for (unsigned end = 1; end <= pauses; end++) { /* at each of them */
        run("much memory", &outcome);
        for (unsigned i = 1; i < end; i++)
            mf_instance_run(instance, GUEST_FUEL, &outcome);
        assert_true(outcome.paused);
        roll_back();
    }
    mf_instance_destroy(instance);
    instance = whole;
}

static void test_runaway_stops_at_the_same_place(void **state)
{
    struct mf_outcome first, second;
    for (uint64_t fuel = 1000; fuel < 1010; fuel++) {
        assert_int_equal(guest_submit(instance, "spin", 4), MF_OK);
        mf_instance_run(instance, fuel, &first);
        roll_back();
        assert_int_equal(guest_submit(instance, "spin", 4), MF_OK);
        mf_instance_run(instance, 500, &second);
        mf_instance_run(instance, fuel - second.instructions, &second);
        roll_back();
        assert_int_equal(first.stop, MF_STOP_FUEL);
        assert_int_equal(first.pc, second.pc);
        assert_int_equal(first.instructions, second.instructions);
        assert_in_range(first.instructions, fuel - 16, fuel);
    }
}

static void test_looking_inside(void **state)
{
    uint8_t bytes[4];
    assert_true(mf_instance_read(instance, 0x10000, bytes, 4));
    assert_memory_equal(bytes, "\177ELF", 4);
    assert_false(mf_instance_read(instance, 0, bytes, 4));
    assert_false(mf_instance_read(instance, 0xfffffffe, bytes, 4));
    assert_true(mf_instance_memory(instance) > 4096);
    assert_true(mf_instance_memory(instance) < MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_request_is_the_first, make, drop),
        cmocka_unit_test_setup_teardown(test_whole_request_and_response, make, drop),
        cmocka_unit_test_setup_teardown(test_out_of_turn, make, drop),
        cmocka_unit_test_setup_teardown(test_request_that_does_not_fit, make, drop),
        cmocka_unit_test_setup_teardown(test_traps, make, drop),
        cmocka_unit_test_setup_teardown(test_ends, make, drop),
        cmocka_unit_test_setup_teardown(test_bad_responses, make, drop),
        cmocka_unit_test_setup_teardown(test_texts_over_several_regions, make, drop),
        cmocka_unit_test_setup_teardown(test_memory_limit, make, drop),
        cmocka_unit_test_setup_teardown(test_host_calls, make, drop),
        cmocka_unit_test_setup_teardown(test_log, make, drop),
        cmocka_unit_test_setup_teardown(test_fuel_is_exact, make, drop),
        cmocka_unit_test_setup_teardown(test_slices_end_where_the_whole_does, make, drop),
        cmocka_unit_test_setup_teardown(test_calls_are_paid, make, drop),
        cmocka_unit_test_setup_teardown(test_long_calls_pause, make, drop),
        cmocka_unit_test_setup_teardown(test_runaway_stops_at_the_same_place, make, drop),
        cmocka_unit_test_setup_teardown(test_looking_inside, make, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
