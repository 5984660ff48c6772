/* SPDX-License-Identifier: Apache-2.0 */
#include "native/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "native/constants.h"

#define PAGE_MASK      4095u
#define CALLEE_LEVELS  2
#define GUESS_BACK     0x4000u /* bytes of a function that are walked for a constant */
#define SHARED_TARGETS 16      /* of a jump table that blocks go by together, if there are so many blocks */
#define SHARED_USERS   3
#define TABLE_REACH    0x10000u /* bytes of code that one table leads to */

int plan_init(struct plan *plan, const struct plan_source *source)
{
    memset(plan, 0, sizeof *plan);
    plan->source = *source;
    plan->callee = PLAN_NONE;
    riscv_decoder_init(&plan->decoder);
    plan->marks = calloc(code_slots(source->code->start, source->code->end), 1);
    return plan->marks ? 0 : -ENOMEM;
}

void plan_dispose(struct plan *plan)
{
    free(plan->marks);
    free(plan->starts);
    plan->marks = NULL;
    plan->starts = NULL;
}

static uint8_t *mark_of(const struct plan *plan, uint32_t address)
{
    return &plan->marks[(address - plan->source.code->start) / 2];
}

bool plan_is_chosen(const struct plan *plan, uint32_t address)
{
    return plan_charge(plan, address) != 0 && (*mark_of(plan, address) & PLAN_CHOSEN);
}

/* Functions that turn out not to be compiled are none: others leave to the dispatcher there. */
static void drop(struct plan *plan, size_t index)
{
    *mark_of(plan, plan->starts[index]) &= (uint8_t)~PLAN_FUNCTION;
    plan->starts[index] = plan->starts[--plan->start_count];
}

struct riscv_instruction plan_decode(const struct plan *plan, uint32_t address)
{
    const struct code *code = plan->source.code;
    const uint8_t *bytes = plan->source.bytes + (address - code->start);
    uint16_t halves[2] = {0, 0};

    memcpy(&halves[0], bytes, 2);
    if (riscv_size(halves[0]) == 4 && address + 2 < code->end)
        memcpy(&halves[1], bytes + 2, 2);
    return riscv_decode(&plan->decoder, halves[0] | (uint32_t)halves[1] << 16);
}

/* ---- instructions ---------------------------------------------------------------------------------- */

bool plan_interprets(const struct riscv_instruction *in)
{
    switch (in->id) {
    case RISCV_CSRRW:
    case RISCV_CSRRS:
    case RISCV_CSRRC:
    case RISCV_CSRRWI:
    case RISCV_CSRRSI:
    case RISCV_CSRRCI:
    case RISCV_CBO_ZERO:
    case RISCV_CLMUL:
    case RISCV_CLMULR:
    case RISCV_CLMULH:
    case RISCV_EBREAK:
    case RISCV_FENCE_I:
    case RISCV_ILLEGAL:
        return true;
    default:
        return false;
    }
}

void plan_operands(const struct riscv_instruction *in, plan_set *uses, plan_set *defines)
{
    plan_set xd = PLAN_X(in->rd), x1 = PLAN_X(in->rs1), x2 = PLAN_X(in->rs2);
    plan_set fd = PLAN_F(in->rd), f1 = PLAN_F(in->rs1), f2 = PLAN_F(in->rs2), f3 = PLAN_F(in->rs3);
    plan_set reads = x1 | x2, writes = xd;

    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_FLOAD:
    case RISCV_FORMAT_X_TO_F:
    case RISCV_FORMAT_XMOVE_F:
        reads = x1;
        writes = fd;
        break;
    case RISCV_FORMAT_STORE:
    case RISCV_FORMAT_B:
        writes = 0;
        break;
    case RISCV_FORMAT_FSTORE:
        reads = x1 | f2;
        writes = 0;
        break;
    case RISCV_FORMAT_F4:
        reads = f1 | f2 | f3;
        writes = fd;
        break;
    case RISCV_FORMAT_F3:
    case RISCV_FORMAT_F3N:
        reads = f1 | f2;
        writes = fd;
        break;
    case RISCV_FORMAT_F2:
        reads = f1;
        writes = fd;
        break;
    case RISCV_FORMAT_FCOMPARE:
        reads = f1 | f2;
        break;
    case RISCV_FORMAT_F_TO_X:
    case RISCV_FORMAT_FMOVE_X:
        reads = f1;
        break;
    case RISCV_FORMAT_NONE:
    case RISCV_FORMAT_FENCE:
        reads = writes = 0;
        break;
    default: /* integer registers; those that the format does not have are x0 */
        break;
    }
    *uses = reads & ~PLAN_X(0);
    *defines = writes & ~PLAN_X(0);
}

