/* SPDX-License-Identifier: Apache-2.0 */
#include "engines.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memfd.h"

extern char **environ;

/* Small slices begin and end nearly everywhere: native code is then entered and left in the middle of things, and what
 * has no way in goes through the interpreter. */
const struct engine engines[] = {
    {"interpreter", false, 0},
    {"interpreter-sliced", false, 7},
    {"native", true, 0},
    {"mixed", true, 5},
};

const unsigned engine_count = sizeof engines / sizeof engines[0];

const struct engine *engine_find(const char *name)
{
    for (unsigned i = 0; i < engine_count; i++)
        if (!strcmp(engines[i].name, name))
            return &engines[i];
    return NULL;
}

/* The compiler has the program as descriptor 3 and its output as 4. */
static bool run_compiler(const char *path, int program, int output)
{
    char *arguments[] = {(char[]){"mayfly-compiler"}, (char[]){"3"}, (char[]){"4"}, NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = 0;

    /* Through high numbers, so that none is overwritten before it has been copied. */
    int failed = posix_spawn_file_actions_init(&actions) || posix_spawn_file_actions_adddup2(&actions, program, 200) ||
                 posix_spawn_file_actions_adddup2(&actions, output, 201) ||
                 posix_spawn_file_actions_adddup2(&actions, 200, 3) ||
                 posix_spawn_file_actions_adddup2(&actions, 201, 4) ||
                 posix_spawn(&pid, path, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    while (!failed && waitpid(pid, &status, 0) < 0)
        failed = errno != EINTR;
    return !failed && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool copy(int from, int to)
{
    char buffer[1 << 16];
    ssize_t got;
    off_t at = 0;
    while ((got = pread(from, buffer, sizeof buffer, at)) > 0 && pwrite(to, buffer, (size_t)got, at) == got)
        at += got;
    return got == 0;
}

static bool is_newer(const struct stat *file, const char *than)
{
    struct stat other;
    return stat(than, &other) == 0 &&
           (file->st_mtim.tv_sec > other.st_mtim.tv_sec ||
            (file->st_mtim.tv_sec == other.st_mtim.tv_sec && file->st_mtim.tv_nsec > other.st_mtim.tv_nsec));
}

static bool load(const struct engine_code *code, const char *path, int output)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool good = file >= 0 && fstat(file, &status) == 0 && is_newer(&status, code->compiler) &&
                is_newer(&status, code->program) && copy(file, output);
    if (file >= 0)
        close(file);
    return good;
}

/* Under another name first, so that a run that is cut short leaves no half of it. */
static void store(const char *path, int output)
{
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0)
        return;
    if (!copy(output, file) || rename(temporary, path))
        (void)unlink(temporary);
    close(file);
}

static bool make(struct engine_code *code, const struct mf_program *program)
{
    struct mf_diagnostic why;
    char path[4080];
    int exported = mf_program_export(program, &why);
    int output = memfd_create("native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool good = exported >= 0 && output >= 0;

    snprintf(path, sizeof path, "%s.native", code->program);
    if (good && !load(code, path, output)) {
        good = run_compiler(code->compiler, exported, output);
        if (good)
            store(path, output);
    }
    good = good && memfd_seal(output) == 0;
    if (exported >= 0)
        close(exported);
    if (good) {
        code->artifact = output;
        return true;
    }
    fprintf(stderr, "%s did not compile %s\n", code->compiler, code->program);
    if (output >= 0)
        close(output);
    return false;
}

bool engine_give(const struct engine *engine, struct engine_code *code, struct mf_program *program)
{
    struct mf_diagnostic why;

    if (!engine->native)
        return true;
    if (code->artifact < 0 && !make(code, program))
        return false;
    if (mf_program_set_native(program, code->artifact, &why)) {
        fprintf(stderr, "%s\n", why.text);
        return false;
    }
    return true;
}

/* A run may use up to a page of instructions more than it was given, or less if the next block does not fit; what
 * counts is what was used. A slice that not even one block fits into is doubled. */
void engine_run(const struct engine *engine, struct mf_instance *instance, uint64_t fuel, struct mf_outcome *outcome)
{
    uint64_t slice = engine->slice ? engine->slice : fuel, used = 0;
    bool last;
    do {
        uint64_t left = fuel > used ? fuel - used : 0;
        last = slice >= left;
        mf_instance_run_slice(instance, slice, left, outcome);
        slice = outcome->instructions > used ? engine->slice : slice * 2;
        used = outcome->instructions;
    } while (outcome->stop == MF_STOP_FUEL && !last);
}
