/* SPDX-License-Identifier: Apache-2.0
 *
 * The access log: one JSON line per request, gathered in a buffer and written when it is full or a tenth of a second
 * old. It never blocks: what the descriptor does not take in time is dropped line by line and counted.
 */
#ifndef MAYFLY_SERVER_ACCESS_LOG_H
#define MAYFLY_SERVER_ACCESS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/span.h"

#define ACCESS_LOG_BUFFER   65536
#define ACCESS_LOG_LINE_MAX 4096 /* a line's texts are cut so that it fits: a pipe takes it whole */
#define ACCESS_LOG_FLUSH_NS INT64_C(100000000)

/* Borrowed during access_log_line. Empty texts are written as "". */
struct access_entry {
    int64_t time; /* wall clock, ns */
    struct span tenant, version, method, target, host, client;
    unsigned status;
    uint64_t bytes; /* of the response's body */
    uint64_t us_total, us_sandbox;
    uint64_t instructions;
    unsigned pages;
    struct span stop; /* "responded", "fixed", "error" ... */
};

struct access_log {
    int descriptor; /* -1: off; borrowed */
    bool regular;   /* a file takes any amount; a pipe or terminal a line at a time, when it is ready */
    char *buffer;   /* allocated at the first open */
    size_t used;
    int64_t oldest; /* monotonic time of the first line in the buffer */
    uint64_t lost;  /* lines */
    int64_t prefix_ms;
    char prefix[48]; /* {"time":"..." of that millisecond */
    size_t prefix_size;
};

/* Descriptor -1: off, lines go nowhere. */
void access_log_init(struct access_log *log);

/* From now on lines go to `descriptor` (-1: off), after what was gathered has gone to the old one. -ENOMEM: off. */
MUST_USE int access_log_open(struct access_log *log, int descriptor);
void access_log_dispose(struct access_log *log); /* flushes; the descriptor stays open */

static inline bool access_log_on(const struct access_log *log)
{
    return log->descriptor >= 0;
}

/* `now`: monotonic. */
void access_log_line(struct access_log *log, const struct access_entry *entry, int64_t now);

/* Writes what is due (with `all`: whatever there is). */
void access_log_flush(struct access_log *log, int64_t now, bool all);

#endif
