/* SPDX-License-Identifier: Apache-2.0 */
#include "server/compilers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memfd.h"
#include "mayfly/sandbox.h"
#include "server/code_store.h"
#include "server/compiler_process.h"
#include "server/hot_code.h"
#include "tier/compiler.h"

#define WALL_FACTOR   10                   /* compilers are nice: the clock gives them so much longer */
#define AGAIN_NS      (10 * NS_PER_SECOND) /* after a failure; doubled with each */
#define AGAIN_DOUBLED 8                    /* times at most */
#define GATHER_NS     (50 * NS_PER_MS)     /* what a worker reports is several messages */
#define NEXT_NS       (550 * NS_PER_MS)    /* after a success: until workers have looked at what is still interpreted */
#define LOOK_NS       (500 * NS_PER_MS)    /* what waits is looked at so often */

/* Native code of one program, for all artifacts that were made of it. */
struct unit {
    struct compilers *compilers;
    struct digest content;
    bool named; /* by the publication */
    struct hot_code hot;
    struct native *native; /* held; NULL: none */
    struct compiler_process process;
    bool at_work, late;
    int64_t started, not_before;
    unsigned failures;
    struct timer deadline;
};

struct compilers {
    struct compilers_options options;
    int binary;
    struct code_cache *cache; /* NULL: none */
    const struct publication *publication;
    struct unit **units; /* by content */
    size_t count, capacity;
    bool idle;        /* nothing is wanted */
    uint64_t changes; /* of native code */
    struct timer look;
    struct compilers_counts counts;
};

/* ---- units ----------------------------------------------------------------------------------------- */

