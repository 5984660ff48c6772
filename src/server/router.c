/* SPDX-License-Identifier: Apache-2.0
 *
 * Two open-addressing tables with linear probing, both keyed by a seeded XXH3 so that no client can choose colliding
 * names: hosts, and (host, prefix) pairs. A host knows the distinct lengths of its prefixes, longest first; a lookup
 * probes once per length at which the path has a segment's end. Nearly every host has one prefix, "/", and needs none
 * of that.
 *
 * With many tenants every lookup is a cache miss, so the hosts' table holds no hosts but small entries that tell where
 * they are, and stays in a near cache; all else that the request needs can then be asked for at once. And all of it is
 * kept small: a thousand tenants' worth should fit in the second cache, beside what every request touches.
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
#define HOST_MAX      ROUTER_HOST_MAX

/* One cache line, but for a long name and for prefixes other than "/". */
struct router_host {
    const struct route *root; /* prefix "/", or NULL */
    int32_t root_slot;        /* of its tenant; -1: fixed */
    uint16_t name_size;
    uint16_t length_count;
    union { /* lower case; a wildcard's starts with '.' */
        char short_name[40];
        const char *long_name; /* if it does not fit */
    };
    uint32_t *lengths; /* distinct lengths of the prefixes other than "/", descending */
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct router_host) == 64, "a line each");

struct router_entry {
    uint32_t host; /* index + 1; 0: free */
    uint16_t tag;  /* of the name's hash: another one's host is hardly ever looked at */
    uint16_t slot; /* of the tenant at "/", for router_seek; 0 without one */
};

struct prefix {
    const struct router_host *host; /* NULL: free */
    uint64_t hash;
    struct span text; /* without '/' at its end */
    const struct route *route;
    int32_t slot; /* of its tenant; -1: fixed */
};

