/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes calls of the C library fail, for tests/e2e/test_faults.py: preloaded into `mayfly serve` (LD_PRELOAD). The file
 * that FAIL_CONTROL names is mapped by all its processes and by the test, which says in it whose call is to fail:
 * the `countdown`th of call number `call` in process `process`, once, with `error`. Layout: five 32-bit integers.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct control {
    atomic_int process, call, countdown, error;
    atomic_int hits;         /* calls that failed; also: how often the clock was asked while it jumps */
    atomic_int clock_offset; /* seconds that CLOCK_REALTIME is off, in every process */
};

static struct control nobody;
static struct control *control = &nobody;

/* The order is that of CALLS in test_faults.py. */
enum call {
    MALLOC,
    CALLOC,
    REALLOC,
    MMAP,
    MPROTECT,
    MADVISE,
    ACCEPT,
    RECV,
    SEND,
    SENDMSG,
    RECVMSG,
    MEMFD,
    EPOLL_CTL,
    WRITE,
    FTRUNCATE,
    SOCKETPAIR,
    OPEN,
    READ,
    REPEAT
};

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAIL_CONTROL");
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *at = (void *)syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (at != MAP_FAILED)
        control = at;
    close(file);
}

static bool is_on(enum call call)
{
    return atomic_load(&control->process) == (int)syscall(SYS_getpid) && atomic_load(&control->call) == (int)call;
}

static bool fails(enum call call)
{
    if (!is_on(call) || atomic_fetch_sub(&control->countdown, 1) != 1)
        return false;
    atomic_fetch_add(&control->hits, 1);
    errno = atomic_load(&control->error);
    return true;
}

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

void *malloc(size_t size)
{
    return fails(MALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(CALLOC) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails(REALLOC) ? NULL : __libc_realloc(old, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    return fails(MMAP) ? MAP_FAILED : (void *)syscall(SYS_mmap, at, size, protection, flags, file, offset);
}

/* What is a system call and nothing else. */
#define CALL(name, call, number, result, parameters, ...)                                                              \
    result name parameters                                                                                             \
    {                                                                                                                  \
        return fails(call) ? -1 : (result)syscall(number, __VA_ARGS__);                                                \
    }

CALL(mprotect, MPROTECT, SYS_mprotect, int, (void *at, size_t size, int protection), at, size, protection)
CALL(madvise, MADVISE, SYS_madvise, int, (void *at, size_t size, int advice), at, size, advice)
CALL(accept4, ACCEPT, SYS_accept4, int, (int s, struct sockaddr *restrict a, socklen_t *restrict n, int f), s, a, n, f)
CALL(recv, RECV, SYS_recvfrom, ssize_t, (int s, void *to, size_t n, int flags), s, to, n, flags, NULL, NULL)
CALL(send, SEND, SYS_sendto, ssize_t, (int s, const void *from, size_t n, int flags), s, from, n, flags, NULL, 0)
CALL(sendmsg, SENDMSG, SYS_sendmsg, ssize_t, (int s, const struct msghdr *message, int flags), s, message, flags)
CALL(memfd_create, MEMFD, SYS_memfd_create, int, (const char *name, unsigned flags), name, flags)
CALL(epoll_ctl, EPOLL_CTL, SYS_epoll_ctl, int, (int e, int op, int f, struct epoll_event *event), e, op, f, event)
CALL(write, WRITE, SYS_write, ssize_t, (int file, const void *from, size_t size), file, from, size)
CALL(ftruncate, FTRUNCATE, SYS_ftruncate, int, (int file, off_t size), file, size)
CALL(socketpair, SOCKETPAIR, SYS_socketpair, int, (int domain, int type, int protocol, int pair[2]), domain, type,
     protocol, pair)
CALL(read, READ, SYS_read, ssize_t, (int file, void *to, size_t size), file, to, size)

/* While REPEAT is on, the last message of a worker is there again whenever there is none: it does not stop talking. */
ssize_t recvmsg(int s, struct msghdr *message, int flags)
{
    static char last[16]; /* struct message */
    static bool known;
    if (fails(RECVMSG))
        return -1;
    ssize_t got = (ssize_t)syscall(SYS_recvmsg, s, message, flags);
    if (message->msg_iov->iov_len != sizeof last)
        return got;
    if (got == sizeof last) {
        memcpy(last, message->msg_iov->iov_base, sizeof last);
        known = true;
    } else if (got < 0 && known && is_on(REPEAT)) {
        memcpy(message->msg_iov->iov_base, last, sizeof last);
        message->msg_controllen = 0;
        message->msg_flags = 0;
        atomic_fetch_add(&control->hits, 1);
        got = sizeof last;
    }
    return got;
}

int open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    if (flags & (O_CREAT | O_TMPFILE)) {
        __builtin_va_list more;
        __builtin_va_start(more, flags);
        mode = __builtin_va_arg(more, mode_t);
        __builtin_va_end(more);
    }
    return fails(OPEN) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* With FAIL_FORGE, the first operation of each artifact is another than its code decodes to: what a builder could do
 * that is no longer ours. */
ssize_t pwrite(int file, const void *from, size_t size, off_t at)
{
    ssize_t wrote = (ssize_t)syscall(SYS_pwrite64, file, from, size, at);
    if (wrote > 0 && at == 4096 && getenv("FAIL_FORGE")) {
        unsigned char forged = *(const unsigned char *)from ^ 0x10;
        syscall(SYS_pwrite64, file, &forged, 1, at);
    }
    return wrote;
}

/* Refused to all for as long as they live, as some containers do. */
int unshare(int flags)
{
    if (!getenv("FAIL_UNSHARE"))
        return (int)syscall(SYS_unshare, flags);
    errno = EPERM;
    return -1;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    int offset = atomic_load(&control->clock_offset);
    if (!failed && offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += offset;
        atomic_fetch_add(&control->hits, 1);
    }
    return failed;
}
