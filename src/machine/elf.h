/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a static RV64 program: little-endian ELF64 for RISC-V, ET_EXEC or static PIE (ET_DYN without PT_INTERP, which
 * relocates itself). Pure functions over private memory: the file is never mapped, every field is checked before use,
 * and what is not right ends with one line that says what and where.
 */
#ifndef MAYFLY_MACHINE_ELF_H
#define MAYFLY_MACHINE_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

#define ELF_MAX_SEGMENTS    16
#define ELF_LOWEST_ADDRESS  0x10000u    /* what lies below stays unmapped: null pointers fault */
#define ELF_HIGHEST_ADDRESS 0xf0000000u /* leaves room for what the engine places behind the program */
#define ELF_MAX_CODE        (64u << 20) /* from the first to the last executable byte */
#define ELF_MAX_CODE_GAPS   (4u << 20)  /* of that between executable segments: nothing pays for those slots */
#define ELF_MAX_NAME        4096        /* bytes of a symbol's; longer ones are left out */

enum elf_protection { ELF_READ = 1, ELF_WRITE = 2, ELF_EXECUTE = 4 };

/* A loadable segment. Segments are sorted and share no page. */
struct elf_segment {
    uint32_t address; /* of its first byte; the pages around it belong to the segment as well */
    uint32_t memory_size;
    uint32_t file_size; /* the rest is zero */
    size_t file_offset;
    uint8_t protection;
};

struct elf_image {
    struct elf_segment segments[ELF_MAX_SEGMENTS];
    size_t segment_count;
    uint32_t entry;
    uint32_t header_address; /* of the program headers in memory; 0 if no segment holds them */
    uint16_t header_count;
    uint32_t load_bias;
    uint64_t page_bytes; /* of all segments, in whole pages */
};

struct elf_error {
    char text[256];
};

/* 0, or -1 and `error`. `image` refers to the file by offsets only. */
MUST_USE int elf_parse(struct elf_image *image, const uint8_t *file, size_t size, struct elf_error *error);

struct elf_symbol {
    uint32_t address;
    uint32_t size; /* 0 if unknown */
    const char *name;
    uint32_t name_size;
};

/* Calls `visit` for each named place in executable segments, in the order of the file; symbols that are damaged are
 * left out, and a file without any has none. Names point into the file and are not NUL-terminated by promise. */
void elf_symbols(const struct elf_image *image, const uint8_t *file, size_t size,
                 void (*visit)(void *context, const struct elf_symbol *symbol), void *context);

#endif
