/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: attaching native code. The input says which bytes of a good artifact are others, and how long it is. What
 * is let through has its places in its own text; what is refused leaves the program as it was. Nothing of it is run:
 * what instructions do is the compiler's part (docs/security.md).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "machine/code.h"
#include "native/artifact.h"
#include "native/format.h"
#include "small_program.h"

#define TEXT 256 /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int program_artifact;
static uint8_t *good;
static size_t good_size, good_entries_end;

/* As the compiler lays it out, with a place in the text for every second instruction. */
static void make_good(void)
{
    struct mf_program *program = small_program_create();
    struct mf_program_info info;
    struct mf_diagnostic why;
    char key[MF_NATIVE_KEY_SIZE];
    unsigned long long identity, fingerprint;
    mf_program_info(program, &info);
    mf_program_native_key(program, key);
    CHECK(sscanf(key, "%llx-%llx", &identity, &fingerprint) == 2);
    struct native_header header = {.magic = NATIVE_MAGIC,
                                   .fingerprint = fingerprint,
                                   .program = identity,
                                   .text_size = TEXT,
                                   .entries_offset = sizeof header,
                                   .code_start = info.code_start,
                                   .code_end = info.code_start + (uint32_t)info.code_bytes,
                                   .functions = 1};
    size_t slots = code_slots(header.code_start, header.code_end);
    good_entries_end = sizeof header + slots * sizeof(uint32_t);
    header.text_offset = (good_entries_end + NATIVE_PAGE - 1) / NATIVE_PAGE * NATIVE_PAGE;
    header.file_size = good_size = header.text_offset + TEXT;
    good = calloc(1, good_size);
    CHECK(good);
    for (size_t i = 0; i < slots && i < TEXT / 4; i += 4) {
        ((uint32_t *)(void *)(good + sizeof header))[i] = (uint32_t)(4 * i + 4) % TEXT;
        header.entry_count++;
    }
    memcpy(good, &header, sizeof header);
    program_artifact = mf_program_export(program, &why);
    CHECK(program_artifact >= 0);
    mf_program_destroy(program);
}

/* Header behind what names program and build, entries, text, or a new end: sealed. */
static int make_native(const struct change *changes, size_t count)
{
    int artifact = copy_artifact(good, good_size);
    size_t size = good_size;
    for (size_t i = 0; i < count; i++) {
        const size_t begins[] = {offsetof(struct native_header, file_size), sizeof(struct native_header), 24};
        const size_t ends[] = {sizeof(struct native_header), good_entries_end, size};
        unsigned region = changes[i].region % 4;
        if (region == 3) {
            size = changes[i].at % (2 * good_size);
            CHECK(ftruncate(artifact, (off_t)size) == 0);
            if (size >= sizeof(struct native_header)) /* what follows may change that, too */
                CHECK(pwrite(artifact, &size, sizeof size, offsetof(struct native_header, file_size)) == sizeof size);
        } else if (ends[region] <= size && begins[region] < ends[region]) {
            change_byte(artifact, begins[region] + changes[i].at % (ends[region] - begins[region]), changes[i].bits);
        }
    }
    CHECK(memfd_seal(artifact) == 0);
    return artifact;
}

/* ---- what is attached ------------------------------------------------------------------------------ */

struct seen {
    const struct mf_program *program;
    size_t places;
    uintptr_t begin, end; /* of all texts */
};

/* Reads it all, as a processor would. */
static void see_place(void *user, uintptr_t address, size_t size, uint32_t pc)
{
    struct seen *seen = user;
    CHECK(mf_program_is_native(seen->program, pc));
    for (size_t i = 0; i < size; i++)
        (void)*(const volatile uint8_t *)(address + i);
    seen->places++;
    seen->begin = address < seen->begin ? address : seen->begin;
    seen->end = address + size > seen->end ? address + size : seen->end;
}

static size_t count_native(const struct mf_program *program)
{
    struct mf_program_info info;
    size_t count = 0;
    mf_program_info(program, &info);
    for (uint32_t pc = info.code_start - 64; pc != info.code_start + info.code_bytes + 64; pc += 2)
        count += mf_program_is_native(program, pc);
    return count;
}

static void look_at(const struct mf_program *program, size_t size)
{
    struct seen seen = {.program = program, .begin = UINTPTR_MAX};
    CHECK(mf_program_native_size(program) == size);
    CHECK(mf_program_native_map(program, see_place, &seen) == MF_OK);
    CHECK(seen.places == count_native(program));
    CHECK(seen.places == 0 || seen.end - seen.begin < size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mf_program *program;
    struct mf_diagnostic why;
    struct stat status;
    if (!good)
        make_good();
    CHECK(mf_program_import(&program, program_artifact, &why) == MF_OK);
    int changed = make_native((const struct change *)data, size / sizeof(struct change));
    CHECK(fstat(changed, &status) == 0);
    int failed = mf_program_set_native(program, changed, &why);
    CHECK(failed == MF_OK || failed == MF_ERROR_FORMAT);
    look_at(program, failed ? 0 : (size_t)status.st_size);
    int whole = make_native(NULL, 0);
    CHECK(mf_program_set_native(program, whole, &why) == MF_OK);
    look_at(program, good_size);
    CHECK(count_native(program) > 0);
    mf_program_destroy(program);
    close(changed);
    close(whole);
    return 0;
}
