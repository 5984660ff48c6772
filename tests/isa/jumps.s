# SPDX-License-Identifier: Apache-2.0
# Jumps: links, targets, the lowest bit, the middle of an instruction.
    .include "isa.inc"

case links
    la a1, 2f
    jal a0, 1f
    keep zero
1:  la a2, 1b
    sub a0, a2, a0
    keep a0 #= 0x6
    jalr a0, 0(a1)
3:  keep zero
2:  la a2, 3b
    sub a0, a0, a2
    keep a0 #= 0x0
    la a1, 4f
    jalr ra, 1(a1) # the lowest bit is dropped
    keep zero
4:  la a0, 4b
    sub a0, a0, ra
    keep a0 #= 0x6
    end

case call_and_return
    li a0, 0
    call 1f
    call 1f
    keep a0 #= 0xa
    j 2f
1:  addi a0, a0, 5
    ret
2:  end

case link_register_is_the_target
    la a0, 1f
    jalr a0, 0(a0)
    keep zero
1:  la a1, 1b
    sub a0, a1, a0
    keep a0 #= 0x6
    end

# An addi whose upper half is c.li a0, 5; what follows is the same from both ways.
case middle_of_an_instruction
    .option push
    .option norvc
    la a1, 1f
    li a0, 1
    addi a1, a1, 2
    jr a1
    keep zero
1:  .word 0x45150093 # addi ra, a0, 0x451, its upper half c.li a0, 5
    keep a0 #= 0x5
    .option pop
    end
