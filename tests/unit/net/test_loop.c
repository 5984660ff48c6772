/* SPDX-License-Identifier: Apache-2.0
 *
 * The event loop over socket pairs. Time is only ever waited for, never measured.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/loop.h"

static struct loop loop;

struct end {
    struct loop_source source;
    int told;
    unsigned events;
    char bytes[64];
    size_t size;
    struct end *victim; /* removed when this one is told */
};

static void on_ready(struct loop_source *source, unsigned events)
{
    struct end *end = (struct end *)(void *)source;

    end->told++;
    end->events = events;
    if (end->victim)
        loop_remove(&loop, &end->victim->source);
    ssize_t got = recv(source->descriptor, end->bytes + end->size, sizeof(end->bytes) - end->size, MSG_DONTWAIT);
    if (got > 0)
        end->size += (size_t)got;
}

static int setup(void **state)
{
    assert_int_equal(loop_init(&loop), 0);
    return 0;
}

static int teardown(void **state)
{
    loop_dispose(&loop);
    return 0;
}

static void open_pair(struct end *end, int *peer, unsigned events)
{
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    *end = (struct end){.source = {.ready = on_ready, .descriptor = -1}};
    assert_int_equal(loop_add(&loop, &end->source, pair[0], events), 0);
    *peer = pair[1];
}

static void close_end(struct end *end, int descriptor)
{
    loop_remove(&loop, &end->source);
    close(descriptor);
}

static void poll_once(void)
{
    assert_int_equal(loop_step(&loop, 0), 0);
}

static void test_an_arrival_is_told_once(void **state)
{
    struct end end;
    int peer, own;

    open_pair(&end, &peer, LOOP_READ | (unsigned)LOOP_EDGE);
    own = end.source.descriptor;
    poll_once();
    assert_int_equal(end.told, 0);
    assert_int_equal(send(peer, "one", 3, 0), 3);
    poll_once();
    poll_once();
    assert_int_equal(end.told, 1);
    assert_int_equal(end.events & (LOOP_READ | LOOP_HANGUP), LOOP_READ);
    assert_int_equal(send(peer, "two", 3, 0), 3);
    poll_once();
    assert_int_equal(end.told, 2);
    assert_memory_equal(end.bytes, "onetwo", 6);
    close_end(&end, own);
    close(peer);
}

static void test_a_half_close_is_told_with_the_last_data(void **state)
{
    struct end end;
    int peer, own;

    open_pair(&end, &peer, LOOP_READ | (unsigned)LOOP_EDGE);
    own = end.source.descriptor;
    assert_int_equal(send(peer, "last", 4, 0), 4);
    assert_int_equal(shutdown(peer, SHUT_WR), 0);
    poll_once();
    assert_int_equal(end.told, 1);
    assert_true(end.events & LOOP_HANGUP);
    assert_int_equal(end.size, 4);
    close(peer);
    poll_once();
    assert_true(end.events & LOOP_ERROR);
    close_end(&end, own);
}

static void test_modify_tells_what_is_ready_already(void **state)
{
    struct end end;
    int peer, own;

    open_pair(&end, &peer, LOOP_READ | (unsigned)LOOP_EDGE);
    own = end.source.descriptor;
    poll_once();
    assert_int_equal(end.told, 0);
    assert_int_equal(loop_modify(&loop, &end.source, LOOP_READ | LOOP_WRITE | (unsigned)LOOP_EDGE), 0);
    poll_once();
    assert_int_equal(end.told, 1);
    assert_true(end.events & LOOP_WRITE);
    close_end(&end, own);
    close(peer);
}

/* Both are ready in one batch; whichever is told first removes the other, whose memory may then be gone. */
static void test_what_is_removed_is_not_told(void **state)
{
    struct end a, b;
    int peer_a, peer_b, own_a, own_b;

    open_pair(&a, &peer_a, LOOP_READ);
    open_pair(&b, &peer_b, LOOP_READ);
    own_a = a.source.descriptor;
    own_b = b.source.descriptor;
    a.victim = &b;
    b.victim = &a;
    assert_int_equal(send(peer_a, "x", 1, 0), 1);
    assert_int_equal(send(peer_b, "x", 1, 0), 1);
    poll_once();
    poll_once();
    assert_int_equal(a.told + b.told, 1);
    /* Again is harmless, and it can be added again. */
    loop_remove(&loop, &a.source);
    loop_remove(&loop, &a.source);
    loop_remove(&loop, &b.source);
    a.victim = b.victim = NULL;
    a.told = b.told = 0;
    assert_int_equal(loop_add(&loop, &a.source, own_a, LOOP_READ), 0);
    assert_int_equal(loop_add(&loop, &b.source, own_b, LOOP_READ), 0);
    assert_int_equal(send(peer_a, "x", 1, 0), 1);
    assert_int_equal(send(peer_b, "x", 1, 0), 1);
    poll_once();
    assert_int_equal(a.told, 1);
    assert_int_equal(b.told, 1);
    close_end(&a, own_a);
    close_end(&b, own_b);
    close(peer_a);
    close(peer_b);
}

