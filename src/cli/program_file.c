/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/program_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE (UINT64_C(1) << 30)

static bool read_all(int descriptor, char *bytes, size_t size)
{
    while (size) {
        ssize_t got = read(descriptor, bytes, size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got == 0)
            errno = EIO; /* shorter than it was a moment ago */
        if (got <= 0)
            return false;
        bytes += got;
        size -= (size_t)got;
    }
    return true;
}

bool program_file_read(const char *command, const char *path, void **bytes, size_t *size)
{
    struct stat status;
    *bytes = NULL;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0 || fstat(descriptor, &status))
        goto fail;
    if (!S_ISREG(status.st_mode) || (uint64_t)status.st_size > MAX_FILE) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : S_ISREG(status.st_mode) ? EFBIG : EINVAL;
        goto fail;
    }
    *size = (size_t)status.st_size;
    *bytes = malloc(*size + 1);
    if (!*bytes || !read_all(descriptor, *bytes, *size))
        goto fail;
    close(descriptor);
    return true;
fail:
    fprintf(stderr, "mayfly %s: cannot read %s: %s\n", command, path, strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    free(*bytes);
    *bytes = NULL;
    return false;
}
