/* SPDX-License-Identifier: Apache-2.0
 *
 * Two open-addressing tables with linear probing, both keyed by a seeded XXH3 so that no client can choose colliding
 * names: hosts, and (host, prefix) pairs. A host knows the distinct lengths of its prefixes, longest first; a lookup
 * probes once per length at which the path has a segment's end. Nearly every host has one prefix, "/", and needs none
 * of that.
 */
#include "server/router.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/log.h"
#include "http/path.h"

#define PATH_MAX_SIZE 65536 /* of a request line, at most */
#define HOST_MAX      255   /* RFC 1035 §2.3.4; a longer one matches no exact name and no wildcard */

/* With many tenants every lookup is a cache miss, so a host with a name of usual length and the one prefix "/" is found
 * in a single cache line. */
struct router_host {
    uint64_t hash;
    const struct route *root; /* prefix "/", or NULL */
    int32_t root_tenant;
    uint16_t name_size; /* 0: the slot is free */
    uint16_t length_count;
    char short_name[40];   /* lower case; a wildcard's starts with '.' */
    const char *long_name; /* if it does not fit */
    uint32_t *lengths;     /* distinct lengths of the prefixes other than "/", descending */
} __attribute__((aligned(64)));

struct prefix {
    const struct router_host *host; /* NULL: free */
    uint64_t hash;
    struct span text; /* without '/' at its end */
    const struct route *route;
};

struct router {
    uint64_t seed;
    size_t host_mask, prefix_mask;
    struct router_host *hosts;
    struct prefix *prefixes;
    const struct router_host *any; /* "*" */
};

static uint64_t hash_text(const struct router *router, struct span text, uint64_t salt)
{
    return XXH3_64bits_withSeed(text.data, text.size, router->seed ^ salt);
}

static bool has_name(const struct router_host *host, struct span name)
{
    const char *own = name.size > sizeof host->short_name ? host->long_name : host->short_name;
    return host->name_size == name.size && memcmp(own, name.data, name.size) == 0;
}

/* The slot of `name`, or the free one where it belongs. */
static struct router_host *find_host_slot(const struct router *router, struct span name)
{
    uint64_t hash = hash_text(router, name, 0);
    for (size_t at = hash & router->host_mask;; at = (at + 1) & router->host_mask) {
        struct router_host *host = &router->hosts[at];
        if (host->name_size == 0 || (host->hash == hash && has_name(host, name)))
            return host;
    }
}

static struct prefix *find_prefix_slot(const struct router *router, const struct router_host *host, struct span text)
{
    uint64_t hash = hash_text(router, text, host->hash);
    for (size_t at = hash & router->prefix_mask;; at = (at + 1) & router->prefix_mask) {
        struct prefix *prefix = &router->prefixes[at];
        if (!prefix->host || (prefix->hash == hash && prefix->host == host && span_equal(prefix->text, text)))
            return prefix;
    }
}

/* ---- making ---------------------------------------------------------------------------------------- */

/* "*.example" is kept as ".example", which no exact name can be; "*" as "*". */
static struct span host_key(struct span host)
{
    if (host.size > 2 && host.data[0] == '*' && host.data[1] == '.')
        return (struct span){host.data + 1, host.size - 1};
    return host;
}

static struct span prefix_key(struct span prefix)
{
    while (prefix.size > 0 && prefix.data[prefix.size - 1] == '/')
        prefix.size--;
    return prefix;
}

static bool add_length(struct router_host *host, uint32_t length)
{
    size_t at = 0;
    while (at < host->length_count && host->lengths[at] > length)
        at++;
    if (at < host->length_count && host->lengths[at] == length)
        return true;
    uint32_t *grown = realloc(host->lengths, (host->length_count + 1) * sizeof *grown);
    if (!grown)
        return false;
    memmove(grown + at + 1, grown + at, (host->length_count - at) * sizeof *grown);
    grown[at] = length;
    host->lengths = grown;
    host->length_count++;
    return true;
}

static bool refuse(const struct route *route, const char *why)
{
    log_error("route %.*s%.*s: %s", (int)route->host.size, route->host.data, (int)route->prefix.size,
              route->prefix.data, why);
    return false;
}

