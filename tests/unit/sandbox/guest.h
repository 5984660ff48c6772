/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs and requests for the tests of the sandbox.
 */
#ifndef TESTS_UNIT_SANDBOX_GUEST_H
#define TESTS_UNIT_SANDBOX_GUEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/fault.h"
#include "mayfly/sandbox.h"

#define GUEST_FUEL UINT64_C(50000000)

/* The bytes of tests/guests/NAME.elf as built; skips the test if there is no cross compiler to build it. */
static inline void *guest_file(const char *name, size_t *size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/guests/%s.elf", BUILD_DIR, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("%s is not built (no RISC-V cross compiler?)\n", path);
        skip();
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    void *bytes = malloc(*size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

static inline struct mf_program *guest_program(const char *name, uint64_t memory)
{
    struct mf_diagnostic why = {""};
    struct mf_program *program = NULL;
    size_t size;
    void *bytes = guest_file(name, &size);
    int failed = mf_program_create(
        &program, &(struct mf_program_options){.elf = bytes, .elf_size = size, .limits.memory = memory}, &why);
    free(bytes);
    if (failed)
        fail_msg("%s", why.text);
    return program;
}

static inline struct mf_instance *guest_instance(struct mf_program *program)
{
    struct mf_diagnostic why = {""};
    struct mf_instance *instance = NULL;
    if (mf_instance_create(&instance, program, NULL, &why))
        fail_msg("%s", why.text);
    return instance;
}

static inline struct mf_text guest_text(const char *text)
{
    return (struct mf_text){text, strlen(text)};
}

/* A request with `body`, and one header. cmocka takes the fault handlers for itself at the start of each test, also
 * after a set-up that made instances: they are put back in place here. */
static inline int guest_submit(struct mf_instance *instance, const void *body, size_t size)
{
    assert_int_equal(fault_install(), 0);
    const struct mf_header headers[] = {{guest_text("Host"), guest_text("test.localhost")}};
    return mf_instance_submit(instance, &(struct mf_request){
                                            .method = guest_text("POST"),
                                            .target = guest_text("/a?b=c"),
                                            .path = guest_text("/a"),
                                            .query = guest_text("b=c"),
                                            .client = guest_text("127.0.0.1"),
                                            .headers = headers,
                                            .header_count = 1,
                                            .body = {body, size},
                                            .version = 11,
                                        });
}

/* One more than the audit found is an error with its text. */
static inline void guest_assert_pristine(const struct mf_instance *instance, bool thorough)
{
    struct mf_diagnostic why;
    if (mf_instance_audit(instance, thorough, &why))
        fail_msg("not as the snapshot: %s", why.text);
}

#endif
