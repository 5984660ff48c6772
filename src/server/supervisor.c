/* SPDX-License-Identifier: Apache-2.0 */
#include "server/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/listener.h"
#include "server/notify.h"
#include "server/publish.h"
#include "server/supervisor_state.h"

#define GATHER_NS (10 * NS_PER_MS)  /* finished deployments of this time are one catalog */
#define HOLD_NS   NS_PER_SECOND     /* a start waits so long for the first deployments */
#define AGAIN_NS  NS_PER_SECOND     /* after a catalog that could not be made */
#define TRIAL_NS  (200 * NS_PER_MS) /* between two looks at new versions */
#define HEAD_ROOM 65536             /* of a request block: tables, texts' ends and the target's parts */

/* ---- publishing ------------------------------------------------------------------------------------ */

static void publish(struct supervisor *supervisor)
{
    struct publication *made = publish_make(supervisor->config, &supervisor->listeners, &supervisor->store,
                                            supervisor->generation + 1, &supervisor->claims);
    supervisor->hold_until = 0;
    if (!made) {
        supervisor->publish_again = loop_now(&supervisor->loop) + AGAIN_NS;
        loop_arm(&supervisor->loop, &supervisor->publish_timer, supervisor->publish_again);
        return;
    }
    supervisor->dirty = false;
    struct publication *before = supervisor->publication;
    supervisor->generation++;
    supervisor->publication = made;
    compilers_use(supervisor->compilers, made);
    worker_set_publish(supervisor->workers, made);
    publication_destroy(before);
    deploy_prune(supervisor->deploy); /* what only that one held, its memory and its descriptor */
}

static void on_publish_timer(struct timer *timer)
{
    struct supervisor *supervisor = (struct supervisor *)((char *)timer - offsetof(struct supervisor, publish_timer));
    if (supervisor->dirty && !supervisor->ending)
        publish(supervisor);
}

/* Now, or when more may have come. */
static void publish_when_due(struct supervisor *supervisor)
{
    int64_t now = loop_now(&supervisor->loop);
    if (!supervisor->dirty || supervisor->ending || now < supervisor->publish_again)
        return;
    /* The first one waits until all workers can take it at the same time, or the first connections would all go to
     * those that were quicker. */
    bool held = supervisor->hold_until && !worker_set_is_set_up(supervisor->workers);
    bool takes_over = takeover_is_on(&supervisor->takeover) && !supervisor->publication;
    if (!deploy_busy(supervisor->deploy) && !held) {
        if (!takes_over || takeover_agrees(supervisor))
            publish(supervisor);
        return;
    }
    if (takes_over || supervisor->publish_timer.deadline != TIMERS_NEVER)
        return; /* another serves meanwhile */
    int64_t due = now + GATHER_NS;
    loop_arm(&supervisor->loop, &supervisor->publish_timer,
             due > supervisor->hold_until ? due : supervisor->hold_until);
}

static void on_changed(void *user)
{
    struct supervisor *supervisor = user;
    supervisor->dirty = true;
}

static bool on_work(void *user)
{
    struct supervisor *supervisor = user;
    if (supervisor->ending)
        return false;
    compilers_work(supervisor->compilers);
    bool more = deploy_work(supervisor->deploy);
    if (!more)
        publish_when_due(supervisor);
    return more;
}

/* ---- new versions on trial -------------------------------------------------------------------------- */

/* A version that serves now and may still have to give way to the one before. */
static void begin_trial(struct supervisor *supervisor, struct tenant *tenant)
{
    const int64_t now = loop_now(&supervisor->loop);
    if (!tenant->trial.on)
        return;
    trial_begin(&tenant->trial, supervisor->metrics, tenant->slot,
                now + (int64_t)supervisor->config->settings.rollback_window * NS_PER_MS);
    if (supervisor->trial_timer.deadline == TIMERS_NEVER)
        loop_arm(&supervisor->loop, &supervisor->trial_timer, now + TRIAL_NS);
}

