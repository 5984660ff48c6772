/* SPDX-License-Identifier: Apache-2.0
 *
 * What the admin API tells about the server.
 *
 *     GET /healthz   200 once the workers serve, else 503
 *     GET /metrics   Prometheus' text format
 *     GET /tenants   JSON, one object per tenant
 *     POST /reload   reads all files again; 200, or 422 with the mistake
 *     POST /upgrade  begins an upgrade; 202, or 409 with the reason
 *     GET /upgrade   JSON: the process that answers and the one that it replaced, the last upgrade and since when
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "server/escape.h"
#include "server/publish.h"
#include "server/supervisor_state.h"

static void say(struct admin_reply *reply, unsigned status, const char *format, ...) PRINTF_LIKE(3, 4);

static void say(struct admin_reply *reply, unsigned status, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    *reply = (struct admin_reply){.status = status, .type = "text/plain; charset=utf-8", .body = strdup(text)};
    reply->size = reply->body ? strlen(reply->body) : 0;
}

/* ---- /tenants -------------------------------------------------------------------------------------- */

static const char *state_of(const struct tenant *tenant)
{
    if (!tenant->config)
        return "misconfigured";
    if (tenant->queued || tenant->build)
        return "deploying";
    if (!tenant->artifact)
        return "failed";
    if (!digest_is_none(&tenant->rejected))
        return "rolled_back";
    return "serving";
}

static const char *error_of(const struct tenant *tenant)
{
    return tenant->config_error ? tenant->config_error : tenant->error ? tenant->error : tenant->routing_error;
}

/* Names of folders and symbols of programs may hold any byte: what is no UTF-8 becomes U+FFFD, for jansson would print
 * nothing at all. */
static json_t *json_text(const char *text)
{
    struct span rest = span_of(text);
    char *clean = malloc(3 * rest.size + 1), *at = clean;
    if (!clean)
        return json_null();
    while (rest.size > 0) {
        size_t size = utf8_sequence(rest);
        memcpy(at, size ? rest.data : "\xef\xbf\xbd", size ? size : 3);
        at += size ? size : 3;
        rest = (struct span){rest.data + (size ? size : 1), rest.size - (size ? size : 1)};
    }
    json_t *string = json_stringn_nocheck(clean, (size_t)(at - clean));
    free(clean);
    return string;
}

static json_t *json_text_or_null(const char *text)
{
    return text ? json_text(text) : json_null();
}

/* How the tenant's program runs. */
static void describe_tier(json_t *object, const struct supervisor *supervisor, const struct artifact *artifact)
{
    const struct native *native = artifact->native;
    json_object_set_new(object, "tier", json_string(compilers_state(supervisor->compilers, artifact)));
    json_object_set_new(object, "native_functions", json_integer(native ? (json_int_t)native->functions : 0));
    json_object_set_new(object, "native_bytes", json_integer(native ? (json_int_t)native->size : 0));
}

static json_t *json_time(int64_t wall)
{
    char text[32];
    time_t seconds = (time_t)(wall / NS_PER_SECOND);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return json_string(text);
}

static json_t *describe_tenant(const struct supervisor *supervisor, const struct tenant *tenant)
{
    json_t *hosts = json_array();
    for (size_t i = 0; tenant->config && i < tenant->config->settings.hosts.count; i++)
        json_array_append_new(hosts, json_text(tenant->config->settings.hosts.items[i].text));
    json_t *object = json_object();
    json_object_set_new(object, "name", json_text(tenant->name));
    json_object_set_new(object, "state", json_string(state_of(tenant)));
    json_object_set_new(object, "hosts", hosts);
    json_object_set_new(object, "prefix",
                        json_text_or_null(tenant->config ? tenant->config->settings.prefix.text : NULL));
    json_object_set_new(object, "version", json_text_or_null(tenant->artifact ? tenant->artifact->version : NULL));
    json_object_set_new(object, "error", json_text_or_null(error_of(tenant)));
    json_object_set_new(object, "since", json_time(tenant->since));
    if (tenant->artifact) {
        const struct mf_program_info *info = &tenant->artifact->info;
        json_object_set_new(object, "init_instructions", json_integer((json_int_t)info->init_instructions));
        json_object_set_new(object, "snapshot_bytes", json_integer((json_int_t)info->snapshot_bytes));
        json_object_set_new(object, "artifact_bytes", json_integer((json_int_t)info->artifact_bytes));
        describe_tier(object, supervisor, tenant->artifact);
    }
    return object;
}

/* Takes the root over. */
static void answer_json(json_t *root, struct admin_reply *reply)
{
    char *body = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    json_decref(root);
    *reply = (struct admin_reply){.status = body ? 200 : 500, .type = "application/json", .body = body};
    reply->size = body ? strlen(body) : 0;
}

static void answer_tenants(const struct supervisor *supervisor, struct admin_reply *reply)
{
    json_t *tenants = json_array();
    for (size_t i = 0; i < supervisor->store.count; i++)
        json_array_append_new(tenants, describe_tenant(supervisor, supervisor->store.list[i]));
    json_t *root = json_object();
    json_object_set_new(root, "tenants", tenants);
    json_object_set_new(root, "config_error", json_text_or_null(supervisor->config_error));
    answer_json(root, reply);
}

/* ---- /metrics -------------------------------------------------------------------------------------- */

static void own_metric(FILE *out, const char *name, const char *type, const char *help, uint64_t value)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", name, help, name, type, name, (unsigned long long)value);
}