/* ---- functions ------------------------------------------------------------------------------------- */

/* Whose address is taken: auipc or lui, and addi on the same register right behind or close to it. */
static void find_addresses(struct plan *plan, uint32_t from, uint32_t end)
{
    struct constants constants = {.known = 0};

    for (uint32_t pc = from; pc < end;) {
        struct riscv_instruction in = plan_decode(plan, pc);
        bool made = constants_follow(&constants, &in, pc) && in.id == RISCV_ADDI && in.rs1;
        uint64_t result = made ? constants.value[in.rd] : 1;
        if (result <= UINT32_MAX && (result & 1) == 0 && plan_charge(plan, (uint32_t)result)) {
            plan_add(plan, (uint32_t)result);
            *mark_of(plan, (uint32_t)result) |= PLAN_ADDRESS;
        }
        pc += in.size;
    }
}

void plan_close(struct plan *plan)
{
    for (size_t i = 0; i < plan->start_count;) { /* grows and shrinks meanwhile */
        struct plan_function function;
        if (plan_function_init(&function, plan, plan->starts[i])) {
            drop(plan, i);
            continue;
        }
        i++;
        for (size_t b = 0; b < function.block_count; b++) {
            const struct plan_block *block = &function.blocks[b];
            find_addresses(plan, block->start, block->end);
            if (block->kind == PLAN_CALL)
                plan_add(plan, block->taken);
        }
        plan_function_dispose(&function);
    }
}

static bool find_small(struct plan_function *function, struct plan *plan, uint32_t start);

static bool is_leaf(struct plan *plan, uint32_t start)
{
    struct plan_function function;
    bool leaf = find_small(&function, plan, start);
    if (leaf)
        plan_function_dispose(&function);
    return leaf;
}

/* What hot functions call is nearly as hot, and a call out of native code is dear. */
static void choose_callees(struct plan *plan, bool only_leaves)
{
    size_t count = plan->start_count;
    for (size_t i = 0; i < count; i++) {
        struct plan_function function;
        if (!(*mark_of(plan, plan->starts[i]) & PLAN_CHOSEN) || plan_function_init(&function, plan, plan->starts[i]))
            continue;
        for (size_t b = 0; b < function.block_count; b++) {
            uint32_t to = function.blocks[b].taken;
            bool leaves = function.blocks[b].kind == PLAN_CALL || function.blocks[b].kind == PLAN_JUMP;
            if (leaves && plan_charge(plan, to) &&
                (*mark_of(plan, to) & (PLAN_FUNCTION | PLAN_CHOSEN)) == PLAN_FUNCTION &&
                (!only_leaves || is_leaf(plan, to)))
                *mark_of(plan, to) |= PLAN_CHOSEN;
        }
        plan_function_dispose(&function);
    }
}

