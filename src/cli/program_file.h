/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands that run one program share: reading its file.
 */
#ifndef MAYFLY_CLI_PROGRAM_FILE_H
#define MAYFLY_CLI_PROGRAM_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Reads a whole file into memory of its own (*bytes is to be freed). False with a message on stderr. */
bool program_file_read(const char *command, const char *path, void **bytes, size_t *size);

#endif
