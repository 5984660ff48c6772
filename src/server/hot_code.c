/* SPDX-License-Identifier: Apache-2.0 */
#include "server/hot_code.h"

static void set_state(struct hot_code *code, unsigned i, enum hot_state state)
{
    code->in_state[code->states[i]]--;
    code->states[i] = (uint8_t)state;
    code->in_state[state]++;
}

/* The last place of a reporter in a state. COMPILER_HOT: there is none. */
static unsigned last_place(const struct hot_code *code, unsigned reporter, enum hot_state state)
{
    for (unsigned i = code->count; i-- > 0;)
        if (code->reporters[i] == reporter && code->states[i] == state)
            return i;
    return COMPILER_HOT;
}

/* Of a full list: a place of the reporter who has most, if `reporter` has so much less that they do not take it
 * from each other in turn. What was refused stays, so that it is not tried again. COMPILER_HOT: there is none. */
static unsigned find_place(const struct hot_code *code, unsigned reporter)
{
    unsigned counts[HOT_REPORTERS] = {0}, most = reporter;
    for (unsigned i = 0; i < code->count; i++)
        counts[code->reporters[i]]++;
    for (unsigned i = 0; i < HOT_REPORTERS; i++)
        most = counts[i] > counts[most] ? i : most;
    if (counts[most] <= counts[reporter] + 1)
        return COMPILER_HOT;
    unsigned wanted = last_place(code, most, HOT_WANTED);
    return wanted < COMPILER_HOT ? wanted : last_place(code, most, HOT_NATIVE);
}

bool hot_code_add(struct hot_code *code, uint32_t function, enum hot_state state, unsigned reporter)
{
    CHECK(reporter < HOT_REPORTERS);
    for (unsigned i = 0; i < code->count; i++)
        if (code->functions[i] == function)
            return false;
    unsigned at = code->count;
    if (at < COMPILER_HOT)
        code->count++;
    else if ((at = find_place(code, reporter)) < COMPILER_HOT)
        code->in_state[code->states[at]]--;
    else
        return false;
    code->functions[at] = function;
    code->states[at] = (uint8_t)state;
    code->reporters[at] = (uint16_t)reporter;
    code->in_state[state]++;
    return true;
}

unsigned hot_code_begin(struct hot_code *code, uint32_t functions[COMPILER_HOT])
{
    unsigned count = 0, most = code->most ? code->most : COMPILER_HOT;
    for (unsigned i = 0; i < code->count; i++) {
        if (code->states[i] == HOT_WANTED && code->in_state[HOT_AT_WORK] < most)
            set_state(code, i, HOT_AT_WORK);
        if (code->states[i] == HOT_NATIVE || code->states[i] == HOT_AT_WORK)
            functions[count++] = code->functions[i];
    }
    return count;
}

unsigned hot_code_native(const struct hot_code *code, uint32_t functions[COMPILER_HOT])
{
    unsigned count = 0;
    for (unsigned i = 0; i < code->count; i++)
        if (code->states[i] == HOT_NATIVE)
            functions[count++] = code->functions[i];
    return count;
}

static void end(struct hot_code *code, enum hot_state state)
{
    for (unsigned i = 0; i < code->count; i++)
        if (code->states[i] == HOT_AT_WORK)
            set_state(code, i, state);
}

void hot_code_succeed(struct hot_code *code)
{
    end(code, HOT_NATIVE);
    code->most *= 2; /* what was bad is no longer among them, perhaps */
}

bool hot_code_fail(struct hot_code *code)
{
    unsigned tried = code->in_state[HOT_AT_WORK];
    bool alone = tried <= 1;
    code->most = alone ? 1 : tried / 2;
    end(code, alone ? HOT_REFUSED : HOT_WANTED);
    return alone;
}

void hot_code_give_back(struct hot_code *code)
{
    end(code, HOT_WANTED);
}
