/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls of the host with every bad pointer, length, count and overlap. Whatever takes a pointer gets each of the bad
 * ones, and the answer must be an errno; what lies beside a good pointer must stay as it is.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin
 */
#include "hostile_raw.h"

#define TEXT ((uintptr_t)guest_main & ~7ul)

static char data[2 * PAGE] __attribute__((aligned(4096)));
static uint64_t vectors[2 * 1025];
static const char constant[256] = "constant";

/* Nothing of `size` bytes, 2 to 4096 of them, can be read at the first ones, nor written at the others either. */
static size_t bad_pointers(uint64_t *bad, uint64_t size, int writing)
{
    size_t count = 0;
    bad[count++] = 0;
    bad[count++] = 8;
    bad[count++] = 0xfff8;
    bad[count++] = 0xffff0000;
    bad[count++] = 0xfffffffe;
    bad[count++] = UINT64_MAX;
    bad[count++] = UINT64_MAX - size + 1;
    bad[count++] = GIB4;
    bad[count++] = 0x70000000;
    bad[count++] = (uintptr_t)island(READ | WRITE) - 1;
    bad[count++] = (uintptr_t)island(READ | WRITE) + PAGE - size + 1;
    bad[count++] = (uintptr_t)map(PAGE, 0);
    if (writing) {
        bad[count++] = TEXT;
        bad[count++] = (uintptr_t)constant;
        bad[count++] = (uintptr_t)island(READ);
    }
    return count;
}

/* The call with each bad pointer as argument `which`. */
static void refuse(long number, int which, uint64_t size, int writing, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    uint64_t bad[16], arguments[4] = {a, b, c, d};
    size_t count = bad_pointers(bad, size, writing);
    for (size_t i = 0; i < count; i++) {
        arguments[which] = bad[i];
        long result =
            raw_call(number, (long)arguments[0], (long)arguments[1], (long)arguments[2], (long)arguments[3], 0);
        REQUIRE(result == -EFAULT);
    }
}

#define READS(name, number, which, size, ...)  CASE(name, ok, refuse(number, which, size, 0, __VA_ARGS__))
#define WRITES(name, number, which, size, ...) CASE(name, ok, refuse(number, which, size, 1, __VA_ARGS__))
#define ANSWER(name, result, ...)              CASE(name, ok, REQUIRE(raw_call(__VA_ARGS__, 0) == (result)))

/* The largest sizes at which a good start is not enough. */
static void too_long(long number, int which_size, uint64_t a, uint64_t b, uint64_t c)
{
    static const uint64_t sizes[] = {64 * MIB, UINT64_C(0x7fffffff), UINT64_C(0xffffffff), GIB4,
                                     GIB4 + 8, UINT64_C(1) << 63,    UINT64_MAX - 4095,    UINT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint64_t arguments[3] = {a, b, c};
        arguments[which_size] = sizes[i];
        REQUIRE(call3(number, arguments[0], arguments[1], arguments[2]) < 0);
    }
}

static void every_number(uint64_t a, uint64_t b, uint64_t c)
{
    for (long number = 0; number < 600; number++)
        if (number != 93 && number != 94 && number != 129 && number != 130 && number != 131) /* exit, kill */
            raw_call(number, (long)a, (long)b, (long)c, (long)a, (long)b);
    for (long number = MAYFLY_HOSTCALL_BASE + 1; number < MAYFLY_HOSTCALL_BASE + 300; number++)
        raw_call(number, (long)a, (long)b, (long)c, (long)a, (long)b);
}

