/* SPDX-License-Identifier: Apache-2.0
 *
 * From a program's artifact to an artifact of native code: plan, translate, let LLVM optimise and emit, link.
 */
#ifndef MAYFLY_NATIVE_LLVM_COMPILE_H
#define MAYFLY_NATIVE_LLVM_COMPILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "machine/snapshot.h"

struct compile_options {
    const uint32_t *hot; /* addresses whose functions are compiled; NULL: all that can be reached */
    size_t hot_count;
    bool alone;            /* those functions only, not what they call */
    unsigned sample, seed; /* for tests: not 0: about one in `sample` of all functions */
    const char *dump;      /* a file for the optimised LLVM IR; NULL: none */
    bool verify;           /* have LLVM check the IR */
};

struct compile_stats {
    size_t functions, entries, instructions, text_bytes, artifact_bytes;
};

/* Writes native code of the program to `descriptor`. 0, or -1 and `error`. */
MUST_USE int compile_program(const struct snapshot *snapshot, const struct compile_options *options, int descriptor,
                             struct compile_stats *stats, char error[256]);

#endif