static void test_more_sources_than_a_batch(void **state)
{
    enum { COUNT = LOOP_BATCH + 50 };
    static struct end ends[COUNT];
    static int peers[COUNT];
    int told = 0;

    for (int i = 0; i < COUNT; i++) {
        open_pair(&ends[i], &peers[i], LOOP_READ | (unsigned)LOOP_EDGE);
        assert_int_equal(send(peers[i], "x", 1, 0), 1);
    }
    poll_once();
    poll_once();
    for (int i = 0; i < COUNT; i++) {
        told += ends[i].told;
        assert_true(ends[i].told <= 1);
        close_end(&ends[i], ends[i].source.descriptor);
        close(peers[i]);
    }
    assert_int_equal(told, COUNT);
}

static void test_errors_are_returned(void **state)
{
    struct end end = {.source = {.ready = on_ready, .descriptor = -1}};
    int peer;

    assert_int_equal(loop_add(&loop, &end.source, -1, LOOP_READ), -EBADF);
    assert_int_equal(end.source.descriptor, -1);
    loop_remove(&loop, &end.source);
    open_pair(&end, &peer, LOOP_READ);
    struct end twice = end;
    assert_int_equal(loop_add(&loop, &twice.source, end.source.descriptor, LOOP_READ), -EEXIST);
    close_end(&end, end.source.descriptor);
    close(peer);
}

struct ticking {
    struct timer timer;
    int fired;
};

static void on_fire(struct timer *timer)
{
    ((struct ticking *)(void *)timer)->fired++;
    loop_stop(&loop);
}

static void test_run_sleeps_until_a_timer_and_stops(void **state)
{
    struct ticking ticking = {.timer.fire = on_fire};
    int64_t deadline = loop_now(&loop) + 20 * NS_PER_MS;

    loop_arm(&loop, &ticking.timer, deadline);
    assert_int_equal(loop_run(&loop), 0);
    assert_int_equal(ticking.fired, 1);
    assert_true(loop_now(&loop) >= deadline);
    assert_true(clock_monotonic() >= deadline);
}

static void test_a_step_sleeps_no_longer_than_told(void **state)
{
    struct ticking ticking = {.timer.fire = on_fire};
    int64_t latest = loop_now(&loop) + 5 * NS_PER_MS;

    loop_arm(&loop, &ticking.timer, loop_now(&loop) + 3600 * NS_PER_SECOND);
    assert_int_equal(loop_step(&loop, latest), 0);
    assert_true(loop_now(&loop) >= latest);
    assert_int_equal(ticking.fired, 0);
    loop_remove_timer(&loop, &ticking.timer);
}

struct work {
    struct end *end;
    int left, calls, told_at_end;
};

static bool do_work(void *user)
{
    struct work *work = user;

    work->calls++;
    if (--work->left > 0)
        return true;
    work->told_at_end = work->end->told;
    loop_stop(&loop);
    return false;
}

/* Work that is not done keeps the loop awake, and connections get their turn in between. */
static void test_work_and_connections_take_turns(void **state)
{
    struct end end;
    int peer, own;

    open_pair(&end, &peer, LOOP_READ | (unsigned)LOOP_EDGE);
    own = end.source.descriptor;
    struct work work = {.end = &end, .left = 100};
    loop_set_work(&loop, do_work, &work);
    assert_int_equal(send(peer, "x", 1, 0), 1);
    assert_int_equal(loop_run(&loop), 0);
    assert_int_equal(work.calls, 100);
    assert_int_equal(work.told_at_end, 1);
    close_end(&end, own);
    close(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_an_arrival_is_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_half_close_is_told_with_the_last_data, setup, teardown),
        cmocka_unit_test_setup_teardown(test_modify_tells_what_is_ready_already, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_removed_is_not_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_more_sources_than_a_batch, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_are_returned, setup, teardown),
        cmocka_unit_test_setup_teardown(test_run_sleeps_until_a_timer_and_stops, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_step_sleeps_no_longer_than_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_work_and_connections_take_turns, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
