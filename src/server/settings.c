/* SPDX-License-Identifier: Apache-2.0 */
#include "server/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/span.h"
#include "http/path.h"
#include "net/address.h"

/* ---- the table ------------------------------------------------------------------------------------- */

static const struct setting_group group_listen, group_host, group_respond, group_defaults, group_http, group_instances,
    group_limits, group_self_test, group_audit;

#define TYPE_SIZE             SETTING_SIZE, NULL
#define TYPE_COUNT            SETTING_COUNT, NULL
#define TYPE_DURATION         SETTING_DURATION, NULL
#define TYPE_AUTO             SETTING_AUTO, NULL
#define TYPE_AUTO_OFF         SETTING_AUTO_OFF, NULL
#define TYPE_LEVEL            SETTING_LEVEL, NULL
#define TYPE_TEXT             SETTING_TEXT, NULL
#define TYPE_PATH             SETTING_PATH, NULL
#define TYPE_ADDRESS          SETTING_ADDRESS, NULL
#define TYPE_HOST             SETTING_HOST, NULL
#define TYPE_PREFIX           SETTING_PREFIX, NULL
#define TYPE_TARGET           SETTING_TARGET, NULL
#define TYPE_MEDIA            SETTING_MEDIA, NULL
#define TYPE_HOSTS            SETTING_HOSTS, NULL
#define TYPE_TEXTS            SETTING_TEXTS, NULL
#define TYPE_VARIABLES        SETTING_VARIABLES, NULL
#define TYPE_LISTEN_LIST      SETTING_LIST, &group_listen
#define TYPE_HOST_LIST        SETTING_LIST, &group_host
#define TYPE_RESPOND_OPTION   SETTING_OPTION, &group_respond
#define TYPE_DEFAULTS_GROUP   SETTING_GROUP, &group_defaults
#define TYPE_HTTP_GROUP       SETTING_GROUP, &group_http
#define TYPE_INSTANCES_GROUP  SETTING_GROUP, &group_instances
#define TYPE_LIMITS_GROUP     SETTING_GROUP, &group_limits
#define TYPE_AUDIT_GROUP      SETTING_GROUP, &group_audit
#define TYPE_SELF_TEST_OPTION SETTING_OPTION, &group_self_test

#define ROW(name, offset, type, group, preset, minimum, maximum, documentation)                                        \
    {name, type, offset, group, preset, minimum, maximum, documentation},
#define EXPAND(...)               ROW(__VA_ARGS__)
#define SETTING(field, TYPE, ...) EXPAND(#field, offsetof(struct OWNER, field), TYPE_##TYPE, __VA_ARGS__)
#define GROUP(name, label, tag, rows)                                                                                  \
    const struct setting_group name = {label, sizeof(struct tag), rows, sizeof rows / sizeof *rows}

#define OWNER settings_respond
static const struct setting rows_respond[] = {
#define SETTINGS_OF_RESPOND
#include "server/settings.def"
#undef SETTINGS_OF_RESPOND
};
static GROUP(group_respond, "respond", settings_respond, rows_respond);
#undef OWNER

#define OWNER settings_listen
static const struct setting rows_listen[] = {
#define SETTINGS_OF_LISTEN
#include "server/settings.def"
#undef SETTINGS_OF_LISTEN
};
static GROUP(group_listen, "listen", settings_listen, rows_listen);
#undef OWNER

#define OWNER settings_host
static const struct setting rows_host[] = {
#define SETTINGS_OF_HOST
#include "server/settings.def"
#undef SETTINGS_OF_HOST
};
static GROUP(group_host, "hosts", settings_host, rows_host);
#undef OWNER

#define OWNER settings_limits
static const struct setting rows_limits[] = {
#define SETTINGS_OF_LIMITS
#include "server/settings.def"
#undef SETTINGS_OF_LIMITS
};
static GROUP(group_limits, "limits", settings_limits, rows_limits);
#undef OWNER

#define OWNER settings_audit
static const struct setting rows_audit[] = {
#define SETTINGS_OF_AUDIT
#include "server/settings.def"
#undef SETTINGS_OF_AUDIT
};
static GROUP(group_audit, "audit", settings_audit, rows_audit);
#undef OWNER

#define OWNER settings_self_test
static const struct setting rows_self_test[] = {
#define SETTINGS_OF_SELF_TEST
#include "server/settings.def"
#undef SETTINGS_OF_SELF_TEST
};
static GROUP(group_self_test, "self_test", settings_self_test, rows_self_test);
#undef OWNER

