/* SPDX-License-Identifier: Apache-2.0
 *
 * The timer wheel under a clock that the tests turn by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/timers.h"

#define MS     INT64_C(1000000)
#define SECOND (1000 * MS)
#define START  (INT64_C(12345) * SECOND + 678)

static struct timers wheel;
static int64_t now;

struct probe {
    struct timer timer;
    int fired;
    int64_t fired_at;
};

static struct probe *probe_of(struct timer *timer)
{
    return (struct probe *)(void *)timer;
}

static void note(struct timer *timer)
{
    probe_of(timer)->fired++;
    probe_of(timer)->fired_at = now;
}

static int setup(void **state)
{
    now = START;
    timers_init(&wheel, now);
    return 0;
}

static void advance(int64_t to)
{
    now = to;
    timers_run(&wheel, now);
}

/* Sleeps as the loop does, until `to`. The number of wake-ups. */
static int sleep_until(int64_t to)
{
    int wakes = 0;
    for (int64_t next; (next = timers_next(&wheel)) <= to; wakes++) {
        assert_true(next > now);
        advance(next);
    }
    now = to;
    return wakes;
}

static void test_never_early_and_a_tick_late_at_most(void **state)
{
    static const int64_t delays[] = {0,      1,          MS,         8 * MS,      9 * MS,       100 * MS,
                                     SECOND, 8 * SECOND, 9 * SECOND, 60 * SECOND, 3600 * SECOND};
    for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
        for (int64_t offset = 0; offset < 20 * MS; offset += MS + 1) {
            struct probe probe = {.timer.fire = note};
            int64_t deadline = now + delays[i] + offset;
            timers_arm(&wheel, &probe.timer, deadline);
            sleep_until(deadline - 1);
            assert_int_equal(probe.fired, 0);
            sleep_until(deadline + TIMERS_TICK_NS);
            assert_int_equal(probe.fired, 1);
            assert_true(probe.fired_at >= deadline);
            assert_int_equal(wheel.count, 0);
            assert_true(timers_next(&wheel) == TIMERS_NEVER);
        }
}

static void test_moving_later_is_lazy_and_earlier_is_not(void **state)
{
    struct probe probe = {.timer.fire = note};

    timers_arm(&wheel, &probe.timer, START + SECOND);
    for (int i = 0; i < 1000; i++) {
        sleep_until(now + 10 * MS);
        timers_arm(&wheel, &probe.timer, now + SECOND);
    }
    assert_int_equal(probe.fired, 0);
    timers_arm(&wheel, &probe.timer, now + 20 * MS);
    sleep_until(now + 20 * MS + TIMERS_TICK_NS);
    assert_int_equal(probe.fired, 1);

    /* A deadline that has passed already fires at the next tick. */
    timers_arm(&wheel, &probe.timer, now - SECOND);
    sleep_until(now + 2 * TIMERS_TICK_NS);
    assert_int_equal(probe.fired, 2);
}

static void test_disarm_and_remove(void **state)
{
    struct probe a = {.timer.fire = note}, b = {.timer.fire = note}, c = {.timer.fire = note};

    timers_remove(&wheel, &a.timer); /* never armed */
    timers_arm(&wheel, &a.timer, now + SECOND);
    timers_arm(&wheel, &b.timer, now + SECOND);
    timers_arm(&wheel, &c.timer, now + SECOND);
    timers_disarm(&a.timer);
    timers_remove(&wheel, &b.timer);
    timers_remove(&wheel, &b.timer);
    assert_int_equal(wheel.count, 2);
    sleep_until(now + 2 * SECOND);
    assert_int_equal(a.fired + b.fired, 0);
    assert_int_equal(c.fired, 1);
    assert_int_equal(wheel.count, 0);
    timers_arm(&wheel, &a.timer, now + SECOND);
    timers_disarm(&a.timer);
    timers_arm(&wheel, &a.timer, now + 10 * MS); /* armed again, earlier */
    sleep_until(now + SECOND);
    assert_int_equal(a.fired, 1);
}

/* Far timers are looked at once a turn, not at every tick. */
static void test_a_far_timer_wakes_once_a_turn(void **state)
{
    struct probe probe = {.timer.fire = note};

    timers_arm(&wheel, &probe.timer, now + 3600 * SECOND);
    int wakes = sleep_until(now + 3601 * SECOND);
    assert_int_equal(probe.fired, 1);
    assert_true(wakes <= 3600 / 8 + 1);
}

