/* SPDX-License-Identifier: Apache-2.0
 *
 * Making programs: what is refused and why, artifacts that travel between processes, symbols.
 */
#include "guest.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memfd.h"
#include "sandbox/instance.h"

static int create(const char *guest, struct mf_limits limits, struct mf_program **program, struct mf_diagnostic *why)
{
    size_t size;
    void *bytes = guest_file(guest, &size);
    int failed =
        mf_program_create(program, &(struct mf_program_options){.elf = bytes, .elf_size = size, .limits = limits}, why);
    free(bytes);
    return failed;
}

static void refused(const char *guest, struct mf_limits limits, int error, const char *word)
{
    struct mf_program *program;
    struct mf_diagnostic why = {""};
    assert_int_equal(fault_install(), 0);
    assert_int_equal(create(guest, limits, &program, &why), error);
    assert_null(program);
    if (!strstr(why.text, word))
        fail_msg("'%s' does not say '%s'", why.text, word);
}

static void test_what_is_refused(void **state)
{
    struct mf_program *program;
    struct mf_diagnostic why;
    assert_int_equal(mf_program_create(&program, &(struct mf_program_options){.elf = "#!/bin/sh", .elf_size = 9}, &why),
                     MF_ERROR_FORMAT);
    assert_non_null(strstr(why.text, "not an ELF"));
    assert_int_equal(mf_program_create(&program, &(struct mf_program_options){.elf = "", .elf_size = 0}, NULL),
                     MF_ERROR_FORMAT);
    refused("engine_chaos", (struct mf_limits){.memory = 65536, .stack = 32768}, MF_ERROR_LIMIT,
            "memory limit is 65536");
    refused("engine_chaos", (struct mf_limits){.memory = UINT64_MAX}, MF_ERROR_LIMIT, "4 GiB");
    refused("engine_chaos", (struct mf_limits){.memory = UINT64_C(1) << 32}, MF_ERROR_LIMIT, "4 GiB");
    refused("engine_chaos", (struct mf_limits){.stack = 4096}, MF_ERROR_LIMIT, "stack");
    refused("engine_chaos", (struct mf_limits){.request_size = 100}, MF_ERROR_LIMIT, "request block");
    refused("engine_chaos", (struct mf_limits){.init_instructions = 50}, MF_ERROR_INIT, "within 50 instructions");
    refused("exit-early", (struct mf_limits){0}, MF_ERROR_INIT, "exited with status");
    refused("null-store", (struct mf_limits){0}, MF_ERROR_INIT, "store fault");
    refused("null-store", (struct mf_limits){0}, MF_ERROR_INIT, "main");
}

static void test_arguments(void **state)
{
    static char large[300000];
    struct mf_program *program;
    struct mf_diagnostic why;
    size_t size;
    void *bytes = guest_file("engine_cases", &size);
    memset(large, 'x', sizeof large - 1);
    const char *too_long[] = {large, NULL};
    struct mf_program_options options = {.elf = bytes, .elf_size = size, .arguments = too_long, .at_entry = true};
    assert_int_equal(mf_program_create(&program, &options, &why), MF_ERROR_LIMIT);
    assert_non_null(strstr(why.text, "arguments"));
    const char *good[] = {"one", "two", NULL};
    options.arguments = good;
    assert_int_equal(mf_program_create(&program, &options, &why), MF_OK);
    struct mf_instance *instance = guest_instance(program);
    struct mf_registers registers;
    uint64_t count, argument;
    char text[4];
    mf_instance_registers(instance, &registers);
    assert_int_equal(registers.x[2] % 16, 0);
    assert_true(mf_instance_read(instance, (uint32_t)registers.x[2], &count, 8));
    assert_int_equal(count, 3);
    assert_true(mf_instance_read(instance, (uint32_t)registers.x[2] + 24, &argument, 8));
    assert_true(mf_instance_read(instance, (uint32_t)argument, text, 4));
    assert_string_equal(text, "two");
    mf_instance_destroy(instance);
    mf_program_destroy(program);
    free(bytes);
}

static void test_info_and_symbols(void **state)
{
    struct mf_program *program = guest_program("engine_cases", 0);
    struct mf_program_info info;
    mf_program_info(program, &info);
    assert_true(info.init_instructions > 0 && info.init_instructions < 100);
    assert_true(info.code_bytes > 100 && info.artifact_bytes > info.snapshot_bytes);
    assert_true(info.snapshot_bytes > 0 && info.snapshot_bytes % MF_PAGE_SIZE == 0);
    struct mf_symbol symbol = mf_program_symbol(program, info.entry);
    assert_string_equal(symbol.name, "_start");
    assert_int_equal(symbol.offset, 0);
    assert_null(mf_program_symbol(program, 0).name);
    assert_null(mf_program_symbol(program, UINT32_MAX).name);
    mf_program_destroy(program);
}

/* The child of a fork stands for a worker: it gets the descriptor only. */
static int serve_from(int artifact)
{
    struct mf_program *program;
    struct mf_instance *instance;
    struct mf_outcome outcome;
    if (mf_program_import(&program, artifact, NULL) || mf_instance_create(&instance, program, NULL, NULL))
        return 1;
    close(artifact);
    if (guest_submit(instance, "count", 5))
        return 2;
    mf_instance_run(instance, GUEST_FUEL, &outcome);
    if (outcome.stop != MF_STOP_RESPONDED || mf_instance_response(instance)->pieces[0].data[0] != '1')
        return 3;
    if (mf_instance_rollback(instance) < 0 || mf_instance_audit(instance, true, NULL))
        return 4;
    mf_instance_destroy(instance);
    mf_program_destroy(program);
    return 0;
}