void plan_choose(struct plan *plan, const uint32_t *hot, size_t count, bool callees)
{
    size_t kept = 0;
    unsigned callees_by_address = 0;

    plan->whole = !hot;
    for (size_t i = 0; !hot && i < plan->start_count; i++)
        *mark_of(plan, plan->starts[i]) |= PLAN_CHOSEN;
    for (size_t i = 0; hot && i < count; i++) {
        uint32_t at = hot[i] & ~1u;
        while (plan_charge(plan, at) && !(*mark_of(plan, at) & PLAN_FUNCTION))
            at -= 2;
        if (!plan_charge(plan, at) || (*mark_of(plan, at) & PLAN_CHOSEN))
            continue;
        if ((*mark_of(plan, at) & PLAN_ADDRESS) && is_leaf(plan, at)) {
            plan->callee = at;
            callees_by_address++;
        }
        *mark_of(plan, at) |= PLAN_CHOSEN;
    }
    if (callees_by_address > 1)
        plan->callee = PLAN_NONE;
    for (unsigned level = 0; hot && level < (callees ? CALLEE_LEVELS : 1); level++)
        choose_callees(plan, !callees);
    for (size_t i = 0; i < plan->start_count; i++)
        if (*mark_of(plan, plan->starts[i]) & PLAN_CHOSEN)
            plan->starts[kept++] = plan->starts[i];
    plan->start_count = kept;
}

void plan_add(struct plan *plan, uint32_t start)
{
    if (plan_charge(plan, start) == 0 || (*mark_of(plan, start) & PLAN_FUNCTION))
        return;
    if (plan->start_count == plan->start_capacity) {
        size_t capacity = plan->start_capacity ? plan->start_capacity * 2 : 256;
        uint32_t *starts = realloc(plan->starts, capacity * sizeof *starts);
        if (!starts)
            return; /* what is not known is interpreted */
        plan->starts = starts;
        plan->start_capacity = capacity;
    }
    plan->starts[plan->start_count++] = start;
    *mark_of(plan, start) |= PLAN_FUNCTION;
}

/* ---- blocks ---------------------------------------------------------------------------------------- */

struct walk {
    struct plan *plan;
    struct plan_function *function;
    uint32_t *leaders;
    size_t count, capacity;
    int failed;
};

static void walk_add(struct walk *walk, uint32_t address, uint8_t marks)
{
    if (plan_charge(walk->plan, address) == 0)
        return;
    uint8_t *mark = mark_of(walk->plan, address);
    if (address != walk->function->start && (*mark & PLAN_FUNCTION))
        return; /* another function: jumped to, not part of this one */
    if (*mark & PLAN_LEADER) {
        *mark |= marks;
        return;
    }
    if (walk->count == PLAN_MAX_BLOCKS) {
        walk->failed = -E2BIG;
        return;
    }
    if (walk->count == walk->capacity) {
        size_t capacity = walk->capacity ? walk->capacity * 2 : 64;
        uint32_t *leaders = realloc(walk->leaders, capacity * sizeof *leaders);
        if (!leaders) {
            walk->failed = -ENOMEM;
            return;
        }
        walk->leaders = leaders;
        walk->capacity = capacity;
    }
    *mark |= PLAN_LEADER | marks;
    walk->leaders[walk->count++] = address;
}

/* What ends a block: sets kind, taken and next of an instruction that may leave. */
static bool classify(struct plan_block *block, const struct riscv_instruction *in, uint32_t pc)
{
    uint32_t next = pc + in->size;

    block->taken = block->next = PLAN_NONE;
    if (plan_interprets(in)) {
        block->kind = PLAN_INTERPRET;
        block->next = in->id == RISCV_ILLEGAL ? PLAN_NONE : next;
        return true;
    }
    switch ((enum riscv_format)in->format) {
    case RISCV_FORMAT_B:
        block->kind = PLAN_BRANCH;
        block->taken = pc + (uint32_t)in->imm;
        block->next = next;
        return true;
    case RISCV_FORMAT_J:
        block->kind = in->rd ? PLAN_CALL : PLAN_JUMP;
        block->taken = pc + (uint32_t)in->imm;
        block->next = in->rd ? next : PLAN_NONE;
        return true;
    case RISCV_FORMAT_JALR:
        block->kind = in->rd                                           ? PLAN_CALL_INDIRECT
                      : (in->rs1 == 1 || in->rs1 == 5) && in->imm == 0 ? PLAN_RETURN
                                                                       : PLAN_JUMP_INDIRECT;
        block->next = in->rd ? next : PLAN_NONE;
        return true;
    default:
        break;
    }
    if (in->id == RISCV_ECALL) {
        block->kind = PLAN_ECALL;
        block->next = next;
        return true;
    }
    if ((next ^ pc) & ~PAGE_MASK) {
        block->kind = PLAN_CROSS;
        block->next = next;
        return true;
    }
    return false;
}

