/* SPDX-License-Identifier: Apache-2.0 */
#include "server/builder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "confine/confine.h"
#include "server/guest_log.h"
#include "server/protocol.h"

#define CHECKER_MEMORY (UINT64_C(64) << 20)
#define BUILDER_MEMORY (UINT64_C(1) << 30) /* for decoded code and tables, beside the guest's memory */

/* ---- in the child ---------------------------------------------------------------------------------- */

/* What an engine gone wrong, or a guest that broke out of it, could not exceed. */
static void limit_resources(const struct builder_job *job)
{
#ifndef MAYFLY_SANITIZE
    uint64_t seconds = job->deadline_ms / 1000 + 2;
    uint64_t memory = 2 * job->limits.memory + 8 * job->elf_size + BUILDER_MEMORY;
    const struct {
        int resource;
        uint64_t most;
    } limits[] = {{RLIMIT_CPU, seconds}, {RLIMIT_DATA, memory}, {RLIMIT_NPROC, 0}, {RLIMIT_NOFILE, 16}};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct rlimit value = {limits[i].most, limits[i].most};
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &value) != 0)
            log_warning("a limit of the process (%d) was refused: %s", limits[i].resource, strerror(errno));
    }
#endif
}

static void fail(struct builder_result *result, int error, const char *text)
{
    result->error = error;
    snprintf(result->text, sizeof result->text, "%s", text);
}

static void describe_stop(const struct mf_program *program, const struct mf_outcome *outcome, char *out, size_t size)
{
    struct mf_symbol symbol = mf_program_symbol(program, outcome->pc);
    char place[160] = "";
    if (outcome->stop == MF_STOP_TRAPPED)
        snprintf(place, sizeof place, ": %s at pc 0x%x in %.64s+0x%x, address 0x%x", mf_outcome_trap(outcome),
                 outcome->pc, symbol.name ? symbol.name : "?", symbol.offset, outcome->address);
    else if (outcome->stop == MF_STOP_EXITED)
        snprintf(place, sizeof place, " with code %d", outcome->exit_code);
    else if (outcome->stop == MF_STOP_BAD_RESPONSE)
        snprintf(place, sizeof place, ": %.100s", outcome->reason ? outcome->reason : "");
    snprintf(out, size, "%s%s after %llu instructions", mf_stop_name(outcome->stop), place,
             (unsigned long long)outcome->instructions);
}

static int submit_test(struct mf_instance *instance, const char *target)
{
    static const struct mf_header headers[] = {
        {{"Host", 4}, {"localhost", 9}},
        {{"User-Agent", 10}, {"mayfly-self-test", 16}},
    };
    size_t size = strlen(target), path = strcspn(target, "?");
    const struct mf_request request = {
        .method = {"GET", 3},
        .target = {target, size},
        .path = {target, path},
        .query = {target + path + (path < size), size - path - (path < size)},
        .client = {"127.0.0.1", 9},
        .headers = headers,
        .header_count = 2,
        .version = 11,
    };
    return mf_instance_submit(instance, &request);
}

/* One request through an instance, as a worker would. */
static void self_test(struct mf_program *program, const struct builder_job *job, struct guest_output *output,
                      struct builder_result *result)
{
    struct mf_instance *instance;
    struct mf_diagnostic why = {""};
    struct mf_outcome outcome;
    char stop[256], text[512];
    int error = mf_instance_create(&instance, program, &guest_log_host, &why);
    if (error) {
        fail(result, error, why.text);
        return;
    }
    mf_instance_set_user(instance, output);
    if ((error = submit_test(instance, job->test_target)) != 0) {
        fail(result, error, "self-test: the request does not fit");
    } else {
        mf_instance_run(instance, job->test_instructions, &outcome);
        if (outcome.stop != MF_STOP_RESPONDED) {
            describe_stop(program, &outcome, stop, sizeof stop);
            snprintf(text, sizeof text, "self-test of %.128s: expected status %u, but it %s", job->test_target,
                     job->test_status, stop);
            fail(result, MF_ERROR_INIT, text);
        } else if (mf_instance_response(instance)->status != job->test_status) {
            snprintf(text, sizeof text, "self-test of %.128s: expected status %u, it answered %u", job->test_target,
                     job->test_status, mf_instance_response(instance)->status);
            fail(result, MF_ERROR_INIT, text);
        }
    }
    guest_log_finish(output);
    mf_instance_destroy(instance);
}

/* The artifact, or -1 with result->error. */
static int build(const struct builder_job *job, struct builder_result *result)
{
    static struct metrics_tenant nobody; /* what the initialisation logs is not counted */
    struct guest_log log = {.bytes.rate = job->log_rate, .metrics = &nobody};
    int64_t now = clock_monotonic();
    const struct span tenant = span_of(job->name);
    struct guest_output output = {.log = &log, .now = &now, .tenant = &tenant};
    struct mf_diagnostic why = {""};
    struct mf_program *program;
    const struct mf_program_options options = {
        .elf = job->elf,
        .elf_size = job->elf_size,
        .arguments = job->arguments,
        .environment = job->environment,
        .limits = job->limits,
        .host = &guest_log_host,
        .user = &output,
    };
    int error = mf_program_create(&program, &options, &why);
    guest_log_finish(&output);
    guest_log_tick(&log, tenant, clock_monotonic() + NS_PER_SECOND);
    if (error) {
        fail(result, error, why.text[0] ? why.text : "the program cannot be made");
        return -1;
    }
    if (job->test_target)
        self_test(program, job, &output, result);
    if (result->error)
        return -1;
    mf_program_info(program, &result->info);
    int artifact = mf_program_export(program, &why);
    if (artifact < 0)
        fail(result, artifact, why.text);
    return artifact;
}

