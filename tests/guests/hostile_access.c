/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads, stores and atomics at every address that they should not reach, and at the last byte that they may.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin
 */
#include "hostile_raw.h"

#define ACCESS(code, address) __asm__ volatile(code ::"r"(hidden(address)) : "t0", "ft0", "memory")
#define LOADED(width, value)                                                                                           \
    ({                                                                                                                 \
        uint64_t got;                                                                                                  \
        __asm__ volatile(width " %0, 0(%1)" : "=r"(got) : "r"(hidden(value)) : "memory");                              \
        got;                                                                                                           \
    })

/* Every kind of access at one place. AMO and SC are stores in what they need of a page, LR is a load. */
#define LOADS(where, end, address)                                                                                     \
    CASE(lb_##where, end, ACCESS("lb t0, 0(%0)", address))                                                             \
    CASE(lhu_##where, end, ACCESS("lhu t0, 0(%0)", address))                                                           \
    CASE(lw_##where, end, ACCESS("lw t0, 0(%0)", address))                                                             \
    CASE(ld_##where, end, ACCESS("ld t0, 0(%0)", address))                                                             \
    CASE(flw_##where, end, ACCESS("flw ft0, 0(%0)", address))                                                          \
    CASE(fld_##where, end, ACCESS("fld ft0, 0(%0)", address))
#define STORES(where, end, address)                                                                                    \
    CASE(sb_##where, end, ACCESS("sb t0, 0(%0)", address))                                                             \
    CASE(sh_##where, end, ACCESS("sh t0, 0(%0)", address))                                                             \
    CASE(sw_##where, end, ACCESS("sw t0, 0(%0)", address))                                                             \
    CASE(sd_##where, end, ACCESS("sd t0, 0(%0)", address))                                                             \
    CASE(fsw_##where, end, ACCESS("fsw ft0, 0(%0)", address))                                                          \
    CASE(fsd_##where, end, ACCESS("fsd ft0, 0(%0)", address))
#define ATOMICS(where, end, address)                                                                                   \
    CASE(amoadd_w_##where, end, ACCESS("amoadd.w t0, t0, (%0)", address))                                              \
    CASE(amoswap_d_##where, end, ACCESS("amoswap.d t0, t0, (%0)", address))
#define ALL(where, address) LOADS(where, load, address) STORES(where, store, address) ATOMICS(where, store, address)

static uint64_t data[2 * PAGE / 8] __attribute__((aligned(4096)));
static const uint64_t constant[4] = {1, 2, 3, 4};

static void code(void)
{
    __asm__ volatile(".option push\n.option norvc\nnop\nnop\n.option pop");
}

/* Never mapped, and below the stack. */
static uintptr_t behind_the_segments(void)
{
    extern char _end[];
    return hidden(((uintptr_t)_end + PAGE - 1) & -PAGE);
}

ALL(null, 0)
ALL(lowest, 0xfff8)                /* the last that is never mapped at the bottom */
ALL(highest, 0xffff0000)           /* and the first at the top */
ALL(wrapped_null, GIB4)            /* 32 bits wide: null again */
ALL(far, UINT64_C(0x123400000008)) /* over 4 GiB */
LOADS(last_byte, load, 0xffffffff) /* would end behind 4 GiB */
STORES(last_byte, store, 0xffffffff)
LOADS(negative, load, (uint64_t)-8)
STORES(negative, store, (uint64_t)-8)
STORES(code, store, (uintptr_t)code)
ATOMICS(code, store, (uintptr_t)code & ~7ul)
STORES(constant, store, (uintptr_t)constant)
ATOMICS(constant, store, (uintptr_t)constant)

/* Offsets that leave the address space, or come back into it. */
CASE(offset_below, load, ACCESS("ld t0, -2048(%0)", 0))
CASE(offset_above, load, ACCESS("ld t0, 2047(%0)", 0xfffffff8))
CASE(offset_wraps_to_null, load, ACCESS("ld t0, 8(%0)", 0xfffffff8))
CASE(store_offset_wraps, store, ACCESS("sd t0, 2040(%0)", 0xfffffff8))
CASE(compressed_offset, load, __asm__ volatile("li a5, -8\nc.ld a4, 8(a5)" ::: "a4", "a5"))
CASE(high_bits_are_ignored, ok, data[0] = 77; REQUIRE(LOADED("ld", (uintptr_t)data | UINT64_C(0xdeadbeef) << 32) == 77))
CASE(high_store, ok, ACCESS("li t0, 5\nsd t0, 0(%0)", (uintptr_t)data | GIB4 << 20); REQUIRE(data[0] == 5))
CASE(wraps_into_data, ok, data[0] = 78; REQUIRE(LOADED("ld", (uintptr_t)data - GIB4) == 78))
CASE(high_atomic, ok, data[0] = 1; ACCESS("li t0, 4\namoadd.d t0, t0, (%0)", (uintptr_t)data | GIB4);
     REQUIRE(data[0] == 5))
CASE(high_stack, ok,
     __asm__ volatile("li t0, 1\nslli t0, t0, 32\nadd sp, sp, t0\nsd t0, -8(sp)\nsub sp, sp, t0" ::
                          : "t0", "memory"))

/* The last bytes of an island, and one beyond. */
CASE(last_load, ok, char *page = island(READ); REQUIRE(LOADED("lbu", (uintptr_t)page + PAGE - 1) == 255))
CASE(last_double, ok, REQUIRE(LOADED("ld", (uintptr_t)island(READ) + PAGE - 8) == UINT64_C(0xfffefdfcfbfaf9f8)))
CASE(last_store, ok, ACCESS("sd t0, 0(%0)", (uintptr_t)island(READ | WRITE) + PAGE - 8))
LOADS(behind, load, (uintptr_t)island(READ) + PAGE)
STORES(behind, store, (uintptr_t)island(READ | WRITE) + PAGE)
LOADS(before, load, (uintptr_t)island(READ) - 8)
STORES(before, store, (uintptr_t)island(READ | WRITE) - 8)
CASE(lh_straddles, load, ACCESS("lh t0, 0(%0)", (uintptr_t)island(READ) + PAGE - 1))
CASE(lw_straddles, load, ACCESS("lw t0, 0(%0)", (uintptr_t)island(READ) + PAGE - 2))
CASE(ld_straddles, load, ACCESS("ld t0, 0(%0)", (uintptr_t)island(READ) + PAGE - 7))
CASE(fld_straddles, load, ACCESS("fld ft0, 0(%0)", (uintptr_t)island(READ) + PAGE - 4))
CASE(sh_straddles, store, ACCESS("sh t0, 0(%0)", (uintptr_t)island(READ | WRITE) + PAGE - 1))
CASE(sd_straddles, store, ACCESS("sd t0, 0(%0)", (uintptr_t)island(READ | WRITE) + PAGE - 1))
CASE(fsd_straddles, store, ACCESS("fsd ft0, 0(%0)", (uintptr_t)island(READ | WRITE) + PAGE - 6))
CASE(ld_straddles_the_start, load, ACCESS("ld t0, 0(%0)", (uintptr_t)island(READ) - 1))
CASE(sd_straddles_the_start, store, ACCESS("sd t0, 0(%0)", (uintptr_t)island(READ | WRITE) - 7))
CASE(straddles_inside, ok, ACCESS("sd %0, 0(%0)", (uintptr_t)data + PAGE - 3);
     REQUIRE(LOADED("ld", (uintptr_t)data + PAGE - 3) == (uintptr_t)data + PAGE - 3))
CASE(straddles_into_read_only, store, call3(SYS_MPROTECT, (uintptr_t)data + PAGE, PAGE, READ);
     ACCESS("sd t0, 0(%0)", (uintptr_t)data + PAGE - 4))
CASE(straddles_into_nothing, load, call3(SYS_MPROTECT, (uintptr_t)data + PAGE, PAGE, 0);
     ACCESS("ld t0, 0(%0)", (uintptr_t)data + PAGE - 4))

/* What was taken away is away at once. */
CASE(store_after_protect, store, char *page = island(READ | WRITE); call3(SYS_MPROTECT, (uintptr_t)page, PAGE, READ);
     ACCESS("sd t0, 0(%0)", (uintptr_t)page))
CASE(load_after_protect, load, char *page = island(READ | WRITE); call3(SYS_MPROTECT, (uintptr_t)page, PAGE, 0);
     ACCESS("ld t0, 0(%0)", (uintptr_t)page))
CASE(load_after_unmap, load, char *page = island(READ | WRITE); call3(SYS_MUNMAP, (uintptr_t)page, PAGE, 0);
     ACCESS("ld t0, 0(%0)", (uintptr_t)page))
CASE(store_after_unmap, store, char *page = island(READ | WRITE); call3(SYS_MUNMAP, (uintptr_t)page, PAGE, 0);
     ACCESS("sd t0, 0(%0)", (uintptr_t)page))
CASE(own_data_protected, store, call3(SYS_MPROTECT, (uintptr_t)data, PAGE, READ);
     ACCESS("sd t0, 0(%0)", (uintptr_t)data))
CASE(reserved_only, load, ACCESS("ld t0, 0(%0)", (uintptr_t)map(PAGE, 0)))

/* Atomics: misaligned before anything else, then as loads and stores. */
CASE(amo_misaligned, atomic, ACCESS("amoadd.d t0, t0, (%0)", (uintptr_t)data + 4))
CASE(amo_w_misaligned, atomic, ACCESS("amoadd.w t0, t0, (%0)", (uintptr_t)data + 2))
CASE(lr_misaligned, atomic, ACCESS("lr.d t0, (%0)", (uintptr_t)data + 1))
CASE(sc_misaligned, atomic, ACCESS("sc.w t0, t0, (%0)", (uintptr_t)data + 3))
CASE(amo_misaligned_nowhere, atomic, ACCESS("amoadd.d t0, t0, (%0)", 4))
CASE(amo_straddles, atomic, ACCESS("amoadd.d t0, t0, (%0)", (uintptr_t)data + PAGE - 4))
CASE(lr_null, load, ACCESS("lr.w t0, (%0)", 0))
CASE(lr_highest, load, ACCESS("lr.d t0, (%0)", 0xfffffff8))
CASE(lr_read_only, ok, ACCESS("lr.d t0, (%0)", (uintptr_t)constant))
CASE(sc_read_only, store, ACCESS("lr.d t0, (%0)\nsc.d t0, t0, (%0)", (uintptr_t)constant))
CASE(amo_read_only_page, store, ACCESS("amomax.d t0, t0, (%0)", (uintptr_t)island(READ)))

/* The stack pointer is a register like others. */
CASE(stack_at_null, store, __asm__ volatile("li sp, 0\nsd ra, -8(sp)"))
CASE(stack_in_code, stack, __asm__ volatile("mv sp, %0\nsd ra, 0(sp)" ::"r"(hidden((uintptr_t)code))))
CASE(stack_at_the_top, stack, __asm__ volatile("li sp, -16\nsd ra, 0(sp)"))
CASE(stack_into_heap, ok, uintptr_t heap = (uintptr_t)call3(SYS_BRK, 0, 0, 0); call3(SYS_BRK, heap + PAGE, 0, 0);
     __asm__ volatile("mv t1, sp\nmv sp, %0\nsd ra, -8(sp)\nmv sp, t1" ::"r"(heap + PAGE)
                      : "t1", "memory"))
CASE(stack_by_a_gibibyte, stack, __asm__ volatile("li t0, 0x40000000\nsub sp, sp, t0\nsd ra, 0(sp)" ::: "t0"))
CASE(stack_in_data, load,
     __asm__ volatile("mv sp, %0\nlb t0, 0(%1)" ::"r"(hidden((uintptr_t)data + PAGE)), "r"(behind_the_segments())
                      : "t0"))
CASE(store_from_a_stack_in_data, store,
     __asm__ volatile("mv sp, %0\nsd ra, -8(sp)\nsd ra, 0(%1)" ::"r"(hidden((uintptr_t)data + PAGE)),
                      "r"(behind_the_segments())))
CASE(below_the_stack, store, volatile char *at = (volatile char *)__builtin_frame_address(0);
     for (;; at -= PAGE) *at = 1)
CASE(above_the_stack, store, volatile char *at = (volatile char *)__builtin_frame_address(0);
     for (;; at += PAGE) *at = 1)
CASE(ecall_without_a_stack, ok,
     __asm__ volatile("mv s1, sp\nli sp, 3\nli a7, 172\necall\nmv sp, s1" ::
                          : "s1", "a0", "a7"))