/* Follows a block to its end; `stop_at_leaders` when all of them are known. */
static void follow(struct walk *walk, struct plan_block *block, bool stop_at_leaders)
{
    struct plan *plan = walk->plan;
    uint32_t pc = block->start;

    block->uses = block->defines = block->boxes = block->makes = 0;
    for (;;) {
        struct riscv_instruction in = plan_decode(plan, pc);
        plan_set uses, defines;
        bool ends = classify(block, &in, pc);

        if (!plan_interprets(&in)) {
            plan_operands(&in, &uses, &defines);
            block->uses |= uses & ~block->defines;
            block->defines |= defines;
            block->boxes = (block->boxes & ~defines) | plan_boxes(&in);
            block->makes = (block->makes & ~defines) | plan_results(&in);
        }
        if ((in.flags & RISCV_ROUNDS) && in.rm == RISCV_DYN)
            walk->function->rounds = true;
        block->leaves_within |= in.format == RISCV_FORMAT_AMO || in.format == RISCV_FORMAT_LR;
        block->last = pc;
        pc += in.size;
        block->end = pc;
        walk->function->instructions++;
        if (ends)
            return;
        if (plan_charge(plan, pc) == 0 || (stop_at_leaders && (*mark_of(plan, pc) & PLAN_LEADER))) {
            block->kind = PLAN_FLOW;
            block->next = pc;
            return;
        }
    }
}

static void find_table(struct walk *walk, struct plan_block *block);

static void discover(struct walk *walk)
{
    walk_add(walk, walk->function->start, 0);
    for (size_t i = 0; i < walk->count && !walk->failed; i++) {
        struct plan_block block = {.start = walk->leaders[i]};
        follow(walk, &block, false);
        if (walk->function->instructions > 4 * PLAN_MAX_INSTRUCTIONS)
            walk->failed = -E2BIG;
        /* Behind calls, too: the host's stack is gone after every slice, and the callee returns to the dispatcher. */
        bool calls = block.kind == PLAN_CALL || block.kind == PLAN_CALL_INDIRECT;
        bool returns_here = calls || block.kind == PLAN_ECALL || block.kind == PLAN_INTERPRET;
        walk->function->calls |= calls;
        if (block.next != PLAN_NONE)
            walk_add(walk, block.next, returns_here ? PLAN_RESUME : 0);
        if (block.kind == PLAN_BRANCH || block.kind == PLAN_JUMP)
            walk_add(walk, block.taken, block.taken <= block.last ? PLAN_RESUME : 0);
        if (block.kind == PLAN_JUMP_INDIRECT) {
            find_table(walk, &block);
            for (uint32_t t = 0; t < block.target_count; t++)
                walk_add(walk, walk->function->targets[block.first_target + t], 0);
        }
    }
}

