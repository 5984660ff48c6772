# SPDX-License-Identifier: Apache-2.0
# D: arithmetic, comparison, sign injection, classification.
    .include "isa.inc"

case fadd_d
    ff fadd.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x4010000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x3ff0000000000000 0x1
    ff fadd.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0xbfefffffffffffff 0x0
    ff fadd.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x7ff0000000000000 0x5
    ff fadd.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x7fefffffffffffff 0x1
    ff fadd.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0x7ff8000000000000 0x10
    ff fadd.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x7ff0000000000000 0x0
    ff fadd.d, 0x7ff0000000000000, 0                                 #= 0x7ff0000000000000 0x0
    ff fadd.d, 0, 0                                                  #= 0x0 0x0
    ff fadd.d, 0, 0x8000000000000000                                 #= 0x0 0x0
    ff fadd.d, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000 0x0
    ff fadd.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x7ff8000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x7ff8000000000000 0x10
    ff fadd.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x7ff8000000000000 0x10
    ff fadd.d, 1, 1                                                  #= 0x2 0x0
    ff fadd.d, 1, 0x0010000000000000                                 #= 0x10000000000001 0x0
    ff fadd.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x1fffffffffffff 0x0
    ff fadd.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0x0 0x0
    ff fadd.d, 0x3ff0000000000001, 0x3ff0000000000000                #= 0x4000000000000000 0x1
    ff fadd.d, 0x4008000000000000, 0                                 #= 0x4008000000000000 0x0
    ff fadd.d, 0x0010000000000000, 0x4008000000000000                #= 0x4008000000000000 0x1
    ff fadd.d, 0x3ff0000000000000, 0x7fefffffffffffff                #= 0x7fefffffffffffff 0x1
    end

case fadd_d_rounding
    ff fadd.d, 0x3ff0000000000000, 0x4008000000000000, rne           #= 0x4010000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0x4008000000000000, rtz           #= 0x4010000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0x4008000000000000, rdn           #= 0x4010000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0x4008000000000000, rup           #= 0x4010000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0x4008000000000000, rmm           #= 0x4010000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000, rne           #= 0x3ff0000000000000 0x1
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000, rtz           #= 0x3ff0000000000000 0x1
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000, rdn           #= 0x3ff0000000000000 0x1
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000, rup           #= 0x3ff0000000000001 0x1
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000, rmm           #= 0x3ff0000000000001 0x1
    ff fadd.d, 0xbff0000000000000, 0x3ca0000000000000, rne           #= 0xbfefffffffffffff 0x0
    ff fadd.d, 0xbff0000000000000, 0x3ca0000000000000, rtz           #= 0xbfefffffffffffff 0x0
    ff fadd.d, 0xbff0000000000000, 0x3ca0000000000000, rdn           #= 0xbfefffffffffffff 0x0
    ff fadd.d, 0xbff0000000000000, 0x3ca0000000000000, rup           #= 0xbfefffffffffffff 0x0
    ff fadd.d, 0xbff0000000000000, 0x3ca0000000000000, rmm           #= 0xbfefffffffffffff 0x0
    ff fadd.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rne           #= 0x7ff0000000000000 0x5
    ff fadd.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rtz           #= 0x7fefffffffffffff 0x5
    ff fadd.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rdn           #= 0x7fefffffffffffff 0x5
    ff fadd.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rup           #= 0x7ff0000000000000 0x5
    ff fadd.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rmm           #= 0x7ff0000000000000 0x5
    ff fadd.d, 1, 0x4008000000000000, rne                            #= 0x4008000000000000 0x1
    ff fadd.d, 1, 0x4008000000000000, rtz                            #= 0x4008000000000000 0x1
    ff fadd.d, 1, 0x4008000000000000, rdn                            #= 0x4008000000000000 0x1
    ff fadd.d, 1, 0x4008000000000000, rup                            #= 0x4008000000000001 0x1
    ff fadd.d, 1, 0x4008000000000000, rmm                            #= 0x4008000000000000 0x1
    ff fadd.d, 0x0010000000000000, 0x000fffffffffffff, rne           #= 0x1fffffffffffff 0x0
    ff fadd.d, 0x0010000000000000, 0x000fffffffffffff, rtz           #= 0x1fffffffffffff 0x0
    ff fadd.d, 0x0010000000000000, 0x000fffffffffffff, rdn           #= 0x1fffffffffffff 0x0
    ff fadd.d, 0x0010000000000000, 0x000fffffffffffff, rup           #= 0x1fffffffffffff 0x0
    ff fadd.d, 0x0010000000000000, 0x000fffffffffffff, rmm           #= 0x1fffffffffffff 0x0
    ff fadd.d, 0x3ff0000000000000, 0xbff0000000000000, rne           #= 0x0 0x0
    ff fadd.d, 0x3ff0000000000000, 0xbff0000000000000, rtz           #= 0x0 0x0
    ff fadd.d, 0x3ff0000000000000, 0xbff0000000000000, rdn           #= 0x8000000000000000 0x0
    ff fadd.d, 0x3ff0000000000000, 0xbff0000000000000, rup           #= 0x0 0x0
    ff fadd.d, 0x3ff0000000000000, 0xbff0000000000000, rmm           #= 0x0 0x0
    end

case fsub_d
    ff fsub.d, 0x3ff0000000000000, 0x4008000000000000                #= 0xc000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x3fefffffffffffff 0x0
    ff fsub.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0xbff0000000000000 0x1
    ff fsub.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x0 0x0
    ff fsub.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x7fefffffffffffff 0x1
    ff fsub.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0x7ff0000000000000 0x0
    ff fsub.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x7ff8000000000000 0x10
    ff fsub.d, 0x7ff0000000000000, 0                                 #= 0x7ff0000000000000 0x0
    ff fsub.d, 0, 0                                                  #= 0x0 0x0
    ff fsub.d, 0, 0x8000000000000000                                 #= 0x0 0x0
    ff fsub.d, 0x8000000000000000, 0x8000000000000000                #= 0x0 0x0
    ff fsub.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x7ff8000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x7ff8000000000000 0x10
    ff fsub.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x7ff8000000000000 0x10
    ff fsub.d, 1, 1                                                  #= 0x0 0x0
    ff fsub.d, 1, 0x0010000000000000                                 #= 0x800fffffffffffff 0x0
    ff fsub.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x1 0x0
    ff fsub.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0x4000000000000000 0x0
    ff fsub.d, 0x3ff0000000000001, 0x3ff0000000000000                #= 0x3cb0000000000000 0x0
    ff fsub.d, 0x4008000000000000, 0                                 #= 0x4008000000000000 0x0
    ff fsub.d, 0x0010000000000000, 0x4008000000000000                #= 0xc008000000000000 0x1
    ff fsub.d, 0x3ff0000000000000, 0x7fefffffffffffff                #= 0xffefffffffffffff 0x1
    end

