/* SPDX-License-Identifier: Apache-2.0 */
#include "server/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size && a->modified == b->modified &&
           a->changed == b->changed;
}

static int64_t nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * NS_PER_SECOND + time.tv_nsec;
}

static struct file_stamp stamp_of(const struct stat *status)
{
    return (struct file_stamp){status->st_dev, status->st_ino, (uint64_t)status->st_size, nanoseconds(status->st_mtim),
                               nanoseconds(status->st_ctim)};
}

int file_stat(const char *path, struct file_stamp *stamp)
{
    struct stat status;
    *stamp = (struct file_stamp){0};
    if (stat(path, &status) < 0)
        return -errno;
    *stamp = stamp_of(&status);
    return 0;
}

/* Up to `size` bytes; less at the end of the file. */
static ssize_t read_up_to(int descriptor, char *bytes, size_t size)
{
    size_t have = 0;
    while (have < size) {
        ssize_t got = read(descriptor, bytes + have, size - have);
        if (got == 0)
            break;
        if (got > 0)
            have += (size_t)got;
        else if (errno != EINTR)
            return -errno;
    }
    return (ssize_t)have;
}

static int read_open(int descriptor, size_t max, char **bytes, size_t *size, struct file_stamp *stamp)
{
    struct stat before, after;
    if (fstat(descriptor, &before) < 0)
        return -errno;
    if (!S_ISREG(before.st_mode))
        return -EINVAL;
    if ((uint64_t)before.st_size > max)
        return -EFBIG;
    *size = (size_t)before.st_size;
    *bytes = malloc(*size + 1);
    if (!*bytes)
        return -ENOMEM;
    ssize_t got = read_up_to(descriptor, *bytes, *size + 1);
    int error = got < 0 ? (int)got : 0;
    if (!error && fstat(descriptor, &after) < 0)
        error = -errno;
    *stamp = stamp_of(&before);
    if (!error) {
        struct file_stamp now = stamp_of(&after);
        if ((size_t)got != *size || !file_stamp_equal(stamp, &now))
            error = -EAGAIN;
    }
    if (error) {
        free(*bytes);
        *bytes = NULL;
    } else {
        (*bytes)[*size] = '\0';
    }
    return error;
}

/* Opening a device may be all that it waits for (a watchdog, a tape), so what it is, is looked at first. -1 and errno.
 */
static int open_regular(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return -1;
    if (!S_ISREG(status.st_mode)) {
        errno = EINVAL;
        return -1;
    }
    /* Non-blocking: a pipe that has come into the file's place since must not hold the server up. */
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

int file_read(const char *path, size_t max, char **bytes, size_t *size, struct file_stamp *stamp)
{
    *bytes = NULL;
    int descriptor = open_regular(path);
    if (descriptor < 0)
        return -errno;
    int error = read_open(descriptor, max, bytes, size, stamp);
    close(descriptor);
    return error;
}

const char *file_error(int error)
{
    switch (error) {
    case -ENOENT:
        return "there is no such file";
    case -EAGAIN:
        return "it changes while it is read";
    case -EFBIG:
        return "it is too large";
    case -EINVAL:
        return "it is not a regular file";
    case -ELOOP:
        return "its symbolic links go in a circle";
    default:
        return strerror(-error);
    }
}
