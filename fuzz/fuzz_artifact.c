/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: artifacts. The input says which bytes of a good one are others. What import and check let through can be
 * run and rolled back like any other program.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "small_program.h"

#define FUEL 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *good;
static size_t good_size;

static void make_good(void)
{
    struct mf_program *program = small_program_create();
    struct mf_diagnostic why;
    struct stat status;
    int artifact = mf_program_export(program, &why);
    CHECK(artifact >= 0 && fstat(artifact, &status) == 0);
    good_size = (size_t)status.st_size;
    good = malloc(good_size);
    CHECK(good && pread(artifact, good, good_size, 0) == (ssize_t)good_size);
    close(artifact);
    mf_program_destroy(program);
}

/* A copy with the changes, sealed as builders do it. */
static int make_artifact(const struct change *changes, size_t count)
{
    static const uint32_t parts[] = {1024, 8192, 65536, UINT32_MAX};
    int artifact = copy_artifact(good, good_size);
    for (size_t i = 0; i < count; i++) {
        size_t part = parts[changes[i].region % 4], most = part < good_size ? part : good_size;
        /* Not the magic number, nor the build's. */
        change_byte(artifact, 16 + changes[i].at % (most - 16), changes[i].bits);
    }
    CHECK(memfd_seal(artifact) == 0);
    return artifact;
}

static void use(struct mf_program *program)
{
    struct mf_instance *instance;
    struct mf_outcome outcome;
    struct mf_diagnostic why;
    if (mf_instance_create(&instance, program, NULL, &why))
        return;
    for (int i = 0; i < 2; i++) {
        mf_instance_run(instance, FUEL, &outcome);
        CHECK(mf_instance_rollback(instance) >= 0);
        CHECK(mf_instance_audit(instance, true, &why) == 0);
    }
    mf_instance_destroy(instance);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mf_program *program;
    struct mf_diagnostic why;
    if (!good)
        make_good();
    int artifact = make_artifact((const struct change *)data, size / sizeof(struct change));
    if (mf_program_import(&program, artifact, &why) == 0) {
        if (mf_program_check(program, &why) == 0)
            use(program);
        mf_program_destroy(program);
    }
    close(artifact);
    return 0;
}
