/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worker_set.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "confine/confine.h"
#include "server/protocol.h"
#include "server/worker.h"

#define STABLE_NS    (5 * NS_PER_SECOND) /* a worker that lived so long is replaced at once */
#define BACKOFF_NS   (100 * NS_PER_MS)   /* doubled for each one that did not, from the second on */
#define BACKOFF_MOST 6
#define MOST_HEARD   64                  /* messages of one worker before others have their turn */
#define SERVING_NS   (5 * NS_PER_SECOND) /* a worker that does not serve what it is told within this is replaced */

struct member {
    struct loop_source control; /* descriptor < 0: not connected */
    struct timer restart, watchdog;
    struct worker_set *set;
    unsigned index;
    pid_t pid; /* 0: none runs */
    int64_t started;
    unsigned quick_deaths;
    bool writing; /* waits for room in its socket */

    /* What it has been told. */
    uint64_t listeners_sent;  /* their changes */
    uint64_t program_sent;    /* all programs up to this id */
    uint64_t native_sent;     /* native code of all changes up to this one, but for programs that come with theirs */
    bool native_due;          /* of `program_sent` */
    bool telling;             /* programs are being sent for the next catalog */
    uint64_t generation_sent; /* catalog */
    bool access_log_due, drain_due;
    uint64_t expected;   /* the generation that the watchdog waits for */
    bool dismissed;      /* it is to end, and another takes its place */
    uint64_t generation; /* that it serves */
    bool set_up;
};

struct worker_set {
    struct worker_set_options options;
    const struct publication *publication; /* NULL: nothing yet */
    int access_log;
    bool ending;
    uint64_t replaced, violations;
    int *mailboxes; /* receiving ends, then sending ends */
    struct member members[];
};

static void start_member(struct member *member);

/* ---- telling --------------------------------------------------------------------------------------- */

static int send_native(const struct member *member, const struct artifact *artifact)
{
    return message_send(member->control.descriptor, MESSAGE_NATIVE, artifact->program, artifact->native->descriptor);
}

/* Each program with the native code that it has, if any. */
static int tell_programs(struct member *member)
{
    const struct publication *publication = member->set->publication;
    int error;
    for (size_t i = 0; i < publication->program_count; i++) {
        const struct artifact *artifact = publication->programs[i];
        if (artifact->program > member->program_sent) {
            error = message_send(member->control.descriptor, MESSAGE_PROGRAM, artifact->program, artifact->descriptor);
            if (error)
                return error;
            member->program_sent = artifact->program;
            member->native_due = artifact->native != NULL;
        }
        if (artifact->program == member->program_sent && member->native_due) {
            if ((error = send_native(member, artifact)) != 0)
                return error;
            member->native_due = false;
        }
    }
    return 0;
}

/* Of the programs that the worker has, the one whose native code changed first after `change`; NULL: none did. */
static const struct artifact *next_native(const struct member *member, uint64_t change)
{
    const struct publication *publication = member->set->publication;
    const struct artifact *next = NULL;
    for (size_t i = 0; i < publication->program_count; i++) {
        const struct artifact *artifact = publication->programs[i];
        if (artifact->native_change > change && artifact->program <= member->program_sent &&
            (!next || artifact->native_change < next->native_change))
            next = artifact;
    }
    return next;
}

/* In the order of their changes, so that what has been sent is one number. */
static int tell_native(struct member *member)
{
    const struct artifact *artifact;
    while ((artifact = next_native(member, member->native_sent)) != NULL) {
        int error = send_native(member, artifact);
        if (error)
            return error;
        member->native_sent = artifact->native_change;
    }
    return 0;
}

/* Programs that are new to the worker, after what is new of the others; then the catalog that names them. Programs take
 * their native code along, so all changes up to now are sent by then. */
static int tell_catalog(struct member *member)
{
    const struct publication *publication = member->set->publication;
    int error;
    if (!member->telling) {
        if ((error = tell_native(member)) != 0)
            return error;
        for (size_t i = 0; i < publication->program_count; i++)
            if (publication->programs[i]->native_change > member->native_sent)
                member->native_sent = publication->programs[i]->native_change;
        member->telling = true;
    }
    if ((error = tell_programs(member)) != 0)
        return error;
    member->telling = false;
    error = message_send(member->control.descriptor, MESSAGE_CATALOG, publication->generation, publication->catalog);
    if (!error)
        member->generation_sent = publication->generation;
    return error;
}

/* What is sent again, because the socket was full in the midst of it, does no harm. A listener comes behind the catalog
 * that knows it: nobody is answered by what was before. */
