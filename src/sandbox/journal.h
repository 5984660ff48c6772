/* SPDX-License-Identifier: Apache-2.0
 *
 * What a request heard from its host and how often it spoke to it, so that it can be run again from the snapshot with
 * the same course and without being heard twice. Kept only for requests that run native code (sandbox/run.c says
 * when one is repeated). Host memory of one instance; erased by rollback, as it holds what was secret to a request.
 */
#ifndef MAYFLY_SANDBOX_JOURNAL_H
#define MAYFLY_SANDBOX_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_LIMIT (64u << 10) /* bytes; a request that hears more cannot be repeated from then on */

struct journal {
    uint8_t *bytes; /* owned; NULL until something is heard */
    size_t capacity;
    size_t used; /* heard */
    size_t at;   /* of those, heard again */
    uint32_t said, said_again;
    bool full;
};

/* While a request is repeated: what it heard at this point. False if it hears something new: then the caller asks the
 * host, and records the answer. Sizes are the same as when it was recorded. */
bool journal_recall(struct journal *journal, void *bytes, size_t size);

/* False once there is no room, or no memory: the journal is full then, and of no use to a repetition. */
bool journal_record(struct journal *journal, const void *bytes, size_t size);

/* Called for each output: true if the host is to see it, false if it did before the request was repeated. */
bool journal_says(struct journal *journal);

/* The request begins again. */
void journal_repeat(struct journal *journal);

/* Forgets all, for the next request. */
void journal_erase(struct journal *journal);

void journal_dispose(struct journal *journal);

#endif
