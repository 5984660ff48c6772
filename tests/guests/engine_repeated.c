/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes an address of all that a program hears from its host, prints it, and loads from there, which faults. An engine
 * that runs a part of it again must hear the same again, and print nothing twice.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin
 */
#include "engine_raw.h"

#define LAST_PAGE 0xfffff000u /* never mapped */

static void print_hexadecimal(uint32_t value)
{
    enum { SYS_WRITE = 64 };
    char text[9];
    for (unsigned i = 0; i < 8; i++)
        text[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
    text[8] = '\n';
    raw_call(SYS_WRITE, 1, (long)text, sizeof text, 0, 0);
}

/* More than a host remembers for a repetition. */
static void hear_too_much(void)
{
    for (unsigned i = 0; i < 9000; i++)
        __asm__ volatile("rdtime a0" ::: "a0");
}

static uint32_t hear(void)
{
    enum { SYS_READ = 63, SYS_CLOCK_GETTIME = 113 };
    uint64_t noise[40], time[2], ticks, sum = 0;
    uint8_t input[16] = {0};

    raw_call(SYS_GETRANDOM, (long)noise, sizeof noise, 0, 0, 0);
    raw_call(SYS_CLOCK_GETTIME, 0, (long)time, 0, 0, 0);
    __asm__ volatile("rdtime %0" : "=r"(ticks));
    raw_call(SYS_READ, 0, (long)input, sizeof input, 0, 0);
    for (unsigned i = 0; i < 40; i++)
        sum = sum * 31 + noise[i];
    for (unsigned i = 0; i < 16; i++)
        sum = sum * 31 + input[i];
    return (uint32_t)(sum * 31 + time[1] + ticks);
}

void guest_main(void)
{
    if (raw_stack[0] > 1)
        hear_too_much();
    uint32_t address = LAST_PAGE | (hear() & 0xff8);
    print_hexadecimal(address);
    (void)*(volatile uint8_t *)(uintptr_t)address;
    raw_call(SYS_EXIT, 1, 0, 0, 0, 0);
}
