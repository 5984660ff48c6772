/* SPDX-License-Identifier: Apache-2.0
 *
 * Loops of a function: which hold all registers, and which are small enough to be translated several times over.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "native/plan.h"

#define MAX_LOOP_BLOCKS 2000 /* of a function whose loops are looked for: the time is quadratic */

struct loop {
    struct plan_function *function;
    struct plan_block *header;
    bool *inside;
    struct plan_block **work;
    size_t count;
    bool may_repeat;
};

static void loop_add(struct loop *loop, struct plan_block *block)
{
    bool *inside = &loop->inside[block - loop->function->blocks];
    if (!*inside)
        loop->work[loop->count++] = block;
    *inside = true;
}

/* The edges of a function, sorted by where they lead. */
struct edges {
    struct plan_block *(*pairs)[2];
    size_t count, capacity;
    bool failed;
};

static void edges_add(struct edges *edges, struct plan_block *from, struct plan_block *to)
{
    if (edges->count == edges->capacity) {
        size_t capacity = edges->capacity ? edges->capacity * 2 : 256;
        void *pairs = realloc(edges->pairs, capacity * sizeof *edges->pairs);
        edges->failed |= !pairs;
        if (!pairs)
            return;
        edges->pairs = pairs;
        edges->capacity = capacity;
    }
    edges->pairs[edges->count][0] = from;
    edges->pairs[edges->count++][1] = to;
}

static void edges_collect(struct edges *edges, struct plan_function *function)
{
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *from = &function->blocks[i], *to;
        if (plan_is_left(from))
            continue;
        if (from->kind != PLAN_CALL && from->taken != PLAN_NONE && (to = plan_find(function, from->taken)))
            edges_add(edges, from, to);
        if (from->next != PLAN_NONE && (to = plan_find(function, from->next)))
            edges_add(edges, from, to);
        for (uint32_t t = 0; t < from->target_count; t++)
            if ((to = plan_find(function, function->targets[from->first_target + t])))
                edges_add(edges, from, to);
    }
}

static int compare_edges(const void *a, const void *b)
{
    struct plan_block *const *left = a, *const *right = b;
    return left[1] < right[1] ? -1 : left[1] > right[1];
}

static size_t edges_first(const struct edges *edges, const struct plan_block *to)
{
    size_t low = 0, high = edges->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (edges->pairs[middle][1] < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool find_loop(struct loop *loop, const struct edges *edges)
{
    loop->count = 0;
    memset(loop->inside, 0, loop->function->block_count * sizeof *loop->inside);
    for (size_t e = edges_first(edges, loop->header); e < edges->count && edges->pairs[e][1] == loop->header; e++)
        if (edges->pairs[e][0] >= loop->header) { /* backwards */
            loop_add(loop, loop->header);
            loop_add(loop, edges->pairs[e][0]);
        }
    for (size_t i = 0; i < loop->count; i++) {
        struct plan_block *block = loop->work[i];
        if (block == loop->header)
            continue;
        for (size_t e = edges_first(edges, block); e < edges->count && edges->pairs[e][1] == block; e++)
            loop_add(loop, edges->pairs[e][0]);
    }
    return loop->count;
}

/* A block of a loop that can be translated several times over: no other loop is in it, nor does control come into its
 * middle. */
static bool is_simple(const struct loop *loop, const struct plan_block *block)
{
    const struct plan_block *header = loop->header;
    bool ends =
        block->kind == PLAN_FLOW || block->kind == PLAN_CROSS || block->kind == PLAN_BRANCH || block->kind == PLAN_JUMP;
    bool entered = block != header && (block->resumes || block->start == loop->function->start);
    const struct plan_block *taken = block->taken == PLAN_NONE ? NULL : plan_find(loop->function, block->taken);
    bool turns =
        taken && taken != header && taken->start <= block->last && loop->inside[taken - loop->function->blocks];
    return ends && !entered && !turns && !block->leaves_within;
}

static bool is_small(struct loop *loop)
{
    unsigned instructions = 0;
    bool floats = false;
    for (size_t i = 0; i < loop->count; i++) {
        const struct plan_block *block = loop->work[i];
        if (!is_simple(loop, block))
            return false;
        floats |= (block->defines & PLAN_FLOATS) != 0;
        instructions += block->charge;
        if (block->kind == PLAN_FLOW) /* is charged with the next */
            instructions -= plan_find(loop->function, block->next)->charge;
    }
    loop->header->loop_instructions = instructions;
    return floats ? instructions <= PLAN_REPEATED_FLOATS
                  : loop->count == 1 && instructions <= PLAN_REPEATED_INSTRUCTIONS;
}

static void hold_in_loop(struct loop *loop)
{
    for (size_t i = 0; i < loop->count; i++)
        if ((plan_calls(loop->work[i]) && !plan_can_hold(loop->work[i])) || plan_is_left(loop->work[i]))
            return;
    for (size_t i = 0; i < loop->count; i++)
        loop->work[i]->holds_all = true;
    if (loop->may_repeat && is_small(loop))
        for (size_t i = 0; i < loop->count; i++)
            loop->work[i]->loop = loop->header->start;
}

/* What becomes part of its callers is not to grow where all of a program is compiled, as it has many. */
int plan_hold_in_loops(const struct plan *plan, struct plan_function *function)
{
    struct edges edges = {.count = 0};
    struct loop loop = {.function = function, .may_repeat = !(plan->whole && plan_is_inlined(function))};
    int failed = 0;

    edges_collect(&edges, function);
    loop.inside = calloc(function->block_count, sizeof *loop.inside);
    loop.work = calloc(function->block_count, sizeof *loop.work);
    if (edges.failed || !loop.inside || !loop.work) {
        failed = -ENOMEM;
    } else if (edges.count) {
        qsort(edges.pairs, edges.count, sizeof *edges.pairs, compare_edges);
        for (size_t i = 0; i < function->block_count && function->block_count <= MAX_LOOP_BLOCKS; i++) {
            loop.header = &function->blocks[i];
            if (find_loop(&loop, &edges))
                hold_in_loop(&loop);
        }
    }
    free(edges.pairs);
    free(loop.inside);
    free(loop.work);
    return failed;
}
