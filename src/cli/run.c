/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly run: any static RV64 Linux program, with the terminal's standard streams.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/native_code.h"
#include "cli/perf_map.h"
#include "cli/program_file.h"
#include "mayfly/sandbox.h"

#define DEFAULT_MEMORY (UINT64_C(1) << 30)
#define DEFAULT_STACK  (UINT64_C(8) << 20)
#define SLICE          200003 /* instructions between two looks at what is hot; odd, so as not to keep step with loops */
#define LONGEST_SLICE  (UINT64_C(64) * SLICE)
#define SAMPLES        32 /* after which slices become longer, if all but a few were in native code */
#define FEW            4  /* that were not */

struct run_options {
    uint64_t memory;
    uint64_t instructions;
    bool stats, perf_map;
    enum { RUN_INTERPRETER, RUN_NATIVE, RUN_AUTO } engine;
    const char *path;
    const char *const *arguments;
};

/* ---- the guest's streams --------------------------------------------------------------------------- */

static void run_output(void *user, int descriptor, const char *bytes, size_t size)
{
    while (size) {
        ssize_t wrote = write(descriptor, bytes, size);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return; /* the reader is gone; the guest cannot know */
        bytes += wrote;
        size -= (size_t)wrote;
    }
}

static long run_input(void *user, char *bytes, size_t size)
{
    ssize_t got;
    do
        got = read(STDIN_FILENO, bytes, size);
    while (got < 0 && errno == EINTR);
    return got < 0 ? -EIO : got;
}

static void run_log(void *user, int level, const char *text, size_t size)
{
    static const char *const levels[] = {"debug", "info", "warning", "error"};
    fprintf(stderr, "%s: %.*s\n", levels[level], (int)size, text);
}

/* ---- the command line ------------------------------------------------------------------------------ */

static int usage(FILE *out, int status)
{
    fprintf(out, "usage: mayfly run [--engine interpreter|native|auto] [--memory N] [--instructions N] [--stats] "
                 "[--perf-map] PROGRAM [ARGS]\n"
                 "       N may end in K, M or G. --perf-map leaves /tmp/perf-PID.map, in which perf finds the guest's "
                 "functions\n");
    return status;
}

static bool parse_number(char **argv, int *i, uint64_t *number)
{
    return arguments_number(argv, i, "a number above 0, such as 64M", UINT64_MAX, number, usage);
}

static bool parse_engine(char **argv, int *i, struct run_options *options)
{
    static const char *const engines[] = {"interpreter", "native", "auto"};
    const char *engine = arguments_value(argv, i, "interpreter, native or auto", usage);
    for (unsigned n = 0; engine && n < 3; n++)
        if (!strcmp(engine, engines[n])) {
            options->engine = n;
            return true;
        }
    if (engine)
        fprintf(stderr, "mayfly run: there is no engine '%s'; there are interpreter, native and auto\n", engine);
    return false;
}

static int parse(struct run_options *options, int argc, char **argv)
{
    int i = 1;
    bool good = true;
    *options = (struct run_options){.memory = DEFAULT_MEMORY, .instructions = UINT64_MAX};
    for (; i < argc && argv[i][0] == '-' && argv[i][1] && good; i++) {
        if (!strcmp(argv[i], "--")) {
            i++;
            break;
        }
        if (!strcmp(argv[i], "--memory"))
            good = parse_number(argv, &i, &options->memory);
        else if (!strcmp(argv[i], "--instructions"))
            good = parse_number(argv, &i, &options->instructions);
        else if (!strcmp(argv[i], "--engine"))
            good = parse_engine(argv, &i, options);
        else if (!strcmp(argv[i], "--stats"))
            options->stats = true;
        else if (!strcmp(argv[i], "--perf-map"))
            options->perf_map = true;
        else
            return arguments_unknown(argv, i, usage);
    }
    if (!good)
        return ARGUMENTS_WRONG;
    if (i >= argc)
        return arguments_missing(argv, "PROGRAM", usage);
    options->path = argv[i];
    options->arguments = (const char *const *)&argv[i + 1];
    return 0;
}

/* ---- the end --------------------------------------------------------------------------------------- */

static int trap_signal(enum mf_trap trap)
{
    switch (trap) {
    case MF_TRAP_ILLEGAL_INSTRUCTION:
        return SIGILL;
    case MF_TRAP_BREAKPOINT:
        return SIGTRAP;
    case MF_TRAP_MISALIGNED_ATOMIC:
        return SIGBUS;
    case MF_TRAP_MEMORY_LIMIT:
        return SIGKILL;
    default:
        return SIGSEGV;
    }
}

