# SPDX-License-Identifier: Apache-2.0
# A: read-modify-write, load reserved and store conditional.
    .include "isa.inc"

case amoswap_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456776543210
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xffffffff00000003
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0x7fffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoswap_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0xfedcba9876543210
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0x3
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0x7fffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x1
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoswap.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoadd_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x1234567ffffffff
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffe
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x2
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0xffffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoadd_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0xffffffffffffffff
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffe
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x2
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0xffffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoadd.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoxor_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x1234567ffffffff
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffff8
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffff8
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0xffffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoxor_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0xffffffffffffffff
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffff8
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffff8
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0xffffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoxor.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoand_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456700000000
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xffffffff00000003
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x5
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0x0
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000000
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoand_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0x0
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0x3
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x5
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0x0
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x0
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoand.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoor_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x1234567ffffffff
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffb
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0xffffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amoor_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0xffffffffffffffff
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffb
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0xffffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amoor.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amomin_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456789abcdef
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffb
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0x80000000
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000000
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amomin_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0xfedcba9876543210
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffb
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0x7fffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000000
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amomin.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amomax_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456776543210
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xffffffff00000003
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x5
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0x7fffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amomax_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456789abcdef
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0x3
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x5
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0x80000000
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x1
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amomax.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amominu_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456776543210
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xffffffff00000003
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x5
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0x7fffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000000
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amominu_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456789abcdef
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0x3
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0x5
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0x7fffffff
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x1
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amominu.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amomaxu_w
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.w a0, a3, (a4)
    keep a0 #= 0xffffffff89abcdef
    ld a0, 8(a1)
    keep a0 #= 0x123456789abcdef
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.w.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffb
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.w.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.w.aqrl a0, a3, (a4)
    keep a0 #= 0xffffffff80000000
    ld a0, 8(a1)
    keep a0 #= 0x80000000
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000001
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.w a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case amomaxu_d
    la a1, scratch
    li a2, 0x0123456789abcdef
    li a3, 0xfedcba9876543210
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.d a0, a3, (a4)
    keep a0 #= 0x123456789abcdef
    ld a0, 8(a1)
    keep a0 #= 0xfedcba9876543210
    li a2, -5
    li a3, 3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.d.aq a0, a3, (a4)
    keep a0 #= 0xfffffffffffffffb
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffb
    li a2, 5
    li a3, -3
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.d.rl a0, a3, (a4)
    keep a0 #= 0x5
    ld a0, 8(a1)
    keep a0 #= 0xfffffffffffffffd
    li a2, 0x80000000
    li a3, 0x7fffffff
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.d.aqrl a0, a3, (a4)
    keep a0 #= 0x80000000
    ld a0, 8(a1)
    keep a0 #= 0x80000000
    li a2, 0x8000000000000000
    li a3, 1
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.d a0, a3, (a4)
    keep a0 #= 0x8000000000000000
    ld a0, 8(a1)
    keep a0 #= 0x8000000000000000
    li a2, 0
    li a3, 0
    sd a2, 8(a1)
    addi a4, a1, 8
    amomaxu.d a0, a3, (a4)
    keep a0 #= 0x0
    ld a0, 8(a1)
    keep a0 #= 0x0
    end

case lr_sc_w
    la a1, scratch
    li a2, 0xfedcba9876543210
    sd a2, 0(a1)
    lr.w a0, (a1)
    keep a0 #= 0x76543210
    li a3, 0x0123456789abcdef
    sc.w a0, a3, (a1)
    keep a0 #= 0x0
    ld a0, 0(a1)
    keep a0 #= 0xfedcba9889abcdef
    sc.w a0, a2, (a1)
    keep a0 #= 0x1
    ld a0, 0(a1)
    keep a0 #= 0xfedcba9889abcdef
    lr.w.aq a0, (a1)
    addi a4, a1, 8
    sc.w.rl a0, a2, (a4)
    keep a0 #= 0x1
    sc.w a0, a2, (a1)
    keep a0 #= 0x1
    ld a0, 0(a1)
    keep a0 #= 0xfedcba9889abcdef
    end

