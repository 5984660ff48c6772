/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listeners.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "net/listener.h"

static int open_one(struct listeners *listeners, const char *text)
{
    /* One socket for all workers, and nobody else's: with SO_REUSEPORT a second server of the same user would silently
     * share our clients. */
    const struct listener_options options = {.reuse_port = false};
    struct listening *listening = &listeners->list[listeners->count];
    struct address address;
    char why[512] = "";
    if (listeners->count == LISTENERS_MAX) {
        log_error("%s: this server has had %d addresses; restart it to use more", text, LISTENERS_MAX);
        return -EMFILE;
    }
    const char *wrong = address_parse(&address, text);
    CHECK(!wrong); /* the configuration was checked */
    int descriptor = listeners->given ? handover_take_socket(listeners->given, false, text) : -1;
    if (descriptor < 0)
        descriptor = listener_open(&address, &options, why, sizeof why);
    if (descriptor < 0) {
        log_error("%s", why);
        return descriptor;
    }
    *listening = (struct listening){.text = strdup(text), .changed = ++listeners->changes};
    listeners->descriptors[listeners->count++] = descriptor;
    if (!listening->text) {
        log_error("%s: out of memory", text);
        return -ENOMEM;
    }
    return listener_bound(descriptor, &listening->bound);
}

static void remove_file(const struct listeners *listeners, size_t index)
{
    const struct address *bound = &listeners->list[index].bound;
    if (bound->any.sa_family == AF_UNIX && bound->local.sun_path[0] && !listeners->keep_files)
        (void)unlink(bound->local.sun_path);
}

static void close_one(struct listeners *listeners, size_t index)
{
    struct listening *listening = &listeners->list[index];
    remove_file(listeners, index);
    close(listeners->descriptors[index]);
    listeners->descriptors[index] = -1;
    listening->changed = ++listeners->changes;
}

static bool is_open(const struct listeners *listeners, const char *text)
{
    for (size_t i = 0; i < listeners->count; i++)
        if (listeners->descriptors[i] >= 0 && !strcmp(listeners->list[i].text, text))
            return true;
    return false;
}

static bool is_named(const struct server_config *config, const char *text)
{
    for (size_t i = 0; i < config->settings.listen.count; i++)
        if (!strcmp(config->settings.listen.items[i].address.text, text))
            return true;
    return false;
}

int listeners_update(struct listeners *listeners, const struct server_config *config)
{
    size_t before = listeners->count;
    for (size_t i = 0; i < config->settings.listen.count; i++) {
        const char *text = config->settings.listen.items[i].address.text;
        int error = is_open(listeners, text) ? 0 : open_one(listeners, text);
        if (!error)
            continue;
        while (listeners->count > before) {
            close_one(listeners, --listeners->count);
            free(listeners->list[listeners->count].text);
        }
        return error;
    }
    for (size_t i = 0; i < before; i++)
        if (listeners->descriptors[i] >= 0 && !is_named(config, listeners->list[i].text))
            close_one(listeners, i);
    return 0;
}

void listeners_refuse(const struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        if (listeners->descriptors[i] < 0)
            continue;
        remove_file(listeners, i);
        if (listeners->list[i].bound.any.sa_family != AF_UNIX)
            listener_refuse(listeners->descriptors[i]);
    }
}

void listeners_close(struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        if (listeners->descriptors[i] >= 0)
            close_one(listeners, i);
        free(listeners->list[i].text);
    }
    listeners->count = 0;
}

void listeners_describe(const struct listeners *listeners, FILE *out)
{
    char text[ADDRESS_TEXT_MAX];
    const char *space = "";
    for (size_t i = 0; i < listeners->count; i++) {
        const struct address *bound = &listeners->list[i].bound;
        if (listeners->descriptors[i] < 0)
            continue;
        address_format(bound, text);
        if (bound->any.sa_family == AF_UNIX)
            fprintf(out, "%s%s", space, text);
        else
            fprintf(out, "%shttp://%s%s/", space, text[0] == ':' ? "localhost" : "", text);
        space = " ";
    }
}
