/* SPDX-License-Identifier: Apache-2.0
 *
 * Real programs through real builders.
 */
#include "server/deploy.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

#define PATIENCE_NS (60 * NS_PER_SECOND)

static struct {
    char folder[64];
    struct loop loop;
    struct server_config *server;
    struct tenant_store store;
    struct deploy *deploy;
    unsigned changes;
} world;

static void on_changed(void *user)
{
    world.changes++;
}

static void on_tenant(void *user, struct tenant *tenant)
{
    deploy_look(world.deploy, tenant);
}

static void on_removed(void *user, struct tenant *tenant)
{
    deploy_forget(world.deploy, tenant);
}

static void on_reuse(void *user, uint32_t slot)
{
    fail_msg("slot %u is used again at once", slot);
}

static const struct tenant_events events = {on_tenant, on_removed, on_reuse, NULL};

static void put(const char *name, const char *file, const void *bytes, size_t size)
{
    char path[256], temporary[300];
    snprintf(path, sizeof path, "%s/tenants/%s", world.folder, name);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/tenants/%s/%s", world.folder, name, file);
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *out = fopen(temporary, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    fclose(out);
    assert_int_equal(rename(temporary, path), 0);
}

static void put_yaml(const char *name, const char *text)
{
    put(name, "tenant.yaml", text, strlen(text));
}

/* A guest of the build; skips the test if guests are not built. */
static void put_guest(const char *name, const char *guest)
{
    char path[256], *bytes;
    size_t size;
    struct file_stamp stamp;
    snprintf(path, sizeof path, BUILD_DIR "/guests/%s.elf", guest);
    if (access(path, R_OK) != 0)
        snprintf(path, sizeof path, BUILD_DIR "/tests/guests/%s.elf", guest);
    if (access(path, R_OK) != 0) {
        print_message("%s is not built (MAYFLY_GUESTS)\n", path);
        skip();
    }
    assert_int_equal(file_read(path, 1 << 30, &bytes, &size, &stamp), 0);
    put(name, "program.elf", bytes, size);
    free(bytes);
}

static int set_up(void **state)
{
    struct problems problems = {.count = 0};
    char path[256];
    memset(&world, 0, sizeof world);
    strcpy(world.folder, "/tmp/mayfly-deploy-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    snprintf(path, sizeof path, "%s/tenants", world.folder);
    assert_int_equal(mkdir(path, 0755), 0);
    snprintf(path, sizeof path, "%s/mayfly.yaml", world.folder);
    FILE *out = fopen(path, "w");
    fputs("listen: [{address: ':0'}]\ntenants: tenants\n", out);
    fclose(out);
    world.server = config_load_server(path, &problems);
    assert_non_null(world.server);
    assert_int_equal(loop_init(&world.loop), 0);
    tenant_store_init(&world.store, 16);
    world.deploy = deploy_create(&(struct deploy_options){.loop = &world.loop, .builders = 2, .changed = on_changed});
    assert_non_null(world.deploy);
    deploy_set_head_size(world.deploy, 65536);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    tenant_store_dispose(&world.store, &events);
    deploy_destroy(world.deploy);
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    loop_dispose(&world.loop);
    config_free_server(world.server);
    snprintf(command, sizeof command, "rm -r '%s'", world.folder);
    return system(command);
}

/* Scans, then works until nothing is left to do. */
static void deploy_all(void)
{
    int64_t deadline = clock_monotonic() + PATIENCE_NS;
    int status;
    tenant_store_scan(&world.store, world.server, false, &events);
    while (deploy_busy(world.deploy)) {
        assert_true(clock_monotonic() < deadline);
        while (deploy_work(world.deploy))
            continue;
        pid_t pid = waitpid(-1, &status, WNOHANG);
        if (pid > 0)
            assert_true(deploy_reap(world.deploy, pid, status));
        assert_int_equal(loop_step(&world.loop, clock_monotonic() + NS_PER_MS), 0);
    }
}

static struct tenant *tenant_named(const char *name)
{
    for (size_t i = 0; i < world.store.count; i++)
        if (!strcmp(world.store.list[i]->name, name))
            return world.store.list[i];
    fail_msg("there is no tenant %s", name);
    return NULL;
}

static void assert_error(const struct tenant *tenant, const char *part)
{
    assert_non_null(tenant->error);
    if (!strstr(tenant->error, part))
        fail_msg("'%s' does not say '%s'", tenant->error, part);
}

static void test_a_program_becomes_an_artifact(void **state)
{
    put_guest("one", "hello");
    deploy_all();
    const struct tenant *tenant = tenant_named("one");
    assert_null(tenant->error);
    assert_non_null(tenant->artifact);
    assert_int_equal(strlen(tenant->artifact->version), 8);
    assert_true(tenant->artifact->info.init_instructions > 0);
    struct mf_program *program;
    struct mf_diagnostic why;
    assert_int_equal(mf_program_import(&program, tenant->artifact->descriptor, &why), 0);
    mf_program_destroy(program);

    /* Nothing changed: nothing is done. */
    unsigned changes = world.changes;
    struct artifact *before = tenant->artifact;
    assert_false(tenant_store_scan(&world.store, world.server, false, &events));
    assert_false(deploy_busy(world.deploy));
    assert_ptr_equal(tenant->artifact, before);
    assert_int_equal(world.changes, changes);
}

static void test_equal_programs_share_one_artifact(void **state)
{
    struct deploy_counts counts;
    char name[16];
    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "t%d", i);
        put_guest(name, "hello");
    }
    put_yaml("t4", "limits: {memory: 32M}\n");
    put_yaml("t5", "arguments: [x]\n");
    deploy_all();
    for (int i = 1; i < 4; i++) {
        snprintf(name, sizeof name, "t%d", i);
        assert_ptr_equal(tenant_named(name)->artifact, tenant_named("t0")->artifact);
    }
    assert_ptr_not_equal(tenant_named("t4")->artifact, tenant_named("t0")->artifact);
    assert_ptr_not_equal(tenant_named("t5")->artifact, tenant_named("t0")->artifact);
    assert_string_equal(tenant_named("t5")->artifact->version, tenant_named("t0")->artifact->version);
    deploy_counts(world.deploy, &counts);
    assert_int_equal(counts.built, 3);
    assert_int_equal(counts.building, 0);

    /* Limits that the artifact does not depend on need no build. */
    put_yaml("t0", "limits: {instructions: 5M}\n");
    deploy_all();
    deploy_counts(world.deploy, &counts);
    assert_int_equal(counts.built, 3);
    assert_ptr_equal(tenant_named("t0")->artifact, tenant_named("t1")->artifact);
}