/* Where the unit is or would be. */
static size_t position(const struct compilers *compilers, const struct digest *content)
{
    size_t low = 0, high = compilers->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(compilers->units[middle]->content.bytes, content->bytes, sizeof content->bytes) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct unit *find_unit(const struct compilers *compilers, const struct digest *content)
{
    size_t at = position(compilers, content);
    return at < compilers->count && digest_equal(&compilers->units[at]->content, content) ? compilers->units[at] : NULL;
}

static bool insert_unit(struct compilers *compilers, struct unit *unit)
{
    if (compilers->count == compilers->capacity) {
        size_t capacity = compilers->capacity ? compilers->capacity * 2 : 64;
        struct unit **grown = realloc(compilers->units, capacity * sizeof(struct unit *));
        if (!grown)
            return false;
        compilers->units = grown;
        compilers->capacity = capacity;
    }
    size_t at = position(compilers, &unit->content);
    memmove(compilers->units + at + 1, compilers->units + at, (compilers->count - at) * sizeof(struct unit *));
    compilers->units[at] = unit;
    compilers->count++;
    return true;
}

/* What comes later than the time allows is of no use; what loops has no later. */
static void on_deadline(struct timer *timer)
{
    struct unit *unit = (struct unit *)((char *)timer - offsetof(struct unit, deadline));
    unit->late = true;
    kill(unit->process.pid, SIGKILL);
}

static struct unit *create_unit(struct compilers *compilers, const struct digest *content)
{
    struct unit *unit = calloc(1, sizeof *unit);
    if (!unit)
        return NULL; /* the program is interpreted */
    *unit = (struct unit){.compilers = compilers,
                          .content = *content,
                          .process = {0, -1, -1},
                          .deadline = {.fire = on_deadline, .deadline = TIMERS_NEVER}};
    if (!insert_unit(compilers, unit)) {
        free(unit);
        return NULL;
    }
    unit->native = code_store_load(compilers->cache, content, &unit->hot);
    compilers->counts.cached += unit->native != NULL;
    return unit;
}

/* A compiler that is still at work for it is killed, and reaped as nobody's. */
static void destroy_unit(struct unit *unit)
{
    struct compilers *compilers = unit->compilers;
    if (unit->at_work) {
        kill(unit->process.pid, SIGKILL);
        compiler_process_discard(&unit->process);
        compilers->counts.running--;
    }
    loop_remove_timer(compilers->options.loop, &unit->deadline);
    native_release(unit->native);
    free(unit);
}

static void drop_unnamed(struct compilers *compilers)
{
    size_t kept = 0;
    for (size_t i = 0; i < compilers->count; i++) {
        struct unit *unit = compilers->units[i];
        if (unit->named)
            compilers->units[kept++] = unit;
        else
            destroy_unit(unit);
    }
    compilers->count = kept;
}

static void forget_names(struct compilers *compilers)
{
    for (size_t i = 0; i < compilers->count; i++)
        compilers->units[i]->named = false;
}

/* ---- what serves ----------------------------------------------------------------------------------- */

static void give(struct compilers *compilers, struct artifact *artifact, struct native *native)
{
    if (artifact->native != native || artifact->native_change == 0)
        artifact_set_native(artifact, native, ++compilers->changes);
}

void compilers_use(struct compilers *compilers, const struct publication *publication)
{
    if (!compilers)
        return;
    compilers->publication = publication;
    forget_names(compilers);
    for (size_t i = 0; i < publication->program_count; i++) {
        struct artifact *artifact = publication->programs[i];
        struct unit *unit = find_unit(compilers, &artifact->content);
        if (!unit)
            unit = create_unit(compilers, &artifact->content);
        if (!unit)
            continue;
        unit->named = true;
        if (unit->native)
            give(compilers, artifact, unit->native);
    }
    drop_unnamed(compilers);
}

/* ---- handing over ---------------------------------------------------------------------------------- */

struct handover_native compilers_hand_over(const struct compilers *compilers, const struct artifact *artifact)
{
    const struct unit *unit = compilers ? find_unit(compilers, &artifact->content) : NULL;
    struct handover_native given = {.descriptor = -1};
    if (!unit || !unit->native)
        return given;
    given.descriptor = unit->native->descriptor;
    given.fingerprint = mf_native_fingerprint();
    given.count = hot_code_native(&unit->hot, given.functions);
    return given;
}

static struct native *adopt_native(const struct handover_native *given)
{
    struct stat status;
    if (!memfd_is_sealed(given->descriptor) || fstat(given->descriptor, &status) != 0)
        return NULL;
    int descriptor = fcntl(given->descriptor, F_DUPFD_CLOEXEC, 3);
    struct native *native = descriptor < 0 ? NULL : native_create(descriptor, (uint64_t)status.st_size, given->count);
    if (!native && descriptor >= 0)
        close(descriptor);
    return native;
}

void compilers_adopt(struct compilers *compilers, const struct digest *content, const struct handover_native *given)
{
    if (!compilers || given->descriptor < 0 || given->fingerprint != mf_native_fingerprint() ||
        find_unit(compilers, content))
        return;
    struct unit *unit = create_unit(compilers, content);
    if (!unit || unit->native) /* the code cache had some */
        return;
    unit->native = adopt_native(given);
    for (unsigned i = 0; unit->native && i < given->count; i++)
        (void)hot_code_add(&unit->hot, given->functions[i], HOT_NATIVE, 0);
}

/* ---- what changes ---------------------------------------------------------------------------------- */

/* All artifacts of the unit have its native code from now on. */
static void publish_native(struct unit *unit)
{
    struct compilers *compilers = unit->compilers;
    for (size_t i = 0; i < compilers->publication->program_count; i++)
        if (digest_equal(&compilers->publication->programs[i]->content, &unit->content))
            give(compilers, compilers->publication->programs[i], unit->native);
    compilers->options.changed(compilers->options.callback_user);
}

static struct artifact *artifact_of(const struct unit *unit)
{
    const struct publication *publication = unit->compilers->publication;
    for (size_t i = 0; i < publication->program_count; i++)
        if (digest_equal(&publication->programs[i]->content, &unit->content))
            return publication->programs[i];
    return NULL;
}

/* A worker's word is not taken for it. */
static bool may_be_code(const struct artifact *artifact, uint32_t address)
{
    return address % 2 == 0 && address >= artifact->info.code_start &&
           address - artifact->info.code_start < artifact->info.code_bytes;
}

void compilers_hot(struct compilers *compilers, unsigned worker, uint64_t program, uint32_t function)
{
    for (size_t i = 0; compilers && i < compilers->publication->program_count; i++) {
        const struct artifact *artifact = compilers->publication->programs[i];
        if (artifact->program != program)
            continue;
        struct unit *unit = find_unit(compilers, &artifact->content);
        if (!unit || !may_be_code(artifact, function) || !hot_code_add(&unit->hot, function, HOT_WANTED, worker + 1))
            return;
        compilers->idle = false;
        int64_t due = loop_now(compilers->options.loop) + GATHER_NS;
        if (unit->hot.in_state[HOT_WANTED] == 1 && unit->not_before < due)
            unit->not_before = due;
        log_debug("version %s: the function at 0x%x is hot", artifact->version, function);
        return;
    }
}

/* ---- whose turn it is ------------------------------------------------------------------------------ */

static bool has(const struct tenant *tenant, const struct unit *unit)
{
    return tenant->artifact && digest_equal(&tenant->artifact->content, &unit->content);
}

/* The least that one of its tenants has used of late: those that share a program are not held up by one of them. */
static uint64_t used_by(const struct unit *unit, int64_t now)
{
    const struct tenant_store *store = unit->compilers->options.store;
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < store->count; i++)
        if (has(store->list[i], unit)) {
            uint64_t used = compile_account_used(&store->list[i]->compiled, now);
            least = used < least ? used : least;
        }
    return least;
}

