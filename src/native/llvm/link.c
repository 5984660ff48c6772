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
    linker->resuming = calloc(slots, sizeof *linker->resuming);
    linker->text_size = 16; /* offset 0 means none */
    return linker->functions && linker->entries && linker->resuming ? 0 : fail(linker, "out of memory");
}

void link_end(struct linker *linker)
{
    free(linker->text);
    free(linker->functions);
    free(linker->entries);
    free(linker->fixups);
    free(linker->resuming);
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

static void set_entry(struct linker *linker, uint32_t slot, uint32_t offset)
{
    linker->entry_count += !linker->entries[slot];
    linker->entries[slot] = offset;
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
            set_entry(linker, slot, offset);
        } else if (kind == 'r') {
            linker->resuming[slot] = offset;
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

/* ---- entries ------------------------------------------------------------------------------------------ */

/* Where a function starts it is entered as a whole; elsewhere by its second copy. */
static int take_resumes(struct linker *linker, const struct resume *resumes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t slot = (resumes[i].address - linker->code->start) / 2;
        uint32_t offset = linker->resuming[(resumes[i].function - linker->code->start) / 2];
        if (!offset)
            return fail(linker, "the function at 0x%x cannot be resumed", resumes[i].function);
        if (!linker->entries[slot])
            set_entry(linker, slot, offset);
    }
    return 0;
}

int link_add(struct linker *linker, const uint8_t *bytes, size_t size, const struct resume *resumes,
             size_t resume_count)
{
    struct object object;
    if (open_object(linker, &object, bytes, size))
        return -1;
    take_symbols(linker, &object);
    if (relocate(linker, &object))
        return -1;
    return take_resumes(linker, resumes, resume_count);
}

/* ---- the artifact -------------------------------------------------------------------------------------- */

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
    size_t slots = code_slots(linker->code->start, linker->code->end);
    struct native_header h = {
        .magic = NATIVE_MAGIC,
        .fingerprint = native_fingerprint(),
        .program = native_program_hash(linker->code),
        .code_start = linker->code->start,
        .code_end = linker->code->end,
        .enter = linker->enter,
        .functions = linker->function_count,
        .entry_count = linker->entry_count,
    };
    h.entries_offset = (sizeof h + 63) / 64 * 64;
    h.text_offset = h.entries_offset + slots * 4;
    h.text_offset = (h.text_offset + NATIVE_PAGE - 1) / NATIVE_PAGE * NATIVE_PAGE;
    h.text_size = (linker->text_size + NATIVE_PAGE - 1) / NATIVE_PAGE * NATIVE_PAGE;
    h.file_size = h.text_offset + h.text_size;
    if (ftruncate(descriptor, (off_t)h.file_size))
        return fail(linker, "the artifact cannot be written: %s", strerror(errno));
    if (write_at(linker, descriptor, &h, sizeof h, 0) ||
        write_at(linker, descriptor, linker->entries, slots * 4, h.entries_offset))
        return -1;
    return write_at(linker, descriptor, linker->text, linker->text_size, h.text_offset);
}