static int tell_listeners(struct member *member)
{
    const struct listeners *listeners = member->set->options.listeners;
    uint64_t known = member->set->publication->listener_changes;
    for (size_t i = 0; i < listeners->count; i++) {
        int error = 0;
        if (listeners->list[i].changed > member->listeners_sent && listeners->list[i].changed <= known)
            error = message_send(member->control.descriptor, MESSAGE_LISTENER, i, listeners->descriptors[i]);
        if (error)
            return error;
    }
    member->listeners_sent = known;
    return 0;
}

/* Everything that this worker has not been told yet; -EAGAIN: its socket is full. */
static int tell_all(struct member *member)
{
    struct worker_set *set = member->set;
    int error = 0;
    if (member->drain_due) {
        if ((error = message_send(member->control.descriptor, MESSAGE_DRAIN, 0, -1)) != 0)
            return error;
        member->drain_due = false;
    }
    if (member->access_log_due) {
        if ((error = message_send(member->control.descriptor, MESSAGE_ACCESS_LOG, 0, set->access_log)) != 0)
            return error;
        member->access_log_due = false;
    }
    if (set->publication && member->generation_sent < set->publication->generation &&
        (error = tell_catalog(member)) != 0)
        return error;
    if (set->publication && (error = tell_native(member)) != 0)
        return error;
    if (!set->ending && set->publication && member->listeners_sent < set->publication->listener_changes)
        return tell_listeners(member);
    return 0;
}

static void tell(struct member *member)
{
    if (member->control.descriptor < 0)
        return;
    int error = tell_all(member);
    bool full = error == -EAGAIN;
    if (error && !full && error != -EPIPE && error != -ECONNRESET)
        log_error("worker %u: cannot be told what to serve: %s", member->index, strerror(-error));
    if (full != member->writing) {
        error = loop_modify(member->set->options.loop, &member->control,
                            full ? (unsigned)LOOP_READ | (unsigned)LOOP_WRITE : (unsigned)LOOP_READ);
        if (error)
            log_error("worker %u: epoll: %s", member->index, strerror(-error));
        else
            member->writing = full;
    }
}

/* It could not map a program for want of memory or descriptors, say, or hangs. First it may end what is at work. */
static void on_watchdog(struct timer *timer)
{
    struct member *member = (struct member *)((char *)timer - offsetof(struct member, watchdog));
    struct loop *loop = member->set->options.loop;
    if (member->pid == 0 || member->set->ending)
        return;
    if (member->dismissed) {
        log_error("worker %u [%d] does not end and is killed", member->index, (int)member->pid);
        kill(member->pid, SIGKILL);
    } else if (member->generation < member->expected) {
        log_error("worker %u [%d] does not serve catalog %llu; another takes its place", member->index,
                  (int)member->pid, (unsigned long long)member->expected);
        member->dismissed = member->drain_due = true;
        tell(member);
        loop_arm(loop, timer, loop_now(loop) + SERVING_NS);
    } else if (member->generation < member->set->publication->generation) {
        member->expected = member->set->publication->generation;
        loop_arm(loop, timer, loop_now(loop) + SERVING_NS);
    }
}

static void expect_serving(struct member *member)
{
    if (member->pid == 0 || member->watchdog.deadline != TIMERS_NEVER)
        return;
    member->expected = member->set->publication->generation;
    loop_arm(member->set->options.loop, &member->watchdog, loop_now(member->set->options.loop) + SERVING_NS);
}

static void tell_everybody(struct worker_set *set)
{
    for (unsigned i = 0; i < set->options.count; i++)
        tell(&set->members[i]);
}

/* ---- hearing --------------------------------------------------------------------------------------- */

static void hang_up(struct member *member)
{
    if (member->control.descriptor < 0)
        return;
    int descriptor = member->control.descriptor;
    loop_remove(member->set->options.loop, &member->control);
    close(descriptor);
    member->control.descriptor = -1;
    member->writing = false;
}

static void hear(struct member *member, const struct message *message)
{
    struct worker_set *set = member->set;
    switch (message->type) {
    case MESSAGE_STARTED:
        member->set_up = true;
        set->options.serving(set->options.callback_user);
        break;
    case MESSAGE_READY:
        log_debug("worker %u is ready", member->index);
        break;
    case MESSAGE_SERVING:
        member->generation = message->id;
        set->options.serving(set->options.callback_user);
        break;
    case MESSAGE_HOT:
        set->options.hot(set->options.callback_user, member->index, message->id, message->detail);
        break;
    case MESSAGE_RETIRED:
        set->options.retired(set->options.callback_user, message->id);
        break;
    default:
        log_error("worker %u: message %u is not for the supervisor", member->index, message->type);
    }
}

