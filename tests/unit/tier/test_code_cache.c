/* SPDX-License-Identifier: Apache-2.0 */
#include "tier/code_cache.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

#define HEAD 40 /* bytes of a file before those of its entry */

static char top[64], folder[80];

static const char *path_of(const char *name)
{
    static char paths[2][256];
    static unsigned turn;
    char *path = paths[turn++ % 2];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    log_set_level(LOG_ERROR); /* warnings are what the tests provoke */
    strcpy(top, "/tmp/mayfly-cache-XXXXXX");
    if (!mkdtemp(top))
        return -1;
    snprintf(folder, sizeof folder, "%s/a/b", top);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", top);
    return system(command);
}

static struct code_cache *open_cache(uint64_t limit)
{
    struct code_cache *cache = code_cache_open(folder, limit);
    assert_non_null(cache);
    return cache;
}

/* An entry of `size` bytes that begins with `text`. */
static void store(struct code_cache *cache, const char *name, const char *text, off_t size)
{
    int file = memfd_create("entry", MFD_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    assert_int_equal(ftruncate(file, size), 0);
    code_cache_store(cache, name, file);
    close(file);
}

static bool load(struct code_cache *cache, const char *name, const char *text, off_t size)
{
    char got[64] = {0};
    struct stat status;
    int file = code_cache_load(cache, name);
    if (file < 0)
        return false;
    assert_int_equal(fstat(file, &status), 0);
    assert_int_equal(status.st_size, size);
    assert_int_equal(pread(file, got, strlen(text), 0), strlen(text));
    assert_string_equal(got, text);
    assert_int_equal(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE), 0);
    close(file);
    return true;
}

static void change_byte(const char *name, off_t at)
{
    char byte;
    int file = open(path_of(name), O_RDWR | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 1;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

static bool exists(const char *name)
{
    return access(path_of(name), F_OK) == 0;
}

static void an_entry_outlives_its_cache(void **state)
{
    struct code_cache *cache = open_cache(1 << 20);
    assert_false(load(cache, "one", "", 0));
    store(cache, "one", "first", 5000);
    store(cache, "two", "second", 6);
    assert_true(load(cache, "one", "first", 5000));
    code_cache_close(cache);

    cache = open_cache(1 << 20);
    assert_true(load(cache, "one", "first", 5000));
    assert_true(load(cache, "two", "second", 6));
    store(cache, "two", "other", 5);
    assert_true(load(cache, "two", "other", 5));
    code_cache_close(cache);
}

static void only_we_can_read_it(void **state)
{
    struct stat status;
    struct code_cache *cache = open_cache(1 << 20);
    store(cache, "one", "text", 4);
    assert_int_equal(stat(path_of("key"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(path_of("one.native"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    code_cache_close(cache);
}

static void a_damaged_entry_is_removed(void **state)
{
    const off_t places[] = {0, 8, HEAD - 1, HEAD, HEAD + 4999};
    struct code_cache *cache = open_cache(1 << 20);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        store(cache, "one", "text", 5000);
        change_byte("one.native", places[i]);
        assert_int_equal(code_cache_load(cache, "one"), -1);
        assert_false(exists("one.native"));
    }
    for (off_t size = 0; size < HEAD + 5000; size += HEAD / 2) {
        store(cache, "one", "text", 5000);
        assert_int_equal(truncate(path_of("one.native"), size), 0);
        assert_int_equal(code_cache_load(cache, "one"), -1);
        assert_false(exists("one.native"));
    }
    code_cache_close(cache);
}

static void an_entry_under_another_name_is_removed(void **state)
{
    struct code_cache *cache = open_cache(1 << 20);
    store(cache, "one", "text", 4);
    assert_int_equal(rename(path_of("one.native"), path_of("two.native")), 0);
    assert_int_equal(code_cache_load(cache, "two"), -1);
    assert_false(exists("two.native"));
    code_cache_close(cache);
}

static void an_entry_of_another_key_is_removed(void **state)
{
    struct code_cache *cache = open_cache(1 << 20);
    store(cache, "one", "text", 4);
    code_cache_close(cache);
    assert_int_equal(unlink(path_of("key")), 0);
    cache = open_cache(1 << 20);
    assert_int_equal(code_cache_load(cache, "one"), -1);
    assert_false(exists("one.native"));
    code_cache_close(cache);
}

static void a_link_is_not_followed(void **state)
{
    struct code_cache *cache = open_cache(1 << 20);
    store(cache, "one", "text", 4);
    assert_int_equal(rename(path_of("one.native"), path_of("elsewhere")), 0);
    assert_int_equal(symlink("elsewhere", path_of("one.native")), 0);
    assert_int_equal(code_cache_load(cache, "one"), -1);
    assert_false(exists("one.native"));
    assert_true(exists("elsewhere"));
    code_cache_close(cache);
}

static void used_longest_ago_goes_first(void **state)
{
    struct code_cache *cache = open_cache(3 * (1000 + HEAD));
    const struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    const struct timespec older[2] = {{.tv_sec = 500}, {.tv_sec = 500}};
    store(cache, "one", "1", 1000);
    store(cache, "two", "2", 1000);
    store(cache, "three", "3", 1000);
    assert_int_equal(utimensat(AT_FDCWD, path_of("one.native"), older, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, path_of("two.native"), old, 0), 0);
    assert_true(load(cache, "one", "1", 1000)); /* which makes it young */
    store(cache, "four", "4", 1000);
    assert_false(exists("two.native"));
    assert_true(exists("one.native") && exists("three.native") && exists("four.native"));
    store(cache, "big", "5", 100000); /* over the limit by itself */
    assert_false(exists("big.native"));
    assert_true(exists("key"));
    code_cache_close(cache);
}

static void a_folder_of_others_is_refused(void **state)
{
    code_cache_close(open_cache(1 << 20));
    assert_int_equal(chmod(folder, 0770), 0);
    assert_null(code_cache_open(folder, 1 << 20));
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(chmod(path_of("key"), 0640), 0);
    assert_null(code_cache_open(folder, 1 << 20));
    assert_int_equal(chmod(path_of("key"), 0600), 0);
    assert_int_equal(truncate(path_of("key"), 31), 0);
    assert_null(code_cache_open(folder, 1 << 20));
}

static void names_stay_in_the_folder(void **state)
{
    struct code_cache *cache = open_cache(1 << 20);
    store(cache, "../one", "text", 4);
    assert_false(exists("../one.native"));
    assert_int_equal(code_cache_load(cache, "../one"), -1);
    assert_int_equal(code_cache_load(cache, ""), -1);
    code_cache_close(cache);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_entry_outlives_its_cache),        TEST(only_we_can_read_it),
        TEST(a_damaged_entry_is_removed),         TEST(an_entry_under_another_name_is_removed),
        TEST(an_entry_of_another_key_is_removed), TEST(a_link_is_not_followed),
        TEST(used_longest_ago_goes_first),        TEST(a_folder_of_others_is_refused),
        TEST(names_stay_in_the_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
