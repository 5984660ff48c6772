/* SPDX-License-Identifier: Apache-2.0
 *
 * Code that is dear to decode, to hold or to translate: a million blocks of one instruction, and jumps into any of
 * them.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin
 */
#include "hostile_raw.h"

#define BLOCKS 1000000ul

extern char bomb[], bomb_end[];

__asm__(".text\n"
        "bomb: .option push\n.option arch, +c\n"
        ".rept 1000000\nc.j .+2\n.endr\n"
        "bomb_end: ret\n"
        ".option pop\n");

static void through_all(void)
{
    REQUIRE(bomb_end - bomb == 2 * BLOCKS);
    ((void (*)(void))(uintptr_t)bomb)();
}

static void into_any(void)
{
    uint64_t seed = 4711;
    for (int i = 0; i < 40; i++)
        ((void (*)(void))((uintptr_t)bomb + 2 * (raw_random(&seed) % BLOCKS)))();
}

CASE(a_million_blocks, ok, through_all())
CASE(a_million_entries, limit, for (;;) into_any())
