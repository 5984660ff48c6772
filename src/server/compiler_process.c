/* SPDX-License-Identifier: Apache-2.0 */
#include "server/compiler_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memfd.h"
#include "tier/compiler.h"

#define MEMORY      (UINT64_C(3) << 30)  /* addresses: LLVM's libraries and the program take some of them */
#define OUTPUT_MOST (UINT64_C(64) << 20) /* bytes of native code and its tables */

/* ---- in the child ---------------------------------------------------------------------------------- */

/* What code that is nasty to compile could not exceed. */
static void limit_resources(const struct compiler_task *task)
{
#ifndef MAYFLY_SANITIZE
    struct stat status;
    uint64_t seconds = (task->cpu_ms + 999) / 1000;
    uint64_t program = fstat(task->program, &status) == 0 ? (uint64_t)status.st_size : 0;
    const struct {
        int resource;
        uint64_t soft, hard; /* SIGXCPU says more than the SIGKILL that would follow it */
    } limits[] = {
        {RLIMIT_CPU, seconds, seconds + 1},
        {RLIMIT_AS, MEMORY + 2 * program, MEMORY + 2 * program},
        {RLIMIT_FSIZE, OUTPUT_MOST, OUTPUT_MOST},
        {RLIMIT_NPROC, 0, 0},
        {RLIMIT_NOFILE, 256, 256},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct rlimit value = {limits[i].soft, limits[i].hard};
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &value) != 0) {
            log_error("a limit of the process (%d) was refused: %s", limits[i].resource, strerror(errno));
            _exit(1);
        }
    }
#endif
}

static _Noreturn void become_compiler(const struct compiler_task *task, int output, int report, pid_t parent,
                                      const struct child_user *user)
{
    const int keep[] = {task->binary, task->program, output, report};
    child_begin("compiler", CHILD_WITH_FILES, parent, user, keep, sizeof keep / sizeof *keep);
    limit_resources(task);
    const struct compiler_job job = {task->program, output, report, task->hot, task->hot_count, true};
    int error = compiler_become(task->binary, &job);
    dprintf(report, "it cannot be started: %s\n", strerror(-error));
    _exit(1);
}

/* ---- in the supervisor ----------------------------------------------------------------------------- */

int compiler_process_start(struct compiler_process *process, const struct compiler_task *task,
                           const struct child_user *user)
{
    int ends[2], output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (output < 0)
        return -errno;
    /* Non-blocking at both ends: a compiler that talks without end loses its words, and holds up nobody. */
    int error = pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0 ? -errno : 0;
    if (error) {
        close(output);
        return error;
    }
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become_compiler(task, output, ends[1], parent, user);
    error = pid < 0 ? -errno : 0;
    close(ends[1]);
    if (error) {
        close(ends[0]);
        close(output);
        return error;
    }
    *process = (struct compiler_process){pid, output, ends[0]};
    return 0;
}

void compiler_process_discard(struct compiler_process *process)
{
    if (process->output >= 0)
        close(process->output);
    close(process->report);
    *process = (struct compiler_process){0, -1, -1};
}

/* The first line of what it said, as far as it can be printed. */
static void read_words(int report, char *out, size_t size)
{
    ssize_t got = read(report, out, size - 1);
    out[got > 0 ? got : 0] = '\0';
    out[strcspn(out, "\n")] = '\0';
    for (char *c = out; *c; c++)
        if (*c < 0x20 || *c > 0x7e)
            *c = '?';
}

static void describe_failure(const struct compiler_process *process, int status, struct compiler_result *result)
{
    char words[160], how[64];
    read_words(process->report, words, sizeof words);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        snprintf(result->why, sizeof result->why, "it took more processor time than compile_timeout allows");
    else if (WIFEXITED(status) && words[0])
        snprintf(result->why, sizeof result->why, "%s", words);
    else {
        child_describe(status, how, sizeof how);
        snprintf(result->why, sizeof result->why, "the compiler ended: %s", how);
    }
}

void compiler_process_finish(struct compiler_process *process, int status, struct compiler_result *result)
{
    struct stat made;
    int error;
    *result = (struct compiler_result){.native = -1};
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        describe_failure(process, status, result);
    else if (fstat(process->output, &made) || made.st_size == 0)
        snprintf(result->why, sizeof result->why, "the compiler made nothing");
    else if ((error = memfd_seal(process->output)) != 0)
        snprintf(result->why, sizeof result->why, "what it made cannot be sealed: %s", strerror(-error));
    else {
        result->native = process->output;
        result->size = (uint64_t)made.st_size;
        process->output = -1;
    }
    compiler_process_discard(process);
}
