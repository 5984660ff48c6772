/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/elf.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PAGE                4096u
#define PAGE_DOWN(x)        ((x) & ~(uint64_t)(PAGE - 1))
#define PAGE_UP(x)          PAGE_DOWN((x) + PAGE - 1)
#define MAX_PROGRAM_HEADERS 128
#define MAX_SYMBOLS         (1u << 20)
#define EF_RISCV_RVE_FLAG   0x8

PRINTF_LIKE(2, 3) static int refuse(struct elf_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return -1;
}

/* [offset, offset + length) lies in a file of `size` bytes. */
static bool elf_inside(uint64_t offset, uint64_t length, uint64_t size)
{
    return offset <= size && length <= size - offset;
}

static int check_header(const Elf64_Ehdr *h, size_t size, struct elf_error *error)
{
    if (memcmp(h->e_ident, ELFMAG, SELFMAG) != 0)
        return refuse(error, "not an ELF file");
    if (h->e_ident[EI_CLASS] != ELFCLASS64)
        return refuse(error, "a 32-bit ELF file; build for 64-bit RISC-V (rv64gc)");
    if (h->e_ident[EI_DATA] != ELFDATA2LSB)
        return refuse(error, "a big-endian ELF file; build for little-endian RISC-V");
    if (h->e_ident[EI_VERSION] != EV_CURRENT || h->e_version != EV_CURRENT)
        return refuse(error, "ELF version %u is unknown", h->e_version);
    if (h->e_machine != EM_RISCV)
        return refuse(error,
                      "built for another processor (ELF machine %u); build with a RISC-V compiler such as "
                      "riscv64-linux-gnu-gcc -static",
                      h->e_machine);
    if (h->e_type != ET_EXEC && h->e_type != ET_DYN)
        return refuse(error, "%s, not a program; link it with -static",
                      h->e_type == ET_REL ? "an object file" : "ELF type is unknown");
    if (h->e_flags & EF_RISCV_RVE_FLAG)
        return refuse(error, "built for the RV64E base, which has 16 registers; build for rv64gc");
    if (h->e_ehsize < sizeof(Elf64_Ehdr))
        return refuse(error, "ELF header says it has %u bytes", h->e_ehsize);
    if (h->e_phentsize != sizeof(Elf64_Phdr))
        return refuse(error, "program headers of %u bytes; they have %zu", h->e_phentsize, sizeof(Elf64_Phdr));
    if (h->e_phnum == 0 || h->e_phnum > MAX_PROGRAM_HEADERS)
        return refuse(error, "%u program headers; a program has 1 to %u", h->e_phnum, MAX_PROGRAM_HEADERS);
    if (!elf_inside(h->e_phoff, (uint64_t)h->e_phnum * sizeof(Elf64_Phdr), size))
        return refuse(error, "program headers at offset %llu lie outside the file of %zu bytes",
                      (unsigned long long)h->e_phoff, size);
    return 0;
}

static Elf64_Phdr program_header(const uint8_t *file, const Elf64_Ehdr *h, unsigned i)
{
    Elf64_Phdr p;
    memcpy(&p, file + h->e_phoff + (size_t)i * sizeof p, sizeof p);
    return p;
}

/* Where a static PIE goes: its lowest page at ELF_LOWEST_ADDRESS. */
static int choose_bias(const uint8_t *file, const Elf64_Ehdr *h, uint32_t *bias, struct elf_error *error)
{
    uint64_t lowest = UINT64_MAX;
    for (unsigned i = 0; i < h->e_phnum; i++) {
        Elf64_Phdr p = program_header(file, h, i);
        if (p.p_type == PT_INTERP)
            return refuse(error, "dynamically linked (program header %u is PT_INTERP); link with -static", i);
        if (p.p_type == PT_LOAD && p.p_memsz && p.p_vaddr < lowest)
            lowest = p.p_vaddr;
    }
    *bias = 0;
    if (h->e_type == ET_DYN && PAGE_DOWN(lowest) < ELF_LOWEST_ADDRESS)
        *bias = ELF_LOWEST_ADDRESS - (uint32_t)PAGE_DOWN(lowest);
    return 0;
}

