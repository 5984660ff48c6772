/* SPDX-License-Identifier: Apache-2.0
 *
 * Each case is a process of its own that confines itself, tries one thing, and ends well or is killed for it.
 */
#include "confine/confine.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define READ_EXECUTE (PROT_READ | PROT_EXEC)

static int file;   /* a memfd with a page of bytes */
static void *page; /* anonymous, writable */

static bool mapped(int protection, int flags, int descriptor)
{
    return mmap(NULL, 4096, protection, flags, descriptor, 0) != MAP_FAILED;
}

static bool map_native(void)
{
    return mapped(READ_EXECUTE, MAP_PRIVATE, file);
}

static bool map_anonymous(void)
{
    return mapped(READ_EXECUTE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static bool map_shared(void)
{
    return mapped(READ_EXECUTE, MAP_SHARED, file);
}

static bool map_all(void)
{
    return mapped(READ_EXECUTE | PROT_WRITE, MAP_PRIVATE, file);
}

static bool map_execute_only(void)
{
    return mapped(PROT_EXEC, MAP_PRIVATE, file);
}

static bool protect(void)
{
    return mprotect(page, 4096, READ_EXECUTE) == 0;
}

static bool make_file(void)
{
    return memfd_create("code", MFD_CLOEXEC) >= 0;
}

static bool open_file(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool connect_out(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool execute(void)
{
    return execl("/bin/true", "true", (char *)NULL) == 0;
}

static bool fork_another(void)
{
    return fork() >= 0;
}

static bool signal_parent(void)
{
    return kill(getppid(), 0) == 0;
}

static bool write_output(void)
{
    return ftruncate(file, 8192) == 0 && pwrite(file, "code", 4, 4096) == 4;
}

static bool use_memory(void)
{
    return mapped(PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1) && mprotect(page, 4096, PROT_READ) == 0;
}

enum { WORKER = 1, BUILDER = 2, COMPILER = 4, NOBODY = 0, ALL = WORKER | BUILDER | COMPILER };

static const struct {
    const char *what;
    bool (*try)(void);
    int who; /* may */
} cases[] = {
    {"use memory", use_memory, ALL},
    {"map a file's bytes to execute them", map_native, WORKER},
    {"map memory that it may write later, to execute it", map_anonymous, NOBODY},
    {"map a file that others may write, to execute it", map_shared, NOBODY},
    {"map to write and execute", map_all, NOBODY},
    {"map to execute, but not to read", map_execute_only, NOBODY},
    {"make what was written executable", protect, NOBODY},
    {"make a file to execute", make_file, BUILDER},
    {"write to a file that it has", write_output, BUILDER | COMPILER},
    {"open a file", open_file, NOBODY},
    {"open a socket", connect_out, NOBODY},
    {"run a program", execute, NOBODY},
    {"start a process", fork_another, NOBODY},
    {"signal the server", signal_parent, NOBODY},
};

static const struct {
    const char *name;
    int role;
    int (*confine)(void);
} roles[] = {{"a worker", WORKER, confine_worker},
             {"a builder", BUILDER, confine_builder},
             {"a compiler", COMPILER, confine_compiler}};

/* Its status, as of waitpid. */
static int attempt(int (*confine)(void), bool (*try)(void))
{
    int status;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const struct rlimit none = {0, 0};
        bool ready = !setrlimit(RLIMIT_CORE, &none) && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !confine();
        _exit(ready ? !try() : 2);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void test_roles(void **state)
{
#ifdef MAYFLY_SANITIZE
    print_message("the sanitizer build runs without filters\n");
    skip();
#endif
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            int status = attempt(roles[r].confine, cases[c].try);
            bool did = WIFEXITED(status) && WEXITSTATUS(status) == 0;
            bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
            bool may = cases[c].who & roles[r].role;
            if (may ? !did : !killed)
                fail_msg("%s %s '%s': status 0x%x", roles[r].name, may ? "cannot" : "is not killed when it tries to",
                         cases[c].what, (unsigned)status);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_roles)};
    file = memfd_create("page", MFD_CLOEXEC);
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (file < 0 || ftruncate(file, 4096) || page == MAP_FAILED)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
