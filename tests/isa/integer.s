# SPDX-License-Identifier: Apache-2.0
# RV64I: arithmetic.
    .include "isa.inc"

case add
    rr add, 0, 0                                                     #= 0x0
    rr add, 1, 2                                                     #= 0x3
    rr add, -1, 1                                                    #= 0x0
    rr add, 0x7fffffffffffffff, 1                                    #= 0x8000000000000000
    rr add, 0x8000000000000000, -1                                   #= 0x7fffffffffffffff
    rr add, 0x8000000000000000, 0x8000000000000000                   #= 0x0
    rr add, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0xffffffffffffffff
    rr add, 0xfedcba9876543210, 0x3f                                 #= 0xfedcba987654324f
    rr add, 0xffffffff, 1                                            #= 0x100000000
    rr add, 0x7fffffff, 0x7fffffff                                   #= 0xfffffffe
    rr add, 0x80000000, 0x0123456789abcdef                           #= 0x123456809abcdef
    rr add, 5, -3                                                    #= 0x2
    rr_same add, 0x0123456789abcdef                                  #= 0x2468acf13579bde
    rr_zero add, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case sub
    rr sub, 0, 0                                                     #= 0x0
    rr sub, 1, 2                                                     #= 0xffffffffffffffff
    rr sub, -1, 1                                                    #= 0xfffffffffffffffe
    rr sub, 0x7fffffffffffffff, 1                                    #= 0x7ffffffffffffffe
    rr sub, 0x8000000000000000, -1                                   #= 0x8000000000000001
    rr sub, 0x8000000000000000, 0x8000000000000000                   #= 0x0
    rr sub, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0x2468acf13579bdf
    rr sub, 0xfedcba9876543210, 0x3f                                 #= 0xfedcba98765431d1
    rr sub, 0xffffffff, 1                                            #= 0xfffffffe
    rr sub, 0x7fffffff, 0x7fffffff                                   #= 0x0
    rr sub, 0x80000000, 0x0123456789abcdef                           #= 0xfedcba98f6543211
    rr sub, 5, -3                                                    #= 0x8
    rr_same sub, 0x0123456789abcdef                                  #= 0x0
    rr_zero sub, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case slt
    rr slt, 0, 0                                                     #= 0x0
    rr slt, 1, 2                                                     #= 0x1
    rr slt, -1, 1                                                    #= 0x1
    rr slt, 0x7fffffffffffffff, 1                                    #= 0x0
    rr slt, 0x8000000000000000, -1                                   #= 0x1
    rr slt, 0x8000000000000000, 0x8000000000000000                   #= 0x0
    rr slt, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0x0
    rr slt, 0xfedcba9876543210, 0x3f                                 #= 0x1
    rr slt, 0xffffffff, 1                                            #= 0x0
    rr slt, 0x7fffffff, 0x7fffffff                                   #= 0x0
    rr slt, 0x80000000, 0x0123456789abcdef                           #= 0x1
    rr slt, 5, -3                                                    #= 0x0
    rr_same slt, 0x0123456789abcdef                                  #= 0x0
    rr_zero slt, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case sltu
    rr sltu, 0, 0                                                    #= 0x0
    rr sltu, 1, 2                                                    #= 0x1
    rr sltu, -1, 1                                                   #= 0x0
    rr sltu, 0x7fffffffffffffff, 1                                   #= 0x0
    rr sltu, 0x8000000000000000, -1                                  #= 0x1
    rr sltu, 0x8000000000000000, 0x8000000000000000                  #= 0x0
    rr sltu, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0x1
    rr sltu, 0xfedcba9876543210, 0x3f                                #= 0x0
    rr sltu, 0xffffffff, 1                                           #= 0x0
    rr sltu, 0x7fffffff, 0x7fffffff                                  #= 0x0
    rr sltu, 0x80000000, 0x0123456789abcdef                          #= 0x1
    rr sltu, 5, -3                                                   #= 0x1
    rr_same sltu, 0x0123456789abcdef                                 #= 0x0
    rr_zero sltu, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case xor
    rr xor, 0, 0                                                     #= 0x0
    rr xor, 1, 2                                                     #= 0x3
    rr xor, -1, 1                                                    #= 0xfffffffffffffffe
    rr xor, 0x7fffffffffffffff, 1                                    #= 0x7ffffffffffffffe
    rr xor, 0x8000000000000000, -1                                   #= 0x7fffffffffffffff
    rr xor, 0x8000000000000000, 0x8000000000000000                   #= 0x0
    rr xor, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0xffffffffffffffff
    rr xor, 0xfedcba9876543210, 0x3f                                 #= 0xfedcba987654322f
    rr xor, 0xffffffff, 1                                            #= 0xfffffffe
    rr xor, 0x7fffffff, 0x7fffffff                                   #= 0x0
    rr xor, 0x80000000, 0x0123456789abcdef                           #= 0x123456709abcdef
    rr xor, 5, -3                                                    #= 0xfffffffffffffff8
    rr_same xor, 0x0123456789abcdef                                  #= 0x0
    rr_zero xor, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case or
    rr or, 0, 0                                                      #= 0x0
    rr or, 1, 2                                                      #= 0x3
    rr or, -1, 1                                                     #= 0xffffffffffffffff
    rr or, 0x7fffffffffffffff, 1                                     #= 0x7fffffffffffffff
    rr or, 0x8000000000000000, -1                                    #= 0xffffffffffffffff
    rr or, 0x8000000000000000, 0x8000000000000000                    #= 0x8000000000000000
    rr or, 0x0123456789abcdef, 0xfedcba9876543210                    #= 0xffffffffffffffff
    rr or, 0xfedcba9876543210, 0x3f                                  #= 0xfedcba987654323f
    rr or, 0xffffffff, 1                                             #= 0xffffffff
    rr or, 0x7fffffff, 0x7fffffff                                    #= 0x7fffffff
    rr or, 0x80000000, 0x0123456789abcdef                            #= 0x123456789abcdef
    rr or, 5, -3                                                     #= 0xfffffffffffffffd
    rr_same or, 0x0123456789abcdef                                   #= 0x123456789abcdef
    rr_zero or, 0x0123456789abcdef, 0xfedcba9876543210               #= 0x0
    end