case fsub_d_rounding
    ff fsub.d, 0x3ff0000000000000, 0x4008000000000000, rne           #= 0xc000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0x4008000000000000, rtz           #= 0xc000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0x4008000000000000, rdn           #= 0xc000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0x4008000000000000, rup           #= 0xc000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0x4008000000000000, rmm           #= 0xc000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0x3ca0000000000000, rne           #= 0x3fefffffffffffff 0x0
    ff fsub.d, 0x3ff0000000000000, 0x3ca0000000000000, rtz           #= 0x3fefffffffffffff 0x0
    ff fsub.d, 0x3ff0000000000000, 0x3ca0000000000000, rdn           #= 0x3fefffffffffffff 0x0
    ff fsub.d, 0x3ff0000000000000, 0x3ca0000000000000, rup           #= 0x3fefffffffffffff 0x0
    ff fsub.d, 0x3ff0000000000000, 0x3ca0000000000000, rmm           #= 0x3fefffffffffffff 0x0
    ff fsub.d, 0xbff0000000000000, 0x3ca0000000000000, rne           #= 0xbff0000000000000 0x1
    ff fsub.d, 0xbff0000000000000, 0x3ca0000000000000, rtz           #= 0xbff0000000000000 0x1
    ff fsub.d, 0xbff0000000000000, 0x3ca0000000000000, rdn           #= 0xbff0000000000001 0x1
    ff fsub.d, 0xbff0000000000000, 0x3ca0000000000000, rup           #= 0xbff0000000000000 0x1
    ff fsub.d, 0xbff0000000000000, 0x3ca0000000000000, rmm           #= 0xbff0000000000001 0x1
    ff fsub.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rne           #= 0x0 0x0
    ff fsub.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rtz           #= 0x0 0x0
    ff fsub.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rdn           #= 0x8000000000000000 0x0
    ff fsub.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rup           #= 0x0 0x0
    ff fsub.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rmm           #= 0x0 0x0
    ff fsub.d, 1, 0x4008000000000000, rne                            #= 0xc008000000000000 0x1
    ff fsub.d, 1, 0x4008000000000000, rtz                            #= 0xc007ffffffffffff 0x1
    ff fsub.d, 1, 0x4008000000000000, rdn                            #= 0xc008000000000000 0x1
    ff fsub.d, 1, 0x4008000000000000, rup                            #= 0xc007ffffffffffff 0x1
    ff fsub.d, 1, 0x4008000000000000, rmm                            #= 0xc008000000000000 0x1
    ff fsub.d, 0x0010000000000000, 0x000fffffffffffff, rne           #= 0x1 0x0
    ff fsub.d, 0x0010000000000000, 0x000fffffffffffff, rtz           #= 0x1 0x0
    ff fsub.d, 0x0010000000000000, 0x000fffffffffffff, rdn           #= 0x1 0x0
    ff fsub.d, 0x0010000000000000, 0x000fffffffffffff, rup           #= 0x1 0x0
    ff fsub.d, 0x0010000000000000, 0x000fffffffffffff, rmm           #= 0x1 0x0
    ff fsub.d, 0x3ff0000000000000, 0xbff0000000000000, rne           #= 0x4000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0xbff0000000000000, rtz           #= 0x4000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0xbff0000000000000, rdn           #= 0x4000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0xbff0000000000000, rup           #= 0x4000000000000000 0x0
    ff fsub.d, 0x3ff0000000000000, 0xbff0000000000000, rmm           #= 0x4000000000000000 0x0
    end

case fmul_d
    ff fmul.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x4008000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x3ca0000000000000 0x0
    ff fmul.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0xbca0000000000000 0x0
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x7ff0000000000000 0x5
    ff fmul.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x7fefffffffffffff 0x0
    ff fmul.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0xfff0000000000000 0x0
    ff fmul.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x7ff0000000000000 0x0
    ff fmul.d, 0x7ff0000000000000, 0                                 #= 0x7ff8000000000000 0x10
    ff fmul.d, 0, 0                                                  #= 0x0 0x0
    ff fmul.d, 0, 0x8000000000000000                                 #= 0x8000000000000000 0x0
    ff fmul.d, 0x8000000000000000, 0x8000000000000000                #= 0x0 0x0
    ff fmul.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x7ff8000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x7ff8000000000000 0x10
    ff fmul.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x7ff8000000000000 0x10
    ff fmul.d, 1, 1                                                  #= 0x0 0x3
    ff fmul.d, 1, 0x0010000000000000                                 #= 0x0 0x3
    ff fmul.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x0 0x3
    ff fmul.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0xbff0000000000000 0x0
    ff fmul.d, 0x3ff0000000000001, 0x3ff0000000000000                #= 0x3ff0000000000001 0x0
    ff fmul.d, 0x4008000000000000, 0                                 #= 0x0 0x0
    ff fmul.d, 0x0010000000000000, 0x4008000000000000                #= 0x28000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x7fefffffffffffff                #= 0x7fefffffffffffff 0x0
    end

case fmul_d_rounding
    ff fmul.d, 0x3ff0000000000000, 0x4008000000000000, rne           #= 0x4008000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x4008000000000000, rtz           #= 0x4008000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x4008000000000000, rdn           #= 0x4008000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x4008000000000000, rup           #= 0x4008000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x4008000000000000, rmm           #= 0x4008000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x3ca0000000000000, rne           #= 0x3ca0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x3ca0000000000000, rtz           #= 0x3ca0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x3ca0000000000000, rdn           #= 0x3ca0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x3ca0000000000000, rup           #= 0x3ca0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0x3ca0000000000000, rmm           #= 0x3ca0000000000000 0x0
    ff fmul.d, 0xbff0000000000000, 0x3ca0000000000000, rne           #= 0xbca0000000000000 0x0
    ff fmul.d, 0xbff0000000000000, 0x3ca0000000000000, rtz           #= 0xbca0000000000000 0x0
    ff fmul.d, 0xbff0000000000000, 0x3ca0000000000000, rdn           #= 0xbca0000000000000 0x0
    ff fmul.d, 0xbff0000000000000, 0x3ca0000000000000, rup           #= 0xbca0000000000000 0x0
    ff fmul.d, 0xbff0000000000000, 0x3ca0000000000000, rmm           #= 0xbca0000000000000 0x0
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rne           #= 0x7ff0000000000000 0x5
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rtz           #= 0x7fefffffffffffff 0x5
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rdn           #= 0x7fefffffffffffff 0x5
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rup           #= 0x7ff0000000000000 0x5
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rmm           #= 0x7ff0000000000000 0x5
    ff fmul.d, 1, 0x4008000000000000, rne                            #= 0x3 0x0
    ff fmul.d, 1, 0x4008000000000000, rtz                            #= 0x3 0x0
    ff fmul.d, 1, 0x4008000000000000, rdn                            #= 0x3 0x0
    ff fmul.d, 1, 0x4008000000000000, rup                            #= 0x3 0x0
    ff fmul.d, 1, 0x4008000000000000, rmm                            #= 0x3 0x0
    ff fmul.d, 0x0010000000000000, 0x000fffffffffffff, rne           #= 0x0 0x3
    ff fmul.d, 0x0010000000000000, 0x000fffffffffffff, rtz           #= 0x0 0x3
    ff fmul.d, 0x0010000000000000, 0x000fffffffffffff, rdn           #= 0x0 0x3
    ff fmul.d, 0x0010000000000000, 0x000fffffffffffff, rup           #= 0x1 0x3
    ff fmul.d, 0x0010000000000000, 0x000fffffffffffff, rmm           #= 0x0 0x3
    ff fmul.d, 0x3ff0000000000000, 0xbff0000000000000, rne           #= 0xbff0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0xbff0000000000000, rtz           #= 0xbff0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0xbff0000000000000, rdn           #= 0xbff0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0xbff0000000000000, rup           #= 0xbff0000000000000 0x0
    ff fmul.d, 0x3ff0000000000000, 0xbff0000000000000, rmm           #= 0xbff0000000000000 0x0
    end

