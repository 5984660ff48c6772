# SPDX-License-Identifier: Apache-2.0
# C: what each instruction stands for.
    .include "isa.inc"

case c_add
    crr c.add, 0x0123456789abcdef, 0xfedcba9876543210                #= 0xffffffffffffffff
    crr c.add, 0x7fffffffffffffff, 1                                 #= 0x8000000000000000
    crr c.add, 0x80000000, -1                                        #= 0x7fffffff
    crr c.add, 0, 0                                                  #= 0x0
    end

case c_sub
    crr c.sub, 0x0123456789abcdef, 0xfedcba9876543210                #= 0x2468acf13579bdf
    crr c.sub, 0x7fffffffffffffff, 1                                 #= 0x7ffffffffffffffe
    crr c.sub, 0x80000000, -1                                        #= 0x80000001
    crr c.sub, 0, 0                                                  #= 0x0
    end

case c_and
    crr c.and, 0x0123456789abcdef, 0xfedcba9876543210                #= 0x0
    crr c.and, 0x7fffffffffffffff, 1                                 #= 0x1
    crr c.and, 0x80000000, -1                                        #= 0x80000000
    crr c.and, 0, 0                                                  #= 0x0
    end

case c_or
    crr c.or, 0x0123456789abcdef, 0xfedcba9876543210                 #= 0xffffffffffffffff
    crr c.or, 0x7fffffffffffffff, 1                                  #= 0x7fffffffffffffff
    crr c.or, 0x80000000, -1                                         #= 0xffffffffffffffff
    crr c.or, 0, 0                                                   #= 0x0
    end

case c_xor
    crr c.xor, 0x0123456789abcdef, 0xfedcba9876543210                #= 0xffffffffffffffff
    crr c.xor, 0x7fffffffffffffff, 1                                 #= 0x7ffffffffffffffe
    crr c.xor, 0x80000000, -1                                        #= 0xffffffff7fffffff
    crr c.xor, 0, 0                                                  #= 0x0
    end

case c_addw
    crr c.addw, 0x0123456789abcdef, 0xfedcba9876543210               #= 0xffffffffffffffff
    crr c.addw, 0x7fffffffffffffff, 1                                #= 0x0
    crr c.addw, 0x80000000, -1                                       #= 0x7fffffff
    crr c.addw, 0, 0                                                 #= 0x0
    end

case c_subw
    crr c.subw, 0x0123456789abcdef, 0xfedcba9876543210               #= 0x13579bdf
    crr c.subw, 0x7fffffffffffffff, 1                                #= 0xfffffffffffffffe
    crr c.subw, 0x80000000, -1                                       #= 0xffffffff80000001
    crr c.subw, 0, 0                                                 #= 0x0
    end

case c_mv
    crr c.mv, 0x0123456789abcdef, 0xfedcba9876543210                 #= 0xfedcba9876543210
    crr c.mv, 0x7fffffffffffffff, 1                                  #= 0x1
    crr c.mv, 0x80000000, -1                                         #= 0xffffffffffffffff
    crr c.mv, 0, 0                                                   #= 0x0
    end

case c_addi
    ci c.addi, 0x7fffffffffffffff, 1                                 #= 0x8000000000000000
    ci c.addi, 0x7fffffffffffffff, -1                                #= 0x7ffffffffffffffe
    ci c.addi, 0x7fffffffffffffff, 31                                #= 0x800000000000001e
    ci c.addi, 0x7fffffffffffffff, -32                               #= 0x7fffffffffffffdf
    ci c.addi, 0x80000000, 1                                         #= 0x80000001
    ci c.addi, 0x80000000, -1                                        #= 0x7fffffff
    ci c.addi, 0x80000000, 31                                        #= 0x8000001f
    ci c.addi, 0x80000000, -32                                       #= 0x7fffffe0
    end

case c_addiw
    ci c.addiw, 0x7fffffffffffffff, 0                                #= 0xffffffffffffffff
    ci c.addiw, 0x7fffffffffffffff, 1                                #= 0x0
    ci c.addiw, 0x7fffffffffffffff, -1                               #= 0xfffffffffffffffe
    ci c.addiw, 0x7fffffffffffffff, 31                               #= 0x1e
    ci c.addiw, 0x7fffffffffffffff, -32                              #= 0xffffffffffffffdf
    ci c.addiw, 0x7fffffff, 0                                        #= 0x7fffffff
    ci c.addiw, 0x7fffffff, 1                                        #= 0xffffffff80000000
    ci c.addiw, 0x7fffffff, -1                                       #= 0x7ffffffe
    ci c.addiw, 0x7fffffff, 31                                       #= 0xffffffff8000001e
    ci c.addiw, 0x7fffffff, -32                                      #= 0x7fffffdf
    end

case c_andi
    ci c.andi, 0xfedcba9876543210, 0                                 #= 0x0
    ci c.andi, 0xfedcba9876543210, 1                                 #= 0x0
    ci c.andi, 0xfedcba9876543210, -1                                #= 0xfedcba9876543210
    ci c.andi, 0xfedcba9876543210, 31                                #= 0x10
    ci c.andi, 0xfedcba9876543210, -32                               #= 0xfedcba9876543200
    end