case and
    rr and, 0, 0                                                     #= 0x0
    rr and, 1, 2                                                     #= 0x0
    rr and, -1, 1                                                    #= 0x1
    rr and, 0x7fffffffffffffff, 1                                    #= 0x1
    rr and, 0x8000000000000000, -1                                   #= 0x8000000000000000
    rr and, 0x8000000000000000, 0x8000000000000000                   #= 0x8000000000000000
    rr and, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0x0
    rr and, 0xfedcba9876543210, 0x3f                                 #= 0x10
    rr and, 0xffffffff, 1                                            #= 0x1
    rr and, 0x7fffffff, 0x7fffffff                                   #= 0x7fffffff
    rr and, 0x80000000, 0x0123456789abcdef                           #= 0x80000000
    rr and, 5, -3                                                    #= 0x5
    rr_same and, 0x0123456789abcdef                                  #= 0x123456789abcdef
    rr_zero and, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case addw
    rr addw, 0, 0                                                    #= 0x0
    rr addw, 1, 2                                                    #= 0x3
    rr addw, -1, 1                                                   #= 0x0
    rr addw, 0x7fffffffffffffff, 1                                   #= 0x0
    rr addw, 0x8000000000000000, -1                                  #= 0xffffffffffffffff
    rr addw, 0x8000000000000000, 0x8000000000000000                  #= 0x0
    rr addw, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0xffffffffffffffff
    rr addw, 0xfedcba9876543210, 0x3f                                #= 0x7654324f
    rr addw, 0xffffffff, 1                                           #= 0x0
    rr addw, 0x7fffffff, 0x7fffffff                                  #= 0xfffffffffffffffe
    rr addw, 0x80000000, 0x0123456789abcdef                          #= 0x9abcdef
    rr addw, 5, -3                                                   #= 0x2
    rr_same addw, 0x0123456789abcdef                                 #= 0x13579bde
    rr_zero addw, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case subw
    rr subw, 0, 0                                                    #= 0x0
    rr subw, 1, 2                                                    #= 0xffffffffffffffff
    rr subw, -1, 1                                                   #= 0xfffffffffffffffe
    rr subw, 0x7fffffffffffffff, 1                                   #= 0xfffffffffffffffe
    rr subw, 0x8000000000000000, -1                                  #= 0x1
    rr subw, 0x8000000000000000, 0x8000000000000000                  #= 0x0
    rr subw, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0x13579bdf
    rr subw, 0xfedcba9876543210, 0x3f                                #= 0x765431d1
    rr subw, 0xffffffff, 1                                           #= 0xfffffffffffffffe
    rr subw, 0x7fffffff, 0x7fffffff                                  #= 0x0
    rr subw, 0x80000000, 0x0123456789abcdef                          #= 0xfffffffff6543211
    rr subw, 5, -3                                                   #= 0x8
    rr_same subw, 0x0123456789abcdef                                 #= 0x0
    rr_zero subw, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case sll
    rr sll, 0x0123456789abcdef, 0                                    #= 0x123456789abcdef
    rr sll, 0x0123456789abcdef, 1                                    #= 0x2468acf13579bde
    rr sll, 0xfedcba9876543210, 4                                    #= 0xedcba98765432100
    rr sll, 0xfedcba9876543210, 31                                   #= 0x3b2a190800000000
    rr sll, 0xfedcba9876543210, 32                                   #= 0x7654321000000000
    rr sll, 0x0123456789abcdef, 63                                   #= 0x8000000000000000
    rr sll, 0xfedcba9876543210, 64                                   #= 0xfedcba9876543210
    rr sll, 0x0123456789abcdef, -1                                   #= 0x8000000000000000
    rr sll, 0x8000000000000000, 63                                   #= 0x0
    rr sll, 0x80000000, 31                                           #= 0x4000000000000000
    rr sll, 0xffffffff, 33                                           #= 0xfffffffe00000000
    rr sll, 1, 0x123456700000003f                                    #= 0x8000000000000000
    rr_same sll, 0x0123456789abcdef                                  #= 0xe6f7800000000000
    rr_zero sll, 0xfedcba9876543210, 64                              #= 0x0
    end

