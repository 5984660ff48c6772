/* SPDX-License-Identifier: Apache-2.0
 *
 * The program that fuzzers of artifacts begin with: as small as can be, and busy with its memory for ever.
 */
#ifndef MAYFLY_FUZZ_SMALL_PROGRAM_H
#define MAYFLY_FUZZ_SMALL_PROGRAM_H

#include <elf.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memfd.h"
#include "mayfly/sandbox.h"

#define SMALL_PROGRAM_CODE 0x10000u
#define SMALL_PROGRAM_DATA 0x20000u

/* One changed byte. */
struct change {
    uint32_t at;
    uint8_t region; /* which part of the artifact, so that the small ones are met too */
    uint8_t bits;
} __attribute__((packed));

/* Grows the heap, writes to it, shrinks it, for ever. */
static const uint32_t small_program_code[] = {
    0x0d600893, /* li a7, 214: brk */
    0x00000513, /* li a0, 0 */
    0x00000073, /* ecall */
    0x00002337, /* lui t1, 2 */
    0x00650533, /* add a0, a0, t1 */
    0x00000073, /* ecall */
    0xff153c23, /* sd a7, -8(a0) */
    0x40650533, /* sub a0, a0, t1 */
    0x00000073, /* ecall */
    0xfe9ff06f, /* j to the add */
};

static struct mf_program *small_program_create(void)
{
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr segments[2];
        uint32_t code[sizeof small_program_code / sizeof *small_program_code];
    } file = {.header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
                         .e_type = ET_EXEC,
                         .e_machine = EM_RISCV,
                         .e_version = EV_CURRENT,
                         .e_ehsize = sizeof(Elf64_Ehdr),
                         .e_phentsize = sizeof(Elf64_Phdr),
                         .e_phnum = 2}};
    file.header.e_entry = SMALL_PROGRAM_CODE + (uint64_t)((char *)file.code - (char *)&file);
    file.header.e_phoff = (uint64_t)((char *)file.segments - (char *)&file);
    file.segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                    .p_flags = PF_R | PF_X,
                                    .p_vaddr = SMALL_PROGRAM_CODE,
                                    .p_filesz = sizeof file,
                                    .p_memsz = sizeof file,
                                    .p_align = 4096};
    file.segments[1] = (Elf64_Phdr){
        .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_vaddr = SMALL_PROGRAM_DATA, .p_memsz = 4096, .p_align = 4096};
    memcpy(file.code, small_program_code, sizeof small_program_code);
    const struct mf_program_options options = {
        .elf = &file,
        .elf_size = sizeof file,
        .at_entry = true,
        .limits = {.memory = 96 << 10, .stack = 32 << 10, .request_size = 4 << 10},
    };
    struct mf_program *program;
    struct mf_diagnostic why;
    CHECK(mf_program_create(&program, &options, &why) == 0);
    return program;
}

static void change_byte(int artifact, size_t at, uint8_t bits)
{
    uint8_t byte;
    CHECK(pread(artifact, &byte, 1, (off_t)at) == 1);
    byte ^= bits;
    CHECK(pwrite(artifact, &byte, 1, (off_t)at) == 1);
}

/* Not sealed yet. */
static int copy_artifact(const uint8_t *good, size_t size)
{
    int artifact = memfd_create("artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    CHECK(artifact >= 0 && write(artifact, good, size) == (ssize_t)size);
    return artifact;
}

#endif
