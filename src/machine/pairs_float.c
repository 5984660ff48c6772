/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs that begin with floating point.
 */
#include "machine/pairs.h"

FLOAT_FIRSTS(FLOAT_PAIR_HANDLERS)

handler_function *const float_pair_handlers[FLOAT_PAIRS] = {FLOAT_FIRSTS(FLOAT_PAIR_ENTRIES)};
