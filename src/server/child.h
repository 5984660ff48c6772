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
#include "confine/namespaces.h"

/* Whom to become, and what not to see any more. */
struct child_user {
    bool change; /* only root can */
    uid_t user;
    gid_t group;
    bool apart;                   /* it joins these: */
    struct namespaces namespaces; /* the supervisor's; see child_make_namespaces */
};

enum child_files { CHILD_WITHOUT_FILES, CHILD_WITH_FILES };

/* By the setting `user`; needs no file later. -ENOENT: there is no such user (known to `mayfly check`). */
MUST_USE int child_find_user(const char *name, struct child_user *user);

/* Those that children are to join, if there can be any; a line in the log if not. */
void child_make_namespaces(struct child_user *user);

/* In the child, right after fork. `files`: whether it sees the machine's, if it is kept apart at all. `parent`:
 * getpid() of the supervisor before it. Closes all descriptors but 0 to 2 and `keep`; ends the process with a line in
 * the log if something is refused. */
void child_begin(const char *role, enum child_files files, pid_t parent, const struct child_user *user, const int *keep,
                 size_t keep_count);

/* How a child ended, for the log: "exit code 1", "signal 9 (Killed)". */
void child_describe(int status, char *out, size_t size);

#endif
