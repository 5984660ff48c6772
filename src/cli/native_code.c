/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/native_code.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memfd.h"

#define CACHE_LIMIT (UINT64_C(1) << 30)

/* ---- the compiler ------------------------------------------------------------------------------------ */

/* Until the compiler says something or ends. Whoever waits at a terminal sees that it goes on: a whole program may take
 * half a minute. */
static void show_progress(const char *command, int report)
{
    struct pollfd words = {.fd = report, .events = POLLIN};
    int seconds = 0;
    if (!isatty(STDERR_FILENO))
        return;
    while (poll(&words, 1, 1000) == 0)
        fprintf(stderr, "\rmayfly %s: compiling to native code, %d s", command, ++seconds);
    if (seconds > 0)
        fputs("\r\033[K", stderr); /* the line is gone */
}

/* Reads what the compiler says, up to its end. */
static void read_line(int descriptor, char *text, size_t size)
{
    size_t used = 0;
    ssize_t got;
    while (used < size - 1 &&
           ((got = read(descriptor, text + used, size - 1 - used)) > 0 || (got < 0 && errno == EINTR)))
        used += got > 0 ? (size_t)got : 0;
    text[used] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

/* -1 after a message. */
static pid_t start(const char *command, const char *path, const struct compiler_job *job)
{
    pid_t pid = compiler_start(path, job);
    if (pid < 0) {
        fprintf(stderr, "mayfly %s: %s cannot be started: %s\n", command, path, strerror(-pid));
        return -1;
    }
    return pid;
}

static bool compile(const char *command, int program, int output, struct native_code_report *report)
{
    char path[PATH_MAX];
    int pipe_ends[2], status;

    if (!compiler_find(path)) {
        fprintf(
            stderr,
            "mayfly %s: this build has no native engine: mayfly-compiler, which needs LLVM 19, is not installed beside "
            "mayfly\n",
            command);
        return false;
    }
    if (pipe2(pipe_ends, O_CLOEXEC)) {
        fprintf(stderr, "mayfly %s: %s\n", command, strerror(errno));
        return false;
    }
    pid_t pid = start(command, path, &(struct compiler_job){program, output, pipe_ends[1], NULL, 0, false});
    close(pipe_ends[1]);
    if (pid >= 0) {
        show_progress(command, pipe_ends[0]);
        read_line(pipe_ends[0], report->text, sizeof report->text);
    }
    close(pipe_ends[0]);
    if (pid < 0)
        return false;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFSIGNALED(status))
        fprintf(stderr, "mayfly %s: the compiler died of signal %d\n", command, WTERMSIG(status));
    return false;
}

/* ---- the cache --------------------------------------------------------------------------------------- */

/* The user's. NULL if there is none. */
static struct code_cache *open_cache(void)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char folder[PATH_MAX];
    int size = base && *base   ? snprintf(folder, sizeof folder, "%s/mayfly", base)
               : home && *home ? snprintf(folder, sizeof folder, "%s/.cache/mayfly", home)
                               : -1;
    return size < 0 || (size_t)size >= sizeof folder ? NULL : code_cache_open(folder, CACHE_LIMIT);
}

/* ---- together ---------------------------------------------------------------------------------------- */

static bool seal_and_use(struct mf_program *program, int output, struct mf_diagnostic *why)
{
    int error = memfd_seal(output);
    if (error) {
        snprintf(why->text, sizeof why->text, "%s", strerror(-error));
        return false;
    }
    return mf_program_set_native(program, output, why) == MF_OK;
}

static bool give_cached(struct code_cache *cache, const char *name, struct mf_program *program)
{
    struct mf_diagnostic why;
    int artifact = code_cache_load(cache, name);
    bool good = artifact >= 0 && seal_and_use(program, artifact, &why);
    if (artifact >= 0)
        close(artifact);
    return good;
}

static bool give_new(const char *command, struct code_cache *cache, const char *name, struct mf_program *program,
                     struct native_code_report *report)
{
    struct mf_diagnostic why = {""};
    bool good = false;
    int output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int exported = mf_program_export(program, &why);
    if (output < 0 || exported < 0) {
        fprintf(stderr, "mayfly %s: %s\n", command, exported < 0 ? why.text : strerror(errno));
    } else if (compile(command, exported, output, report)) {
        good = seal_and_use(program, output, &why);
        if (!good)
            fprintf(stderr, "mayfly %s: %s\n", command, why.text);
        else if (cache)
            code_cache_store(cache, name, output);
    }
    if (output >= 0)
        close(output);
    if (exported >= 0)
        close(exported);
    return good;
}

bool native_code_give(const char *command, struct mf_program *program, struct native_code_report *report)
{
    char name[MF_NATIVE_KEY_SIZE];
    struct code_cache *cache = open_cache();
    mf_program_native_key(program, name);
    *report = (struct native_code_report){.cached = cache && give_cached(cache, name, program)};
    bool good = report->cached || give_new(command, cache, name, program, report);
    code_cache_close(cache);
    return good;
}

