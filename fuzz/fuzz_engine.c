/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: instructions. The input is the code of a small program with a page of data and registers that point at
 * things worth touching. It runs twice from the same snapshot, the second time in two slices: both must stop alike,
 * with the same registers, and roll back without a trace.
 */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "mayfly/sandbox.h"

#define CODE     0x10000u
#define DATA     0x20000u
#define MAX_CODE 2048
#define FUEL     5000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct file {
    Elf64_Ehdr header;
    Elf64_Phdr segments[2];
    uint8_t data[64];
    uint8_t code[MAX_CODE + 64];
};

/* Before the input: sp and gp into the data page, s0 and s1 at its ends, t0..t2 small numbers. */
static const uint32_t prologue[] = {
    0x000201b7, /* lui gp, 0x20 */
    0x00021137, /* lui sp, 0x21 */
    0x80018413, /* addi s0, gp, -2048 */
    0xff810493, /* addi s1, sp, -8 */
    0x00100293, /* li t0, 1 */
    0xfff00313, /* li t1, -1 */
    0x04000393, /* li t2, 64 */
};

static size_t make_file(struct file *file, const uint8_t *code, size_t size)
{
    memset(file, 0, sizeof *file);
    memcpy(file->header.e_ident, ELFMAG, SELFMAG);
    file->header.e_ident[EI_CLASS] = ELFCLASS64;
    file->header.e_ident[EI_DATA] = ELFDATA2LSB;
    file->header.e_ident[EI_VERSION] = EV_CURRENT;
    file->header.e_type = ET_EXEC;
    file->header.e_machine = EM_RISCV;
    file->header.e_version = EV_CURRENT;
    file->header.e_entry = CODE + offsetof(struct file, code);
    file->header.e_phoff = offsetof(struct file, segments);
    file->header.e_ehsize = sizeof file->header;
    file->header.e_phentsize = sizeof file->segments[0];
    file->header.e_phnum = 2;
    size_t total = offsetof(struct file, code) + sizeof prologue + size;
    file->segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                     .p_flags = PF_R | PF_X,
                                     .p_vaddr = CODE,
                                     .p_filesz = total,
                                     .p_memsz = total,
                                     .p_align = 4096};
    file->segments[1] =
        (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_vaddr = DATA, .p_memsz = 4096, .p_align = 4096};
    memcpy(file->code, prologue, sizeof prologue);
    memcpy(file->code + sizeof prologue, code, size);
    return total;
}

static void run(struct mf_instance *instance, const uint64_t *slices, struct mf_outcome *outcome,
                struct mf_registers *registers)
{
    for (; *slices; slices++) {
        mf_instance_run(instance, *slices, outcome);
        if (outcome->stop != MF_STOP_FUEL)
            break;
    }
    mf_instance_registers(instance, registers);
    struct mf_diagnostic why;
    CHECK(mf_instance_rollback(instance) >= 0);
    CHECK(mf_instance_audit(instance, true, &why) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file file;
    if (size < 2 || size > MAX_CODE)
        return 0;
    struct mf_program_options options = {.elf = &file,
                                         .elf_size = make_file(&file, data, size),
                                         .at_entry = true,
                                         /* Little, as the audit looks at every byte of it. */
                                         .limits = {.memory = 96 << 10, .stack = 32 << 10, .request_size = 4 << 10}};
    struct mf_diagnostic why;
    struct mf_program *program;
    struct mf_instance *instance;
    if (mf_program_create(&program, &options, &why)) {
        fprintf(stderr, "%s\n", why.text);
        CHECK(!"the program is a good one");
    }
    CHECK(mf_instance_create(&instance, program, NULL, &why) == 0);
    struct mf_outcome whole, sliced;
    struct mf_registers after_whole, after_sliced;
    run(instance, (const uint64_t[]){FUEL, 0}, &whole, &after_whole);
    run(instance, (const uint64_t[]){FUEL / 3, FUEL - FUEL / 3, 0}, &sliced, &after_sliced);
    /* A slice ends where the next block no longer fits, so two slices may together end earlier; a stop of the program's
     * own is the same. What reads time or randomness differs by right: only programs without ecall are compared. */
    bool pure = !memchr(data, 0x73, size);
    if (pure && whole.stop != MF_STOP_FUEL && sliced.stop != MF_STOP_FUEL) {
        CHECK(whole.stop == sliced.stop && whole.pc == sliced.pc && whole.instructions == sliced.instructions);
        CHECK(memcmp(&after_whole, &after_sliced, sizeof after_whole) == 0);
    }
    mf_instance_destroy(instance);
    mf_program_destroy(program);
    return 0;
}
