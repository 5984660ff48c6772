/* SPDX-License-Identifier: Apache-2.0 */
#include "server/tenant_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

/* No request lives longer than the longest deadline (an hour), so nobody counts in a slot that is older. */
#define SLOT_REST_NS (2 * 3600 * NS_PER_SECOND)

struct free_slot {
    uint32_t slot;
    int64_t since;
};

void tenant_store_init(struct tenant_store *store, size_t slots)
{
    *store = (struct tenant_store){.slots = slots};
}

bool tenant_set_error(struct tenant *tenant, char **error, const char *text)
{
    if ((!*error && !text) || (*error && text && !strcmp(*error, text)))
        return false;
    free(*error);
    *error = text ? strdup(text) : NULL;
    tenant->since = clock_wall_coarse();
    return true;
}

/* ---- slots ----------------------------------------------------------------------------------------- */

static bool take_slot(struct tenant_store *store, const struct tenant_events *events, uint32_t *slot)
{
    if (store->free_count > 0 && clock_monotonic_coarse() - store->free[0].since > SLOT_REST_NS) {
        *slot = store->free[0].slot;
        memmove(store->free, store->free + 1, --store->free_count * sizeof *store->free);
        events->reuse(events->user, *slot);
        return true;
    }
    if (store->next_slot == store->slots)
        return false;
    *slot = store->next_slot++;
    return true;
}

/* A slot that cannot be remembered is not used again. */
static void give_slot(struct tenant_store *store, uint32_t slot)
{
    if (store->free_count == store->free_capacity) {
        size_t more = store->free_capacity ? store->free_capacity * 2 : 64;
        struct free_slot *grown = realloc(store->free, more * sizeof *grown);
        if (!grown)
            return;
        store->free = grown;
        store->free_capacity = more;
    }
    store->free[store->free_count++] = (struct free_slot){slot, clock_monotonic_coarse()};
}

/* ---- one tenant ------------------------------------------------------------------------------------ */

static struct tenant *create_tenant(struct tenant_store *store, const struct tenant_events *events, const char *name)
{
    struct tenant *tenant = calloc(1, sizeof *tenant);
    if (!tenant || !take_slot(store, events, &tenant->slot)) {
        log_error("tenant %s: %s", name, tenant ? "the server has no room for more tenants" : "out of memory");
        free(tenant);
        return NULL;
    }
    /* A longer name is no good one and config_load_tenant says so; here it only has to fit. */
    strncpy(tenant->name, name, CONFIG_NAME_MAX);
    tenant->since = clock_wall_coarse();
    return tenant;
}

static void destroy_tenant(struct tenant_store *store, const struct tenant_events *events, struct tenant *tenant)
{
    events->removed(events->user, tenant);
    give_slot(store, tenant->slot);
    config_free_tenant(tenant->config);
    artifact_release(tenant->artifact);
    artifact_release(tenant->last_good);
    free(tenant->config_error);
    free(tenant->error);
    free(tenant->routing_error);
    free(tenant);
}

static void tell_problems(struct tenant *tenant, const struct problems *problems)
{
    const char *first = problems_kept(problems) && problems->lines[0] ? problems->lines[0] : "out of memory";
    if (!tenant_set_error(tenant, &tenant->config_error, first))
        return; /* told before */
    for (size_t i = 0; i < problems_kept(problems); i++)
        if (problems->lines[i])
            log_error("%s", problems->lines[i]);
    log_error("tenant %s: %s", tenant->name,
              tenant->config ? "the configuration before serves on" : "it is not served until that is mended");
}

/* True if it has another configuration now. */
static bool load(struct tenant *tenant, const struct server_config *server, const char *name)
{
    struct problems problems = {.count = 0};
    struct tenant_config *config = config_load_tenant(server, name, &problems);
    if (config) {
        if (tenant_set_error(tenant, &tenant->config_error, NULL))
            log_info("tenant %s: the mistake is mended", tenant->name);
        config_free_tenant(tenant->config);
        tenant->config = config;
    } else {
        tell_problems(tenant, &problems);
    }
    problems_dispose(&problems);
    return config != NULL;
}

