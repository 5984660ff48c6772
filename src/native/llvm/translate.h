/* SPDX-License-Identifier: Apache-2.0
 *
 * Guest code to LLVM IR. One guest function becomes one or two functions: `f_ADDRESS`, entered where it starts and
 * called directly by others, and `r_ADDRESS`, the same code entered where the dispatcher may resume it
 * (cpu->native.entry says where). Each pays for the block that it begins with. A small one that calls no other is also
 * translated in place of its calls (struct body).
 *
 * While a block is translated, `now` has the values of the registers that it has touched; between blocks they are in
 * allocas, which LLVM makes SSA values of, or in struct cpu (native/plan.h says which).
 */
#ifndef MAYFLY_NATIVE_LLVM_TRANSLATE_H
#define MAYFLY_NATIVE_LLVM_TRANSLATE_H

#include <llvm-c/Core.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "native/plan.h"

#define REGCALL      92 /* llvm::CallingConv::X86_RegCall */
#define PRESERVE_ALL 15 /* llvm::CallingConv::PreserveAll */
#define FIRST_FLOAT  32 /* of the registers' numbers here: 0..31 are x, 32..63 are f */

/* What compiled functions take, and what they return in the same host registers: nothing, or else pc and exit; memory;
 * fuel; the registers of NATIVE_PASSED; those of NATIVE_PARKED, as doubles. */
#define PASSED_ONE(number) +1
#define PASSED_INTEGERS    (0 NATIVE_PASSED_INTEGERS(PASSED_ONE))
#define PASSED             (PASSED_INTEGERS NATIVE_PASSED_FLOATS(PASSED_ONE))
#define MEMORY_AT          1
#define FUEL_AT            2
#define REGISTER_AT        3
#define PARKED             (0 NATIVE_PARKED(PASSED_ONE))
#define PARKED_AT          (REGISTER_AT + PASSED)
#define PARAMETERS         (PARKED_AT + PARKED)

/* A block that control may come to from the dispatcher, by r_FUNCTION. */
struct resume {
    uint32_t address, function;
};

struct types {
    LLVMTypeRef v, i1, i8, i16, i32, i64, i128, f32, f64, pointer, function, result;
};

/* The constrained intrinsics and others that are used. */
enum intrinsic {
    IN_CTLZ,
    IN_CTLZ32,
    IN_CTTZ,
    IN_CTTZ32,
    IN_CTPOP,
    IN_CTPOP32,
    IN_BSWAP,
    IN_FSHL,
    IN_FSHR,
    IN_FSHL32,
    IN_FSHR32,
    IN_SMAX,
    IN_SMIN,
    IN_UMAX,
    IN_UMIN,
    IN_FADD,
    IN_FSUB,
    IN_FMUL,
    IN_FDIV,
    IN_FMA,
    IN_SQRT,
    IN_FADD_S,
    IN_FSUB_S,
    IN_FMUL_S,
    IN_FDIV_S,
    IN_FMA_S,
    IN_SQRT_S,
    IN_FCMP,
    IN_FCMPS,
    IN_FCMP_S,
    IN_FCMPS_S,
    IN_TRUNC,
    IN_EXTEND,
    IN_FROM_I32,
    IN_FROM_I64,
    IN_FROM_I32_S,
    IN_FROM_I64_S,
    IN_TO_I32,
    IN_TO_I64,
    IN_TO_I32_S,
    IN_TO_I64_S,
    IN_READ_REGISTER,
    IN_COUNT
};

struct intrinsic_use {
    LLVMValueRef function;
    LLVMTypeRef type;
};

/* A block, in one of the rounds of the small loop that it is in. */
struct place {
    LLVMBasicBlockRef code;
    bool translated;
    bool known; /* what it inherits from its only predecessor, which has been translated */
    plan_set raw, loose;
};

/* A guest function that is being translated: on its own, or as a part of one that calls it. */
struct body {
    const struct plan_function *function;
    struct place *places; /* by round and block */
    LLVMBasicBlockRef *fuel_exits;
    LLVMBasicBlockRef *switches; /* by the first block that goes there */
    LLVMBasicBlockRef returned;  /* of a part: where it goes if it returns to `back`; otherwise NULL */
    uint32_t back;
    bool through; /* of a part: the caller's registers stay in the variables */
    int64_t owed; /* of a part: from before it begins, all the way to where it returns */
};

struct translator {
    struct plan *plan;
    bool host_fma;

    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    struct types t;
    struct intrinsic_use intrinsics[IN_COUNT];
    LLVMValueRef round_nearest, except_strict, stack_register;
    unsigned prof_kind, tbaa_kind;
    LLVMValueRef cpu_tag, guest_tag; /* what a load or store cannot be both of */
    LLVMValueRef unlikely_weights;
    unsigned strictfp_kind;

    struct resume *resumes;
    size_t resume_count, resume_capacity;

    struct body *body;

