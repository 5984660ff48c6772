/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers. They are gathered in the worker's output, which one connection uses at a time, and handed to the kernel in
 * one send at the end of the connection's turn. Only what the kernel does not take gets a buffer of its own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "http/writer.h"
#include "server/connection.h"
#include "server/worker_state.h"

_Static_assert(sizeof(struct http_header) == sizeof(struct mf_header) &&
                   offsetof(struct http_header, value) == offsetof(struct mf_header, value) &&
                   offsetof(struct span, size) == offsetof(struct mf_text, size),
               "headers go between the engine and HTTP without a copy");

/* ---- to the kernel --------------------------------------------------------------------------------- */

/* Bytes taken; an error marks the connection. */
static size_t sent(struct connection *connection, ssize_t result)
{
    if (result >= 0) {
        metrics_add(&connection->worker->counters->bytes_out, (uint64_t)result);
        connection->progress = true;
        return (size_t)result;
    }
    if (errno != EAGAIN && errno != EINTR)
        connection->broken = true;
    return 0;
}

static void keep_output(struct connection *connection, const char *bytes, size_t size)
{
    connection_allow_time(connection, size);
    if (!connection->broken && !buffer_append(&connection->worker->buffers, &connection->output, bytes, size))
        connection->broken = true; /* no memory for this client: better none than half an answer */
}

void connection_flush(struct connection *connection)
{
    struct worker *worker = connection->worker;
    size_t size = worker->output_used, done = 0;
    if (size == 0)
        return;
    worker->output_used = 0;
    connection->linger |= size > CONNECTION_AT_ONCE; /* what comes late must not reset an answer that is on its way */
    if (buffer_size(&connection->output) == 0 && !connection->broken)
        done = sent(connection, send(connection->source.descriptor, worker->output, size, MSG_NOSIGNAL));
    if (done < size)
        keep_output(connection, worker->output + done, size - done);
}

void connection_continue_output(struct connection *connection)
{
    struct buffer *output = &connection->output;
    while (buffer_size(output) > 0 && !connection->broken) {
        size_t size = buffer_size(output);
        size_t done = sent(connection, send(connection->source.descriptor, buffer_bytes(output), size, MSG_NOSIGNAL));
        if (done > 0)
            buffer_consume(&connection->worker->buffers, output, done);
        if (done < size)
            break; /* the socket is full: it will tell when it is not */
    }
}

/* What was gathered and then a body too large to gather, straight from the instance's memory. */
static void send_pieces(struct connection *connection, const struct mf_response *response)
{
    struct worker *worker = connection->worker;
    struct iovec parts[MF_MAX_PIECES + 1];
    int count = 0;
    parts[count++] = (struct iovec){worker->output, worker->output_used};
    for (size_t i = 0; i < response->piece_count; i++)
        if (response->pieces[i].size > 0)
            parts[count++] = (struct iovec){(void *)(uintptr_t)response->pieces[i].data, response->pieces[i].size};
    worker->output_used = 0;
    connection->linger = true;
    size_t done = 0;
    if (buffer_size(&connection->output) == 0 && !connection->broken) {
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
        done = sent(connection, sendmsg(connection->source.descriptor, &message, MSG_NOSIGNAL));
    }
    for (int i = 0; i < count; i++) {
        size_t skip = done < parts[i].iov_len ? done : parts[i].iov_len;
        done -= skip;
        keep_output(connection, (const char *)parts[i].iov_base + skip, parts[i].iov_len - skip);
    }
}

/* ---- gathering ------------------------------------------------------------------------------------- */

/* Where `size` bytes can be gathered; size <= CONNECTION_OUTPUT. */
static char *room(struct connection *connection, size_t size)
{
    struct worker *worker = connection->worker;
    if (CONNECTION_OUTPUT - worker->output_used < size)
        connection_flush(connection);
    return worker->output + worker->output_used;
}

void connection_send_raw(struct connection *connection, struct span bytes)
{
    memcpy(room(connection, bytes.size), bytes.data, bytes.size);
    connection->worker->output_used += bytes.size;
}

static bool sends_body(const struct connection *connection, unsigned status)
{
    return !connection->is_head && http_status_has_body(status);
}

static void gather_body(struct connection *connection, const struct mf_response *response)
{
    struct worker *worker = connection->worker;
    if (response->body_size > CONNECTION_OUTPUT - worker->output_used) {
        send_pieces(connection, response);
        return;
    }
    char *at = worker->output + worker->output_used;
    for (size_t i = 0; i < response->piece_count; i++) {
        memcpy(at, response->pieces[i].data, response->pieces[i].size);
        at += response->pieces[i].size;
    }
    worker->output_used = (size_t)(at - worker->output);
}

/* The request has its answer; what comes next on the connection? */
static void finish(struct connection *connection)
{
    connection->phase = connection->keep_alive ? CONNECTION_HEAD : CONNECTION_CLOSING;
    if (connection->kept) {
        free(connection->kept);
        connection->kept = NULL;
    }
}

/* ---- access log ------------------------------------------------------------------------------------ */

