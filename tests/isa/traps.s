# SPDX-License-Identifier: Apache-2.0
# Traps: which, where, and what has retired.
    .include "isa.inc"

    .section .rodata
constant: .dword 1
    .text

case breakpoint
    li a0, 1
here_ebreak: ebreak                 #! pc=here_ebreak instructions=3

case breakpoint_compressed
here_c_ebreak: c.ebreak             #! pc=here_c_ebreak instructions=2

case breakpoint_of_four_bytes
here_wide_ebreak: .word 0x00100073  #! pc=here_wide_ebreak instructions=2

case exit
    li a0, 7
    li a7, 93
    ecall                           #! stop=exited instructions=5
    keep a0

case unknown_call
    li a7, 100000
    ecall
    keep a0                         #= 0xffffffffffffffda
    end

case zero_word
here_zero: .half 0                  #! stop=illegal pc=here_zero instructions=2

case ones
here_ones: .word 0xffffffff         #! stop=illegal pc=here_ones instructions=2

case privileged
here_mret: .word 0x30200073         #! stop=illegal pc=here_mret

case wfi
here_wfi: .word 0x10500073          #! stop=illegal pc=here_wfi

case sfence_vma
here_sfence: .word 0x12000073       #! stop=illegal pc=here_sfence

case privileged_csr
here_csr: csrr a0, mstatus          #! stop=illegal pc=here_csr

case read_only_csr
    rdcycle a0
    csrrs a0, cycle, zero
here_write: csrrw zero, cycle, a0   #! stop=illegal pc=here_write

case read_only_csr_set
here_set: csrrsi zero, instret, 1   #! stop=illegal pc=here_set

case read_only_csr_not_set
    csrrsi zero, instret, 0         # writes nothing
    keep zero                       #= 0
    end

case unknown_csr
here_unknown: csrr a0, 0x004        #! stop=illegal pc=here_unknown

case reserved_rounding_static
here_static: .word 0x02b55553       #! stop=illegal pc=here_static instructions=2

case reserved_rounding_dynamic
    csrwi frm, 5
    li a0, 7
    keep a0                         #= 7
here_dynamic: fadd.d fa0, fa1, fa2  #! stop=illegal pc=here_dynamic
    keep a0

case reserved_frm_does_not_matter
    csrwi frm, 6
    fmin.d fa0, fa1, fa2
    fadd.d fa0, fa1, fa2, rtz
    keep zero                       #= 0
    end

case reserved_frm_7
    csrwi frm, 7
here_7: fcvt.w.d a0, fa0, dyn       #! stop=illegal pc=here_7

case quad_precision
here_quad: .word 0x06b57553         #! stop=illegal pc=here_quad

case vector
here_vector: .word 0x02050007       #! stop=illegal pc=here_vector

case amo_of_a_byte
here_amo: .word 0x00a5852f          #! stop=illegal pc=here_amo

case load_null
    li a0, 0
here_null: ld a1, 8(a0)             #! stop=load pc=here_null address=8
    keep a0

case load_after_work
    li a0, 5
    keep a0                         #= 5
    addi a0, a0, 1
    keep a0                         #= 6
here_after: lbu a0, 16(zero)        #! stop=load pc=here_after address=16
    keep a0

case store_to_constant
    la a1, constant
here_constant: sd zero, 0(a1)       #! stop=store pc=here_constant address=constant

case store_to_code
    la a1, case_store_to_code
here_code: sw zero, 0(a1)           #! stop=store pc=here_code address=case_store_to_code

case store_float
here_fsd: fsd fa0, 32(zero)         #! stop=store pc=here_fsd address=32

case amo_on_constant
    la a1, constant
here_swap: amoswap.d a0, a0, (a1)   #! stop=store pc=here_swap address=constant

case load_reserved_null
here_lr: lr.w a0, (zero)            #! stop=load pc=here_lr address=0

case store_conditional_without_reservation
    sc.d a0, zero, (zero)           # does not touch memory
    keep a0                         #= 1
    end

case misaligned_amo
    la a1, scratch + 2
here_misaligned: amoadd.w a0, a0, (a1) #! stop=misaligned pc=here_misaligned address=scratch+2

case misaligned_lr
    la a1, scratch + 4
here_misaligned_lr: lr.d a0, (a1)   #! stop=misaligned pc=here_misaligned_lr address=scratch+4

case last_byte_of_the_address_space
    li a1, -4
here_last: ld a0, 0(a1)             #! stop=load pc=here_last

case jump_to_null
    li a0, 0
    jr a0                           #! stop=fetch pc=0

case jump_to_data
    la a0, scratch
    jalr a0                         #! stop=fetch pc=scratch

case jump_to_minus_two
    li a0, -1
    jr a0                           #! stop=fetch pc=0xfffffffe

case second_of_a_pair
    li a0, 1
    mv a2, a0
    addi a0, a0, 1
here_pair: ld a1, 24(zero)          #! stop=load pc=here_pair address=24 instructions=5

case first_of_a_pair
    mv a2, a0
here_first: ld a1, 40(zero)         #! stop=load pc=here_first address=40 instructions=3
    addi a0, a0, 1
    keep a0

    .balign 4096
    .space 4092
    .globl case_end_of_page
case_end_of_page:
here_page: ld a1, 48(zero)
    end

case at_the_end_of_a_page
    la a0, here_page
    jr a0                           #! stop=load pc=here_page address=48 instructions=5