case srl
    rr srl, 0x0123456789abcdef, 0                                    #= 0x123456789abcdef
    rr srl, 0x0123456789abcdef, 1                                    #= 0x91a2b3c4d5e6f7
    rr srl, 0xfedcba9876543210, 4                                    #= 0xfedcba987654321
    rr srl, 0xfedcba9876543210, 31                                   #= 0x1fdb97530
    rr srl, 0xfedcba9876543210, 32                                   #= 0xfedcba98
    rr srl, 0x0123456789abcdef, 63                                   #= 0x0
    rr srl, 0xfedcba9876543210, 64                                   #= 0xfedcba9876543210
    rr srl, 0x0123456789abcdef, -1                                   #= 0x0
    rr srl, 0x8000000000000000, 63                                   #= 0x1
    rr srl, 0x80000000, 31                                           #= 0x1
    rr srl, 0xffffffff, 33                                           #= 0x0
    rr srl, 1, 0x123456700000003f                                    #= 0x0
    rr_same srl, 0x0123456789abcdef                                  #= 0x246
    rr_zero srl, 0xfedcba9876543210, 64                              #= 0x0
    end

case sra
    rr sra, 0x0123456789abcdef, 0                                    #= 0x123456789abcdef
    rr sra, 0x0123456789abcdef, 1                                    #= 0x91a2b3c4d5e6f7
    rr sra, 0xfedcba9876543210, 4                                    #= 0xffedcba987654321
    rr sra, 0xfedcba9876543210, 31                                   #= 0xfffffffffdb97530
    rr sra, 0xfedcba9876543210, 32                                   #= 0xfffffffffedcba98
    rr sra, 0x0123456789abcdef, 63                                   #= 0x0
    rr sra, 0xfedcba9876543210, 64                                   #= 0xfedcba9876543210
    rr sra, 0x0123456789abcdef, -1                                   #= 0x0
    rr sra, 0x8000000000000000, 63                                   #= 0xffffffffffffffff
    rr sra, 0x80000000, 31                                           #= 0x1
    rr sra, 0xffffffff, 33                                           #= 0x0
    rr sra, 1, 0x123456700000003f                                    #= 0x0
    rr_same sra, 0x0123456789abcdef                                  #= 0x246
    rr_zero sra, 0xfedcba9876543210, 64                              #= 0x0
    end

case sllw
    rr sllw, 0x0123456789abcdef, 0                                   #= 0xffffffff89abcdef
    rr sllw, 0x0123456789abcdef, 1                                   #= 0x13579bde
    rr sllw, 0xfedcba9876543210, 4                                   #= 0x65432100
    rr sllw, 0xfedcba9876543210, 31                                  #= 0x0
    rr sllw, 0xfedcba9876543210, 32                                  #= 0x76543210
    rr sllw, 0x0123456789abcdef, 63                                  #= 0xffffffff80000000
    rr sllw, 0xfedcba9876543210, 64                                  #= 0x76543210
    rr sllw, 0x0123456789abcdef, -1                                  #= 0xffffffff80000000
    rr sllw, 0x8000000000000000, 63                                  #= 0x0
    rr sllw, 0x80000000, 31                                          #= 0x0
    rr sllw, 0xffffffff, 33                                          #= 0xfffffffffffffffe
    rr sllw, 1, 0x123456700000003f                                   #= 0xffffffff80000000
    rr_same sllw, 0x0123456789abcdef                                 #= 0xffffffffe6f78000
    rr_zero sllw, 0xfedcba9876543210, 64                             #= 0x0
    end

case srlw
    rr srlw, 0x0123456789abcdef, 0                                   #= 0xffffffff89abcdef
    rr srlw, 0x0123456789abcdef, 1                                   #= 0x44d5e6f7
    rr srlw, 0xfedcba9876543210, 4                                   #= 0x7654321
    rr srlw, 0xfedcba9876543210, 31                                  #= 0x0
    rr srlw, 0xfedcba9876543210, 32                                  #= 0x76543210
    rr srlw, 0x0123456789abcdef, 63                                  #= 0x1
    rr srlw, 0xfedcba9876543210, 64                                  #= 0x76543210
    rr srlw, 0x0123456789abcdef, -1                                  #= 0x1
    rr srlw, 0x8000000000000000, 63                                  #= 0x0
    rr srlw, 0x80000000, 31                                          #= 0x1
    rr srlw, 0xffffffff, 33                                          #= 0x7fffffff
    rr srlw, 1, 0x123456700000003f                                   #= 0x0
    rr_same srlw, 0x0123456789abcdef                                 #= 0x11357
    rr_zero srlw, 0xfedcba9876543210, 64                             #= 0x0
    end

