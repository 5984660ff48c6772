/* SPDX-License-Identifier: Apache-2.0
 *
 * What the workers are to serve: one catalog and the programs that it names, by ascending id. Immutable, but for the
 * native code that programs get while they serve; counted references. Programs are shared by publications and tenants.
 */
#ifndef MAYFLY_SERVER_PUBLICATION_H
#define MAYFLY_SERVER_PUBLICATION_H

#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "mayfly/sandbox.h"
#include "server/digest.h"

/* Native code of one program: what a compiler made, or the code cache had. */
struct native {
    unsigned references;
    int descriptor; /* the sealed memfd */
    uint64_t size;
    unsigned functions; /* that were asked for */
};

/* Takes the descriptor over; one reference. NULL: no memory (the descriptor stays the caller's). */
MUST_USE struct native *native_create(int descriptor, uint64_t size, unsigned functions);
struct native *native_hold(struct native *native);
void native_release(struct native *native); /* NULL is allowed */

/* What a builder made: one artifact for all tenants whose program and what matters for it are equal. */
struct artifact {
    unsigned references;
    uint64_t program;      /* id, never used again */
    int descriptor;        /* the sealed memfd */
    struct digest content; /* of the program's bytes */
    char version[9];       /* the beginning of that, in hexadecimal */
    struct digest key;     /* of all that it was made from */
    struct mf_program_info info;
    struct native *native;  /* held; NULL: it is interpreted */
    uint64_t native_change; /* grows with every change of any artifact's; 0: there was none */
};

/* The artifact runs natively from now on; `native` is held. */
void artifact_set_native(struct artifact *artifact, struct native *native, uint64_t change);

/* Takes the descriptor over; one reference. NULL: no memory (the descriptor stays the caller's). */
MUST_USE struct artifact *artifact_create(uint64_t program, int descriptor);
/* Another with the same contents and a descriptor of its own. NULL: no memory or no descriptor. */
MUST_USE struct artifact *artifact_copy(uint64_t program, const struct artifact *artifact);
struct artifact *artifact_hold(struct artifact *artifact);
void artifact_release(struct artifact *artifact); /* NULL is allowed */

struct publication {
    uint64_t generation;
    int catalog;               /* sealed memfd, owned */
    uint64_t listener_changes; /* of the listeners that the catalog knows */
    size_t program_count;
    struct artifact **programs; /* by ascending id, each held */
};

/* Takes the catalog over and holds the programs. NULL: no memory. */
MUST_USE struct publication *publication_create(uint64_t generation, int catalog, struct artifact *const *programs,
                                                size_t count);
void publication_destroy(struct publication *publication);

#endif