case fdiv_d
    ff fdiv.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x3fd5555555555555 0x1
    ff fdiv.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x4340000000000000 0x0
    ff fdiv.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0xc340000000000000 0x0
    ff fdiv.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x3ff0000000000000 0x0
    ff fdiv.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x7fefffffffffffff 0x0
    ff fdiv.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0x7ff8000000000000 0x10
    ff fdiv.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x7ff8000000000000 0x10
    ff fdiv.d, 0x7ff0000000000000, 0                                 #= 0x7ff0000000000000 0x0
    ff fdiv.d, 0, 0                                                  #= 0x7ff8000000000000 0x10
    ff fdiv.d, 0, 0x8000000000000000                                 #= 0x7ff8000000000000 0x10
    ff fdiv.d, 0x8000000000000000, 0x8000000000000000                #= 0x7ff8000000000000 0x10
    ff fdiv.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x7ff8000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x7ff8000000000000 0x10
    ff fdiv.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x7ff8000000000000 0x10
    ff fdiv.d, 1, 1                                                  #= 0x3ff0000000000000 0x0
    ff fdiv.d, 1, 0x0010000000000000                                 #= 0x3cb0000000000000 0x0
    ff fdiv.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x3ff0000000000001 0x1
    ff fdiv.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0xbff0000000000000 0x0
    ff fdiv.d, 0x3ff0000000000001, 0x3ff0000000000000                #= 0x3ff0000000000001 0x0
    ff fdiv.d, 0x4008000000000000, 0                                 #= 0x7ff0000000000000 0x8
    ff fdiv.d, 0x0010000000000000, 0x4008000000000000                #= 0x5555555555555 0x3
    ff fdiv.d, 0x3ff0000000000000, 0x7fefffffffffffff                #= 0x4000000000000 0x3
    end

case fdiv_d_rounding
    ff fdiv.d, 0x3ff0000000000000, 0x4008000000000000, rne           #= 0x3fd5555555555555 0x1
    ff fdiv.d, 0x3ff0000000000000, 0x4008000000000000, rtz           #= 0x3fd5555555555555 0x1
    ff fdiv.d, 0x3ff0000000000000, 0x4008000000000000, rdn           #= 0x3fd5555555555555 0x1
    ff fdiv.d, 0x3ff0000000000000, 0x4008000000000000, rup           #= 0x3fd5555555555556 0x1
    ff fdiv.d, 0x3ff0000000000000, 0x4008000000000000, rmm           #= 0x3fd5555555555555 0x1
    ff fdiv.d, 0x3ff0000000000000, 0x3ca0000000000000, rne           #= 0x4340000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0x3ca0000000000000, rtz           #= 0x4340000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0x3ca0000000000000, rdn           #= 0x4340000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0x3ca0000000000000, rup           #= 0x4340000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0x3ca0000000000000, rmm           #= 0x4340000000000000 0x0
    ff fdiv.d, 0xbff0000000000000, 0x3ca0000000000000, rne           #= 0xc340000000000000 0x0
    ff fdiv.d, 0xbff0000000000000, 0x3ca0000000000000, rtz           #= 0xc340000000000000 0x0
    ff fdiv.d, 0xbff0000000000000, 0x3ca0000000000000, rdn           #= 0xc340000000000000 0x0
    ff fdiv.d, 0xbff0000000000000, 0x3ca0000000000000, rup           #= 0xc340000000000000 0x0
    ff fdiv.d, 0xbff0000000000000, 0x3ca0000000000000, rmm           #= 0xc340000000000000 0x0
    ff fdiv.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rne           #= 0x3ff0000000000000 0x0
    ff fdiv.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rtz           #= 0x3ff0000000000000 0x0
    ff fdiv.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rdn           #= 0x3ff0000000000000 0x0
    ff fdiv.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rup           #= 0x3ff0000000000000 0x0
    ff fdiv.d, 0x7fefffffffffffff, 0x7fefffffffffffff, rmm           #= 0x3ff0000000000000 0x0
    ff fdiv.d, 1, 0x4008000000000000, rne                            #= 0x0 0x3
    ff fdiv.d, 1, 0x4008000000000000, rtz                            #= 0x0 0x3
    ff fdiv.d, 1, 0x4008000000000000, rdn                            #= 0x0 0x3
    ff fdiv.d, 1, 0x4008000000000000, rup                            #= 0x1 0x3
    ff fdiv.d, 1, 0x4008000000000000, rmm                            #= 0x0 0x3
    ff fdiv.d, 0x0010000000000000, 0x000fffffffffffff, rne           #= 0x3ff0000000000001 0x1
    ff fdiv.d, 0x0010000000000000, 0x000fffffffffffff, rtz           #= 0x3ff0000000000001 0x1
    ff fdiv.d, 0x0010000000000000, 0x000fffffffffffff, rdn           #= 0x3ff0000000000001 0x1
    ff fdiv.d, 0x0010000000000000, 0x000fffffffffffff, rup           #= 0x3ff0000000000002 0x1
    ff fdiv.d, 0x0010000000000000, 0x000fffffffffffff, rmm           #= 0x3ff0000000000001 0x1
    ff fdiv.d, 0x3ff0000000000000, 0xbff0000000000000, rne           #= 0xbff0000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0xbff0000000000000, rtz           #= 0xbff0000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0xbff0000000000000, rdn           #= 0xbff0000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0xbff0000000000000, rup           #= 0xbff0000000000000 0x0
    ff fdiv.d, 0x3ff0000000000000, 0xbff0000000000000, rmm           #= 0xbff0000000000000 0x0
    end

case fsqrt_d
    f fsqrt.d, 0x3ff0000000000000                                    #= 0x3ff0000000000000 0x0
    f fsqrt.d, 0x4008000000000000                                    #= 0x3ffbb67ae8584caa 0x1
    f fsqrt.d, 1                                                     #= 0x1e60000000000000 0x0
    f fsqrt.d, 0x0010000000000000                                    #= 0x2000000000000000 0x0
    f fsqrt.d, 0x7fefffffffffffff                                    #= 0x5fefffffffffffff 0x1
    f fsqrt.d, 0x7ff0000000000000                                    #= 0x7ff0000000000000 0x0
    f fsqrt.d, 0xfff0000000000000                                    #= 0x7ff8000000000000 0x10
    f fsqrt.d, 0x7ff8000000000123                                    #= 0x7ff8000000000000 0x0
    f fsqrt.d, 0x7ff0000000000001                                    #= 0x7ff8000000000000 0x10
    f fsqrt.d, 0x8000000000000000                                    #= 0x8000000000000000 0x0
    f fsqrt.d, 0                                                     #= 0x0 0x0
    f fsqrt.d, 0x3ca0000000000000                                    #= 0x3e46a09e667f3bcd 0x1
    f fsqrt.d, 0xbff0000000000000                                    #= 0x7ff8000000000000 0x10
    f fsqrt.d, 0x000fffffffffffff                                    #= 0x1fffffffffffffff 0x1
    f fsqrt.d, 0x3ff0000000000001                                    #= 0x3ff0000000000000 0x1
    end

