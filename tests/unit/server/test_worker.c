/* SPDX-License-Identifier: Apache-2.0
 *
 * Workers over their sockets. Their catalogs have fixed responses only; sandboxes are test_exchange.c's.
 */
#include "workers.h"

static const struct route routes[] = {
    {.host = SPAN("a.example"),
     .prefix = SPAN("/"),
     .tenant = -1,
     .fixed = {200, SPAN("text/plain"), SPAN("I am a\n")}},
    {.host = SPAN("a.example"), .prefix = SPAN("/none"), .tenant = -1, .fixed = {204, SPAN(""), SPAN("")}},
};
static const struct fixed_response listener_fixed[] = {{0}, {200, SPAN("text/plain"), SPAN("second listener\n")}};

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
    .instance_idle_ms = 1000,
    .route_count = 2,
    .routes = routes,
    .listener_count = 2,
    .listener_fixed = listener_fixed,
};

static void expect(const struct server *server, const char *request, const char *begin, const char *end)
{
    char *answer = ask(server, 0, request);
    assert_int_equal(strncmp(answer, begin, strlen(begin)), 0);
    assert_true(strlen(answer) >= strlen(end));
    assert_string_equal(answer + strlen(answer) - strlen(end), end);
    free(answer);
}

/* ---- tests ----------------------------------------------------------------------------------------- */

