/* SPDX-License-Identifier: Apache-2.0
 *
 * A hash table with open addressing that counts words: insertion, growth, lookup and deletion.
 */
#include "bench.h"

#define WORDS      6000
#define WORD_SIZE  16
#define FIRST_SIZE 64

struct entry {
    const char *key; /* NULL is free */
    uint32_t length;
    uint32_t hash;
    uint64_t count;
};

struct table {
    struct entry *entries;
    uint32_t mask; /* entries - 1; their number is a power of two */
    uint32_t used;
};

static char words[WORDS][WORD_SIZE];

/* FNV-1a. */
static uint32_t hash_of(const char *key, uint32_t length)
{
    uint32_t hash = 2166136261u;
    for (uint32_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return hash;
}

static void table_init(struct table *table, uint32_t size)
{
    table->entries = calloc(size, sizeof *table->entries);
    if (!table->entries)
        bench_fail("out of memory");
    table->mask = size - 1;
    table->used = 0;
}

/* The key's entry, or the free one where it belongs. */
static struct entry *table_find(const struct table *table, const char *key, uint32_t length, uint32_t hash)
{
    for (uint32_t at = hash & table->mask;; at = (at + 1) & table->mask) {
        struct entry *entry = &table->entries[at];
        if (!entry->key || (entry->hash == hash && entry->length == length && memcmp(entry->key, key, length) == 0))
            return entry;
    }
}

static void table_grow(struct table *table)
{
    struct table larger;
    table_init(&larger, (table->mask + 1) * 2);
    for (uint32_t i = 0; i <= table->mask; i++) {
        const struct entry *old = &table->entries[i];
        if (old->key)
            *table_find(&larger, old->key, old->length, old->hash) = *old;
    }
    larger.used = table->used;
    free(table->entries);
    *table = larger;
}

static void table_count(struct table *table, const char *key, uint32_t length)
{
    uint32_t hash = hash_of(key, length);
    if (table->used * 4 > table->mask * 3)
        table_grow(table);
    struct entry *entry = table_find(table, key, length, hash);
    if (!entry->key) {
        *entry = (struct entry){.key = key, .length = length, .hash = hash};
        table->used++;
    }
    entry->count++;
}

/* Moves later entries of the run back over the hole, so that no tombstone stays. */
static int table_delete(struct table *table, const char *key, uint32_t length)
{
    struct entry *entry = table_find(table, key, length, hash_of(key, length));
    if (!entry->key)
        return 0;
    uint32_t hole = (uint32_t)(entry - table->entries);
    for (uint32_t at = (hole + 1) & table->mask; table->entries[at].key; at = (at + 1) & table->mask) {
        uint32_t home = table->entries[at].hash & table->mask;
        if (((at - home) & table->mask) >= ((at - hole) & table->mask)) {
            table->entries[hole] = table->entries[at];
            hole = at;
        }
    }
    table->entries[hole].key = NULL;
    table->used--;
    return 1;
}

static void write_words(uint64_t *random)
{
    for (int i = 0; i < WORDS; i++) {
        uint32_t length = 3 + (uint32_t)(bench_random(random) % (WORD_SIZE - 4));
        for (uint32_t j = 0; j < length; j++)
            words[i][j] = (char)('a' + bench_random(random) % 26);
    }
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 85);
    uint64_t checksum = 0, random = 8;

    write_words(&random);
    for (long round = 0; round < repeat; round++) {
        struct table table;
        table_init(&table, FIRST_SIZE);
        for (int i = 0; i < 5 * WORDS; i++) {
            /* The smaller of two: some words are frequent, most are rare. */
            uint64_t choice = bench_random(&random);
            uint32_t a = (uint32_t)choice % WORDS, b = (uint32_t)(choice >> 32) % WORDS;
            const char *word = words[a < b ? a : b];
            table_count(&table, word, (uint32_t)strlen(word));
        }
        for (int i = 0; i < WORDS; i += 2)
            checksum += (uint64_t)table_delete(&table, words[i], (uint32_t)strlen(words[i]));
        for (int i = 0; i < WORDS; i++) {
            uint32_t length = (uint32_t)strlen(words[i]);
            const struct entry *entry = table_find(&table, words[i], length, hash_of(words[i], length));
            checksum = bench_mix(checksum, entry->key ? entry->count : 0);
        }
        checksum = bench_mix(checksum, table.used);
        free(table.entries);
    }
    return bench_report(checksum);
}
