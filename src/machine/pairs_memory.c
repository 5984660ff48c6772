/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs that begin with a load or store.
 */
#include "machine/pairs.h"

MEMORY_FIRSTS(INTEGER_PAIR_HANDLERS)

handler_function *const memory_pair_handlers[MEMORY_PAIRS] = {MEMORY_FIRSTS(INTEGER_PAIR_ENTRIES)};
