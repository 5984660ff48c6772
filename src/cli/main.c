/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *arguments;
    const char *documentation;
};

static const struct command commands[] = {
#define COMMAND(name, function, arguments, documentation) {#name, function, arguments, documentation},
#include "cli/commands.def"
#undef COMMAND
    {NULL, NULL, NULL, NULL},
};

static int usage(FILE *out, int status)
{
    fprintf(out, "mayfly %s: an HTTP server in which every request runs in its own RISC-V sandbox\n\n", MAYFLY_VERSION);
    for (const struct command *c = commands; c->name; c++)
        fprintf(out, "  mayfly %s %s\n      %s\n", c->name, c->arguments, c->documentation);
    fprintf(out, "  mayfly help | version\n");
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return usage(stderr, 2);
    if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return usage(stdout, 0);
    if (!strcmp(argv[1], "version") || !strcmp(argv[1], "--version")) {
        printf("mayfly %s\n", MAYFLY_VERSION);
        return 0;
    }
    for (const struct command *c = commands; c->name; c++)
        if (!strcmp(c->name, argv[1]))
            return c->run(argc - 1, argv + 1);
    fprintf(stderr, "mayfly: there is no command '%s'; `mayfly help` lists them\n", argv[1]);
    return 2;
}
