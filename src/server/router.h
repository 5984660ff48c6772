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

/* `host` as in the Host field or the target's authority, may be empty (only "*" then). NULL: nobody serves it. What is
 * found is good as long as the router, so that a connection can remember it. */
const struct router_host *router_find_host(const struct router *router, struct span host);

/* `path` is the target up to '?'. NULL: no route. *tenant is the route's, or -1: that spares reading the route. */
const struct route *router_find_path(const struct router *router, const struct router_host *host, struct span path,
                                     int32_t *tenant);

#endif
