/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worker_profile.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"

#define BURST         8 /* samples one after the other, of one request or two */
#define BURST_EVERY   NS_PER_MS
#define GAP_LEAST     16
#define GAP_MOST      4096
#define SAMPLES_LEAST 20 /* fewer say nothing ... */
#define SAMPLES_EACH  2  /* ... nor do fewer of one function */
#define SLOWNESS      15 /* samples are equally far apart in instructions; in time, those of the interpreter weigh more */
#define SHARE_ENOUGH  97   /* percent of the time: what is native, and what is reported */
#define SHARE_FIRST   20   /* a part in so many makes a function worth compiling while nothing is native ... */
#define SHARE_LATER   100  /* ... and then: what takes most comes first, and is in use while the rest is compiled */
#define LITTLE        2048 /* bytes of code that hold up the first ones little: so much of the rest comes with them */
#define REST_LEAST    NS_PER_SECOND
#define REST_DOUBLED  6 /* times at most */

struct place {
    uint32_t function;
    unsigned samples;
};

struct profile *profile_begin(struct profile_heat *heat, int64_t now, int64_t tick_ns)
{
    const struct profile_heat used = *heat;
    heat->instructions = heat->slices = 0;
    if (used.instructions < PROFILE_HOT * (uint64_t)tick_ns / (uint64_t)NS_PER_SECOND || now < heat->rest_until)
        return NULL;
    struct profile *profile = calloc(1, sizeof *profile);
    if (!profile)
        return NULL;
    /* A burst covers about one request from its begin to its end, unless it is a long one: that is cut at any place by
     * its slices. */
    uint64_t gap = used.instructions / (used.slices + 1) / (BURST / 2);
    profile->begun = now;
    profile->gap = gap < GAP_LEAST ? GAP_LEAST : gap > GAP_MOST ? GAP_MOST : (uint32_t)gap;
    profile->random = (uint32_t)now | 1;
    return profile;
}

uint64_t profile_piece(struct profile *profile, int64_t now, uint64_t most)
{
    if (profile->burst == 0) {
        if (now < profile->next_burst)
            return most;
        profile->burst = BURST;
        profile->next_burst = now + BURST_EVERY;
    }
    profile->random = profile->random * 1664525u + 1013904223u;
    uint64_t piece = 1 + (profile->random >> 8) % profile->gap;
    return piece < most ? piece : most;
}

void profile_note(struct profile *profile, uint32_t pc)
{
    if (profile->burst == 0)
        return;
    profile->burst--;
    profile->places[profile->taken++ % (sizeof profile->places / sizeof *profile->places)] = pc;
}

void profile_renew(struct profile_heat *heat)
{
    heat->rests = 0;
    heat->rest_until = 0;
}

/* ---- what stands out ------------------------------------------------------------------------------- */

static int hottest_first(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->samples != b->samples)
        return a->samples > b->samples ? -1 : 1;
    return (a->function > b->function) - (a->function < b->function);
}

static int by_address(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Where the function begins that `pc` is in, as far as that is known. */
static uint32_t function_of(const struct mf_program *program, uint32_t pc)
{
    struct mf_symbol symbol = mf_program_symbol(program, pc);
    return symbol.name ? pc - symbol.offset : pc;
}

/* Counts the samples by function, without those that native code runs. The number of functions. */
static size_t gather(struct profile *profile, const struct mf_program *program, size_t samples, struct place *places,
                     size_t *native)
{
    size_t count = 0;
    *native = 0;
    qsort(profile->places, samples, sizeof *profile->places, by_address);
    for (size_t i = 0; i < samples; i++) {
        uint32_t pc = profile->places[i], function = function_of(program, pc);
        if (mf_program_is_native(program, pc) || mf_program_is_native(program, function))
            ++*native;
        else if (count > 0 && places[count - 1].function == function)
            places[count - 1].samples++;
        else
            places[count++] = (struct place){function, 1};
    }
    qsort(places, count, sizeof *places, hottest_first);
    return count;
}

static void rest(struct profile_heat *heat, int64_t now)
{
    heat->rest_until = now + (REST_LEAST << heat->rests);
    heat->rests += heat->rests < REST_DOUBLED;
}

/* Takes what is little from `*room`. False: it is more than that, or nobody knows. */
static bool take_little(const struct mf_program *program, uint32_t function, uint32_t *room)
{
    uint32_t size = mf_program_symbol(program, function).size;
    if (size == 0 || size > *room)
        return false;
    *room -= size;
    return true;
}

/* The few instructions from the begin of a request to its first call are rarely where a sample falls, for a piece ends
 * where control flow does; but each request would begin in the interpreter for them. */
static unsigned add_begin(const struct mf_program *program, uint32_t functions[PROFILE_REPORTS], unsigned chosen,
                          uint32_t room)
{
    struct mf_program_info info;
    mf_program_info(program, &info);
    uint32_t begin = function_of(program, info.request);
    for (unsigned i = 0; i < chosen; i++)
        if (functions[i] == begin)
            return chosen;
    if (chosen > 0 && chosen < PROFILE_REPORTS && take_little(program, begin, &room))
        functions[chosen++] = begin;
    return chosen;
}

/* What is worth compiling of `places`, which are sorted, while so many other samples were native. */
static unsigned choose(const struct mf_program *program, const struct place *places, size_t count, size_t native,
                       size_t interpreted, uint32_t functions[PROFILE_REPORTS])
{
    const size_t time = native + SLOWNESS * interpreted;
    const bool first = mf_program_native_size(program) == 0;
    uint32_t room = LITTLE;
    unsigned chosen = 0;
    for (size_t i = 0; i < count && chosen < PROFILE_REPORTS && places[i].samples >= SAMPLES_EACH; i++) {
        size_t weight = SLOWNESS * places[i].samples;
        size_t then = native + SLOWNESS * interpreted; /* what it takes once those before are native */
        if (weight * SHARE_LATER < then || native * 100 >= then * SHARE_ENOUGH)
            break;
        if (first && weight * SHARE_FIRST < time && !take_little(program, places[i].function, &room))
            continue;
        functions[chosen++] = places[i].function;
        native += places[i].samples;
        interpreted -= places[i].samples;
    }
    return first ? add_begin(program, functions, chosen, room) : chosen;
}

unsigned profile_end(struct profile *profile, struct profile_heat *heat, const struct mf_program *program,
                     struct metrics_worker *counters, int64_t now, uint32_t functions[PROFILE_REPORTS])
{
    struct place places[sizeof profile->places / sizeof *profile->places];
    const size_t room = sizeof places / sizeof *places;
    size_t samples = profile->taken < room ? profile->taken : room, native;
    size_t count = gather(profile, program, samples, places, &native);
    metrics_add(&counters->samples_native, native);
    metrics_add(&counters->samples_interpreted, samples - native);
    unsigned reported =
        samples >= SAMPLES_LEAST ? choose(program, places, count, native, samples - native, functions) : 0;
    heat->instructions = heat->slices = 0;
    rest(heat, now);
    free(profile);
    return reported;
}
