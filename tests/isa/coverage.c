/* SPDX-License-Identifier: Apache-2.0
 *
 * coverage PROGRAM...: every instruction of the table, compressed forms too, stands in the code of some case; those
 * that do not are named. Whether the case says what the instruction should do is for its author to see.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/elf.h"
#include "riscv/decode.h"

static struct pattern {
    const char *name;
    uint32_t mask, match;
    bool covered;
} patterns[] = {
#define INSTRUCTION(id, name, extension, format, mask, match, flags) {name, mask, match, false},
#define COMPRESSED(name, format, mask, match, id, flags)             {name, mask, match, false},
#include "riscv/instructions.def"
#undef INSTRUCTION
#undef COMPRESSED
};

#define PATTERNS (sizeof patterns / sizeof patterns[0])

struct sweep {
    struct riscv_decoder decoder;
    const uint8_t *code; /* of the segment at work */
    uint32_t start, end; /* its addresses in the guest */
};

/* The first pattern that matches is the instruction, unless the encoding is reserved. */
static unsigned cover(const struct sweep *sweep, uint32_t at)
{
    uint32_t word = 0;
    unsigned left = sweep->end - at < 4 ? sweep->end - at : 4;

    memcpy(&word, sweep->code + (at - sweep->start), left);
    struct riscv_instruction in = riscv_decode(&sweep->decoder, word);
    if (in.size == 2)
        word &= 0xffff;
    for (size_t i = 0; in.id != RISCV_ILLEGAL && i < PATTERNS; i++)
        if ((word & patterns[i].mask) == patterns[i].match && ((word & 3) == 3) == ((patterns[i].match & 3) == 3)) {
            patterns[i].covered = true;
            break;
        }
    return in.size;
}

/* From the beginning of a case on. Every case is a beginning of its own, so what one has of data does not hide the
 * instructions of those behind it. */
static void visit(void *context, const struct elf_symbol *symbol)
{
    const struct sweep *sweep = context;

    if (strncmp(symbol->name, "case_", 5) || symbol->address < sweep->start || symbol->address >= sweep->end)
        return;
    for (uint32_t at = symbol->address; at + 1 < sweep->end; at += cover(sweep, at))
        ;
}

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = file && !fseek(file, 0, SEEK_END) ? malloc((size_t)ftell(file)) : NULL;
    if (bytes) {
        *size = (size_t)ftell(file);
        rewind(file);
    }
    if (!bytes || fread(bytes, 1, *size, file) != *size) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return bytes;
}

static void sweep_program(struct sweep *sweep, const char *path)
{
    struct elf_image image;
    struct elf_error error;
    size_t size;
    uint8_t *file = read_file(path, &size);

    if (elf_parse(&image, file, size, &error)) {
        fprintf(stderr, "%s: %s\n", path, error.text);
        exit(2);
    }
    for (size_t i = 0; i < image.segment_count; i++) {
        const struct elf_segment *s = &image.segments[i];
        if (!(s->protection & ELF_EXECUTE))
            continue;
        sweep->code = file + s->file_offset;
        sweep->start = s->address;
        sweep->end = s->address + s->file_size;
        elf_symbols(&image, file, size, visit, sweep);
    }
    free(file);
}

int main(int argc, char **argv)
{
    static struct sweep sweep;
    size_t missing = 0;

    riscv_decoder_init(&sweep.decoder);
    for (int i = 1; i < argc; i++)
        sweep_program(&sweep, argv[i]);
    for (size_t i = 0; i < PATTERNS; i++)
        if (!patterns[i].covered) {
            fprintf(stderr, "%s: no case has it\n", patterns[i].name);
            missing++;
        }
    printf("%zu of %zu instructions are in some case\n", PATTERNS - missing, PATTERNS);
    return missing != 0;
}
