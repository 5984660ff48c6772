/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "server/connection.h"
#include "server/protocol.h"
#include "server/worker_state.h"

#define SPARE_DESCRIPTORS 32 /* never used by connections: for what the supervisor sends, for logs */

#define TICK_NS       (250 * NS_PER_MS)
#define MOST_PROFILED 16                   /* programs that are looked at in the same tick */
#define DRAIN_LIMIT   (60 * NS_PER_SECOND) /* a supervisor that wants it sooner kills the worker */

/* ---- time ------------------------------------------------------------------------------------------ */

const char *worker_date(struct worker *worker)
{
    int64_t now = worker_now(worker);
    if (now >= worker->date_expires) {
        int64_t wall = clock_read(CLOCK_REALTIME);
        http_date_format(worker->date, wall / NS_PER_SECOND);
        worker->date_expires = now + NS_PER_SECOND - wall % NS_PER_SECOND;
    }
    return worker->date;
}

static void report_hot(struct worker *worker, uint64_t program, const uint32_t *functions, unsigned count)
{
    int error = 0;
    for (unsigned i = 0; i < count && !error && worker->control.descriptor >= 0; i++)
        error = message_send_detail(worker->control.descriptor, MESSAGE_HOT, program, functions[i]);
    if (error && error != -EAGAIN) /* the next look finds the rest */
        log_debug("what is hot cannot be reported: %s", strerror(-error));
}

/* Ends the looks at programs that began one tick ago, and begins others if that is wanted. */
static void look_for_hot_programs(struct worker *worker, int64_t now, bool wanted)
{
    struct worker_programs *programs = &worker->programs;
    uint32_t functions[PROFILE_REPORTS];
    for (size_t i = 0; i < programs->count; i++) {
        struct worker_program *program = programs->list[i];
        if (program->profile) {
            unsigned count =
                profile_end(program->profile, &program->heat, program->program, worker->counters, now, functions);
            program->profile = NULL;
            programs->profiled--;
            report_hot(worker, program->id, functions, count);
        } else if (wanted && programs->profiled < MOST_PROFILED) {
            program->profile = profile_begin(&program->heat, now, TICK_NS);
            programs->profiled += program->profile != NULL;
        }
    }
}

static void count_heat(const struct tenant_state *state)
{
    struct tenant_rest *rest = state->rest;
    const struct tenant_terms *terms = &state->terms;
    uint64_t instructions = terms->metrics->instructions, slices = terms->metrics->slices;
    if (terms->program && instructions > rest->instructions_seen)
        profile_count(&terms->program->heat, instructions - rest->instructions_seen, slices - rest->slices_seen);
    rest->instructions_seen = instructions;
    rest->slices_seen = slices;
}

static void on_tick(struct timer *timer)
{
    struct worker *worker = (struct worker *)((char *)timer - offsetof(struct worker, tick));
    int64_t now = worker_now(worker);
    ticks_measure(&worker->ticks);
    metrics_set(&worker->counters->access_log_lost, worker->access_log_lost_before + worker->access_log.lost);
    metrics_set(&worker->counters->log_lost, worker->log_lost_before + log_lost());
    if (worker->site) {
        const struct catalog *catalog = worker->site->catalog;
        worker_programs_evict(&worker->programs, now, catalog->instance_idle_ms * NS_PER_MS, catalog->instance_memory);
        for (size_t i = 0; i < catalog->tenant_count; i++) {
            const struct tenant_state *state = &worker->states.by_slot[catalog->tenants[i].slot];
            guest_log_tick(&state->rest->log, catalog->tenants[i].name, now);
            if (catalog->profile)
                count_heat(state);
        }
        look_for_hot_programs(worker, now, catalog->profile);
        worker_balance(worker);
    }
    loop_arm(&worker->loop, &worker->tick, now + TICK_NS);
}

/* ---- what is served -------------------------------------------------------------------------------- */

