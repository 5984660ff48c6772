/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly serve: the server.
 */
#include <stdio.h>

#include "cli/arguments.h"
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
    const char *file;
    int code;
    return arguments_config_file(argv, serve_usage, &file, &code) ? supervisor_run(file) : code;
}
