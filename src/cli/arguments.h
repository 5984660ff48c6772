/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands share of reading a command line. argv[0] is always the command's own name. Who finds a mistake says
 * which on stderr, before the usage.
 */
#ifndef MAYFLY_CLI_ARGUMENTS_H
#define MAYFLY_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define ARGUMENTS_WRONG 2 /* the exit code for it */

/* Writes a command's usage to `out`; returns `status`. */
typedef int arguments_usage(FILE *out, int status);

/* Whether this asks for the usage. */
bool arguments_is_help(const char *argument);

/* argv[i] is nothing that the command knows: an option, or one word too many. Returns ARGUMENTS_WRONG. */
int arguments_unknown(char **argv, int i, arguments_usage *usage);

/* The command lacks `what`, such as "PROGRAM". Returns ARGUMENTS_WRONG. */
int arguments_missing(char **argv, const char *what, arguments_usage *usage);

/* What stands behind the option argv[*i], with *i moved on to it; NULL if there is nothing, where `what` was expected.
 */
const char *arguments_value(char **argv, int *i, const char *what, arguments_usage *usage);

/* As above, of a number from 1 to `most`, which may end in K, M or G (powers of 1024). False: there is none. */
bool arguments_number(char **argv, int *i, const char *what, uint64_t most, uint64_t *number, arguments_usage *usage);

/* Reads a command line of nothing but [-c FILE]. False: *code is what the command ends with, for its usage was asked
 * for, or there is a mistake. */
bool arguments_config_file(char **argv, arguments_usage *usage, const char **file, int *code);

/* Reads a command line of nothing but PROGRAM. As above. */
bool arguments_program(char **argv, arguments_usage *usage, const char **path, int *code);

#endif
