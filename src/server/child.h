/* SPDX-License-Identifier: Apache-2.0
 *
 * What every forked process of the server begins with: it keeps only the descriptors that it needs, becomes an
 * unprivileged user, and dies with the supervisor.
 */
#ifndef MAYFLY_SERVER_CHILD_H
#define MAYFLY_SERVER_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/check.h"

/* Whom to become. */
struct child_user {
    bool change; /* only root can */
    uid_t user;
    gid_t group;
};

/* By the setting `user`; needs no file later. -ENOENT: there is no such user (known to `mayfly check`). */
MUST_USE int child_find_user(const char *name, struct child_user *user);

/* In the child, right after fork. `parent`: getpid() of the supervisor before it. Closes all descriptors but 0 to 2 and
 * `keep`; ends the process with a line in the log if something is refused. */
void child_begin(const char *role, pid_t parent, const struct child_user *user, const int *keep, size_t keep_count);

/* How a child ended, for the log: "exit code 1", "signal 9 (Killed)". */
void child_describe(int status, char *out, size_t size);

#endif
