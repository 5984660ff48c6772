/* SPDX-License-Identifier: Apache-2.0 */
#include "server/upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/notify.h"
#include "server/protocol.h"
#include "server/supervisor_state.h"

static bool is_under_way(const struct upgrade *upgrade)
{
    return upgrade->channel.descriptor >= 0;
}

static void hang_up(struct supervisor *supervisor)
{
    struct upgrade *upgrade = &supervisor->upgrade;
    int descriptor = upgrade->channel.descriptor;
    timers_disarm(&upgrade->timer);
    if (descriptor < 0)
        return;
    loop_remove(&supervisor->loop, &upgrade->channel);
    upgrade->channel.descriptor = -1;
    close(descriptor);
}

/* The new one has ended, or does now. */
static void fail(struct supervisor *supervisor, const char *why)
{
    struct upgrade *upgrade = &supervisor->upgrade;
    snprintf(upgrade->error, sizeof upgrade->error, "%s", why);
    upgrade->since = clock_read(CLOCK_REALTIME);
    log_error("the upgrade has failed: %s; this server serves on", why);
    hang_up(supervisor);
    if (upgrade->pid > 0)
        kill(upgrade->pid, SIGKILL);
}

/* ---- handing over ---------------------------------------------------------------------------------- */

static void add_sockets(const struct supervisor *supervisor, struct handover *handover)
{
    const struct listeners *listeners = &supervisor->listeners;
    for (size_t i = 0; i < listeners->count; i++)
        if (listeners->descriptors[i] >= 0)
            handover_add_socket(handover, false, listeners->list[i].text, listeners->descriptors[i]);
    if (supervisor->admin)
        handover_add_socket(handover, true, supervisor->admin_text, admin_socket(supervisor->admin));
}

static void add_tenants(const struct supervisor *supervisor, struct handover *handover)
{
    for (size_t i = 0; i < supervisor->store.count; i++) {
        const struct tenant *tenant = supervisor->store.list[i];
        const struct artifact *artifact = tenant->artifact;
        if (!artifact)
            continue;
        handover_add_tenant(handover, &(struct handover_tenant){
                                          .name = tenant->name,
                                          .artifact = artifact->descriptor,
                                          .native = compilers_hand_over(supervisor->compilers, artifact),
                                          .failing = tenant->error != NULL,
                                          .content = artifact->content,
                                          .key = artifact->key,
                                          .rejected = tenant->rejected,
                                          .error = tenant->error,
                                      });
    }
}

static _Noreturn void become_successor(const struct supervisor *supervisor, const struct handover *handover,
                                       int channel, int memfd)
{
    char variable[32];
    char *const arguments[] = {(char *)(uintptr_t)supervisor->binary, "serve", "-c",
                               (char *)(uintptr_t)supervisor->config_file, NULL};
    struct handover_message message = {.word = HANDOVER_FAILED};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    snprintf(variable, sizeof variable, "%d,%d", channel, memfd);
    if (handover_inherit(handover) == 0 && fcntl(channel, F_SETFD, 0) == 0 && fcntl(memfd, F_SETFD, 0) == 0 &&
        setenv(HANDOVER_VARIABLE, variable, 1) == 0)
        execv(supervisor->binary, arguments);
    snprintf(message.text, sizeof message.text, "%.300s cannot be run: %s", supervisor->binary, strerror(errno));
    (void)!packet_send(channel, &message, sizeof message, -1);
    _exit(127);
}

/* ---- what the new one says ------------------------------------------------------------------------- */

static void give_everything(struct supervisor *supervisor)
{
    char text[64];
    struct upgrade *upgrade = &supervisor->upgrade;
    const struct handover_message yours = {.word = HANDOVER_YOURS};
    log_info("the new server [%d] serves; what is at work here is finished, then this one ends", (int)upgrade->pid);
    snprintf(text, sizeof text, "MAINPID=%d", (int)upgrade->pid);
    notify_send(text);
    ending_hand_over(supervisor);
    /* If it does not go through, the new one sees the channel close: that means the same. */
    (void)!packet_send(upgrade->channel.descriptor, &yours, sizeof yours, -1);
    hang_up(supervisor);
    upgrade->pid = 0;
}