static void on_control(struct loop_source *source, unsigned events)
{
    struct member *member = (struct member *)((char *)source - offsetof(struct member, control));
    struct message message;
    int descriptor, result = 0;
    for (unsigned heard = 0;
         heard < MOST_HEARD && (result = message_receive(member->control.descriptor, &message, &descriptor)) > 0;
         heard++) {
        if (descriptor >= 0)
            close(descriptor); /* workers have nothing to send along */
        hear(member, &message);
    }
    if (result < 0)
        hang_up(member); /* it has ended, or is about to: worker_set_reap follows */
    else if (events & LOOP_WRITE)
        tell(member);
}

/* ---- starting -------------------------------------------------------------------------------------- */

static void confine_this_worker(void)
{
    int error = confine_worker();
    if (error) {
        log_error("cannot begin: the filter of system calls (seccomp) was refused: %s", strerror(-error));
        _exit(1);
    }
}

/* In the child. */
static _Noreturn void become_worker(const struct member *member, int control, pid_t parent)
{
    const struct worker_set *set = member->set;
    const struct worker_set_options *options = &set->options;
    int *keep = calloc(options->count + options->listeners->count + 3, sizeof *keep);
    size_t count = 0;
    if (!keep)
        _exit(1);
    keep[count++] = control;
    keep[count++] = set->mailboxes[member->index];
    if (set->access_log >= 0)
        keep[count++] = set->access_log;
    for (unsigned i = 0; i < options->count; i++)
        keep[count++] = set->mailboxes[options->count + i];
    for (size_t i = 0; i < options->listeners->count; i++)
        if (options->listeners->descriptors[i] >= 0)
            keep[count++] = options->listeners->descriptors[i];
    child_begin("worker", CHILD_WITHOUT_FILES, parent, &options->user, keep, count);
    free(keep);
    worker_main(&(struct worker_start){.index = member->index,
                                       .count = options->count,
                                       .control = control,
                                       .mailbox = set->mailboxes[member->index],
                                       .mailboxes = set->mailboxes + options->count,
                                       .listeners = options->listeners->descriptors,
                                       .listener_count = options->listeners->count,
                                       .access_log = set->access_log,
                                       .metrics = options->metrics,
                                       .sandbox_process = confine_this_worker});
}

/* 0 or -errno. */
static int fork_member(struct member *member)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return -errno;
    pid_t parent = getpid(), pid = fork();
    if (pid == 0)
        become_worker(member, ends[1], parent);
    int error = pid < 0 ? -errno : 0;
    close(ends[1]);
    if (!error) {
        member->pid = pid;
        member->control.ready = on_control;
        error = loop_add(member->set->options.loop, &member->control, ends[0], LOOP_READ);
        if (error)
            kill(pid, SIGKILL);
    }
    if (error) {
        member->control.descriptor = -1;
        close(ends[0]);
    }
    return error;
}

static void restart_later(struct member *member)
{
    unsigned doubled = member->quick_deaths > BACKOFF_MOST ? BACKOFF_MOST : member->quick_deaths;
    int64_t delay = doubled == 0 ? 0 : BACKOFF_NS << (doubled - 1);
    loop_arm(member->set->options.loop, &member->restart, loop_refresh(member->set->options.loop) + delay);
}

static void on_restart(struct timer *timer)
{
    struct member *member = (struct member *)((char *)timer - offsetof(struct member, restart));
    if (!member->set->ending && member->pid == 0)
        start_member(member);
}

static void start_member(struct member *member)
{
    struct worker_set *set = member->set;
    member->started = clock_monotonic();
    member->listeners_sent = set->options.listeners->changes;
    member->program_sent = member->native_sent = member->generation_sent = member->generation = 0;
    member->access_log_due = member->drain_due = member->set_up = member->dismissed = false;
    member->native_due = member->telling = false;
    timers_disarm(&member->watchdog);
    int error = fork_member(member);
    if (error && member->pid == 0) {
        log_error("worker %u cannot be started: %s; trying again", member->index, strerror(-error));
        member->quick_deaths++;
        restart_later(member);
        return;
    }
    if (set->publication) {
        tell(member);
        expect_serving(member);
    }
}

/* ---- the set --------------------------------------------------------------------------------------- */

static int make_mailboxes(struct worker_set *set)
{
    unsigned count = set->options.count;
    set->mailboxes = malloc(2 * count * sizeof(int));
    if (!set->mailboxes)
        return -ENOMEM;
    memset(set->mailboxes, -1, 2 * count * sizeof(int));
    for (unsigned i = 0; i < count; i++) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
            return -errno;
        set->mailboxes[i] = ends[0];
        set->mailboxes[count + i] = ends[1];
    }
    return 0;
}

