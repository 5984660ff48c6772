/* SPDX-License-Identifier: Apache-2.0
 *
 * How long a server is between its system calls: what a request costs in user mode, to the nanosecond. The kernel's own
 * account of it is a sample at each tick of its clock, good to a tenth after seconds of load.
 *
 *     BETWEEN_FILE=counts LD_PRELOAD=between.so server ...
 *
 * Preloaded, it stands in for the calls of an event loop and adds up, for the process and all that it forks (but not
 * what they execute), in a file that the benchmark reads: struct counts. An interval of more than LONGEST is another
 * process's turn, and not counted.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#define LONGEST 100000 /* ticks */

/* The workers of one server write it, without locks: benchmarks have one. */
struct counts {
    uint64_t ticks; /* between system calls */
    uint64_t received;
    uint64_t ticks_per_ms;
};

static struct counts nowhere, *counts = &nowhere;
static uint64_t returned; /* of the last call; 0: none yet */

static uint64_t now(void)
{
#if defined(__x86_64__)
    return __rdtsc();
#else
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
#endif
}

static void enter(void)
{
    uint64_t interval = now() - returned;
    if (returned && interval < LONGEST)
        counts->ticks += interval;
}

static void leave(void)
{
    returned = now();
}

/* The next definition of a function: the C library's. */
#define CALL(result, name, parameters, arguments)                                                                      \
    result name parameters                                                                                             \
    {                                                                                                                  \
        static __typeof__(name) *real;                                                                                 \
        if (!real)                                                                                                     \
            real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);                                                        \
        enter();                                                                                                       \
        result got = real arguments;                                                                                   \
        COUNT_##name;                                                                                                  \
        leave();                                                                                                       \
        return got;                                                                                                    \
    }

#define COUNT_epoll_wait
#define COUNT_send
#define COUNT_sendmsg
#define COUNT_writev
#define COUNT_recv counts->received += got > 0

CALL(int, epoll_wait, (int epoll, struct epoll_event *events, int count, int timeout), (epoll, events, count, timeout))
CALL(ssize_t, send, (int file, const void *bytes, size_t size, int flags), (file, bytes, size, flags))
CALL(ssize_t, sendmsg, (int file, const struct msghdr *message, int flags), (file, message, flags))
CALL(ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
CALL(ssize_t, recv, (int file, void *bytes, size_t size, int flags), (file, bytes, size, flags))

static uint64_t measure_ticks(void)
{
    struct timespec begin, end, pause = {.tv_nsec = 20000000};
    uint64_t from = now();
    clock_gettime(CLOCK_MONOTONIC, &begin);
    nanosleep(&pause, NULL);
    uint64_t to = now();
    clock_gettime(CLOCK_MONOTONIC, &end);
    uint64_t ns = (uint64_t)(end.tv_sec - begin.tv_sec) * 1000000000 + (uint64_t)(end.tv_nsec - begin.tv_nsec);
    return (to - from) * 1000000 / ns;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("BETWEEN_FILE");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    unsetenv("BETWEEN_FILE"); /* what is executed from here on is not counted */
    void *shared = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared == MAP_FAILED)
        return;
    counts = shared;
    counts->ticks_per_ms = measure_ticks();
}
