/* SPDX-License-Identifier: Apache-2.0
 *
 * Whose code is compiled when, and what becomes of it; with programs in the compiler's place that end at once or never.
 */
#include "server/compilers.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"

enum { GREEDY, MODEST, COUNT };

/* Two tenants with a program each, both published. */
struct world {
    struct loop loop;
    struct tenant tenants[COUNT], *list[COUNT];
    struct tenant_store store;
    struct publication *publication;
    struct compilers *compilers;
    unsigned changes;
};

static void on_changed(void *user)
{
    ((struct world *)user)->changes++;
}

static struct artifact *make_artifact(uint64_t program, uint8_t content)
{
    struct artifact *artifact = artifact_create(program, memfd_create("artifact", MFD_CLOEXEC));
    assert_non_null(artifact);
    artifact->content.bytes[0] = content;
    strcpy(artifact->version, "01234567");
    artifact->info = (struct mf_program_info){.code_start = 0x1000, .code_bytes = 0x2000};
    return artifact;
}

static void set_up_many(struct world *world, const char *compiler, unsigned at_once)
{
    struct artifact *programs[COUNT];
    log_set_level(LOG_ERROR); /* warnings are what the tests provoke */
    *world = (struct world){.changes = 0};
    assert_int_equal(loop_init(&world->loop), 0);
    for (unsigned i = 0; i < COUNT; i++) {
        world->list[i] = &world->tenants[i];
        programs[i] = world->tenants[i].artifact = make_artifact(i + 1, (uint8_t)(i + 1));
    }
    world->store = (struct tenant_store){.list = world->list, .count = COUNT};
    world->publication = publication_create(1, memfd_create("catalog", MFD_CLOEXEC), programs, COUNT);
    world->compilers = compilers_create(&(struct compilers_options){.loop = &world->loop,
                                                                    .store = &world->store,
                                                                    .compiler = compiler,
                                                                    .at_once = at_once,
                                                                    .timeout_ms = 60000,
                                                                    .code_cache = "",
                                                                    .changed = on_changed,
                                                                    .callback_user = world});
    assert_non_null(world->compilers);
    compilers_use(world->compilers, world->publication);
}

static void set_up(struct world *world, const char *compiler)
{
    set_up_many(world, compiler, 1);
}

static void tear_down(struct world *world)
{
    compilers_destroy(world->compilers);
    publication_destroy(world->publication);
    for (unsigned i = 0; i < COUNT; i++)
        artifact_release(world->tenants[i].artifact);
    loop_dispose(&world->loop);
    while (waitpid(-1, NULL, 0) > 0)
        ;
}

/* Starts what may be started, after the moment in which reports are gathered. */
static void work(struct world *world)
{
    compilers_work(world->compilers);
    usleep(60000);
    loop_refresh(&world->loop);
    compilers_work(world->compilers);
}

static const char *state_of(const struct world *world, unsigned tenant)
{
    return compilers_state(world->compilers, world->tenants[tenant].artifact);
}

/* Waits for the one compiler that runs. */
static void reap(struct world *world)
{
    struct rusage usage;
    int status;
    pid_t pid = wait4(-1, &status, 0, &usage);
    assert_true(pid > 0);
    assert_true(compilers_reap(world->compilers, pid, status, &usage));
    assert_false(compilers_reap(world->compilers, pid, status, &usage));
}

/* Its arguments are numbers, whose sum is more than a quarter of an hour. */
#define ENDLESS "/bin/sleep"

static void test_who_used_less_comes_first(void **state)
{
    struct world world;
    set_up(&world, ENDLESS);
    compile_account_charge(&world.tenants[GREEDY].compiled, 5000, loop_now(&world.loop));
    compilers_hot(world.compilers, 0, 1, 0x1000);
    compilers_hot(world.compilers, 0, 2, 0x1000);
    work(&world);
    assert_string_equal(state_of(&world, MODEST), "compiling");
    assert_string_equal(state_of(&world, GREEDY), "interpreter");
    tear_down(&world);
}

static void test_nobody_gets_more_than_a_share(void **state)
{
    struct world world;
    set_up(&world, ENDLESS);
    compile_account_charge(&world.tenants[GREEDY].compiled, COMPILE_ACCOUNT_MOST_MS, loop_now(&world.loop));
    compilers_hot(world.compilers, 0, 1, 0x1000);
    work(&world);
    assert_string_equal(state_of(&world, GREEDY), "interpreter");
    compile_account_charge(&world.tenants[GREEDY].compiled, 0,
                           loop_now(&world.loop) + COMPILE_ACCOUNT_HALF_NS); /* a minute later */
    work(&world);
    assert_string_equal(state_of(&world, GREEDY), "compiling");
    tear_down(&world);
}

