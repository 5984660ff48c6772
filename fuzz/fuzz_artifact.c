/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: artifacts. The input says which bytes of a good one are others. What import and check let through can be
 * run and rolled back like any other program.
 */
#include <elf.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memfd.h"
#include "mayfly/sandbox.h"

#define CODE 0x10000u
#define DATA 0x20000u
#define FUEL 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One changed byte. */
struct change {
    uint32_t at;
    uint8_t region; /* which part of the artifact, so that the small ones are met too */
    uint8_t bits;
} __attribute__((packed));

/* Grows the heap, writes to it, shrinks it, for ever. */
static const uint32_t code[] = {
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

static uint8_t *good;
static size_t good_size;

static void make_good(void)
{
    struct {
        Elf64_Ehdr header;
        Elf64_Phdr segments[2];
        uint32_t code[sizeof code / sizeof *code];
    } file = {.header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
                         .e_type = ET_EXEC,
                         .e_machine = EM_RISCV,
                         .e_version = EV_CURRENT,
                         .e_ehsize = sizeof(Elf64_Ehdr),
                         .e_phentsize = sizeof(Elf64_Phdr),
                         .e_phnum = 2}};
    file.header.e_entry = CODE + (uint64_t)((char *)file.code - (char *)&file);
    file.header.e_phoff = (uint64_t)((char *)file.segments - (char *)&file);
    file.segments[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                    .p_flags = PF_R | PF_X,
                                    .p_vaddr = CODE,
                                    .p_filesz = sizeof file,
                                    .p_memsz = sizeof file,
                                    .p_align = 4096};
    file.segments[1] =
        (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_vaddr = DATA, .p_memsz = 4096, .p_align = 4096};
    memcpy(file.code, code, sizeof code);
    const struct mf_program_options options = {
        .elf = &file,
        .elf_size = sizeof file,
        .at_entry = true,
        .limits = {.memory = 96 << 10, .stack = 32 << 10, .request_size = 4 << 10},
    };
    struct mf_program *program;
    struct mf_diagnostic why;
    struct stat status;
    CHECK(mf_program_create(&program, &options, &why) == 0);
    int artifact = mf_program_export(program, &why);
    CHECK(artifact >= 0 && fstat(artifact, &status) == 0);
    good_size = (size_t)status.st_size;
    good = malloc(good_size);
    CHECK(good && pread(artifact, good, good_size, 0) == (ssize_t)good_size);
    close(artifact);
    mf_program_destroy(program);
}

/* A copy with the changes, sealed as builders do it. */
static int make_artifact(const struct change *changes, size_t count)
{
    static const uint32_t parts[] = {1024, 8192, 65536, UINT32_MAX};
    int artifact = memfd_create("artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    CHECK(artifact >= 0 && write(artifact, good, good_size) == (ssize_t)good_size);
    for (size_t i = 0; i < count; i++) {
        size_t part = parts[changes[i].region % 4], most = part < good_size ? part : good_size;
        size_t at = 16 + changes[i].at % (most - 16); /* not the magic number, nor the build's */
        uint8_t byte;
        CHECK(pread(artifact, &byte, 1, (off_t)at) == 1);
        byte ^= changes[i].bits;
        CHECK(pwrite(artifact, &byte, 1, (off_t)at) == 1);
    }
    CHECK(memfd_seal(artifact) == 0);
    return artifact;
}

static void use(struct mf_program *program)
{
    struct mf_instance *instance;
    struct mf_outcome outcome;
    struct mf_diagnostic why;
    if (mf_instance_create(&instance, program, NULL, &why))
        return;
    for (int i = 0; i < 2; i++) {
        mf_instance_run(instance, FUEL, &outcome);
        CHECK(mf_instance_rollback(instance) >= 0);
        CHECK(mf_instance_audit(instance, true, &why) == 0);
    }
    mf_instance_destroy(instance);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mf_program *program;
    struct mf_diagnostic why;
    if (!good)
        make_good();
    int artifact = make_artifact((const struct change *)data, size / sizeof(struct change));
    if (mf_program_import(&program, artifact, &why) == 0) {
        if (mf_program_check(program, &why) == 0)
            use(program);
        mf_program_destroy(program);
    }
    close(artifact);
    return 0;
}