/* True: it goes on. */
static bool look_at_trial(struct supervisor *supervisor, struct tenant *tenant)
{
    char why[128];
    struct trial_counts since;
    if (!tenant->trial.on || !tenant->trial.until)
        return false;
    switch (trial_look(&tenant->trial, supervisor->metrics, tenant->slot, supervisor->config->settings.rollback_crashes,
                       loop_now(&supervisor->loop), &since)) {
    case TRIAL_ON:
        break;
    case TRIAL_PASSED:
        deploy_trust(tenant);
        break;
    case TRIAL_FAILED:
        snprintf(why, sizeof why, "crashed %llu times and answered %llu times right after its deployment",
                 (unsigned long long)since.crashes, (unsigned long long)since.answers);
        deploy_roll_back(supervisor->deploy, tenant, why);
        break;
    }
    return tenant->trial.on;
}

static void on_trial_timer(struct timer *timer)
{
    struct supervisor *supervisor = (struct supervisor *)((char *)timer - offsetof(struct supervisor, trial_timer));
    bool more = false;
    for (size_t i = 0; i < supervisor->store.count && !supervisor->ending; i++)
        more |= look_at_trial(supervisor, supervisor->store.list[i]);
    if (more)
        loop_arm(&supervisor->loop, timer, loop_now(&supervisor->loop) + TRIAL_NS);
}

/* ---- what workers say ------------------------------------------------------------------------------ */

static void tell_ready(struct supervisor *supervisor)
{
    supervisor->ready = true;
    notify_send("READY=1");
    printf("mayfly serves ");
    listeners_describe(&supervisor->listeners, stdout);
    printf(" (%u worker%s, %zu tenant%s)\n", supervisor->worker_count, supervisor->worker_count == 1 ? "" : "s",
           supervisor->store.count, supervisor->store.count == 1 ? "" : "s");
    fflush(stdout);
}

static void on_serving(void *user)
{
    struct supervisor *supervisor = user;
    if (!supervisor->publication || worker_set_generation(supervisor->workers) < supervisor->generation)
        return;
    if (!supervisor->ready)
        tell_ready(supervisor);
    if (takeover_is_on(&supervisor->takeover))
        takeover_ready(supervisor);
    for (size_t i = 0; i < supervisor->store.count && !supervisor->dirty; i++) {
        struct tenant *tenant = supervisor->store.list[i];
        if (!tenant->artifact || tenant->announced)
            continue;
        tenant->announced = true;
        log_info("tenant %s: version %s serves", tenant->name, tenant->artifact->version);
        begin_trial(supervisor, tenant);
    }
}

static void on_retired(void *user, uint64_t id)
{
    log_debug("a worker has dropped program %llu", (unsigned long long)id);
}

static void on_hot(void *user, unsigned worker, uint64_t id, uint32_t function)
{
    struct supervisor *supervisor = user;
    compilers_hot(supervisor->compilers, worker, id, function);
}

static void on_native(void *user)
{
    struct supervisor *supervisor = user;
    worker_set_tell_native(supervisor->workers);
}

static void on_workers_ended(void *user)
{
    struct supervisor *supervisor = user;
    loop_stop(&supervisor->loop);
}

/* ---- tenants --------------------------------------------------------------------------------------- */

static void on_tenant_changed(void *user, struct tenant *tenant)
{
    struct supervisor *supervisor = user;
    supervisor->dirty = true;
    deploy_look(supervisor->deploy, tenant);
}

static void on_tenant_removed(void *user, struct tenant *tenant)
{
    struct supervisor *supervisor = user;
    supervisor->dirty = true;
    if (supervisor->deploy)
        deploy_forget(supervisor->deploy, tenant);
}

static void on_slot_reuse(void *user, uint32_t slot)
{
    struct supervisor *supervisor = user;
    metrics_clear_tenant(supervisor->metrics, slot);
}

static struct tenant_events events_of(struct supervisor *supervisor)
{
    return (struct tenant_events){on_tenant_changed, on_tenant_removed, on_slot_reuse, supervisor};
}

/* ---- files ----------------------------------------------------------------------------------------- */

