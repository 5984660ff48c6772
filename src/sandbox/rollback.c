/* SPDX-License-Identifier: Apache-2.0
 *
 * Back to the snapshot, and proof of it. All that an instance is besides its memory is restored here and compared in
 * mf_instance_audit; a field that is added to struct mf_instance belongs in both.
 */
#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/lines.h"
#include "sandbox/instance.h"
#include "sandbox/personality.h"
#include "sandbox/program.h"

#define BLOCK_KEEP (64u << 10) /* of a larger request block the memory is given back rather than cleared */

static void clear_block(struct mf_instance *instance)
{
    size_t used = instance->block_used, keep = used;
    if (used > BLOCK_KEEP) {
        size_t end = (used + SPACE_PAGE - 1) & ~(size_t)(SPACE_PAGE - 1);
        if (madvise(instance->space.block + BLOCK_KEEP, end - BLOCK_KEEP, MADV_REMOVE) == 0)
            keep = BLOCK_KEEP;
    }
    lines_clear(instance->space.block, LINES(keep));
    instance->block_used = 0;
}

/* What is on both sides of a repetition: the guest and the account of what it used. What an engine keeps for itself
 * during a run stays: nobody reads it before the next run has set it. */
static void reset_guest(struct mf_instance *instance)
{
    memcpy(&instance->cpu, instance->program->snapshot.cpu, offsetof(struct cpu, run_budget));
    instance->guest = instance->program->frozen.guest;
    instance->stopped = false;
    instance->charged = 0;
    instance->debt = 0;
    instance->call = (struct call_progress){0};
    memset(&instance->response, 0, sizeof instance->response);
}

int instance_make_pristine(struct mf_program *program)
{
    struct mf_instance *model = aligned_alloc(LINE_SIZE, sizeof *model);
    program->pristine = aligned_alloc(LINE_SIZE, INSTANCE_RESTORED);
    if (!model || !program->pristine) {
        free(model);
        free(program->pristine);
        return -ENOMEM;
    }
    memset(model, 0, INSTANCE_RESTORED);
    model->program = program;
    model->cpu.clock = personality_cpu_clock;
    reset_guest(model);
    model->phase = program->frozen.at_entry ? PHASE_READY : PHASE_WAITING;
    model->outcome = (struct mf_outcome){.stop = MF_STOP_WAITING, .pc = model->cpu.pc};
    memcpy(program->pristine, model, INSTANCE_RESTORED);
    free(model);
    return 0;
}

void instance_reset(struct mf_instance *instance)
{
    memcpy(instance, instance->program->pristine, INSTANCE_RESTORED);
    journal_erase(&instance->journal);
}

/* The request block is as the request found it: the guest cannot write there. */
bool instance_rewind(struct mf_instance *instance)
{
    if (space_restore(&instance->space) < 0)
        return false;
    reset_guest(instance);
    journal_repeat(&instance->journal);
    if (!instance->program->frozen.at_entry)
        instance_enter(instance);
    return true;
}

/* What a request made the instance learn goes to the program; after a set so large that it was given back, the instance
 * starts again with what the others know. If the host refuses that, the next request faults more often. */
static void learn(struct mf_instance *instance)
{
    program_learn(instance->program, &instance->space);
    if (instance->space.writes.run_count == 0 && program_teach(instance->program, &instance->space, false))
        instance->space.writes.grown = true; /* try again */
}

static __attribute__((noinline)) int roll_back(struct mf_instance *instance, unsigned most, unsigned *pages)
{
    if (instance->phase == PHASE_BROKEN)
        return MF_ERROR_SYSTEM;
    if (instance->block_used)
        clear_block(instance);
    if (instance->ran) {
        int more = space_restore_some(&instance->space, most);
        *pages += instance->space.writes.restored;
        if (more) {
            instance->phase = more < 0 ? PHASE_BROKEN : PHASE_RESTORING;
            return more < 0 ? MF_ERROR_SYSTEM : 1;
        }
        if (instance->space.writes.grown | instance->space.writes.shrunk)
            learn(instance);
    }
    instance_reset(instance);
    return 0;
}

/* The rollback of nearly every request: nothing of it is left to be decided. */
LINES_WIDE static void roll_back_plainly(struct mf_instance *instance)
{
    lines_clear_wide(instance->space.block, LINES(instance->block_used));
    writeset_restore_few(&instance->space.writes);
    lines_copy_wide(instance, instance->program->pristine, LINES(INSTANCE_RESTORED));
}

static bool is_plain(const struct mf_instance *instance)
{
    const struct journal *journal = &instance->journal;
    return instance->phase == PHASE_ENDED && instance->block_used <= SPACE_PAGE &&
           !(journal->used | journal->said | journal->full) && !instance->space.change_count &&
           writeset_is_plain(&instance->space.writes);
}

int mf_instance_rollback_some(struct mf_instance *instance, unsigned most, unsigned *pages)
{
    if (is_plain(instance)) {
        *pages += instance->space.writes.page_count;
        roll_back_plainly(instance);
        return 0;
    }
    return roll_back(instance, most, pages);
}

