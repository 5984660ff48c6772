/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "server/catalog.h"

/* A publication on its way. */
struct draft {
    const struct server_config *server;
    const struct listeners *sockets;
    const struct tenant_store *store;
    struct claims claims;
    struct catalog_tenant *tenants;
    struct route *routes;
    size_t route_count;
    struct fixed_response *listeners;
    struct artifact **programs;
    size_t program_count;
};

static struct fixed_response fixed_of(const struct settings_respond *respond)
{
    if (!respond->mark.line)
        return (struct fixed_response){.status = 0};
    return (struct fixed_response){(uint32_t)respond->status, span_of(respond->type.text), span_of(respond->body.text)};
}

static struct http_settings http_of(const struct settings_http *http)
{
    return (struct http_settings){
        .request_line = (uint32_t)http->request_line,
        .headers = (uint32_t)http->headers,
        .header_count = (uint32_t)http->header_count,
        .body = http->body,
        .read_timeout_ms = (uint32_t)http->read_timeout,
        .body_timeout_ms = (uint32_t)http->body_timeout,
        .write_timeout_ms = (uint32_t)http->write_timeout,
        .min_write_rate = http->min_write_rate,
        .idle_timeout_ms = (uint32_t)http->idle_timeout,
        .connections = (uint32_t)http->connections,
        .memory = http->memory,
    };
}

/* What the program itself leaves of it for requests; always enough for one. */
static uint64_t memory_of(const struct settings_limits *limits, const struct artifact *artifact)
{
    uint64_t taken = artifact ? artifact->info.artifact_bytes : 0;
    uint64_t left = limits->total_memory > taken ? limits->total_memory - taken : 0;
    return limits->total_memory == 0 || left > limits->memory ? left : limits->memory;
}

static struct catalog_tenant tenant_of(const struct tenant *tenant)
{
    struct catalog_tenant out = {.name = span_of(tenant->name), .slot = tenant->slot};
    if (!tenant->config)
        return out;
    const struct settings_limits *limits = &tenant->config->settings.limits;
    out.audit_every = (uint32_t)tenant->config->settings.audit.every;
    out.limits = (struct tenant_limits){
        .instructions = limits->instructions,
        .slice_instructions = limits->slice,
        .deadline_ms = (uint32_t)limits->deadline,
        .concurrency = (uint32_t)limits->concurrency,
        .request_body = limits->request_size,
        .log_bytes_per_second = limits->log_rate,
        .instructions_per_second = limits->cpu,
        .response_bytes_per_second = limits->response_rate,
        .total_memory = memory_of(limits, tenant->artifact),
    };
    if (tenant->artifact) {
        out.version = span_of(tenant->artifact->version);
        out.program = tenant->artifact->program;
    }
    return out;
}

/* ---- routes ---------------------------------------------------------------------------------------- */

static void add_fixed_routes(struct draft *draft)
{
    const struct settings_server *settings = &draft->server->settings;
    for (size_t i = 0; i < settings->hosts.count; i++) {
        const struct settings_host *host = &settings->hosts.items[i];
        if (!claims_take(&draft->claims, host->host.text, host->prefix.text, draft->server->file))
            draft->routes[draft->route_count++] =
                (struct route){span_of(host->host.text), span_of(host->prefix.text), -1, fixed_of(&host->respond)};
    }
}

/* The tenant's routes that it had before (`again`), or the others. */
static void add_routes(struct draft *draft, const struct claims *before, size_t index, bool again)
{
    struct tenant *tenant = draft->store->list[index];
    const struct settings_tenant *settings = &tenant->config->settings;
    char text[512] = "";
    for (size_t i = 0; i < settings->hosts.count; i++) {
        const char *host = settings->hosts.items[i].text, *prefix = settings->prefix.text;
        const char *had = claims_owner(before, host, prefix);
        if ((had && !strcmp(had, tenant->name)) != again)
            continue;
        const char *other = claims_take(&draft->claims, host, prefix, tenant->name);
        if (other)
            snprintf(text, sizeof text, "the host %s with prefix %.100s stays with %.100s, which has it already", host,
                     prefix, other);
        else
            draft->routes[draft->route_count++] =
                (struct route){.host = span_of(host), .prefix = span_of(prefix), .tenant = (int32_t)index};
    }
    if (!again && tenant_set_error(tenant, &tenant->routing_error, text[0] ? text : NULL) && text[0])
        log_error("tenant %s: %s", tenant->name, text);
}

static void add_tenants(struct draft *draft, const struct claims *before)
{
    add_fixed_routes(draft);
    for (size_t i = 0; i < draft->store->count; i++)
        draft->tenants[i] = tenant_of(draft->store->list[i]);
    for (int again = 1; again >= 0; again--)
        for (size_t i = 0; i < draft->store->count; i++)
            if (draft->store->list[i]->config)
                add_routes(draft, before, i, again);
}

