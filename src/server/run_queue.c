/* SPDX-License-Identifier: Apache-2.0 */
#include "server/run_queue.h"

#include "base/check.h"

static void ring_insert(struct run_queue *queue, struct run_tenant *tenant)
{
    struct run_tenant *turn = queue->turn;
    if (!turn) {
        tenant->next = tenant->previous = tenant;
        queue->turn = tenant;
        return;
    }
    tenant->next = turn;
    tenant->previous = turn->previous;
    turn->previous->next = tenant;
    turn->previous = tenant;
}

static void ring_remove(struct run_queue *queue, struct run_tenant *tenant)
{
    if (queue->turn == tenant)
        queue->turn = tenant->next == tenant ? NULL : tenant->next;
    tenant->next->previous = tenant->previous;
    tenant->previous->next = tenant->next;
    tenant->next = tenant->previous = NULL;
}

void run_queue_push(struct run_queue *queue, struct run_tenant *tenant, struct run_task *task)
{
    CHECK(!task->tenant);
    task->tenant = tenant;
    task->next = NULL;
    task->previous = tenant->last;
    if (tenant->last) {
        tenant->last->next = task;
    } else {
        tenant->first = task;
        ring_insert(queue, tenant);
    }
    tenant->last = task;
    queue->count++;
}

void run_queue_remove(struct run_queue *queue, struct run_task *task)
{
    struct run_tenant *tenant = task->tenant;
    CHECK(tenant);
    if (task->previous)
        task->previous->next = task->next;
    else
        tenant->first = task->next;
    if (task->next)
        task->next->previous = task->previous;
    else
        tenant->last = task->previous;
    *task = (struct run_task){0};
    if (!tenant->first)
        ring_remove(queue, tenant);
    queue->count--;
}

struct run_task *run_queue_pop(struct run_queue *queue)
{
    struct run_tenant *tenant = queue->turn;
    if (!tenant)
        return NULL;
    struct run_task *task = tenant->first;
    queue->turn = tenant->next; /* first, for the removal may take the tenant out of the ring */
    run_queue_remove(queue, task);
    return task;
}
