/* SPDX-License-Identifier: Apache-2.0 */
#include "server/settings_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/span.h"

#define PATH_LENGTH_MAX 128 /* of "listen.respond.status" */
#define VALUE_SHOWN     80

/* Where reading is: the file's nodes and the name of the setting for messages. */
struct place {
    struct settings_reader *reader;
    yaml_document_t *document;
    const char *path;
};

/* ---- messages -------------------------------------------------------------------------------------- */

static struct mark mark_of(const yaml_node_t *node)
{
    return (struct mark){(uint32_t)node->start_mark.line + 1, (uint32_t)node->start_mark.column + 1};
}

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static bool is_nothing(const yaml_node_t *node)
{
    return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0 &&
           node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static void tell_expected(const struct place *place, const struct setting *setting, const yaml_node_t *node)
{
    char wanted[256], got[VALUE_SHOWN + 16];
    const char *why = NULL;
    settings_expectation(setting, wanted, sizeof wanted);
    if (node->type == YAML_MAPPING_NODE) {
        snprintf(got, sizeof got, "a mapping");
    } else if (node->type == YAML_SEQUENCE_NODE) {
        snprintf(got, sizeof got, "a list");
    } else if (is_nothing(node)) {
        snprintf(got, sizeof got, "nothing");
    } else {
        snprintf(got, sizeof got, "'%.*s'%s", VALUE_SHOWN, text_of(node),
                 node->data.scalar.length > VALUE_SHOWN ? "..." : "");
        why = settings_explain(setting, text_of(node));
    }
    problems_add(place->reader->problems, place->reader->file, mark_of(node), "%s: expected %s, got %s%s%s",
                 place->path, wanted, got, why ? "; " : "", why ? why : "");
}

static void tell_memory(const struct place *place)
{
    problems_add(place->reader->problems, place->reader->file, (struct mark){0}, "out of memory");
}

/* ---- defaults -------------------------------------------------------------------------------------- */

int settings_preset(struct settings_reader *reader, const struct setting_group *group, void *settings)
{
    memset(settings, 0, group->size);
    for (size_t i = 0; i < group->count; i++) {
        const struct setting *setting = &group->settings[i];
        void *value = (char *)settings + setting->offset;
        if (setting->type == SETTING_GROUP) {
            if (settings_preset(reader, setting->group, value) != 0)
                return -ENOMEM;
        } else if (setting->type <= SETTING_LEVEL) {
            if (setting->preset)
                CHECK(settings_parse_number(setting, setting->preset, value));
        } else if (setting->type <= SETTING_MEDIA && setting->preset) {
            struct setting_text *text = value;
            text->text = arena_copy(reader->arena, setting->preset, strlen(setting->preset));
            if (!text->text)
                return -ENOMEM;
        }
    }
    return 0;
}

/* ---- values ---------------------------------------------------------------------------------------- */

static void read_group(const struct place *place, const struct setting_group *group, const yaml_node_t *node,
                       void *settings);

static void read_number(const struct place *place, const struct setting *setting, const yaml_node_t *node,
                        uint64_t *value)
{
    uint64_t number;
    if (node->type == YAML_SCALAR_NODE && settings_parse_number(setting, text_of(node), &number))
        *value = number;
    else
        tell_expected(place, setting, node);
}

/* A text of a scalar, checked. */
static void read_text(const struct place *place, const struct setting *setting, const yaml_node_t *node,
                      struct setting_text *value)
{
    if (node->type != YAML_SCALAR_NODE || (is_nothing(node) && setting->type != SETTING_TEXT) ||
        strlen(text_of(node)) != node->data.scalar.length || !settings_check_text(setting, text_of(node))) {
        tell_expected(place, setting, node);
        return;
    }
    char *copy = arena_copy(place->reader->arena, text_of(node), node->data.scalar.length);
    if (!copy) {
        tell_memory(place);
        return;
    }
    if (setting->type == SETTING_HOST || setting->type == SETTING_HOSTS)
        for (char *c = copy; *c; c++)
            *c = ascii_lower(*c);
    *value = (struct setting_text){copy, mark_of(node)};
}

/* Room for `count` values of `size` bytes; NULL and a message if they are too many or do not fit. */
static void *make_items(const struct place *place, const struct setting *setting, const yaml_node_t *node, size_t count,
                        size_t size)
{
    if (count > setting->maximum || count < setting->minimum) {
        problems_add(place->reader->problems, place->reader->file, mark_of(node),
                     "%s: expected %llu to %llu entries, got %zu", place->path, (unsigned long long)setting->minimum,
                     (unsigned long long)setting->maximum, count);
        return NULL;
    }
    void *items = arena_allocate(place->reader->arena, count * size + 1);
    if (!items)
        tell_memory(place);
    return items;
}

static size_t sequence_count(const yaml_node_t *node)
{
    return (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
}

static yaml_node_t *sequence_item(const struct place *place, const yaml_node_t *node, size_t index)
{
    return yaml_document_get_node(place->document, node->data.sequence.items.start[index]);
}

static void read_texts(const struct place *place, const struct setting *setting, const yaml_node_t *node,
                       struct setting_texts *value)
{
    bool single = setting->type == SETTING_HOSTS && node->type == YAML_SCALAR_NODE && !is_nothing(node);
    if (!single && node->type != YAML_SEQUENCE_NODE) {
        tell_expected(place, setting, node);
        return;
    }
    size_t count = single ? 1 : sequence_count(node);
    struct setting_text *items = make_items(place, setting, node, count, sizeof(struct setting_text));
    if (!items)
        return;
    for (size_t i = 0; i < count; i++)
        read_text(place, setting, single ? node : sequence_item(place, node, i), &items[i]);
    *value = (struct setting_texts){items, count};
}

static bool is_variable_name(const char *name)
{
    return name[0] != '\0' && strspn(name, "0123456789") == 0 &&
           name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static void read_variables(const struct place *place, const struct setting *setting, const yaml_node_t *node,
                           struct setting_texts *value)
{
    if (node->type != YAML_MAPPING_NODE) {
        tell_expected(place, setting, node);
        return;
    }
    size_t count = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    struct setting_text *items = make_items(place, setting, node, count, sizeof(struct setting_text));
    if (!items)
        return;
    for (size_t i = 0; i < count; i++) {
        const yaml_node_t *name = yaml_document_get_node(place->document, node->data.mapping.pairs.start[i].key);
        const yaml_node_t *text = yaml_document_get_node(place->document, node->data.mapping.pairs.start[i].value);
        if (name->type != YAML_SCALAR_NODE || text->type != YAML_SCALAR_NODE || !is_variable_name(text_of(name)) ||
            strlen(text_of(text)) != text->data.scalar.length || text->data.scalar.length > 65536) {
            tell_expected(place, setting, name);
            continue;
        }
        size_t size = name->data.scalar.length + 1 + text->data.scalar.length;
        char *copy = arena_allocate(place->reader->arena, size + 1);
        if (!copy) {
            tell_memory(place);
            return;
        }
        snprintf(copy, size + 1, "%s=%s", text_of(name), text_of(text));
        items[i] = (struct setting_text){copy, mark_of(name)};
    }
    *value = (struct setting_texts){items, count};
}

static void read_list(const struct place *place, const struct setting *setting, const yaml_node_t *node, void *value)
{
    /* Every list type of settings.h has this shape. */
    struct {
        char *items;
        size_t count;
    } list;
    if (node->type != YAML_SEQUENCE_NODE) {
        tell_expected(place, setting, node);
        return;
    }
    size_t size = setting->group->size;
    list.count = sequence_count(node);
    list.items = make_items(place, setting, node, list.count, size);
    if (!list.items)
        return;
    for (size_t i = 0; i < list.count; i++) {
        if (settings_preset(place->reader, setting->group, list.items + i * size) != 0)
            tell_memory(place);
        else
            read_group(place, setting->group, sequence_item(place, node, i), list.items + i * size);
    }
    memcpy(value, &list, sizeof list);
}

static void read_value(const struct place *place, const struct setting *setting, const yaml_node_t *node, void *value)
{
    switch (setting->type) {
    case SETTING_SIZE:
    case SETTING_COUNT:
    case SETTING_DURATION:
    case SETTING_AUTO:
    case SETTING_AUTO_OFF:
    case SETTING_LEVEL:
        read_number(place, setting, node, value);
        break;
    case SETTING_HOSTS:
    case SETTING_TEXTS:
        read_texts(place, setting, node, value);
        break;
    case SETTING_VARIABLES:
        read_variables(place, setting, node, value);
        break;
    case SETTING_LIST:
        read_list(place, setting, node, value);
        break;
    case SETTING_OPTION:
        if (settings_preset(place->reader, setting->group, value) != 0) {
            tell_memory(place);
            break;
        }
        __attribute__((fallthrough));
    case SETTING_GROUP:
        read_group(place, setting->group, node, value);
        break;
    default:
        read_text(place, setting, node, value);
    }
}

/* ---- groups ---------------------------------------------------------------------------------------- */

static void tell_unknown(const struct place *place, const struct setting_group *group, const yaml_node_t *key)
{
    const char *name = key->type == YAML_SCALAR_NODE ? text_of(key) : "(not a name)";
    const char *nearest = settings_nearest(group, name);
    char all[512] = "";
    for (size_t i = 0, at = 0; i < group->count && at < sizeof all; i++)
        at += (size_t)snprintf(all + at, sizeof all - at, "%s%s", i ? ", " : "", group->settings[i].name);
    if (nearest)
        problems_add(place->reader->problems, place->reader->file, mark_of(key),
                     "there is no setting '%.*s'; did you mean '%s'?", VALUE_SHOWN, name, nearest);
    else
        problems_add(place->reader->problems, place->reader->file, mark_of(key),
                     "there is no setting '%.*s' here; there are: %s", VALUE_SHOWN, name, all);
}

static void tell_missing(const struct place *place, const struct setting *setting, const yaml_node_t *node)
{
    char wanted[256];
    settings_expectation(setting, wanted, sizeof wanted);
    problems_add(place->reader->problems, place->reader->file, node ? mark_of(node) : (struct mark){0},
                 "%s%s%s: is missing; expected %s", place->path, place->path[0] ? "." : "", setting->name, wanted);
}

static void read_pair(const struct place *place, const struct setting_group *group, const yaml_node_pair_t *pair,
                      uint32_t *lines, void *settings)
{
    const yaml_node_t *key = yaml_document_get_node(place->document, pair->key);
    const yaml_node_t *value = yaml_document_get_node(place->document, pair->value);
    const struct setting *setting = key->type == YAML_SCALAR_NODE ? settings_find(group, text_of(key)) : NULL;
    if (!setting) {
        tell_unknown(place, group, key);
        return;
    }
    uint32_t *line = &lines[setting - group->settings];
    if (*line) {
        problems_add(place->reader->problems, place->reader->file, mark_of(key),
                     "%s is given twice; the first is in line %u", setting->name, *line);
        return;
    }
    *line = mark_of(key).line;
    char path[PATH_LENGTH_MAX];
    snprintf(path, sizeof path, "%s%s%s", place->path, place->path[0] ? "." : "", setting->name);
    struct place inner = {place->reader, place->document, path};
    read_value(&inner, setting, value, (char *)settings + setting->offset);
}

#define GROUP_MAX 32

static void read_group(const struct place *place, const struct setting_group *group, const yaml_node_t *node,
                       void *settings)
{
    uint32_t lines[GROUP_MAX] = {0}; /* where each setting was given */
    CHECK(group->count <= GROUP_MAX);
    if (node && node->type == YAML_MAPPING_NODE) {
        for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++)
            read_pair(place, group, pair, lines, settings);
    } else if (node && !is_nothing(node)) {
        const struct setting whole = {.name = group->name, .type = SETTING_GROUP};
        const struct place here = {place->reader, place->document, place->path[0] ? place->path : group->name};
        tell_expected(&here, &whole, node);
        return;
    }
    if (node)
        *(struct mark *)settings = mark_of(node); /* every group's first member */
    for (size_t i = 0; i < group->count; i++)
        if (!group->settings[i].preset && !lines[i])
            tell_missing(place, &group->settings[i], node);
}

/* ---- files ----------------------------------------------------------------------------------------- */

/* Bad bytes have an offset only. */
static struct mark mark_at(const char *text, size_t size, size_t offset)
{
    struct mark mark = {1, 1};
    for (size_t i = 0; i < offset && i < size; i++) {
        mark.column++;
        if (text[i] == '\n')
            mark = (struct mark){mark.line + 1, 1};
    }
    return mark;
}

static void tell_yaml(struct settings_reader *reader, const yaml_parser_t *parser, const char *text, size_t size)
{
    struct mark mark = {(uint32_t)parser->problem_mark.line + 1, (uint32_t)parser->problem_mark.column + 1};
    if (parser->error == YAML_MEMORY_ERROR) {
        problems_add(reader->problems, reader->file, (struct mark){0}, "out of memory");
        return;
    }
    if (parser->error == YAML_READER_ERROR)
        mark = mark_at(text, size, parser->problem_offset);
    problems_add(reader->problems, reader->file, mark, "this is not YAML: %s%s%s",
                 parser->problem ? parser->problem : "unknown error", parser->context ? ", " : "",
                 parser->context ? parser->context : "");
}

/* True if another document follows. */
static bool has_more(yaml_parser_t *parser, struct mark *where)
{
    yaml_document_t next;
    if (!yaml_parser_load(parser, &next))
        return false;
    const yaml_node_t *root = yaml_document_get_root_node(&next);
    if (root)
        *where = mark_of(root);
    yaml_document_delete(&next);
    return root != NULL;
}

#define DEPTH_MAX   16
#define ANCHORS_MAX 64

/* Where the file has more of something than settings need; NULL: nowhere. The loader and the scanner below it take time
 * with the square of the depth, of the anchors and of the directives, so a small file could hold the server up for
 * hours. This looks at one event after the other and stops in time. */
static const char *find_excess(const char *text, size_t size, struct mark *where)
{
    yaml_parser_t parser;
    const char *excess = NULL;
    unsigned depth = 0, anchors = 0;
    bool more = yaml_parser_initialize(&parser);
    if (!more)
        return NULL; /* the loader will not fare better, and says so */
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event))
            break; /* the loader tells what is wrong */
        bool begins = event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
        anchors += (begins && (event.type == YAML_SEQUENCE_START_EVENT ? event.data.sequence_start.anchor
                                                                       : event.data.mapping_start.anchor)) ||
                   (event.type == YAML_SCALAR_EVENT && event.data.scalar.anchor);
        depth += begins;
        depth -= event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
        if (depth > DEPTH_MAX || anchors > ANCHORS_MAX) {
            excess = anchors > ANCHORS_MAX ? "more anchors than settings need" : "nested deeper than settings are";
            *where = (struct mark){(uint32_t)event.start_mark.line + 1, (uint32_t)event.start_mark.column + 1};
        }
        more = !excess && event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return excess;
}

