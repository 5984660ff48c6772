/* SPDX-License-Identifier: Apache-2.0
 *
 * What the translator is to make of a program: which functions there are, their blocks, and where the guest's registers
 * are in each block.
 *
 * PLAN_PASSED registers are always held in host values. In loops without calls, but for those of small functions that
 * become part of this one, all others are held, too, so that the loop does not touch struct cpu. Everywhere else they
 * are held from where they are written to the next call, as far as somebody reads them or writes them again before:
 * then the ways out store them. The others are stored where the block ends that has written them, so that a call finds
 * them in place. For the parked registers (native/run.h), struct cpu is here and in the translator a variable, too,
 * which becomes a vector register over calls.
 */
#ifndef MAYFLY_NATIVE_PLAN_H
#define MAYFLY_NATIVE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "native/run.h"
#include "riscv/decode.h"

#define PLAN_MAX_BLOCKS            6000 /* of a function; a larger one is left to the interpreter */
#define PLAN_MAX_INSTRUCTIONS      30000
#define PLAN_MAX_TARGETS           1024 /* of a jump table */
#define PLAN_INLINED_INSTRUCTIONS  160
#define PLAN_PARTS_INSTRUCTIONS    1000 /* of one caller: LLVM's time grows with their square */
#define PLAN_REPEATED_INSTRUCTIONS 24   /* of a loop of one block */
#define PLAN_REPEATED_FLOATS       48 /* of a loop that computes with floating-point numbers, of any number of blocks */
#define PLAN_ROUNDS                4  /* of such a loop, for one look at the fuel */
#define PLAN_PREPAID_MOST          96 /* of a call, for what is behind it; more is looked at there */

/* Where blocks begin. In front of a call, a part may come on top of it, with all rounds of its loops, and a small loop
 * by falling into it. */
#define PLAN_UNLOOKED_MOST (NATIVE_RESERVE - PLAN_ROUNDS * (PLAN_INLINED_INSTRUCTIONS + PLAN_REPEATED_FLOATS))

#define PLAN_NONE UINT32_MAX

/* A set of guest registers: bit n is x[n], bit 32 + n is f[n]. x0 is in none. */
typedef uint64_t plan_set;

#define PLAN_BIT_X(n) | PLAN_X(n)
#define PLAN_BIT_F(n) | PLAN_F(n)
#define PLAN_X(n)     (UINT64_C(1) << (n))
#define PLAN_F(n)     (UINT64_C(1) << (32 + (n)))
#define PLAN_ALL      (~PLAN_X(0))
#define PLAN_FLOATS   (~UINT64_C(0) << 32)
#define PLAN_PASSED   (UINT64_C(0) NATIVE_PASSED_INTEGERS(PLAN_BIT_X) NATIVE_PASSED_FLOATS(PLAN_BIT_F))

/* Guest code, by address. */
struct plan_source {
    const struct code *code;
    const uint8_t *bytes; /* of [code->start, code->end) */
    /* Reads constant data of the program, for jump tables; false if there is none at this address. */
    bool (*read)(void *context, uint32_t address, void *bytes, size_t size);
    void *context;
};

enum plan_end {
    PLAN_FLOW,  /* goes on in the next block, which is a place that is jumped to */
    PLAN_CROSS, /* the same into another page */
    PLAN_BRANCH,
    PLAN_JUMP,
    PLAN_CALL,
    PLAN_CALL_INDIRECT,
    PLAN_RETURN,
    PLAN_JUMP_INDIRECT,
    PLAN_ECALL,
    PLAN_INTERPRET, /* the last instruction is one for the interpreter */
};

