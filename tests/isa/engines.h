/* SPDX-License-Identifier: Apache-2.0
 *
 * The engines that a case runs on, behind one hook: a program is given what the engine needs, and an instance is run
 * the way the engine says. All of it through the public header, as any host would do it.
 */
#ifndef MAYFLY_TESTS_ISA_ENGINES_H
#define MAYFLY_TESTS_ISA_ENGINES_H

#include <stdbool.h>
#include <stdint.h>

#include "mayfly/sandbox.h"

struct engine {
    const char *name;
    bool native;
    uint64_t slice; /* instructions given at a time; 0: all at once */
};

extern const struct engine engines[];
extern const unsigned engine_count;

/* NULL if there is none of that name. */
const struct engine *engine_find(const char *name);

/* Native code for one guest code, compiled when it is first wanted: programs that differ in their entry share it. It is
 * kept beside the program, PROGRAM.native, and made again when the program or the compiler is newer. */
struct engine_code {
    const char *compiler; /* path of mayfly-compiler */
    const char *program;  /* path of the guest */
    int artifact;         /* -1: none yet */
};

/* False after a message. */
bool engine_give(const struct engine *engine, struct engine_code *code, struct mf_program *program);

/* Runs to a stop, or until `fuel` is used up. */
void engine_run(const struct engine *engine, struct mf_instance *instance, uint64_t fuel, struct mf_outcome *outcome);

#endif
