# SPDX-License-Identifier: Apache-2.0
# A program whose last instruction is a whole one, with nothing behind it.
    .include "isa.inc"

    .section .fini, "ax"
    .balign 4
tail: addi a0, a0, 1
    .option push
    .option rvc
last: c.addi a0, 2
    .option pop
    .text

case runs_out_of_code
    li a0, 1
    la a1, tail
    jr a1                                   #! stop=fetch pc=last+2 address=last+2 instructions=8

case last_instruction
    la a1, last
    jr a1                                   #! stop=fetch pc=last+2 address=last+2 instructions=6
