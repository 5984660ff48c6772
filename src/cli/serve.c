/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly serve: the server.
 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "server/supervisor.h"

static int serve_usage(FILE *out, int status)
{
    fputs(
        "mayfly serve [-c FILE]\n\n"
        "Serves what FILE (mayfly.yaml if not given) says, until SIGTERM or Ctrl-C, which let requests at work end; a\n"
        "second one ends at once. Changes of files are picked up by themselves, or on SIGHUP. SIGUSR1 opens the "
        "access\n"
        "log again. SIGUSR2 hands everything over to a new binary, see `mayfly upgrade`. `mayfly check --settings`\n"
        "lists all settings.\n",
        out);
    return status;
}

int command_serve(int argc, char **argv)
{
    const char *file = "mayfly.yaml";
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
            return serve_usage(stdout, 0);
        if (strcmp(argv[i], "-c") != 0 || i + 1 == argc)
            return serve_usage(stderr, 2);
        file = argv[++i];
    }
    return supervisor_run(file);
}
