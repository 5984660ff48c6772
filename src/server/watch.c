/* SPDX-License-Identifier: Apache-2.0 */
#include "server/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/bucket.h"

#define QUIET_NS         (10 * NS_PER_MS)  /* after an event that completes a change: closed, renamed, removed */
#define QUIET_WRITE_NS   (50 * NS_PER_MS)  /* after a write, for another is likely */
#define PATIENCE_NS      (500 * NS_PER_MS) /* changes that never end are looked at all the same */
#define LOOKS_AT_ONCE    32 /* changes told without delay, and then so many per second: a folder that never rests */
#define LOOKS_PER_SECOND 2  /* must not keep the supervisor from everybody else's deployments */
#define READS_MOST       16 /* of events, before a look; the kernel joins or drops those that follow */
#define POLL_NS          (30 * NS_PER_SECOND)
#define POLL_BLIND_NS    (2 * NS_PER_SECOND) /* if not every folder can be watched */

#define WRITES IN_MODIFY
#define EVENTS                                                                                                         \
    (WRITES | IN_CLOSE_WRITE | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |      \
     IN_MOVE_SELF)

struct folder {
    int descriptor; /* of inotify */
    bool wanted;
    bool all; /* every file's writes are told */
    char only[256];
};

struct watch {
    struct loop_source source; /* descriptor < 0: no inotify */
    struct timer timer, poll;
    struct loop *loop;
    void (*changed)(void *user);
    void *user;
    int64_t first; /* of the changes not yet told; 0: there are none */
    struct bucket looks;
    unsigned reads;         /* since the last look */
    bool deaf;              /* until the next look, events stay in the kernel */
    struct folder *folders; /* by descriptor */
    size_t count, capacity;
    bool blind; /* something is not watched */
};

/* ---- telling --------------------------------------------------------------------------------------- */

/* If the kernel refuses, soon again: nothing else would wake it. */
static void hear_again(struct watch *watch)
{
    watch->deaf = loop_modify(watch->loop, &watch->source, LOOP_READ) != 0;
    if (watch->deaf)
        loop_arm(watch->loop, &watch->timer, loop_now(watch->loop) + PATIENCE_NS);
}

static void on_timer(struct timer *timer)
{
    struct watch *watch = (struct watch *)((char *)timer - offsetof(struct watch, timer));
    watch->first = 0;
    watch->reads = 0;
    if (watch->deaf)
        hear_again(watch);
    bucket_spend(&watch->looks, 1);
    watch->changed(watch->user);
}

static void on_poll(struct timer *timer)
{
    struct watch *watch = (struct watch *)((char *)timer - offsetof(struct watch, poll));
    watch->changed(watch->user);
    loop_arm(watch->loop, &watch->poll, loop_now(watch->loop) + (watch->blind ? POLL_BLIND_NS : POLL_NS));
}

static void notice(struct watch *watch, int64_t quiet)
{
    int64_t now = loop_now(watch->loop), due = now + quiet;
    if (watch->first == 0)
        watch->first = now;
    bucket_refill(&watch->looks, LOOKS_AT_ONCE, now);
    if (due > watch->first + PATIENCE_NS || watch->looks.tokens <= 0)
        due = watch->first + PATIENCE_NS;
    loop_arm(watch->loop, &watch->timer, due);
}

/* ---- the set --------------------------------------------------------------------------------------- */

