/* SPDX-License-Identifier: Apache-2.0
 *
 * Asks a running server's admin API one thing, from another process.
 */
#ifndef MAYFLY_SERVER_ADMIN_CLIENT_H
#define MAYFLY_SERVER_ADMIN_CLIENT_H

#include <stddef.h>

#include "base/check.h"

/* `address` as in the configuration. The status of the answer, and its body in `out` as a text, cut if it does not fit;
 * or -errno, which may take some seconds. */
MUST_USE int admin_ask(const char *address, const char *method, const char *path, char *out, size_t size);

#endif
