/* SPDX-License-Identifier: Apache-2.0 */
#include "server/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char *render(const struct metrics *metrics, const struct catalog *catalog)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    metrics_render_prometheus(metrics, catalog, out);
    fclose(out);
    return text;
}

static void test_other_process_counts(void **state)
{
    struct metrics *metrics = metrics_create(2, 10);
    assert_non_null(metrics);
    pid_t child = fork();
    if (child == 0) {
        metrics_add(&metrics_worker(metrics, 1)->requests, 5);
        metrics_add(&metrics_tenant(metrics, 1, 9)->instructions, 7);
        _exit(0);
    }
    metrics_add(&metrics_worker(metrics, 0)->requests, 3);
    metrics_add(&metrics_tenant(metrics, 0, 9)->instructions, 1);
    assert_int_equal(waitpid(child, NULL, 0), child);
    struct metrics_worker workers;
    struct metrics_tenant tenant;
    metrics_sum_workers(metrics, &workers);
    metrics_sum_tenant(metrics, 9, &tenant);
    assert_int_equal(workers.requests, 8);
    assert_int_equal(tenant.instructions, 8);
    metrics_sum_tenant(metrics, 8, &tenant);
    assert_int_equal(tenant.instructions, 0);
    metrics_destroy(metrics);
}

static void test_reset_keeps_counters(void **state)
{
    struct metrics *metrics = metrics_create(1, 4);
    metrics_add(&metrics_worker(metrics, 0)->requests, 5);
    metrics_add(&metrics_worker(metrics, 0)->connections, 5);
    metrics_add(&metrics_tenant(metrics, 0, 2)->active, 1);
    metrics_add(&metrics_tenant(metrics, 0, 2)->pages, 4);
    metrics_set(&metrics_worker(metrics, 0)->accepting, 1);
    metrics_reset_worker(metrics, 0);
    assert_int_equal(metrics_worker(metrics, 0)->requests, 5);
    assert_int_equal(metrics_worker(metrics, 0)->connections, 0);
    assert_int_equal(metrics_worker(metrics, 0)->accepting, 0);
    assert_int_equal(metrics_tenant(metrics, 0, 2)->active, 0);
    assert_int_equal(metrics_tenant(metrics, 0, 2)->pages, 4);
    metrics_clear_tenant(metrics, 2);
    assert_int_equal(metrics_tenant(metrics, 0, 2)->pages, 0);
    metrics_destroy(metrics);
}

static void test_text(void **state)
{
    struct metrics *metrics = metrics_create(2, 4);
    const struct catalog_tenant tenants[] = {{.name = SPAN("shop\"\\\n"), .slot = 3}};
    const struct catalog catalog = {.tenants = tenants, .tenant_count = 1};
    metrics_add(&metrics_worker(metrics, 1)->fixed, 11);
    metrics_add(&metrics_tenant(metrics, 0, 3)->responses_5xx, 1);
    metrics_add(&metrics_tenant(metrics, 1, 3)->responses_5xx, 2);
    char *text = render(metrics, &catalog);
    assert_non_null(strstr(text, "# TYPE mayfly_connections gauge\n"));
    assert_non_null(strstr(text, "mayfly_responses_unsandboxed_total{worker=\"1\",source=\"fixed\"} 11\n"));
    assert_non_null(strstr(text, "mayfly_tenant_responses_total{tenant=\"shop\\\"\\\\\\n\",class=\"5xx\"} 3\n"));
    free(text);
    metrics_destroy(metrics);
}

/* Prometheus wants the samples of a name in one block, each name announced once with a help text. */
static void test_each_name_once(void **state)
{
    struct metrics *metrics = metrics_create(1, 1);
    char *text = render(metrics, NULL), *rest = text, *line;
    char seen[200][80];
    size_t count = 0;
    while ((line = strsep(&rest, "\n"))) {
        char name[80], help[256];
        if (sscanf(line, "# HELP %79s %255[^\n]", name, help) < 1)
            continue;
        assert_int_equal(sscanf(line, "# HELP %79s %255[^\n]", name, help), 2);
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(seen[i], name);
        strcpy(seen[count++], name);
    }
    assert_true(count > 20);
    free(text);
    metrics_destroy(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_other_process_counts),
        cmocka_unit_test(test_reset_keeps_counters),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_each_name_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
