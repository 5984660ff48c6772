/* SPDX-License-Identifier: Apache-2.0 */
#include "server/admin.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/listener.h"

static struct {
    struct loop loop;
    struct admin *admin;
    struct address address;
} world;

static void answer(void *user, struct span method, struct span path, struct admin_reply *reply)
{
    if (span_equal(path, SPAN("/big"))) {
        reply->size = 8 << 20;
        reply->body = malloc(reply->size);
        memset(reply->body, 'x', reply->size);
    } else if (span_equal(path, SPAN("/echo"))) {
        reply->body = strndup(method.data, method.size);
        reply->size = method.size;
    } else {
        return;
    }
    reply->status = 200;
    reply->type = "text/plain";
}

static int set_up(void **state)
{
    char why[256];
    assert_null(address_parse(&world.address, "127.0.0.1:0"));
    assert_int_equal(loop_init(&world.loop), 0);
    int listening = listener_open(&world.address, &(struct listener_options){.mode = 0}, why, sizeof why);
    assert_true(listening >= 0);
    assert_int_equal(listener_bound(listening, &world.address), 0);
    world.admin = admin_create(&world.loop, listening, answer, NULL);
    assert_non_null(world.admin);
    return 0;
}

static int tear_down(void **state)
{
    admin_destroy(world.admin);
    loop_dispose(&world.loop);
    return 0;
}

static int dial(void)
{
    int client = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(client, &world.address.any, world.address.size), 0);
    return client;
}

static void step(void)
{
    assert_int_equal(loop_step(&world.loop, clock_monotonic() + 5 * NS_PER_MS), 0);
}

/* All that comes until the server closes; malloc'ed. */
static char *ask(const char *request, size_t *size)
{
    size_t capacity = 16 << 20;
    char *out = calloc(1, capacity);
    int client = dial();
    assert_int_equal(send(client, request, strlen(request), 0), strlen(request));
    *size = 0;
    for (int64_t end = clock_monotonic() + 20 * NS_PER_SECOND;;) {
        assert_true(clock_monotonic() < end);
        step();
        ssize_t got = recv(client, out + *size, capacity - *size - 1, MSG_DONTWAIT);
        if (got == 0)
            break;
        if (got > 0)
            *size += (size_t)got;
    }
    close(client);
    return out;
}

static void assert_answer(const char *request, const char *first, const char *last)
{
    size_t size;
    char *answer_text = ask(request, &size);
    assert_int_equal(strncmp(answer_text, first, strlen(first)), 0);
    assert_string_equal(answer_text + size - strlen(last), last);
    assert_non_null(strstr(answer_text, "\r\nConnection: close\r\n"));
    free(answer_text);
}

static void test_answers(void **state)
{
    assert_answer("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nGET");
    assert_answer("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\nPOST");
    assert_answer("HEAD /echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "\r\n\r\n");
    assert_answer("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 ", "POST /reload or /upgrade\n");
    assert_answer("nonsense\r\n\r\n", "HTTP/1.1 400 ", "");
    char *large = malloc(20000);
    memset(large, 'a', 19999);
    memcpy(large, "GET /", 5);
    large[19999] = '\0';
    size_t size;
    char *text = ask(large, &size);
    assert_true(size == 0 || !strncmp(text, "HTTP/1.1 414 ", 13));
    free(text);
    free(large);
}

static void test_a_large_answer_is_sent_whole(void **state)
{
    size_t size;
    char *text = ask("GET /big HTTP/1.1\r\nHost: x\r\n\r\n", &size);
    const char *body = strstr(text, "\r\n\r\n");
    assert_non_null(body);
    assert_int_equal(size - (size_t)(body + 4 - text), 8 << 20);
    free(text);
}

static void test_a_request_in_pieces(void **state)
{
    static const char request[] = "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n";
    int client = dial();
    char out[1024] = "";
    for (size_t i = 0; i < sizeof request - 1; i++) {
        assert_int_equal(send(client, request + i, 1, 0), 1);
        step();
    }
    for (int i = 0; i < 100 && recv(client, out, sizeof out - 1, MSG_DONTWAIT) <= 0; i++)
        step();
    assert_int_equal(strncmp(out, "HTTP/1.1 200", 12), 0);
    close(client);
}

static void test_many_silent_clients_leave_room_again(void **state)
{
    int clients[100];
    for (int i = 0; i < 100; i++)
        clients[i] = dial();
    for (int i = 0; i < 20; i++)
        step();
    for (int i = 0; i < 100; i++)
        close(clients[i]);
    for (int i = 0; i < 20; i++)
        step();
    assert_answer("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r\n", "GET");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_answers),
        TEST(test_a_large_answer_is_sent_whole),
        TEST(test_a_request_in_pieces),
        TEST(test_many_silent_clients_leave_room_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
