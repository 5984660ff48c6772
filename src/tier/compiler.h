/* SPDX-License-Identifier: Apache-2.0
 *
 * Starts mayfly-compiler, a process of its own, which is nice to all others. The command line does so with
 * compiler_start; the server forks, limits what the child may use, and then calls compiler_become.
 */
#ifndef MAYFLY_TIER_COMPILER_H
#define MAYFLY_TIER_COMPILER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"

#define COMPILER_HOT  400 /* functions of one call at most */
#define COMPILER_NICE 5

/* What one call is about. All descriptors stay the caller's. */
struct compiler_job {
    int program; /* of mf_program_export */
    int output;  /* an empty memfd for the native code */
    int report;  /* where its line of JSON goes */
    const uint32_t *hot;
    unsigned hot_count; /* addresses in the functions to compile; 0: all functions */
    bool alone;         /* not what those functions call */
};

/* Beside this binary, or where it is installed. False if this build has no native engine. */
MUST_USE bool compiler_find(char path[PATH_MAX]);

/* Starts the compiler at `path`; it is the caller's to wait for. -errno if it cannot be. */
MUST_USE pid_t compiler_start(const char *path, const struct compiler_job *job);

/* In a child process: becomes the compiler, which `binary` is open for, with an empty environment and none but the
 * job's descriptors. -errno if it cannot. */
MUST_USE int compiler_become(int binary, const struct compiler_job *job);

#endif
