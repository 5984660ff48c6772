/* SPDX-License-Identifier: Apache-2.0 */
#include "server/run_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct job {
    struct run_task task; /* first: a task is its job */
    int tenant, number;
};

static void assert_next(struct run_queue *queue, int tenant, int number)
{
    struct job *job = (struct job *)run_queue_pop(queue);
    assert_non_null(job);
    assert_int_equal(job->tenant, tenant);
    assert_int_equal(job->number, number);
    assert_null(job->task.tenant);
}

static void test_fair_between_tenants(void **state)
{
    struct run_queue queue = {0};
    struct run_tenant tenants[3] = {0};
    struct job a[4], b[1] = {{.tenant = 1}}, c[2];
    for (int i = 0; i < 4; i++) {
        a[i] = (struct job){.tenant = 0, .number = i};
        run_queue_push(&queue, &tenants[0], &a[i].task);
    }
    run_queue_push(&queue, &tenants[1], &b[0].task);
    for (int i = 0; i < 2; i++) {
        c[i] = (struct job){.tenant = 2, .number = i};
        run_queue_push(&queue, &tenants[2], &c[i].task);
    }
    assert_int_equal(queue.count, 7);
    assert_next(&queue, 0, 0);
    assert_next(&queue, 1, 0);
    assert_next(&queue, 2, 0);
    run_queue_push(&queue, &tenants[0], &a[0].task); /* comes back behind its tenant's others */
    assert_next(&queue, 0, 1);
    run_queue_push(&queue, &tenants[1], &b[0].task);
    assert_next(&queue, 2, 1);
    assert_next(&queue, 0, 2);
    assert_next(&queue, 1, 0);
    assert_next(&queue, 0, 3);
    assert_next(&queue, 0, 0);
    assert_null(run_queue_pop(&queue));
    assert_int_equal(queue.count, 0);
}

/* Random pushes, pops and removals against a plain count, until nothing is left. */
static void test_random(void **state)
{
    enum { TENANTS = 5, JOBS = 40 };
    struct run_queue queue = {0};
    struct run_tenant tenants[TENANTS] = {0};
    struct job jobs[JOBS] = {0};
    size_t queued = 0;
    srand(7);
    for (int step = 0; step < 200000; step++) {
        struct job *job = &jobs[rand() % JOBS];
        int what = rand() % 3;
        if (what == 0 && !job->task.tenant) {
            run_queue_push(&queue, &tenants[rand() % TENANTS], &job->task);
            queued++;
        } else if (what == 1 && job->task.tenant) {
            run_queue_remove(&queue, &job->task);
            queued--;
        } else if (what == 2) {
            struct run_task *task = run_queue_pop(&queue);
            assert_int_equal(task != NULL, queued > 0);
            queued -= task != NULL;
        }
        assert_int_equal(queue.count, queued);
        size_t listed = 0;
        for (int i = 0; i < TENANTS; i++)
            for (struct run_task *task = tenants[i].first; task; task = task->next)
                listed++;
        assert_int_equal(listed, queued);
        assert_int_equal(queue.turn != NULL, queued > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fair_between_tenants), cmocka_unit_test(test_random)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
