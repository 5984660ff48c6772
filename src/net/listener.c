/* SPDX-License-Identifier: Apache-2.0 */
#include "net/listener.h"

#include <errno.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- making the socket ----------------------------------------------------------------------------- */

/* What to do about an error of bind. */
static const char *advice(int error)
{
    switch (error) {
    case EADDRINUSE:
        return "another process listens there: stop it or choose another address (`ss -ltnpx` shows which it is)";
    case EACCES:
        return "ports below 1024 need root or CAP_NET_BIND_SERVICE, a unix socket needs a folder that may be written "
               "to";
    case EADDRNOTAVAIL:
        return "this machine has no such address (`ip address` shows those that it has)";
    case EAFNOSUPPORT:
        return "this machine does not have that kind of address: write an IPv4 address, such as 0.0.0.0:8080";
    case ENOENT:
        return "the folder of the unix socket does not exist: create it first";
    case EMFILE:
    case ENFILE:
        return "out of descriptors: raise the limit (`ulimit -n`)";
    default:
        return "see the address in the configuration";
    }
}

static int explain(const struct address *address, const char *what, int error, char *why, size_t why_size)
{
    char text[ADDRESS_TEXT_MAX];

    snprintf(why, why_size, "cannot listen on %s: %s: %s; %s", address_format(address, text), what, strerror(error),
             advice(error));
    return -error;
}

/* Whether somebody listens on the unix socket: 0 no, 1 yes, or -errno if that cannot be told. */
static int is_alive(const struct address *address)
{
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (probe < 0)
        return -errno;
    int result = connect(probe, &address->any, address->size) < 0 ? errno : 0;
    (void)close(probe);
    if (result == ECONNREFUSED || result == ENOENT)
        return 0;
    /* EAGAIN: its backlog is full. */
    return result == 0 || result == EAGAIN ? 1 : -result;
}

/* Removes the file of a unix socket that nobody listens on any more, and nothing else. */
static int remove_stale(const struct address *address)
{
    struct stat status;

    if (lstat(address->local.sun_path, &status) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (!S_ISSOCK(status.st_mode))
        return -EEXIST;
    int alive = is_alive(address);
    if (alive)
        return alive < 0 ? alive : -EADDRINUSE;
    return unlink(address->local.sun_path) < 0 && errno != ENOENT ? -errno : 0;
}

static int set(int descriptor, int level, int option, int value)
{
    return setsockopt(descriptor, level, option, &value, sizeof(value)) < 0 ? -errno : 0;
}

static int configure(int descriptor, const struct address *address, const struct listener_options *options)
{
    int error = 0;

    if (address->any.sa_family == AF_UNIX)
        return 0;
    error = set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!error && options->reuse_port)
        error = set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    if (!error)
        error = set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    if (!error && options->defer_seconds)
        error = set(descriptor, IPPROTO_TCP, TCP_DEFER_ACCEPT, (int)options->defer_seconds);
    if (!error && address->any.sa_family == AF_INET6)
        error = set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, !IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr));
    return error;
}

/* ":8080" means both families, but a machine may have IPv4 only. */
static int open_socket(const struct address **address, struct address *v4)
{
    const struct address *wanted = *address;
    int descriptor = socket(wanted->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (descriptor >= 0 || errno != EAFNOSUPPORT || wanted->any.sa_family != AF_INET6 ||
        !IN6_IS_ADDR_UNSPECIFIED(&wanted->v6.sin6_addr))
        return descriptor;
    v4->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = wanted->v6.sin6_port};
    v4->size = sizeof(v4->v4);
    *address = v4;
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int listener_open(const struct address *address, const struct listener_options *options, char *why, size_t why_size)
{
    struct address v4;
    bool local = address->any.sa_family == AF_UNIX;
    const char *what;
    int error, descriptor;

    what = "socket";
    descriptor = open_socket(&address, &v4);
    if (descriptor < 0)
        return explain(address, what, errno, why, why_size);

    what = "setting options";
    error = configure(descriptor, address, options);
    if (error)
        goto fail;

    what = "looking at what is there";
    error = local ? remove_stale(address) : 0;
    if (error == -EEXIST)
        what = "that file is not a socket and is left alone";
    if (error)
        goto fail;

    what = "bind";
    if (bind(descriptor, &address->any, address->size) < 0) {
        error = -errno;
        goto fail;
    }
    what = "chmod";
    if (local && chmod(address->local.sun_path, options->mode ? options->mode : 0666) < 0) {
        error = -errno;
        goto fail_bound;
    }
    what = "listen";
    if (listen(descriptor, LISTENER_BACKLOG) < 0) {
        error = -errno;
        goto fail_bound;
    }
    return descriptor;

fail_bound:
    if (local)
        (void)unlink(address->local.sun_path);
fail:
    (void)close(descriptor);
    return explain(address, what, -error, why, why_size);
}

void listener_refuse(int descriptor)
{
    /* A TCP header's byte 13 has its flags. Who sends SYN without ACK (2, 16) wants to begin. */
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),          BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1), BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    const struct sock_fprog filter = {sizeof program / sizeof *program, program};
    (void)setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

