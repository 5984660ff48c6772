/* SPDX-License-Identifier: Apache-2.0 */
#include "server/config.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/address.h"
#include "server/claims.h"
#include "server/settings_reader.h"

static const struct mark nowhere;

/* ---- files and paths ------------------------------------------------------------------------------- */

/* `path`, seen from `folder`. NULL: no memory. */
static const char *join(struct arena *arena, const char *folder, const char *path)
{
    size_t folder_size = strlen(folder), size = folder_size + strlen(path) + 2;
    if (path[0] == '/' || !strcmp(folder, "."))
        return arena_copy(arena, path, strlen(path));
    char *joined = arena_allocate(arena, size);
    if (joined)
        snprintf(joined, size, "%s%s%s", folder, folder[folder_size - 1] == '/' ? "" : "/", path);
    return joined;
}

static const char *folder_of(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/');
    if (!slash)
        return arena_copy(arena, ".", 1);
    return arena_copy(arena, file, slash == file ? 1 : (size_t)(slash - file));
}

/* Reads settings over their defaults. A file that is not there is all defaults if it is `optional`. */
static void read_file(struct settings_reader *reader, const struct setting_group *group, void *settings, bool optional)
{
    char *text;
    size_t size;
    struct file_stamp stamp;
    int error = file_read(reader->file, SETTINGS_FILE_MAX, &text, &size, &stamp);
    if (error == -ENOENT && optional)
        return;
    if (error) {
        problems_add(reader->problems, reader->file, nowhere, "cannot be read: %s", file_error(error));
        return;
    }
    settings_read(reader, group, settings, text, size);
    free(text);
}

/* ---- mayfly.yaml ----------------------------------------------------------------------------------- */

static void check_response(struct settings_reader *reader, const struct settings_respond *respond)
{
    bool bare = respond->status == 204 || respond->status == 304 || respond->status == 205;
    if (respond->mark.line && bare && respond->body.text && respond->body.text[0])
        problems_add(reader->problems, reader->file, respond->body.mark, "respond.body: a %u response has no body",
                     (unsigned)respond->status);
}

static bool overlap(const char *one, const char *other)
{
    struct address a, b;
    return !address_parse(&a, one) && !address_parse(&b, other) && address_overlaps(&a, &b);
}

static void tell_taken(struct settings_reader *reader, const char *name, const struct setting_text *address,
                       const struct setting_text *other)
{
    problems_add(reader->problems, reader->file, address->mark,
                 "%s: %s is taken by %s, the `listen.address` of line %u; choose another", name, address->text,
                 other->text, other->mark.line);
}

/* A listener goes by its text (server/listeners.h): once, with port 0 too. */
static void check_listener(struct settings_reader *reader, const struct settings_server *settings, size_t index)
{
    const struct setting_text *address = &settings->listen.items[index].address;
    for (size_t i = 0; i < index && address->text; i++) {
        const struct setting_text *other = &settings->listen.items[i].address;
        if (!other->text)
            continue;
        if (!strcmp(address->text, other->text))
            problems_add(reader->problems, reader->file, address->mark,
                         "listen.address: %s is there twice; the first is in line %u", address->text, other->mark.line);
        else if (overlap(address->text, other->text))
            tell_taken(reader, "listen.address", address, other);
    }
}

static void check_addresses(struct settings_reader *reader, const struct settings_server *settings)
{
    for (size_t i = 0; i < settings->listen.count; i++) {
        check_response(reader, &settings->listen.items[i].respond);
        check_listener(reader, settings, i);
    }
    for (size_t i = 0; i < settings->listen.count; i++) {
        const struct setting_text *address = &settings->listen.items[i].address;
        if (address->text && overlap(settings->admin.text, address->text))
            tell_taken(reader, "admin", &settings->admin, address);
    }
}

static void check_hosts(struct settings_reader *reader, const struct settings_server *settings)
{
    struct claims claims = {NULL};
    for (size_t i = 0; i < settings->hosts.count; i++) {
        const struct settings_host *host = &settings->hosts.items[i];
        check_response(reader, &host->respond);
        if (host->host.text && host->prefix.text &&
            claims_take(&claims, host->host.text, host->prefix.text, reader->file))
            problems_add(reader->problems, reader->file, host->host.mark,
                         "hosts.host: %s with prefix %s is there twice", host->host.text, host->prefix.text);
    }
    claims_dispose(&claims);
}

