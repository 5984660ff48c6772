# SPDX-License-Identifier: Apache-2.0
# Zicsr: the floating-point CSRs and the counters; fences.
    .include "isa.inc"

case fcsr
    li a1, 0xffffffffffffffff
    csrw fcsr, a1
    csrr a0, fcsr
    keep a0 #= 0xff
    csrr a0, fflags
    keep a0 #= 0x1f
    csrr a0, frm
    keep a0 #= 0x7
    csrwi fcsr, 0
    csrrsi a0, fflags, 5
    keep a0 #= 0x0
    csrrci a0, fflags, 4
    keep a0 #= 0x5
    csrr a0, fcsr
    keep a0 #= 0x1
    csrrwi a0, frm, 3
    keep a0 #= 0x0
    csrr a0, fcsr
    keep a0 #= 0x61
    li a1, 0x62
    csrrw a0, fcsr, a1
    keep a0 #= 0x61
    li a1, 0x42
    csrrc a0, fcsr, a1
    keep a0 #= 0x62
    csrrs a0, fcsr, a1
    keep a0 #= 0x20
    csrrs a0, fcsr, zero
    keep a0 #= 0x62
    csrrw zero, fcsr, zero
    csrr a0, fcsr
    keep a0 #= 0x0
    end

case flags_are_sticky
    li a1, 0x3ff0000000000000
    li a2, 0x4008000000000000
    fmv.d.x fa1, a1
    fmv.d.x fa2, a2
    fmv.d.x fa3, zero
    csrwi fflags, 0
    fdiv.d fa0, fa1, fa2
    csrr a0, fflags
    keep a0 #= 0x1
    fdiv.d fa0, fa1, fa3
    fadd.d fa0, fa1, fa1
    csrr a0, fflags
    keep a0 #= 0x9
    csrrwi a0, fflags, 0
    fadd.d fa0, fa1, fa1
    csrr a0, fflags
    keep a0 #= 0x0
    fdiv.d fa0, fa3, fa3
    csrrsi a0, fflags, 1
    keep a0 #= 0x10
    csrr a0, fflags
    keep a0 #= 0x11
    end

case counters
    rdinstret a0
    rdinstret a1
    sub a0, a1, a0
    keep a0 #= 1
    rdcycle a0
    nop
    rdcycle a1
    sub a0, a1, a0
    keep a0 #= 2
    rdtime a0
    snez a0, a0
    keep a0 #= 1
    end

case fences
    fence
    fence r, w
    fence.tso
    fence.i
    .word 0x0100000f # pause
    keep zero #= 0x0
    end

case same_register
    li a0, 0x7a
    csrrw a0, fcsr, a0
    keep a0                                 #= 0
    li a0, 0x21
    csrrs a0, fcsr, a0
    keep a0                                 #= 0x7a
    li a0, 0x21
    csrrc a0, fcsr, a0
    keep a0                                 #= 0x7b
    csrr a0, fcsr
    keep a0                                 #= 0x5a
    end

case unused_bits
    li a1, 0xffffffffffffff00
    csrw fcsr, a1
    csrr a0, fcsr
    keep a0                                 #= 0
    li a1, 0xe0
    csrw fflags, a1
    csrr a0, fcsr
    keep a0                                 #= 0
    li a1, 0xf8
    csrw frm, a1
    csrr a0, fcsr
    keep a0                                 #= 0
    end

case parts_leave_each_other_alone
    li a1, 0x75
    csrw fcsr, a1
    csrwi fflags, 0
    csrr a0, fcsr
    keep a0                                 #= 0x60
    csrwi fflags, 0x1f
    csrwi frm, 0
    csrr a0, fcsr
    keep a0                                 #= 0x1f
    csrci fflags, 0x11
    csrsi frm, 2
    csrr a0, fcsr
    keep a0                                 #= 0x4e
    end

case counters_read_in_every_way
    csrrs a0, cycle, zero
    csrrc a1, time, zero
    csrrsi a2, instret, 0
    csrrci a3, cycle, 0
    snez a0, a0
    sub a3, a3, a2
    keep a0                                 #= 1
    keep a3                                 #= 1
    end

case write_to_cycle
here_cycle: csrrw zero, cycle, zero         #! stop=illegal pc=here_cycle

case write_to_time
here_time: csrrwi a0, time, 0               #! stop=illegal pc=here_time

case clear_of_instret
here_instret: csrrc a0, instret, a0         #! stop=illegal pc=here_instret

case set_of_nothing_by_a_register
here_register: csrrs a0, cycle, a1          # also if a1 is 0 #! stop=illegal pc=here_register

case upper_half_of_cycle
here_cycleh: csrr a0, 0xc80                 #! stop=illegal pc=here_cycleh

case performance_counter
here_hpm: csrr a0, hpmcounter3              #! stop=illegal pc=here_hpm

case vector_length
here_vl: csrr a0, 0xc20                     #! stop=illegal pc=here_vl

case entropy
here_seed: csrrw a0, 0x015, zero            #! stop=illegal pc=here_seed

# A trap keeps the flags that were raised before it, and a CSR instruction that stops does nothing.
case stopped_csr_does_nothing
    li a0, 3
    csrw fflags, a0
here_nothing: csrrw a0, cycle, a0           #! stop=illegal pc=here_nothing
    keep a0