case c_slli
    ci c.slli, 0x0123456789abcdef, 1                                 #= 0x2468acf13579bde
    ci c.slli, 0x0123456789abcdef, 31                                #= 0xc4d5e6f780000000
    ci c.slli, 0x0123456789abcdef, 32                                #= 0x89abcdef00000000
    ci c.slli, 0x0123456789abcdef, 63                                #= 0x8000000000000000
    ci c.slli, 0xfedcba9876543210, 1                                 #= 0xfdb97530eca86420
    ci c.slli, 0xfedcba9876543210, 31                                #= 0x3b2a190800000000
    ci c.slli, 0xfedcba9876543210, 32                                #= 0x7654321000000000
    ci c.slli, 0xfedcba9876543210, 63                                #= 0x0
    end

case c_srli
    ci c.srli, 0x0123456789abcdef, 1                                 #= 0x91a2b3c4d5e6f7
    ci c.srli, 0x0123456789abcdef, 31                                #= 0x2468acf
    ci c.srli, 0x0123456789abcdef, 32                                #= 0x1234567
    ci c.srli, 0x0123456789abcdef, 63                                #= 0x0
    ci c.srli, 0xfedcba9876543210, 1                                 #= 0x7f6e5d4c3b2a1908
    ci c.srli, 0xfedcba9876543210, 31                                #= 0x1fdb97530
    ci c.srli, 0xfedcba9876543210, 32                                #= 0xfedcba98
    ci c.srli, 0xfedcba9876543210, 63                                #= 0x1
    end

case c_srai
    ci c.srai, 0x0123456789abcdef, 1                                 #= 0x91a2b3c4d5e6f7
    ci c.srai, 0x0123456789abcdef, 31                                #= 0x2468acf
    ci c.srai, 0x0123456789abcdef, 32                                #= 0x1234567
    ci c.srai, 0x0123456789abcdef, 63                                #= 0x0
    ci c.srai, 0xfedcba9876543210, 1                                 #= 0xff6e5d4c3b2a1908
    ci c.srai, 0xfedcba9876543210, 31                                #= 0xfffffffffdb97530
    ci c.srai, 0xfedcba9876543210, 32                                #= 0xfffffffffedcba98
    ci c.srai, 0xfedcba9876543210, 63                                #= 0xffffffffffffffff
    end

case c_li_lui
    c.li a0, 0
    keep a0 #= 0x0
    c.li a0, 31
    keep a0 #= 0x1f
    c.li a0, -32
    keep a0 #= 0xffffffffffffffe0
    c.lui a0, 1
    keep a0 #= 0x1000
    c.lui a0, 31
    keep a0 #= 0x1f000
    c.lui a0, 0xfffe0
    keep a0 #= 0xfffffffffffe0000
    c.lui a0, 0xfffff
    keep a0 #= 0xfffffffffffff000
    end

case c_stack
    la sp, scratch + 2048
    li a1, 0x123456789abcdef0
    c.addi16sp sp, -512
    c.addi4spn a2, sp, 1020
    c.addi4spn a3, sp, 4
    sub a0, a2, a3
    keep a0 #= 0x3f8
    c.sdsp a1, 504(sp)
    c.swsp a1, 252(sp)
    c.sdsp a1, 0(sp)
    c.ldsp a0, 504(sp)
    keep a0 #= 0x123456789abcdef0
    c.lwsp a0, 252(sp)
    keep a0 #= 0xffffffff9abcdef0
    c.lwsp a0, 4(sp)
    keep a0 #= 0x12345678
    c.fldsp fa0, 504(sp)
    c.fsdsp fa0, 8(sp)
    c.ldsp a0, 8(sp)
    keep a0 #= 0x123456789abcdef0
    mv a3, sp
    c.addi16sp sp, 496
    sub a3, sp, a3
    keep a3 #= 0x1f0
    c.ldsp a0, 8(sp)
    keep a0 #= 0x123456789abcdef0
    end

case c_memory
    la a1, scratch
    li a2, 0x89abcdef01234567
    c.sd a2, 248(a1)
    c.sw a2, 124(a1)
    c.ld a0, 248(a1)
    keep a0 #= 0x89abcdef01234567
    c.lw a0, 124(a1)
    keep a0 #= 0x1234567
    c.lw a0, 120(a1)
    keep a0 #= 0x0
    c.fld fa0, 248(a1)
    c.fsd fa0, 8(a1)
    c.ld a0, 8(a1)
    keep a0 #= 0x89abcdef01234567
    c.lw a0, 12(a1)
    keep a0 #= 0xffffffff89abcdef
    end

case c_jumps
    li a0, 0
    c.j 2f
1:  c.addi a0, 1
    c.bnez a0, 3f
2:  c.addi a0, 2
    c.beqz a0, 3f
    c.j 1b
3:  keep a0 #= 0x3
    la a1, 4f
    c.jalr a1
    c.addi a0, 16
4:  c.addi a0, 4
    keep a0 #= 0x7
    la a2, 4b
    addi a2, a2, -2
    sub a0, a2, ra
    keep a0 #= 0x0
    la a1, 5f
    c.jr a1
    keep a1
5:  end

# Hints do nothing (Unprivileged 27.6).
case hints
    li a0, 5
    .half 0x0009, 0x0101, 0x4005, 0x6005, 0x8006, 0x9006, 0x0506, 0x1502, 0x8101, 0x8501, 0x0002
    keep a0 #= 0xa00000000
    end
