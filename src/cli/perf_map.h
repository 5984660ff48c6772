/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of guest functions for `perf report`: /tmp/perf-PID.map, which perf looks for by itself.
 */
#ifndef MAYFLY_CLI_PERF_MAP_H
#define MAYFLY_CLI_PERF_MAP_H

#include "mayfly/sandbox.h"

/* Writes it for the native code that `program` has now. A message if it cannot be written; nothing else depends on it.
 */
void perf_map_write(const char *command, const struct mf_program *program);

#endif
