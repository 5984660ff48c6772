/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static const char *const level_names[] = {"debug", "info", "warning", "error"};

/* One log per process: the only mutable state at file scope in this room. */
static struct {
    const char *role;
    int process;
    enum log_level level;
    uint64_t lost;
    bool socket; /* stderr is one, as systemd's journal gives it */
} process_log = {.role = "mayfly", .level = LOG_INFO};

/* A pipe or a terminal is opened anew: O_NONBLOCK on the descriptor that we were given would hold for the other
 * processes that have it too. */
void log_never_wait(void)
{
    struct stat status;
    if (fstat(STDERR_FILENO, &status) != 0)
        return;
    process_log.socket = S_ISSOCK(status.st_mode);
    if (!S_ISFIFO(status.st_mode) && !isatty(STDERR_FILENO))
        return;
    int again = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (again < 0)
        return; /* as it was */
    (void)dup2(again, STDERR_FILENO);
    (void)close(again);
}

void log_set_role(const char *role)
{
    process_log.role = role;
    process_log.process = (int)getpid();
}

void log_set_level(enum log_level level)
{
    process_log.level = level;
}

uint64_t log_lost(void)
{
    return process_log.lost;
}

static size_t append_escaped(char *line, size_t at, size_t max, const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c && at + 5 < max; c++) {
        if (*c >= 0x20 && *c != 0x7f)
            line[at++] = (char)*c;
        else
            at += (size_t)snprintf(line + at, max - at, "\\x%02x", *c);
    }
    return at;
}

static size_t append_prefix(char *line, size_t max, enum log_level level)
{
    if (process_log.process == 0) /* no role was set */
        process_log.process = (int)getpid();
    int64_t now = clock_read(CLOCK_REALTIME);
    time_t seconds = (time_t)(now / NS_PER_SECOND);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    size_t at = strftime(line, max, "%Y-%m-%dT%H:%M:%S", &utc);
    int more = snprintf(line + at, max - at, ".%03dZ %-7s %s[%d] ", (int)(now / NS_PER_MS % 1000), level_names[level],
                        process_log.role, process_log.process);
    return at + (size_t)more;
}

void log_write(enum log_level level, const char *format, ...)
{
    if (level < process_log.level)
        return;
    char text[LOG_LINE_MAX], line[LOG_LINE_MAX + 128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);

    size_t at = append_prefix(line, sizeof line, level);
    at = append_escaped(line, at, sizeof line - 1, text);
    line[at++] = '\n';
    ssize_t written = process_log.socket ? send(STDERR_FILENO, line, at, MSG_DONTWAIT | MSG_NOSIGNAL)
                                         : write(STDERR_FILENO, line, at);
    if (written != (ssize_t)at)
        process_log.lost++;
}
