/* SPDX-License-Identifier: Apache-2.0
 *
 * Seals of memfds: what passes between processes can be changed by nobody once it is sealed, neither its bytes, its
 * size nor the seals.
 */
#ifndef MAYFLY_BASE_MEMFD_H
#define MAYFLY_BASE_MEMFD_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>

#include "base/check.h"

#define MEMFD_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* 0, or a negative errno: -EBUSY while somebody maps it writable, -EPERM if its maker allowed no seals. */
static inline MUST_USE int memfd_seal(int descriptor)
{
    return fcntl(descriptor, F_ADD_SEALS, MEMFD_SEALS) == 0 ? 0 : -errno;
}

/* False for whatever is no memfd, too. */
static inline bool memfd_is_sealed(int descriptor)
{
    int seals = fcntl(descriptor, F_GET_SEALS);
    return seals >= 0 && (seals & MEMFD_SEALS) == MEMFD_SEALS;
}

#endif
