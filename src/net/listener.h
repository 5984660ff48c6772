/* SPDX-License-Identifier: Apache-2.0
 *
 * Listening sockets: making them, and accepting from them on a loop.
 */
#ifndef MAYFLY_NET_LISTENER_H
#define MAYFLY_NET_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"
#include "net/address.h"
#include "net/loop.h"

#define LISTENER_BACKLOG  4096
#define LISTENER_BATCH    64                 /* connections accepted before others get their turn */
#define LISTENER_PAUSE_NS INT64_C(100000000) /* without descriptors or memory: try again after this */

struct listener_options {
    bool reuse_port;        /* several sockets on one address; the kernel spreads connections over them */
    unsigned defer_seconds; /* wake up only when data is there; 0: at once (TCP) */
    mode_t mode;            /* of a unix socket's file; 0: 0666 */
};

/* A listening socket, non-blocking and close-on-exec, or -errno with a line in `why` (up to `why_size` with its NUL)
 * that says what, where and what to do. TCP_NODELAY is set and inherited by what it accepts. A unix socket's file that
 * nobody listens on any more is replaced; one that somebody does is -EADDRINUSE. */
MUST_USE int listener_open(const struct address *address, const struct listener_options *options, char *why,
                           size_t why_size);

/* A listening TCP socket takes no new connection any more: what has begun the handshake ends it and can be accepted,
 * who comes later is not answered (and tries again, until the socket is closed). As far as the kernel lets us. */
void listener_refuse(int descriptor);

/* The address that a socket is bound to (which has the port that the kernel chose). 0 or -errno. */
MUST_USE int listener_bound(int descriptor, struct address *address);

/* Accepts on a loop. Embedded in its owner. */
struct listener {
    struct loop_source source;
    struct timer pause;
    struct loop *loop;
    void (*accepted)(struct listener *listener, int descriptor, const struct address *peer);
    int descriptor; /* of the socket, also while paused */
    bool exclusive;
    bool paused;      /* until the timer: the process is out of descriptors or memory */
    uint64_t count;   /* accepted */
    uint64_t refused; /* times that accept failed for want of descriptors or memory */
};

/* Accepts from `descriptor` (borrowed) from now on. `accepted` owns each new descriptor, which is non-blocking and
 * close-on-exec; inside it listener_stop is allowed. `exclusive`: the socket is shared with other processes and a
 * connection should wake only one of them. 0 or -errno. */
MUST_USE int listener_start(struct listener *listener, struct loop *loop, int descriptor, bool exclusive,
                            void (*accepted)(struct listener *, int, const struct address *));

/* Accepts what waits already, as far as it goes: before the last listener_stop, after which the kernel would reset
 * those connections. Harmless as that is. */
void listener_accept_waiting(struct listener *listener);

/* Accepts no more; harmless if it is not started (zeroed) or stopped already. */
void listener_stop(struct listener *listener);

#endif