/* Both files, by their stamps. True if anything is new. */
static bool look_at(struct tenant *tenant, const struct server_config *server, const char *name, bool all,
                    const struct tenant_events *events)
{
    char path[4096];
    struct file_stamp stamp;
    snprintf(path, sizeof path, "%s/%s/" CONFIG_TENANT_FILE, server->tenants, name);
    int error = file_stat(path, &stamp);
    bool edited = !file_stamp_equal(&stamp, &tenant->config_stamp), served = tenant->config && !tenant->config_error;
    bool reload = all || edited || (!tenant->config && !tenant->config_error);
    if (error && error != -ENOENT)
        reload = true; /* config_load_tenant says what is wrong */
    tenant->config_stamp = stamp;
    bool changed = reload && load(tenant, server, name);
    if (changed && edited && served)
        log_info("tenant %s: " CONFIG_TENANT_FILE " is read again", tenant->name);
    if (!changed && tenant->config && !tenant->queued) {
        (void)!file_stat(tenant->config->program, &stamp);
        changed = !file_stamp_equal(&stamp, &tenant->program_stamp);
    }
    if (changed)
        events->changed(events->user, tenant);
    return changed;
}

/* ---- all of them ----------------------------------------------------------------------------------- */

static bool names_tenant(const struct tenant *tenant, const char *name)
{
    return !strncmp(tenant->name, name, CONFIG_NAME_MAX);
}

/* Merges the sorted names into the sorted list. */
static bool merge(struct tenant_store *store, char **names, size_t count, const struct tenant_events *events)
{
    struct tenant **list = calloc(count + 1, sizeof(struct tenant *));
    size_t old = 0, made = 0;
    bool changed = false;
    if (!list) {
        log_error("tenants: out of memory; those that are known serve on");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        while (old < store->count && strncmp(store->list[old]->name, names[i], CONFIG_NAME_MAX) < 0) {
            log_info("tenant %s: its folder is gone; it is not served any more", store->list[old]->name);
            destroy_tenant(store, events, store->list[old++]);
            changed = true;
        }
        struct tenant *tenant = NULL;
        if (old < store->count && names_tenant(store->list[old], names[i]))
            tenant = store->list[old++];
        else if (made == 0 || !names_tenant(list[made - 1], names[i]))
            tenant = create_tenant(store, events, names[i]);
        if (tenant)
            list[made++] = tenant;
    }
    for (; old < store->count; old++, changed = true) {
        log_info("tenant %s: its folder is gone; it is not served any more", store->list[old]->name);
        destroy_tenant(store, events, store->list[old]);
    }
    free(store->list);
    store->list = list;
    store->count = made;
    return changed;
}

bool tenant_store_scan(struct tenant_store *store, const struct server_config *server, bool all,
                       const struct tenant_events *events)
{
    struct problems problems = {.count = 0};
    size_t count = 0;
    char **names = config_list_tenants(server, &count, &problems);
    if (!names) {
        for (size_t i = 0; i < problems_kept(&problems); i++)
            log_error("%s; the tenants that are known serve on", problems.lines[i]);
        problems_dispose(&problems);
        return false;
    }
    bool changed = merge(store, names, count, events);
    for (size_t i = 0, name = 0; i < store->count; i++) {
        while (!names_tenant(store->list[i], names[name]))
            name++;
        changed |= look_at(store->list[i], server, names[name], all, events);
    }
    config_free_names(names, count);
    return changed;
}

void tenant_store_dispose(struct tenant_store *store, const struct tenant_events *events)
{
    for (size_t i = 0; i < store->count; i++)
        destroy_tenant(store, events, store->list[i]);
    free(store->list);
    free(store->free);
    *store = (struct tenant_store){.slots = 0};
}