static void test_an_id_is_never_used_again(void **state)
{
    put_guest("one", "hello");
    deploy_all();
    uint64_t first = tenant_named("one")->artifact->program;
    put_guest("one", "counter");
    deploy_all();
    uint64_t second = tenant_named("one")->artifact->program;
    put_guest("one", "hello");
    deploy_all();
    uint64_t third = tenant_named("one")->artifact->program;
    assert_true(first < second && second < third);
}

static void test_what_is_broken_leaves_the_old_one(void **state)
{
    static const struct {
        const char *guest, *yaml, *says;
    } cases[] = {
        {"init-exits", "", "before mayfly_accept()"},
        {"init-traps", "", "store fault"},
        {"init-loops", "limits: {init_instructions: 1M}\n", "within 1000000 instructions"},
        {"init-loops", "limits: {init_instructions: 1000T, init_deadline: 300ms}\n", "not ready within 300 ms"},
        {"counter", "self_test: {path: '/x?y', expect_status: 418}\n", "expected status 418, it answered 200"},
        {"spin", "limits: {instructions: 1M}\nself_test: {}\n", "expected status 200, but it"},
    };
    put_guest("one", "hello");
    deploy_all();
    const struct tenant *tenant = tenant_named("one");
    struct artifact *good = tenant->artifact;
    assert_non_null(good);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_yaml("one", cases[i].yaml);
        put_guest("one", cases[i].guest);
        deploy_all();
        assert_error(tenant, cases[i].says);
        assert_ptr_equal(tenant->artifact, good);
    }
    put_yaml("one", "");
    put("one", "program.elf", "#!/bin/sh\n", 10);
    deploy_all();
    assert_error(tenant, "not an ELF");
    put("one", "program.elf", "", 0);
    deploy_all();
    assert_error(tenant, "ELF");
    char path[256];
    snprintf(path, sizeof path, "%s/tenants/one/program.elf", world.folder);
    unlink(path);
    deploy_all();
    assert_error(tenant, "there is no such file");
    assert_int_equal(mkfifo(path, 0600), 0);
    deploy_all();
    assert_error(tenant, "not a regular file");
    assert_ptr_equal(tenant->artifact, good);

    put_guest("one", "counter");
    deploy_all();
    assert_null(tenant->error);
    assert_ptr_not_equal(tenant->artifact, good);
}

