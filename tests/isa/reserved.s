# SPDX-License-Identifier: Apache-2.0
# Encodings that are reserved, or of extensions that are not here: each stops before it does anything. The opcode maps of
# Unprivileged 27.8 and 35.
    .include "isa.inc"

case c_addi4spn_nothing # nzuimm = 0
here_c_addi4spn_nothing: .half 0x0004       #! stop=illegal pc=here_c_addi4spn_nothing instructions=2

case c_quadrant_0_funct3_4 # Zcb's
here_c_quadrant_0_funct3_4: .half 0x8000    #! stop=illegal pc=here_c_quadrant_0_funct3_4 instructions=2

case c_addiw_zero # rd = x0
here_c_addiw_zero: .half 0x2005             #! stop=illegal pc=here_c_addiw_zero instructions=2

case c_addi16sp_nothing # nzimm = 0
here_c_addi16sp_nothing: .half 0x6101       #! stop=illegal pc=here_c_addi16sp_nothing instructions=2

case c_lui_nothing # nzimm = 0
here_c_lui_nothing: .half 0x6501            #! stop=illegal pc=here_c_lui_nothing instructions=2

case c_lui_zero_nothing # rd = x0, nzimm = 0
here_c_lui_zero_nothing: .half 0x6001       #! stop=illegal pc=here_c_lui_zero_nothing instructions=2

case c_mop_1 # Zcmop's
here_c_mop_1: .half 0x6081                  #! stop=illegal pc=here_c_mop_1 instructions=2

case c_ca_2 # Zcb's c.mul
here_c_ca_2: .half 0x9c41                   #! stop=illegal pc=here_c_ca_2 instructions=2

case c_ca_3 # Zcb's c.not
here_c_ca_3: .half 0x9c61                   #! stop=illegal pc=here_c_ca_3 instructions=2

case c_lwsp_zero # rd = x0
here_c_lwsp_zero: .half 0x4002              #! stop=illegal pc=here_c_lwsp_zero instructions=2

case c_ldsp_zero # rd = x0
here_c_ldsp_zero: .half 0x6002              #! stop=illegal pc=here_c_ldsp_zero instructions=2

case c_jr_zero # rs1 = x0
here_c_jr_zero: .half 0x8002                #! stop=illegal pc=here_c_jr_zero instructions=2

case long_48_bits # an instruction of six bytes
here_long_48_bits: .word 0x0000001f         #! stop=illegal pc=here_long_48_bits instructions=2

case long_64_bits # of eight
here_long_64_bits: .word 0x0000003f         #! stop=illegal pc=here_long_64_bits instructions=2

case custom_0
here_custom_0: .word 0x0000000b             #! stop=illegal pc=here_custom_0 instructions=2

case load_funct3_7
here_load_funct3_7: .word 0x00007003        #! stop=illegal pc=here_load_funct3_7 instructions=2

case store_funct3_4
here_store_funct3_4: .word 0x00004023       #! stop=illegal pc=here_store_funct3_4 instructions=2

case branch_funct3_2
here_branch_funct3_2: .word 0x00002063      #! stop=illegal pc=here_branch_funct3_2 instructions=2

case branch_funct3_3
here_branch_funct3_3: .word 0x00003063      #! stop=illegal pc=here_branch_funct3_3 instructions=2

case jalr_funct3_1
here_jalr_funct3_1: .word 0x00051067        #! stop=illegal pc=here_jalr_funct3_1 instructions=2

case slli_funct6 # bit 26
here_slli_funct6: .word 0x04051513          #! stop=illegal pc=here_slli_funct6 instructions=2

case slliw_of_32 # shamt[5]
here_slliw_of_32: .word 0x0205151b          #! stop=illegal pc=here_slliw_of_32 instructions=2

case srliw_of_32 # shamt[5]
here_srliw_of_32: .word 0x0205551b          #! stop=illegal pc=here_srliw_of_32 instructions=2

case sraiw_of_32 # shamt[5]
here_sraiw_of_32: .word 0x4205551b          #! stop=illegal pc=here_sraiw_of_32 instructions=2