static void any_number_at_random(void)
{
    uint64_t seed = 12345, kinds[8];
    for (int i = 0; i < 20000; i++) {
        uint64_t r = raw_random(&seed);
        kinds[0] = r;
        kinds[1] = (uintptr_t)data + (r & 8191);
        kinds[2] = r & 0xffffffff;
        kinds[3] = 0;
        kinds[4] = UINT64_MAX - (r & 0xffff);
        kinds[5] = r & 0xff;
        kinds[6] = TEXT;
        kinds[7] = 0xffff0000 - (r & 0xff);
        long number = (long)(raw_random(&seed) % 320);
        if (number == 93 || number == 94 || (number >= 129 && number <= 131) || number == SYS_MUNMAP ||
            number == SYS_MPROTECT || number == SYS_MMAP || number == SYS_MADVISE || number == SYS_GETRANDOM ||
            number == SYS_WRITE || number == 66)
            continue;
        raw_call(number, (long)kinds[r >> 8 & 7], (long)kinds[r >> 16 & 7], (long)kinds[r >> 24 & 7],
                 (long)kinds[r >> 32 & 7], (long)kinds[r >> 40 & 7]);
    }
}

/* A call that writes `size` bytes leaves those before and behind as they were. */
static void writes_exactly(long number, int which, size_t size, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t arguments[3] = {a, b, c};
    for (size_t i = 0; i < PAGE; i++)
        data[i] = 0x5a;
    arguments[which] = (uintptr_t)data + 512;
    REQUIRE(call3(number, arguments[0], arguments[1], arguments[2]) >= 0);
    for (size_t i = 0; i < PAGE; i++)
        if (i < 512 || i >= 512 + size)
            REQUIRE(data[i] == 0x5a);
}

static void many_vectors(uint64_t base, uint64_t size, uint64_t count, long expected)
{
    for (size_t i = 0; i < 1025; i++) {
        vectors[2 * i] = base;
        vectors[2 * i + 1] = size;
    }
    REQUIRE(call3(66, 1, (uintptr_t)vectors, count) == expected);
}

static void random_at_the_border(void)
{
    char *page = island(READ | WRITE);
    REQUIRE(call3(SYS_GETRANDOM, (uintptr_t)page + PAGE - 16, 16, 0) == 16);
    REQUIRE(call3(SYS_GETRANDOM, (uintptr_t)page + PAGE - 16, 17, 0) == -EFAULT);
    REQUIRE(call3(MAYFLY_CALL_RANDOM, (uintptr_t)page + PAGE - 16, 17, 0) == -EFAULT);
}

/* Which arguments are pointers, and to how much. */
READS(write_pointer, SYS_WRITE, 1, 16, 1, 0, 16, 0)
READS(write_pointer_to_stderr, SYS_WRITE, 1, 4096, 2, 0, 4096, 0)
READS(writev_table, 66, 1, 16, 1, 0, 1, 0)
READS(writev_large_table, 66, 1, 1600, 1, 0, 100, 0)
READS(readv_table, 65, 1, 16, 0, 0, 1, 0)
WRITES(fstat_pointer, 80, 1, 128, 0, 0, 0, 0)
WRITES(newfstatat_pointer, 79, 2, 128, 0, (uintptr_t) "", 0, 0x1000)
WRITES(clock_pointer, 113, 1, 16, 0, 0, 0, 0)
WRITES(uname_pointer, 160, 0, 390, 0, 0, 0, 0)
WRITES(getcwd_pointer, 17, 0, 2, 0, 100, 0, 0)
WRITES(affinity_pointer, 123, 2, 8, 0, 8, 0, 0)
WRITES(sysinfo_pointer, 179, 0, 112, 0, 0, 0, 0)
WRITES(rusage_pointer, 165, 1, 144, 0, 0, 0, 0)
WRITES(random_pointer, SYS_GETRANDOM, 0, 64, 0, 64, 0, 0)
WRITES(host_random_pointer, MAYFLY_CALL_RANDOM, 0, 64, 0, 64, 0, 0)
READS(host_log_pointer, MAYFLY_CALL_LOG, 1, 64, 1, 0, 64, 0)
READS(newfstatat_path, 79, 1, 1, 0, 0, (uintptr_t)data, 0x1000)

