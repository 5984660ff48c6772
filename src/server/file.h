/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that others write while we read: always copied whole into private memory, never mapped, and taken only if they
 * did not change meanwhile.
 */
#ifndef MAYFLY_SERVER_FILE_H
#define MAYFLY_SERVER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

/* What changes when a file is written or replaced. All zero: there is no file. */
struct file_stamp {
    uint64_t device, inode, size;
    int64_t modified, changed; /* ns since 1970: contents, and contents or attributes */
};

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b);

/* Follows links. 0, or -errno with a zero stamp. */
MUST_USE int file_stat(const char *path, struct file_stamp *stamp);

/* Copies a regular file of at most `max` bytes; *bytes is the caller's to free and has a NUL behind it, NULL on errors.
 * -EAGAIN: it changed while it was read; -EFBIG: too large; -EINVAL: no regular file; other -errno. */
MUST_USE int file_read(const char *path, size_t max, char **bytes, size_t *size, struct file_stamp *stamp);

/* Static text for an error of file_read or file_stat: "no such file", "changes while it is read" ... */
const char *file_error(int error);

#endif
