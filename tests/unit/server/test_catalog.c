/* SPDX-License-Identifier: Apache-2.0 */
#include "server/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memfd.h"

static const struct catalog_tenant tenants[] = {
    {.name = {"hello", 5}, .version = {"3f2a", 4}, .program = 7, .slot = 3, .limits = {.instructions = 1000}},
    {.name = {"waits", 5}, .audit_every = 10},
};
static const struct route routes[] = {
    {.host = {"hello.localhost", 15}, .prefix = {"/", 1}, .tenant = 0},
    {.host = {"*", 1}, .prefix = {"/api", 4}, .tenant = 1},
    {.host = {"f", 1}, .prefix = {"/", 1}, .tenant = -1, .fixed = {200, {"text/plain", 10}, {"hi", 2}}},
};
static const struct fixed_response listeners[] = {{0}, {503, {"text/html", 9}, {"later", 5}}};

static struct catalog sample(void)
{
    return (struct catalog){.generation = 42,
                            .http = {.request_line = 8192, .body = 1000},
                            .access_log = {"-", 1},
                            .instance_memory = 99,
                            .tenant_count = 2,
                            .tenants = tenants,
                            .route_count = 3,
                            .routes = routes,
                            .listener_count = 2,
                            .listener_fixed = listeners};
}

#define assert_span(span, text)                                                                                        \
    do {                                                                                                               \
        assert_int_equal((span).size, sizeof(text) - 1);                                                               \
        assert_memory_equal((span).data, text, sizeof(text) - 1);                                                      \
    } while (0)

static void test_what_is_sealed_is_mapped(void **state)
{
    struct catalog catalog = sample();
    int descriptor = catalog_seal(&catalog);
    assert_true(descriptor >= 0);
    const struct catalog *mapped = catalog_map(descriptor);
    close(descriptor);
    assert_non_null(mapped);
    assert_int_equal(mapped->generation, 42);
    assert_int_equal(mapped->http.request_line, 8192);
    assert_int_equal(mapped->instance_memory, 99);
    assert_span(mapped->access_log, "-");
    assert_int_equal(mapped->tenant_count, 2);
    assert_span(mapped->tenants[0].name, "hello");
    assert_span(mapped->tenants[0].version, "3f2a");
    assert_int_equal(mapped->tenants[0].program, 7);
    assert_int_equal(mapped->tenants[0].slot, 3);
    assert_int_equal(mapped->tenants[0].limits.instructions, 1000);
    assert_span(mapped->tenants[1].version, "");
    assert_int_equal(mapped->tenants[1].audit_every, 10);
    assert_int_equal(mapped->route_count, 3);
    assert_span(mapped->routes[1].host, "*");
    assert_span(mapped->routes[1].prefix, "/api");
    assert_int_equal(mapped->routes[2].tenant, -1);
    assert_span(mapped->routes[2].fixed.body, "hi");
    assert_int_equal(mapped->listener_fixed[0].status, 0);
    assert_span(mapped->listener_fixed[1].type, "text/html");
    catalog_unmap(mapped);
}

static void test_an_empty_one(void **state)
{
    int descriptor = catalog_seal(&(struct catalog){.generation = 1});
    assert_true(descriptor >= 0);
    const struct catalog *mapped = catalog_map(descriptor);
    assert_non_null(mapped);
    assert_int_equal(mapped->route_count, 0);
    catalog_unmap(mapped);
    close(descriptor);
}

static void test_it_cannot_be_changed(void **state)
{
    struct catalog catalog = sample();
    int descriptor = catalog_seal(&catalog);
    assert_int_equal(pwrite(descriptor, "x", 1, 0), -1);
    assert_int_equal(ftruncate(descriptor, 10), -1);
    close(descriptor);
}

/* A memfd with these bytes. */
static int memory_of(const void *bytes, size_t size, bool sealed)
{
    int descriptor = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(write(descriptor, bytes, size), size);
    if (sealed)
        assert_int_equal(memfd_seal(descriptor), 0);
    return descriptor;
}

/* Every 8-byte word of the block replaced by hostile values: refused, or all that it names is inside. */
static void test_damage_is_refused(void **state)
{
    static const uint64_t hostile[] = {0, 1, 4096, UINT32_MAX, INT64_MAX, UINT64_MAX, UINT64_MAX - 8};
    struct catalog catalog = sample();
    int descriptor = catalog_seal(&catalog);
    struct stat status;
    assert_int_equal(fstat(descriptor, &status), 0);
    size_t size = (size_t)status.st_size, refused = 0;
    char *good = malloc(size), *bad = malloc(size);
    assert_int_equal(pread(descriptor, good, size, 0), size);
    close(descriptor);

    for (size_t at = 0; at + 8 <= size; at += 8) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
            memcpy(bad, good, size);
            memcpy(bad + at, &hostile[i], 8);
            int damaged = memory_of(bad, size, true);
            const struct catalog *mapped = catalog_map(damaged);
            close(damaged);
            if (!mapped) {
                refused++;
                continue;
            }
            uint64_t sum = 0;
            for (size_t j = 0; j < mapped->tenant_count; j++)
                for (size_t k = 0; k < mapped->tenants[j].name.size; k++)
                    sum += (unsigned char)mapped->tenants[j].name.data[k];
            for (size_t j = 0; j < mapped->route_count; j++) {
                assert_true(mapped->routes[j].tenant < (int32_t)mapped->tenant_count);
                for (size_t k = 0; k < mapped->routes[j].fixed.body.size; k++)
                    sum += (unsigned char)mapped->routes[j].fixed.body.data[k];
            }
            assert_true(sum < UINT32_MAX);
            catalog_unmap(mapped);
        }
    }
    assert_true(refused > 20);
    int cut = memory_of(good, size - 1, true);
    assert_null(catalog_map(cut));
    close(cut);
    int open = memory_of(good, size, false);
    assert_null(catalog_map(open));
    close(open);
    free(good);
    free(bad);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_sealed_is_mapped),
        cmocka_unit_test(test_an_empty_one),
        cmocka_unit_test(test_it_cannot_be_changed),
        cmocka_unit_test(test_damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
