/* SPDX-License-Identifier: Apache-2.0
 *
 * What a server hands to the binary that takes its place: the listening sockets, and the tenants that it serves with
 * their artifacts.
 *
 * It is a JSON text in a memfd, because the two may be of different versions: descriptors are the numbers that the new
 * process inherits, and what a reader does not know it skips. HANDOVER_FORMAT changes when that would not be right.
 */
#ifndef MAYFLY_SERVER_HANDOVER_H
#define MAYFLY_SERVER_HANDOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "server/digest.h"
#include "tier/compiler.h"

#define HANDOVER_FORMAT 2

/* In the new one's environment: "CHANNEL,MEMFD". */
#define HANDOVER_VARIABLE "MAYFLY_HANDOVER"

/* One packet over the channel, a SOCK_SEQPACKET pair. */
enum handover_word {
    HANDOVER_READY = 1, /* new -> old: I serve; end */
    HANDOVER_FAILED,    /* new -> old: I cannot, because of `text`; I end */
    HANDOVER_YOURS,     /* old -> new: all is yours, the admin address and the files of unix sockets as well */
};

struct handover_message {
    uint32_t word;
    char text[508];
};

struct handover;

/* Native code of a program. */
struct handover_native {
    int descriptor;       /* -1: there is none */
    uint64_t fingerprint; /* of the translator and the processor */
    unsigned count;
    uint32_t functions[COMPILER_HOT]; /* that it was made of */
};

struct handover_tenant {
    const char *name; /* borrowed from the handover */
    int artifact;     /* tenants may share it, and its native code */
    struct handover_native native;
    bool failing;                         /* what is on disk cannot be served: this is an older version */
    struct digest content, key, rejected; /* as in struct artifact and struct tenant */
    const char *error;                    /* what struct tenant has to say; borrowed; NULL: nothing */
};

/* NULL: no memory. Descriptors are borrowed. */
MUST_USE struct handover *handover_create(void);
void handover_destroy(struct handover *handover); /* NULL is allowed */

/* What was added is complete unless handover_seal fails. `text`: the address as in the configuration, of its setting
 * `admin` or of `listen`: with port 0 both may have the same. */
void handover_add_socket(struct handover *handover, bool admin, const char *text, int descriptor);
void handover_add_tenant(struct handover *handover, const struct handover_tenant *tenant);

/* A memfd, or -errno. */
MUST_USE int handover_seal(const struct handover *handover);

/* In the child, before exec: it keeps the descriptors. 0 or -errno. */
MUST_USE int handover_inherit(const struct handover *handover);

/* What came. NULL with a reason in `why`. All descriptors are close-on-exec from now on. */
MUST_USE struct handover *handover_open(int memfd, char *why, size_t why_size);

/* The caller's from now on; -1: there is none of this address. */
MUST_USE int handover_take_socket(struct handover *handover, bool admin, const char *text);

size_t handover_tenants(const struct handover *handover);
/* Descriptors are borrowed until handover_drop_tenants; `artifact` -1: damaged. */
void handover_tenant(const struct handover *handover, size_t index, struct handover_tenant *tenant);

/* Closes the descriptors of all tenants: once, when nothing is opened in between, for tenants share them. */
void handover_drop_tenants(struct handover *handover);

/* Closes the sockets that nobody took; the files of unix sockets are removed. */
void handover_drop_sockets(struct handover *handover);

#endif
