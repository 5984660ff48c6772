/* SPDX-License-Identifier: Apache-2.0
 *
 * compare_engines PROGRAM COMPILER RUNS: runs a program of fuzz/engine_diff.py on every engine, without knowing what it
 * should do, and tells which runs end otherwise than on the interpreter: stop, trap, pc, address, instructions charged,
 * all registers, fcsr and the scratch memory. RUNS is a file of struct run_record; the program reads each from
 * descriptor 0, and goes on at symbol body_N. All runs of an engine are on one instance, which is rolled back after
 * each. Exits with 1 if there are differences.
 *
 * compare_engines --state PROGRAM CASE: how the case ends on the interpreter, as words for `#!` (README.md).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engines.h"
#include "mayfly/sandbox.h"
#include "program.h"

#define FUEL    10000
#define SCRATCH 4096

struct run_record {
    uint64_t body; /* its number in the file, its address in the guest */
    uint64_t registers[64];
};

struct end {
    struct mf_outcome outcome;
    struct mf_registers registers;
    uint64_t scratch[SCRATCH / 8];
};

static long give_record(void *user, char *bytes, size_t size)
{
    if (size < sizeof(struct run_record))
        return 0;
    memcpy(bytes, user, sizeof(struct run_record));
    return sizeof(struct run_record);
}

static void look(const struct program *program, const struct mf_instance *instance, struct end *end)
{
    uint32_t scratch;

    mf_instance_registers(instance, &end->registers);
    if (!program_symbol(program, "scratch", &scratch) ||
        !mf_instance_read(instance, scratch, end->scratch, sizeof end->scratch)) {
        fprintf(stderr, "compare_engines: the program has no scratch memory\n");
        exit(2);
    }
}

/* ---- comparing ------------------------------------------------------------------------------------- */

static unsigned differences;

static void differ(size_t run, const struct engine *engine, const char *what, unsigned number, uint64_t is,
                   uint64_t should)
{
    printf("run %zu on %s: %s%.0u is 0x%" PRIx64 ", on the interpreter 0x%" PRIx64 "\n", run, engine->name, what,
           number, is, should);
    differences++;
}

static void compare(size_t run, const struct engine *engine, const struct end *end, const struct end *expected)
{
    const struct mf_outcome *is = &end->outcome, *should = &expected->outcome;
    unsigned before = differences;

    if (is->stop != should->stop)
        differ(run, engine, "stop", 0, is->stop, should->stop);
    if (is->trap != should->trap)
        differ(run, engine, "trap", 0, is->trap, should->trap);
    if (is->pc != should->pc)
        differ(run, engine, "pc", 0, is->pc, should->pc);
    if (is->address != should->address)
        differ(run, engine, "address", 0, is->address, should->address);
    if (is->instructions != should->instructions)
        differ(run, engine, "instructions", 0, is->instructions, should->instructions);
    for (unsigned i = 1; i < 32; i++)
        if (end->registers.x[i] != expected->registers.x[i])
            differ(run, engine, "x", i, end->registers.x[i], expected->registers.x[i]);
    for (unsigned i = 0; i < 32; i++)
        if (end->registers.f[i] != expected->registers.f[i])
            differ(run, engine, "f", i, end->registers.f[i], expected->registers.f[i]);
    if (end->registers.fcsr != expected->registers.fcsr)
        differ(run, engine, "fcsr", 0, end->registers.fcsr, expected->registers.fcsr);
    for (unsigned i = 0; i < SCRATCH / 8 && differences == before; i++)
        if (end->scratch[i] != expected->scratch[i])
            differ(run, engine, "scratch+", i * 8, end->scratch[i], expected->scratch[i]);
}

/* Where fuel runs out depends on how it was given (mf_instance_run), so that is compared of whole runs alone. */
static bool comparable(const struct engine *engine, const struct end *end, const struct end *expected)
{
    return engine->slice == 0 || (end->outcome.stop != MF_STOP_FUEL && expected->outcome.stop != MF_STOP_FUEL);
}

/* The instance must be as new after each run, or the next ones differ. */
static void roll_back(size_t run, const struct engine *engine, struct mf_instance *instance)
{
    struct mf_diagnostic why;

    if (mf_instance_rollback(instance) < 0 || mf_instance_audit(instance, false, &why)) {
        printf("run %zu on %s: rolled back, and not as new\n", run, engine->name);
        differences++;
    }
}

/* Fills in `ends` for the first engine, and compares with them for the others. */
static void run_engine(struct program *program, const struct engine *engine, struct engine_code *code,
                       struct run_record *records, size_t count, struct end *ends)
{
    const struct mf_host host = {.input = give_record};
    struct mf_program *loaded;
    struct mf_instance *instance;
    uint32_t entry;

