/* SPDX-License-Identifier: Apache-2.0
 *
 * Copying and clearing of whole cache lines. For the few dozen lines that every request has restored, the C library
 * spends a fifth of the time on what need not be checked here.
 */
#ifndef MAYFLY_BASE_LINES_H
#define MAYFLY_BASE_LINES_H

#include <stddef.h>

#define LINE_SIZE   64
#define LINES(size) (((size) + LINE_SIZE - 1) / LINE_SIZE) /* that hold so many bytes */

/* `to` and `from` are aligned to lines and do not overlap. */
void lines_copy(void *to, const void *from, size_t count);
void lines_clear(void *to, size_t count);

#endif