static int add_segment(struct elf_image *image, const Elf64_Phdr *p, unsigned index, size_t size,
                       struct elf_error *error)
{
    if (p->p_memsz == 0 && p->p_filesz == 0)
        return 0;
    if (p->p_filesz > p->p_memsz)
        return refuse(error, "segment %u has more bytes in the file (%llu) than in memory (%llu)", index,
                      (unsigned long long)p->p_filesz, (unsigned long long)p->p_memsz);
    if (!elf_inside(p->p_offset, p->p_filesz, size))
        return refuse(error, "segment %u (offset %llu, %llu bytes) lies outside the file of %zu bytes", index,
                      (unsigned long long)p->p_offset, (unsigned long long)p->p_filesz, size);
    uint64_t start = p->p_vaddr + image->load_bias;
    if (p->p_vaddr >= ELF_HIGHEST_ADDRESS || !elf_inside(start, p->p_memsz, ELF_HIGHEST_ADDRESS))
        return refuse(error,
                      "segment %u (address 0x%llx, %llu bytes) lies outside the guest's memory, which ends at "
                      "0x%x",
                      index, (unsigned long long)start, (unsigned long long)p->p_memsz, ELF_HIGHEST_ADDRESS);
    if (start < ELF_LOWEST_ADDRESS)
        return refuse(
            error,
            "segment %u starts at 0x%llx; what lies below 0x%x stays unmapped: link at the default addresses, or "
            "with -Wl,-Ttext-segment=0x%x or higher",
            index, (unsigned long long)start, ELF_LOWEST_ADDRESS, ELF_LOWEST_ADDRESS);
    if ((p->p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
        return refuse(
            error,
            "segment %u at 0x%llx is writable and executable, and guest code never is writable: link without -N "
            "and -n, and begin .data on a page of its own (. = ALIGN(4096) in a linker script)",
            index, (unsigned long long)start);
    if (image->segment_count == ELF_MAX_SEGMENTS)
        return refuse(error, "more than %d loadable segments", ELF_MAX_SEGMENTS);
    if (p->p_align > 1 && (p->p_align & (p->p_align - 1)))
        return refuse(error, "segment %u is aligned to %llu, which is no power of two", index,
                      (unsigned long long)p->p_align);
    image->segments[image->segment_count++] = (struct elf_segment){
        .address = (uint32_t)start,
        .memory_size = (uint32_t)p->p_memsz,
        .file_size = (uint32_t)p->p_filesz,
        .file_offset = p->p_offset,
        .protection = (uint8_t)((p->p_flags & PF_R ? ELF_READ : 0) | (p->p_flags & PF_W ? ELF_READ | ELF_WRITE : 0) |
                                (p->p_flags & PF_X ? ELF_EXECUTE : 0)),
    };
    return 0;
}

static void sort_segments(struct elf_image *image)
{
    for (size_t i = 1; i < image->segment_count; i++) {
        struct elf_segment moving = image->segments[i];
        size_t to = i;
        for (; to > 0 && image->segments[to - 1].address > moving.address; to--)
            image->segments[to] = image->segments[to - 1];
        image->segments[to] = moving;
    }
}

/* Segments share no page, as a page has one protection; executable ones are near each other, as the decoder keeps a
 * slot for every halfword between them. */
static int check_segments(struct elf_image *image, struct elf_error *error)
{
    uint32_t code_start = UINT32_MAX, code_end = 0, code_bytes = 0;
    uint64_t last_end = 0;
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        uint64_t start = PAGE_DOWN(s->address), end = PAGE_UP((uint64_t)s->address + s->memory_size);
        if (start < last_end)
            return refuse(error,
                          "the segments at 0x%x and 0x%x share a page; link with -z separate-code or a maximal "
                          "page size of 4096",
                          image->segments[i - 1].address, s->address);
        last_end = end;
        image->page_bytes += end - start;
        if (!(s->protection & ELF_EXECUTE))
            continue;
        code_start = s->address < code_start ? s->address : code_start;
        code_end = s->address + s->memory_size;
        code_bytes += s->memory_size;
    }
    if (image->segment_count == 0)
        return refuse(error, "no loadable segment");
    if (code_end == 0)
        return refuse(error, "no executable segment");
    if (code_end - code_start > ELF_MAX_CODE)
        return refuse(error, "executable segments reach from 0x%x to 0x%x; %u MiB is the most", code_start, code_end,
                      ELF_MAX_CODE >> 20);
    if (code_end - code_start - code_bytes > ELF_MAX_CODE_GAPS)
        return refuse(error, "%u bytes lie between the executable segments; %u MiB is the most",
                      code_end - code_start - code_bytes, ELF_MAX_CODE_GAPS >> 20);
    return 0;
}

static int check_entry(struct elf_image *image, uint64_t entry, struct elf_error *error)
{
    entry += image->load_bias;
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        if ((s->protection & ELF_EXECUTE) && entry >= s->address &&
            entry + 2 <= (uint64_t)s->address + s->memory_size) {
            if (entry & 1)
                return refuse(error, "the entry point 0x%llx is odd", (unsigned long long)entry);
            image->entry = (uint32_t)entry;
            return 0;
        }
    }
    return refuse(error, "the entry point 0x%llx is in no executable segment", (unsigned long long)entry);
}

