/* SPDX-License-Identifier: Apache-2.0 */
#include "server/exchange.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "mayfly/abi.h"
#include "server/budget.h"
#include "server/worker_state.h"

/* Instructions between two looks at the clock. */
#define PIECE_LEAST 64
#define PIECE_MOST  4096

#define WARY_MEMORY (1u << 20) /* bytes */
#define WARY_NS     (200 * NS_PER_MS)

#define PAGE_NS 250 /* of a tenant's share, for each page rolled back: about what it takes */

#define ERROR(exchange, code, text)                                                                                    \
    ((exchange)->error = (struct exchange_error){.status = (code), .reason = SPAN(text)})

static struct metrics_tenant *counters(const struct exchange *exchange)
{
    return exchange->terms.metrics;
}

/* ---- telling --------------------------------------------------------------------------------------- */

/* "at pc 0x10234 (handler+0x12)" */
static int print_place(char *text, size_t size, const struct exchange *exchange)
{
    uint32_t pc = exchange->outcome.pc;
    struct mf_symbol symbol = mf_program_symbol(exchange->terms.program->program, pc);
    if (symbol.name)
        return snprintf(text, size, "at pc 0x%x (%s+0x%x)", pc, symbol.name, symbol.offset);
    return snprintf(text, size, "at pc 0x%x", pc);
}

/* The whole story for the operator, as a line of the tenant's log and under its rate: a tenant that fails on every
 * request floods nothing. */
static void log_failure(const struct exchange *exchange, const char *what)
{
    const struct catalog_tenant *tenant = exchange->terms.catalog;
    char place[256], line[2048];
    print_place(place, sizeof place, exchange);
    size_t target = exchange->target.size < 1024 ? exchange->target.size : 1024;
    int size =
        snprintf(line, sizeof line, "version %.*s: %.*s %.*s: %s %s, after %llu instructions",
                 (int)tenant->version.size, tenant->version.data, (int)exchange->method.size, exchange->method.data,
                 (int)target, exchange->target.data, what, place, (unsigned long long)exchange->outcome.instructions);
    if (size >= (int)sizeof line)
        size = sizeof line - 1;
    (void)guest_log_line(&exchange->state->rest->log, tenant->name, MAYFLY_LOG_ERROR, (struct span){line, (size_t)size},
                         *exchange->output.now);
}

static void fail_trapped(struct exchange *exchange)
{
    const struct mf_outcome *outcome = &exchange->outcome;
    char what[128];
    switch (outcome->trap) {
    case MF_TRAP_LOAD:
    case MF_TRAP_STORE:
    case MF_TRAP_MISALIGNED_ATOMIC:
        snprintf(what, sizeof what, "trapped: %s (address 0x%x)", mf_outcome_trap(outcome), outcome->address);
        break;
    default:
        snprintf(what, sizeof what, "trapped: %s", mf_trap_name(outcome->trap));
    }
    log_failure(exchange, what);
    metrics_add(&counters(exchange)->trapped, 1);
    exchange->stop = "trapped";
    ERROR(exchange, 502, "the tenant's program trapped");
}

static void fail_exited(struct exchange *exchange)
{
    char what[64];
    snprintf(what, sizeof what, "exited with code %d and without a response", exchange->outcome.exit_code);
    log_failure(exchange, what);
    metrics_add(&counters(exchange)->exited, 1);
    exchange->stop = "exited";
    ERROR(exchange, 502, "the tenant's program exited without a response");
}

void exchange_refuse(struct exchange *exchange, const char *why)
{
    char what[256];
    snprintf(what, sizeof what, "bad response: %s", why ? why : "not valid");
    log_failure(exchange, what);
    metrics_add(&counters(exchange)->bad_response, 1);
    exchange->stop = "bad_response";
    ERROR(exchange, 502, "the tenant's program gave a bad response");
}

static void fail_limit(struct exchange *exchange)
{
    char what[96];
    snprintf(what, sizeof what, "instruction limit of %llu reached", (unsigned long long)exchange->terms.instructions);
    log_failure(exchange, what);
    metrics_add(&counters(exchange)->instruction_limit, 1);
    exchange->stop = "instruction_limit";
    ERROR(exchange, 504, "the tenant's program used more instructions than it may");
}