case sraw
    rr sraw, 0x0123456789abcdef, 0                                   #= 0xffffffff89abcdef
    rr sraw, 0x0123456789abcdef, 1                                   #= 0xffffffffc4d5e6f7
    rr sraw, 0xfedcba9876543210, 4                                   #= 0x7654321
    rr sraw, 0xfedcba9876543210, 31                                  #= 0x0
    rr sraw, 0xfedcba9876543210, 32                                  #= 0x76543210
    rr sraw, 0x0123456789abcdef, 63                                  #= 0xffffffffffffffff
    rr sraw, 0xfedcba9876543210, 64                                  #= 0x76543210
    rr sraw, 0x0123456789abcdef, -1                                  #= 0xffffffffffffffff
    rr sraw, 0x8000000000000000, 63                                  #= 0x0
    rr sraw, 0x80000000, 31                                          #= 0xffffffffffffffff
    rr sraw, 0xffffffff, 33                                          #= 0xffffffffffffffff
    rr sraw, 1, 0x123456700000003f                                   #= 0x0
    rr_same sraw, 0x0123456789abcdef                                 #= 0xffffffffffff1357
    rr_zero sraw, 0xfedcba9876543210, 64                             #= 0x0
    end

case addi
    ri addi, 0, 0                                                    #= 0x0
    ri addi, -1, 1                                                   #= 0x0
    ri addi, 0x7fffffffffffffff, -1                                  #= 0x7ffffffffffffffe
    ri addi, 0x8000000000000000, 2047                                #= 0x80000000000007ff
    ri addi, 0x0123456789abcdef, -2048                               #= 0x123456789abc5ef
    ri addi, 0xfedcba9876543210, 0x555                               #= 0xfedcba9876543765
    ri addi, 0x80000000, 0                                           #= 0x80000000
    ri addi, 0, -1                                                   #= 0xffffffffffffffff
    ri addi, -1, 2047                                                #= 0x7fe
    ri addi, 0x7fffffffffffffff, -2048                               #= 0x7ffffffffffff7ff
    ri addi, 0x8000000000000000, 0x555                               #= 0x8000000000000555
    ri addi, 0x0123456789abcdef, 0                                   #= 0x123456789abcdef
    ri addi, 0xfedcba9876543210, 1                                   #= 0xfedcba9876543211
    ri addi, 0x80000000, -1                                          #= 0x7fffffff
    ri addi, 0, -2048                                                #= 0xfffffffffffff800
    ri addi, -1, 0x555                                               #= 0x554
    ri addi, 0x7fffffffffffffff, 0                                   #= 0x7fffffffffffffff
    ri addi, 0x8000000000000000, 1                                   #= 0x8000000000000001
    ri addi, 0x0123456789abcdef, -1                                  #= 0x123456789abcdee
    ri addi, 0xfedcba9876543210, 2047                                #= 0xfedcba9876543a0f
    ri addi, 0x80000000, -2048                                       #= 0x7ffff800
    end

case slti
    ri slti, 0, 0                                                    #= 0x0
    ri slti, -1, 1                                                   #= 0x1
    ri slti, 0x7fffffffffffffff, -1                                  #= 0x0
    ri slti, 0x8000000000000000, 2047                                #= 0x1
    ri slti, 0x0123456789abcdef, -2048                               #= 0x0
    ri slti, 0xfedcba9876543210, 0x555                               #= 0x1
    ri slti, 0x80000000, 0                                           #= 0x0
    ri slti, 0, -1                                                   #= 0x0
    ri slti, -1, 2047                                                #= 0x1
    ri slti, 0x7fffffffffffffff, -2048                               #= 0x0
    ri slti, 0x8000000000000000, 0x555                               #= 0x1
    ri slti, 0x0123456789abcdef, 0                                   #= 0x0
    ri slti, 0xfedcba9876543210, 1                                   #= 0x1
    ri slti, 0x80000000, -1                                          #= 0x0
    ri slti, 0, -2048                                                #= 0x0
    ri slti, -1, 0x555                                               #= 0x1
    ri slti, 0x7fffffffffffffff, 0                                   #= 0x0
    ri slti, 0x8000000000000000, 1                                   #= 0x1
    ri slti, 0x0123456789abcdef, -1                                  #= 0x0
    ri slti, 0xfedcba9876543210, 2047                                #= 0x1
    ri slti, 0x80000000, -2048                                       #= 0x0
    end