static void say(struct worker *worker, enum message_type type, uint64_t id)
{
    if (worker->control.descriptor < 0)
        return; /* the supervisor is gone */
    int error = message_send(worker->control.descriptor, type, id, -1);
    if (error && error != -EPIPE && error != -ECONNRESET)
        log_error("cannot tell the supervisor (message %d): %s", type, strerror(-error));
}

static void retire(struct worker *worker, struct worker_program *program)
{
    uint64_t id = program->id;
    if (worker_programs_drop_unused(&worker->programs, program))
        say(worker, MESSAGE_RETIRED, id);
}

void worker_program_idle(struct worker *worker, struct worker_program *program)
{
    retire(worker, program);
}

void worker_site_idle(struct worker *worker, struct site *site)
{
    site_destroy(site);
}

static void name_programs(struct worker *worker)
{
    for (size_t i = 0; i < worker->programs.count; i++)
        worker->programs.list[i]->named = false;
    const struct catalog *catalog = worker->site->catalog;
    for (size_t i = 0; i < catalog->tenant_count; i++) {
        const struct tenant_terms *terms = &worker->states.by_slot[catalog->tenants[i].slot].terms;
        if (terms->program)
            terms->program->named = true;
    }
    for (size_t i = worker->programs.count; i-- > 0;) /* backwards, for retire takes out of the list */
        retire(worker, worker->programs.list[i]);
}

static void use_catalog(struct worker *worker, int descriptor)
{
    const struct catalog *catalog = catalog_map(descriptor);
    if (!catalog) {
        log_error("the catalog that came is damaged; the one before serves on");
        return;
    }
    struct site *site = site_create(catalog, &worker->states, &worker->programs);
    if (!site) {
        log_error("catalog %llu cannot be served; the one before serves on", (unsigned long long)catalog->generation);
        catalog_unmap(catalog);
        return;
    }
    struct site *before = worker->site;
    worker->site = site;
    worker->buffers.large_max = catalog->http.memory;
    name_programs(worker);
    if (before && before->requests == 0)
        site_destroy(before);
    if (!before) {
        say(worker, MESSAGE_READY, 0);
        if (!worker->draining)
            worker_begin_accepting(worker);
    }
    say(worker, MESSAGE_SERVING, catalog->generation);
}

static void use_access_log(struct worker *worker, int descriptor)
{
    if (access_log_open(&worker->access_log, descriptor) != 0) {
        log_error("access log: out of memory; nothing is logged");
        if (descriptor >= 0)
            close(descriptor);
        descriptor = -1;
    }
    if (worker->access_descriptor >= 0)
        close(worker->access_descriptor);
    worker->access_descriptor = descriptor;
}

/* ---- ending ---------------------------------------------------------------------------------------- */

void worker_connection_closed(struct worker *worker)
{
    if (!worker->draining || worker->accepting || worker->connection_count > 0)
        return;
    worker_read_mailbox(worker); /* another may have sent a last one before it was told to drain */
    if (worker->connection_count == 0)
        loop_stop(&worker->loop);
}

static void on_drain_limit(struct timer *timer)
{
    struct worker *worker = (struct worker *)((char *)timer - offsetof(struct worker, drain_timer));
    log_warning("%zu connections did not end in time and are cut", worker->connection_count);
    loop_stop(&worker->loop);
}

static void drain(struct worker *worker)
{
    if (worker->draining)
        return;
    worker->draining = true;
    loop_arm(&worker->loop, &worker->drain_timer, worker_now(worker) + DRAIN_LIMIT);
    for (size_t left = worker->connection_count; left > 0; left--) {
        struct connection *connection = worker->all;
        worker->all = connection->next; /* the next one, whether or not this one closes */
        connection_drain(connection);
    }
    if (worker->accepting) { /* connections that the kernel has accepted are not left unanswered */
        worker_stop_accepting(worker);
        worker_read_mailbox(worker);
    }
    if (worker->connection_count == 0)
        loop_stop(&worker->loop);
}

/* ---- messages -------------------------------------------------------------------------------------- */

