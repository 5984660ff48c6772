/* SPDX-License-Identifier: Apache-2.0
 *
 * A builder: a short-lived process that runs a program's initialisation under limits, tries the self-test, and hands
 * back the sealed artifact or what went wrong.
 */
#ifndef MAYFLY_SERVER_BUILDER_H
#define MAYFLY_SERVER_BUILDER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"
#include "mayfly/sandbox.h"
#include "server/child.h"

/* Borrowed during builder_start; the child has its own copy. */
struct builder_job {
    const char *name;             /* of a tenant, for the log */
    const char *const *arguments; /* as mf_program_options */
    const char *const *environment;
    const void *elf;
    size_t elf_size;
    struct mf_limits limits;
    uint64_t log_rate;          /* bytes per second of what the initialisation logs */
    const char *test_target;    /* NULL: no self-test */
    unsigned test_status;       /* that it must answer */
    uint64_t test_instructions; /* that it may use */
    uint64_t deadline_ms;       /* for the process's CPU time; the supervisor watches the wall clock */
};

struct builder {
    pid_t pid;
    int result; /* socket */
};

/* Forks. 0 or -errno. */
MUST_USE int builder_start(struct builder *builder, const struct builder_job *job, const struct child_user *user);

/* Forks a process that looks at what a builder made: it has run a stranger's program, and what it hands over is mapped
 * by all workers. Ends as a builder does, with the same artifact. 0 or -errno. */
MUST_USE int builder_check(struct builder *builder, const char *name, int artifact, const struct child_user *user);

struct builder_result {
    int32_t error; /* 0: built; else enum mf_error */
    int32_t reserved;
    struct mf_program_info info;
    char text[512]; /* of an error */
};

/* After the process has ended with `status`: what it left. Closes the socket. *artifact is the caller's, or -1 if
 * there is an error. */
void builder_finish(struct builder *builder, int status, struct builder_result *result, int *artifact);

#endif
