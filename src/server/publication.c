/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publication.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
