/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memfd.h"

#define MAGIC         UINT64_C(0x31304c4659414d00) /* "\0MAYFL01" */
#define ALIGN_PAGE(x) (((x) + SPACE_PAGE - 1) & ~(uint64_t)(SPACE_PAGE - 1))
#define ALIGN_HUGE(x) (((x) + (UINT64_C(2) << 20) - 1) & ~((UINT64_C(2) << 20) - 1))
#define MAX_GAP       8 /* zero pages that are stored rather than interrupting a source; grows if there are too many */

/* A table in the file. */
struct section {
    uint64_t offset, size; /* bytes */
};

struct header {
    uint64_t magic;
    uint64_t fingerprint;
    uint64_t file_size;
    uint64_t page_bytes;
    uint32_t code_start, code_end;
    uint32_t block_start, block_size;
    struct section ops, charge, regions, sources, symbols, names, host_state, pages;
    struct cpu cpu;
    uint32_t range_count, reserved;
    struct code_range ranges[SNAPSHOT_MAX_RANGES];
};

_Static_assert(sizeof(struct header) <= SPACE_PAGE, "the header has a page of its own");

/* Differs between builds whose artifacts have another meaning; a constant of the binary, which is made once. */
static uint64_t fingerprint;

static void make_fingerprint(void)
{
    uint64_t sizes = sizeof(struct header) + (sizeof(struct cpu) << 12) + ((uint64_t)sizeof(struct op) << 24);
    fingerprint = code_fingerprint() ^ (sizes * UINT64_C(0x9e3779b97f4a7c15));
}

static uint64_t build_fingerprint(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    CHECK(pthread_once(&once, make_fingerprint) == 0);
    return fingerprint;
}

static struct section ops_section(uint32_t start, uint32_t end)
{
    return (struct section){SPACE_PAGE, code_slots(start, end) * sizeof(struct op)};
}

static struct section charge_section(uint32_t start, uint32_t end)
{
    struct section ops = ops_section(start, end);
    return (struct section){ALIGN_PAGE(ops.offset + ops.size), code_slots(start, end) * sizeof(uint16_t)};
}

/* ---- building ------------------------------------------------------------------------------------- */

/* Memory for the operations is the builder's own at first and is written to the file in one go: a page of a file that
 * is touched through a mapping costs a fault each, many times what writing it costs. */
int snapshot_begin(struct snapshot_builder *builder, uint32_t start, uint32_t end)
{
    struct section ops = ops_section(start, end), charge = charge_section(start, end);
    size_t size = ALIGN_HUGE(charge.offset + charge.size - SPACE_PAGE);
    *builder = (struct snapshot_builder){.code_start = start, .code_end = end};
    uint8_t *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return -errno;
    (void)madvise(bytes, size, MADV_HUGEPAGE); /* without it there are more faults, that is all */
    builder->code_mapped = size;
    builder->ops = (struct op *)(void *)bytes;
    builder->charge = (uint16_t *)(void *)(bytes + charge.offset - ops.offset);
    return 0;
}

void snapshot_abandon(struct snapshot_builder *builder)
{
    if (builder->code_mapped)
        CHECK(munmap(builder->ops, builder->code_mapped) == 0);
    builder->code_mapped = 0;
}

static int write_all(int descriptor, const void *bytes, size_t size, uint64_t offset)
{
    const uint8_t *at = bytes;
    while (size) {
        ssize_t wrote = pwrite(descriptor, at, size, (off_t)offset);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return wrote < 0 ? -errno : -EIO;
        at += wrote;
        size -= (size_t)wrote;
        offset += (uint64_t)wrote;
    }
    return 0;
}

static int append(int descriptor, uint64_t *end, struct section *section, const void *bytes, size_t size)
{
    *section = (struct section){*end, size};
    *end = (*end + size + 15) & ~UINT64_C(15);
    return write_all(descriptor, bytes, size, section->offset);
}

static bool page_is_zero(const uint8_t *page)
{
    return page[0] == 0 && memcmp(page, page + 1, SPACE_PAGE - 1) == 0;
}

/* A page of a region that can hold anything at all. What the guest made inaccessible keeps its contents. */
static bool page_counts(const struct space *space, uint32_t page)
{
    const struct space_region *region = space_find(space, page << SPACE_PAGE_SHIFT);
    return region && region->kind != SPACE_BLOCK && region->kind != SPACE_RESERVED;
}

/* The image has nothing to say about the request block, so no source goes over it. */
static bool joins(const struct space *space, const struct space_source *last, uint32_t page, uint32_t gap)
{
    uint32_t end = last->first + last->count, block = space->block_start >> SPACE_PAGE_SHIFT;
    return page - end <= gap && (page < block || end > block);
}

