/* SPDX-License-Identifier: Apache-2.0
 *
 * A steady load: so many requests a second, whether or not the server keeps up. A request's latency counts from the
 * moment at which it was due, so a server that stands still for a while makes all those due in the while late, as its
 * clients would see it, and not only the few that were under way.
 *
 *     steady PORT HOST PATH RATE SECONDS CONNECTIONS
 *
 * Prints one line of JSON: requests due, answers with status 200, others by kind, and latencies of the 200s.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_CONNECTIONS 256
#define LAST_ANSWERS_NS INT64_C(2000000000) /* how long those under way at the end may take */

struct connection {
    int64_t due; /* of the request under way; 0: none */
    size_t got;
    char answer[4096]; /* its head and the start of its body; the rest is counted only */
    size_t left;       /* bytes of the body still to come; valid when `head` */
    bool head;
};

static struct pollfd sockets[MAX_CONNECTIONS];
static struct connection connections[MAX_CONNECTIONS];
static char request[1024];
static int port;
static uint64_t ok, refused, failed, broken; /* 200; 429 or 503; other statuses; no answer */
static uint32_t *latencies;                  /* microseconds of the 200s */

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static void open_connection(int i)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int opened = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (opened < 0 || connect(opened, (struct sockaddr *)&address, sizeof address)) {
        perror("steady: connect");
        exit(1);
    }
    setsockopt(opened, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    sockets[i] = (struct pollfd){.fd = opened, .events = POLLIN};
    connections[i] = (struct connection){.due = 0};
}

static void reopen(int i)
{
    broken += connections[i].due != 0;
    close(sockets[i].fd);
    open_connection(i);
}

static void begin(int i, int64_t due)
{
    connections[i] = (struct connection){.due = due};
    ssize_t size = (ssize_t)strlen(request);
    if (send(sockets[i].fd, request, (size_t)size, MSG_NOSIGNAL) != size)
        reopen(i);
}

/* The head is whole: how much is to come. False: it is no answer that we understand. */
static bool take_head(struct connection *c)
{
    char *end = memmem(c->answer, c->got, "\r\n\r\n", 4);
    if (!end)
        return c->got < sizeof c->answer - 1;
    *end = '\0';
    const char *length = strcasestr(c->answer, "\r\nContent-Length:");
    size_t body = length ? strtoul(length + 17, NULL, 10) : 0, here = c->got - (size_t)(end + 4 - c->answer);
    c->head = true;
    c->left = body > here ? body - here : 0;
    return true;
}

static void finish(struct connection *c)
{
    int status = atoi(c->answer + 9);
    if (status == 200)
        latencies[ok++] = (uint32_t)((now_ns() - c->due) / 1000);
    else if (status == 429 || status == 503)
        refused++;
    else
        failed++;
    c->due = 0;
}

static void receive(int i)
{
    struct connection *c = &connections[i];
    char rest[65536];
    char *to = c->head ? rest : c->answer + c->got;
    size_t room = c->head ? sizeof rest : sizeof c->answer - 1 - c->got;
    ssize_t got = recv(sockets[i].fd, to, room, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 || !c->due) {
        reopen(i);
        return;
    }
    if (c->head) {
        c->left = c->left > (size_t)got ? c->left - (size_t)got : 0;
    } else {
        c->got += (size_t)got;
        if (!take_head(c)) {
            reopen(i);
            return;
        }
    }
    if (c->head && c->left == 0) {
        bool closes = strcasestr(c->answer, "\r\nConnection: close");
        finish(c);
        if (closes)
            reopen(i);
    }
}

/* Gives requests that are due to idle connections. When the next is due, or 0 when all are given out. */
static int64_t dispatch(int count, int64_t start, double interval, uint64_t total, uint64_t *sent)
{
    for (int i = 0; i < count && *sent < total; i++) {
        int64_t due = start + (int64_t)((double)*sent * interval);
        if (due > now_ns())
            return due;
        if (connections[i].due)
            continue;
        begin(i, due);
        ++*sent;
    }
    return *sent < total ? start + (int64_t)((double)*sent * interval) : 0;
}

static void run(int count, double rate, double seconds)
{
    uint64_t total = (uint64_t)(rate * seconds), sent = 0;
    int64_t start = now_ns(), end = start + (int64_t)(seconds * 1e9);
    for (;;) {
        int64_t next = dispatch(count, start, 1e9 / rate, total, &sent), now = now_ns();
        bool busy = false;
        for (int i = 0; i < count; i++)
            busy |= connections[i].due != 0;
        if ((now > end && !busy) || now > end + LAST_ANSWERS_NS)
            break;
        int64_t wait = next > now ? next - now : next ? 1000000 : 10000000; /* overdue: an answer frees a connection */
        struct timespec timeout = {wait / 1000000000, wait % 1000000000};
        if (ppoll(sockets, (nfds_t)count, &timeout, NULL) <= 0)
            continue;
        for (int i = 0; i < count; i++)
            if (sockets[i].revents)
                receive(i);
    }
    broken += total - sent;
    for (int i = 0; i < count; i++)
        broken += connections[i].due != 0;
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static uint32_t percentile(double share)
{
    return ok ? latencies[(uint64_t)((double)(ok - 1) * share)] : 0;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: steady PORT HOST PATH RATE SECONDS CONNECTIONS\n");
        return 2;
    }
    double rate = atof(argv[4]), seconds = atof(argv[5]);
    int count = atoi(argv[6]);
    port = atoi(argv[1]);
    if (rate <= 0 || seconds <= 0 || count < 1 || count > MAX_CONNECTIONS) {
        fprintf(stderr, "steady: RATE and SECONDS must be above 0, CONNECTIONS 1 to %d\n", MAX_CONNECTIONS);
        return 2;
    }
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", argv[3], argv[2]);
    latencies = calloc((size_t)(rate * seconds) + 1, sizeof *latencies);
    if (!latencies) {
        fprintf(stderr, "steady: no memory for the latencies of so many requests\n");
        return 1;
    }
    prctl(PR_SET_TIMERSLACK, 1);
    for (int i = 0; i < count; i++)
        open_connection(i);
    run(count, rate, seconds);
    qsort(latencies, ok, sizeof *latencies, by_size);
    printf("{\"due\": %" PRIu64 ", \"ok\": %" PRIu64 ", \"refused\": %" PRIu64 ", \"failed\": %" PRIu64
           ", \"broken\": %" PRIu64 ", \"p50\": %" PRIu32 ", \"p99\": %" PRIu32 ", \"p999\": %" PRIu32
           ", \"max\": %" PRIu32 "}\n",
           (uint64_t)(rate * seconds), ok, refused, failed, broken, percentile(0.5), percentile(0.99),
           percentile(0.999), percentile(1));
    free(latencies);
    return 0;
}