case roriw_of_32 # shamt[5]
here_roriw_of_32: .word 0x6205551b          #! stop=illegal pc=here_roriw_of_32 instructions=2

case op_funct7
here_op_funct7: .word 0x06b50533            #! stop=illegal pc=here_op_funct7 instructions=2

case op_32_slt
here_op_32_slt: .word 0x00b5253b            #! stop=illegal pc=here_op_32_slt instructions=2

case rev8_of_rv32
here_rev8_of_rv32: .word 0x69855513         #! stop=illegal pc=here_rev8_of_rv32 instructions=2

case zext_h_of_rv32
here_zext_h_of_rv32: .word 0x08054533       #! stop=illegal pc=here_zext_h_of_rv32 instructions=2

case amo_funct5 # Zacas's amocas.w
here_amo_funct5: .word 0x28b5252f           #! stop=illegal pc=here_amo_funct5 instructions=2

case amo_of_128_bits
here_amo_of_128_bits: .word 0x00b5452f      #! stop=illegal pc=here_amo_of_128_bits instructions=2

case lr_with_rs2
here_lr_with_rs2: .word 0x1015252f          #! stop=illegal pc=here_lr_with_rs2 instructions=2

case czero_funct3_6
here_czero_funct3_6: .word 0x0eb56533       #! stop=illegal pc=here_czero_funct3_6 instructions=2

case system_funct3_4
here_system_funct3_4: .word 0x00054073      #! stop=illegal pc=here_system_funct3_4 instructions=2

case ecall_with_rd
here_ecall_with_rd: .word 0x000000f3        #! stop=illegal pc=here_ecall_with_rd instructions=2

case ecall_with_rs1
here_ecall_with_rs1: .word 0x00008073       #! stop=illegal pc=here_ecall_with_rs1 instructions=2

case uret
here_uret: .word 0x00200073                 #! stop=illegal pc=here_uret instructions=2

case sret
here_sret: .word 0x10200073                 #! stop=illegal pc=here_sret instructions=2

case wrs_nto # Zawrs
here_wrs_nto: .word 0x00d00073              #! stop=illegal pc=here_wrs_nto instructions=2

case cbo_clean # Zicbom
here_cbo_clean: .word 0x0010200f            #! stop=illegal pc=here_cbo_clean instructions=2

case cbo_zero_with_rd
here_cbo_zero_with_rd: .word 0x0045208f     #! stop=illegal pc=here_cbo_zero_with_rd instructions=2

case cbo_5
here_cbo_5: .word 0x0055200f                #! stop=illegal pc=here_cbo_5 instructions=2

case misc_mem_funct3_3
here_misc_mem_funct3_3: .word 0x0000300f    #! stop=illegal pc=here_misc_mem_funct3_3 instructions=2

case flq # Q
here_flq: .word 0x00054507                  #! stop=illegal pc=here_flq instructions=2

case fadd_h # Zfh, of which there is only the minimum
here_fadd_h: .word 0x04b57553               #! stop=illegal pc=here_fadd_h instructions=2

case fmadd_h # Zfh
here_fmadd_h: .word 0x04b57543              #! stop=illegal pc=here_fmadd_h instructions=2

case fcvt_w_h # Zfh
here_fcvt_w_h: .word 0xc4057553             #! stop=illegal pc=here_fcvt_w_h instructions=2

case fclass_h # Zfh
here_fclass_h: .word 0xe4051553             #! stop=illegal pc=here_fclass_h instructions=2

case fround_s # Zfa
here_fround_s: .word 0x40457553             #! stop=illegal pc=here_fround_s instructions=2

case fsqrt_with_rs2
here_fsqrt_with_rs2: .word 0x58157553       #! stop=illegal pc=here_fsqrt_with_rs2 instructions=2

case fclass_rm_2
here_fclass_rm_2: .word 0xe0052553          #! stop=illegal pc=here_fclass_rm_2 instructions=2

case fmv_x_w_with_rs2
here_fmv_x_w_with_rs2: .word 0xe0150553     #! stop=illegal pc=here_fmv_x_w_with_rs2 instructions=2

case fsgnj_rm_3
here_fsgnj_rm_3: .word 0x20b53553           #! stop=illegal pc=here_fsgnj_rm_3 instructions=2

