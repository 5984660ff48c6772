/* SPDX-License-Identifier: Apache-2.0
 *
 * run_isa CASES.s PROGRAM COMPILER ENGINE...: runs every case of a group on each engine and compares it with what its
 * source expects (README.md). COMPILER is the path of mayfly-compiler; if it is not there, native engines are skipped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engines.h"
#include "mayfly/sandbox.h"
#include "program.h"

#define MAX_RESULTS 512
#define MAX_STATES  640
#define FUEL        1000000
#define SKIPPED     77

struct place {
    char symbol[64]; /* empty: a number alone */
    uint32_t offset;
    bool given;
};

/* What a register or 8 bytes of memory hold at the stop: `#! x5=1 f3=2 fcsr=0 scratch+8=3`. */
struct state {
    enum { STATE_X, STATE_F, STATE_FCSR, STATE_MEMORY } kind;
    unsigned number; /* of the register */
    struct place place;
    uint64_t value;
    int line;
};

struct expectation {
    char name[64];
    int line;
    uint64_t results[MAX_RESULTS];
    int lines[MAX_RESULTS]; /* where each one is said */
    size_t result_count;
    struct state states[MAX_STATES];
    size_t state_count;
    char stop[16];
    struct place pc, address;
    uint64_t fuel, instructions;
    bool counts;
};

static const char *source_name;
static const struct engine *engine; /* at work */

static _Noreturn void refuse(int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", source_name, line, what);
    exit(2);
}

static uint32_t address_of(const struct program *program, const struct place *place, int line)
{
    uint32_t value = 0;
    if (place->symbol[0] && !program_symbol(program, place->symbol, &value))
        refuse(line, "the program has no symbol of that name");
    return value + place->offset;
}

/* ---- the source's expectations --------------------------------------------------------------------- */

static void parse_place(struct place *place, const char *text)
{
    size_t length = strcspn(text, "+-");
    place->given = true;
    if (text[0] >= '0' && text[0] <= '9') {
        place->offset = (uint32_t)strtoull(text, NULL, 0);
        return;
    }
    snprintf(place->symbol, sizeof(place->symbol), "%.*s", (int)length, text);
    place->offset = (uint32_t)strtoll(text + length, NULL, 0);
}

static bool is_register(const char *word, char file)
{
    return word[0] == file && word[1] && strspn(word + 1, "0123456789") == strlen(word + 1) && atoi(word + 1) < 32;
}

static void parse_state(struct expectation *expected, const char *word, const char *value, int line)
{
    struct state *state = &expected->states[expected->state_count++];

    if (expected->state_count == MAX_STATES)
        refuse(line, "too many registers and words of memory in one case");
    *state = (struct state){.value = strtoull(value, NULL, 0), .line = line};
    if (is_register(word, 'x') || is_register(word, 'f')) {
        state->kind = word[0] == 'x' ? STATE_X : STATE_F;
        state->number = (unsigned)atoi(word + 1);
    } else if (!strcmp(word, "fcsr")) {
        state->kind = STATE_FCSR;
    } else {
        state->kind = STATE_MEMORY;
        parse_place(&state->place, word);
    }
}

