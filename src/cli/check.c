/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly check: is this configuration good? Tells every mistake with its file and line.
 */
#include <stdio.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "server/config.h"
#include "server/settings.h"

static int check_usage(FILE *out, int status)
{
    fputs(
        "mayfly check [-c FILE]\n"
        "mayfly check --settings\n\n"
        "Reads FILE (mayfly.yaml if not given) and every tenant.yaml as `mayfly serve` would, and tells all mistakes.\n"
        "Exit code 0: there is none, or only warnings. --settings prints the table of all settings in Markdown.\n",
        out);
    return status;
}

/* The number of lines, which are not needed any more. */
static size_t tell(const char *file, struct problems *problems)
{
    size_t count = problems->count, kept = problems_kept(problems);
    for (size_t i = 0; i < kept; i++)
        if (problems->lines[i])
            fprintf(stderr, "%s\n", problems->lines[i]);
    if (count > kept)
        fprintf(stderr, "%s: and %zu more\n", file, count - kept);
    problems_dispose(problems);
    return count;
}

int command_check(int argc, char **argv)
{
    const char *file;
    int code;
    if (argc == 2 && !strcmp(argv[1], "--settings")) {
        settings_document(stdout);
        return 0;
    }
    if (!arguments_config_file(argv, check_usage, &file, &code))
        return code;
    struct problems problems = {.count = 0}, warnings = {.count = 0};
    size_t tenants = config_check(file, &problems, &warnings);
    (void)tell(file, &warnings);
    if (tell(file, &problems) > 0)
        return 1;
    printf("%s: good, %zu tenant%s\n", file, tenants, tenants == 1 ? "" : "s");
    return 0;
}
