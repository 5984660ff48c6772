# SPDX-License-Identifier: Apache-2.0
# Fuel: where a run stops, and what it has counted (machine/interp.h).
    .include "isa.inc"

case empty_loop
here_empty: j here_empty            #! stop=fuel pc=here_empty fuel=1000 instructions=1000

case loop_of_three
    li a0, 0
here_three: addi a0, a0, 1          #! stop=fuel pc=here_three fuel=1000 instructions=999
    addi a1, a1, 1
    j here_three

case branch_to_itself
here_self: beqz zero, here_self     #! stop=fuel pc=here_self fuel=77 instructions=77

case call_itself
here_call: jal here_call            #! stop=fuel pc=here_call fuel=50 instructions=50

case indirect_loop
    la a1, here_indirect
here_indirect: jr a1                #! stop=fuel pc=here_indirect fuel=50 instructions=50

# Much fuel, most of which native code spends, and the interpreter the rest.
case long_loop_of_three
    li a0, 0
here_long_three: addi a0, a0, 1     #! stop=fuel pc=here_long_three fuel=20001 instructions=20001
    addi a1, a1, 1
    j here_long_three

case long_branch_to_itself
here_long_self: beqz zero, here_long_self   #! stop=fuel pc=here_long_self fuel=20001 instructions=20001

case long_call_itself
here_long_call: jal here_long_call  #! stop=fuel pc=here_long_call fuel=30000 instructions=30000

case long_indirect_loop
    la a1, here_long_indirect
here_long_indirect: jr a1           #! stop=fuel pc=here_long_indirect fuel=30001 instructions=30001

case exactly_enough
    li a0, 1
    keep a0                         #= 1
    ebreak                          #! fuel=6 instructions=5

case one_too_few
    li a0, 1
    keep a0
    ebreak                          #! stop=fuel pc=case_one_too_few fuel=5 instructions=0

# Ahead within a page is charged without a check, so this overdraws by the last block.
case overdraft
    li a0, 0
    beqz a0, 1f                     #! stop=breakpoint fuel=4 instructions=7
    nop
1:  nop
    nop
    nop
    ebreak

# The same into another function, which is native code of its own.
case overdraft_elsewhere
    li a0, 1
    j elsewhere                     #! stop=breakpoint fuel=4 instructions=7
    nop
    .globl elsewhere
    .type elsewhere, @function
elsewhere:
    nop
    nop
    nop
    ebreak

case enough_elsewhere
    li a0, 1
    j elsewhere_too                 #! stop=breakpoint fuel=8 instructions=7
    nop
    .globl elsewhere_too
    .type elsewhere_too, @function
elsewhere_too:
    nop
    nop
    nop
    ebreak
