/* SPDX-License-Identifier: Apache-2.0
 *
 * Which functions of a program take time in the interpreter, found by samples. A program that uses many instructions is
 * looked at for one tick of its worker: now and then some of its requests are stopped after a few instructions, as if
 * their slice were over, the place is noted, and they go on. What stands out there and has no native code is reported.
 * A program that is not being looked at pays for none of this.
 */
#ifndef MAYFLY_SERVER_WORKER_PROFILE_H
#define MAYFLY_SERVER_WORKER_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "mayfly/sandbox.h"
#include "server/metrics.h"

#define PROFILE_HOT     UINT64_C(5000000) /* instructions per second in one worker that make a program worth a look */
#define PROFILE_REPORTS 32                /* functions in one report */

/* How much a program is used. Zeroed at start. */
struct profile_heat {
    uint64_t instructions, slices; /* since the last tick */
    int64_t rest_until;            /* not looked at before */
    unsigned rests;                /* looks since native code came last */
};

/* One look at one program. */
struct profile {
    int64_t begun, next_burst;
    uint32_t gap;    /* between two samples at most, instructions */
    uint32_t random; /* state of the generator */
    unsigned burst;  /* samples still to take now */
    unsigned taken;
    uint32_t places[2048];
};

/* NULL: it is not worth one, or there is no memory. */
MUST_USE struct profile *profile_begin(struct profile_heat *heat, int64_t now, int64_t tick_ns);

/* Instructions that the next piece of a request may have, at most `most`. */
uint64_t profile_piece(struct profile *profile, int64_t now, uint64_t most);

/* The piece that profile_piece cut ended before `pc`. */
void profile_note(struct profile *profile, uint32_t pc);

/* Takes the counts of a tick into account, whether or not the program is being looked at. */
static inline void profile_count(struct profile_heat *heat, uint64_t instructions, uint64_t slices)
{
    heat->instructions += instructions;
    heat->slices += slices;
}

/* Frees the profile. Fills `functions` with those to compile, the hottest first; their number. Counts the samples. */
MUST_USE unsigned profile_end(struct profile *profile, struct profile_heat *heat, const struct mf_program *program,
                              struct metrics_worker *counters, int64_t now, uint32_t functions[PROFILE_REPORTS]);

/* The program has got other native code: it is soon looked at again. */
void profile_renew(struct profile_heat *heat);

#endif
