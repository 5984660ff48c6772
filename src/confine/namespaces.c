/* SPDX-License-Identifier: Apache-2.0 */
#include "confine/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the order in which they are joined. None of processes: that would be for children, which no role may have. */
static const struct {
    const char *name;
    int flag;
} kinds[NAMESPACES] = {
    {"user", CLONE_NEWUSER}, {"net", CLONE_NEWNET}, {"ipc", CLONE_NEWIPC}, {"uts", CLONE_NEWUTS}, {"mnt", CLONE_NEWNS},
};

/* Root needs no user namespace for the others. */
static bool is_wanted(size_t kind)
{
    return kinds[kind].flag != CLONE_NEWUSER || geteuid() != 0;
}

/* A file system without a file, which nobody can write to, in place of all others. */
static int empty_root(void)
{
    const char *place = "/proc"; /* is there, and is looked at no more */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("nothing", place, "tmpfs", MS_RDONLY | MS_NOEXEC | MS_NOSUID | MS_NODEV, "size=4k,mode=555") != 0 ||
        chdir(place) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0)
        return -errno;
    return 0;
}

/* A user namespace gives all capabilities in it to who comes. */
static int drop_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    return syscall(SYS_capset, &head, none) != 0 ? -errno : 0;
}

/* ---- making ---------------------------------------------------------------------------------------- */

static int make(void)
{
    int flags = 0;
    for (size_t i = 0; i < NAMESPACES; i++)
        flags |= is_wanted(i) ? kinds[i].flag : 0;
    /* Dumpable, or its parent may not open what it has made. */
    if (unshare(flags) != 0 || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0)
        return -errno;
    return empty_root();
}

/* The child that has made them, which waits for its end; *result is as make()'s. -errno. */
static pid_t start_maker(int *result)
{
    int ends[2];
    int8_t said;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -errno;
    pid_t pid = fork();
    if (pid == 0) {
        said = (int8_t)make();
        if (write(ends[1], &said, 1) == 1)
            pause();
        _exit(0);
    }
    int error = pid < 0 ? -errno : 0;
    close(ends[1]);
    *result = pid > 0 && read(ends[0], &said, 1) == 1 ? said : -ECHILD;
    close(ends[0]);
    return error ? error : pid;
}

static int open_those_of(pid_t pid, struct namespaces *namespaces)
{
    for (size_t i = 0; i < NAMESPACES; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, kinds[i].name);
        if (is_wanted(i) && (namespaces->descriptors[i] = open(path, O_RDONLY | O_CLOEXEC)) < 0)
            return -errno;
    }
    return 0;
}

int namespaces_make(struct namespaces *namespaces)
{
    int error;
    for (size_t i = 0; i < NAMESPACES; i++)
        namespaces->descriptors[i] = -1;
    pid_t pid = start_maker(&error);
    if (pid < 0)
        return (int)pid;
    if (!error)
        error = open_those_of(pid, namespaces);
    if (error)
        namespaces_close(namespaces);
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return error;
}

void namespaces_close(struct namespaces *namespaces)
{
    for (size_t i = 0; i < NAMESPACES; i++) {
        if (namespaces->descriptors[i] >= 0)
            close(namespaces->descriptors[i]);
        namespaces->descriptors[i] = -1;
    }
}

/* ---- joining --------------------------------------------------------------------------------------- */

int namespaces_join(const struct namespaces *namespaces, bool without_files)
{
    int error = 0;
    for (size_t i = 0; i < NAMESPACES && !error; i++) {
        bool stays = kinds[i].flag == CLONE_NEWNS && !without_files;
        if (namespaces->descriptors[i] >= 0 && !stays && setns(namespaces->descriptors[i], kinds[i].flag) != 0)
            error = -errno;
    }
    int kept = is_wanted(0) ? drop_capabilities() : 0;
    return error ? error : kept;
}
