/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes handlers of pairs (pairs.def). While the second operation works `op` is its own, so whatever it stops for finds
 * its slot, and an operation that takes the slow way goes on singly behind itself.
 */
#ifndef MAYFLY_MACHINE_PAIRS_H
#define MAYFLY_MACHINE_PAIRS_H

#include "machine/operations.h"

#define FIRST_OF_PAIR(first, size) {DO_##first} op += (size) / 2;

#define PAIR_HANDLER(first, first_size, second, size)                                                                  \
    HANDLER(first##_##first_size##_##second##_##size)                                                                  \
    {                                                                                                                  \
        FIRST_OF_PAIR(first, first_size){DO_##second} NEXT((size) / 2);                                                \
    }

#define PAIR_BRANCH_HANDLERS(first, first_size, name, size)                                                            \
    HANDLER(first##_##first_size##_##name##_FORWARD_##size)                                                            \
    {                                                                                                                  \
        FIRST_OF_PAIR(first, first_size)                                                                               \
        if (IF_##name) {                                                                                               \
            CHARGE(op->a);                                                                                             \
            op = TARGET;                                                                                               \
            DISPATCH();                                                                                                \
        }                                                                                                              \
        CHARGE(op->b);                                                                                                 \
        NEXT((size) / 2);                                                                                              \
    }                                                                                                                  \
    HANDLER(first##_##first_size##_##name##_BACK_##size)                                                               \
    {                                                                                                                  \
        FIRST_OF_PAIR(first, first_size)                                                                               \
        if (IF_##name) {                                                                                               \
            int64_t cost = op->a;                                                                                      \
            op = TARGET;                                                                                               \
            CHARGE_CHECKED(cost);                                                                                      \
            DISPATCH();                                                                                                \
        }                                                                                                              \
        CHARGE(op->b);                                                                                                 \
        NEXT((size) / 2);                                                                                              \
    }

#define PAIR_JUMP_HANDLER(first, first_size, name, size)                                                               \
    HANDLER(first##_##first_size##_##name##_##size)                                                                    \
    {                                                                                                                  \
        FIRST_OF_PAIR(first, first_size)                                                                               \
        DO_##name                                                                                                      \
    }

#define INTEGER_PAIR_HANDLERS(first, size)                                                                             \
    INTEGER_SECONDS(PAIR_HANDLER, first, size)                                                                         \
    INTEGER_BRANCHES(PAIR_BRANCH_HANDLERS, first, size)                                                                \
    INTEGER_JUMPS(PAIR_JUMP_HANDLER, first, size)

#define FLOAT_PAIR_HANDLERS(first, size)                                                                               \
    FLOAT_SECONDS(PAIR_HANDLER, first, size)                                                                           \
    FLOAT_BRANCHES(PAIR_BRANCH_HANDLERS, first, size)

/* Initializers of the groups' tables. */
#define PAIR_ENTRY(first, first_size, second, size) first##_##first_size##_##second##_##size,
#define PAIR_BRANCH_ENTRIES(first, first_size, name, size)                                                             \
    PAIR_ENTRY(first, first_size, name##_FORWARD, size) PAIR_ENTRY(first, first_size, name##_BACK, size)

#define INTEGER_PAIR_ENTRIES(first, size)                                                                              \
    INTEGER_SECONDS(PAIR_ENTRY, first, size)                                                                           \
    INTEGER_BRANCHES(PAIR_BRANCH_ENTRIES, first, size)                                                                 \
    INTEGER_JUMPS(PAIR_ENTRY, first, size)

#define FLOAT_PAIR_ENTRIES(first, size)                                                                                \
    FLOAT_SECONDS(PAIR_ENTRY, first, size)                                                                             \
    FLOAT_BRANCHES(PAIR_BRANCH_ENTRIES, first, size)

#endif
