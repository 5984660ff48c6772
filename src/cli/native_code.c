/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/native_code.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define COPY_SIZE    (1u << 16)
#define MAX_ARTIFACT ((off_t)1 << 31)

extern char **environ;

/* ---- the compiler ------------------------------------------------------------------------------------ */

/* Beside this binary, or where it is installed. */
static bool find_compiler(char path[PATH_MAX])
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

/* Starts the compiler with the program as descriptor 3 and the output as 4, for the functions that hold the `hot`
 * addresses, or for all. -1 after a message. */
static pid_t spawn(const char *command, const char *path, int program, int output, int report, const uint32_t *hot,
                   unsigned count)
{
    posix_spawn_file_actions_t actions;
    char addresses[NATIVE_CODE_HOT][12];
    char *arguments[NATIVE_CODE_HOT + 4] = {(char[]){"mayfly-compiler"}, (char[]){"3"}, (char[]){"4"}, NULL};
    pid_t pid = -1;

    for (unsigned i = 0; i < count && i < NATIVE_CODE_HOT; i++) {
        snprintf(addresses[i], sizeof addresses[i], "%x", hot[i]);
        arguments[3 + i] = addresses[i];
    }

    int failed = posix_spawn_file_actions_init(&actions);
    if (!failed) {
        /* Through high numbers, so that none is overwritten before it has been copied. */
        failed = posix_spawn_file_actions_adddup2(&actions, program, 200) ||
                 posix_spawn_file_actions_adddup2(&actions, output, 201) ||
                 posix_spawn_file_actions_adddup2(&actions, report, 1) ||
                 posix_spawn_file_actions_adddup2(&actions, 200, 3) ||
                 posix_spawn_file_actions_adddup2(&actions, 201, 4) ||
                 posix_spawn_file_actions_addclose(&actions, 200) || posix_spawn_file_actions_addclose(&actions, 201);
        failed = failed ? ENOMEM : posix_spawn(&pid, path, &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    if (failed)
        fprintf(stderr, "mayfly %s: %s cannot be started: %s\n", command, path, strerror(failed));
    return failed ? -1 : pid;
}

static bool compile(const char *command, int program, int output, struct native_code_report *report)
{
    char path[PATH_MAX];
    int pipe_ends[2], status;

    if (!find_compiler(path)) {
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
    pid_t pid = spawn(command, path, program, output, pipe_ends[1], NULL, 0);
    close(pipe_ends[1]);
    if (pid >= 0)
        read_line(pipe_ends[0], report->text, sizeof report->text);
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

/* Ours alone: code from a directory that others can write to would run with our rights. */
static bool is_private(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() && !(status.st_mode & 022);
}

static bool cache_path(const struct mf_program *program, char path[PATH_MAX])
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char key[MF_NATIVE_KEY_SIZE], folder[PATH_MAX - 80];
    int size = base && *base ? snprintf(folder, sizeof folder, "%s/mayfly", base)
                             : snprintf(folder, sizeof folder, "%s/.cache/mayfly", home && *home ? home : "/nowhere");
    if (size < 0 || (size_t)size >= sizeof folder)
        return false;
    for (char *at = folder + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            (void)mkdir(folder, 0700);
            *at = '/';
        }
    (void)mkdir(folder, 0700);
    if (!is_private(folder))
        return false;
    mf_program_native_key(program, key);
    snprintf(path, PATH_MAX, "%s/%s.native", folder, key);
    return true;
}

static bool copy(int from, int to)
{
    char *buffer = malloc(COPY_SIZE);
    off_t offset = 0;
    ssize_t got = buffer ? 1 : -1;
    while (got > 0 && (got = pread(from, buffer, COPY_SIZE, offset)) > 0) {
        if (pwrite(to, buffer, (size_t)got, offset) != got)
            got = -1;
        offset += got > 0 ? got : 0;
    }
    free(buffer);
    return got == 0 && offset <= MAX_ARTIFACT;
}

static bool load_cached(const char *path, int output)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return false;
    bool good =
        fstat(file, &status) == 0 && status.st_uid == geteuid() && status.st_size <= MAX_ARTIFACT && copy(file, output);
    close(file);
    return good;
}

/* Under a name of its own first, so that nobody ever sees half a file. */
static void store_cached(const char *path, int output)
{
    char temporary[PATH_MAX + 8];
    snprintf(temporary, sizeof temporary, "%sXXXXXX", path);
    int file = mkostemp(temporary, O_CLOEXEC);
    if (file < 0)
        return;
    if (!copy(output, file) || rename(temporary, path))
        (void)unlink(temporary);
    close(file);
}

/* ---- together ---------------------------------------------------------------------------------------- */

static bool seal_and_use(struct mf_program *program, int output, struct mf_diagnostic *why)
{
    if (fcntl(output, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)) {
        snprintf(why->text, sizeof why->text, "%s", strerror(errno));
        return false;
    }
    return mf_program_set_native(program, output, why) == MF_OK;
}

bool native_code_give(const char *command, struct mf_program *program, bool cache, struct native_code_report *report)
{
    struct mf_diagnostic why = {""};
    char path[PATH_MAX];
    bool good = false, has_path = cache && cache_path(program, path);

    *report = (struct native_code_report){.cached = false};
    int output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int exported = mf_program_export(program, &why);
    if (output < 0 || exported < 0) {
        fprintf(stderr, "mayfly %s: %s\n", command, exported < 0 ? why.text : strerror(errno));
        goto out;
    }
    if (has_path && load_cached(path, output) && seal_and_use(program, output, &why)) {
        report->cached = good = true;
        goto out;
    }
    close(output); /* it may hold a damaged entry */
    output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (output < 0 || !compile(command, exported, output, report))
        goto out;
    if (has_path)
        store_cached(path, output);
    good = seal_and_use(program, output, &why);
    if (!good)
        fprintf(stderr, "mayfly %s: %s\n", command, why.text);
out:
    if (output >= 0)
        close(output);
    if (exported >= 0)
        close(exported);
    return good;
}

/* ---- beside a running program ------------------------------------------------------------------------ */

#define ENOUGH_SAMPLES 100 /* in functions without native code, before a compiler is started */
#define MAX_ROUNDS     6

/* The list of what is compiled lies beside the code. */
static void load_places(struct native_code_tier *tier)
{
    char path[sizeof tier->path + 8];
    snprintf(path, sizeof path, "%s.list", tier->path);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    while (tier->place_count < NATIVE_CODE_HOT && fscanf(file, "%x", &tier->places[tier->place_count]) == 1)
        tier->place_count++;
    tier->compiled_count = tier->place_count;
    (void)fclose(file);
}

static void store_places(const struct native_code_tier *tier)
{
    char path[sizeof tier->path + 8];
    snprintf(path, sizeof path, "%s.list", tier->path);
    FILE *file = fopen(path, "we");
    if (!file)
        return;
    for (unsigned i = 0; i < tier->compiled_count; i++)
        fprintf(file, "%x\n", tier->places[i]);
    (void)fclose(file);
}

void native_code_tier_begin(struct native_code_tier *tier, const char *command, struct mf_program *program)
{
    struct mf_diagnostic why;
    char path[PATH_MAX];

    *tier =
        (struct native_code_tier){.program = program, .command = command, .exported = -1, .output = -1, .report = -1};
    if (!cache_path(program, path) || strlen(path) + 8 > sizeof tier->path)
        return;
    snprintf(tier->path, sizeof tier->path, "%s.hot", path);
    int output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (output < 0)
        return;
    if (load_cached(tier->path, output) && seal_and_use(program, output, &why))
        load_places(tier);
    close(output);
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
    if (!find_compiler(path) || pipe2(pipe_ends, O_CLOEXEC))
        return;
    tier->report = pipe_ends[0];
    tier->output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    tier->exported = mf_program_export(tier->program, &why);
    pid_t pid = -1;
    if (tier->output >= 0 && tier->exported >= 0)
        pid = spawn(tier->command, path, tier->exported, tier->output, pipe_ends[1], tier->places, tier->place_count);
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
        if (tier->path[0]) {
            store_cached(tier->path, tier->output);
            store_places(tier);
        }
        if (!seal_and_use(tier->program, tier->output, &why))
            fprintf(stderr, "mayfly %s: %s\n", tier->command, why.text);
    }
    tier_close(tier);
}

void native_code_tier_sample(struct native_code_tier *tier, uint32_t pc)
{
    struct mf_symbol symbol = mf_program_symbol(tier->program, pc);
    uint32_t function = symbol.name ? pc - symbol.offset : pc;
    int status;

    if (tier->pid && waitpid(tier->pid, &status, WNOHANG) == tier->pid)
        tier_finish(tier, status);
    for (unsigned i = 0; i < tier->place_count; i++)
        if (tier->places[i] == function) {
            tier->samples += i >= tier->compiled_count;
            goto known;
        }
    if (tier->place_count < NATIVE_CODE_HOT) {
        tier->places[tier->place_count++] = function;
        tier->samples++;
    }
known:
    if (!tier->pid && tier->samples >= ENOUGH_SAMPLES && tier->rounds < MAX_ROUNDS)
        tier_start(tier);
}

/* A compiler that is still at work is left to finish: the next run has its result. */
void native_code_tier_end(struct native_code_tier *tier)
{
    int status;
    if (tier->pid && tier->path[0]) {
        while (waitpid(tier->pid, &status, 0) < 0)
            if (errno != EINTR)
                return;
        tier_finish(tier, status);
    }
    tier_close(tier);
}
