/* SPDX-License-Identifier: Apache-2.0
 *
 * Tells that something changed in a set of folders (inotify), some moments after the last change. What changed is found
 * by looking (stamps of files), so a lost or doubled event does no harm; and there is a slow poll for file systems that
 * tell nothing. Changes without end are told a few times a second.
 */
#ifndef MAYFLY_SERVER_WATCH_H
#define MAYFLY_SERVER_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "net/loop.h"

struct watch;

/* `changed` is called on the loop. NULL: no memory. Without inotify it polls, with a line in the log. */
MUST_USE struct watch *watch_create(struct loop *loop, void (*changed)(void *user), void *user);
void watch_destroy(struct watch *watch);

/* The whole set anew: begin, add each folder, end. Folders already watched stay so. With `only`, writes to other
 * files of the folder are not told (a log may be among them). A folder that is not there is left out. */
void watch_begin(struct watch *watch);
void watch_add(struct watch *watch, const char *folder, const char *only);
void watch_end(struct watch *watch);

#endif
