/* SPDX-License-Identifier: Apache-2.0
 *
 * A program's artifact: one sealed memfd with all that instances are made of, the same for the process that built it
 * and those that map it. Nothing in it is an address of the host.
 *
 *     header | operations | charges | regions | sources | symbols | names | host state | pages that are not zero
 *
 * Built in three steps, because the decoded code is needed to run the initialisation whose result is the snapshot:
 * snapshot_begin (room for the operations), snapshot_finish (everything, sealed), snapshot_open.
 */
#ifndef MAYFLY_MACHINE_SNAPSHOT_H
#define MAYFLY_MACHINE_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "machine/code.h"
#include "machine/cpu.h"
#include "machine/space.h"

#define SNAPSHOT_MAX_HOST_STATE 4096
#define SNAPSHOT_MAX_RANGES     16 /* of executable bytes; no fewer than a program has segments */

struct snapshot_symbol {
    uint32_t address, size; /* size 0: up to the next */
    uint32_t name;          /* offset into the names, NUL-terminated there */
};

/* An artifact that is being made. */
struct snapshot_builder {
    struct op *ops;
    uint16_t *charge;
    size_t code_mapped; /* bytes, until finished */
    uint32_t code_start, code_end;
    uint32_t range_count; /* of what was decoded; set before it is finished */
    struct code_range ranges[SNAPSHOT_MAX_RANGES];
};

/* What goes into it beside the code; all borrowed. */
struct snapshot_contents {
    const struct space *space; /* without an image: its write set says which pages to look at */
    const struct cpu *cpu;
    const void *host_state;
    size_t host_state_size;
    const struct snapshot_symbol *symbols; /* sorted by address */
    size_t symbol_count;
    const char *names;
    size_t names_size;
};

/* A mapped artifact; all pointers are into `bytes`. */
struct snapshot {
    int descriptor; /* owned */
    const uint8_t *bytes;
    size_t size;
    struct code code;
    const struct code_range *ranges; /* that the code was decoded from */
    size_t range_count;
    struct space_image image;
    const struct cpu *cpu;
    const void *host_state;
    size_t host_state_size;
    const struct snapshot_symbol *symbols;
    size_t symbol_count;
    const char *names;
    uint32_t block_start, block_size;
    uint64_t page_bytes; /* of the pages that are not zero */
};

struct snapshot_error {
    char text[256];
};

/* Room for the operations of [start, end). 0 or -errno. */
MUST_USE int snapshot_begin(struct snapshot_builder *builder, uint32_t start, uint32_t end);

/* Writes all of it to a memfd, and seals that. The descriptor is the caller's on success; the builder is disposed of in
 * any case. */
MUST_USE int snapshot_finish(struct snapshot_builder *builder, const struct snapshot_contents *contents);

void snapshot_abandon(struct snapshot_builder *builder);

/* Maps an artifact and checks that it is sealed, of this build and sound. `descriptor` stays the caller's. 0, -EINVAL
 * for an artifact that is not good, other -errno. */
MUST_USE int snapshot_open(struct snapshot *snapshot, int descriptor, struct snapshot_error *error);

/* Whether the operations and charges are what the executable bytes of the image decode to: what an interpreter relies
 * on, and nobody else looks at. Takes as long as decoding. 0, -EINVAL if not, -ENOMEM. */
MUST_USE int snapshot_check_code(const struct snapshot *snapshot, struct snapshot_error *error);

/* The same for a binary of the same version that does not run the program: its operations mean nothing there. */
MUST_USE int snapshot_open_to_read(struct snapshot *snapshot, int descriptor, struct snapshot_error *error);
void snapshot_close(struct snapshot *snapshot);

#endif