struct worker_set *worker_set_create(const struct worker_set_options *options)
{
    struct worker_set *set = calloc(1, sizeof *set + options->count * sizeof(struct member));
    if (!set) {
        log_error("workers: out of memory");
        return NULL;
    }
    set->options = *options;
    set->access_log = options->access_log;
    for (unsigned i = 0; i < options->count; i++)
        set->members[i] = (struct member){.set = set,
                                          .index = i,
                                          .control = {.descriptor = -1},
                                          .restart = {.fire = on_restart, .deadline = TIMERS_NEVER},
                                          .watchdog = {.fire = on_watchdog, .deadline = TIMERS_NEVER}};
    int error = make_mailboxes(set);
    if (error) {
        log_error("workers: mailboxes: %s", strerror(-error));
        worker_set_destroy(set);
        return NULL;
    }
    for (unsigned i = 0; i < options->count; i++)
        start_member(&set->members[i]);
    return set;
}

void worker_set_destroy(struct worker_set *set)
{
    if (!set)
        return;
    for (unsigned i = 0; i < set->options.count; i++) {
        CHECK(set->members[i].pid == 0);
        hang_up(&set->members[i]);
        loop_remove_timer(set->options.loop, &set->members[i].restart);
        loop_remove_timer(set->options.loop, &set->members[i].watchdog);
    }
    for (unsigned i = 0; set->mailboxes && i < 2 * set->options.count; i++)
        if (set->mailboxes[i] >= 0)
            close(set->mailboxes[i]);
    free(set->mailboxes);
    free(set);
}

void worker_set_publish(struct worker_set *set, const struct publication *publication)
{
    set->publication = publication;
    tell_everybody(set);
    for (unsigned i = 0; i < set->options.count; i++)
        expect_serving(&set->members[i]);
}

void worker_set_tell_native(struct worker_set *set)
{
    tell_everybody(set);
}

uint64_t worker_set_generation(const struct worker_set *set)
{
    uint64_t least = UINT64_MAX;
    for (unsigned i = 0; i < set->options.count; i++)
        if (set->members[i].generation < least)
            least = set->members[i].generation;
    return least;
}

bool worker_set_is_set_up(const struct worker_set *set)
{
    for (unsigned i = 0; i < set->options.count; i++)
        if (!set->members[i].set_up)
            return false;
    return true;
}

void worker_set_access_log(struct worker_set *set, int descriptor)
{
    set->access_log = descriptor;
    for (unsigned i = 0; i < set->options.count; i++)
        set->members[i].access_log_due = set->members[i].control.descriptor >= 0;
    tell_everybody(set);
}

static void tell_end(const struct worker_set *set, const struct member *member, int status)
{
    char how[96];
    child_describe(status, how, sizeof how);
    if (status == 0 && (set->ending || member->dismissed))
        log_debug("worker %u [%d] has ended", member->index, (int)member->pid);
    else if (set->ending)
        log_warning("worker %u [%d] ended: %s", member->index, (int)member->pid, how);
    else
        log_error("worker %u [%d] ended: %s; its connections are lost, another takes its place", member->index,
                  (int)member->pid, how);
}

bool worker_set_reap(struct worker_set *set, pid_t pid, int status)
{
    struct member *member = NULL;
    for (unsigned i = 0; i < set->options.count && !member; i++)
        if (set->members[i].pid == pid)
            member = &set->members[i];
    if (!member)
        return false;
    tell_end(set, member, status);
    set->violations += WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    hang_up(member);
    member->pid = 0;
    metrics_reset_worker(set->options.metrics, member->index);
    if (set->ending) {
        if (worker_set_alive(set) == 0)
            set->options.ended(set->options.callback_user);
        return true;
    }
    set->replaced++;
    bool stable = clock_monotonic() - member->started >= STABLE_NS;
    member->quick_deaths = stable ? 0 : member->quick_deaths + 1;
    if (member->quick_deaths <= 1)
        start_member(member);
    else
        restart_later(member);
    return true;
}

void worker_set_drain(struct worker_set *set)
{
    set->ending = true;
    for (unsigned i = 0; i < set->options.count; i++)
        set->members[i].drain_due = true;
    tell_everybody(set);
}

void worker_set_kill(struct worker_set *set)
{
    set->ending = true;
    for (unsigned i = 0; i < set->options.count; i++)
        if (set->members[i].pid > 0)
            kill(set->members[i].pid, SIGKILL);
}

size_t worker_set_alive(const struct worker_set *set)
{
    size_t alive = 0;
    for (unsigned i = 0; i < set->options.count; i++)
        alive += set->members[i].pid > 0;
    return alive;
}

uint64_t worker_set_replaced(const struct worker_set *set)
{
    return set->replaced;
}

uint64_t worker_set_violations(const struct worker_set *set)
{
    return set->violations;
}
