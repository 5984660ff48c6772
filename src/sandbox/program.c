/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MIB              (UINT64_C(1) << 20)
#define KIB              (UINT64_C(1) << 10)
#define MIN_STACK        (32 * KIB)
#define MIN_REQUEST      (4 * KIB)
#define MAX_REQUEST      (256 * MIB)
#define MAX_SYMBOL_BYTES (16 * MIB)

/* ---- limits ---------------------------------------------------------------------------------------- */

static uint64_t or_default(uint64_t value, uint64_t otherwise)
{
    return value ? value : otherwise;
}

static int settle_limits(struct mf_limits *limits, const struct mf_limits *given, struct mf_diagnostic *why)
{
    *limits = (struct mf_limits){
        .memory = or_default(given->memory, 64 * MIB),
        .stack = or_default(given->stack, 256 * KIB),
        .init_instructions = or_default(given->init_instructions, UINT64_C(2000000000)),
        .request_size = or_default(given->request_size, MIB + 64 * KIB),
        .response_size = or_default(given->response_size, 8 * MIB),
    };
    if (limits->stack < MIN_STACK || limits->memory > SPACE_SIZE || limits->stack > limits->memory) {
        instance_diagnose(why,
                          "a stack of %llu bytes in a memory of %llu: a stack has at least %llu, and fits into the "
                          "memory, which has at most 4 GiB",
                          (unsigned long long)limits->stack, (unsigned long long)limits->memory,
                          (unsigned long long)MIN_STACK);
        return MF_ERROR_LIMIT;
    }
    if (limits->request_size < MIN_REQUEST || limits->request_size > MAX_REQUEST) {
        instance_diagnose(why, "a request block of %llu bytes: it has %llu to %llu",
                          (unsigned long long)limits->request_size, (unsigned long long)MIN_REQUEST,
                          (unsigned long long)MAX_REQUEST);
        return MF_ERROR_LIMIT;
    }
    return MF_OK;
}

/* ---- symbols --------------------------------------------------------------------------------------- */

struct symbol_table {
    struct snapshot_symbol *symbols;
    size_t count, capacity;
    char *names;
    size_t names_size, names_capacity;
    bool full;
};

static bool reserve(void **array, size_t *capacity, size_t needed, size_t element)
{
    if (needed <= *capacity)
        return true;
    size_t more = *capacity * 2 > needed ? *capacity * 2 : needed + 256;
    void *grown = realloc(*array, more * element);
    if (!grown)
        return false;
    *array = grown;
    *capacity = more;
    return true;
}

static void add_symbol(void *context, const struct elf_symbol *symbol)
{
    struct symbol_table *table = context;
    void *symbols = table->symbols, *names = table->names;
    if (table->full)
        return;
    size_t needed = table->names_size + symbol->name_size + 1;
    bool room =
        needed <= MAX_SYMBOL_BYTES && reserve(&symbols, &table->capacity, table->count + 1, sizeof table->symbols[0]);
    table->symbols = symbols;
    room = room && reserve(&names, &table->names_capacity, needed, 1);
    table->names = names;
    if (!room) { /* the program runs without the rest */
        table->full = true;
        return;
    }
    table->symbols[table->count++] =
        (struct snapshot_symbol){symbol->address, symbol->size, (uint32_t)table->names_size};
    memcpy(table->names + table->names_size, symbol->name, symbol->name_size);
    table->names[needed - 1] = '\0';
    table->names_size = needed;
}

/* By address; among those at the same place one with a size comes last, where the search finds it. */
static int compare_symbols(const void *left, const void *right)
{
    const struct snapshot_symbol *a = left, *b = right;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    if (!a->size != !b->size)
        return a->size ? 1 : -1;
    return a->name < b->name ? -1 : a->name > b->name;
}

struct mf_symbol mf_program_symbol(const struct mf_program *program, uint32_t pc)
{
    const struct snapshot *s = &program->snapshot;
    size_t low = 0, high = s->symbol_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->symbols[middle].address <= pc)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return (struct mf_symbol){NULL, 0, 0};
    const struct snapshot_symbol *found = &s->symbols[low - 1];
    uint32_t offset = pc - found->address;
    if (pc >= s->code.end || (found->size && offset >= found->size))
        return (struct mf_symbol){NULL, 0, 0};
    return (struct mf_symbol){s->names + found->name, offset, found->size};
}

/* ---- building -------------------------------------------------------------------------------------- */

