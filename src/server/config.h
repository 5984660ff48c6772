/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration as the supervisor uses it: files read, defaults filled in, checked as a whole. Immutable once
 * loaded; replaced whole.
 */
#ifndef MAYFLY_SERVER_CONFIG_H
#define MAYFLY_SERVER_CONFIG_H

#include "base/arena.h"
#include "base/check.h"
#include "server/file.h"
#include "server/problems.h"
#include "server/settings.h"

#define CONFIG_TENANT_FILE "tenant.yaml"
#define CONFIG_NAME_MAX    63 /* of a tenant: one label of a host name */

/* mayfly.yaml */
struct server_config {
    struct arena arena;
    struct settings_server settings;
    const char *file;       /* as it was given */
    const char *folder;     /* that it is in: relative paths begin there */
    const char *tenants;    /* path of the tenants' folder; NULL: none */
    const char *access_log; /* path, "-" or "" */
    const char *code_cache; /* path or "" */
};

/* A tenant's folder. */
struct tenant_config {
    struct arena arena;
    struct settings_tenant settings;
    const char *name;    /* of the folder */
    const char *folder;  /* path */
    const char *file;    /* path of its tenant.yaml, which need not exist */
    const char *program; /* path */
};

/* NULL if there are problems, which say all that could be found. */
MUST_USE struct server_config *config_load_server(const char *file, struct problems *problems);
void config_free_server(struct server_config *config);

/* As above, of TENANTS/NAME. */
MUST_USE struct tenant_config *config_load_tenant(const struct server_config *server, const char *name,
                                                  struct problems *problems);
void config_free_tenant(struct tenant_config *config);

/* Whether a folder of this name is a tenant: "." and what begins with it is not. */
bool config_is_tenant_name(const char *name);

/* The names of all tenants' folders, sorted; NULL with a problem if the folder cannot be read. Free with
 * config_free_names. */
MUST_USE char **config_list_tenants(const struct server_config *server, size_t *count, struct problems *problems);
void config_free_names(char **names, size_t count);

/* Loads everything as `mayfly check` does: hosts that two tenants claim, missing programs and an access log that cannot
 * be written are problems. What depends on who starts the server goes to `warnings`. The number of tenants found. */
size_t config_check(const char *file, struct problems *problems, struct problems *warnings);

#endif