    /* the function at work */
    LLVMValueRef value, memory;
    LLVMValueRef variables[64], singles[32], fuel, next, target;
    LLVMValueRef parked[PARKED]; /* variables that stand for their places in struct cpu */
    LLVMBasicBlockRef out;

    /* the block at work */
    const struct plan_block *block;
    LLVMValueRef now[64];
    plan_set held;    /* in `variables` where they are not in `now`; the others are in struct cpu */
    plan_set written; /* `now` is newer than that */
    plan_set dirty;   /* differ from struct cpu, PLAN_PASSED aside */
    plan_set raw;     /* a NaN in it still has to become canonical */
    plan_set loose;   /* of these: singles that still have to be boxed, as f32 in `now` and `singles` */
    plan_set boxed;   /* holds a boxed single for sure */
    unsigned round;   /* of the small loop that it is in */
    LLVMValueRef fuel_now;
    int64_t pending; /* charged, but not yet subtracted from fuel_now; negative: paid in advance */
};

/* What is known of the registers while a way out of the block is built: the other ways know nothing of what it does. */
struct tr_known {
    LLVMValueRef now[64];
    plan_set held, written, raw, loose, boxed;
    LLVMBasicBlockRef at;
};

/* Starts a module; `context` is the caller's. */
void translator_begin(struct translator *tr, struct plan *plan, LLVMContextRef context, bool host_fma);

/* Adds a function. 0, or -ENOMEM. */
MUST_USE int translate_function(struct translator *tr, const struct plan_function *function);

/* The routine by which C calls an entry. */
void translate_enter(struct translator *tr);

void translator_end(struct translator *tr);

/* ---- for the parts of the translator ---- */

/* Registers by their numbers here, in the order of parameters and results from REGISTER_AT on. */
extern const uint8_t tr_passed[PASSED + PARKED];
size_t tr_offset_of(unsigned number); /* of its place in struct cpu */
LLVMTypeRef tr_type_of(struct translator *tr, unsigned number);
LLVMValueRef tr_load_home(struct translator *tr, unsigned number); /* from struct cpu, or where it is parked */
LLVMValueRef tr_read(struct translator *tr, unsigned number);      /* the value it has now */
void tr_settle(struct translator *tr, plan_set set);       /* those of `set` become canonical, two by one look */
void tr_store_in_cpu(struct translator *tr, plan_set set); /* but those of PLAN_PASSED */
void tr_store_variables(struct translator *tr, plan_set set);

LLVMValueRef tr_x(struct translator *tr, unsigned number);
void tr_set_x(struct translator *tr, unsigned number, LLVMValueRef value);
LLVMValueRef tr_f(struct translator *tr, unsigned number);                   /* f64, with a canonical NaN */
LLVMValueRef tr_f_raw(struct translator *tr, unsigned number);               /* f64 */
void tr_set_raw(struct translator *tr, unsigned number, LLVMValueRef value); /* f64, or f32: a single without its box */
LLVMValueRef tr_single(struct translator *tr, LLVMValueRef boxed);           /* f32 in the box */
LLVMValueRef tr_box(struct translator *tr, LLVMValueRef single);             /* f64 of an f32, with a canonical NaN */
void tr_set_f(struct translator *tr, unsigned number, LLVMValueRef value);

/* i1 of two f64 or two f32, by one of LLVM's predicates; `signals`: a quiet NaN is invalid, too. */
LLVMValueRef tr_compare(struct translator *tr, LLVMValueRef a, LLVMValueRef b, const char *predicate, bool signals);

static inline LLVMValueRef tr_i64(struct translator *tr, int64_t value)
{
    return LLVMConstInt(tr->t.i64, (unsigned long long)value, 1);
}

LLVMBasicBlockRef tr_block(struct translator *tr, const char *name);
void tr_branch_unlikely(struct translator *tr, LLVMValueRef condition, LLVMBasicBlockRef then,
                        LLVMBasicBlockRef otherwise);
LLVMValueRef tr_intrinsic(struct translator *tr, enum intrinsic which, LLVMValueRef *arguments, unsigned count);
LLVMValueRef tr_memory(struct translator *tr);                                               /* its base */
LLVMValueRef tr_at_offset(struct translator *tr, LLVMValueRef pointer, LLVMValueRef offset); /* in bytes */
LLVMValueRef tr_cpu_field(struct translator *tr, size_t offset);
LLVMValueRef tr_load_cpu(struct translator *tr, LLVMTypeRef type, size_t offset);
void tr_store_cpu(struct translator *tr, LLVMValueRef value, size_t offset);

/* ---- ways (ways.c) ---- */

void tr_known_keep(const struct translator *tr, struct tr_known *known);
void tr_known_restore(struct translator *tr, const struct tr_known *known);

/* Forgets the values of the block: from here on they are read from the variables. */
void tr_forget(struct translator *tr);

/* Puts what the block has written into the variables. */
void tr_commit(struct translator *tr);

/* The same of PLAN_PASSED, and `dirty` into struct cpu. */
void tr_put_back(struct translator *tr, plan_set dirty);

