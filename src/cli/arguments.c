/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool arguments_is_help(const char *argument)
{
    return !strcmp(argument, "--help") || !strcmp(argument, "-h");
}

int arguments_unknown(char **argv, int i, arguments_usage *usage)
{
    if (argv[i][0] == '-')
        fprintf(stderr, "mayfly %s: there is no option '%s' here\n\n", argv[0], argv[i]);
    else
        fprintf(stderr, "mayfly %s: '%s' is one argument too many\n\n", argv[0], argv[i]);
    return usage(stderr, ARGUMENTS_WRONG);
}

int arguments_missing(char **argv, const char *what, arguments_usage *usage)
{
    fprintf(stderr, "mayfly %s: %s is missing\n\n", argv[0], what);
    return usage(stderr, ARGUMENTS_WRONG);
}

const char *arguments_value(char **argv, int *i, const char *what, arguments_usage *usage)
{
    const char *option = argv[*i];
    if (argv[*i + 1])
        return argv[++*i];
    fprintf(stderr, "mayfly %s: %s needs a value: %s\n\n", argv[0], option, what);
    usage(stderr, ARGUMENTS_WRONG);
    return NULL;
}

/* "4096", "64K", "16M", "1G" (powers of 1024). */
static bool parse_number(const char *text, uint64_t *number)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    unsigned shift = 0;
    switch (*end) {
    case 'G':
    case 'g':
        shift += 10; /* fall through */
    case 'M':
    case 'm':
        shift += 10; /* fall through */
    case 'K':
    case 'k':
        shift += 10;
        end++;
        break;
    default:
        break;
    }
    if (errno || *end || value > UINT64_MAX >> shift)
        return false;
    *number = (uint64_t)value << shift;
    return true;
}

bool arguments_number(char **argv, int *i, const char *what, uint64_t most, uint64_t *number, arguments_usage *usage)
{
    const char *option = argv[*i], *text = arguments_value(argv, i, what, usage);
    if (!text)
        return false;
    if (parse_number(text, number) && *number > 0 && *number <= most)
        return true;
    fprintf(stderr, "mayfly %s: %s needs %s; got '%s'\n\n", argv[0], option, what, text);
    usage(stderr, ARGUMENTS_WRONG);
    return false;
}

bool arguments_config_file(char **argv, arguments_usage *usage, const char **file, int *code)
{
    *file = "mayfly.yaml";
    *code = ARGUMENTS_WRONG;
    for (int i = 1; argv[i]; i++) {
        if (arguments_is_help(argv[i]))
            *code = usage(stdout, 0);
        else if (strcmp(argv[i], "-c") != 0)
            *code = arguments_unknown(argv, i, usage);
        else if ((*file = arguments_value(argv, &i, "a file", usage)))
            continue;
        return false;
    }
    return true;
}

bool arguments_program(char **argv, arguments_usage *usage, const char **path, int *code)
{
    *path = NULL;
    for (int i = 1; argv[i]; i++) {
        if (arguments_is_help(argv[i]))
            *code = usage(stdout, 0);
        else if (argv[i][0] == '-' || *path)
            *code = arguments_unknown(argv, i, usage);
        else if ((*path = argv[i]))
            continue;
        return false;
    }
    if (!*path)
        *code = arguments_missing(argv, "PROGRAM", usage);
    return *path != NULL;
}
