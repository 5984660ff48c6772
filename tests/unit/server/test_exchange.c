/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests in tenants' sandboxes, through a real worker: what the client gets for whatever the program does, limits,
 * slices, replacement and audit.
 */
#include "workers.h"

#include <stdio.h>

#include "mayfly/sandbox.h"

enum { QUICK, SMALL, COUNT }; /* tenants: the usual one; one with tight limits */

static struct catalog_tenant tenants[COUNT] = {
    [QUICK] = {.name = SPAN("quick"),
               .version = SPAN("v1"),
               .program = 1,
               .slot = 3,
               .audit_every = 1,
               .limits = {.instructions = 400000000,
                          .slice_instructions = 100000,
                          .deadline_ms = 40000,
                          .concurrency = 10,
                          .request_body = 1000,
                          .log_bytes_per_second = 100000}},
    [SMALL] = {.name = SPAN("small"),
               .version = SPAN("v1"),
               .program = 1,
               .slot = 4,
               .limits = {.instructions = 1000000,
                          .slice_instructions = 300000,
                          .deadline_ms = 40000,
                          .concurrency = 2,
                          .request_body = 1000,
                          .log_bytes_per_second = 100000}},
};
static const struct route routes[] = {{.host = SPAN("quick"), .prefix = SPAN("/"), .tenant = QUICK},
                                      {.host = SPAN("small"), .prefix = SPAN("/"), .tenant = SMALL}};

static const struct catalog base_catalog = {
    .generation = 1,
    .http = {.request_line = 1000,
             .headers = 4000,
             .header_count = 20,
             .body = 100000,
             .read_timeout_ms = 20000,
             .write_timeout_ms = 20000,
             .idle_timeout_ms = 20000,
             .connections = 100},
    .instance_memory = 1 << 20,
    .instance_idle_ms = 60000,
    .route_count = 2,
    .routes = routes,
    .tenant_count = COUNT,
    .tenants = tenants,
};

/* The sealed program of tests/guests/engine_cases.c; skips the test where there is no cross compiler to build it. */
static int make_artifact(void)
{
    const char *path = BUILD_DIR "/tests/guests/engine_cases.elf";
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("%s is not built (no RISC-V cross compiler?)\n", path);
        skip();
    }
    size_t size = 0, capacity = 1 << 22;
    char *bytes = malloc(capacity);
    size = fread(bytes, 1, capacity, file);
    assert_true(size > 0 && size < capacity);
    fclose(file);
    struct mf_diagnostic why = {""};
    struct mf_program *program;
    if (mf_program_create(&program, &(struct mf_program_options){.elf = bytes, .elf_size = size}, &why))
        fail_msg("%s", why.text);
    int artifact = mf_program_export(program, &why);
    assert_true(artifact >= 0);
    mf_program_destroy(program);
    free(bytes);
    return artifact;
}

static void give_program(struct server *server, uint64_t id)
{
    int artifact = make_artifact();
    assert_int_equal(message_send(server->controls[0], MESSAGE_PROGRAM, id, artifact), 0);
    close(artifact);
}

static void set_up(struct server *server)
{
    int artifact = make_artifact(); /* first, for it may skip */
    prepare_server(server, 1, -1);
    start_worker(server, 0);
    assert_int_equal(message_send(server->controls[0], MESSAGE_PROGRAM, 1, artifact), 0);
    close(artifact);
    give_catalog(server, 0, &base_catalog);
}

static int begin(const struct server *server, const char *host, const char *what)
{
    char request[2000];
    int client = connect_to(server, 0);
    snprintf(request, sizeof request,
             "POST /t HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s", host, strlen(what),
             what);
    send_all(client, request);
    return client;
}

static void expect_status(const struct server *server, const char *host, const char *what, int status)
{
    char *answer = read_all(begin(server, host, what));
    int got = atoi(answer + strlen("HTTP/1.1 "));
    if (got != status)
        fail_msg("%s: expected %d, got: %s", what, status, answer);
    free(answer);
}

