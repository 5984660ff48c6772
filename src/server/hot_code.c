/* SPDX-License-Identifier: Apache-2.0 */
#include "server/hot_code.h"

static void set_state(struct hot_code *code, unsigned i, enum hot_state state)
{
    code->in_state[code->states[i]]--;
    code->states[i] = (uint8_t)state;
    code->in_state[state]++;
}

bool hot_code_add(struct hot_code *code, uint32_t function, enum hot_state state)
{
    for (unsigned i = 0; i < code->count; i++)
        if (code->functions[i] == function)
            return false;
    if (code->count == COMPILER_HOT)
        return false;
    code->functions[code->count] = function;
    code->states[code->count++] = (uint8_t)state;
    code->in_state[state]++;
    return true;
}

unsigned hot_code_begin(struct hot_code *code, uint32_t functions[COMPILER_HOT])
{
    unsigned count = 0;
    for (unsigned i = 0; i < code->count; i++) {
        if (code->states[i] == HOT_WANTED)
            set_state(code, i, HOT_AT_WORK);
        if (code->states[i] != HOT_REFUSED)
            functions[count++] = code->functions[i];
    }
    return count;
}

void hot_code_end(struct hot_code *code, enum hot_state state)
{
    for (unsigned i = 0; i < code->count; i++)
        if (code->states[i] == HOT_AT_WORK)
            set_state(code, i, state);
}