static int compare_addresses(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

struct plan_block *plan_find(const struct plan_function *function, uint32_t address)
{
    size_t low = 0, high = function->block_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (function->blocks[middle].start < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low < function->block_count && function->blocks[low].start == address ? &function->blocks[low] : NULL;
}

/* ---- what is where: the registers ------------------------------------------------------------------ */

bool plan_each_way(struct plan_function *function, struct plan_block *from, plan_visit_edge *visit)
{
    struct plan_block *to;
    bool changed = false;
    if (plan_is_left(from))
        return false;
    if (from->kind != PLAN_CALL && from->taken != PLAN_NONE && (to = plan_find(function, from->taken)))
        changed |= visit(from, to);
    if (from->next != PLAN_NONE && (to = plan_find(function, from->next)))
        changed |= visit(from, to);
    for (uint32_t t = 0; t < from->target_count; t++)
        if ((to = plan_find(function, function->targets[from->first_target + t])))
            changed |= visit(from, to);
    return changed;
}

bool plan_each_edge(struct plan_function *function, plan_visit_edge *visit)
{
    bool changed = false;
    for (size_t i = function->block_count; i-- > 0;)
        changed |= plan_each_way(function, &function->blocks[i], visit);
    return changed;
}

/* Some way out of the block leads out of the function. */
static bool leads_outside(const struct plan_function *function, const struct plan_block *block)
{
    return block->kind == PLAN_RETURN || block->kind == PLAN_JUMP_INDIRECT || plan_is_left(block) ||
           (block->taken != PLAN_NONE && !plan_find(function, block->taken)) ||
           (block->next != PLAN_NONE && !plan_find(function, block->next));
}

bool plan_is_inlined(const struct plan_function *function)
{
    bool good = !function->calls && function->instructions <= PLAN_INLINED_INSTRUCTIONS;
    for (size_t i = 0; i < function->block_count && good; i++) {
        const struct plan_block *block = &function->blocks[i];
        good =
            block->kind == PLAN_RETURN || plan_is_left(block) || block->target_count || !leads_outside(function, block);
    }
    return good;
}

static bool count_edge(struct plan_block *from, struct plan_block *to)
{
    to->predecessors += from->loop == PLAN_NONE || plan_same_loop(from, to) ? 1 : 2;
    to->turns += plan_turns(from, to);
    return false;
}

/* By a switch that blocks share, and by a jump to anywhere, control goes with all of struct cpu in place. */
plan_set plan_dirty_behind(const struct plan_block *block)
{
    bool in_place = plan_calls(block) || (block->kind == PLAN_JUMP_INDIRECT && block->shared);
    return in_place ? 0 : (block->dirty | block->defines) & ~PLAN_PASSED;
}

static bool spread_used(struct plan_block *from, struct plan_block *to)
{
    plan_set used = plan_calls(from) ? 0 : to->used_ahead & ~from->defines & ~from->used_ahead;
    from->used_ahead |= used;
    return used;
}

static bool spread_written(struct plan_block *from, struct plan_block *to)
{
    plan_set lost = from->written_ahead & ~from->defines & ~(plan_calls(from) ? 0 : to->written_ahead);
    from->written_ahead &= ~lost;
    return lost;
}

/* By what is ahead it pays to hold a register, or it is as well in struct cpu, where a call will look for it. */
static void look_ahead(struct plan_function *function)
{
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        block->used_ahead = block->uses;
        block->written_ahead = leads_outside(function, block) ? block->defines : PLAN_ALL;
    }
    while (plan_each_edge(function, spread_used))
        ;
    while (plan_each_edge(function, spread_written))
        ;
}

/* Outside of loops without calls, a block holds what is held on every way to it. */
static bool spread_held(struct plan_block *from, struct plan_block *to)
{
    plan_set held = to->held & (plan_calls(from) ? PLAN_PASSED : from->held_behind);
    if (to->holds_all || held == to->held)
        return false;
    to->held = held;
    to->held_behind = held | to->defines;
    return true;
}

static bool spread_dirty(struct plan_block *from, struct plan_block *to)
{
    plan_set dirty = to->dirty | (plan_dirty_behind(from) & to->held);
    bool changed = dirty != to->dirty;
    to->dirty = dirty;
    return changed;
}

static bool spread_needs(struct plan_block *from, struct plan_block *to)
{
    if (plan_calls(from))
        return false;
    plan_set needs = from->needs | (to->needs & from->held & ~from->defines);
    bool changed = needs != from->needs;
    from->needs = needs;
    return changed;
}

/* What a part may write has to be at hand in front of it, as it may be left before it has done so. */
static void hold_through_calls(struct plan_function *function)
{
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        block->through = plan_can_hold(block) && block->holds_all;
        if (!block->through)
            continue;
        block->leaves_within = true;
        block->uses |= (block->part_uses | block->part_defines) & ~block->defines;
        block->defines |= block->part_defines;
        block->boxes &= ~block->part_defines;
        block->makes &= ~block->part_defines;
    }
}

