/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of our own logic. They stay on in release builds: a server that is wrong about itself stops.
 * Never for what a guest, a client or an operator may cause.
 */
#ifndef MAYFLY_BASE_CHECK_H
#define MAYFLY_BASE_CHECK_H

#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

/* Writes where and what to stderr, then abort(). */
_Noreturn void check_failed(const char *condition, const char *file, int line);

#define MUST_USE                     __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, arguments) __attribute__((format(printf, text, arguments)))

#endif
