/* SPDX-License-Identifier: Apache-2.0 */
#include "tier/compiler.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define NICE 10

extern char **environ;

bool compiler_find(char path[PATH_MAX])
{
    static const char *const places[] = {"mayfly-compiler", "../libexec/mayfly-compiler"};
    char self[PATH_MAX - 32];
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size <= 0)
        return false;
    self[size] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash)
        return false;
    slash[1] = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        snprintf(path, PATH_MAX, "%s%s", self, places[i]);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

/* The program becomes descriptor 3 and the output 4: through high numbers, so that none is overwritten before it has
 * been copied. */
static int hand_over(posix_spawn_file_actions_t *actions, const struct compiler_job *job)
{
    return posix_spawn_file_actions_adddup2(actions, job->program, 200) ||
           posix_spawn_file_actions_adddup2(actions, job->output, 201) ||
           posix_spawn_file_actions_adddup2(actions, job->report, STDOUT_FILENO) ||
           posix_spawn_file_actions_adddup2(actions, 200, 3) || posix_spawn_file_actions_adddup2(actions, 201, 4) ||
           posix_spawn_file_actions_addclose(actions, 200) || posix_spawn_file_actions_addclose(actions, 201);
}

pid_t compiler_start(const char *path, const struct compiler_job *job)
{
    posix_spawn_file_actions_t actions;
    char addresses[COMPILER_HOT][12];
    char *arguments[COMPILER_HOT + 4] = {(char[]){"mayfly-compiler"}, (char[]){"3"}, (char[]){"4"}, NULL};
    pid_t pid = -1;

    for (unsigned i = 0; i < job->hot_count && i < COMPILER_HOT; i++) {
        snprintf(addresses[i], sizeof addresses[i], "%x", job->hot[i]);
        arguments[3 + i] = addresses[i];
    }
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return -failed;
    failed = hand_over(&actions, job) ? ENOMEM : posix_spawn(&pid, path, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return -failed;
    (void)setpriority(PRIO_PROCESS, (id_t)pid, NICE); /* it may have ended already */
    return pid;
}