static void test_not_more_at_once_than_allowed(void **state)
{
    struct world world;
    struct compilers_counts counts;
    set_up(&world, ENDLESS);
    compilers_hot(world.compilers, 0, 1, 0x1000);
    compilers_hot(world.compilers, 0, 2, 0x1000);
    compilers_hot(world.compilers, 0, 3, 0x1000); /* of no program that is served */
    work(&world);
    work(&world);
    compilers_counts(world.compilers, &counts);
    assert_int_equal(counts.running, 1);
    tear_down(&world);
}

/* What a worker that was taken over may say. */
static void test_what_is_no_code_is_not_compiled(void **state)
{
    struct world world;
    struct compilers_counts counts;
    set_up(&world, ENDLESS);
    const uint32_t bad[] = {0, 0xffe, 0x1001, 0x3000, 0x80000000, 0xfffffffe};
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++)
        compilers_hot(world.compilers, 0, 1, bad[i]);
    work(&world);
    compilers_counts(world.compilers, &counts);
    assert_int_equal(counts.running, 0);
    compilers_hot(world.compilers, 0, 1, 0x2ffe);
    work(&world);
    compilers_counts(world.compilers, &counts);
    assert_int_equal(counts.running, 1);
    tear_down(&world);
}

static void test_the_last_one_is_for_those_who_used_little(void **state)
{
    struct world world;
    struct compilers_counts counts;
    set_up_many(&world, ENDLESS, 2);
    compile_account_charge(&world.tenants[GREEDY].compiled, 6000, loop_now(&world.loop));
    compile_account_charge(&world.tenants[MODEST].compiled, 7000, loop_now(&world.loop));
    compilers_hot(world.compilers, 0, 1, 0x1000);
    compilers_hot(world.compilers, 0, 2, 0x1000);
    work(&world);
    assert_string_equal(state_of(&world, GREEDY), "compiling");
    assert_string_equal(state_of(&world, MODEST), "interpreter");
    world.tenants[MODEST].compiled.cpu_ms = 1000;
    work(&world);
    assert_string_equal(state_of(&world, MODEST), "compiling");
    compilers_counts(world.compilers, &counts);
    assert_int_equal(counts.running, 2);
    tear_down(&world);
}

static void test_what_failed_is_refused(void **state)
{
    struct world world;
    struct compilers_counts counts;
    set_up(&world, "/bin/false");
    compilers_hot(world.compilers, 0, 1, 0x1000);
    work(&world);
    reap(&world);
    assert_string_equal(state_of(&world, GREEDY), "refused");
    compilers_hot(world.compilers, 0, 1, 0x1000);
    compilers_hot(world.compilers, 0, 1, 0x2000); /* a new one has to wait */
    work(&world);
    compilers_counts(world.compilers, &counts);
    assert_int_equal(counts.running, 0);
    assert_int_equal(counts.failed, 1);
    assert_int_equal(counts.finished, 0);
    compilers_hot(world.compilers, 0, 2, 0x1000); /* others do not */
    work(&world);
    assert_string_equal(state_of(&world, MODEST), "compiling");
    reap(&world);
    assert_int_equal(world.changes, 0);
    assert_null(world.tenants[GREEDY].artifact->native);
    tear_down(&world);
}

/* A program that is served no more ends its compiler, and what comes of it is nobody's. */
static void test_what_is_not_served_is_not_compiled(void **state)
{
    struct world world;
    struct compilers_counts counts;
    set_up(&world, ENDLESS);
    compilers_hot(world.compilers, 0, 1, 0x1000);
    work(&world);
    struct publication *next =
        publication_create(2, memfd_create("catalog", MFD_CLOEXEC), &world.tenants[MODEST].artifact, 1);
    compilers_use(world.compilers, next);
    publication_destroy(world.publication);
    world.publication = next;
    compilers_counts(world.compilers, &counts);
    assert_int_equal(counts.running, 0);
    struct rusage usage;
    int status;
    pid_t pid = wait4(-1, &status, 0, &usage);
    assert_true(pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    assert_false(compilers_reap(world.compilers, pid, status, &usage));
    tear_down(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_used_less_comes_first),
        cmocka_unit_test(test_nobody_gets_more_than_a_share),
        cmocka_unit_test(test_not_more_at_once_than_allowed),
        cmocka_unit_test(test_what_is_no_code_is_not_compiled),
        cmocka_unit_test(test_the_last_one_is_for_those_who_used_little),
        cmocka_unit_test(test_what_failed_is_refused),
        cmocka_unit_test(test_what_is_not_served_is_not_compiled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
