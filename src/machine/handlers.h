/* SPDX-License-Identifier: Apache-2.0
 *
 * What code.c and interp.c share: the numbers of the handlers, and how operations carry what they need.
 *
 *   most            rd (CPU_SINK for x0), rs1, rs2, rs3, imm, which `low` holds whole except for LI
 *   stores          rs3: OP_STORES
 *   branch, jump    low: from this operation to the target, in bytes of operations; a: charge of the target;
 *                   b: charge of what follows. NAME_SLOW and J_OUT have enum edge in rd.
 *   FP              low: enum riscv_id, and the rounding mode in bits 16 and up
 *   CSR             low: the CSR's number, and enum riscv_id in bits 16 and up
 *   PAGE_LAST       as the operation that it is, with 32 bits of immediate and the handler's number in b
 */
#ifndef MAYFLY_MACHINE_HANDLERS_H
#define MAYFLY_MACHINE_HANDLERS_H

#include <stdint.h>

/* Host arithmetic with the right results and flags; elsewhere everything goes through fp_execute. */
#if defined(__x86_64__)
#define HOST_FP 1
#else
#define HOST_FP 0
#endif

enum handler {
#define PLAIN(name)   H_##name##_2, H_##name##_4,
#define OTHER(name)   PLAIN(name)
#define LEAVE(name)   PLAIN(name)
#define FAST_FP(name) PLAIN(name)
#define BRANCH(name)  PLAIN(name##_FORWARD) PLAIN(name##_BACK) PLAIN(name##_SLOW)
#include "machine/handlers.def"
#undef PLAIN
#undef OTHER
#undef LEAVE
#undef FAST_FP
#undef BRANCH
    HANDLER_COUNT
};

#define OP_STORES 1

/* What a slow edge of a block has to do. */
enum edge {
    EDGE_CHECK_TAKEN = 1, /* the target is in another page, or not ahead */
    EDGE_CHECK_NEXT = 2,  /* what follows is in another page */
    EDGE_OUTSIDE = 4,     /* the target is not in [start, end) */
};

/* HANDLER_COUNT offsets of handlers from the interpreter's base label. */
const int32_t *interp_handlers(void);

#endif
