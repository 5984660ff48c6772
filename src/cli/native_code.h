/* SPDX-License-Identifier: Apache-2.0
 *
 * Native code for a program on the command line: made by mayfly-compiler, a process of its own, and kept in the user's
 * cache.
 */
#ifndef MAYFLY_CLI_NATIVE_CODE_H
#define MAYFLY_CLI_NATIVE_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/check.h"
#include "mayfly/sandbox.h"

struct native_code_report {
    bool cached;
    char text[256]; /* the compiler's line of JSON, if it ran */
};

/* Gives `program` native code. With `cache` it may come from the cache, and goes there. False after a message. */
MUST_USE bool native_code_give(const char *command, struct mf_program *program, bool cache, struct native_code_report *report);

#endif
