/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is freed all at once. A zeroed struct is an empty arena. One thread's.
 */
#ifndef MAYFLY_BASE_ARENA_H
#define MAYFLY_BASE_ARENA_H

#include <stddef.h>

#include "base/check.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; /* the newest first */
    size_t used;                /* of the newest */
};

/* Zeroed and aligned for anything; NULL if there is no memory. Lives until arena_dispose. */
MUST_USE void *arena_allocate(struct arena *arena, size_t size);

/* A copy with a NUL behind it, or NULL. */
MUST_USE char *arena_copy(struct arena *arena, const char *text, size_t size);

void arena_dispose(struct arena *arena);

#endif