#define OWNER settings_defaults
static const struct setting rows_defaults[] = {
#define SETTINGS_OF_DEFAULTS
#include "server/settings.def"
#undef SETTINGS_OF_DEFAULTS
};
static GROUP(group_defaults, "defaults", settings_defaults, rows_defaults);
#undef OWNER

#define OWNER settings_http
static const struct setting rows_http[] = {
#define SETTINGS_OF_HTTP
#include "server/settings.def"
#undef SETTINGS_OF_HTTP
};
static GROUP(group_http, "http", settings_http, rows_http);
#undef OWNER

#define OWNER settings_instances
static const struct setting rows_instances[] = {
#define SETTINGS_OF_INSTANCES
#include "server/settings.def"
#undef SETTINGS_OF_INSTANCES
};
static GROUP(group_instances, "instances", settings_instances, rows_instances);
#undef OWNER

#define OWNER settings_server
static const struct setting rows_server[] = {
#define SETTINGS_OF_SERVER
#include "server/settings.def"
#undef SETTINGS_OF_SERVER
};
GROUP(settings_server, "mayfly.yaml", settings_server, rows_server);
#undef OWNER

#define OWNER settings_tenant
static const struct setting rows_tenant[] = {
#define SETTINGS_OF_TENANT
#include "server/settings.def"
#undef SETTINGS_OF_TENANT
};
GROUP(settings_tenant, "tenant.yaml", settings_tenant, rows_tenant);
#undef OWNER

/* ---- names ----------------------------------------------------------------------------------------- */

const struct setting *settings_find(const struct setting_group *group, const char *name)
{
    for (size_t i = 0; i < group->count; i++)
        if (!strcmp(group->settings[i].name, name))
            return &group->settings[i];
    return NULL;
}

#define NAME_MAX_LENGTH 32

/* Edits (insert, delete, replace, swap neighbours) from a to b. */
static unsigned distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    unsigned row[3][NAME_MAX_LENGTH + 1];
    if (n > NAME_MAX_LENGTH || m > NAME_MAX_LENGTH)
        return NAME_MAX_LENGTH;
    for (size_t j = 0; j <= m; j++)
        row[0][j] = (unsigned)j;
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *before = row[(i - 1) % 3];
        now[0] = (unsigned)i;
        for (size_t j = 1; j <= m; j++) {
            unsigned best = before[j - 1] + (a[i - 1] != b[j - 1]);
            if (before[j] + 1 < best)
                best = before[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && row[(i - 2) % 3][j - 2] + 1 < best)
                best = row[(i - 2) % 3][j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *settings_nearest(const struct setting_group *group, const char *name)
{
    const char *nearest = NULL;
    unsigned least = 3;
    for (size_t i = 0; i < group->count; i++) {
        unsigned edits = distance(name, group->settings[i].name);
        if (edits < least && edits < strlen(name)) {
            least = edits;
            nearest = group->settings[i].name;
        }
    }
    return nearest;
}

/* ---- numbers --------------------------------------------------------------------------------------- */

struct unit {
    const char *name;
    uint64_t factor;
};

static const struct unit size_units[] = {{"T", UINT64_C(1) << 40}, {"G", 1 << 30}, {"M", 1 << 20},
                                         {"K", 1 << 10},           {"", 1},        {NULL, 0}};
static const struct unit count_units[] = {
    {"T", UINT64_C(1000000000000)}, {"G", 1000000000}, {"M", 1000000}, {"K", 1000}, {"", 1}, {NULL, 0}};
static const struct unit duration_units[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0}};
static const struct unit plain_units[] = {{"", 1}, {NULL, 0}};

static const struct unit *units_of(enum setting_type type)
{
    switch (type) {
    case SETTING_SIZE:
        return size_units;
    case SETTING_COUNT:
        return count_units;
    case SETTING_DURATION:
        return duration_units;
    default:
        return plain_units;
    }
}

static bool parse_units(const char *text, const struct unit *units, uint64_t *value)
{
    uint64_t number = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 18)
        return false;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (uint64_t)(text[i] - '0');
    for (const struct unit *unit = units; unit->name; unit++)
        if (!strcmp(text + digits, unit->name) || (number == 0 && text[digits] == '\0'))
            return !__builtin_mul_overflow(number, unit->factor, value);
    return false;
}

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};