void plan_hold_through(struct plan_function *function, plan_set dirty)
{
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        block->held = block->held_behind = PLAN_ALL;
        block->dirty = block->start == function->start ? dirty : 0;
        block->needs = 0;
    }
    while (plan_each_edge(function, spread_dirty))
        ;
}

/* Jump tables that several blocks jump by: compilers copy the jump of a loop around a switch. */
bool plan_same_table(const struct plan_function *function, const struct plan_block *a, const struct plan_block *b)
{
    return a->target_count == b->target_count && a->held_behind == b->held_behind &&
           memcmp(function->targets + a->first_target, function->targets + b->first_target,
                  a->target_count * sizeof *function->targets) == 0;
}

static void find_shared_tables(struct plan_function *function)
{
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        unsigned users = 0;
        if (block->target_count < SHARED_TARGETS || block->shared)
            continue;
        for (size_t k = i; k < function->block_count; k++)
            users += plan_same_table(function, block, &function->blocks[k]);
        for (size_t k = i; k < function->block_count && users >= SHARED_USERS; k++)
            function->blocks[k].shared |= plan_same_table(function, block, &function->blocks[k]);
    }
}

static int place_registers(const struct plan *plan, struct plan_function *function)
{
    if (plan_hold_in_loops(plan, function))
        return -ENOMEM;
    hold_through_calls(function);
    (void)plan_each_edge(function, count_edge);
    look_ahead(function);
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        bool begins = !block->predecessors || block->start == function->start;
        block->held = PLAN_PASSED | (begins ? 0 : block->used_ahead | block->written_ahead);
        if (block->holds_all)
            block->held = PLAN_ALL;
        block->held_behind = block->held | block->defines;
    }
    while (plan_each_edge(function, spread_held))
        ;
    find_shared_tables(function);
    while (plan_each_edge(function, spread_dirty))
        ;
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        block->needs = (block->uses | block->dirty) & block->held & ~PLAN_PASSED;
    }
    while (plan_each_edge(function, spread_needs))
        ;
    return 0;
}

static uint32_t find_end(const struct plan *plan, uint32_t start)
{
    uint32_t end = start + 2;
    while (end < plan->source.code->end && end - start <= TABLE_REACH && !(*mark_of(plan, end) & PLAN_FUNCTION))
        end += 2;
    return end;
}

/* The blocks, without what is known of them together. */
static int find_blocks(struct plan_function *function, struct plan *plan, uint32_t start)
{
    struct walk walk = {.plan = plan, .function = function};

    memset(function, 0, sizeof *function);
    function->start = start;
    function->end = find_end(plan, start);
    discover(&walk);
    function->instructions = 0;
    if (!walk.failed) {
        qsort(walk.leaders, walk.count, sizeof *walk.leaders, compare_addresses);
        function->blocks = calloc(walk.count, sizeof *function->blocks);
        walk.failed = function->blocks ? 0 : -ENOMEM;
    }
    for (size_t i = 0; i < walk.count && !walk.failed; i++) {
        struct plan_block *block = &function->blocks[i];
        block->start = walk.leaders[i];
        block->charge = plan_charge(plan, block->start);
        block->loop = PLAN_NONE;
        block->resumes = *mark_of(plan, block->start) & PLAN_RESUME;
        follow(&walk, block, true);
        if (block->kind == PLAN_JUMP_INDIRECT)
            find_table(&walk, block);
        function->block_count++;
        if (function->instructions > PLAN_MAX_INSTRUCTIONS)
            walk.failed = -E2BIG;
    }
    for (size_t i = 0; i < walk.count; i++)
        *mark_of(plan, walk.leaders[i]) &= PLAN_FUNCTION | PLAN_CHOSEN | PLAN_LARGE | PLAN_ADDRESS;
    free(walk.leaders);
    if (walk.failed)
        plan_function_dispose(function);
    return walk.failed;
}

