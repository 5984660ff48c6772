/* SPDX-License-Identifier: Apache-2.0
 *
 * Singles in their boxes: NaNs that are made in loops and seen in all ways, operands without a box, and a loop that is
 * jumped into, from another function, with a register that holds none where all ways within its function have one.
 */
#include <stdint.h>
#include <stdio.h>

#define COUNT 9

static float numbers[COUNT];

uint64_t sum_singles(const float *from, long count);
uint64_t jump_in(const float *from, long count, uint64_t sum);

/* The second function takes the first one's loop from a word that anybody might change, so it is no place where a
 * function begins. */
__asm__(".data\n.balign 8\nloop_at: .dword .Lsingles\n"
        ".text\n.globl sum_singles\n.type sum_singles, @function\n"
        "sum_singles: fmv.w.x fa5, zero\n"
        ".Lsingles: flw ft0, 0(a0)\n addi a0, a0, 4\n addi a1, a1, -1\n fadd.s fa5, fa5, ft0\n"
        " bnez a1, .Lsingles\n fmv.x.d a0, fa5\n ret\n"
        ".size sum_singles, . - sum_singles\n"
        ".globl jump_in\n.type jump_in, @function\n"
        "jump_in: fmv.d.x fa5, a2\n lla t0, loop_at\n ld t0, 0(t0)\n jr t0\n"
        ".size jump_in, . - jump_in\n");

/* Differences of infinities, in a loop of several blocks; all that is made is seen in another way. */
static __attribute__((noinline)) uint64_t see(const float *from, long count, int how)
{
    uint64_t total = 0;
    for (long i = 0; i < count; i++) {
        uint64_t seen;
        float made = from[i] - numbers[COUNT - 1];
        if (how & 1)
            made *= 0.5f;
        switch (how >> 1) {
        case 0:
            __asm__("fmv.x.d %0, %1" : "=r"(seen) : "f"(made));
            break;
        case 1:
            __asm__("fmv.x.w %0, %1" : "=r"(seen) : "f"(made));
            break;
        case 2:
            __asm__("fsgnjn.s ft0, %1, %1\n fmv.x.d %0, ft0" : "=r"(seen) : "f"(made) : "ft0");
            break;
        case 3:
            __asm__("fcvt.d.s ft0, %1\n fmv.x.d %0, ft0" : "=r"(seen) : "f"(made) : "ft0");
            break;
        case 4:
            __asm__("fadd.d ft0, %1, %1\n fmv.x.d %0, ft0" : "=r"(seen) : "f"(made) : "ft0");
            break;
        case 5:
            __asm__("fcvt.w.s %0, %1, rtz" : "=r"(seen) : "f"(made));
            break;
        case 6:
            __asm__("fmax.s ft0, %1, %2\n fmv.x.d %0, ft0" : "=r"(seen) : "f"(made), "f"(from[0]) : "ft0");
            break;
        case 7:
            __asm__("feq.s %0, %1, %1\n fmadd.s ft0, %1, %1, %1\n fmv.x.d t0, ft0\n add %0, %0, t0"
                    : "=&r"(seen)
                    : "f"(made)
                    : "ft0", "t0");
            break;
        case 8:
            seen = made < 1 ? 1 : made > 1 ? 2 : 3;
            break;
        default: /* no box */
            __asm__("fcvt.d.s ft0, %1\n fadd.s ft1, ft0, %1\n fmv.x.d %0, ft1" : "=r"(seen) : "f"(made) : "ft0", "ft1");
        }
        total = total * 31 + seen;
    }
    return total;
}

int main(void)
{
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < COUNT; i++)
            numbers[i] = (float)i * 0.75f + (float)round;
        if (round > 0)
            numbers[COUNT / 2] = numbers[COUNT - 1] = __builtin_inff();
        if (round > 1)
            numbers[COUNT / 2] = -numbers[COUNT / 2];
        for (long count = 1; count <= COUNT; count++) {
            uint64_t boxed = UINT64_C(0xffffffff3fc00000), bare = UINT64_C(0x3ff800003fc00000);
            printf("%016lx ", sum_singles(numbers, count));
            printf("%016lx %016lx\n", jump_in(numbers, count, boxed), jump_in(numbers, count, bare));
        }
        for (int how = 0; how < 20; how++)
            printf("%d: %016lx\n", how, see(numbers, COUNT, how));
    }
    return 0;
}
