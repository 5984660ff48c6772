/* SPDX-License-Identifier: Apache-2.0
 *
 * The three standard descriptors. They look like pipes: output goes to the host's log or terminal by a callback, input
 * is there only if the host offers one.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/span.h"
#include "sandbox/personality.h"

#define MAX_TRANSFER (1u << 20) /* bytes a call; a longer one is cut short, as Linux may */
#define MAX_VECTORS  1024       /* IOV_MAX */
#define INPUT_PIECE  8192

static bool is_standard(uint64_t descriptor)
{
    return (uint32_t)descriptor <= 2;
}

int64_t call_fcntl(struct mf_instance *instance, const uint64_t *a)
{
    enum { GETFD = 1, SETFD = 2, GETFL = 3, SETFL = 4, READ_ONLY = 0, WRITE_ONLY = 1 };
    if (!is_standard(a[0]))
        return -EBADF;
    switch (a[1]) {
    case GETFD:
    case SETFD:
    case SETFL:
        return 0;
    case GETFL:
        return a[0] == 0 ? READ_ONLY : WRITE_ONLY;
    default:
        return -EINVAL;
    }
}

int64_t call_ioctl(struct mf_instance *instance, const uint64_t *a)
{
    return is_standard(a[0]) ? -ENOTTY : -EBADF;
}

int64_t call_close(struct mf_instance *instance, const uint64_t *a)
{
    return is_standard(a[0]) ? 0 : -EBADF;
}

int64_t call_lseek(struct mf_instance *instance, const uint64_t *a)
{
    return is_standard(a[0]) ? -ESPIPE : -EBADF;
}

/* struct stat of riscv64 (asm-generic). */
struct guest_stat {
    uint64_t device, inode;
    uint32_t mode, links, user, group;
    uint64_t raw_device, padding_1;
    int64_t size;
    int32_t block_size, padding_2;
    int64_t blocks;
    int64_t times[6];
    uint32_t unused[2];
};

_Static_assert(sizeof(struct guest_stat) == 128, "as in Linux");

int64_t call_fstat(struct mf_instance *instance, const uint64_t *a)
{
    enum { PIPE_MODE = 0010600 }; /* S_IFIFO and read, write for the owner */
    if (!is_standard(a[0]))
        return -EBADF;
    struct guest_stat status = {
        .inode = a[0] + 1, .mode = PIPE_MODE, .links = 1, .user = 1000, .group = 1000, .block_size = 4096};
    return personality_give(instance, a[1], &status, sizeof status);
}

int64_t call_newfstatat(struct mf_instance *instance, const uint64_t *a)
{
    enum { EMPTY_PATH = 0x1000 };
    if (!(a[3] & EMPTY_PATH))
        return -ENOENT;
    if (!space_readable(&instance->space, a[1], 1))
        return -EFAULT;
    if (*space_host(&instance->space, a[1]) != 0)
        return -ENOENT;
    const uint64_t fstat_arguments[2] = {a[0], a[2]};
    return call_fstat(instance, fstat_arguments);
}

/* ---- output ---------------------------------------------------------------------------------------- */

/* A line costs the host as much as a call does, however many come in one. */
static void put_out(struct mf_instance *instance, uint64_t descriptor, uint64_t from, size_t size)
{
    const char *bytes = (const char *)space_host(&instance->space, from);
    size_t lines = span_count((struct span){bytes, size}, '\n');
    instance_charge(instance, (1 + lines) * CHARGE_OUTPUT + size / CHARGE_BYTES_PER_INSTRUCTION);
    if (size && instance->host && instance->host->output && journal_says(&instance->journal))
        instance->host->output(instance->user, (int)descriptor, bytes, size);
}

int64_t call_write(struct mf_instance *instance, const uint64_t *a)
{
    if (a[0] != 1 && a[0] != 2)
        return -EBADF;
    size_t size = a[2] < MAX_TRANSFER ? (size_t)a[2] : MAX_TRANSFER;
    if (!space_readable(&instance->space, a[1], size))
        return -EFAULT;
    put_out(instance, a[0], a[1], size);
    return (int64_t)size;
}

struct guest_vector {
    uint64_t base, size;
};

static struct guest_vector vector_at(const struct mf_instance *instance, uint64_t table, uint64_t i)
{
    struct guest_vector v;
    memcpy(&v, space_host(&instance->space, table + i * sizeof v), sizeof v);
    return v;
}

int64_t call_writev(struct mf_instance *instance, const uint64_t *a)
{
    int64_t total = 0;
    if (a[0] != 1 && a[0] != 2)
        return -EBADF;
    if (a[2] > MAX_VECTORS)
        return -EINVAL;
    if (!space_readable(&instance->space, a[1], a[2] * sizeof(struct guest_vector)))
        return -EFAULT;
    instance_charge(instance, a[2]); /* empty ones are looked at, too */
    for (uint64_t i = 0; i < a[2] && total < MAX_TRANSFER; i++) {
        struct guest_vector v = vector_at(instance, a[1], i);
        uint64_t room = (uint64_t)(MAX_TRANSFER - total);
        uint64_t size = v.size < room ? v.size : room;
        if (!space_readable(&instance->space, v.base, size))
            return total ? total : -EFAULT;
        if (size)
            put_out(instance, a[0], v.base, (size_t)size);
        total += (int64_t)size;
    }
    return total;
}

/* ---- input ----------------------------------------------------------------------------------------- */

static int64_t hear(struct mf_instance *instance, char *bytes, size_t size)
{
    int64_t got;
    if (journal_recall(&instance->journal, &got, sizeof got)) {
        bool good = got <= 0 || ((size_t)got <= size && journal_recall(&instance->journal, bytes, (size_t)got));
        return good ? got : -EIO;
    }
    got = instance->host->input(instance->user, bytes, size);
    CHECK(got <= 0 || (size_t)got <= size);
    personality_heard(instance, &got, sizeof got);
    if (got > 0)
        personality_heard(instance, bytes, (size_t)got);
    return got;
}

static int64_t take_in(struct mf_instance *instance, uint64_t to, uint64_t size)
{
    char bytes[INPUT_PIECE]; /* the host's read() would fail on pages that are still to be learned */
    if (!instance->host || !instance->host->input || size == 0)
        return 0;
    size_t piece = size < sizeof bytes ? (size_t)size : sizeof bytes;
    if (!space_writable(&instance->space, to, piece))
        return -EFAULT;
    instance_charge(instance, CHARGE_OUTPUT + piece / CHARGE_BYTES_PER_INSTRUCTION);
    int64_t got = hear(instance, bytes, piece);
    if (got > 0) {
        memcpy(space_host(&instance->space, to), bytes, (size_t)got);
    }
    return got;
}

int64_t call_read(struct mf_instance *instance, const uint64_t *a)
{
    return a[0] == 0 ? take_in(instance, a[1], a[2]) : -EBADF;
}

int64_t call_readv(struct mf_instance *instance, const uint64_t *a)
{
    if (a[0] != 0)
        return -EBADF;
    if (a[2] > MAX_VECTORS)
        return -EINVAL;
    if (!space_readable(&instance->space, a[1], a[2] * sizeof(struct guest_vector)))
        return -EFAULT;
    instance_charge(instance, a[2]); /* empty ones are looked at, too */
    for (uint64_t i = 0; i < a[2]; i++) {
        struct guest_vector v = vector_at(instance, a[1], i);
        if (v.size)
            return take_in(instance, v.base, v.size);
    }
    return 0;
}
