/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/listener.h"

static struct loop loop;
static char folder[] = "/tmp/mayfly-listener-XXXXXX";
static char why[512];

static int setup_group(void **state)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown_group(void **state)
{
    return rmdir(folder);
}

static int setup(void **state)
{
    why[0] = 0;
    return loop_init(&loop);
}

static int teardown(void **state)
{
    loop_dispose(&loop);
    return 0;
}

static int open_text(const char *text, const struct listener_options *options)
{
    struct address address;

    assert_null(address_parse(&address, text));
    return listener_open(&address, options, why, sizeof(why));
}

static const struct listener_options plain = {.reuse_port = false};

static int option_of(int descriptor, int level, int option)
{
    int value = -1;
    socklen_t size = sizeof(value);

    assert_int_equal(getsockopt(descriptor, level, option, &value, &size), 0);
    return value;
}

static struct address bound_to(int descriptor)
{
    struct address address;

    assert_int_equal(listener_bound(descriptor, &address), 0);
    return address;
}

static void test_tcp_socket(void **state)
{
    const struct listener_options options = {.reuse_port = true, .defer_seconds = 5};
    int one = open_text("127.0.0.1:0", &options);

    assert_true(one >= 0);
    assert_true(fcntl(one, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(one, F_GETFD) & FD_CLOEXEC);
    assert_true(option_of(one, SOL_SOCKET, SO_REUSEPORT));
    assert_true(option_of(one, IPPROTO_TCP, TCP_NODELAY));
    assert_true(option_of(one, IPPROTO_TCP, TCP_DEFER_ACCEPT) >= 5);
    /* Another socket on the same port, since both want it so. */
    char text[ADDRESS_TEXT_MAX];
    struct address address = bound_to(one);
    int two = open_text(address_format(&address, text), &options);
    assert_true(two >= 0);
    close(one);
    close(two);
}

static void test_an_address_in_use_is_explained(void **state)
{
    char text[ADDRESS_TEXT_MAX];
    int one = open_text("127.0.0.1:0", &plain);
    struct address address = bound_to(one);

    assert_true(one >= 0);
    assert_int_equal(listener_open(&address, &plain, why, sizeof(why)), -EADDRINUSE);
    assert_non_null(strstr(why, address_format(&address, text)));
    assert_non_null(strstr(why, "another process listens there"));
    close(one);
    assert_int_equal(open_text("192.0.2.1:0", &plain), -EADDRNOTAVAIL);
    assert_non_null(strstr(why, "no such address"));
    /* A reason that does not fit is cut. */
    char small[8] = "xxxxxxx";
    address.v4.sin_addr.s_addr = htonl(0xc0000201);
    assert_int_equal(listener_open(&address, &plain, small, 4), -EADDRNOTAVAIL);
    assert_string_equal(small, "can");
    assert_int_equal(small[4], 'x');
}

static void test_all_addresses(void **state)
{
    int descriptor = open_text(":0", &plain);
    assert_true(descriptor >= 0);
    struct address address = bound_to(descriptor);
    /* IPv4 reaches it, whether or not the machine has IPv6. */
    in_port_t port = address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port;
    struct sockaddr_in target = {.sin_family = AF_INET, .sin_port = port, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, (struct sockaddr *)&target, sizeof(target)), 0);
    close(client);
    close(descriptor);
}

