/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly compile: native code of all that a program can reach, into the cache that `mayfly run --engine native` uses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/native_code.h"
#include "cli/program_file.h"
#include "mayfly/sandbox.h"

static int usage(FILE *out, int status)
{
    fputs("usage: mayfly compile PROGRAM\n", out);
    return status;
}

int command_compile(int argc, char **argv)
{
    const char *path;
    int code;
    struct mf_diagnostic why;
    struct mf_program *program;
    struct native_code_report report;
    void *bytes;
    size_t size;

    if (!arguments_program(argv, usage, &path, &code))
        return code;
    if (!program_file_read("compile", path, &bytes, &size))
        return 1;
    const struct mf_program_options how = {
        .elf = bytes, .elf_size = size, .limits = {.memory = UINT64_C(1) << 30}, .at_entry = true};
    int failed = mf_program_create(&program, &how, &why);
    free(bytes);
    if (failed) {
        fprintf(stderr, "mayfly compile: %s: %s\n", path, why.text);
        return 1;
    }
    bool good = native_code_give("compile", program, &report);
    if (good)
        puts(report.cached ? "{\"cached\": true}" : report.text);
    mf_program_destroy(program);
    return good ? 0 : 1;
}
