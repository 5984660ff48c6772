/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer: whole program files, loaded and run for a moment. A malformed file is an error with a message, a strange
 * one a stop; neither is a crash of the host, and the rollback leaves no trace.
 */
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "mayfly/sandbox.h"

#define FUEL 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mf_program_options options = {
        .elf = data, .elf_size = size, .at_entry = true, .limits = {.memory = 4 << 20, .stack = 64 << 10}};
    struct mf_diagnostic why = {.text = ""};
    struct mf_program *program;
    struct mf_instance *instance;
    int failed = mf_program_create(&program, &options, &why);
    if (failed) {
        CHECK(failed < 0 && why.text[0] && memchr(why.text, '\0', sizeof why.text));
        return 0;
    }
    CHECK(mf_instance_create(&instance, program, NULL, &why) == 0);
    struct mf_outcome outcome;
    mf_instance_run(instance, FUEL, &outcome);
    CHECK(mf_instance_rollback(instance) >= 0);
    CHECK(mf_instance_audit(instance, true, &why) == 0);
    mf_instance_destroy(instance);
    mf_program_destroy(program);
    return 0;
}