case fmin_rm_2 # Zfa's fminm.s
here_fmin_rm_2: .word 0x28b52553            #! stop=illegal pc=here_fmin_rm_2 instructions=2

case feq_rm_4 # Zfa's fleq.s
here_feq_rm_4: .word 0xa0b54553             #! stop=illegal pc=here_feq_rm_4 instructions=2

case fcvt_s_s
here_fcvt_s_s: .word 0x40057553             #! stop=illegal pc=here_fcvt_s_s instructions=2

case fcvt_4 # rs2 = 4
here_fcvt_4: .word 0xc0457553               #! stop=illegal pc=here_fcvt_4 instructions=2

case fmadd_rm_5 # rounding mode
here_fmadd_rm_5: .word 0x02b55543           #! stop=illegal pc=here_fmadd_rm_5 instructions=2

case fmadd_rm_6 # rounding mode
here_fmadd_rm_6: .word 0x00b56543           #! stop=illegal pc=here_fmadd_rm_6 instructions=2

case fsqrt_rm_5 # rounding mode
here_fsqrt_rm_5: .word 0x58055553           #! stop=illegal pc=here_fsqrt_rm_5 instructions=2

case fcvt_d_w_rm_5 # rounding mode, also where nothing is rounded
here_fcvt_d_w_rm_5: .word 0xd2055553        #! stop=illegal pc=here_fcvt_d_w_rm_5 instructions=2

case fcvt_d_s_rm_6 # rounding mode, also where nothing is rounded
here_fcvt_d_s_rm_6: .word 0x42056553        #! stop=illegal pc=here_fcvt_d_s_rm_6 instructions=2

case fcvt_s_h_rm_5 # rounding mode, also where nothing is rounded
here_fcvt_s_h_rm_5: .word 0x40255553        #! stop=illegal pc=here_fcvt_s_h_rm_5 instructions=2

case fcvt_w_s_rm_5 # rounding mode
here_fcvt_w_s_rm_5: .word 0xc0055553        #! stop=illegal pc=here_fcvt_w_s_rm_5 instructions=2

case fcvt_lu_d_rm_6 # rounding mode
here_fcvt_lu_d_rm_6: .word 0xc2356553       #! stop=illegal pc=here_fcvt_lu_d_rm_6 instructions=2

# Fields that are to be ignored, and hints: these do nothing.
case ignored_fields
    li a0, 5
    .word 0xf0f5050f                        # fence with a reserved fm, rd and rs1
    .word 0x00c5150f                        # fence.i with immediate, rd and rs1
    .word 0x0ff0000f                        # fence iorw, iorw
    .word 0x00156013                        # prefetch.r
    .word 0x00356013                        # prefetch.w
    .word 0x00056013                        # prefetch.i
    keep a0                                 #= 5
    end

case hints
    li a0, 5
    li a1, 6
    .word 0x12345037                        # lui x0
    .word 0x12345017                        # auipc x0
    .word 0x00150013                        # addi x0, a0, 1
    .word 0x00b52033                        # slt x0, a0, a1: semihosting and the like begin with such
    .word 0x01f01013, 0x40705013            # slli x0, x0, 31; srai x0, x0, 7
    .word 0x00200033, 0x00300033            # add x0, x0, x2; x3: ntl
    .half 0x900a, 0x900e                    # c.ntl
    keep a0                                 #= 5
    keep zero                               #= 0
    end

case reserved_frm_where_nothing_is_rounded
    csrwi frm, 5
here_exact: .word 0xd2057553 # fcvt.d.w fa0, a0, dyn #! stop=illegal pc=here_exact instructions=3

case reserved_frm_and_no_rounding_mode
    csrwi frm, 6
    li a0, 0x3ff0000000000000
    fmv.d.x fa0, a0
    fsgnjn.d fa1, fa0, fa0
    feq.d a1, fa0, fa1
    fclass.d a2, fa1
    fmv.x.d a3, fa1
    keep a1                                 #= 0
    keep a2                                 #= 2
    keep a3                                 #= 0xbff0000000000000
    end
