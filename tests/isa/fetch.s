# SPDX-License-Identifier: Apache-2.0
# Fetching: the last instructions of a segment, and instructions that lie on two pages.
    .include "isa.inc"

# The last two bytes of the code want to be the first of four.
    .section .fini, "ax"
    .balign 4
    .option push
    .option rvc
    c.nop
tail: .half 0x0513                          # the lower half of an addi
    .option pop
    .text

case half_an_instruction
    la a0, tail
    jr a0                                   #! stop=fetch pc=tail address=tail instructions=5

case falls_into_half_an_instruction
    la a0, tail - 2
    jr a0                                   #! stop=fetch pc=tail address=tail instructions=6

case behind_the_code
    la a0, tail + 2
    jr a0                                   #! stop=fetch pc=tail+2 address=tail+2 instructions=5

case far_behind_the_code
    la a0, tail + 2
    li a1, 0x100000
    add a0, a0, a1
    jr a0                                   #! stop=fetch

case return_to_an_odd_address
    la ra, 1f + 1
    ret
    keep zero
1:  li a0, 7
    keep a0                                 #= 7
    end

case jump_with_the_upper_bits_set
    la a0, 1f
    li a1, -1
    slli a1, a1, 32
    add a0, a0, a1
    jr a0                                   # addresses have 32 bits
    keep zero
1:  li a0, 8
    keep a0                                 #= 8
    end

case wraps_around
    li a0, -2048
    jr 2047(a0)                             #! stop=fetch pc=0xfffffffe

case negative_offset
    la a0, 1f + 2047
    jr -2047(a0)
    keep zero
1:  li a0, 9
    keep a0                                 #= 9
    end

# An instruction of four bytes, the last two on the next page.
case across_pages
    li a0, 1
    j 1f
    .balign 4096
    .space 4094
    .option push
    .option norvc
1:  addi a0, a0, 0x123
    keep a0                                 #= 0x124
    .option pop
    end

# The same of one that traps: its own address counts.
case trap_across_pages
    li a1, 0
    j here_across
    .balign 4096
    .space 4094
    .option push
    .option norvc
here_across: lw a0, 0x70(a1)                #! stop=load pc=here_across address=0x70 instructions=4
    .option pop

case illegal_across_pages
    j here_illegal_across
    .balign 4096
    .space 4094
here_illegal_across: .word 0xffffffff       #! stop=illegal pc=here_illegal_across instructions=3

case branch_across_pages
    li a0, 1
    j 1f
    .balign 4096
    .space 4094
    .option push
    .option norvc
1:  bnez a0, 2f
    keep zero
2:  keep a0                                 #= 1
    .option pop
    end

# Into the second half of the instruction that lies on two pages: that is the first of the next page.
case middle_across_pages
    la a1, 1f + 2
    li a0, 1
    jr a1
    .balign 4096
    .space 4094
1:  .word 0x45150093                        # addi ra, a0, 0x451, its upper half c.li a0, 5
    keep a0                                 #= 5
    end