/* True for what becomes part of its callers; what does not is remembered. Then `function` has its blocks. */
static bool find_small(struct plan_function *function, struct plan *plan, uint32_t start)
{
    if ((*mark_of(plan, start) & PLAN_LARGE) || find_blocks(function, plan, start))
        return false;
    if (plan_is_inlined(function))
        return true;
    *mark_of(plan, start) |= PLAN_LARGE;
    plan_function_dispose(function);
    return false;
}

static int complete(struct plan_function *function, const struct plan *plan)
{
    int failed = place_registers(plan, function);
    if (failed)
        plan_function_dispose(function);
    else
        plan_find_known(function);
    return failed;
}

/* It is left by returns and exits only, and enters without a look at the rounding mode. */
static bool can_be_held(const struct plan_function *function)
{
    bool good = !function->rounds;
    for (size_t i = 0; i < function->block_count && good; i++) {
        const struct plan_block *block = &function->blocks[i];
        good = block->kind == PLAN_RETURN || plan_is_left(block) || !leads_outside(function, block);
    }
    return good;
}

static void find_parts(struct plan_function *function, struct plan *plan)
{
    struct plan_function part;
    size_t instructions = 0;
    for (size_t i = 0; i < function->block_count; i++) {
        struct plan_block *block = &function->blocks[i];
        uint32_t callee = block->kind == PLAN_CALL            ? block->taken
                          : block->kind == PLAN_CALL_INDIRECT ? plan->callee
                                                              : PLAN_NONE;
        if (callee == PLAN_NONE || !plan_is_chosen(plan, callee) || !find_small(&part, plan, callee))
            continue;
        instructions += part.instructions;
        if (block->kind == PLAN_CALL_INDIRECT) {
            block->guesses = instructions <= PLAN_PARTS_INSTRUCTIONS;
            block->part_instructions = (unsigned)part.instructions;
            plan_function_dispose(&part);
            continue;
        }
        block->part = instructions <= PLAN_PARTS_INSTRUCTIONS;
        block->part_holds = can_be_held(&part);
        block->part_instructions = (unsigned)part.instructions;
        part.part = true;
        (void)plan_each_edge(&part, count_edge);
        plan_find_charges(&part);
        block->part_straight = part.straight;
        block->part_owed = part.owed + (part.straight ? (int)plan_charge(plan, part.start) : 0);
        for (size_t k = 0; k < part.block_count; k++) {
            block->part_uses |= part.blocks[k].uses;
            block->part_defines |= part.blocks[k].defines;
        }
        plan_function_dispose(&part);
    }
}

int plan_function_init(struct plan_function *function, struct plan *plan, uint32_t start)
{
    int failed = find_blocks(function, plan, start);
    if (failed)
        return failed;
    find_parts(function, plan);
    return complete(function, plan);
}

bool plan_inline(struct plan *plan, uint32_t start, struct plan_function *function)
{
    if (!find_small(function, plan, start))
        return false;
    function->part = true;
    return complete(function, plan) == 0;
}

void plan_function_dispose(struct plan_function *function)
{
    free(function->blocks);
    free(function->targets);
    memset(function, 0, sizeof *function);
}

/* ---- constants: guesses ---- */