/* A null pointer is allowed in these; another is as bad as everywhere. */
CASE(sigaction_pointers, ok, REQUIRE(raw_call(134, 10, 8, 0, 8, 0) == -EFAULT);
     REQUIRE(raw_call(134, 10, 0, 8, 8, 0) == -EFAULT); REQUIRE(raw_call(134, 10, 0, (long)TEXT, 8, 0) == -EFAULT);
     REQUIRE(raw_call(134, 10, -1, 0, 8, 0) == -EFAULT))
CASE(sigprocmask_pointers, ok, REQUIRE(raw_call(135, 0, 8, 0, 8, 0) == -EFAULT);
     REQUIRE(raw_call(135, 0, 0, (long)TEXT, 8, 0) == -EFAULT))
CASE(getres_pointer, ok, REQUIRE(call3(114, 0, 0, 0) == 0); REQUIRE(call3(114, 0, TEXT, 0) == -EFAULT))
CASE(times_pointer, ok, REQUIRE(call3(153, 8, 0, 0) == -EFAULT); REQUIRE(call3(153, TEXT, 0, 0) == -EFAULT))
CASE(timeofday_pointers, ok, REQUIRE(call3(169, 8, 0, 0) == -EFAULT); REQUIRE(call3(169, 0, TEXT, 0) == -EFAULT))
CASE(limits_pointer, ok, REQUIRE(raw_call(261, 0, 3, 0, 8, 0) == -EFAULT);
     REQUIRE(raw_call(261, 0, 3, 0, (long)TEXT, 0) == -EFAULT))

CASE(write_too_long, ok, too_long(SYS_WRITE, 2, 1, (uintptr_t)island(READ), 0))
CASE(random_too_long, ok, too_long(MAYFLY_CALL_RANDOM, 1, (uintptr_t)data, 0, 0))
CASE(getrandom_too_long, ok, too_long(SYS_GETRANDOM, 1, (uintptr_t)island(READ | WRITE), 0, 0))
CASE(log_too_long, ok, too_long(MAYFLY_CALL_LOG, 2, 1, (uintptr_t)island(READ) + 1, 0))
CASE(vectors_too_many, ok, too_long(66, 2, 1, (uintptr_t)vectors, 0))
CASE(read_vectors_too_many, ok, too_long(65, 2, 0, (uintptr_t)vectors, 0))
CASE(random_at_the_end_of_a_page, ok, random_at_the_border())

CASE(vectors_of_nothing, ok, many_vectors(0, 0, 1024, 0))
CASE(one_vector_too_many, ok, many_vectors((uintptr_t)data, 1, 1025, -EINVAL))
CASE(vectors_wild, ok, many_vectors(8, 1, 1024, -EFAULT))
CASE(vectors_endless, ok, many_vectors((uintptr_t)data, UINT64_MAX, 1024, -EFAULT))
CASE(vectors_wrapping, ok, many_vectors(0xffffff00, 0x200, 1, -EFAULT))
CASE(vectors_second_bad, ok, many_vectors((uintptr_t)constant, 8, 2, 16); vectors[2] = 8;
     REQUIRE(call3(66, 1, (uintptr_t)vectors, 2) == 8))
CASE(vectors_over_themselves, ok, many_vectors((uintptr_t)vectors, 16, 4, 64))
CASE(vectors_add_up, ok,
     /* 1,024 times 64 KiB: cut short */ many_vectors((uintptr_t)map(64 * 1024, READ | WRITE), 64 * 1024, 1024, MIB))

CASE(fstat_writes_exactly, ok, writes_exactly(80, 1, 128, 1, 0, 0))
CASE(clock_writes_exactly, ok, writes_exactly(113, 1, 16, 1, 0, 0))
CASE(uname_writes_exactly, ok, writes_exactly(160, 0, 390, 0, 0, 0))
CASE(sysinfo_writes_exactly, ok, writes_exactly(179, 0, 112, 0, 0, 0))
CASE(random_writes_exactly, ok, writes_exactly(SYS_GETRANDOM, 0, 333, 0, 333, 0))
CASE(cwd_writes_exactly, ok, writes_exactly(17, 0, 2, 0, 1000, 0))