case fsqrt_d_rounding
    f fsqrt.d, 0x4008000000000000, rne                               #= 0x3ffbb67ae8584caa 0x1
    f fsqrt.d, 0x4008000000000000, rtz                               #= 0x3ffbb67ae8584caa 0x1
    f fsqrt.d, 0x4008000000000000, rdn                               #= 0x3ffbb67ae8584caa 0x1
    f fsqrt.d, 0x4008000000000000, rup                               #= 0x3ffbb67ae8584cab 0x1
    f fsqrt.d, 0x4008000000000000, rmm                               #= 0x3ffbb67ae8584caa 0x1
    f fsqrt.d, 0x3ff0000000000001, rne                               #= 0x3ff0000000000000 0x1
    f fsqrt.d, 0x3ff0000000000001, rtz                               #= 0x3ff0000000000000 0x1
    f fsqrt.d, 0x3ff0000000000001, rdn                               #= 0x3ff0000000000000 0x1
    f fsqrt.d, 0x3ff0000000000001, rup                               #= 0x3ff0000000000001 0x1
    f fsqrt.d, 0x3ff0000000000001, rmm                               #= 0x3ff0000000000000 0x1
    f fsqrt.d, 0x000fffffffffffff, rne                               #= 0x1fffffffffffffff 0x1
    f fsqrt.d, 0x000fffffffffffff, rtz                               #= 0x1ffffffffffffffe 0x1
    f fsqrt.d, 0x000fffffffffffff, rdn                               #= 0x1ffffffffffffffe 0x1
    f fsqrt.d, 0x000fffffffffffff, rup                               #= 0x1fffffffffffffff 0x1
    f fsqrt.d, 0x000fffffffffffff, rmm                               #= 0x1fffffffffffffff 0x1
    end

case fmadd_d
    fff fmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ff0000000000000 #= 0x4010000000000000 0x0
    fff fmadd.d, 0x4008000000000000, 0x4008000000000000, 0xbff0000000000000 #= 0x4020000000000000 0x0
    fff fmadd.d, 0x7ff0000000000000, 0, 0x3ff0000000000000           #= 0x7ff8000000000000 0x10
    fff fmadd.d, 0x7ff0000000000000, 0, 0x7ff8000000000123           #= 0x7ff8000000000000 0x10
    fff fmadd.d, 0, 0x7ff0000000000000, 0x7ff0000000000001           #= 0x7ff8000000000000 0x10
    fff fmadd.d, 0x7ff0000000000000, 0x3ff0000000000000, 0xfff0000000000000 #= 0x7ff8000000000000 0x10
    fff fmadd.d, 0x7fefffffffffffff, 0x4008000000000000, 0xfff0000000000000 #= 0xfff0000000000000 0x0
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000 #= 0x3cc0000000000000 0x1
    fff fmadd.d, 1, 1, 1                                             #= 0x1 0x3
    fff fmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000 #= 0x0 0x0
    fff fmadd.d, 0x8000000000000000, 0x3ff0000000000000, 0           #= 0x0 0x0
    fff fmadd.d, 0x7fefffffffffffff, 0x3ff0000000000001, 0x7fefffffffffffff #= 0x7ff0000000000000 0x5
    fff fmadd.d, 0x0010000000000000, 0x000fffffffffffff, 0           #= 0x0 0x3
    fff fmadd.d, 0x7ff8000000000123, 0x3ff0000000000000, 0x3ff0000000000000 #= 0x7ff8000000000000 0x0
    end

case fmadd_d_rounding
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rne #= 0x3cc0000000000000 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rtz #= 0x3cc0000000000000 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rdn #= 0x3cc0000000000000 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rup #= 0x3cc0000000000001 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rmm #= 0x3cc0000000000001 0x1
    fff fmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rne #= 0x4008000000000000 0x1
    fff fmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rtz #= 0x4008000000000000 0x1
    fff fmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rdn #= 0x4008000000000000 0x1
    fff fmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rup #= 0x4008000000000001 0x1
    fff fmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rmm #= 0x4008000000000000 0x1
    fff fmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rne #= 0x0 0x0
    fff fmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rtz #= 0x0 0x0
    fff fmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rdn #= 0x8000000000000000 0x0
    fff fmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rup #= 0x0 0x0
    fff fmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rmm #= 0x0 0x0
    end

case fmsub_d
    fff fmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ff0000000000000 #= 0x4000000000000000 0x0
    fff fmsub.d, 0x4008000000000000, 0x4008000000000000, 0xbff0000000000000 #= 0x4024000000000000 0x0
    fff fmsub.d, 0x7ff0000000000000, 0, 0x3ff0000000000000           #= 0x7ff8000000000000 0x10
    fff fmsub.d, 0x7ff0000000000000, 0, 0x7ff8000000000123           #= 0x7ff8000000000000 0x10
    fff fmsub.d, 0, 0x7ff0000000000000, 0x7ff0000000000001           #= 0x7ff8000000000000 0x10
    fff fmsub.d, 0x7ff0000000000000, 0x3ff0000000000000, 0xfff0000000000000 #= 0x7ff0000000000000 0x0
    fff fmsub.d, 0x7fefffffffffffff, 0x4008000000000000, 0xfff0000000000000 #= 0x7ff0000000000000 0x0
    fff fmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000 #= 0x4000000000000001 0x1
    fff fmsub.d, 1, 1, 1                                             #= 0x8000000000000001 0x3
    fff fmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000 #= 0xc000000000000000 0x0
    fff fmsub.d, 0x8000000000000000, 0x3ff0000000000000, 0           #= 0x8000000000000000 0x0
    fff fmsub.d, 0x7fefffffffffffff, 0x3ff0000000000001, 0x7fefffffffffffff #= 0x7cafffffffffffff 0x0
    fff fmsub.d, 0x0010000000000000, 0x000fffffffffffff, 0           #= 0x0 0x3
    fff fmsub.d, 0x7ff8000000000123, 0x3ff0000000000000, 0x3ff0000000000000 #= 0x7ff8000000000000 0x0
    end

case fmsub_d_rounding
    fff fmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rne #= 0x4000000000000001 0x1
    fff fmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rtz #= 0x4000000000000001 0x1
    fff fmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rdn #= 0x4000000000000001 0x1
    fff fmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rup #= 0x4000000000000002 0x1
    fff fmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rmm #= 0x4000000000000001 0x1
    fff fmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rne #= 0x4008000000000000 0x1
    fff fmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rtz #= 0x4007ffffffffffff 0x1
    fff fmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rdn #= 0x4007ffffffffffff 0x1
    fff fmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rup #= 0x4008000000000000 0x1
    fff fmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rmm #= 0x4008000000000000 0x1
    fff fmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rne #= 0xc000000000000000 0x0
    fff fmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rtz #= 0xc000000000000000 0x0
    fff fmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rdn #= 0xc000000000000000 0x0
    fff fmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rup #= 0xc000000000000000 0x0
    fff fmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rmm #= 0xc000000000000000 0x0
    end