case sltiu
    ri sltiu, 0, 0                                                   #= 0x0
    ri sltiu, -1, 1                                                  #= 0x0
    ri sltiu, 0x7fffffffffffffff, -1                                 #= 0x1
    ri sltiu, 0x8000000000000000, 2047                               #= 0x0
    ri sltiu, 0x0123456789abcdef, -2048                              #= 0x1
    ri sltiu, 0xfedcba9876543210, 0x555                              #= 0x0
    ri sltiu, 0x80000000, 0                                          #= 0x0
    ri sltiu, 0, -1                                                  #= 0x1
    ri sltiu, -1, 2047                                               #= 0x0
    ri sltiu, 0x7fffffffffffffff, -2048                              #= 0x1
    ri sltiu, 0x8000000000000000, 0x555                              #= 0x0
    ri sltiu, 0x0123456789abcdef, 0                                  #= 0x0
    ri sltiu, 0xfedcba9876543210, 1                                  #= 0x0
    ri sltiu, 0x80000000, -1                                         #= 0x1
    ri sltiu, 0, -2048                                               #= 0x1
    ri sltiu, -1, 0x555                                              #= 0x0
    ri sltiu, 0x7fffffffffffffff, 0                                  #= 0x0
    ri sltiu, 0x8000000000000000, 1                                  #= 0x0
    ri sltiu, 0x0123456789abcdef, -1                                 #= 0x1
    ri sltiu, 0xfedcba9876543210, 2047                               #= 0x0
    ri sltiu, 0x80000000, -2048                                      #= 0x1
    end

case xori
    ri xori, 0, 0                                                    #= 0x0
    ri xori, -1, 1                                                   #= 0xfffffffffffffffe
    ri xori, 0x7fffffffffffffff, -1                                  #= 0x8000000000000000
    ri xori, 0x8000000000000000, 2047                                #= 0x80000000000007ff
    ri xori, 0x0123456789abcdef, -2048                               #= 0xfedcba98765435ef
    ri xori, 0xfedcba9876543210, 0x555                               #= 0xfedcba9876543745
    ri xori, 0x80000000, 0                                           #= 0x80000000
    ri xori, 0, -1                                                   #= 0xffffffffffffffff
    ri xori, -1, 2047                                                #= 0xfffffffffffff800
    ri xori, 0x7fffffffffffffff, -2048                               #= 0x80000000000007ff
    ri xori, 0x8000000000000000, 0x555                               #= 0x8000000000000555
    ri xori, 0x0123456789abcdef, 0                                   #= 0x123456789abcdef
    ri xori, 0xfedcba9876543210, 1                                   #= 0xfedcba9876543211
    ri xori, 0x80000000, -1                                          #= 0xffffffff7fffffff
    ri xori, 0, -2048                                                #= 0xfffffffffffff800
    ri xori, -1, 0x555                                               #= 0xfffffffffffffaaa
    ri xori, 0x7fffffffffffffff, 0                                   #= 0x7fffffffffffffff
    ri xori, 0x8000000000000000, 1                                   #= 0x8000000000000001
    ri xori, 0x0123456789abcdef, -1                                  #= 0xfedcba9876543210
    ri xori, 0xfedcba9876543210, 2047                                #= 0xfedcba98765435ef
    ri xori, 0x80000000, -2048                                       #= 0xffffffff7ffff800
    end

case ori
    ri ori, 0, 0                                                     #= 0x0
    ri ori, -1, 1                                                    #= 0xffffffffffffffff
    ri ori, 0x7fffffffffffffff, -1                                   #= 0xffffffffffffffff
    ri ori, 0x8000000000000000, 2047                                 #= 0x80000000000007ff
    ri ori, 0x0123456789abcdef, -2048                                #= 0xfffffffffffffdef
    ri ori, 0xfedcba9876543210, 0x555                                #= 0xfedcba9876543755
    ri ori, 0x80000000, 0                                            #= 0x80000000
    ri ori, 0, -1                                                    #= 0xffffffffffffffff
    ri ori, -1, 2047                                                 #= 0xffffffffffffffff
    ri ori, 0x7fffffffffffffff, -2048                                #= 0xffffffffffffffff
    ri ori, 0x8000000000000000, 0x555                                #= 0x8000000000000555
    ri ori, 0x0123456789abcdef, 0                                    #= 0x123456789abcdef
    ri ori, 0xfedcba9876543210, 1                                    #= 0xfedcba9876543211
    ri ori, 0x80000000, -1                                           #= 0xffffffffffffffff
    ri ori, 0, -2048                                                 #= 0xfffffffffffff800
    ri ori, -1, 0x555                                                #= 0xffffffffffffffff
    ri ori, 0x7fffffffffffffff, 0                                    #= 0x7fffffffffffffff
    ri ori, 0x8000000000000000, 1                                    #= 0x8000000000000001
    ri ori, 0x0123456789abcdef, -1                                   #= 0xffffffffffffffff
    ri ori, 0xfedcba9876543210, 2047                                 #= 0xfedcba98765437ff
    ri ori, 0x80000000, -2048                                        #= 0xfffffffffffff800
    end

