/* SPDX-License-Identifier: Apache-2.0
 *
 * libmayfly: run strangers' RISC-V programs, one ephemeral sandbox per request.
 *
 *     struct mf_diagnostic why;
 *     struct mf_program *program;
 *     struct mf_instance *instance;
 *     struct mf_outcome outcome;
 *
 *     mf_program_create(&program, &(struct mf_program_options){.elf = bytes, .elf_size = size}, &why);
 *     mf_instance_create(&instance, program, NULL, &why);
 *     mf_instance_submit(instance, &request);
 *     mf_instance_run(instance, 1000000, &outcome);
 *     if (outcome.stop == MF_STOP_RESPONDED)
 *         use(mf_instance_response(instance));
 *     mf_instance_rollback(instance);          // as new: submit the next request
 *
 * A program is immutable: decoded code and the snapshot of its state at mayfly_accept(). Any number of
 * instances share it. An instance belongs to one thread at a time; nothing here blocks or creates threads.
 *
 * Functions that can fail return 0 or a negative enum mf_error and then fill the diagnostic (if given):
 * one line that says what, where and what to do. What a guest does wrong is never an error of these
 * functions: it is a stop reason in struct mf_outcome.
 *
 * The library installs a process-wide SIGSEGV and SIGBUS handler in mf_program_create and mf_instance_create, unless it
 * is in place. Faults that are not a guest's go on to the handler that was there before.
 */
#ifndef MAYFLY_SANDBOX_H
#define MAYFLY_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MF_MUST_USE __attribute__((warn_unused_result))

#define MF_PAGE_SIZE   4096
#define MF_MAX_HEADERS 128 /* of a request or a response */
#define MF_MAX_PIECES  64  /* of a response's body */

enum mf_error {
    MF_OK = 0,
    MF_ERROR_SYSTEM = -1, /* the host refused memory, address space or a descriptor */
    MF_ERROR_FORMAT = -2, /* not an ELF program that this engine runs */
    MF_ERROR_LIMIT = -3,  /* does not fit the limits given */
    MF_ERROR_INIT = -4,   /* the guest's initialisation did not reach mayfly_accept() */
    MF_ERROR_STATE = -5,  /* called out of turn, such as submit before rollback */
};

struct mf_diagnostic {
    char text[512];
};

/* ---- programs ------------------------------------------------------------------------------------- */

struct mf_program;
struct mf_instance;

/* Zero in a field means its default. */
struct mf_limits {
    uint64_t memory;            /* bytes an instance may have in all: segments, heap, stack, mappings; 64 MiB */
    uint64_t stack;             /* bytes of stack, part of `memory`; 256 KiB */
    uint64_t init_instructions; /* from entry to mayfly_accept(); 2,000,000,000 */
    uint64_t request_size;      /* bytes of the request block: head, tables and body; 1 MiB + 64 KiB */
    uint64_t response_size;     /* bytes of a response body; 8 MiB */
};

/* What a guest may reach of its host; every callback may be NULL. `user` is the instance's
 * (mf_instance_set_user), or mf_program_options.user while the program initialises. */
struct mf_host {
    /* One mayfly_log() line; `level` is enum mayfly_log_level. */
    void (*log)(void *user, int level, const char *text, size_t size);
    /* Bytes written to descriptor 1 or 2. */
    void (*output)(void *user, int descriptor, const char *bytes, size_t size);
    /* Reads up to `size` bytes of descriptor 0; the count, 0 at the end, or a negative errno. NULL: the end. */
    long (*input)(void *user, char *bytes, size_t size);
    /* For who has others to serve: asked between the pieces of a call that keeps the host busy for long (it unmaps,
     * clears or moves much memory, or wants much randomness). True: the run ends there (mf_outcome.paused). NULL:
     * never; nor does a program's initialisation ask. */
    bool (*pause)(void *user);
};

