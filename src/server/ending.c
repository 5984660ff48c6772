/* SPDX-License-Identifier: Apache-2.0
 *
 * The end of a server, after a signal or because another has taken its place.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/supervisor_state.h"

/* Between "no new connections" and the workers' last look for those that were on their way: a client that has the
 * kernel's word (SYN-ACK) sends the rest of the handshake within its round trip. */
#define GRACE_NS (100 * NS_PER_MS)

static void on_drain_timer(struct timer *timer)
{
    struct supervisor *supervisor = (struct supervisor *)((char *)timer - offsetof(struct supervisor, drain_timer));
    log_warning("%zu workers have not finished in time (drain_timeout) and are ended",
                worker_set_alive(supervisor->workers));
    worker_set_kill(supervisor->workers);
}

static void drain(struct supervisor *supervisor)
{
    listeners_close(&supervisor->listeners);
    worker_set_drain(supervisor->workers);
    supervisor->drain_timer.fire = on_drain_timer;
    loop_arm(&supervisor->loop, &supervisor->drain_timer,
             loop_now(&supervisor->loop) + (int64_t)supervisor->config->settings.drain_timeout * NS_PER_MS);
    if (worker_set_alive(supervisor->workers) == 0)
        loop_stop(&supervisor->loop);
}

static void on_grace_over(struct timer *timer)
{
    drain((struct supervisor *)((char *)timer - offsetof(struct supervisor, drain_timer)));
}

/* Nothing changes any more. */
static void freeze(struct supervisor *supervisor)
{
    supervisor->ending = true;
    deploy_destroy(supervisor->deploy);
    supervisor->deploy = NULL;
    compilers_destroy(supervisor->compilers);
    supervisor->compilers = NULL;
    watch_destroy(supervisor->watch);
    supervisor->watch = NULL;
}

void ending_begin(struct supervisor *supervisor, int number)
{
    if (supervisor->ending) {
        log_warning("%s again: everything ends now", strsignal(number));
        supervisor->exit_code = 128 + number;
        worker_set_kill(supervisor->workers);
        return;
    }
    log_info("%s: what is at work is finished, then the server ends", strsignal(number));
    upgrade_abandon(supervisor);
    freeze(supervisor);
    if (supervisor->listeners.keep_files) { /* they are another server's, which goes on */
        drain(supervisor);
        return;
    }
    listeners_refuse(&supervisor->listeners);
    supervisor->drain_timer.fire = on_grace_over;
    loop_arm(&supervisor->loop, &supervisor->drain_timer, loop_now(&supervisor->loop) + GRACE_NS);
}

void ending_hand_over(struct supervisor *supervisor)
{
    supervisor->listeners.keep_files = true;
    admin_destroy(supervisor->admin);
    supervisor->admin = NULL;
    freeze(supervisor);
    drain(supervisor);
}
