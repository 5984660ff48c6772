/* SPDX-License-Identifier: Apache-2.0
 *
 * From bytes to requests: parse, route, collect the body, and hand over to whoever answers.
 */
#include <stdlib.h>

#include "server/connection.h"
#include "server/worker_state.h"

/* A turn takes at most so many requests of a connection before others get theirs. */
#define REQUESTS_PER_TURN     256
#define INSTRUCTIONS_PER_TURN 1000000

/* Who answers; all NULL: nobody. */
struct target {
    const struct fixed_response *fixed;
    struct tenant_state *tenant;
};

/* A connection mostly stays with one host, which it remembers by the bytes that it came in. NULL: it is another. */
static const struct connection_host *recall_host(const struct connection *connection, const struct site *site,
                                                 struct span name)
{
    const struct connection_host *last = &connection->last_host;
    bool same = last->site == site->serial && last->size == name.size && memcmp(last->name, name.data, name.size) == 0;
    return same ? last : NULL;
}

static void remember_host(struct connection *connection, const struct site *site, struct span name,
                          const struct router_host *host, uint32_t slot)
{
    struct connection_host *last = &connection->last_host;
    last->site = 0;
    if (name.size > sizeof last->name)
        return;
    *last = (struct connection_host){.host = host, .site = site->serial, .size = (uint32_t)name.size, .slot = slot};
    memcpy(last->name, name.data, name.size);
}

/* The rollback of the request before comes here: with many tenants, the memory that this one goes by is on its way
 * meanwhile. */
static const struct router_host *find_host(struct connection *connection, struct span asked)
{
    struct worker *worker = connection->worker;
    const struct site *site = worker->site;
    const struct connection_host *last = recall_host(connection, site, asked);
    struct router_name name;
    uint32_t slot = last ? last->slot : router_seek(site->router, asked, &name);
    tenant_prefetch(&worker->states, slot);
    exchange_settle(worker);
    if (last)
        return last->host;
    const struct router_host *host = router_find_host(site->router, &name);
    remember_host(connection, site, asked, host, slot);
    return host;
}

static struct target find_target(struct connection *connection, const struct http_head *head)
{
    struct worker *worker = connection->worker;
    const struct site *site = worker->site;
    const struct catalog *catalog = site->catalog;
    if (connection->from.listener < catalog->listener_count &&
        catalog->listener_fixed[connection->from.listener].status)
        return (struct target){.fixed = &catalog->listener_fixed[connection->from.listener]};
    const struct router_host *host = find_host(connection, head->host);
    if (!host)
        return (struct target){0};
    int32_t slot;
    const struct route *route = router_find_path(site->router, host, head->path, &slot);
    if (!route)
        return (struct target){0};
    if (slot < 0)
        return (struct target){.fixed = &route->fixed};
    return (struct target){.tenant = &worker->states.by_slot[slot]};
}

/* ---- errors ---------------------------------------------------------------------------------------- */

/* The request cannot be read to its end, so nothing behind it can be trusted: answer and close. */
static void refuse(struct connection *connection, unsigned status, struct span reason)
{
    connection->keep_alive = false;
    connection->linger = true;
    metrics_add(&connection->worker->counters->bad_requests, 1);
    connection_send_error(connection, &(struct exchange_error){.status = status, .reason = reason});
}

/* What the access log can say of a request whose head `bytes` begin with, though that was not taken. */
static void note_refused(struct connection *connection, const char *bytes, size_t size)
{
    http_peek_request(bytes, size, &connection->method, &connection->target);
    connection->host = SPAN("");
}

static void refuse_head(struct connection *connection, unsigned status, const struct http_head *head, const char *bytes,
                        size_t size)
{
    connection->version = head->version;
    connection->is_head = false;
    note_refused(connection, bytes, size);
    connection->began_ticks = connection->worker->turn_ticks;
    refuse(connection, status, span_of(head->reason));
}

/* ---- answering ------------------------------------------------------------------------------------- */

static void note_request(struct connection *connection, const struct http_head *head)
{
    struct worker *worker = connection->worker;
    connection->version = head->version;
    connection->is_head = head->method_id == HTTP_METHOD_HEAD;
    connection->keep_alive = head->keep_alive && !worker->draining;
    connection->method = head->method;
    connection->target = head->target;
    connection->host = head->host;
    connection->began_ticks = worker->turn_ticks;
}

