/* SPDX-License-Identifier: Apache-2.0 */
#include "server/deploy.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "server/builder.h"
#include "server/digest.h"

#define SETTLE_NS  (20 * NS_PER_MS) /* a file younger than this may still be written to */
#define RETRY_NS   (20 * NS_PER_MS)
#define AGAIN_NS   (5 * NS_PER_SECOND)
#define KILLS_MOST 4 /* builders of one version that are killed, before the version is to blame */

/* One builder at work, and for whom. */
struct build {
    struct build *next;
    struct deploy *deploy;
    struct builder builder;
    struct digest key, content;
    char version[9];
    char name[CONFIG_NAME_MAX + 1]; /* of the tenant that began it */
    uint64_t deadline_ms, test_instructions;
    int64_t started;
    bool late;                  /* it was ended because its time was over */
    int artifact;               /* that was made, and is being checked; -1: not yet */
    struct builder_result made; /* with it */
    struct tenant **tenants;
    size_t count, capacity;
    struct timer timer;
};

struct deploy {
    struct deploy_options options;
    uint64_t head_size;
    struct tenant *queue, **queue_end;
    struct tenant *settling; /* queued again when the timer fires */
    struct timer settle_timer;
    struct tenant *failing; /* for want of memory, processes or descriptors: tried again when the timer fires */
    struct timer failing_timer;
    struct build *builds;
    /* Those made here that somebody else holds too: a tenant, or the newest publication. One that neither does was left
     * out of a catalog, so workers may have dropped it, and its id is never used again. */
    struct artifact **artifacts;
    size_t artifact_count, artifact_capacity;
    uint64_t last_program;
    struct deploy_counts counts;
};

/* ---- lists ----------------------------------------------------------------------------------------- */

static void queue_push(struct deploy *deploy, struct tenant *tenant)
{
    tenant->queued = true;
    tenant->next = NULL;
    *deploy->queue_end = tenant;
    deploy->queue_end = &tenant->next;
}

static struct tenant *queue_pop(struct deploy *deploy)
{
    struct tenant *tenant = deploy->queue;
    deploy->queue = tenant->next;
    if (!deploy->queue)
        deploy->queue_end = &deploy->queue;
    tenant->queued = false;
    tenant->next = NULL;
    return tenant;
}

static bool unlink_from(struct tenant **list, struct tenant *tenant)
{
    for (; *list; list = &(*list)->next)
        if (*list == tenant) {
            *list = tenant->next;
            return true;
        }
    return false;
}

/* Room for one more. */
static bool reserve(void **array, size_t count, size_t *capacity, size_t element)
{
    if (count < *capacity)
        return true;
    size_t more = *capacity ? *capacity * 2 : 64;
    void *grown = realloc(*array, more * element);
    if (!grown)
        return false;
    *array = grown;
    *capacity = more;
    return true;
}

/* ---- artifacts ------------------------------------------------------------------------------------- */

void deploy_prune(struct deploy *deploy)
{
    size_t kept = 0;
    for (size_t i = 0; i < deploy->artifact_count; i++) {
        if (deploy->artifacts[i]->references > 1)
            deploy->artifacts[kept++] = deploy->artifacts[i];
        else
            artifact_release(deploy->artifacts[i]);
    }
    deploy->artifact_count = kept;
}

static struct artifact *find_artifact(struct deploy *deploy, const struct digest *key)
{
    deploy_prune(deploy);
    for (size_t i = 0; i < deploy->artifact_count; i++)
        if (digest_equal(&deploy->artifacts[i]->key, key))
            return deploy->artifacts[i];
    return NULL;
}

/* One that may not fail where this tenant's own would succeed: strangers with the same program and tighter limits for
 * its making wait for themselves alone. */
static struct build *find_build(struct deploy *deploy, const struct tenant *tenant)
{
    const struct settings_limits *limits = &tenant->config->settings.limits;
    for (struct build *build = deploy->builds; build; build = build->next)
        if (digest_equal(&build->key, &tenant->wanted) && !build->late && build->deadline_ms == limits->init_deadline &&
            build->test_instructions == limits->instructions)
            return build;
    return NULL;
}