int mf_instance_rollback(struct mf_instance *instance)
{
    unsigned pages = 0;
    int more;
    if (is_plain(instance)) {
        roll_back_plainly(instance);
        return (int)instance->space.writes.page_count;
    }
    do
        more = roll_back(instance, UINT_MAX, &pages);
    while (more > 0);
    return more < 0 ? more : (int)pages;
}

/* ---- audit ---------------------------------------------------------------------------------------- */

struct audit {
    const struct mf_instance *instance;
    struct mf_diagnostic *why;
    int differences;
};

static void differs(struct audit *audit, bool different, const char *what, uint64_t detail)
{
    if (different && audit->differences++ == 0)
        instance_diagnose(audit->why, "%s differs from the snapshot (0x%llx)", what, (unsigned long long)detail);
}

static void audit_registers(struct audit *audit)
{
    const struct cpu *now = &audit->instance->cpu, *then = audit->instance->program->snapshot.cpu;
    for (unsigned i = 0; i < sizeof now->x / sizeof now->x[0]; i++)
        differs(audit, now->x[i] != then->x[i], "an integer register", i);
    for (unsigned i = 0; i < 32; i++)
        differs(audit, now->f[i] != then->f[i], "a floating-point register", i);
    differs(audit, now->pc != then->pc, "pc", now->pc);
    differs(audit, now->frm != then->frm || now->fflags != then->fflags, "fcsr", now->fflags);
    differs(audit, now->reserved != then->reserved || now->reservation != then->reservation, "the reservation",
            now->reservation);
    differs(audit, now->retired != then->retired || now->fuel != then->fuel, "the instruction counter", now->retired);
}

static void audit_host(struct audit *audit)
{
    const struct mf_instance *i = audit->instance;
    const struct frozen *frozen = &i->program->frozen;
    differs(audit, memcmp(&i->guest, &frozen->guest, sizeof i->guest) != 0, "the host's record of the guest", 0);
    differs(audit, i->phase != (frozen->at_entry ? PHASE_READY : PHASE_WAITING), "the phase", i->phase);
    differs(audit, i->stopped || i->ran || i->charged || i->debt || i->reported || i->again_to, "the account",
            i->charged);
    differs(audit, i->call.paused || i->call.at || i->call.to || i->call.done, "a call", i->call.at);
    differs(audit, i->interpreted || i->journal.used || i->journal.said || i->journal.full, "the journal",
            i->journal.used);
    differs(audit, i->response.header_count || i->response.piece_count || i->response.status, "the response", 0);
}

static void audit_map(struct audit *audit)
{
    const struct space *space = &audit->instance->space;
    const struct space_image *image = space->image;
    differs(audit, space->change_count != 0, "the memory map's journal", space->change_count);
    differs(audit,
            space->region_count != image->region_count ||
                memcmp(space->regions, image->regions, image->region_count * sizeof image->regions[0]) != 0,
            "the memory map", space->region_count);
}

/* The request block of the largest request so far may hold anything where it was used; thorough looks at all of it that
 * was ever touched: reading the rest would make the host find memory for a megabyte of zeros. */
static void audit_block(struct audit *audit, bool thorough)
{
    const struct space *space = &audit->instance->space;
    uint32_t page = space->block_start >> SPACE_PAGE_SHIFT, end = page + (space->block_size >> SPACE_PAGE_SHIFT);
    uint32_t first = page;
    bool same =
        thorough ? writeset_compare_range(space, page, end, &first) == 0 : writeset_page_is_pristine(space, page);
    differs(audit, !same || audit->instance->block_used, "the request block", (uint64_t)first << SPACE_PAGE_SHIFT);
}

static void audit_pages(struct audit *audit, bool thorough)
{
    const struct space *space = &audit->instance->space;
    uint32_t first = 0;
    if (!thorough) {
        size_t pages = writeset_compare(space, &first);
        differs(audit, pages != 0, "a page of the write set", (uint64_t)first << SPACE_PAGE_SHIFT);
        return;
    }
    for (size_t i = 0; i < space->image->region_count; i++) {
        const struct space_region *region = &space->image->regions[i];
        if (region->kind == SPACE_BLOCK || !(region->protection & SPACE_READ))
            continue;
        size_t pages =
            writeset_compare_range(space, region->start >> SPACE_PAGE_SHIFT, region->end >> SPACE_PAGE_SHIFT, &first);
        differs(audit, pages != 0, "a page", (uint64_t)first << SPACE_PAGE_SHIFT);
    }
}

int mf_instance_audit(const struct mf_instance *instance, bool thorough, struct mf_diagnostic *why)
{
    struct audit audit = {instance, why, 0};
    if (why)
        why->text[0] = '\0';
    audit_host(&audit);
    audit_registers(&audit);
    audit_map(&audit);
    if (audit.differences == 0) { /* pages can only be read safely if the map is what it should be */
        audit_block(&audit, thorough);
        audit_pages(&audit, thorough);
    }
    return audit.differences;
}
