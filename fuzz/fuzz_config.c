/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: both kinds of configuration file. Reading never fails without a word, tells places inside the file, and
 * what it accepts is within the table's bounds. The first byte chooses the kind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/settings_reader.h"

static void check_group(const struct setting_group *group, const char *settings);

static void check_text(const struct setting *setting, const struct setting_text *text)
{
    CHECK(text->text);
    CHECK(text->mark.line == 0 || settings_check_text(setting, text->text));
}

static void check_setting(const struct setting *setting, const char *value)
{
    uint64_t number;
    struct setting_texts texts;
    memcpy(&number, value, sizeof number);
    if (setting->type == SETTING_GROUP) {
        check_group(setting->group, value);
    } else if (setting->type == SETTING_OPTION) {
        if (((const struct mark *)(const void *)value)->line)
            check_group(setting->group, value);
    } else if (setting->type == SETTING_LIST) {
        memcpy(&texts, value, sizeof texts); /* the shape of every list */
        for (size_t i = 0; i < texts.count; i++)
            check_group(setting->group, (const char *)texts.items + i * setting->group->size);
    } else if (setting->type == SETTING_HOSTS || setting->type == SETTING_TEXTS || setting->type == SETTING_VARIABLES) {
        memcpy(&texts, value, sizeof texts);
        for (size_t i = 0; i < texts.count; i++)
            check_text(setting, &texts.items[i]);
    } else if (setting->type <= SETTING_DURATION) {
        CHECK(number >= setting->minimum && number <= setting->maximum);
    } else if (setting->type == SETTING_AUTO) {
        CHECK(number == 0 || (number >= setting->minimum && number <= setting->maximum));
    } else if (setting->type != SETTING_LEVEL) {
        check_text(setting, (const struct setting_text *)(const void *)value);
    }
}

static void check_group(const struct setting_group *group, const char *settings)
{
    for (size_t i = 0; i < group->count; i++)
        check_setting(&group->settings[i], settings + group->settings[i].offset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct setting_group *group = data[0] % 2 ? &settings_server : &settings_tenant;
    struct arena arena = {NULL, 0};
    struct problems problems = {.count = 0};
    struct settings_reader reader = {"file", &arena, &problems};
    char *settings = calloc(1, group->size);
    CHECK(settings && settings_preset(&reader, group, settings) == 0);
    settings_read(&reader, group, settings, (const char *)data + 1, size - 1);
    if (problems.count == 0)
        check_group(group, settings);
    for (size_t i = 0; i < problems_kept(&problems); i++)
        CHECK(!strncmp(problems.lines[i], "file:", 5) && strlen(problems.lines[i]) > 7);
    problems_dispose(&problems);
    arena_dispose(&arena);
    free(settings);
    return 0;
}
