/* SPDX-License-Identifier: Apache-2.0
 *
 * The supervisor's side of all workers: starting them, telling them what to serve, replacing those that die.
 */
#ifndef MAYFLY_SERVER_WORKER_SET_H
#define MAYFLY_SERVER_WORKER_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"
#include "net/loop.h"
#include "server/child.h"
#include "server/listeners.h"
#include "server/metrics.h"
#include "server/publication.h"

/* What is borrowed outlives the set. */
struct worker_set_options {
    struct loop *loop;
    unsigned count;
    struct metrics *metrics;
    struct child_user user;
    const struct listeners *listeners;        /* what changes after the start comes with a publication */
    int access_log;                           /* at start; see worker_set_access_log */
    void (*serving)(void *user);              /* a worker is set up, or uses another generation */
    void (*retired)(void *user, uint64_t id); /* one worker has dropped that program */
    /* A function of a program takes much time in the interpreter of one worker. */
    void (*hot)(void *user, unsigned worker, uint64_t id, uint32_t function);
    void (*ended)(void *user); /* no worker is left, after worker_set_drain or worker_set_kill */
    void *callback_user;
};

struct worker_set;

/* Starts the workers. NULL with a line in the log. */
MUST_USE struct worker_set *worker_set_create(const struct worker_set_options *options);

/* No worker may be left. */
void worker_set_destroy(struct worker_set *set);

/* From now on workers get this (borrowed until the next one), new workers too. */
void worker_set_publish(struct worker_set *set, const struct publication *publication);

/* Programs of the publication have got native code: workers are told. */
void worker_set_tell_native(struct worker_set *set);

/* The generation that all workers use at least; 0: one uses none yet. */
uint64_t worker_set_generation(const struct worker_set *set);

/* All workers have started and wait for, or have, what to serve. */
bool worker_set_is_set_up(const struct worker_set *set);

/* -1: lines go nowhere. Borrowed until the next call. */
void worker_set_access_log(struct worker_set *set, int descriptor);

/* False: it is not a worker of ours. */
bool worker_set_reap(struct worker_set *set, pid_t pid, int status);

/* They end what is at work, then themselves. */
void worker_set_drain(struct worker_set *set);

/* At once. */
void worker_set_kill(struct worker_set *set);

size_t worker_set_alive(const struct worker_set *set);

/* Workers that died and were replaced. */
uint64_t worker_set_replaced(const struct worker_set *set);

/* Of all that died, those that the filter of system calls killed (confine/confine.h). */
uint64_t worker_set_violations(const struct worker_set *set);

#endif
