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

#define MEMFD_SEAL_ATTEMPTS 5

/* 0, or a negative errno: -EBUSY while somebody maps it writable, -EPERM if its maker allowed no seals. The kernel says
 * -EBUSY, too, if it keeps pages pinned for purposes of its own (compaction, say) longer than it likes to wait. */
static inline MUST_USE int memfd_seal(int descriptor)
{
    for (int attempt = 1; fcntl(descriptor, F_ADD_SEALS, MEMFD_SEALS); attempt++)
        if (errno != EBUSY || attempt == MEMFD_SEAL_ATTEMPTS)
            return -errno;
    return 0;
}

/* False for whatever is no memfd, too. */
static inline bool memfd_is_sealed(int descriptor)
{
    int seals = fcntl(descriptor, F_GET_SEALS);
    return seals >= 0 && (seals & MEMFD_SEALS) == MEMFD_SEALS;
}

#endif
