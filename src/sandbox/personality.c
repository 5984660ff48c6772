/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/personality.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"

#define GUEST_PID 1
#define GUEST_UID 1000
#define COARSE_NS (4 * NS_PER_MS)

#define RANDOM_PIECE (32u << 10) /* about 10 us of the host's generator */

int64_t personality_give(struct mf_instance *instance, uint64_t to, const void *bytes, size_t size)
{
    if (!space_writable(&instance->space, to, size))
        return -EFAULT;
    memcpy(space_host(&instance->space, to), bytes, size);
    return 0;
}

void personality_heard(struct mf_instance *instance, const void *bytes, size_t size)
{
    if (!instance->interpreted && !journal_record(&instance->journal, bytes, size))
        instance->interpreted = true;
}

int64_t personality_clock(struct mf_instance *instance, int64_t (*clock)(void))
{
    int64_t now;
    if (!journal_recall(&instance->journal, &now, sizeof now)) {
        now = clock();
        personality_heard(instance, &now, sizeof now);
    }
    return now;
}

int64_t personality_cpu_clock(struct cpu *cpu)
{
    _Static_assert(offsetof(struct mf_instance, cpu) == 0, "an instance begins with its cpu");
    struct mf_instance *instance = (struct mf_instance *)(void *)cpu;
    int64_t now = personality_clock(instance, clock_wall_coarse);
    cpu->native.barred = instance->interpreted; /* the engine is at work: it looks here */
    return now;
}

/* False if the host has none. */
static bool draw(struct mf_instance *instance, uint8_t *bytes, size_t size)
{
    if (journal_recall(&instance->journal, bytes, size))
        return true;
    for (size_t done = 0; done < size;) {
        ssize_t got = getrandom(bytes + done, size - done, 0);
        if (got <= 0 && errno != EINTR)
            return false;
        done += got > 0 ? (size_t)got : 0;
    }
    personality_heard(instance, bytes, size);
    return true;
}

/* By way of a buffer: the kernel does not fault on behalf of a page that is still to be learned, it fails. */
int64_t personality_random(struct mf_instance *instance, uint64_t to, uint64_t size)
{
    uint8_t bytes[256];
    if (!space_writable(&instance->space, to, size))
        return -EFAULT;
    instance_charge(instance, CHARGE_OUTPUT + size / CHARGE_RANDOM_PER_INSTRUCTION);
    for (uint32_t *done = &instance->call.done; *done < size;) {
        size_t piece = size - *done < sizeof bytes ? (size_t)(size - *done) : sizeof bytes;
        if (!draw(instance, bytes, piece))
            return -EIO;
        memcpy(space_host(&instance->space, to + *done), bytes, piece);
        *done += (uint32_t)piece;
        if (*done % RANDOM_PIECE == 0 && *done < size && personality_pause(instance))
            return PERSONALITY_PAUSED;
    }
    explicit_bzero(bytes, sizeof bytes);
    return 0;
}

/* ---- answers that are always the same ------------------------------------------------------------ */

static int64_t refuse_ebadf(struct mf_instance *instance, const uint64_t *a)
{
    return -EBADF;
}

static int64_t refuse_enoent(struct mf_instance *instance, const uint64_t *a)
{
    return -ENOENT;
}

static int64_t refuse_einval(struct mf_instance *instance, const uint64_t *a)
{
    return -EINVAL;
}

static int64_t refuse_eagain(struct mf_instance *instance, const uint64_t *a)
{
    return -EAGAIN;
}

static int64_t call_nothing(struct mf_instance *instance, const uint64_t *a)
{
    return 0;
}

static int64_t call_getpid(struct mf_instance *instance, const uint64_t *a)
{
    return GUEST_PID;
}

static int64_t call_getuid(struct mf_instance *instance, const uint64_t *a)
{
    return GUEST_UID;
}

/* ---- ends ---------------------------------------------------------------------------------------- */

static int64_t call_exit(struct mf_instance *instance, const uint64_t *a)
{
    instance_stop(instance, MF_STOP_EXITED);
    instance->outcome.exit_code = (int)(a[0] & 0xff);
    return 0;
}

static int64_t deliver(struct mf_instance *instance, uint64_t number)
{
    if (number > 64)
        return -EINVAL;
    bool harmless = number == SIGCHLD || number == SIGCONT || number == SIGURG || number == SIGWINCH;
    bool stops = number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
    bool ignored = number > 0 && (instance->guest.ignored_signals >> (number - 1) & 1) && number != SIGKILL;
    if (number == 0 || harmless || stops || ignored)
        return 0;
    instance_stop(instance, MF_STOP_EXITED);
    instance->outcome.exit_code = 128 + (int)number;
    return 0;
}

