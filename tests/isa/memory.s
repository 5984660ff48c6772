# SPDX-License-Identifier: Apache-2.0
# Loads and stores: widths, signs, alignment, the effective address of 32 bits.
    .include "isa.inc"

    .data
    .balign 64
data: .dword 0x8899aabbccddeeff, 0x0123456789abcdef, 0xfedcba9876543210
    .text

case loads
    la a1, data
    lb a0, 0(a1)
    keep a0 #= 0xffffffffffffffff
    lb a0, 1(a1)
    keep a0 #= 0xffffffffffffffee
    lb a0, 7(a1)
    keep a0 #= 0xffffffffffffff88
    lb a0, 8(a1)
    keep a0 #= 0xffffffffffffffef
    lbu a0, 0(a1)
    keep a0 #= 0xff
    lbu a0, 1(a1)
    keep a0 #= 0xee
    lbu a0, 7(a1)
    keep a0 #= 0x88
    lbu a0, 8(a1)
    keep a0 #= 0xef
    lh a0, 0(a1)
    keep a0 #= 0xffffffffffffeeff
    lh a0, 1(a1)
    keep a0 #= 0xffffffffffffddee
    lh a0, 7(a1)
    keep a0 #= 0xffffffffffffef88
    lh a0, 8(a1)
    keep a0 #= 0xffffffffffffcdef
    lhu a0, 0(a1)
    keep a0 #= 0xeeff
    lhu a0, 1(a1)
    keep a0 #= 0xddee
    lhu a0, 7(a1)
    keep a0 #= 0xef88
    lhu a0, 8(a1)
    keep a0 #= 0xcdef
    lw a0, 0(a1)
    keep a0 #= 0xffffffffccddeeff
    lw a0, 1(a1)
    keep a0 #= 0xffffffffbbccddee
    lw a0, 7(a1)
    keep a0 #= 0xffffffffabcdef88
    lw a0, 8(a1)
    keep a0 #= 0xffffffff89abcdef
    lwu a0, 0(a1)
    keep a0 #= 0xccddeeff
    lwu a0, 1(a1)
    keep a0 #= 0xbbccddee
    lwu a0, 7(a1)
    keep a0 #= 0xabcdef88
    lwu a0, 8(a1)
    keep a0 #= 0x89abcdef
    ld a0, 0(a1)
    keep a0 #= 0x8899aabbccddeeff
    ld a0, 1(a1)
    keep a0 #= 0xef8899aabbccddee
    ld a0, 7(a1)
    keep a0 #= 0x23456789abcdef88
    ld a0, 8(a1)
    keep a0 #= 0x123456789abcdef
    end

case negative_offsets
    la a1, data + 24
    lb a0, -24(a1)
    keep a0 #= 0xffffffffffffffff
    lb a0, -16(a1)
    keep a0 #= 0xffffffffffffffef
    lb a0, -9(a1)
    keep a0 #= 0x1
    lhu a0, -24(a1)
    keep a0 #= 0xeeff
    lhu a0, -16(a1)
    keep a0 #= 0xcdef
    lhu a0, -9(a1)
    keep a0 #= 0x1001
    lw a0, -24(a1)
    keep a0 #= 0xffffffffccddeeff
    lw a0, -16(a1)
    keep a0 #= 0xffffffff89abcdef
    lw a0, -9(a1)
    keep a0 #= 0x54321001
    ld a0, -24(a1)
    keep a0 #= 0x8899aabbccddeeff
    ld a0, -16(a1)
    keep a0 #= 0x123456789abcdef
    ld a0, -9(a1)
    keep a0 #= 0xdcba987654321001
    end

case stores
    la a1, scratch
    li a2, 0x1122334455667788
    sd a2, 0(a1)
    sb a2, 9(a1)
    sh a2, 11(a1)
    sw a2, 13(a1)
    sd a2, 23(a1)
    sd zero, 40(a1)
    sb zero, 2(a1)
    ld a0, 0(a1)
    keep a0 #= 0x1122334455007788
    ld a0, 8(a1)
    keep a0 #= 0x6677887788008800
    ld a0, 16(a1)
    keep a0 #= 0x8800000000000055
    ld a0, 24(a1)
    keep a0 #= 0x11223344556677
    ld a0, 32(a1)
    keep a0 #= 0x0
    ld a0, 40(a1)
    keep a0 #= 0x0
    end