static void check_limits(struct settings_reader *reader, const char *where, const struct settings_limits *limits)
{
    if (limits->stack >= limits->memory)
        problems_add(reader->problems, reader->file, limits->mark,
                     "%slimits: a stack of %llu bytes does not fit into a memory of %llu", where,
                     (unsigned long long)limits->stack, (unsigned long long)limits->memory);
}

static void check_user(struct settings_reader *reader, const struct setting_text *user)
{
    if (user->text && user->mark.line && !getpwnam(user->text))
        problems_add(reader->problems, reader->file, user->mark, "user: there is no user '%s' on this machine",
                     user->text);
}

static void check_server(struct settings_reader *reader, struct server_config *config)
{
    const struct settings_server *settings = &config->settings;
    struct stat status;
    check_addresses(reader, settings);
    check_hosts(reader, settings);
    check_limits(reader, "defaults.", &settings->defaults.limits);
    check_user(reader, &settings->user);
    if (config->tenants && stat(config->tenants, &status) < 0)
        problems_add(reader->problems, reader->file, settings->tenants.mark, "tenants: the folder %s: %s",
                     config->tenants, strerror(errno));
    else if (config->tenants && !S_ISDIR(status.st_mode))
        problems_add(reader->problems, reader->file, settings->tenants.mark, "tenants: %s is not a folder",
                     config->tenants);
}

/* Paths from the file's folder on. */
static bool set_paths(struct server_config *config)
{
    const char *tenants = config->settings.tenants.text, *log = config->settings.access_log.text;
    const char *cache = config->settings.code_cache.text;
    bool special = !strcmp(log, "off") || !strcmp(log, "-");
    config->tenants = tenants[0] ? join(&config->arena, config->folder, tenants) : NULL;
    config->access_log = special ? (log[0] == '-' ? "-" : "") : join(&config->arena, config->folder, log);
    config->code_cache = !strcmp(cache, "off") ? "" : join(&config->arena, config->folder, cache);
    return config->access_log && config->code_cache && (config->tenants || !tenants[0]);
}

/* Whatever could be read, problems or not; NULL: no memory. */
static struct server_config *read_server(const char *file, struct problems *problems)
{
    struct server_config *config = calloc(1, sizeof *config);
    if (!config) {
        problems_add(problems, file, nowhere, "out of memory");
        return NULL;
    }
    struct settings_reader reader = {file, &config->arena, problems};
    config->file = arena_copy(&config->arena, file, strlen(file));
    config->folder = folder_of(&config->arena, file);
    if (!config->file || !config->folder || settings_preset(&reader, &settings_server, &config->settings) != 0) {
        problems_add(problems, file, nowhere, "out of memory");
    } else {
        read_file(&reader, &settings_server, &config->settings, false);
        if (set_paths(config))
            check_server(&reader, config);
        else
            problems_add(problems, file, nowhere, "out of memory");
    }
    return config;
}

struct server_config *config_load_server(const char *file, struct problems *problems)
{
    size_t before = problems->count;
    struct server_config *config = read_server(file, problems);
    if (problems->count == before)
        return config;
    config_free_server(config);
    return NULL;
}

void config_free_server(struct server_config *config)
{
    if (!config)
        return;
    arena_dispose(&config->arena);
    free(config);
}

/* ---- tenant.yaml ----------------------------------------------------------------------------------- */

bool config_is_tenant_name(const char *name)
{
    return name[0] != '.';
}

/* It becomes part of hosts, log lines and metrics. */
static bool is_good_name(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return size > 0 && size <= CONFIG_NAME_MAX && name[size] == '\0';
}

/* NAME.localhost, if nothing else was said. */
static bool set_hosts(struct tenant_config *config)
{
    struct setting_texts *hosts = &config->settings.hosts;
    if (hosts->count > 0)
        return true;
    size_t size = strlen(config->name) + sizeof ".localhost";
    char *host = arena_allocate(&config->arena, size);
    hosts->items = arena_allocate(&config->arena, sizeof *hosts->items);
    if (!host || !hosts->items)
        return false;
    snprintf(host, size, "%s.localhost", config->name);
    hosts->items[0].text = host;
    hosts->count = 1;
    return true;
}

