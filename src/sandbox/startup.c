/* SPDX-License-Identifier: Apache-2.0
 *
 * From an ELF file to a program that is about to run its first instruction.
 *
 *     64 KiB: [segments] gap [request block] gap [stack] gap [heap window ->       ... <- mappings] 4 GiB
 *
 * What a small program touches lies close together: a worker that goes round many instances then misses fewer caches on
 * the way through the page tables. The gaps are never mapped, so running out of one area faults.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "sandbox/program.h"

#define GAP         SPACE_PAGE
#define STACK_GAP   0x10000u /* below the stack: large frames skip over small guards */
#define MAX_STRINGS 4096     /* arguments and environment together */

#define RISCV_HWCAP                                                                                                    \
    ((1 << ('i' - 'a')) | (1 << ('m' - 'a')) | (1 << 0) | (1 << ('f' - 'a')) | (1 << ('d' - 'a')) | (1 << ('c' - 'a')))

static uint64_t page_up(uint64_t size)
{
    return (size + SPACE_PAGE - 1) & ~(uint64_t)(SPACE_PAGE - 1);
}

/* ---- layout ---------------------------------------------------------------------------------------- */

struct layout {
    uint32_t block_start, block_size;
    uint32_t stack_start, stack_end;
    uint32_t heap_start, heap_limit;
};

static int plan(struct layout *layout, const struct elf_image *image, const struct mf_limits *limits,
                struct mf_diagnostic *why)
{
    const struct elf_segment *last = &image->segments[image->segment_count - 1];
    uint64_t stack = page_up(limits->stack), fixed = image->page_bytes + stack;
    uint64_t memory = limits->memory & ~(uint64_t)(SPACE_PAGE - 1);
    if (fixed > memory) {
        instance_diagnose(why,
                          "the program needs %llu bytes for its segments and %llu for its stack; the memory limit "
                          "is %llu",
                          (unsigned long long)image->page_bytes, (unsigned long long)stack,
                          (unsigned long long)limits->memory);
        return MF_ERROR_LIMIT;
    }
    uint64_t block = page_up((uint64_t)last->address + last->memory_size) + GAP;
    uint64_t stack_start = block + page_up(limits->request_size) + STACK_GAP;
    uint64_t heap_start = stack_start + stack + GAP;
    uint64_t heap_limit = heap_start + (memory - fixed);
    if (heap_limit > SPACE_HIGHEST) {
        instance_diagnose(why,
                          "the program (up to 0x%llx) and its memory limit of %llu bytes exceed the 4 GiB of an "
                          "instance; lower the limit",
                          (unsigned long long)block, (unsigned long long)limits->memory);
        return MF_ERROR_LIMIT;
    }
    *layout = (struct layout){
        .block_start = (uint32_t)block,
        .block_size = (uint32_t)page_up(limits->request_size),
        .stack_start = (uint32_t)stack_start,
        .stack_end = (uint32_t)(stack_start + stack),
        .heap_start = (uint32_t)heap_start,
        .heap_limit = (uint32_t)heap_limit,
    };
    return 0;
}

/* ---- segments -------------------------------------------------------------------------------------- */

static struct page_run pages_of(uint64_t start, uint64_t end)
{
    uint32_t first = (uint32_t)(start >> SPACE_PAGE_SHIFT);
    return (struct page_run){first, (uint32_t)(page_up(end) >> SPACE_PAGE_SHIFT) - first};
}

/* Everything is writable while it is filled; protect_segments follows. */
static int load_segments(struct space *space, const struct elf_image *image, const uint8_t *file)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        struct page_run run = pages_of(s->address, (uint64_t)s->address + s->memory_size);
        struct page_run filled = pages_of(s->address, (uint64_t)s->address + s->file_size);
        int failed = space_map(space, run.first << SPACE_PAGE_SHIFT, (run.first + run.count) << SPACE_PAGE_SHIFT,
                               SPACE_READ | SPACE_WRITE, SPACE_SEGMENT);
        if (!failed && s->file_size)
            failed = writeset_seed(space, &filled, 1, false);
        if (failed)
            return failed;
        memcpy(space_host(space, s->address), file + s->file_offset, s->file_size);
    }
    return 0;
}

