/* SPDX-License-Identifier: Apache-2.0
 *
 * Which worker gets a connection. All workers wait on the same listening sockets, so one that runs a long slice wakes
 * up for none and holds none up. Whoever accepts gives the connection to the worker with the fewest, itself included.
 *
 * The counts are metrics_worker.connections, and a connection is counted by who decides, at that moment: a
 * compare-and-swap on the count that was found smallest. Two workers that accept at the same time therefore never
 * choose the same gap, and a handful of connections spreads exactly.
 *
 * Connections also end, and a count may still hold one that the client has just closed. So a connection is looked at
 * again when it first comes to rest, and some are at every tick: one that rests on a worker with at least two more than
 * another moves there.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "server/connection.h"
#include "server/protocol.h"
#include "server/worker_state.h"

static uint64_t *count_of(struct worker *worker, unsigned index)
{
    return &metrics_worker(worker->metrics, index)->connections;
}

/* Requests that wait for a slice weigh like connections: a worker at work is not the first choice. */
static uint64_t load_of(struct worker *worker, unsigned index, uint64_t connections)
{
    return connections + metrics_read(&metrics_worker(worker->metrics, index)->runnable);
}

/* Counts the connection for the least loaded worker and returns that; for this one, without counting, if none has a
 * load of at least `gain` less. */
static unsigned assign(struct worker *worker, uint64_t gain)
{
    for (;;) {
        unsigned best = worker->index;
        uint64_t connections = metrics_read(count_of(worker, best));
        uint64_t own = load_of(worker, best, connections), least = own;
        for (unsigned i = 0; i < worker->count; i++) {
            if (!metrics_read(&metrics_worker(worker->metrics, i)->accepting))
                continue;
            uint64_t other = metrics_read(count_of(worker, i));
            uint64_t load = load_of(worker, i, other);
            if (load < least) {
                best = i;
                connections = other;
                least = load;
            }
        }
        if (own - least < gain)
            return worker->index;
        if (__atomic_compare_exchange_n(count_of(worker, best), &connections, connections + 1, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED))
            return best;
    }
}

static void uncount(struct worker *worker, unsigned index)
{
    __atomic_fetch_sub(count_of(worker, index), 1, __ATOMIC_RELAXED);
}

/* Gives a connection that was counted for `chosen` to it, by its mailbox. */
static bool hand_over(struct worker *worker, unsigned chosen, const struct newcomer *from, int descriptor)
{
    if (packet_send(worker->mailboxes[chosen], from, sizeof *from, descriptor) == 0) {
        metrics_add(&worker->counters->handed_over, 1);
        return true;
    }
    uncount(worker, chosen); /* its mailbox is full: it has more to do than its count says */
    return false;
}

bool worker_move_connection(struct worker *worker, struct connection *connection)
{
    if (!worker->accepting || worker->count == 1)
        return false;
    unsigned chosen = assign(worker, 2);
    if (chosen == worker->index || !hand_over(worker, chosen, &connection->from, connection->source.descriptor))
        return false;
    connection_close(connection); /* our descriptor of it */
    return true;
}

/* A few at a time: the counts change under us, and there is another tick. */
static void move_some(struct worker *worker)
{
    for (int i = 0; i < 16 && worker->all; i++) {
        struct connection *connection = worker->all;
        worker->all = connection->next;
        if (connection_at_rest(connection) && !worker_move_connection(worker, connection))
            return;
    }
}

bool worker_is_full(const struct worker *worker)
{
    return worker->connection_count >= worker->site->catalog->http.connections ||
           worker->connection_count >= worker->most_connections;
}

