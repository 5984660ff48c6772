/* SPDX-License-Identifier: Apache-2.0
 *
 * The tenants that the supervisor knows: what their folders say, and what has become of their programs. Filled by
 * scanning the tenants' folder; server/deploy.h makes them serve.
 */
#ifndef MAYFLY_SERVER_TENANT_STORE_H
#define MAYFLY_SERVER_TENANT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "server/compile_account.h"
#include "server/config.h"
#include "server/digest.h"
#include "server/file.h"
#include "server/publication.h"
#include "server/trial.h"

struct build;

struct tenant {
    char name[CONFIG_NAME_MAX + 1];
    uint32_t slot;                /* of its counters */
    struct tenant_config *config; /* the last good one; NULL: there was none yet, it has no routes */
    struct file_stamp config_stamp;
    char *config_error; /* of the file as it is now; NULL: it is good */

    /* Its program, kept by deploy.c. */
    struct file_stamp program_stamp; /* of the file whose hash is `content` */
    struct digest content;
    bool content_known;
    struct digest wanted;       /* the key of what it is to serve */
    struct build *build;        /* that makes it; NULL: none does */
    struct artifact *artifact;  /* that it serves; NULL: none */
    struct artifact *last_good; /* a copy for this tenant alone, while a newer one is on trial; NULL: none */
    struct trial trial;         /* of `artifact` */
    struct digest rejected;     /* the key of what crashed in its trial and is not tried again; none: nothing */
    unsigned kills;             /* of builders that made `wanted`, one after the other, by SIGKILL */
    char *error;                /* why it does not serve what it should; NULL: it does */
    bool queued;                /* its program is to be looked at */
    bool failing;               /* not for a fault of its own: it is tried again */
    struct tenant *next;        /* in that queue */
    int64_t since;              /* wall clock, of the last change of the above */

    struct compile_account compiled; /* what its programs have cost the compilers */

    bool announced;      /* the log tells that `artifact` serves */
    char *routing_error; /* it claims a host that another has; NULL: no */
};

struct tenant_store {
    struct tenant **list; /* by name */
    size_t count;
    size_t slots; /* in all */
    uint32_t next_slot;
    struct free_slot *free; /* those of tenants that are gone, the oldest first; reused when they are old enough */
    size_t free_count, free_capacity;
};

struct tenant_events {
    void (*changed)(void *user, struct tenant *tenant); /* new, or its configuration is another */
    void (*removed)(void *user, struct tenant *tenant); /* its memory goes after this */
    void (*reuse)(void *user, uint32_t slot);           /* a slot is given to another tenant */
    void *user;
};

void tenant_store_init(struct tenant_store *store, size_t slots);
void tenant_store_dispose(struct tenant_store *store, const struct tenant_events *events);

/* Reads what changed since the last time; with `all`, everything (the server's configuration is another). Mistakes go
 * to the log, once; a tenant with a mistake keeps what it had. True if any tenant came, went or changed. */
bool tenant_store_scan(struct tenant_store *store, const struct server_config *server, bool all,
                       const struct tenant_events *events);

/* Sets one of a tenant's error texts, and `since` if it changed. NULL: none. True if it changed. */
bool tenant_set_error(struct tenant *tenant, char **error, const char *text);

#endif