case fnmsub_d
    fff fnmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ff0000000000000 #= 0xc000000000000000 0x0
    fff fnmsub.d, 0x4008000000000000, 0x4008000000000000, 0xbff0000000000000 #= 0xc024000000000000 0x0
    fff fnmsub.d, 0x7ff0000000000000, 0, 0x3ff0000000000000          #= 0x7ff8000000000000 0x10
    fff fnmsub.d, 0x7ff0000000000000, 0, 0x7ff8000000000123          #= 0x7ff8000000000000 0x10
    fff fnmsub.d, 0, 0x7ff0000000000000, 0x7ff0000000000001          #= 0x7ff8000000000000 0x10
    fff fnmsub.d, 0x7ff0000000000000, 0x3ff0000000000000, 0xfff0000000000000 #= 0xfff0000000000000 0x0
    fff fnmsub.d, 0x7fefffffffffffff, 0x4008000000000000, 0xfff0000000000000 #= 0xfff0000000000000 0x0
    fff fnmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000 #= 0xc000000000000001 0x1
    fff fnmsub.d, 1, 1, 1                                            #= 0x1 0x3
    fff fnmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000 #= 0x4000000000000000 0x0
    fff fnmsub.d, 0x8000000000000000, 0x3ff0000000000000, 0          #= 0x0 0x0
    fff fnmsub.d, 0x7fefffffffffffff, 0x3ff0000000000001, 0x7fefffffffffffff #= 0xfcafffffffffffff 0x0
    fff fnmsub.d, 0x0010000000000000, 0x000fffffffffffff, 0          #= 0x8000000000000000 0x3
    fff fnmsub.d, 0x7ff8000000000123, 0x3ff0000000000000, 0x3ff0000000000000 #= 0x7ff8000000000000 0x0
    end

case fnmsub_d_rounding
    fff fnmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rne #= 0xc000000000000001 0x1
    fff fnmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rtz #= 0xc000000000000001 0x1
    fff fnmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rdn #= 0xc000000000000002 0x1
    fff fnmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rup #= 0xc000000000000001 0x1
    fff fnmsub.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rmm #= 0xc000000000000001 0x1
    fff fnmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rne #= 0xc008000000000000 0x1
    fff fnmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rtz #= 0xc007ffffffffffff 0x1
    fff fnmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rdn #= 0xc008000000000000 0x1
    fff fnmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rup #= 0xc007ffffffffffff 0x1
    fff fnmsub.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rmm #= 0xc008000000000000 0x1
    fff fnmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rne #= 0x4000000000000000 0x0
    fff fnmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rtz #= 0x4000000000000000 0x0
    fff fnmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rdn #= 0x4000000000000000 0x0
    fff fnmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rup #= 0x4000000000000000 0x0
    fff fnmsub.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rmm #= 0x4000000000000000 0x0
    end

case fnmadd_d
    fff fnmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ff0000000000000 #= 0xc010000000000000 0x0
    fff fnmadd.d, 0x4008000000000000, 0x4008000000000000, 0xbff0000000000000 #= 0xc020000000000000 0x0
    fff fnmadd.d, 0x7ff0000000000000, 0, 0x3ff0000000000000          #= 0x7ff8000000000000 0x10
    fff fnmadd.d, 0x7ff0000000000000, 0, 0x7ff8000000000123          #= 0x7ff8000000000000 0x10
    fff fnmadd.d, 0, 0x7ff0000000000000, 0x7ff0000000000001          #= 0x7ff8000000000000 0x10
    fff fnmadd.d, 0x7ff0000000000000, 0x3ff0000000000000, 0xfff0000000000000 #= 0x7ff8000000000000 0x10
    fff fnmadd.d, 0x7fefffffffffffff, 0x4008000000000000, 0xfff0000000000000 #= 0x7ff0000000000000 0x0
    fff fnmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000 #= 0xbcc0000000000000 0x1
    fff fnmadd.d, 1, 1, 1                                            #= 0x8000000000000001 0x3
    fff fnmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000 #= 0x0 0x0
    fff fnmadd.d, 0x8000000000000000, 0x3ff0000000000000, 0          #= 0x0 0x0
    fff fnmadd.d, 0x7fefffffffffffff, 0x3ff0000000000001, 0x7fefffffffffffff #= 0xfff0000000000000 0x5
    fff fnmadd.d, 0x0010000000000000, 0x000fffffffffffff, 0          #= 0x8000000000000000 0x3
    fff fnmadd.d, 0x7ff8000000000123, 0x3ff0000000000000, 0x3ff0000000000000 #= 0x7ff8000000000000 0x0
    end

case fnmadd_d_rounding
    fff fnmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rne #= 0xbcc0000000000000 0x1
    fff fnmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rtz #= 0xbcc0000000000000 0x1
    fff fnmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rdn #= 0xbcc0000000000001 0x1
    fff fnmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rup #= 0xbcc0000000000000 0x1
    fff fnmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000000, rmm #= 0xbcc0000000000001 0x1
    fff fnmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rne #= 0xc008000000000000 0x1
    fff fnmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rtz #= 0xc008000000000000 0x1
    fff fnmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rdn #= 0xc008000000000001 0x1
    fff fnmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rup #= 0xc008000000000000 0x1
    fff fnmadd.d, 0x3ff0000000000000, 0x4008000000000000, 0x3ca0000000000000, rmm #= 0xc008000000000000 0x1
    fff fnmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rne #= 0x0 0x0
    fff fnmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rtz #= 0x0 0x0
    fff fnmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rdn #= 0x8000000000000000 0x0
    fff fnmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rup #= 0x0 0x0
    fff fnmadd.d, 0x3ff0000000000000, 0xbff0000000000000, 0x3ff0000000000000, rmm #= 0x0 0x0
    end

case dynamic_rounding_d

    csrwi frm, 0
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000 #= 0x3ff0000000000000 0x1
    ff fdiv.d, 0xbff0000000000000, 0x4008000000000000 #= 0xbfd5555555555555 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0x3ca0000000000000 #= 0x3ff0000000000003 0x1
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff #= 0x7ff0000000000000 0x5
    csrwi frm, 1
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000 #= 0x3ff0000000000000 0x1
    ff fdiv.d, 0xbff0000000000000, 0x4008000000000000 #= 0xbfd5555555555555 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0x3ca0000000000000 #= 0x3ff0000000000002 0x1
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff #= 0x7fefffffffffffff 0x5
    csrwi frm, 2
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000 #= 0x3ff0000000000000 0x1
    ff fdiv.d, 0xbff0000000000000, 0x4008000000000000 #= 0xbfd5555555555556 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0x3ca0000000000000 #= 0x3ff0000000000002 0x1
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff #= 0x7fefffffffffffff 0x5
    csrwi frm, 3
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000 #= 0x3ff0000000000001 0x1
    ff fdiv.d, 0xbff0000000000000, 0x4008000000000000 #= 0xbfd5555555555555 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0x3ca0000000000000 #= 0x3ff0000000000003 0x1
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff #= 0x7ff0000000000000 0x5
    csrwi frm, 4
    ff fadd.d, 0x3ff0000000000000, 0x3ca0000000000000 #= 0x3ff0000000000001 0x1
    ff fdiv.d, 0xbff0000000000000, 0x4008000000000000 #= 0xbfd5555555555555 0x1
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0x3ca0000000000000 #= 0x3ff0000000000003 0x1
    ff fmul.d, 0x7fefffffffffffff, 0x7fefffffffffffff #= 0x7ff0000000000000 0x5
    csrwi frm, 0
    end