/* Finds the runs of pages that are not zero, joining those that are at most `gap` pages apart. Returns how many there
 * are, more than SPACE_MAX_SOURCES if they do not fit. */
static size_t find_sources(const struct space *space, struct space_source *sources, uint32_t gap)
{
    size_t count = 0;
    for (uint32_t i = 0; i < space->writes.run_count; i++) {
        const struct page_run *run = &space->writes.runs[i];
        for (uint32_t page = run->first; page < run->first + run->count; page++) {
            if (!page_counts(space, page) || page_is_zero(space_host(space, (uint64_t)page << SPACE_PAGE_SHIFT)))
                continue;
            struct space_source *last = count ? &sources[count - 1] : NULL;
            if (last && joins(space, last, page, gap)) {
                last->count = page + 1 - last->first;
            } else if (count == SPACE_MAX_SOURCES) {
                return count + 1;
            } else {
                sources[count++] = (struct space_source){page, 1, 0};
            }
        }
    }
    return count;
}

/* Pages the guest has no right to read are made readable for the copy; the space is not run again after that. */
static int open_pages(const struct space *space)
{
    for (uint32_t i = 0; i < space->region_count; i++) {
        const struct space_region *region = &space->regions[i];
        if (!(region->protection & SPACE_READ) && region->kind != SPACE_RESERVED &&
            mprotect(space_host(space, region->start), region->end - region->start, PROT_READ))
            return -errno;
    }
    return 0;
}

/* Writes the pages of the sources; those between, outside of any region or without access, stay holes of the file. */
static int write_pages(int descriptor, const struct space *space, struct space_source *sources, size_t count,
                       uint64_t *end, struct header *header)
{
    *end = ALIGN_PAGE(*end);
    header->pages.offset = *end;
    for (size_t i = 0; i < count; i++) {
        sources[i].offset = *end;
        for (uint32_t p = 0; p < sources[i].count; p++, *end += SPACE_PAGE) {
            const uint8_t *page = space_host(space, (uint64_t)(sources[i].first + p) << SPACE_PAGE_SHIFT);
            if (!page_counts(space, sources[i].first + p) || page_is_zero(page))
                continue;
            header->page_bytes += SPACE_PAGE;
            int failed = write_all(descriptor, page, SPACE_PAGE, *end);
            if (failed)
                return failed;
        }
    }
    header->pages.size = *end - header->pages.offset;
    return 0;
}

static int write_contents(int fd, const struct snapshot_builder *builder, const struct snapshot_contents *contents)
{
    const struct space *space = contents->space;
    struct header header = {
        .magic = MAGIC,
        .fingerprint = build_fingerprint(),
        .code_start = builder->code_start,
        .code_end = builder->code_end,
        .block_start = space->block_start,
        .block_size = space->block_size,
        .ops = ops_section(builder->code_start, builder->code_end),
        .charge = charge_section(builder->code_start, builder->code_end),
        .cpu = *contents->cpu,
        .range_count = builder->range_count,
    };
    memcpy(header.ranges, builder->ranges, sizeof header.ranges);
    struct space_source sources[SPACE_MAX_SOURCES];
    size_t count;
    int failed = open_pages(space);
    if (!failed) /* with the charges behind them */
        failed = write_all(fd, builder->ops, header.charge.offset + header.charge.size - header.ops.offset,
                           header.ops.offset);
    if (failed)
        return failed;
    for (uint32_t gap = MAX_GAP; (count = find_sources(space, sources, gap)) > SPACE_MAX_SOURCES; gap *= 2)
        ;
    uint64_t end = ALIGN_PAGE(header.charge.offset + header.charge.size), pages_end;
    /* The offsets of the pages are part of the sources, which lie before them. */
    struct section tables = {end, 0};
    end += sizeof sources;
    if ((failed = append(fd, &end, &header.regions, space->regions, space->region_count * sizeof space->regions[0])) ||
        (failed = append(fd, &end, &header.symbols, contents->symbols,
                         contents->symbol_count * sizeof contents->symbols[0])) ||
        (failed = append(fd, &end, &header.names, contents->names, contents->names_size)) ||
        (failed = append(fd, &end, &header.host_state, contents->host_state, contents->host_state_size)))
        return failed;
    pages_end = end;
    if ((failed = write_pages(fd, space, sources, count, &pages_end, &header)))
        return failed;
    if ((failed = append(fd, &tables.offset, &header.sources, sources, count * sizeof sources[0])))
        return failed;
    header.file_size = ALIGN_PAGE(pages_end);
    if (ftruncate(fd, (off_t)header.file_size))
        return -errno;
    return write_all(fd, &header, sizeof header, 0);
}