static void test_a_mistake_in_the_yaml_keeps_the_old_one(void **state)
{
    put_guest("one", "hello");
    deploy_all();
    const struct tenant *tenant = tenant_named("one");
    put_yaml("one", "hsots: [x]\n");
    deploy_all();
    assert_non_null(tenant->config_error);
    assert_non_null(strstr(tenant->config_error, "did you mean 'hosts'?"));
    assert_string_equal(tenant->config->settings.hosts.items[0].text, "one.localhost");
    assert_non_null(tenant->artifact);
    put_yaml("one", "hosts: [x]\n");
    deploy_all();
    assert_null(tenant->config_error);
    assert_string_equal(tenant->config->settings.hosts.items[0].text, "x");
}

static void test_tenants_come_and_go(void **state)
{
    char command[128];
    put_guest("b", "hello");
    deploy_all();
    const struct tenant *tenant = tenant_named("b");
    put_guest("a", "hello");
    put_guest("c", "hello");
    deploy_all();
    assert_int_equal(world.store.count, 3);
    assert_ptr_equal(tenant_named("b"), tenant);
    assert_string_equal(world.store.list[0]->name, "a");
    assert_int_not_equal(tenant_named("a")->slot, tenant_named("b")->slot);
    snprintf(command, sizeof command, "rm -r '%s/tenants/b'", world.folder);
    assert_int_equal(system(command), 0);
    put_guest("d", "hello");
    deploy_all();
    assert_int_equal(world.store.count, 3);
    assert_string_equal(world.store.list[1]->name, "c");
    assert_int_equal(tenant_named("d")->slot, 3); /* not that of b, whose requests may still be counted */
}

static void test_a_tenant_that_goes_while_it_is_built(void **state)
{
    char command[128];
    put_yaml("one", "limits: {init_instructions: 1000T, init_deadline: 10m}\n");
    put_guest("one", "init-loops");
    tenant_store_scan(&world.store, world.server, false, &events);
    for (int64_t end = clock_monotonic() + PATIENCE_NS; !tenant_named("one")->build;) {
        assert_true(clock_monotonic() < end);
        deploy_work(world.deploy);
        assert_int_equal(loop_step(&world.loop, clock_monotonic() + NS_PER_MS), 0);
    }
    snprintf(command, sizeof command, "rm -r '%s/tenants/one'", world.folder);
    assert_int_equal(system(command), 0);
    deploy_all(); /* would take ten minutes, if the builder went on */
    assert_int_equal(world.store.count, 0);
}