static void charge(const struct unit *unit, uint64_t cpu_ms, int64_t now)
{
    const struct tenant_store *store = unit->compilers->options.store;
    for (size_t i = 0; i < store->count; i++)
        if (has(store->list[i], unit))
            compile_account_charge(&store->list[i]->compiled, cpu_ms, now);
}

/* The last compiler that is free is kept for those who have used little: what takes long holds up others only while all
 * compilers work for such. */
static struct unit *next_unit(const struct compilers *compilers, int64_t now)
{
    struct unit *next = NULL;
    const unsigned at_once = compilers->options.at_once;
    bool last = at_once > 1 && compilers->counts.running + 1 == at_once;
    uint64_t least = last ? COMPILE_ACCOUNT_LAST_MS : COMPILE_ACCOUNT_MOST_MS;
    for (size_t i = 0; i < compilers->count; i++) {
        struct unit *unit = compilers->units[i];
        if (!unit->hot.in_state[HOT_WANTED] || unit->at_work || now < unit->not_before)
            continue;
        uint64_t used = used_by(unit, now);
        if (used < least) {
            least = used;
            next = unit;
        }
    }
    return next;
}

/* ---- compiling ------------------------------------------------------------------------------------- */

/* The tenant that the log names. */
static const char *tenant_of(const struct unit *unit)
{
    const struct tenant_store *store = unit->compilers->options.store;
    for (size_t i = 0; i < store->count; i++)
        if (has(store->list[i], unit))
            return store->list[i]->name;
    return "?";
}

/* After hot_code has been told what becomes of the functions, of which `what` tells. */
static void tell_failure(struct unit *unit, unsigned functions, const char *why, const char *what)
{
    const struct artifact *artifact = artifact_of(unit);
    unit->compilers->idle = false;
    unit->compilers->counts.failed++;
    unit->not_before = loop_now(unit->compilers->options.loop) + (AGAIN_NS << unit->failures);
    unit->failures += unit->failures < AGAIN_DOUBLED;
    log_warning("tenant %s: version %s: no native code for hot functions (%u): %s; they are interpreted%s",
                tenant_of(unit), artifact ? artifact->version : "?", functions, why, what);
}

static void fail(struct unit *unit, const char *why)
{
    unsigned functions = unit->hot.in_state[HOT_AT_WORK];
    bool refused = hot_code_fail(&unit->hot);
    tell_failure(unit, functions, why, refused ? "" : " until half of them are tried");
}

/* The machine is short of something. That passes. */
static void give_back(struct unit *unit, const char *why)
{
    unsigned functions = unit->hot.in_state[HOT_AT_WORK];
    hot_code_give_back(&unit->hot);
    tell_failure(unit, functions, why, " until that is tried again");
}

static void start_unit(struct unit *unit)
{
    struct compilers *compilers = unit->compilers;
    const struct artifact *artifact = artifact_of(unit);
    uint32_t functions[COMPILER_HOT];
    if (!artifact)
        return;
    const struct compiler_task task = {.binary = compilers->binary,
                                       .program = artifact->descriptor,
                                       .hot = functions,
                                       .hot_count = hot_code_begin(&unit->hot, functions),
                                       .cpu_ms = compilers->options.timeout_ms};
    int error = compiler_process_start(&unit->process, &task, &compilers->options.user);
    if (error) {
        char why[128];
        snprintf(why, sizeof why, "a compiler cannot be started: %s", strerror(-error));
        give_back(unit, why);
        return;
    }
    unit->at_work = true;
    unit->late = false;
    unit->started = clock_monotonic();
    compilers->counts.running++;
    loop_arm(compilers->options.loop, &unit->deadline,
             unit->started + (int64_t)compilers->options.timeout_ms * WALL_FACTOR * NS_PER_MS);
    log_debug("tenant %s: version %s: compiler [%d] begins with functions: %u", tenant_of(unit), artifact->version,
              (int)unit->process.pid, task.hot_count);
}

/* When something that waits may be started. TIMERS_NEVER: nothing waits. */
static int64_t next_look(struct compilers *compilers, int64_t now)
{
    int64_t next = TIMERS_NEVER;
    compilers->idle = true;
    for (size_t i = 0; i < compilers->count; i++) {
        const struct unit *unit = compilers->units[i];
        int64_t due = unit->not_before > now ? unit->not_before : now + LOOK_NS;
        if (!unit->hot.in_state[HOT_WANTED])
            continue;
        compilers->idle = false;
        if (!unit->at_work && due < next)
            next = due;
    }
    return next;
}

static void on_look(struct timer *timer)
{
    compilers_work((struct compilers *)((char *)timer - offsetof(struct compilers, look)));
}