/* The folder that a file is really in, behind links; "" if that cannot be told. */
static void real_folder(const char *file, char out[PATH_MAX])
{
    char *slash;
    if (!realpath(file, out) || !(slash = strrchr(out, '/')))
        out[0] = '\0';
    else
        slash[slash == out ? 1 : 0] = '\0';
}

static void watch_all(struct supervisor *supervisor)
{
    char real[PATH_MAX];
    const char *base = strrchr(supervisor->config_file, '/');
    watch_begin(supervisor->watch);
    watch_add(supervisor->watch, supervisor->config->folder, base ? base + 1 : supervisor->config_file);
    if (supervisor->config->tenants)
        watch_add(supervisor->watch, supervisor->config->tenants, NULL);
    for (size_t i = 0; i < supervisor->store.count; i++) {
        const struct tenant *tenant = supervisor->store.list[i];
        char folder[PATH_MAX];
        snprintf(folder, sizeof folder, "%s/%s", supervisor->config->tenants, tenant->name);
        watch_add(supervisor->watch, folder, NULL);
        if (!tenant->config)
            continue;
        real_folder(tenant->config->program, real);
        if (real[0])
            watch_add(supervisor->watch, real, NULL);
    }
    watch_end(supervisor->watch);
}

/* ---- the configuration ----------------------------------------------------------------------------- */

