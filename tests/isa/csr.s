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
