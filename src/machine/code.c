/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/code.h"

#include <string.h>

#include "base/check.h"
#include "machine/cpu.h"
#include "machine/handlers.h"
#include "riscv/decode.h"

#define PAGE_MASK 4095u

/* Handlers are numbered in pairs: what _2 is, plus one for _4. 0 in these tables: none. */
static const uint16_t plain_handlers[RISCV_ID_COUNT] = {
#define PLAIN(name) [RISCV_##name] = H_##name##_2 + 1,
#define WIDE(name)  PLAIN(name)
#define FAST_FP(name)
#define OTHER(name)
#define OTHER_WIDE(name)
#define LEAVE(name)
#define BRANCH(name)
#include "machine/handlers.def"
};

static const uint16_t fast_fp_handlers[RISCV_ID_COUNT] = {
#define FAST_FP(name) [RISCV_##name] = H_##name##_2 + 1,
#define PLAIN(name)
#define WIDE(name)
#define OTHER(name)
#define OTHER_WIDE(name)
#define LEAVE(name)
#define BRANCH(name)
#include "machine/handlers.def"
};

/* Handlers whose a and b are charges of target and successor: how many slots the successor is away. */
static const uint8_t has_charges[HANDLER_COUNT] = {
#define BRANCH(name)                                                                                                   \
    [H_##name##_FORWARD_2] = 1, [H_##name##_FORWARD_4] = 2, [H_##name##_BACK_2] = 1, [H_##name##_BACK_4] = 2,
#define PLAIN(name)
#define WIDE(name)
#define FAST_FP(name)
#define OTHER(name)
#define OTHER_WIDE(name)
#define LEAVE(name)
#include "machine/handlers.def"
    [H_J_FORWARD_2] = 1, [H_J_FORWARD_4] = 2, [H_J_BACK_2] = 1, [H_J_BACK_4] = 2, [H_JAL_2] = 1, [H_JAL_4] = 2,
};

/* ---- pairs ----------------------------------------------------------------------------------------- */

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
_Static_assert(FLOAT_PAIRS == (FIRST_COUNT - FIRST_FLOATS) * FLOAT_SECOND_COUNT, "as handlers.h numbers them");

/* What a handler is in a pair, plus one; 0: nothing. */
static const uint8_t firsts[SINGLE_HANDLERS] = {
#define FIRST(name, size) [H_##name##_##size] = FIRST_##name##_##size + 1,
    ARITHMETIC_FIRSTS(FIRST) MEMORY_FIRSTS(FIRST) FLOAT_FIRSTS(FIRST)
#undef FIRST
};

static const uint8_t integer_seconds[SINGLE_HANDLERS] = {
#define SECOND(first, first_size, name, size) [H_##name##_##size] = INTEGER_##name##_##size + 1,
#define SECOND_BRANCH(first, first_size, name, size)                                                                   \
    SECOND(first, first_size, name##_FORWARD, size) SECOND(first, first_size, name##_BACK, size)
    INTEGER_SECONDS(SECOND, , ) INTEGER_BRANCHES(SECOND_BRANCH, , ) INTEGER_JUMPS(SECOND, , )[H_J_FORWARD_2] =
        INTEGER_J_FORWARD_4 + 1,
    [H_J_BACK_2] = INTEGER_J_BACK_4 + 1,
    [H_RET_2] = INTEGER_RET_4 + 1,
#undef SECOND
};

static const uint8_t float_seconds[SINGLE_HANDLERS] = {
#define SECOND(first, first_size, name, size) [H_##name##_##size] = FLOAT_##name##_##size + 1,
    FLOAT_SECONDS(SECOND, , ) FLOAT_BRANCHES(SECOND_BRANCH, , )
#undef SECOND
#undef SECOND_BRANCH
};

/* The handlers of the firsts alone. */
static const uint16_t first_handlers[FIRST_COUNT] = {
#define FIRST(name, size) [FIRST_##name##_##size] = H_##name##_##size,
    ARITHMETIC_FIRSTS(FIRST) MEMORY_FIRSTS(FIRST) FLOAT_FIRSTS(FIRST)
#undef FIRST
};

/* The handler that does the same as the first half of a pair, or the handler itself. */
static unsigned single_handler(unsigned handler)
{
    if (handler < SINGLE_HANDLERS)
        return handler;
    if (handler < FLOAT_PAIRS_BEGIN)
        return first_handlers[(handler - SINGLE_HANDLERS) / INTEGER_SECOND_COUNT];
    return first_handlers[FIRST_FLOATS + (handler - FLOAT_PAIRS_BEGIN) / FLOAT_SECOND_COUNT];
}

/* The handler for two operations in a row, or that of the first alone if there is none. */
static unsigned pair_handler(unsigned handler, unsigned next)
{
    unsigned first = firsts[handler];

    next = single_handler(next);
    if (!first--)
        return handler;
    if (first < FIRST_FLOATS && integer_seconds[next])
        return SINGLE_HANDLERS + first * INTEGER_SECOND_COUNT + integer_seconds[next] - 1;
    if (first >= FIRST_FLOATS && float_seconds[next])
        return FLOAT_PAIRS_BEGIN + (first - FIRST_FLOATS) * FLOAT_SECOND_COUNT + float_seconds[next] - 1;
    return handler;
}

struct decoding {
    struct riscv_decoder decoder;
    int32_t handlers[HANDLER_COUNT]; /* offsets by number */
    uint32_t start, end;
};

size_t code_slots(uint32_t start, uint32_t end)
{
    return (end - start) / 2 + 2;
}

/* ---- from an instruction to an operation ----------------------------------------------------------- */

/* The numbers here are of the _2 handlers; the caller adds the size. */

static unsigned lower_branch(const struct decoding *d, struct op *op, const struct riscv_instruction *in, uint32_t pc)
{
    static const uint16_t handlers[][2] = {
        [RISCV_BEQ - RISCV_BEQ] = {H_BEQ_FORWARD_2, H_BEQZ_FORWARD_2},
        [RISCV_BNE - RISCV_BEQ] = {H_BNE_FORWARD_2, H_BNEZ_FORWARD_2},
        [RISCV_BLT - RISCV_BEQ] = {H_BLT_FORWARD_2, H_BLTZ_FORWARD_2},
        [RISCV_BGE - RISCV_BEQ] = {H_BGE_FORWARD_2, H_BGEZ_FORWARD_2},
        [RISCV_BLTU - RISCV_BEQ] = {H_BLTU_FORWARD_2, H_BLTU_FORWARD_2},
        [RISCV_BGEU - RISCV_BEQ] = {H_BGEU_FORWARD_2, H_BGEU_FORWARD_2},
    };
    uint32_t target = pc + (uint32_t)in->imm;
    bool outside = target < d->start || target >= d->end;
    bool crosses = (target ^ pc) & ~PAGE_MASK, next_crosses = ((pc + in->size) ^ pc) & ~PAGE_MASK;
    bool back = in->imm <= 0;
    unsigned handler = handlers[in->id - RISCV_BEQ][in->rs2 == 0];

    if (in->rs1 == 0 && (in->id == RISCV_BEQ || in->id == RISCV_BNE)) {
        op->rs1 = in->rs2;
        handler = handlers[in->id - RISCV_BEQ][1];
    } else if (in->rs1 == 0 && (in->id == RISCV_BLT || in->id == RISCV_BGE)) {
        handler = in->id == RISCV_BLT ? H_BGTZ_FORWARD_2 : H_BLEZ_FORWARD_2;
    }
    op->low = in->imm * 8;
    if (!outside && !crosses && !next_crosses)
        return back ? handler + 2 : handler;
    op->rd = (uint8_t)((crosses || back ? EDGE_CHECK_TAKEN : 0) | (next_crosses ? EDGE_CHECK_NEXT : 0) |
                       (outside ? EDGE_OUTSIDE : 0));
    return handler + 4;
}

static unsigned lower_jump(const struct decoding *d, struct op *op, const struct riscv_instruction *in, uint32_t pc)
{
    uint32_t target = pc + (uint32_t)in->imm;
    bool outside = target < d->start || target >= d->end;

    op->low = in->imm * 8;
    op->rd = in->rd ? in->rd : CPU_SINK;
    if (outside)
        return in->rd ? H_JAL_OUT_2 : H_J_OUT_2;
    if (in->rd)
        return H_JAL_2;
    return in->imm <= 0 || ((target ^ pc) & ~PAGE_MASK) ? H_J_BACK_2 : H_J_FORWARD_2;
}

static unsigned lower_indirect(struct op *op, const struct riscv_instruction *in)
{
    if (in->rd)
        return H_JALR_2;
    return in->rs1 == 1 && in->imm == 0 ? H_RET_2 : H_JR_2;
}

/* User-mode CSRs: fflags, frm, fcsr, and cycle, time, instret, which are read-only. */
static unsigned lower_csr(struct op *op, const struct riscv_instruction *in)
{
    bool writes = in->id == RISCV_CSRRW || in->id == RISCV_CSRRWI || in->rs1 != 0;

    if (!(in->imm >= 1 && in->imm <= 3) && !(in->imm >= 0xc00 && in->imm <= 0xc02 && !writes))
        return H_ILLEGAL_2;
    op->low = in->imm | in->id << 16;
    return H_CSR_2;
}

static unsigned lower_fp(struct op *op, const struct riscv_instruction *in)
{
    bool common = !(in->flags & RISCV_ROUNDS) || in->rm == RISCV_DYN || in->rm == RISCV_RNE;

    op->imm = in->id | in->rm << 16;
    if (HOST_FP && common && fast_fp_handlers[in->id])
        return fast_fp_handlers[in->id] - 1u;
    if (HOST_FP && in->rm == RISCV_RTZ) {
        switch (in->id) {
        case RISCV_FCVT_W_D:
            return H_FCVT_W_D_RTZ_2;
        case RISCV_FCVT_L_D:
            return H_FCVT_L_D_RTZ_2;
        case RISCV_FCVT_WU_D:
            return H_FCVT_WU_D_RTZ_2;
        case RISCV_FCVT_W_S:
            return H_FCVT_W_S_RTZ_2;
        case RISCV_FCVT_L_S:
            return H_FCVT_L_S_RTZ_2;
        default:
            break;
        }
    }
    return H_FP_SLOW_2;
}

static unsigned lower_copy(struct op *op, uint8_t from)
{
    op->rs1 = from;
    op->imm = 0;
    return from ? H_MV_2 : H_LI_2;
}

/* Integer arithmetic: only rd, rs1, rs2 and imm, and no effect but on rd. */
static unsigned lower_integer(struct op *op, const struct riscv_instruction *in, uint32_t pc)
{
    if (in->rd == 0)
        return H_NOP_2;
    switch (in->id) {
    case RISCV_LUI:
        return H_LI_2;
    case RISCV_AUIPC:
        op->imm = (int64_t)pc + in->imm;
        return op->imm == op->low ? H_LI_2 : H_LI_WIDE_2;
    case RISCV_ADDI:
        if (in->rs1 == 0)
            return H_LI_2;
        return in->imm == 0 ? lower_copy(op, in->rs1) : H_ADDI_2;
    case RISCV_ADDIW:
        return in->rs1 == 0 ? H_LI_2 : H_ADDIW_2;
    case RISCV_ADD:
        if (in->rs1 == 0 || in->rs2 == 0)
            return lower_copy(op, in->rs1 | in->rs2);
        return H_ADD_2;
    default:
        return plain_handlers[in->id] - 1u;
    }
}

static unsigned lower(const struct decoding *d, struct op *op, const struct riscv_instruction *in, uint32_t pc)
{
    *op = (struct op){.rd = in->rd, .rs1 = in->rs1, .rs2 = in->rs2, .rs3 = in->rs3, .imm = in->imm};
    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_B:
        return lower_branch(d, op, in, pc);
    case RISCV_FORMAT_J:
        return lower_jump(d, op, in, pc);
    case RISCV_FORMAT_F4:
    case RISCV_FORMAT_F3:
    case RISCV_FORMAT_F3N:
    case RISCV_FORMAT_F2:
    case RISCV_FORMAT_X_TO_F:
        return lower_fp(op, in);
    case RISCV_FORMAT_FLOAD:
    case RISCV_FORMAT_XMOVE_F:
        return plain_handlers[in->id] - 1u;
    case RISCV_FORMAT_STORE:
    case RISCV_FORMAT_FSTORE:
    case RISCV_FORMAT_CBO:
        op->rs3 = OP_STORES;
        return plain_handlers[in->id] - 1u;
    case RISCV_FORMAT_FENCE:
        return H_NOP_2;
    case RISCV_FORMAT_NONE:
        switch (in->id) {
        case RISCV_ECALL:
            return H_ECALL_2;
        case RISCV_EBREAK:
            return H_EBREAK_2;
        case RISCV_FENCE_I:
            op->rd = ((pc + in->size) ^ pc) & ~PAGE_MASK ? EDGE_CHECK_NEXT : 0;
            return H_FENCE_I_2;
        case RISCV_ILLEGAL:
            return H_ILLEGAL_2;
        default: /* pause, fence.tso */
            return H_NOP_2;
        }
    default:
        break;
    }

    if (in->rd == 0)
        op->rd = CPU_SINK;
    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_JALR:
        return lower_indirect(op, in);
    case RISCV_FORMAT_CSR:
    case RISCV_FORMAT_CSRI:
        return lower_csr(op, in);
    case RISCV_FORMAT_FCOMPARE:
    case RISCV_FORMAT_F_TO_X:
        return lower_fp(op, in);
    case RISCV_FORMAT_FMOVE_X:
        return plain_handlers[in->id] ? plain_handlers[in->id] - 1u : lower_fp(op, in);
    case RISCV_FORMAT_AMO:
        op->rs3 = OP_STORES;
        return plain_handlers[in->id] - 1u;
    case RISCV_FORMAT_LOAD:
    case RISCV_FORMAT_LR:
        return plain_handlers[in->id] - 1u;
    default:
        return lower_integer(op, in, pc);
    }
}

