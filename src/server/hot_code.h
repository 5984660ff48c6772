/* SPDX-License-Identifier: Apache-2.0
 *
 * Which functions of one program are worth compiling, and what has become of each. A function is compiled again with
 * every further one, for the new code replaces all that was there. When a compilation fails, the next one has half as
 * many new functions, the hottest first; one that fails alone is never tried again.
 *
 * A worker may have been taken over, and report what is not hot. When the list is full, the one that has most of it
 * gives way to those that have less, so that none crowds out what the others report.
 */
#ifndef MAYFLY_SERVER_HOT_CODE_H
#define MAYFLY_SERVER_HOT_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/check.h"
#include "tier/compiler.h"

#define HOT_REPORTERS 257 /* 0: nobody, as for what a cache had; else a worker's index + 1 */

enum hot_state { HOT_WANTED, HOT_AT_WORK, HOT_NATIVE, HOT_REFUSED, HOT_STATES };

/* Zeroed at start. */
struct hot_code {
    uint32_t functions[COMPILER_HOT];
    uint8_t states[COMPILER_HOT];     /* enum hot_state */
    uint16_t reporters[COMPILER_HOT]; /* who was the first */
    unsigned count;
    unsigned in_state[HOT_STATES];
    unsigned most; /* new ones in one compilation; 0: any number */
};

/* True: it is new, and wanted now. Known ones, and those over the limit or the reporter's part of it, are not. */
bool hot_code_add(struct hot_code *code, uint32_t function, enum hot_state state, unsigned reporter);

/* What a compiler is to be given: all that are native, and those that are wanted, as many as may be, which are at work
 * from now on. Their number. */
MUST_USE unsigned hot_code_begin(struct hot_code *code, uint32_t functions[COMPILER_HOT]);

/* Those that are native; their number. */
MUST_USE unsigned hot_code_native(const struct hot_code *code, uint32_t functions[COMPILER_HOT]);

/* What was at work is native. */
void hot_code_succeed(struct hot_code *code);

/* It is wanted again, with fewer at once; or refused, if it was one alone. True: that. */
bool hot_code_fail(struct hot_code *code);

/* It is wanted again, for it was not the code that failed. */
void hot_code_give_back(struct hot_code *code);

#endif
