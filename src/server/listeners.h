/* SPDX-License-Identifier: Apache-2.0
 *
 * The listening sockets, which the supervisor opens once and all workers share. The order is that of the file at start;
 * workers and catalogs name a listener by its index.
 */
#ifndef MAYFLY_SERVER_LISTENERS_H
#define MAYFLY_SERVER_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/check.h"
#include "net/address.h"
#include "server/config.h"

struct listening {
    char *text; /* as in the file */
    struct address bound;
};

struct listeners {
    struct listening *list;
    int *descriptors; /* by index */
    size_t count;
};

/* 0, or -errno with a line in the log; nothing is open then. */
MUST_USE int listeners_open(struct listeners *listeners, const struct server_config *config);

/* Closes this process's descriptors. Unix sockets' files are removed. */
void listeners_close(struct listeners *listeners);

/* Whether the configuration names the same addresses, in any order. */
bool listeners_match(const struct listeners *listeners, const struct server_config *config);

/* "http://127.0.0.1:8080/ unix:/run/x", with the ports that the kernel chose. */
void listeners_describe(const struct listeners *listeners, FILE *out);

#endif