bool settings_parse_number(const struct setting *setting, const char *text, uint64_t *value)
{
    if (setting->type == SETTING_LEVEL) {
        for (*value = 0; *value < sizeof level_names / sizeof *level_names; ++*value)
            if (!strcmp(text, level_names[*value]))
                return true;
        return false;
    }
    bool words = setting->type == SETTING_AUTO || setting->type == SETTING_AUTO_OFF;
    if (words && !strcmp(text, "auto")) {
        *value = 0;
        return true;
    }
    if (setting->type == SETTING_AUTO_OFF && !strcmp(text, "off")) {
        *value = SETTING_OFF;
        return true;
    }
    return parse_units(text, units_of(setting->type), value) && *value >= setting->minimum &&
           *value <= setting->maximum;
}

/* In the largest unit that leaves a whole number: 65536 as "64K". */
static void print_units(uint64_t value, const struct unit *units, char *out, size_t size)
{
    const struct unit *unit = units;
    while (value == 0 ? unit[1].name != NULL : value % unit->factor != 0)
        unit++;
    snprintf(out, size, "%llu%s", (unsigned long long)(value / unit->factor), unit->name);
}

/* ---- texts ----------------------------------------------------------------------------------------- */

static bool is_printable(const char *text, const char *except)
{
    for (; *text; text++)
        if (*text <= 0x20 || *text >= 0x7f || strchr(except, *text))
            return false;
    return true;
}

static bool check_label_name(const char *text)
{
    size_t label = 0;
    for (const char *c = text; *c; c++) {
        if (*c == '.') {
            if (label == 0)
                return false;
            label = 0;
        } else if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-_", ascii_lower(*c)) || ++label > 63) {
            return false;
        }
    }
    return label > 0;
}

/* RFC 9110 §7.2: a name or an address; what a wildcard stands for is at least one label. */
static bool check_host(const char *text)
{
    size_t size = strlen(text);
    if (size == 0 || size > 253)
        return false;
    if (text[0] == '[')
        return size > 3 && text[size - 1] == ']' && strspn(text + 1, "0123456789abcdefABCDEF:.") == size - 2;
    if (!strcmp(text, "*"))
        return true;
    return check_label_name(!strncmp(text, "*.", 2) ? text + 2 : text);
}

static bool check_path_text(const char *text, const char *except)
{
    return text[0] == '/' && strlen(text) <= 1024 && is_printable(text, except);
}

/* Routes are compared with the normal form of a request's path, so a prefix in any other form would never fit. */
static bool check_prefix(const char *text)
{
    char normal[1024];
    if (!check_path_text(text, "?#"))
        return false;
    size_t size = http_path_normalise(span_of(text), normal);
    return span_equal(span_of(text), (struct span){normal, size});
}

static bool check_media(const char *text)
{
    const char *slash = strchr(text, '/');
    if (!slash || slash == text || slash[1] == '\0' || strlen(text) > 255)
        return false;
    for (const char *c = text; *c; c++)
        if (*c < 0x20 || *c >= 0x7f || (*c == ' ' && c < slash))
            return false;
    return true;
}

static bool check_address(const char *text)
{
    struct address address;
    return address_parse(&address, text) == NULL;
}

bool settings_check_text(const struct setting *setting, const char *text)
{
    switch (setting->type) {
    case SETTING_PATH:
        return text[0] != '\0' && strlen(text) < 4096;
    case SETTING_ADDRESS:
        return check_address(text);
    case SETTING_HOST:
    case SETTING_HOSTS:
        return check_host(text);
    case SETTING_PREFIX:
        return check_prefix(text);
    case SETTING_TARGET:
        return check_path_text(text, "#");
    case SETTING_MEDIA:
        return check_media(text);
    case SETTING_TEXT:
        return strlen(text) >= setting->minimum && strlen(text) <= setting->maximum;
    default:
        return strlen(text) < 65536;
    }
}

const char *settings_explain(const struct setting *setting, const char *text)
{
    struct address address;
    return setting->type == SETTING_ADDRESS ? address_parse(&address, text) : NULL;
}

/* ---- words about them ------------------------------------------------------------------------------ */

static void expect_range(const struct setting *setting, const char *what, const char *example, char *out, size_t size)
{
    char least[32], most[32];
    print_units(setting->minimum, units_of(setting->type), least, sizeof least);
    print_units(setting->maximum, units_of(setting->type), most, sizeof most);
    snprintf(out, size, "%s from %s to %s%s", what, least, most, example);
}