    if (!program_symbol(program, "dispatch", &entry) ||
        !program_start(program, entry, &host, engine, code, &loaded, &instance))
        exit(2);
    for (size_t i = 0; i < count; i++) {
        struct end end = {.outcome = {.instructions = 0}};
        mf_instance_set_user(instance, &records[i]);
        engine_run(engine, instance, FUEL, &end.outcome);
        look(program, instance, &end);
        if (engine == &engines[0])
            ends[i] = end;
        else if (comparable(engine, &end, &ends[i]))
            compare(i, engine, &end, &ends[i]);
        roll_back(i, engine, instance);
    }
    mf_instance_destroy(instance);
    mf_program_destroy(loaded);
}

static void find_bodies(const struct program *program, struct run_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        uint32_t address;
        snprintf(name, sizeof name, "body_%" PRIu64, records[i].body);
        if (!program_symbol(program, name, &address)) {
            fprintf(stderr, "compare_engines: there is no %s\n", name);
            exit(2);
        }
        records[i].body = address;
    }
}

static int compare_all(struct program *program, struct engine_code *code, struct run_record *records, size_t count)
{
    struct end *ends = calloc(count, sizeof *ends);
    uint64_t ran = 0;
    bool native = access(code->compiler, X_OK) == 0;

    if (!ends || count == 0)
        return 2;
    find_bodies(program, records, count);
    for (unsigned e = 0; e < engine_count; e++)
        if (!engines[e].native || native)
            run_engine(program, &engines[e], code, records, count, ends);
    for (size_t i = 0; i < count; i++)
        ran += ends[i].outcome.instructions;
    free(ends);
    printf("%zu runs, %" PRIu64 " instructions, %u differences\n", count, ran, differences);
    return differences != 0;
}

/* ---- what one case does ---------------------------------------------------------------------------- */

static const char *stop_word(const struct mf_outcome *outcome)
{
    static const char *const traps[] = {
        [MF_TRAP_ILLEGAL_INSTRUCTION] = "illegal",
        [MF_TRAP_BREAKPOINT] = "breakpoint",
        [MF_TRAP_FETCH] = "fetch",
        [MF_TRAP_LOAD] = "load",
        [MF_TRAP_STORE] = "store",
        [MF_TRAP_MISALIGNED_ATOMIC] = "misaligned",
    };
    return outcome->stop == MF_STOP_FUEL ? "fuel" : outcome->stop == MF_STOP_EXITED ? "exited" : traps[outcome->trap];
}

static int show_state(struct program *program, const char *name)
{
    static struct end end;
    struct mf_program *loaded;
    struct mf_instance *instance;
    struct engine_code none = {.artifact = -1};
    char label[128];
    uint32_t entry;

    snprintf(label, sizeof label, "case_%s", name);
    if (!program_symbol(program, label, &entry)) {
        fprintf(stderr, "compare_engines: there is no %s\n", label);
        return 2;
    }
    if (!program_start(program, entry, NULL, &engines[0], &none, &loaded, &instance))
        return 2;
    engine_run(&engines[0], instance, FUEL, &end.outcome);
    look(program, instance, &end);
    mf_instance_destroy(instance);
    mf_program_destroy(loaded);
    printf("stop=%s\npc=%s+0x%x\nfuel=%d\ninstructions=%" PRIu64 "\n", stop_word(&end.outcome), label,
           end.outcome.pc - entry, FUEL, end.outcome.instructions);
    if (end.outcome.stop == MF_STOP_TRAPPED)
        printf("address=0x%x\n", end.outcome.address);
    for (unsigned i = 1; i < 32; i++)
        printf("x%u=0x%" PRIx64 "\n", i, end.registers.x[i]);
    for (unsigned i = 0; i < 32; i++)
        printf("f%u=0x%" PRIx64 "\n", i, end.registers.f[i]);
    printf("fcsr=0x%x\n", end.registers.fcsr);
    for (unsigned i = 0; i < SCRATCH / 8; i++)
        if (end.scratch[i])
            printf("scratch+%u=0x%" PRIx64 "\n", i * 8, end.scratch[i]);
    return 0;
}

int main(int argc, char **argv)
{
    struct program program, runs;
    int status;

    if (argc != 4) {
        fprintf(stderr, "usage: compare_engines PROGRAM COMPILER RUNS\n       compare_engines --state PROGRAM CASE\n");
        return 2;
    }
    if (!strcmp(argv[1], "--state")) {
        program_read(&program, argv[2]);
        status = show_state(&program, argv[3]);
    } else {
        struct engine_code code = {.compiler = argv[2], .program = argv[1], .artifact = -1};
        program_read(&program, argv[1]);
        program_read(&runs, argv[3]);
        status = compare_all(&program, &code, (struct run_record *)(void *)runs.bytes,
                             runs.size / sizeof(struct run_record));
        free(runs.bytes);
    }
    free(program.bytes);
    return status;
}