/* The access log is -1 if it cannot be opened: serving goes on. */
static int open_access_log(const struct server_config *config)
{
    if (!config->access_log[0])
        return -1;
    int descriptor = !strcmp(config->access_log, "-")
                         ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                         : open(config->access_log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
    if (descriptor < 0)
        log_error("access log %s: %s; requests are not logged", config->access_log, strerror(errno));
    return descriptor;
}

static void reopen_access_log(struct supervisor *supervisor)
{
    int before = supervisor->access_log;
    supervisor->access_log = open_access_log(supervisor->config);
    worker_set_access_log(supervisor->workers, supervisor->access_log);
    if (before >= 0)
        close(before);
}

static bool differ(const char *one, const char *other)
{
    return strcmp(one, other) != 0;
}

/* `mayfly upgrade` asks at the address that the file names by now, where a server that was started with another does
 * not answer. */
static const char *way_to_upgrade(const struct supervisor *supervisor, const struct settings_server *then)
{
    if (differ(supervisor->admin_text ? supervisor->admin_text : "", then->admin.text))
        return "by SIGUSR2 (`mayfly upgrade` would ask at the `admin` of the file, where this server does not answer)";
    return "(`mayfly upgrade` or SIGUSR2)";
}

static void tell_unchangeable(const struct supervisor *supervisor, const struct server_config *config)
{
    const struct settings_server *now = &supervisor->config->settings, *then = &config->settings;
    const struct {
        const char *name;
        bool changed;
    } kept[] = {
        {"workers", now->workers != then->workers},
        {"builders", now->builders != then->builders},
        {"compilers", now->compilers != then->compilers},
        {"compile_timeout", now->compile_timeout != then->compile_timeout},
        {"code_cache_size", now->code_cache_size != then->code_cache_size},
        {"code_cache", differ(supervisor->config->code_cache, config->code_cache)},
        {"admin", differ(now->admin.text, then->admin.text)},
        {"user", differ(now->user.text, then->user.text)},
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (kept[i].changed)
            log_warning("%s: a change of `%s` is not taken while this server runs; restart it, or upgrade it %s",
                        config->file, kept[i].name, way_to_upgrade(supervisor, then));
}

static void use_config(struct supervisor *supervisor, struct server_config *config)
{
    struct server_config *before = supervisor->config;
    supervisor->config = config;
    log_set_level((enum log_level)config->settings.log_level);
    deploy_set_head_size(supervisor->deploy,
                         config->settings.http.request_line + config->settings.http.headers + HEAD_ROOM);
    if (before && strcmp(before->access_log, config->access_log) != 0)
        reopen_access_log(supervisor);
    config_free_server(before);
    supervisor->dirty = true;
}

static void tell_problems(struct problems *problems)
{
    for (size_t i = 0; i < problems_kept(problems); i++)
        if (problems->lines[i])
            log_error("%s", problems->lines[i]);
    if (problems->count > PROBLEMS_MAX)
        log_error("and %zu more mistakes", problems->count - PROBLEMS_MAX);
}

/* True if there is a new one. */
static bool reload_config(struct supervisor *supervisor)
{
    struct problems problems = {.count = 0};
    (void)!file_stat(supervisor->config_file, &supervisor->config_stamp);
    struct server_config *config = config_load_server(supervisor->config_file, &problems);
    if (config && listeners_update(&supervisor->listeners, config) != 0) {
        problems_add(&problems, supervisor->config_file, (struct mark){0}, "listen: an address cannot be used");
        config_free_server(config);
        config = NULL;
    }
    free(supervisor->config_error);
    supervisor->config_error = NULL;
    supervisor->reloads++;
    if (config) {
        tell_unchangeable(supervisor, config);
        use_config(supervisor, config);
        log_info("%s is read again", supervisor->config_file);
    } else {
        supervisor->reload_failures++;
        tell_problems(&problems);
        log_error("%s: the configuration before serves on", supervisor->config_file);
        supervisor->config_error = strdup(problems_kept(&problems) ? problems.lines[0] : "out of memory");
    }
    problems_dispose(&problems);
    return config != NULL;
}

void supervisor_reload(struct supervisor *supervisor, bool all)
{
    struct file_stamp stamp;
    if (supervisor->ending)
        return;
    (void)!file_stat(supervisor->config_file, &stamp);
    bool changed = all || !file_stamp_equal(&stamp, &supervisor->config_stamp);
    if (changed)
        changed = reload_config(supervisor);
    const struct tenant_events events = events_of(supervisor);
    changed |= tenant_store_scan(&supervisor->store, supervisor->config, changed || all, &events);
    if (changed)
        watch_all(supervisor);
}

static void on_files_changed(void *user)
{
    supervisor_reload(user, false);
}

/* ---- signals --------------------------------------------------------------------------------------- */

static void reap_children(struct supervisor *supervisor)
{
    int status;
    pid_t pid;
    struct rusage usage;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0)
        if (!worker_set_reap(supervisor->workers, pid, status) && !upgrade_reap(supervisor, pid, status) &&
            !compilers_reap(supervisor->compilers, pid, status, &usage) && supervisor->deploy)
            deploy_reap(supervisor->deploy, pid, status);
}

static void on_signals(struct loop_source *source, unsigned events)
{
    struct supervisor *supervisor = (struct supervisor *)((char *)source - offsetof(struct supervisor, signals));
    struct signalfd_siginfo info;
    while (read(source->descriptor, &info, sizeof info) == sizeof info) {
        switch (info.ssi_signo) {
        case SIGCHLD:
            reap_children(supervisor);
            break;
        case SIGHUP:
            supervisor_reload(supervisor, true);
            break;
        case SIGUSR1:
            if (!supervisor->ending)
                reopen_access_log(supervisor);
            break;
        case SIGUSR2:
            if (!supervisor->ending)
                (void)upgrade_begin(supervisor);
            break;
        default:
            ending_begin(supervisor, (int)info.ssi_signo);
        }
    }
}

/* 0 or -errno. */
static int take_signals(struct supervisor *supervisor)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD};
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sigaddset(&set, numbers[i]);
    signal(SIGPIPE, SIG_IGN);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -errno;
    int descriptor = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (descriptor < 0)
        return -errno;
    supervisor->signals.ready = on_signals;
    return loop_add(&supervisor->loop, &supervisor->signals, descriptor, LOOP_READ);
}

/* ---- beginning and end ----------------------------------------------------------------------------- */

/* Where an upgrade finds the new binary: what lies there by then. */
static void find_binary(struct supervisor *supervisor)
{
    ssize_t size = readlink("/proc/self/exe", supervisor->binary, sizeof supervisor->binary - 1);
    supervisor->binary[size < 0 ? 0 : size] = '\0';
}