/* ---- keys ------------------------------------------------------------------------------------------ */

/* What the engine allows a request block of this tenant. */
static struct mf_limits limits_of(const struct deploy *deploy, const struct settings_limits *limits)
{
    return (struct mf_limits){
        .memory = limits->memory,
        .stack = limits->stack,
        .init_instructions = limits->init_instructions,
        .request_size = limits->request_size + deploy->head_size,
        .response_size = limits->response_size,
    };
}

static void hash_texts(struct digest_maker *maker, const struct setting_texts *texts)
{
    digest_add(maker, &texts->count, sizeof texts->count);
    for (size_t i = 0; i < texts->count; i++)
        digest_add(maker, texts->items[i].text, strlen(texts->items[i].text) + 1);
}

/* Of all that the artifact depends on: the program's contents and what it is given. */
static struct digest make_key(const struct deploy *deploy, const struct tenant *tenant)
{
    struct digest_maker maker;
    const struct settings_tenant *settings = &tenant->config->settings;
    const struct mf_limits limits = limits_of(deploy, &settings->limits);
    const uint64_t test[2] = {settings->self_test.mark.line != 0, settings->self_test.expect_status};
    digest_begin(&maker);
    digest_add(&maker, &tenant->content, sizeof tenant->content);
    digest_add(&maker, &limits, sizeof limits);
    hash_texts(&maker, &settings->arguments);
    hash_texts(&maker, &settings->environment);
    digest_add(&maker, test, sizeof test);
    if (test[0])
        digest_add(&maker, settings->self_test.path.text, strlen(settings->self_test.path.text) + 1);
    return digest_end(&maker);
}

/* ---- tenants --------------------------------------------------------------------------------------- */

static void changed(struct deploy *deploy)
{
    deploy->options.changed(deploy->options.callback_user);
}

static void tell_failure(struct deploy *deploy, struct tenant *tenant, const char *text)
{
    if (!tenant_set_error(tenant, &tenant->error, text))
        return; /* told before */
    if (tenant->artifact)
        log_error("tenant %s: %s; version %s serves on", tenant->name, text, tenant->artifact->version);
    else
        log_error("tenant %s: %s; its requests are answered with 503", tenant->name, text);
    changed(deploy);
}

void deploy_trust(struct tenant *tenant)
{
    artifact_release(tenant->last_good);
    tenant->last_good = NULL;
    tenant->trial = (struct trial){.on = false};
}

/* Before `next` takes the place of what the tenant has. The last good one is kept as a copy: workers drop a program
 * that no catalog names, and its id is not used again. Without memory for it there is no trial. */
static void put_on_trial(struct tenant *tenant, const struct artifact *next)
{
    if (tenant->artifact && !tenant->trial.on) {
        artifact_release(tenant->last_good);
        tenant->last_good = artifact_copy(0, tenant->artifact);
    }
    if (tenant->last_good && digest_equal(&tenant->last_good->key, &next->key))
        deploy_trust(tenant); /* it goes back by hand */
    else
        tenant->trial = (struct trial){.on = tenant->last_good != NULL};
}

/* Its decoded code counts too: eight times its size. */
static bool is_too_large(struct deploy *deploy, struct tenant *tenant, const struct artifact *artifact)
{
    const uint64_t size = artifact->info.artifact_bytes;
    const uint64_t most = tenant->config ? tenant->config->settings.limits.total_memory : 0;
    char text[512];
    if (most == 0 || size <= most)
        return false;
    snprintf(text, sizeof text,
             "version %s cannot serve: decoded and initialised it takes %llu KiB, more than the %llu KiB of its "
             "limits.total_memory; raise that in %.200s to what program and requests need together (0: no limit)",
             artifact->version, (unsigned long long)((size + 1023) / 1024), (unsigned long long)(most / 1024),
             tenant->config->file);
    tell_failure(deploy, tenant, text);
    return true;
}

