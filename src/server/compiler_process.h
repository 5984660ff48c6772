/* SPDX-License-Identifier: Apache-2.0
 *
 * One compiler at work: a short-lived process that makes native code of a program's hot functions. It reads the program
 * and writes a memfd; everything else it gives up before it looks at the program. What it wrote is sealed when it has
 * ended: nobody can write to it then.
 */
#ifndef MAYFLY_SERVER_COMPILER_PROCESS_H
#define MAYFLY_SERVER_COMPILER_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/check.h"
#include "server/child.h"

/* Borrowed during the start. */
struct compiler_task {
    int binary;  /* the compiler, open */
    int program; /* the artifact */
    const uint32_t *hot;
    unsigned hot_count;
    uint64_t cpu_ms; /* processor time that it may use */
};

struct compiler_process {
    pid_t pid;
    int output, report;
};

/* Forks. 0 or -errno. */
MUST_USE int compiler_process_start(struct compiler_process *process, const struct compiler_task *task,
                                    const struct child_user *user);

struct compiler_result {
    int native; /* sealed, the caller's; -1: there is none, and `why` says why */
    uint64_t size;
    char why[256];
};

/* After the process has ended with `status`: what it left. */
void compiler_process_finish(struct compiler_process *process, int status, struct compiler_result *result);

/* Instead: it has been killed, and what it left is of no use. */
void compiler_process_discard(struct compiler_process *process);

#endif
