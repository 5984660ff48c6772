/* SPDX-License-Identifier: Apache-2.0
 *
 * Jumps to everywhere that is no code, into the middle of instructions and off the end of the program; code that would
 * change itself; encodings that are reserved, privileged or of extensions that there are not.
 *
 * flags: -nostdlib -nostartfiles -ffreestanding -fno-builtin -Wl,-z,separate-code
 */
#include "hostile_raw.h"

#define JUMP(address) __asm__ volatile("jr %0" ::"r"(hidden(address)) : "memory")
#define CODE(name, end, code)                                                                                          \
    CASE(name, end, __asm__ volatile(code ::: "t0", "t1", "t2", "a0", "a4", "a5", "ft0", "memory"))
#define WORD(name, bits) CODE(word_##name, illegal, ".4byte " #bits)
#define HALF(name, bits) CODE(half_##name, illegal, ".2byte " #bits "\n.2byte 0x0001")

/* c.li a0, 1; c.jr ra */
static uint16_t data_code[8] = {0x4505, 0x8082};
static const uint16_t constant_code[8] = {0x4505, 0x8082};
static uint16_t zero_code[PAGE];
extern char __start_of_text[] __asm__("_start"), etext[];

static char *code_in_heap(void)
{
    char *heap = (char *)call3(SYS_BRK, 0, 0, 0);
    call3(SYS_BRK, (uintptr_t)heap + PAGE, 0, 0);
    *(volatile uint32_t *)heap = 0x80824505;
    return heap;
}

static char *code_in_map(int protection)
{
    char *page = map(PAGE, READ | WRITE);
    *(volatile uint32_t *)page = 0x80824505;
    call3(SYS_MPROTECT, (uintptr_t)page, PAGE, (uint64_t)protection);
    return page;
}

static void jump_to_stack(void)
{
    volatile uint32_t code[2] = {0x80824505, 0x80824505};
    JUMP((uintptr_t)code);
}

/* The upper half of this addi is c.li a0, 1, and a jump there finds that. */
static long middle(void)
{
    long result;
    __asm__ volatile("li a0, 0\nlla t0, 1f + 2\njr t0\n.balign 4\n1: .4byte 0x45050013\nmv %0, a0"
                     : "=r"(result)::"t0", "a0");
    return result;
}

/* Where a program's last page of code ends there is no code, whatever the rest of the page holds. */
static void fall_off(void)
{
    uintptr_t end = (uintptr_t)etext;
    JUMP((end + 1) & ~1ul);
}

CASE(to_null, fetch, JUMP(0))
CASE(to_two, fetch, JUMP(2))
CASE(to_lowest, fetch, JUMP(0xfffe))
CASE(to_highest, fetch, JUMP(0xffff0000))
CASE(to_last, fetch, JUMP(0xfffffffe))
CASE(to_minus_one, fetch, JUMP(UINT64_MAX)) /* bit 0 is ignored: the last again */
CASE(to_nowhere, fetch, JUMP(0x40000000))
CASE(to_data, fetch, JUMP((uintptr_t)data_code))
CASE(to_constant, fetch, JUMP((uintptr_t)constant_code))
CASE(to_zeros, fetch, JUMP((uintptr_t)zero_code))
CASE(to_stack, fetch, jump_to_stack())
CASE(to_heap, fetch, JUMP((uintptr_t)code_in_heap()))
CASE(to_map, fetch, JUMP((uintptr_t)code_in_map(READ | WRITE)))
CASE(to_read_only_map, fetch, JUMP((uintptr_t)code_in_map(READ)))
CASE(to_executable_map, fetch, JUMP((uintptr_t)code_in_map(READ | EXECUTE))) /* refused, so it is writable still */
CASE(behind_the_code, fetch, fall_off())
CASE(before_the_code, fetch, JUMP(((uintptr_t)__start_of_text & ~(PAGE - 1)) - 2))
CASE(by_return, fetch, __asm__ volatile("li ra, 0x123456\nret"))
CASE(by_call, fetch, __asm__ volatile("li t0, 0x123456\njalr ra, 0(t0)" ::: "ra", "t0"))
CASE(by_negative_offset, fetch, __asm__ volatile("jalr x0, -2048(x0)"))
CASE(by_offset_over_the_top, fetch, __asm__ volatile("li t0, -2\njalr x0, 2046(t0)" ::: "t0"))
CASE(by_overwritten_return, fetch,
     __asm__ volatile("addi sp, sp, -16\nli t0, 0x300000\nsd t0, 8(sp)\nld ra, 8(sp)\nret"))
CASE(high_bits_are_ignored, ok, long a0;
     __asm__ volatile("lla t0, 1f\nli t1, 0x7f\nslli t1, t1, 33\nadd t0, t0, t1\njr t0\nebreak\n1: li %0, 3"
                      : "=r"(a0)::"t0", "t1");
     REQUIRE(a0 == 3))
CASE(odd_address, ok, long a0; __asm__ volatile("lla t0, 1f + 1\njr t0\nebreak\n1: li %0, 3"
                                                : "=r"(a0)::"t0");
     REQUIRE(a0 == 3))
