/* SPDX-License-Identifier: Apache-2.0
 *
 * The subcommands of `mayfly`, one source file each. Exit codes: 0 done, 1 failed (a message says why), 2 the command
 * line is wrong.
 */
#ifndef MAYFLY_CLI_COMMANDS_H
#define MAYFLY_CLI_COMMANDS_H

#define COMMAND(name, function, arguments, documentation) int function(int argc, char **argv);
#include "cli/commands.def"
#undef COMMAND

#endif
