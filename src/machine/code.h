/* SPDX-License-Identifier: Apache-2.0
 *
 * Guest code, decoded once per program into operations of fixed size that the interpreter threads through.
 * There is one slot per halfword of [start, end), so every address that can be jumped to has its own
 * operation, also in the middle of an instruction. Guest code never changes after it has been loaded.
 *
 * Operations hold offsets into the interpreter, not addresses: the arrays are shared read-only by all
 * processes of one binary, wherever they are mapped.
 *
 * A *block* runs from where control enters up to and including the next instruction that may leave
 * (branch, jump, ecall, ebreak, fence.i, illegal), but never past the end of a 4 KiB page. charge[slot] is the number
 * of instructions from that slot to the end of its block: the fuel that entering there costs.
 */
#ifndef MAYFLY_MACHINE_CODE_H
#define MAYFLY_MACHINE_CODE_H

#include <stddef.h>
#include <stdint.h>

struct op {
    int32_t handler; /* byte offset of the handler from the interpreter's base label */
    uint8_t rd, rs1, rs2, rs3;
    union {
        int64_t imm;
        struct {
            int32_t low;
            uint16_t a, b;
        };
    };
};

_Static_assert(sizeof(struct op) == 16, "four operations to a cache line");

/* Does not own its arrays; they live in the program's artifact. */
struct code {
    uint32_t start, end; /* guest addresses, both even */
    const struct op *ops;
    const uint16_t *charge;
};

/* Executable bytes of [start, end); what lies between ranges is not executable. */
struct code_range {
    uint32_t start, end;
};

/* Slots to allocate for [start, end): one a halfword, and the sentinels behind the last. */
size_t code_slots(uint32_t start, uint32_t end);

/* Decodes. `bytes` is the memory of [start, end); `ranges` are sorted and inside it; `ops` and `charge` have
 * code_slots() elements. Cannot fail: what is not an instruction becomes an operation that traps. */
void code_decode(struct op *ops, uint16_t *charge, const uint8_t *bytes, uint32_t start, uint32_t end,
                 const struct code_range *ranges, size_t range_count);

/* Changes whenever the same code would decode differently: artifacts of another build are refused by it. */
uint64_t code_fingerprint(void);

#endif