int listener_bound(int descriptor, struct address *address)
{
    *address = (struct address){.size = sizeof(*address) - offsetof(struct address, any)};
    return getsockname(descriptor, &address->any, &address->size) < 0 ? -errno : 0;
}

/* ---- accepting ------------------------------------------------------------------------------------- */

static int watch(struct listener *listener, int descriptor)
{
    return loop_add(listener->loop, &listener->source, descriptor,
                    LOOP_READ | (listener->exclusive ? LOOP_EXCLUSIVE : 0u));
}

/* A listening socket without a descriptor to spare stays ready for ever: better not to look for a while. */
static void pause_accepting(struct listener *listener)
{
    listener->refused++;
    listener->paused = true;
    loop_remove(listener->loop, &listener->source);
    loop_arm(listener->loop, &listener->pause, loop_now(listener->loop) + LISTENER_PAUSE_NS);
}

static void resume(struct timer *timer)
{
    struct listener *listener = (struct listener *)((char *)timer - offsetof(struct listener, pause));

    if (watch(listener, listener->descriptor) < 0)
        loop_arm(listener->loop, timer, loop_now(listener->loop) + LISTENER_PAUSE_NS);
    else
        listener->paused = false;
}

/* Trouble of the connection that was to be accepted (accept(2), "Error handling"): the next one may be well. */
static bool is_peers(int error)
{
    switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPERM:
    case EPROTO:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ETIMEDOUT:
        return true;
    default:
        return false;
    }
}

static void on_ready(struct loop_source *source, unsigned events)
{
    struct listener *listener = (struct listener *)((char *)source - offsetof(struct listener, source));

    for (int i = 0; i < LISTENER_BATCH && listener->source.descriptor >= 0; i++) {
        struct address peer = {.size = sizeof(peer) - offsetof(struct address, any)};
        int descriptor = accept4(listener->descriptor, &peer.any, &peer.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (is_peers(errno))
                continue;
            if (errno != EAGAIN)
                pause_accepting(listener);
            return;
        }
        if (peer.size <= offsetof(struct sockaddr_un, sun_path))
            peer.any.sa_family = AF_UNIX; /* a peer without a name leaves only that, or nothing */
        listener->count++;
        listener->accepted(listener, descriptor, &peer);
    }
}

void listener_accept_waiting(struct listener *listener)
{
    if (!listener->loop)
        return;
    for (int i = 0; i < LISTENER_BACKLOG / LISTENER_BATCH; i++) {
        uint64_t before = listener->count;
        on_ready(&listener->source, LOOP_READ);
        if (listener->count == before)
            return;
    }
}

int listener_start(struct listener *listener, struct loop *loop, int descriptor, bool exclusive,
                   void (*accepted)(struct listener *, int, const struct address *))
{
    *listener = (struct listener){
        .source = {.ready = on_ready, .descriptor = -1},
        .pause = {.deadline = TIMERS_NEVER, .fire = resume},
        .loop = loop,
        .descriptor = descriptor,
        .accepted = accepted,
        .exclusive = exclusive,
    };
    int error = watch(listener, descriptor);
    if (error)
        listener->loop = NULL;
    return error;
}

void listener_stop(struct listener *listener)
{
    if (!listener->loop)
        return;
    loop_remove(listener->loop, &listener->source);
    loop_remove_timer(listener->loop, &listener->pause);
    listener->loop = NULL;
    listener->paused = false;
}
