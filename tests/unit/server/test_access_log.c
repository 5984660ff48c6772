/* SPDX-License-Identifier: Apache-2.0 */
#include "server/access_log.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

static const struct access_entry sample = {
    .time = INT64_C(1769860800123456789),
    .tenant = SPAN("hello"),
    .version = SPAN("3f2a"),
    .method = SPAN("GET"),
    .target = SPAN("/a\"b\\\x01\xff?x=1"),
    .host = SPAN("hello.example"),
    .client = SPAN("192.0.2.1:4711"),
    .status = 200,
    .bytes = 18446744073709551615u,
    .us_total = 12,
    .us_sandbox = 0,
    .instructions = 345,
    .pages = 3,
    .stop = SPAN("responded"),
};

static json_t *read_line(FILE *in)
{
    char line[ACCESS_LOG_LINE_MAX + 2];
    if (!fgets(line, sizeof line, in))
        return NULL;
    assert_non_null(strchr(line, '\n'));
    return json_loads(line, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
}

static void test_line(void **state)
{
    int file = memfd_create("log", 0);
    struct access_log log;
    access_log_init(&log);
    assert_false(access_log_on(&log));
    access_log_line(&log, &sample, 1); /* off: goes nowhere */
    assert_int_equal(access_log_open(&log, file), 0);
    access_log_line(&log, &sample, 1000);
    access_log_flush(&log, 1000 + ACCESS_LOG_FLUSH_NS - 1, false);
    assert_int_equal(lseek(file, 0, SEEK_END), 0); /* not due yet */
    access_log_flush(&log, 1000 + ACCESS_LOG_FLUSH_NS, false);
    lseek(file, 0, SEEK_SET);
    FILE *in = fdopen(file, "r");
    json_t *line = read_line(in);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "time")), "2026-01-31T12:00:00.123Z");
    assert_string_equal(json_string_value(json_object_get(line, "target")), "/a\"b\\\x01\xef\xbf\xbd?x=1");
    assert_string_equal(json_string_value(json_object_get(line, "client")), "192.0.2.1:4711");
    assert_true(json_real_value(json_object_get(line, "status")) == 200);
    assert_true(json_real_value(json_object_get(line, "us_sandbox")) == 0);
    assert_true(json_real_value(json_object_get(line, "instructions")) == 345);
    assert_int_equal(json_object_size(line), 14);
    json_decref(line);
    assert_null(read_line(in));
    access_log_dispose(&log);
    fclose(in);
}

/* The longest texts still make one line that is whole and valid. */
static void test_long_texts(void **state)
{
    char text[9000];
    memset(text, 1, sizeof text); /* six bytes each when escaped */
    struct access_entry entry = sample;
    entry.tenant = entry.version = entry.method = entry.target = entry.host = entry.client = entry.stop =
        (struct span){text, sizeof text};
    entry.us_total = entry.us_sandbox = entry.instructions = UINT64_MAX;
    entry.status = entry.pages = UINT32_MAX;
    int file = memfd_create("log", 0);
    struct access_log log;
    access_log_init(&log);
    assert_int_equal(access_log_open(&log, file), 0);
    for (int i = 0; i < 100; i++) /* more than the buffer holds */
        access_log_line(&log, &entry, 1);
    access_log_dispose(&log);
    lseek(file, 0, SEEK_SET);
    FILE *in = fdopen(file, "r");
    for (int i = 0; i < 100; i++) {
        json_t *line = read_line(in);
        assert_non_null(line);
        json_decref(line);
    }
    assert_null(read_line(in));
    fclose(in);
}

/* A pipe that nobody reads: lines are lost and counted, nothing blocks, and what is there are whole lines. */
static void test_stuck_reader(void **state)
{
    enum { LINES = 2000 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct access_log log;
    access_log_init(&log);
    assert_int_equal(access_log_open(&log, ends[1]), 0);
    for (int i = 0; i < LINES; i++)
        access_log_line(&log, &sample, 1);
    access_log_flush(&log, 1, true);
    assert_true(log.lost > 0);
    uint64_t gathered = 0;
    for (size_t i = 0; i < log.used; i++)
        gathered += log.buffer[i] == '\n';
    uint64_t lost = log.lost;
    access_log_dispose(&log);
    close(ends[1]);
    FILE *in = fdopen(ends[0], "r");
    uint64_t arrived = 0;
    for (json_t *line; (line = read_line(in)); arrived++)
        json_decref(line);
    assert_int_equal(arrived + lost + gathered, LINES);
    fclose(in);
}

static void test_gone_reader(void **state)
{
    signal(SIGPIPE, SIG_IGN);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    struct access_log log;
    access_log_init(&log);
    assert_int_equal(access_log_open(&log, ends[1]), 0);
    for (int i = 0; i < 3; i++)
        access_log_line(&log, &sample, 1);
    access_log_flush(&log, 1, true);
    assert_int_equal(log.lost, 3);
    assert_int_equal(log.used, 0);
    access_log_dispose(&log);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_long_texts),
        cmocka_unit_test(test_stuck_reader),
        cmocka_unit_test(test_gone_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