void compilers_work(struct compilers *compilers)
{
    struct unit *unit;
    if (!compilers || compilers->idle)
        return;
    int64_t now = loop_now(compilers->options.loop);
    while (compilers->counts.running < compilers->options.at_once && (unit = next_unit(compilers, now)) != NULL)
        start_unit(unit);
    int64_t due = next_look(compilers, now);
    if (due < compilers->look.deadline)
        loop_arm(compilers->options.loop, &compilers->look, due);
}

static void succeed(struct unit *unit, const struct compiler_result *result, uint64_t cpu_ms)
{
    struct compilers *compilers = unit->compilers;
    const struct artifact *artifact = artifact_of(unit);
    unsigned functions = unit->hot.in_state[HOT_NATIVE] + unit->hot.in_state[HOT_AT_WORK];
    struct native *native = native_create(result->native, result->size, functions);
    if (!native) {
        close(result->native);
        give_back(unit, "out of memory");
        return;
    }
    native_release(unit->native);
    unit->native = native;
    hot_code_succeed(&unit->hot);
    unit->failures = 0;
    unit->not_before = loop_now(compilers->options.loop) + NEXT_NS;
    compilers->counts.finished++;
    publish_native(unit);
    log_info("tenant %s: version %s: hot functions that run natively: %u (%llu KiB, compiled in %llu ms)",
             tenant_of(unit), artifact ? artifact->version : "?", functions, (unsigned long long)(result->size / 1024),
             (unsigned long long)cpu_ms);
    code_store_keep(compilers->cache, &unit->content, native, &unit->hot);
}

static uint64_t cpu_ms_of(const struct rusage *usage)
{
    return (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000 +
           (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;
}

static struct unit *find_at_work(const struct compilers *compilers, pid_t pid)
{
    for (size_t i = 0; i < compilers->count; i++)
        if (compilers->units[i]->at_work && compilers->units[i]->process.pid == pid)
            return compilers->units[i];
    return NULL;
}

bool compilers_reap(struct compilers *compilers, pid_t pid, int status, const struct rusage *usage)
{
    struct unit *unit = compilers ? find_at_work(compilers, pid) : NULL;
    struct compiler_result result;
    if (!unit)
        return false;
    uint64_t cpu_ms = cpu_ms_of(usage);
    timers_disarm(&unit->deadline);
    unit->at_work = false;
    compilers->counts.running--;
    compilers->counts.cpu_ms += cpu_ms;
    compiler_process_finish(&unit->process, status, &result);
    charge(unit, cpu_ms, clock_monotonic());
    if (result.native >= 0)
        succeed(unit, &result, cpu_ms);
    else
        fail(unit, unit->late ? "the compiler was not ready in time (compile_timeout)" : result.why);
    return true;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

static int open_compiler(const char *path)
{
    char found[PATH_MAX];
    if (!path && compiler_find(found))
        path = found;
    if (!path) {
        log_info(
            "this build has no native engine (mayfly-compiler, which needs LLVM 19, is not installed beside mayfly): "
            "everything is interpreted");
        return -1;
    }
    /* Held open: an upgrade may replace the file, and what is compiled here must be of this version. */
    int binary = open(path, O_PATH | O_CLOEXEC);
    if (binary < 0)
        log_warning("%s: %s; everything is interpreted", path, strerror(errno));
    return binary;
}

struct compilers *compilers_create(const struct compilers_options *options)
{
    static const struct publication nothing = {.program_count = 0};
    int binary = open_compiler(options->compiler);
    struct compilers *compilers = binary < 0 ? NULL : calloc(1, sizeof *compilers);
    if (!compilers) {
        if (binary >= 0)
            close(binary);
        return NULL;
    }
    *compilers = (struct compilers){.options = *options,
                                    .binary = binary,
                                    .publication = &nothing,
                                    .look = {.fire = on_look, .deadline = TIMERS_NEVER}};
    if (options->code_cache[0])
        compilers->cache = code_cache_open(options->code_cache, options->code_cache_size);
    return compilers;
}

void compilers_destroy(struct compilers *compilers)
{
    if (!compilers)
        return;
    forget_names(compilers);
    drop_unnamed(compilers);
    loop_remove_timer(compilers->options.loop, &compilers->look);
    code_cache_close(compilers->cache);
    close(compilers->binary);
    free(compilers->units);
    free(compilers);
}

const char *compilers_state(const struct compilers *compilers, const struct artifact *artifact)
{
    const struct unit *unit = compilers ? find_unit(compilers, &artifact->content) : NULL;
    if (artifact->native)
        return "native";
    if (unit && unit->at_work)
        return "compiling";
    return unit && unit->hot.in_state[HOT_REFUSED] ? "refused" : "interpreter";
}

void compilers_counts(const struct compilers *compilers, struct compilers_counts *counts)
{
    *counts = compilers ? compilers->counts : (struct compilers_counts){.running = 0};
}
