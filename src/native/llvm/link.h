/* SPDX-License-Identifier: Apache-2.0
 *
 * Joins the objects that LLVM makes to one artifact. Only what LLVM emits for our modules is understood: one .text,
 * constants, and relative relocations; anything else is an error, never guessed.
 */
#ifndef MAYFLY_NATIVE_LLVM_LINK_H
#define MAYFLY_NATIVE_LLVM_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "native/llvm/translate.h"

struct link_fixup {
    uint32_t at;      /* in the text, 4 bytes */
    uint32_t address; /* guest function whose f_ADDRESS is meant */
    int32_t addend;
};

struct linker {
    const struct code *code;
    uint8_t *text;
    size_t text_size, text_capacity;
    uint32_t *functions; /* per slot: offset of f_ADDRESS, 0 if there is none */
    uint32_t *entries;
    uint32_t function_count, entry_count;
    struct link_fixup *fixups;
    size_t fixup_count, fixup_capacity;
    uint32_t *resuming; /* per slot: offset of r_ADDRESS, 0 if there is none */
    uint32_t enter;
    char error[160];
};

/* 0 or -1 and `error`. */
MUST_USE int link_begin(struct linker *linker, const struct code *code);
MUST_USE int link_add(struct linker *linker, const uint8_t *object, size_t size, const struct resume *resumes,
                      size_t resume_count);
MUST_USE int link_write(struct linker *linker, int descriptor);
void link_end(struct linker *linker);

#endif
