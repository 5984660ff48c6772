/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly bench: what one request costs in the sandbox, without HTTP. Every request is timed in its parts by the clock
 * that costs least; what the clock itself costs is measured and subtracted; medians are printed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/program_file.h"
#include "mayfly/sandbox.h"

#define DEFAULT_REQUESTS 100000
#define MAX_REQUESTS     (UINT64_C(100) << 20)
#define WARM_UP          1000 /* requests before the clock counts: the write set is learned, caches are warm */
#define FUEL             UINT64_C(10000000000)
#define MAX_YARDSTICK    4096 /* pages */
#define CLOCK_READINGS   10000
#define GROUP            16 /* requests */

enum part { PART_ENTER, PART_GUEST, PART_ROLLBACK, PART_TOTAL, PART_MEMCPY, PART_COUNT };

struct bench {
    struct mf_program *program;
    struct mf_instance *instance;
    uint64_t requests;
    uint32_t *ns[PART_COUNT]; /* by request */
    uint32_t *pages;
    uint64_t *instructions;
    uint64_t *sums;
    uint8_t *from, *to; /* the yardstick: as many pages, copied by memcpy */
    double clock_cost;  /* ns */
};

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        literal, sizeof(literal) - 1                                                                                   \
    }

static const struct mf_header bench_headers[] = {
    {TEXT("Host"), TEXT("hello.localhost:8080")},
    {TEXT("User-Agent"), TEXT("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")},
    {TEXT("Accept"), TEXT("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")},
    {TEXT("Accept-Language"), TEXT("en-US,en;q=0.5")},
    {TEXT("Accept-Encoding"), TEXT("gzip, deflate")},
    {TEXT("Connection"), TEXT("keep-alive")},
};

static const struct mf_request bench_request = {
    .method = TEXT("GET"),
    .target = TEXT("/"),
    .path = TEXT("/"),
    .client = TEXT("127.0.0.1"),
    .headers = bench_headers,
    .header_count = sizeof bench_headers / sizeof bench_headers[0],
    .version = 11,
};

static void bench_output(void *user, int descriptor, const char *bytes, size_t size)
{
    if (user && write(STDERR_FILENO, bytes, size) < 0) /* what the initialisation says; requests are silent */
        return;
}

static uint32_t elapsed(int64_t from, int64_t to)
{
    return to - from > UINT32_MAX ? UINT32_MAX : (uint32_t)(to - from);
}

