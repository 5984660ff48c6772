/* SPDX-License-Identifier: Apache-2.0
 *
 * The loader believes nothing: every field of a small good program is spoilt in turn, then thousands of random ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <elf.h>

#include "machine/elf.h"

/* A file with a text and a data segment, a symbol table and its strings. */
struct file {
    Elf64_Ehdr header;
    Elf64_Phdr segments[3];
    Elf64_Shdr sections[3];
    Elf64_Sym symbols[3];
    char names[32];
    uint8_t text[64];
    uint8_t data[32];
};

static void make(struct file *f)
{
    memset(f, 0, sizeof *f);
    memcpy(f->header.e_ident, "\177ELF\2\1\1", 7);
    f->header.e_type = ET_EXEC;
    f->header.e_machine = EM_RISCV;
    f->header.e_version = 1;
    f->header.e_entry = 0x10000 + offsetof(struct file, text);
    f->header.e_phoff = offsetof(struct file, segments);
    f->header.e_shoff = offsetof(struct file, sections);
    f->header.e_ehsize = sizeof f->header;
    f->header.e_phentsize = sizeof f->segments[0];
    f->header.e_phnum = 2;
    f->header.e_shentsize = sizeof f->sections[0];
    f->header.e_shnum = 3;
    f->segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                  .p_flags = PF_R | PF_X,
                                  .p_vaddr = 0x10000,
                                  .p_filesz = offsetof(struct file, data),
                                  .p_memsz = offsetof(struct file, data),
                                  .p_align = 0x1000};
    f->segments[1] = (Elf64_Phdr){.p_type = PT_LOAD,
                                  .p_flags = PF_R | PF_W,
                                  .p_offset = offsetof(struct file, data),
                                  .p_vaddr = 0x20000 + offsetof(struct file, data),
                                  .p_filesz = sizeof f->data,
                                  .p_memsz = 0x5000,
                                  .p_align = 0x1000};
    f->segments[2] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R, .p_vaddr = 0x30000, .p_memsz = 16, .p_align = 1};
    f->sections[1] = (Elf64_Shdr){
        .sh_type = SHT_SYMTAB, .sh_offset = offsetof(struct file, symbols), .sh_size = sizeof f->symbols, .sh_link = 2};
    f->sections[2] =
        (Elf64_Shdr){.sh_type = SHT_STRTAB, .sh_offset = offsetof(struct file, names), .sh_size = sizeof f->names};
    memcpy(f->names, "\0start\0middle\0.hidden", 21);
    f->symbols[0] =
        (Elf64_Sym){.st_name = 1, .st_info = STT_FUNC, .st_shndx = 1, .st_value = f->header.e_entry, .st_size = 8};
    f->symbols[1] = (Elf64_Sym){.st_name = 7, .st_info = STT_FUNC, .st_shndx = 1, .st_value = f->header.e_entry + 8};
    f->symbols[2] = (Elf64_Sym){.st_name = 14, .st_info = STT_FUNC, .st_shndx = 1, .st_value = f->header.e_entry + 8};
}

static void accept_file(const struct file *f, struct elf_image *image)
{
    struct elf_error error;
    if (elf_parse(image, (const uint8_t *)f, sizeof *f, &error))
        fail_msg("refused: %s", error.text);
}

/* Refused, for a reason that holds `word`. */
static void refuse_file(const struct file *f, const char *word)
{
    struct elf_image image;
    struct elf_error error;
    assert_int_equal(elf_parse(&image, (const uint8_t *)f, sizeof *f, &error), -1);
    if (!strstr(error.text, word))
        fail_msg("'%s' does not say '%s'", error.text, word);
}

static void count_symbol(void *context, const struct elf_symbol *symbol)
{
    unsigned *count = context;
    assert_true(symbol->name_size > 0 && symbol->name[0] != '.');
    ++*count;
}

