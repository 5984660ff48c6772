/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly upgrade: a running server gives way to the binary that now lies where its own did. Asks its admin API, for
 * that alone can tell how it went.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "server/admin_client.h"
#include "server/config.h"

#define BY_SIGNAL    "send SIGUSR2 to the server's first process instead (kill -USR2 PID), and read its log"
#define LOOK_US      100000
#define MOST_SILENCE 100 /* looks without an answer, one after the other */

static int upgrade_usage(FILE *out, int status)
{
    fputs("mayfly upgrade [-c FILE]\n\n"
          "The server that runs with FILE (mayfly.yaml if not given) starts the binary that lies at its own path by "
          "now,\n"
          "hands its sockets over once that one serves, and ends. No request is refused. Exit code 0: the new one "
          "serves;\n"
          "1: the old one does, and the message says why. Needs the setting `admin`; without it,\n" BY_SIGNAL ".\n",
          out);
    return status;
}

/* The admin address; free it. */
static char *find_admin(const char *file)
{
    struct problems problems = {.count = 0};
    char *text = NULL;
    struct server_config *config = config_load_server(file, &problems);
    for (size_t i = 0; i < problems_kept(&problems); i++)
        if (problems.lines[i])
            fprintf(stderr, "%s\n", problems.lines[i]);
    problems_dispose(&problems);
    if (config && !config->settings.admin.text[0])
        fprintf(stderr, "%s: there is no `admin` address to ask: " BY_SIGNAL "\n", file);
    else if (config && !(text = strdup(config->settings.admin.text)))
        fputs("out of memory\n", stderr);
    config_free_server(config);
    return text;
}

/* How it stands: the process that answers, and the error of an upgrade that failed ("": it did not). 0 or -errno. */
static int look(const char *admin, int *pid, char *error, size_t size)
{
    char body[4096];
    int status = admin_ask(admin, "GET", "/upgrade", body, sizeof body);
    json_t *root = status == 200 ? json_loads(body, 0, NULL) : NULL;
    const char *text = json_string_value(json_object_get(root, "error"));
    *pid = (int)json_integer_value(json_object_get(root, "pid"));
    snprintf(error, size, "%s", text ? text : "");
    json_decref(root);
    return status < 0 ? status : *pid > 0 ? 0 : -EPROTO;
}

static int await(const char *admin, int before)
{
    char error[1024];
    int pid, silence = 0;
    for (;;) {
        usleep(LOOK_US);
        int failed = look(admin, &pid, error, sizeof error);
        if (failed) { /* the address changes hands, or nobody is left */
            if (++silence < MOST_SILENCE)
                continue;
            fprintf(stderr, "mayfly upgrade: %s does not answer any more: %s\n", admin, strerror(-failed));
            return 1;
        }
        silence = 0;
        if (pid != before) {
            printf("process %d serves in place of %d\n", pid, before);
            return 0;
        }
        if (error[0]) {
            fprintf(stderr, "mayfly upgrade: %s; process %d serves on\n", error, before);
            return 1;
        }
    }
}

int command_upgrade(int argc, char **argv)
{
    const char *file;
    char body[1024];
    int before, code;
    if (!arguments_config_file(argv, upgrade_usage, &file, &code))
        return code;
    char *admin = find_admin(file);
    if (!admin)
        return 1;
    int result = 1, failed = look(admin, &before, body, sizeof body);
    int status = failed ? failed : admin_ask(admin, "POST", "/upgrade", body, sizeof body);
    if (status == -EPROTO || status == 404)
        fprintf(stderr, "mayfly upgrade: the server at %s is too old for this: restart it\n", admin);
    else if (status < 0)
        fprintf(stderr, "mayfly upgrade: %s: %s. If the server runs without this address, " BY_SIGNAL "\n", admin,
                strerror(-status));
    else if (status != 202)
        fprintf(stderr, "mayfly upgrade: %s", body);
    else
        result = await(admin, before);
    free(admin);
    return result;
}