static void fail_deadline(struct exchange *exchange)
{
    char what[96];
    snprintf(what, sizeof what, "deadline of %u ms passed", exchange->terms.deadline_ms);
    log_failure(exchange, what);
    metrics_add(&counters(exchange)->deadline, 1);
    exchange->stop = "deadline";
    ERROR(exchange, 504, "the tenant's program missed its deadline");
}

static void fail_mappings(struct exchange *exchange)
{
    log_failure(exchange, "split its memory into more mappings than the worker has left");
    metrics_add(&counters(exchange)->busy, 1);
    exchange->stop = "mappings";
    ERROR(exchange, 503, "the tenant's program takes too many mappings of memory");
    exchange->error.retry_after = 1;
}

static void fail_memory(struct exchange *exchange)
{
    log_failure(exchange, "took more memory than limits.total_memory leaves beside the tenant's other requests");
    metrics_add(&counters(exchange)->over_memory, 1);
    exchange->stop = "memory";
    ERROR(exchange, 503, "the tenant's requests take too much memory");
    exchange->error.retry_after = 1;
}

/* ---- running --------------------------------------------------------------------------------------- */

static bool park(struct exchange *exchange, struct worker *worker)
{
    uint64_t used = exchange->outcome.instructions;
    exchange->young = used > 0 && used < exchange->terms.slice_instructions;
    exchange->state->young += exchange->young;
    run_queue_push(&worker->run_queue, &exchange->state->waiting, &exchange->task);
    metrics_set(&worker->counters->runnable, worker->run_queue.count);
    return false;
}

/* It is out of the run queue again. */
static void unpark(struct exchange *exchange, struct worker *worker)
{
    exchange->state->young -= exchange->young;
    exchange->young = false;
    metrics_set(&worker->counters->runnable, worker->run_queue.count);
}

bool exchange_had_share(const struct worker *worker, const struct tenant_state *state)
{
    return state->young > 0 || state->restoring > 0 ||
           (state->iteration == worker->iteration && state->spent_ns >= EXCHANGE_SHARE_NS);
}

static void spend(const struct worker *worker, struct tenant_state *state, uint64_t ns)
{
    if (state->iteration != worker->iteration) {
        state->iteration = worker->iteration;
        state->spent_ns = 0;
    }
    state->spent_ns += ns;
}

static bool is_wary(struct tenant_state *state, int64_t now)
{
    state->wary = state->wary && now < state->rest->wary_until;
    return state->wary;
}

/* A tenant whose pieces take long gets shorter ones, and then slowly longer ones again: paying for a call in many fast
 * pieces must not earn it a long one. One whose request has much memory, and so may have touched many pages in the
 * piece, waits for that: quick instructions, of this request or another, would soon earn it the next. It is the
 * tenant's and not the request's, or each new request could begin with a long piece. */
static void adapt_piece(struct exchange *exchange, const struct worker *worker, uint64_t ns)
{
    struct tenant_state *state = exchange->state;
    if (ns > EXCHANGE_SLICE_NS) {
        state->piece = PIECE_LEAST;
        if (mf_instance_memory(exchange->instance) >= WARY_MEMORY) {
            state->wary = true;
            state->rest->wary_until = worker_now(worker) + WARY_NS;
        }
    } else if (ns > EXCHANGE_SLICE_NS / 4) {
        state->piece = (uint16_t)(state->piece / 2 > PIECE_LEAST ? state->piece / 2 : PIECE_LEAST);
    } else if (state->piece < PIECE_MOST && !is_wary(state, worker_now(worker))) {
        state->piece++;
    }
}

static bool is_over(void *user)
{
    const struct exchange *exchange = (struct exchange *)((char *)user - offsetof(struct exchange, output));
    return ticks_ns(exchange->ticks, exchange->slice_ticks, ticks_read()) >= EXCHANGE_SLICE_NS;
}

const struct mf_host exchange_host = {.log = guest_log_say, .output = guest_log_output, .pause = is_over};

static uint64_t piece_of(struct tenant_state *state)
{
    if (!state->piece)
        state->piece = PIECE_MOST; /* of a tenant that nothing is known of */
    return state->piece;
}

/* Runs the instance for a slice, which `since` began and which takes *spent_ns; false: its instruction limit is
 * reached. Fuel comes in pieces, for a slice has a length in time, too: a square root or the first write to a page
 * takes a hundred times as long as an addition. */