/* A parked request outlives the input that it came in: what the logs will say of it is kept. */
static bool keep_texts(struct connection *connection)
{
    struct span *texts[] = {&connection->method, &connection->target, &connection->host};
    size_t size = 0;
    for (int i = 0; i < 3; i++)
        size += texts[i]->size;
    char *at = connection->kept = malloc(size + 1);
    for (int i = 0; i < 3; i++) {
        if (!at)
            texts[i]->size = 0;
        else
            memcpy(at, texts[i]->data, texts[i]->size);
        texts[i]->data = at;
        if (at)
            at += texts[i]->size;
    }
    connection->exchange.method = connection->method;
    connection->exchange.target = connection->target;
    return connection->kept != NULL;
}

static void ask_tenant(struct connection *connection, const struct http_head *head, struct tenant_state *tenant,
                       struct span body)
{
    const struct mf_request request = {
        .method = {head->method.data, head->method.size},
        .target = {head->target.data, head->target.size},
        .path = {head->path.data, head->path.size},
        .query = {head->query.data, head->query.size},
        .client = {connection->from.client, connection->from.client_size},
        .headers = (const struct mf_header *)head->headers,
        .header_count = head->header_count,
        .body = {body.data, body.size},
        .version = head->version,
    };
    if (exchange_begin(&connection->exchange, connection->worker, tenant, &request)) {
        connection_send_answer(connection);
        return;
    }
    connection->phase = CONNECTION_WAIT;
    if (!keep_texts(connection))
        connection->broken = true; /* closed at the end of the turn, which abandons the exchange */
}

/* The request is there, whole. The phase afterwards: HEAD, WAIT or CLOSING. */
static void answer(struct connection *connection, const struct http_head *head, const struct target *target,
                   struct span body)
{
    note_request(connection, head);
    if (target->tenant) {
        ask_tenant(connection, head, target->tenant, body);
    } else if (target->fixed) {
        connection_send_fixed(connection, target->fixed);
    } else {
        metrics_add(&connection->worker->counters->no_route, 1);
        connection_send_error(connection, &(struct exchange_error){
                                              .status = 404, .reason = SPAN("nobody serves this host and path here")});
    }
}

/* ---- bodies ---------------------------------------------------------------------------------------- */

static uint64_t body_limit(const struct connection *connection, const struct target *target)
{
    uint64_t limit = connection->worker->site->catalog->http.body;
    if (target->tenant && target->tenant->rest->request_body < limit)
        limit = target->tenant->rest->request_body;
    return limit;
}

static void await_body(struct connection *connection, const struct http_head *head, size_t head_size, uint64_t received)
{
    connection->phase = CONNECTION_BODY;
    connection->head_size = (uint32_t)head_size;
    connection->is_chunked = head->chunked;
    const uint32_t most = connection->worker->site->catalog->http.body_timeout_ms;
    connection->body_size = connection->body_mark = received;
    connection->body_end = most ? worker_now(connection->worker) + most * NS_PER_MS : TIMERS_NEVER;
    connection->body_left = head->chunked ? 0 : head->content_length - received;
}

/* Takes the body that begins at `window` + head_size. Returns false if it is not all there (the phase is BODY then, or
 * CLOSING after an error); else *body is the body and *used the size of the whole request. */
static bool take_body(struct connection *connection, const struct http_head *head, size_t head_size,
                      struct window *window, const struct target *target, struct span *body, size_t *used)
{
    char *bytes = window->data + head_size;
    size_t have = window->size - head_size, received = 0;
    uint64_t limit = body_limit(connection, target);
    note_request(connection, head);
    if (head->chunked) {
        size_t consumed;
        http_chunked_init(&connection->chunked, limit);
        int result = http_chunked_decode(&connection->chunked, bytes, bytes, have, &consumed, &received);
        if (result < 0) {
            refuse(connection, (unsigned)-result, span_of(connection->chunked.reason));
            return false;
        }
        if (result == 1) {
            *body = (struct span){bytes, received};
            *used = head_size + consumed;
            return true;
        }
    } else {
        if (head->content_length > limit) {
            refuse(connection, 413, SPAN("the body is larger than allowed here"));
            return false;
        }
        if (head->content_length <= have) {
            *body = (struct span){bytes, (size_t)head->content_length};
            *used = head_size + (size_t)head->content_length;
            return true;
        }
        received = have;
    }
    if (head->expect_continue && !target->tenant && !target->fixed) {
        refuse(connection, 404, SPAN("nobody serves this host and path here"));
        return false;
    }
    connection->discard = !target->tenant;
    await_body(connection, head, head_size, received);
    window->size = head_size + (connection->discard ? 0 : received);
    if (head->expect_continue && have == 0) {
        connection_send_raw(connection, HTTP_CONTINUE);
        connection_flush(connection);
    }
    return false;
}