/* A program being built, and what it is built of. */
struct build {
    const struct mf_program_options *options;
    struct mf_diagnostic *why;
    struct frozen frozen;
    struct elf_image image;
    struct snapshot_builder builder;
    struct mf_instance *instance; /* runs the initialisation */
    struct code code;
    struct symbol_table symbols;
};

static struct mf_symbol symbol_in(struct symbol_table *table, uint32_t pc)
{
    struct mf_program lookup = {.snapshot = {.symbols = table->symbols,
                                             .symbol_count = table->count,
                                             .names = table->names,
                                             .code = {.end = UINT32_MAX}}};
    return mf_program_symbol(&lookup, pc);
}

static int init_failed(struct build *build, const struct mf_outcome *outcome)
{
    struct mf_symbol at = symbol_in(&build->symbols, outcome->pc);
    char place[128] = "";
    if (at.name)
        snprintf(place, sizeof place, " in %.80s+0x%x", at.name, at.offset);
    switch (outcome->stop) {
    case MF_STOP_FUEL:
        instance_diagnose(build->why,
                          "the initialisation did not reach mayfly_accept() within %llu instructions (it is at pc "
                          "0x%x%s)",
                          (unsigned long long)build->frozen.limits.init_instructions, outcome->pc, place);
        break;
    case MF_STOP_EXITED:
        instance_diagnose(build->why, "the program exited with status %d before mayfly_accept()", outcome->exit_code);
        break;
    default:
        instance_diagnose(build->why, "the initialisation stopped with a %s at pc 0x%x%s, address 0x%x",
                          mf_outcome_trap(outcome), outcome->pc, place, outcome->address);
        break;
    }
    return MF_ERROR_INIT;
}

static int run_initialisation(struct build *build)
{
    struct mf_instance *instance = build->instance;
    if (fault_install()) {
        instance_diagnose(build->why, "the host refused a signal handler");
        return MF_ERROR_SYSTEM;
    }
    instance_run_guest(instance, build->frozen.limits.init_instructions, true);
    build->frozen.init_instructions = instance->outcome.instructions;
    return instance->outcome.stop == MF_STOP_WAITING ? MF_OK : init_failed(build, &instance->outcome);
}

/* What of the registers is the guest's; the rest is as in a fresh one. */
static void freeze_registers(struct cpu *frozen, const struct cpu *cpu)
{
    memset(frozen, 0, sizeof *frozen);
    memcpy(frozen->x, cpu->x, 32 * sizeof cpu->x[0]);
    memcpy(frozen->f, cpu->f, sizeof cpu->f);
    frozen->pc = cpu->pc;
    frozen->frm = cpu->frm;
    frozen->fflags = cpu->fflags;
}

static int freeze(struct build *build, struct mf_program **program)
{
    struct cpu cpu;
    freeze_registers(&cpu, &build->instance->cpu);
    build->frozen.guest = build->instance->guest;
    build->frozen.identity = native_identify(&build->code);
    struct snapshot_contents contents = {
        .space = &build->instance->space,
        .cpu = &cpu,
        .host_state = &build->frozen,
        .host_state_size = sizeof build->frozen,
        .symbols = build->symbols.symbols,
        .symbol_count = build->symbols.count,
        .names = build->symbols.names,
        .names_size = build->symbols.names_size,
    };
    int descriptor = snapshot_finish(&build->builder, &contents);
    if (descriptor < 0) {
        instance_diagnose(build->why, "the host refused memory for the snapshot: %s", strerror(-descriptor));
        return MF_ERROR_SYSTEM;
    }
    int failed = mf_program_import(program, descriptor, build->why);
    close(descriptor);
    return failed;
}

static int build_program(struct build *build, struct mf_program **program)
{
    const struct mf_program_options *options = build->options;
    struct elf_error elf_error;
    if (elf_parse(&build->image, options->elf, options->elf_size, &elf_error)) {
        instance_diagnose(build->why, "%s", elf_error.text);
        return MF_ERROR_FORMAT;
    }
    int failed =
        startup_prepare(build->instance, &build->builder, &build->image, options, &build->frozen.limits, build->why);
    if (failed)
        return failed;
    build->frozen.entry = build->image.entry;
    build->frozen.at_entry = options->at_entry;
    build->code =
        (struct code){build->builder.code_start, build->builder.code_end, build->builder.ops, build->builder.charge};
    elf_symbols(&build->image, options->elf, options->elf_size, add_symbol, &build->symbols);
    if (build->symbols.count)
        qsort(build->symbols.symbols, build->symbols.count, sizeof build->symbols.symbols[0], compare_symbols);
    if (!options->at_entry)
        failed = run_initialisation(build);
    if (failed)
        snapshot_abandon(&build->builder);
    else
        failed = freeze(build, program);
    space_destroy(&build->instance->space);
    return failed;
}

