# SPDX-License-Identifier: Apache-2.0
# Conditional branches, ahead and back, with all kinds of operands.
    .include "isa.inc"

case beq
    branch beq, 0, 0                                                 #= 0x1
    branch beq, 1, 2                                                 #= 0x0
    branch beq, 2, 1                                                 #= 0x0
    branch beq, -1, 1                                                #= 0x0
    branch beq, 1, -1                                                #= 0x0
    branch beq, 0x8000000000000000, 0x7fffffffffffffff               #= 0x0
    branch beq, 0x7fffffffffffffff, 0x8000000000000000               #= 0x0
    branch beq, 0x100000000, 0                                       #= 0x0
    branch beq, -1, -1                                               #= 0x1
    end

case bne
    branch bne, 0, 0                                                 #= 0x0
    branch bne, 1, 2                                                 #= 0x1
    branch bne, 2, 1                                                 #= 0x1
    branch bne, -1, 1                                                #= 0x1
    branch bne, 1, -1                                                #= 0x1
    branch bne, 0x8000000000000000, 0x7fffffffffffffff               #= 0x1
    branch bne, 0x7fffffffffffffff, 0x8000000000000000               #= 0x1
    branch bne, 0x100000000, 0                                       #= 0x1
    branch bne, -1, -1                                               #= 0x0
    end

case blt
    branch blt, 0, 0                                                 #= 0x0
    branch blt, 1, 2                                                 #= 0x1
    branch blt, 2, 1                                                 #= 0x0
    branch blt, -1, 1                                                #= 0x1
    branch blt, 1, -1                                                #= 0x0
    branch blt, 0x8000000000000000, 0x7fffffffffffffff               #= 0x1
    branch blt, 0x7fffffffffffffff, 0x8000000000000000               #= 0x0
    branch blt, 0x100000000, 0                                       #= 0x0
    branch blt, -1, -1                                               #= 0x0
    end

case bge
    branch bge, 0, 0                                                 #= 0x1
    branch bge, 1, 2                                                 #= 0x0
    branch bge, 2, 1                                                 #= 0x1
    branch bge, -1, 1                                                #= 0x0
    branch bge, 1, -1                                                #= 0x1
    branch bge, 0x8000000000000000, 0x7fffffffffffffff               #= 0x0
    branch bge, 0x7fffffffffffffff, 0x8000000000000000               #= 0x1
    branch bge, 0x100000000, 0                                       #= 0x1
    branch bge, -1, -1                                               #= 0x1
    end

case bltu
    branch bltu, 0, 0                                                #= 0x0
    branch bltu, 1, 2                                                #= 0x1
    branch bltu, 2, 1                                                #= 0x0
    branch bltu, -1, 1                                               #= 0x0
    branch bltu, 1, -1                                               #= 0x1
    branch bltu, 0x8000000000000000, 0x7fffffffffffffff              #= 0x0
    branch bltu, 0x7fffffffffffffff, 0x8000000000000000              #= 0x1
    branch bltu, 0x100000000, 0                                      #= 0x0
    branch bltu, -1, -1                                              #= 0x0
    end

case bgeu
    branch bgeu, 0, 0                                                #= 0x1
    branch bgeu, 1, 2                                                #= 0x0
    branch bgeu, 2, 1                                                #= 0x1
    branch bgeu, -1, 1                                               #= 0x1
    branch bgeu, 1, -1                                               #= 0x0
    branch bgeu, 0x8000000000000000, 0x7fffffffffffffff              #= 0x1
    branch bgeu, 0x7fffffffffffffff, 0x8000000000000000              #= 0x0
    branch bgeu, 0x100000000, 0                                      #= 0x1
    branch bgeu, -1, -1                                              #= 0x1
    end

case beqz
    branch_zero beqz, 0                                              #= 0x1
    branch_zero beqz, 1                                              #= 0x0
    branch_zero beqz, -1                                             #= 0x0
    branch_zero beqz, 0x8000000000000000                             #= 0x0
    branch_zero beqz, 0x100000000                                    #= 0x0
    end

case bnez
    branch_zero bnez, 0                                              #= 0x0
    branch_zero bnez, 1                                              #= 0x1
    branch_zero bnez, -1                                             #= 0x1
    branch_zero bnez, 0x8000000000000000                             #= 0x1
    branch_zero bnez, 0x100000000                                    #= 0x1
    end

case bltz
    branch_zero bltz, 0                                              #= 0x0
    branch_zero bltz, 1                                              #= 0x0
    branch_zero bltz, -1                                             #= 0x1
    branch_zero bltz, 0x8000000000000000                             #= 0x1
    branch_zero bltz, 0x100000000                                    #= 0x0
    end

case bgez
    branch_zero bgez, 0                                              #= 0x1
    branch_zero bgez, 1                                              #= 0x1
    branch_zero bgez, -1                                             #= 0x0
    branch_zero bgez, 0x8000000000000000                             #= 0x0
    branch_zero bgez, 0x100000000                                    #= 0x1
    end

case bgtz
    branch_zero bgtz, 0                                              #= 0x0
    branch_zero bgtz, 1                                              #= 0x1
    branch_zero bgtz, -1                                             #= 0x0
    branch_zero bgtz, 0x8000000000000000                             #= 0x0
    branch_zero bgtz, 0x100000000                                    #= 0x1
    end

case blez
    branch_zero blez, 0                                              #= 0x1
    branch_zero blez, 1                                              #= 0x0
    branch_zero blez, -1                                             #= 0x1
    branch_zero blez, 0x8000000000000000                             #= 0x1
    branch_zero blez, 0x100000000                                    #= 0x0
    end

case loops
    li a0, 0
    li a1, 10
1:  addi a0, a0, 3
    addi a1, a1, -1
    bnez a1, 1b
    keep a0 #= 0x1e
2:  addi a0, a0, 1
    addi a1, a1, 1
    blt a1, a0, 3f
    j 4f
3:  li a2, 50
    bltu a1, a2, 2b
4:  keep a0 #= 0x50
    keep a1 #= 0x32
    beq zero, zero, 5f
    keep zero
5:  bne zero, zero, 6f
    keep a1 #= 0x32
6:  end

case far
    li a0, 1
    beqz zero, 2f
1:  addi a0, a0, 1
    j 3f
    .space 4000
2:  addi a0, a0, 2
    bnez a0, 1b
3:  keep a0 #= 0x4
    end
