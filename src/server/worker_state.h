/* SPDX-License-Identifier: Apache-2.0
 *
 * All that one worker has. Its rooms (worker, connection, exchange) share this struct; nobody else sees it.
 */
#ifndef MAYFLY_SERVER_WORKER_STATE_H
#define MAYFLY_SERVER_WORKER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/writer.h"
#include "net/listener.h"
#include "net/loop.h"
#include "server/access_log.h"
#include "server/connection_buffer.h"
#include "server/exchange.h"
#include "server/run_queue.h"
#include "server/worker.h"
#include "server/worker_programs.h"
#include "server/worker_site.h"
#include "server/worker_ticks.h"

#define WORKER_MAX_LISTENERS 256

struct connection;

/* A listening socket of the supervisor's. */
struct worker_listener {
    struct listener listener;
    struct worker *worker;
    int descriptor; /* -1: none of this index */
};

struct worker {
    struct loop loop;
    unsigned index, count;
    struct metrics *metrics;
    struct metrics_worker *counters;

    /* What is served. */
    struct site *site; /* NULL before the first catalog */
    struct worker_programs programs;
    struct tenant_states states;
    struct run_queue run_queue;
    struct exchange_held held;
    struct exchange_slow *slow, **slow_end; /* rollbacks that take long, the next one first */
    size_t mappings;                        /* of the host, that requests at work have over the usual number */
    uint64_t iteration;                     /* of the loop */

    /* Connections. `all` is a circular list's head. */
    struct connection *all;
    size_t connection_count;
    struct connection *unused; /* freed structs, kept for the next */
    size_t unused_count;
    struct connection *again; /* those that stopped with bytes left to read, first to last */
    struct connection **again_end;
    struct buffer_pool buffers;

    /* One connection at a time reads into `input` and gathers answers in `output`. */
    char *input;
    char *output;
    size_t output_used;

    /* Time and logs. */
    char date[HTTP_DATE_SIZE];
    int64_t date_expires; /* monotonic */
    struct ticks ticks;
    uint64_t turn_ticks; /* when this turn's events came; only kept while the access log is on */
    struct access_log access_log;
    int access_descriptor; /* owned; -1: none */
    struct timer access_timer;
    int64_t refusal_logged;
    uint64_t log_lost_before, access_log_lost_before; /* what the worker of this index before us lost */

    /* The others. */
    struct loop_source control, mailbox;
    int *mailboxes;
    struct worker_listener *listeners; /* WORKER_MAX_LISTENERS */
    size_t listener_count;
    struct timer tick, drain_timer;
    size_t most_connections; /* as many as there are descriptors for */
    bool accepting, draining;
    bool count_was_off; /* at the last tick; see worker_accept.c */
};

static inline int64_t worker_now(const struct worker *worker)
{
    return loop_now(&worker->loop);
}

/* Text for the Date field, HTTP_DATE_SIZE bytes. */
const char *worker_date(struct worker *worker);

/* The last request on a site that has been replaced has ended. */
void worker_site_idle(struct worker *worker, struct site *site);

/* The last request on a program that no catalog names has ended. */
void worker_program_idle(struct worker *worker, struct worker_program *program);

/* A connection has closed: a worker that drains may be done. */
void worker_connection_closed(struct worker *worker);

/* ---- worker_accept.c ------------------------------------------------------------------------------ */

/* Starts or replaces listener `index`; the descriptor becomes the worker's. */
void worker_set_listener(struct worker *worker, size_t index, int descriptor);

/* No room for another connection. */
bool worker_is_full(const struct worker *worker);

/* All listeners accept from now on; the mailbox is open to the others. */
void worker_begin_accepting(struct worker *worker);
void worker_stop_accepting(struct worker *worker);

/* Adopts what others have put into the mailbox. */
void worker_read_mailbox(struct worker *worker);

/* Gives a connection at rest to a worker that has at least two fewer. True: it is gone. */
bool worker_move_connection(struct worker *worker, struct connection *connection);

/* Once per tick: moves connections to where there are fewer, and mends the count that workers compare, should a crash
 * have left it wrong. */
void worker_balance(struct worker *worker);

#endif