static void obey(struct worker *worker, const struct message *message, int descriptor)
{
    switch (message->type) {
    case MESSAGE_LISTENER:
        if (!worker->draining) {
            worker_set_listener(worker, (size_t)message->id, descriptor);
            return; /* it keeps the descriptor */
        }
        break;
    case MESSAGE_PROGRAM:
        if (worker_programs_add(&worker->programs, message->id, descriptor) != 0)
            log_error("program %llu cannot be used here", (unsigned long long)message->id);
        break;
    case MESSAGE_NATIVE:
        worker_programs_set_native(&worker->programs, message->id, descriptor);
        break;
    case MESSAGE_CATALOG:
        use_catalog(worker, descriptor);
        break;
    case MESSAGE_ACCESS_LOG:
        use_access_log(worker, descriptor);
        return; /* it keeps the descriptor */
    case MESSAGE_DRAIN:
        drain(worker);
        break;
    default:
        log_error("control: message %u is not for a worker", message->type);
    }
    if (descriptor >= 0)
        close(descriptor);
}

static void on_control(struct loop_source *source, unsigned events)
{
    struct worker *worker = (struct worker *)((char *)source - offsetof(struct worker, control));
    struct message message;
    int descriptor, result;
    while ((result = message_receive(source->descriptor, &message, &descriptor)) > 0)
        obey(worker, &message, descriptor);
    if (result < 0) {
        log_warning("the supervisor is gone (%s); what is at work ends, then this worker", strerror(-result));
        loop_remove(&worker->loop, source);
        drain(worker);
    }
}

static void on_mailbox(struct loop_source *source, unsigned events)
{
    struct worker *worker = (struct worker *)((char *)source - offsetof(struct worker, mailbox));
    if (worker->site)
        worker_read_mailbox(worker);
}

/* ---- the loop's own work --------------------------------------------------------------------------- */

static void run_one_slice(struct worker *worker)
{
    struct exchange *exchange = (struct exchange *)run_queue_pop(&worker->run_queue);
    if (!exchange)
        return;
    if (exchange_resume(exchange, worker))
        connection_answered(connection_of_exchange(exchange));
    loop_refresh(&worker->loop);
}

/* After each iteration: the rollback of its last request, one slice of a parked request, connections that stopped
 * half-way. True: there is more, so the loop looks for events and comes back at once. No instance is left as a request
 * left it: the loop may sleep long. */
static bool on_work(void *user)
{
    struct worker *worker = user;
    metrics_add(&worker->counters->loop_iterations, 1);
    exchange_settle(worker);
    run_one_slice(worker);
    exchange_settle(worker);
    worker->iteration++; /* behind the slice: a tenant's share of the next turn is for requests that begin in it */
    if (worker->again) {
        connection_run_again(worker);
        exchange_settle(worker);
    }
    if (worker->access_log.used > 0 && worker->access_timer.deadline == TIMERS_NEVER)
        loop_arm(&worker->loop, &worker->access_timer, worker->access_log.oldest + ACCESS_LOG_FLUSH_NS);
    bool more = exchange_restore_slow(worker);
    return more || worker->run_queue.count > 0 || worker->again;
}

static void on_access_timer(struct timer *timer)
{
    struct worker *worker = (struct worker *)((char *)timer - offsetof(struct worker, access_timer));
    access_log_flush(&worker->access_log, worker_now(worker), true);
}

/* ---- beginning ------------------------------------------------------------------------------------- */

