/* SPDX-License-Identifier: Apache-2.0
 *
 * What a worker serves: sites and tenants, their limits and the version of each. The supervisor makes a
 * catalog from the configuration and what has been deployed, seals it in a memfd and sends it to every
 * worker; a worker replaces its catalog whole. Immutable on both sides.
 *
 * The router (server/router.h) is built from a catalog; programs (server/protocol.h) are sent beside it.
 */
#ifndef MAYFLY_SERVER_CATALOG_H
#define MAYFLY_SERVER_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/span.h"

/* Limits of what one tenant may cost; every value is final (defaults already applied). */
struct tenant_limits {
    uint64_t instructions;       /* per request */
    uint64_t slice_instructions; /* run at one go before other connections get their turn */
    uint32_t deadline_ms;        /* wall time of a request, from its last byte to the answer */
    uint32_t concurrency;        /* requests at work at once, in one worker */
    uint64_t request_body;       /* bytes */
    uint64_t log_bytes_per_second;
    uint64_t instructions_per_second;   /* in one worker; 0: no budget */
    uint64_t response_bytes_per_second; /* the same */
    uint64_t total_memory;              /* bytes of requests at work, in all workers; 0: no limit */
};

/* A response without a sandbox. */
struct fixed_response {
    uint32_t status; /* 0: none */
    struct span type;
    struct span body;
};

/* A set of hosts and a path prefix, answered by a tenant or by a fixed response. */
struct route {
    struct span host;   /* lower case: "a.example", "*.example" or "*" (any) */
    struct span prefix; /* "/" for all; "/api" also matches "/api/x" but not "/apix" */
    int32_t tenant;     /* index into tenants, or -1: fixed */
    struct fixed_response fixed;
};

struct catalog_tenant {
    struct span name;
    struct span version;  /* short hash of the program, for logs */
    uint64_t program;     /* id of the program it is answered by; 0: none is deployed (503) */
    uint32_t slot;        /* index of its counters in the metrics segment, stable for the tenant's life */
    uint32_t audit_every; /* audit one rollback in so many; 0: never */
    struct tenant_limits limits;
};

/* HTTP limits and deadlines of the whole server. */
struct http_settings {
    uint32_t request_line; /* bytes */
    uint32_t headers;      /* bytes of all header lines */
    uint32_t header_count;
    uint64_t body; /* bytes; a tenant's own limit may be lower */
    uint32_t read_timeout_ms;
    uint32_t body_timeout_ms; /* 0: none */
    uint32_t write_timeout_ms;
    uint64_t min_write_rate; /* bytes per second; 0: no limit */
    uint32_t idle_timeout_ms;
    uint32_t connections; /* per worker */
    uint64_t memory;      /* bytes of large buffers, per worker; 0: no limit */
};

struct catalog {
    uint64_t generation;
    struct http_settings http;
    struct span access_log;    /* "", "-" (stdout) or a path; the supervisor has opened it */
    uint64_t instance_memory;  /* bytes of idle instances a worker may keep, over all tenants */
    uint32_t instance_idle_ms; /* idle instances are evicted after this */
    uint32_t profile;          /* 1: workers look for hot programs and report their functions */
    size_t tenant_count;
    const struct catalog_tenant *tenants;
    size_t route_count;
    const struct route *routes; /* those of a listener without a Host match come in `listener_fixed` */
    size_t listener_count;
    const struct fixed_response *listener_fixed; /* by listener index; status 0: routed by host */
};

/* A sealed memfd that holds a copy of all of it, or -errno. */
MUST_USE int catalog_seal(const struct catalog *catalog);

/* Maps a sealed catalog; every offset in it is checked. NULL if it is damaged. catalog_unmap frees it. */
MUST_USE const struct catalog *catalog_map(int descriptor);
void catalog_unmap(const struct catalog *catalog);

#endif
