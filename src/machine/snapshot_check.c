/* SPDX-License-Identifier: Apache-2.0
 *
 * An artifact's code, once more: whoever made it ran a stranger's program beside it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "machine/snapshot.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

/* All of [start, end) lies in regions of the image that can be executed, and so have never been written to. */
static bool is_executable(const struct space_image *image, uint32_t start, uint32_t end)
{
    for (size_t i = 0; i < image->region_count && start < end; i++) {
        const struct space_region *region = &image->regions[i];
        if (region->start <= start && start < region->end && (region->protection & SPACE_EXECUTE))
            start = region->end;
    }
    return start >= end;
}

/* The image's bytes of [start, end), into zeroed memory. */
static void copy_bytes(const struct space_image *image, uint32_t start, uint32_t end, uint8_t *out)
{
    for (size_t i = 0; i < image->source_count; i++) {
        const struct space_source *source = &image->sources[i];
        uint64_t first = (uint64_t)source->first << SPACE_PAGE_SHIFT;
        uint64_t last = first + ((uint64_t)source->count << SPACE_PAGE_SHIFT);
        uint64_t from = first > start ? first : start, to = last < end ? last : end;
        if (from < to)
            memcpy(out + (from - start), image->bytes + source->offset + (from - first), to - from);
    }
}

static int refuse(struct snapshot_error *error, const char *text)
{
    snprintf(error->text, sizeof error->text, "%s", text);
    return -EINVAL;
}

int snapshot_check_code(const struct snapshot *snapshot, struct snapshot_error *error)
{
    const struct code *code = &snapshot->code;
    size_t slots = code_slots(code->start, code->end);
    error->text[0] = '\0';
    for (size_t i = 0; i < snapshot->range_count; i++)
        if (!is_executable(&snapshot->image, snapshot->ranges[i].start, snapshot->ranges[i].end))
            return refuse(error, "the artifact is damaged: it has code where nothing can be executed");
    struct snapshot_builder again; /* whose memory is quick to touch */
    uint8_t *bytes = calloc(1, code->end - code->start);
    int failed = bytes ? snapshot_begin(&again, code->start, code->end) : -ENOMEM;
    if (!failed) {
        (void)madvise((void *)(uintptr_t)snapshot->bytes, snapshot->size, MADV_POPULATE_READ); /* only saves faults */
        copy_bytes(&snapshot->image, code->start, code->end, bytes);
        code_decode(again.ops, again.charge, bytes, code->start, code->end, snapshot->ranges, snapshot->range_count);
        if (memcmp(again.ops, code->ops, slots * sizeof *again.ops) ||
            memcmp(again.charge, code->charge, slots * sizeof *again.charge))
            failed = refuse(error, "the artifact is damaged: its operations are not those of its code");
        snapshot_abandon(&again);
    }
    free(bytes);
    return failed;
}