static void assign(struct deploy *deploy, struct tenant *tenant, struct artifact *artifact)
{
    if (is_too_large(deploy, tenant, artifact))
        return;
    tenant_set_error(tenant, &tenant->error, NULL);
    tenant->kills = 0;
    if (tenant->artifact != artifact) {
        put_on_trial(tenant, artifact);
        artifact_release(tenant->artifact);
        tenant->artifact = artifact_hold(artifact);
        tenant->announced = false;
        tenant->since = clock_wall_coarse();
    }
    changed(deploy); /* limits may differ although the artifact is the same */
}

static void leave_build(struct tenant *tenant)
{
    struct build *build = tenant->build;
    if (!build)
        return;
    tenant->build = NULL;
    for (size_t i = 0; i < build->count; i++)
        if (build->tenants[i] == tenant)
            build->tenants[i] = build->tenants[--build->count];
}

/* The machine is short of something. That passes. */
static void try_again(struct deploy *deploy, struct tenant *tenant)
{
    if (tenant->queued || tenant->failing)
        return;
    if (!deploy->failing)
        loop_arm(deploy->options.loop, &deploy->failing_timer, loop_now(deploy->options.loop) + AGAIN_NS);
    tenant->failing = true;
    tenant->next = deploy->failing;
    deploy->failing = tenant;
}

/* Nobody waits for it any more: its builder is free for others. */
static void end_if_unwanted(struct build *build)
{
    if (!build || build->count > 0)
        return;
    build->late = true;
    kill(build->builder.pid, SIGKILL);
}

static void join_build(struct deploy *deploy, struct tenant *tenant, struct build *build)
{
    if (!reserve((void **)&build->tenants, build->count, &build->capacity, sizeof(struct tenant *))) {
        tell_failure(deploy, tenant, "out of memory");
        try_again(deploy, tenant);
        return;
    }
    build->tenants[build->count++] = tenant;
    tenant->build = build;
}

/* ---- builds ---------------------------------------------------------------------------------------- */

static void on_deadline(struct timer *timer)
{
    struct build *build = (struct build *)((char *)timer - offsetof(struct build, timer));
    build->late = true;
    kill(build->builder.pid, SIGKILL);
}

static void destroy_build(struct build *build)
{
    struct deploy *deploy = build->deploy;
    for (struct build **link = &deploy->builds; *link; link = &(*link)->next)
        if (*link == build) {
            *link = build->next;
            break;
        }
    while (build->count > 0)
        leave_build(build->tenants[0]);
    loop_remove_timer(deploy->options.loop, &build->timer);
    if (build->artifact >= 0)
        close(build->artifact);
    free(build->tenants);
    free(build);
}

static const char **texts_array(const struct setting_texts *texts)
{
    const char **array = calloc(texts->count + 1, sizeof *array);
    for (size_t i = 0; array && i < texts->count; i++)
        array[i] = texts->items[i].text;
    return array;
}

static int start_builder(struct build *build, const struct tenant *tenant, const char *elf, size_t size)
{
    const struct settings_tenant *settings = &tenant->config->settings;
    const char **arguments = texts_array(&settings->arguments), **environment = texts_array(&settings->environment);
    const struct builder_job job = {
        .name = tenant->name,
        .arguments = arguments,
        .environment = environment,
        .elf = elf,
        .elf_size = size,
        .limits = limits_of(build->deploy, &settings->limits),
        .log_rate = settings->limits.log_rate,
        .test_target = settings->self_test.mark.line ? settings->self_test.path.text : NULL,
        .test_status = (unsigned)settings->self_test.expect_status,
        .test_instructions = settings->limits.instructions,
        .deadline_ms = settings->limits.init_deadline,
    };
    int error = arguments && environment ? builder_start(&build->builder, &job, &build->deploy->options.user) : -ENOMEM;
    free(arguments);
    free(environment);
    return error;
}

