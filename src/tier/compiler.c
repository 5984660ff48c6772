/* SPDX-License-Identifier: Apache-2.0 */
#include "tier/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

/* The command line of a job. */
struct command {
    char addresses[COMPILER_HOT][12];
    char *arguments[COMPILER_HOT + 5];
};

static void make_command(struct command *command, const struct compiler_job *job)
{
    unsigned count = job->hot_count < COMPILER_HOT ? job->hot_count : COMPILER_HOT;
    command->arguments[0] = (char *)(uintptr_t) "mayfly-compiler";
    command->arguments[1] = (char *)(uintptr_t) "3";
    command->arguments[2] = (char *)(uintptr_t) "4";
    char **next = command->arguments + 3;
    if (job->alone)
        *next++ = (char *)(uintptr_t) "alone";
    for (unsigned i = 0; i < count; i++) {
        snprintf(command->addresses[i], sizeof command->addresses[i], "%x", job->hot[i]);
        *next++ = command->addresses[i];
    }
    *next = NULL;
}

pid_t compiler_start(const char *path, const struct compiler_job *job)
{
    posix_spawn_file_actions_t actions;
    struct command command;
    pid_t pid = -1;

    make_command(&command, job);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return -failed;
    failed = hand_over(&actions, job) ? ENOMEM : posix_spawn(&pid, path, &actions, NULL, command.arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed)
        return -failed;
    (void)setpriority(PRIO_PROCESS, (id_t)pid, COMPILER_NICE); /* it may have ended already */
    return pid;
}

int compiler_become(int binary, const struct compiler_job *job)
{
    enum { HIGH = 200 };
    char *const environment[] = {NULL};
    struct command command;

    make_command(&command, job);
    (void)setpriority(PRIO_PROCESS, 0, COMPILER_NICE);
    /* Through high numbers, as above; what is not duplicated again is closed by the exec. */
    int program = fcntl(job->program, F_DUPFD_CLOEXEC, HIGH), output = fcntl(job->output, F_DUPFD_CLOEXEC, HIGH),
        report = fcntl(job->report, F_DUPFD_CLOEXEC, HIGH), image = fcntl(binary, F_DUPFD_CLOEXEC, HIGH);
    if (program < 0 || output < 0 || report < 0 || image < 0 || dup2(report, STDIN_FILENO) < 0 ||
        dup2(report, STDOUT_FILENO) < 0 || dup2(report, STDERR_FILENO) < 0 || dup2(program, 3) < 0 ||
        dup2(output, 4) < 0 || close_range(5, HIGH - 1, 0) < 0)
        return -errno;
    fexecve(image, command.arguments, environment);
    return -errno;
}
