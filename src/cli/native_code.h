/* SPDX-License-Identifier: Apache-2.0
 *
 * Native code for a program on the command line: made by mayfly-compiler, a process of its own, and kept in the user's
 * cache.
 */
#ifndef MAYFLY_CLI_NATIVE_CODE_H
#define MAYFLY_CLI_NATIVE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "mayfly/sandbox.h"
#include "tier/code_cache.h"
#include "tier/compiler.h"

struct native_code_report {
    bool cached;
    char text[256]; /* the compiler's line of JSON, if it ran */
};

/* Gives `program` native code, from the cache if it is there. False after a message. */
MUST_USE bool native_code_give(const char *command, struct mf_program *program, struct native_code_report *report);

/* ---- while a program runs: what is hot is compiled beside it ---- */

struct native_code_tier {
    struct mf_program *program;
    const char *command;
    int pid; /* of the compiler, 0 if it does not run */
    int exported, output, report;
    unsigned rounds;  /* compilers started */
    unsigned samples; /* in functions that are not compiled yet */
    unsigned place_count, compiled_count;
    uint32_t places[COMPILER_HOT]; /* functions that were seen at work; the first compiled_count are compiled */
    struct code_cache *cache;      /* NULL: there is none */
    char code[CODE_CACHE_NAME], list[CODE_CACHE_NAME]; /* names of entries */
};

/* Takes native code from the cache if there is some. */
void native_code_tier_begin(struct native_code_tier *tier, const char *command, struct mf_program *program);

/* Between two runs, with where the program is. Starts the compiler once it is clear what is hot, and uses its result as
 * soon as that is there. True if that place has native code and nothing is being compiled. */
bool native_code_tier_sample(struct native_code_tier *tier, uint32_t pc);

void native_code_tier_end(struct native_code_tier *tier);

#endif
