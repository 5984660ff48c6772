/* SPDX-License-Identifier: Apache-2.0 */
#include "native/llvm/link.h"

#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "native/format.h"

#define MAX_SECTIONS 64
#define NOWHERE      UINT32_MAX

/* An object at work. */
struct object {
    const uint8_t *bytes;
    size_t size;
    const Elf64_Shdr *sections;
    unsigned section_count;
    const char *section_names;
    const Elf64_Sym *symbols;
    size_t symbol_count;
    const char *symbol_names;
    uint32_t place[MAX_SECTIONS]; /* offset of each section in the text, or NOWHERE */
    const Elf64_Shdr *stackmaps;
    unsigned stackmaps_index;
};

PRINTF_LIKE(2, 3) static int fail(struct linker *linker, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(linker->error, sizeof linker->error, format, arguments);
    va_end(arguments);
    return -1;
}

/* Room for one more element of an array that doubles. */
static void *more(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 1024;
    array = realloc(array, *capacity * size);
    CHECK(array); /* the compiler is a process of its own, which may die */
    return array;
}

int link_begin(struct linker *linker, const struct code *code)
{
    size_t slots = code_slots(code->start, code->end);
    memset(linker, 0, sizeof *linker);
    linker->code = code;
    linker->functions = calloc(slots, sizeof *linker->functions);
    linker->entries = calloc(slots, sizeof *linker->entries);
    linker->text_size = 16; /* offset 0 means none */
    return linker->functions && linker->entries ? 0 : fail(linker, "out of memory");
}

void link_end(struct linker *linker)
{
    free(linker->text);
    free(linker->functions);
    free(linker->entries);
    free(linker->fixups);
    free(linker->records);
    free(linker->locations);
    free(linker->pool);
    memset(linker, 0, sizeof *linker);
}

static uint32_t append_text(struct linker *linker, const uint8_t *bytes, size_t size, size_t alignment)
{
    size_t at = (linker->text_size + alignment - 1) / alignment * alignment;
    while (at + size > linker->text_capacity) {
        size_t capacity = linker->text_capacity ? linker->text_capacity * 2 : 1u << 20;
        linker->text = realloc(linker->text, capacity);
        CHECK(linker->text);
        memset(linker->text + linker->text_capacity, 0xcc, capacity - linker->text_capacity);
        linker->text_capacity = capacity;
    }
    memcpy(linker->text + at, bytes, size);
    linker->text_size = at + size;
    return (uint32_t)at;
}

/* ---- sections and symbols ---------------------------------------------------------------------------- */

static const char *section_name(const struct object *o, const Elf64_Shdr *section)
{
    return o->section_names + section->sh_name;
}

static int open_object(struct linker *linker, struct object *o, const uint8_t *bytes, size_t size)
{
    Elf64_Ehdr header;

    memset(o, 0, sizeof *o);
    if (size < sizeof header)
        return fail(linker, "the object is too small");
    memcpy(&header, bytes, sizeof header);
    if (header.e_machine != EM_X86_64 || header.e_type != ET_REL || header.e_shnum > MAX_SECTIONS ||
        header.e_shoff + header.e_shnum * sizeof(Elf64_Shdr) > size)
        return fail(linker, "the object has %u sections, or is none for this host", header.e_shnum);
    o->bytes = bytes;
    o->size = size;
    o->sections = (const Elf64_Shdr *)(const void *)(bytes + header.e_shoff);
    o->section_count = header.e_shnum;
    o->section_names = (const char *)bytes + o->sections[header.e_shstrndx].sh_offset;
    for (unsigned i = 0; i < o->section_count; i++) {
        const Elf64_Shdr *section = &o->sections[i];
        o->place[i] = NOWHERE;
        if (section->sh_type == SHT_SYMTAB) {
            o->symbols = (const Elf64_Sym *)(const void *)(bytes + section->sh_offset);
            o->symbol_count = section->sh_size / sizeof(Elf64_Sym);
            o->symbol_names = (const char *)bytes + o->sections[section->sh_link].sh_offset;
        } else if (!strcmp(section_name(o, section), ".llvm_stackmaps")) {
            o->stackmaps = section;
            o->stackmaps_index = i;
        } else if (section->sh_type == SHT_PROGBITS && (section->sh_flags & SHF_ALLOC) && section->sh_size) {
            if (section->sh_flags & SHF_WRITE)
                return fail(linker, "the object has writable data in %s", section_name(o, section));
            if (!strcmp(section_name(o, section), ".eh_frame"))
                continue;
            size_t alignment = section->sh_addralign < 64 ? 64 : section->sh_addralign;
            o->place[i] = append_text(linker, bytes + section->sh_offset, section->sh_size, alignment);
        }
    }
    return o->symbols ? 0 : fail(linker, "the object has no symbols");
}

