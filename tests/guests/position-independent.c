/* SPDX-License-Identifier: Apache-2.0
 *
 * A static PIE without a C library: its own start, its own relocation, raw system calls. Debian's cross C library has
 * no rcrt1.o to make one with.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fPIE -static-pie -Wl,--no-dynamic-linker -fno-builtin
 */
#include <elf.h>
#include <stddef.h>
#include <stdint.h>

extern const Elf64_Dyn _DYNAMIC[] __attribute__((visibility("hidden")));
extern const char __ehdr_start[] __attribute__((visibility("hidden")));

__asm__(".globl _start\n"
        "_start:\n"
        ".option push\n.option norelax\n"
        "lla gp, __global_pointer$\n"
        ".option pop\n"
        "mv a0, sp\n"
        "andi sp, sp, -16\n"
        "call start\n");

static long call(long number, long a, long b, long c)
{
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

/* Applies R_RISCV_RELATIVE; until then no pointer in data is good. */
static unsigned long relocate(uintptr_t base)
{
    const Elf64_Rela *entries = NULL;
    size_t size = 0;
    for (const Elf64_Dyn *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_RELA)
            entries = (const Elf64_Rela *)(base + d->d_un.d_ptr);
        if (d->d_tag == DT_RELASZ)
            size = d->d_un.d_val;
    }
    unsigned long count = size / sizeof(*entries);
    for (unsigned long i = 0; i < count; i++)
        if (ELF64_R_TYPE(entries[i].r_info) == R_RISCV_RELATIVE)
            *(uintptr_t *)(base + entries[i].r_offset) = base + (uintptr_t)entries[i].r_addend;
    return count;
}

static const char *const words[] = {"relocated ", "pointers ", "work\n"};
static const char *const *volatile table = words;
static volatile int zeroed[5000];

static size_t length(const char *text)
{
    size_t n = 0;
    while (text[n])
        n++;
    return n;
}

__attribute__((used)) void start(const long *stack)
{
    uintptr_t base = (uintptr_t)__ehdr_start;
    unsigned long count = relocate(base);
    for (int i = 0; i < 3; i++)
        call(64, 1, (long)table[i], (long)length(table[i]));

    long argc = stack[0];
    const char *const *argv = (const char *const *)(stack + 1);
    for (long i = 1; i < argc; i++) {
        call(64, 1, (long)argv[i], (long)length(argv[i]));
        call(64, 1, (long)"\n", 1);
    }
    const long *at = stack + 1 + argc + 1;
    while (*at)
        at++;
    uintptr_t headers = 0, entry = 0;
    for (at++; *at; at += 2) {
        if (*at == 3)
            headers = (uintptr_t)at[1];
        if (*at == 9)
            entry = (uintptr_t)at[1];
    }
    extern char _start[];
    int sum = 0;
    for (int i = 0; i < 5000; i++)
        sum += zeroed[i];
    zeroed[4999] = 1;
    int good =
        count > 0 && base % 4096 == 0 && headers == base + sizeof(Elf64_Ehdr) && entry == (uintptr_t)_start && sum == 0;
    call(64, 1, (long)(good ? "good\n" : "bad\n"), good ? 5 : 4);
    call(93, good ? 0 : 1, 0, 0);
    __builtin_trap();
}
