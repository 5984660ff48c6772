/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/perf_map.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct perf_map {
    const struct mf_program *program;
    FILE *out;
};

static void print_entry(void *user, uintptr_t address, size_t size, uint32_t pc)
{
    const struct perf_map *map = user;
    struct mf_symbol symbol = mf_program_symbol(map->program, pc);
    fprintf(map->out, "%" PRIxPTR " %zx guest:", address, size);
    if (symbol.name && symbol.offset)
        fprintf(map->out, "%s+0x%" PRIx32 "\n", symbol.name, symbol.offset);
    else if (symbol.name)
        fprintf(map->out, "%s\n", symbol.name);
    else
        fprintf(map->out, "0x%" PRIx32 "\n", pc);
}

void perf_map_write(const char *command, const struct mf_program *program)
{
    char path[64];
    struct perf_map map = {.program = program};
    snprintf(path, sizeof path, "/tmp/perf-%d.map", (int)getpid());
    (void)unlink(path); /* of a process that had our number */
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    map.out = file < 0 ? NULL : fdopen(file, "w");
    if (!map.out) {
        fprintf(stderr, "mayfly %s: %s: %s\n", command, path, strerror(errno));
        if (file >= 0)
            close(file);
        return;
    }
    bool good = mf_program_native_map(program, print_entry, &map) == MF_OK;
    if (fclose(map.out) != 0 || !good)
        fprintf(stderr, "mayfly %s: %s cannot be written\n", command, path);
}
