/* SPDX-License-Identifier: Apache-2.0
 *
 * Native code on disk, so that a program that was compiled once is native from its first request after a restart.
 *
 * What is loaded from here runs with our rights. So the folder must be ours alone, and each entry carries a MAC over
 * its name and its bytes, keyed by a file of the folder that only we can read: an entry that was damaged, renamed or
 * written by somebody without the key is not used, but removed, with a warning.
 *
 * An entry is written under a name of its own first, so several processes may share a folder.
 */
#ifndef MAYFLY_TIER_CODE_CACHE_H
#define MAYFLY_TIER_CODE_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"

#define CODE_CACHE_NAME  80                 /* of an entry at most, with its end */
#define CODE_CACHE_ENTRY ((int64_t)1 << 31) /* bytes of an entry at most */

struct code_cache;

/* Makes the folder and its key if they are not there. `limit` is the size of all entries together. NULL after a warning
 * in the log. */
struct code_cache *code_cache_open(const char *folder, uint64_t limit);
void code_cache_close(struct code_cache *cache);

/* The entry's bytes as a new memfd, which can be sealed and is the caller's; -1: there is none that is good. */
MUST_USE int code_cache_load(struct code_cache *cache, const char *name);

/* Keeps all bytes of `file`, a memfd; gives up with a warning. Entries that were used longest ago go until the rest is
 * within the limit. */
void code_cache_store(struct code_cache *cache, const char *name, int file);

#endif