case andi
    ri andi, 0, 0                                                    #= 0x0
    ri andi, -1, 1                                                   #= 0x1
    ri andi, 0x7fffffffffffffff, -1                                  #= 0x7fffffffffffffff
    ri andi, 0x8000000000000000, 2047                                #= 0x0
    ri andi, 0x0123456789abcdef, -2048                               #= 0x123456789abc800
    ri andi, 0xfedcba9876543210, 0x555                               #= 0x10
    ri andi, 0x80000000, 0                                           #= 0x0
    ri andi, 0, -1                                                   #= 0x0
    ri andi, -1, 2047                                                #= 0x7ff
    ri andi, 0x7fffffffffffffff, -2048                               #= 0x7ffffffffffff800
    ri andi, 0x8000000000000000, 0x555                               #= 0x0
    ri andi, 0x0123456789abcdef, 0                                   #= 0x0
    ri andi, 0xfedcba9876543210, 1                                   #= 0x0
    ri andi, 0x80000000, -1                                          #= 0x80000000
    ri andi, 0, -2048                                                #= 0x0
    ri andi, -1, 0x555                                               #= 0x555
    ri andi, 0x7fffffffffffffff, 0                                   #= 0x0
    ri andi, 0x8000000000000000, 1                                   #= 0x0
    ri andi, 0x0123456789abcdef, -1                                  #= 0x123456789abcdef
    ri andi, 0xfedcba9876543210, 2047                                #= 0x210
    ri andi, 0x80000000, -2048                                       #= 0x80000000
    end

case addiw
    ri addiw, 0, 0                                                   #= 0x0
    ri addiw, -1, 1                                                  #= 0x0
    ri addiw, 0x7fffffffffffffff, -1                                 #= 0xfffffffffffffffe
    ri addiw, 0x8000000000000000, 2047                               #= 0x7ff
    ri addiw, 0x0123456789abcdef, -2048                              #= 0xffffffff89abc5ef
    ri addiw, 0xfedcba9876543210, 0x555                              #= 0x76543765
    ri addiw, 0x80000000, 0                                          #= 0xffffffff80000000
    ri addiw, 0, -1                                                  #= 0xffffffffffffffff
    ri addiw, -1, 2047                                               #= 0x7fe
    ri addiw, 0x7fffffffffffffff, -2048                              #= 0xfffffffffffff7ff
    ri addiw, 0x8000000000000000, 0x555                              #= 0x555
    ri addiw, 0x0123456789abcdef, 0                                  #= 0xffffffff89abcdef
    ri addiw, 0xfedcba9876543210, 1                                  #= 0x76543211
    ri addiw, 0x80000000, -1                                         #= 0x7fffffff
    ri addiw, 0, -2048                                               #= 0xfffffffffffff800
    ri addiw, -1, 0x555                                              #= 0x554
    ri addiw, 0x7fffffffffffffff, 0                                  #= 0xffffffffffffffff
    ri addiw, 0x8000000000000000, 1                                  #= 0x1
    ri addiw, 0x0123456789abcdef, -1                                 #= 0xffffffff89abcdee
    ri addiw, 0xfedcba9876543210, 2047                               #= 0x76543a0f
    ri addiw, 0x80000000, -2048                                      #= 0x7ffff800
    end

case slli
    ri slli, 0x0123456789abcdef, 0                                   #= 0x123456789abcdef
    ri slli, 0xfedcba9876543210, 0                                   #= 0xfedcba9876543210
    ri slli, 0x80000000, 0                                           #= 0x80000000
    ri slli, 0x0123456789abcdef, 1                                   #= 0x2468acf13579bde
    ri slli, 0xfedcba9876543210, 1                                   #= 0xfdb97530eca86420
    ri slli, 0x80000000, 1                                           #= 0x100000000
    ri slli, 0x0123456789abcdef, 7                                   #= 0x91a2b3c4d5e6f780
    ri slli, 0xfedcba9876543210, 7                                   #= 0x6e5d4c3b2a190800
    ri slli, 0x80000000, 7                                           #= 0x4000000000
    ri slli, 0x0123456789abcdef, 31                                  #= 0xc4d5e6f780000000
    ri slli, 0xfedcba9876543210, 31                                  #= 0x3b2a190800000000
    ri slli, 0x80000000, 31                                          #= 0x4000000000000000
    ri slli, 0x0123456789abcdef, 32                                  #= 0x89abcdef00000000
    ri slli, 0xfedcba9876543210, 32                                  #= 0x7654321000000000
    ri slli, 0x80000000, 32                                          #= 0x8000000000000000
    ri slli, 0x0123456789abcdef, 47                                  #= 0xe6f7800000000000
    ri slli, 0xfedcba9876543210, 47                                  #= 0x1908000000000000
    ri slli, 0x80000000, 47                                          #= 0x0
    ri slli, 0x0123456789abcdef, 63                                  #= 0x8000000000000000
    ri slli, 0xfedcba9876543210, 63                                  #= 0x0
    ri slli, 0x80000000, 63                                          #= 0x0
    end

