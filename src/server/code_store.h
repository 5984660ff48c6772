/* SPDX-License-Identifier: Apache-2.0
 *
 * Native code of programs in the code cache (tier/code_cache.h), by the SHA-256 of the program, the translator and the
 * kind of processor: what was compiled before a restart serves from the first request after it.
 */
#ifndef MAYFLY_SERVER_CODE_STORE_H
#define MAYFLY_SERVER_CODE_STORE_H

#include "server/digest.h"
#include "server/hot_code.h"
#include "server/publication.h"
#include "tier/code_cache.h"

/* NULL: there is none that is good. Adds the functions it was made of. `cache` may be NULL. */
MUST_USE struct native *code_store_load(struct code_cache *cache, const struct digest *program, struct hot_code *hot);

/* Keeps native code of the functions that are native; gives up with a warning. */
void code_store_keep(struct code_cache *cache, const struct digest *program, const struct native *native,
                     const struct hot_code *hot);

#endif
