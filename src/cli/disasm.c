/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly disasm: the code of a program as the engine decodes it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/program_file.h"
#include "machine/elf.h"
#include "riscv/disassemble.h"

/* Function symbols sorted by address. */
struct symbols {
    struct elf_symbol *entries;
    size_t count, room;
    bool failed;
};

static void symbols_add(void *context, const struct elf_symbol *symbol)
{
    struct symbols *symbols = context;
    if (symbols->count == symbols->room) {
        size_t room = symbols->room ? symbols->room * 2 : 1024;
        struct elf_symbol *entries = realloc(symbols->entries, room * sizeof(*entries));
        if (!entries) {
            symbols->failed = true;
            return;
        }
        symbols->entries = entries;
        symbols->room = room;
    }
    symbols->entries[symbols->count++] = *symbol;
}

static int symbols_compare(const void *a, const void *b)
{
    const struct elf_symbol *left = a, *right = b;
    return (left->address > right->address) - (left->address < right->address);
}

/* The last symbol at or below `address`; NULL if there is none. */
static const struct elf_symbol *symbols_find(const struct symbols *symbols, uint32_t address)
{
    size_t low = 0, high = symbols->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (symbols->entries[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &symbols->entries[low - 1] : NULL;
}

/* The text, and where it leads. As objdump has it: `jal 0x1040c` if there is no symbol, else `jal 1040c <main>`. */
static void print_instruction(const char *text, const struct symbols *symbols, const uint32_t *target)
{
    const struct elf_symbol *symbol = target ? symbols_find(symbols, *target) : NULL;
    const char *number = symbol ? strstr(text, "0x") : NULL;
    if (!number) {
        puts(text);
        return;
    }
    printf("%.*s%" PRIx32 " <%.*s", (int)(number - text), text, *target, (int)symbol->name_size, symbol->name);
    if (*target != symbol->address)
        printf("+0x%" PRIx32, *target - symbol->address);
    puts(">");
}

static void print_segment(const struct elf_segment *segment, const uint8_t *file, const struct symbols *symbols)
{
    struct riscv_decoder decoder;
    const uint8_t *bytes = file + segment->file_offset;
    uint32_t at = segment->address & 1, target;

    riscv_decoder_init(&decoder);
    printf("\ncode at %" PRIx32 ":\n", segment->address);
    while (at + 2 <= segment->file_size) {
        uint32_t pc = segment->address + at;
        uint16_t halves[2] = {0, 0};
        memcpy(halves, bytes + at, at + 4 <= segment->file_size ? 4 : 2);
        const struct elf_symbol *symbol = symbols_find(symbols, pc);
        if (symbol && symbol->address == pc)
            printf("\n%08" PRIx32 " <%.*s>:\n", pc, (int)symbol->name_size, symbol->name);

        char text[DISASSEMBLE_MAX];
        struct riscv_instruction in = riscv_decode(&decoder, halves[0] | (uint32_t)halves[1] << 16);
        if (at + in.size > segment->file_size)
            in = (struct riscv_instruction){.id = RISCV_ILLEGAL, .size = 2};
        riscv_disassemble(text, &in, pc, true);
        if (in.size == 4)
            printf("%8" PRIx32 ":\t%04x%04x\t", pc, halves[1], halves[0]);
        else
            printf("%8" PRIx32 ":\t%04x    \t", pc, halves[0]);
        print_instruction(text, symbols, riscv_target(&in, pc, &target) ? &target : NULL);
        at += in.size;
    }
}

static int usage(FILE *out, int status)
{
    fputs("usage: mayfly disasm PROGRAM\n", out);
    return status;
}

int command_disasm(int argc, char **argv)
{
    const char *path;
    int code;
    struct elf_image image;
    struct elf_error error;
    struct symbols symbols = {.entries = NULL};
    void *file;
    size_t size;

    if (!arguments_program(argv, usage, &path, &code))
        return code;
    if (!program_file_read("disasm", path, &file, &size))
        return 1;
    if (elf_parse(&image, file, size, &error)) {
        fprintf(stderr, "mayfly disasm: %s: %s\n", path, error.text);
        free(file);
        return 1;
    }
    elf_symbols(&image, file, size, symbols_add, &symbols);
    if (symbols.failed)
        fputs("mayfly disasm: not enough memory for all symbols\n", stderr);
    if (symbols.count)
        qsort(symbols.entries, symbols.count, sizeof(*symbols.entries), symbols_compare);
    printf("%s: RISC-V, entry %" PRIx32 "\n", path, image.entry);
    for (size_t i = 0; i < image.segment_count; i++)
        if (image.segments[i].protection & ELF_EXECUTE)
            print_segment(&image.segments[i], file, &symbols);
    free(symbols.entries);
    free(file);
    return fflush(stdout) ? 1 : 0;
}