static void begin_build(struct deploy *deploy, struct tenant *tenant, const char *elf, size_t size)
{
    struct build *build = calloc(1, sizeof *build);
    if (!build) {
        tell_failure(deploy, tenant, "out of memory");
        try_again(deploy, tenant);
        return;
    }
    *build = (struct build){
        .next = deploy->builds,
        .deploy = deploy,
        .key = tenant->wanted,
        .content = tenant->content,
        .artifact = -1,
        .deadline_ms = tenant->config->settings.limits.init_deadline,
        .test_instructions = tenant->config->settings.limits.instructions,
        .started = clock_monotonic(),
        .timer = {.fire = on_deadline, .deadline = TIMERS_NEVER},
    };
    digest_print(&build->content, build->version, sizeof build->version);
    memcpy(build->name, tenant->name, sizeof build->name);
    deploy->builds = build;
    int error = start_builder(build, tenant, elf, size);
    if (error) {
        char text[128];
        snprintf(text, sizeof text, "a builder cannot be started: %s", strerror(-error));
        tell_failure(deploy, tenant, text);
        try_again(deploy, tenant);
        destroy_build(build);
        return;
    }
    deploy->counts.building++;
    loop_arm(deploy->options.loop, &build->timer, build->started + (int64_t)build->deadline_ms * NS_PER_MS);
    join_build(deploy, tenant, build);
}

/* ---- looking at a program -------------------------------------------------------------------------- */

/* Again in a moment. */
static void settle(struct deploy *deploy, struct tenant *tenant)
{
    if (!deploy->settling)
        loop_arm(deploy->options.loop, &deploy->settle_timer, loop_now(deploy->options.loop) + RETRY_NS);
    tenant->queued = true;
    tenant->next = deploy->settling;
    deploy->settling = tenant;
}

static void take_out_of_failing(struct deploy *deploy, struct tenant *tenant)
{
    if (tenant->failing)
        unlink_from(&deploy->failing, tenant);
    tenant->failing = false;
}

static void on_failing(struct timer *timer)
{
    struct deploy *deploy = (struct deploy *)((char *)timer - offsetof(struct deploy, failing_timer));
    while (deploy->failing) {
        struct tenant *tenant = deploy->failing;
        take_out_of_failing(deploy, tenant);
        queue_push(deploy, tenant);
    }
}

static void on_settled(struct timer *timer)
{
    struct deploy *deploy = (struct deploy *)((char *)timer - offsetof(struct deploy, settle_timer));
    while (deploy->settling) {
        struct tenant *tenant = deploy->settling;
        deploy->settling = tenant->next;
        queue_push(deploy, tenant);
    }
}

/* Whether somebody may still be writing it. A time in the future (another machine's clock) tells nothing. */
static bool is_fresh(const struct file_stamp *stamp)
{
    int64_t age = clock_read(CLOCK_REALTIME) - stamp->modified;
    return age >= 0 && age < SETTLE_NS;
}

static void tell_unreadable(struct deploy *deploy, struct tenant *tenant, int error)
{
    char text[512];
    tenant->content_known = false;
    snprintf(text, sizeof text, "its program %.300s cannot be read: %s%s", tenant->config->program, file_error(error),
             error == -ENOENT ? "; put it there, it is picked up by itself" : "");
    tell_failure(deploy, tenant, text);
    if (error == -EMFILE || error == -ENFILE || error == -ENOMEM || error == -EIO)
        try_again(deploy, tenant);
}

/* Copies and hashes the program if it is another than before. 1: *elf has it; 0: it is the one that was hashed;
 * -EAGAIN: not yet; else what is wrong has been told. */
static int take_program(struct deploy *deploy, struct tenant *tenant, bool contents, char **elf, size_t *size)
{
    struct file_stamp stamp;
    int error = file_stat(tenant->config->program, &stamp);
    if (!error && tenant->content_known && !contents && file_stamp_equal(&stamp, &tenant->program_stamp))
        return 0;
    if (!error && is_fresh(&stamp))
        return -EAGAIN;
    if (!error)
        error = file_read(tenant->config->program, DEPLOY_PROGRAM_MAX, elf, size, &stamp);
    if (error == -EAGAIN)
        return error;
    tenant->program_stamp = stamp;
    if (error) {
        tell_unreadable(deploy, tenant, error);
        return error;
    }
    struct digest_maker maker;
    digest_begin(&maker);
    digest_add(&maker, *elf, *size);
    tenant->content = digest_end(&maker);
    tenant->content_known = true;
    return 1;
}