static int64_t call_kill(struct mf_instance *instance, const uint64_t *a)
{
    int64_t target = (int32_t)a[0];
    return target == GUEST_PID || target == 0 || target == -1 ? deliver(instance, a[1]) : -ESRCH;
}

static int64_t call_tgkill(struct mf_instance *instance, const uint64_t *a)
{
    return (int32_t)a[0] == GUEST_PID && (int32_t)a[1] == GUEST_PID ? deliver(instance, a[2]) : -ESRCH;
}

/* ---- signals that never come ---------------------------------------------------------------------- */

static int64_t call_rt_sigaction(struct mf_instance *instance, const uint64_t *a)
{
    static const uint64_t no_action[3]; /* handler, flags, mask: riscv64's struct has no restorer */
    uint64_t handler;
    if (a[0] == 0 || a[0] > 64 || a[3] != 8)
        return -EINVAL;
    if (a[1] && !space_readable(&instance->space, a[1], sizeof no_action))
        return -EFAULT;
    if (a[1] && (a[0] == SIGKILL || a[0] == SIGSTOP))
        return -EINVAL;
    uint64_t bit = UINT64_C(1) << (a[0] - 1);
    uint64_t old[3] = {instance->guest.ignored_signals & bit ? 1 : 0, 0, 0};
    if (a[1]) {
        memcpy(&handler, space_host(&instance->space, a[1]), sizeof handler);
        instance->guest.ignored_signals &= ~bit;
        instance->guest.ignored_signals |= handler == 1 ? bit : 0; /* SIG_IGN */
    }
    return a[2] ? personality_give(instance, a[2], old, sizeof old) : 0;
}

static int64_t call_rt_sigprocmask(struct mf_instance *instance, const uint64_t *a)
{
    static const uint64_t empty;
    if (a[3] != 8)
        return -EINVAL;
    if (a[1] && !space_readable(&instance->space, a[1], 8))
        return -EFAULT;
    return a[2] ? personality_give(instance, a[2], &empty, sizeof empty) : 0;
}

static int64_t call_futex(struct mf_instance *instance, const uint64_t *a)
{
    enum { WAIT = 0, WAKE = 1, WAIT_BITSET = 9, WAKE_BITSET = 10, COMMAND = 0x7f };
    switch (a[1] & COMMAND) {
    case WAIT:
    case WAIT_BITSET:
        return -EAGAIN;
    case WAKE:
    case WAKE_BITSET:
        return 0;
    default:
        return -ENOSYS;
    }
}

/* ---- time: coarse, so that it measures nothing of the host ------------------------------------------ */

static int64_t call_clock_gettime(struct mf_instance *instance, const uint64_t *a)
{
    /* CLOCK_REALTIME, _COARSE, _ALARM, CLOCK_TAI; what else there is up to CLOCK_TAI counts from some start */
    bool wall = a[0] == 0 || a[0] == 5 || a[0] == 8 || a[0] == 11;
    if (a[0] > 11 && (int64_t)a[0] >= 0)
        return -EINVAL;
    int64_t now = personality_clock(instance, wall ? clock_wall_coarse : clock_monotonic_coarse);
    int64_t spec[2] = {now / NS_PER_SECOND, now % NS_PER_SECOND};
    return personality_give(instance, a[1], spec, sizeof spec);
}

static int64_t call_clock_getres(struct mf_instance *instance, const uint64_t *a)
{
    int64_t spec[2] = {0, COARSE_NS};
    if (a[0] > 11)
        return -EINVAL;
    return a[1] ? personality_give(instance, a[1], spec, sizeof spec) : 0;
}

static int64_t call_gettimeofday(struct mf_instance *instance, const uint64_t *a)
{
    int64_t now = personality_clock(instance, clock_wall_coarse);
    int64_t value[2] = {now / NS_PER_SECOND, now % NS_PER_SECOND / NS_PER_US};
    int32_t zone[2] = {0, 0};
    int64_t failed = a[0] ? personality_give(instance, a[0], value, sizeof value) : 0;
    return !failed && a[1] ? personality_give(instance, a[1], zone, sizeof zone) : failed;
}

static int64_t call_times(struct mf_instance *instance, const uint64_t *a)
{
    int64_t ticks = personality_clock(instance, clock_monotonic_coarse) / (NS_PER_SECOND / 100);
    int64_t values[4] = {ticks, 0, 0, 0};
    int64_t failed = a[0] ? personality_give(instance, a[0], values, sizeof values) : 0;
    return failed ? failed : ticks;
}

static int64_t call_getrusage(struct mf_instance *instance, const uint64_t *a)
{
    static const uint8_t zeros[144];
    return personality_give(instance, a[1], zeros, sizeof zeros);
}

/* ---- what the system is like ----------------------------------------------------------------------- */

