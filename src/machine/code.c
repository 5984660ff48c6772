/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/code.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "machine/handlers.h"
#include "machine/lower.h"
#include "machine/pairing.h"
#include "riscv/decode.h"
#include "riscv/operands.h"

#define PAGE_SIZE  (PAGE_MASK + 1)
#define PAGE_SLOTS (PAGE_SIZE / 2)

/* Handlers whose a and b are charges of target and successor. */
static const bool has_charges[SINGLE_HANDLERS] = {
#define BRANCH(name)                                                                                                   \
    [H_##name##_FORWARD_2] = true, [H_##name##_FORWARD_4] = true, [H_##name##_BACK_2] = true,                          \
    [H_##name##_BACK_4] = true,
#define PLAIN(name)
#define WIDE(name)
#define FAST_FP(name)
#define OTHER(name)
#define OTHER_WIDE(name)
#define LEAVE(name)
#include "machine/handlers.def"
    [H_J_FORWARD_2] = true, [H_J_FORWARD_4] = true, [H_J_BACK_2] = true,
    [H_J_BACK_4] = true,    [H_JAL_2] = true,       [H_JAL_4] = true,
};

/* Pages are decoded in passes over all their slots: what is remembered, which pattern the rest is, then all slots of
 * one pattern after each other, then blocks from the end. What an instruction is cannot be foretold, neither by us nor
 * by the processor, and this way it is only asked once. */
struct page {
    uint32_t pc;                            /* of the first slot */
    size_t count;                           /* of slots */
    uint16_t halves[PAGE_SLOTS + 1];        /* the code, with what is behind it */
    uint16_t rest[PAGE_SLOTS], rest_count;  /* slots whose word is not remembered */
    uint16_t patterns[PAGE_SLOTS];          /* of each of them, in riscv_patterns */
    uint16_t order[PAGE_SLOTS];             /* they by pattern */
    uint16_t ends[RISCV_PATTERNS];          /* in `order`, by pattern */
    uint16_t handlers[PAGE_SLOTS + 2];      /* by number, each of one operation */
    uint8_t lengths[PAGE_SLOTS];            /* in slots; 0 if the block ends here */
    uint16_t jumps[PAGE_SLOTS], jump_count; /* slots that have_charges */
};

/* Compressed words mean the same wherever they stand, all but branches and jumps, and there are few: each is lowered
 * once, and then copied. Until then its operation here is zero; `handler` has the number and the length beside a bit
 * that says so. The last operation stands for all words of 32 bits and stays zero. */
#define REMEMBERED_WORDS ((3u << 14) + 1)
#define REMEMBERED       (1u << 31)
#define LENGTH_SHIFT     16

/* Below that the memory costs more than it saves. */
#define REMEMBERING_PAYS (UINT32_C(32) << 10) /* slots */

struct decoding {
    struct code code; /* of which the arrays are being made */
    struct op *ops;
    uint16_t *charge;
    const uint8_t *bytes;
    struct riscv_decoder decoder;
    int32_t handlers[HANDLER_COUNT]; /* offsets by number */
    struct op *memory;               /* of remembered words; may be NULL */
    struct page page;
};

size_t code_slots(uint32_t start, uint32_t end)
{
    return (end - start) / 2 + 2;
}

/* ---- passes over a page ---------------------------------------------------------------------------- */

static uint32_t word_at(const struct page *page, size_t slot)
{
    uint32_t word;
    memcpy(&word, &page->halves[slot], sizeof word);
    return word;
}

static unsigned memory_index(uint16_t half)
{
    unsigned index = (half & 3u) << 14 | half >> 2;
    return index < REMEMBERED_WORDS ? index : REMEMBERED_WORDS - 1;
}

static void remember(struct op *memory, const struct page *page, size_t slot, const struct op *op)
{
    struct op *remembered = &memory[memory_index(page->halves[slot])];
    *remembered = *op;
    remembered->handler = (int32_t)(REMEMBERED | (uint32_t)page->lengths[slot] << LENGTH_SHIFT | page->handlers[slot]);
}

/* Without branches, as what the next word is cannot be guessed: the rest is copied, too, and written again later. */
static void copy_remembered(const struct op *memory, struct page *page, struct op *ops)
{
    uint16_t count = 0;

    for (size_t slot = 0; slot < page->count; slot++) {
        struct op op = memory[memory_index(page->halves[slot])];
        uint32_t about = (uint32_t)op.handler;
        ops[slot] = op;
        page->handlers[slot] = (uint16_t)about;
        page->lengths[slot] = about >> LENGTH_SHIFT & 3;
        page->rest[count] = (uint16_t)slot;
        count += about == 0;
    }
    page->rest_count = count;
}

static void remember_nothing(struct page *page)
{
    for (size_t slot = 0; slot < page->count; slot++)
        page->rest[slot] = (uint16_t)slot;
    page->rest_count = (uint16_t)page->count;
}

/* Recognises the rest, and sorts it. */
static void find_patterns(const struct riscv_decoder *decoder, struct page *page)
{
    uint16_t *ends = page->ends, begin = 0;

    memset(ends, 0, sizeof page->ends);
    for (size_t i = 0; i < page->rest_count; i++) {
        unsigned pattern = riscv_find(decoder, word_at(page, page->rest[i]));
        page->patterns[i] = (uint16_t)pattern;
        ends[pattern]++;
    }
    for (size_t pattern = 0; pattern < RISCV_PATTERNS; pattern++) {
        uint16_t count = ends[pattern];
        ends[pattern] = begin;
        begin += count;
    }
    for (size_t i = 0; i < page->rest_count; i++)
        page->order[ends[page->patterns[i]]++] = page->rest[i];
}

/* Lowers slots of one pattern. Inlined where its encoding is a constant. */
__attribute__((always_inline)) static inline void lower_slots(struct decoding *d, struct op *ops,
                                                              const struct riscv_pattern *pattern,
                                                              enum riscv_format encoding, const uint16_t *slot,
                                                              const uint16_t *end)
{
    struct page *page = &d->page;
    struct lower_place place = {
        .start = d->code.start,
        .end = d->code.end,
        .first = page->pc,
        .limit = page->pc + 2 * (uint32_t)page->count,
    };
    bool anywhere = encoding >= RISCV_FORMAT_CIW && encoding != RISCV_FORMAT_CB && encoding != RISCV_FORMAT_CJ;

    for (; slot < end; slot++) {
        uint32_t pc = page->pc + 2 * *slot;
        struct riscv_instruction in = riscv_take_apart(pattern, encoding, word_at(page, *slot));
        unsigned handler = lower(&place, &ops[*slot], &in, pc) + (in.size == 4), length = in.size / 2;

        page->handlers[*slot] = (uint16_t)handler;
        page->lengths[*slot] =
            (in.flags & RISCV_TERMINATOR) || handler - length + 1 == H_ILLEGAL_2 ? 0 : (uint8_t)length;
        if (anywhere && d->memory)
            remember(d->memory, page, *slot, &ops[*slot]);
        page->jumps[page->jump_count] = *slot;
        page->jump_count += has_charges[handler] != 0;
    }
}

/* Most of what compilers make. */
/* clang-format off */
#define FREQUENT_ENCODINGS(X) \
    X(I) X(R) X(LOAD) X(STORE) X(B) X(U) X(J) X(CIW) X(CL_W) X(CL_D) X(CS_W) X(CS_D) X(CI) \
    X(CI_LI) X(CI_LUI) X(CI_SHIFT) X(CI_LWSP) X(CI_LDSP) X(CSS_W) X(CSS_D) X(CB) X(CJ) X(CA) X(CR_MV) X(CR_ADD)
/* clang-format on */

static void lower_rest(struct decoding *d, struct op *ops)
{
    const uint16_t *slot = d->page.order;

    d->page.jump_count = 0;
    for (size_t i = 0; i < RISCV_PATTERNS; i++) {
        const struct riscv_pattern *pattern = &riscv_patterns[i];
        const uint16_t *end = d->page.order + d->page.ends[i];
        if (slot == end)
            continue;
        switch (pattern->encoding) {
#define ENCODING(name)                                                                                                 \
    case RISCV_FORMAT_##name:                                                                                          \
        lower_slots(d, ops, pattern, RISCV_FORMAT_##name, slot, end);                                                  \
        break;
            FREQUENT_ENCODINGS(ENCODING)
#undef ENCODING
        default:
            lower_slots(d, ops, pattern, pattern->encoding, slot, end);
            break;
        }
        slot = end;
    }
}

/* An operation whose successor is in the next page ends the block. */
static void end_page(struct page *page, struct op *ops, size_t slot)
{
    size_t length = page->lengths[slot];
    unsigned handler = page->handlers[slot];
    bool wide = handler == H_LI_WIDE_2 + length - 1;

    if (!wide)
        ops[slot].b = (uint16_t)handler;
    page->handlers[slot] = (uint16_t)((wide ? H_PAGE_LAST_LI_WIDE_2 : H_PAGE_LAST_2) + length - 1);
    page->lengths[slot] = 0;
}

/* Finds the charges, and joins what has a handler together. Without branches, as lengths cannot be guessed; what ends a
 * block is not the first of a pair. */
static void make_blocks(struct page *page, struct op *ops, uint16_t *charge, const int32_t *handlers)
{
    size_t page_end = (PAGE_SIZE - (page->pc & PAGE_MASK)) / 2;
    uint64_t known = (uint64_t)charge[page->count + 1] << 32 | (uint32_t)charge[page->count] << 16; /* by length */

    for (size_t slot = page->count > 2 ? page->count - 2 : 0; slot < page->count; slot++)
        if (page->lengths[slot] && slot + page->lengths[slot] >= page_end)
            end_page(page, ops, slot);
    page->handlers[page->count] = page->handlers[page->count + 1] = H_FETCH_2;
    for (size_t slot = page->count; slot-- > 0;) {
        size_t length = page->lengths[slot];
        charge[slot] = 1 + (uint16_t)(known >> 16 * length);
        known = (known & 0xffff0000) << 16 | (uint32_t)charge[slot] << 16;
        ops[slot].handler = handlers[pairing_join(page->handlers[slot], page->handlers[slot + length])];
    }
}

/* Edges within the page get the charges of where they lead; others find them when they are taken. */
static void connect(const struct page *page, struct op *ops, const uint16_t *charge)
{
    for (size_t i = 0; i < page->jump_count; i++) {
        size_t slot = page->jumps[i];
        ops[slot].a = charge[slot + (size_t)(ops[slot].low / (int32_t)sizeof(struct op))];
        ops[slot].b = charge[slot + riscv_size(page->halves[slot]) / 2];
    }
}

static void decode_page(struct decoding *d, size_t first, size_t last, uint32_t limit)
{
    struct page *page = &d->page;
    size_t bytes = limit - (d->code.start + 2 * first);

    page->pc = d->code.start + 2 * (uint32_t)first;
    page->count = last - first;
    page->halves[page->count] = 0;
    memcpy(page->halves, d->bytes + 2 * first, bytes < 2 * page->count + 2 ? bytes : 2 * page->count + 2);
    if (d->memory)
        copy_remembered(d->memory, page, d->ops + first);
    else
        remember_nothing(page);
    find_patterns(&d->decoder, page);
    lower_rest(d, d->ops + first);
    make_blocks(page, d->ops + first, d->charge + first, d->handlers);
    connect(page, d->ops + first, d->charge + first);
}

/* ---- all of it ------------------------------------------------------------------------------------- */

static void fill_gap(struct decoding *d, size_t first, size_t last)
{
    for (size_t i = first; i < last; i++) {
        d->ops[i] = (struct op){.handler = d->handlers[H_FETCH_2]};
        d->charge[i] = 0;
    }
}

/* Without an instruction whose second half is behind the last slot: it does not execute. */
static size_t without_tail(const struct decoding *d, size_t first, size_t last)
{
    uint16_t half = 0;

    if (last > first)
        memcpy(&half, d->bytes + 2 * (last - 1), sizeof half);
    return last - (riscv_size(half) == 4);
}

/* Page by page from the end, as `limit`, where the executable bytes end, and the charges behind are known. */
static void decode_range(struct decoding *d, size_t first, size_t last, uint32_t limit)
{
    uint32_t start = d->code.start;

    while (last > first) {
        uint32_t page = (start + 2 * (uint32_t)last - 1) & ~PAGE_MASK;
        size_t begin = page > start ? (page - start) / 2 : 0;
        begin = begin > first ? begin : first;
        decode_page(d, begin, last, limit);
        last = begin;
    }
}

void code_decode(struct op *ops, uint16_t *charge, const uint8_t *bytes, uint32_t start, uint32_t end,
                 const struct code_range *ranges, size_t range_count)
{
    struct decoding d = {.code = {start, end, ops, charge}, .ops = ops, .charge = charge, .bytes = bytes};
    size_t slots = code_slots(start, end), above = slots; /* slots from here on are done */

    CHECK(((start | end) & 1) == 0 && start <= end);
    riscv_decoder_init(&d.decoder);
    if (slots >= REMEMBERING_PAYS)
        d.memory = calloc(REMEMBERED_WORDS, sizeof *d.memory); /* without it, it takes longer */
    for (unsigned i = 0; i < HANDLER_COUNT; i++)
        d.handlers[i] = interp_handler(i);
    for (size_t r = range_count; r-- > 0;) {
        uint32_t low = ranges[r].start, high = ranges[r].end;
        CHECK(low >= start && low <= high && high <= end && (low & 1) == 0 && (r == 0 || ranges[r - 1].end <= low));
        while (r > 0 && ranges[r - 1].end == low) /* what touches is one */
            low = ranges[--r].start;
        size_t first = (low - start) / 2, last = (high - start) / 2; /* an odd byte at the end is no halfword */
        last = without_tail(&d, first, last);
        fill_gap(&d, last, above);
        decode_range(&d, first, last, high);
        above = first;
    }
    fill_gap(&d, 0, above);
    free(d.memory);
}

/* ---- which build ----------------------------------------------------------------------------------- */

/* `size` is a multiple of 4. */
static uint64_t hash(uint64_t seed, const void *data, size_t size)
{
    uint32_t word;

    CHECK(size % sizeof word == 0);
    for (size_t i = 0; i < size; i += sizeof word) {
        memcpy(&word, (const uint8_t *)data + i, sizeof word);
        seed = (seed ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        seed ^= seed >> 32;
    }
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
