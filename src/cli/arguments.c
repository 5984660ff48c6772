/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/arguments.h"

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
    fprintf(stderr, "mayfly %s: %s needs %s behind it\n\n", argv[0], option, what);
    usage(stderr, ARGUMENTS_WRONG);
    return NULL;
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
