/* SPDX-License-Identifier: Apache-2.0 */
#include "native/artifact.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memfd.h"
#include "native/format.h"

/* Native code of a program without code: a header, entries that lead nowhere, and a page of text. */
static const struct code no_code = {.start = 0x1000, .end = 0x1000};

static void write_artifact(int file)
{
    struct native_header header = {
        .magic = NATIVE_MAGIC,
        .fingerprint = native_fingerprint(),
        .program = native_program_hash(&no_code),
        .file_size = 2 * NATIVE_PAGE,
        .text_offset = NATIVE_PAGE,
        .text_size = NATIVE_PAGE,
        .entries_offset = 512,
        .code_start = no_code.start,
        .code_end = no_code.end,
    };
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, 2 * NATIVE_PAGE), 0);
    assert_int_equal(pwrite(file, &header, sizeof header, 0), sizeof header);
}

static int open_artifact(int file)
{
    struct native_code native;
    const struct native_identity identity = native_identify(&no_code);
    int failed = native_open(&native, file, &no_code, &identity);
    if (!failed)
        native_close(&native);
    close(file);
    return failed;
}

static void a_sealed_one_is_mapped(void **state)
{
    int file = memfd_create("artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    write_artifact(file);
    assert_int_equal(memfd_seal(file), 0);
    assert_int_equal(open_artifact(file), 0);
}

/* Its code could change under those who run it. */
static void one_that_is_not_sealed_is_refused(void **state)
{
    const int each[] = {0, F_SEAL_WRITE, MEMFD_SEALS & ~F_SEAL_WRITE, MEMFD_SEALS & ~F_SEAL_SHRINK,
                        MEMFD_SEALS & ~F_SEAL_GROW};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        int file = memfd_create("artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        write_artifact(file);
        assert_int_equal(fcntl(file, F_ADD_SEALS, each[i]), 0);
        assert_int_equal(open_artifact(file), -EINVAL);
    }
}

/* A file of a disk has no seals at all. */
static void a_file_is_refused(void **state)
{
    char path[] = "/tmp/mayfly-artifact-XXXXXX";
    int file = mkostemp(path, O_CLOEXEC);
    write_artifact(file);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(open_artifact(file), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sealed_one_is_mapped),
        cmocka_unit_test(one_that_is_not_sealed_is_refused),
        cmocka_unit_test(a_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
