/* SPDX-License-Identifier: Apache-2.0
 *
 * What processes do not see any more: the network, other processes' memory and messages, the machine's files. In the
 * way of what a filter of system calls does not stop, should it ever have a hole.
 *
 * They are made once, empty, and joined: to make them anew takes longer than it takes a builder to build.
 */
#ifndef MAYFLY_CONFINE_NAMESPACES_H
#define MAYFLY_CONFINE_NAMESPACES_H

#include <stdbool.h>

#include "base/check.h"

#define NAMESPACES 5 /* of users (if the maker is not root), network, IPC, host name, mounts */

struct namespaces {
    int descriptors[NAMESPACES]; /* -1: none; owned, close-on-exec */
};

/* A network with nothing but a loopback that is down, no messages, and a root that is an empty folder. 0, or -errno if
 * the kernel or a container forbids it: then there are none. */
MUST_USE int namespaces_make(struct namespaces *namespaces);
void namespaces_close(struct namespaces *namespaces);

/* For the calling process, which has one thread and is who made them. Descriptors stay what they are, a listening
 * socket as well. Without `without_files` it stays among the files that there are. 0 or -errno, after which it may be
 * in some. */
MUST_USE int namespaces_join(const struct namespaces *namespaces, bool without_files);

#endif
