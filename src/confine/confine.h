/* SPDX-License-Identifier: Apache-2.0
 *
 * What a process gives up for good once it has what it needs (libseccomp). A system call outside its role's list kills
 * the process with SIGSYS: the supervisor logs it, counts it and starts another.
 */
#ifndef MAYFLY_CONFINE_CONFINE_H
#define MAYFLY_CONFINE_CONFINE_H

#include "base/check.h"

/* A worker after its set-up: epoll, its sockets, its memory. Nothing opens, connects, executes, signals another
 * process or makes memory executable that it could have written. 0 or -errno. */
MUST_USE int confine_worker(void);

/* A builder before it runs the guest's initialisation: memory, memfds and the pipe to the supervisor. */
MUST_USE int confine_builder(void);

/* The compiler once its libraries are loaded, before it looks at the program. */
MUST_USE int confine_compiler(void);

#endif