static int compare_u32(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static uint32_t median(uint32_t *values, uint64_t count)
{
    qsort(values, count, sizeof values[0], compare_u32);
    return values[count / 2];
}

static int compare_u64(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a < b ? -1 : a > b;
}

/* The median of the means of GROUP values in a row: finer than the clock, which ticks in tens of nanoseconds on some
 * machines. What is left behind the last whole group does not count, unless there is none. `sums` has room for
 * as many as there are values. */
static double middle(const uint32_t *values, uint64_t count, uint64_t *sums)
{
    uint64_t size = count < GROUP ? count : GROUP, groups = count / size;
    for (uint64_t group = 0; group < groups; group++) {
        sums[group] = 0;
        for (uint64_t i = 0; i < size; i++)
            sums[group] += values[group * size + i];
    }
    qsort(sums, groups, sizeof sums[0], compare_u64);
    return (double)sums[groups / 2] / (double)size;
}

/* What two readings in a row differ by. */
static void measure_clock(struct bench *bench)
{
    uint32_t differences[CLOCK_READINGS];
    uint64_t sums[CLOCK_READINGS];
    for (size_t i = 0; i < CLOCK_READINGS; i++) {
        int64_t start = clock_monotonic();
        differences[i] = elapsed(start, clock_monotonic());
    }
    bench->clock_cost = middle(differences, CLOCK_READINGS, sums);
}

static int wrong_stop(const struct bench *bench, const struct mf_outcome *outcome)
{
    struct mf_symbol symbol = mf_program_symbol(bench->program, outcome->pc);
    fprintf(stderr, "mayfly bench: a request was not answered: %s", mf_stop_name(outcome->stop));
    if (outcome->stop == MF_STOP_TRAPPED)
        fprintf(stderr, ", %s at pc 0x%" PRIx32 " (%s+0x%" PRIx32 "), address 0x%" PRIx32, mf_outcome_trap(outcome),
                outcome->pc, symbol.name ? symbol.name : "?", symbol.offset, outcome->address);
    if (outcome->reason)
        fprintf(stderr, ": %s", outcome->reason);
    fputc('\n', stderr);
    return 1;
}

static int one_request(struct bench *bench, int64_t record)
{
    struct mf_outcome outcome;
    int64_t start = clock_monotonic();
    if (mf_instance_submit(bench->instance, &bench_request)) {
        fprintf(stderr, "mayfly bench: the request does not fit the request block\n");
        return 1;
    }
    int64_t entered = clock_monotonic();
    mf_instance_run(bench->instance, FUEL, &outcome);
    int64_t answered = clock_monotonic();
    int pages = mf_instance_rollback(bench->instance);
    int64_t restored = clock_monotonic();
    if (outcome.stop != MF_STOP_RESPONDED)
        return wrong_stop(bench, &outcome);
    if (pages < 0) {
        fprintf(stderr, "mayfly bench: the host refused memory for the rollback\n");
        return 1;
    }
    if (record < 0)
        return 0;
    int64_t copying = clock_monotonic();
    memcpy(bench->to, bench->from, (size_t)(pages < MAX_YARDSTICK ? pages : MAX_YARDSTICK) * MF_PAGE_SIZE);
    int64_t copied = clock_monotonic();
    bench->ns[PART_ENTER][record] = elapsed(start, entered);
    bench->ns[PART_GUEST][record] = elapsed(entered, answered);
    bench->ns[PART_ROLLBACK][record] = elapsed(answered, restored);
    bench->ns[PART_TOTAL][record] =
        bench->ns[PART_ENTER][record] + bench->ns[PART_GUEST][record] + bench->ns[PART_ROLLBACK][record];
    bench->ns[PART_MEMCPY][record] = elapsed(copying, copied);
    bench->pages[record] = (uint32_t)pages;
    bench->instructions[record] = outcome.instructions;
    return 0;
}

static double cost(struct bench *bench, enum part part)
{
    double ns =
        middle(bench->ns[part], bench->requests, bench->sums) - bench->clock_cost * (part == PART_TOTAL ? 3 : 1);
    return ns < 0 ? 0 : ns;
}

static void print(struct bench *bench, bool json)
{
    static const char *const names[PART_COUNT] = {"enter_ns", "guest_ns", "rollback_ns", "total_ns", "memcpy_ns"};
    uint64_t n = bench->requests;
    qsort(bench->instructions, n, sizeof bench->instructions[0], compare_u64);
    uint64_t instructions = bench->instructions[n / 2];
    uint32_t pages = median(bench->pages, n);
    printf(json ? "{\"requests\": %" PRIu64 : "requests     %10" PRIu64 "\n", n);
    for (int part = 0; part < PART_COUNT; part++)
        printf(json ? ", \"%s\": %.1f" : "%-12s %10.1f\n", names[part], cost(bench, part));
    printf(json ? ", \"instructions\": %" PRIu64 : "instructions %10" PRIu64 "\n", instructions);
    printf(json ? ", \"pages\": %" PRIu32 "}\n" : "pages        %10" PRIu32 "\n", pages);
}

static int prepare(struct bench *bench)
{
    bool good = true;
    for (int part = 0; part < PART_COUNT; part++)
        good &= (bench->ns[part] = calloc(bench->requests, sizeof(uint32_t))) != NULL;
    good &= (bench->pages = calloc(bench->requests, sizeof(uint32_t))) != NULL;
    good &= (bench->instructions = calloc(bench->requests, sizeof(uint64_t))) != NULL;
    good &= (bench->sums = calloc(bench->requests, sizeof(uint64_t))) != NULL;
    good &= (bench->from = aligned_alloc(MF_PAGE_SIZE, MAX_YARDSTICK * MF_PAGE_SIZE)) != NULL;
    good &= (bench->to = aligned_alloc(MF_PAGE_SIZE, MAX_YARDSTICK * MF_PAGE_SIZE)) != NULL;
    if (!good) {
        fprintf(stderr, "mayfly bench: no memory for the results of %" PRIu64 " requests\n", bench->requests);
        return 1;
    }
    memset(bench->from, 1, MAX_YARDSTICK * MF_PAGE_SIZE);
    memset(bench->to, 2, MAX_YARDSTICK * MF_PAGE_SIZE);
    measure_clock(bench);
    return 0;
}

static void dispose(struct bench *bench)
{
    for (int part = 0; part < PART_COUNT; part++)
        free(bench->ns[part]);
    free(bench->pages);
    free(bench->instructions);
    free(bench->sums);
    free(bench->from);
    free(bench->to);
}

static int run_bench(struct bench *bench, bool json)
{
    int failed = prepare(bench);
    for (int i = 0; i < WARM_UP && !failed; i++)
        failed = one_request(bench, -1);
    for (uint64_t i = 0; i < bench->requests && !failed; i++)
        failed = one_request(bench, (int64_t)i);
    if (!failed)
        print(bench, json);
    dispose(bench);
    return failed;
}

static int usage(FILE *out, int status)
{
    fprintf(out, "usage: mayfly bench PROGRAM [--requests N] [--json]\n");
    return status;
}

static int parse(int argc, char **argv, const char **path, uint64_t *requests, bool *json)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--json")) {
            *json = true;
        } else if (!strcmp(argv[i], "--requests")) {
            if (!arguments_number(argv, &i, "a number from 1 to 100M", MAX_REQUESTS, requests, usage))
                return ARGUMENTS_WRONG;
        } else if (argv[i][0] == '-' || *path) {
            return arguments_unknown(argv, i, usage);
        } else {
            *path = argv[i];
        }
    }
    return *path ? 0 : arguments_missing(argv, "PROGRAM", usage);
}

int command_bench(int argc, char **argv)
{
    if (argc > 1 && arguments_is_help(argv[1]))
        return usage(stdout, 0);
    static const struct mf_host host = {.output = bench_output};
    struct bench bench = {.requests = DEFAULT_REQUESTS};
    struct mf_diagnostic why;
    const char *path = NULL;
    bool json = false;
    void *bytes;
    size_t size;
    int failed = parse(argc, argv, &path, &bench.requests, &json);
    if (failed)
        return failed;
    if (!program_file_read("bench", path, &bytes, &size))
        return 1;
    const struct mf_program_options how = {.elf = bytes, .elf_size = size, .name = path, .host = &host, .user = &bench};
    failed = mf_program_create(&bench.program, &how, &why);
    free(bytes);
    if (failed) {
        fprintf(stderr, "mayfly bench: %s: %s\n", path, why.text);
        return 1;
    }
    failed = mf_instance_create(&bench.instance, bench.program, &host, &why);
    if (failed)
        fprintf(stderr, "mayfly bench: %s\n", why.text);
    failed = failed || run_bench(&bench, json);
    mf_instance_destroy(bench.instance);
    mf_program_destroy(bench.program);
    return failed;
}
