/* SPDX-License-Identifier: Apache-2.0 */
#include "native/artifact.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/memfd.h"
#include "native/format.h"
#include "native/run.h"
#include "riscv/decode.h"

static uint64_t hash(uint64_t seed, const void *data, size_t size)
{
    return XXH3_64bits_withSeed(data, size, seed);
}

/* Operations are made of the code and nothing else, and have all of it but the bits that do not matter. */
uint64_t native_program_hash(const struct code *code)
{
    size_t slots = (size_t)(code->end - code->start) / 2;
    uint64_t seed = hash(0, code->ops, slots * sizeof code->ops[0]);
    seed = hash(seed, code->charge, slots * sizeof code->charge[0]);
    return hash(seed, (const uint32_t[]){code->start, code->end}, 8);
}

/* What instructions mean here. */
static uint64_t decoder_fingerprint(void)
{
    struct riscv_decoder decoder;
    uint64_t seed = 0;
    uint32_t state = 1;

    riscv_decoder_init(&decoder);
    for (unsigned i = 0; i < 4096; i++) {
        state = state * 1664525 + 1013904223;
        struct riscv_instruction in = riscv_decode(&decoder, state ^ state >> 16);
        seed = hash(seed, &in.id, sizeof in.id);
        seed = hash(seed, &in.imm, sizeof in.imm);
    }
    return seed;
}

#define PASS_NUMBER(n) n,

/* The host's processor is part of it: code is made for what it can do. */
uint64_t native_fingerprint(void)
{
    static const uint8_t passed[] = {NATIVE_PASSED_INTEGERS(PASS_NUMBER) 0xff, NATIVE_PASSED_FLOATS(PASS_NUMBER) 0xff,
                                     NATIVE_PARKED(PASS_NUMBER)};
    const size_t layout[] = {
        NATIVE_VERSION,          sizeof(struct native_header), sizeof(struct cpu),  offsetof(struct cpu, x),
        offsetof(struct cpu, f), offsetof(struct cpu, native), native_host_level(),
    };
    return hash(hash(decoder_fingerprint(), passed, sizeof passed), layout, sizeof layout);
}

unsigned native_host_level(void)
{
#if defined(__x86_64__)
    unsigned a, b, c = 0, d;
    bool lzcnt = __get_cpuid(0x80000001, &a, &b, &c, &d) && (c & bit_LZCNT);
    bool three = lzcnt && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                 __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt");
    return three ? 3 : 1;
#else
    return 0;
#endif
}

static bool fits(uint64_t offset, uint64_t count, uint64_t size, uint64_t end)
{
    return offset % 4 == 0 && offset <= end && count <= (end - offset) / size;
}

struct native_identity native_identify(const struct code *code)
{
    return (struct native_identity){native_program_hash(code), native_fingerprint()};
}

static bool is_sound(const struct native_header *h, uint64_t size, const struct code *code,
                     const struct native_identity *identity)
{
    uint64_t slots = code_slots(code->start, code->end);
    return h->magic == NATIVE_MAGIC && h->fingerprint == identity->fingerprint && h->file_size == size &&
           h->code_start == code->start && h->code_end == code->end && h->program == identity->program &&
           h->text_offset % NATIVE_PAGE == 0 && h->text_offset <= size && h->text_size <= size - h->text_offset &&
           h->enter < h->text_size && fits(h->entries_offset, slots, 4, h->text_offset);
}

static bool entries_are_sound(const struct native_code *native, const struct code *code)
{
    size_t slots = code_slots(code->start, code->end);
    for (size_t i = 0; i < slots; i++)
        if (native->entries[i] >= native->header->text_size)
            return false;
    return true;
}

int native_open(struct native_code *native, int descriptor, const struct code *code,
                const struct native_identity *identity)
{
    struct stat status;
    int failed = -EINVAL;

    memset(native, 0, sizeof *native);
    if (fstat(descriptor, &status))
        return -errno;
    if (!memfd_is_sealed(descriptor) || status.st_size < (off_t)sizeof(struct native_header))
        return -EINVAL;
    /* All pages at once, here and below: whoever runs the code waits for none. */
    uint8_t *bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (bytes == MAP_FAILED)
        return -errno;
    native->header = (const struct native_header *)(const void *)bytes;
    native->size = (size_t)status.st_size;
    if (!is_sound(native->header, native->size, code, identity))
        goto fail;
    native->entries = (const uint32_t *)(const void *)(bytes + native->header->entries_offset);
    native->text = bytes + native->header->text_offset;
    if (!entries_are_sound(native, code))
        goto fail;
    /* Mapped executable from the start: a process that may not change protections to executable can do this. */
    if (mmap(bytes + native->header->text_offset, native->size - native->header->text_offset, PROT_READ | PROT_EXEC,
             MAP_PRIVATE | MAP_FIXED | MAP_POPULATE, descriptor, (off_t)native->header->text_offset) == MAP_FAILED) {
        failed = -errno;
        goto fail;
    }
    return 0;
fail:
    native_close(native);
    return failed;
}

void native_close(struct native_code *native)
{
    if (native->header) {
        union {
            const struct native_header *header;
            void *bytes;
        } mapping = {.header = native->header};
        CHECK(munmap(mapping.bytes, native->size) == 0);
    }
    memset(native, 0, sizeof *native);
}
