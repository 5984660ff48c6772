/* SPDX-License-Identifier: Apache-2.0
 *
 * A worker: one process, one thread, one event loop. It accepts connections, speaks HTTP, runs sandboxes. It never
 * opens a file and never blocks.
 */
#ifndef MAYFLY_SERVER_WORKER_H
#define MAYFLY_SERVER_WORKER_H

#include <stddef.h>

#include "server/metrics.h"

/* What a freshly forked worker begins with. All descriptors were opened by the supervisor before the fork, are
 * non-blocking and belong to the worker from here on; it closes none of the supervisor's others.
 *
 * A mailbox is socketpair(AF_UNIX, SOCK_DGRAM): one end receives, the other is shared by all who send to it. The
 * supervisor keeps both ends of every pair open for its whole life, so that a worker's replacement finds the
 * connections that were handed to its predecessor. */
struct worker_start {
    unsigned index;       /* 0 .. count-1; a replacement has the index of the one it replaces */
    unsigned count;       /* workers in all */
    int control;          /* SOCK_SEQPACKET to the supervisor (server/protocol.h) */
    int mailbox;          /* receiving end of the worker's own mailbox */
    const int *mailboxes; /* `count` sending ends, by worker index */
    const int *listeners; /* by listener index; more may come as MESSAGE_LISTENER */
    size_t listener_count;
    int access_log;                /* -1: none; MESSAGE_ACCESS_LOG replaces it */
    struct metrics *metrics;       /* the shared segment, mapped */
    void (*sandbox_process)(void); /* called once all is set up, before the first event: drops what the process does
                                    * not need any more (seccomp); NULL: nothing */
};

/* Serves until drained (exit code 0) or until the supervisor is gone (exit code 0 as well; it drains first). Exit code
 * 1 with a line in the log if it cannot begin. Nothing is accepted before the first catalog. The arrays of `start` are
 * only read during the call. */
_Noreturn void worker_main(const struct worker_start *start);

#endif
