/* SPDX-License-Identifier: Apache-2.0 */
#include "server/listeners.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "net/listener.h"

static int open_one(struct listeners *listeners, size_t index, const char *text)
{
    /* One socket for all workers. SO_REUSEPORT is set all the same: it lets the next version of the server listen
     * beside this one. */
    const struct listener_options options = {.reuse_port = true};
    struct listening *listening = &listeners->list[index];
    struct address address;
    char why[512] = "";
    const char *wrong = address_parse(&address, text);
    CHECK(!wrong); /* the configuration was checked */
    listening->text = strdup(text);
    if (!listening->text)
        return -ENOMEM;
    int descriptor = listener_open(&address, &options, why, sizeof why);
    if (descriptor < 0) {
        log_error("%s", why);
        return descriptor;
    }
    listeners->descriptors[index] = descriptor;
    return listener_bound(descriptor, &listening->bound);
}

int listeners_open(struct listeners *listeners, const struct server_config *config)
{
    size_t count = config->settings.listen.count;
    *listeners = (struct listeners){.list = calloc(count, sizeof *listeners->list),
                                    .descriptors = malloc(count * sizeof *listeners->descriptors)};
    int error = listeners->list && listeners->descriptors ? 0 : -ENOMEM;
    for (size_t i = 0; i < count && !error; i++) {
        listeners->descriptors[i] = -1;
        listeners->count = i + 1;
        error = open_one(listeners, i, config->settings.listen.items[i].address.text);
    }
    if (error == -ENOMEM)
        log_error("listeners: out of memory");
    if (error)
        listeners_close(listeners);
    return error;
}

void listeners_close(struct listeners *listeners)
{
    for (size_t i = 0; i < listeners->count; i++) {
        const struct address *bound = &listeners->list[i].bound;
        if (listeners->descriptors[i] >= 0) {
            if (bound->any.sa_family == AF_UNIX && bound->local.sun_path[0])
                (void)unlink(bound->local.sun_path);
            close(listeners->descriptors[i]);
        }
        free(listeners->list[i].text);
    }
    free(listeners->list);
    free(listeners->descriptors);
    *listeners = (struct listeners){.count = 0};
}

bool listeners_match(const struct listeners *listeners, const struct server_config *config)
{
    if (listeners->count != config->settings.listen.count)
        return false;
    for (size_t i = 0; i < listeners->count; i++) {
        bool found = false;
        for (size_t j = 0; j < listeners->count && !found; j++)
            found = !strcmp(listeners->list[i].text, config->settings.listen.items[j].address.text);
        if (!found)
            return false;
    }
    return true;
}

void listeners_describe(const struct listeners *listeners, FILE *out)
{
    char text[ADDRESS_TEXT_MAX];
    for (size_t i = 0; i < listeners->count; i++) {
        const struct address *bound = &listeners->list[i].bound;
        address_format(bound, text);
        if (bound->any.sa_family == AF_UNIX)
            fprintf(out, "%s%s", i ? " " : "", text);
        else
            fprintf(out, "%shttp://%s%s/", i ? " " : "", text[0] == ':' ? "localhost" : "", text);
    }
}
