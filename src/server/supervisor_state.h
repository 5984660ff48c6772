/* SPDX-License-Identifier: Apache-2.0
 *
 * All that the supervisor has; shared by its rooms (supervisor, report) and nobody else.
 */
#ifndef MAYFLY_SERVER_SUPERVISOR_STATE_H
#define MAYFLY_SERVER_SUPERVISOR_STATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "net/loop.h"
#include "server/admin.h"
#include "server/child.h"
#include "server/claims.h"
#include "server/compilers.h"
#include "server/config.h"
#include "server/deploy.h"
#include "server/listeners.h"
#include "server/metrics.h"
#include "server/publication.h"
#include "server/tenant_store.h"
#include "server/upgrade.h"
#include "server/watch.h"
#include "server/worker_set.h"

struct supervisor {
    struct loop loop;
    struct loop_source signals;
    const char *config_file;
    struct file_stamp config_stamp;
    struct server_config *config;
    char *config_error; /* of the file as it is now; NULL: `config` is it */

    struct listeners listeners;
    int access_log; /* -1: off */
    struct metrics *metrics;
    struct child_user user;
    unsigned worker_count;

    struct tenant_store store;
    struct deploy *deploy;       /* NULL while draining */
    struct compilers *compilers; /* NULL: everything is interpreted */
    struct worker_set *workers;
    struct watch *watch;
    struct admin *admin; /* NULL: off */
    char *admin_text;    /* its address */

    /* What is served. */
    struct publication *publication; /* NULL: nothing yet */
    struct claims claims;
    uint64_t generation;
    bool dirty;                 /* the publication is out of date */
    bool ready;                 /* the workers serve */
    int64_t hold_until;         /* the first publication waits for the first deployments until then; 0: no more */
    int64_t publish_again;      /* the last try failed: not before then */
    struct timer publish_timer; /* gathers what is finished within a moment */
    uint64_t reloads, reload_failures;

    struct timer trial_timer; /* while a new version is on trial */
    char binary[PATH_MAX];    /* this one's path, as it was at the start */
    struct upgrade upgrade;
    struct takeover takeover;
    struct timer drain_timer;
    bool ending;
    int exit_code;
};

/* Reads what changed in the files; with `all`, all of them. */
void supervisor_reload(struct supervisor *supervisor, bool all);

/* 0, or -errno with a line in the log. */
MUST_USE int supervisor_start_admin(struct supervisor *supervisor);

/* ending.c: a signal; the second one ends everything at once. */
void ending_begin(struct supervisor *supervisor, int number);

/* The new server serves: this one finishes what is at work, and leaves sockets and their files to it. */
void ending_hand_over(struct supervisor *supervisor);

/* What the admin API answers; see server/admin.h. */
void report_answer(void *user, struct span method, struct span path, struct admin_reply *reply);

#endif
