/* SPDX-License-Identifier: Apache-2.0
 *
 * An event loop for one thread, on epoll. Per iteration: one epoll_wait, one clock reading, the callbacks of what is
 * ready, the timers that are due, then the owner's own work.
 *
 * A connection is best added once as LOOP_READ | LOOP_EDGE: a recv that fills less than its buffer has emptied the
 * socket, so a request costs epoll_wait, recv, send and nothing else. What such a handler must keep in mind:
 *  - it is told once per arrival. Having stopped with bytes left (a full read, a parked request), it has to come back
 * to recv by itself; what arrives meanwhile may or may not be told.
 *  - LOOP_HANGUP tells that the peer has sent all it will: read until 0. It may come together with the last data, and
 * is then not told again.
 *  - to wait for room after a short send, loop_modify to LOOP_READ | LOOP_WRITE | LOOP_EDGE, and back when all is out.
 *    loop_modify tells at once what is ready already, so nothing is missed in between.
 */
#ifndef MAYFLY_NET_LOOP_H
#define MAYFLY_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

#include "base/check.h"
#include "net/timers.h"

#define LOOP_BATCH 256 /* events taken at one go */

enum loop_event {
    LOOP_READ = EPOLLIN,
    LOOP_WRITE = EPOLLOUT,
    LOOP_HANGUP = EPOLLRDHUP, /* always told */
    LOOP_ERROR = EPOLLERR,    /* always told: EPOLLERR or EPOLLHUP; recv or send then says which error */
    LOOP_EDGE = (int)EPOLLET,
    LOOP_EXCLUSIVE = EPOLLEXCLUSIVE, /* a socket that several processes wait on wakes one of them; no loop_modify */
};

/* Intrusive: embedded in its owner, which may free itself in `ready` after loop_remove. */
struct loop_source {
    void (*ready)(struct loop_source *source, unsigned events);
    int descriptor; /* the owner's; the loop never closes it */
};

/* Opaque to all but loop.c and the inline below. */
struct loop {
    int epoll;
    int pending, pending_next; /* events of this batch, and the next to be told */
    bool stopping;
    int64_t now;
    bool (*work)(void *user);
    void *user;
    struct timers timers;
    struct epoll_event events[LOOP_BATCH];
};

/* 0 or -errno. */
MUST_USE int loop_init(struct loop *loop);
void loop_dispose(struct loop *loop);

/* `work` is called at the end of each iteration, before the loop may sleep: the run queue, what was put off, flushes.
 * It returns true if there is more to do; the loop then only polls, so that connections and work take turns. */
void loop_set_work(struct loop *loop, bool (*work)(void *user), void *user);

/* Monotonic ns at the begin of this iteration. */
static inline int64_t loop_now(const struct loop *loop)
{
    return loop->now;
}

/* Reads the clock anew, for work that took long. */
int64_t loop_refresh(struct loop *loop);

/* `events`: of enum loop_event, ORed. The source must stay where it is until removed. 0 or -errno. */
MUST_USE int loop_add(struct loop *loop, struct loop_source *source, int descriptor, unsigned events);
MUST_USE int loop_modify(struct loop *loop, struct loop_source *source, unsigned events);

/* Call before the descriptor is closed or handed on. The source is told nothing more, also of this batch. Harmless
 * for one that was not added (descriptor < 0) or is removed already. */
void loop_remove(struct loop *loop, struct loop_source *source);

/* Deadlines in monotonic ns: loop_now(loop) + delay. */
static inline void loop_arm(struct loop *loop, struct timer *timer, int64_t deadline)
{
    timers_arm(&loop->timers, timer, deadline);
}
static inline void loop_remove_timer(struct loop *loop, struct timer *timer)
{
    timers_remove(&loop->timers, timer);
}

/* Runs until loop_stop. 0, or -errno if epoll itself fails. */
MUST_USE int loop_run(struct loop *loop);

/* One iteration that sleeps at most until `latest` (monotonic ns; 0: not at all). 0 or -errno. */
MUST_USE int loop_step(struct loop *loop, int64_t latest);

/* loop_run returns after this iteration. */
void loop_stop(struct loop *loop);

#endif