struct plan_block {
    uint32_t start, last, end;           /* of the first instruction, of the last, behind it */
    unsigned charge;                     /* instructions that entering it costs */
    uint8_t kind;                        /* enum plan_end */
    bool leaves_within;                  /* an instruction in the middle may be left to the interpreter */
    bool resumes;                        /* control may come here from the dispatcher */
    uint32_t taken, next;                /* addresses; PLAN_NONE if there is none */
    uint32_t first_target, target_count; /* of a jump table, in plan_function.targets */
    uint32_t predecessors;               /* edges from blocks of the function; those that repeat count twice */
    plan_set uses, defines;              /* `uses`: before the block itself defines them */
    plan_set boxes;                      /* of `defines`: hold a boxed single at the end */
    plan_set makes;                      /* of `defines`: hold a result at the end */
    bool part;                           /* calls a small function that becomes part of this one here */
    bool part_holds;                     /* which is left by returns and exits only */
    unsigned part_instructions;          /* of that function, or of the one that is guessed */
    bool part_straight;                  /* nobody looks at the fuel in it */
    int part_owed;                       /* charged in it, and not yet subtracted where it returns */
    plan_set part_uses, part_defines;    /* of it, wherever it does so */
    bool guesses;               /* what it calls by an address may be plan.callee, and becomes part of it here */
    bool through;               /* the same where registers are held: they stay so in that function */
    bool holds_all;             /* in a loop without calls, but for those of parts */
    uint32_t loop;              /* where it begins, if it is small and translated PLAN_ROUNDS times over */
    uint32_t turns;             /* ways by which it begins again, if this is where */
    unsigned loop_instructions; /* its own, there */
    int loop_owes;              /* beside `owed`, by each round that is behind, there */
    plan_set used_ahead;        /* read before they are written, on some way that no call ends */
    plan_set written_ahead;     /* written on every way, before any call */
    plan_set held;              /* on entry, in host values; the others are in struct cpu */
    plan_set held_behind;       /* the same at its end, but for what a call does to them */
    plan_set dirty;             /* on entry: those of `held`, but PLAN_PASSED, that may differ from struct cpu */
    plan_set needs;             /* on entry: those of `held`, but PLAN_PASSED, whose values must be at hand */
    bool shared;                /* its jump table is that of several blocks, which go there by one switch */
    plan_set singles;           /* on entry from blocks of the function: hold a boxed single */
    plan_set results;           /* the same: hold what was computed last, so that a NaN is canonical */
    bool looks;                 /* the fuel is looked at on all ways to it */
    unsigned unlooked;          /* instructions, at most, that are charged since the last look, with this block */
    unsigned ahead;             /* the same from behind its charge to the next look, call or return */
    unsigned prepaid;           /* by a call, for what is behind it up to there */
    bool subtracts;             /* some way on leads to where the fuel has to be right, before any return */
    bool paid; /* on some way to it the fuel is looked at, or control comes from outside: nothing is owed */
    int owed;  /* on entry, on all ways: instructions that are charged, but not yet subtracted from the fuel */
};

struct plan_function {
    uint32_t start;
    bool rounds; /* has floating-point instructions that round by frm */
    bool calls;
    bool part;     /* is looked at as a part of its caller */
    bool straight; /* nobody looks at the fuel in it, but where it begins */
    int owed;      /* of a part: where it returns, beside what was owed where it began */
    uint32_t end;  /* where the next function begins */
    size_t instructions;
    struct plan_block *blocks; /* sorted by start */
    size_t block_count;
    uint32_t *targets;
    size_t target_count, target_capacity;
};

struct plan {
    struct plan_source source;
    struct riscv_decoder decoder;
    uint8_t *marks;   /* per slot, enum plan_mark */
    uint32_t *starts; /* functions, sorted */
    size_t start_count, start_capacity;
    bool whole; /* all of the program is to be compiled */
    /* The one hot function whose address is taken and that may become part of others; or PLAN_NONE. */
    uint32_t callee;
};

enum plan_mark {
    PLAN_FUNCTION = 1,
    PLAN_LEADER = 2,
    PLAN_RESUME = 4,
    PLAN_CHOSEN = 8,
    PLAN_LARGE = 16,  /* not to be inlined */
    PLAN_ADDRESS = 32 /* whose address is taken */
};

/* 0 or -ENOMEM. */
MUST_USE int plan_init(struct plan *plan, const struct plan_source *source);
void plan_dispose(struct plan *plan);

/* Adds a function; one that is known or not executable is left out. */
void plan_add(struct plan *plan, uint32_t start);

/* Adds what is called, or whose address is taken, by the functions that are known, until nothing is new. */
void plan_close(struct plan *plan);

/* Chooses what is to be compiled: the functions that hold the addresses `hot`, with what they call if `callees` or else
 * with what becomes part of them, or all (hot is NULL). */
void plan_choose(struct plan *plan, const uint32_t *hot, size_t count, bool callees);

/* A function begins there that is to be compiled. */
bool plan_is_chosen(const struct plan *plan, uint32_t address);

/* The blocks of a function. 0, -E2BIG if it is too large to be compiled, or -ENOMEM. */
MUST_USE int plan_function_init(struct plan_function *function, struct plan *plan, uint32_t start);
void plan_function_dispose(struct plan_function *function);

/* True if the function becomes part of its callers; then `function` is initialised. */
bool plan_inline(struct plan *plan, uint32_t start, struct plan_function *function);