/* The place of a descriptor, or where it would be. */
static size_t place_of(const struct watch *watch, int descriptor)
{
    size_t low = 0, high = watch->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (watch->folders[middle].descriptor < descriptor)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct folder *find_folder(struct watch *watch, int descriptor)
{
    size_t at = place_of(watch, descriptor);
    return at < watch->count && watch->folders[at].descriptor == descriptor ? &watch->folders[at] : NULL;
}

static struct folder *insert_folder(struct watch *watch, int descriptor)
{
    if (watch->count == watch->capacity) {
        size_t more = watch->capacity ? watch->capacity * 2 : 64;
        struct folder *grown = realloc(watch->folders, more * sizeof *grown);
        if (!grown)
            return NULL;
        watch->folders = grown;
        watch->capacity = more;
    }
    size_t at = place_of(watch, descriptor);
    memmove(watch->folders + at + 1, watch->folders + at, (watch->count - at) * sizeof *watch->folders);
    watch->folders[at] = (struct folder){.descriptor = descriptor};
    watch->count++;
    return &watch->folders[at];
}

static void go_blind(struct watch *watch, const char *what, int error)
{
    if (!watch->blind)
        log_warning("%s: %s; changes are looked for every 2 s%s", what, strerror(error),
                    error == ENOSPC ? " (raise fs.inotify.max_user_watches for better)" : "");
    watch->blind = true;
    loop_arm(watch->loop, &watch->poll, loop_now(watch->loop) + POLL_BLIND_NS);
}

void watch_begin(struct watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        watch->folders[i].wanted = false;
}

void watch_add(struct watch *watch, const char *path, const char *only)
{
    if (watch->source.descriptor < 0)
        return;
    int descriptor = inotify_add_watch(watch->source.descriptor, path, EVENTS | IN_ONLYDIR);
    if (descriptor < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            go_blind(watch, path, errno);
        return;
    }
    struct folder *folder = find_folder(watch, descriptor);
    if (!folder && !(folder = insert_folder(watch, descriptor))) {
        go_blind(watch, path, ENOMEM);
        return;
    }
    bool first = !folder->wanted;
    folder->wanted = true;
    /* Wanted for two reasons: told about everything. */
    folder->all = !only || (!first && (folder->all || strcmp(folder->only, only) != 0));
    strncpy(folder->only, only ? only : "", sizeof folder->only - 1);
}

void watch_end(struct watch *watch)
{
    size_t kept = 0;
    for (size_t i = 0; i < watch->count; i++) {
        if (watch->folders[i].wanted)
            watch->folders[kept++] = watch->folders[i];
        else
            inotify_rm_watch(watch->source.descriptor, watch->folders[i].descriptor);
    }
    watch->count = kept;
}

/* ---- inotify --------------------------------------------------------------------------------------- */

static void take_event(struct watch *watch, const struct inotify_event *event)
{
    struct folder *folder = find_folder(watch, event->wd);
    if (event->mask & IN_IGNORED) { /* removed by us, or the folder is gone */
        if (folder) {
            size_t at = (size_t)(folder - watch->folders);
            memmove(folder, folder + 1, (watch->count - at - 1) * sizeof *folder);
            watch->count--;
        }
        return;
    }
    if (!(event->mask & IN_Q_OVERFLOW)) {
        const char *name = event->len ? event->name : "";
        bool write = event->mask & (WRITES | IN_CLOSE_WRITE);
        if (!folder || (write && !folder->all && strcmp(name, folder->only) != 0))
            return;
    }
    notice(watch, event->mask & WRITES ? QUIET_WRITE_NS : QUIET_NS);
}

/* Reading on would cost as much as the changes are many, and tell nothing new: there will be a look. */
static void rest(struct watch *watch)
{
    if (watch->first && ++watch->reads >= READS_MOST && !watch->deaf)
        watch->deaf = loop_modify(watch->loop, &watch->source, 0) == 0;
}

static void on_events(struct loop_source *source, unsigned events)
{
    struct watch *watch = (struct watch *)((char *)source - offsetof(struct watch, source));
    union {
        struct inotify_event event; /* for its alignment */
        char bytes[16384];
    } buffer;
    ssize_t size = read(source->descriptor, &buffer, sizeof buffer);
    for (ssize_t at = 0; at < size;) {
        struct inotify_event event;
        const char *begin = buffer.bytes + at;
        memcpy(&event, begin, sizeof event);
        take_event(watch, (const struct inotify_event *)(const void *)begin);
        at += (ssize_t)(sizeof event + event.len);
    }
    rest(watch);
}

struct watch *watch_create(struct loop *loop, void (*changed)(void *user), void *user)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    *watch = (struct watch){.loop = loop,
                            .changed = changed,
                            .user = user,
                            .looks = {.rate = LOOKS_PER_SECOND},
                            .source = {.ready = on_events, .descriptor = -1},
                            .timer = {.fire = on_timer, .deadline = TIMERS_NEVER},
                            .poll = {.fire = on_poll, .deadline = TIMERS_NEVER}};
    int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    int error = descriptor < 0 ? -errno : loop_add(loop, &watch->source, descriptor, LOOP_READ);
    if (error) {
        if (descriptor >= 0)
            close(descriptor);
        watch->source.descriptor = -1;
        go_blind(watch, "inotify", -error);
    } else {
        loop_arm(loop, &watch->poll, loop_now(loop) + POLL_NS);
    }
    return watch;
}

void watch_destroy(struct watch *watch)
{
    if (!watch)
        return;
    int descriptor = watch->source.descriptor;
    loop_remove(watch->loop, &watch->source);
    if (descriptor >= 0)
        close(descriptor);
    loop_remove_timer(watch->loop, &watch->timer);
    loop_remove_timer(watch->loop, &watch->poll);
    free(watch->folders);
    free(watch);
}