static bool run_pieces(struct exchange *exchange, const struct worker *worker, uint64_t since, uint64_t *spent_ns)
{
    const struct tenant_terms *terms = &exchange->terms;
    struct tenant_state *state = exchange->state;
    struct profile *profile = terms->program->profile;
    uint64_t begun = exchange->outcome.instructions, used = begun;
    bool last, over;
    exchange->slice_ticks = since;
    *spent_ns = 0;
    do {
        uint64_t left = used < terms->instructions ? terms->instructions - used : 0; /* a run may go over on credit */
        uint64_t piece = piece_of(state) + exchange->outcome.debt;                   /* which takes no time to pay */
        if (profile)
            piece = profile_piece(profile, worker_now(worker), piece);
        bool repeats = exchange->outcome.repeating; /* that is behind the limit, whatever is left */
        mf_instance_run_slice(exchange->instance, piece, repeats ? UINT64_MAX : left, &exchange->outcome);
        last = left <= piece && !exchange->outcome.repeating && !exchange->outcome.paused;
        uint64_t now = ticks_read(), ns = ticks_ns(&worker->ticks, since, now);
        if (!exchange->outcome.paused || exchange->outcome.instructions != used) /* not only the host was at work */
            adapt_piece(exchange, worker, ns);
        *spent_ns += ns;
        since = now;
        used = exchange->outcome.instructions;
        if (profile && exchange->outcome.stop == MF_STOP_FUEL && !exchange->outcome.paused)
            profile_note(profile, exchange->outcome.pc);
        over = used - begun >= terms->slice_instructions || *spent_ns >= EXCHANGE_SLICE_NS;
    } while (exchange->outcome.stop == MF_STOP_FUEL && !last && !over);
    return !last; /* the engine may stop a few instructions early: the last of the fuel is given only once */
}

/* Counts the mappings of a request that is about to be parked. False: the worker has no more for those that need many.
 */
static bool afford_mappings(struct exchange *exchange, struct worker *worker)
{
    size_t now = mf_instance_mappings(exchange->instance);
    size_t over = now > EXCHANGE_MAPPINGS_USUAL ? now - EXCHANGE_MAPPINGS_USUAL : 0;
    if (over > exchange->mappings && worker->mappings - exchange->mappings + over > EXCHANGE_MAPPINGS_MOST)
        return false;
    worker->mappings += over - exchange->mappings;
    exchange->mappings = over;
    return true;
}

/* Counts the memory of a request that is about to be parked. False: the tenant's requests take more than they may, and
 * this is not the only one. */
static bool afford_memory(struct exchange *exchange, const struct worker *worker)
{
    const struct catalog_tenant *tenant = exchange->terms.catalog;
    uint64_t *sum = &counters(exchange)->memory;
    size_t now = mf_instance_memory(exchange->instance);
    metrics_set(sum, *sum + now - exchange->memory);
    exchange->memory = now;
    if (tenant->limits.total_memory == 0)
        return true;
    uint64_t all = budget_memory(worker->metrics, tenant->slot);
    return all <= tenant->limits.total_memory || all == now;
}

/* Of a slice that began with so many. What is run again after a fault in native code is work like any other, but the
 * guest's instructions stay what they are on each engine. */
static void charge_slice(const struct exchange *exchange, uint64_t used, uint64_t repeated, uint64_t lines)
{
    struct metrics_tenant *row = counters(exchange);
    used = exchange->outcome.instructions - used;
    repeated = exchange->outcome.repeated - repeated;
    if (exchange->state->budgets)
        budget_charge(exchange->state, used + repeated + BUDGET_LINE * (row->log_lines - lines));
    metrics_add(&row->slices, 1);
    metrics_add(&row->instructions, used);
    if (repeated)
        metrics_add(&row->repeated, repeated);
}

/* One slice. `since`: when the work for this slice began (submit counts as the sandbox's time). */
static bool run_slice(struct exchange *exchange, struct worker *worker, uint64_t since)
{
    struct tenant_state *state = exchange->state;
    uint64_t used = exchange->outcome.instructions, repeated = exchange->outcome.repeated;
    uint64_t lines = state->budgets ? counters(exchange)->log_lines : 0;
    uint64_t ns;
    bool more = run_pieces(exchange, worker, since, &ns);
    exchange->ns += ns;
    spend(worker, state, ns);
    charge_slice(exchange, used, repeated, lines);
    switch (exchange->outcome.stop) {
    case MF_STOP_RESPONDED:
        exchange->stop = "responded";
        return true;
    case MF_STOP_FUEL:
        if (!more)
            fail_limit(exchange);
        else if (!afford_mappings(exchange, worker))
            fail_mappings(exchange);
        else if (!exchange->outcome.paused && !afford_memory(exchange, worker)) /* a move takes both places meanwhile */
            fail_memory(exchange);
        else
            return park(exchange, worker);
        return true;
    case MF_STOP_TRAPPED:
        fail_trapped(exchange);
        return true;
    case MF_STOP_BAD_RESPONSE:
        exchange_refuse(exchange, exchange->outcome.reason);
        return true;
    case MF_STOP_EXITED:
    case MF_STOP_WAITING: /* a second accept is refused, so this cannot be; it would be no answer either */
        break;
    }
    fail_exited(exchange);
    return true;
}

