/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly-compiler: native code for one program. Started by mayfly with open descriptors; gives up all other
 * files, the network and starting programs before it looks at the program (confine/confine.h).
 *
 *     mayfly-compiler PROGRAM_DESCRIPTOR OUTPUT_DESCRIPTOR [alone] [HOT_ADDRESS...]
 *
 * With addresses only the functions that hold them are compiled, and what they call unless `alone`. For tests:
 * MAYFLY_COMPILE_SAMPLE=N[,SEED] compiles about one function in N; MAYFLY_COMPILE_HOT=ADDRESS,... stands for addresses;
 * MAYFLY_COMPILE_VERIFY has LLVM check the translation; MAYFLY_COMPILE_DUMP=FILE keeps the optimised IR.
 *
 * On success one line of JSON on stdout; otherwise one line on stderr and status 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "confine/confine.h"
#include "native/llvm/compile.h"

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#define MOST_HOT 1000 /* addresses of the environment */

/* Addresses in hexadecimal, with a comma between each two. */
static void read_hot(struct compile_options *options, uint32_t *hot, const char *list)
{
    while (list && *list && options->hot_count < MOST_HOT) {
        char *end;
        hot[options->hot_count++] = (uint32_t)strtoul(list, &end, 16);
        list = *end == ',' ? end + 1 : NULL;
    }
}

int main(int argc, char **argv)
{
    struct snapshot snapshot;
    struct snapshot_error why;
    struct compile_options options = {.dump = getenv("MAYFLY_COMPILE_DUMP"),
                                      .verify = getenv("MAYFLY_COMPILE_VERIFY") != NULL};
    const char *sample = getenv("MAYFLY_COMPILE_SAMPLE");
    struct compile_stats stats;
    char error[256];
    double start = seconds();

    if (argc < 3) {
        fprintf(stderr, "usage: mayfly-compiler PROGRAM_DESCRIPTOR OUTPUT_DESCRIPTOR [alone] [HOT_ADDRESS...] (it is "
                        "started by mayfly)\n");
        return 2;
    }
    if (sample)
        (void)sscanf(sample, "%u,%u", &options.sample, &options.seed);
    uint32_t *hot = calloc((size_t)argc + MOST_HOT, sizeof *hot);
    if (!hot)
        return 1;
    options.alone = argc > 3 && !strcmp(argv[3], "alone");
    for (int i = 3 + options.alone; i < argc; i++)
        hot[options.hot_count++] = (uint32_t)strtoul(argv[i], NULL, 16);
    if (!options.hot_count)
        read_hot(&options, hot, getenv("MAYFLY_COMPILE_HOT"));
    options.hot = options.hot_count ? hot : NULL;
    /* Whoever wants the code dumped writes files, and is no server. */
    int refused = options.dump ? 0 : confine_compiler();
    if (refused) {
        fprintf(stderr, "mayfly-compiler: the filter of system calls (seccomp) was refused: %s\n", strerror(-refused));
        return 1;
    }
    if (snapshot_open_to_read(&snapshot, atoi(argv[1]), &why)) {
        fprintf(stderr, "mayfly-compiler: the program: %s\n", why.text);
        return 1;
    }
    int failed = compile_program(&snapshot, &options, atoi(argv[2]), &stats, error);
    snapshot_close(&snapshot);
    free(hot);
    if (failed) {
        fprintf(stderr, "mayfly-compiler: %s\n", error);
        return 1;
    }
    printf("{\"functions\": %zu, \"entries\": %zu, \"instructions\": %zu, \"bytes\": %zu, \"seconds\": %.2f}\n",
           stats.functions, stats.entries, stats.instructions, stats.text_bytes, seconds() - start);
    return 0;
}
