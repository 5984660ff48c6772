/* SPDX-License-Identifier: Apache-2.0 */
#include "native/llvm/compile.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/Error.h>
#include <llvm-c/Support.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "native/format.h"
#include "native/llvm/link.h"
#include "native/llvm/translate.h"

#define UNIT_INSTRUCTIONS 20000 /* of guest code in one LLVM module */

#define PASSES                                                                                                         \
    "function(sroa,early-cse,simplifycfg,instcombine<no-verify-fixpoint>,simplifycfg,jump-threading,"                  \
    "correlated-propagation,simplifycfg,reassociate,early-cse<memssa>,loop-mssa(licm),bdce,instcombine<no-verify-"     \
    "fixpoint>,adce,simplifycfg)"

struct compiler {
    const struct snapshot *snapshot;
    const struct compile_options *options;
    uint8_t *bytes; /* of the code */
    struct plan plan;
    struct linker linker;
    LLVMTargetMachineRef machine;
    struct compile_stats *stats;
    char *error;
};

static int fail(struct compiler *c, const char *what, const char *detail)
{
    snprintf(c->error, 256, "%s%s%s", what, detail ? ": " : "", detail ? detail : "");
    return -1;
}

/* ---- the program ---------------------------------------------------------------------------------------- */

/* Bytes of the program as it was frozen; zero where the image has none. */
static void read_image(const struct space_image *image, uint32_t address, uint8_t *to, size_t size)
{
    memset(to, 0, size);
    for (size_t i = 0; i < image->source_count; i++) {
        const struct space_source *source = &image->sources[i];
        uint64_t start = (uint64_t)source->first << SPACE_PAGE_SHIFT,
                 end = start + ((uint64_t)source->count << SPACE_PAGE_SHIFT);
        uint64_t from = address > start ? address : start;
        uint64_t to_end = address + size < end ? address + size : end;
        if (from < to_end)
            memcpy(to + (from - address), image->bytes + source->offset + (from - start), to_end - from);
    }
}

/* Constant data: what the guest could not have written since it was loaded, unless it has changed the protection, and
 * then a wrong guess only costs time. */
static bool read_constant(void *context, uint32_t address, void *bytes, size_t size)
{
    const struct space_image *image = context;
    for (size_t i = 0; i < image->region_count; i++) {
        const struct space_region *region = &image->regions[i];
        if (address >= region->start && address + size <= region->end) {
            if (region->protection & SPACE_WRITE)
                return false;
            read_image(image, address, bytes, size);
            return true;
        }
    }
    return false;
}

/* A part of the functions that looks random: tests of native and interpreted code mixed. */
static void choose_some(struct compiler *c)
{
    uint32_t *chosen = calloc(c->plan.start_count + 1, sizeof *chosen), state = c->options->seed * 2654435761u + 1;
    size_t count = 0;
    for (size_t i = 0; chosen && i < c->plan.start_count; i++) {
        state = state * 1664525 + 1013904223;
        if ((state >> 8) % c->options->sample == 0)
            chosen[count++] = c->plan.starts[i];
    }
    if (chosen)
        plan_choose(&c->plan, chosen, count, false);
    free(chosen);
}

static int open_plan(struct compiler *c)
{
    const struct code *code = &c->snapshot->code;
    union {
        const struct space_image *constant;
        void *plain;
    } image = {.constant = &c->snapshot->image};
    size_t size = code->end - code->start;
    c->bytes = malloc(size + 8);
    if (!c->bytes)
        return fail(c, "out of memory", NULL);
    read_image(&c->snapshot->image, code->start, c->bytes, size);
    struct plan_source source = {.code = code, .bytes = c->bytes, .read = read_constant, .context = image.plain};
    if (plan_init(&c->plan, &source))
        return fail(c, "out of memory", NULL);
    plan_add(&c->plan, c->snapshot->cpu->pc);
    for (size_t i = 0; i < c->snapshot->symbol_count; i++)
        plan_add(&c->plan, c->snapshot->symbols[i].address);
    plan_close(&c->plan);
    if (c->options->sample)
        choose_some(c);
    else
        plan_choose(&c->plan, c->options->hot, c->options->hot_count, !c->options->alone);
    return 0;
}

/* ---- LLVM ----------------------------------------------------------------------------------------------- */

