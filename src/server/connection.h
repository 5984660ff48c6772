/* SPDX-License-Identifier: Apache-2.0
 *
 * One client: bytes in, requests in order, answers out in one send per batch. Non-blocking, on the worker's loop.
 *
 *     HEAD  --> BODY --> (answer) --> HEAD           read, route, answer
 *       \---------> WAIT (its exchange is parked) --> (answer) --> HEAD
 *     any --> CLOSING (output is being sent) --> LINGER (the client reads our last words) --> closed
 */
#ifndef MAYFLY_SERVER_CONNECTION_H
#define MAYFLY_SERVER_CONNECTION_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "http/chunked.h"
#include "http/parser.h"
#include "net/loop.h"
#include "server/connection_buffer.h"
#include "server/exchange.h"

struct worker;

#define CONNECTION_INPUT        65536  /* bytes read at one go */
#define CONNECTION_OUTPUT       262144 /* answers gathered before they are sent; no parsing while so much is unsent */
#define CONNECTION_HEAD_MAX     65536  /* bytes of one response's head */
#define CONNECTION_READS        4      /* full reads before others get their turn */
#define CONNECTION_PROGRESS     65536  /* bytes of a body that earn another read timeout */
#define CONNECTION_LINGER_NS    INT64_C(5000000000)
#define CONNECTION_LAST_NS      INT64_C(1000000000) /* draining: an idle connection may still send for so long */
#define CONNECTION_LINGER_BYTES 67108864            /* read and dropped meanwhile: many send all before they read */
#define CONNECTION_AT_ONCE      8192                /* output that leaves the kernel at once (RFC 6928 §2) */
#define CONNECTION_UNUSED_MAX   1024

enum connection_phase {
    CONNECTION_HEAD,    /* between requests, or a head is on its way */
    CONNECTION_BODY,    /* a body is on its way */
    CONNECTION_WAIT,    /* the exchange is parked */
    CONNECTION_CLOSING, /* nothing is read any more; closes when the output is sent */
    CONNECTION_LINGER,  /* our side is shut down; reads and drops until the client has closed too */
};

/* Whence a connection comes: with its descriptor, all that is known of a new one, and what goes from worker to worker.
 */
struct newcomer {
    uint32_t listener;
    uint32_t client_size;
    char client[INET6_ADDRSTRLEN]; /* the peer's address as text */
};

enum connection_timing { CONNECTION_UNTIMED, CONNECTION_IDLE, CONNECTION_READING, CONNECTION_WRITING, CONNECTION_LAST };

struct connection_host {
    const struct router_host *host; /* NULL: nobody serves it */
    uint64_t site;                  /* serial of the site that found it; 0: nothing is remembered */
    uint32_t size;
    uint32_t slot; /* of the tenant that it likely leads to */
    char name[40];
};

struct connection {
    struct loop_source source; /* first: a source is its connection */
    struct timer timer;
    struct worker *worker;
    struct connection *next, *previous; /* all of the worker's; `next` also links unused ones */
    struct connection *again;           /* next in worker.again */
    bool in_again;
    const struct tenant_state *awaited; /* in worker.again until this tenant may run again; NULL: for a turn */

    uint8_t phase;
    bool readable;  /* there may be bytes that were not read */
    bool hangup;    /* the peer has told that it sends no more: read until 0 */
    bool ended;     /* read 0 */
    bool writing;   /* waits for room to send */
    bool settled;   /* has come to rest once; see worker_accept.c */
    bool linger;    /* close by lingering: there may be input that was not read, or output that takes its time */
    bool broken;    /* send or recv failed: nothing can be sent any more */
    bool progress;  /* the client took output since the deadline was set */
    bool discard;   /* the body is read but not kept */
    uint8_t timing; /* what the timer bounds: enum connection_timing */

    /* The unfinished request, from its first byte: head, then the decoded body so far. Empty when at rest. */
    struct buffer input;
    struct buffer output; /* not yet taken by the kernel */
    int64_t write_step;   /* output: when the client must have taken some of it */
    int64_t write_end;    /* output: when it must have taken all of it; 0: not known yet */
    struct http_scan scan;
    uint32_t head_size; /* BODY: bytes of the head in front */
    uint64_t body_size; /* BODY: bytes of the body received (decoded) */
    uint64_t body_left; /* BODY, sized: still to come */
    uint64_t body_mark; /* body_size when the timer was armed */
    int64_t body_end;   /* when all of it must be there */
    struct http_chunked chunked;
    bool is_chunked;
    uint64_t lingered; /* bytes dropped */

    /* Of the request being answered. */
    struct exchange exchange;
    uint64_t began_ticks; /* for the access log */
    struct connection_host last_host;
    struct span method, target, host; /* for the access log; borrowed from the input or `kept` */
    char *kept;                       /* the three, of a parked request */
    uint8_t version;
    bool is_head;
    bool keep_alive;

    struct newcomer from;
};

/* Takes a connected socket over (also on failure: it is closed then). The worker's count of connections includes it
 * already. */
void connection_adopt(struct worker *worker, int descriptor, const struct newcomer *from);

/* Tells a client that came too many that it did, as far as that is free, and closes. */
void connection_turn_away(int descriptor);

/* Goes on after another slice has answered the exchange. */
void connection_answered(struct connection *connection);

/* Reads on where it stopped to let others have their turn. */
void connection_run_again(struct worker *worker);

/* Closes at once; an exchange at work is abandoned. */
void connection_close(struct connection *connection);

/* Between two requests, with nothing to read or to send that we know of. */
bool connection_at_rest(const struct connection *connection);

/* Draining: closes if no request is on its way. The worker drains already. */
void connection_drain(struct connection *connection);

static inline struct connection *connection_of_exchange(struct exchange *exchange)
{
    return (struct connection *)((char *)exchange - offsetof(struct connection, exchange));
}

/* ---- between connection.c, connection_request.c and connection_output.c ----------------------------- */

/* Bytes to work on: the worker's input or the connection's own buffer. */
struct window {
    char *data;
    size_t size;
};

/* Takes as many whole requests from the window as there are and may be answered. What is left in the window is the
 * beginning of an unfinished one (in phase BODY all of it: the head and the body so far), or requests that have to wait
 * until the one before is answered or the output has drained. False: the connection has had its turn; go on later. */
MUST_USE bool connection_take_requests(struct connection *connection, struct window *window);

/* The body has arrived: answers the request in connection->input, and releases that. */
void connection_body_complete(struct connection *connection);

/* The body cannot be read any further: answers and closes. */
void connection_refuse_body(struct connection *connection, unsigned status, const char *reason);

/* Copies the answer of the exchange out and ends it. */
void connection_send_answer(struct connection *connection);

/* One line of the access log, if that is on. `terms`: of the tenant; NULL if none was asked. */
void connection_log(struct connection *connection, const struct tenant_terms *terms, unsigned status, uint64_t bytes,
                    const char *stop);

/* Gathers a short text, "404 Not Found: nobody serves this"; the connection closes after it if it is not keep_alive. */
void connection_send_error(struct connection *connection, const struct exchange_error *error);

struct fixed_response;
void connection_send_fixed(struct connection *connection, const struct fixed_response *fixed);

/* Gathers bytes as they are. */
void connection_send_raw(struct connection *connection, struct span bytes);

/* Hands what was gathered to the kernel; keeps what it does not take. */
void connection_flush(struct connection *connection);

/* `size` more bytes are about to wait in the output, and the client gets time for them. */
void connection_allow_time(struct connection *connection, size_t size);

/* Sends what was kept. */
void connection_continue_output(struct connection *connection);

#endif
