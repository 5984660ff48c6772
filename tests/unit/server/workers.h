/* SPDX-License-Identifier: Apache-2.0
 *
 * Real workers in child processes with a supervisor's part played by the test, and clients for them.
 */
#ifndef TESTS_UNIT_SERVER_WORKERS_H
#define TESTS_UNIT_SERVER_WORKERS_H

#include "server/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "net/listener.h"
#include "server/protocol.h"

#define WORKERS_MAX 4

struct server {
    unsigned count;
    pid_t processes[WORKERS_MAX];
    int controls[WORKERS_MAX];
    int mailboxes_in[WORKERS_MAX], mailboxes_out[WORKERS_MAX];
    int listeners[2];
    struct address addresses[2];
    struct metrics *metrics;
    int access_log;
};

/* ---- the server ------------------------------------------------------------------------------------ */

static inline void start_worker(struct server *server, unsigned index)
{
    int control[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, control), 0);
    server->controls[index] = control[0];
    server->processes[index] = fork();
    if (server->processes[index] == 0) {
        for (unsigned i = 0; i <= index; i++)
            close(server->controls[i]);
        worker_main(&(struct worker_start){.index = index,
                                           .count = server->count,
                                           .control = control[1],
                                           .mailbox = server->mailboxes_in[index],
                                           .mailboxes = server->mailboxes_out,
                                           .listeners = server->listeners,
                                           .listener_count = 2,
                                           .access_log = server->access_log,
                                           .metrics = server->metrics});
    }
    close(control[1]);
}

/* Waits for a message of that type. */
static inline uint64_t await(struct server *server, unsigned worker, enum message_type type)
{
    for (;;) {
        struct message message;
        int descriptor, result = message_receive(server->controls[worker], &message, &descriptor);
        assert_true(result >= 0);
        if (result == 1 && message.type == type)
            return message.id;
        struct pollfd readable = {.fd = server->controls[worker], .events = POLLIN};
        if (result == 0)
            assert_int_equal(poll(&readable, 1, 10000), 1);
    }
}

static inline void give_catalog(struct server *server, unsigned worker, const struct catalog *catalog)
{
    int descriptor = catalog_seal(catalog);
    assert_true(descriptor >= 0);
    assert_int_equal(message_send(server->controls[worker], MESSAGE_CATALOG, catalog->generation, descriptor), 0);
    close(descriptor);
    assert_int_equal(await(server, worker, MESSAGE_SERVING), catalog->generation);
}

/* Sockets, mailboxes, counters: all but the workers. */
static inline void prepare_server(struct server *server, unsigned count, int access_log)
{
    *server = (struct server){.count = count, .metrics = metrics_create(count, 16), .access_log = access_log};
    for (int i = 0; i < 2; i++) {
        char why[256];
        struct address any;
        assert_null(address_parse(&any, "127.0.0.1:0"));
        server->listeners[i] = listener_open(&any, &(struct listener_options){0}, why, sizeof why);
        assert_true(server->listeners[i] >= 0);
        assert_int_equal(listener_bound(server->listeners[i], &server->addresses[i]), 0);
    }
    for (unsigned i = 0; i < count; i++) {
        int pair[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
        server->mailboxes_in[i] = pair[0];
        server->mailboxes_out[i] = pair[1];
    }
}

static inline void start_server(struct server *server, unsigned count, const struct catalog *catalog, int access_log)
{
    prepare_server(server, count, access_log);
    for (unsigned i = 0; i < count; i++)
        start_worker(server, i);
    for (unsigned i = 0; i < count; i++)
        give_catalog(server, i, catalog);
}

/* Drains it, and expects it to end well. */
static inline void stop_worker(struct server *server, unsigned index)
{
    int status;
    (void)!message_send(server->controls[index], MESSAGE_DRAIN, 0, -1); /* fails if it has ended already */
    assert_int_equal(waitpid(server->processes[index], &status, 0), server->processes[index]);
    assert_int_equal(status, 0);
    close(server->controls[index]);
    server->processes[index] = 0;
}

static inline void dispose_server(struct server *server)
{
    for (unsigned i = 0; i < server->count; i++) {
        close(server->mailboxes_in[i]);
        close(server->mailboxes_out[i]);
    }
    close(server->listeners[0]);
    close(server->listeners[1]);
    metrics_destroy(server->metrics);
}

static inline void stop_server(struct server *server)
{
    for (unsigned i = 0; i < server->count; i++)
        if (server->processes[i])
            stop_worker(server, i);
    dispose_server(server);
}

/* ---- clients --------------------------------------------------------------------------------------- */

static inline int connect_to(const struct server *server, int listener)
{
    const struct address *address = &server->addresses[listener];
    int client = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(client, &address->any, address->size), 0);
    struct timeval patience = {.tv_sec = 10};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return client;
}

static inline void send_all(int client, const char *text)
{
    size_t size = strlen(text);
    assert_int_equal(send(client, text, size, MSG_NOSIGNAL), size);
}

/* Everything up to the end, as a string. */
static inline char *read_all(int client)
{
    size_t size = 0, capacity = 1 << 20;
    char *text = malloc(capacity);
    ssize_t got;
    while ((got = recv(client, text + size, capacity - size - 1, 0)) > 0)
        size += (size_t)got;
    assert_int_equal(got, 0);
    text[size] = 0;
    close(client);
    return text;
}

static inline size_t count_of(const char *text, const char *what)
{
    size_t found = 0;
    for (; (text = strstr(text, what)); text += strlen(what))
        found++;
    return found;
}

/* Sends `request` on a fresh connection and reads until the server closes. */
static inline char *ask(const struct server *server, int listener, const char *request)
{
    int client = connect_to(server, listener);
    send_all(client, request);
    shutdown(client, SHUT_WR);
    return read_all(client);
}

#endif
