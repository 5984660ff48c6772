/* SPDX-License-Identifier: Apache-2.0 */
#include "server/guest_log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "mayfly/abi.h"

/* The log goes to stderr; here that is a file for the time of a test. */
struct capture {
    int file, stderr_was;
};

static struct capture capture_begin(void)
{
    struct capture capture = {memfd_create("stderr", 0), dup(2)};
    fflush(stderr);
    dup2(capture.file, 2);
    return capture;
}

static char *capture_end(struct capture capture)
{
    dup2(capture.stderr_was, 2);
    close(capture.stderr_was);
    off_t size = lseek(capture.file, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    assert_int_equal(pread(capture.file, text, (size_t)size, 0), size);
    close(capture.file);
    return text;
}

static size_t count(const char *text, const char *what)
{
    size_t found = 0;
    for (; (text = strstr(text, what)); text++)
        found++;
    return found;
}

struct fixture {
    struct metrics_tenant metrics;
    struct guest_log log;
    struct guest_output output;
    int64_t now;
};

static const struct span name = SPAN("shop");

static void set_up(struct fixture *fixture, uint64_t rate)
{
    *fixture = (struct fixture){.now = NS_PER_SECOND};
    fixture->log = (struct guest_log){.bytes.rate = rate, .metrics = &fixture->metrics};
    fixture->output = (struct guest_output){.log = &fixture->log, .now = &fixture->now, .tenant = &name};
}

static void write_out(struct fixture *fixture, int descriptor, const char *text)
{
    guest_log_host.output(&fixture->output, descriptor, text, strlen(text));
}

static void test_lines(void **state)
{
    struct fixture fixture;
    set_up(&fixture, 100000);
    struct capture capture = capture_begin();
    guest_log_host.log(&fixture.output, MAYFLY_LOG_ERROR, "bad\nforged \0line", 16);
    write_out(&fixture, 1, "one\ntwo, be");
    write_out(&fixture, 2, "err");
    write_out(&fixture, 1, "gun\nthree");
    guest_log_finish(&fixture.output);
    char *text = capture_end(capture);
    assert_int_equal(count(text, "\n"), 5);
    assert_non_null(strstr(text, "error"));
    assert_non_null(strstr(text, "tenant shop: bad\\x0aforged \\x00line\n"));
    assert_non_null(strstr(text, "tenant shop: one\n"));
    assert_non_null(strstr(text, "tenant shop: two, begun\n"));
    assert_non_null(strstr(text, "tenant shop: three\n"));
    assert_non_null(strstr(text, "tenant shop: err\n"));
    assert_null(fixture.output.partial[0]);
    assert_int_equal(fixture.metrics.log_lines, 5);
    free(text);
}

static void test_long_line_is_cut(void **state)
{
    struct fixture fixture;
    set_up(&fixture, 1000000);
    struct capture capture = capture_begin();
    for (int i = 0; i < 1000; i++)
        write_out(&fixture, 1, "0123456789");
    write_out(&fixture, 1, "\nnext\n");
    guest_log_finish(&fixture.output);
    char *text = capture_end(capture);
    assert_int_equal(count(text, "\n"), 2);
    assert_int_equal(count(text, "0123456789"), GUEST_LOG_LINE_MAX / 10);
    assert_non_null(strstr(text, "tenant shop: next\n"));
    free(text);
}

static void test_rate(void **state)
{
    enum { LINES = 10000, RATE = 10000 };
    struct fixture fixture;
    set_up(&fixture, RATE);
    struct capture capture = capture_begin();
    for (int second = 0; second < 2; second++) {
        for (int i = 0; i < LINES; i++)
            guest_log_host.log(&fixture.output, MAYFLY_LOG_INFO, "0123456789", 10);
        fixture.now += NS_PER_SECOND;
    }
    guest_log_tick(&fixture.log, *fixture.output.tenant, fixture.now);
    guest_log_tick(&fixture.log, *fixture.output.tenant, fixture.now);
    char *text = capture_end(capture);
    size_t each_second = RATE / (10 + GUEST_LOG_OVERHEAD);
    assert_in_range(count(text, "0123456789\n"), 2 * each_second, 2 * each_second + 1);
    assert_int_equal(count(text, "lines dropped"), 2);
    assert_int_equal(fixture.metrics.log_lines, 2 * LINES);
    assert_int_equal(fixture.metrics.log_dropped, 2 * LINES - count(text, "0123456789\n"));
    free(text);
}

/* Many calls in a short time still gain what the time is worth. */
static void test_slow_refill(void **state)
{
    struct fixture fixture;
    set_up(&fixture, 1000); /* a byte per ms: less than one per call */
    struct capture capture = capture_begin();
    for (int i = 0; i < 100000; i++) {
        guest_log_host.log(&fixture.output, MAYFLY_LOG_INFO, "x", 1);
        fixture.now += 100 * NS_PER_US;
    }
    char *text = capture_end(capture);
    size_t expected = (4160 + 10 * 1000) / (1 + GUEST_LOG_OVERHEAD);
    assert_in_range(count(text, "tenant shop: x\n"), expected - 3, expected + 3);
    free(text);
}

/* A megabyte of the shortest lines in one write: what fits the rate is logged, the rest is counted. */
static void test_flood_in_one_write(void **state)
{
    enum { LINES = 1 << 19, RATE = 10000 };
    struct fixture fixture;
    set_up(&fixture, RATE);
    char *flood = malloc(2 * LINES + 4);
    for (size_t i = 0; i < 2 * LINES; i += 2)
        memcpy(flood + i, "x\n", 2);
    memcpy(flood + 2 * LINES, "end", 4);
    struct capture capture = capture_begin();
    guest_log_host.output(&fixture.output, 1, flood, 2 * LINES + 3);
    fixture.now += NS_PER_SECOND;
    guest_log_host.output(&fixture.output, 1, "ed\n", 3);
    char *text = capture_end(capture);
    assert_int_equal(count(text, "tenant shop: x\n"), RATE / (1 + GUEST_LOG_OVERHEAD));
    assert_int_equal(count(text, "tenant shop: ended\n"), 1); /* behind the dropped lines, and whole */
    assert_int_equal(count(text, "lines dropped"), 1);
    assert_int_equal(fixture.metrics.log_lines, LINES + 1);
    assert_int_equal(fixture.metrics.log_dropped, LINES - RATE / (1 + GUEST_LOG_OVERHEAD));
    guest_log_finish(&fixture.output);
    free(text);
    free(flood);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),       cmocka_unit_test(test_long_line_is_cut),   cmocka_unit_test(test_rate),
        cmocka_unit_test(test_slow_refill), cmocka_unit_test(test_flood_in_one_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
