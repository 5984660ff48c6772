/* SPDX-License-Identifier: Apache-2.0 */
#include "server/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "net/address.h"

#define KEY_MAX (ADDRESS_TEXT_MAX + 8) /* "admin unix:/path", "listen 127.0.0.1:80" */

struct handover {
    json_t *root, *sockets, *tenants; /* the last two are the root's */
    bool incomplete;                  /* memory ran out */
};

/* The descriptors that tenants have. */
static const char *const of_tenants[] = {"artifact", "native"};

static bool is_complete(const struct handover *handover)
{
    return json_is_object(handover->sockets) && json_is_array(handover->tenants);
}

struct handover *handover_create(void)
{
    struct handover *handover = calloc(1, sizeof *handover);
    if (!handover)
        return NULL;
    handover->root = json_pack("{s:i, s:{}, s:[]}", "format", HANDOVER_FORMAT, "sockets", "tenants");
    handover->sockets = json_object_get(handover->root, "sockets");
    handover->tenants = json_object_get(handover->root, "tenants");
    handover->incomplete = !is_complete(handover);
    return handover;
}

void handover_destroy(struct handover *handover)
{
    if (!handover)
        return;
    json_decref(handover->root);
    free(handover);
}

static const char *key_of(char key[KEY_MAX], bool admin, const char *text)
{
    snprintf(key, KEY_MAX, "%s %s", admin ? "admin" : "listen", text);
    return key;
}

static const char *text_of(const char *key)
{
    const char *space = strchr(key, ' ');
    return space ? space + 1 : key;
}

/* ---- giving ---------------------------------------------------------------------------------------- */

void handover_add_socket(struct handover *handover, bool admin, const char *text, int descriptor)
{
    char key[KEY_MAX];
    if (json_object_set_new(handover->sockets, key_of(key, admin, text), json_integer(descriptor)) != 0)
        handover->incomplete = true;
}

static json_t *json_digest(const struct digest *digest)
{
    char text[2 * sizeof digest->bytes + 1];
    digest_print(digest, text, sizeof text);
    return json_string(text);
}

static void add_native(struct handover *handover, json_t *object, const struct handover_native *native)
{
    json_t *functions = json_array();
    for (unsigned i = 0; i < native->count; i++)
        if (json_array_append_new(functions, json_integer(native->functions[i])) != 0)
            handover->incomplete = true;
    if (json_object_set_new(object, "native", json_integer(native->descriptor)) != 0 ||
        json_object_set_new(object, "fingerprint", json_integer((json_int_t)native->fingerprint)) != 0 ||
        json_object_set_new(object, "functions", functions) != 0)
        handover->incomplete = true;
}

void handover_add_tenant(struct handover *handover, const struct handover_tenant *tenant)
{
    json_t *object = json_pack("{s:s, s:i, s:b, s:o, s:o, s:o}", "name", tenant->name, "artifact", tenant->artifact,
                               "failing", tenant->failing, "content", json_digest(&tenant->content), "key",
                               json_digest(&tenant->key), "rejected", json_digest(&tenant->rejected));
    if (tenant->error) /* what is no UTF-8 is left out */
        (void)json_object_set_new(object, "error", json_string(tenant->error));
    if (tenant->native.descriptor >= 0)
        add_native(handover, object, &tenant->native);
    if (json_array_append_new(handover->tenants, object) != 0)
        handover->incomplete = true;
}

int handover_seal(const struct handover *handover)
{
    int error = 0, memfd = memfd_create("mayfly-handover", MFD_CLOEXEC);
    if (memfd < 0)
        return -errno;
    if (handover->incomplete)
        error = -ENOMEM;
    else if (json_dumpfd(handover->root, memfd, JSON_COMPACT | JSON_ENSURE_ASCII) != 0)
        error = -EIO;
    if (!error)
        return memfd;
    close(memfd);
    return error;
}

/* Sets or clears the flag of all descriptors. 0 or -errno. */
static int set_close_on_exec(const struct handover *handover, int flag)
{
    const char *key;
    json_t *value;
    size_t i;
    json_object_foreach(handover->sockets, key,
                        value) if (fcntl((int)json_integer_value(value), F_SETFD, flag) < 0) return -errno;
    json_array_foreach(handover->tenants, i, value)
    {
        for (size_t kind = 0; kind < sizeof of_tenants / sizeof *of_tenants; kind++) {
            json_t *descriptor = json_object_get(value, of_tenants[kind]);
            if (descriptor && fcntl((int)json_integer_value(descriptor), F_SETFD, flag) < 0)
                return -errno;
        }
    }
    return 0;
}

