/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly build: compiles a tenant's sources and the SDK to one ELF with the RISC-V cross compiler.
 *
 * Sources of C and C++ go to the compiler as they are. A Python program goes to sdk/python/build.py, which gets the
 * same compiler command, translates, and runs it. Messages of the compiler are the user's, untouched.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/commands.h"

#define COMPILER     "riscv64-linux-gnu-gcc"
#define CPP_COMPILER "riscv64-linux-gnu-g++"
#define PYTHON       "/usr/bin/python3" /* Debian's, which sees Debian's python3-pythran */
#define MAX_WORDS    1024

/* What suits the engine: its instruction set, accesses that need not be aligned, as they cost no more here (gcc
 * believes it of no RISC-V processor but the C906), recursion that is inlined seven levels deep and not eight, as the
 * loops that gcc makes of eight do not fit the registers that are saved, one self-contained file, no code that is never
 * called, and constants in a segment of their own: what is executable is decoded, a word at each half-word. */
static const char *const build_flags[] = {
    "-O2",
    "-static",
    "-march=rv64gc_zba_zbb_zbs",
    "-mabi=lp64d",
    "-mno-strict-align",
    "-mtune=thead-c906",
    "--param=max-inline-recursive-depth-auto=7",
    "-ffunction-sections",
    "-fdata-sections",
    "-Wl,--gc-sections",
    "-Wl,-z,separate-code",
};

static const char *const build_sdk_sources[] = {"accept.c", "host.c", "request.c", "string.c"};

extern char **environ;

enum language { LANGUAGE_NONE, LANGUAGE_C, LANGUAGE_CPP, LANGUAGE_PYTHON };

/* One command line; owns its words. */
struct words {
    char *word[MAX_WORDS + 1];
    size_t count;
};

struct build {
    const char *source; /* the folder or file, as given */
    const char *output; /* NULL: beside the source */
    char *const *extra; /* the flags behind "--", NULL-terminated */
    char sdk[PATH_MAX];
    struct words sources;
    enum language language; /* of all sources: C++ if any is */
};

static void words_add(struct words *words, const char *prefix, const char *word)
{
    size_t prefix_size = strlen(prefix), size = strlen(word);
    char *copy = words->count < MAX_WORDS ? malloc(prefix_size + size + 1) : NULL;
    if (!copy) {
        fprintf(stderr, "mayfly build: too many sources or flags; at most %d\n", MAX_WORDS);
        exit(1);
    }
    memcpy(copy, prefix, prefix_size);
    memcpy(copy + prefix_size, word, size + 1);
    words->word[words->count++] = copy;
    words->word[words->count] = NULL;
}

static void words_dispose(struct words *words)
{
    while (words->count > 0)
        free(words->word[--words->count]);
}

static enum language build_language(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (!dot)
        return LANGUAGE_NONE;
    if (!strcmp(dot, ".c"))
        return LANGUAGE_C;
    if (!strcmp(dot, ".cpp") || !strcmp(dot, ".cc") || !strcmp(dot, ".cxx"))
        return LANGUAGE_CPP;
    return strcmp(dot, ".py") ? LANGUAGE_NONE : LANGUAGE_PYTHON;
}

/* ---- where the SDK is ------------------------------------------------------------------------------ */

static bool build_is_sdk(const char *folder)
{
    char header[PATH_MAX + 16];
    snprintf(header, sizeof(header), "%s/c/mayfly.h", folder);
    return access(header, R_OK) == 0;
}

/* MAYFLY_SDK, or relative to the executable: where it is installed, then where it was built. */
static int build_find_sdk(char sdk[PATH_MAX])
{
    static const char *const places[] = {"/../share/mayfly/sdk", "/share/mayfly/sdk", "/../sdk"};
    char executable[PATH_MAX - 64];

    const char *chosen = getenv("MAYFLY_SDK");
    if (chosen && *chosen) {
        snprintf(sdk, PATH_MAX, "%s", chosen);
        if (build_is_sdk(sdk))
            return 0;
        fprintf(stderr, "mayfly build: MAYFLY_SDK is '%s', which has no c/mayfly.h\n", chosen);
        return -1;
    }
    ssize_t length = readlink("/proc/self/exe", executable, sizeof(executable) - 1);
    executable[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(executable, '/');
    if (slash)
        *slash = '\0';
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        snprintf(sdk, PATH_MAX, "%s%s", executable, places[i]);
        if (build_is_sdk(sdk))
            return 0;
    }
    fprintf(stderr,
            "mayfly build: the SDK is not beside %s (../share/mayfly/sdk); set MAYFLY_SDK to the folder that has "
            "c/mayfly.h\n",
            executable);
    return -1;
}

