/* SPDX-License-Identifier: Apache-2.0
 *
 * Constants in integer registers, as a walk over code in a straight line finds them, whatever control does: guesses
 * that only have to be good.
 */
#ifndef MAYFLY_NATIVE_CONSTANTS_H
#define MAYFLY_NATIVE_CONSTANTS_H

#include <stdbool.h>
#include <stdint.h>

#include "riscv/decode.h"

struct constants {
    uint64_t value[32];
    uint32_t known; /* bit n: x[n] has that value; x0 is never among them */
};

static inline bool constants_know(const struct constants *constants, unsigned number)
{
    return constants->known >> number & 1;
}

/* Goes past an instruction at `pc`. True if it makes a constant, in its rd. */
bool constants_follow(struct constants *constants, const struct riscv_instruction *in, uint32_t pc);

#endif
