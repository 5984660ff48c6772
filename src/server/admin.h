/* SPDX-License-Identifier: Apache-2.0
 *
 * The HTTP side of the admin API: a few short connections on the supervisor's own loop, one request each. What is
 * answered is the owner's.
 */
#ifndef MAYFLY_SERVER_ADMIN_H
#define MAYFLY_SERVER_ADMIN_H

#include <stddef.h>

#include "base/check.h"
#include "base/span.h"
#include "net/loop.h"

struct admin;

struct admin_reply {
    unsigned status;
    const char *type; /* static text */
    char *body;       /* malloc'ed; freed by the admin */
    size_t size;
};

/* Takes the listening socket over. `answer` fills a zeroed reply; status 0: there is no such page. NULL: no memory. */
MUST_USE struct admin *
admin_create(struct loop *loop, int listening,
             void (*answer)(void *user, struct span method, struct span path, struct admin_reply *reply), void *user);
void admin_destroy(struct admin *admin);

/* Borrowed. */
int admin_socket(const struct admin *admin);

#endif