struct router {
    uint64_t seed;
    size_t entry_mask, prefix_mask;
    struct router_entry *entries;
    struct router_host *hosts;
    size_t host_count;
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

static uint16_t tag_of(uint64_t hash)
{
    return (uint16_t)(hash >> 48); /* far from the bits that choose the place */
}

/* The entry of `name`, or the free one where it belongs. */
static struct router_entry *find_entry(const struct router *router, struct span name, uint64_t hash)
{
    for (size_t at = hash & router->entry_mask;; at = (at + 1) & router->entry_mask) {
        struct router_entry *entry = &router->entries[at];
        if (entry->host == 0 || (entry->tag == tag_of(hash) && has_name(&router->hosts[entry->host - 1], name)))
            return entry;
    }
}

static const struct router_host *find_exact(const struct router *router, struct span name, uint64_t hash)
{
    const struct router_entry *entry = find_entry(router, name, hash);
    return entry->host ? &router->hosts[entry->host - 1] : NULL;
}

static uint64_t hash_prefix(const struct router *router, const struct router_host *host, struct span text)
{
    return hash_text(router, text, 1 + (uint64_t)(host - router->hosts));
}

static struct prefix *find_prefix_slot(const struct router *router, const struct router_host *host, struct span text)
{
    uint64_t hash = hash_prefix(router, host, text);
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

/* The entry of a host, which is made if there is none yet. */
static struct router_entry *take_entry(struct router *router, struct span name)
{
    uint64_t hash = hash_text(router, name, 0);
    struct router_entry *entry = find_entry(router, name, hash);
    if (entry->host)
        return entry;
    struct router_host *host = &router->hosts[router->host_count++];
    *host = (struct router_host){.root_slot = -1, .name_size = (uint16_t)name.size};
    if (name.size <= sizeof host->short_name)
        memcpy(host->short_name, name.data, name.size);
    else
        host->long_name = name.data;
    if (span_equal(name, SPAN("*")))
        router->any = host;
    *entry = (struct router_entry){.host = (uint32_t)router->host_count, .tag = tag_of(hash)};
    return entry;
}

static bool add_route(struct router *router, const struct catalog *catalog, const struct route *route)
{
    if (route->tenant >= 0 && (size_t)route->tenant >= catalog->tenant_count)
        return refuse(route, "names a tenant that is not in the catalog");
    if (route->host.size == 0 || route->host.size > HOST_MAX)
        return refuse(route, "a host has 1 to 255 letters");
    struct span text = prefix_key(route->prefix);
    int32_t slot = route->tenant < 0 ? -1 : (int32_t)catalog->tenants[route->tenant].slot;
    struct router_entry *entry = take_entry(router, host_key(route->host));
    struct router_host *host = &router->hosts[entry->host - 1];
    if (text.size == 0) {
        if (host->root)
            return refuse(route, "is there twice");
        host->root = route;
        host->root_slot = slot;
        entry->slot = slot < 0 ? 0 : (uint16_t)slot;
        return true;
    }
    struct prefix *prefix = find_prefix_slot(router, host, text);
    if (prefix->host)
        return refuse(route, "is there twice");
    *prefix = (struct prefix){host, hash_prefix(router, host, text), text, route, slot};
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
    router->entry_mask = router->prefix_mask = capacity - 1;
    router->entries = calloc(capacity, sizeof *router->entries);
    router->hosts = aligned_alloc(64, (catalog->route_count + 1) * sizeof *router->hosts);
    router->prefixes = calloc(capacity, sizeof *router->prefixes);
    if (!router->entries || !router->hosts || !router->prefixes ||
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
    for (size_t i = 0; i < router->host_count; i++)
        free(router->hosts[i].lengths);
    free(router->hosts);
    free(router->entries);
    free(router->prefixes);
    free(router);
}

/* ---- finding --------------------------------------------------------------------------------------- */

/* What the tables use for wildcards is no name. */
static bool is_wildcard(struct span name)
{
    return name.size > 0 && (name.data[0] == '.' || name.data[0] == '*');
}

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
            return (struct span){buffer, 0};
        buffer[size] = ascii_lower(c);
        if (c == ']' && literal) {
            size++;
            break;
        }
    }
    if (size > 0 && buffer[size - 1] == '.')
        size--;
    return (struct span){buffer, is_wildcard((struct span){buffer, size}) ? 0 : size};
}

/* The first entry in whose place a name of this hash may be and which has its tag, or a free one: there is none. */
static const struct router_entry *seek_tag(const struct router *router, uint64_t hash)
{
    size_t at = hash & router->entry_mask;
    while (router->entries[at].host && router->entries[at].tag != tag_of(hash))
        at = (at + 1) & router->entry_mask;
    return &router->entries[at];
}

static __attribute__((noinline)) void seek_normal(const struct router *router, struct router_name *name)
{
    name->text = normalise(name->text, name->buffer);
    name->hash = hash_text(router, name->text, 0);
    name->likely = seek_tag(router, name->hash);
}

static bool is_normal(const struct router_name *name)
{
    return name->text.data == name->buffer;
}

/* Most hosts come in normal form already: what has no entry as it came is looked for in that form. */
uint32_t router_seek(const struct router *router, struct span host, struct router_name *name)
{
    name->text = host;
    name->hash = hash_text(router, host, 0);
    name->likely = seek_tag(router, name->hash);
    if (!name->likely->host || is_wildcard(host))
        seek_normal(router, name);
    __builtin_prefetch(&router->hosts[name->likely->host - 1]); /* of a free one: harmless */
    return name->likely->slot;
}

static const struct router_host *find_wildcard(const struct router *router, struct span name)
{
    for (size_t at = 1; at < name.size; at++) { /* from the longest suffix on; the first label is never empty */
        if (name.data[at] != '.')
            continue;
        struct span suffix = {name.data + at, name.size - at};
        const struct router_host *host = find_exact(router, suffix, hash_text(router, suffix, 0));
        if (host)
            return host;
    }
    return router->any;
}

/* None has the name that was likely to. */
static __attribute__((noinline)) const struct router_host *find_other(const struct router *router,
                                                                      struct router_name *name)
{
    if (!is_normal(name))
        seek_normal(router, name);
    if (name->text.size == 0)
        return router->any;
    const struct router_host *host = find_exact(router, name->text, name->hash);
    return host ? host : find_wildcard(router, name->text);
}

const struct router_host *router_find_host(const struct router *router, struct router_name *name)
{
    const uint32_t host = name->likely->host;
    if (host && has_name(&router->hosts[host - 1], name->text))
        return &router->hosts[host - 1];
    return find_other(router, name);
}

static const struct route *find_plain_path(const struct router *router, const struct router_host *host,
                                           struct span path, int32_t *slot)
{
    for (size_t i = 0; i < host->length_count; i++) {
        size_t length = host->lengths[i];
        if (length > path.size || (length < path.size && path.data[length] != '/'))
            continue;
        const struct prefix *prefix = find_prefix_slot(router, host, (struct span){path.data, length});
        if (prefix->host) {
            *slot = prefix->slot;
            return prefix->route;
        }
    }
    *slot = host->root_slot;
    return host->root;
}

/* Rare: on a stack of its own, which is touched only as far as the path is long. */
static __attribute__((noinline)) const struct route *
find_odd_path(const struct router *router, const struct router_host *host, struct span path, int32_t *slot)
{
    char normal[PATH_MAX_SIZE];
    if (path.size > sizeof normal)
        return NULL; /* the longest request line is shorter */
    size_t size = http_path_normalise(path, normal);
    return find_plain_path(router, host, (struct span){normal, size}, slot);
}

const struct route *router_find_path(const struct router *router, const struct router_host *host, struct span path,
                                     int32_t *slot)
{
    if (host->length_count > 0 && !http_path_is_plain(path))
        return find_odd_path(router, host, path, slot);
    return find_plain_path(router, host, path, slot);
}