static void print_place(const struct mf_program *program, uint32_t pc)
{
    struct mf_symbol symbol = mf_program_symbol(program, pc);
    fprintf(stderr, " at pc 0x%" PRIx32, pc);
    if (symbol.name)
        fprintf(stderr, " (%s+0x%" PRIx32 ")", symbol.name, symbol.offset);
}

/* The exit code as a shell would have it, with a message for what is not a plain exit. */
static int report(const struct mf_program *program, const struct run_options *options, const struct mf_outcome *outcome)
{
    switch (outcome->stop) {
    case MF_STOP_EXITED:
        return outcome->exit_code;
    case MF_STOP_TRAPPED:
        fprintf(stderr, "mayfly run: %s", mf_outcome_trap(outcome));
        print_place(program, outcome->pc);
        fprintf(stderr, ", address 0x%" PRIx32 "\n", outcome->address);
        return 128 + trap_signal(outcome->trap);
    case MF_STOP_FUEL:
        fprintf(stderr, "mayfly run: stopped after the limit of %" PRIu64 " instructions", options->instructions);
        print_place(program, outcome->pc);
        fputc('\n', stderr);
        return 128 + SIGXCPU;
    default:
        fprintf(stderr,
                "mayfly run: %s called mayfly_accept(): it answers requests. Serve it with `mayfly serve`, or "
                "measure it with `mayfly bench %s`\n",
                options->path, options->path);
        return 1;
    }
}

/* Where the program is at the end of a slice is where it spends its time. While that is native code, looks become rare:
 * each loses the host's stack, and with it the quick way of the guest's returns. */
static void run_in_slices(struct mf_program *program, struct mf_instance *instance, uint64_t instructions,
                          struct mf_outcome *outcome)
{
    struct native_code_tier tier;
    uint64_t slice = SLICE, left = instructions;
    unsigned samples = 0, others = 0;
    bool last; /* what a slice of all that is left leaves over does not suffice for a block */

    native_code_tier_begin(&tier, "run", program);
    do {
        uint64_t before = outcome->instructions;
        last = left <= slice;
        mf_instance_run_slice(instance, slice, left, outcome);
        uint64_t used = outcome->instructions - before;
        left -= used < left ? used : left;
        others += !native_code_tier_sample(&tier, outcome->pc);
        if (others > FEW)
            slice = SLICE;
        else if (++samples < SAMPLES)
            continue;
        else if (slice < LONGEST_SLICE)
            slice *= 2;
        samples = others = 0;
    } while (outcome->stop == MF_STOP_FUEL && !last);
    native_code_tier_end(&tier);
}

static int run_program(struct mf_program *program, const struct mf_host *host, const struct run_options *options)
{
    struct mf_diagnostic why;
    struct mf_instance *instance;
    struct mf_outcome outcome = {.instructions = 0};
    if (mf_instance_create(&instance, program, host, &why)) {
        fprintf(stderr, "mayfly run: %s\n", why.text);
        return 1;
    }
    int64_t start = clock_monotonic();
    if (options->engine == RUN_AUTO)
        run_in_slices(program, instance, options->instructions, &outcome);
    else
        mf_instance_run(instance, options->instructions, &outcome);
    int64_t ns = clock_monotonic() - start;
    if (options->perf_map)
        perf_map_write("run", program);
    int code = report(program, options, &outcome);
    if (options->stats)
        fprintf(stderr, "{\"instructions\": %" PRIu64 ", \"ns\": %" PRId64 ", \"pages\": %d, \"stop\": \"%s\"}\n",
                outcome.instructions, ns, mf_instance_rollback(instance), mf_stop_name(outcome.stop));
    mf_instance_destroy(instance);
    return code;
}

int command_run(int argc, char **argv)
{
    if (argc > 1 && arguments_is_help(argv[1]))
        return usage(stdout, 0);
    struct run_options options;
    struct mf_diagnostic why;
    struct mf_program *program;
    void *bytes;
    size_t size;
    int wrong = parse(&options, argc, argv);
    if (wrong)
        return wrong;
    if (!program_file_read("run", options.path, &bytes, &size))
        return 1;
    const struct mf_host host = {.log = run_log, .output = run_output, .input = run_input};
    const struct mf_program_options how = {
        .elf = bytes,
        .elf_size = size,
        .name = options.path,
        .arguments = options.arguments,
        .limits = {.memory = options.memory,
                   .stack = options.memory / 4 < DEFAULT_STACK ? options.memory / 4 : DEFAULT_STACK},
        .at_entry = true,
    };
    int failed = mf_program_create(&program, &how, &why);
    free(bytes);
    if (failed) {
        fprintf(stderr, "mayfly run: %s: %s\n", options.path, why.text);
        return 1;
    }
    struct native_code_report report;
    int code = 1;
    if (options.engine != RUN_NATIVE || native_code_give("run", program, &report))
        code = run_program(program, &host, &options);
    mf_program_destroy(program);
    return code;
}