static void find_headers(struct elf_image *image, const Elf64_Ehdr *h)
{
    uint64_t bytes = (uint64_t)h->e_phnum * sizeof(Elf64_Phdr);
    image->header_count = h->e_phnum;
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        if ((s->protection & ELF_READ) && h->e_phoff >= s->file_offset &&
            elf_inside(h->e_phoff - s->file_offset, bytes, s->file_size)) {
            image->header_address = s->address + (uint32_t)(h->e_phoff - s->file_offset);
            return;
        }
    }
}

int elf_parse(struct elf_image *image, const uint8_t *file, size_t size, struct elf_error *error)
{
    Elf64_Ehdr h;
    memset(image, 0, sizeof *image);
    error->text[0] = '\0';
    if (size < sizeof h)
        return refuse(error, "not an ELF file: only %zu bytes", size);
    memcpy(&h, file, sizeof h);
    if (check_header(&h, size, error) || choose_bias(file, &h, &image->load_bias, error))
        return -1;
    for (unsigned i = 0; i < h.e_phnum; i++) {
        Elf64_Phdr p = program_header(file, &h, i);
        if (p.p_type == PT_LOAD && add_segment(image, &p, i, size, error))
            return -1;
    }
    sort_segments(image);
    if (check_segments(image, error))
        return -1;
    if (h.e_entry >= ELF_HIGHEST_ADDRESS)
        return refuse(error, "the entry point 0x%llx is in no executable segment", (unsigned long long)h.e_entry);
    if (check_entry(image, h.e_entry, error))
        return -1;
    find_headers(image, &h);
    return 0;
}

static bool in_code(const struct elf_image *image, uint64_t address)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        if ((s->protection & ELF_EXECUTE) && address >= s->address && address - s->address < s->memory_size)
            return true;
    }
    return false;
}

/* A symbol that names a place in the code and not a mapping symbol ($x) or a compiler's own label (.L1). */
static bool accept_symbol(const struct elf_image *image, const Elf64_Sym *s, const char *strings, uint64_t strings_size,
                          struct elf_symbol *out)
{
    unsigned type = ELF64_ST_TYPE(s->st_info);
    if ((type != STT_FUNC && type != STT_NOTYPE) || s->st_shndx == SHN_UNDEF || s->st_name >= strings_size)
        return false;
    const char *name = strings + s->st_name;
    uint64_t room = strings_size - s->st_name;
    size_t length = strnlen(name, room < ELF_MAX_NAME + 1 ? room : ELF_MAX_NAME + 1);
    uint64_t address = s->st_value + image->load_bias;
    if (length == 0 || length > ELF_MAX_NAME || name[0] == '$' || name[0] == '.' || !in_code(image, address))
        return false;
    *out = (struct elf_symbol){
        .address = (uint32_t)address,
        .size = s->st_size > UINT32_MAX ? 0 : (uint32_t)s->st_size,
        .name = name,
        .name_size = (uint32_t)length,
    };
    return true;
}

static void visit_table(const struct elf_image *image, const uint8_t *file, const Elf64_Shdr *table,
                        const Elf64_Shdr *strings, void (*visit)(void *, const struct elf_symbol *), void *context)
{
    uint64_t count = table->sh_size / sizeof(Elf64_Sym);
    if (count > MAX_SYMBOLS)
        count = MAX_SYMBOLS;
    for (uint64_t i = 0; i < count; i++) {
        Elf64_Sym s;
        struct elf_symbol found;
        memcpy(&s, file + table->sh_offset + i * sizeof s, sizeof s);
        if (accept_symbol(image, &s, (const char *)file + strings->sh_offset, strings->sh_size, &found))
            visit(context, &found);
    }
}

void elf_symbols(const struct elf_image *image, const uint8_t *file, size_t size,
                 void (*visit)(void *context, const struct elf_symbol *symbol), void *context)
{
    Elf64_Ehdr h;
    if (size < sizeof h)
        return;
    memcpy(&h, file, sizeof h);
    if (h.e_shentsize != sizeof(Elf64_Shdr) || !elf_inside(h.e_shoff, (uint64_t)h.e_shnum * sizeof(Elf64_Shdr), size))
        return;
    for (unsigned i = 0; i < h.e_shnum; i++) {
        Elf64_Shdr table, strings;
        memcpy(&table, file + h.e_shoff + (size_t)i * sizeof table, sizeof table);
        if (table.sh_type != SHT_SYMTAB || table.sh_link >= h.e_shnum ||
            !elf_inside(table.sh_offset, table.sh_size, size))
            continue;
        memcpy(&strings, file + h.e_shoff + (size_t)table.sh_link * sizeof strings, sizeof strings);
        if (strings.sh_type == SHT_STRTAB && elf_inside(strings.sh_offset, strings.sh_size, size)) {
            visit_table(image, file, &table, &strings, visit, context);
            return;
        }
    }
}
