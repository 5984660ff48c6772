/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publication.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct native *native_create(int descriptor, uint64_t size, unsigned functions)
{
    struct native *native = calloc(1, sizeof *native);
    if (native)
        *native = (struct native){.references = 1, .descriptor = descriptor, .size = size, .functions = functions};
    return native;
}

struct native *native_hold(struct native *native)
{
    native->references++;
    return native;
}

void native_release(struct native *native)
{
    if (!native)
        return;
    CHECK(native->references > 0);
    if (--native->references > 0)
        return;
    close(native->descriptor);
    free(native);
}

void artifact_set_native(struct artifact *artifact, struct native *native, uint64_t change)
{
    native_hold(native);
    native_release(artifact->native);
    artifact->native = native;
    artifact->native_change = change;
}

struct artifact *artifact_create(uint64_t program, int descriptor)
{
    struct artifact *artifact = calloc(1, sizeof *artifact);
    if (artifact)
        *artifact = (struct artifact){.references = 1, .program = program, .descriptor = descriptor};
    return artifact;
}

struct artifact *artifact_copy(uint64_t program, const struct artifact *artifact)
{
    int descriptor = fcntl(artifact->descriptor, F_DUPFD_CLOEXEC, 3);
    struct artifact *copy = descriptor >= 0 ? artifact_create(program, descriptor) : NULL;
    if (copy) {
        memcpy(copy->version, artifact->version, sizeof copy->version);
        copy->key = artifact->key;
        copy->content = artifact->content;
        copy->info = artifact->info;
        copy->native = artifact->native ? native_hold(artifact->native) : NULL;
    } else if (descriptor >= 0) {
        close(descriptor);
    }
    return copy;
}

struct artifact *artifact_hold(struct artifact *artifact)
{
    artifact->references++;
    return artifact;
}

void artifact_release(struct artifact *artifact)
{
    if (!artifact)
        return;
    CHECK(artifact->references > 0);
    if (--artifact->references > 0)
        return;
    native_release(artifact->native);
    close(artifact->descriptor);
    free(artifact);
}

static int by_program(const void *a, const void *b)
{
    uint64_t left = (*(struct artifact *const *)a)->program, right = (*(struct artifact *const *)b)->program;
    return left < right ? -1 : left > right;
}

struct publication *publication_create(uint64_t generation, int catalog, struct artifact *const *programs, size_t count)
{
    struct publication *publication = calloc(1, sizeof *publication);
    struct artifact **held = calloc(count + 1, sizeof(struct artifact *));
    if (!publication || !held) {
        free(publication);
        free(held);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        held[i] = artifact_hold(programs[i]);
    qsort(held, count, sizeof(struct artifact *), by_program);
    *publication =
        (struct publication){.generation = generation, .catalog = catalog, .program_count = count, .programs = held};
    return publication;
}

void publication_destroy(struct publication *publication)
{
    if (!publication)
        return;
    for (size_t i = 0; i < publication->program_count; i++)
        artifact_release(publication->programs[i]);
    close(publication->catalog);
    free(publication->programs);
    free(publication);
}
