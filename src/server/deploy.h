/* SPDX-License-Identifier: Apache-2.0
 *
 * From a tenant's program file to an artifact that serves:
 *
 *     look (queued) -> settled? -> private copy -> hash -> the same was built already, or is being built: share it
 *                                                      -> builder (limits, self-test) -> artifact -> serves
 *
 * Tenants whose program, limits, arguments, environment and self-test are equal share one artifact. Whatever fails
 * leaves the old version serving, and tenant->error says why.
 */
#ifndef MAYFLY_SERVER_DEPLOY_H
#define MAYFLY_SERVER_DEPLOY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"
#include "net/loop.h"
#include "server/child.h"
#include "server/handover.h"
#include "server/tenant_store.h"

#define DEPLOY_PROGRAM_MAX (UINT64_C(256) << 20) /* bytes of a program's file */

struct deploy_options {
    struct loop *loop;
    struct child_user user;
    unsigned builders;           /* at once */
    void (*changed)(void *user); /* a tenant serves another artifact, or its error is another */
    void *callback_user;
};

struct deploy;

MUST_USE struct deploy *deploy_create(const struct deploy_options *options);

/* Ends what is being built. */
void deploy_destroy(struct deploy *deploy);

/* Looks at a tenant's program when its turn comes. `head`: bytes that a request's head may have. */
void deploy_look(struct deploy *deploy, struct tenant *tenant);

/* What another server made and the tenant served there: it serves that until something better is made. Not if it was
 * made for another build. */
void deploy_adopt(struct deploy *deploy, struct tenant *tenant, const struct handover_tenant *given);

/* The tenant is going. */
void deploy_forget(struct deploy *deploy, struct tenant *tenant);

/* The tenant's artifact has failed its trial: the last good one serves again, and that one is not tried again before
 * the tenant's program, or what it is given, changes. `why` is for the log and the admin API. */
void deploy_roll_back(struct deploy *deploy, struct tenant *tenant, const char *why);

/* The tenant's artifact has passed its trial. */
void deploy_trust(struct tenant *tenant);

/* What a request's head may take at most; part of what artifacts are made from. */
void deploy_set_head_size(struct deploy *deploy, uint64_t bytes);

/* Takes one step, or none if all builders are busy. True: there is more to do at once. */
bool deploy_work(struct deploy *deploy);

/* Lets go of the artifacts that nobody else holds: after a publication that left some out. */
void deploy_prune(struct deploy *deploy);

/* True while something is queued, settling or being built. */
bool deploy_busy(const struct deploy *deploy);

/* False: it is not a builder of ours. */
bool deploy_reap(struct deploy *deploy, pid_t pid, int status);

struct deploy_counts {
    uint64_t built, failed, shared, rolled_back;
    unsigned building;
};

void deploy_counts(const struct deploy *deploy, struct deploy_counts *counts);

#endif
