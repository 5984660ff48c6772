/* SPDX-License-Identifier: Apache-2.0
 *
 * Native code of one program: a flat, position-independent blob without relocations, in a sealed memfd.
 *
 *     header | entries | pad to a page | text and constants
 *
 * Only the last part is ever mapped executable, and nothing of it ever writable once it has been sealed.
 */
#ifndef MAYFLY_NATIVE_ARTIFACT_H
#define MAYFLY_NATIVE_ARTIFACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "machine/code.h"

struct native_header {
    uint64_t magic, fingerprint, program; /* of this build; of the guest code that it was made of */
    uint64_t file_size;
    uint64_t text_offset, text_size;
    uint64_t entries_offset;
    uint32_t code_start, code_end;
    uint32_t enter; /* offset of the routine that calls an entry from C */
    uint32_t functions, entry_count;
    uint32_t reserved;
};

/* A mapped artifact: immutable, shared by all who run the program. */
struct native_code {
    const struct native_header *header;
    const uint32_t *entries; /* one a slot of struct code: offset into the text, or 0 */
    const uint8_t *text;     /* mapped read and execute */
    size_t size;
};

/* What identifies the guest code: artifacts are only good for the very same. */
uint64_t native_program_hash(const struct code *code);

/* Changes with everything that the generated code relies on. */
uint64_t native_fingerprint(void);

/* Both of the above, which take milliseconds for a large program. */
struct native_identity {
    uint64_t program, fingerprint;
};

struct native_identity native_identify(const struct code *code);

/* Maps an artifact that must be sealed and made for `code`, whose identity was made before, by this build. `descriptor`
 * stays the caller's. 0, -EINVAL for one that is not good, or another -errno. */
MUST_USE int native_open(struct native_code *native, int descriptor, const struct code *code,
                         const struct native_identity *identity);
void native_close(struct native_code *native);

#endif