static int protect_segments(struct space *space, const struct elf_image *image)
{
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        struct page_run run = pages_of(s->address, (uint64_t)s->address + s->memory_size);
        if (s->protection == (ELF_READ | ELF_WRITE))
            continue;
        /* The same bits in both enumerations. */
        int failed = space_protect(space, run.first << SPACE_PAGE_SHIFT, (run.first + run.count) << SPACE_PAGE_SHIFT,
                                   s->protection);
        if (failed)
            return failed;
    }
    return 0;
}

static size_t code_ranges(const struct elf_image *image, struct code_range *ranges)
{
    size_t count = 0;
    for (size_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *s = &image->segments[i];
        uint32_t start = (s->address + 1) & ~1u, end = (s->address + s->memory_size) & ~1u;
        if ((s->protection & ELF_EXECUTE) && start < end)
            ranges[count++] = (struct code_range){start, end};
    }
    return count;
}

_Static_assert(ELF_MAX_SEGMENTS <= SNAPSHOT_MAX_RANGES, "each segment may be one");

/* ---- the initial stack ----------------------------------------------------------------------------- */

struct stack_writer {
    struct space *space;
    uint64_t low, top; /* top moves down */
    bool full;
};

static uint64_t push(struct stack_writer *stack, const void *bytes, size_t size)
{
    if (stack->full || size > stack->top - stack->low) {
        stack->full = true;
        return 0;
    }
    stack->top -= size;
    memcpy(space_host(stack->space, stack->top), bytes, size);
    return stack->top;
}

static uint64_t push_string(struct stack_writer *stack, const char *text)
{
    return push(stack, text, strlen(text) + 1);
}

static void push_words(struct stack_writer *stack, const uint64_t *words, size_t count)
{
    push(stack, words, count * sizeof words[0]);
}

struct strings {
    uint64_t addresses[MAX_STRINGS];
    size_t count;
};

static bool push_list(struct stack_writer *stack, struct strings *list, const char *first, const char *const *texts)
{
    if (first)
        list->addresses[list->count++] = push_string(stack, first);
    for (; texts && *texts; texts++) {
        if (list->count == MAX_STRINGS)
            return false;
        list->addresses[list->count++] = push_string(stack, *texts);
    }
    return !stack->full;
}

enum auxiliary {
    AUX_NULL = 0,
    AUX_PHDR = 3,
    AUX_PHENT = 4,
    AUX_PHNUM = 5,
    AUX_PAGESZ = 6,
    AUX_BASE = 7,
    AUX_FLAGS = 8,
    AUX_ENTRY = 9,
    AUX_UID = 11,
    AUX_EUID = 12,
    AUX_GID = 13,
    AUX_EGID = 14,
    AUX_HWCAP = 16,
    AUX_CLKTCK = 17,
    AUX_SECURE = 23,
    AUX_RANDOM = 25,
    AUX_EXECFN = 31,
};

/* Strings, then argc, argv, envp and the auxiliary vector, 16-byte aligned (RISC-V ELF psABI). Returns the stack
 * pointer, 0 if it does not fit. */
static uint64_t write_stack(struct stack_writer *stack, const struct elf_image *image,
                            const struct mf_program_options *options)
{
    static const uint64_t zero;
    struct strings arguments = {.count = 0}, environment = {.count = 0};
    uint8_t random[16];
    const char *name = options->name ? options->name : "program";
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return 0;
    push(stack, &zero, sizeof zero);
    uint64_t random_at = push(stack, random, sizeof random);
    if (!push_list(stack, &environment, NULL, options->environment) ||
        !push_list(stack, &arguments, name, options->arguments))
        return 0;

    const uint64_t auxiliary[] = {
        AUX_PHDR,   image->header_address,
        AUX_PHENT,  56,
        AUX_PHNUM,  image->header_count,
        AUX_PAGESZ, SPACE_PAGE,
        AUX_BASE,   0,
        AUX_FLAGS,  0,
        AUX_ENTRY,  image->entry,
        AUX_UID,    1000,
        AUX_EUID,   1000,
        AUX_GID,    1000,
        AUX_EGID,   1000,
        AUX_HWCAP,  RISCV_HWCAP,
        AUX_CLKTCK, 100,
        AUX_SECURE, 0,
        AUX_RANDOM, random_at,
        AUX_EXECFN, arguments.addresses[0],
        AUX_NULL,   0,
    };
    size_t auxiliary_words = sizeof auxiliary / sizeof auxiliary[0];
    size_t words = 1 + arguments.count + 1 + environment.count + 1 + auxiliary_words;
    stack->top &= ~UINT64_C(15);
    if (words % 2)
        push(stack, &zero, sizeof zero);
    push_words(stack, auxiliary, auxiliary_words);
    push(stack, &zero, sizeof zero);
    push_words(stack, environment.addresses, environment.count);
    push(stack, &zero, sizeof zero);
    push_words(stack, arguments.addresses, arguments.count);
    uint64_t argc = arguments.count;
    return push(stack, &argc, sizeof argc);
}