struct mf_program_options {
    const void *elf; /* only read during the call */
    size_t elf_size;
    const char *name;               /* argv[0] of the guest; "program" if NULL */
    const char *const *arguments;   /* argv[1..], NULL-terminated; none if NULL */
    const char *const *environment; /* NULL-terminated; none if NULL */
    struct mf_limits limits;
    /* false: run up to mayfly_accept() and freeze there. true: freeze at the entry point, for a program
     * that is no request handler. */
    bool at_entry;
    const struct mf_host *host; /* for what the initialisation logs */
    void *user;
};

/* On success *program is the caller's, to be destroyed after all of its instances. */
MF_MUST_USE int mf_program_create(struct mf_program **program, const struct mf_program_options *options,
                                  struct mf_diagnostic *why);

/* A sealed memfd with all that another process of the same binary needs to run the program. The
 * descriptor (>= 0) is the caller's. */
MF_MUST_USE int mf_program_export(const struct mf_program *program, struct mf_diagnostic *why);

/* Maps what export made. `artifact` stays the caller's and may be closed at once. An artifact that is not
 * sealed or was made by another build is MF_ERROR_FORMAT. */
MF_MUST_USE int mf_program_import(struct mf_program **program, int artifact, struct mf_diagnostic *why);

/* Whether the decoded code of a program that was imported is what its executable memory decodes to, which import takes
 * on trust: for who did not make the artifact, and does not trust the process that ran the initialisation beside it.
 * Takes as long as decoding, and as much memory again. MF_ERROR_FORMAT if not. */
MF_MUST_USE int mf_program_check(const struct mf_program *program, struct mf_diagnostic *why);

/* ---- native code: an artifact that `mayfly-compiler` makes of an exported program ---- */

/* From the next mf_instance_run on, what has native code runs natively, with the same results. The artifact must be a
 * sealed memfd, made for this very program by this build on this kind of processor (MF_ERROR_FORMAT); it stays the
 * caller's. No instance of the program may be inside mf_instance_run. */
MF_MUST_USE int mf_program_set_native(struct mf_program *program, int artifact, struct mf_diagnostic *why);

/* Names the native code of this program: the same for the same guest code, build and kind of processor. */
#define MF_NATIVE_KEY_SIZE 40
void mf_program_native_key(const struct mf_program *program, char key[MF_NATIVE_KEY_SIZE]);

/* The part of it that names build and kind of processor. */
uint64_t mf_native_fingerprint(void);

/* True if native code can be entered at `pc`. */
bool mf_program_is_native(const struct mf_program *program, uint32_t pc);

/* Calls `each` for every place where native code can be entered, by ascending address in this process: the `size` bytes
 * from there on are of the guest code that begins at `pc`, about. For what looks at processes from outside, as perf
 * does. MF_ERROR_SYSTEM: no memory. */
MF_MUST_USE int mf_program_native_map(const struct mf_program *program,
                                      void (*each)(void *user, uintptr_t address, size_t size, uint32_t pc),
                                      void *user);

/* Bytes of the native code's artifact; 0: there is none. */
size_t mf_program_native_size(const struct mf_program *program);

void mf_program_destroy(struct mf_program *program);

struct mf_program_info {
    uint64_t init_instructions; /* what the initialisation used */
    uint64_t snapshot_bytes;    /* pages of the snapshot that are not zero */
    uint64_t code_bytes;        /* of guest code, from code_start on */
    uint64_t artifact_bytes;    /* memory shared by all who map it */
    uint32_t entry, code_start; /* guest addresses */
    uint32_t request;           /* where each request begins */
};

void mf_program_info(const struct mf_program *program, struct mf_program_info *info);

struct mf_symbol {
    const char *name; /* the program's; NULL if there is none */
    uint32_t offset;
    uint32_t size; /* bytes of the function; 0: unknown */
};

/* The function that `pc` is in, from the ELF's symbol table. */
struct mf_symbol mf_program_symbol(const struct mf_program *program, uint32_t pc);

/* ---- requests and responses ----------------------------------------------------------------------- */

struct mf_text {
    const char *data;
    size_t size;
};

struct mf_header {
    struct mf_text name;
    struct mf_text value;
};

/* Borrowed by mf_instance_submit, which copies it into the guest. Any text may be empty. */
struct mf_request {
    struct mf_text method, target, path, query, client;
    const struct mf_header *headers;
    size_t header_count; /* at most MF_MAX_HEADERS */
    struct mf_text body;
    unsigned version; /* 10 or 11 */
};

