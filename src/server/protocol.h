/* SPDX-License-Identifier: Apache-2.0
 *
 * What supervisor and worker say to each other, over one SOCK_SEQPACKET pair per worker. One message is one
 * packet, at most one descriptor goes with it. The order is kept, so a program always arrives before the
 * catalog that names it.
 */
#ifndef MAYFLY_SERVER_PROTOCOL_H
#define MAYFLY_SERVER_PROTOCOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

enum message_type {
    /* supervisor -> worker */
    MESSAGE_LISTENER = 1, /* id: listener index; descriptor: the listening socket (replaces that index); none:
                           * stop listening there */
    MESSAGE_PROGRAM,      /* id: program; descriptor: the artifact. Never sent twice to one worker */
    MESSAGE_NATIVE,       /* id: a program that was sent; descriptor: native code of it, in place of what it has */
    MESSAGE_CATALOG,      /* id: generation; descriptor: the sealed catalog. Programs that it does not
                           * name are dropped when their last request has ended */
    MESSAGE_ACCESS_LOG,   /* descriptor: where access log lines go from now on; none: nowhere */
    MESSAGE_DRAIN,        /* accept no more, finish what is at work, close idle connections, then exit 0 */
    /* worker -> supervisor */
    MESSAGE_STARTED, /* set up, waits for its first catalog */
    MESSAGE_READY,   /* the first catalog serves */
    MESSAGE_SERVING, /* id: generation now used for every new request */
    MESSAGE_RETIRED, /* id: program no longer used by any request of this worker */
    MESSAGE_HOT,     /* id: program; detail: where one of its functions begins (or is, if the program has no symbols)
                      * that takes much time in the interpreter */
};

struct message {
    uint32_t type;
    uint32_t detail; /* 0 where a type does not say more */
    uint64_t id;
};

/* Sends one message with `descriptor` (or -1). 0 or -errno; never blocks: a full socket is -EAGAIN. */
MUST_USE int message_send(int socket, enum message_type type, uint64_t id, int descriptor);

/* One with a detail and without a descriptor. */
MUST_USE int message_send_detail(int socket, enum message_type type, uint64_t id, uint32_t detail);

/* 1: got one (*descriptor is the caller's, or -1); 0: nothing there now; -ECONNRESET: the other end is
 * gone; other -errno. */
MUST_USE int message_receive(int socket, struct message *message, int *descriptor);

/* The same for one packet of any kind, such as a builder's result. One of another size than `size` is -EBADMSG. */
MUST_USE int packet_send(int socket, const void *bytes, size_t size, int descriptor);
MUST_USE int packet_receive(int socket, void *bytes, size_t size, int *descriptor);

#endif