/* True if what it wants is there or being made. */
static bool share(struct deploy *deploy, struct tenant *tenant)
{
    const struct digest before = tenant->wanted;
    tenant->wanted = make_key(deploy, tenant);
    if (!digest_equal(&tenant->wanted, &before))
        tenant->kills = 0;
    if (digest_equal(&tenant->wanted, &tenant->rejected))
        return true; /* the one before serves on */
    tenant->rejected = (struct digest){{0}};
    struct artifact *artifact = find_artifact(deploy, &tenant->wanted);
    struct build *build = artifact ? NULL : find_build(deploy, tenant);
    if (artifact) {
        deploy->counts.shared += artifact != tenant->artifact;
        assign(deploy, tenant, artifact);
    } else if (build) {
        join_build(deploy, tenant, build);
    }
    return artifact || build;
}

static void look(struct deploy *deploy, struct tenant *tenant)
{
    char *elf = NULL;
    size_t size = 0;
    struct build *before = tenant->build;
    leave_build(tenant);
    int taken = take_program(deploy, tenant, false, &elf, &size);
    bool shared = taken >= 0 && share(deploy, tenant);
    if (!shared && taken == 0 && (taken = take_program(deploy, tenant, true, &elf, &size)) > 0)
        tenant->wanted = make_key(deploy, tenant); /* of the bytes that are in hand now */
    if (taken > 0 && !shared)
        begin_build(deploy, tenant, elf, size);
    else if (taken == -EAGAIN)
        settle(deploy, tenant);
    end_if_unwanted(before);
    free(elf);
}

void deploy_look(struct deploy *deploy, struct tenant *tenant)
{
    take_out_of_failing(deploy, tenant);
    if (tenant->config && !tenant->queued)
        queue_push(deploy, tenant);
}

bool deploy_work(struct deploy *deploy)
{
    if (!deploy->queue || deploy->counts.building >= deploy->options.builders)
        return false;
    look(deploy, queue_pop(deploy));
    return deploy->queue && deploy->counts.building < deploy->options.builders;
}

bool deploy_busy(const struct deploy *deploy)
{
    return deploy->queue || deploy->settling || deploy->builds;
}

void deploy_forget(struct deploy *deploy, struct tenant *tenant)
{
    struct build *build = tenant->build;
    leave_build(tenant);
    end_if_unwanted(build);
    take_out_of_failing(deploy, tenant);
    if (!tenant->queued || unlink_from(&deploy->settling, tenant))
        return;
    unlink_from(&deploy->queue, tenant);
    deploy->queue_end = &deploy->queue;
    while (*deploy->queue_end)
        deploy->queue_end = &(*deploy->queue_end)->next;
}

/* ---- what builders leave --------------------------------------------------------------------------- */

/* Takes the descriptor over. */
static struct artifact *keep_artifact(struct deploy *deploy, const struct digest *key, const struct digest *content,
                                      const struct mf_program_info *info, int descriptor)
{
    struct artifact *artifact = NULL;
    if (reserve((void **)&deploy->artifacts, deploy->artifact_count, &deploy->artifact_capacity,
                sizeof(struct artifact *)))
        artifact = artifact_create(deploy->last_program + 1, descriptor);
    if (!artifact) {
        close(descriptor);
        return NULL;
    }
    deploy->last_program++;
    artifact->info = *info;
    artifact->key = *key;
    artifact->content = *content;
    digest_print(content, artifact->version, sizeof artifact->version);
    deploy->artifacts[deploy->artifact_count++] = artifact;
    return artifact;
}

