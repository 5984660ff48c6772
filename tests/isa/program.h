/* SPDX-License-Identifier: Apache-2.0
 *
 * A program of cases: an ELF file in memory, its symbols, and an instance of it that begins at one of them.
 */
#ifndef MAYFLY_TESTS_ISA_PROGRAM_H
#define MAYFLY_TESTS_ISA_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engines.h"
#include "mayfly/sandbox.h"

struct program {
    unsigned char *bytes; /* with a NUL behind them */
    size_t size;
};

/* The caller frees `bytes`. Exits with a message if the file cannot be read. */
void program_read(struct program *program, const char *path);

bool program_symbol(const struct program *program, const char *name, uint32_t *value);

/* Calls `visit` for every symbol whose name begins with `prefix`. */
void program_each_symbol(const struct program *program, const char *prefix,
                         void (*visit)(void *context, const char *name, uint32_t value), void *context);

/* An instance that begins at `entry`; `host` may be NULL. Program and instance are the caller's to destroy. False after
 * a message. */
bool program_start(struct program *program, uint32_t entry, const struct mf_host *host, const struct engine *engine,
                   struct engine_code *code, struct mf_program **loaded, struct mf_instance **instance);

#endif
