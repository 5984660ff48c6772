/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/journal.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256u

bool journal_recall(struct journal *journal, void *bytes, size_t size)
{
    if (size > journal->used - journal->at)
        return false;
    memcpy(bytes, journal->bytes + journal->at, size);
    journal->at += size;
    return true;
}

/* What is heard stays in one buffer only: a grown one is not left to the allocator with its secrets. */
static bool grow(struct journal *journal, size_t needed)
{
    size_t capacity = journal->capacity ? journal->capacity : FIRST_CAPACITY;
    while (capacity < needed)
        capacity *= 2;
    uint8_t *bytes = capacity <= JOURNAL_LIMIT ? malloc(capacity) : NULL;
    if (!bytes)
        return false;
    if (journal->used) {
        memcpy(bytes, journal->bytes, journal->used);
        explicit_bzero(journal->bytes, journal->used);
    }
    free(journal->bytes);
    journal->bytes = bytes;
    journal->capacity = capacity;
    return true;
}

bool journal_record(struct journal *journal, const void *bytes, size_t size)
{
    if (journal->full)
        return false;
    if (size > journal->capacity - journal->used && !grow(journal, journal->used + size)) {
        journal->full = true;
        return false;
    }
    memcpy(journal->bytes + journal->used, bytes, size);
    journal->used += size;
    journal->at = journal->used;
    return true;
}

bool journal_says(struct journal *journal)
{
    if (journal->said_again < journal->said) {
        journal->said_again++;
        return false;
    }
    journal->said_again = ++journal->said;
    return true;
}

void journal_repeat(struct journal *journal)
{
    journal->at = 0;
    journal->said_again = 0;
}

void journal_erase(struct journal *journal)
{
    if (journal->used)
        explicit_bzero(journal->bytes, journal->used);
    journal->used = journal->at = 0;
    journal->said = journal->said_again = 0;
    journal->full = false;
}

void journal_dispose(struct journal *journal)
{
    journal_erase(journal);
    free(journal->bytes);
    *journal = (struct journal){.bytes = NULL};
}
