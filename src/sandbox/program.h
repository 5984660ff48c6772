/* SPDX-License-Identifier: Apache-2.0
 *
 * Between program and instance; private to this room.
 */
#ifndef MAYFLY_SANDBOX_PROGRAM_H
#define MAYFLY_SANDBOX_PROGRAM_H

#include "machine/elf.h"
#include "sandbox/instance.h"

/* A learned set that is larger is not worth giving to every new instance. */
#define LEARNED_MAX_PAGES 256

/* Takes over what `space` has learned since the last time: adds pages that are new, and takes its set instead when
 * sampling has made it smaller. */
void program_learn(struct mf_program *program, struct space *space);

/* Makes the pages of the learned set writable in a space of the program; `touch` as in writeset_seed. 0 or -errno. */
MUST_USE int program_teach(struct mf_program *program, struct space *space, bool touch);

/* Registers, host state and phase of a pristine instance. */
void instance_reset(struct mf_instance *instance);

/* Makes what instance_reset copies. 0 or -errno. */
MUST_USE int instance_make_pristine(struct mf_program *program);

/* The program before it runs: the file in memory, its code decoded, heap and stack in place, registers at the entry
 * point. `instance` is zeroed memory; on failure it needs no clean-up. (startup.c) */
MUST_USE int startup_prepare(struct mf_instance *instance, struct snapshot_builder *builder,
                             const struct elf_image *image, const struct mf_program_options *options,
                             const struct mf_limits *limits, struct mf_diagnostic *why);

#endif