static int open_machine(struct compiler *c)
{
    static const char *const arguments[] = {"mayfly-compiler", "-disable-lsr", "-disable-constant-hoisting",
                                            "-jump-table-density=4"};
    char *problem = NULL;
    LLVMTargetRef target;

    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMParseCommandLineOptions(sizeof arguments / sizeof arguments[0], arguments, NULL);
    const char *triple = "x86_64-unknown-linux-gnu";
    if (LLVMGetTargetFromTriple(triple, &target, &problem)) {
        int failed = fail(c, "LLVM cannot make code for this host", problem);
        LLVMDisposeMessage(problem);
        return failed;
    }
    const char *cpu = native_host_level() >= 3 ? "x86-64-v3" : "x86-64";
    c->machine =
        LLVMCreateTargetMachine(target, triple, cpu, "", LLVMCodeGenLevelDefault, LLVMRelocPIC, LLVMCodeModelSmall);
    return c->machine ? 0 : fail(c, "LLVM has no machine for this host", NULL);
}

static int optimise(struct compiler *c, LLVMModuleRef module)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef problem = LLVMRunPasses(module, PASSES, c->machine, options);
    LLVMDisposePassBuilderOptions(options);
    if (!problem)
        return 0;
    char *message = LLVMGetErrorMessage(problem);
    int failed = fail(c, "LLVM's passes", message);
    LLVMDisposeErrorMessage(message);
    return failed;
}

static int emit(struct compiler *c, struct translator *tr)
{
    char *problem = NULL;
    LLVMMemoryBufferRef object;

    if (c->options->verify && LLVMVerifyModule(tr->module, LLVMReturnStatusAction, &problem)) {
        if (c->options->dump)
            LLVMPrintModuleToFile(tr->module, c->options->dump, NULL);
        return fail(c, "the translation is not valid LLVM IR", problem);
    }
    LLVMDisposeMessage(problem); /* an empty one comes with a good module, too */
    LLVMSetTarget(tr->module, "x86_64-unknown-linux-gnu");
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(c->machine);
    LLVMSetModuleDataLayout(tr->module, layout);
    LLVMDisposeTargetData(layout);
    if (optimise(c, tr->module))
        return -1;
    if (c->options->dump)
        LLVMPrintModuleToFile(tr->module, c->options->dump, NULL);
    if (LLVMTargetMachineEmitToMemoryBuffer(c->machine, tr->module, LLVMObjectFile, &problem, &object)) {
        int failed = fail(c, "LLVM cannot emit code", problem);
        LLVMDisposeMessage(problem);
        return failed;
    }
    int failed = link_add(&c->linker, (const uint8_t *)LLVMGetBufferStart(object), LLVMGetBufferSize(object),
                          tr->resumes, tr->resume_count);
    LLVMDisposeMemoryBuffer(object);
    return failed ? fail(c, "linking", c->linker.error) : 0;
}

/* Functions from `*next` on, as many as fit into one module. */
static int compile_unit(struct compiler *c, size_t *next)
{
    LLVMContextRef context = LLVMContextCreate();
    struct translator tr;
    size_t instructions = 0;
    int failed = 0;

    translator_begin(&tr, &c->plan, context, native_host_level() >= 3);
    if (*next == 0)
        translate_enter(&tr);
    while (*next < c->plan.start_count && instructions < UNIT_INSTRUCTIONS && !failed) {
        struct plan_function function;
        if (plan_function_init(&function, &c->plan, c->plan.starts[(*next)++])) {
            failed = fail(c, "out of memory", NULL);
            break;
        }
        instructions += function.instructions;
        c->stats->functions++;
        if (translate_function(&tr, &function))
            failed = fail(c, "out of memory", NULL);
        plan_function_dispose(&function);
    }
    c->stats->instructions += instructions;
    if (!failed)
        failed = emit(c, &tr);
    LLVMModuleRef module = tr.module;
    translator_end(&tr);
    LLVMDisposeModule(module);
    LLVMContextDispose(context);
    return failed;
}

int compile_program(const struct snapshot *snapshot, const struct compile_options *options, int descriptor,
                    struct compile_stats *stats, char error[256])
{
    struct compiler c = {.snapshot = snapshot, .options = options, .stats = stats, .error = error};
    size_t next = 0;
    int failed;

    memset(stats, 0, sizeof *stats);
    failed = open_plan(&c) || open_machine(&c);
    if (!failed && link_begin(&c.linker, &snapshot->code))
        failed = fail(&c, "linking", c.linker.error);
    if (!failed && c.plan.start_count == 0)
        failed = fail(&c, "there is no function to compile", NULL);
    while (!failed && next < c.plan.start_count)
        failed = compile_unit(&c, &next);
    if (!failed && link_write(&c.linker, descriptor))
        failed = fail(&c, "linking", c.linker.error);
    stats->entries = c.linker.entry_count;
    stats->text_bytes = c.linker.text_size;
    link_end(&c.linker);
    plan_dispose(&c.plan);
    free(c.bytes);
    if (c.machine)
        LLVMDisposeTargetMachine(c.machine);
    return failed ? -1 : 0;
}