case address_has_32_bits
    la a1, data
    li a2, 0x7700000000000000
    add a1, a1, a2
    ld a0, 8(a1)
    keep a0 #= 0x123456789abcdef
    end

case load_to_zero
    la a1, data
    ld zero, 0(a1)
    keep zero #= 0x0
    end

case same_register
    la a0, data
    ld a0, 0(a0)
    keep a0 #= 0x8899aabbccddeeff
    la a0, scratch
    sd a0, 0(a0)
    ld a1, 0(a0)
    sub a0, a1, a0
    keep a0 #= 0x0
    end

case across_pages
    la a1, scratch
    li a2, 0xfff
    add a1, a1, a2
    li a2, 4095
    not a2, a2
    and a1, a1, a2
    li a2, 0x1122334455667788
    sd a2, -3(a1)
    ld a0, -3(a1)
    keep a0 #= 0x1122334455667788
    lwu a0, 0(a1)
    keep a0 #= 0x22334455
    end

case floating_point_registers
    la a1, data
    flw fa0, 1(a1)
    fkeep fa0 #= 0xffffffffbbccddee
    fld fa0, 3(a1)
    fkeep fa0 #= 0xabcdef8899aabbcc
    flh fa0, 5(a1)
    fkeep fa0 #= 0xffffffffffff99aa
    la a2, scratch
    fld fa0, 0(a1)
    fsh fa0, 1(a2)
    fsw fa0, 5(a2)
    fsd fa0, 11(a2)
    ld a0, 0(a2)
    keep a0 #= 0xddeeff0000eeff00
    ld a0, 8(a2)
    keep a0 #= 0xbbccddeeff0000cc
    ld a0, 16(a2)
    keep a0 #= 0x8899aa
    end

# Behind the last page of the data nothing is mapped: of a store that reaches there no byte is written.
    .macro end_of_data register
    la \register, _end
    li a2, 4095
    add \register, \register, a2
    not a2, a2
    and \register, \register, a2
    .endm

case store_across_the_end
    end_of_data a1
    sw zero, -4(a1)
    li a2, -1
    sw a2, -8(a1)
    lw a0, -4(a1)
    keep a0                         #= 0
    lw a0, -8(a1)
    keep a0                         #= 0xffffffffffffffff
here_store: sd a2, -4(a1)           #! stop=store pc=here_store
    keep a1

case load_across_the_end
    end_of_data a1
    lw a0, -4(a1)
    keep a0                         #= 0
here_load: lw a0, -2(a1)            #! stop=load pc=here_load
    keep a1

case float_store_across_the_end
    end_of_data a1
here_float: fsw fa0, -1(a1)         #! stop=store pc=here_float

case compressed_load_across_the_end
    end_of_data a1
here_compressed: c.ld a0, 0(a1)     #! stop=load pc=here_compressed

case largest_offsets
    la a1, scratch
    li a2, 0x5a
    addi a3, a1, 2047
    sb a2, 0(a3)
    lbu a0, 2047(a1)
    keep a0                         #= 0x5a
    addi a3, a3, 1
    sb a2, -2048(a3)
    lb a0, 0(a1)
    keep a0                         #= 0x5a
    end

# Misaligned and across the border of two pages, in all widths.
case floats_across_pages
    la a1, scratch
    li a2, 4095
    add a1, a1, a2
    not a2, a2
    and a1, a1, a2
    li a2, 0x1122334455667788
    fmv.d.x fa0, a2
    fsd fa0, -5(a1)
    fld fa1, -5(a1)
    fkeep fa1                       #= 0x1122334455667788
    fsw fa0, -1(a1)
    flw fa1, -1(a1)
    fkeep fa1                       #= 0xffffffff55667788
    fsh fa0, -1(a1)
    flh fa1, -1(a1)
    fkeep fa1                       #= 0xffffffffffff7788
    lhu a0, -1(a1)
    keep a0                         #= 0x7788
    end
