/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a program's native code is, for those who look at the process from outside.
 */
#include <stdlib.h>

#include "sandbox/instance.h"

struct entry {
    uint32_t offset, pc;
};

static int by_offset(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

int mf_program_native_map(const struct mf_program *program,
                          void (*each)(void *user, uintptr_t address, size_t size, uint32_t pc), void *user)
{
    const struct native_code *native = &program->native;
    const struct code *code = &program->snapshot.code;
    if (!native->header)
        return MF_OK;
    size_t slots = (code->end - code->start) / 2, count = 0;
    struct entry *entries = malloc((slots + 1) * sizeof *entries);
    if (!entries)
        return MF_ERROR_SYSTEM;
    for (size_t i = 0; i < slots; i++)
        if (native->entries[i])
            entries[count++] = (struct entry){native->entries[i], code->start + 2 * (uint32_t)i};
    qsort(entries, count, sizeof *entries, by_offset);
    for (size_t i = 0; i < count; i++) {
        uint64_t end = i + 1 < count ? entries[i + 1].offset : native->header->text_size;
        each(user, (uintptr_t)native->text + entries[i].offset, (size_t)(end - entries[i].offset), entries[i].pc);
    }
    free(entries);
    return MF_OK;
}