/* For a call of it through which registers are held: they are held all the way, and `dirty` differ from struct cpu
 * where it begins. */
void plan_hold_through(struct plan_function *function, plan_set dirty);

/* Behind the block, those but PLAN_PASSED that may differ from struct cpu. */
plan_set plan_dirty_behind(const struct plan_block *block);

/* Calls `visit` for every edge from the block inside the function; true if any visit was. */
typedef bool plan_visit_edge(struct plan_block *from, struct plan_block *to);
bool plan_each_way(struct plan_function *function, struct plan_block *from, plan_visit_edge *visit);

/* The same for all blocks, back to front. */
bool plan_each_edge(struct plan_function *function, plan_visit_edge *visit);

/* Finds the loops without calls, but for those of parts, and the small ones of them (native/loops.c). 0 or -ENOMEM. */
MUST_USE int plan_hold_in_loops(const struct plan *plan, struct plan_function *function);

/* Finds where the fuel is looked at, and what of it is owed where; knows `predecessors` (native/known.c). */
void plan_find_charges(struct plan_function *function);

/* The same, and `singles` and `results` of the blocks. */
void plan_find_known(struct plan_function *function);

/* The register to which an instruction writes a boxed single. */
plan_set plan_boxes(const struct riscv_instruction *in);

/* The register to which an instruction writes a result that is canonical if it is a NaN. */
plan_set plan_results(const struct riscv_instruction *in);

/* Ends by what leaves native code. */
static inline bool plan_is_left(const struct plan_block *block)
{
    return block->kind == PLAN_ECALL || block->kind == PLAN_INTERPRET;
}

/* Calls a part through which registers can be held. */
static inline bool plan_can_hold(const struct plan_block *call)
{
    return call->part && call->part_holds;
}

/* Ends by a call behind which only what calls return is known. */
static inline bool plan_calls(const struct plan_block *block)
{
    return (block->kind == PLAN_CALL && !block->through) || block->kind == PLAN_CALL_INDIRECT;
}

/* Guesses what a register holds at `pc` in the function: what was written to it last, by address, if that is a
 * constant. */
bool plan_guess_constant(const struct plan *plan, const struct plan_function *function, uint32_t pc, unsigned number,
                         uint64_t *value);

/* The block that begins there, or NULL. */
struct plan_block *plan_find(const struct plan_function *function, uint32_t address);

/* Blocks that jump by the same table, with registers in the same places. */
bool plan_same_table(const struct plan_function *function, const struct plan_block *a, const struct plan_block *b);

/* A small function that neither calls another nor goes on in one: it becomes part of its callers. */
bool plan_is_inlined(const struct plan_function *function);

/* A transfer by a branch or a jump, between two addresses, where the interpreter looks at the fuel
 * (machine/interp.h). */
static inline bool plan_is_checked(uint32_t from, uint32_t to)
{
    return ((from ^ to) & ~4095u) || to <= from;
}

/* Both are in the same small loop. */
static inline bool plan_same_loop(const struct plan_block *from, const struct plan_block *to)
{
    return from->loop != PLAN_NONE && from->loop == to->loop;
}

/* A way by which a small loop begins again. */
static inline bool plan_turns(const struct plan_block *from, const struct plan_block *to)
{
    return to->start == from->loop;
}

/* Native code looks at the fuel on the way between two blocks: once in each loop (for several rounds of a small one),
 * and where much may have been charged without. */
static inline bool plan_looks(const struct plan_block *from, const struct plan_block *to)
{
    return from->kind != PLAN_FLOW && (from->shared || to->start <= from->last || to->looks);
}

/* Registers whose values on entry to the block nobody sees. */
static inline plan_set plan_overwrites(const struct plan_block *block)
{
    return block->leaves_within ? 0 : block->defines & ~block->uses;
}

/* The instruction at an address that is executable. */
struct riscv_instruction plan_decode(const struct plan *plan, uint32_t address);

/* Instructions from there to the end of the interpreter's block; 0 where there is no code. */
static inline unsigned plan_charge(const struct plan *plan, uint32_t address)
{
    const struct code *code = plan->source.code;
    uint32_t distance = address - code->start;
    return (address & 1) || distance >= code->end - code->start ? 0 : code->charge[distance / 2];
}

/* Registers that an instruction reads and writes. */
void plan_operands(const struct riscv_instruction *in, plan_set *uses, plan_set *defines);

/* True if native code leaves it to the interpreter. */
bool plan_interprets(const struct riscv_instruction *in);

#endif