static void test_good_file(void **state)
{
    struct file f;
    struct elf_image image;
    unsigned symbols = 0;
    make(&f);
    accept_file(&f, &image);
    assert_int_equal(image.segment_count, 2);
    assert_int_equal(image.entry, f.header.e_entry);
    assert_int_equal(image.header_address, 0x10000 + offsetof(struct file, segments));
    assert_int_equal(image.header_count, 2);
    assert_int_equal(image.segments[1].memory_size, 0x5000);
    assert_int_equal(image.segments[1].protection, ELF_READ | ELF_WRITE);
    assert_int_equal(image.page_bytes, 0x1000 + 0x6000);
    elf_symbols(&image, (const uint8_t *)&f, sizeof f, count_symbol, &symbols);
    assert_int_equal(symbols, 2);
}

static void test_static_pie_is_moved_up(void **state)
{
    struct file f;
    struct elf_image image;
    make(&f);
    f.header.e_type = ET_DYN;
    f.header.e_entry -= 0x10000;
    f.segments[0].p_vaddr = 0;
    f.segments[1].p_vaddr -= 0x10000;
    accept_file(&f, &image);
    assert_int_equal(image.load_bias, 0x10000);
    assert_int_equal(image.segments[0].address, 0x10000);
    assert_int_equal(image.entry, 0x10000 + offsetof(struct file, text));
}

#define REFUSED(word, change)                                                                                          \
    do {                                                                                                               \
        make(&f);                                                                                                      \
        change;                                                                                                        \
        refuse_file(&f, word);                                                                                         \
    } while (0)

static void test_header_fields(void **state)
{
    struct file f;
    REFUSED("not an ELF", f.header.e_ident[0] = 0);
    REFUSED("32-bit", f.header.e_ident[EI_CLASS] = ELFCLASS32);
    REFUSED("big-endian", f.header.e_ident[EI_DATA] = ELFDATA2MSB);
    REFUSED("version", f.header.e_version = 2);
    REFUSED("another processor", f.header.e_machine = EM_X86_64);
    REFUSED("object file", f.header.e_type = ET_REL);
    REFUSED("not a program", f.header.e_type = ET_CORE);
    REFUSED("RV64E", f.header.e_flags = 8);
    REFUSED("ELF header", f.header.e_ehsize = 10);
    REFUSED("program headers of", f.header.e_phentsize = 32);
    REFUSED("program headers", f.header.e_phnum = 0);
    REFUSED("program headers", f.header.e_phnum = 60000);
    REFUSED("outside the file", f.header.e_phoff = sizeof f - 8);
    REFUSED("outside the file", f.header.e_phoff = UINT64_MAX - 8);
    REFUSED("entry point", f.header.e_entry = 0x20000 + offsetof(struct file, data));
    REFUSED("entry point", f.header.e_entry = UINT64_MAX);
    REFUSED("odd", f.header.e_entry |= 1);
    REFUSED("entry point", f.header.e_entry = 0x10000 + offsetof(struct file, data) - 1);
}

static void test_segment_fields(void **state)
{
    struct file f;
    REFUSED("dynamically linked", (f.segments[2].p_type = PT_INTERP, f.header.e_phnum = 3));
    REFUSED("more bytes in the file", f.segments[1].p_memsz = 1);
    REFUSED("outside the file", f.segments[1].p_offset = sizeof f);
    REFUSED("outside the file", f.segments[1].p_offset = UINT64_MAX);
    REFUSED("outside the guest", f.segments[1].p_memsz = UINT64_MAX - 0x1000);
    REFUSED("outside the guest", f.segments[1].p_vaddr = UINT64_MAX - 0x10);
    REFUSED("outside the guest", f.segments[1].p_vaddr = 0xfffff000);
    REFUSED("stays unmapped", f.segments[1].p_vaddr = 0x1000);
    REFUSED("writable and executable", f.segments[1].p_flags |= PF_X);
    REFUSED("power of two", f.segments[1].p_align = 3);
    REFUSED("share a page", f.segments[1].p_vaddr = 0x10800);
    REFUSED("share a page", f.segments[1].p_vaddr = 0x10000);
    REFUSED("no executable", (f.segments[0].p_flags = PF_R));
    REFUSED("no loadable", (f.segments[0].p_type = f.segments[1].p_type = PT_NOTE));
    REFUSED("MiB is the most",
            (f.segments[2].p_flags = PF_R | PF_X, f.segments[2].p_vaddr = 0x80000000, f.header.e_phnum = 3));
}