static _Noreturn void become_builder(const struct builder_job *job, int socket, pid_t parent,
                                     const struct child_user *user)
{
    struct builder_result result = {.error = 0};
    child_begin("builder", CHILD_WITHOUT_FILES, parent, user, &socket, 1);
    limit_resources(job);
    tzset(); /* or the first line of a log opens a file */
    int error = confine_builder();
    int artifact = -1;
    if (error)
        fail(&result, MF_ERROR_SYSTEM, "the filter of system calls (seccomp) was refused");
    else
        artifact = build(job, &result);
    error = packet_send(socket, &result, sizeof result, artifact);
    if (error)
        log_error("tenant %s: the result cannot be sent: %s", job->name, strerror(-error));
    _exit(error ? 1 : 0); /* what is mapped goes with the process */
}

/* What the checker may need: the code decoded once more. */
static void limit_checker(int artifact)
{
#ifndef MAYFLY_SANITIZE
    struct stat status;
    uint64_t size = fstat(artifact, &status) == 0 ? (uint64_t)status.st_size : 0;
    const struct rlimit memory = {size + CHECKER_MEMORY, size + CHECKER_MEMORY}, none = {0, 0};
    if (setrlimit(RLIMIT_DATA, &memory) != 0 || setrlimit(RLIMIT_NPROC, &none) != 0)
        log_warning("a limit of the process was refused: %s", strerror(errno));
#endif
}

static void check(int artifact, struct builder_result *result)
{
    struct mf_diagnostic why = {""};
    struct mf_program *program;
    int error = mf_program_import(&program, artifact, &why);
    if (!error) {
        error = mf_program_check(program, &why);
        mf_program_destroy(program);
    }
    if (error)
        fail(result, error, why.text);
}

static _Noreturn void become_checker(const char *name, int artifact, int socket, pid_t parent,
                                     const struct child_user *user)
{
    struct builder_result result = {.error = 0};
    const int keep[] = {artifact, socket};
    child_begin("checker", CHILD_WITHOUT_FILES, parent, user, keep, 2);
    limit_checker(artifact);
    tzset();
    int error = confine_builder();
    if (error)
        fail(&result, MF_ERROR_SYSTEM, "the filter of system calls (seccomp) was refused");
    else
        check(artifact, &result);
    error = packet_send(socket, &result, sizeof result, artifact);
    if (error)
        log_error("tenant %s: the result cannot be sent: %s", name, strerror(-error));
    _exit(error ? 1 : 0);
}

/* ---- in the supervisor ----------------------------------------------------------------------------- */

/* Forks. 1: this is the child, and builder->result its end of the socket; 0: this is the supervisor; -errno. */
static int start(struct builder *builder)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
        return -errno;
    pid_t pid = fork();
    int error = pid < 0 ? -errno : 0;
    close(pid == 0 ? ends[0] : ends[1]);
    if (error)
        close(ends[0]);
    else
        *builder = (struct builder){pid, pid == 0 ? ends[1] : ends[0]};
    return pid == 0 ? 1 : error;
}

int builder_start(struct builder *builder, const struct builder_job *job, const struct child_user *user)
{
    pid_t parent = getpid();
    int started = start(builder);
    if (started == 1)
        become_builder(job, builder->result, parent, user);
    return started;
}

int builder_check(struct builder *builder, const char *name, int artifact, const struct child_user *user)
{
    pid_t parent = getpid();
    int started = start(builder);
    if (started == 1)
        become_checker(name, artifact, builder->result, parent, user);
    return started;
}

void builder_finish(struct builder *builder, int status, struct builder_result *result, int *artifact)
{
    char how[96], text[256];
    int got = packet_receive(builder->result, result, sizeof *result, artifact);
    close(builder->result);
    *builder = (struct builder){.result = -1};
    if (got > 0 && (result->error || *artifact >= 0)) {
        result->text[sizeof result->text - 1] = '\0';
        if (result->error && *artifact >= 0)
            close(*artifact);
        if (result->error)
            *artifact = -1;
        return;
    }
    *artifact = -1;
    *result = (struct builder_result){.reserved = 0};
    child_describe(status, how, sizeof how);
    snprintf(text, sizeof text, "the builder ended without a result: %s%s", how,
             got == -EMFILE ? "; the server is out of descriptors (ulimit -n)" : "");
    /* A builder that died may have done so because of the program: nothing that passes by itself. */
    fail(result, got == -EMFILE ? MF_ERROR_SYSTEM : MF_ERROR_INIT, text);
}