static void test_unix_socket(void **state)
{
    char text[128];
    const char *path = text + strlen("unix:");
    const struct listener_options options = {.mode = 0640};
    struct stat status;

    snprintf(text, sizeof(text), "unix:%s/socket", folder);
    int one = open_text(text, &options);
    assert_true(one >= 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    /* Somebody listens there: refused, and the file is left alone. */
    assert_int_equal(open_text(text, &options), -EADDRINUSE);
    assert_non_null(strstr(why, "another process listens there"));
    assert_int_equal(stat(path, &status), 0);
    /* Nobody listens any more: replaced. */
    close(one);
    int two = open_text(text, &plain);
    assert_true(two >= 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0666);
    close(two);
    assert_int_equal(unlink(path), 0);
}

static void test_a_file_that_is_no_socket_is_left_alone(void **state)
{
    char text[128];
    const char *path = text + strlen("unix:");

    snprintf(text, sizeof(text), "unix:%s/file", folder);
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(open_text(text, &plain), -EEXIST);
    assert_non_null(strstr(why, "not a socket"));
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    snprintf(text, sizeof(text), "unix:%s/missing/socket", folder);
    assert_int_equal(open_text(text, &plain), -ENOENT);
    assert_non_null(strstr(why, "create it first"));
}

/* ---- accepting ------------------------------------------------------------------------------------- */

static int accepted[256];
static int accepted_count;
static char accepted_peer[INET6_ADDRSTRLEN];
static bool stop_after_first;

static void on_accepted(struct listener *listener, int descriptor, const struct address *peer)
{
    accepted[accepted_count++] = descriptor;
    address_format_peer(peer, accepted_peer);
    if (stop_after_first)
        listener_stop(listener);
}

static void close_accepted(void)
{
    while (accepted_count > 0)
        close(accepted[--accepted_count]);
}

static int connect_to(const struct address *address)
{
    int client = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    assert_true(client >= 0);
    assert_true(connect(client, &address->any, address->size) == 0 || errno == EINPROGRESS);
    return client;
}

static void poll_once(void)
{
    assert_int_equal(loop_step(&loop, 0), 0);
}

static void test_accepts_tcp_and_unix(void **state)
{
    char text[128];
    struct listener listener = {.loop = NULL};

    listener_stop(&listener); /* not started: harmless */
    snprintf(text, sizeof(text), "unix:%s/socket", folder);
    const char *const addresses[] = {"127.0.0.1:0", text};
    const char *const peers[] = {"127.0.0.1", "unix"};
    for (int i = 0; i < 2; i++) {
        int descriptor = open_text(addresses[i], &plain);
        assert_true(descriptor >= 0);
        struct address address = bound_to(descriptor);
        assert_int_equal(listener_start(&listener, &loop, descriptor, true, on_accepted), 0);
        int clients[100];
        for (int k = 0; k < 100; k++)
            clients[k] = connect_to(&address);
        for (int k = 0; k < 4; k++)
            poll_once();
        assert_int_equal(accepted_count, 100);
        assert_int_equal(listener.count, 100);
        assert_string_equal(accepted_peer, peers[i]);
        assert_true(fcntl(accepted[99], F_GETFL) & O_NONBLOCK);
        assert_true(fcntl(accepted[99], F_GETFD) & FD_CLOEXEC);
        if (i == 0)
            assert_true(option_of(accepted[0], IPPROTO_TCP, TCP_NODELAY));
        close_accepted();
        for (int k = 0; k < 100; k++)
            close(clients[k]);
        listener_stop(&listener);
        listener_stop(&listener);
        close(descriptor);
    }
    assert_int_equal(unlink(text + strlen("unix:")), 0);
}

static void test_stop_inside_accepted(void **state)
{
    struct listener listener;
    int descriptor = open_text("127.0.0.1:0", &plain);
    struct address address = bound_to(descriptor);

    stop_after_first = true;
    assert_int_equal(listener_start(&listener, &loop, descriptor, false, on_accepted), 0);
    int one = connect_to(&address), two = connect_to(&address);
    poll_once();
    poll_once();
    assert_int_equal(accepted_count, 1);
    stop_after_first = false;
    close_accepted();
    /* The second one still waits in the kernel for whoever starts next. */
    assert_int_equal(listener_start(&listener, &loop, descriptor, false, on_accepted), 0);
    poll_once();
    assert_int_equal(accepted_count, 1);
    close_accepted();
    listener_stop(&listener);
    close(one);
    close(two);
    close(descriptor);
}

/* Without a descriptor to spare the listener pauses instead of spinning, and goes on by itself. */
static void test_out_of_descriptors(void **state)
{
    struct listener listener;
    struct rlimit before, none;
    int descriptor = open_text("127.0.0.1:0", &plain);
    struct address address = bound_to(descriptor);

    assert_int_equal(listener_start(&listener, &loop, descriptor, true, on_accepted), 0);
    int client = connect_to(&address);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (int i = 0; i < 50; i++)
        poll_once();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(accepted_count, 0);
    assert_true(listener.paused);
    assert_int_equal(listener.refused, 1);
    while (accepted_count == 0)
        assert_int_equal(loop_step(&loop, TIMERS_NEVER), 0);
    assert_false(listener.paused);
    /* Stopping while it pauses leaves no timer behind. */
    int second = connect_to(&address);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    poll_once();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(listener.paused);
    listener_stop(&listener);
    assert_int_equal(loop.timers.count, 0);
    close_accepted();
    close(client);
    close(second);
    close(descriptor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tcp_socket, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_address_in_use_is_explained, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unix_socket, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_no_socket_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_accepts_tcp_and_unix, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stop_inside_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_out_of_descriptors, setup, teardown),
    };
    return cmocka_run_group_tests(tests, setup_group, teardown_group);
}
