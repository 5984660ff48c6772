/* SPDX-License-Identifier: Apache-2.0 */
#include "server/trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define SLOT 2

static struct metrics *metrics;
static struct trial trial;

/* What a version before has left in the counters of two workers is not the new one's. */
static int set_up(void **state)
{
    metrics = metrics_create(2, 4);
    assert_non_null(metrics);
    metrics_tenant(metrics, 0, SLOT)->trapped = 1000;
    metrics_tenant(metrics, 1, SLOT)->responded = 50;
    trial_begin(&trial, metrics, SLOT, 100);
    return 0;
}

static int tear_down(void **state)
{
    metrics_destroy(metrics);
    return 0;
}

static enum trial_state look(uint64_t most, int64_t now)
{
    struct trial_counts since;
    return trial_look(&trial, metrics, SLOT, most, now, &since);
}

static void test_a_quiet_version_passes(void **state)
{
    assert_int_equal(look(3, 99), TRIAL_ON);
    assert_int_equal(look(3, 100), TRIAL_PASSED);
}

static void test_crashes_of_all_kinds_and_workers_add_up(void **state)
{
    metrics_tenant(metrics, 0, SLOT)->trapped++;
    metrics_tenant(metrics, 1, SLOT)->exited++;
    assert_int_equal(look(3, 1), TRIAL_ON);
    metrics_tenant(metrics, 1, SLOT)->bad_response++;
    assert_int_equal(look(3, 1), TRIAL_FAILED);
    assert_int_equal(look(0, 1), TRIAL_ON);
    struct trial_counts since;
    assert_int_equal(trial_look(&trial, metrics, SLOT, 3, 1, &since), TRIAL_FAILED);
    assert_int_equal(since.crashes, 3);
    assert_int_equal(since.answers, 0);
}

/* Limits and refusals are no crashes, and a client that finds one bad path takes nothing back. */
static void test_what_mostly_answers_stays(void **state)
{
    metrics_tenant(metrics, 0, SLOT)->instruction_limit += 100;
    metrics_tenant(metrics, 0, SLOT)->deadline += 100;
    metrics_tenant(metrics, 0, SLOT)->busy += 100;
    assert_int_equal(look(3, 1), TRIAL_ON);
    metrics_tenant(metrics, 0, SLOT)->trapped += 5;
    metrics_tenant(metrics, 1, SLOT)->responded += 6;
    assert_int_equal(look(3, 1), TRIAL_ON);
    metrics_tenant(metrics, 0, SLOT)->trapped += 1;
    assert_int_equal(look(3, 1), TRIAL_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_quiet_version_passes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_crashes_of_all_kinds_and_workers_add_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_mostly_answers_stays, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