case fsgnj_d
    ff fsgnj.d, 0x3ff0000000000000, 0x4008000000000000               #= 0x3ff0000000000000 0x0
    ff fsgnj.d, 0x3ff0000000000000, 0x3ca0000000000000               #= 0x3ff0000000000000 0x0
    ff fsgnj.d, 0xbff0000000000000, 0x3ca0000000000000               #= 0x3ff0000000000000 0x0
    ff fsgnj.d, 0x7fefffffffffffff, 0x7fefffffffffffff               #= 0x7fefffffffffffff 0x0
    ff fsgnj.d, 0x7fefffffffffffff, 0x3ff0000000000000               #= 0x7fefffffffffffff 0x0
    ff fsgnj.d, 0x7ff0000000000000, 0xfff0000000000000               #= 0xfff0000000000000 0x0
    ff fsgnj.d, 0x7ff0000000000000, 0x7ff0000000000000               #= 0x7ff0000000000000 0x0
    ff fsgnj.d, 0x7ff0000000000000, 0                                #= 0x7ff0000000000000 0x0
    ff fsgnj.d, 0, 0                                                 #= 0x0 0x0
    ff fsgnj.d, 0, 0x8000000000000000                                #= 0x8000000000000000 0x0
    ff fsgnj.d, 0x8000000000000000, 0x8000000000000000               #= 0x8000000000000000 0x0
    ff fsgnj.d, 0x7ff8000000000123, 0x3ff0000000000000               #= 0x7ff8000000000123 0x0
    ff fsgnj.d, 0x3ff0000000000000, 0x7ff0000000000001               #= 0x3ff0000000000000 0x0
    ff fsgnj.d, 0x7ff0000000000001, 0x7ff8000000000123               #= 0x7ff0000000000001 0x0
    ff fsgnj.d, 1, 1                                                 #= 0x1 0x0
    ff fsgnj.d, 1, 0x0010000000000000                                #= 0x1 0x0
    ff fsgnj.d, 0x0010000000000000, 0x000fffffffffffff               #= 0x10000000000000 0x0
    ff fsgnj.d, 0x3ff0000000000000, 0xbff0000000000000               #= 0xbff0000000000000 0x0
    end

case fsgnjn_d
    ff fsgnjn.d, 0x3ff0000000000000, 0x4008000000000000              #= 0xbff0000000000000 0x0
    ff fsgnjn.d, 0x3ff0000000000000, 0x3ca0000000000000              #= 0xbff0000000000000 0x0
    ff fsgnjn.d, 0xbff0000000000000, 0x3ca0000000000000              #= 0xbff0000000000000 0x0
    ff fsgnjn.d, 0x7fefffffffffffff, 0x7fefffffffffffff              #= 0xffefffffffffffff 0x0
    ff fsgnjn.d, 0x7fefffffffffffff, 0x3ff0000000000000              #= 0xffefffffffffffff 0x0
    ff fsgnjn.d, 0x7ff0000000000000, 0xfff0000000000000              #= 0x7ff0000000000000 0x0
    ff fsgnjn.d, 0x7ff0000000000000, 0x7ff0000000000000              #= 0xfff0000000000000 0x0
    ff fsgnjn.d, 0x7ff0000000000000, 0                               #= 0xfff0000000000000 0x0
    ff fsgnjn.d, 0, 0                                                #= 0x8000000000000000 0x0
    ff fsgnjn.d, 0, 0x8000000000000000                               #= 0x0 0x0
    ff fsgnjn.d, 0x8000000000000000, 0x8000000000000000              #= 0x0 0x0
    ff fsgnjn.d, 0x7ff8000000000123, 0x3ff0000000000000              #= 0xfff8000000000123 0x0
    ff fsgnjn.d, 0x3ff0000000000000, 0x7ff0000000000001              #= 0xbff0000000000000 0x0
    ff fsgnjn.d, 0x7ff0000000000001, 0x7ff8000000000123              #= 0xfff0000000000001 0x0
    ff fsgnjn.d, 1, 1                                                #= 0x8000000000000001 0x0
    ff fsgnjn.d, 1, 0x0010000000000000                               #= 0x8000000000000001 0x0
    ff fsgnjn.d, 0x0010000000000000, 0x000fffffffffffff              #= 0x8010000000000000 0x0
    ff fsgnjn.d, 0x3ff0000000000000, 0xbff0000000000000              #= 0x3ff0000000000000 0x0
    end

case fsgnjx_d
    ff fsgnjx.d, 0x3ff0000000000000, 0x4008000000000000              #= 0x3ff0000000000000 0x0
    ff fsgnjx.d, 0x3ff0000000000000, 0x3ca0000000000000              #= 0x3ff0000000000000 0x0
    ff fsgnjx.d, 0xbff0000000000000, 0x3ca0000000000000              #= 0xbff0000000000000 0x0
    ff fsgnjx.d, 0x7fefffffffffffff, 0x7fefffffffffffff              #= 0x7fefffffffffffff 0x0
    ff fsgnjx.d, 0x7fefffffffffffff, 0x3ff0000000000000              #= 0x7fefffffffffffff 0x0
    ff fsgnjx.d, 0x7ff0000000000000, 0xfff0000000000000              #= 0xfff0000000000000 0x0
    ff fsgnjx.d, 0x7ff0000000000000, 0x7ff0000000000000              #= 0x7ff0000000000000 0x0
    ff fsgnjx.d, 0x7ff0000000000000, 0                               #= 0x7ff0000000000000 0x0
    ff fsgnjx.d, 0, 0                                                #= 0x0 0x0
    ff fsgnjx.d, 0, 0x8000000000000000                               #= 0x8000000000000000 0x0
    ff fsgnjx.d, 0x8000000000000000, 0x8000000000000000              #= 0x0 0x0
    ff fsgnjx.d, 0x7ff8000000000123, 0x3ff0000000000000              #= 0x7ff8000000000123 0x0
    ff fsgnjx.d, 0x3ff0000000000000, 0x7ff0000000000001              #= 0x3ff0000000000000 0x0
    ff fsgnjx.d, 0x7ff0000000000001, 0x7ff8000000000123              #= 0x7ff0000000000001 0x0
    ff fsgnjx.d, 1, 1                                                #= 0x1 0x0
    ff fsgnjx.d, 1, 0x0010000000000000                               #= 0x1 0x0
    ff fsgnjx.d, 0x0010000000000000, 0x000fffffffffffff              #= 0x10000000000000 0x0
    ff fsgnjx.d, 0x3ff0000000000000, 0xbff0000000000000              #= 0xbff0000000000000 0x0
    end

