/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks the hosts t0.localhost, t1.localhost and so on in turn, each connection again when it has its answer.
 *
 *     rotate PORT HOSTS CONNECTIONS SECONDS
 *
 * Prints one line of JSON: requests, seconds, and latencies in microseconds. It makes each request when it is due: a
 * generator that has a thousand texts ready, as a script of wrk's would, takes as much of a cache that it shares with
 * the server (two hardware threads of one core do) as the server's thousand tenants.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define MAX_CONNECTIONS 4096
#define LATENCIES       10000 /* microseconds; the last place is for longer ones */
#define EVENTS          64

struct load {
    unsigned hosts, next; /* to be asked */
    int epoll;
    uint64_t requests;
    uint32_t latencies[LATENCIES]; /* requests by microseconds */
};

struct connection {
    int descriptor;
    int64_t asked;
};

static struct load load;
static struct connection connections[MAX_CONNECTIONS];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void ask(struct connection *connection)
{
    char text[64];
    int size = snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: t%u.localhost\r\n\r\n", load.next);
    load.next = (load.next + 1) % load.hosts;
    connection->asked = now_ns();
    if (send(connection->descriptor, text, (size_t)size, MSG_NOSIGNAL) != size)
        fail("rotate: send");
}

/* The answers are small, so each comes whole. */
static void take_answer(struct connection *connection)
{
    char answer[4096];
    ssize_t got = recv(connection->descriptor, answer, sizeof answer, 0);
    if (got < 0)
        fail("rotate: recv");
    if (got < 12 || memcmp(answer + 8, " 200", 4)) {
        fprintf(stderr, "rotate: not a 200: %.*s\n", (int)got, answer);
        exit(1);
    }
    int64_t us = (now_ns() - connection->asked) / 1000;
    load.latencies[us < LATENCIES ? us : LATENCIES - 1]++;
    load.requests++;
}

static void open_connection(struct connection *connection, int port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
    connection->descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->descriptor < 0 || connect(connection->descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        fail("rotate: connect");
    setsockopt(connection->descriptor, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, connection->descriptor, &event) != 0)
        fail("rotate: epoll_ctl");
    ask(connection);
}

static int percentile(unsigned percent)
{
    uint64_t seen = 0;
    int us = 0;
    while (us < LATENCIES - 1 && (seen += load.latencies[us]) * 100 < load.requests * percent)
        us++;
    return us;
}

int main(int count, char **arguments)
{
    if (count != 5) {
        fprintf(stderr, "usage: rotate PORT HOSTS CONNECTIONS SECONDS\n");
        return 2;
    }
    load.hosts = (unsigned)atoi(arguments[2]);
    int wanted = atoi(arguments[3]);
    if (load.hosts < 1 || wanted < 1 || wanted > MAX_CONNECTIONS) {
        fprintf(stderr, "rotate: 1 host or more, 1 to %d connections\n", MAX_CONNECTIONS);
        return 2;
    }
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    int64_t begin = now_ns(), now, end = begin + (int64_t)(atof(arguments[4]) * 1e9);
    for (int i = 0; i < wanted; i++)
        open_connection(&connections[i], atoi(arguments[1]));
    while ((now = now_ns()) < end) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(load.epoll, events, EVENTS, 100);
        for (int i = 0; i < ready; i++) {
            take_answer(events[i].data.ptr);
            ask(events[i].data.ptr);
        }
    }
    printf("{\"requests\": %" PRIu64 ", \"seconds\": %.6f, \"p50\": %d, \"p99\": %d}\n", load.requests,
           (double)(now - begin) / 1e9, percentile(50), percentile(99));
    return 0;
}