/* ---- blocks ---------------------------------------------------------------------------------------- */

/* Decodes what is at `pc` into *op, with the handler's number still in `handler`, and returns its charge. `limit` is
 * the end of the executable bytes, `next` the charge of the slot behind. */
static uint16_t decode_slot(const struct decoding *d, struct op *op, const uint8_t *bytes, uint32_t pc, uint32_t limit,
                            const uint16_t *charge)
{
    uint16_t halves[2] = {0, 0};

    memcpy(&halves[0], bytes, 2);
    unsigned size = riscv_size(halves[0]);
    if (size > limit - pc) {
        *op = (struct op){.handler = H_FETCH_2};
        return 0;
    }
    if (size == 4)
        memcpy(&halves[1], bytes + 2, 2);

    struct riscv_instruction in = riscv_decode(&d->decoder, halves[0] | (uint32_t)halves[1] << 16);
    unsigned handler = lower(d, op, &in, pc);
    bool large = size == 4, page_last = (pc & PAGE_MASK) + size > PAGE_MASK;
    bool ends = handler == H_ILLEGAL_2 || (in.flags & RISCV_TERMINATOR);

    op->handler = (int32_t)(handler + large);
    if (page_last && !ends) {
        if (handler != H_LI_WIDE_2)
            op->b = (uint16_t)op->handler;
        op->handler = (handler == H_LI_WIDE_2 ? H_PAGE_LAST_LI_WIDE_2 : H_PAGE_LAST_2) + large;
    } else if (!ends) {
        op->handler = (int32_t)pair_handler(handler + large, (unsigned)op[size / 2].handler);
    }
    return ends || page_last ? 1 : (uint16_t)(1 + charge[size / 2]);
}