case lr_sc_d
    la a1, scratch
    li a2, 0xfedcba9876543210
    sd a2, 0(a1)
    lr.d a0, (a1)
    keep a0 #= 0xfedcba9876543210
    li a3, 0x0123456789abcdef
    sc.d a0, a3, (a1)
    keep a0 #= 0x0
    ld a0, 0(a1)
    keep a0 #= 0x123456789abcdef
    sc.d a0, a2, (a1)
    keep a0 #= 0x1
    ld a0, 0(a1)
    keep a0 #= 0x123456789abcdef
    lr.d.aq a0, (a1)
    addi a4, a1, 8
    sc.d.rl a0, a2, (a4)
    keep a0 #= 0x1
    sc.d a0, a2, (a1)
    keep a0 #= 0x1
    ld a0, 0(a1)
    keep a0 #= 0x123456789abcdef
    end

case amo_result_not_wanted
    la a1, scratch
    li a2, 7
    amoadd.d zero, a2, (a1)
    amoadd.d a2, a2, (a1)
    keep a2 #= 0x7
    ld a0, 0(a1)
    keep a0 #= 0xe
    amoswap.w a1, a1, (a1)
    keep a1 #= 0xe
    end

case sc_of_another_width
    la a1, scratch
    sd zero, 0(a1)
    lr.d a0, (a1)
    sc.w a0, a1, (a1)               # the reservation was of eight bytes
    keep a0                         #= 1
    lr.w a0, (a1)
    sc.d a0, a1, (a1)
    keep a0                         #= 1
    ld a0, 0(a1)
    keep a0                         #= 0
    end

case sc_after_the_latest_lr
    la a1, scratch
    sd zero, 0(a1)
    addi a2, a1, 64
    lr.w a0, (a2)
    lr.w a0, (a1)
    sc.w a0, a1, (a2)
    keep a0                         #= 1
    lr.w a0, (a2)
    lr.w a0, (a1)
    sc.w a0, a2, (a1)
    keep a0                         #= 0
    lw a0, 0(a1)
    sub a0, a0, a2
    keep a0                         #= 0
    end

case results_not_wanted
    la a1, scratch
    li a2, 77
    lr.d zero, (a1)
    sc.d zero, a2, (a1)
    ld a0, 0(a1)
    keep a0                         #= 77
    keep zero                       #= 0
    end

case ordering_bits
    la a1, scratch
    li a2, 3
    sd a2, 0(a1)
    lr.w.aqrl a0, (a1)
    sc.w.aqrl a3, a2, (a1)
    keep a3                         #= 0
    amoadd.d.aq a0, a2, (a1)
    keep a0                         #= 3
    amoadd.d.rl a0, a2, (a1)
    keep a0                         #= 6
    amomax.w.aqrl a0, a2, (a1)
    keep a0                         #= 9
    end

case same_registers
    la a0, scratch
    li a1, 5
    sd a1, 0(a0)
    mv a2, a0
    amoswap.d a0, a0, (a0)
    keep a0                         #= 5
    ld a0, 0(a2)
    sub a0, a0, a2
    keep a0                         #= 0
    li a1, 9
    sd a1, 0(a2)
    mv a0, a2
    lr.d a0, (a0)
    keep a0                         #= 9
    sc.d a2, a2, (a2)
    keep a2                         #= 0
    end

# Aligned to its width or it traps, whatever the reservation says.
case misaligned_sc
    la a1, scratch + 4
here_sc: sc.d a0, a0, (a1)          #! stop=misaligned pc=here_sc address=scratch+4

case misaligned_sc_w
    la a1, scratch + 1
here_sc_w: sc.w a0, a0, (a1)        #! stop=misaligned pc=here_sc_w address=scratch+1

case misaligned_amo_d
    la a1, scratch + 12
here_amo_d: amomin.d a0, a0, (a1)   #! stop=misaligned pc=here_amo_d address=scratch+12

case misaligned_and_unmapped
    li a1, 2
here_both: amoswap.w a0, a0, (a1)   #! stop=misaligned pc=here_both address=2

case amo_on_nothing
    li a1, 16
here_amo_null: amoadd.w a0, a0, (a1) #! stop=store pc=here_amo_null address=16
    keep a0

# The load of an AMO has not happened if its store cannot.
case amo_on_code
    li a0, 5
    la a1, case_amo_on_code
    keep a0                         #= 5
here_amo_code: amoor.d a0, a0, (a1) #! stop=store pc=here_amo_code address=case_amo_on_code
    keep a0
