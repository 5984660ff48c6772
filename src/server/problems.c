/* SPDX-License-Identifier: Apache-2.0 */
#include "server/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void problems_add(struct problems *problems, const char *file, struct mark mark, const char *format, ...)
{
    char line[2048], text[1536];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (mark.line)
        snprintf(line, sizeof line, "%.400s:%u:%u: %s", file, mark.line, mark.column, text);
    else
        snprintf(line, sizeof line, "%.400s: %s", file, text);
    if (problems->count < PROBLEMS_MAX)
        problems->lines[problems->count] = strdup(line); /* NULL is left out when told, but counts */
    problems->count++;
}

size_t problems_kept(const struct problems *problems)
{
    size_t kept = problems->count < PROBLEMS_MAX ? problems->count : PROBLEMS_MAX;
    while (kept > 0 && !problems->lines[kept - 1])
        kept--;
    return kept;
}

void problems_dispose(struct problems *problems)
{
    for (size_t i = 0; i < problems->count && i < PROBLEMS_MAX; i++)
        free(problems->lines[i]);
    *problems = (struct problems){.count = 0};
}
