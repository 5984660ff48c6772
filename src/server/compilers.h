/* SPDX-License-Identifier: Apache-2.0
 *
 * Tier-up: from what workers report as hot to native code that all of them run.
 *
 *     hot (a worker) -> wanted -> its turn -> compiler process (limits) -> sealed native code -> artifacts, workers,
 * cache
 *
 * Programs with the same bytes share what is compiled. Whatever fails leaves the program as it was, interpreted or with
 * the native code that it has; half of the functions are tried again, down to the one that fails alone, and the program
 * waits longer with every failure. Who has used less compile time comes first, and nobody uses more than a share of it.
 */
#ifndef MAYFLY_SERVER_COMPILERS_H
#define MAYFLY_SERVER_COMPILERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/check.h"
#include "net/loop.h"
#include "server/child.h"
#include "server/handover.h"
#include "server/publication.h"
#include "server/tenant_store.h"

/* What is borrowed outlives the compilers. */
struct compilers_options {
    struct loop *loop;
    struct child_user user;
    const struct tenant_store *store;
    const char *compiler;   /* its path; NULL: the one that belongs to this binary */
    unsigned at_once;       /* at least 1 */
    uint64_t timeout_ms;    /* processor time of each */
    const char *code_cache; /* folder; "": none */
    uint64_t code_cache_size;
    void (*changed)(void *user); /* programs of the publication have got native code */
    void *callback_user;
};

struct compilers;

/* NULL: this build has no compiler (a line in the log says so), or there is no memory. */
MUST_USE struct compilers *compilers_create(const struct compilers_options *options);

/* Ends what is being compiled. NULL is allowed, here and in all the others. */
void compilers_destroy(struct compilers *compilers);

/* This is about to be published, and borrowed until the next one: its programs get the native code that there is for
 * them, and what is for others is forgotten. */
void compilers_use(struct compilers *compilers, const struct publication *publication);

/* What the next server needs to go on with the native code of an artifact; its descriptor is borrowed. */
struct handover_native compilers_hand_over(const struct compilers *compilers, const struct artifact *artifact);

/* Before the first publication: programs of this content have native code already, if it is of this translator and
 * processor. */
void compilers_adopt(struct compilers *compilers, const struct digest *content, const struct handover_native *given);

/* A worker (its index) found a function to take much time in the interpreter. What is not served, or no code, is not
 * looked at. */
void compilers_hot(struct compilers *compilers, unsigned worker, uint64_t program, uint32_t function);

/* Starts what may be started now. */
void compilers_work(struct compilers *compilers);

/* False: it is not a compiler of ours. */
bool compilers_reap(struct compilers *compilers, pid_t pid, int status, const struct rusage *usage);

/* Static text for an artifact: "native", "compiling", "refused" or "interpreter". */
const char *compilers_state(const struct compilers *compilers, const struct artifact *artifact);

struct compilers_counts {
    uint64_t finished, failed, cached; /* the last: programs that the code cache had */
    uint64_t cpu_ms;                   /* of all that have ended */
    unsigned running;
};

void compilers_counts(const struct compilers *compilers, struct compilers_counts *counts);

#endif