bool exchange_resume(struct exchange *exchange, struct worker *worker)
{
    unpark(exchange, worker);
    if (worker_now(worker) >= exchange->deadline) {
        fail_deadline(exchange);
        return true;
    }
    return run_slice(exchange, worker, ticks_read());
}

static void refuse_busy(struct exchange *exchange)
{
    exchange->stop = "busy";
    metrics_add(&counters(exchange)->busy, 1);
    ERROR(exchange, 503, "the tenant has no free instance");
    exchange->error.retry_after = 1;
}

/* True: the tenant's requests take all the memory that they may. The others' counters, which are far away, are only
 * looked at if this worker's share of it is used up. */
static bool refuse_over_memory(struct exchange *exchange, const struct worker *worker)
{
    const struct tenant_state *state = exchange->state;
    if (!(state->active | state->restoring))
        return false;
    const struct catalog_tenant *tenant = exchange->terms.catalog;
    uint64_t most = tenant->limits.total_memory;
    if (most == 0 || counters(exchange)->memory <= most / worker->count ||
        budget_memory(worker->metrics, tenant->slot) < most)
        return false;
    metrics_add(&counters(exchange)->over_memory, 1);
    exchange->stop = "over_budget";
    ERROR(exchange, 503, "the tenant's requests take too much memory");
    exchange->error.retry_after = 1;
    return true;
}

/* True: the tenant has used up what it may per second. Told in the metrics and not in the log, which would cost more
 * than the answer. */
static bool refuse_over_budget(struct exchange *exchange, const struct worker *worker)
{
    unsigned retry_after;
    switch (budget_check(exchange->state, worker_now(worker), &retry_after)) {
    case BUDGET_LEFT:
        return false;
    case BUDGET_NO_CPU:
        metrics_add(&counters(exchange)->over_cpu, 1);
        ERROR(exchange, 429, "the tenant has used up its instructions per second");
        break;
    case BUDGET_NO_BYTES:
        metrics_add(&counters(exchange)->over_sent, 1);
        ERROR(exchange, 429, "the tenant has used up its bytes of responses per second");
        break;
    }
    exchange->stop = "over_budget";
    exchange->error.retry_after = retry_after;
    return true;
}

/* A host that refuses instances says so once a second, not once a request. */
static void log_no_instance(struct worker *worker, const struct catalog_tenant *tenant, const char *why)
{
    if (worker_now(worker) - worker->refusal_logged < NS_PER_SECOND)
        return;
    worker->refusal_logged = worker_now(worker);
    log_warning("tenant %.*s: no instance: %s", (int)tenant->name.size, tenant->name.data, why);
}

static bool acquire(struct exchange *exchange, struct worker *worker)
{
    const struct tenant_terms *terms = &exchange->terms;
    struct tenant_state *state = exchange->state;
    exchange_settle(worker); /* of a request before in this turn, if it is not done yet: one instance is enough then */
    if (state->active >= terms->concurrency) {
        refuse_busy(exchange);
        return false;
    }
    struct mf_diagnostic why;
    why.text[0] = 0;
    exchange->instance = mf_pool_acquire(terms->pool, &why);
    if (!exchange->instance) {
        log_no_instance(worker, terms->catalog, why.text);
        refuse_busy(exchange);
        return false;
    }
    mf_instance_set_user(exchange->instance, &exchange->output);
    terms->program->requests++;
    terms->program->used = true;
    terms->program->last_used = worker_now(worker);
    state->active++;
    metrics_set(&terms->metrics->active, state->active);
    return true;
}

