/* SPDX-License-Identifier: Apache-2.0
 *
 * What a program sees of its start: arguments, environment, auxiliary vector, alignment of the stack.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    printf("argc %d, argv[argc] %s\n", argc, argv[argc] ? "set" : "NULL");
    for (int i = 1; i < argc; i++)
        printf("argv[%d] '%s' %zu\n", i, argv[i], strlen(argv[i]));
    printf("environ %s\n", environ && environ[0] ? environ[0] : "empty");
    printf("getenv %s\n", getenv("NOT_THERE") ? "set" : "NULL");
    setenv("NAME", "value", 1);
    printf("setenv %s\n", getenv("NAME"));
    unsetenv("NAME");
    printf("unsetenv %s\n", getenv("NAME") ? "set" : "NULL");
    printf("page size %lu %ld\n", getauxval(AT_PAGESZ), sysconf(_SC_PAGESIZE));
    printf("random bytes %s\n", getauxval(AT_RANDOM) ? "given" : "missing");
    printf("program headers %lu of %lu\n", (unsigned long)(getauxval(AT_PHNUM) > 0), getauxval(AT_PHENT));
    printf("entry %s\n", getauxval(AT_ENTRY) ? "given" : "missing");
    printf("stack %lu\n", (unsigned long)((uintptr_t)__builtin_frame_address(0) % 16));
    return 0;
}