static void test_what_takes_too_much_memory(void **state)
{
    put_yaml("one", "limits: {total_memory: 200K}\n");
    put_guest("one", "hello");
    deploy_all();
    const struct tenant *tenant = tenant_named("one");
    assert_error(tenant, "more than the 200 KiB of its limits.total_memory; raise that in ");
    assert_error(tenant, "/tenants/one/tenant.yaml to what program and requests need");
    assert_null(tenant->artifact);
    put_yaml("one", "limits: {total_memory: 200M}\n");
    deploy_all();
    assert_null(tenant->error);
    assert_non_null(tenant->artifact);
}

/* The builder at work, which is this process's only child. */
static pid_t builder(void)
{
    char path[64];
    int pid = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    FILE *children = fopen(path, "r");
    assert_non_null(children);
    (void)!fscanf(children, "%d", &pid);
    fclose(children);
    return (pid_t)pid;
}

/* Works until one builder is there, and kills it. */
static void kill_builder(void)
{
    int status;
    pid_t pid;
    for (int64_t end = clock_monotonic() + PATIENCE_NS; (pid = builder()) == 0;) {
        assert_true(clock_monotonic() < end);
        deploy_work(world.deploy);
        assert_int_equal(loop_step(&world.loop, clock_monotonic() + NS_PER_MS), 0);
    }
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(deploy_reap(world.deploy, pid, status));
}

static void test_a_killed_builder_has_successors(void **state)
{
    put_guest("one", "hello");
    deploy_all();
    struct tenant *tenant = tenant_named("one");
    const struct artifact *good = tenant->artifact;
    put_yaml("one", "limits: {init_instructions: 1000T, init_deadline: 10m}\n");
    put_guest("one", "init-loops");
    tenant_store_scan(&world.store, world.server, false, &events);
    kill_builder();
    assert_null(tenant->error);
    kill_builder(); /* of the second, without anybody's doing */
    assert_error(tenant, "time 2; it is built again in 5 s");
    assert_ptr_equal(tenant->artifact, good);
    deploy_look(world.deploy, tenant); /* instead of 5 s */
    kill_builder();
    deploy_look(world.deploy, tenant);
    kill_builder();
    assert_error(tenant, "time 4; it is not built again before it changes");
    assert_false(tenant->failing || tenant->queued);
    put_guest("one", "counter");
    deploy_all();
    assert_null(tenant->error);
    assert_int_equal(tenant->kills, 0);
    assert_ptr_not_equal(tenant->artifact, good);
}

/* Out of descriptors for a moment: told, and tried again without anybody's doing. */
static void test_what_passes_is_tried_again(void **state)
{
    struct rlimit before, few;
    put_guest("one", "hello");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    int free_descriptor = open("/dev/null", O_RDONLY);
    close(free_descriptor);
    few = before;
    few.rlim_cur = (rlim_t)free_descriptor + 1; /* enough to read the file, not for a socket pair */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    deploy_all();
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    const struct tenant *tenant = tenant_named("one");
    assert_error(tenant, "a builder cannot be started: Too many open files");
    assert_null(tenant->artifact);
    for (int64_t end = clock_monotonic() + PATIENCE_NS; !tenant->artifact;) {
        assert_true(clock_monotonic() < end);
        assert_int_equal(loop_step(&world.loop, clock_monotonic() + 10 * NS_PER_MS), 0);
        deploy_all();
    }
    assert_null(tenant->error);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_a_program_becomes_an_artifact),
        TEST(test_equal_programs_share_one_artifact),
        TEST(test_an_id_is_never_used_again),
        TEST(test_what_is_broken_leaves_the_old_one),
        TEST(test_a_mistake_in_the_yaml_keeps_the_old_one),
        TEST(test_tenants_come_and_go),
        TEST(test_a_tenant_that_goes_while_it_is_built),
        TEST(test_what_takes_too_much_memory),
        TEST(test_a_killed_builder_has_successors),
        TEST(test_what_passes_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