/* A tenant names files of its own folder only. */
static bool is_inside(const char *path)
{
    if (path[0] == '/')
        return false;
    for (const char *part = path; part; part = strchr(part, '/') ? strchr(part, '/') + 1 : NULL)
        if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || part[2] == '\0'))
            return false;
    return true;
}

static void check_tenant(struct settings_reader *reader, const struct tenant_config *config)
{
    const struct setting_texts *hosts = &config->settings.hosts;
    check_limits(reader, "", &config->settings.limits);
    if (!is_inside(config->settings.program.text))
        problems_add(reader->problems, reader->file, config->settings.program.mark,
                     "program: expected a path inside the tenant's folder, got '%s'", config->settings.program.text);
    for (size_t i = 0; i < hosts->count; i++)
        for (size_t j = 0; j < i; j++)
            if (hosts->items[i].text && hosts->items[j].text && !strcmp(hosts->items[i].text, hosts->items[j].text))
                problems_add(reader->problems, reader->file, hosts->items[i].mark, "hosts: %s is there twice",
                             hosts->items[i].text);
}

static bool load_tenant(struct settings_reader *reader, const struct server_config *server,
                        struct tenant_config *config)
{
    if (settings_preset(reader, &settings_tenant, &config->settings) != 0)
        return false;
    config->settings.limits = server->settings.defaults.limits;
    config->settings.audit = server->settings.defaults.audit;
    read_file(reader, &settings_tenant, &config->settings, true);
    config->program = join(&config->arena, config->folder, config->settings.program.text);
    if (!config->program || !set_hosts(config))
        return false;
    check_tenant(reader, config);
    return true;
}

struct tenant_config *config_load_tenant(const struct server_config *server, const char *name,
                                         struct problems *problems)
{
    size_t before = problems->count;
    struct tenant_config *config = calloc(1, sizeof *config);
    if (config) {
        config->name = arena_copy(&config->arena, name, strlen(name));
        config->folder = join(&config->arena, server->tenants, name);
        config->file = config->folder ? join(&config->arena, config->folder, CONFIG_TENANT_FILE) : NULL;
    }
    if (!config || !config->name || !config->file) {
        problems_add(problems, name, nowhere, "out of memory");
    } else if (!is_good_name(name)) {
        problems_add(problems, config->folder, nowhere,
                     "a tenant's folder is named with a-z, 0-9, '-' and '_', at most %d; rename it, or begin its name "
                     "with '.' if it is none",
                     CONFIG_NAME_MAX);
    } else {
        struct settings_reader reader = {config->file, &config->arena, problems};
        if (!load_tenant(&reader, server, config))
            problems_add(problems, config->file, nowhere, "out of memory");
    }
    if (problems->count == before)
        return config;
    config_free_tenant(config);
    return NULL;
}

void config_free_tenant(struct tenant_config *config)
{
    if (!config)
        return;
    arena_dispose(&config->arena);
    free(config);
}