bool plan_guess_constant(const struct plan *plan, const struct plan_function *function, uint32_t pc, unsigned number,
                         uint64_t *value)
{
    struct constants constants = {.known = 0};
    uint32_t at = function->start;

    if (at > pc || pc - at > GUESS_BACK)
        return false;
    while (at < pc && plan_charge(plan, at)) {
        struct riscv_instruction in = plan_decode(plan, at);
        (void)constants_follow(&constants, &in, at);
        at += in.size;
    }
    *value = constants.value[number];
    return constants_know(&constants, number);
}

/* ---- jump tables: guesses that only have to be good, as any other target goes through the table of entries ---- */

#define SCAN_BACK 4096u /* bytes in front of the jump that are searched for the table's address */

struct table {
    uint32_t base;  /* of the table; targets may be relative to it */
    int32_t offset; /* of its first element from there */
    bool found, relative;
};

/* Follows constants in a straight line up to the jump, whatever control does: the table is the constant to which a
 * scaled index is added; its elements are relative if the same constant is added to them. */
static struct table scan_table(const struct plan *plan, uint32_t from, const struct plan_block *block)
{
    struct table table = {.found = false};
    struct constants constants = {.known = 0};
    bool loaded = false;

    for (uint32_t pc = from; pc < block->last && plan_charge(plan, pc);) {
        struct riscv_instruction in = plan_decode(plan, pc);
        bool adds = in.id == RISCV_ADD || in.id == RISCV_SH2ADD;
        unsigned base = 0;
        if (adds && constants_know(&constants, in.rs2))
            base = in.rs2;
        else if (adds && constants_know(&constants, in.rs1))
            base = in.rs1;
        const uint64_t at = constants.value[base];

        bool makes = constants_follow(&constants, &in, pc); /* or moves */

        if (base && !makes && pc >= block->start) {
            if (loaded && table.found && at == table.base)
                table.relative = true;
            else
                table = (struct table){.base = (uint32_t)at, .found = true};
        } else if ((in.id == RISCV_LW || in.id == RISCV_LWU) && table.found && pc >= block->start) {
            table.offset = in.imm;
            loaded = true;
        }
        pc += in.size;
    }
    table.found &= loaded;
    return table;
}

static bool add_target(struct plan_function *function, struct plan_block *block, uint32_t target)
{
    for (uint32_t i = 0; i < block->target_count; i++)
        if (function->targets[block->first_target + i] == target)
            return true;
    if (function->target_count == function->target_capacity) {
        size_t capacity = function->target_capacity ? function->target_capacity * 2 : 64;
        uint32_t *targets = realloc(function->targets, capacity * sizeof *targets);
        if (!targets)
            return false;
        function->targets = targets;
        function->target_capacity = capacity;
    }
    function->targets[function->target_count++] = target;
    block->target_count++;
    return true;
}

static void find_table(struct walk *walk, struct plan_block *block)
{
    const struct plan *plan = walk->plan;
    struct plan_function *function = walk->function;
    uint32_t from = function->start;

    block->first_target = (uint32_t)function->target_count;
    block->target_count = 0;
    if (!plan->source.read)
        return;
    if (from > block->start || block->start - from > SCAN_BACK)
        from = block->start;
    struct table table = scan_table(plan, from, block);
    for (uint32_t i = 0; table.found && i < PLAN_MAX_TARGETS; i++) {
        uint32_t element, at = table.base + (uint32_t)table.offset + 4 * i;
        if (!plan->source.read(plan->source.context, at, &element, sizeof element))
            break;
        uint32_t target = table.relative ? table.base + element : element;
        if (plan_charge(plan, target) == 0 || target < function->start || target >= function->end ||
            target - function->start > TABLE_REACH ||
            (target != function->start && (*mark_of(plan, target) & PLAN_FUNCTION)) ||
            !add_target(function, block, target))
            break;
    }
}