void settings_expectation(const struct setting *setting, char *out, size_t size)
{
    static const char *const words[] = {
        [SETTING_LEVEL] = "debug, info, warning or error",
        [SETTING_PATH] = "a path",
        [SETTING_ADDRESS] = "an address such as 127.0.0.1:8080, [::1]:8080, :8080 or unix:/path",
        [SETTING_HOST] = "a host such as www.example.org, *.example.org or *, without a port",
        [SETTING_HOSTS] = "a host such as www.example.org, *.example.org or *, or a list of them, without ports",
        [SETTING_PREFIX] =
            "a path such as / or /api, of printable letters without ? # %, no segment empty or '.' or '..'",
        [SETTING_TARGET] = "a request target such as /health?full=1",
        [SETTING_MEDIA] = "a media type such as text/html",
        [SETTING_TEXTS] = "a list of texts",
        [SETTING_VARIABLES] = "a mapping such as {NAME: value}",
        [SETTING_GROUP] = "a mapping",
        [SETTING_OPTION] = "a mapping",
    };
    switch (setting->type) {
    case SETTING_SIZE:
        expect_range(setting, "a size", ", such as 64K or 16M", out, size);
        break;
    case SETTING_COUNT:
        expect_range(setting, "a number", "", out, size);
        break;
    case SETTING_DURATION:
        expect_range(setting, "a duration", ", such as 500ms or 10s", out, size);
        break;
    case SETTING_AUTO:
        snprintf(out, size, "'auto' or %llu..%llu", (unsigned long long)setting->minimum,
                 (unsigned long long)setting->maximum);
        break;
    case SETTING_AUTO_OFF:
        snprintf(out, size, "'auto', 'off' or %llu..%llu", (unsigned long long)setting->minimum,
                 (unsigned long long)setting->maximum);
        break;
    case SETTING_TEXT:
        snprintf(out, size, "a text of %llu to %llu bytes", (unsigned long long)setting->minimum,
                 (unsigned long long)setting->maximum);
        break;
    case SETTING_LIST:
        snprintf(out, size, "a list of mappings, each with %s", setting->group->settings[0].name);
        break;
    default:
        snprintf(out, size, "%s", words[setting->type]);
    }
}

/* "a size, 1M to 2G": for the table. */
static void document_type(const struct setting *setting, char *out, size_t size)
{
    static const char *const words[] = {
        [SETTING_LEVEL] = "word",         [SETTING_TEXT] = "text",
        [SETTING_PATH] = "path",          [SETTING_ADDRESS] = "address",
        [SETTING_HOST] = "host",          [SETTING_PREFIX] = "path",
        [SETTING_TARGET] = "target",      [SETTING_MEDIA] = "media type",
        [SETTING_HOSTS] = "host or list", [SETTING_TEXTS] = "list",
        [SETTING_VARIABLES] = "mapping",  [SETTING_GROUP] = "mapping",
        [SETTING_OPTION] = "mapping",     [SETTING_LIST] = "list of mappings",
    };
    char least[32], most[32];
    if (setting->type > SETTING_AUTO_OFF) {
        snprintf(out, size, "%s", words[setting->type]);
        return;
    }
    print_units(setting->minimum, units_of(setting->type), least, sizeof least);
    print_units(setting->maximum, units_of(setting->type), most, sizeof most);
    snprintf(out, size, "%s%s to %s",
             setting->type == SETTING_AUTO       ? "`auto`, "
             : setting->type == SETTING_AUTO_OFF ? "`auto`, `off`, "
                                                 : "",
             least, most);
}

static void document_group(const struct setting_group *group, const char *heading, FILE *out)
{
    fprintf(out, "%s\n\n| setting | value | default | |\n|---|---|---|---|\n", heading);
    for (size_t i = 0; i < group->count; i++) {
        const struct setting *setting = &group->settings[i];
        char type[128];
        document_type(setting, type, sizeof type);
        fprintf(out, "| `%s` | %s | ", setting->name, type);
        if (!setting->preset)
            fprintf(out, "must be given");
        else if (setting->preset[0])
            fprintf(out, "`%s`", setting->preset);
        fprintf(out, " | %s |\n", setting->documentation);
    }
    fputc('\n', out);
}

void settings_document(FILE *out)
{
    document_group(&settings_server, "### mayfly.yaml", out);
    document_group(&group_listen, "#### Each of `listen`", out);
    document_group(&group_host, "#### Each of `hosts`", out);
    document_group(&group_respond, "#### `respond`, of a listener or host", out);
    document_group(&group_defaults, "#### `defaults`", out);
    document_group(&group_http, "#### `http`", out);
    document_group(&group_instances, "#### `instances`", out);
    document_group(&settings_tenant, "### tenant.yaml", out);
    document_group(&group_limits, "#### `limits`, of a tenant or of `defaults`", out);
    document_group(&group_audit, "#### `audit`, of a tenant or of `defaults`", out);
    document_group(&group_self_test, "#### `self_test`", out);
}
