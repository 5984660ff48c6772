/* SPDX-License-Identifier: Apache-2.0 */
#include "server/handover.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static char why[256];

static int memfd_of(const char *text)
{
    int memfd = memfd_create("test", MFD_CLOEXEC);
    assert_true(memfd >= 0);
    assert_int_equal(write(memfd, text, strlen(text)), (ssize_t)strlen(text));
    return memfd;
}

static int any_descriptor(void)
{
    return memfd_create("test", MFD_CLOEXEC);
}

static void test_what_is_given_arrives(void **state)
{
    int one = any_descriptor(), two = any_descriptor(), admin = any_descriptor();
    int artifact = any_descriptor(), native = any_descriptor();
    const struct handover_tenant tenant = {
        .name = "shop",
        .artifact = artifact,
        .native = {.descriptor = native, .fingerprint = UINT64_MAX - 5, .count = 2, .functions = {0x10000, 0xfffffffe}},
        .failing = true,
        .content = {{1, 2, 3}},
        .key = {{255, [31] = 254}},
        .rejected = {{0, 7}},
        .error = "version 7 crashed"};
    struct handover *given = handover_create();
    assert_non_null(given);
    handover_add_socket(given, false, "127.0.0.1:0", one);
    handover_add_socket(given, false, "unix:/nowhere/\"quoted\"", two);
    handover_add_socket(given, true, "127.0.0.1:0", admin);
    handover_add_tenant(given, &tenant);
    int memfd = handover_seal(given);
    assert_true(memfd >= 0);
    assert_int_equal(handover_inherit(given), 0);
    assert_int_equal(fcntl(one, F_GETFD) | fcntl(artifact, F_GETFD) | fcntl(native, F_GETFD), 0);
    handover_destroy(given);

    struct handover *taken = handover_open(memfd, why, sizeof why);
    assert_non_null(taken);
    assert_int_equal(fcntl(one, F_GETFD) & fcntl(artifact, F_GETFD) & fcntl(native, F_GETFD), FD_CLOEXEC);
    assert_int_equal(handover_take_socket(taken, false, "127.0.0.1:0"), one);
    assert_int_equal(handover_take_socket(taken, false, "127.0.0.1:0"), -1);
    assert_int_equal(handover_take_socket(taken, true, "127.0.0.1:0"), admin);
    assert_int_equal(handover_tenants(taken), 1);
    struct handover_tenant got;
    handover_tenant(taken, 0, &got);
    assert_string_equal(got.name, "shop");
    assert_memory_equal(&got.content, &tenant.content, sizeof got.content);
    assert_int_equal(got.artifact, artifact);
    assert_true(got.failing);
    assert_memory_equal(&got.native, &tenant.native, sizeof got.native);
    assert_memory_equal(&got.key, &tenant.key, sizeof got.key);
    assert_memory_equal(&got.rejected, &tenant.rejected, sizeof got.rejected);
    assert_string_equal(got.error, "version 7 crashed");
    handover_drop_sockets(taken);
    assert_int_equal(fcntl(two, F_GETFD), -1); /* nobody took it */
    assert_true(fcntl(one, F_GETFD) >= 0);
    handover_drop_tenants(taken);
    assert_int_equal(fcntl(artifact, F_GETFD) & fcntl(native, F_GETFD), -1);
    handover_destroy(taken);
    close(one);
    close(admin);
    close(memfd);
}

static void test_what_cannot_be_read_is_refused(void **state)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "cannot be read"},
        {"[]", "cannot be read"},
        {"{\"format\":2,\"sockets\":{}}", "cannot be read"},
        {"{\"format\":1,\"sockets\":{},\"tenants\":[]}", "format 1"},
        {"{\"sockets\":{},\"tenants\":[]}", "format 0"},
        {"{\"format\":2,\"sockets\":{\"listen 127.0.0.1:80\":12345},\"tenants\":[]}", "not open"},
        {"{\"format\":2,\"sockets\":{},\"tenants\":[{\"artifact\":12345}]}", "not open"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int memfd = memfd_of(cases[i].text);
        assert_null(handover_open(memfd, why, sizeof why));
        assert_non_null(strstr(why, cases[i].reason));
        close(memfd);
    }
}

static void test_what_is_unknown_is_skipped(void **state)
{
    int memfd = memfd_of("{\"format\":2,\"later\":[1],\"sockets\":{},\"tenants\":[{\"more\":1}, 5]}");
    struct handover *taken = handover_open(memfd, why, sizeof why);
    assert_non_null(taken);
    for (size_t i = 0; i < 2; i++) {
        struct handover_tenant got;
        handover_tenant(taken, i, &got);
        assert_string_equal(got.name, "");
        assert_int_equal(got.artifact, -1);
    }
    handover_destroy(taken);
    close(memfd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_given_arrives),
        cmocka_unit_test(test_what_cannot_be_read_is_refused),
        cmocka_unit_test(test_what_is_unknown_is_skipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
