/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's own log: one line to stderr per call, written whole by one write(), so lines of several
 * processes never mix.
 *
 *     2026-01-31T12:00:00.123Z info  worker[812] tenant hello: version 3f2a serves
 *
 * Control characters are escaped as \xNN, so no client or
 * tenant can forge a line. If stderr cannot take the line it is dropped and counted: logging never blocks
 * or stops serving.
 */
#ifndef MAYFLY_BASE_LOG_H
#define MAYFLY_BASE_LOG_H

#include <stdarg.h>
#include <stdint.h>

#include "base/check.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

#define LOG_LINE_MAX 8192

/* From now on a line never waits for whoever reads stderr, a pipe or a terminal; for this process and its children. */
void log_never_wait(void);

/* The name before the process id in each line of this process ("supervisor"); a string that outlives it. */
void log_set_role(const char *role);

/* Lines below `level` are dropped; LOG_INFO at start. */
void log_set_level(enum log_level level);

void log_write(enum log_level level, const char *format, ...) PRINTF_LIKE(2, 3);

/* Lines lost by this process because stderr did not take them. */
uint64_t log_lost(void);

#define log_debug(...)   log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)    log_write(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_error(...)   log_write(LOG_ERROR, __VA_ARGS__)

#endif
