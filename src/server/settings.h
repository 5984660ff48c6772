/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings of the two kinds of file, mayfly.yaml and tenant.yaml, as structs and as a table that describes them
 * (settings.def). What a value means by itself is checked here; what values mean together, in config.h.
 */
#ifndef MAYFLY_SERVER_SETTINGS_H
#define MAYFLY_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/check.h"

/* Where something stands in its file, both from 1; line 0: nowhere, it is a default. */
struct mark {
    uint32_t line, column;
};

/* Texts and lists belong to the configuration that was read. */
struct setting_text {
    const char *text;
    struct mark mark;
};

struct setting_texts {
    struct setting_text *items;
    size_t count;
};

#define SETTING_OFF UINT64_MAX

/* How a value is written: SETTING_TYPES(TYPE(name, C type)). */
#define SETTING_TYPES(TYPE)                                                                                            \
    TYPE(SIZE, uint64_t)                  /* bytes: 512, 64K, 64M, 2G (of 1024) */                                     \
    TYPE(COUNT, uint64_t)                 /* 5, 100K, 2M, 1G, 1T (of 1000) */                                          \
    TYPE(DURATION, uint64_t)              /* milliseconds: 500ms, 10s, 2m, 1h */                                       \
    TYPE(AUTO, uint64_t)                  /* "auto" (0) or a number */                                                 \
    TYPE(AUTO_OFF, uint64_t)              /* the same, or "off" (SETTING_OFF) */                                       \
    TYPE(LEVEL, uint64_t)                 /* enum log_level */                                                         \
    TYPE(TEXT, struct setting_text)       /* of minimum to maximum bytes */                                            \
    TYPE(PATH, struct setting_text)       /* relative to the folder of its file */                                     \
    TYPE(ADDRESS, struct setting_text)    /* see net/address.h; empty only by default */                               \
    TYPE(HOST, struct setting_text)       /* in lower case */                                                          \
    TYPE(PREFIX, struct setting_text)     /* "/", "/a/b" */                                                            \
    TYPE(TARGET, struct setting_text)     /* "/a?b" */                                                                 \
    TYPE(MEDIA, struct setting_text)      /* "text/html" */                                                            \
    TYPE(HOSTS, struct setting_texts)     /* one HOST or a list of them */                                             \
    TYPE(TEXTS, struct setting_texts)     /* a list */                                                                 \
    TYPE(VARIABLES, struct setting_texts) /* a mapping, kept as "NAME=value" */

#define SETTING_TYPE(name, c_type) typedef c_type setting_##name;
SETTING_TYPES(SETTING_TYPE)
#undef SETTING_TYPE

/* Groups: mappings with keys of their own. `mark` is where it stands; line 0 if it is not there: a _GROUP has its
 * defaults then, an _OPTION is all zero. A _LIST has `count` of them. */
#define SETTING_GROUP(name, tag)                                                                                       \
    typedef struct settings_##tag setting_##name##_GROUP;                                                              \
    typedef struct settings_##tag setting_##name##_OPTION;                                                             \
    typedef struct {                                                                                                   \
        struct settings_##tag *items;                                                                                  \
        size_t count;                                                                                                  \
    } setting_##name##_LIST;

#define SETTING(field, TYPE, ...) setting_##TYPE field;

SETTING_GROUP(RESPOND, respond)
struct settings_respond {
    struct mark mark;
#define SETTINGS_OF_RESPOND
#include "server/settings.def"
#undef SETTINGS_OF_RESPOND
};

SETTING_GROUP(LISTEN, listen)
struct settings_listen {
    struct mark mark;
#define SETTINGS_OF_LISTEN
#include "server/settings.def"
#undef SETTINGS_OF_LISTEN
};

SETTING_GROUP(HOST, host)
struct settings_host {
    struct mark mark;
#define SETTINGS_OF_HOST
#include "server/settings.def"
#undef SETTINGS_OF_HOST
};

SETTING_GROUP(LIMITS, limits)
struct settings_limits {
    struct mark mark;
#define SETTINGS_OF_LIMITS
#include "server/settings.def"
#undef SETTINGS_OF_LIMITS
};

SETTING_GROUP(AUDIT, audit)
struct settings_audit {
    struct mark mark;
#define SETTINGS_OF_AUDIT
#include "server/settings.def"
#undef SETTINGS_OF_AUDIT
};

SETTING_GROUP(SELF_TEST, self_test)
struct settings_self_test {
    struct mark mark;
#define SETTINGS_OF_SELF_TEST
#include "server/settings.def"
#undef SETTINGS_OF_SELF_TEST
};

SETTING_GROUP(DEFAULTS, defaults)
struct settings_defaults {
    struct mark mark;
#define SETTINGS_OF_DEFAULTS
#include "server/settings.def"
#undef SETTINGS_OF_DEFAULTS
};

SETTING_GROUP(HTTP, http)
struct settings_http {
    struct mark mark;
#define SETTINGS_OF_HTTP
#include "server/settings.def"
#undef SETTINGS_OF_HTTP
};

SETTING_GROUP(INSTANCES, instances)
struct settings_instances {
    struct mark mark;
#define SETTINGS_OF_INSTANCES
#include "server/settings.def"
#undef SETTINGS_OF_INSTANCES
};

/* mayfly.yaml */
struct settings_server {
    struct mark mark;
#define SETTINGS_OF_SERVER
#include "server/settings.def"
#undef SETTINGS_OF_SERVER
};

/* tenant.yaml */
struct settings_tenant {
    struct mark mark;
#define SETTINGS_OF_TENANT
#include "server/settings.def"
#undef SETTINGS_OF_TENANT
};

#undef SETTING
#undef SETTING_GROUP

/* ---- the table --------------------------------------------------------------------------------------- */

enum setting_type {
#define SETTING_TYPE(name, c_type) SETTING_##name,
    SETTING_TYPES(SETTING_TYPE)
#undef SETTING_TYPE
        SETTING_GROUP,
    SETTING_OPTION,
    SETTING_LIST,
};

struct setting_group;

struct setting {
    const char *name;
    enum setting_type type;
    size_t offset;                     /* in the group's struct */
    const struct setting_group *group; /* of groups, options and lists */
    const char *preset;                /* the default, as in a file; NULL: must be given; "": empty or none */
    uint64_t minimum, maximum;
    const char *documentation;
};

struct setting_group {
    const char *name;
    size_t size; /* of its struct */
    const struct setting *settings;
    size_t count;
};

extern const struct setting_group settings_server;
extern const struct setting_group settings_tenant;

/* NULL: not a setting of the group. */
const struct setting *settings_find(const struct setting_group *group, const char *name);

/* The name closest to a misspelt one; NULL if none is close. */
const char *settings_nearest(const struct setting_group *group, const char *name);

/* What the setting wants: "a size from 1M to 2G, such as 64M". */
void settings_expectation(const struct setting *setting, char *out, size_t size);

/* Reads one number, of SIZE, COUNT, DURATION, AUTO, AUTO_OFF or LEVEL. False: it is not what the setting wants. */
bool settings_parse_number(const struct setting *setting, const char *text, uint64_t *value);

/* Checks one text, of the other types that are a single text, or of an item of HOSTS or TEXTS. */
bool settings_check_text(const struct setting *setting, const char *text);

/* What exactly is wrong with a text that was refused, static; NULL: settings_expectation says it all. */
const char *settings_explain(const struct setting *setting, const char *text);

/* Tables in Markdown of every group, for docs/operations.md. */
void settings_document(FILE *out);

#endif
