/* SPDX-License-Identifier: Apache-2.0
 *
 * What programs and instances are made of; private to this room.
 */
#ifndef MAYFLY_SANDBOX_INSTANCE_H
#define MAYFLY_SANDBOX_INSTANCE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/lines.h"
#include "machine/cpu.h"
#include "machine/fault.h"
#include "machine/snapshot.h"
#include "machine/space.h"
#include "mayfly/abi.h"
#include "mayfly/sandbox.h"
#include "native/artifact.h"
#include "sandbox/journal.h"

/* What the host knows of a guest beside its memory and registers. Frozen with the program, restored with the instance,
 * compared by the audit: plain data without padding.
 *
 * Memory is accounted by what is accessible: the heap window [heap_start, heap_end) is from the start, and
 * whatever the guest maps is taken from the window's end. So no guest ever reaches more than its limit, and a grown
 * heap costs no system call. */
struct guest_state {
    uint32_t heap_start; /* of the heap window */
    uint32_t heap_mark;  /* what brk() says */
    uint32_t heap_end;   /* end of what is accessible; heap_limit - mapped_bytes */
    uint32_t heap_limit; /* where the window ends if nothing is mapped */
    uint32_t stack_start, stack_end;
    uint64_t mapped_bytes;    /* accessible, or once accessible, memory of the guest's own mappings */
    uint64_t ignored_signals; /* bit n - 1: set to SIG_IGN */
    uint64_t accepted;        /* 1 after mayfly_accept() */
};

/* The host state of an artifact. */
struct frozen {
    struct guest_state guest;
    struct mf_limits limits;
    uint64_t init_instructions;
    uint32_t entry;
    uint32_t at_entry;
    struct native_identity identity; /* of the code */
};

/* What instances have learned about which pages requests write, for those that are born later. */
struct learned {
    pthread_mutex_t lock;
    uint32_t run_count, page_count;
    struct page_run runs[WRITESET_SOFT_RUNS];
};

struct mf_program {
    struct snapshot snapshot;
    struct frozen frozen;
    struct learned learned;
    struct native_code native; /* header NULL: there is none */
    _Atomic uint32_t rests;    /* requests that leave it alone, after one that had to be repeated */
    uint8_t *pristine;         /* INSTANCE_RESTORED bytes, as they are in each of its instances before a request */
};

/* How far a call of the guest that is done in pieces has come. */
struct call_progress {
    bool paused;   /* it goes on with the next run */
    uint32_t at;   /* what is unmapped or cleared is done up to here */
    uint32_t to;   /* where a mapping moves to; 0: nowhere yet */
    uint32_t done; /* bytes that were copied there, or drawn at random */
};

enum phase {
    PHASE_INIT,      /* the program is being built; accept ends it */
    PHASE_WAITING,   /* pristine, in mayfly_accept() */
    PHASE_READY,     /* has something to run */
    PHASE_ENDED,     /* the outcome is final until rollback */
    PHASE_RESTORING, /* a rollback in pieces has begun */
    PHASE_BROKEN,    /* the host refused to restore it */
};

/* In front of its space (SPACE_OWNER), so that native code finds the cpu by the base of its memory. The order is that
 * of use: all that an ordinary request touches is on the first two pages, of which the arrays only have their first
 * elements touched. */
struct mf_instance {
    struct cpu cpu;
    struct guest_state guest;

    enum phase phase;
    bool stopped;      /* a call of the guest ended the run; `outcome` says how */
    bool ran;          /* since the last rollback */
    bool interpreted;  /* no native code until the next rollback */
    bool exact;        /* the run at work is to end at the same instruction on each engine */
    uint64_t charged;  /* work of the host, in instructions, that has been paid */
    uint64_t debt;     /* and that has not */
    size_t block_used; /* bytes of the request block that may not be zero */
    uint64_t reported; /* instructions that the last outcome said; a repetition does not go below */
    uint64_t again_to; /* a repetition runs instructions again up to about here; 0: there was none */
    struct call_progress call;
    struct mf_outcome outcome;
    struct mf_response response;

    /* What is above is restored by one copy, in whole cache lines; what is below is not. */
    _Alignas(LINE_SIZE) struct journal journal;

    const struct code *code;
    struct mf_program *program; /* NULL in PHASE_INIT */
    const struct mf_host *host;
    void *user;
    const struct mf_limits *limits;
    struct fault_guard guard;

    struct mf_text pieces[MF_MAX_PIECES];
    struct space space;
    struct mf_header headers[MF_MAX_HEADERS];
};

#define INSTANCE_RESTORED offsetof(struct mf_instance, journal)

/* Asks for the memory that a request on this instance will touch, all at once: the misses then overlap. */
void instance_prefetch(const struct mf_instance *instance);

/* mayfly_accept() returns, with the request block. */
void instance_enter(struct mf_instance *instance);

/* Runs until a stop, with `fuel`; outcome and phase say what happened. `exact`: out of fuel at the same instruction on
 * each engine. */
void instance_run_guest(struct mf_instance *instance, uint64_t fuel, bool exact);

/* Charges work that the host does for the guest. Deterministic; what exceeds the fuel becomes debt. */
void instance_charge(struct mf_instance *instance, uint64_t instructions);

/* Puts memory, registers and the host's record of the guest back to the snapshot, and the request in again. False if
 * the host refuses. */
bool instance_rewind(struct mf_instance *instance);

/* Ends the run: the guest does not come back from its call. */
void instance_stop(struct mf_instance *instance, enum mf_stop stop);

/* Fills the diagnostic, if there is one. */
PRINTF_LIKE(2, 3) void instance_diagnose(struct mf_diagnostic *why, const char *format, ...);

#endif