/* The guest's answer. Every pointer is into the instance and lasts until it is rolled back. Pointers and
 * sizes have been checked against the guest's memory and the limits; that the texts are good HTTP has not. */
struct mf_response {
    unsigned status;
    const struct mf_header *headers;
    size_t header_count;
    const struct mf_text *pieces;
    size_t piece_count;
    size_t body_size;
};

/* ---- instances ------------------------------------------------------------------------------------ */

enum mf_stop {
    MF_STOP_RESPONDED,    /* mf_instance_response() has the answer */
    MF_STOP_FUEL,         /* out of fuel; run() goes on where it stopped */
    MF_STOP_WAITING,      /* in mayfly_accept(): submit a request, then run */
    MF_STOP_EXITED,       /* ended by itself; `exit_code` as a shell would say it */
    MF_STOP_TRAPPED,      /* `trap`, `pc`, `address` */
    MF_STOP_BAD_RESPONSE, /* mayfly_respond() with something that cannot be one; `reason` */
};

enum mf_trap {
    MF_TRAP_NONE,
    MF_TRAP_ILLEGAL_INSTRUCTION,
    MF_TRAP_BREAKPOINT,
    MF_TRAP_FETCH,             /* pc outside executable memory */
    MF_TRAP_LOAD,              /* `address` is not readable */
    MF_TRAP_STORE,             /* `address` is not writable */
    MF_TRAP_MISALIGNED_ATOMIC, /* `address` of an LR, SC or AMO */
    MF_TRAP_MEMORY_LIMIT,      /* wrote to more pages than its memory limit has */
};

struct mf_outcome {
    enum mf_stop stop;
    enum mf_trap trap;
    uint32_t pc;
    uint32_t address;
    int exit_code;
    bool repeating; /* MF_STOP_FUEL: the run is behind `instructions`, and needs fuel to come back there */
    bool paused; /* MF_STOP_FUEL: inside a call (mf_host.pause), which the next run goes on with, also without fuel */
    bool stack_overflow;   /* MF_TRAP_LOAD, MF_TRAP_STORE: `address` is between the stack pointer, which has left the
                              stack and all else that the guest may write, and the stack's lower end */
    const char *reason;    /* of a bad response; static text, or NULL */
    uint64_t instructions; /* since the snapshot, over all runs of this request: retired ones, and what the host charges
                            * for the work of calls (log, large copies, changes of the memory map) */
    uint64_t repeated;     /* those of them that the host ran a second time, after a fault in native code */
    uint64_t debt;         /* charged for the host's work and not in `instructions` yet: the next fuel pays it first */
};

/* Static text: "responded", "load fault" ... */
const char *mf_stop_name(enum mf_stop stop);
const char *mf_trap_name(enum mf_trap trap);

/* Static text of the trap that ended a run, for people: "load fault", "stack overflow: store fault" ... */
const char *mf_outcome_trap(const struct mf_outcome *outcome);

/* A fresh copy of the program's snapshot. The program must outlive it; `host` (may be NULL) too. */
MF_MUST_USE int mf_instance_create(struct mf_instance **instance, struct mf_program *program,
                                   const struct mf_host *host, struct mf_diagnostic *why);

void mf_instance_destroy(struct mf_instance *instance);

/* What callbacks get as `user`. */
void mf_instance_set_user(struct mf_instance *instance, void *user);

/* Copies a request into a pristine instance that waits in mayfly_accept(). MF_ERROR_LIMIT if it does not
 * fit the request block (the instance stays pristine), MF_ERROR_STATE if out of turn. */
MF_MUST_USE int mf_instance_submit(struct mf_instance *instance, const struct mf_request *request);

/* Runs until a stop, about `fuel` instructions: it is checked at every loop, call and page, so at most the rest of a
 * page of straight code (2,048 instructions) is run on credit, and counted. Deterministic: the same program, request
 * and fuel stop at the same instruction, also when the fuel comes in several runs. A request that faults in native code
 * is first repeated by the interpreter, and may need more runs for that: they end with MF_STOP_FUEL, and the same
 * number of instructions as the last. */
