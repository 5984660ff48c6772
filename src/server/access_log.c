/* SPDX-License-Identifier: Apache-2.0 */
#include "server/access_log.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/escape.h"

void access_log_init(struct access_log *log)
{
    *log = (struct access_log){.descriptor = -1, .prefix_ms = -1};
}

int access_log_open(struct access_log *log, int descriptor)
{
    access_log_flush(log, 0, true);
    log->descriptor = -1;
    if (descriptor < 0)
        return 0;
    if (!log->buffer && !(log->buffer = malloc(ACCESS_LOG_BUFFER)))
        return -ENOMEM;
    struct stat status;
    log->regular = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    log->descriptor = descriptor;
    return 0;
}

void access_log_dispose(struct access_log *log)
{
    access_log_flush(log, 0, true);
    free(log->buffer);
    access_log_init(log);
}

/* ---- one line -------------------------------------------------------------------------------------- */

static char *put(char *at, struct span text)
{
    memcpy(at, text.data, text.size);
    return at + text.size;
}

static char *put_number(char *at, struct span name, uint64_t value)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + value % 10);
    while (value /= 10);
    at = put(at, name);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}

/* `max` bounds the escaped text; all of them together stay below ACCESS_LOG_LINE_MAX. */
static char *put_text(char *at, struct span name, struct span text, size_t max)
{
    at = put(at, name);
    at += escape_json(at, max, text);
    *at++ = '"';
    return at;
}

static void refresh_prefix(struct access_log *log, int64_t time)
{
    int64_t ms = time / NS_PER_MS;
    if (ms == log->prefix_ms)
        return;
    time_t seconds = (time_t)(time / NS_PER_SECOND);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    size_t size = strftime(log->prefix, sizeof log->prefix, "{\"time\":\"%Y-%m-%dT%H:%M:%S", &utc);
    size += (size_t)snprintf(log->prefix + size, sizeof log->prefix - size, ".%03dZ\"", (int)(ms % 1000));
    log->prefix_size = size;
    log->prefix_ms = ms;
}

void access_log_line(struct access_log *log, const struct access_entry *entry, int64_t now)
{
    if (log->descriptor < 0)
        return;
    if (log->used + ACCESS_LOG_LINE_MAX > ACCESS_LOG_BUFFER)
        access_log_flush(log, now, true);
    if (log->used + ACCESS_LOG_LINE_MAX > ACCESS_LOG_BUFFER) {
        log->lost++;
        return;
    }
    if (log->used == 0)
        log->oldest = now;
    refresh_prefix(log, entry->time);
    char *at = log->buffer + log->used;
    at = put(at, (struct span){log->prefix, log->prefix_size});
    at = put_text(at, SPAN(",\"tenant\":\""), entry->tenant, 256);
    at = put_text(at, SPAN(",\"version\":\""), entry->version, 64);
    at = put_text(at, SPAN(",\"method\":\""), entry->method, 64);
    at = put_text(at, SPAN(",\"target\":\""), entry->target, 2048);
    at = put_text(at, SPAN(",\"host\":\""), entry->host, 512);
    at = put_number(at, SPAN(",\"status\":"), entry->status);
    at = put_number(at, SPAN(",\"bytes\":"), entry->bytes);
    at = put_number(at, SPAN(",\"us_total\":"), entry->us_total);
    at = put_number(at, SPAN(",\"us_sandbox\":"), entry->us_sandbox);
    at = put_number(at, SPAN(",\"instructions\":"), entry->instructions);
    at = put_number(at, SPAN(",\"pages\":"), entry->pages);
    at = put_text(at, SPAN(",\"stop\":\""), entry->stop, 64);
    at = put_text(at, SPAN(",\"client\":\""), entry->client, 64);
    at = put(at, SPAN("}\n"));
    log->used = (size_t)(at - log->buffer);
    CHECK(log->used <= ACCESS_LOG_BUFFER);
}

/* ---- writing --------------------------------------------------------------------------------------- */

static bool ready(int descriptor)
{
    struct pollfd poll_for = {.fd = descriptor, .events = POLLOUT};
    return poll(&poll_for, 1, 0) == 1 && (poll_for.revents & POLLOUT);
}

/* The size of the whole lines in the first `max` bytes. A line is never longer than ACCESS_LOG_LINE_MAX. */
static size_t whole_lines(const char *bytes, size_t size, size_t max)
{
    if (size <= max)
        return size;
    const char *end = memrchr(bytes, '\n', max);
    return end ? (size_t)(end - bytes) + 1 : size;
}

static uint64_t count_lines(const char *bytes, size_t size)
{
    uint64_t lines = 0;
    for (const char *end = bytes + size; (bytes = memchr(bytes, '\n', (size_t)(end - bytes))); bytes++)
        lines++;
    return lines;
}

void access_log_flush(struct access_log *log, int64_t now, bool all)
{
    if (log->used == 0 || (!all && now - log->oldest < ACCESS_LOG_FLUSH_NS))
        return;
    size_t done = 0;
    while (done < log->used) {
        size_t size = log->used - done;
        if (!log->regular) {
            /* A pipe that is ready takes PIPE_BUF bytes at once and whole, so lines of several workers never mix. */
            if (!ready(log->descriptor))
                break;
            size = whole_lines(log->buffer + done, size, ACCESS_LOG_LINE_MAX);
        }
        ssize_t written = write(log->descriptor, log->buffer + done, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0 && errno == EAGAIN)
            break;
        if (written <= 0) { /* disk full, reader gone: these lines are lost, the server goes on */
            log->lost += count_lines(log->buffer + done, log->used - done);
            done = log->used;
            break;
        }
        done += (size_t)written;
    }
    memmove(log->buffer, log->buffer + done, log->used - done);
    log->used -= done;
    log->oldest = now;
}
