/* SPDX-License-Identifier: Apache-2.0 */
#include "server/worker_site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { SLOTS = 64 };

static struct worker_programs no_programs;

static struct metrics *set_up(struct tenant_states *states)
{
    struct metrics *metrics = metrics_create(2, SLOTS);
    assert_non_null(metrics);
    tenant_states_init(states, metrics, 1);
    return metrics;
}

/* A site of these tenants, or NULL if they are refused. */
static struct site *make(struct tenant_states *states, const struct catalog_tenant *tenants, size_t count)
{
    struct catalog catalog = {.generation = 1, .tenants = tenants, .tenant_count = count};
    int sealed = catalog_seal(&catalog);
    assert_true(sealed >= 0);
    const struct catalog *mapped = catalog_map(sealed);
    close(sealed);
    assert_non_null(mapped);
    struct site *site = site_create(mapped, states, &no_programs);
    if (!site)
        catalog_unmap(mapped);
    return site;
}

static const struct catalog_tenant usual = {
    .name = SPAN("a"),
    .slot = 7,
    .audit_every = 9,
    .limits = {
        .instructions = 1000, .slice_instructions = 100, .deadline_ms = 5, .concurrency = 3, .request_body = 11}};

static void test_terms(void **state)
{
    struct tenant_states states;
    struct metrics *metrics = set_up(&states);
    struct site *site = make(&states, &usual, 1);
    const struct tenant_terms *terms = &states.by_slot[7].terms;
    assert_ptr_equal(terms->catalog, &site->catalog->tenants[0]);
    assert_ptr_equal(terms->metrics, metrics_tenant(metrics, 1, 7));
    assert_ptr_equal(states.rest[7].log.metrics, terms->metrics);
    assert_null(terms->program);
    assert_int_equal(terms->instructions, 1000);
    assert_int_equal(terms->slice_instructions, 100);
    assert_int_equal(terms->deadline_ms, 5);
    assert_int_equal(terms->concurrency, 3);
    assert_int_equal(states.rest[7].request_body, 11);
    assert_int_equal(terms->audit_every, 9);
    site_destroy(site);
    tenant_states_dispose(&states);
    metrics_destroy(metrics);
}

/* What a tenant has at work stays when a catalog is replaced; the terms are the new one's, and those of a tenant that
 * it does not have are gone, for they point into the old one. */
static void test_the_next_catalog(void **state)
{
    struct catalog_tenant both[] = {usual, {.name = SPAN("b"), .slot = 8, .limits = {.concurrency = 1}}};
    struct tenant_states states;
    struct metrics *metrics = set_up(&states);
    struct site *first = make(&states, both, 2);
    states.by_slot[7].active = 2;
    assert_non_null(states.by_slot[8].terms.catalog);
    both[0].limits.concurrency = 20;
    struct site *second = make(&states, both, 1);
    assert_true(first->serial != second->serial);
    assert_int_equal(states.by_slot[7].active, 2);
    assert_int_equal(states.by_slot[7].terms.concurrency, 20);
    assert_ptr_equal(states.by_slot[7].terms.catalog, &second->catalog->tenants[0]);
    assert_null(states.by_slot[8].terms.catalog);
    site_destroy(first);
    site_destroy(second);
    tenant_states_dispose(&states);
    metrics_destroy(metrics);
}

/* A catalog that is refused leaves the terms as they were. */
static void test_refusals(void **state)
{
    struct catalog_tenant outside[] = {usual, {.name = SPAN("far"), .slot = SLOTS}};
    struct catalog_tenant unknown[] = {usual, {.name = SPAN("b"), .slot = 8, .program = 5}};
    struct tenant_states states;
    struct metrics *metrics = set_up(&states);
    struct site *site = make(&states, &usual, 1);
    outside[0].limits.concurrency = unknown[0].limits.concurrency = 99;
    assert_null(make(&states, outside, 2));
    assert_null(make(&states, unknown, 2));
    assert_int_equal(states.by_slot[7].terms.concurrency, 3);
    assert_ptr_equal(states.by_slot[7].terms.catalog, &site->catalog->tenants[0]);
    site_destroy(site);
    tenant_states_dispose(&states);
    metrics_destroy(metrics);
}

static void test_budgets(void **state)
{
    struct catalog_tenant tenant = usual;
    struct tenant_states states;
    struct metrics *metrics = set_up(&states);
    struct site *none = make(&states, &tenant, 1);
    const struct tenant_state *it = &states.by_slot[7];
    assert_false(it->budgets);
    tenant.limits.response_bytes_per_second = 10;
    struct site *sent = make(&states, &tenant, 1);
    assert_true(it->budgets && it->rest->sent.rate == 10 && it->rest->cpu.rate == 0);
    states.by_slot[7].rest->sent.tokens = -1000;
    tenant.limits.response_bytes_per_second = 20;
    struct site *more = make(&states, &tenant, 1);
    assert_int_equal(it->rest->sent.tokens, -1000); /* a debt outlives a change of the rate */
    tenant.limits.response_bytes_per_second = 0;
    struct site *again = make(&states, &tenant, 1);
    assert_false(it->budgets);
    assert_int_equal(it->rest->sent.tokens, 0); /* and not the budget */
    site_destroy(none);
    site_destroy(sent);
    site_destroy(more);
    site_destroy(again);
    tenant_states_dispose(&states);
    metrics_destroy(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),
        cmocka_unit_test(test_the_next_catalog),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_budgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
