/* SPDX-License-Identifier: Apache-2.0 */
#include "server/watch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static struct {
    char folder[64];
    struct loop loop;
    struct watch *watch;
    unsigned told;
    int inotify; /* the watch's descriptor: the lowest that was free when it was made */
} world;

static void on_changed(void *user)
{
    world.told++;
}

static int set_up(void **state)
{
    memset(&world, 0, sizeof world);
    strcpy(world.folder, "/tmp/mayfly-watch-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    assert_int_equal(loop_init(&world.loop), 0);
    world.inotify = dup(0);
    close(world.inotify);
    world.watch = watch_create(&world.loop, on_changed, NULL);
    assert_non_null(world.watch);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    watch_destroy(world.watch);
    loop_dispose(&world.loop);
    snprintf(command, sizeof command, "rm -rf '%s'", world.folder);
    return system(command);
}

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", world.folder, name);
    return path;
}

static void write_file(const char *name)
{
    int descriptor = open(path_of(name), O_WRONLY | O_CREAT | O_APPEND, 0644);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, "x", 1), 1);
    close(descriptor);
}

static void run_for(int64_t duration)
{
    for (int64_t end = clock_monotonic() + duration; clock_monotonic() < end;)
        assert_int_equal(loop_step(&world.loop, end), 0);
}

/* Until it is told; fails after a while. */
static void assert_told(void)
{
    int64_t end = clock_monotonic() + 20 * NS_PER_SECOND;
    unsigned before = world.told;
    while (world.told == before) {
        assert_true(clock_monotonic() < end);
        assert_int_equal(loop_step(&world.loop, clock_monotonic() + 10 * NS_PER_MS), 0);
    }
    run_for(200 * NS_PER_MS); /* whatever belongs to the same change */
}

static void assert_quiet(void)
{
    unsigned before = world.told;
    run_for(300 * NS_PER_MS);
    assert_int_equal(world.told, before);
}

static void watch_only(const char *only)
{
    watch_begin(world.watch);
    watch_add(world.watch, world.folder, only);
    watch_end(world.watch);
}

static void test_every_kind_of_change(void **state)
{
    char to[256];
    watch_only(NULL);
    assert_quiet();
    write_file("a");
    assert_told();
    strcpy(to, path_of("b"));
    assert_int_equal(rename(path_of("a"), to), 0);
    assert_told();
    assert_int_equal(symlink("b", path_of("link")), 0);
    assert_told();
    assert_int_equal(mkdir(path_of("folder"), 0755), 0);
    assert_told();
    assert_int_equal(chmod(to, 0600), 0);
    assert_told();
    assert_int_equal(unlink(to), 0);
    assert_told();
    assert_quiet();
}

static void test_many_changes_are_told_once(void **state)
{
    watch_only(NULL);
    for (int i = 0; i < 100; i++)
        write_file("a");
    assert_told();
    assert_true(world.told <= 2);
}

/* Of more kinds of events than the kernel joins. */
static void storm(void)
{
    for (int i = 0; i < 2000; i++) {
        write_file(i % 2 ? "busy" : "other");
        assert_int_equal(loop_step(&world.loop, clock_monotonic()), 0);
    }
}

/* Each would be told by itself; and what comes after a storm is not lost. */
static void test_a_folder_that_never_rests(void **state)
{
    watch_only(NULL);
    int64_t began = clock_monotonic();
    for (int i = 0; i < 120; i++) {
        write_file("busy");
        run_for(15 * NS_PER_MS);
    }
    int64_t seconds = (clock_monotonic() - began) / NS_PER_SECOND + 1;
    assert_in_range(world.told, 1, 32 + 4 * seconds);
    storm();
    run_for(600 * NS_PER_MS);
    world.told = 0;
    write_file("last");
    assert_told();
}

/* Whether the kernel wakes the loop for events of the watch. */
static bool listens(void)
{
    char path[64], line[256];
    bool listens = false;
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", world.loop.epoll);
    FILE *info = fopen(path, "r");
    assert_non_null(info);
    while (fgets(line, sizeof line, info)) {
        int descriptor;
        unsigned events;
        if (sscanf(line, "tfd: %d events: %x", &descriptor, &events) == 2 && descriptor == world.inotify)
            listens = events & EPOLLIN;
    }
    fclose(info);
    return listens;
}

/* The watch listens no more in a storm, and the kernel does not let it listen again at first. */
static void test_a_kernel_that_refuses(void **state)
{
    struct epoll_event event = {.events = 0};
    watch_only(NULL);
    do
        storm();
    while (listens());
    assert_int_equal(epoll_ctl(world.loop.epoll, EPOLL_CTL_DEL, world.inotify, &event), 0);
    run_for(600 * NS_PER_MS);
    event.data.ptr = world.watch; /* whose first member it is */
    assert_int_equal(epoll_ctl(world.loop.epoll, EPOLL_CTL_ADD, world.inotify, &event), 0);
    run_for(600 * NS_PER_MS);
    world.told = 0;
    write_file("last");
    assert_told();
}

static void test_writes_to_other_files_are_not_told(void **state)
{
    write_file("log");
    write_file("mayfly.yaml");
    watch_only("mayfly.yaml");
    write_file("log");
    assert_quiet();
    write_file("mayfly.yaml");
    assert_told();
}

static void test_what_is_left_out_is_watched_no_more(void **state)
{
    watch_only(NULL);
    watch_begin(world.watch);
    watch_add(world.watch, "/nonexistent/folder", NULL);
    watch_end(world.watch);
    write_file("a");
    assert_quiet();
    watch_only(NULL);
    write_file("a");
    assert_told();
}

static void test_a_folder_that_goes_and_comes(void **state)
{
    assert_int_equal(mkdir(path_of("inner"), 0755), 0);
    watch_begin(world.watch);
    watch_add(world.watch, path_of("inner"), NULL);
    watch_end(world.watch);
    assert_int_equal(rmdir(path_of("inner")), 0);
    assert_told();
    assert_int_equal(mkdir(path_of("inner"), 0755), 0);
    watch_begin(world.watch);
    watch_add(world.watch, path_of("inner"), NULL);
    watch_end(world.watch);
    write_file("inner/a");
    assert_told();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_every_kind_of_change),
        TEST(test_many_changes_are_told_once),
        TEST(test_a_folder_that_never_rests),
        TEST(test_a_kernel_that_refuses),
        TEST(test_writes_to_other_files_are_not_told),
        TEST(test_what_is_left_out_is_watched_no_more),
        TEST(test_a_folder_that_goes_and_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