static struct artifact *keep_handed_over(struct deploy *deploy, const struct mf_program *program,
                                         const struct handover_tenant *given)
{
    struct mf_program_info info;
    int descriptor = fcntl(given->artifact, F_DUPFD_CLOEXEC, 3);
    mf_program_info(program, &info);
    return descriptor < 0 ? NULL : keep_artifact(deploy, &given->key, &given->content, &info, descriptor);
}

/* The last good artifact of a tenant, as one that the workers can be sent; NULL: no memory. */
static struct artifact *revive(struct deploy *deploy, const struct tenant *tenant)
{
    struct artifact *artifact = find_artifact(deploy, &tenant->last_good->key);
    if (artifact || !reserve((void **)&deploy->artifacts, deploy->artifact_count, &deploy->artifact_capacity,
                             sizeof(struct artifact *)))
        return artifact;
    artifact = artifact_copy(deploy->last_program + 1, tenant->last_good);
    if (!artifact)
        return NULL;
    deploy->last_program++;
    deploy->artifacts[deploy->artifact_count++] = artifact;
    return artifact;
}

void deploy_adopt(struct deploy *deploy, struct tenant *tenant, const struct handover_tenant *given)
{
    struct mf_diagnostic why;
    struct mf_program *program;
    struct artifact *artifact = find_artifact(deploy, &given->key);
    if (!artifact) {
        int error = mf_program_import(&program, given->artifact, &why);
        if (error) {
            log_info("tenant %s: its program is built again: %s", tenant->name, why.text);
            return;
        }
        artifact = keep_handed_over(deploy, program, given);
        mf_program_destroy(program);
    }
    if (!artifact || tenant->artifact)
        return;
    tenant->rejected = given->rejected;
    assign(deploy, tenant, artifact);
    if (!digest_is_none(&given->rejected))
        tenant_set_error(tenant, &tenant->error, given->error);
}

void deploy_roll_back(struct deploy *deploy, struct tenant *tenant, const char *why)
{
    struct artifact *good = revive(deploy, tenant), *bad = tenant->artifact;
    if (!good)
        return; /* the trial goes on, and fails again */
    tenant->rejected = bad->key;
    tenant->artifact = artifact_hold(good);
    tenant->announced = false;
    deploy_trust(tenant);
    deploy->counts.rolled_back++;
    char text[256];
    snprintf(text, sizeof text, "version %s %s; rolled back to %s", bad->version, why, good->version);
    log_error("tenant %s: %s until the program changes again", tenant->name, text);
    tenant_set_error(tenant, &tenant->error, text);
    artifact_release(bad);
    changed(deploy);
}

static void succeed(struct deploy *deploy, struct build *build, const struct builder_result *result, int descriptor)
{
    struct artifact *artifact = keep_artifact(deploy, &build->key, &build->content, &result->info, descriptor);
    deploy->counts.built++;
    log_info("tenant %s: version %s is built in %lld ms: %llu instructions, snapshot of %llu KiB", build->name,
             build->version, (long long)((clock_monotonic() - build->started) / NS_PER_MS),
             (unsigned long long)result->info.init_instructions,
             (unsigned long long)(result->info.snapshot_bytes / 1024));
    while (build->count > 0) {
        struct tenant *tenant = build->tenants[build->count - 1];
        leave_build(tenant);
        if (artifact)
            assign(deploy, tenant, artifact);
        else {
            tell_failure(deploy, tenant, "out of memory");
            try_again(deploy, tenant);
        }
    }
    deploy_prune(deploy); /* if all that wanted it have gone */
}

static void fail(struct deploy *deploy, struct build *build, const char *text, bool again)
{
    char line[768];
    deploy->counts.failed++;
    snprintf(line, sizeof line, "version %s cannot serve: %s", build->version, text);
    while (build->count > 0) {
        struct tenant *tenant = build->tenants[build->count - 1];
        leave_build(tenant);
        tell_failure(deploy, tenant, line);
        if (again)
            try_again(deploy, tenant);
    }
}