/* ---- all of it ------------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Folders, and links to folders. */
static bool is_folder(const char *parent, const struct dirent *entry)
{
    char path[4096];
    struct stat status;
    if (entry->d_type == DT_DIR)
        return true;
    if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
        return false;
    if (snprintf(path, sizeof path, "%s/%s", parent, entry->d_name) >= (int)sizeof path)
        return false;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool add_name(char ***names, size_t *count, size_t *capacity, const char *name)
{
    if (*count == *capacity) {
        size_t more = *capacity ? *capacity * 2 : 64;
        char **grown = realloc(*names, more * sizeof *grown);
        if (!grown)
            return false;
        *names = grown;
        *capacity = more;
    }
    (*names)[*count] = strdup(name);
    return (*names)[*count] && ++*count;
}

char **config_list_tenants(const struct server_config *server, size_t *count, struct problems *problems)
{
    size_t capacity = 1;
    char **names = calloc(capacity, sizeof *names);
    *count = 0;
    if (!names || !server->tenants)
        return names;
    DIR *folder = opendir(server->tenants);
    if (!folder) {
        problems_add(problems, server->tenants, nowhere, "the tenants' folder cannot be read: %s", strerror(errno));
        free(names);
        return NULL;
    }
    bool complete = true;
    const struct dirent *entry;
    while (complete && (entry = readdir(folder)) != NULL)
        if (config_is_tenant_name(entry->d_name) && is_folder(server->tenants, entry))
            complete = add_name(&names, count, &capacity, entry->d_name);
    closedir(folder);
    if (!complete) {
        problems_add(problems, server->tenants, nowhere, "out of memory");
        config_free_names(names, *count);
        return NULL;
    }
    qsort(names, *count, sizeof *names, compare_names);
    return names;
}

void config_free_names(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}

static void check_claims(struct claims *claims, const struct tenant_config *tenant, struct problems *problems)
{
    const struct setting_texts *hosts = &tenant->settings.hosts;
    for (size_t i = 0; i < hosts->count; i++) {
        const char *other = claims_take(claims, hosts->items[i].text, tenant->settings.prefix.text, tenant->name);
        if (other)
            problems_add(problems, tenant->file, hosts->items[i].mark, "hosts: %s with prefix %s is already that of %s",
                         hosts->items[i].text, tenant->settings.prefix.text, other);
    }
}

static void check_program(const struct tenant_config *tenant, struct problems *problems)
{
    struct file_stamp stamp;
    int error = file_stat(tenant->program, &stamp);
    if (error)
        problems_add(problems, tenant->file, tenant->settings.program.mark,
                     "program: %s: %s; build it (mayfly build %s)", tenant->program, file_error(error), tenant->folder);
}

/* 0, or the errno that keeps this user from writing to the file, which need not be there. */
static int refusal_to_write(const char *path, const char *folder)
{
    struct stat status;
    if (stat(path, &status) == 0)
        return S_ISDIR(status.st_mode) ? EISDIR : access(path, W_OK) ? errno : 0;
    return errno != ENOENT || access(folder, W_OK | X_OK) ? errno : 0;
}

/* A server goes on without, and says so in the log that is looked at later. */
static void check_access_log(struct server_config *server, struct problems *problems, struct problems *warnings)
{
    const char *path = server->access_log, *folder;
    const struct mark mark = server->settings.access_log.mark;
    if (!path || !path[0] || !strcmp(path, "-") || !(folder = folder_of(&server->arena, path)))
        return;
    int error = refusal_to_write(path, folder);
    const struct passwd *user = error == EACCES ? getpwuid(getuid()) : NULL;
    if (error == EACCES)
        problems_add(
            warnings, server->file, mark,
            "warning: access_log: %s cannot be written by the user who checks this, %s (%u): %s; whoever starts "
            "the server has to be allowed to",
            path, user ? user->pw_name : "without a name", (unsigned)getuid(), strerror(error));
    else if (error)
        problems_add(problems, server->file, mark, "access_log: %s cannot be written: %s; its folder must be there",
                     path, strerror(error));
}

size_t config_check(const char *file, struct problems *problems, struct problems *warnings)
{
    size_t count = 0;
    struct claims claims = {NULL};
    struct server_config *server = read_server(file, problems);
    if (!server)
        return 0;
    check_access_log(server, problems, warnings);
    for (size_t i = 0; i < server->settings.hosts.count; i++) {
        const struct settings_host *host = &server->settings.hosts.items[i];
        if (!host->host.text || !host->prefix.text)
            continue;
        (void)!claims_take(&claims, host->host.text, host->prefix.text, server->file); /* told by check_hosts */
    }
    struct stat status;
    bool there = server->tenants && stat(server->tenants, &status) == 0 && S_ISDIR(status.st_mode);
    char **names = there ? config_list_tenants(server, &count, problems) : NULL;
    struct tenant_config **tenants = calloc(count + 1, sizeof(struct tenant_config *));
    for (size_t i = 0; names && tenants && i < count; i++) {
        tenants[i] = config_load_tenant(server, names[i], problems);
        if (tenants[i]) {
            check_claims(&claims, tenants[i], problems);
            check_program(tenants[i], problems);
        }
    }
    claims_dispose(&claims);
    for (size_t i = 0; tenants && i < count; i++)
        config_free_tenant(tenants[i]);
    free(tenants);
    config_free_names(names, count);
    config_free_server(server);
    return count;
}