ANSWER(bad_descriptor, -EBADF, SYS_WRITE, 3, (long)data, 1, 0)
ANSWER(negative_descriptor, -EBADF, SYS_WRITE, -1, (long)data, 1, 0)
ANSWER(high_descriptor, -EBADF, SYS_WRITE, (long)(GIB4 + 1), (long)data, 1, 0)
ANSWER(write_to_input, -EBADF, SYS_WRITE, 0, (long)data, 1, 0)
ANSWER(read_of_output, -EBADF, 63, 1, (long)data, 1, 0)
ANSWER(open_nothing, -2, 56, -100, (long)"/etc/passwd", 0, 0)
ANSWER(open_wild, -2, 56, -100, 8, 0, 0)
ANSWER(socket, -ENOSYS, 198, 2, 1, 0, 0)
ANSWER(connect, -ENOSYS, 203, 3, (long)data, 16, 0)
ANSWER(execve, -ENOSYS, 221, (long)"/bin/sh", 0, 0, 0)
ANSWER(clone, -11, 220, 0x11, 0, 0, 0)
ANSWER(ptrace, -ENOSYS, 117, 0, 1, 0, 0)
ANSWER(memfd, -ENOSYS, 279, (long)"x", 0, 0, 0)
ANSWER(bpf, -ENOSYS, 280, 0, 0, 0, 0)
ANSWER(io_uring, -ENOSYS, 425, 1, (long)data, 0, 0)
ANSWER(process_read, -ENOSYS, 270, 1, (long)data, 1, 0)
ANSWER(kill_another, -3, 129, 2, 9, 0, 0)
ANSWER(kill_the_group, -3, 129, -7, 9, 0, 0)
ANSWER(raise_limits, -EPERM, 261, 0, 3, (long)data, 0)
ANSWER(unknown_clock, -EINVAL, 113, 99, (long)data, 0, 0)
ANSWER(number_minus_one, -ENOSYS, -1, 0, 0, 0, 0)
ANSWER(number_with_high_bits, -ENOSYS, (long)(GIB4 + 172), 0, 0, 0, 0)
ANSWER(number_behind_all, -ENOSYS, 300, 0, 0, 0, 0)
ANSWER(number_before_the_host_s, -ENOSYS, MAYFLY_HOSTCALL_BASE - 1, 0, 0, 0, 0)
ANSWER(number_behind_the_host_s, -ENOSYS, MAYFLY_HOSTCALL_BASE + 200, 0, 0, 0, 0)
ANSWER(respond_before_accept, -EINVAL, MAYFLY_CALL_RESPOND, (long)data, 0, 0, 0)
ANSWER(accept_of_another_version, -ENOSYS, MAYFLY_CALL_ACCEPT, 99, 0, 0, 0)
ANSWER(log_of_no_level, -EINVAL, MAYFLY_CALL_LOG, 4, (long)data, 1, 0)
ANSWER(log_of_a_high_level, -EINVAL, MAYFLY_CALL_LOG, (long)GIB4, (long)data, 1, 0)

CASE(every_call_with_zeros, ok, every_number(0, 0, 0))
CASE(every_call_with_ones, ok, every_number(UINT64_MAX, UINT64_MAX, UINT64_MAX))
CASE(every_call_with_code, ok, every_number(TEXT, TEXT, TEXT))
CASE(every_call_at_the_top, ok, every_number(0xfffffff8, 0xfffffff8, 0xfffffff8))
CASE(every_call_at_2_to_63, ok, every_number(UINT64_C(1) << 63, UINT64_C(1) << 63, UINT64_C(1) << 63))
CASE(calls_at_random, ok, any_number_at_random())