/* "%TAG ..." at the beginning of a line, whatever ends lines in YAML: nobody needs it here, and libyaml compares each
 * with all before it. */
static bool has_directive(const char *text, size_t size)
{
    const char *at = text, *end = text + size;
    for (; (at = memmem(at, (size_t)(end - at), "%TAG", 4)); at++)
        if (at == text || at[-1] < 0x20 || at[-1] >= 0x7f)
            return true;
    return false;
}

/* False: told why the file is not read at all. */
static bool is_reasonable(struct settings_reader *reader, const char *text, size_t size)
{
    struct mark where = {0};
    const char *excess = NULL;
    if (size > SETTINGS_FILE_MAX) {
        problems_add(reader->problems, reader->file, where, "is larger than %d bytes", SETTINGS_FILE_MAX);
        return false;
    }
    if (has_directive(text, size))
        excess = "has a YAML directive (%TAG); settings need none";
    else
        excess = find_excess(text, size, &where);
    if (excess)
        problems_add(reader->problems, reader->file, where, "%s", excess);
    return !excess;
}

void settings_read(struct settings_reader *reader, const struct setting_group *group, void *settings, const char *text,
                   size_t size)
{
    yaml_parser_t parser;
    yaml_document_t document;
    if (!is_reasonable(reader, text, size))
        return;
    if (!yaml_parser_initialize(&parser)) {
        problems_add(reader->problems, reader->file, (struct mark){0}, "out of memory");
        return;
    }
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
    if (!yaml_parser_load(&parser, &document)) {
        tell_yaml(reader, &parser, text, size);
    } else {
        struct mark where = {0};
        struct place place = {reader, &document, ""};
        read_group(&place, group, yaml_document_get_root_node(&document), settings);
        yaml_document_delete(&document);
        if (has_more(&parser, &where))
            problems_add(reader->problems, reader->file, where, "a second YAML document; one per file");
    }
    yaml_parser_delete(&parser);
}