/* By address, for the order of the file may have changed since the sockets were opened. */
static void add_listeners(struct draft *draft)
{
    const struct settings_server *settings = &draft->server->settings;
    for (size_t i = 0; i < draft->sockets->count; i++)
        for (size_t j = 0; j < settings->listen.count; j++)
            if (draft->sockets->descriptors[i] >= 0 &&
                !strcmp(draft->sockets->list[i].text, settings->listen.items[j].address.text))
                draft->listeners[i] = fixed_of(&settings->listen.items[j].respond);
}

/* ---- programs -------------------------------------------------------------------------------------- */

static int by_program(const void *a, const void *b)
{
    uint64_t left = (*(struct artifact *const *)a)->program, right = (*(struct artifact *const *)b)->program;
    return left < right ? -1 : left > right;
}

/* Each once. */
static void add_programs(struct draft *draft)
{
    size_t count = 0, unique = 0;
    for (size_t i = 0; i < draft->store->count; i++)
        if (draft->store->list[i]->artifact)
            draft->programs[count++] = draft->store->list[i]->artifact;
    qsort(draft->programs, count, sizeof(struct artifact *), by_program);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || draft->programs[i] != draft->programs[i - 1])
            draft->programs[unique++] = draft->programs[i];
    draft->program_count = unique;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

static bool allocate(struct draft *draft)
{
    size_t tenants = draft->store->count, routes = draft->server->settings.hosts.count;
    for (size_t i = 0; i < tenants; i++)
        if (draft->store->list[i]->config)
            routes += draft->store->list[i]->config->settings.hosts.count;
    draft->tenants = calloc(tenants + 1, sizeof *draft->tenants);
    draft->programs = calloc(tenants + 1, sizeof(struct artifact *));
    draft->routes = calloc(routes + 1, sizeof *draft->routes);
    draft->listeners = calloc(draft->sockets->count + 1, sizeof *draft->listeners);
    return draft->tenants && draft->programs && draft->routes && draft->listeners;
}

static struct publication *seal(const struct draft *draft, uint64_t generation)
{
    const struct settings_server *settings = &draft->server->settings;
    const struct catalog catalog = {
        .generation = generation,
        .http = http_of(&settings->http),
        .access_log = span_of(draft->server->access_log),
        .instance_memory = settings->instances.memory,
        .instance_idle_ms = (uint32_t)settings->instances.idle,
        .profile = settings->compilers != SETTING_OFF,
        .tenant_count = draft->store->count,
        .tenants = draft->tenants,
        .route_count = draft->route_count,
        .routes = draft->routes,
        .listener_count = draft->sockets->count,
        .listener_fixed = draft->listeners,
    };
    int sealed = catalog_seal(&catalog);
    if (sealed < 0) {
        log_error("the catalog cannot be made: %s; what is served stays as it is", strerror(-sealed));
        return NULL;
    }
    struct publication *publication = publication_create(generation, sealed, draft->programs, draft->program_count);
    if (!publication) {
        log_error("the catalog cannot be made: out of memory; what is served stays as it is");
        close(sealed);
        return NULL;
    }
    publication->listener_changes = draft->sockets->changes;
    return publication;
}

struct publication *publish_make(const struct server_config *server, const struct listeners *listeners,
                                 const struct tenant_store *store, uint64_t generation, struct claims *claims)
{
    struct draft draft = {.server = server, .sockets = listeners, .store = store};
    struct publication *publication = NULL;
    if (allocate(&draft)) {
        add_listeners(&draft);
        add_tenants(&draft, claims);
        add_programs(&draft);
        publication = seal(&draft, generation);
    } else {
        log_error("the catalog cannot be made: out of memory; what is served stays as it is");
    }
    if (publication) {
        claims_dispose(claims);
        *claims = draft.claims;
    } else {
        claims_dispose(&draft.claims);
    }
    free(draft.tenants);
    free(draft.programs);
    free(draft.routes);
    free(draft.listeners);
    return publication;
}

struct catalog *publish_names(const struct tenant_store *store)
{
    struct catalog *catalog = calloc(1, sizeof *catalog);
    struct catalog_tenant *tenants = calloc(store->count + 1, sizeof *tenants);
    if (!catalog || !tenants) {
        free(catalog);
        free(tenants);
        return NULL;
    }
    for (size_t i = 0; i < store->count; i++)
        tenants[i] = tenant_of(store->list[i]);
    catalog->tenants = tenants;
    catalog->tenant_count = store->count;
    return catalog;
}

void publish_free_names(struct catalog *catalog)
{
    if (!catalog)
        return;
    free((void *)(uintptr_t)catalog->tenants);
    free(catalog);
}