case fmin_d
    ff fmin.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x3ff0000000000000 0x0
    ff fmin.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x3ca0000000000000 0x0
    ff fmin.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0xbff0000000000000 0x0
    ff fmin.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x7fefffffffffffff 0x0
    ff fmin.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x3ff0000000000000 0x0
    ff fmin.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0xfff0000000000000 0x0
    ff fmin.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x7ff0000000000000 0x0
    ff fmin.d, 0x7ff0000000000000, 0                                 #= 0x0 0x0
    ff fmin.d, 0, 0                                                  #= 0x0 0x0
    ff fmin.d, 0, 0x8000000000000000                                 #= 0x8000000000000000 0x0
    ff fmin.d, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000 0x0
    ff fmin.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x3ff0000000000000 0x0
    ff fmin.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x3ff0000000000000 0x10
    ff fmin.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x7ff8000000000000 0x10
    ff fmin.d, 1, 1                                                  #= 0x1 0x0
    ff fmin.d, 1, 0x0010000000000000                                 #= 0x1 0x0
    ff fmin.d, 0x0010000000000000, 0x000fffffffffffff                #= 0xfffffffffffff 0x0
    ff fmin.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0xbff0000000000000 0x0
    end

case fmax_d
    ff fmax.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x4008000000000000 0x0
    ff fmax.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x3ff0000000000000 0x0
    ff fmax.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0x3ca0000000000000 0x0
    ff fmax.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x7fefffffffffffff 0x0
    ff fmax.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x7fefffffffffffff 0x0
    ff fmax.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0x7ff0000000000000 0x0
    ff fmax.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x7ff0000000000000 0x0
    ff fmax.d, 0x7ff0000000000000, 0                                 #= 0x7ff0000000000000 0x0
    ff fmax.d, 0, 0                                                  #= 0x0 0x0
    ff fmax.d, 0, 0x8000000000000000                                 #= 0x0 0x0
    ff fmax.d, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000 0x0
    ff fmax.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x3ff0000000000000 0x0
    ff fmax.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x3ff0000000000000 0x10
    ff fmax.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x7ff8000000000000 0x10
    ff fmax.d, 1, 1                                                  #= 0x1 0x0
    ff fmax.d, 1, 0x0010000000000000                                 #= 0x10000000000000 0x0
    ff fmax.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x10000000000000 0x0
    ff fmax.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0x3ff0000000000000 0x0
    end

case feq_d
    ffx feq.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x0 0x0
    ffx feq.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x0 0x0
    ffx feq.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0x0 0x0
    ffx feq.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x1 0x0
    ffx feq.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x0 0x0
    ffx feq.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0x0 0x0
    ffx feq.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x1 0x0
    ffx feq.d, 0x7ff0000000000000, 0                                 #= 0x0 0x0
    ffx feq.d, 0, 0                                                  #= 0x1 0x0
    ffx feq.d, 0, 0x8000000000000000                                 #= 0x1 0x0
    ffx feq.d, 0x8000000000000000, 0x8000000000000000                #= 0x1 0x0
    ffx feq.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x0 0x0
    ffx feq.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x0 0x10
    ffx feq.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x0 0x10
    ffx feq.d, 1, 1                                                  #= 0x1 0x0
    ffx feq.d, 1, 0x0010000000000000                                 #= 0x0 0x0
    ffx feq.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x0 0x0
    ffx feq.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0x0 0x0
    end

case flt_d
    ffx flt.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x1 0x0
    ffx flt.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x0 0x0
    ffx flt.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0x1 0x0
    ffx flt.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x0 0x0
    ffx flt.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x0 0x0
    ffx flt.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0x0 0x0
    ffx flt.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x0 0x0
    ffx flt.d, 0x7ff0000000000000, 0                                 #= 0x0 0x0
    ffx flt.d, 0, 0                                                  #= 0x0 0x0
    ffx flt.d, 0, 0x8000000000000000                                 #= 0x0 0x0
    ffx flt.d, 0x8000000000000000, 0x8000000000000000                #= 0x0 0x0
    ffx flt.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x0 0x10
    ffx flt.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x0 0x10
    ffx flt.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x0 0x10
    ffx flt.d, 1, 1                                                  #= 0x0 0x0
    ffx flt.d, 1, 0x0010000000000000                                 #= 0x1 0x0
    ffx flt.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x0 0x0
    ffx flt.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0x0 0x0
    end

case fle_d
    ffx fle.d, 0x3ff0000000000000, 0x4008000000000000                #= 0x1 0x0
    ffx fle.d, 0x3ff0000000000000, 0x3ca0000000000000                #= 0x0 0x0
    ffx fle.d, 0xbff0000000000000, 0x3ca0000000000000                #= 0x1 0x0
    ffx fle.d, 0x7fefffffffffffff, 0x7fefffffffffffff                #= 0x1 0x0
    ffx fle.d, 0x7fefffffffffffff, 0x3ff0000000000000                #= 0x0 0x0
    ffx fle.d, 0x7ff0000000000000, 0xfff0000000000000                #= 0x0 0x0
    ffx fle.d, 0x7ff0000000000000, 0x7ff0000000000000                #= 0x1 0x0
    ffx fle.d, 0x7ff0000000000000, 0                                 #= 0x0 0x0
    ffx fle.d, 0, 0                                                  #= 0x1 0x0
    ffx fle.d, 0, 0x8000000000000000                                 #= 0x1 0x0
    ffx fle.d, 0x8000000000000000, 0x8000000000000000                #= 0x1 0x0
    ffx fle.d, 0x7ff8000000000123, 0x3ff0000000000000                #= 0x0 0x10
    ffx fle.d, 0x3ff0000000000000, 0x7ff0000000000001                #= 0x0 0x10
    ffx fle.d, 0x7ff0000000000001, 0x7ff8000000000123                #= 0x0 0x10
    ffx fle.d, 1, 1                                                  #= 0x1 0x0
    ffx fle.d, 1, 0x0010000000000000                                 #= 0x1 0x0
    ffx fle.d, 0x0010000000000000, 0x000fffffffffffff                #= 0x0 0x0
    ffx fle.d, 0x3ff0000000000000, 0xbff0000000000000                #= 0x0 0x0
    end

