/* SPDX-License-Identifier: Apache-2.0 */
#include "server/child.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

#define NOBODY 65534 /* where a machine has no user database */

int child_find_user(const char *name, struct child_user *user)
{
    *user = (struct child_user){.change = false};
    if (geteuid() != 0)
        return 0;
    const struct passwd *entry = getpwnam(name);
    if (!entry && strcmp(name, "nobody") != 0)
        return -ENOENT;
    user->user = entry ? entry->pw_uid : NOBODY;
    user->group = entry ? entry->pw_gid : NOBODY;
    user->change = user->user != 0;
    return 0;
}

static _Noreturn void refuse(const char *what)
{
    log_error("cannot begin: %s: %s", what, strerror(errno));
    _exit(1);
}

/* The lowest kept descriptor above `last`; -1: none. */
static int next_kept(const int *keep, size_t count, int last)
{
    int next = -1;
    for (size_t i = 0; i < count; i++)
        if (keep[i] > last && (next < 0 || keep[i] < next))
            next = keep[i];
    return next;
}

static void close_others(const int *keep, size_t count)
{
    for (int last = STDERR_FILENO;;) {
        int next = next_kept(keep, count, last);
        unsigned end = next < 0 ? ~0U : (unsigned)next - 1;
        if ((unsigned)last + 1 <= end)
            close_range((unsigned)last + 1, end, 0);
        if (next < 0)
            return;
        last = next;
    }
}

static void reset_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGINT, SIG_IGN); /* a terminal's Ctrl-C goes to the whole group; the supervisor decides */
}

void child_make_namespaces(struct child_user *user)
{
    int error = namespaces_make(&user->namespaces);
    user->apart = error == 0;
    if (error)
        log_warning(
            "workers, builders and compilers are not in namespaces of their own, for the kernel refuses them (%s); "
            "what they may do is bounded by their user and their filter of system calls",
            strerror(-error));
}

/* Where it was possible at the start; should it fail now, the rest of the walls stands. */
static void leave_the_world(const struct child_user *user, enum child_files files)
{
#ifdef MAYFLY_SANITIZE
    files = CHILD_WITH_FILES; /* reports name their lines */
#endif
    int error = user->apart ? namespaces_join(&user->namespaces, files == CHILD_WITHOUT_FILES) : 0;
    if (error)
        log_warning("this process is not in the namespaces that it should be in: %s", strerror(-error));
}

static void become(const struct child_user *user)
{
    if (user->change && (setgroups(0, NULL) != 0 || setresgid(user->group, user->group, user->group) != 0 ||
                         setresuid(user->user, user->user, user->user) != 0))
        refuse("becoming an unprivileged user");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        refuse("no_new_privs");
#ifdef MAYFLY_SANITIZE
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* the leak checker looks into the process at its end */
#else
    /* A core would hold the memory of all tenants. */
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        refuse("no core files");
#endif
}

void child_begin(const char *role, enum child_files files, pid_t parent, const struct child_user *user, const int *keep,
                 size_t keep_count)
{
    log_set_role(role);
    leave_the_world(user, files);
    close_others(keep, keep_count);
    reset_signals();
    become(user);
    /* After the change of user, which clears it. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
        refuse("dying with the supervisor");
    if (getppid() != parent)
        _exit(1); /* it is gone already */
}

void child_describe(int status, char *out, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(out, size, "signal %d (%s)%s", WTERMSIG(status), strsignal(WTERMSIG(status)),
                 WTERMSIG(status) == SIGSYS ? ", a system call that it may not use" : "");
    else
        snprintf(out, size, "exit code %d", WEXITSTATUS(status));
}