void connection_log(struct connection *connection, const struct tenant_terms *terms, unsigned status, uint64_t bytes,
                    const char *stop)
{
    struct worker *worker = connection->worker;
    if (!access_log_on(&worker->access_log))
        return;
    struct access_entry entry = {
        .time = clock_wall_coarse(),
        .method = connection->method,
        .target = connection->target,
        .host = connection->host,
        .client = {connection->from.client, connection->from.client_size},
        .status = status,
        .bytes = bytes,
        .us_total = ticks_ns(&worker->ticks, connection->began_ticks, ticks_read()) / NS_PER_US,
        .stop = span_of(stop),
    };
    if (terms) {
        entry.tenant = terms->catalog->name;
        entry.version = terms->catalog->version;
        entry.us_sandbox = connection->exchange.ns / NS_PER_US;
        entry.instructions = connection->exchange.outcome.instructions;
        entry.pages = connection->exchange.pages;
    }
    access_log_line(&worker->access_log, &entry, worker_now(worker));
}

/* ---- answers --------------------------------------------------------------------------------------- */

/* Head and body of a response that we make ourselves and that is known to be good. */
static uint64_t gather_own(struct connection *connection, unsigned status, struct span type, struct span body,
                           const struct http_header *headers, size_t header_count)
{
    struct worker *worker = connection->worker;
    bool with_body = http_status_has_body(status);
    const struct http_response response = {
        .date = worker_date(worker),
        .type = type,
        .headers = headers,
        .header_count = header_count,
        .body_size = with_body ? body.size : 0,
        .status = (uint16_t)status,
        .version = connection->version,
        .keep_alive = connection->keep_alive,
    };
    const char *reason = NULL;
    size_t size = http_write_head(room(connection, CONNECTION_HEAD_MAX), CONNECTION_HEAD_MAX, &response, &reason);
    if (size == 0) { /* the configuration lets nothing through that cannot be sent */
        connection->broken = true;
        return 0;
    }
    worker->output_used += size;
    if (!with_body || connection->is_head)
        return 0;
    struct mf_text piece = {body.data, body.size};
    gather_body(connection, &(struct mf_response){.pieces = &piece, .piece_count = 1, .body_size = body.size});
    return body.size;
}

static uint64_t gather_error(struct connection *connection, const struct exchange_error *error)
{
    char text[256], seconds[20];
    struct span phrase = http_status_reason(error->status);
    int size = snprintf(text, sizeof text, "%u %.*s: %.*s\n", error->status, (int)phrase.size, phrase.data,
                        (int)error->reason.size, error->reason.data);
    struct http_header retry = {.name = SPAN("Retry-After"), .value = {seconds, 0}};
    retry.value.size = http_write_decimal(seconds, error->retry_after);
    return gather_own(connection, error->status, SPAN("text/plain; charset=utf-8"), (struct span){text, (size_t)size},
                      &retry, error->retry_after > 0);
}

void connection_send_error(struct connection *connection, const struct exchange_error *error)
{
    struct worker *worker = connection->worker;
    uint64_t bytes = gather_error(connection, error);
    metrics_add(&worker->counters->errors, 1);
    connection_log(connection, NULL, error->status, bytes, "error");
    finish(connection);
}

void connection_send_fixed(struct connection *connection, const struct fixed_response *fixed)
{
    struct worker *worker = connection->worker;
    uint64_t bytes = gather_own(connection, fixed->status, fixed->type, fixed->body, NULL, 0);
    metrics_add(&worker->counters->fixed, 1);
    connection_log(connection, NULL, fixed->status, bytes, "fixed");
    finish(connection);
}

/* True if the tenant's response is gathered; false if it is not fit to be sent (the exchange has an error now). */
static bool gather_response(struct connection *connection, const struct mf_response *given)
{
    struct worker *worker = connection->worker;
    const struct http_response response = {
        .date = worker_date(worker),
        .headers = (const struct http_header *)given->headers,
        .header_count = given->header_count,
        .body_size = given->body_size,
        .status = (uint16_t)(given->status <= 999 ? given->status : 0),
        .version = connection->version,
        .keep_alive = connection->keep_alive,
    };
    const char *reason = NULL;
    size_t size = http_write_head(room(connection, CONNECTION_HEAD_MAX), CONNECTION_HEAD_MAX, &response, &reason);
    if (size == 0) {
        exchange_refuse(&connection->exchange, reason);
        return false;
    }
    worker->output_used += size;
    if (sends_body(connection, given->status))
        gather_body(connection, given);
    return true;
}

void connection_send_answer(struct connection *connection)
{
    struct worker *worker = connection->worker;
    struct exchange *exchange = &connection->exchange;
    const struct mf_response *response = exchange_response(exchange);
    bool logged = access_log_on(&worker->access_log);
    unsigned status;
    uint64_t bytes;
    if (response && gather_response(connection, response)) {
        status = response->status;
        bytes = sends_body(connection, status) ? response->body_size : 0;
    } else {
        status = exchange->error.status;
        bytes = gather_error(connection, &exchange->error);
    }
    if (logged) { /* the line names the pages restored, so the rollback comes first */
        struct site *site = exchange->site;
        site->requests++; /* the line also names what is the site's */
        exchange_end(exchange, worker, status, bytes, true);
        connection_log(connection, &exchange->terms, status, bytes, exchange->stop);
        if (--site->requests == 0 && site != worker->site)
            worker_site_idle(worker, site);
    } else {
        exchange_end(exchange, worker, status, bytes, false);
    }
    finish(connection);
}
