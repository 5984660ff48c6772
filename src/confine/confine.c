/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

/* What the engine needs of the kernel: memory that is never executable, a little time and randomness, and to end.
 * sysinfo: qsort() of glibc asks how much memory it may take, from a kilobyte on; mincore: of audits. */
static const int engine_calls[] = {
    SCMP_SYS(munmap),        SCMP_SYS(mremap),          SCMP_SYS(madvise),      SCMP_SYS(brk),
    SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),    SCMP_SYS(getrandom),    SCMP_SYS(write),
    SCMP_SYS(close),         SCMP_SYS(rt_sigreturn),    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),   SCMP_SYS(exit_group),      SCMP_SYS(exit),         SCMP_SYS(getpid),
    SCMP_SYS(gettid),        SCMP_SYS(futex),           SCMP_SYS(fstat),        SCMP_SYS(newfstatat),
    SCMP_SYS(fcntl),         SCMP_SYS(restart_syscall), SCMP_SYS(sysinfo),      SCMP_SYS(mincore),
};

/* A worker's connections and its mailbox; and abort(), which signals itself. */
static const int worker_calls[] = {
    SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_ctl),   SCMP_SYS(accept4),     SCMP_SYS(poll),
    SCMP_SYS(recvfrom),   SCMP_SYS(recvmsg),     SCMP_SYS(sendto),      SCMP_SYS(sendmsg),     SCMP_SYS(shutdown),
    SCMP_SYS(setsockopt), SCMP_SYS(getsockopt),  SCMP_SYS(getpeername), SCMP_SYS(getsockname), SCMP_SYS(writev),
    SCMP_SYS(read),       SCMP_SYS(ioctl),
};

/* A builder seals what it made, and hands it over. */
static const int builder_calls[] = {
    SCMP_SYS(memfd_create), SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(pwrite64), SCMP_SYS(sendmsg),
    SCMP_SYS(sendto),       SCMP_SYS(dup),       SCMP_SYS(dup3),      SCMP_SYS(read),     SCMP_SYS(lseek),
};

/* The compiler reads the program and writes native code, both in descriptors that it was given. */
static const int compiler_calls[] = {
    SCMP_SYS(read),  SCMP_SYS(pread64),   SCMP_SYS(pwrite64),  SCMP_SYS(ftruncate),
    SCMP_SYS(lseek), SCMP_SYS(prlimit64), SCMP_SYS(getrusage), SCMP_SYS(sched_getaffinity),
};

static int allow_all(scmp_filter_ctx filter, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
        if (failed)
            return failed;
    }
    return 0;
}

/* Memory may be mapped and its protection changed, never to executable. */
static int allow_data_memory(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable);
    return failed ? failed : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable);
}

/* Native code may be mapped: as the private copy of a file's bytes, which cannot be written, and all at once. So
 * nothing that this process ever wrote can be executed by it: it cannot make a file either, and those that it gets are
 * sealed.
 */
static int allow_native_code(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp read_and_execute = SCMP_A2(SCMP_CMP_EQ, PROT_READ | PROT_EXEC, 0);
    const struct scmp_arg_cmp private_file = SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_TYPE | MAP_ANONYMOUS, MAP_PRIVATE);
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, read_and_execute, private_file);
}

/* A process may signal itself, so that a failed check ends in a core and not in a puzzle; nobody else. */
static int allow_own_signals(scmp_filter_ctx filter, int pid)
{
    const struct scmp_arg_cmp self = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)pid, 0);
    int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, self);
    return failed ? failed : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, self);
}

static int confine(const int *calls, size_t count, bool native_code)
{
#ifdef MAYFLY_SANITIZE
    /* The sanitizers open files and map what they like; their build tests everything but this. */
    (void)engine_calls, (void)calls, (void)count, (void)native_code, (void)allow_all, (void)allow_data_memory;
    (void)allow_native_code, (void)allow_own_signals;
    return 0;
#else
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return -ENOMEM;
    int failed = allow_all(filter, engine_calls, sizeof engine_calls / sizeof *engine_calls);
    if (!failed)
        failed = allow_all(filter, calls, count);
    if (!failed)
        failed = allow_data_memory(filter);
    if (!failed && native_code)
        failed = allow_native_code(filter);
    if (!failed)
        failed = allow_own_signals(filter, (int)getpid());
    if (!failed)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    return failed;
#endif
}

int confine_worker(void)
{
    return confine(worker_calls, sizeof worker_calls / sizeof *worker_calls, true);
}

int confine_builder(void)
{
    return confine(builder_calls, sizeof builder_calls / sizeof *builder_calls, false);
}

int confine_compiler(void)
{
    return confine(compiler_calls, sizeof compiler_calls / sizeof *compiler_calls, false);
}
