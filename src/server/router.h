/* SPDX-License-Identifier: Apache-2.0
 *
 * Which route of a catalog answers a request: by host, then by the longest path prefix. The cost does not grow with
 * the number of routes. Immutable; made from a catalog that must outlive it.
 *
 * Host: an exact name first, then the wildcard with the longest suffix ("*.b.example" before "*.example"), then "*".
 * Letters' case, a port and one dot at the end do not matter. The most specific host alone decides: if none of its
 * prefixes fits, there is no route, although a wildcard might have one.
 *
 * Prefix: whole segments of the path's normal form (http/path.h): "/api" fits "/api", "/api/x", "/%61pi" and
 * "//x/../api", not "/apix". A '/' at its end does not matter. Prefixes are in normal form; the configuration sees to
 * it.
 */
#ifndef MAYFLY_SERVER_ROUTER_H
#define MAYFLY_SERVER_ROUTER_H

#include "base/check.h"
#include "base/span.h"
#include "server/catalog.h"

struct router;

/* NULL: out of memory, or two routes have the same host and prefix, or a route names a tenant that is not there
 * (logged). */
MUST_USE struct router *router_create(const struct catalog *catalog);
void router_destroy(struct router *router);

struct router_host;

#define ROUTER_HOST_MAX 255 /* RFC 1035 §2.3.4; a longer one matches no exact name and no wildcard */

/* A host that is looked for. It may point into itself, so it stays where it is. */
struct router_name {
    struct span text; /* as it came; or in `buffer`, in normal form (lower case, no port), empty if it is no name */
    uint64_t hash;
    const struct router_entry *likely; /* where it seems to be */
    char buffer[ROUTER_HOST_MAX + 1];
};

/* Begins to look for `host`, which is as in the Host field or the target's authority and may be empty (only "*" then):
 * asks for the memory that router_find_host will want, so that other work can be done meanwhile. Returns the slot of
 * the tenant that is likely to be found: nothing to rely on, but worth a prefetch. `name` may borrow `host`. */
uint32_t router_seek(const struct router *router, struct span host, struct router_name *name);

/* NULL: nobody serves it. What is found is good as long as the router, so that a connection can remember it. */
const struct router_host *router_find_host(const struct router *router, struct router_name *name);

/* `path` is the target up to '?'. NULL: no route. *slot is that of the route's tenant (catalog_tenant.slot), or -1:
 * that spares reading the route and the catalog. */
const struct route *router_find_path(const struct router *router, const struct router_host *host, struct span path,
                                     int32_t *slot);

#endif