static void on_channel(struct loop_source *source, unsigned events)
{
    struct supervisor *supervisor =
        (struct supervisor *)((char *)source - offsetof(struct supervisor, upgrade.channel));
    const struct upgrade *upgrade = &supervisor->upgrade;
    struct handover_message message;
    int descriptor, got = packet_receive(source->descriptor, &message, sizeof message, &descriptor);
    if (got == 0)
        return;
    if (got < 0) { /* it has ended, or does now; upgrade_reap says how */
        hang_up(supervisor);
        if (upgrade->pid > 0)
            kill(upgrade->pid, SIGKILL);
        return;
    }
    if (descriptor >= 0)
        close(descriptor);
    message.text[sizeof message.text - 1] = '\0';
    if (message.word == HANDOVER_READY)
        give_everything(supervisor);
    else
        fail(supervisor, message.word == HANDOVER_FAILED ? message.text : "the new server speaks another language");
}

static void on_time_over(struct timer *timer)
{
    struct supervisor *supervisor = (struct supervisor *)((char *)timer - offsetof(struct supervisor, upgrade.timer));
    fail(supervisor, "the new server did not serve in time (upgrade_timeout)");
}

bool upgrade_reap(struct supervisor *supervisor, pid_t pid, int status)
{
    struct upgrade *upgrade = &supervisor->upgrade;
    char how[96], why[256];
    if (pid != upgrade->pid)
        return false;
    if (is_under_way(upgrade)) /* what it said last comes first */
        on_channel(&upgrade->channel, LOOP_READ);
    upgrade->pid = 0;
    if (upgrade->error[0])
        return true;
    child_describe(status, how, sizeof how);
    snprintf(why, sizeof why, "the new server ended before it served: %s; its lines in the log say why", how);
    fail(supervisor, why);
    return true;
}

/* ---- beginning and end ----------------------------------------------------------------------------- */

static int start(struct supervisor *supervisor, const struct handover *handover, int memfd)
{
    struct upgrade *upgrade = &supervisor->upgrade;
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return -errno;
    upgrade->channel.ready = on_channel;
    int error = loop_add(&supervisor->loop, &upgrade->channel, ends[0], LOOP_READ);
    pid_t pid = error ? -1 : fork();
    if (pid == 0)
        become_successor(supervisor, handover, ends[1], memfd);
    if (!error && pid < 0)
        error = -errno;
    close(ends[1]);
    if (!error) {
        upgrade->pid = pid;
        return 0;
    }
    loop_remove(&supervisor->loop, &upgrade->channel);
    upgrade->channel.descriptor = -1;
    close(ends[0]);
    return error;
}

bool upgrade_begin(struct supervisor *supervisor)
{
    struct upgrade *upgrade = &supervisor->upgrade;
    if (is_under_way(upgrade) || upgrade->pid > 0) {
        log_warning("an upgrade is under way already: process %d", (int)upgrade->pid);
        return false;
    }
    upgrade->error[0] = '\0';
    upgrade->since = clock_read(CLOCK_REALTIME);
    struct handover *handover = handover_create();
    int error = 0, memfd = -1;
    if (handover) {
        add_sockets(supervisor, handover);
        add_tenants(supervisor, handover);
        memfd = handover_seal(handover);
    }
    if (!handover || memfd < 0)
        error = handover ? memfd : -ENOMEM;
    if (!error)
        error = start(supervisor, handover, memfd);
    if (memfd >= 0)
        close(memfd);
    handover_destroy(handover);
    if (error) {
        fail(supervisor, strerror(-error));
        return false;
    }
    log_info("upgrade: %s begins as process %d; this server serves until that one does", supervisor->binary,
             (int)upgrade->pid);
    loop_arm(&supervisor->loop, &upgrade->timer,
             loop_now(&supervisor->loop) + (int64_t)supervisor->config->settings.upgrade_timeout * NS_PER_MS);
    upgrade->timer.fire = on_time_over;
    return true;
}

void upgrade_abandon(struct supervisor *supervisor)
{
    struct upgrade *upgrade = &supervisor->upgrade;
    hang_up(supervisor);
    if (upgrade->pid > 0)
        kill(upgrade->pid, SIGKILL);
}