static void test_answers(void **state)
{
    struct server server;
    start_server(&server, 1, &base_catalog, -1);
    expect(&server, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nI am a\n");
    expect(&server, "HEAD / HTTP/1.1\r\nHost: A.example:80\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\n");
    expect(&server, "GET /none HTTP/1.1\r\nHost: a.example\r\n\r\n", "HTTP/1.1 204 No Content\r\n", "\r\n\r\n");
    expect(&server, "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n", "HTTP/1.1 404 Not Found\r\n", "here\n");
    expect(&server, "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n", "\n");
    expect(&server, "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 100001\r\n\r\n",
           "HTTP/1.1 413 Content Too Large\r\n", "\n");
    expect(&server, "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\n", "I am a\n");
    expect(&server, "POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello",
           "HTTP/1.1 400 Bad Request\r\n", "\n");
    expect(&server, "GET / HTTP/1.1\r\nHost: a.exa", "", ""); /* cut off: no answer */
    char *answer = ask(&server, 1, "GET /x HTTP/1.1\r\nHost: whoever\r\n\r\n");
    assert_non_null(strstr(answer, "\r\n\r\nsecond listener\n"));
    free(answer);
    stop_server(&server);
}

/* Every way to cut a pipelined batch in two gives the same answers in the same order. */
static void test_splits(void **state)
{
    static const char batch[] = "GET /none HTTP/1.1\r\nHost: a.example\r\n\r\n"
                                "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\n\r\nGET "
                                "POST / HTTP/1.1\r\nHost: b.example\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "3;x\r\nabc\r\n1\r\nd\r\n0\r\nX: y\r\n\r\n"
                                "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n";
    struct server server;
    start_server(&server, 1, &base_catalog, -1);
    for (size_t cut = 1; cut < sizeof batch - 1; cut++) {
        int client = connect_to(&server, 0);
        char first[sizeof batch];
        memcpy(first, batch, cut);
        first[cut] = 0;
        send_all(client, first);
        usleep(200); /* mostly enough to have it read on its own; the answer is the same if not */
        send_all(client, batch + cut);
        char *answer = read_all(client), *none = strstr(answer, "204 No"), *fixed = strstr(answer, "I am a\n");
        char *missing = strstr(answer, "404 Not");
        assert_true(none && fixed && missing && none < fixed && fixed < missing);
        assert_int_equal(count_of(answer, "I am a\n"), 2);
        assert_int_equal(count_of(answer, "HTTP/1.1 "), 4);
        assert_int_equal(count_of(answer, "Connection: close"), 1);
        free(answer);
    }
    stop_server(&server);
}

/* A client that sends much and reads late gets everything, and the server keeps little meanwhile. */
static void test_slow_reader(void **state)
{
    enum { REQUESTS = 20000 };
    static const char request[] = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
    struct server server;
    start_server(&server, 1, &base_catalog, -1);
    int client = connect_to(&server, 0);
    pid_t sender = fork();
    if (sender == 0) {
        for (int i = 0; i < REQUESTS; i++)
            send_all(client, request);
        shutdown(client, SHUT_WR);
        _exit(0);
    }
    usleep(300000);
    char *block = malloc(1 << 16);
    size_t bodies = 0, matched = 0;
    const char *body = "I am a\n";
    for (ssize_t got; (got = recv(client, block, 1 << 16, 0)) > 0;) {
        for (ssize_t i = 0; i < got; i++) {
            matched = block[i] == body[matched] ? matched + 1 : block[i] == body[0];
            if (!body[matched]) {
                bodies++;
                matched = 0;
            }
        }
    }
    assert_int_equal(bodies, REQUESTS);
    free(block);
    close(client);
    assert_int_equal(waitpid(sender, NULL, 0), sender);
    stop_server(&server);
}

static void test_connections_spread_evenly(void **state)
{
    struct server server;
    start_server(&server, 4, &base_catalog, -1);
    for (int round = 0; round < 10; round++) {
        int clients[8];
        for (int i = 0; i < 8; i++)
            clients[i] = connect_to(&server, 0);
        for (int i = 0; i < 8; i++) {
            char byte;
            send_all(clients[i], "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
            assert_int_equal(recv(clients[i], &byte, 1, 0), 1);
        }
        for (unsigned i = 0; i < 4; i++)
            assert_int_equal(metrics_worker(server.metrics, i)->connections, 2);
        for (int i = 0; i < 8; i++)
            close(clients[i]);
        struct metrics_worker sum;
        for (int wait = 0; wait < 5000; wait++) {
            metrics_sum_workers(server.metrics, &sum);
            if (sum.connections == 0)
                break;
            usleep(1000);
        }
        assert_int_equal(sum.connections, 0);
    }
    stop_server(&server);
}

/* The others go on, and the replacement takes its share. */
static void test_killed_worker(void **state)
{
    struct server server;
    start_server(&server, 2, &base_catalog, -1);
    int status;
    kill(server.processes[0], SIGKILL);
    waitpid(server.processes[0], &status, 0);
    metrics_reset_worker(server.metrics, 0);
    close(server.controls[0]);
    for (int i = 0; i < 10; i++)
        expect(&server, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "HTTP/1.1 200 OK\r\n", "I am a\n");
    start_worker(&server, 0);
    give_catalog(&server, 0, &base_catalog);
    int clients[4];
    for (int i = 0; i < 4; i++) {
        char byte;
        clients[i] = connect_to(&server, 0);
        send_all(clients[i], "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
        assert_int_equal(recv(clients[i], &byte, 1, 0), 1);
    }
    assert_int_equal(metrics_worker(server.metrics, 0)->connections, 2);
    assert_int_equal(metrics_worker(server.metrics, 1)->connections, 2);
    for (int i = 0; i < 4; i++)
        close(clients[i]);
    stop_server(&server);
}

static void test_connection_limit(void **state)
{
    struct catalog catalog = base_catalog;
    catalog.http.connections = 2;
    struct server server;
    start_server(&server, 1, &catalog, -1);
    int first = connect_to(&server, 0), second = connect_to(&server, 0);
    char *answer = read_all(connect_to(&server, 0));
    assert_int_equal(strncmp(answer, "HTTP/1.1 503 ", 13), 0);
    char *body = strstr(answer, "\r\n\r\n") + 4;
    assert_int_equal(strlen(body), atoi(strstr(answer, "Content-Length: ") + 16));
    free(answer);
    send_all(first, "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    answer = read_all(first);
    assert_non_null(strstr(answer, "I am a\n"));
    free(answer);
    expect(&server, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "HTTP/1.1 200 OK\r\n", "I am a\n");
    close(second);
    stop_server(&server);
}

static void test_new_catalog(void **state)
{
    static const struct route changed[] = {
        {.host = SPAN("*"), .prefix = SPAN("/"), .tenant = -1, .fixed = {200, SPAN("text/plain"), SPAN("changed\n")}}};
    struct server server;
    start_server(&server, 1, &base_catalog, -1);
    int client = connect_to(&server, 0);
    char bytes[1000];
    send_all(client, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    assert_true(recv(client, bytes, sizeof bytes, 0) > 0);
    struct catalog catalog = base_catalog;
    catalog.generation = 2;
    catalog.routes = changed;
    catalog.route_count = 1;
    give_catalog(&server, 0, &catalog);
    send_all(client, "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    char *answer = read_all(client);
    assert_non_null(strstr(answer, "\r\n\r\nchanged\n"));
    free(answer);
    /* One that cannot be served (a route to no tenant) changes nothing. */
    static const struct route twice[] = {
        {.host = SPAN("x"), .prefix = SPAN("/"), .tenant = -1, .fixed = {200, SPAN("text/plain"), SPAN("1")}},
        {.host = SPAN("x"), .prefix = SPAN("/"), .tenant = -1, .fixed = {200, SPAN("text/plain"), SPAN("2")}}};
    catalog.generation = 3;
    catalog.routes = twice;
    catalog.route_count = 2;
    int descriptor = catalog_seal(&catalog);
    assert_int_equal(message_send(server.controls[0], MESSAGE_CATALOG, 3, descriptor), 0);
    close(descriptor);
    expect(&server, "GET / HTTP/1.1\r\nHost: z\r\n\r\n", "HTTP/1.1 200 OK\r\n", "changed\n");
    stop_server(&server);
}

static void test_drain(void **state)
{
    struct server server;
    start_server(&server, 1, &base_catalog, -1);
    int idle = connect_to(&server, 0), begun = connect_to(&server, 0);
    char byte;
    send_all(idle, "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n");
    assert_int_equal(recv(idle, &byte, 1, 0), 1);
    send_all(begun, "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 2\r\n\r\n1");
    usleep(100000); /* until it was read; the test is weaker if it was not, but passes */
    assert_int_equal(message_send(server.controls[0], MESSAGE_DRAIN, 0, -1), 0);
    free(read_all(idle)); /* closed at once */
    send_all(begun, "2");
    char *answer = read_all(begun);
    assert_non_null(strstr(answer, "I am a\n"));
    assert_non_null(strstr(answer, "Connection: close\r\n"));
    free(answer);
    stop_server(&server);
}

static void test_supervisor_gone(void **state)
{
    struct server server;
    start_server(&server, 1, &base_catalog, -1);
    close(server.controls[0]);
    int status;
    assert_int_equal(waitpid(server.processes[0], &status, 0), server.processes[0]);
    assert_int_equal(status, 0);
    dispose_server(&server);
}

static void test_access_log(void **state)
{
    int pipe_ends[2];
    struct server server;
    assert_int_equal(pipe(pipe_ends), 0);
    start_server(&server, 1, &base_catalog, pipe_ends[1]);
    close(pipe_ends[1]);
    expect(&server, "GET /p?q=\"1\" HTTP/1.1\r\nHost: a.example\r\n\r\n", "HTTP/1.1 200 OK\r\n", "I am a\n");
    expect(&server, "GET /%00 HTTP/1.1\r\nHost: b.example\r\n\r\n", "HTTP/1.1 404 Not Found\r\n", "\n");
    stop_server(&server);
    char *log = calloc(1, 10000);
    size_t size = 0;
    for (ssize_t got; (got = read(pipe_ends[0], log + size, 9999 - size)) > 0;)
        size += (size_t)got;
    close(pipe_ends[0]);
    assert_int_equal(count_of(log, "\n"), 2);
    assert_non_null(
        strstr(log, "\"method\":\"GET\",\"target\":\"/p?q=\\\"1\\\"\",\"host\":\"a.example\",\"status\":200"));
    assert_non_null(strstr(log, "\"target\":\"/%00\",\"host\":\"b.example\",\"status\":404"));
    assert_int_equal(count_of(log, "\"client\":\"127.0.0.1\""), 2);
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),         cmocka_unit_test(test_splits),
        cmocka_unit_test(test_slow_reader),     cmocka_unit_test(test_connections_spread_evenly),
        cmocka_unit_test(test_killed_worker),   cmocka_unit_test(test_connection_limit),
        cmocka_unit_test(test_new_catalog),     cmocka_unit_test(test_drain),
        cmocka_unit_test(test_supervisor_gone), cmocka_unit_test(test_access_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
