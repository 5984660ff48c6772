/* SPDX-License-Identifier: Apache-2.0 */
#include "machine/fault.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "machine/interp.h"

/* A signal handler has no other way to its data: what was installed before (written under the lock, before the handler
 * that reads it is installed), and the guard at work. */
static struct sigaction previous_segv, previous_bus;
static pthread_mutex_t install_lock = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local struct fault_guard *current;

static void report_and_die(int signal_number, const siginfo_t *info)
{
    char line[160];
    int size = snprintf(line, sizeof line,
                        "mayfly: internal error: signal %d at host address %p, which is no guest's memory\n",
                        signal_number, info->si_addr);
    if (write(STDERR_FILENO, line, (size_t)size) < 0)
        size = 0; /* nowhere to say it */
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal_number, &action, NULL);
    raise(signal_number);
}

static void pass_on(int signal_number, siginfo_t *info, void *context)
{
    const struct sigaction *previous = signal_number == SIGSEGV ? &previous_segv : &previous_bus;
    if (previous->sa_flags & SA_SIGINFO)
        previous->sa_sigaction(signal_number, info, context);
    else if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN)
        previous->sa_handler(signal_number);
    else
        report_and_die(signal_number, info);
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    struct fault_guard *guard = current;
    uintptr_t at = (uintptr_t)info->si_addr;
    /* An access may end behind the last guest address, and native code adds small offsets without wrapping around: no
     * guest address within a page of either end is ever mapped, so it faults as well as the address modulo 2^32 would.
     */
    if (!guard || info->si_code <= 0 ||
        at - (uintptr_t)guard->space->base + SPACE_PAGE >= SPACE_SIZE + 2 * SPACE_PAGE) {
        pass_on(signal_number, info, context);
        return;
    }
    int saved = errno;
    uint32_t address = (uint32_t)(at - (uintptr_t)guard->space->base);
    bool learned = signal_number == SIGSEGV && writeset_learn(guard->space, address);
    errno = saved;
    if (learned)
        return;
    guard->address = address;
    if (guard->in_guest) {
        interp_fault_context(context);
        if (guard->escaping)
            guard->escaping(guard, context);
    }
    siglongjmp(guard->escape, 1);
}

static int install(int signal_number, struct sigaction *previous)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER}, now;
    sigemptyset(&action.sa_mask);
    if (sigaction(signal_number, NULL, &now))
        return -errno;
    if ((now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_fault)
        return 0;
    *previous = now;
    return sigaction(signal_number, &action, NULL) ? -errno : 0;
}

int fault_install(void)
{
    int failed = pthread_mutex_lock(&install_lock);
    if (failed)
        return -failed;
    failed = install(SIGSEGV, &previous_segv);
    if (!failed)
        failed = install(SIGBUS, &previous_bus);
    pthread_mutex_unlock(&install_lock);
    return failed;
}

void fault_enter(struct fault_guard *guard, struct space *space)
{
    guard->space = space;
    guard->in_guest = false;
    guard->outer = current;
    current = guard;
}

void fault_leave(struct fault_guard *guard)
{
    CHECK(current == guard);
    current = guard->outer;
}