static bool parse_name(const struct linker *linker, const char *name, char *kind, uint32_t *slot)
{
    unsigned address;
    char end;
    if (sscanf(name, "%c_%x%c", kind, &address, &end) != 2)
        return false;
    *slot = (address - linker->code->start) / 2;
    return address >= linker->code->start && address < linker->code->end;
}

static void take_symbols(struct linker *linker, const struct object *o)
{
    for (size_t i = 0; i < o->symbol_count; i++) {
        const Elf64_Sym *symbol = &o->symbols[i];
        const char *name = o->symbol_names + symbol->st_name;
        char kind;
        uint32_t slot;
        if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx >= o->section_count ||
            o->place[symbol->st_shndx] == NOWHERE)
            continue;
        uint32_t offset = o->place[symbol->st_shndx] + (uint32_t)symbol->st_value;
        if (!strcmp(name, "enter"))
            linker->enter = offset;
        if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || !parse_name(linker, name, &kind, &slot))
            continue;
        if (kind == 'f') {
            linker->functions[slot] = offset;
            linker->function_count++;
        } else if (kind == 'e' || (kind == 'i' && !linker->entries[slot])) {
            linker->entry_count += !linker->entries[slot];
            linker->entries[slot] = offset;
        }
    }
}

/* ---- relocations -------------------------------------------------------------------------------------- */

static void put_32(struct linker *linker, uint32_t at, int64_t value)
{
    int32_t narrow = (int32_t)value;
    CHECK(narrow == value);
    memcpy(linker->text + at, &narrow, 4);
}

static int relocate_one(struct linker *linker, const struct object *o, uint32_t base, const Elf64_Rela *relocation)
{
    const Elf64_Sym *symbol = &o->symbols[ELF64_R_SYM(relocation->r_info)];
    unsigned type = ELF64_R_TYPE(relocation->r_info);
    uint32_t at = base + (uint32_t)relocation->r_offset;

    if (type != R_X86_64_PC32 && type != R_X86_64_PLT32)
        return fail(linker, "the object has a relocation of type %u", type);
    if (symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < o->section_count && o->place[symbol->st_shndx] != NOWHERE) {
        int64_t target = (int64_t)o->place[symbol->st_shndx] + (int64_t)symbol->st_value;
        put_32(linker, at, target + relocation->r_addend - at);
        return 0;
    }
    char kind;
    uint32_t slot;
    const char *name = o->symbol_names + symbol->st_name;
    if (!parse_name(linker, name, &kind, &slot) || kind != 'f')
        return fail(linker, "the object refers to '%s'", name);
    linker->fixups = more(linker->fixups, linker->fixup_count, &linker->fixup_capacity, sizeof *linker->fixups);
    linker->fixups[linker->fixup_count++] =
        (struct link_fixup){at, linker->code->start + 2 * slot, (int32_t)relocation->r_addend};
    return 0;
}

static int relocate(struct linker *linker, const struct object *o)
{
    for (unsigned i = 0; i < o->section_count; i++) {
        const Elf64_Shdr *section = &o->sections[i];
        if (section->sh_type != SHT_RELA || o->place[section->sh_info] == NOWHERE)
            continue;
        const Elf64_Rela *relocations = (const Elf64_Rela *)(const void *)(o->bytes + section->sh_offset);
        for (size_t r = 0; r < section->sh_size / sizeof *relocations; r++)
            if (relocate_one(linker, o, o->place[section->sh_info], &relocations[r]))
                return -1;
    }
    return 0;
}

/* ---- stack maps: version 3 of LLVM's format ------------------------------------------------------------ */

struct reader {
    const uint8_t *at, *end;
};

static uint64_t take(struct reader *reader, unsigned size)
{
    uint64_t value = 0;
    CHECK((size_t)(reader->end - reader->at) >= size);
    memcpy(&value, reader->at, size);
    reader->at += size;
    return value;
}