static struct metrics_tenant counted(const struct server *server, size_t slot)
{
    struct metrics_tenant row;
    metrics_sum_tenant(server->metrics, slot, &row);
    return row;
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void test_answers_and_failures(void **state)
{
    struct server server;
    set_up(&server);
    for (int i = 0; i < 20; i++) {
        char *answer = read_all(begin(&server, "quick", "count"));
        assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n1"); /* a fresh copy each time */
        free(answer);
    }
    expect_status(&server, "quick", "full", 201);
    static const char *const bad[] = {"bad status", "bad pointer",  "bad piece",   "huge piece",
                                      "bad header", "many headers", "many pieces", "too large"};
    static const char *const traps[] = {"load", "store", "fetch", "illegal", "breakpoint", "write past the heap"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_status(&server, "quick", bad[i], 502);
    for (size_t i = 0; i < sizeof traps / sizeof traps[0]; i++)
        expect_status(&server, "quick", traps[i], 502);
    expect_status(&server, "quick", "exit", 502);
    expect_status(&server, "small", "spin", 504);
    expect_status(&server, "quick", "count", 200);
    stop_worker(&server, 0);
    struct metrics_tenant quick = counted(&server, 3), small = counted(&server, 4);
    assert_int_equal(quick.responses_2xx, 22);
    assert_int_equal(quick.responses_5xx, 15);
    assert_int_equal(quick.responded, 22);
    assert_int_equal(quick.bad_response, 8);
    assert_int_equal(quick.trapped, 6);
    assert_int_equal(quick.exited, 1);
    assert_int_equal(quick.audits, 37);
    assert_int_equal(quick.audit_mismatches, 0);
    assert_int_equal(quick.active, 0);
    assert_int_equal(small.instruction_limit, 1);
    assert_in_range(small.instructions, 1000000 - 2048, 1000000 + 2048); /* as exact as mf_instance_run is */
    assert_true(small.slices >= 3);                                      /* more where they take long */
    dispose_server(&server);
}

static void test_slices_let_others_through(void **state)
{
    struct server server;
    set_up(&server);
    int spinning = begin(&server, "quick", "spin");
    while (counted(&server, 3).slices < 3)
        usleep(1000);
    uint64_t before = counted(&server, 3).instruction_limit;
    expect_status(&server, "small", "count", 200);
    expect_status(&server, "quick", "count", 200);
    assert_int_equal(before, 0);
    assert_int_equal(counted(&server, 3).instruction_limit, 0); /* it is still at it */
    char *answer = read_all(spinning);
    assert_int_equal(atoi(answer + 9), 504);
    free(answer);
    stop_server(&server);
}

/* However many instructions a slice may have, others have their turn after a part of a millisecond. */
static void test_slices_end_in_time(void **state)
{
    struct catalog catalog = base_catalog;
    struct catalog_tenant endless[COUNT] = {tenants[QUICK], tenants[SMALL]};
    endless[SMALL].limits.slice_instructions = 1000000000;
    endless[SMALL].limits.instructions = 50000000;
    catalog.tenants = endless;
    catalog.generation = 2;
    struct server server;
    set_up(&server);
    give_catalog(&server, 0, &catalog);
    expect_status(&server, "small", "spin", 504);
    stop_worker(&server, 0);
    assert_true(counted(&server, 4).slices >= 5); /* no interpreter runs ten million instructions in one slice's time */
    dispose_server(&server);
}

/* A request that unmaps megabytes is done in many runs, and its limit is exact all the same: one
 * instruction decides. */
static void test_long_calls_are_within_the_limit(void **state)
{
    static struct catalog_tenant exact[COUNT];
    struct catalog catalog = base_catalog;
    struct server server;
    set_up(&server);
    expect_status(&server, "quick", "late unmap", 200);
    memcpy(exact, tenants, sizeof exact);
    exact[SMALL].limits.slice_instructions = 100000000;
    exact[SMALL].limits.instructions = counted(&server, 3).instructions;
    catalog.tenants = exact;
    catalog.generation = 2;
    give_catalog(&server, 0, &catalog);
    char *answer = read_all(begin(&server, "small", "late unmap"));
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n0");
    free(answer);
    exact[SMALL].limits.instructions--;
    catalog.generation = 3;
    give_catalog(&server, 0, &catalog);
    expect_status(&server, "small", "late unmap", 504);
    stop_server(&server);
}

static void test_concurrency(void **state)
{
    struct catalog catalog = base_catalog;
    struct catalog_tenant slow[COUNT] = {tenants[QUICK], tenants[SMALL]};
    slow[SMALL].limits.instructions = UINT64_C(1) << 50;
    slow[SMALL].limits.deadline_ms = 1500;
    catalog.tenants = slow;
    catalog.generation = 2;
    struct server server;
    set_up(&server);
    give_catalog(&server, 0, &catalog);
    int first = begin(&server, "small", "spin"), second = begin(&server, "small", "spin");
    while (counted(&server, 4).active < 2)
        usleep(1000);
    char *answer = read_all(begin(&server, "small", "count"));
    assert_int_equal(atoi(answer + 9), 503);
    assert_non_null(strstr(answer, "Retry-After: 1\r\n"));
    free(answer);
    expect_status(&server, "quick", "count", 200);
    answer = read_all(first);
    assert_int_equal(atoi(answer + 9), 504);
    free(answer);
    answer = read_all(second);
    assert_int_equal(atoi(answer + 9), 504);
    free(answer);
    assert_int_equal(counted(&server, 4).deadline, 2);
    assert_int_equal(counted(&server, 4).busy, 1);
    expect_status(&server, "small", "count", 200);
    stop_server(&server);
}

static struct catalog_tenant limited[COUNT];

static void set_up_limits(struct server *server, uint64_t cpu, uint64_t response_rate)
{
    struct catalog catalog = base_catalog;
    memcpy(limited, tenants, sizeof limited);
    limited[SMALL].limits.instructions_per_second = cpu;
    limited[SMALL].limits.response_bytes_per_second = response_rate;
    catalog.tenants = limited;
    catalog.generation = 2;
    set_up(server);
    give_catalog(server, 0, &catalog);
}

static void expect_over_budget(const struct server *server)
{
    char *answer = read_all(begin(server, "small", "count"));
    assert_int_equal(atoi(answer + 9), 429);
    assert_non_null(strstr(answer, "\r\nRetry-After: "));
    free(answer);
}

/* One runaway of a million instructions is the work of a hundred seconds here. */
static void test_cpu_budget(void **state)
{
    struct server server;
    set_up_limits(&server, 10000, 0);
    expect_status(&server, "small", "spin", 504);
    uint64_t slices = counted(&server, 4).slices;
    expect_over_budget(&server);
    expect_over_budget(&server);
    expect_status(&server, "quick", "count", 200);
    assert_int_equal(counted(&server, 4).over_cpu, 2);
    assert_int_equal(counted(&server, 4).over_sent, 0);
    assert_int_equal(counted(&server, 4).slices, slices); /* no sandbox was started */
    /* Without a budget there is no debt either. */
    struct catalog catalog = base_catalog;
    catalog.generation = 3;
    give_catalog(&server, 0, &catalog);
    expect_status(&server, "small", "count", 200);
    stop_server(&server);
}

/* The guest's own instructions of all these requests would fit. */
static void test_the_hosts_work_is_charged(void **state)
{
    struct server server;
    set_up_limits(&server, 20000, 0);
    for (int i = 0; i < 100; i++)
        free(read_all(begin(&server, "small", "count")));
    assert_in_range(counted(&server, 4).instructions, 1, 19999);
    assert_true(counted(&server, 4).over_cpu > 0);
    stop_server(&server);
}

static void test_response_budget(void **state)
{
    struct server server;
    set_up_limits(&server, 0, 1);
    expect_status(&server, "small", "full", 201);
    expect_over_budget(&server);
    expect_status(&server, "quick", "full", 201);
    assert_int_equal(counted(&server, 4).over_sent, 1);
    assert_int_equal(counted(&server, 4).over_cpu, 0);
    stop_server(&server);
}

static void give_total_memory(struct server *server, uint64_t generation, uint64_t bytes)
{
    struct catalog catalog = base_catalog;
    memcpy(limited, tenants, sizeof limited);
    limited[SMALL].limits.instructions = UINT64_C(1) << 50;
    limited[SMALL].limits.deadline_ms = 3000;
    limited[SMALL].limits.concurrency = 10;
    limited[SMALL].limits.total_memory = bytes;
    catalog.tenants = limited;
    catalog.generation = generation;
    give_catalog(server, 0, &catalog);
}

static void expect_too_much_memory(const struct server *server, const char *what)
{
    char *answer = read_all(begin(server, "small", what));
    assert_int_equal(atoi(answer + 9), 503);
    assert_non_null(strstr(answer, "\r\nRetry-After: 1\r\n"));
    free(answer);
}

/* A rollback comes a moment after the answer. */
static void wait_for_memory(const struct server *server, uint64_t bytes)
{
    for (int patience = 10000; counted(server, 4).memory != bytes; patience--) {
        assert_true(patience > 0);
        usleep(1000);
    }
}

/* The first request may have what it needs; others only what is left beside it. */
static void test_total_memory(void **state)
{
    struct server server;
    set_up(&server);
    give_total_memory(&server, 2, 0);
    int first = begin(&server, "small", "spin"); /* the limit that it began under is what it goes by */
    uint64_t one;
    while ((one = counted(&server, 4).memory) == 0)
        usleep(1000);
    give_total_memory(&server, 3, 1);
    uint64_t begun = counted(&server, 4).active;
    expect_too_much_memory(&server, "count");
    assert_int_equal(counted(&server, 4).over_memory, 1);
    assert_int_equal(counted(&server, 4).active, begun); /* refused before a sandbox started */
    expect_status(&server, "quick", "count", 200);

    give_total_memory(&server, 4, one + one / 2); /* another may begin, and has not enough when it is parked */
    expect_status(&server, "small", "count", 200);
    expect_too_much_memory(&server, "spin");
    assert_int_equal(counted(&server, 4).over_memory, 2);
    wait_for_memory(&server, one);
    give_total_memory(&server, 5, 3 * one);
    int second = begin(&server, "small", "spin");
    while (counted(&server, 4).memory <= one)
        usleep(1000);
    free(read_all(first));
    free(read_all(second));
    assert_int_equal(counted(&server, 4).deadline, 2);
    wait_for_memory(&server, 0);
    stop_server(&server);
}

static void test_client_gone(void **state)
{
    struct server server;
    set_up(&server);
    int client = begin(&server, "quick", "spin");
    while (counted(&server, 3).slices < 2)
        usleep(1000);
    struct linger reset = {.l_onoff = 1};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(client);
    for (int i = 0; i < 10000 && counted(&server, 3).abandoned == 0; i++)
        usleep(1000);
    assert_int_equal(counted(&server, 3).abandoned, 1);
    assert_int_equal(counted(&server, 3).active, 0);
    expect_status(&server, "quick", "count", 200);
    stop_server(&server);
}

/* A request that runs while its program is replaced ends on the old one, which retires only then. */
static void test_replacement(void **state)
{
    struct server server;
    set_up(&server);
    int spinning = begin(&server, "quick", "spin");
    while (counted(&server, 3).slices < 2)
        usleep(1000);
    struct catalog catalog = base_catalog;
    struct catalog_tenant next[COUNT] = {tenants[QUICK], tenants[SMALL]};
    next[QUICK].program = next[SMALL].program = 2;
    next[QUICK].version = SPAN("v2");
    catalog.tenants = next;
    catalog.generation = 2;
    give_program(&server, 2);
    give_catalog(&server, 0, &catalog);
    expect_status(&server, "small", "count", 200);
    assert_int_equal(metrics_worker(server.metrics, 0)->programs, 2);
    char *answer = read_all(spinning);
    assert_int_equal(atoi(answer + 9), 504);
    free(answer);
    assert_int_equal(await(&server, 0, MESSAGE_RETIRED), 1);
    assert_int_equal(metrics_worker(server.metrics, 0)->programs, 1);
    expect_status(&server, "quick", "count", 200);
    /* Nothing is deployed any more. */
    next[QUICK].program = 0;
    catalog.generation = 3;
    give_catalog(&server, 0, &catalog);
    expect_status(&server, "quick", "count", 503);
    expect_status(&server, "small", "count", 200);
    stop_server(&server);
}

static void test_body_limits(void **state)
{
    struct server server;
    set_up(&server);
    char body[1002];
    memset(body, 'x', sizeof body);
    body[1001] = 0;
    expect_status(&server, "quick", body, 413);
    body[1000] = 0;
    expect_status(&server, "quick", body, 200);
    stop_server(&server);
}

static void test_idle_instances_are_evicted(void **state)
{
    struct catalog catalog = base_catalog;
    catalog.instance_idle_ms = 100;
    catalog.generation = 2;
    struct server server;
    set_up(&server);
    give_catalog(&server, 0, &catalog);
    expect_status(&server, "quick", "count", 200);
    const struct metrics_worker *row = metrics_worker(server.metrics, 0);
    for (int i = 0; i < 10000 && metrics_read(&row->instances_evicted) == 0; i++)
        usleep(1000);
    assert_int_equal(row->instances_evicted, 1);
    catalog.instance_idle_ms = 60000;
    catalog.instance_memory = 1; /* less than any instance has */
    catalog.generation = 3;
    give_catalog(&server, 0, &catalog);
    expect_status(&server, "quick", "count", 200);
    for (int i = 0; i < 10000 && metrics_read(&row->instances_evicted) == 1; i++)
        usleep(1000);
    assert_int_equal(row->instances_evicted, 2);
    expect_status(&server, "quick", "count", 200);
    stop_server(&server);
}

/* ---- when the rollback comes ------------------------------------------------------------------------ */

static void await_audits(const struct server *server, uint64_t audits)
{
    for (int i = 0; i < 10000 && counted(server, 3).audits < audits; i++)
        usleep(1000);
    assert_int_equal(counted(server, 3).audits, audits);
    assert_int_equal(counted(server, 3).audit_mismatches, 0);
}

/* No other request has to come for it: a worker that sleeps holds nothing of the last one's. */
static void test_rolled_back_before_sleep(void **state)
{
    struct server server;
    set_up(&server);
    for (uint64_t i = 1; i <= 3; i++) {
        expect_status(&server, "quick", "count", 200);
        await_audits(&server, i);
    }
    int spinning = begin(&server, "quick", "spin"); /* or one that never sleeps, for there are slices to run */
    expect_status(&server, "quick", "count", 200);
    await_audits(&server, 4);
    assert_int_equal(counted(&server, 3).instruction_limit, 0);
    close(spinning);
    stop_server(&server);
}

enum { BATCH = 8 };

static void send_count(int client, bool last)
{
    static const char *const requests[] = {
        "POST /t HTTP/1.1\r\nHost: quick\r\nContent-Length: 5\r\n\r\ncount",
        "POST /t HTTP/1.1\r\nHost: quick\r\nConnection: close\r\nContent-Length: 5\r\n\r\ncount"};
    send_all(client, requests[last]);
}

/* Clients that the worker knows and whose next requests are all there when it looks: it is stopped. */
static void begin_batch(struct server *server, int clients[BATCH])
{
    set_up(server);
    for (size_t i = 0; i < BATCH; i++) {
        clients[i] = connect_to(server, 0);
        send_count(clients[i], false);
    }
    await_audits(server, BATCH);
    assert_int_equal(kill(server->processes[0], SIGSTOP), 0);
    for (size_t i = 0; i < BATCH; i++)
        send_count(clients[i], true);
}

/* Each has two answers, of fresh copies of the program. */
static void end_batch(struct server *server, const int clients[BATCH])
{
    for (size_t i = 0; i < BATCH; i++) {
        char *answers = read_all(clients[i]);
        assert_int_equal(count_of(answers, "HTTP/1.1 200 "), 2);
        assert_int_equal(count_of(answers, "\r\n\r\n1"), 2);
        free(answers);
    }
    await_audits(server, 2 * BATCH);
}

/* Requests, and a catalog with another program for their tenant, in one turn of the loop: every instance is rolled
 * back, and the old program goes. */
static void test_replaced_in_the_turn_of_a_request(void **state)
{
    struct catalog catalog = base_catalog;
    struct catalog_tenant next[COUNT] = {tenants[QUICK], tenants[SMALL]};
    next[QUICK].program = next[SMALL].program = 2;
    catalog.tenants = next;
    catalog.generation = 2;
    struct server server;
    int clients[BATCH], sealed = catalog_seal(&catalog);
    begin_batch(&server, clients);
    give_program(&server, 2);
    assert_int_equal(message_send(server.controls[0], MESSAGE_CATALOG, 2, sealed), 0);
    close(sealed);
    assert_int_equal(kill(server.processes[0], SIGCONT), 0);
    assert_int_equal(await(&server, 0, MESSAGE_RETIRED), 1);
    end_batch(&server, clients);
    assert_int_equal(metrics_worker(server.metrics, 0)->programs, 1);
    stop_server(&server);
}

static void test_drained_in_the_turn_of_a_request(void **state)
{
    struct server server;
    int clients[BATCH], status;
    begin_batch(&server, clients);
    assert_int_equal(message_send(server.controls[0], MESSAGE_DRAIN, 0, -1), 0);
    assert_int_equal(kill(server.processes[0], SIGCONT), 0);
    end_batch(&server, clients);
    assert_int_equal(waitpid(server.processes[0], &status, 0), server.processes[0]);
    assert_int_equal(status, 0); /* pools whose instances are not all back would have stopped it */
    close(server.controls[0]);
    server.processes[0] = 0;
    stop_server(&server);
}

/* The message's detail, or 0 if none came within a good second. */
static uint32_t await_hot(const struct server *server)
{
    struct message message;
    int descriptor;
    for (int wait = 0; wait < 1300; wait++) {
        int result = message_receive(server->controls[0], &message, &descriptor);
        assert_true(result >= 0);
        if (result == 1 && message.type == MESSAGE_HOT) {
            assert_int_equal(message.id, 1);
            return message.detail;
        }
        usleep(1000);
    }
    return 0;
}

/* A program that uses much is reported while its request still runs; not if nobody wants to know. */
static void test_hot_functions_are_reported(void **state)
{
    struct catalog catalog = base_catalog;
    struct catalog_tenant endless[COUNT] = {tenants[QUICK], tenants[SMALL]};
    endless[QUICK].limits.instructions = 100000000000;
    endless[QUICK].limits.deadline_ms = 4000;
    catalog.tenants = endless;
    catalog.generation = 2;
    struct server server;
    set_up(&server);
    give_catalog(&server, 0, &catalog);
    int spinning = begin(&server, "quick", "spin");
    assert_int_equal(await_hot(&server), 0);
    catalog.generation = 3;
    catalog.profile = 1;
    give_catalog(&server, 0, &catalog);
    assert_true(await_hot(&server) >= 0x10000);
    char *answer = read_all(spinning);
    assert_int_equal(atoi(answer + 9), 504);
    free(answer);
    stop_server(&server);
}

/* Native code that is none is refused, and the program goes on as it did. */
static void test_native_code_that_is_none(void **state)
{
    struct server server;
    set_up(&server);
    int artifact = make_artifact(); /* sealed, but something else */
    assert_int_equal(message_send(server.controls[0], MESSAGE_NATIVE, 1, artifact), 0);
    assert_int_equal(message_send(server.controls[0], MESSAGE_NATIVE, 77, artifact), 0); /* of no program there */
    close(artifact);
    expect_status(&server, "quick", "count", 200);
    assert_int_equal(metrics_worker(server.metrics, 0)->native_programs, 0);
    stop_server(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers_and_failures),
        cmocka_unit_test(test_slices_let_others_through),
        cmocka_unit_test(test_slices_end_in_time),
        cmocka_unit_test(test_long_calls_are_within_the_limit),
        cmocka_unit_test(test_concurrency),
        cmocka_unit_test(test_cpu_budget),
        cmocka_unit_test(test_the_hosts_work_is_charged),
        cmocka_unit_test(test_response_budget),
        cmocka_unit_test(test_total_memory),
        cmocka_unit_test(test_client_gone),
        cmocka_unit_test(test_replacement),
        cmocka_unit_test(test_body_limits),
        cmocka_unit_test(test_idle_instances_are_evicted),
        cmocka_unit_test(test_rolled_back_before_sleep),
        cmocka_unit_test(test_replaced_in_the_turn_of_a_request),
        cmocka_unit_test(test_drained_in_the_turn_of_a_request),
        cmocka_unit_test(test_hot_functions_are_reported),
        cmocka_unit_test(test_native_code_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