case fclass_d
    fx fclass.d, 0x3ff0000000000000                                  #= 0x40 0x0
    fx fclass.d, 0x4008000000000000                                  #= 0x40 0x0
    fx fclass.d, 1                                                   #= 0x20 0x0
    fx fclass.d, 0x0010000000000000                                  #= 0x40 0x0
    fx fclass.d, 0x7fefffffffffffff                                  #= 0x40 0x0
    fx fclass.d, 0x7ff0000000000000                                  #= 0x80 0x0
    fx fclass.d, 0xfff0000000000000                                  #= 0x1 0x0
    fx fclass.d, 0x7ff8000000000123                                  #= 0x200 0x0
    fx fclass.d, 0x7ff0000000000001                                  #= 0x100 0x0
    fx fclass.d, 0x8000000000000000                                  #= 0x8 0x0
    fx fclass.d, 0                                                   #= 0x10 0x0
    fx fclass.d, 0x3ca0000000000000                                  #= 0x40 0x0
    fx fclass.d, 0xbff0000000000000                                  #= 0x2 0x0
    fx fclass.d, 0x000fffffffffffff                                  #= 0x20 0x0
    fx fclass.d, 0x3ff0000000000001                                  #= 0x40 0x0
    fx fclass.d, 0x8000000000000001                                  #= 0x4 0x0
    fx fclass.d, 0xffefffffffffffff                                  #= 0x2 0x0
    fx fclass.d, 0x800fffffffffffff                                  #= 0x4 0x0
    fx fclass.d, 0xfff0000000000001                                  #= 0x100 0x0
    fx fclass.d, 0xfff8000000000123                                  #= 0x200 0x0
    end

# Infinity times zero is invalid also when what is added is a quiet NaN (Unprivileged 21.6).
case fused_invalid_d
    fff fmadd.d, 0x7ff0000000000000, 0, 0x7ff8000000000000           #= 0x7ff8000000000000 0x10
    fff fmsub.d, 0, 0xfff0000000000000, 0x7ff8000000000001           #= 0x7ff8000000000000 0x10
    fff fnmsub.d, 0x7ff0000000000000, 0, 0x7ff8000000000000          #= 0x7ff8000000000000 0x10
    fff fnmadd.d, 0, 0x7ff0000000000000, 0x7ff8000000000000          #= 0x7ff8000000000000 0x10
    fff fmadd.d, 0x7ff0000000000000, 0, 0x3ff0000000000000           #= 0x7ff8000000000000 0x10
    fff fmadd.d, 0x7ff0000000000000, 0x3ff0000000000000, 0xfff0000000000000 #= 0x7ff8000000000000 0x10
    fff fnmadd.d, 0x7ff0000000000000, 0x3ff0000000000000, 0xfff0000000000000 #= 0x7ff8000000000000 0x10
    fff fmadd.d, 0x3ff0000000000000, 0x3ff0000000000000, 0x7ff0000000000001 #= 0x7ff8000000000000 0x10
    end

case fused_zero_d
    fff fmadd.d, 0x3ff0000000000000, 0x3ff0000000000000, 0xbff0000000000000 #= 0x0 0x0
    fff fmadd.d, 0x3ff0000000000000, 0x3ff0000000000000, 0xbff0000000000000, rdn #= 0x8000000000000000 0x0
    fff fnmadd.d, 0x3ff0000000000000, 0x3ff0000000000000, 0xbff0000000000000 #= 0x0 0x0
    fff fnmsub.d, 0, 0x3ff0000000000000, 0x8000000000000000          #= 0x8000000000000000 0x0
    fff fnmadd.d, 0, 0x3ff0000000000000, 0                           #= 0x8000000000000000 0x0
    end

# Rounded once: the product has more bits than a double.
case fused_once_d
    fff fmadd.d, 0x3ff0000000000001, 0x3ff0000000000001, 0xbff0000000000002 #= 0x3970000000000000 0x0
    fff fmsub.d, 0x3ff5555555555555, 0x4008000000000000, 0x400ffffffffffffe #= 0x3cc8000000000000 0x0
    fff fmadd.d, 0x0010000000000000, 0x3ca0000000000000, 0x8000000000000001 #= 0x8000000000000000 0x3
    fff fmadd.d, 0x7fefffffffffffff, 0x4000000000000000, 0xffefffffffffffff #= 0x7fefffffffffffff 0x0
    end

case tininess_d
    ff fmul.d, 0x001fffffffffffff, 0x3fe0000000000000                #= 0x10000000000000 0x3
    ff fmul.d, 0x3fefffffffffffff, 0x0010000000000000                #= 0x10000000000000 0x3
    ff fmul.d, 0x3fefffffffffffff, 0x0010000000000001                #= 0x10000000000000 0x1
    ff fmul.d, 0x3feffffffffffffe, 0x0010000000000000                #= 0xfffffffffffff 0x0
    ff fdiv.d, 0x0010000000000000, 0x3ff0000000000001                #= 0xfffffffffffff 0x3
    fff fmadd.d, 0x3fefffffffffffff, 0x0010000000000000, 0           #= 0x10000000000000 0x3
    end

# In loops native code has the host's NaN, whose sign is set, and makes it canonical where it can be seen.
case nan_out_of_fuel_in_a_loop
    li a1, 0x7ff0000000000000
    fmv.d.x fa4, a1
here_host_nan: fsub.d fa5, fa4, fa4             #! stop=fuel pc=here_host_nan fuel=100 f15=0x7ff8000000000000
    j here_host_nan

case nan_with_a_payload_before_a_loop
    li a1, 0x7ff8000000001234
    fmv.d.x fa5, a1
    fmv.d.x fa4, zero
    j to_payload
here_payload: fsub.d fa5, fa4, fa4              #! stop=fuel pc=here_payload fuel=12 f15=0x7ff8000000001234
    j here_payload
to_payload: j here_payload

case nan_out_of_a_loop
    li a0, 3
    li a1, 0x7ff0000000000000
    fmv.d.x fa4, a1
    fmv.d.x fa3, zero
1:  fsub.d fa5, fa4, fa4                        #! f15=0x7ff8000000000000 f13=0x7ff8000000000000 f0=0x3ff0000000000000
    beqz a0, 2f
    fadd.d fa3, fa3, fa5
    addi a0, a0, -1
    j 1b
2:  li a1, 0x3ff0000000000000
    fmv.d.x ft0, a1
    end_state

case nans_stored_together
    la a2, scratch
    li a1, 0x7ff0000000000000
    fmv.d.x fa4, a1
    li a1, 0x3ff0000000000000
    fmv.d.x fa3, a1
    li a0, 2
1:  fsub.d fa5, fa4, fa4
    fadd.d fa0, fa3, fa3
    fadd.d fa1, fa4, fa3
    fsd fa5, 0(a2)                              #! scratch=0x7ff8000000000000 scratch+8=0x4000000000000000
    fsd fa0, 8(a2)
    fsd fa1, 16(a2)                             #! scratch+16=0x7ff0000000000000
    addi a0, a0, -1
    bnez a0, 1b
    end_state

# Behind an ecall a register may hold a NaN that was never computed, where the only other way computes one.
case nan_behind_a_call
    li s6, 8
    li a4, 0
    li s4, 0xfff8000000012345
0:  andi t1, s6, 1
    bnez t1, 1f
    fcvt.d.w fa0, s6
    fadd.d fa0, fa0, fa0
    j 2f
1:  fmv.d.x fa0, s4
    li a7, 172
    ecall
2:  fmv.x.d a3, fa0
    andi t1, s6, 1
    beqz t1, 3f
    xor t2, a3, s4
    or a4, a4, t2
3:  addi s6, s6, -1
    bnez s6, 0b
    end_state                               #! x13=0xfff8000000012345 x14=0 fcsr=0