void mf_instance_run(struct mf_instance *instance, uint64_t fuel, struct mf_outcome *outcome);

/* The same for who lets a run of `left` instructions pause after about `slice` of them, to look around: native code may
 * go on for two thousand more before it looks, instead of having the interpreter find the very instruction. What is
 * used is in `instructions`. Where the whole stops stays as exact: slices that reach the end of `left` are. */
void mf_instance_run_slice(struct mf_instance *instance, uint64_t slice, uint64_t left, struct mf_outcome *outcome);

/* After MF_STOP_RESPONDED, until rollback. */
const struct mf_response *mf_instance_response(const struct mf_instance *instance);

/* Back to the snapshot, whatever happened since: memory, memory map, registers, host-side state. Returns
 * the number of pages written back. After MF_ERROR_SYSTEM (the host refused a mapping) only destroy is
 * allowed. */
int mf_instance_rollback(struct mf_instance *instance);

/* The same in pieces, for who has others to serve meanwhile: restores about `most` pages (all, if they are few), by
 * which *pages grows. 1: there is more to do, by the same call, before anything else but destroy; 0: it is rolled back;
 * MF_ERROR_SYSTEM as above. */
MF_MUST_USE int mf_instance_rollback_some(struct mf_instance *instance, unsigned most, unsigned *pages);

/* Compares an instance that was just rolled back with the snapshot: every page that can have been
 * written, the memory map, registers and host-side fields; with `thorough` every accessible page.
 * The number of differences, 0 for a pristine one; the first is described in `why`. */
int mf_instance_audit(const struct mf_instance *instance, bool thorough, struct mf_diagnostic *why);

/* Host memory that belongs to this instance alone, bytes (an estimate: pages written at least once). */
size_t mf_instance_memory(const struct mf_instance *instance);

/* Mappings that it takes of those that the kernel lets this process have (vm.max_map_count), at most. A hostile guest
 * can bring its instance to some five hundred; a few dozen are usual. */
size_t mf_instance_mappings(const struct mf_instance *instance);

/* Looking inside, for debuggers and tests. */
struct mf_registers {
    uint64_t x[32];
    uint64_t f[32];
    uint32_t pc;
    uint32_t fcsr;
};

void mf_instance_registers(const struct mf_instance *instance, struct mf_registers *registers);

/* Copies guest memory out; false if [address, address + size) is not all readable. */
bool mf_instance_read(const struct mf_instance *instance, uint32_t address, void *bytes, size_t size);

/* ---- pools ---------------------------------------------------------------------------------------- */

/* Pristine instances of one program, made on first use. One thread's. */
struct mf_pool;

MF_MUST_USE int mf_pool_create(struct mf_pool **pool, struct mf_program *program, const struct mf_host *host,
                               size_t max_instances, struct mf_diagnostic *why);

/* All instances must have been released. */
void mf_pool_destroy(struct mf_pool *pool);

/* A pristine instance, the most recently used first; NULL when max_instances are out (why: "busy") or the
 * host refused one. */
struct mf_instance *mf_pool_acquire(struct mf_pool *pool, struct mf_diagnostic *why);

/* Rolls it back and takes it in again (or destroys it, if the host refuses). Returns the pages restored. */
int mf_pool_release(struct mf_pool *pool, struct mf_instance *instance);

/* Takes in again what has been rolled back. */
void mf_pool_take(struct mf_pool *pool, struct mf_instance *instance);

/* Destroys it instead, for an audit found it changed. */
void mf_pool_discard(struct mf_pool *pool, struct mf_instance *instance);

/* Destroys idle instances until at most `keep` are left; the number destroyed. */
size_t mf_pool_trim(struct mf_pool *pool, size_t keep);

struct mf_pool_stats {
    size_t idle, busy;
    uint64_t created, destroyed, acquired;
    size_t memory; /* bytes of all idle instances, as mf_instance_memory */
};

void mf_pool_stats(const struct mf_pool *pool, struct mf_pool_stats *stats);

#ifdef __cplusplus
}
#endif

#endif