bool exchange_begin(struct exchange *exchange, struct worker *worker, struct tenant_state *state,
                    const struct mf_request *request)
{
    uint64_t since = ticks_read();
    exchange->site = worker->site;
    exchange->site->requests++;
    exchange->state = state;
    exchange->terms = state->terms;
    exchange->method = (struct span){request->method.data, request->method.size};
    exchange->target = (struct span){request->target.data, request->target.size};
    exchange->output.log = &state->rest->log;
    exchange->output.now = &worker->loop.now;
    exchange->ticks = &worker->ticks;
    exchange->output.tenant = &exchange->terms.catalog->name;
    exchange->error.status = 0;
    exchange->ns = 0;
    exchange->pages = 0;
    exchange->outcome.instructions = 0;
    exchange->outcome.repeated = 0;
    exchange->outcome.repeating = false;
    exchange->outcome.debt = 0;
    if (!exchange->terms.program) {
        exchange->stop = "undeployed";
        ERROR(exchange, 503, "no version of the tenant is deployed");
        exchange->error.retry_after = 1;
        return true;
    }
    if (refuse_over_budget(exchange, worker) || refuse_over_memory(exchange, worker) || !acquire(exchange, worker))
        return true;
    budget_charge(state, BUDGET_REQUEST);
    budget_charge_copy(state, request->body.size);
    if (request->body.size)
        metrics_add(&counters(exchange)->bytes_in, request->body.size);
    if (mf_instance_submit(exchange->instance, request) != 0) {
        exchange->stop = "too_large";
        ERROR(exchange, 413, "the request does not fit the tenant's request block");
        return true;
    }
    exchange->deadline = worker_now(worker) + (int64_t)exchange->terms.deadline_ms * NS_PER_MS;
    /* A tenant whose requests already wait for slices gets no slice more by sending another one. */
    if (state->waiting.first || exchange_had_share(worker, state))
        return park(exchange, worker);
    return run_slice(exchange, worker, since);
}

const struct mf_response *exchange_response(const struct exchange *exchange)
{
    return exchange->error.status ? NULL : mf_instance_response(exchange->instance);
}

/* ---- ending ---------------------------------------------------------------------------------------- */

static void release_site(struct worker *worker, struct site *site)
{
    if (--site->requests == 0 && site != worker->site)
        worker_site_idle(worker, site);
}

/* Every so many audits one looks at all memory, not only at what can have been written: that is what finds a page which
 * is writable and should not be. */
#define THOROUGH_AUDIT_EVERY 64

/* Compares an instance that was rolled back with its snapshot. True if it is as new. */
static bool audit(const struct exchange_held *held)
{
    const struct catalog_tenant *tenant = held->terms.catalog;
    struct metrics_tenant *metrics = held->terms.metrics;
    struct mf_diagnostic why;
    bool thorough = metrics->audits % THOROUGH_AUDIT_EVERY == 0;
    metrics_add(&metrics->audits, 1);
    if (mf_instance_audit(held->instance, thorough, &why) == 0)
        return true;
    metrics_add(&metrics->audit_mismatches, 1);
    log_error("ALARM: tenant %.*s, version %.*s: an instance differs from its snapshot after rollback, it is "
              "destroyed: %s",
              (int)tenant->name.size, tenant->name.data, (int)tenant->version.size, tenant->version.data, why.text);
    return false;
}

/* Every tenant pays for its pieces as they are done. As mf_instance_rollback_some. */
static int roll_back(const struct worker *worker, const struct exchange_held *held, unsigned *pages)
{
    unsigned done = 0;
    int more = mf_instance_rollback_some(held->instance, EXCHANGE_ROLLBACK_PAGES, &done);
    metrics_add(&held->terms.metrics->pages, done);
    spend(worker, held->state, (uint64_t)done * PAGE_NS);
    budget_charge(held->state, (uint64_t)done * BUDGET_PAGE);
    *pages += done;
    return more;
}

static bool audit_is_due(const struct exchange_held *held)
{
    struct tenant_state *state = held->state;
    if (!held->terms.audit_every || ++state->since_audit < held->terms.audit_every)
        return false;
    state->since_audit = 0;
    return true;
}

/* The instance has been rolled back; `failed`: the host has refused to. */
static void give_back(struct worker *worker, const struct exchange_held *held, bool failed)
{
    struct worker_program *program = held->terms.program;
    uint64_t *memory = &held->terms.metrics->memory;
    worker->mappings -= held->mappings;
    if (held->memory)
        metrics_set(memory, *memory - held->memory);
    if (failed || (audit_is_due(held) && !audit(held)))
        mf_pool_discard(held->terms.pool, held->instance);
    else
        mf_pool_take(held->terms.pool, held->instance);
    program->used = true;
    if (--program->requests == 0 && !program->named)
        worker_program_idle(worker, program);
    release_site(worker, held->site);
}