static bool add_route(struct router *router, const struct catalog *catalog, const struct route *route)
{
    if (route->tenant >= 0 && (size_t)route->tenant >= catalog->tenant_count)
        return refuse(route, "names a tenant that is not in the catalog");
    if (route->host.size == 0 || route->host.size > HOST_MAX)
        return refuse(route, "a host has 1 to 255 letters");
    struct span name = host_key(route->host), text = prefix_key(route->prefix);
    struct router_host *host = find_host_slot(router, name);
    if (host->name_size == 0) {
        host->name_size = (uint16_t)name.size;
        host->long_name = name.data;
        if (name.size <= sizeof host->short_name)
            memcpy(host->short_name, name.data, name.size);
        host->hash = hash_text(router, name, 0);
        if (span_equal(name, SPAN("*")))
            router->any = host;
    }
    if (text.size == 0) {
        if (host->root)
            return refuse(route, "is there twice");
        host->root = route;
        host->root_tenant = route->tenant;
        return true;
    }
    struct prefix *prefix = find_prefix_slot(router, host, text);
    if (prefix->host)
        return refuse(route, "is there twice");
    *prefix = (struct prefix){host, hash_text(router, text, host->hash), text, route};
    return add_length(host, (uint32_t)text.size) || refuse(route, "out of memory");
}

struct router *router_create(const struct catalog *catalog)
{
    struct router *router = calloc(1, sizeof *router);
    if (!router)
        return NULL;
    size_t capacity = 8;
    while (capacity < catalog->route_count * 2)
        capacity *= 2;
    router->host_mask = router->prefix_mask = capacity - 1;
    router->hosts = aligned_alloc(64, capacity * sizeof *router->hosts);
    if (router->hosts)
        memset(router->hosts, 0, capacity * sizeof *router->hosts);
    router->prefixes = calloc(capacity, sizeof *router->prefixes);
    if (!router->hosts || !router->prefixes ||
        getrandom(&router->seed, sizeof router->seed, 0) != sizeof router->seed) {
        router_destroy(router);
        return NULL;
    }
    for (size_t i = 0; i < catalog->route_count; i++) {
        if (!add_route(router, catalog, &catalog->routes[i])) {
            router_destroy(router);
            return NULL;
        }
    }
    return router;
}

void router_destroy(struct router *router)
{
    if (!router)
        return;
    for (size_t i = 0; router->hosts && i <= router->host_mask; i++)
        free(router->hosts[i].lengths);
    free(router->hosts);
    free(router->prefixes);
    free(router);
}

/* ---- finding --------------------------------------------------------------------------------------- */

/* Lower case, without port and final dot; an empty span if it can be no exact name or wildcard match. */
static struct span normalise(struct span host, char *buffer)
{
    size_t size = 0;
    bool literal = host.size > 0 && host.data[0] == '['; /* an IPv6 literal has colons of its own */
    for (; size < host.size; size++) {
        char c = host.data[size];
        if (c == ':' && !literal)
            break;
        if (size == HOST_MAX)
            return SPAN("");
        buffer[size] = ascii_lower(c);
        if (c == ']' && literal) {
            size++;
            break;
        }
    }
    if (size > 0 && buffer[size - 1] == '.')
        size--;
    /* What the tables use for wildcards is no name. */
    if (size > 0 && (buffer[0] == '.' || buffer[0] == '*'))
        size = 0;
    return (struct span){buffer, size};
}

const struct router_host *router_find_host(const struct router *router, struct span asked)
{
    char buffer[HOST_MAX + 1];
    struct span name = normalise(asked, buffer);
    if (name.size == 0)
        return router->any;
    const struct router_host *host = find_host_slot(router, name);
    if (host->name_size > 0)
        return host;
    for (size_t at = 1; at < name.size; at++) { /* from the longest suffix on; the first label is never empty */
        if (name.data[at] != '.')
            continue;
        host = find_host_slot(router, (struct span){name.data + at, name.size - at});
        if (host->name_size > 0)
            return host;
    }
    return router->any;
}

static const struct route *find_plain_path(const struct router *router, const struct router_host *host,
                                           struct span path, int32_t *tenant)
{
    for (size_t i = 0; i < host->length_count; i++) {
        size_t length = host->lengths[i];
        if (length > path.size || (length < path.size && path.data[length] != '/'))
            continue;
        const struct prefix *prefix = find_prefix_slot(router, host, (struct span){path.data, length});
        if (prefix->host) {
            *tenant = prefix->route->tenant;
            return prefix->route;
        }
    }
    *tenant = host->root_tenant;
    return host->root;
}

/* Rare: on a stack of its own, which is touched only as far as the path is long. */
static __attribute__((noinline)) const struct route *
find_odd_path(const struct router *router, const struct router_host *host, struct span path, int32_t *tenant)
{
    char normal[PATH_MAX_SIZE];
    if (path.size > sizeof normal)
        return NULL; /* the longest request line is shorter */
    size_t size = http_path_normalise(path, normal);
    return find_plain_path(router, host, (struct span){normal, size}, tenant);
}

const struct route *router_find_path(const struct router *router, const struct router_host *host, struct span path,
                                     int32_t *tenant)
{
    if (host->length_count > 0 && !http_path_is_plain(path))
        return find_odd_path(router, host, path, tenant);
    return find_plain_path(router, host, path, tenant);
}