CASE(middle_of_an_instruction, ok, REQUIRE(middle() == 1))
CASE(into_zeros_behind, illegal, __asm__ volatile("j 1f\n1: .2byte 0"))

/* Code is not writable, and what is writable does not run. */
CASE(write_own_code, store, *(volatile char *)hidden((uintptr_t)__start_of_text) = 0)
CASE(write_next_instruction, store, __asm__ volatile("lla t0, 1f\nsw x0, 0(t0)\n1: nop" ::: "t0", "memory"))
CASE(write_code_misaligned, store, __asm__ volatile("lla t0, 1f\nsd x0, 1(t0)\n1: nop" ::: "t0", "memory"))
CASE(code_made_writable, store, uintptr_t code = (uintptr_t)__start_of_text & ~(PAGE - 1);
     REQUIRE(call3(SYS_MPROTECT, code, PAGE, READ | WRITE) == -EACCES); *(volatile char *)hidden(code) = 0)
CASE(code_unmapped, ok, REQUIRE(call3(SYS_MUNMAP, (uintptr_t)__start_of_text & ~(PAGE - 1), PAGE, 0) == -EINVAL))
CASE(code_mapped_over, ok, uintptr_t code = (uintptr_t)__start_of_text & ~(PAGE - 1);
     REQUIRE(raw_call(SYS_MMAP, (long)code, PAGE, READ | WRITE, ANONYMOUS | FIXED, -1) == -ENOMEM))
CASE(code_forgotten, ok, uintptr_t code = (uintptr_t)__start_of_text & ~(PAGE - 1);
     REQUIRE(call3(SYS_MADVISE, code, PAGE, 4) < 0))
CASE(code_moved, ok, uintptr_t code = (uintptr_t)__start_of_text & ~(PAGE - 1);
     REQUIRE(raw_call(SYS_MREMAP, (long)code, PAGE, 2 * PAGE, 1, 0) < 0))
CASE(data_made_executable, fetch, uintptr_t page = (uintptr_t)data_code & ~(PAGE - 1);
     REQUIRE(call3(SYS_MPROTECT, page, PAGE, READ | EXECUTE) == -EACCES); JUMP((uintptr_t)data_code))
CASE(fence_changes_nothing, fetch, __asm__ volatile("fence.i"); JUMP((uintptr_t)code_in_heap()))

/* Encodings. */
HALF(zero, 0x0000)
HALF(addi4spn_zero, 0x0004)
HALF(reserved_quadrant_0, 0x8000)
HALF(addiw_x0, 0x2001)
HALF(addi16sp_zero, 0x6101)
HALF(lui_zero, 0x6081)
HALF(alu_reserved_w, 0x9c41)
HALF(lwsp_x0, 0x4002)
HALF(ldsp_x0, 0x6002)
HALF(jr_x0, 0x8002)
WORD(all_ones, 0xffffffff)
WORD(longer_than_32_bits, 0x0000001f)
WORD(load_width_7, 0x00007003)
WORD(store_width_4, 0x00004023)
WORD(branch_2, 0x00002063)
WORD(jalr_1, 0x00001067)
WORD(op_funct7, 0x40001033)
WORD(op32_funct3, 0x0000203b)
WORD(opimm32_2, 0x0000201b)
WORD(shift_64, 0x80001013)
WORD(shift_32_word, 0x0200101b)
WORD(amo_width_1, 0x0000102f)
WORD(amo_reserved, 0x2800202f)
WORD(lr_with_rs2, 0x1010202f)
WORD(float_format_2, 0x04000053)
WORD(float_quad, 0x06000053)
WORD(float_round_5, 0x00005053)
WORD(float_round_6, 0x00006053)
WORD(sqrt_with_rs2, 0x58100053)
WORD(custom_0, 0x0000000b)
WORD(custom_1, 0x0000002b)
WORD(custom_3, 0x0000007b)
WORD(vector, 0x00000057)
WORD(vector_load, 0x02000007)
WORD(system_4, 0x00004073)
WORD(mret, 0x30200073)
WORD(sret, 0x10200073)
WORD(wfi, 0x10500073)
WORD(sfence, 0x12000073)
WORD(hypervisor_load, 0x60004073)
WORD(ecall_with_rd, 0x000000f3)
WORD(csr_unknown, 0x7c0022f3)
WORD(csr_machine, 0x300022f3)
WORD(csr_supervisor, 0x180022f3)
WORD(csr_write_counter, 0xc0001073)
WORD(csr_set_counter, 0xc020e073)
CODE(dynamic_round_invalid, illegal, "li t0, 5\nfsrm t0\nfadd.s ft0, ft0, ft0")
CODE(break_point, breakpoint, ".option push\n.option norvc\nebreak\n.option pop")
CODE(break_point_compressed, breakpoint, "c.ebreak")
CODE(illegal_behind_a_loop, illegal, "li t0, 1000\n1: addi t0, t0, -1\nbnez t0, 1b\n.4byte 0xffffffff")
CODE(illegal_not_reached, ok, "j 1f\n.4byte 0xffffffff\n.2byte 0\n1:")