/* Who has many mappings gives them back at once when they become few. */
static bool is_urgent(const struct worker *worker, const struct exchange_held *held)
{
    return held->mappings > 0 && worker->mappings > EXCHANGE_MAPPINGS_MOST / 2;
}

/* The rest of it comes in pieces, between other work. False: now, for it is urgent, or for want of memory. */
static bool set_aside(struct worker *worker, const struct exchange_held *held)
{
    bool may_wait = held->state->restoring < UINT8_MAX && !is_urgent(worker, held);
    struct exchange_slow *slow = may_wait ? malloc(sizeof *slow) : NULL;
    if (!slow)
        return false;
    *slow = (struct exchange_slow){.held = *held};
    held->state->restoring++;
    *worker->slow_end = slow;
    worker->slow_end = &slow->next;
    return true;
}

unsigned exchange_settle(struct worker *worker)
{
    const struct exchange_held held = worker->held;
    unsigned pages = 0;
    if (!held.instance)
        return 0;
    worker->held.instance = NULL;
    int more = roll_back(worker, &held, &pages);
    if (more > 0 && set_aside(worker, &held))
        return pages;
    while (more > 0)
        more = roll_back(worker, &held, &pages);
    give_back(worker, &held, more < 0);
    return pages;
}

bool exchange_restore_slow(struct worker *worker)
{
    struct exchange_slow *slow = worker->slow;
    unsigned pages = 0;
    if (!slow)
        return false;
    worker->slow = slow->next;
    if (!worker->slow)
        worker->slow_end = &worker->slow;
    slow->next = NULL;
    int more = roll_back(worker, &slow->held, &pages);
    if (more > 0) { /* behind the others */
        *worker->slow_end = slow;
        worker->slow_end = &slow->next;
    } else {
        slow->held.state->restoring--;
        give_back(worker, &slow->held, more < 0);
        free(slow);
    }
    return worker->slow != NULL;
}

static void count_status(struct metrics_tenant *row, unsigned status)
{
    if (status < 300)
        metrics_add(&row->responses_2xx, 1);
    else if (status < 400)
        metrics_add(&row->responses_3xx, 1);
    else if (status < 500)
        metrics_add(&row->responses_4xx, 1);
    else
        metrics_add(&row->responses_5xx, 1);
}

/* The instance goes into the hold; what else the request had is let go. */
static void let_go(struct exchange *exchange, struct worker *worker, bool settle)
{
    struct tenant_state *state = exchange->state;
    if (exchange->instance) {
        exchange_settle(worker);
        struct metrics_tenant *metrics = exchange->terms.metrics;
        metrics_add(&metrics->sandbox_ns, exchange->ns);
        metrics_set(&metrics->active, --state->active);
        if (exchange->output.partial[0] || exchange->output.partial[1])
            guest_log_finish(&exchange->output);
        worker->held = (struct exchange_held){exchange->instance, exchange->state,    exchange->terms,
                                              exchange->site,     exchange->mappings, exchange->memory};
        exchange->mappings = exchange->memory = 0;
        exchange->instance = NULL;
        if (settle)
            exchange->pages = exchange_settle(worker);
    } else {
        release_site(worker, exchange->site);
    }
    exchange->site = NULL;
}

void exchange_end(struct exchange *exchange, struct worker *worker, unsigned status, uint64_t body_size, bool settle)
{
    struct metrics_tenant *row = counters(exchange);
    count_status(row, status);
    if (!exchange->error.status)
        metrics_add(&row->responded, 1);
    metrics_add(&row->bytes_out, body_size);
    if (exchange->instance) /* a refusal costs the tenant nothing, or its debt would grow with each */
        budget_charge_response(exchange->state, body_size);
    let_go(exchange, worker, settle);
}

void exchange_abandon(struct exchange *exchange, struct worker *worker)
{
    if (exchange->task.tenant)
        run_queue_remove(&worker->run_queue, &exchange->task);
    unpark(exchange, worker);
    metrics_add(&counters(exchange)->abandoned, 1);
    exchange->stop = "client_gone";
    let_go(exchange, worker, true);
}