/* ---- what to compile ------------------------------------------------------------------------------- */

static int build_add_source(struct build *build, const char *folder, const char *name)
{
    char path[PATH_MAX];
    enum language language = build_language(name);

    snprintf(path, sizeof(path), "%s%s%s", folder, *folder ? "/" : "", name);
    if (build->language != LANGUAGE_NONE && (build->language == LANGUAGE_PYTHON) != (language == LANGUAGE_PYTHON)) {
        fprintf(stderr, "mayfly build: %s has Python and C or C++ sources; a program is either\n", build->source);
        return -1;
    }
    if (language > build->language)
        build->language = language;
    words_add(&build->sources, "", path);
    return 0;
}

static int build_is_wanted(const struct dirent *entry)
{
    enum language language = build_language(entry->d_name);
    if (entry->d_name[0] == '.' || language == LANGUAGE_NONE)
        return 0;
    return language != LANGUAGE_PYTHON || !strcmp(entry->d_name, "main.py");
}

/* Sorted, so that the same folder gives the same program. */
static int build_scan_folder(struct build *build)
{
    struct dirent **entries;
    int result = 0;

    int count = scandir(build->source, &entries, build_is_wanted, alphasort);
    if (count < 0) {
        fprintf(stderr, "mayfly build: %s: %s\n", build->source, strerror(errno));
        return -1;
    }
    for (int i = 0; i < count; i++) {
        if (!result)
            result = build_add_source(build, build->source, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    if (count == 0) {
        fprintf(stderr, "mayfly build: %s has nothing to compile: no *.c, *.cpp or main.py\n", build->source);
        return -1;
    }
    return result;
}

/* Fills in sources and language, and where the ELF goes. */
static int build_collect(struct build *build, char output[PATH_MAX])
{
    struct stat status;
    if (stat(build->source, &status)) {
        fprintf(stderr, "mayfly build: %s: %s\n", build->source, strerror(errno));
        return -1;
    }
    if (S_ISDIR(status.st_mode)) {
        snprintf(output, PATH_MAX, "%s/program.elf", build->source);
        return build_scan_folder(build);
    }
    if (build_language(build->source) == LANGUAGE_NONE) {
        fprintf(stderr, "mayfly build: %s is no folder and does not end in .c, .cpp or .py\n", build->source);
        return -1;
    }
    snprintf(output, PATH_MAX, "%.*s.elf", (int)(strrchr(build->source, '.') - build->source), build->source);
    return build_add_source(build, "", build->source);
}

/* ---- compiling ------------------------------------------------------------------------------------- */

static bool build_is_installed(const char *program)
{
    char path[PATH_MAX];
    const char *at = getenv("PATH");
    for (at = at ? at : "/usr/bin:/bin"; *at; at += *at == ':') {
        int length = (int)strcspn(at, ":");
        snprintf(path, sizeof(path), "%.*s/%s", length, at, program);
        if (access(path, X_OK) == 0)
            return true;
        at += length;
    }
    return false;
}

static int build_check_tools(enum language language)
{
    const char *missing = NULL, *package = NULL;
    if (!build_is_installed(COMPILER)) {
        missing = COMPILER;
        package = language == LANGUAGE_C ? "gcc-riscv64-linux-gnu" : "g++-riscv64-linux-gnu";
    } else if (language != LANGUAGE_C && !build_is_installed(CPP_COMPILER)) {
        missing = CPP_COMPILER;
        package = "g++-riscv64-linux-gnu";
    } else if (language == LANGUAGE_PYTHON && access(PYTHON, X_OK)) {
        missing = PYTHON;
        package = "python3-pythran";
    }
    if (!missing)
        return 0;
    fprintf(stderr, "mayfly build: %s is not installed; on Debian: apt install %s\n", missing, package);
    return -1;
}

static void build_command(const struct build *build, const char *output, struct words *command)
{
    char path[PATH_MAX + 64];
    bool python = build->language == LANGUAGE_PYTHON;

    if (python) {
        words_add(command, "", PYTHON);
        words_add(command, build->sdk, "/python/build.py");
        words_add(command, "", build->sources.word[0]);
        words_add(command, "", "--");
    }
    words_add(command, "", COMPILER);
    for (size_t i = 0; i < sizeof(build_flags) / sizeof(build_flags[0]); i++)
        words_add(command, "", build_flags[i]);
    if (python) /* every helper of Pythran's is a template that wants to be inlined */
        words_add(command, "", "-O3");
    static const char *const folders[] = {"/c", "/cpp", "/../include"};
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        snprintf(path, sizeof(path), "%s%s", build->sdk, folders[i]);
        words_add(command, "-I", path);
    }
    if (!python)
        words_add(command, "", "-Wall");
    for (char *const *flag = build->extra; flag && *flag; flag++)
        words_add(command, "", *flag);
    for (size_t i = 0; i < build->sources.count && !python; i++)
        words_add(command, "", build->sources.word[i]);
    for (size_t i = 0; i < sizeof(build_sdk_sources) / sizeof(build_sdk_sources[0]); i++) {
        snprintf(path, sizeof(path), "%s/c/%s", build->sdk, build_sdk_sources[i]);
        words_add(command, "", path);
    }
    words_add(command, "", "-o");
    words_add(command, "", output);
    if (build->language != LANGUAGE_C)
        words_add(command, "", "-lstdc++");
    words_add(command, "", "-lm");
}

/* The exit code of the command, or 1 with a message. */
static int build_run(struct words *command)
{
    pid_t child;
    int status;

    int error = posix_spawnp(&child, command->word[0], NULL, NULL, command->word, environ);
    if (error) {
        fprintf(stderr, "mayfly build: cannot run %s: %s\n", command->word[0], strerror(error));
        return 1;
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 1;
    if (WIFSIGNALED(status))
        fprintf(stderr, "mayfly build: %s was killed: %s\n", command->word[0], strsignal(WTERMSIG(status)));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* Compiles to a file beside `output` and renames it: a server that watches never sees half a program. */
static int build_to(const struct build *build, const char *output)
{
    char temporary[PATH_MAX];
    struct words command = {.count = 0};

    snprintf(temporary, sizeof(temporary), "%.*s.new-XXXXXX", PATH_MAX - 16, output);
    int descriptor = mkstemp(temporary);
    if (descriptor < 0) {
        fprintf(stderr, "mayfly build: cannot write %s: %s\n", output, strerror(errno));
        return 1;
    }
    close(descriptor);
    build_command(build, temporary, &command);
    int result = build_run(&command) ? 1 : 0;
    words_dispose(&command);
    if (result == 0 && (chmod(temporary, 0755) || rename(temporary, output))) {
        fprintf(stderr, "mayfly build: cannot write %s: %s\n", output, strerror(errno));
        result = 1;
    }
    if (result)
        (void)unlink(temporary);
    return result;
}

static int build_usage(FILE *out, int status)
{
    fputs("mayfly build FOLDER|FILE [-o OUT] [-- FLAG...]\n\n"
          "Compiles a tenant's program. FOLDER: all of its *.c and *.cpp, or its main.py, to FOLDER/program.elf.\n"
          "FILE: that file to an .elf beside it. What follows -- goes to the compiler, such as -- -O3 -g -DNAME=1.\n"
          "The SDK is found beside this program; MAYFLY_SDK names another folder.\n",
          out);
    return status;
}

int command_build(int argc, char **argv)
{
    struct build build = {.language = LANGUAGE_NONE};
    char output[PATH_MAX];

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--")) {
            build.extra = argv + i + 1;
            break;
        }
        if (arguments_is_help(argv[i]))
            return build_usage(stdout, 0);
        if (!strcmp(argv[i], "-o")) {
            if (!(build.output = arguments_value(argv, &i, "a file", build_usage)))
                return ARGUMENTS_WRONG;
        } else if (argv[i][0] == '-' || build.source) {
            return arguments_unknown(argv, i, build_usage);
        } else {
            build.source = argv[i];
        }
    }
    if (!build.source)
        return arguments_missing(argv, "FOLDER or FILE", build_usage);

    int result = 1;
    if (build_find_sdk(build.sdk) == 0 && build_collect(&build, output) == 0 && build_check_tools(build.language) == 0)
        result = build_to(&build, build.output ? build.output : output);
    words_dispose(&build.sources);
    return result;
}
