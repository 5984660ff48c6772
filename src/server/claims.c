/* SPDX-License-Identifier: Apache-2.0 */
#include "server/claims.h"

#include <stdlib.h>
#include <string.h>

/* No memory for the table: told to the caller, not by exit(). */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#define ROUTE_MAX 1400 /* a host has 253 letters, a prefix 1024 */

struct claim {
    UT_hash_handle hh;
    size_t size; /* of the route */
    char text[]; /* the route, then its owner with a NUL */
};

/* "host prefix"; as the router sees it, so a '/' at the prefix's end does not matter. */
static size_t route_key(char *key, const char *host, const char *prefix)
{
    size_t host_size = strnlen(host, 300), prefix_size = strnlen(prefix, ROUTE_MAX - 310);
    while (prefix_size > 0 && prefix[prefix_size - 1] == '/')
        prefix_size--;
    memcpy(key, host, host_size);
    key[host_size] = ' ';
    memcpy(key + host_size + 1, prefix, prefix_size);
    return host_size + 1 + prefix_size;
}

const char *claims_owner(const struct claims *claims, const char *host, const char *prefix)
{
    char key[ROUTE_MAX];
    size_t size = route_key(key, host, prefix);
    struct claim *found;
    HASH_FIND(hh, claims->by_route, key, size, found);
    return found ? found->text + found->size : NULL;
}

const char *claims_take(struct claims *claims, const char *host, const char *prefix, const char *owner)
{
    char key[ROUTE_MAX];
    size_t size = route_key(key, host, prefix);
    const char *other = claims_owner(claims, host, prefix);
    if (other)
        return other;
    struct claim *claim = malloc(sizeof *claim + size + strlen(owner) + 1);
    if (!claim)
        return "out of memory";
    claim->size = size;
    memcpy(claim->text, key, size);
    memcpy(claim->text + size, owner, strlen(owner) + 1);
    HASH_ADD_KEYPTR(hh, claims->by_route, claim->text, size, claim);
    if (!claim->hh.tbl) {
        free(claim);
        return "out of memory";
    }
    return NULL;
}

void claims_dispose(struct claims *claims)
{
    struct claim *claim = claims->by_route, *next;
    HASH_CLEAR(hh, claims->by_route);
    for (; claim; claim = next) {
        next = claim->hh.next;
        free(claim);
    }
}