static int64_t call_uname(struct mf_instance *instance, const uint64_t *a)
{
    static const char fields[6][65] = {"Linux", "mayfly", "6.1.0", "Mayfly", "riscv64", "(none)"};
    return personality_give(instance, a[0], fields, sizeof fields);
}

static int64_t call_getcwd(struct mf_instance *instance, const uint64_t *a)
{
    if (a[1] < 2)
        return -ERANGE;
    int64_t failed = personality_give(instance, a[0], "/", 2);
    return failed ? failed : 2;
}

static int64_t call_sched_getaffinity(struct mf_instance *instance, const uint64_t *a)
{
    static const uint64_t mask = 1;
    if (a[1] < sizeof mask)
        return -EINVAL;
    int64_t failed = personality_give(instance, a[2], &mask, sizeof mask);
    return failed ? failed : (int64_t)sizeof mask;
}

static int64_t call_sysinfo(struct mf_instance *instance, const uint64_t *a)
{
    /* struct sysinfo of a 64-bit Linux */
    struct {
        int64_t uptime;
        uint64_t loads[3], total, free, shared, buffers, swap, free_swap;
        uint16_t processes, padding;
        uint32_t padding_2;
        uint64_t total_high, free_high;
        uint32_t unit, padding_3;
    } info = {.uptime = 1, .processes = 1, .unit = 1};
    _Static_assert(sizeof info == 112, "as in Linux");
    info.total = instance->limits->memory;
    info.free = instance->guest.heap_end - instance->guest.heap_mark;
    return personality_give(instance, a[0], &info, sizeof info);
}

static int64_t call_prlimit64(struct mf_instance *instance, const uint64_t *a)
{
    enum { LIMIT_STACK = 3, LIMIT_NOFILE = 7, LIMIT_AS = 9, LIMIT_COUNT = 16 };
    if ((int32_t)a[0] != 0 && (int32_t)a[0] != GUEST_PID)
        return -ESRCH;
    if ((uint32_t)a[1] >= LIMIT_COUNT)
        return -EINVAL;
    if (a[2])
        return -EPERM;
    uint64_t value = UINT64_MAX;
    if (a[1] == LIMIT_STACK)
        value = instance->guest.stack_end - instance->guest.stack_start;
    else if (a[1] == LIMIT_AS)
        value = instance->limits->memory;
    else if (a[1] == LIMIT_NOFILE)
        value = 3;
    uint64_t limits[2] = {value, value};
    return a[3] ? personality_give(instance, a[3], limits, sizeof limits) : 0;
}

static int64_t call_getrandom(struct mf_instance *instance, const uint64_t *a)
{
    uint64_t size = a[1] < 65536 ? a[1] : 65536;
    if (a[2] & ~UINT64_C(7))
        return -EINVAL;
    int64_t failed = personality_random(instance, a[0], size);
    return failed ? failed : (int64_t)size;
}

/* ---- dispatch -------------------------------------------------------------------------------------- */

#define SYSCALL_COUNT 300

static guest_call *const syscalls[SYSCALL_COUNT] = {
#define SYSCALL(number, name, function, documentation) [number] = function,
#include "sandbox/syscalls.def"
#undef SYSCALL
};

static guest_call *const hostcalls[] = {
#define HOSTCALL(number, name, arguments, result, documentation) [number] = hostcall_##name,
#include "mayfly/hostcalls.def"
#undef HOSTCALL
};

static guest_call *find_call(uint64_t number)
{
    if (number < SYSCALL_COUNT)
        return syscalls[number];
    number -= MAYFLY_HOSTCALL_BASE;
    return number < sizeof hostcalls / sizeof hostcalls[0] ? hostcalls[number] : NULL;
}

bool personality_pause(struct mf_instance *instance)
{
    const struct mf_host *host = instance->host;
    if (!instance->program || !host || !host->pause || !host->pause(instance->user))
        return false;
    instance->call.paused = true;
    instance_stop(instance, MF_STOP_FUEL);
    return true;
}

void personality_call(struct mf_instance *instance)
{
    struct cpu *cpu = &instance->cpu;
    guest_call *call = find_call(cpu->x[17]);
    int64_t fuel = cpu->fuel;
    uint64_t charged = instance->charged, debt = instance->debt;
    if (instance->call.paused)
        instance->call.paused = false;
    else
        instance->call = (struct call_progress){0};
    int64_t result = call ? call(instance, &cpu->x[10]) : -ENOSYS;
    if (instance->call.paused) {
        cpu->fuel = fuel;
        instance->charged = charged;
        instance->debt = debt;
    }
    if (instance->stopped)
        return;
    cpu->x[10] = (uint64_t)result;
    cpu->pc += 4;
}