/* The block, in a round of the small loop that it may be in. */
struct place *tr_place(const struct translator *tr, const struct plan_block *block, unsigned round);

/* Whether the block takes what is raw as its only predecessor leaves it. */
bool tr_may_inherit(const struct translator *tr, const struct plan_block *block, unsigned round);

/* On the way to `to`: what is raw and may be seen there becomes canonical; `store` will go into struct cpu. */
void tr_settle_for(struct translator *tr, const struct plan_block *to, plan_set store);

/* Loads those registers that `to` holds and the block at work does not. */
void tr_load_needs(struct translator *tr, const struct plan_block *to);

LLVMValueRef tr_fuel_plus(struct translator *tr, LLVMValueRef fuel, int64_t amount);

/* Charged, but not yet subtracted from the fuel: where the block begins, and where a part returns. */
int64_t tr_owed_at(const struct translator *tr, const struct plan_block *block, unsigned round);
int64_t tr_owed_behind(const struct body *part);

/* Where the fuel does not suffice for a block of this function; `checked`: the interpreter looks there, too. */
LLVMBasicBlockRef tr_fuel_exit(struct translator *tr, const struct plan_block *to, bool checked);

/* pc and exit in one, as functions return them. */
LLVMValueRef tr_next_pc(struct translator *tr, uint32_t pc, enum native_exit exit);

/* Stores the registers of `dirty`, and leaves for `next` (tr_next_pc). Ends the LLVM block, as the following do. */
void tr_leave(struct translator *tr, plan_set dirty, LLVMValueRef next, LLVMValueRef fuel);

/* Returns with the variables of PLAN_PASSED. */
void tr_return(struct translator *tr, LLVMValueRef next, LLVMValueRef fuel);

/* A direct transfer out of this function. */
void tr_go_outside(struct translator *tr, uint32_t address, bool checked, plan_set dirty, LLVMValueRef fuel,
                   int64_t pending);

/* Goes on in another function, in place of this one. */
void tr_tail_call(struct translator *tr, LLVMValueRef function, plan_set dirty, LLVMValueRef fuel);

/* Falls into the next block, which has been charged with this one. */
void tr_flow(struct translator *tr, uint32_t address);

/* The LLVM block by which control goes from the block at work, which is committed, to `address`. */
LLVMBasicBlockRef tr_edge(struct translator *tr, uint32_t address, bool checked);

/* The LLVM function of a guest function: kind 'f', or 'r' for control from the dispatcher. */
LLVMValueRef tr_declare(struct translator *tr, char kind, uint32_t address);

/* Calls it. What neither is passed nor parked has to be in struct cpu. */
LLVMValueRef tr_call(struct translator *tr, LLVMValueRef function, LLVMValueRef fuel);

/* Behind a call of a function that is to return to `back`: the builder goes on there, if it does, with what it returned
 * in the variables. Otherwise what it returned is handed on, with what is prepaid for. */
void tr_come_back(struct translator *tr, LLVMValueRef result, uint32_t back, unsigned prepaid);

/* Returns what a call has returned, and gives back what was prepaid. */
void tr_hand_on(struct translator *tr, LLVMValueRef result, unsigned prepaid);

/* ---- bodies (translate.c) ---- */

MUST_USE int tr_body_init(struct body *body, const struct plan_function *function); /* 0 or -ENOMEM */
void tr_body_dispose(struct body *body);

/* LLVM's blocks of tr->body, and what is known where control comes to it. */
void tr_begin_blocks(struct translator *tr);

/* From outside into a block, with struct cpu in place: pays for it, and looks at the fuel. */
void tr_enter_block(struct translator *tr, const struct plan_block *block);

/* The same where its charge is paid or owed, or into a part. */
void tr_begin_at(struct translator *tr, const struct plan_block *block);

/* All blocks that control comes to. */
void translate_blocks(struct translator *tr);

/* ---- instructions ---- */

/* Ends the block, by its last instruction. */
void translate_call(struct translator *tr, const struct riscv_instruction *in);
void translate_indirect(struct translator *tr, const struct riscv_instruction *in);

/* Leaves at an instruction of the block, which the interpreter is to execute; ends the LLVM block. */
void tr_leave_here(struct translator *tr, uint32_t pc);

/* A pointer to guest memory. */
LLVMValueRef tr_access(struct translator *tr, unsigned base, int32_t offset);

/* One instruction that is no terminator. */
void translate_integer(struct translator *tr, const struct riscv_instruction *in, uint32_t pc);
bool translate_memory(struct translator *tr, const struct riscv_instruction *in, uint32_t pc);
bool translate_float(struct translator *tr, const struct riscv_instruction *in);

/* Several at once: doublewords that lie side by side, loaded and stored again, or stored from one register. Returns how
 * many of the `count` instructions it took, or 0. That a part of them is done where another faults does no
 * harm, as a fault begins the request again. */
#define TR_RUN 4
unsigned translate_run(struct translator *tr, const struct riscv_instruction *in, unsigned count);

#endif
