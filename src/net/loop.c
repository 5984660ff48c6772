/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"

int loop_init(struct loop *loop)
{
    *loop = (struct loop){.epoll = epoll_create1(EPOLL_CLOEXEC)};
    if (loop->epoll < 0)
        return -errno;
    loop->now = clock_monotonic();
    timers_init(&loop->timers, loop->now);
    return 0;
}

void loop_dispose(struct loop *loop)
{
    if (loop->epoll >= 0)
        (void)close(loop->epoll);
    loop->epoll = -1;
}

void loop_set_work(struct loop *loop, bool (*work)(void *user), void *user)
{
    loop->work = work;
    loop->user = user;
}

int64_t loop_refresh(struct loop *loop)
{
    return loop->now = clock_monotonic();
}

static int control(struct loop *loop, int operation, struct loop_source *source, unsigned events)
{
    struct epoll_event event = {.events = events, .data.ptr = source};

    /* With EPOLLEXCLUSIVE the kernel takes no EPOLLRDHUP; a listening socket has none. */
    if (!(events & LOOP_EXCLUSIVE))
        event.events |= LOOP_HANGUP;
    return epoll_ctl(loop->epoll, operation, source->descriptor, &event) < 0 ? -errno : 0;
}

int loop_add(struct loop *loop, struct loop_source *source, int descriptor, unsigned events)
{
    source->descriptor = descriptor;
    int error = control(loop, EPOLL_CTL_ADD, source, events);
    if (error)
        source->descriptor = -1;
    return error;
}

int loop_modify(struct loop *loop, struct loop_source *source, unsigned events)
{
    return control(loop, EPOLL_CTL_MOD, source, events);
}

void loop_remove(struct loop *loop, struct loop_source *source)
{
    if (source->descriptor < 0)
        return;
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->descriptor, NULL);
    source->descriptor = -1;
    for (int i = loop->pending_next; i < loop->pending; i++)
        if (loop->events[i].data.ptr == source)
            loop->events[i].data.ptr = NULL;
}

/* Milliseconds to sleep: rounded up, so that what is due then really is; -1: for ever. */
static int sleep_ms(const struct loop *loop, int64_t latest)
{
    int64_t next = timers_next(&loop->timers), until = next < latest ? next : latest;

    if (until == TIMERS_NEVER)
        return -1;
    int64_t ms = (until - loop->now + NS_PER_MS - 1) / NS_PER_MS;
    return ms < 0 ? 0 : ms > 60000 ? 60000 : (int)ms;
}

static void tell(struct loop *loop)
{
    while (loop->pending_next < loop->pending) {
        const struct epoll_event *event = &loop->events[loop->pending_next++];
        struct loop_source *source = event->data.ptr;
        if (!source)
            continue;
        unsigned events = event->events;
        if (events & EPOLLHUP)
            events |= LOOP_ERROR;
        source->ready(source, events);
    }
    loop->pending = loop->pending_next = 0;
}

int loop_step(struct loop *loop, int64_t latest)
{
    int timeout = latest == 0 ? 0 : sleep_ms(loop, latest);
    int count = epoll_wait(loop->epoll, loop->events, LOOP_BATCH, timeout);

    if (count < 0 && errno != EINTR)
        return -errno;
    loop_refresh(loop);
    loop->pending_next = 0;
    loop->pending = count < 0 ? 0 : count;
    tell(loop);
    timers_run(&loop->timers, loop->now);
    return 0;
}

int loop_run(struct loop *loop)
{
    int error = 0;
    /* Before the first sleep too: there may be work from before the loop. */
    bool more = loop->work && loop->work(loop->user);

    while (!loop->stopping && !error) {
        error = loop_step(loop, more ? 0 : TIMERS_NEVER);
        more = loop->work && loop->work(loop->user);
    }
    return error;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}
