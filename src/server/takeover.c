/* SPDX-License-Identifier: Apache-2.0
 *
 * The new server's half of an upgrade.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/protocol.h"
#include "server/supervisor_state.h"

static void say(const struct takeover *takeover, enum handover_word word, const char *text)
{
    struct handover_message message = {.word = word};
    snprintf(message.text, sizeof message.text, "%s", text);
    (void)!packet_send(takeover->channel.descriptor, &message, sizeof message, -1); /* or the old one has gone */
}

int takeover_begin(struct supervisor *supervisor)
{
    struct takeover *takeover = &supervisor->takeover;
    const char *variable = getenv(HANDOVER_VARIABLE);
    char why[256] = "";
    int channel, memfd;
    if (!variable)
        return 0;
    if (sscanf(variable, "%d,%d", &channel, &memfd) != 2 || fcntl(channel, F_SETFD, FD_CLOEXEC) < 0) {
        log_error("%s is not what a running server sets: take it out of the environment", HANDOVER_VARIABLE);
        return -EINVAL;
    }
    unsetenv(HANDOVER_VARIABLE);
    takeover->channel.descriptor = channel;
    takeover->before = getppid();
    takeover->handover = handover_open(memfd, why, sizeof why);
    close(memfd);
    if (!takeover->handover) {
        say(takeover, HANDOVER_FAILED, why);
        log_error("this server cannot take another's place: %s", why);
        return -EINVAL;
    }
    supervisor->listeners.given = takeover->handover;
    supervisor->listeners.keep_files = true;
    return 0;
}

/* From now on this server is alone. */
static void finish(struct supervisor *supervisor)
{
    struct takeover *takeover = &supervisor->takeover;
    int channel = takeover->channel.descriptor;
    loop_remove(&supervisor->loop, &takeover->channel);
    takeover->channel.descriptor = -1;
    close(channel);
    supervisor->upgrade.replaced = takeover->before;
    supervisor->upgrade.since = clock_read(CLOCK_REALTIME);
    supervisor->listeners.keep_files = false;
    if (supervisor_start_admin(supervisor) != 0)
        log_error("the admin API is off");
    handover_drop_sockets(takeover->handover);
    supervisor->listeners.given = NULL;
    handover_destroy(takeover->handover);
    takeover->handover = NULL;
}

static void on_channel(struct loop_source *source, unsigned events)
{
    struct supervisor *supervisor =
        (struct supervisor *)((char *)source - offsetof(struct supervisor, takeover.channel));
    struct handover_message message;
    int descriptor, got = packet_receive(source->descriptor, &message, sizeof message, &descriptor);
    if (got == 0)
        return;
    if (got > 0 && descriptor >= 0)
        close(descriptor);
    if (got < 0)
        log_warning("the server before this one is gone; this one goes on alone");
    finish(supervisor);
}

int takeover_listen(struct supervisor *supervisor)
{
    struct takeover *takeover = &supervisor->takeover;
    if (!takeover_is_on(takeover))
        return 0;
    takeover->channel.ready = on_channel;
    return loop_add(&supervisor->loop, &takeover->channel, takeover->channel.descriptor, LOOP_READ);
}

static struct tenant *find(const struct tenant_store *store, const char *name)
{
    for (size_t i = 0; i < store->count; i++)
        if (!strcmp(store->list[i]->name, name))
            return store->list[i];
    return NULL;
}

void takeover_tenants(struct supervisor *supervisor)
{
    struct handover *handover = supervisor->takeover.handover;
    if (!handover)
        return;
    for (size_t i = 0; i < handover_tenants(handover); i++) {
        struct handover_tenant given;
        handover_tenant(handover, i, &given);
        struct tenant *tenant = find(&supervisor->store, given.name);
        if (!tenant || given.artifact < 0)
            continue;
        deploy_adopt(supervisor->deploy, tenant, &given);
        compilers_adopt(supervisor->compilers, &given.content, &given.native);
    }
    handover_drop_tenants(handover);
}

/* Why the tenant would be missed; NULL: it would not. */
static const char *misses(const struct tenant *tenant, const struct handover_tenant *given)
{
    const char *why = tenant->config_error ? tenant->config_error : tenant->error;
    if (tenant->config && tenant->artifact)
        return NULL;
    if (!given->failing)
        return why ? why : "it is not deployed";
    log_warning("tenant %s: the server before this one serves an older version, which this binary cannot use; its "
                "requests are answered with 503 until its program is mended",
                tenant->name);
    return NULL;
}

bool takeover_agrees(struct supervisor *supervisor)
{
    struct takeover *takeover = &supervisor->takeover;
    char text[sizeof((struct handover_message *)0)->text];
    for (size_t i = 0; i < handover_tenants(takeover->handover); i++) {
        struct handover_tenant given;
        handover_tenant(takeover->handover, i, &given);
        const struct tenant *tenant = find(&supervisor->store, given.name);
        const char *why = tenant ? misses(tenant, &given) : NULL; /* its folder is gone: so is it */
        if (!why)
            continue;
        snprintf(text, sizeof text, "the new server could not serve tenant %s: %.300s", tenant->name, why);
        say(takeover, HANDOVER_FAILED, text);
        log_error("%s", text);
        supervisor->exit_code = 1;
        supervisor->ending = true;
        worker_set_kill(supervisor->workers);
        return false;
    }
    return true;
}

void takeover_ready(struct supervisor *supervisor)
{
    say(&supervisor->takeover, HANDOVER_READY, "");
}