/* The supervisor tells a worker what to do; signals to the whole process group (a terminal's, systemd's) do not. */
static void ignore_signals(void)
{
    static const int signals[] = {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int allocate(struct worker *worker, const struct worker_start *start)
{
    worker->input = malloc(CONNECTION_INPUT);
    worker->output = malloc(CONNECTION_OUTPUT);
    worker->mailboxes = malloc(start->count * sizeof(int));
    worker->listeners = calloc(WORKER_MAX_LISTENERS, sizeof(*worker->listeners));
    if (!worker->input || !worker->output || !worker->mailboxes || !worker->listeners)
        return -ENOMEM;
    memcpy(worker->mailboxes, start->mailboxes, start->count * sizeof(int));
    for (size_t i = 0; i < WORKER_MAX_LISTENERS; i++)
        worker->listeners[i].descriptor = -1;
    return 0;
}

/* A worker without a descriptor to spare could not take the next catalog. */
static size_t count_descriptors(const struct worker_start *start)
{
    struct rlimit limit;
    size_t ours = start->count + start->listener_count + SPARE_DESCRIPTORS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return SIZE_MAX;
    return limit.rlim_cur > ours ? (size_t)limit.rlim_cur - ours : 1;
}

static int set_up(struct worker *worker, const struct worker_start *start)
{
    int error = allocate(worker, start);
    if (error)
        return error;
    worker->index = start->index;
    worker->count = start->count;
    worker->metrics = start->metrics;
    worker->counters = metrics_worker(start->metrics, start->index);
    worker->most_connections = count_descriptors(start);
    worker->programs.counters = worker->counters;
    tenant_states_init(&worker->states, start->metrics, start->index);
    worker->again_end = &worker->again;
    worker->slow_end = &worker->slow;
    metrics_reset_worker(start->metrics, start->index);
    worker->log_lost_before = worker->counters->log_lost;
    worker->access_log_lost_before = worker->counters->access_log_lost;
    ticks_init(&worker->ticks);
    access_log_init(&worker->access_log);
    worker->access_descriptor = -1;
    if (start->access_log >= 0)
        use_access_log(worker, start->access_log);
    if ((error = loop_init(&worker->loop)) != 0)
        return error;
    loop_set_work(&worker->loop, on_work, worker);
    worker->control.ready = on_control;
    worker->mailbox.ready = on_mailbox;
    if ((error = loop_add(&worker->loop, &worker->control, start->control, LOOP_READ)) != 0 ||
        (error = loop_add(&worker->loop, &worker->mailbox, start->mailbox, LOOP_READ | (unsigned)LOOP_EDGE)) != 0)
        return error;
    worker->tick = (struct timer){.fire = on_tick, .deadline = TIMERS_NEVER};
    worker->access_timer = (struct timer){.fire = on_access_timer, .deadline = TIMERS_NEVER};
    worker->drain_timer = (struct timer){.fire = on_drain_limit, .deadline = TIMERS_NEVER};
    loop_arm(&worker->loop, &worker->tick, worker_now(worker) + TICK_NS);
    for (size_t i = 0; i < start->listener_count; i++)
        if (start->listeners[i] >= 0)
            worker_set_listener(worker, i, start->listeners[i]);
    return 0;
}

static void tear_down(struct worker *worker)
{
    while (worker->all)
        connection_close(worker->all);
    exchange_settle(worker);
    while (exchange_restore_slow(worker))
        continue;
    access_log_dispose(&worker->access_log);
    site_destroy(worker->site);
    worker_programs_dispose(&worker->programs);
    tenant_states_dispose(&worker->states);
    while (worker->unused) {
        struct connection *next = worker->unused->next;
        free(worker->unused);
        worker->unused = next;
    }
    buffer_pool_dispose(&worker->buffers);
    loop_dispose(&worker->loop);
    free(worker->input);
    free(worker->output);
    free(worker->mailboxes);
    free(worker->listeners);
    free(worker);
}

_Noreturn void worker_main(const struct worker_start *start)
{
    log_set_role("worker");
    tzset(); /* or the first line of a log opens a file */
    ignore_signals();
    struct worker *worker = calloc(1, sizeof(*worker));
    int error = worker ? set_up(worker, start) : -ENOMEM;
    if (error) {
        log_error("worker %u cannot begin: %s", start->index, strerror(-error));
        exit(1);
    }
    if (start->sandbox_process)
        start->sandbox_process();
    say(worker, MESSAGE_STARTED, 0);
    error = loop_run(&worker->loop);
    if (error)
        log_error("worker %u: its event loop failed: %s", start->index, strerror(-error));
    metrics_set(&worker->counters->accepting, 0);
    tear_down(worker);
    exit(error ? 1 : 0);
}
