/* SPDX-License-Identifier: Apache-2.0 */
#include "server/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

static char folder[64];

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    strcpy(folder, "/tmp/mayfly-file-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

static void put(const char *name, const char *text)
{
    FILE *out = fopen(path_of(name), "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static void test_a_file_is_copied_whole(void **state)
{
    char *bytes;
    size_t size;
    struct file_stamp stamp, again;
    put("a", "hello");
    assert_int_equal(file_read(path_of("a"), 5, &bytes, &size, &stamp), 0);
    assert_int_equal(size, 5);
    assert_string_equal(bytes, "hello");
    free(bytes);
    assert_int_equal(file_stat(path_of("a"), &again), 0);
    assert_true(file_stamp_equal(&stamp, &again));
    put("b", "");
    assert_int_equal(file_read(path_of("b"), 5, &bytes, &size, &stamp), 0);
    assert_int_equal(size, 0);
    free(bytes);
}

static void test_what_is_no_good_file(void **state)
{
    char *bytes = (char *)1;
    size_t size;
    struct file_stamp stamp;
    assert_int_equal(file_read(path_of("none"), 5, &bytes, &size, &stamp), -ENOENT);
    assert_null(bytes);
    assert_int_equal(file_read(folder, 5, &bytes, &size, &stamp), -EINVAL);
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0);
    assert_int_equal(file_read(path_of("pipe"), 5, &bytes, &size, &stamp), -EINVAL);
    put("a", "123456");
    assert_int_equal(file_read(path_of("a"), 5, &bytes, &size, &stamp), -EFBIG);
    assert_int_equal(symlink("circle", path_of("circle")), 0);
    assert_int_equal(file_read(path_of("circle"), 5, &bytes, &size, &stamp), -ELOOP);
    assert_int_not_equal(file_stat(path_of("none"), &stamp), 0);
    assert_int_equal(stamp.inode, 0);
}

/* Another process writes all the time: what is read is one state of the file, or -EAGAIN and nothing. */
static void test_a_file_that_changes(void **state)
{
    static char block[1 << 20];
    unsigned whole = 0, changing = 0;
    memset(block, 'a', sizeof block);
    pid_t writer = fork();
    if (writer == 0) {
        for (;;) {
            int file = open(path_of("a"), O_RDWR | O_CREAT, 0644);
            block[0] = (char)(block[0] == 'z' ? 'a' : block[0] + 1);
            memset(block, block[0], sizeof block);
            if (file < 0 || write(file, block, sizeof block) < 0)
                _exit(1);
            close(file);
        }
    }
    for (int64_t end = clock_monotonic() + 20 * NS_PER_SECOND; clock_monotonic() < end && changing < 20;) {
        char *bytes;
        size_t size;
        struct file_stamp stamp;
        int error = file_read(path_of("a"), sizeof block, &bytes, &size, &stamp);
        assert_true(error == 0 || error == -EAGAIN || error == -ENOENT);
        assert_int_equal(bytes == NULL, error != 0);
        whole += error == 0;
        changing += error == -EAGAIN;
        free(bytes);
    }
    assert_true(changing > 0);
    kill(writer, SIGKILL);
    waitpid(writer, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_file_is_copied_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_good_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_file_that_changes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