/* Each connection is a descriptor of a worker, each artifact one of ours. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static unsigned cores_or(uint64_t wanted)
{
    cpu_set_t set;
    if (wanted > 0)
        return (unsigned)wanted;
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return cores < 1 ? 1 : cores > METRICS_MAX_WORKERS ? METRICS_MAX_WORKERS : (unsigned)cores;
}

int supervisor_start_admin(struct supervisor *supervisor)
{
    const char *text = supervisor->config->settings.admin.text;
    struct address address;
    char why[512];
    if (!text[0])
        return 0;
    CHECK(address_parse(&address, text) == NULL);
    const struct listener_options options = {.mode = 0600};
    int listening = supervisor->listeners.given ? handover_take_socket(supervisor->listeners.given, true, text) : -1;
    if (listening < 0)
        listening = listener_open(&address, &options, why, sizeof why);
    if (listening < 0) {
        log_error("admin: %s", why);
        return listening;
    }
    supervisor->admin_text = strdup(text); /* the configuration may come to name another, which is not taken */
    if (supervisor->admin_text)
        supervisor->admin = admin_create(&supervisor->loop, listening, report_answer, supervisor);
    if (!supervisor->admin) {
        log_error("admin: out of memory");
        close(listening);
        return -ENOMEM;
    }
    if (listener_bound(listening, &address) == 0)
        log_info("the admin API is at %s", address_format(&address, why));
    return 0;
}

/* Without them everything is interpreted, which is no reason not to serve. */
static void start_compilers(struct supervisor *supervisor)
{
    const struct server_config *config = supervisor->config;
    const struct settings_server *settings = &config->settings;
    unsigned some = cores_or(0) / 4 < 2 ? 2 : cores_or(0) / 4;
    if (settings->compilers == SETTING_OFF)
        return;
    supervisor->compilers = compilers_create(&(struct compilers_options){
        .loop = &supervisor->loop,
        .user = supervisor->user,
        .store = &supervisor->store,
        .at_once = settings->compilers ? (unsigned)settings->compilers : some,
        .timeout_ms = settings->compile_timeout,
        .code_cache = config->code_cache,
        .code_cache_size = settings->code_cache_size,
        .changed = on_native,
        .callback_user = supervisor,
    });
}

static int start_processes(struct supervisor *supervisor)
{
    const struct settings_server *settings = &supervisor->config->settings;
    supervisor->worker_count = cores_or(settings->workers);
    supervisor->metrics = metrics_create(supervisor->worker_count, METRICS_MAX_TENANTS);
    tenant_store_init(&supervisor->store, METRICS_MAX_TENANTS);
    supervisor->deploy = deploy_create(&(struct deploy_options){.loop = &supervisor->loop,
                                                                .user = supervisor->user,
                                                                .builders = cores_or(settings->builders),
                                                                .changed = on_changed,
                                                                .callback_user = supervisor});
    supervisor->watch = watch_create(&supervisor->loop, on_files_changed, supervisor);
    if (!supervisor->metrics || !supervisor->deploy || !supervisor->watch) {
        log_error("the server cannot start: out of memory");
        return -ENOMEM;
    }
    start_compilers(supervisor);
    supervisor->access_log = open_access_log(supervisor->config);
    supervisor->workers = worker_set_create(&(struct worker_set_options){.loop = &supervisor->loop,
                                                                         .count = supervisor->worker_count,
                                                                         .metrics = supervisor->metrics,
                                                                         .user = supervisor->user,
                                                                         .listeners = &supervisor->listeners,
                                                                         .access_log = supervisor->access_log,
                                                                         .serving = on_serving,
                                                                         .retired = on_retired,
                                                                         .hot = on_hot,
                                                                         .ended = on_workers_ended,
                                                                         .callback_user = supervisor});
    return supervisor->workers ? 0 : -ENOMEM;
}