case srli
    ri srli, 0x0123456789abcdef, 0                                   #= 0x123456789abcdef
    ri srli, 0xfedcba9876543210, 0                                   #= 0xfedcba9876543210
    ri srli, 0x80000000, 0                                           #= 0x80000000
    ri srli, 0x0123456789abcdef, 1                                   #= 0x91a2b3c4d5e6f7
    ri srli, 0xfedcba9876543210, 1                                   #= 0x7f6e5d4c3b2a1908
    ri srli, 0x80000000, 1                                           #= 0x40000000
    ri srli, 0x0123456789abcdef, 7                                   #= 0x2468acf13579b
    ri srli, 0xfedcba9876543210, 7                                   #= 0x1fdb97530eca864
    ri srli, 0x80000000, 7                                           #= 0x1000000
    ri srli, 0x0123456789abcdef, 31                                  #= 0x2468acf
    ri srli, 0xfedcba9876543210, 31                                  #= 0x1fdb97530
    ri srli, 0x80000000, 31                                          #= 0x1
    ri srli, 0x0123456789abcdef, 32                                  #= 0x1234567
    ri srli, 0xfedcba9876543210, 32                                  #= 0xfedcba98
    ri srli, 0x80000000, 32                                          #= 0x0
    ri srli, 0x0123456789abcdef, 47                                  #= 0x246
    ri srli, 0xfedcba9876543210, 47                                  #= 0x1fdb9
    ri srli, 0x80000000, 47                                          #= 0x0
    ri srli, 0x0123456789abcdef, 63                                  #= 0x0
    ri srli, 0xfedcba9876543210, 63                                  #= 0x1
    ri srli, 0x80000000, 63                                          #= 0x0
    end

case srai
    ri srai, 0x0123456789abcdef, 0                                   #= 0x123456789abcdef
    ri srai, 0xfedcba9876543210, 0                                   #= 0xfedcba9876543210
    ri srai, 0x80000000, 0                                           #= 0x80000000
    ri srai, 0x0123456789abcdef, 1                                   #= 0x91a2b3c4d5e6f7
    ri srai, 0xfedcba9876543210, 1                                   #= 0xff6e5d4c3b2a1908
    ri srai, 0x80000000, 1                                           #= 0x40000000
    ri srai, 0x0123456789abcdef, 7                                   #= 0x2468acf13579b
    ri srai, 0xfedcba9876543210, 7                                   #= 0xfffdb97530eca864
    ri srai, 0x80000000, 7                                           #= 0x1000000
    ri srai, 0x0123456789abcdef, 31                                  #= 0x2468acf
    ri srai, 0xfedcba9876543210, 31                                  #= 0xfffffffffdb97530
    ri srai, 0x80000000, 31                                          #= 0x1
    ri srai, 0x0123456789abcdef, 32                                  #= 0x1234567
    ri srai, 0xfedcba9876543210, 32                                  #= 0xfffffffffedcba98
    ri srai, 0x80000000, 32                                          #= 0x0
    ri srai, 0x0123456789abcdef, 47                                  #= 0x246
    ri srai, 0xfedcba9876543210, 47                                  #= 0xfffffffffffffdb9
    ri srai, 0x80000000, 47                                          #= 0x0
    ri srai, 0x0123456789abcdef, 63                                  #= 0x0
    ri srai, 0xfedcba9876543210, 63                                  #= 0xffffffffffffffff
    ri srai, 0x80000000, 63                                          #= 0x0
    end

case slliw
    ri slliw, 0x0123456789abcdef, 0                                  #= 0xffffffff89abcdef
    ri slliw, 0xfedcba9876543210, 0                                  #= 0x76543210
    ri slliw, 0x80000000, 0                                          #= 0xffffffff80000000
    ri slliw, 0x0123456789abcdef, 1                                  #= 0x13579bde
    ri slliw, 0xfedcba9876543210, 1                                  #= 0xffffffffeca86420
    ri slliw, 0x80000000, 1                                          #= 0x0
    ri slliw, 0x0123456789abcdef, 7                                  #= 0xffffffffd5e6f780
    ri slliw, 0xfedcba9876543210, 7                                  #= 0x2a190800
    ri slliw, 0x80000000, 7                                          #= 0x0
    ri slliw, 0x0123456789abcdef, 31                                 #= 0xffffffff80000000
    ri slliw, 0xfedcba9876543210, 31                                 #= 0x0
    ri slliw, 0x80000000, 31                                         #= 0x0
    ri slliw, 0x0123456789abcdef, 15                                 #= 0xffffffffe6f78000
    ri slliw, 0xfedcba9876543210, 15                                 #= 0x19080000
    ri slliw, 0x80000000, 15                                         #= 0x0
    ri slliw, 0x0123456789abcdef, 16                                 #= 0xffffffffcdef0000
    ri slliw, 0xfedcba9876543210, 16                                 #= 0x32100000
    ri slliw, 0x80000000, 16                                         #= 0x0
    ri slliw, 0x0123456789abcdef, 30                                 #= 0xffffffffc0000000
    ri slliw, 0xfedcba9876543210, 30                                 #= 0x0
    ri slliw, 0x80000000, 30                                         #= 0x0
    end

