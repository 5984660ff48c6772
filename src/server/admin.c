/* SPDX-License-Identifier: Apache-2.0 */
#include "server/admin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "http/parser.h"
#include "http/writer.h"
#include "net/listener.h"

#define CLIENTS_MAX 32   /* more are turned away */
#define HEAD_MAX    8192 /* bytes of a request */
#define CLIENT_NS   (10 * NS_PER_SECOND)

static const struct http_limits head_limits = {.request_line = 2048, .header_bytes = 6000, .header_count = 64};

struct client {
    struct loop_source source;
    struct timer timer;
    struct admin *admin;
    struct client *next;
    struct http_scan scan;
    size_t have;
    char input[HEAD_MAX];
    char *output; /* NULL: the request is not complete */
    size_t size, sent;
    bool waits; /* for room to send */
};

struct admin {
    struct listener listener;
    struct loop *loop;
    int listening;
    void (*answer)(void *user, struct span method, struct span path, struct admin_reply *reply);
    void *user;
    struct client *clients;
    size_t count;
};

static void drop(struct client *client)
{
    struct admin *admin = client->admin;
    int descriptor = client->source.descriptor;
    for (struct client **link = &admin->clients; *link; link = &(*link)->next)
        if (*link == client) {
            *link = client->next;
            break;
        }
    admin->count--;
    loop_remove(admin->loop, &client->source);
    loop_remove_timer(admin->loop, &client->timer);
    close(descriptor);
    free(client->output);
    free(client);
}

static void on_timeout(struct timer *timer)
{
    drop((struct client *)((char *)timer - offsetof(struct client, timer)));
}

/* ---- answering ------------------------------------------------------------------------------------- */

static void compose(struct client *client, const struct admin_reply *reply, bool head_only)
{
    char head[1024], date[HTTP_DATE_SIZE];
    const char *reason;
    http_date_format(date, clock_read(CLOCK_REALTIME) / NS_PER_SECOND);
    const struct http_response response = {.date = date,
                                           .type = span_of(reply->type),
                                           .body_size = reply->size,
                                           .status = (uint16_t)reply->status,
                                           .version = 11};
    size_t size = http_write_head(head, sizeof head, &response, &reason);
    CHECK(size > 0);
    client->output = malloc(size + reply->size);
    if (!client->output)
        return;
    memcpy(client->output, head, size);
    client->size = size;
    if (!head_only && reply->size) {
        memcpy(client->output + size, reply->body, reply->size);
        client->size += reply->size;
    }
}

static void explain(struct admin_reply *reply, unsigned status, const char *text)
{
    free(reply->body);
    *reply = (struct admin_reply){.status = status, .type = "text/plain; charset=utf-8", .body = strdup(text)};
    reply->size = reply->body ? strlen(reply->body) : 0;
}

static void answer(struct client *client, int parsed, const struct http_head *head)
{
    struct admin_reply reply = {.status = 0};
    bool head_only = false;
    if (parsed < 0) {
        explain(&reply, (unsigned)-parsed, head->reason);
    } else {
        head_only = head->method_id == HTTP_METHOD_HEAD;
        client->admin->answer(client->admin->user, head->method, head->path, &reply);
        if (reply.status == 0)
            explain(&reply, 404, "GET /healthz, /metrics, /tenants or /upgrade; POST /reload or /upgrade\n");
    }
    compose(client, &reply, head_only);
    free(reply.body);
}

/* By edges, and told once: who has sent all and reads nothing would be ready for ever. */
static bool await_room(struct client *client)
{
    if (!client->waits)
        client->waits = loop_modify(client->admin->loop, &client->source, LOOP_WRITE | (unsigned)LOOP_EDGE) == 0;
    return client->waits;
}

static void transmit(struct client *client)
{
    while (client->sent < client->size) {
        ssize_t sent = send(client->source.descriptor, client->output + client->sent, client->size - client->sent,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && errno == EAGAIN && await_room(client))
            return;
        if (sent < 0)
            break;
        client->sent += (size_t)sent;
    }
    (void)shutdown(client->source.descriptor, SHUT_WR);
    drop(client);
}

/* ---- reading --------------------------------------------------------------------------------------- */

static void receive(struct client *client)
{
    struct http_head head;
    ssize_t got = recv(client->source.descriptor, client->input + client->have, HEAD_MAX - client->have, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        drop(client);
        return;
    }
    client->have += (size_t)got;
    int parsed = http_parse_head(client->input, client->have, &client->scan, &head_limits, &head);
    if (parsed == 0 && client->have < HEAD_MAX)
        return;
    if (parsed == 0) {
        parsed = -431;
        head.reason = "the request is too large";
    }
    answer(client, parsed, &head);
    if (client->output)
        transmit(client);
    else
        drop(client);
}

static void on_client(struct loop_source *source, unsigned events)
{
    struct client *client = (struct client *)source;
    if (client->output)
        transmit(client);
    else
        receive(client);
}

static void on_accepted(struct listener *listener, int descriptor, const struct address *peer)
{
    struct admin *admin = (struct admin *)((char *)listener - offsetof(struct admin, listener));
    struct client *client = admin->count < CLIENTS_MAX ? calloc(1, sizeof *client) : NULL;
    if (!client) {
        close(descriptor);
        return;
    }
    client->admin = admin;
    client->source.ready = on_client;
    client->timer = (struct timer){.fire = on_timeout, .deadline = TIMERS_NEVER};
    if (loop_add(admin->loop, &client->source, descriptor, LOOP_READ) != 0) {
        close(descriptor);
        free(client);
        return;
    }
    client->next = admin->clients;
    admin->clients = client;
    admin->count++;
    loop_arm(admin->loop, &client->timer, loop_now(admin->loop) + CLIENT_NS);
}

struct admin *admin_create(struct loop *loop, int listening,
                           void (*answer_callback)(void *user, struct span method, struct span path,
                                                   struct admin_reply *reply),
                           void *user)
{
    struct admin *admin = calloc(1, sizeof *admin);
    if (!admin)
        return NULL;
    admin->loop = loop;
    admin->listening = listening;
    admin->answer = answer_callback;
    admin->user = user;
    if (listener_start(&admin->listener, loop, listening, false, on_accepted) != 0) {
        free(admin);
        return NULL;
    }
    return admin;
}

int admin_socket(const struct admin *admin)
{
    return admin->listening;
}

void admin_destroy(struct admin *admin)
{
    if (!admin)
        return;
    for (struct client *client = admin->clients, *next; client; client = next) {
        next = client->next;
        drop(client);
    }
    listener_stop(&admin->listener);
    close(admin->listening);
    free(admin);
}
