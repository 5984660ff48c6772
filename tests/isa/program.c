/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void program_read(struct program *program, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(2);
    }
    fseek(file, 0, SEEK_END);
    program->size = (size_t)ftell(file);
    rewind(file);
    program->bytes = malloc(program->size + 1);
    if (!program->bytes || fread(program->bytes, 1, program->size, file) != program->size) {
        perror(path);
        exit(2);
    }
    program->bytes[program->size] = '\0';
    fclose(file);
}

void program_each_symbol(const struct program *program, const char *prefix,
                         void (*visit)(void *context, const char *name, uint32_t value), void *context)
{
    Elf64_Ehdr header;
    memcpy(&header, program->bytes, sizeof(header));
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section, strings;
        memcpy(&section, program->bytes + header.e_shoff + i * sizeof(section), sizeof(section));
        if (section.sh_type != SHT_SYMTAB)
            continue;
        memcpy(&strings, program->bytes + header.e_shoff + section.sh_link * sizeof(strings), sizeof(strings));
        for (uint64_t at = 0; at < section.sh_size; at += sizeof(Elf64_Sym)) {
            Elf64_Sym symbol;
            memcpy(&symbol, program->bytes + section.sh_offset + at, sizeof(symbol));
            const char *name = (const char *)program->bytes + strings.sh_offset + symbol.st_name;
            if (!strncmp(name, prefix, strlen(prefix)))
                visit(context, name, (uint32_t)symbol.st_value);
        }
    }
}

struct search {
    const char *name;
    uint32_t value;
    bool found;
};

static void search_visit(void *context, const char *name, uint32_t value)
{
    struct search *search = context;
    if (!search->found && !strcmp(name, search->name))
        *search = (struct search){name, value, true};
}

bool program_symbol(const struct program *program, const char *name, uint32_t *value)
{
    struct search search = {.name = name};
    program_each_symbol(program, name, search_visit, &search);
    *value = search.value;
    return search.found;
}

bool program_start(struct program *program, uint32_t entry, const struct mf_host *host, const struct engine *engine,
                   struct engine_code *code, struct mf_program **loaded, struct mf_instance **instance)
{
    struct mf_diagnostic why;
    Elf64_Ehdr header;

    memcpy(&header, program->bytes, sizeof(header));
    header.e_entry = entry;
    memcpy(program->bytes, &header, sizeof(header));
    struct mf_program_options options = {.elf = program->bytes, .elf_size = program->size, .at_entry = true};
    if (mf_program_create(loaded, &options, &why)) {
        fprintf(stderr, "%s\n", why.text);
        return false;
    }
    if (mf_instance_create(instance, *loaded, host, &why)) {
        fprintf(stderr, "%s\n", why.text);
        mf_program_destroy(*loaded);
        return false;
    }
    if (engine_give(engine, code, *loaded))
        return true;
    mf_instance_destroy(*instance);
    mf_program_destroy(*loaded);
    return false;
}
