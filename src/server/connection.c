/* SPDX-License-Identifier: Apache-2.0 */
#include "server/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/address.h"
#include "server/worker_state.h"

static void take_turn(struct connection *connection);

/* ---- life ------------------------------------------------------------------------------------------ */

void connection_turn_away(int descriptor)
{
    static const char full[] = "HTTP/1.1 503 Service Unavailable\r\nServer: mayfly\r\nContent-Type: text/plain\r\n"
                               "Content-Length: 43\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
                               "503 Service Unavailable: the server is full";
    /* A client that has not sent its request yet loses this to a reset; it learns as much from that. */
    (void)!send(descriptor, full, sizeof full - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(descriptor);
}

static struct connection *take_unused(struct worker *worker)
{
    struct connection *connection = worker->unused;
    if (!connection)
        return calloc(1, sizeof(*connection));
    worker->unused = connection->next;
    worker->unused_count--;
    memset(connection, 0, sizeof(*connection));
    return connection;
}

static void keep_unused(struct worker *worker, struct connection *connection)
{
    if (worker->unused_count >= CONNECTION_UNUSED_MAX) {
        free(connection);
        return;
    }
    connection->next = worker->unused;
    worker->unused = connection;
    worker->unused_count++;
}

static void link_connection(struct worker *worker, struct connection *connection)
{
    if (!worker->all) {
        worker->all = connection->next = connection->previous = connection;
    } else {
        connection->next = worker->all;
        connection->previous = worker->all->previous;
        connection->next->previous = connection;
        connection->previous->next = connection;
    }
    worker->connection_count++;
}

static void unlink_connection(struct worker *worker, struct connection *connection)
{
    if (worker->all == connection)
        worker->all = connection->next == connection ? NULL : connection->next;
    connection->next->previous = connection->previous;
    connection->previous->next = connection->next;
    worker->connection_count--;
    __atomic_fetch_sub(&worker->counters->connections, 1, __ATOMIC_RELAXED); /* others add to it: see worker_accept.c */
}

/* ---- the queue of those that go on later ----------------------------------------------------------- */

static void run_later(struct connection *connection)
{
    struct worker *worker = connection->worker;
    if (connection->in_again)
        return;
    connection->in_again = true;
    connection->again = NULL;
    *worker->again_end = connection;
    worker->again_end = &connection->again;
}

/* Rare: only for connections that close while they wait. */
static void forget_later(struct connection *connection)
{
    struct worker *worker = connection->worker;
    struct connection **at = &worker->again;
    while (*at != connection)
        at = &(*at)->again;
    *at = connection->again;
    if (worker->again_end == &connection->again)
        worker->again_end = at;
    connection->in_again = false;
}

void connection_run_again(struct worker *worker)
{
    struct connection **end = worker->again_end; /* who joins from now on has its turn in the next iteration */
    while (worker->again) {
        struct connection *connection = worker->again;
        bool last = end == &connection->again;
        worker->again = connection->again;
        if (!worker->again)
            worker->again_end = &worker->again;
        connection->in_again = false;
        if (connection->awaited && exchange_had_share(worker, connection->awaited))
            run_later(connection);
        else
            take_turn(connection);
        if (last)
            break;
    }
}

void connection_close(struct connection *connection)
{
    struct worker *worker = connection->worker;
    if (connection->phase == CONNECTION_WAIT) {
        connection_log(connection, &connection->exchange.terms, 0, 0, "client_gone");
        exchange_abandon(&connection->exchange, worker);
    }
    if (connection->in_again)
        forget_later(connection);
    int descriptor = connection->source.descriptor;
    loop_remove(&worker->loop, &connection->source);
    loop_remove_timer(&worker->loop, &connection->timer);
    close(descriptor);
    buffer_release(&worker->buffers, &connection->input);
    buffer_release(&worker->buffers, &connection->output);
    free(connection->kept);
    unlink_connection(worker, connection);
    keep_unused(worker, connection);
    worker_connection_closed(worker);
}

bool connection_at_rest(const struct connection *connection)
{
    return connection->phase == CONNECTION_HEAD && buffer_size(&connection->input) == 0 &&
           buffer_size(&connection->output) == 0 && !connection->in_again && !connection->ended;
}

void connection_drain(struct connection *connection)
{
    if (connection->phase == CONNECTION_LINGER) {
        connection_close(connection);
        return;
    }
    connection->keep_alive = false;
    if (connection_at_rest(connection)) { /* as far as we know: a request that has come is answered */
        connection->readable = true;
        take_turn(connection);
    }
}

/* ---- reading --------------------------------------------------------------------------------------- */

/* Reads up to `size` bytes. > 0: so many; 0: nothing there now, or the end, or an error (see the flags). */
static size_t receive(struct connection *connection, char *bytes, size_t size)
{
    ssize_t got = recv(connection->source.descriptor, bytes, size, 0);
    if (got > 0) {
        metrics_add(&connection->worker->counters->bytes_in, (uint64_t)got);
        /* Less than was asked for: the socket is empty and the loop will tell of more. Unless the peer has hung up:
         * of that it has told for the last time. */
        if ((size_t)got < size && !connection->hangup)
            connection->readable = false;
        return (size_t)got;
    }
    connection->readable = false;
    if (got == 0)
        connection->ended = true;
    else if (errno == EINTR)
        connection->readable = true;
    else if (errno != EAGAIN)
        connection->broken = true;
    return 0;
}

/* What is left of a window stays in connection->input. */
static void keep_window(struct connection *connection, const struct window *window, bool own)
{
    struct buffer *input = &connection->input;
    if (own && window->size > 0) {
        input->start = (size_t)(window->data - input->data);
        input->end = input->start + window->size;
        return;
    }
    if (own)
        buffer_release(&connection->worker->buffers, input);
    if (!buffer_append(&connection->worker->buffers, input, window->data, window->size))
        connection->broken = true;
}

/* Requests from bytes that are in no buffer of the connection's. */
static void take_from(struct connection *connection, char *bytes, size_t size)
{
    struct window window = {bytes, size};
    if (!connection_take_requests(connection, &window))
        run_later(connection);
    keep_window(connection, &window, false);
}

/* Requests from connection->input. */
static void take_from_input(struct connection *connection)
{
    struct window window = {buffer_bytes(&connection->input), buffer_size(&connection->input)};
    if (!connection_take_requests(connection, &window))
        run_later(connection);
    keep_window(connection, &window, true);
}

static void read_head(struct connection *connection)
{
    struct worker *worker = connection->worker;
    struct buffer *input = &connection->input;
    if (buffer_size(input) == 0) {
        size_t got = receive(connection, worker->input, CONNECTION_INPUT);
        if (got > 0)
            take_from(connection, worker->input, got);
        return;
    }
    if (!buffer_reserve(&worker->buffers, input, 4096)) {
        connection->broken = true;
        return;
    }
    size_t room = input->capacity - input->end;
    size_t got = receive(connection, input->data + input->end, room < CONNECTION_INPUT ? room : CONNECTION_INPUT);
    input->end += got;
    if (got > 0)
        take_from_input(connection);
}

/* The body is complete; `rest` bytes at `bytes` belong to the next request. */
static void end_body(struct connection *connection, const char *bytes, size_t rest)
{
    struct worker *worker = connection->worker;
    memmove(worker->input, bytes, rest); /* for the input is released with the request */
    connection_body_complete(connection);
    if (connection->phase == CONNECTION_CLOSING)
        connection->linger |= rest > 0;
    else if (rest > 0)
        take_from(connection, worker->input, rest);
}

static void read_body(struct connection *connection)
{
    struct worker *worker = connection->worker;
    struct buffer *input = &connection->input;
    size_t want = CONNECTION_INPUT, consumed = 0, produced = 0;
    if (!connection->is_chunked && connection->body_left < want)
        want = (size_t)connection->body_left;
    char *at = worker->input;
    if (!connection->discard) {
        if (!buffer_reserve(&worker->buffers, input, want)) {
            connection_refuse_body(connection, 503, "the server has no memory for this body now");
            return;
        }
        at = input->data + input->end;
    }
    size_t got = receive(connection, at, want);
    if (got == 0)
        return;
    int done = 0;
    if (connection->is_chunked) {
        done = http_chunked_decode(&connection->chunked, at, at, got, &consumed, &produced);
    } else {
        consumed = produced = got;
        connection->body_left -= got;
        done = connection->body_left == 0;
    }
    connection->body_size += produced;
    if (!connection->discard)
        input->end += produced;
    if (done < 0)
        connection_refuse_body(connection, (unsigned)-done, connection->chunked.reason);
    else if (done)
        end_body(connection, at + consumed, got - consumed);
}

/* Reads and drops, so that the client is not reset before it has read our last words. */
static void drop_input(struct connection *connection)
{
    for (int i = 0; i < CONNECTION_READS && connection->readable; i++)
        connection->lingered += receive(connection, connection->worker->input, CONNECTION_INPUT);
    if (connection->ended || connection->broken || connection->lingered > CONNECTION_LINGER_BYTES)
        connection_close(connection);
    else if (connection->readable)
        run_later(connection);
}

static bool may_read(const struct connection *connection)
{
    return connection->readable && !connection->broken && !connection->in_again &&
           (connection->phase == CONNECTION_HEAD || connection->phase == CONNECTION_BODY) &&
           buffer_size(&connection->output) < CONNECTION_OUTPUT;
}

/* ---- deadlines ------------------------------------------------------------------------------------- */

static void arm(struct connection *connection, enum connection_timing timing, int64_t delay)
{
    connection->timing = (uint8_t)timing;
    loop_arm(&connection->worker->loop, &connection->timer, worker_now(connection->worker) + delay);
}

/* Draining: the client was told that it may ask again, and what it asks may be on its way. The answer says that it is
 * the last. */
static void set_idle_deadline(struct connection *connection, int64_t usual)
{
    if (!connection->worker->draining)
        arm(connection, CONNECTION_IDLE, usual);
    else if (connection->timing != CONNECTION_LAST)
        arm(connection, CONNECTION_LAST, CONNECTION_LAST_NS);
}

/* For the next part of a request. */
static int64_t reading_time(const struct connection *connection, const struct http_settings *settings)
{
    int64_t usual = settings->read_timeout_ms * NS_PER_MS;
    if (connection->phase != CONNECTION_BODY)
        return usual;
    int64_t left = connection->body_end - worker_now(connection->worker);
    return left < usual ? left : usual;
}

static int64_t time_at_rate(const struct http_settings *settings, size_t size)
{
    return (int64_t)(size * (uint64_t)NS_PER_SECOND / settings->min_write_rate);
}

void connection_allow_time(struct connection *connection, size_t size)
{
    const struct http_settings *settings = &connection->worker->site->catalog->http;
    if (buffer_size(&connection->output) == 0)
        connection->write_end = 0; /* set_write_deadline begins anew */
    else if (connection->write_end != 0 && connection->write_end != TIMERS_NEVER && settings->min_write_rate)
        connection->write_end += time_at_rate(settings, size);
}

/* Progress earns another write timeout, but what was taken quickly saves up no time for the rest; and a request that is
 * answered behind output which waits is no progress. */
static void set_write_deadline(struct connection *connection, const struct http_settings *settings)
{
    int64_t now = worker_now(connection->worker), step = now + settings->write_timeout_ms * NS_PER_MS;
    int64_t end =
        settings->min_write_rate ? step + time_at_rate(settings, buffer_size(&connection->output)) : TIMERS_NEVER;
    bool fresh = connection->write_end == 0;
    if (fresh || end < connection->write_end || end == TIMERS_NEVER)
        connection->write_end = end;
    if (fresh || connection->progress)
        connection->write_step = step;
    bool steps = connection->write_step < connection->write_end;
    arm(connection, CONNECTION_WRITING, (steps ? connection->write_step : connection->write_end) - now);
}

/* The kernel tells of room when a third of what it holds has been taken: on a slow line that may be long after the
 * client took something. So it is asked before the client is taken to stand still. */
static bool still_takes(struct connection *connection)
{
    if (worker_now(connection->worker) < connection->write_end)
        connection_continue_output(connection);
    return connection->progress && !connection->broken;
}

static void set_deadline(struct connection *connection)
{
    const struct http_settings *settings = &connection->worker->site->catalog->http;
    if (buffer_size(&connection->output) > 0) {
        set_write_deadline(connection, settings);
    } else if (connection->phase == CONNECTION_WAIT || connection->awaited) {
        connection->timing = CONNECTION_UNTIMED; /* the exchange has its own deadline, or will have one */
        timers_disarm(&connection->timer);
    } else if (connection->phase == CONNECTION_HEAD && buffer_size(&connection->input) == 0) {
        set_idle_deadline(connection, settings->idle_timeout_ms * NS_PER_MS);
    } else if (connection->timing != CONNECTION_READING ||
               (connection->phase == CONNECTION_BODY &&
                connection->body_size - connection->body_mark >= CONNECTION_PROGRESS)) {
        connection->body_mark = connection->body_size; /* a large body may take long, but not stand still */
        arm(connection, CONNECTION_READING, reading_time(connection, settings));
    }
    connection->progress = false;
}

static void on_timer(struct timer *timer)
{
    struct connection *connection = (struct connection *)((char *)timer - offsetof(struct connection, timer));
    struct metrics_worker *counters = connection->worker->counters;
    switch ((enum connection_timing)connection->timing) {
    case CONNECTION_READING:
        metrics_add(&counters->timeouts_read, 1);
        connection_refuse_body(connection, 408, "the request did not arrive in time");
        take_turn(connection);
        return;
    case CONNECTION_WRITING:
        if (still_takes(connection)) {
            take_turn(connection);
            return;
        }
        metrics_add(&counters->timeouts_write, !connection->broken);
        break;
    case CONNECTION_IDLE:
        metrics_add(&counters->timeouts_idle, 1);
        break;
    case CONNECTION_UNTIMED:
    case CONNECTION_LAST:
        break;
    }
    connection_close(connection);
}

/* ---- turns ----------------------------------------------------------------------------------------- */

/* Everything is sent and nothing will follow. */
static void say_goodbye(struct connection *connection)
{
    if (!connection->linger || connection->ended || shutdown(connection->source.descriptor, SHUT_WR) != 0) {
        connection_close(connection);
        return;
    }
    connection->phase = CONNECTION_LINGER;
    connection->readable = true;
    buffer_release(&connection->worker->buffers, &connection->input);
    arm(connection, CONNECTION_LAST, CONNECTION_LINGER_NS);
    drop_input(connection);
}

static void await_output(struct connection *connection, bool wanted)
{
    if (connection->writing == wanted)
        return;
    connection->writing = wanted;
    unsigned events = LOOP_READ | (unsigned)LOOP_EDGE | (wanted ? LOOP_WRITE : 0u);
    if (loop_modify(&connection->worker->loop, &connection->source, events) != 0)
        connection->broken = true;
}

/* Sends what was gathered and decides what the connection waits for. It may be closed afterwards. */
static void end_turn(struct connection *connection)
{
    connection_flush(connection);
    bool unsent = buffer_size(&connection->output) > 0;
    if (!connection->broken)
        await_output(connection, unsent);
    if (connection->broken) {
        connection_close(connection);
        return;
    }
    /* Whole requests have been answered; an unfinished one of a client that sends no more is dropped. What waits for
     * its output to drain has its turn then. */
    if (!unsent && !connection->in_again && connection->phase <= CONNECTION_BODY && connection->ended)
        connection->phase = CONNECTION_CLOSING;
    if (connection->phase == CONNECTION_CLOSING && !unsent) {
        say_goodbye(connection);
        return;
    }
    set_deadline(connection);
    if (!connection->settled && connection_at_rest(connection)) {
        connection->settled = true;
        worker_move_connection(connection->worker, connection);
    }
}

static void take_turn(struct connection *connection)
{
    connection->awaited = NULL;
    if (connection->phase == CONNECTION_LINGER) {
        drop_input(connection);
        return;
    }
    if (connection->phase == CONNECTION_HEAD && buffer_size(&connection->input) > 0)
        take_from_input(connection); /* requests that had to wait; an unfinished head is looked at for nothing */
    for (int i = 0; i < CONNECTION_READS && may_read(connection); i++) {
        if (connection->phase == CONNECTION_HEAD)
            read_head(connection);
        else
            read_body(connection);
    }
    if (may_read(connection))
        run_later(connection);
    end_turn(connection);
}

/* With many connections each comes cold: what its request will touch is on its way during the recv. */
static void prefetch(const struct connection *connection)
{
    for (size_t at = 64; at < sizeof *connection; at += 64)
        __builtin_prefetch((const char *)connection + at, 1);
}

static void on_ready(struct loop_source *source, unsigned events)
{
    struct connection *connection = (struct connection *)source;
    struct worker *worker = connection->worker;
    prefetch(connection);
    if (access_log_on(&worker->access_log))
        worker->turn_ticks = ticks_read();
    /* Reset, or closed in both directions: nobody would read an answer. But while lingering our own half is closed, and
     * a descriptor that is closed before all is read resets the connection, together with what the kernel has yet to
     * send. */
    if ((events & LOOP_ERROR) && connection->phase != CONNECTION_LINGER) {
        connection_close(connection);
        return;
    }
    if (events & (LOOP_HANGUP | LOOP_ERROR))
        connection->hangup = true;
    if (events & (LOOP_READ | LOOP_HANGUP | LOOP_ERROR))
        connection->readable = true;
    if ((events & LOOP_WRITE) && connection->writing)
        connection_continue_output(connection);
    take_turn(connection);
}

void connection_answered(struct connection *connection)
{
    connection_send_answer(connection);
    take_turn(connection);
}

void connection_adopt(struct worker *worker, int descriptor, const struct newcomer *from)
{
    struct connection *connection = take_unused(worker);
    if (!connection) {
        close(descriptor);
        goto uncount;
    }
    connection->source.ready = on_ready;
    connection->timer.fire = on_timer;
    connection->timer.deadline = TIMERS_NEVER;
    connection->worker = worker;
    connection->from = *from;
    connection->version = 11;
    if (loop_add(&worker->loop, &connection->source, descriptor, LOOP_READ | (unsigned)LOOP_EDGE) != 0) {
        free(connection);
        close(descriptor);
        goto uncount;
    }
    link_connection(worker, connection);
    set_deadline(connection);
    return;
uncount:
    metrics_add(&worker->counters->refused, 1);
    __atomic_fetch_sub(&worker->counters->connections, 1, __ATOMIC_RELAXED);
}
