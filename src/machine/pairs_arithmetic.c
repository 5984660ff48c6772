/* SPDX-License-Identifier: Apache-2.0
 *
 * Pairs that begin with integer arithmetic.
 */
#include "machine/pairs.h"

ARITHMETIC_FIRSTS(INTEGER_PAIR_HANDLERS)

handler_function *const arithmetic_pair_handlers[ARITHMETIC_PAIRS] = {ARITHMETIC_FIRSTS(INTEGER_PAIR_ENTRIES)};