/* Where the function is whose address lies at `offset` of the stack maps. */
static uint32_t function_at(const struct object *o, size_t offset)
{
    for (unsigned i = 0; i < o->section_count; i++) {
        const Elf64_Shdr *section = &o->sections[i];
        if (section->sh_type != SHT_RELA || section->sh_info != o->stackmaps_index)
            continue;
        const Elf64_Rela *relocations = (const Elf64_Rela *)(const void *)(o->bytes + section->sh_offset);
        size_t count = section->sh_size / sizeof *relocations, low = 0, high = count;
        while (low < high) { /* they are in order */
            size_t middle = (low + high) / 2;
            if (relocations[middle].r_offset < offset)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < count && relocations[low].r_offset == offset) {
            const Elf64_Sym *symbol = &o->symbols[ELF64_R_SYM(relocations[low].r_info)];
            return o->place[symbol->st_shndx] + (uint32_t)(symbol->st_value + (uint64_t)relocations[low].r_addend);
        }
    }
    return NOWHERE;
}

static int take_location(struct linker *linker, struct reader *reader, uint32_t pool_base)
{
    unsigned kind = (unsigned)take(reader, 1);
    (void)take(reader, 1);
    unsigned size = (unsigned)take(reader, 2), number = (unsigned)take(reader, 2);
    (void)take(reader, 2);
    int32_t value = (int32_t)take(reader, 4);
    struct native_location location = {.number = (uint8_t)number, .value = value};

    switch (kind) {
    case 1: /* register; DWARF numbers XMM0 17 */
        if (number >= 33 || number == 16 || size != (number > 16 ? 16 : 8))
            return fail(linker, "a stack map has register %u of %u bytes", number, size);
        location.place = NATIVE_REGISTER;
        location.number = (uint8_t)(number > 16 ? number - 1 : number);
        break;
    case 3:                                            /* in memory */
        if (number >= 16 || (size != 8 && size != 16)) /* XMM registers have 16 there */
            return fail(linker, "a stack map has memory at register %u, %u bytes", number, size);
        location.place = NATIVE_STACK;
        break;
    case 4:
        location.place = NATIVE_CONSTANT;
        break;
    case 5:
        location.place = NATIVE_POOL;
        location.value = (int32_t)(pool_base + (uint32_t)value);
        break;
    default:
        return fail(linker, "a stack map has a location of kind %u", kind);
    }
    linker->locations =
        more(linker->locations, linker->location_count, &linker->location_capacity, sizeof *linker->locations);
    linker->locations[linker->location_count++] = location;
    return 0;
}

static int take_record(struct linker *linker, struct reader *reader, uint32_t function, uint32_t pool_base,
                       const struct site *sites, size_t site_count)
{
    uint64_t id = take(reader, 8);
    uint32_t host = function + (uint32_t)take(reader, 4);
    (void)take(reader, 2);
    unsigned count = (unsigned)take(reader, 2);
    if (id >= site_count)
        return fail(linker, "a stack map has the unknown ID %llu", (unsigned long long)id);
    const struct site *site = &sites[id];
    unsigned expected = 1 + (unsigned)__builtin_popcount(site->integers) + (unsigned)__builtin_popcount(site->floats);
    if (count != expected)
        return fail(linker, "a stack map has %u locations instead of %u", count, expected);
    linker->records = more(linker->records, linker->record_count, &linker->record_capacity, sizeof *linker->records);
    linker->records[linker->record_count++] = (struct native_record){
        .host = host,
        .pc = site->pc,
        .integers = site->integers,
        .floats = site->floats,
        .raw = site->raw,
        .first_location = (uint32_t)linker->location_count,
        .pending = site->pending,
        .store = site->store,
    };
    const uint8_t *start = reader->at - 16;
    for (unsigned i = 0; i < count; i++)
        if (take_location(linker, reader, pool_base))
            return -1;
    if ((reader->at - start) % 8)
        (void)take(reader, 4);
    (void)take(reader, 2);
    unsigned live = (unsigned)take(reader, 2);
    for (unsigned i = 0; i < live; i++)
        (void)take(reader, 4);
    if ((reader->at - start) % 8)
        (void)take(reader, 4);
    return 0;
}

static int take_stackmaps(struct linker *linker, const struct object *o, const struct site *sites, size_t site_count)
{
    if (!o->stackmaps)
        return 0;
    const uint8_t *bytes = o->bytes + o->stackmaps->sh_offset;
    struct reader reader = {bytes, bytes + o->stackmaps->sh_size};
    uint32_t pool_base = (uint32_t)linker->pool_count;

    if (take(&reader, 4) != 3)
        return fail(linker, "the stack maps are of a version that is not known");
    size_t functions = take(&reader, 4), constants = take(&reader, 4);
    (void)take(&reader, 4);
    struct reader function_reader = reader;
    reader.at += functions * 24;
    for (size_t i = 0; i < constants; i++) {
        linker->pool = more(linker->pool, linker->pool_count, &linker->pool_capacity, sizeof *linker->pool);
        linker->pool[linker->pool_count++] = take(&reader, 8);
    }
    for (size_t f = 0; f < functions; f++) {
        uint32_t function = function_at(o, (size_t)(function_reader.at - bytes));
        (void)take(&function_reader, 8);
        (void)take(&function_reader, 8);
        uint64_t count = take(&function_reader, 8);
        if (function == NOWHERE)
            return fail(linker, "a stack map is of no function");
        for (uint64_t r = 0; r < count; r++)
            if (take_record(linker, &reader, function, pool_base, sites, site_count))
                return -1;
    }
    return 0;
}

