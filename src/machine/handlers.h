/* SPDX-License-Identifier: Apache-2.0
 *
 * What code.c and interp.c share: the numbers of the handlers, and how operations carry what they need.
 *
 *   most            rd (CPU_SINK for x0), rs1, rs2, rs3, imm, which `low` holds whole except for LI_WIDE
 *   stores          rs3: OP_STORES
 *   branch, jump    low: from this operation to the target, in bytes of operations; a: charge of the target;
 *                   b: charge of what follows. NAME_SLOW has enum edge in rd in place of charges.
 *   FP              low: enum riscv_id, and the rounding mode in bits 16 and up
 *   CSR             low: the CSR's number, and enum riscv_id in bits 16 and up
 *   PAGE_LAST       as the operation that it is, with 32 bits of immediate and the handler's number in b
 */
#ifndef MAYFLY_MACHINE_HANDLERS_H
#define MAYFLY_MACHINE_HANDLERS_H

#include <stdint.h>

#include "machine/pairs.def"

/* Host arithmetic with the right results and flags; elsewhere everything goes through fp_execute. */
#if defined(__x86_64__)
#define HOST_FP 1
#else
#define HOST_FP 0
#endif

enum handler {
#define PLAIN(name)      H_##name##_2, H_##name##_4,
#define WIDE(name)       PLAIN(name)
#define OTHER(name)      PLAIN(name)
#define OTHER_WIDE(name) PLAIN(name)
#define LEAVE(name)      PLAIN(name)
#define FAST_FP(name)    PLAIN(name)
#define BRANCH(name)     PLAIN(name##_FORWARD) PLAIN(name##_BACK) PLAIN(name##_SLOW)
#include "machine/handlers.def"
    SINGLE_HANDLERS, /* and from here on those of pairs */
    HANDLERS_BEFORE_PAIRS = SINGLE_HANDLERS - 1,
#define PAIR(first, first_size, second, size) H_##first##_##first_size##_##second##_##size,
#define PAIR_BRANCH(first, first_size, name, size)                                                                     \
    PAIR(first, first_size, name##_FORWARD, size) PAIR(first, first_size, name##_BACK, size)
#define INTEGER_PAIRS(first, size)                                                                                     \
    INTEGER_SECONDS(PAIR, first, size)                                                                                 \
    INTEGER_BRANCHES(PAIR_BRANCH, first, size)                                                                         \
    INTEGER_JUMPS(PAIR, first, size)
#define FLOAT_PAIRS(first, size) FLOAT_SECONDS(PAIR, first, size) FLOAT_BRANCHES(PAIR_BRANCH, first, size)
    ARITHMETIC_FIRSTS(INTEGER_PAIRS) MEMORY_PAIRS_BEGIN,
    HANDLERS_BEFORE_MEMORY_PAIRS = MEMORY_PAIRS_BEGIN - 1,
    MEMORY_FIRSTS(INTEGER_PAIRS) FLOAT_PAIRS_BEGIN,
    HANDLERS_BEFORE_FLOAT_PAIRS = FLOAT_PAIRS_BEGIN - 1,
    FLOAT_FIRSTS(FLOAT_PAIRS) HANDLER_COUNT,
#undef PAIR
#undef PAIR_BRANCH
#undef INTEGER_PAIRS
#undef FLOAT_PAIRS
    ARITHMETIC_PAIRS = MEMORY_PAIRS_BEGIN - SINGLE_HANDLERS,
    MEMORY_PAIRS = FLOAT_PAIRS_BEGIN - MEMORY_PAIRS_BEGIN,
    FLOAT_PAIRS = HANDLER_COUNT - FLOAT_PAIRS_BEGIN,
};

#define OP_STORES 1

/* What a slow edge of a block has to do. */
enum edge {
    EDGE_CHECK_TAKEN = 1, /* the target is in another page, or not ahead */
    EDGE_CHECK_NEXT = 2,  /* what follows is in another page */
    EDGE_OUTSIDE = 4,     /* the target is not in [start, end) */
};

struct op;
struct cpu;
struct run;

/* All handlers have these parameters, which stay in registers from one to the next. `base` is what offsets of handlers
 * count from. Returns an enum machine_stop when the run ends. */
#define HANDLER_PARAMETERS const struct op *op, struct cpu *cpu, uint8_t *memory, uintptr_t base, struct run *run
typedef int handler_function(HANDLER_PARAMETERS);

/* Of pairs, one table a group (pairs_*.c). */
extern handler_function *const arithmetic_pair_handlers[ARITHMETIC_PAIRS];
extern handler_function *const memory_pair_handlers[MEMORY_PAIRS];
extern handler_function *const float_pair_handlers[FLOAT_PAIRS];

/* The offset of the handler with this number. */
int32_t interp_handler(unsigned number);

#endif