case srliw
    ri srliw, 0x0123456789abcdef, 0                                  #= 0xffffffff89abcdef
    ri srliw, 0xfedcba9876543210, 0                                  #= 0x76543210
    ri srliw, 0x80000000, 0                                          #= 0xffffffff80000000
    ri srliw, 0x0123456789abcdef, 1                                  #= 0x44d5e6f7
    ri srliw, 0xfedcba9876543210, 1                                  #= 0x3b2a1908
    ri srliw, 0x80000000, 1                                          #= 0x40000000
    ri srliw, 0x0123456789abcdef, 7                                  #= 0x113579b
    ri srliw, 0xfedcba9876543210, 7                                  #= 0xeca864
    ri srliw, 0x80000000, 7                                          #= 0x1000000
    ri srliw, 0x0123456789abcdef, 31                                 #= 0x1
    ri srliw, 0xfedcba9876543210, 31                                 #= 0x0
    ri srliw, 0x80000000, 31                                         #= 0x1
    ri srliw, 0x0123456789abcdef, 15                                 #= 0x11357
    ri srliw, 0xfedcba9876543210, 15                                 #= 0xeca8
    ri srliw, 0x80000000, 15                                         #= 0x10000
    ri srliw, 0x0123456789abcdef, 16                                 #= 0x89ab
    ri srliw, 0xfedcba9876543210, 16                                 #= 0x7654
    ri srliw, 0x80000000, 16                                         #= 0x8000
    ri srliw, 0x0123456789abcdef, 30                                 #= 0x2
    ri srliw, 0xfedcba9876543210, 30                                 #= 0x1
    ri srliw, 0x80000000, 30                                         #= 0x2
    end

case sraiw
    ri sraiw, 0x0123456789abcdef, 0                                  #= 0xffffffff89abcdef
    ri sraiw, 0xfedcba9876543210, 0                                  #= 0x76543210
    ri sraiw, 0x80000000, 0                                          #= 0xffffffff80000000
    ri sraiw, 0x0123456789abcdef, 1                                  #= 0xffffffffc4d5e6f7
    ri sraiw, 0xfedcba9876543210, 1                                  #= 0x3b2a1908
    ri sraiw, 0x80000000, 1                                          #= 0xffffffffc0000000
    ri sraiw, 0x0123456789abcdef, 7                                  #= 0xffffffffff13579b
    ri sraiw, 0xfedcba9876543210, 7                                  #= 0xeca864
    ri sraiw, 0x80000000, 7                                          #= 0xffffffffff000000
    ri sraiw, 0x0123456789abcdef, 31                                 #= 0xffffffffffffffff
    ri sraiw, 0xfedcba9876543210, 31                                 #= 0x0
    ri sraiw, 0x80000000, 31                                         #= 0xffffffffffffffff
    ri sraiw, 0x0123456789abcdef, 15                                 #= 0xffffffffffff1357
    ri sraiw, 0xfedcba9876543210, 15                                 #= 0xeca8
    ri sraiw, 0x80000000, 15                                         #= 0xffffffffffff0000
    ri sraiw, 0x0123456789abcdef, 16                                 #= 0xffffffffffff89ab
    ri sraiw, 0xfedcba9876543210, 16                                 #= 0x7654
    ri sraiw, 0x80000000, 16                                         #= 0xffffffffffff8000
    ri sraiw, 0x0123456789abcdef, 30                                 #= 0xfffffffffffffffe
    ri sraiw, 0xfedcba9876543210, 30                                 #= 0x1
    ri sraiw, 0x80000000, 30                                         #= 0xfffffffffffffffe
    end

case lui
    lui a0, 0
    keep a0 #= 0x0
    lui a0, 1
    keep a0 #= 0x1000
    lui a0, 0x7ffff
    keep a0 #= 0x7ffff000
    lui a0, 0x80000
    keep a0 #= 0xffffffff80000000
    lui a0, 0xfffff
    keep a0 #= 0xfffffffffffff000
    end

case auipc
here: auipc a0, 0
    la a1, here
    sub a0, a0, a1
    keep a0 #= 0x0
    auipc a0, 0xfffff
    auipc a1, 0x7ffff
    sub a0, a1, a0
    keep a0 #= 0x80000004
    lui zero, 1
    auipc zero, 1
    keep zero #= 0x0
    end
