/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands that run one program share: the file, and numbers on the command line.
 */
#ifndef MAYFLY_CLI_PROGRAM_FILE_H
#define MAYFLY_CLI_PROGRAM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a whole file into memory of its own (*bytes is to be freed). False with a message on stderr. */
bool program_file_read(const char *command, const char *path, void **bytes, size_t *size);

/* "4096", "64K", "16M", "1G" (powers of 1024). False if it is no such number. */
bool program_file_number(const char *text, uint64_t *number);

#endif
