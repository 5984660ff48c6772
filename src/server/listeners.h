/* SPDX-License-Identifier: Apache-2.0
 *
 * The listening sockets, which the supervisor opens and all workers share. Workers and catalogs name a listener by its
 * index, which is never used again for another address: connections remember it.
 */
#ifndef MAYFLY_SERVER_LISTENERS_H
#define MAYFLY_SERVER_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/check.h"
#include "net/address.h"
#include "server/config.h"
#include "server/handover.h"

#define LISTENERS_MAX 256 /* addresses in a server's life */

struct listening {
    char *text; /* as in the file, and of no other that is open */
    struct address bound;
    uint64_t changed; /* the value of `changes` when it was opened or closed */
};

/* Zeroed: none. */
struct listeners {
    struct listening list[LISTENERS_MAX];
    int descriptors[LISTENERS_MAX]; /* by index; -1: closed */
    size_t count;
    uint64_t changes;
    struct handover *given; /* sockets that are open already; NULL: none */
    bool keep_files;        /* of unix sockets: another server uses them */
};

/* Opens the addresses of the configuration that are not open, then closes those that it does not name. 0, or -errno
 * with a line in the log; nothing has changed then. */
MUST_USE int listeners_update(struct listeners *listeners, const struct server_config *config);

/* The kernel takes no new connections on these sockets any more, while those that it has taken, or is about to, can
 * still be accepted. Files of unix sockets are removed. */
void listeners_refuse(const struct listeners *listeners);

/* Closes this process's descriptors. Unix sockets' files are removed. */
void listeners_close(struct listeners *listeners);

/* "http://127.0.0.1:8080/ unix:/run/x", with the ports that the kernel chose. */
void listeners_describe(const struct listeners *listeners, FILE *out);

#endif