/* What lies between executable segments costs memory that no limit counts. */
static void test_code_is_dense(void **state)
{
    struct file f;
    struct elf_image image;
    (void)state;
    make(&f);
    f.header.e_phnum = 3;
    f.segments[2] =
        (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = 0x300000, .p_memsz = 16, .p_align = 1};
    accept_file(&f, &image);
    f.segments[2].p_vaddr = 0x3000000;
    refuse_file(&f, "between the executable segments");
}

/* A name that never ends is no name, and is not read to its end for every symbol that has it. */
static void test_endless_names(void **state)
{
    static struct {
        struct file file;
        char names[1 << 20];
    } f;
    struct elf_image image;
    unsigned symbols = 0;
    (void)state;
    make(&f.file);
    f.file.sections[2].sh_offset = offsetof(__typeof__(f), names);
    f.file.sections[2].sh_size = sizeof f.names;
    memset(f.names, 'a', sizeof f.names);
    f.names[1 + ELF_MAX_NAME] = '\0'; /* the first symbol's is as long as can be */
    accept_file(&f.file, &image);
    elf_symbols(&image, (const uint8_t *)&f, sizeof f, count_symbol, &symbols);
    assert_int_equal(symbols, 3);
    f.names[1 + ELF_MAX_NAME] = 'a';
    symbols = 0;
    elf_symbols(&image, (const uint8_t *)&f, sizeof f, count_symbol, &symbols);
    assert_int_equal(symbols, 0);
}

static void test_short_files(void **state)
{
    struct file f;
    struct elf_image image;
    struct elf_error error;
    make(&f);
    for (size_t size = 0; size < offsetof(struct file, sections); size++) {
        uint8_t *copy = malloc(size + 1); /* exactly as long, so that a sanitizer sees a read behind it */
        memcpy(copy, &f, size);
        assert_int_equal(elf_parse(&image, copy, size, &error), -1);
        assert_true(error.text[0] != '\0');
        free(copy);
    }
}

static void ignore_symbol(void *context, const struct elf_symbol *symbol)
{
    volatile char last = symbol->name[symbol->name_size - 1];
    (void)last;
}

/* Random damage: never a crash, and what is accepted keeps its promises. */
static void test_random_damage(void **state)
{
    static const uint64_t nasty[] = {0,         1, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffffffff000,
                                     UINT64_MAX};
    uint64_t seed = 1;
    for (unsigned round = 0; round < 200000; round++) {
        struct file f;
        struct elf_image image;
        struct elf_error error;
        make(&f);
        unsigned changes = 1 + round % 4;
        for (unsigned i = 0; i < changes; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            size_t at = (seed >> 33) % (offsetof(struct file, names));
            size_t width = (size_t)1 << (seed >> 20) % 4;
            uint64_t value = (seed >> 10) % 3 ? nasty[(seed >> 13) % 9] : seed >> 7;
            memcpy((uint8_t *)&f + at, &value, width);
        }
        if (elf_parse(&image, (const uint8_t *)&f, sizeof f, &error))
            continue;
        uint64_t end = ELF_LOWEST_ADDRESS;
        for (size_t i = 0; i < image.segment_count; i++) {
            const struct elf_segment *s = &image.segments[i];
            assert_true((s->address & ~UINT32_C(4095)) >= end && s->file_size <= s->memory_size);
            assert_true(s->file_offset + s->file_size <= sizeof f);
            end = ((uint64_t)s->address + s->memory_size + 4095) & ~UINT64_C(4095);
        }
        assert_true(end <= ELF_HIGHEST_ADDRESS);
        elf_symbols(&image, (const uint8_t *)&f, sizeof f, ignore_symbol, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_file),     cmocka_unit_test(test_static_pie_is_moved_up),
        cmocka_unit_test(test_header_fields), cmocka_unit_test(test_code_is_dense),
        cmocka_unit_test(test_endless_names), cmocka_unit_test(test_segment_fields),
        cmocka_unit_test(test_short_files),   cmocka_unit_test(test_random_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