int mf_program_create(struct mf_program **program, const struct mf_program_options *options, struct mf_diagnostic *why)
{
    *program = NULL;
    struct build *build = calloc(1, sizeof *build);
    struct mf_instance *instance = aligned_alloc(64, (sizeof *instance + 63) & ~(size_t)63);
    int failed = MF_ERROR_SYSTEM;
    if (!build || !instance) {
        instance_diagnose(why, "no memory to build a program");
        goto out;
    }
    memset(instance, 0, sizeof *instance);
    instance->interpreted = true;
    build->options = options;
    build->why = why;
    build->instance = instance;
    failed = settle_limits(&build->frozen.limits, &options->limits, why);
    if (failed)
        goto out;
    instance->limits = &build->frozen.limits;
    instance->code = &build->code;
    instance->host = options->host;
    instance->user = options->user;
    failed = build_program(build, program);
    free(build->symbols.symbols);
    free(build->symbols.names);
out:
    free(instance);
    free(build);
    return failed;
}

/* ---- sharing --------------------------------------------------------------------------------------- */

int mf_program_export(const struct mf_program *program, struct mf_diagnostic *why)
{
    int descriptor = fcntl(program->snapshot.descriptor, F_DUPFD_CLOEXEC, 0);
    if (descriptor >= 0)
        return descriptor;
    instance_diagnose(why, "the host refused a descriptor: %s", strerror(errno));
    return MF_ERROR_SYSTEM;
}

static bool frozen_is_sound(const struct mf_program *program)
{
    const struct guest_state *g = &program->frozen.guest;
    const struct mf_limits *limits = &program->frozen.limits;
    bool whole_pages = (g->heap_end | g->heap_limit | g->stack_start | g->stack_end) % SPACE_PAGE == 0;
    return whole_pages && g->accepted <= 1 && program->frozen.at_entry <= 1 && limits->memory <= SPACE_SIZE &&
           limits->request_size <= MAX_REQUEST && g->heap_start <= g->heap_mark && g->heap_mark <= g->heap_end &&
           g->heap_end <= g->heap_limit && g->heap_limit <= SPACE_HIGHEST && g->stack_start <= g->stack_end &&
           g->mapped_bytes == g->heap_limit - g->heap_end;
}

int mf_program_import(struct mf_program **program, int artifact, struct mf_diagnostic *why)
{
    struct snapshot_error error;
    *program = NULL;
    struct mf_program *made = calloc(1, sizeof *made);
    if (!made) {
        instance_diagnose(why, "no memory for a program");
        return MF_ERROR_SYSTEM;
    }
    int failed = snapshot_open(&made->snapshot, artifact, &error);
    if (failed) {
        free(made);
        instance_diagnose(why, "%s", error.text[0] ? error.text : strerror(-failed));
        return error.text[0] ? MF_ERROR_FORMAT : MF_ERROR_SYSTEM;
    }
    if (made->snapshot.host_state_size == sizeof made->frozen)
        memcpy(&made->frozen, made->snapshot.host_state, sizeof made->frozen);
    if (made->snapshot.host_state_size != sizeof made->frozen || !frozen_is_sound(made)) {
        snapshot_close(&made->snapshot);
        free(made);
        instance_diagnose(why, "the artifact is damaged: its host state is not sound");
        return MF_ERROR_FORMAT;
    }
    if (instance_make_pristine(made)) {
        snapshot_close(&made->snapshot);
        free(made);
        instance_diagnose(why, "no memory for a program");
        return MF_ERROR_SYSTEM;
    }
    pthread_mutex_init(&made->learned.lock, NULL);
    *program = made;
    return MF_OK;
}

/* Not the identity: a wrong one only has native code refused. */
int mf_program_check(const struct mf_program *program, struct mf_diagnostic *why)
{
    struct snapshot_error error;
    int failed = snapshot_check_code(&program->snapshot, &error);
    if (failed) {
        instance_diagnose(why, "%s", error.text[0] ? error.text : strerror(-failed));
        return failed == -EINVAL ? MF_ERROR_FORMAT : MF_ERROR_SYSTEM;
    }
    return MF_OK;
}