int snapshot_finish(struct snapshot_builder *builder, const struct snapshot_contents *contents)
{
    CHECK(contents->host_state_size <= SNAPSHOT_MAX_HOST_STATE && !contents->space->image);
    int descriptor = memfd_create("mayfly-program", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int failed = descriptor < 0 ? -errno : write_contents(descriptor, builder, contents);
    if (!failed)
        failed = memfd_seal(descriptor);
    snapshot_abandon(builder);
    if (failed && descriptor >= 0)
        close(descriptor);
    return failed ? failed : descriptor;
}

/* ---- opening -------------------------------------------------------------------------------------- */

static bool section_fits(const struct section *section, uint64_t size, size_t element, uint64_t alignment)
{
    return section->offset >= SPACE_PAGE && section->offset <= size && section->size <= size - section->offset &&
           section->size % element == 0 && section->offset % alignment == 0;
}

static bool header_is_sound(const struct header *h)
{
    uint64_t size = h->file_size;
    if (h->code_start >= h->code_end || h->code_start % 2 || h->code_end % 2 || h->block_size == 0)
        return false;
    uint64_t slots = code_slots(h->code_start, h->code_end);
    return section_fits(&h->ops, size, sizeof(struct op), SPACE_PAGE) && h->ops.size == slots * sizeof(struct op) &&
           section_fits(&h->charge, size, sizeof(uint16_t), SPACE_PAGE) && h->charge.size == slots * sizeof(uint16_t) &&
           section_fits(&h->regions, size, sizeof(struct space_region), 8) &&
           h->regions.size / sizeof(struct space_region) <= SPACE_MAX_REGIONS &&
           section_fits(&h->sources, size, sizeof(struct space_source), 8) &&
           h->sources.size / sizeof(struct space_source) <= SPACE_MAX_SOURCES &&
           section_fits(&h->symbols, size, sizeof(struct snapshot_symbol), 4) && section_fits(&h->names, size, 1, 1) &&
           section_fits(&h->host_state, size, 1, 16) && section_fits(&h->pages, size, SPACE_PAGE, SPACE_PAGE);
}

/* Sorted, inside the code, and of its parity: what code_decode() asks for. */
static bool ranges_are_sound(const struct header *h)
{
    uint32_t last = h->code_start;
    if (h->range_count > SNAPSHOT_MAX_RANGES)
        return false;
    for (uint32_t i = 0; i < h->range_count; i++) {
        const struct code_range *range = &h->ranges[i];
        if (range->start < last || range->end < range->start || range->end > h->code_end || range->start % 2)
            return false;
        last = range->end;
    }
    return true;
}

/* What the engines may rely on. */
static bool registers_are_sound(const struct cpu *cpu)
{
    return cpu->x[0] == 0 && cpu->pc % 2 == 0 && cpu->frm <= 7 && cpu->fflags <= 31 && cpu->reserved == 0 &&
           cpu->fuel == 0 && cpu->retired == 0 && !cpu->at;
}

/* Sorted, disjoint and inside the arena; the request block is one of them. */
static bool regions_are_sound(const struct header *h, const uint8_t *bytes)
{
    const struct space_region *regions = (const void *)(bytes + h->regions.offset);
    uint64_t last = SPACE_LOWEST;
    bool block = false;
    for (size_t i = 0; i < h->regions.size / sizeof *regions; i++) {
        const struct space_region *r = &regions[i];
        if (r->start < last || r->start >= r->end || r->end > SPACE_HIGHEST || (r->start | r->end) % SPACE_PAGE)
            return false;
        if (r->kind > SPACE_RESERVED || r->protection > (SPACE_READ | SPACE_WRITE | SPACE_EXECUTE) || r->reserved)
            return false;
        if (r->fresh || ((r->protection & SPACE_WRITE) && (r->protection & SPACE_EXECUTE)))
            return false;
        if (r->kind == SPACE_BLOCK) {
            block = !block && r->start == h->block_start && r->end - r->start == h->block_size &&
                    r->protection == SPACE_READ;
            if (!block)
                return false;
        }
        last = r->end;
    }
    return block;
}

/* Sorted, disjoint, inside the arena and the pages, and none in the request block, which is zero between requests.
 * After regions_are_sound(). */
static bool sources_are_sound(const struct header *h, const uint8_t *bytes)
{
    const struct space_source *sources = (const void *)(bytes + h->sources.offset);
    uint64_t block = h->block_start >> SPACE_PAGE_SHIFT, block_end = block + (h->block_size >> SPACE_PAGE_SHIFT);
    uint64_t last = 0;
    for (size_t i = 0; i < h->sources.size / sizeof *sources; i++) {
        const struct space_source *s = &sources[i];
        uint64_t end = (uint64_t)s->first + s->count, size = (uint64_t)s->count << SPACE_PAGE_SHIFT;
        if (s->first < last || s->count == 0 || end > SPACE_HIGHEST >> SPACE_PAGE_SHIFT || s->offset % SPACE_PAGE ||
            s->offset < h->pages.offset || size > h->pages.size || s->offset - h->pages.offset > h->pages.size - size)
            return false;
        if (s->first < block_end && end > block)
            return false;
        last = end;
    }
    return true;
}

static bool symbols_are_sound(const struct header *h, const uint8_t *bytes)
{
    const struct snapshot_symbol *symbols = (const void *)(bytes + h->symbols.offset);
    for (size_t i = 0; i < h->symbols.size / sizeof *symbols; i++)
        if (symbols[i].name >= h->names.size)
            return false;
    return h->names.size == 0 || bytes[h->names.offset + h->names.size - 1] == 0;
}

static bool tables_are_sound(const struct header *h, const uint8_t *bytes)
{
    return regions_are_sound(h, bytes) && sources_are_sound(h, bytes) && symbols_are_sound(h, bytes);
}

static int refuse(struct snapshot_error *error, const char *text)
{
    snprintf(error->text, sizeof error->text, "%s", text);
    return -EINVAL;
}

static int check_descriptor(int descriptor, size_t *size, struct snapshot_error *error)
{
    struct stat status;
    if (!memfd_is_sealed(descriptor))
        return refuse(error, "not a program artifact: it is not a sealed memfd");
    if (fstat(descriptor, &status))
        return -errno;
    if (status.st_size < (off_t)SPACE_PAGE)
        return refuse(error, "not a program artifact: too small");
    *size = (size_t)status.st_size;
    return 0;
}

static void bind(struct snapshot *s, const struct header *h)
{
    const uint8_t *bytes = s->bytes;
    s->code = (struct code){h->code_start, h->code_end, (const void *)(bytes + h->ops.offset),
                            (const void *)(bytes + h->charge.offset)};
    s->ranges = h->ranges;
    s->range_count = h->range_count;
    s->image = (struct space_image){
        .descriptor = s->descriptor,
        .bytes = bytes,
        .sources = (const void *)(bytes + h->sources.offset),
        .source_count = h->sources.size / sizeof(struct space_source),
        .regions = (const void *)(bytes + h->regions.offset),
        .region_count = h->regions.size / sizeof(struct space_region),
    };
    s->cpu = &h->cpu;
    s->host_state = bytes + h->host_state.offset;
    s->host_state_size = h->host_state.size;
    s->symbols = (const void *)(bytes + h->symbols.offset);
    s->symbol_count = h->symbols.size / sizeof(struct snapshot_symbol);
    s->names = (const char *)bytes + h->names.offset;
    s->block_start = h->block_start;
    s->block_size = h->block_size;
    s->page_bytes = h->page_bytes;
}

static int open_artifact(struct snapshot *snapshot, int descriptor, bool to_run, struct snapshot_error *error)
{
    memset(snapshot, 0, sizeof *snapshot);
    error->text[0] = '\0';
    int failed = check_descriptor(descriptor, &snapshot->size, error);
    if (failed)
        return failed;
    snapshot->descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (snapshot->descriptor < 0)
        return -errno;
    /* Private, as kernels before 6.7 refuse a shared mapping of what is sealed; the pages are shared all the same. */
    void *bytes = mmap(NULL, snapshot->size, PROT_READ, MAP_PRIVATE, snapshot->descriptor, 0);
    if (bytes == MAP_FAILED) {
        failed = -errno;
        close(snapshot->descriptor);
        return failed;
    }
    snapshot->bytes = bytes;
    const struct header *h = (const void *)snapshot->bytes;
    if (h->magic != MAGIC)
        failed = refuse(error, "not a program artifact: it has another magic number");
    else if (to_run && h->fingerprint != build_fingerprint())
        failed = refuse(error, "the artifact was made by another build of mayfly; build the program again");
    else if (h->file_size != snapshot->size || !header_is_sound(h) || !ranges_are_sound(h) ||
             !registers_are_sound(&h->cpu) || !tables_are_sound(h, snapshot->bytes))
        failed = refuse(error, "the artifact is damaged");
    if (failed)
        snapshot_close(snapshot);
    else
        bind(snapshot, h);
    return failed;
}

int snapshot_open(struct snapshot *snapshot, int descriptor, struct snapshot_error *error)
{
    return open_artifact(snapshot, descriptor, true, error);
}

int snapshot_open_to_read(struct snapshot *snapshot, int descriptor, struct snapshot_error *error)
{
    return open_artifact(snapshot, descriptor, false, error);
}

void snapshot_close(struct snapshot *snapshot)
{
    if (!snapshot->bytes)
        return;
    CHECK(munmap((void *)(uintptr_t)snapshot->bytes, snapshot->size) == 0);
    close(snapshot->descriptor);
    snapshot->bytes = NULL;
}