int handover_inherit(const struct handover *handover)
{
    return set_close_on_exec(handover, 0);
}

/* ---- taking ---------------------------------------------------------------------------------------- */

struct handover *handover_open(int memfd, char *why, size_t why_size)
{
    json_error_t wrong;
    struct handover *handover = calloc(1, sizeof *handover);
    if (!handover) {
        snprintf(why, why_size, "out of memory");
        return NULL;
    }
    if (lseek(memfd, 0, SEEK_SET) == 0)
        handover->root = json_loadfd(memfd, JSON_REJECT_DUPLICATES, &wrong);
    handover->sockets = json_object_get(handover->root, "sockets");
    handover->tenants = json_object_get(handover->root, "tenants");
    json_int_t format = json_integer_value(json_object_get(handover->root, "format"));
    if (!is_complete(handover))
        snprintf(why, why_size, "what was handed over cannot be read");
    else if (format != HANDOVER_FORMAT)
        snprintf(why, why_size,
                 "the running server hands over in format %lld, this binary reads format %d: restart instead",
                 (long long)format, HANDOVER_FORMAT);
    else if (set_close_on_exec(handover, FD_CLOEXEC) != 0)
        snprintf(why, why_size, "a descriptor that was handed over is not open");
    else
        return handover;
    handover_destroy(handover);
    return NULL;
}

int handover_take_socket(struct handover *handover, bool admin, const char *text)
{
    char key[KEY_MAX];
    json_t *value = json_object_get(handover->sockets, key_of(key, admin, text));
    int descriptor = value ? (int)json_integer_value(value) : -1;
    json_object_del(handover->sockets, key);
    return descriptor;
}

size_t handover_tenants(const struct handover *handover)
{
    return json_array_size(handover->tenants);
}

/* What is no digest becomes one that nothing has. */
static struct digest parse_digest(const json_t *object, const char *name)
{
    struct digest digest = {{0}};
    const char *text = json_string_value(json_object_get(object, name));
    for (size_t i = 0; text && i < sizeof digest.bytes && text[0] && text[1]; i++, text += 2)
        if (sscanf(text, "%2hhx", &digest.bytes[i]) != 1)
            break;
    return digest;
}

static struct handover_native parse_native(const json_t *object)
{
    const json_t *descriptor = json_object_get(object, "native"), *functions = json_object_get(object, "functions");
    struct handover_native native = {
        .descriptor = descriptor ? (int)json_integer_value(descriptor) : -1,
        .fingerprint = (uint64_t)json_integer_value(json_object_get(object, "fingerprint")),
    };
    for (size_t i = 0; i < json_array_size(functions) && native.count < COMPILER_HOT; i++)
        native.functions[native.count++] = (uint32_t)json_integer_value(json_array_get(functions, i));
    return native;
}

void handover_tenant(const struct handover *handover, size_t index, struct handover_tenant *tenant)
{
    const json_t *object = json_array_get(handover->tenants, index), *artifact = json_object_get(object, "artifact");
    const char *name = json_string_value(json_object_get(object, "name"));
    *tenant = (struct handover_tenant){
        .name = name ? name : "",
        .artifact = artifact ? (int)json_integer_value(artifact) : -1,
        .native = parse_native(object),
        .failing = json_is_true(json_object_get(object, "failing")),
        .content = parse_digest(object, "content"),
        .key = parse_digest(object, "key"),
        .rejected = parse_digest(object, "rejected"),
        .error = json_string_value(json_object_get(object, "error")),
    };
}

void handover_drop_tenants(struct handover *handover)
{
    json_t *tenant;
    size_t i;
    json_array_foreach(handover->tenants, i, tenant)
    {
        for (size_t kind = 0; kind < sizeof of_tenants / sizeof *of_tenants; kind++) {
            json_t *descriptor = json_object_get(tenant, of_tenants[kind]);
            if (descriptor)
                close((int)json_integer_value(descriptor)); /* which others had, too, may be closed already */
        }
    }
}

void handover_drop_sockets(struct handover *handover)
{
    const char *key;
    json_t *value;
    json_object_foreach(handover->sockets, key, value)
    {
        struct address address;
        close((int)json_integer_value(value));
        if (!address_parse(&address, text_of(key)) && address.any.sa_family == AF_UNIX)
            (void)unlink(address.local.sun_path);
    }
    json_object_clear(handover->sockets);
}
