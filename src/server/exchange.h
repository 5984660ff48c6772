/* SPDX-License-Identifier: Apache-2.0
 *
 * One request in a tenant's sandbox, from an instance of the pool to its return: limits, slices, what goes wrong and
 * how that is told. It knows neither sockets nor HTTP's bytes; the connection that owns it does.
 *
 *     begin --> answered --> (the connection copies the answer) --> end
 *       |          ^
 *       v          |
 *     parked --> resume                abandon: at any time before end
 */
#ifndef MAYFLY_SERVER_EXCHANGE_H
#define MAYFLY_SERVER_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/span.h"
#include "mayfly/sandbox.h"
#include "server/guest_log.h"
#include "server/run_queue.h"
#include "server/worker_site.h"

struct worker;

/* What the client is told instead of a tenant's answer. Status 0: nothing, the tenant answered. */
struct exchange_error {
    unsigned status;
    struct span reason;   /* static text, a phrase */
    unsigned retry_after; /* seconds; 0: not said */
};

/* Zeroed when idle. Embedded in its connection; linked into the run queue while parked. */
struct exchange {
    struct run_task task; /* first: a task of the run queue is its exchange */
    struct site *site;    /* NULL: idle */
    struct tenant_state *state;
    struct tenant_terms terms;    /* that it began under */
    struct mf_instance *instance; /* NULL: it never got one, or it is given back */
    struct mf_outcome outcome;
    struct exchange_error error;
    const char *stop; /* for the access log */
    struct guest_output output;
    bool young;                 /* parked, and counted as young by its tenant */
    int64_t deadline;           /* monotonic */
    uint64_t ns;                /* spent in the sandbox */
    uint64_t slice_ticks;       /* when the slice at work began */
    const struct ticks *ticks;  /* the worker's */
    size_t mappings;            /* its part of the worker's */
    size_t memory;              /* and of the tenant's */
    unsigned pages;             /* restored; known after end if it was settled there */
    struct span method, target; /* for the log; the owner keeps the bytes in place, and moves the spans with them */
};

/* An instance whose answer has been copied and that waits for its rollback. It counts as a request at work on its
 * program and its site, so that both stay. */
struct exchange_held {
    struct mf_instance *instance; /* NULL: none */
    struct tenant_state *state;
    struct tenant_terms terms;
    struct site *site;
    size_t mappings, memory; /* that are counted for it */
};

/* One whose rollback takes long. */
struct exchange_slow {
    struct exchange_slow *next;
    struct exchange_held held;
};

/* Pages that are rolled back at once; each piece of a larger set waits for its turn as a slice does. It takes about as
 * long as one. */
#define EXCHANGE_ROLLBACK_PAGES 128

/* Mappings of the host (vm.max_map_count is 65,530) that an instance may have without being counted, and that those
 * which have more may have together, over that: a few dozen requests that split their memory wherever they can must not
 * leave the others without an instance. */
#define EXCHANGE_MAPPINGS_USUAL 128
#define EXCHANGE_MAPPINGS_MOST  12000

/* A slice ends after this time, however few instructions that was: what others wait for is time. */
#define EXCHANGE_SLICE_NS (50 * NS_PER_US)

/* A tenant that has used so much in one iteration of the worker's loop begins no more requests in it: who comes on many
 * connections, each time for less than a slice, would hold up the others like one that never yields. */
#define EXCHANGE_SHARE_NS EXCHANGE_SLICE_NS

/* Of the instances that exchanges run; a call of the guest pauses when the slice is over. */
extern const struct mf_host exchange_host;

/* True if the tenant begins no request now: it has had its share of this iteration, or a short request of its own is
 * still at it, or one that has ended is still rolled back. Those that need no more than a slice's instructions come one
 * after the other, however often they are interrupted: all at once they would only be too many at once. */
MUST_USE bool exchange_had_share(const struct worker *worker, const struct tenant_state *state);

/* Starts a request and runs its first slice. True: answered (a response or an error); false: parked. */
MUST_USE bool exchange_begin(struct exchange *exchange, struct worker *worker, struct tenant_state *state,
                             const struct mf_request *request);

/* Runs the next slice of a parked one that was taken out of the run queue. As begin. */
MUST_USE bool exchange_resume(struct exchange *exchange, struct worker *worker);

/* The tenant's answer; NULL if there is an error instead. Until end. */
const struct mf_response *exchange_response(const struct exchange *exchange);

/* The answer is no good HTTP: it becomes a 502. `why` is static text. */
void exchange_refuse(struct exchange *exchange, const char *why);

/* The answer (of `status` and so many bytes of body) has been copied out: counts it and lets the instance go. The
 * rollback itself is left to exchange_settle; with `settle` it is done at once. */
void exchange_end(struct exchange *exchange, struct worker *worker, unsigned status, uint64_t body_size, bool settle);

/* The client is gone: ends a parked request without an answer. */
void exchange_abandon(struct exchange *exchange, struct worker *worker);

/* Rolls back what end has left: when the worker's next request is there, which walks to the same pages, and at the
 * latest before the loop looks for events again. Returns the pages restored. */
unsigned exchange_settle(struct worker *worker);

/* One piece of the rollbacks that take long, in turn. True: there are more. */
bool exchange_restore_slow(struct worker *worker);

#endif