static int start(struct supervisor *supervisor)
{
    int error = loop_init(&supervisor->loop);
    if (!error)
        error = take_signals(supervisor);
    if (error) {
        log_error("the server cannot start: %s", strerror(-error));
        return error;
    }
    loop_set_work(&supervisor->loop, on_work, supervisor);
    supervisor->publish_timer = (struct timer){.fire = on_publish_timer, .deadline = TIMERS_NEVER};
    supervisor->trial_timer = (struct timer){.fire = on_trial_timer, .deadline = TIMERS_NEVER};
    supervisor->drain_timer.deadline = supervisor->upgrade.timer.deadline = TIMERS_NEVER;
    if ((error = listeners_update(&supervisor->listeners, supervisor->config)) != 0)
        return error;
    bool takes_over = takeover_is_on(&supervisor->takeover); /* the admin address is another's as yet */
    if ((error = takes_over ? takeover_listen(supervisor) : supervisor_start_admin(supervisor)) != 0 ||
        (error = start_processes(supervisor)) != 0)
        return error;
    struct server_config *config = supervisor->config;
    supervisor->config = NULL;
    use_config(supervisor, config);
    supervisor->hold_until = loop_refresh(&supervisor->loop) + HOLD_NS;
    const struct tenant_events events = events_of(supervisor);
    tenant_store_scan(&supervisor->store, supervisor->config, true, &events);
    takeover_tenants(supervisor);
    watch_all(supervisor);
    return 0;
}

/* A unix socket's file is ours to remove. */
static void remove_admin_socket(const struct supervisor *supervisor)
{
    struct address address;
    if (supervisor->admin && !address_parse(&address, supervisor->admin_text) && address.any.sa_family == AF_UNIX)
        (void)unlink(address.local.sun_path);
}

static void stop(struct supervisor *supervisor)
{
    const struct tenant_events events = events_of(supervisor);
    deploy_destroy(supervisor->deploy);
    supervisor->deploy = NULL;
    compilers_destroy(supervisor->compilers);
    worker_set_destroy(supervisor->workers);
    watch_destroy(supervisor->watch);
    remove_admin_socket(supervisor);
    admin_destroy(supervisor->admin);
    tenant_store_dispose(&supervisor->store, &events);
    publication_destroy(supervisor->publication);
    claims_dispose(&supervisor->claims);
    listeners_close(&supervisor->listeners);
    metrics_destroy(supervisor->metrics);
    config_free_server(supervisor->config);
    handover_destroy(supervisor->takeover.handover);
    if (supervisor->user.apart)
        namespaces_close(&supervisor->user.namespaces);
    free(supervisor->config_error);
    free(supervisor->admin_text);
    if (supervisor->access_log >= 0)
        close(supervisor->access_log);
    if (supervisor->signals.ready) {
        int descriptor = supervisor->signals.descriptor;
        loop_remove(&supervisor->loop, &supervisor->signals);
        close(descriptor);
        loop_dispose(&supervisor->loop);
    }
    free(supervisor);
}

int supervisor_run(const char *config_file)
{
    struct problems problems = {.count = 0};
    log_set_role("supervisor");
    log_never_wait();
    struct server_config *config = config_load_server(config_file, &problems);
    tell_problems(&problems);
    problems_dispose(&problems);
    struct supervisor *supervisor = config ? calloc(1, sizeof *supervisor) : NULL;
    if (!supervisor) {
        config_free_server(config);
        return 1;
    }
    *supervisor = (struct supervisor){.config_file = config_file,
                                      .config = config,
                                      .access_log = -1,
                                      .signals = {.descriptor = -1},
                                      .upgrade = {.channel = {.descriptor = -1}},
                                      .takeover = {.channel = {.descriptor = -1}}};
    log_set_level((enum log_level)config->settings.log_level); /* before the first workers */
    find_binary(supervisor);
    (void)!file_stat(config_file, &supervisor->config_stamp);
    raise_descriptor_limit();
    int error = child_find_user(config->settings.user.text, &supervisor->user);
    if (error)
        log_error("%s: user: there is no user '%s' on this machine", config_file, config->settings.user.text);
    else if ((error = takeover_begin(supervisor)) == 0) {
        child_make_namespaces(&supervisor->user);
        error = start(supervisor);
    }
    if (!error && (error = loop_run(&supervisor->loop)) != 0)
        log_error("the event loop failed: %s", strerror(-error));
    int code = error ? 1 : supervisor->exit_code;
    if (!error)
        log_info("the server has ended");
    else if (supervisor->workers)
        return code; /* the workers die with this process */
    stop(supervisor);
    return code;
}