static void on_accepted(struct listener *listener, int descriptor, const struct address *peer)
{
    struct worker_listener *from = (struct worker_listener *)listener;
    struct worker *worker = from->worker;
    struct newcomer newcomer = {.listener = (uint32_t)(from - worker->listeners)};
    newcomer.client_size = (uint32_t)address_format_peer(peer, newcomer.client);
    metrics_add(&worker->counters->accepted, 1);
    unsigned chosen = worker->accepting ? assign(worker, 0) : METRICS_MAX_WORKERS; /* the others end too */
    if (chosen != worker->index) {
        if (worker->accepting && hand_over(worker, chosen, &newcomer, descriptor)) {
            close(descriptor);
            return;
        }
        __atomic_fetch_add(count_of(worker, worker->index), 1, __ATOMIC_RELAXED);
    }
    if (worker_is_full(worker)) {
        metrics_add(&worker->counters->refused, 1);
        uncount(worker, worker->index);
        connection_turn_away(descriptor);
        return;
    }
    connection_adopt(worker, descriptor, &newcomer);
}

void worker_read_mailbox(struct worker *worker)
{
    struct newcomer newcomer;
    int descriptor;
    while (packet_receive(worker->mailbox.descriptor, &newcomer, sizeof newcomer, &descriptor) > 0) {
        if (descriptor < 0)
            continue;
        newcomer.client_size = (uint32_t)strnlen(newcomer.client, sizeof newcomer.client - 1); /* whatever it says */
        if (worker_is_full(worker)) {
            metrics_add(&worker->counters->refused, 1);
            uncount(worker, worker->index);
            connection_turn_away(descriptor);
            continue;
        }
        connection_adopt(worker, descriptor, &newcomer);
    }
}

/* ---- listeners ------------------------------------------------------------------------------------- */

static void start(struct worker *worker, size_t index)
{
    struct worker_listener *listener = &worker->listeners[index];
    if (listener->descriptor < 0)
        return;
    int error = listener_start(&listener->listener, &worker->loop, listener->descriptor, true, on_accepted);
    if (error)
        log_error("listener %zu: cannot accept: %s", index, strerror(-error));
}

void worker_set_listener(struct worker *worker, size_t index, int descriptor)
{
    if (index >= WORKER_MAX_LISTENERS) {
        log_error("listener %zu: a worker has at most %d", index, WORKER_MAX_LISTENERS);
        close(descriptor);
        return;
    }
    struct worker_listener *listener = &worker->listeners[index];
    listener_stop(&listener->listener);
    if (listener->descriptor >= 0)
        close(listener->descriptor);
    *listener = (struct worker_listener){.worker = worker, .descriptor = descriptor};
    if (index >= worker->listener_count)
        worker->listener_count = index + 1;
    if (worker->accepting)
        start(worker, index);
}

void worker_begin_accepting(struct worker *worker)
{
    worker->accepting = true;
    metrics_set(&worker->counters->accepting, (uint64_t)getpid());
    for (size_t i = 0; i < worker->listener_count; i++)
        start(worker, i);
    worker_read_mailbox(worker);
}

void worker_stop_accepting(struct worker *worker)
{
    worker->accepting = false;
    metrics_set(&worker->counters->accepting, 0);
    for (size_t i = 0; i < worker->listener_count; i++) {
        listener_accept_waiting(&worker->listeners[i].listener);
        listener_stop(&worker->listeners[i].listener);
        if (worker->listeners[i].descriptor >= 0)
            close(worker->listeners[i].descriptor);
        worker->listeners[i].descriptor = -1;
    }
}

/* A worker that dies between counting and sending leaves a count that nobody takes back. If it is off for a whole tick
 * with an empty mailbox, no connection is on its way: then what is here is the truth. */
static void mend_count(struct worker *worker)
{
    uint64_t counted = metrics_read(&worker->counters->connections);
    bool off = counted != worker->connection_count;
    if (off && worker->count_was_off)
        __atomic_compare_exchange_n(&worker->counters->connections, &counted, worker->connection_count, false,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
    worker->count_was_off = off;
}

void worker_balance(struct worker *worker)
{
    worker_read_mailbox(worker);
    mend_count(worker);
    move_some(worker);
}
