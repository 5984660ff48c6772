/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/catalog.h"

static struct {
    char folder[64];
    struct server_config *server;
    struct listeners listeners;
    struct tenant_store store;
    struct claims claims;
    uint64_t generation;
} world;

static void ignore_tenant(void *user, struct tenant *tenant)
{
}

static void ignore_slot(void *user, uint32_t slot)
{
}

static const struct tenant_events events = {ignore_tenant, ignore_tenant, ignore_slot, NULL};

static void put(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", world.folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void put_tenant(const char *name, const char *yaml)
{
    char path[256];
    snprintf(path, sizeof path, "%s/tenants/%s", world.folder, name);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "tenants/%s/tenant.yaml", name);
    put(path, yaml);
}

static int set_up(void **state)
{
    struct problems problems = {.count = 0};
    char path[256];
    memset(&world, 0, sizeof world);
    strcpy(world.folder, "/tmp/mayfly-publish-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    snprintf(path, sizeof path, "%s/tenants", world.folder);
    assert_int_equal(mkdir(path, 0755), 0);
    put("mayfly.yaml", "listen:\n"
                       "  - {address: '127.0.0.1:0'}\n"
                       "  - {address: '[::1]:0', respond: {status: 404, body: no}}\n"
                       "tenants: tenants\n"
                       "http: {body: 5M}\n"
                       "hosts: [{host: fixed.example, respond: {status: 201, type: text/html, body: hi}}]\n");
    snprintf(path, sizeof path, "%s/mayfly.yaml", world.folder);
    world.server = config_load_server(path, &problems);
    assert_non_null(world.server);
    /* Named, but nothing has to listen here. */
    world.listeners.list[0].text = strdup("[::1]:0");
    world.listeners.list[1].text = strdup("127.0.0.1:0");
    world.listeners.count = 2;
    tenant_store_init(&world.store, 100);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    tenant_store_dispose(&world.store, &events);
    claims_dispose(&world.claims);
    free(world.listeners.list[0].text);
    free(world.listeners.list[1].text);
    config_free_server(world.server);
    snprintf(command, sizeof command, "rm -r '%s'", world.folder);
    return system(command);
}

static struct publication *publish(const struct catalog **catalog)
{
    tenant_store_scan(&world.store, world.server, false, &events);
    struct publication *publication =
        publish_make(world.server, &world.listeners, &world.store, ++world.generation, &world.claims);
    assert_non_null(publication);
    *catalog = catalog_map(publication->catalog);
    assert_non_null(*catalog);
    return publication;
}

/* Who answers a host: a tenant's name, "fixed" or "nobody". */
static void assert_owner(const struct catalog *catalog, const char *host, const char *owner)
{
    const char *found = "nobody";
    char name[64];
    for (size_t i = 0; i < catalog->route_count; i++) {
        const struct route *route = &catalog->routes[i];
        if (!span_equal(route->host, span_of(host)))
            continue;
        assert_string_equal(found, "nobody"); /* one route each */
        found = "fixed";
        if (route->tenant >= 0) {
            const struct span *span = &catalog->tenants[route->tenant].name;
            snprintf(name, sizeof name, "%.*s", (int)span->size, span->data);
            found = name;
        }
    }
    assert_string_equal(found, owner);
}

static void test_everything_arrives(void **state)
{
    const struct catalog *catalog;
    put_tenant("one", "hosts: [a, '*.b']\nprefix: /x\nlimits: {instructions: 5M, concurrency: 3}\naudit: {every: 9}\n");
    struct publication *publication = publish(&catalog);
    assert_int_equal(catalog->generation, 1);
    assert_int_equal(catalog->http.body, 5 << 20);
    assert_int_equal(catalog->tenant_count, 1);
    assert_int_equal(catalog->tenants[0].program, 0);
    assert_int_equal(catalog->tenants[0].audit_every, 9);
    assert_int_equal(catalog->tenants[0].limits.instructions, 5000000);
    assert_int_equal(catalog->tenants[0].limits.concurrency, 3);
    assert_int_equal(catalog->tenants[0].limits.deadline_ms, 10000);
    assert_owner(catalog, "a", "one");
    assert_owner(catalog, "*.b", "one");
    assert_owner(catalog, "fixed.example", "fixed");
    /* By address, whatever the order in the file. */
    assert_int_equal(catalog->listener_count, 2);
    assert_int_equal(catalog->listener_fixed[0].status, 404);
    assert_int_equal(catalog->listener_fixed[1].status, 0);
    catalog_unmap(catalog);
    publication_destroy(publication);
}

static void test_a_host_stays_with_whom_it_is(void **state)
{
    const struct catalog *catalog;
    put_tenant("m", "hosts: [shared]\n");
    publication_destroy(publish(&catalog));
    assert_owner(catalog, "shared", "m");
    catalog_unmap(catalog);

    put_tenant("a", "hosts: [shared, own, fixed.example]\n"); /* comes first by name */
    publication_destroy(publish(&catalog));
    assert_owner(catalog, "shared", "m");
    assert_owner(catalog, "own", "a");
    assert_owner(catalog, "fixed.example", "fixed");
    assert_non_null(world.store.list[0]->routing_error);
    assert_null(world.store.list[1]->routing_error);
    catalog_unmap(catalog);

    put_tenant("m", "hosts: [another]\n"); /* gives it up */
    put_tenant("a", "hosts: [shared, own]\n");
    publication_destroy(publish(&catalog));
    assert_owner(catalog, "shared", "a");
    assert_owner(catalog, "another", "m");
    assert_null(world.store.list[0]->routing_error);
    catalog_unmap(catalog);
}

static void test_programs_are_held_once_and_in_order(void **state)
{
    const struct catalog *catalog;
    put_tenant("a", "");
    put_tenant("b", "");
    put_tenant("c", "");
    put_tenant("d", "");
    tenant_store_scan(&world.store, world.server, false, &events);
    struct artifact *seven = artifact_create(7, memfd_create("a", 0)),
                    *three = artifact_create(3, memfd_create("b", 0));
    strcpy(seven->version, "v7");
    world.store.list[0]->artifact = artifact_hold(seven);
    world.store.list[1]->artifact = artifact_hold(three);
    world.store.list[2]->artifact = artifact_hold(seven);
    struct publication *publication = publish(&catalog);
    assert_int_equal(publication->program_count, 2);
    assert_ptr_equal(publication->programs[0], three);
    assert_ptr_equal(publication->programs[1], seven);
    assert_int_equal(seven->references, 4);
    assert_int_equal(catalog->tenants[0].program, 7);
    assert_int_equal(catalog->tenants[1].program, 3);
    assert_int_equal(catalog->tenants[3].program, 0);
    assert_true(span_equal(catalog->tenants[2].version, SPAN("v7")));
    catalog_unmap(catalog);
    publication_destroy(publication);
    assert_int_equal(seven->references, 3);
    artifact_release(seven);
    artifact_release(three);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_everything_arrives),
        TEST(test_a_host_stays_with_whom_it_is),
        TEST(test_programs_are_held_once_and_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
