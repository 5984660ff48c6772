/* SPDX-License-Identifier: Apache-2.0
 *
 * Which two operations in a row have a handler together (pairs.def).
 */
#ifndef MAYFLY_MACHINE_PAIRING_H
#define MAYFLY_MACHINE_PAIRING_H

#include <stdint.h>

#include "machine/handlers.h"

/* Handlers of pairs are numbered by group and first, then by second. */
enum integer_second {
#define SECOND(first, first_size, second, size) INTEGER_##second##_##size,
#define SECOND_BRANCH(first, first_size, second, size)                                                                 \
    INTEGER_##second##_FORWARD_##size, INTEGER_##second##_BACK_##size,
    INTEGER_SECONDS(SECOND, , ) INTEGER_BRANCHES(SECOND_BRANCH, , ) INTEGER_JUMPS(SECOND, , ) INTEGER_SECOND_COUNT
#undef SECOND
#undef SECOND_BRANCH
};

enum float_second {
#define SECOND(first, first_size, second, size)        FLOAT_##second##_##size,
#define SECOND_BRANCH(first, first_size, second, size) FLOAT_##second##_FORWARD_##size, FLOAT_##second##_BACK_##size,
    FLOAT_SECONDS(SECOND, , ) FLOAT_BRANCHES(SECOND_BRANCH, , ) FLOAT_SECOND_COUNT
#undef SECOND
#undef SECOND_BRANCH
};

enum first {
#define FIRST(name, size) FIRST_##name##_##size,
    ARITHMETIC_FIRSTS(FIRST) MEMORY_FIRSTS(FIRST) FIRST_FLOATS,
    FIRST_BEFORE_FLOATS = FIRST_FLOATS - 1,
    FLOAT_FIRSTS(FIRST) FIRST_COUNT
#undef FIRST
};

_Static_assert(SINGLE_HANDLERS + FIRST_FLOATS * INTEGER_SECOND_COUNT == FLOAT_PAIRS_BEGIN,
               "as handlers.h numbers them");
_Static_assert(3 * SINGLE_HANDLERS <= UINT16_MAX, "fits enum pairing_group into 16 bits");
_Static_assert(FLOAT_PAIRS == (FIRST_COUNT - FIRST_FLOATS) * FLOAT_SECOND_COUNT, "as handlers.h numbers them");

/* By which seconds an operation may be followed: where these begin in pairing_seconds. */
enum pairing_group {
    PAIRING_NONE,
    PAIRING_INTEGER = SINGLE_HANDLERS,
    PAIRING_FLOAT = 2 * SINGLE_HANDLERS,
    PAIRING_SECONDS = 3 * SINGLE_HANDLERS,
};

/* The number of the pair is `base` plus that of the second. */
static const struct pairing_first {
    uint16_t base;
    uint16_t group; /* enum pairing_group */
} pairing_firsts[SINGLE_HANDLERS] = {
#define FIRST(name, size)                                                                                              \
    [H_##name##_##size] = {SINGLE_HANDLERS + FIRST_##name##_##size * INTEGER_SECOND_COUNT - 1, PAIRING_INTEGER},
    ARITHMETIC_FIRSTS(FIRST) MEMORY_FIRSTS(FIRST)
#undef FIRST
#define FIRST(name, size)                                                                                              \
    [H_##name##_##                                                                                                     \
        size] = {FLOAT_PAIRS_BEGIN + (FIRST_##name##_##size - FIRST_FLOATS) * FLOAT_SECOND_COUNT - 1, PAIRING_FLOAT},
        FLOAT_FIRSTS(FIRST)
#undef FIRST
};

/* What a handler is as a second, plus one; 0: nothing. */
static const uint8_t pairing_seconds[PAIRING_SECONDS] = {
#define SECOND_BRANCH(first, first_size, name, size)                                                                   \
    SECOND(first, first_size, name##_FORWARD, size) SECOND(first, first_size, name##_BACK, size)
#define SECOND(first, first_size, name, size) [PAIRING_INTEGER + H_##name##_##size] = INTEGER_##name##_##size + 1,
    INTEGER_SECONDS(SECOND, , ) INTEGER_BRANCHES(SECOND_BRANCH, , ) INTEGER_JUMPS(SECOND, , )
#undef SECOND
        /* Which leave for good, so their size does not matter. */
        [PAIRING_INTEGER + H_J_FORWARD_2] = INTEGER_J_FORWARD_4 + 1,
    [PAIRING_INTEGER + H_J_BACK_2] = INTEGER_J_BACK_4 + 1, [PAIRING_INTEGER + H_RET_2] = INTEGER_RET_4 + 1,
#define SECOND(first, first_size, name, size) [PAIRING_FLOAT + H_##name##_##size] = FLOAT_##name##_##size + 1,
    FLOAT_SECONDS(SECOND, , ) FLOAT_BRANCHES(SECOND_BRANCH, , )
#undef SECOND
#undef SECOND_BRANCH
};

/* The handler of two operations in a row, or of the first alone if there is none. Both are single ones. */
static inline unsigned pairing_join(unsigned handler, unsigned next)
{
    const struct pairing_first *first = &pairing_firsts[handler];
    unsigned second = pairing_seconds[first->group + next], together = -(unsigned)(second != 0);

    return ((first->base + second) & together) | (handler & ~together);
}

#endif