static void compiler_metrics(const struct supervisor *supervisor, FILE *out)
{
    struct compilers_counts counts;
    compilers_counts(supervisor->compilers, &counts);
    own_metric(out, "mayfly_compilers", "gauge", "Compilers of hot code at work", counts.running);
    own_metric(out, "mayfly_compilations_total", "counter", "Programs that got native code from a compiler",
               counts.finished);
    own_metric(out, "mayfly_compilations_failed_total", "counter",
               "Compilers that failed, were killed or were refused: the functions are interpreted", counts.failed);
    own_metric(out, "mayfly_compiler_cpu_milliseconds_total", "counter", "Processor time of compilers that have ended",
               counts.cpu_ms);
    own_metric(out, "mayfly_code_cache_hits_total", "counter", "Programs that were native at once, from the code cache",
               counts.cached);
}

static void answer_metrics(const struct supervisor *supervisor, struct admin_reply *reply)
{
    struct deploy_counts counts = {0};
    struct catalog *names = publish_names(&supervisor->store);
    FILE *out = open_memstream(&reply->body, &reply->size);
    reply->status = out ? 200 : 500;
    reply->type = "text/plain; version=0.0.4; charset=utf-8";
    if (out) {
        if (supervisor->deploy)
            deploy_counts(supervisor->deploy, &counts);
        own_metric(out, "mayfly_tenants", "gauge", "Tenants found", supervisor->store.count);
        own_metric(out, "mayfly_workers_replaced_total", "counter", "Workers that died and were replaced",
                   worker_set_replaced(supervisor->workers));
        own_metric(out, "mayfly_namespaces", "gauge",
                   "1: workers, builders and compilers are in namespaces of their own", supervisor->user.apart);
        own_metric(out, "mayfly_worker_violations_total", "counter",
                   "Workers killed because they asked the kernel for what they may not: an alarm",
                   worker_set_violations(supervisor->workers));
        own_metric(out, "mayfly_builders", "gauge", "Programs being built", counts.building);
        own_metric(out, "mayfly_builds_total", "counter", "Programs built", counts.built);
        own_metric(out, "mayfly_builds_failed_total", "counter", "Programs that could not be built", counts.failed);
        own_metric(out, "mayfly_builds_shared_total", "counter", "Deployments that an existing artifact served",
                   counts.shared);
        own_metric(out, "mayfly_rollbacks_total", "counter", "New versions that crashed and gave way to the one before",
                   counts.rolled_back);
        own_metric(out, "mayfly_catalog_generation", "gauge", "Catalogs published", supervisor->generation);
        own_metric(out, "mayfly_reloads_failed_total", "counter", "Configurations that were refused",
                   supervisor->reload_failures);
        compiler_metrics(supervisor, out);
        metrics_render_prometheus(supervisor->metrics, names, out);
        if (fclose(out) != 0)
            reply->status = 500;
    }
    publish_free_names(names);
}

/* ---- the pages ------------------------------------------------------------------------------------- */

static void answer_health(const struct supervisor *supervisor, struct admin_reply *reply)
{
    if (supervisor->ending)
        say(reply, 503, "ending\n");
    else if (!supervisor->ready)
        say(reply, 503, "starting\n");
    else
        say(reply, 200, "ok\n");
}

static void answer_reload(struct supervisor *supervisor, struct admin_reply *reply)
{
    supervisor_reload(supervisor, true);
    if (supervisor->config_error)
        say(reply, 422, "%s\n", supervisor->config_error);
    else
        say(reply, 200, "reloaded\n");
}

static void answer_upgrade(const struct supervisor *supervisor, struct admin_reply *reply)
{
    const struct upgrade *upgrade = &supervisor->upgrade;
    json_t *root = json_pack("{s:i, s:s, s:o, s:o, s:o}", "pid", (int)getpid(), "state",
                             upgrade->error[0]       ? "failed"
                             : upgrade->pid > 0      ? "under way"
                             : upgrade->replaced > 0 ? "done"
                                                     : "none",
                             "since", upgrade->since ? json_time(upgrade->since) : json_null(), "replaced",
                             upgrade->replaced > 0 ? json_integer(upgrade->replaced) : json_null(), "error",
                             json_text_or_null(upgrade->error[0] ? upgrade->error : NULL));
    answer_json(root, reply);
}

static void begin_upgrade(struct supervisor *supervisor, struct admin_reply *reply)
{
    if (supervisor->ending)
        say(reply, 409, "this server ends\n");
    else if (upgrade_begin(supervisor))
        say(reply, 202, "process %d begins\n", (int)supervisor->upgrade.pid);
    else
        say(reply, 409, "%s\n", supervisor->upgrade.error[0] ? supervisor->upgrade.error : "an upgrade is under way");
}

void report_answer(void *user, struct span method, struct span path, struct admin_reply *reply)
{
    struct supervisor *supervisor = user;
    bool get = span_equal(method, SPAN("GET")) || span_equal(method, SPAN("HEAD"));
    bool post = span_equal(method, SPAN("POST"));
    bool reload = span_equal(path, SPAN("/reload")), upgrade = span_equal(path, SPAN("/upgrade"));
    if (reload && post)
        answer_reload(supervisor, reply);
    else if (upgrade && post)
        begin_upgrade(supervisor, reply);
    else if (reload)
        say(reply, 405, "POST it\n");
    else if (!get)
        say(reply, 405, "GET it\n");
    else if (span_equal(path, SPAN("/healthz")))
        answer_health(supervisor, reply);
    else if (span_equal(path, SPAN("/metrics")))
        answer_metrics(supervisor, reply);
    else if (span_equal(path, SPAN("/tenants")))
        answer_tenants(supervisor, reply);
    else if (upgrade)
        answer_upgrade(supervisor, reply);
}
