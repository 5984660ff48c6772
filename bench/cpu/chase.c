/* SPDX-License-Identifier: Apache-2.0
 *
 * Following pointers: a ring in random order that fits the second-level cache, and a search tree.
 */
#include "bench.h"

#define RING_NODES 4096
#define TREE_NODES 4096

struct ring_node {
    struct ring_node *next;
    uint64_t value;
    uint64_t padding[6]; /* one cache line each */
};

struct tree_node {
    struct tree_node *children[2];
    uint32_t key;
    uint32_t hits;
};

static struct ring_node ring[RING_NODES];
static struct tree_node tree[TREE_NODES];
static unsigned tree_used;

/* Sattolo's shuffle: one cycle through every node. */
static void build_ring(uint64_t *random)
{
    static unsigned order[RING_NODES];
    for (unsigned i = 0; i < RING_NODES; i++)
        order[i] = i;
    for (unsigned i = RING_NODES - 1; i > 0; i--) {
        unsigned j = (unsigned)(bench_random(random) % i), swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
    for (unsigned i = 0; i < RING_NODES; i++)
        ring[i] = (struct ring_node){.next = &ring[order[i]], .value = bench_random(random)};
}

static void insert(struct tree_node **at, uint32_t key)
{
    while (*at) {
        if ((*at)->key == key)
            return;
        at = &(*at)->children[key > (*at)->key];
    }
    *at = &tree[tree_used++];
    **at = (struct tree_node){.key = key};
}

static struct tree_node *find(struct tree_node *at, uint32_t key)
{
    while (at && at->key != key)
        at = at->children[key > at->key];
    return at;
}

static uint64_t walk(struct tree_node *node, uint64_t checksum)
{
    for (; node; node = node->children[1]) {
        checksum = walk(node->children[0], checksum);
        checksum = bench_mix(checksum, (uint64_t)node->key << 32 | node->hits);
    }
    return checksum;
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 180);
    uint64_t checksum = 0, random = 7;
    struct tree_node *root = NULL;

    build_ring(&random);
    while (tree_used < TREE_NODES)
        insert(&root, (uint32_t)bench_random(&random) >> 16);
    struct ring_node *at = ring;
    for (long round = 0; round < repeat; round++) {
        for (int step = 0; step < 16 * RING_NODES; step++) {
            checksum += at->value;
            at = at->next;
        }
        if (at != ring)
            bench_fail("the ring does not close");
        at->value++;
        for (int i = 0; i < TREE_NODES; i++) {
            struct tree_node *found = find(root, (uint32_t)bench_random(&random) >> 16);
            if (found)
                found->hits++;
        }
        checksum = walk(root, checksum);
    }
    return bench_report(checksum);
}