static void test_artifact_travels(void **state)
{
    struct mf_diagnostic why;
    struct mf_program *program = guest_program("engine_cases", 0);
    int artifact = mf_program_export(program, &why), status;
    assert_true(artifact >= 0);
    mf_program_destroy(program); /* what was exported lives on */
    pid_t child = fork();
    if (child == 0)
        _exit(serve_from(artifact));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(artifact);
    int other = open("/dev/null", O_RDONLY);
    assert_int_equal(mf_program_import(&program, other, &why), MF_ERROR_FORMAT);
    assert_non_null(strstr(why.text, "not a program artifact"));
    close(other);
}

static uint8_t *artifact_bytes(int artifact, size_t *size)
{
    struct stat status;
    assert_int_equal(fstat(artifact, &status), 0);
    *size = (size_t)status.st_size;
    uint8_t *bytes = malloc(*size);
    assert_int_equal(pread(artifact, bytes, *size, 0), *size);
    return bytes;
}

static int seal(const uint8_t *bytes, size_t size)
{
    int artifact = memfd_create("forged", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(pwrite(artifact, bytes, size, 0), size);
    assert_int_equal(memfd_seal(artifact), 0);
    return artifact;
}

/* What a builder that a guest broke out of might hand over. True: it is taken, and runs. */
static bool take_artifact(const uint8_t *bytes, size_t size)
{
    struct mf_program *program;
    struct mf_diagnostic why = {""};
    struct mf_outcome outcome;
    int artifact = seal(bytes, size), failed = mf_program_import(&program, artifact, &why);
    close(artifact);
    if (!failed && (failed = mf_program_check(program, &why)) != 0)
        mf_program_destroy(program);
    if (failed) {
        assert_int_equal(failed, MF_ERROR_FORMAT);
        assert_true(why.text[0] != '\0');
        return false;
    }
    static const char *const requests[] = {"count",
                                           "break to the limit",
                                           "map to the limit",
                                           "both to the limit",
                                           "shrunk heap is zero",
                                           "write past the heap"};
    struct mf_instance *instance;
    if (mf_instance_create(&instance, program, NULL, &why) == 0) {
        for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
            if (guest_submit(instance, requests[i], strlen(requests[i])) == MF_OK) {
                mf_instance_run(instance, 200000, &outcome);
                assert_true(mf_instance_rollback(instance) >= 0);
            }
        mf_instance_destroy(instance);
    }
    mf_program_destroy(program);
    return true;
}

/* Bits turned anywhere: more often in the head and behind the code, where the tables are. */
static void test_forged_artifacts(void **state)
{
    struct mf_diagnostic why;
    size_t size;
    struct mf_program *program = guest_program("engine_cases", 0);
    int artifact = mf_program_export(program, &why);
    uint8_t *bytes = artifact_bytes(artifact, &size), *copy = malloc(size);
    const struct code *code = &program->snapshot.code;
    const size_t ops = (const uint8_t *)code->ops - program->snapshot.bytes;
    const size_t tables = (const uint8_t *)program->snapshot.image.regions - program->snapshot.bytes;
    unsigned taken = 0, refused = 0;
    uint64_t seed = 7;
    assert_int_equal(fault_install(), 0);
    assert_true(take_artifact(bytes, size));
    for (unsigned round = 0; round < 200; round++) {
        static const size_t head = 16; /* behind the magic number and the fingerprint */
        const size_t begin[] = {head, tables, ops, head}, end[] = {1000, tables + 4096, tables, size};
        memcpy(copy, bytes, size);
        for (unsigned i = 0; i < 1 + round / 4 % 8; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            size_t kind = round % 4, range = end[kind] - begin[kind];
            copy[begin[kind] + (seed >> 33) % range] ^= (uint8_t)(1u << (seed >> 61));
        }
        bool good = take_artifact(copy, size);
        assert_false(good && memcmp(copy + ops, bytes + ops, code_slots(code->start, code->end) * sizeof(struct op)));
        taken += good;
        refused += !good;
    }
    assert_true(taken > 10 && refused > 50);
    free(copy);
    free(bytes);
    close(artifact);
    mf_program_destroy(program);
}

/* Random damage to a real program, head and body: an error or a program, and what that does stays its own business. */
static void test_damaged_programs(void **state)
{
    size_t size;
    uint8_t *bytes = guest_file("engine_cases", &size), *copy = malloc(size);
    uint64_t seed = 42;
    unsigned made = 0;
    assert_int_equal(fault_install(), 0);
    for (unsigned round = 0; round < 400; round++) {
        struct mf_program *program;
        struct mf_diagnostic why;
        memcpy(copy, bytes, size);
        for (unsigned i = 0; i < 1 + round % 40; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            size_t range = round % 2 ? size : 0x200;
            copy[(seed >> 33) % range] ^= (uint8_t)(1u << (seed >> 60));
        }
        struct mf_program_options options = {.elf = copy, .elf_size = size, .limits = {.init_instructions = 100000}};
        int failed = mf_program_create(&program, &options, &why);
        if (failed) {
            assert_null(program);
            assert_true(why.text[0] != '\0');
            continue;
        }
        made++;
        struct mf_instance *instance = guest_instance(program);
        struct mf_outcome outcome;
        assert_int_equal(guest_submit(instance, "count", 5), MF_OK);
        mf_instance_run(instance, 100000, &outcome);
        assert_true(mf_instance_rollback(instance) >= 0);
        guest_assert_pristine(instance, false);
        mf_instance_destroy(instance);
        mf_program_destroy(program);
    }
    assert_true(made > 40);
    free(copy);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_refused),  cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_info_and_symbols), cmocka_unit_test(test_artifact_travels),
        cmocka_unit_test(test_damaged_programs), cmocka_unit_test(test_forged_artifacts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