/* ---- beside a running program ------------------------------------------------------------------------ */

#define ENOUGH_SAMPLES 100 /* in functions without native code, before a compiler is started */
#define MAX_ROUNDS     6

/* The list of what is compiled is an entry of its own, beside the code. */
static void load_places(struct native_code_tier *tier)
{
    int list = code_cache_load(tier->cache, tier->list);
    if (list < 0)
        return;
    ssize_t size = pread(list, tier->places, sizeof tier->places, 0);
    tier->place_count = tier->compiled_count = size > 0 ? (unsigned)((size_t)size / sizeof tier->places[0]) : 0;
    close(list);
}

static void store_places(const struct native_code_tier *tier)
{
    size_t size = tier->compiled_count * sizeof tier->places[0];
    int list = memfd_create("mayfly-places", MFD_CLOEXEC);
    if (list < 0)
        return;
    if (write(list, tier->places, size) == (ssize_t)size)
        code_cache_store(tier->cache, tier->list, list);
    close(list);
}

void native_code_tier_begin(struct native_code_tier *tier, const char *command, struct mf_program *program)
{
    char key[MF_NATIVE_KEY_SIZE];

    *tier = (struct native_code_tier){
        .program = program, .command = command, .cache = open_cache(), .exported = -1, .output = -1, .report = -1};
    mf_program_native_key(program, key);
    snprintf(tier->code, sizeof tier->code, "%s.hot", key);
    snprintf(tier->list, sizeof tier->list, "%s.list", key);
    if (tier->cache && give_cached(tier->cache, tier->code, program))
        load_places(tier);
}

static void tier_close(struct native_code_tier *tier)
{
    int *descriptors[] = {&tier->exported, &tier->output, &tier->report};
    for (size_t i = 0; i < 3; i++) {
        if (*descriptors[i] >= 0)
            close(*descriptors[i]);
        *descriptors[i] = -1;
    }
}

static void tier_start(struct native_code_tier *tier)
{
    struct mf_diagnostic why;
    char path[PATH_MAX];
    int pipe_ends[2];

    tier->rounds++;
    tier->samples = 0;
    if (!compiler_find(path) || pipe2(pipe_ends, O_CLOEXEC))
        return;
    tier->report = pipe_ends[0];
    tier->output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    tier->exported = mf_program_export(tier->program, &why);
    pid_t pid = -1;
    if (tier->output >= 0 && tier->exported >= 0)
        pid = start(
            tier->command, path,
            &(struct compiler_job){tier->exported, tier->output, pipe_ends[1], tier->places, tier->place_count, false});
    close(pipe_ends[1]);
    if (pid > 0) {
        tier->pid = pid;
        tier->compiled_count = tier->place_count;
    } else {
        tier_close(tier);
    }
}

static void tier_finish(struct native_code_tier *tier, int status)
{
    struct mf_diagnostic why;
    tier->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        if (!seal_and_use(tier->program, tier->output, &why)) {
            fprintf(stderr, "mayfly %s: %s\n", tier->command, why.text);
        } else if (tier->cache) {
            code_cache_store(tier->cache, tier->code, tier->output);
            store_places(tier);
        }
    }
    tier_close(tier);
}

/* The function's number in `places`, which it joins; COMPILER_HOT if they are full. */
static unsigned place_of(struct native_code_tier *tier, uint32_t function)
{
    unsigned i = 0;
    while (i < tier->place_count && tier->places[i] != function)
        i++;
    if (i == tier->place_count && i < COMPILER_HOT)
        tier->places[tier->place_count++] = function;
    return i;
}

bool native_code_tier_sample(struct native_code_tier *tier, uint32_t pc)
{
    struct mf_symbol symbol = mf_program_symbol(tier->program, pc);
    int status;

    if (tier->pid && waitpid(tier->pid, &status, WNOHANG) == tier->pid)
        tier_finish(tier, status);
    unsigned place = place_of(tier, symbol.name ? pc - symbol.offset : pc);
    bool native = place < tier->compiled_count;
    tier->samples += !native && place < COMPILER_HOT;
    if (!tier->pid && tier->samples >= ENOUGH_SAMPLES && tier->rounds < MAX_ROUNDS)
        tier_start(tier);
    return native && !tier->pid;
}

/* A compiler that is still at work is left to finish: the next run has its result. */
void native_code_tier_end(struct native_code_tier *tier)
{
    int status;
    if (tier->pid && tier->cache) {
        pid_t ended;
        while ((ended = waitpid(tier->pid, &status, 0)) < 0 && errno == EINTR)
            ;
        if (ended == tier->pid)
            tier_finish(tier, status);
    }
    tier_close(tier);
    code_cache_close(tier->cache);
}