static void parse_stop(struct expectation *expected, char *text, int line)
{
    char *rest;
    for (char *word = strtok_r(text, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
        char *value = strchr(word, '=');
        if (!value)
            refuse(line, "#! wants KEY=VALUE");
        *value++ = '\0';
        if (!strcmp(word, "stop"))
            snprintf(expected->stop, sizeof(expected->stop), "%s", value);
        else if (!strcmp(word, "pc"))
            parse_place(&expected->pc, value);
        else if (!strcmp(word, "address"))
            parse_place(&expected->address, value);
        else if (!strcmp(word, "fuel"))
            expected->fuel = strtoull(value, NULL, 0);
        else if (!strcmp(word, "instructions"))
            expected->instructions = strtoull(value, NULL, 0), expected->counts = true;
        else
            parse_state(expected, word, value, line);
    }
}

static void parse_results(struct expectation *expected, const char *text, int line)
{
    for (char *end;; text = end) {
        uint64_t value = strtoull(text, &end, 0);
        if (end == text)
            return;
        if (expected->result_count == MAX_RESULTS)
            refuse(line, "too many results in one case");
        expected->lines[expected->result_count] = line;
        expected->results[expected->result_count++] = value;
    }
}

/* Reads one case from *text on, which it moves behind it; false at the end. */
static bool next_case(char **text, int *line, struct expectation *expected)
{
    bool found = false;
    *expected = (struct expectation){.stop = "breakpoint", .fuel = FUEL};
    while (**text) {
        char *end = strchr(*text, '\n');
        size_t length = end ? (size_t)(end - *text) : strlen(*text);
        char row[512], name[64], *comment;

        snprintf(row, sizeof(row), "%.*s", (int)length, *text);
        if (!strncmp(row, "case ", 5) && sscanf(row, "case %63s", name) == 1) {
            if (found) /* the next one's */
                return true;
            found = true;
            memcpy(expected->name, name, sizeof(name));
            expected->line = *line;
        } else if ((comment = strstr(row, "#=")) && found) {
            parse_results(expected, comment + 2, *line);
        } else if ((comment = strstr(row, "#!")) && found) {
            parse_stop(expected, comment + 2, *line);
        } else if (strstr(row, "#?")) {
            refuse(*line, "not filled in: run tools/isa_expect.py on this file");
        }
        *text += length + (end != NULL);
        *line += 1;
    }
    return found;
}

/* ---- running --------------------------------------------------------------------------------------- */

static const char *stop_of(const struct mf_outcome *outcome)
{
    switch (outcome->stop) {
    case MF_STOP_FUEL:
        return "fuel";
    case MF_STOP_EXITED:
        return "exited";
    case MF_STOP_TRAPPED:
        break;
    default:
        return mf_stop_name(outcome->stop);
    }
    switch (outcome->trap) {
    case MF_TRAP_BREAKPOINT:
        return "breakpoint";
    case MF_TRAP_ILLEGAL_INSTRUCTION:
        return "illegal";
    case MF_TRAP_FETCH:
        return "fetch";
    case MF_TRAP_LOAD:
        return "load";
    case MF_TRAP_STORE:
        return "store";
    case MF_TRAP_MISALIGNED_ATOMIC:
        return "misaligned";
    default:
        return mf_trap_name(outcome->trap);
    }
}

static int failures;

static void complain(const struct expectation *expected, int line, const char *what, uint64_t is, uint64_t should)
{
    fprintf(stderr, "%s:%d: case %s on %s: %s is %#lx, not %#lx\n", source_name, line, expected->name, engine->name,
            what, (unsigned long)is, (unsigned long)should);
    failures++;
}

static uint64_t state_now(const struct program *program, const struct mf_instance *instance, const struct state *state)
{
    struct mf_registers registers;
    uint64_t word = 0;

    mf_instance_registers(instance, &registers);
    switch (state->kind) {
    case STATE_X:
        return registers.x[state->number];
    case STATE_F:
        return registers.f[state->number];
    case STATE_FCSR:
        return registers.fcsr;
    default:
        if (!mf_instance_read(instance, address_of(program, &state->place, state->line), &word, sizeof word))
            refuse(state->line, "there is no memory at this address");
        return word;
    }
}

static void compare_states(const struct program *program, const struct expectation *expected,
                           const struct mf_instance *instance)
{
    for (size_t i = 0; i < expected->state_count; i++) {
        const struct state *state = &expected->states[i];
        static const char *const kinds[] = {"an x register", "an f register", "fcsr", "a word of memory"};
        uint64_t now = state_now(program, instance, state);
        if (now != state->value)
            complain(expected, state->line, kinds[state->kind], now, state->value);
    }
}

static void compare(const struct program *program, const struct expectation *expected,
                    const struct mf_instance *instance, const struct mf_outcome *outcome)
{
    struct mf_registers registers;
    uint64_t results[MAX_RESULTS + 1];
    uint32_t base;

    if (strcmp(stop_of(outcome), expected->stop)) {
        fprintf(stderr, "%s:%d: case %s on %s: stopped by %s at pc %#x address %#x, not by %s\n", source_name,
                expected->line, expected->name, engine->name, stop_of(outcome), outcome->pc, outcome->address,
                expected->stop);
        failures++;
    }
    if (expected->pc.given && outcome->pc != address_of(program, &expected->pc, expected->line))
        complain(expected, expected->line, "pc", outcome->pc, address_of(program, &expected->pc, expected->line));
    if (expected->address.given && outcome->address != address_of(program, &expected->address, expected->line))
        complain(expected, expected->line, "address", outcome->address,
                 address_of(program, &expected->address, expected->line));
    if (expected->counts && outcome->instructions != expected->instructions)
        complain(expected, expected->line, "the number of instructions", outcome->instructions, expected->instructions);

    compare_states(program, expected, instance);
    mf_instance_registers(instance, &registers);
    if (!program_symbol(program, "results", &base) || !mf_instance_read(instance, base, results, sizeof(results)))
        refuse(expected->line, "the program has no results");
    uint64_t count = (registers.x[8] - base) / 8;
    if (registers.x[8] != 0 && expected->state_count == 0 && count != expected->result_count)
        complain(expected, expected->line, "the number of results", count, expected->result_count);
    for (size_t i = 0; i < expected->result_count; i++)
        if (results[i] != expected->results[i])
            complain(expected, expected->lines[i], "a result", results[i], expected->results[i]);
}

static void run_case(struct program *program, const struct expectation *expected, struct engine_code *code)
{
    struct mf_program *loaded;
    struct mf_instance *instance;
    struct mf_outcome outcome;
    char label[80];
    uint32_t entry;

    snprintf(label, sizeof(label), "case_%s", expected->name);
    if (!program_symbol(program, label, &entry))
        refuse(expected->line, "the program does not have this case");
    if (!program_start(program, entry, NULL, engine, code, &loaded, &instance))
        refuse(expected->line, "it does not start");
    engine_run(engine, instance, expected->fuel, &outcome);
    compare(program, expected, instance, &outcome);
    mf_instance_destroy(instance);
    mf_program_destroy(loaded);
}

static int run_group(struct program *program, const char *source, struct engine_code *code)
{
    char *text = strdup(source), *at = text;
    struct expectation expected;
    int line = 1, cases = 0;

    if (!text)
        refuse(0, "no memory");
    for (; next_case(&at, &line, &expected); cases++)
        run_case(program, &expected, code);
    free(text);
    printf("%s on %s: %d cases, %d differences\n", source_name, engine->name, cases, failures);
    return cases;
}

int main(int argc, char **argv)
{
    struct program program, source;
    int ran = 0;

    if (argc < 5) {
        fprintf(stderr, "usage: run_isa CASES.s PROGRAM COMPILER ENGINE...\n");
        return 2;
    }
    source_name = argv[1];
    program_read(&source, argv[1]);
    program_read(&program, argv[2]);
    struct engine_code code = {.compiler = argv[3], .program = argv[2], .artifact = -1};
    for (int i = 4; i < argc; i++) {
        engine = engine_find(argv[i]);
        if (!engine)
            refuse(0, "there is no engine of that name");
        if (engine->native && access(code.compiler, X_OK)) {
            printf("%s is left out: there is no mayfly-compiler, which needs LLVM 19\n", engine->name);
            continue;
        }
        if (run_group(&program, (const char *)source.bytes, &code) == 0)
            refuse(0, "there is no case");
        ran++;
    }
    free(source.bytes);
    free(program.bytes);
    return failures ? 1 : ran ? 0 : SKIPPED;
}