static void test_a_clock_that_leaps(void **state)
{
    struct probe near = {.timer.fire = note}, far = {.timer.fire = note}, later = {.timer.fire = note};

    timers_arm(&wheel, &near.timer, now + MS);
    timers_arm(&wheel, &far.timer, now + 30 * SECOND);
    timers_arm(&wheel, &later.timer, now + 365 * 86400 * SECOND);
    advance(now + 86400 * SECOND);
    assert_int_equal(near.fired, 1);
    assert_int_equal(far.fired, 1);
    assert_int_equal(later.fired, 0);
    advance(now + 365 * 86400 * SECOND);
    assert_int_equal(later.fired, 1);
    /* An empty wheel that was not turned for long does not fire late arrivals early, nor lose them. */
    advance(now + 86400 * SECOND);
    timers_arm(&wheel, &near.timer, now + SECOND);
    sleep_until(now + 2 * SECOND);
    assert_int_equal(near.fired, 2);
}

static struct probe others[3];

static void remove_others(struct timer *timer)
{
    note(timer);
    for (int i = 0; i < 3; i++)
        if (&others[i].timer != timer)
            timers_remove(&wheel, &others[i].timer);
}

static void arm_again(struct timer *timer)
{
    note(timer);
    if (probe_of(timer)->fired < 5)
        timers_arm(&wheel, timer, now);
}

static void test_fire_may_remove_and_arm(void **state)
{
    struct probe again = {.timer.fire = arm_again};

    for (int i = 0; i < 3; i++) {
        others[i] = (struct probe){.timer.fire = remove_others};
        timers_arm(&wheel, &others[i].timer, now + SECOND);
    }
    timers_arm(&wheel, &again.timer, now + SECOND);
    sleep_until(now + 2 * SECOND);
    assert_int_equal(others[0].fired + others[1].fired + others[2].fired, 1);
    assert_int_equal(again.fired, 5);
    assert_int_equal(wheel.count, 0);
}

/* Random work on many timers, against a plain list of deadlines. */
static void test_against_a_model(void **state)
{
    enum { COUNT = 500 };
    static struct probe probes[COUNT];
    static int64_t deadlines[COUNT];
    unsigned seed = 1;

    for (int i = 0; i < COUNT; i++) {
        probes[i] = (struct probe){.timer.fire = note};
        deadlines[i] = TIMERS_NEVER;
    }
    for (int step = 0; step < 200000; step++) {
        seed = seed * 1103515245u + 12345u;
        int i = (int)(seed >> 8) % COUNT;
        switch (seed >> 4 & 7) {
        case 0:
            timers_disarm(&probes[i].timer);
            deadlines[i] = TIMERS_NEVER;
            break;
        case 1:
            timers_remove(&wheel, &probes[i].timer);
            deadlines[i] = TIMERS_NEVER;
            break;
        case 2: {
            int64_t next = timers_next(&wheel);
            for (int k = 0; k < COUNT; k++)
                probes[k].fired = 0;
            advance(seed >> 20 & 1 && next < now + SECOND ? next : now + (seed >> 12) % 3000 * 10000);
            for (int k = 0; k < COUNT; k++) {
                if (probes[k].fired) {
                    assert_int_equal(probes[k].fired, 1);
                    assert_true(deadlines[k] <= now);
                    deadlines[k] = TIMERS_NEVER;
                }
                assert_true(deadlines[k] > now - TIMERS_TICK_NS);
            }
            break;
        }
        default:
            deadlines[i] = now + (int64_t)(seed >> 10) % 20000 * MS;
            timers_arm(&wheel, &probes[i].timer, deadlines[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_never_early_and_a_tick_late_at_most, setup),
        cmocka_unit_test_setup(test_moving_later_is_lazy_and_earlier_is_not, setup),
        cmocka_unit_test_setup(test_disarm_and_remove, setup),
        cmocka_unit_test_setup(test_a_far_timer_wakes_once_a_turn, setup),
        cmocka_unit_test_setup(test_a_clock_that_leaps, setup),
        cmocka_unit_test_setup(test_fire_may_remove_and_arm, setup),
        cmocka_unit_test_setup(test_against_a_model, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
