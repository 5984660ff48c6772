/* SPDX-License-Identifier: Apache-2.0
 *
 * Another binary takes the place of the one that runs, and nobody who asks notices:
 *
 *     old: starts it with the listening sockets   ->  new: reads the configuration, starts workers, deploys all tenants
 *     old: serves on meanwhile                        new: accepts, READY
 *     old: YOURS; accepts no more, finishes           new: takes the admin address and the files of unix sockets
 *
 * Until READY the old one loses nothing: a new one that ends, hangs or refuses is given up, and the log says why.
 */
#ifndef MAYFLY_SERVER_UPGRADE_H
#define MAYFLY_SERVER_UPGRADE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/check.h"
#include "net/loop.h"
#include "server/handover.h"

struct supervisor;

/* In the one that runs. */
struct upgrade {
    struct loop_source channel; /* descriptor < 0: no upgrade is under way */
    struct timer timer;
    pid_t pid;                                              /* of the new one; 0: none */
    char error[sizeof((struct handover_message *)0)->text]; /* of the last try; "": it has not failed */
    int64_t since;                                          /* wall clock, ns, of the last step; 0: there was none */
    pid_t replaced;                                         /* the server whose place this one took; 0: none */
};

/* In the one that comes. */
struct takeover {
    struct loop_source channel; /* descriptor < 0: there is nobody to replace, or not any more */
    struct handover *handover;
    pid_t before; /* who runs until this one does */
};

/* Begins; what follows happens on the loop. False with a reason in `error` of the upgrade. */
bool upgrade_begin(struct supervisor *supervisor);

/* False: it is not the new server. */
bool upgrade_reap(struct supervisor *supervisor, pid_t pid, int status);

/* This server ends, and the new one with it. Harmless if there is none. */
void upgrade_abandon(struct supervisor *supervisor);

/* At a start, before any socket is opened: takes what an old server hands over, if there is one. 0 or -errno with a
 * line in the log. */
MUST_USE int takeover_begin(struct supervisor *supervisor);

/* The loop is there. 0 or -errno. */
MUST_USE int takeover_listen(struct supervisor *supervisor);

/* The tenants' folder has been read: they serve what they served until something better is made. */
void takeover_tenants(struct supervisor *supervisor);

/* Everything that can be deployed is. True: nobody would miss a tenant. False: the old server has been told, and this
 * one ends. */
bool takeover_agrees(struct supervisor *supervisor);

/* The workers serve. */
void takeover_ready(struct supervisor *supervisor);

static inline bool takeover_is_on(const struct takeover *takeover)
{
    return takeover->channel.descriptor >= 0;
}

#endif
