/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML text into the structs of settings.h, by their table. Every mistake is told with its line and column, and reading
 * goes on behind it.
 */
#ifndef MAYFLY_SERVER_SETTINGS_READER_H
#define MAYFLY_SERVER_SETTINGS_READER_H

#include <stddef.h>

#include "base/arena.h"
#include "base/check.h"
#include "server/problems.h"
#include "server/settings.h"

#define SETTINGS_FILE_MAX 1048576 /* bytes */

struct settings_reader {
    const char *file; /* its name in messages */
    struct arena *arena;
    struct problems *problems;
};

/* Sets all of a group's struct to its defaults. Settings that must be given stay zero. -ENOMEM. */
MUST_USE int settings_preset(struct settings_reader *reader, const struct setting_group *group, void *settings);

/* Reads `text` over what is in `settings` already. Mistakes go to the problems; `settings` is only good if there were
 * none. */
void settings_read(struct settings_reader *reader, const struct setting_group *group, void *settings, const char *text,
                   size_t size);

#endif