int mf_program_set_native(struct mf_program *program, int artifact, struct mf_diagnostic *why)
{
    struct native_code native;
    int failed = native_open(&native, artifact, &program->snapshot.code, &program->frozen.identity);
    if (failed == -EINVAL) {
        instance_diagnose(why,
                          "the native code is damaged, or was not made for this program by this build on this kind of "
                          "processor");
        return MF_ERROR_FORMAT;
    }
    if (failed) {
        instance_diagnose(why, "the native code cannot be mapped: %s", strerror(-failed));
        return MF_ERROR_SYSTEM;
    }
    native_close(&program->native);
    program->native = native;
    return MF_OK;
}

void mf_program_native_key(const struct mf_program *program, char key[MF_NATIVE_KEY_SIZE])
{
    snprintf(key, MF_NATIVE_KEY_SIZE, "%016llx-%016llx", (unsigned long long)program->frozen.identity.program,
             (unsigned long long)program->frozen.identity.fingerprint);
}

uint64_t mf_native_fingerprint(void)
{
    return native_fingerprint();
}

bool mf_program_is_native(const struct mf_program *program, uint32_t pc)
{
    const struct code *code = &program->snapshot.code;
    return program->native.header && pc >= code->start && pc < code->end &&
           program->native.entries[(pc - code->start) / 2] != 0;
}

size_t mf_program_native_size(const struct mf_program *program)
{
    return program->native.size;
}

void mf_program_destroy(struct mf_program *program)
{
    if (!program)
        return;
    pthread_mutex_destroy(&program->learned.lock);
    native_close(&program->native);
    snapshot_close(&program->snapshot);
    free(program->pristine);
    free(program);
}

void mf_program_info(const struct mf_program *program, struct mf_program_info *info)
{
    const struct snapshot *s = &program->snapshot;
    *info = (struct mf_program_info){
        .init_instructions = program->frozen.init_instructions,
        .snapshot_bytes = s->page_bytes,
        .code_bytes = s->code.end - s->code.start,
        .artifact_bytes = s->size,
        .entry = program->frozen.entry,
        .code_start = s->code.start,
        .request = s->cpu->pc,
    };
}

/* ---- what instances learn from each other ---------------------------------------------------------- */

/* Merges two sorted lists of disjoint runs. Returns the number of runs, or more than `max` if they do not fit. */
static uint32_t merge_runs(struct page_run *out, uint32_t max, const struct page_run *a, uint32_t a_count,
                           const struct page_run *b, uint32_t b_count)
{
    uint32_t count = 0, i = 0, j = 0;
    while (i < a_count || j < b_count) {
        bool take_a = j == b_count || (i < a_count && a[i].first <= b[j].first);
        struct page_run next = take_a ? a[i++] : b[j++];
        struct page_run *last = count ? &out[count - 1] : NULL;
        if (last && next.first <= last->first + last->count) {
            uint32_t end = next.first + next.count, last_end = last->first + last->count;
            last->count = (end > last_end ? end : last_end) - last->first;
        } else if (count == max) {
            return max + 1;
        } else {
            out[count++] = next;
        }
    }
    return count;
}

void program_learn(struct mf_program *program, struct space *space)
{
    struct learned *learned = &program->learned;
    struct writeset *writes = &space->writes;
    struct page_run merged[WRITESET_SOFT_RUNS];
    uint32_t pages = 0;
    bool given_back = writes->run_count == 0; /* a set so large teaches nothing */
    pthread_mutex_lock(&learned->lock);
    uint32_t count = merge_runs(merged, WRITESET_SOFT_RUNS, writes->runs, writes->run_count, learned->runs,
                                writes->shrunk ? 0 : learned->run_count);
    for (uint32_t i = 0; i < count && count <= WRITESET_SOFT_RUNS; i++)
        pages += merged[i].count;
    if (!given_back && count <= WRITESET_SOFT_RUNS && pages <= LEARNED_MAX_PAGES) {
        memcpy(learned->runs, merged, count * sizeof merged[0]);
        learned->run_count = count;
        learned->page_count = pages;
    }
    pthread_mutex_unlock(&learned->lock);
    writes->grown = writes->shrunk = false;
}

int program_teach(struct mf_program *program, struct space *space, bool touch)
{
    struct page_run runs[WRITESET_SOFT_RUNS];
    pthread_mutex_lock(&program->learned.lock);
    uint32_t count = program->learned.run_count;
    memcpy(runs, program->learned.runs, count * sizeof runs[0]);
    pthread_mutex_unlock(&program->learned.lock);
    return writeset_seed(space, runs, count, touch);
}
