/* SPDX-License-Identifier: Apache-2.0
 *
 * Who runs next: fair between tenants, and between the requests of one tenant. A tenant with a thousand requests gets
 * a slice as often as one with a single request. Intrusive; every operation takes constant time.
 */
#ifndef MAYFLY_SERVER_RUN_QUEUE_H
#define MAYFLY_SERVER_RUN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

/* One request that waits for its next slice. Zeroed when it waits in no queue. */
struct run_task {
    struct run_task *next, *previous;
    struct run_tenant *tenant; /* NULL: not queued */
};

/* One tenant's waiting requests, in turn. Zeroed at start. In the ring exactly while it has some. */
struct run_tenant {
    struct run_task *first, *last;
    struct run_tenant *next, *previous;
};

/* The tenants' ring. Zeroed at start. */
struct run_queue {
    struct run_tenant *turn; /* whose turn is next; NULL: nobody waits */
    size_t count;            /* requests */
};

/* Puts the task behind the tenant's others; the tenant, if it had none, behind all other tenants. */
void run_queue_push(struct run_queue *queue, struct run_tenant *tenant, struct run_task *task);

/* The first task of the tenant whose turn it is, taken out; NULL if there is none. The turn goes on to the next. */
struct run_task *run_queue_pop(struct run_queue *queue);

/* Takes a queued task out. */
void run_queue_remove(struct run_queue *queue, struct run_task *task);

#endif
