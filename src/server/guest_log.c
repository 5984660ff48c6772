/* SPDX-License-Identifier: Apache-2.0 */
#include "server/guest_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "mayfly/abi.h"
#include "server/escape.h"

static void refill(struct guest_log *log, int64_t now)
{
    bucket_refill(&log->bytes, GUEST_LOG_LINE_MAX + GUEST_LOG_OVERHEAD, now); /* or a long line would never fit */
}

static enum log_level level_of(int level)
{
    switch (level) {
    case MAYFLY_LOG_DEBUG:
        return LOG_DEBUG;
    case MAYFLY_LOG_WARNING:
        return LOG_WARNING;
    case MAYFLY_LOG_ERROR:
        return LOG_ERROR;
    default:
        return LOG_INFO;
    }
}

/* Once a second at most, or a flood would make two lines of each that it is allowed. */
static void report_dropped(struct guest_log *log, struct span tenant, int64_t now)
{
    if (!log->dropped || now - log->reported < NS_PER_SECOND)
        return;
    log->reported = now;
    log_warning("tenant %.*s: %llu lines dropped, over its %llu bytes of log per second (log_rate)", (int)tenant.size,
                tenant.data, (unsigned long long)log->dropped, (unsigned long long)log->bytes.rate);
    log->dropped = 0;
}

static void drop(struct guest_log *log, size_t lines)
{
    log->dropped += lines;
    metrics_add(&log->metrics->log_dropped, lines);
}

bool guest_log_line(struct guest_log *log, struct span tenant, int level, struct span text, int64_t now)
{
    bool cut = text.size > GUEST_LOG_LINE_MAX;
    if (cut)
        text.size = GUEST_LOG_LINE_MAX;
    refill(log, now);
    metrics_add(&log->metrics->log_lines, 1);
    if (log->bytes.tokens < (int64_t)text.size + GUEST_LOG_OVERHEAD) {
        drop(log, 1);
        return false;
    }
    bucket_spend(&log->bytes, text.size + GUEST_LOG_OVERHEAD);
    report_dropped(log, tenant, now);
    char line[LOG_LINE_MAX - 512]; /* leaves room for the tenant's name; escapes may need up to 4 bytes each */
    size_t size = escape_line(line, sizeof line, text);
    log_write(level_of(level), "tenant %.*s: %.*s%s", (int)tenant.size, tenant.data, (int)size, line,
              cut ? " [cut]" : "");
    return true;
}

void guest_log_tick(struct guest_log *log, struct span tenant, int64_t now)
{
    if (!log->dropped)
        return;
    refill(log, now);
    if (log->bytes.tokens >= GUEST_LOG_OVERHEAD)
        report_dropped(log, tenant, now);
}

/* ---- callbacks ------------------------------------------------------------------------------------- */

static bool output_line(struct guest_output *output, int level, const char *text, size_t size)
{
    return guest_log_line(output->log, *output->tenant, level, (struct span){text, size}, *output->now);
}

void guest_log_say(void *user, int level, const char *text, size_t size)
{
    (void)output_line(user, level, text, size);
}

static int stream_level(int stream)
{
    return stream == 0 ? MAYFLY_LOG_INFO : MAYFLY_LOG_WARNING;
}

/* Ends the unfinished line with `bytes`. */
static bool end_partial(struct guest_output *output, int stream, const char *bytes, size_t size)
{
    size_t room = GUEST_LOG_LINE_MAX - output->partial_size[stream];
    size_t taken = size < room ? size : room;
    memcpy(output->partial[stream] + output->partial_size[stream], bytes, taken);
    size = output->partial_size[stream] + taken;
    output->partial_size[stream] = 0;
    return output_line(output, stream_level(stream), output->partial[stream], size);
}

static void keep_partial(struct guest_output *output, int stream, const char *bytes, size_t size)
{
    if (!output->partial[stream] && !(output->partial[stream] = malloc(GUEST_LOG_LINE_MAX))) {
        (void)output_line(output, stream_level(stream), bytes, size); /* no memory to wait for the rest of the line */
        return;
    }
    size_t room = GUEST_LOG_LINE_MAX - output->partial_size[stream];
    if (size > room)
        size = room; /* the line is cut here; its end is still waited for */
    memcpy(output->partial[stream] + output->partial_size[stream], bytes, size);
    output->partial_size[stream] += size;
}

/* Counts the whole lines at the start of `bytes` as dropped. Their size. */
static size_t drop_lines(struct guest_output *output, const char *bytes, size_t size)
{
    const char *last = memrchr(bytes, '\n', size);
    if (!last)
        return 0;
    size_t dropped = (size_t)(last - bytes) + 1, lines = span_count((struct span){bytes, dropped}, '\n');
    metrics_add(&output->log->metrics->log_lines, lines);
    drop(output->log, lines);
    return dropped;
}

void guest_log_output(void *user, int descriptor, const char *bytes, size_t size)
{
    struct guest_output *output = user;
    int stream = descriptor == 2;
    bool logged = true;
    const char *end;
    while (logged && size > 0 && (end = memchr(bytes, '\n', size))) {
        size_t length = (size_t)(end - bytes);
        if (output->partial_size[stream])
            logged = end_partial(output, stream, bytes, length);
        else
            logged = output_line(output, stream_level(stream), bytes, length);
        bytes = end + 1;
        size -= length + 1;
    }
    if (!logged) {
        size_t dropped = drop_lines(output, bytes, size);
        bytes += dropped;
        size -= dropped;
    }
    if (size > 0)
        keep_partial(output, stream, bytes, size);
}

const struct mf_host guest_log_host = {.log = guest_log_say, .output = guest_log_output};

void guest_log_finish(struct guest_output *output)
{
    for (int stream = 0; stream < 2; stream++) {
        if (!output->partial[stream])
            continue;
        if (output->partial_size[stream])
            (void)end_partial(output, stream, "", 0);
        free(output->partial[stream]);
        output->partial[stream] = NULL;
    }
}