static void fill_gap(struct op *ops, uint16_t *charge, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        ops[i] = (struct op){.handler = H_FETCH_2};
        charge[i] = 0;
    }
}

/* Handlers' numbers become offsets, and edges get the charges of where they lead. */
static void resolve(const struct decoding *d, struct op *ops, const uint16_t *charge, size_t slots)
{
    for (size_t i = 0; i < slots; i++) {
        struct op *op = &ops[i];
        unsigned handler = (unsigned)op->handler;
        if (has_charges[handler]) {
            op->a = charge[(int64_t)i + op->low / (int32_t)sizeof(struct op)];
            op->b = charge[i + has_charges[handler]];
        }
        op->handler = d->handlers[handler];
    }
}

void code_decode(struct op *ops, uint16_t *charge, const uint8_t *bytes, uint32_t start, uint32_t end,
                 const struct code_range *ranges, size_t range_count)
{
    struct decoding d;
    size_t above = code_slots(start, end); /* slots from here on are done */
    uint32_t limit = 0, joined = 0;        /* end of the executable bytes; where the range above begins */

    CHECK(((start | end) & 1) == 0 && start <= end);
    d.start = start;
    d.end = end;
    riscv_decoder_init(&d.decoder);
    for (unsigned i = 0; i < HANDLER_COUNT; i++)
        d.handlers[i] = interp_handler(i);
    for (size_t r = range_count; r-- > 0;) {
        uint32_t low = ranges[r].start, high = ranges[r].end;
        CHECK(low >= start && low <= high && high <= end && (low & 1) == 0 && (r == 0 || ranges[r - 1].end <= low));
        size_t first = (low - start) / 2, last = (high - start) / 2; /* an odd byte at the end is no halfword */
        if (high != joined || r + 1 == range_count)
            limit = high;
        fill_gap(ops, charge, last, above);
        for (size_t i = last; i-- > first;)
            charge[i] = decode_slot(&d, &ops[i], bytes + 2 * i, start + 2 * (uint32_t)i, limit, &charge[i]);
        above = first;
        joined = low;
    }
    fill_gap(ops, charge, 0, above);
    resolve(&d, ops, charge, code_slots(start, end));
}

/* ---- which build ----------------------------------------------------------------------------------- */

static uint64_t hash(uint64_t seed, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++)
        seed = (seed ^ bytes[i]) * UINT64_C(0x100000001b3);
    return seed;
}

/* Decodes a page of pseudo-random words, and hashes that and the handlers. */
uint64_t code_fingerprint(void)
{
    enum { SIZE = 8192 };
    uint32_t words[SIZE / 4], state = 1;
    uint16_t charge[SIZE / 2 + 2];
    struct op ops[SIZE / 2 + 2];
    struct code_range range = {0x10000, 0x10000 + SIZE};

    for (size_t i = 0; i < SIZE / 4; i++) {
        state = state * 1664525 + 1013904223;
        words[i] = state ^ state >> 16;
    }
    memset(ops, 0, sizeof(ops));
    code_decode(ops, charge, (const uint8_t *)words, range.start, range.end, &range, 1);
    uint64_t seed = UINT64_C(0xcbf29ce484222325);
    for (unsigned i = 0; i < HANDLER_COUNT; i++) {
        int32_t handler = interp_handler(i);
        seed = hash(seed, &handler, sizeof(handler));
    }
    return hash(hash(seed, ops, sizeof(ops)), charge, sizeof(charge));
}
