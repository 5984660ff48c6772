/* SPDX-License-Identifier: Apache-2.0
 *
 * What a sandbox must not give: files, network, processes, signals, threads. Checks itself.
 * flags: -D_GNU_SOURCE
 * engine-only: qemu would pass these calls to the host. None of them does harm if it should get through.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

/* Each of these has to fail with an errno and go on. */
static void refused(const char *name, long result)
{
    if (result != -1 || errno == 0) {
        printf("%s: got %ld, errno %d\n", name, result, errno);
        failures++;
    }
    errno = 0;
}

static void *thread(void *argument)
{
    return argument;
}

static void files(void)
{
    char buffer[16];
    struct stat status;
    refused("open", open("/etc/passwd", O_RDONLY));
    refused("creat", open("/tmp/mayfly-guest", O_RDWR | O_CREAT, 0600));
    refused("stat", stat("/", &status));
    refused("mkdir", mkdir("/tmp/mayfly-guest", 0700));
    refused("unlink", unlink("/tmp/mayfly-guest"));
    refused("chdir", chdir("/"));
    refused("readlink", readlink("/proc/self/cwd", buffer, sizeof(buffer)));
    refused("pipe", pipe((int[2]){0, 0}));
    refused("memfd", memfd_create("x", 0));
    refused("read 3", read(3, buffer, 1));
    refused("write 3", write(3, buffer, 1));
    refused("file mapping", mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 1, 0) == MAP_FAILED ? -1 : 0);
}

static void processes(void)
{
    char *const arguments[] = {(char[]){"true"}, NULL};
    refused("fork", fork());
    refused("execve", execve("/bin/true", arguments, arguments));
    refused("kill", kill(2, 0));
    refused("kill a group", kill(-2, 0));
    refused("wait", wait(NULL));
    refused("ptrace", syscall(SYS_ptrace, 0, 0, 0, 0));
    pthread_t id;
    int error = pthread_create(&id, NULL, thread, NULL);
    errno = error;
    refused("thread", error ? -1 : 0);
    refused("clone", syscall(SYS_clone, 0x100, 0, 0, 0, 0));
}

static void network_and_others(void)
{
    struct sockaddr address = {.sa_family = AF_INET};
    refused("socket", socket(AF_INET, SOCK_STREAM, 0));
    refused("unix socket", socket(AF_UNIX, SOCK_STREAM, 0));
    refused("connect", connect(0, &address, sizeof(address)));
    refused("bpf", syscall(SYS_bpf, 0, 0, 0));
    refused("io_uring", syscall(SYS_io_uring_setup, 1, 0));
    refused("userfaultfd", syscall(SYS_userfaultfd, 0));
    refused("no such call", syscall(99999));
    refused("negative call", syscall(-1));
    refused("executable",
            mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
                                                                                                                   : 0);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    refused("made executable", mprotect(page, 4096, PROT_READ | PROT_EXEC));
    refused("far mapping",
            mmap((void *)(1ul << 40), 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED
                ? -1
                : 0);
    refused("huge mapping",
            mmap(NULL, 1ul << 40, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
    refused("bad pointer", syscall(SYS_write, 1, 0x10, 10));
    refused("bad vector", syscall(SYS_writev, 1, (void *)0x10, 2));
    refused("wrapping pointer", syscall(SYS_write, 1, 0xffffff00, 0x200));
}

int main(void)
{
    errno = 0;
    files();
    processes();
    network_and_others();
    if (failures == 0)
        printf("ok\n");
    return failures != 0;
}