/* ---- all together ---------------------------------------------------------------------------------- */

static int prepare_memory(struct mf_instance *instance, const struct elf_image *image,
                          const struct mf_program_options *options, const struct layout *layout)
{
    struct space *space = &instance->space;
    unsigned both = SPACE_READ | SPACE_WRITE;
    int failed = load_segments(space, image, options->elf);
    if (!failed)
        failed = space_map(space, layout->stack_start, layout->stack_end, both, SPACE_STACK);
    if (!failed && layout->heap_start < layout->heap_limit)
        failed = space_map(space, layout->heap_start, layout->heap_limit, both, SPACE_HEAP);
    if (failed)
        return failed;
    /* A quarter of the stack is the most that arguments may take. */
    uint32_t quarter = (layout->stack_end - layout->stack_start) / 4 & ~(SPACE_PAGE - 1);
    struct page_run top = pages_of(layout->stack_end - quarter, layout->stack_end);
    return writeset_seed(space, &top, 1, false);
}

static int decode(struct mf_instance *instance, struct snapshot_builder *builder, const struct elf_image *image)
{
    struct code_range ranges[ELF_MAX_SEGMENTS];
    size_t count = code_ranges(image, ranges);
    CHECK(count > 0);
    uint32_t start = ranges[0].start, end = ranges[count - 1].end;
    int failed = snapshot_begin(builder, start, end);
    if (failed)
        return failed;
    builder->range_count = (uint32_t)count;
    memcpy(builder->ranges, ranges, count * sizeof ranges[0]);
    code_decode(builder->ops, builder->charge, space_host(&instance->space, start), start, end, ranges, count);
    return 0;
}

static void prepare_state(struct mf_instance *instance, const struct elf_image *image, const struct layout *layout,
                          uint64_t stack_pointer)
{
    instance->cpu.pc = image->entry;
    instance->cpu.x[2] = stack_pointer;
    instance->guest = (struct guest_state){
        .heap_start = layout->heap_start,
        .heap_mark = layout->heap_start,
        .heap_end = layout->heap_limit,
        .heap_limit = layout->heap_limit,
        .stack_start = layout->stack_start,
        .stack_end = layout->stack_end,
    };
    instance->phase = PHASE_INIT;
}

int startup_prepare(struct mf_instance *instance, struct snapshot_builder *builder, const struct elf_image *image,
                    const struct mf_program_options *options, const struct mf_limits *limits, struct mf_diagnostic *why)
{
    struct layout layout;
    int error = plan(&layout, image, limits, why);
    if (error)
        return error;
    int failed = space_create(&instance->space, NULL, layout.block_start, layout.block_size);
    if (failed)
        goto refused;
    failed = prepare_memory(instance, image, options, &layout);
    if (failed)
        goto destroy;
    struct stack_writer stack = {&instance->space, 0, layout.stack_end, false};
    stack.low = layout.stack_end - ((layout.stack_end - layout.stack_start) / 4 & ~(SPACE_PAGE - 1));
    uint64_t stack_pointer = write_stack(&stack, image, options);
    if (!stack_pointer) {
        instance_diagnose(why, "arguments and environment do not fit a quarter of the stack (%llu bytes)",
                          (unsigned long long)limits->stack);
        space_destroy(&instance->space);
        return MF_ERROR_LIMIT;
    }
    prepare_state(instance, image, &layout, stack_pointer);
    failed = decode(instance, builder, image);
    if (failed)
        goto destroy;
    failed = protect_segments(&instance->space, image);
    if (!failed)
        return MF_OK;
    snapshot_abandon(builder);
destroy:
    space_destroy(&instance->space);
refused:
    instance_diagnose(why, "the host refused memory for the program: %s", strerror(-failed));
    return MF_ERROR_SYSTEM;
}