/* Parses the head in connection->input whose body is awaited, once more. Its size, or -status if a new configuration
 * has stricter limits. */
static int parse_awaited(const struct connection *connection, struct http_head *head)
{
    struct http_scan scan = {0};
    const struct http_settings *settings = &connection->worker->site->catalog->http;
    const struct http_limits limits = {settings->request_line, settings->headers, settings->header_count};
    return http_parse_head(buffer_bytes(&connection->input), connection->head_size, &scan, &limits, head);
}

/* The body of the request in connection->input has arrived: head, then body. */
void connection_body_complete(struct connection *connection)
{
    struct http_head head;
    char *bytes = buffer_bytes(&connection->input);
    int size = parse_awaited(connection, &head);
    if (size < 0) {
        refuse_head(connection, (unsigned)-size, &head, bytes, connection->head_size);
    } else {
        CHECK((size_t)size == connection->head_size);
        struct target target = find_target(connection, &head);
        struct span body = {bytes + size, connection->discard ? 0 : (size_t)connection->body_size};
        if (connection->discard && target.tenant) { /* a new configuration has put a tenant here */
            note_request(connection, &head);
            refuse(connection, 503, SPAN("the configuration has changed, try again"));
        } else {
            answer(connection, &head, &target, body);
        }
    }
    buffer_release(&connection->worker->buffers, &connection->input);
}

void connection_refuse_body(struct connection *connection, unsigned status, const char *reason)
{
    struct http_head head;
    note_refused(connection, buffer_bytes(&connection->input), buffer_size(&connection->input));
    if (connection->phase == CONNECTION_HEAD) { /* what is known is of the request before */
        connection->is_head = false;
        connection->began_ticks = ticks_read();
    } else if (parse_awaited(connection, &head) > 0) {
        connection->host = head.host;
    }
    refuse(connection, status, span_of(reason));
}

/* ---- requests -------------------------------------------------------------------------------------- */

bool connection_take_requests(struct connection *connection, struct window *window)
{
    struct worker *worker = connection->worker;
    const struct http_settings *settings = &worker->site->catalog->http;
    const struct http_limits limits = {settings->request_line, settings->headers, settings->header_count};
    uint64_t instructions = 0;
    struct http_head head;
    for (unsigned taken = 0; connection->phase == CONNECTION_HEAD && window->size > 0; taken++) {
        if (connection->broken || buffer_size(&connection->output) >= CONNECTION_OUTPUT)
            return true;
        if (taken >= REQUESTS_PER_TURN || instructions >= INSTRUCTIONS_PER_TURN)
            return false; /* who pipelines many or costly requests waits for the others like everybody else */
        int size = http_parse_head(window->data, window->size, &connection->scan, &limits, &head);
        if (size == 0)
            break;
        connection->scan = (struct http_scan){0};
        struct target target = size > 0 ? find_target(connection, &head) : (struct target){0};
        if (target.tenant && exchange_had_share(worker, target.tenant)) {
            connection->awaited = target.tenant;
            return false;
        }
        metrics_add(&worker->counters->requests, 1);
        if (size < 0) {
            refuse_head(connection, (unsigned)-size, &head, window->data, window->size);
            break;
        }
        connection->timing = CONNECTION_UNTIMED; /* the next request's first byte starts a deadline of its own */
        struct span body = {"", 0};
        size_t used = (size_t)size;
        if ((head.chunked || head.content_length > 0) &&
            !take_body(connection, &head, (size_t)size, window, &target, &body, &used))
            break;
        answer(connection, &head, &target, body);
        if (target.tenant)
            instructions += connection->exchange.outcome.instructions;
        window->data += used;
        window->size -= used;
    }
    if (connection->phase == CONNECTION_CLOSING) {
        connection->linger |= window->size > 0;
        window->size = 0;
    }
    return true;
}
