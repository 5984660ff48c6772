/* SPDX-License-Identifier: Apache-2.0
 *
 * Mistakes in files, gathered so that all are told at once: "mayfly.yaml:7:10: workers: expected 'auto' or 1..256, got
 * 'many'".
 */
#ifndef MAYFLY_SERVER_PROBLEMS_H
#define MAYFLY_SERVER_PROBLEMS_H

#include <stddef.h>

#include "base/check.h"
#include "server/settings.h"

#define PROBLEMS_MAX 100 /* more are only counted */

/* Zeroed: none. */
struct problems {
    char *lines[PROBLEMS_MAX];
    size_t count; /* may be above PROBLEMS_MAX */
};

/* Without a line in `mark` the file as a whole is meant. */
void problems_add(struct problems *problems, const char *file, struct mark mark, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Those that are kept. */
size_t problems_kept(const struct problems *problems);

void problems_dispose(struct problems *problems);

#endif