/* Somebody, or a kernel that was short of memory, killed the builder: the version may be good. It gets another one at
 * once, then two with a pause; who kills that many is killed for what the version does. */
static void fail_killed(struct deploy *deploy, struct build *build, const char *text)
{
    while (build->count > 0) {
        struct tenant *tenant = build->tenants[build->count - 1];
        leave_build(tenant);
        if (++tenant->kills == 1) {
            log_warning("tenant %s: version %s: %s; it is built once more", tenant->name, build->version, text);
            deploy_look(deploy, tenant);
            continue;
        }
        bool again = tenant->kills < KILLS_MOST;
        char line[768];
        snprintf(line, sizeof line, "version %s cannot serve: %s, time %u; %s", build->version, text, tenant->kills,
                 again ? "it is built again in 5 s" : "it is not built again before it changes");
        tell_failure(deploy, tenant, line);
        if (again)
            try_again(deploy, tenant);
    }
    deploy->counts.failed++;
}

/* What was made is looked at by another process. False with a reason in `result`. */
static bool begin_check(struct deploy *deploy, struct build *build, struct builder_result *result, int artifact)
{
    build->artifact = artifact;
    build->made = *result;
    int error = builder_check(&build->builder, build->name, artifact, &deploy->options.user);
    if (!error)
        return true;
    result->error = MF_ERROR_SYSTEM;
    snprintf(result->text, sizeof result->text, "a builder cannot be started: %s", strerror(-error));
    return false;
}

static void finish_build(struct deploy *deploy, struct build *build, const struct builder_result *result, int status)
{
    char late[96];
    deploy->counts.building--;
    if (!result->error) {
        int artifact = build->artifact;
        build->artifact = -1;
        succeed(deploy, build, &build->made, artifact);
    } else if (build->late) {
        snprintf(late, sizeof late, "it was not ready within %llu ms (limits.init_deadline)",
                 (unsigned long long)build->deadline_ms);
        fail(deploy, build, late, false);
    } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        fail_killed(deploy, build, result->text);
    } else {
        fail(deploy, build, result->text, result->error == MF_ERROR_SYSTEM);
    }
    destroy_build(build);
}

bool deploy_reap(struct deploy *deploy, pid_t pid, int status)
{
    struct build *build = deploy->builds;
    struct builder_result result;
    int descriptor;
    while (build && build->builder.pid != pid)
        build = build->next;
    if (!build)
        return false;
    builder_finish(&build->builder, status, &result, &descriptor);
    bool checked = build->artifact >= 0;
    if (checked && descriptor >= 0)
        close(descriptor); /* the same again */
    if (checked || result.error || !begin_check(deploy, build, &result, descriptor))
        finish_build(deploy, build, &result, status);
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

struct deploy *deploy_create(const struct deploy_options *options)
{
    struct deploy *deploy = calloc(1, sizeof *deploy);
    if (!deploy)
        return NULL;
    deploy->options = *options;
    deploy->queue_end = &deploy->queue;
    deploy->settle_timer = (struct timer){.fire = on_settled, .deadline = TIMERS_NEVER};
    deploy->failing_timer = (struct timer){.fire = on_failing, .deadline = TIMERS_NEVER};
    return deploy;
}

void deploy_set_head_size(struct deploy *deploy, uint64_t bytes)
{
    deploy->head_size = bytes;
}

void deploy_destroy(struct deploy *deploy)
{
    if (!deploy)
        return;
    for (struct build *build = deploy->builds, *next; build; build = next) {
        next = build->next;
        kill(build->builder.pid, SIGKILL);
        close(build->builder.result);
        destroy_build(build);
    }
    for (size_t i = 0; i < deploy->artifact_count; i++)
        artifact_release(deploy->artifacts[i]);
    loop_remove_timer(deploy->options.loop, &deploy->settle_timer);
    loop_remove_timer(deploy->options.loop, &deploy->failing_timer);
    free(deploy->artifacts);
    free(deploy);
}

void deploy_counts(const struct deploy *deploy, struct deploy_counts *counts)
{
    *counts = deploy->counts;
}
