/* SPDX-License-Identifier: Apache-2.0
 *
 * Who answers which host and path prefix. A route has one owner: the first to claim it.
 */
#ifndef MAYFLY_SERVER_CLAIMS_H
#define MAYFLY_SERVER_CLAIMS_H

#include "base/check.h"

struct claim;

/* Zeroed: none. */
struct claims {
    struct claim *by_route;
};

/* NULL: it is `owner`'s now; else who has it already. "out of memory" counts as somebody. */
MUST_USE const char *claims_take(struct claims *claims, const char *host, const char *prefix, const char *owner);

/* Who would have it; NULL: nobody yet. */
const char *claims_owner(const struct claims *claims, const char *host, const char *prefix);

void claims_dispose(struct claims *claims);

#endif