int link_add(struct linker *linker, const uint8_t *bytes, size_t size, const struct site *sites, size_t site_count)
{
    struct object object;
    if (open_object(linker, &object, bytes, size))
        return -1;
    take_symbols(linker, &object);
    if (relocate(linker, &object))
        return -1;
    return take_stackmaps(linker, &object, sites, site_count);
}

/* ---- the artifact -------------------------------------------------------------------------------------- */

static int compare_records(const void *a, const void *b)
{
    const struct native_record *left = a, *right = b;
    return left->host < right->host ? -1 : left->host > right->host;
}

static int write_at(struct linker *linker, int descriptor, const void *bytes, size_t size, uint64_t offset)
{
    const uint8_t *from = bytes;
    while (size) {
        ssize_t wrote = pwrite(descriptor, from, size, (off_t)offset);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return fail(linker, "the artifact cannot be written: %s", strerror(errno));
        from += wrote;
        offset += (uint64_t)wrote;
        size -= (size_t)wrote;
    }
    return 0;
}

static int apply_fixups(struct linker *linker)
{
    for (size_t i = 0; i < linker->fixup_count; i++) {
        const struct link_fixup *fixup = &linker->fixups[i];
        uint32_t target = linker->functions[(fixup->address - linker->code->start) / 2];
        if (!target)
            return fail(linker, "the function at 0x%x is called but was not compiled", fixup->address);
        put_32(linker, fixup->at, (int64_t)target + fixup->addend - fixup->at);
    }
    return 0;
}

int link_write(struct linker *linker, int descriptor)
{
    if (apply_fixups(linker))
        return -1;
    if (linker->record_count) /* a fault belongs to the last record before it */
        qsort(linker->records, linker->record_count, sizeof *linker->records, compare_records);
    size_t slots = code_slots(linker->code->start, linker->code->end);
    struct native_header h = {
        .magic = NATIVE_MAGIC,
        .fingerprint = native_fingerprint(),
        .program = native_program_hash(linker->code),
        .code_start = linker->code->start,
        .code_end = linker->code->end,
        .enter = linker->enter,
        .record_count = (uint32_t)linker->record_count,
        .location_count = (uint32_t)linker->location_count,
        .pool_count = (uint32_t)linker->pool_count,
        .functions = linker->function_count,
        .entry_count = linker->entry_count,
    };
    h.pool_offset = (sizeof h + 63) / 64 * 64;
    h.entries_offset = h.pool_offset + linker->pool_count * 8;
    h.records_offset = (h.entries_offset + slots * 4 + 63) / 64 * 64;
    h.locations_offset = (h.records_offset + linker->record_count * sizeof *linker->records + 63) / 64 * 64;
    h.text_offset = h.locations_offset + linker->location_count * sizeof *linker->locations;
    h.text_offset = (h.text_offset + NATIVE_PAGE - 1) / NATIVE_PAGE * NATIVE_PAGE;
    h.text_size = (linker->text_size + NATIVE_PAGE - 1) / NATIVE_PAGE * NATIVE_PAGE;
    h.file_size = h.text_offset + h.text_size;
    if (ftruncate(descriptor, (off_t)h.file_size))
        return fail(linker, "the artifact cannot be written: %s", strerror(errno));
    if (write_at(linker, descriptor, &h, sizeof h, 0) ||
        write_at(linker, descriptor, linker->pool, linker->pool_count * 8, h.pool_offset) ||
        write_at(linker, descriptor, linker->entries, slots * 4, h.entries_offset) ||
        write_at(linker, descriptor, linker->records, linker->record_count * sizeof *linker->records,
                 h.records_offset) ||
        write_at(linker, descriptor, linker->locations, linker->location_count * sizeof *linker->locations,
                 h.locations_offset))
        return -1;
    return write_at(linker, descriptor, linker->text, linker->text_size, h.text_offset);
}
