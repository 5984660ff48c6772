# SPDX-License-Identifier: Apache-2.0
# Zicond and Zicboz, by their encodings: the assembler does not know them.
    .include "isa.inc"

    .macro czero_eqz d, s, t
    .insn r 0x33, 5, 7, \d, \s, \t
    .endm
    .macro czero_nez d, s, t
    .insn r 0x33, 7, 7, \d, \s, \t
    .endm

case czero_eqz
    rr czero_eqz, 0x0123456789abcdef, 0 #= 0
    rr czero_eqz, 0x0123456789abcdef, 1 #= 0x0123456789abcdef
    rr czero_eqz, -1, 0x8000000000000000 #= 0xffffffffffffffff
    rr czero_eqz, -1, 0x100000000 #= 0xffffffffffffffff
    rr czero_eqz, 0, 5 #= 0
    end

case czero_nez
    rr czero_nez, 0x0123456789abcdef, 0 #= 0x0123456789abcdef
    rr czero_nez, 0x0123456789abcdef, 1 #= 0
    rr czero_nez, -1, 0x8000000000000000 #= 0
    rr czero_nez, -1, 0x100000000 #= 0
    rr czero_nez, 5, 0 #= 5
    end

case cbo_zero
    la a1, scratch
    li a2, -1
    li a3, 24
    mv a4, a1
1:  sd a2, 0(a4)
    addi a4, a4, 8
    addi a3, a3, -1
    bnez a3, 1b
    addi a4, a1, 77
    .insn i 0x0f, 2, zero, a4, 4 # cbo.zero (a4): the aligned block of 64 bytes
    ld a0, 56(a1)
    keep a0 #= 0xffffffffffffffff
    ld a0, 64(a1)
    keep a0 #= 0
    ld a0, 120(a1)
    keep a0 #= 0
    ld a0, 128(a1)
    keep a0 #= 0xffffffffffffffff
    end
