# SPDX-License-Identifier: Apache-2.0
# F: arithmetic, comparison, sign injection, classification, NaN boxing.
    .include "isa.inc"

case fadd_s
    ss fadd.s, 0x3f800000, 0x40400000                                #= 0xffffffff40800000 0x0
    ss fadd.s, 0x3f800000, 0x33800000                                #= 0xffffffff3f800000 0x1
    ss fadd.s, 0xbf800000, 0x33800000                                #= 0xffffffffbf7fffff 0x0
    ss fadd.s, 0x7f7fffff, 0x7f7fffff                                #= 0xffffffff7f800000 0x5
    ss fadd.s, 0x7f7fffff, 0x3f800000                                #= 0xffffffff7f7fffff 0x1
    ss fadd.s, 0x7f800000, 0xff800000                                #= 0xffffffff7fc00000 0x10
    ss fadd.s, 0x7f800000, 0x7f800000                                #= 0xffffffff7f800000 0x0
    ss fadd.s, 0x7f800000, 0                                         #= 0xffffffff7f800000 0x0
    ss fadd.s, 0, 0                                                  #= 0xffffffff00000000 0x0
    ss fadd.s, 0, 0x80000000                                         #= 0xffffffff00000000 0x0
    ss fadd.s, 0x80000000, 0x80000000                                #= 0xffffffff80000000 0x0
    ss fadd.s, 0x7fc00123, 0x3f800000                                #= 0xffffffff7fc00000 0x0
    ss fadd.s, 0x3f800000, 0x7f800001                                #= 0xffffffff7fc00000 0x10
    ss fadd.s, 0x7f800001, 0x7fc00123                                #= 0xffffffff7fc00000 0x10
    ss fadd.s, 1, 1                                                  #= 0xffffffff00000002 0x0
    ss fadd.s, 1, 0x00800000                                         #= 0xffffffff00800001 0x0
    ss fadd.s, 0x00800000, 0x007fffff                                #= 0xffffffff00ffffff 0x0
    ss fadd.s, 0x3f800000, 0xbf800000                                #= 0xffffffff00000000 0x0
    ss fadd.s, 0x3f800001, 0x3f800000                                #= 0xffffffff40000000 0x1
    ss fadd.s, 0x40400000, 0                                         #= 0xffffffff40400000 0x0
    ss fadd.s, 0x00800000, 0x40400000                                #= 0xffffffff40400000 0x1
    ss fadd.s, 0x3f800000, 0x7f7fffff                                #= 0xffffffff7f7fffff 0x1
    end

case fadd_s_rounding
    ss fadd.s, 0x3f800000, 0x40400000, rne                           #= 0xffffffff40800000 0x0
    ss fadd.s, 0x3f800000, 0x40400000, rtz                           #= 0xffffffff40800000 0x0
    ss fadd.s, 0x3f800000, 0x40400000, rdn                           #= 0xffffffff40800000 0x0
    ss fadd.s, 0x3f800000, 0x40400000, rup                           #= 0xffffffff40800000 0x0
    ss fadd.s, 0x3f800000, 0x40400000, rmm                           #= 0xffffffff40800000 0x0
    ss fadd.s, 0x3f800000, 0x33800000, rne                           #= 0xffffffff3f800000 0x1
    ss fadd.s, 0x3f800000, 0x33800000, rtz                           #= 0xffffffff3f800000 0x1
    ss fadd.s, 0x3f800000, 0x33800000, rdn                           #= 0xffffffff3f800000 0x1
    ss fadd.s, 0x3f800000, 0x33800000, rup                           #= 0xffffffff3f800001 0x1
    ss fadd.s, 0x3f800000, 0x33800000, rmm                           #= 0xffffffff3f800001 0x1
    ss fadd.s, 0xbf800000, 0x33800000, rne                           #= 0xffffffffbf7fffff 0x0
    ss fadd.s, 0xbf800000, 0x33800000, rtz                           #= 0xffffffffbf7fffff 0x0
    ss fadd.s, 0xbf800000, 0x33800000, rdn                           #= 0xffffffffbf7fffff 0x0
    ss fadd.s, 0xbf800000, 0x33800000, rup                           #= 0xffffffffbf7fffff 0x0
    ss fadd.s, 0xbf800000, 0x33800000, rmm                           #= 0xffffffffbf7fffff 0x0
    ss fadd.s, 0x7f7fffff, 0x7f7fffff, rne                           #= 0xffffffff7f800000 0x5
    ss fadd.s, 0x7f7fffff, 0x7f7fffff, rtz                           #= 0xffffffff7f7fffff 0x5
    ss fadd.s, 0x7f7fffff, 0x7f7fffff, rdn                           #= 0xffffffff7f7fffff 0x5
    ss fadd.s, 0x7f7fffff, 0x7f7fffff, rup                           #= 0xffffffff7f800000 0x5
    ss fadd.s, 0x7f7fffff, 0x7f7fffff, rmm                           #= 0xffffffff7f800000 0x5
    ss fadd.s, 1, 0x40400000, rne                                    #= 0xffffffff40400000 0x1
    ss fadd.s, 1, 0x40400000, rtz                                    #= 0xffffffff40400000 0x1
    ss fadd.s, 1, 0x40400000, rdn                                    #= 0xffffffff40400000 0x1
    ss fadd.s, 1, 0x40400000, rup                                    #= 0xffffffff40400001 0x1
    ss fadd.s, 1, 0x40400000, rmm                                    #= 0xffffffff40400000 0x1
    ss fadd.s, 0x00800000, 0x007fffff, rne                           #= 0xffffffff00ffffff 0x0
    ss fadd.s, 0x00800000, 0x007fffff, rtz                           #= 0xffffffff00ffffff 0x0
    ss fadd.s, 0x00800000, 0x007fffff, rdn                           #= 0xffffffff00ffffff 0x0
    ss fadd.s, 0x00800000, 0x007fffff, rup                           #= 0xffffffff00ffffff 0x0
    ss fadd.s, 0x00800000, 0x007fffff, rmm                           #= 0xffffffff00ffffff 0x0
    ss fadd.s, 0x3f800000, 0xbf800000, rne                           #= 0xffffffff00000000 0x0
    ss fadd.s, 0x3f800000, 0xbf800000, rtz                           #= 0xffffffff00000000 0x0
    ss fadd.s, 0x3f800000, 0xbf800000, rdn                           #= 0xffffffff80000000 0x0
    ss fadd.s, 0x3f800000, 0xbf800000, rup                           #= 0xffffffff00000000 0x0
    ss fadd.s, 0x3f800000, 0xbf800000, rmm                           #= 0xffffffff00000000 0x0
    end

case fsub_s
    ss fsub.s, 0x3f800000, 0x40400000                                #= 0xffffffffc0000000 0x0
    ss fsub.s, 0x3f800000, 0x33800000                                #= 0xffffffff3f7fffff 0x0
    ss fsub.s, 0xbf800000, 0x33800000                                #= 0xffffffffbf800000 0x1
    ss fsub.s, 0x7f7fffff, 0x7f7fffff                                #= 0xffffffff00000000 0x0
    ss fsub.s, 0x7f7fffff, 0x3f800000                                #= 0xffffffff7f7fffff 0x1
    ss fsub.s, 0x7f800000, 0xff800000                                #= 0xffffffff7f800000 0x0
    ss fsub.s, 0x7f800000, 0x7f800000                                #= 0xffffffff7fc00000 0x10
    ss fsub.s, 0x7f800000, 0                                         #= 0xffffffff7f800000 0x0
    ss fsub.s, 0, 0                                                  #= 0xffffffff00000000 0x0
    ss fsub.s, 0, 0x80000000                                         #= 0xffffffff00000000 0x0
    ss fsub.s, 0x80000000, 0x80000000                                #= 0xffffffff00000000 0x0
    ss fsub.s, 0x7fc00123, 0x3f800000                                #= 0xffffffff7fc00000 0x0
    ss fsub.s, 0x3f800000, 0x7f800001                                #= 0xffffffff7fc00000 0x10
    ss fsub.s, 0x7f800001, 0x7fc00123                                #= 0xffffffff7fc00000 0x10
    ss fsub.s, 1, 1                                                  #= 0xffffffff00000000 0x0
    ss fsub.s, 1, 0x00800000                                         #= 0xffffffff807fffff 0x0
    ss fsub.s, 0x00800000, 0x007fffff                                #= 0xffffffff00000001 0x0
    ss fsub.s, 0x3f800000, 0xbf800000                                #= 0xffffffff40000000 0x0
    ss fsub.s, 0x3f800001, 0x3f800000                                #= 0xffffffff34000000 0x0
    ss fsub.s, 0x40400000, 0                                         #= 0xffffffff40400000 0x0
    ss fsub.s, 0x00800000, 0x40400000                                #= 0xffffffffc0400000 0x1
    ss fsub.s, 0x3f800000, 0x7f7fffff                                #= 0xffffffffff7fffff 0x1
    end

case fsub_s_rounding
    ss fsub.s, 0x3f800000, 0x40400000, rne                           #= 0xffffffffc0000000 0x0
    ss fsub.s, 0x3f800000, 0x40400000, rtz                           #= 0xffffffffc0000000 0x0
    ss fsub.s, 0x3f800000, 0x40400000, rdn                           #= 0xffffffffc0000000 0x0
    ss fsub.s, 0x3f800000, 0x40400000, rup                           #= 0xffffffffc0000000 0x0
    ss fsub.s, 0x3f800000, 0x40400000, rmm                           #= 0xffffffffc0000000 0x0
    ss fsub.s, 0x3f800000, 0x33800000, rne                           #= 0xffffffff3f7fffff 0x0
    ss fsub.s, 0x3f800000, 0x33800000, rtz                           #= 0xffffffff3f7fffff 0x0
    ss fsub.s, 0x3f800000, 0x33800000, rdn                           #= 0xffffffff3f7fffff 0x0
    ss fsub.s, 0x3f800000, 0x33800000, rup                           #= 0xffffffff3f7fffff 0x0
    ss fsub.s, 0x3f800000, 0x33800000, rmm                           #= 0xffffffff3f7fffff 0x0
    ss fsub.s, 0xbf800000, 0x33800000, rne                           #= 0xffffffffbf800000 0x1
    ss fsub.s, 0xbf800000, 0x33800000, rtz                           #= 0xffffffffbf800000 0x1
    ss fsub.s, 0xbf800000, 0x33800000, rdn                           #= 0xffffffffbf800001 0x1
    ss fsub.s, 0xbf800000, 0x33800000, rup                           #= 0xffffffffbf800000 0x1
    ss fsub.s, 0xbf800000, 0x33800000, rmm                           #= 0xffffffffbf800001 0x1
    ss fsub.s, 0x7f7fffff, 0x7f7fffff, rne                           #= 0xffffffff00000000 0x0
    ss fsub.s, 0x7f7fffff, 0x7f7fffff, rtz                           #= 0xffffffff00000000 0x0
    ss fsub.s, 0x7f7fffff, 0x7f7fffff, rdn                           #= 0xffffffff80000000 0x0
    ss fsub.s, 0x7f7fffff, 0x7f7fffff, rup                           #= 0xffffffff00000000 0x0
    ss fsub.s, 0x7f7fffff, 0x7f7fffff, rmm                           #= 0xffffffff00000000 0x0
    ss fsub.s, 1, 0x40400000, rne                                    #= 0xffffffffc0400000 0x1
    ss fsub.s, 1, 0x40400000, rtz                                    #= 0xffffffffc03fffff 0x1
    ss fsub.s, 1, 0x40400000, rdn                                    #= 0xffffffffc0400000 0x1
    ss fsub.s, 1, 0x40400000, rup                                    #= 0xffffffffc03fffff 0x1
    ss fsub.s, 1, 0x40400000, rmm                                    #= 0xffffffffc0400000 0x1
    ss fsub.s, 0x00800000, 0x007fffff, rne                           #= 0xffffffff00000001 0x0
    ss fsub.s, 0x00800000, 0x007fffff, rtz                           #= 0xffffffff00000001 0x0
    ss fsub.s, 0x00800000, 0x007fffff, rdn                           #= 0xffffffff00000001 0x0
    ss fsub.s, 0x00800000, 0x007fffff, rup                           #= 0xffffffff00000001 0x0
    ss fsub.s, 0x00800000, 0x007fffff, rmm                           #= 0xffffffff00000001 0x0
    ss fsub.s, 0x3f800000, 0xbf800000, rne                           #= 0xffffffff40000000 0x0
    ss fsub.s, 0x3f800000, 0xbf800000, rtz                           #= 0xffffffff40000000 0x0
    ss fsub.s, 0x3f800000, 0xbf800000, rdn                           #= 0xffffffff40000000 0x0
    ss fsub.s, 0x3f800000, 0xbf800000, rup                           #= 0xffffffff40000000 0x0
    ss fsub.s, 0x3f800000, 0xbf800000, rmm                           #= 0xffffffff40000000 0x0
    end

case fmul_s
    ss fmul.s, 0x3f800000, 0x40400000                                #= 0xffffffff40400000 0x0
    ss fmul.s, 0x3f800000, 0x33800000                                #= 0xffffffff33800000 0x0
    ss fmul.s, 0xbf800000, 0x33800000                                #= 0xffffffffb3800000 0x0
    ss fmul.s, 0x7f7fffff, 0x7f7fffff                                #= 0xffffffff7f800000 0x5
    ss fmul.s, 0x7f7fffff, 0x3f800000                                #= 0xffffffff7f7fffff 0x0
    ss fmul.s, 0x7f800000, 0xff800000                                #= 0xffffffffff800000 0x0
    ss fmul.s, 0x7f800000, 0x7f800000                                #= 0xffffffff7f800000 0x0
    ss fmul.s, 0x7f800000, 0                                         #= 0xffffffff7fc00000 0x10
    ss fmul.s, 0, 0                                                  #= 0xffffffff00000000 0x0
    ss fmul.s, 0, 0x80000000                                         #= 0xffffffff80000000 0x0
    ss fmul.s, 0x80000000, 0x80000000                                #= 0xffffffff00000000 0x0
    ss fmul.s, 0x7fc00123, 0x3f800000                                #= 0xffffffff7fc00000 0x0
    ss fmul.s, 0x3f800000, 0x7f800001                                #= 0xffffffff7fc00000 0x10
    ss fmul.s, 0x7f800001, 0x7fc00123                                #= 0xffffffff7fc00000 0x10
    ss fmul.s, 1, 1                                                  #= 0xffffffff00000000 0x3
    ss fmul.s, 1, 0x00800000                                         #= 0xffffffff00000000 0x3
    ss fmul.s, 0x00800000, 0x007fffff                                #= 0xffffffff00000000 0x3
    ss fmul.s, 0x3f800000, 0xbf800000                                #= 0xffffffffbf800000 0x0
    ss fmul.s, 0x3f800001, 0x3f800000                                #= 0xffffffff3f800001 0x0
    ss fmul.s, 0x40400000, 0                                         #= 0xffffffff00000000 0x0
    ss fmul.s, 0x00800000, 0x40400000                                #= 0xffffffff01400000 0x0
    ss fmul.s, 0x3f800000, 0x7f7fffff                                #= 0xffffffff7f7fffff 0x0
    end

case fmul_s_rounding
    ss fmul.s, 0x3f800000, 0x40400000, rne                           #= 0xffffffff40400000 0x0
    ss fmul.s, 0x3f800000, 0x40400000, rtz                           #= 0xffffffff40400000 0x0
    ss fmul.s, 0x3f800000, 0x40400000, rdn                           #= 0xffffffff40400000 0x0
    ss fmul.s, 0x3f800000, 0x40400000, rup                           #= 0xffffffff40400000 0x0
    ss fmul.s, 0x3f800000, 0x40400000, rmm                           #= 0xffffffff40400000 0x0
    ss fmul.s, 0x3f800000, 0x33800000, rne                           #= 0xffffffff33800000 0x0
    ss fmul.s, 0x3f800000, 0x33800000, rtz                           #= 0xffffffff33800000 0x0
    ss fmul.s, 0x3f800000, 0x33800000, rdn                           #= 0xffffffff33800000 0x0
    ss fmul.s, 0x3f800000, 0x33800000, rup                           #= 0xffffffff33800000 0x0
    ss fmul.s, 0x3f800000, 0x33800000, rmm                           #= 0xffffffff33800000 0x0
    ss fmul.s, 0xbf800000, 0x33800000, rne                           #= 0xffffffffb3800000 0x0
    ss fmul.s, 0xbf800000, 0x33800000, rtz                           #= 0xffffffffb3800000 0x0
    ss fmul.s, 0xbf800000, 0x33800000, rdn                           #= 0xffffffffb3800000 0x0
    ss fmul.s, 0xbf800000, 0x33800000, rup                           #= 0xffffffffb3800000 0x0
    ss fmul.s, 0xbf800000, 0x33800000, rmm                           #= 0xffffffffb3800000 0x0
    ss fmul.s, 0x7f7fffff, 0x7f7fffff, rne                           #= 0xffffffff7f800000 0x5
    ss fmul.s, 0x7f7fffff, 0x7f7fffff, rtz                           #= 0xffffffff7f7fffff 0x5
    ss fmul.s, 0x7f7fffff, 0x7f7fffff, rdn                           #= 0xffffffff7f7fffff 0x5
    ss fmul.s, 0x7f7fffff, 0x7f7fffff, rup                           #= 0xffffffff7f800000 0x5
    ss fmul.s, 0x7f7fffff, 0x7f7fffff, rmm                           #= 0xffffffff7f800000 0x5
    ss fmul.s, 1, 0x40400000, rne                                    #= 0xffffffff00000003 0x0
    ss fmul.s, 1, 0x40400000, rtz                                    #= 0xffffffff00000003 0x0
    ss fmul.s, 1, 0x40400000, rdn                                    #= 0xffffffff00000003 0x0
    ss fmul.s, 1, 0x40400000, rup                                    #= 0xffffffff00000003 0x0
    ss fmul.s, 1, 0x40400000, rmm                                    #= 0xffffffff00000003 0x0
    ss fmul.s, 0x00800000, 0x007fffff, rne                           #= 0xffffffff00000000 0x3
    ss fmul.s, 0x00800000, 0x007fffff, rtz                           #= 0xffffffff00000000 0x3
    ss fmul.s, 0x00800000, 0x007fffff, rdn                           #= 0xffffffff00000000 0x3
    ss fmul.s, 0x00800000, 0x007fffff, rup                           #= 0xffffffff00000001 0x3
    ss fmul.s, 0x00800000, 0x007fffff, rmm                           #= 0xffffffff00000000 0x3
    ss fmul.s, 0x3f800000, 0xbf800000, rne                           #= 0xffffffffbf800000 0x0
    ss fmul.s, 0x3f800000, 0xbf800000, rtz                           #= 0xffffffffbf800000 0x0
    ss fmul.s, 0x3f800000, 0xbf800000, rdn                           #= 0xffffffffbf800000 0x0
    ss fmul.s, 0x3f800000, 0xbf800000, rup                           #= 0xffffffffbf800000 0x0
    ss fmul.s, 0x3f800000, 0xbf800000, rmm                           #= 0xffffffffbf800000 0x0
    end

case fdiv_s
    ss fdiv.s, 0x3f800000, 0x40400000                                #= 0xffffffff3eaaaaab 0x1
    ss fdiv.s, 0x3f800000, 0x33800000                                #= 0xffffffff4b800000 0x0
    ss fdiv.s, 0xbf800000, 0x33800000                                #= 0xffffffffcb800000 0x0
    ss fdiv.s, 0x7f7fffff, 0x7f7fffff                                #= 0xffffffff3f800000 0x0
    ss fdiv.s, 0x7f7fffff, 0x3f800000                                #= 0xffffffff7f7fffff 0x0
    ss fdiv.s, 0x7f800000, 0xff800000                                #= 0xffffffff7fc00000 0x10
    ss fdiv.s, 0x7f800000, 0x7f800000                                #= 0xffffffff7fc00000 0x10
    ss fdiv.s, 0x7f800000, 0                                         #= 0xffffffff7f800000 0x0
    ss fdiv.s, 0, 0                                                  #= 0xffffffff7fc00000 0x10
    ss fdiv.s, 0, 0x80000000                                         #= 0xffffffff7fc00000 0x10
    ss fdiv.s, 0x80000000, 0x80000000                                #= 0xffffffff7fc00000 0x10
    ss fdiv.s, 0x7fc00123, 0x3f800000                                #= 0xffffffff7fc00000 0x0
    ss fdiv.s, 0x3f800000, 0x7f800001                                #= 0xffffffff7fc00000 0x10
    ss fdiv.s, 0x7f800001, 0x7fc00123                                #= 0xffffffff7fc00000 0x10
    ss fdiv.s, 1, 1                                                  #= 0xffffffff3f800000 0x0
    ss fdiv.s, 1, 0x00800000                                         #= 0xffffffff34000000 0x0
    ss fdiv.s, 0x00800000, 0x007fffff                                #= 0xffffffff3f800001 0x1
    ss fdiv.s, 0x3f800000, 0xbf800000                                #= 0xffffffffbf800000 0x0
    ss fdiv.s, 0x3f800001, 0x3f800000                                #= 0xffffffff3f800001 0x0
    ss fdiv.s, 0x40400000, 0                                         #= 0xffffffff7f800000 0x8
    ss fdiv.s, 0x00800000, 0x40400000                                #= 0xffffffff002aaaab 0x3
    ss fdiv.s, 0x3f800000, 0x7f7fffff                                #= 0xffffffff00200000 0x3
    end

case fdiv_s_rounding
    ss fdiv.s, 0x3f800000, 0x40400000, rne                           #= 0xffffffff3eaaaaab 0x1
    ss fdiv.s, 0x3f800000, 0x40400000, rtz                           #= 0xffffffff3eaaaaaa 0x1
    ss fdiv.s, 0x3f800000, 0x40400000, rdn                           #= 0xffffffff3eaaaaaa 0x1
    ss fdiv.s, 0x3f800000, 0x40400000, rup                           #= 0xffffffff3eaaaaab 0x1
    ss fdiv.s, 0x3f800000, 0x40400000, rmm                           #= 0xffffffff3eaaaaab 0x1
    ss fdiv.s, 0x3f800000, 0x33800000, rne                           #= 0xffffffff4b800000 0x0
    ss fdiv.s, 0x3f800000, 0x33800000, rtz                           #= 0xffffffff4b800000 0x0
    ss fdiv.s, 0x3f800000, 0x33800000, rdn                           #= 0xffffffff4b800000 0x0
    ss fdiv.s, 0x3f800000, 0x33800000, rup                           #= 0xffffffff4b800000 0x0
    ss fdiv.s, 0x3f800000, 0x33800000, rmm                           #= 0xffffffff4b800000 0x0
    ss fdiv.s, 0xbf800000, 0x33800000, rne                           #= 0xffffffffcb800000 0x0
    ss fdiv.s, 0xbf800000, 0x33800000, rtz                           #= 0xffffffffcb800000 0x0
    ss fdiv.s, 0xbf800000, 0x33800000, rdn                           #= 0xffffffffcb800000 0x0
    ss fdiv.s, 0xbf800000, 0x33800000, rup                           #= 0xffffffffcb800000 0x0
    ss fdiv.s, 0xbf800000, 0x33800000, rmm                           #= 0xffffffffcb800000 0x0
    ss fdiv.s, 0x7f7fffff, 0x7f7fffff, rne                           #= 0xffffffff3f800000 0x0
    ss fdiv.s, 0x7f7fffff, 0x7f7fffff, rtz                           #= 0xffffffff3f800000 0x0
    ss fdiv.s, 0x7f7fffff, 0x7f7fffff, rdn                           #= 0xffffffff3f800000 0x0
    ss fdiv.s, 0x7f7fffff, 0x7f7fffff, rup                           #= 0xffffffff3f800000 0x0
    ss fdiv.s, 0x7f7fffff, 0x7f7fffff, rmm                           #= 0xffffffff3f800000 0x0
    ss fdiv.s, 1, 0x40400000, rne                                    #= 0xffffffff00000000 0x3
    ss fdiv.s, 1, 0x40400000, rtz                                    #= 0xffffffff00000000 0x3
    ss fdiv.s, 1, 0x40400000, rdn                                    #= 0xffffffff00000000 0x3
    ss fdiv.s, 1, 0x40400000, rup                                    #= 0xffffffff00000001 0x3
    ss fdiv.s, 1, 0x40400000, rmm                                    #= 0xffffffff00000000 0x3
    ss fdiv.s, 0x00800000, 0x007fffff, rne                           #= 0xffffffff3f800001 0x1
    ss fdiv.s, 0x00800000, 0x007fffff, rtz                           #= 0xffffffff3f800001 0x1
    ss fdiv.s, 0x00800000, 0x007fffff, rdn                           #= 0xffffffff3f800001 0x1
    ss fdiv.s, 0x00800000, 0x007fffff, rup                           #= 0xffffffff3f800002 0x1
    ss fdiv.s, 0x00800000, 0x007fffff, rmm                           #= 0xffffffff3f800001 0x1
    ss fdiv.s, 0x3f800000, 0xbf800000, rne                           #= 0xffffffffbf800000 0x0
    ss fdiv.s, 0x3f800000, 0xbf800000, rtz                           #= 0xffffffffbf800000 0x0
    ss fdiv.s, 0x3f800000, 0xbf800000, rdn                           #= 0xffffffffbf800000 0x0
    ss fdiv.s, 0x3f800000, 0xbf800000, rup                           #= 0xffffffffbf800000 0x0
    ss fdiv.s, 0x3f800000, 0xbf800000, rmm                           #= 0xffffffffbf800000 0x0
    end

case fsqrt_s
    s fsqrt.s, 0x3f800000                                            #= 0xffffffff3f800000 0x0
    s fsqrt.s, 0x40400000                                            #= 0xffffffff3fddb3d7 0x1
    s fsqrt.s, 1                                                     #= 0xffffffff1a3504f3 0x1
    s fsqrt.s, 0x00800000                                            #= 0xffffffff20000000 0x0
    s fsqrt.s, 0x7f7fffff                                            #= 0xffffffff5f7fffff 0x1
    s fsqrt.s, 0x7f800000                                            #= 0xffffffff7f800000 0x0
    s fsqrt.s, 0xff800000                                            #= 0xffffffff7fc00000 0x10
    s fsqrt.s, 0x7fc00123                                            #= 0xffffffff7fc00000 0x0
    s fsqrt.s, 0x7f800001                                            #= 0xffffffff7fc00000 0x10
    s fsqrt.s, 0x80000000                                            #= 0xffffffff80000000 0x0
    s fsqrt.s, 0                                                     #= 0xffffffff00000000 0x0
    s fsqrt.s, 0x33800000                                            #= 0xffffffff39800000 0x0
    s fsqrt.s, 0xbf800000                                            #= 0xffffffff7fc00000 0x10
    s fsqrt.s, 0x007fffff                                            #= 0xffffffff1fffffff 0x1
    s fsqrt.s, 0x3f800001                                            #= 0xffffffff3f800000 0x1
    end

case fsqrt_s_rounding
    s fsqrt.s, 0x40400000, rne                                       #= 0xffffffff3fddb3d7 0x1
    s fsqrt.s, 0x40400000, rtz                                       #= 0xffffffff3fddb3d7 0x1
    s fsqrt.s, 0x40400000, rdn                                       #= 0xffffffff3fddb3d7 0x1
    s fsqrt.s, 0x40400000, rup                                       #= 0xffffffff3fddb3d8 0x1
    s fsqrt.s, 0x40400000, rmm                                       #= 0xffffffff3fddb3d7 0x1
    s fsqrt.s, 0x3f800001, rne                                       #= 0xffffffff3f800000 0x1
    s fsqrt.s, 0x3f800001, rtz                                       #= 0xffffffff3f800000 0x1
    s fsqrt.s, 0x3f800001, rdn                                       #= 0xffffffff3f800000 0x1
    s fsqrt.s, 0x3f800001, rup                                       #= 0xffffffff3f800001 0x1
    s fsqrt.s, 0x3f800001, rmm                                       #= 0xffffffff3f800000 0x1
    s fsqrt.s, 0x007fffff, rne                                       #= 0xffffffff1fffffff 0x1
    s fsqrt.s, 0x007fffff, rtz                                       #= 0xffffffff1ffffffe 0x1
    s fsqrt.s, 0x007fffff, rdn                                       #= 0xffffffff1ffffffe 0x1
    s fsqrt.s, 0x007fffff, rup                                       #= 0xffffffff1fffffff 0x1
    s fsqrt.s, 0x007fffff, rmm                                       #= 0xffffffff1fffffff 0x1
    end

case fmadd_s
    sss fmadd.s, 0x3f800000, 0x40400000, 0x3f800000                  #= 0xffffffff40800000 0x0
    sss fmadd.s, 0x40400000, 0x40400000, 0xbf800000                  #= 0xffffffff41000000 0x0
    sss fmadd.s, 0x7f800000, 0, 0x3f800000                           #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0x7f800000, 0, 0x7fc00123                           #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0, 0x7f800000, 0x7f800001                           #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0x7f800000, 0x3f800000, 0xff800000                  #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0x7f7fffff, 0x40400000, 0xff800000                  #= 0xffffffffff800000 0x0
    sss fmadd.s, 0x3f800001, 0x3f800001, 0xbf800000                  #= 0xffffffff34800000 0x1
    sss fmadd.s, 1, 1, 1                                             #= 0xffffffff00000001 0x3
    sss fmadd.s, 0x3f800000, 0xbf800000, 0x3f800000                  #= 0xffffffff00000000 0x0
    sss fmadd.s, 0x80000000, 0x3f800000, 0                           #= 0xffffffff00000000 0x0
    sss fmadd.s, 0x7f7fffff, 0x3f800001, 0x7f7fffff                  #= 0xffffffff7f800000 0x5
    sss fmadd.s, 0x00800000, 0x007fffff, 0                           #= 0xffffffff00000000 0x3
    sss fmadd.s, 0x7fc00123, 0x3f800000, 0x3f800000                  #= 0xffffffff7fc00000 0x0
    end

case fmadd_s_rounding
    sss fmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rne             #= 0xffffffff34800000 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rtz             #= 0xffffffff34800000 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rdn             #= 0xffffffff34800000 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rup             #= 0xffffffff34800001 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rmm             #= 0xffffffff34800001 0x1
    sss fmadd.s, 0x3f800000, 0x40400000, 0x33800000, rne             #= 0xffffffff40400000 0x1
    sss fmadd.s, 0x3f800000, 0x40400000, 0x33800000, rtz             #= 0xffffffff40400000 0x1
    sss fmadd.s, 0x3f800000, 0x40400000, 0x33800000, rdn             #= 0xffffffff40400000 0x1
    sss fmadd.s, 0x3f800000, 0x40400000, 0x33800000, rup             #= 0xffffffff40400001 0x1
    sss fmadd.s, 0x3f800000, 0x40400000, 0x33800000, rmm             #= 0xffffffff40400000 0x1
    sss fmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rne             #= 0xffffffff00000000 0x0
    sss fmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rtz             #= 0xffffffff00000000 0x0
    sss fmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rdn             #= 0xffffffff80000000 0x0
    sss fmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rup             #= 0xffffffff00000000 0x0
    sss fmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rmm             #= 0xffffffff00000000 0x0
    end

case fmsub_s
    sss fmsub.s, 0x3f800000, 0x40400000, 0x3f800000                  #= 0xffffffff40000000 0x0
    sss fmsub.s, 0x40400000, 0x40400000, 0xbf800000                  #= 0xffffffff41200000 0x0
    sss fmsub.s, 0x7f800000, 0, 0x3f800000                           #= 0xffffffff7fc00000 0x10
    sss fmsub.s, 0x7f800000, 0, 0x7fc00123                           #= 0xffffffff7fc00000 0x10
    sss fmsub.s, 0, 0x7f800000, 0x7f800001                           #= 0xffffffff7fc00000 0x10
    sss fmsub.s, 0x7f800000, 0x3f800000, 0xff800000                  #= 0xffffffff7f800000 0x0
    sss fmsub.s, 0x7f7fffff, 0x40400000, 0xff800000                  #= 0xffffffff7f800000 0x0
    sss fmsub.s, 0x3f800001, 0x3f800001, 0xbf800000                  #= 0xffffffff40000001 0x1
    sss fmsub.s, 1, 1, 1                                             #= 0xffffffff80000001 0x3
    sss fmsub.s, 0x3f800000, 0xbf800000, 0x3f800000                  #= 0xffffffffc0000000 0x0
    sss fmsub.s, 0x80000000, 0x3f800000, 0                           #= 0xffffffff80000000 0x0
    sss fmsub.s, 0x7f7fffff, 0x3f800001, 0x7f7fffff                  #= 0xffffffff73ffffff 0x0
    sss fmsub.s, 0x00800000, 0x007fffff, 0                           #= 0xffffffff00000000 0x3
    sss fmsub.s, 0x7fc00123, 0x3f800000, 0x3f800000                  #= 0xffffffff7fc00000 0x0
    end

case fmsub_s_rounding
    sss fmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rne             #= 0xffffffff40000001 0x1
    sss fmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rtz             #= 0xffffffff40000001 0x1
    sss fmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rdn             #= 0xffffffff40000001 0x1
    sss fmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rup             #= 0xffffffff40000002 0x1
    sss fmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rmm             #= 0xffffffff40000001 0x1
    sss fmsub.s, 0x3f800000, 0x40400000, 0x33800000, rne             #= 0xffffffff40400000 0x1
    sss fmsub.s, 0x3f800000, 0x40400000, 0x33800000, rtz             #= 0xffffffff403fffff 0x1
    sss fmsub.s, 0x3f800000, 0x40400000, 0x33800000, rdn             #= 0xffffffff403fffff 0x1
    sss fmsub.s, 0x3f800000, 0x40400000, 0x33800000, rup             #= 0xffffffff40400000 0x1
    sss fmsub.s, 0x3f800000, 0x40400000, 0x33800000, rmm             #= 0xffffffff40400000 0x1
    sss fmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rne             #= 0xffffffffc0000000 0x0
    sss fmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rtz             #= 0xffffffffc0000000 0x0
    sss fmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rdn             #= 0xffffffffc0000000 0x0
    sss fmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rup             #= 0xffffffffc0000000 0x0
    sss fmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rmm             #= 0xffffffffc0000000 0x0
    end

case fnmsub_s
    sss fnmsub.s, 0x3f800000, 0x40400000, 0x3f800000                 #= 0xffffffffc0000000 0x0
    sss fnmsub.s, 0x40400000, 0x40400000, 0xbf800000                 #= 0xffffffffc1200000 0x0
    sss fnmsub.s, 0x7f800000, 0, 0x3f800000                          #= 0xffffffff7fc00000 0x10
    sss fnmsub.s, 0x7f800000, 0, 0x7fc00123                          #= 0xffffffff7fc00000 0x10
    sss fnmsub.s, 0, 0x7f800000, 0x7f800001                          #= 0xffffffff7fc00000 0x10
    sss fnmsub.s, 0x7f800000, 0x3f800000, 0xff800000                 #= 0xffffffffff800000 0x0
    sss fnmsub.s, 0x7f7fffff, 0x40400000, 0xff800000                 #= 0xffffffffff800000 0x0
    sss fnmsub.s, 0x3f800001, 0x3f800001, 0xbf800000                 #= 0xffffffffc0000001 0x1
    sss fnmsub.s, 1, 1, 1                                            #= 0xffffffff00000001 0x3
    sss fnmsub.s, 0x3f800000, 0xbf800000, 0x3f800000                 #= 0xffffffff40000000 0x0
    sss fnmsub.s, 0x80000000, 0x3f800000, 0                          #= 0xffffffff00000000 0x0
    sss fnmsub.s, 0x7f7fffff, 0x3f800001, 0x7f7fffff                 #= 0xfffffffff3ffffff 0x0
    sss fnmsub.s, 0x00800000, 0x007fffff, 0                          #= 0xffffffff80000000 0x3
    sss fnmsub.s, 0x7fc00123, 0x3f800000, 0x3f800000                 #= 0xffffffff7fc00000 0x0
    end

case fnmsub_s_rounding
    sss fnmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rne            #= 0xffffffffc0000001 0x1
    sss fnmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rtz            #= 0xffffffffc0000001 0x1
    sss fnmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rdn            #= 0xffffffffc0000002 0x1
    sss fnmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rup            #= 0xffffffffc0000001 0x1
    sss fnmsub.s, 0x3f800001, 0x3f800001, 0xbf800000, rmm            #= 0xffffffffc0000001 0x1
    sss fnmsub.s, 0x3f800000, 0x40400000, 0x33800000, rne            #= 0xffffffffc0400000 0x1
    sss fnmsub.s, 0x3f800000, 0x40400000, 0x33800000, rtz            #= 0xffffffffc03fffff 0x1
    sss fnmsub.s, 0x3f800000, 0x40400000, 0x33800000, rdn            #= 0xffffffffc0400000 0x1
    sss fnmsub.s, 0x3f800000, 0x40400000, 0x33800000, rup            #= 0xffffffffc03fffff 0x1
    sss fnmsub.s, 0x3f800000, 0x40400000, 0x33800000, rmm            #= 0xffffffffc0400000 0x1
    sss fnmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rne            #= 0xffffffff40000000 0x0
    sss fnmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rtz            #= 0xffffffff40000000 0x0
    sss fnmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rdn            #= 0xffffffff40000000 0x0
    sss fnmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rup            #= 0xffffffff40000000 0x0
    sss fnmsub.s, 0x3f800000, 0xbf800000, 0x3f800000, rmm            #= 0xffffffff40000000 0x0
    end

case fnmadd_s
    sss fnmadd.s, 0x3f800000, 0x40400000, 0x3f800000                 #= 0xffffffffc0800000 0x0
    sss fnmadd.s, 0x40400000, 0x40400000, 0xbf800000                 #= 0xffffffffc1000000 0x0
    sss fnmadd.s, 0x7f800000, 0, 0x3f800000                          #= 0xffffffff7fc00000 0x10
    sss fnmadd.s, 0x7f800000, 0, 0x7fc00123                          #= 0xffffffff7fc00000 0x10
    sss fnmadd.s, 0, 0x7f800000, 0x7f800001                          #= 0xffffffff7fc00000 0x10
    sss fnmadd.s, 0x7f800000, 0x3f800000, 0xff800000                 #= 0xffffffff7fc00000 0x10
    sss fnmadd.s, 0x7f7fffff, 0x40400000, 0xff800000                 #= 0xffffffff7f800000 0x0
    sss fnmadd.s, 0x3f800001, 0x3f800001, 0xbf800000                 #= 0xffffffffb4800000 0x1
    sss fnmadd.s, 1, 1, 1                                            #= 0xffffffff80000001 0x3
    sss fnmadd.s, 0x3f800000, 0xbf800000, 0x3f800000                 #= 0xffffffff00000000 0x0
    sss fnmadd.s, 0x80000000, 0x3f800000, 0                          #= 0xffffffff00000000 0x0
    sss fnmadd.s, 0x7f7fffff, 0x3f800001, 0x7f7fffff                 #= 0xffffffffff800000 0x5
    sss fnmadd.s, 0x00800000, 0x007fffff, 0                          #= 0xffffffff80000000 0x3
    sss fnmadd.s, 0x7fc00123, 0x3f800000, 0x3f800000                 #= 0xffffffff7fc00000 0x0
    end

case fnmadd_s_rounding
    sss fnmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rne            #= 0xffffffffb4800000 0x1
    sss fnmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rtz            #= 0xffffffffb4800000 0x1
    sss fnmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rdn            #= 0xffffffffb4800001 0x1
    sss fnmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rup            #= 0xffffffffb4800000 0x1
    sss fnmadd.s, 0x3f800001, 0x3f800001, 0xbf800000, rmm            #= 0xffffffffb4800001 0x1
    sss fnmadd.s, 0x3f800000, 0x40400000, 0x33800000, rne            #= 0xffffffffc0400000 0x1
    sss fnmadd.s, 0x3f800000, 0x40400000, 0x33800000, rtz            #= 0xffffffffc0400000 0x1
    sss fnmadd.s, 0x3f800000, 0x40400000, 0x33800000, rdn            #= 0xffffffffc0400001 0x1
    sss fnmadd.s, 0x3f800000, 0x40400000, 0x33800000, rup            #= 0xffffffffc0400000 0x1
    sss fnmadd.s, 0x3f800000, 0x40400000, 0x33800000, rmm            #= 0xffffffffc0400000 0x1
    sss fnmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rne            #= 0xffffffff00000000 0x0
    sss fnmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rtz            #= 0xffffffff00000000 0x0
    sss fnmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rdn            #= 0xffffffff80000000 0x0
    sss fnmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rup            #= 0xffffffff00000000 0x0
    sss fnmadd.s, 0x3f800000, 0xbf800000, 0x3f800000, rmm            #= 0xffffffff00000000 0x0
    end

case dynamic_rounding_s

    csrwi frm, 0
    ss fadd.s, 0x3f800000, 0x33800000 #= 0xffffffff3f800000 0x1
    ss fdiv.s, 0xbf800000, 0x40400000 #= 0xffffffffbeaaaaab 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0x33800000 #= 0xffffffff3f800003 0x1
    ss fmul.s, 0x7f7fffff, 0x7f7fffff #= 0xffffffff7f800000 0x5
    csrwi frm, 1
    ss fadd.s, 0x3f800000, 0x33800000 #= 0xffffffff3f800000 0x1
    ss fdiv.s, 0xbf800000, 0x40400000 #= 0xffffffffbeaaaaaa 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0x33800000 #= 0xffffffff3f800002 0x1
    ss fmul.s, 0x7f7fffff, 0x7f7fffff #= 0xffffffff7f7fffff 0x5
    csrwi frm, 2
    ss fadd.s, 0x3f800000, 0x33800000 #= 0xffffffff3f800000 0x1
    ss fdiv.s, 0xbf800000, 0x40400000 #= 0xffffffffbeaaaaab 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0x33800000 #= 0xffffffff3f800002 0x1
    ss fmul.s, 0x7f7fffff, 0x7f7fffff #= 0xffffffff7f7fffff 0x5
    csrwi frm, 3
    ss fadd.s, 0x3f800000, 0x33800000 #= 0xffffffff3f800001 0x1
    ss fdiv.s, 0xbf800000, 0x40400000 #= 0xffffffffbeaaaaaa 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0x33800000 #= 0xffffffff3f800003 0x1
    ss fmul.s, 0x7f7fffff, 0x7f7fffff #= 0xffffffff7f800000 0x5
    csrwi frm, 4
    ss fadd.s, 0x3f800000, 0x33800000 #= 0xffffffff3f800001 0x1
    ss fdiv.s, 0xbf800000, 0x40400000 #= 0xffffffffbeaaaaab 0x1
    sss fmadd.s, 0x3f800001, 0x3f800001, 0x33800000 #= 0xffffffff3f800003 0x1
    ss fmul.s, 0x7f7fffff, 0x7f7fffff #= 0xffffffff7f800000 0x5
    csrwi frm, 0
    end

case fsgnj_s
    ss fsgnj.s, 0x3f800000, 0x40400000                               #= 0xffffffff3f800000 0x0
    ss fsgnj.s, 0x3f800000, 0x33800000                               #= 0xffffffff3f800000 0x0
    ss fsgnj.s, 0xbf800000, 0x33800000                               #= 0xffffffff3f800000 0x0
    ss fsgnj.s, 0x7f7fffff, 0x7f7fffff                               #= 0xffffffff7f7fffff 0x0
    ss fsgnj.s, 0x7f7fffff, 0x3f800000                               #= 0xffffffff7f7fffff 0x0
    ss fsgnj.s, 0x7f800000, 0xff800000                               #= 0xffffffffff800000 0x0
    ss fsgnj.s, 0x7f800000, 0x7f800000                               #= 0xffffffff7f800000 0x0
    ss fsgnj.s, 0x7f800000, 0                                        #= 0xffffffff7f800000 0x0
    ss fsgnj.s, 0, 0                                                 #= 0xffffffff00000000 0x0
    ss fsgnj.s, 0, 0x80000000                                        #= 0xffffffff80000000 0x0
    ss fsgnj.s, 0x80000000, 0x80000000                               #= 0xffffffff80000000 0x0
    ss fsgnj.s, 0x7fc00123, 0x3f800000                               #= 0xffffffff7fc00123 0x0
    ss fsgnj.s, 0x3f800000, 0x7f800001                               #= 0xffffffff3f800000 0x0
    ss fsgnj.s, 0x7f800001, 0x7fc00123                               #= 0xffffffff7f800001 0x0
    ss fsgnj.s, 1, 1                                                 #= 0xffffffff00000001 0x0
    ss fsgnj.s, 1, 0x00800000                                        #= 0xffffffff00000001 0x0
    ss fsgnj.s, 0x00800000, 0x007fffff                               #= 0xffffffff00800000 0x0
    ss fsgnj.s, 0x3f800000, 0xbf800000                               #= 0xffffffffbf800000 0x0
    end

case fsgnjn_s
    ss fsgnjn.s, 0x3f800000, 0x40400000                              #= 0xffffffffbf800000 0x0
    ss fsgnjn.s, 0x3f800000, 0x33800000                              #= 0xffffffffbf800000 0x0
    ss fsgnjn.s, 0xbf800000, 0x33800000                              #= 0xffffffffbf800000 0x0
    ss fsgnjn.s, 0x7f7fffff, 0x7f7fffff                              #= 0xffffffffff7fffff 0x0
    ss fsgnjn.s, 0x7f7fffff, 0x3f800000                              #= 0xffffffffff7fffff 0x0
    ss fsgnjn.s, 0x7f800000, 0xff800000                              #= 0xffffffff7f800000 0x0
    ss fsgnjn.s, 0x7f800000, 0x7f800000                              #= 0xffffffffff800000 0x0
    ss fsgnjn.s, 0x7f800000, 0                                       #= 0xffffffffff800000 0x0
    ss fsgnjn.s, 0, 0                                                #= 0xffffffff80000000 0x0
    ss fsgnjn.s, 0, 0x80000000                                       #= 0xffffffff00000000 0x0
    ss fsgnjn.s, 0x80000000, 0x80000000                              #= 0xffffffff00000000 0x0
    ss fsgnjn.s, 0x7fc00123, 0x3f800000                              #= 0xffffffffffc00123 0x0
    ss fsgnjn.s, 0x3f800000, 0x7f800001                              #= 0xffffffffbf800000 0x0
    ss fsgnjn.s, 0x7f800001, 0x7fc00123                              #= 0xffffffffff800001 0x0
    ss fsgnjn.s, 1, 1                                                #= 0xffffffff80000001 0x0
    ss fsgnjn.s, 1, 0x00800000                                       #= 0xffffffff80000001 0x0
    ss fsgnjn.s, 0x00800000, 0x007fffff                              #= 0xffffffff80800000 0x0
    ss fsgnjn.s, 0x3f800000, 0xbf800000                              #= 0xffffffff3f800000 0x0
    end

case fsgnjx_s
    ss fsgnjx.s, 0x3f800000, 0x40400000                              #= 0xffffffff3f800000 0x0
    ss fsgnjx.s, 0x3f800000, 0x33800000                              #= 0xffffffff3f800000 0x0
    ss fsgnjx.s, 0xbf800000, 0x33800000                              #= 0xffffffffbf800000 0x0
    ss fsgnjx.s, 0x7f7fffff, 0x7f7fffff                              #= 0xffffffff7f7fffff 0x0
    ss fsgnjx.s, 0x7f7fffff, 0x3f800000                              #= 0xffffffff7f7fffff 0x0
    ss fsgnjx.s, 0x7f800000, 0xff800000                              #= 0xffffffffff800000 0x0
    ss fsgnjx.s, 0x7f800000, 0x7f800000                              #= 0xffffffff7f800000 0x0
    ss fsgnjx.s, 0x7f800000, 0                                       #= 0xffffffff7f800000 0x0
    ss fsgnjx.s, 0, 0                                                #= 0xffffffff00000000 0x0
    ss fsgnjx.s, 0, 0x80000000                                       #= 0xffffffff80000000 0x0
    ss fsgnjx.s, 0x80000000, 0x80000000                              #= 0xffffffff00000000 0x0
    ss fsgnjx.s, 0x7fc00123, 0x3f800000                              #= 0xffffffff7fc00123 0x0
    ss fsgnjx.s, 0x3f800000, 0x7f800001                              #= 0xffffffff3f800000 0x0
    ss fsgnjx.s, 0x7f800001, 0x7fc00123                              #= 0xffffffff7f800001 0x0
    ss fsgnjx.s, 1, 1                                                #= 0xffffffff00000001 0x0
    ss fsgnjx.s, 1, 0x00800000                                       #= 0xffffffff00000001 0x0
    ss fsgnjx.s, 0x00800000, 0x007fffff                              #= 0xffffffff00800000 0x0
    ss fsgnjx.s, 0x3f800000, 0xbf800000                              #= 0xffffffffbf800000 0x0
    end

case fmin_s
    ss fmin.s, 0x3f800000, 0x40400000                                #= 0xffffffff3f800000 0x0
    ss fmin.s, 0x3f800000, 0x33800000                                #= 0xffffffff33800000 0x0
    ss fmin.s, 0xbf800000, 0x33800000                                #= 0xffffffffbf800000 0x0
    ss fmin.s, 0x7f7fffff, 0x7f7fffff                                #= 0xffffffff7f7fffff 0x0
    ss fmin.s, 0x7f7fffff, 0x3f800000                                #= 0xffffffff3f800000 0x0
    ss fmin.s, 0x7f800000, 0xff800000                                #= 0xffffffffff800000 0x0
    ss fmin.s, 0x7f800000, 0x7f800000                                #= 0xffffffff7f800000 0x0
    ss fmin.s, 0x7f800000, 0                                         #= 0xffffffff00000000 0x0
    ss fmin.s, 0, 0                                                  #= 0xffffffff00000000 0x0
    ss fmin.s, 0, 0x80000000                                         #= 0xffffffff80000000 0x0
    ss fmin.s, 0x80000000, 0x80000000                                #= 0xffffffff80000000 0x0
    ss fmin.s, 0x7fc00123, 0x3f800000                                #= 0xffffffff3f800000 0x0
    ss fmin.s, 0x3f800000, 0x7f800001                                #= 0xffffffff3f800000 0x10
    ss fmin.s, 0x7f800001, 0x7fc00123                                #= 0xffffffff7fc00000 0x10
    ss fmin.s, 1, 1                                                  #= 0xffffffff00000001 0x0
    ss fmin.s, 1, 0x00800000                                         #= 0xffffffff00000001 0x0
    ss fmin.s, 0x00800000, 0x007fffff                                #= 0xffffffff007fffff 0x0
    ss fmin.s, 0x3f800000, 0xbf800000                                #= 0xffffffffbf800000 0x0
    end

case fmax_s
    ss fmax.s, 0x3f800000, 0x40400000                                #= 0xffffffff40400000 0x0
    ss fmax.s, 0x3f800000, 0x33800000                                #= 0xffffffff3f800000 0x0
    ss fmax.s, 0xbf800000, 0x33800000                                #= 0xffffffff33800000 0x0
    ss fmax.s, 0x7f7fffff, 0x7f7fffff                                #= 0xffffffff7f7fffff 0x0
    ss fmax.s, 0x7f7fffff, 0x3f800000                                #= 0xffffffff7f7fffff 0x0
    ss fmax.s, 0x7f800000, 0xff800000                                #= 0xffffffff7f800000 0x0
    ss fmax.s, 0x7f800000, 0x7f800000                                #= 0xffffffff7f800000 0x0
    ss fmax.s, 0x7f800000, 0                                         #= 0xffffffff7f800000 0x0
    ss fmax.s, 0, 0                                                  #= 0xffffffff00000000 0x0
    ss fmax.s, 0, 0x80000000                                         #= 0xffffffff00000000 0x0
    ss fmax.s, 0x80000000, 0x80000000                                #= 0xffffffff80000000 0x0
    ss fmax.s, 0x7fc00123, 0x3f800000                                #= 0xffffffff3f800000 0x0
    ss fmax.s, 0x3f800000, 0x7f800001                                #= 0xffffffff3f800000 0x10
    ss fmax.s, 0x7f800001, 0x7fc00123                                #= 0xffffffff7fc00000 0x10
    ss fmax.s, 1, 1                                                  #= 0xffffffff00000001 0x0
    ss fmax.s, 1, 0x00800000                                         #= 0xffffffff00800000 0x0
    ss fmax.s, 0x00800000, 0x007fffff                                #= 0xffffffff00800000 0x0
    ss fmax.s, 0x3f800000, 0xbf800000                                #= 0xffffffff3f800000 0x0
    end

case feq_s
    ssx feq.s, 0x3f800000, 0x40400000                                #= 0x0 0x0
    ssx feq.s, 0x3f800000, 0x33800000                                #= 0x0 0x0
    ssx feq.s, 0xbf800000, 0x33800000                                #= 0x0 0x0
    ssx feq.s, 0x7f7fffff, 0x7f7fffff                                #= 0x1 0x0
    ssx feq.s, 0x7f7fffff, 0x3f800000                                #= 0x0 0x0
    ssx feq.s, 0x7f800000, 0xff800000                                #= 0x0 0x0
    ssx feq.s, 0x7f800000, 0x7f800000                                #= 0x1 0x0
    ssx feq.s, 0x7f800000, 0                                         #= 0x0 0x0
    ssx feq.s, 0, 0                                                  #= 0x1 0x0
    ssx feq.s, 0, 0x80000000                                         #= 0x1 0x0
    ssx feq.s, 0x80000000, 0x80000000                                #= 0x1 0x0
    ssx feq.s, 0x7fc00123, 0x3f800000                                #= 0x0 0x0
    ssx feq.s, 0x3f800000, 0x7f800001                                #= 0x0 0x10
    ssx feq.s, 0x7f800001, 0x7fc00123                                #= 0x0 0x10
    ssx feq.s, 1, 1                                                  #= 0x1 0x0
    ssx feq.s, 1, 0x00800000                                         #= 0x0 0x0
    ssx feq.s, 0x00800000, 0x007fffff                                #= 0x0 0x0
    ssx feq.s, 0x3f800000, 0xbf800000                                #= 0x0 0x0
    end

case flt_s
    ssx flt.s, 0x3f800000, 0x40400000                                #= 0x1 0x0
    ssx flt.s, 0x3f800000, 0x33800000                                #= 0x0 0x0
    ssx flt.s, 0xbf800000, 0x33800000                                #= 0x1 0x0
    ssx flt.s, 0x7f7fffff, 0x7f7fffff                                #= 0x0 0x0
    ssx flt.s, 0x7f7fffff, 0x3f800000                                #= 0x0 0x0
    ssx flt.s, 0x7f800000, 0xff800000                                #= 0x0 0x0
    ssx flt.s, 0x7f800000, 0x7f800000                                #= 0x0 0x0
    ssx flt.s, 0x7f800000, 0                                         #= 0x0 0x0
    ssx flt.s, 0, 0                                                  #= 0x0 0x0
    ssx flt.s, 0, 0x80000000                                         #= 0x0 0x0
    ssx flt.s, 0x80000000, 0x80000000                                #= 0x0 0x0
    ssx flt.s, 0x7fc00123, 0x3f800000                                #= 0x0 0x10
    ssx flt.s, 0x3f800000, 0x7f800001                                #= 0x0 0x10
    ssx flt.s, 0x7f800001, 0x7fc00123                                #= 0x0 0x10
    ssx flt.s, 1, 1                                                  #= 0x0 0x0
    ssx flt.s, 1, 0x00800000                                         #= 0x1 0x0
    ssx flt.s, 0x00800000, 0x007fffff                                #= 0x0 0x0
    ssx flt.s, 0x3f800000, 0xbf800000                                #= 0x0 0x0
    end

case fle_s
    ssx fle.s, 0x3f800000, 0x40400000                                #= 0x1 0x0
    ssx fle.s, 0x3f800000, 0x33800000                                #= 0x0 0x0
    ssx fle.s, 0xbf800000, 0x33800000                                #= 0x1 0x0
    ssx fle.s, 0x7f7fffff, 0x7f7fffff                                #= 0x1 0x0
    ssx fle.s, 0x7f7fffff, 0x3f800000                                #= 0x0 0x0
    ssx fle.s, 0x7f800000, 0xff800000                                #= 0x0 0x0
    ssx fle.s, 0x7f800000, 0x7f800000                                #= 0x1 0x0
    ssx fle.s, 0x7f800000, 0                                         #= 0x0 0x0
    ssx fle.s, 0, 0                                                  #= 0x1 0x0
    ssx fle.s, 0, 0x80000000                                         #= 0x1 0x0
    ssx fle.s, 0x80000000, 0x80000000                                #= 0x1 0x0
    ssx fle.s, 0x7fc00123, 0x3f800000                                #= 0x0 0x10
    ssx fle.s, 0x3f800000, 0x7f800001                                #= 0x0 0x10
    ssx fle.s, 0x7f800001, 0x7fc00123                                #= 0x0 0x10
    ssx fle.s, 1, 1                                                  #= 0x1 0x0
    ssx fle.s, 1, 0x00800000                                         #= 0x1 0x0
    ssx fle.s, 0x00800000, 0x007fffff                                #= 0x0 0x0
    ssx fle.s, 0x3f800000, 0xbf800000                                #= 0x0 0x0
    end

case fclass_s
    sx fclass.s, 0x3f800000                                          #= 0x40 0x0
    sx fclass.s, 0x40400000                                          #= 0x40 0x0
    sx fclass.s, 1                                                   #= 0x20 0x0
    sx fclass.s, 0x00800000                                          #= 0x40 0x0
    sx fclass.s, 0x7f7fffff                                          #= 0x40 0x0
    sx fclass.s, 0x7f800000                                          #= 0x80 0x0
    sx fclass.s, 0xff800000                                          #= 0x1 0x0
    sx fclass.s, 0x7fc00123                                          #= 0x200 0x0
    sx fclass.s, 0x7f800001                                          #= 0x100 0x0
    sx fclass.s, 0x80000000                                          #= 0x8 0x0
    sx fclass.s, 0                                                   #= 0x10 0x0
    sx fclass.s, 0x33800000                                          #= 0x40 0x0
    sx fclass.s, 0xbf800000                                          #= 0x2 0x0
    sx fclass.s, 0x007fffff                                          #= 0x20 0x0
    sx fclass.s, 0x3f800001                                          #= 0x40 0x0
    sx fclass.s, 0x80000001                                          #= 0x4 0x0
    sx fclass.s, 0xff7fffff                                          #= 0x2 0x0
    sx fclass.s, 0x807fffff                                          #= 0x4 0x0
    sx fclass.s, 0xff800001                                          #= 0x100 0x0
    sx fclass.s, 0xffc00123                                          #= 0x200 0x0
    end

case not_boxed
    ff fadd.s, 0x000000003f800000, 0xffffffff3f800000                #= 0xffffffff7fc00000 0x0
    ff fsub.s, 0x000000003f800000, 0xffffffff3f800000                #= 0xffffffff7fc00000 0x0
    ff fmul.s, 0x000000003f800000, 0xffffffff3f800000                #= 0xffffffff7fc00000 0x0
    ff fdiv.s, 0x000000003f800000, 0xffffffff3f800000                #= 0xffffffff7fc00000 0x0
    ff fmin.s, 0x000000003f800000, 0xffffffff3f800000                #= 0xffffffff3f800000 0x0
    ff fmax.s, 0x000000003f800000, 0xffffffff3f800000                #= 0xffffffff3f800000 0x0
    ff fsgnj.s, 0x000000003f800000, 0xffffffff3f800000               #= 0xffffffff7fc00000 0x0
    ff fsgnjn.s, 0x000000003f800000, 0xffffffff3f800000              #= 0xffffffffffc00000 0x0
    ff fsgnjx.s, 0x000000003f800000, 0xffffffff3f800000              #= 0xffffffff7fc00000 0x0
    ff fadd.s, 0xffffffff3f800000, 0x7fffffff3f800000                #= 0xffffffff7fc00000 0x0
    ff fmin.s, 0xffffffff3f800000, 0x7fffffff3f800000                #= 0xffffffff3f800000 0x0
    ff fsgnj.s, 0xffffffff3f800000, 0x7fffffff3f800000               #= 0xffffffff3f800000 0x0
    ffx feq.s, 0x3f800000, 0xffffffff3f800000                        #= 0x0 0x0
    ffx flt.s, 0x3f800000, 0xffffffff3f800000                        #= 0x0 0x10
    ffx fle.s, 0x3f800000, 0xffffffff3f800000                        #= 0x0 0x10
    f fsqrt.s, 0x3f800000                                            #= 0xffffffff7fc00000 0x0
    fx fclass.s, 0x3f800000                                          #= 0x200 0x0
    fff fmadd.s, 0xffffffff3f800000, 0xffffffff3f800000, 0x3f800000  #= 0xffffffff7fc00000 0x0
    f fcvt.d.s, 0x3f800000                                           #= 0x7ff8000000000000 0x0
    fx fcvt.w.s, 0x3f800000                                          #= 0x7fffffff 0x10
    end

case moves
    li a1, 0x123456789abcdef0
    fmv.d.x fa0, a1
    fmv.x.w a0, fa0
    keep a0 #= 0xffffffff9abcdef0
    fmv.x.d a0, fa0
    keep a0 #= 0x123456789abcdef0
    fmv.w.x fa0, a1
    fkeep fa0 #= 0xffffffff9abcdef0
    fmv.x.w zero, fa0
    keep zero #= 0x0
    end

# Infinity times zero is invalid also when what is added is a quiet NaN (Unprivileged 21.6).
case fused_invalid_s
    sss fmadd.s, 0x7f800000, 0, 0x7fc00000                           #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0, 0xff800000, 0x7fc00001                           #= 0xffffffff7fc00000 0x10
    sss fmsub.s, 0x7f800000, 0x80000000, 0x7fc00000                  #= 0xffffffff7fc00000 0x10
    sss fnmsub.s, 0x7f800000, 0, 0x7fc00000                          #= 0xffffffff7fc00000 0x10
    sss fnmadd.s, 0, 0x7f800000, 0x7fc00000                          #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0x7f800000, 0, 0x3f800000                           #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0x7fc00000, 0, 0x3f800000                           #= 0xffffffff7fc00000 0x0
    sss fmadd.s, 0x3f800000, 0x3f800000, 0x7f800001                  #= 0xffffffff7fc00000 0x10
    sss fmadd.s, 0x7f800000, 0x3f800000, 0xff800000                  #= 0xffffffff7fc00000 0x10
    sss fmsub.s, 0x7f800000, 0x3f800000, 0x7f800000                  #= 0xffffffff7fc00000 0x10
    sss fnmadd.s, 0x7f800000, 0x3f800000, 0xff800000                 #= 0xffffffff7fc00000 0x10
    end

# Exact zeros: the sign of the sum, in every rounding mode.
case fused_zero_s
    sss fmadd.s, 0x3f800000, 0x3f800000, 0xbf800000                  #= 0xffffffff00000000 0x0
    sss fmadd.s, 0x3f800000, 0x3f800000, 0xbf800000, rdn             #= 0xffffffff80000000 0x0
    sss fnmsub.s, 0x3f800000, 0x3f800000, 0x3f800000                 #= 0xffffffff00000000 0x0
    sss fnmadd.s, 0x3f800000, 0x3f800000, 0xbf800000                 #= 0xffffffff00000000 0x0
    sss fnmadd.s, 0x3f800000, 0x3f800000, 0xbf800000, rdn            #= 0xffffffff80000000 0x0
    sss fmadd.s, 0x80000000, 0x3f800000, 0x80000000                  #= 0xffffffff80000000 0x0
    sss fnmsub.s, 0, 0x3f800000, 0x80000000                          #= 0xffffffff80000000 0x0
    sss fnmadd.s, 0, 0x3f800000, 0                                   #= 0xffffffff80000000 0x0
    end

# Underflow is tininess after rounding: what rounds up to the smallest normal number is not tiny.
case tininess_s
    ss fmul.s, 0x00ffffff, 0x3f000000                                #= 0xffffffff00800000 0x3
    ss fmul.s, 0x00fffffe, 0x3f000000                                #= 0xffffffff007fffff 0x0
    ss fmul.s, 0x3f7fffff, 0x00800000                                #= 0xffffffff00800000 0x3
    ss fmul.s, 0x3f7ffffe, 0x00800000                                #= 0xffffffff007fffff 0x0
    ss fmul.s, 0x3f7fffff, 0x00800001                                #= 0xffffffff00800000 0x1
    ss fdiv.s, 0x00800000, 0x3f800001                                #= 0xffffffff007fffff 0x3
    sss fmadd.s, 0x3f7fffff, 0x00800000, 0                           #= 0xffffffff00800000 0x3
    sss fmadd.s, 0x3f7fffff, 0x00800000, 1                           #= 0xffffffff00800000 0x1
    end

# Each operand that is no boxed single counts as the canonical NaN, in every kind of instruction.
case not_boxed_everywhere
    fff fmadd.s, 0x3f800000, 0xffffffff3f800000, 0xffffffff3f800000  #= 0xffffffff7fc00000 0x0
    fff fmadd.s, 0xffffffff3f800000, 0x13f800000, 0xffffffff3f800000 #= 0xffffffff7fc00000 0x0
    fff fmadd.s, 0xffffffff3f800000, 0xffffffff3f800000, 0xfffffffe3f800000 #= 0xffffffff7fc00000 0x0
    f fsqrt.s, 0x7fffffff3f800000                                    #= 0xffffffff7fc00000 0x0
    ff fmin.s, 0x3f800000, 0xffffffff40000000                        #= 0xffffffff40000000 0x0
    ff fmax.s, 0xffffffff40000000, 0x7f800000                        #= 0xffffffff40000000 0x0
    ff fmin.s, 0x3f800000, 0x40000000                                #= 0xffffffff7fc00000 0x0
    ff fsgnj.s, 0x3f800000, 0xffffffffbf800000                       #= 0xffffffffffc00000 0x0
    ff fsgnj.s, 0xffffffffbf800000, 0xbf800000                       #= 0xffffffff3f800000 0x0
    ff fsgnjn.s, 0xffffffff3f800000, 0x3f800000                      #= 0xffffffffbf800000 0x0
    ff fsgnjx.s, 0xbf800000, 0xffffffffbf800000                      #= 0xffffffffffc00000 0x0
    ffx feq.s, 0x3f800000, 0x3f800000                                #= 0x0 0x0
    ffx flt.s, 0x3f800000, 0xffffffff40000000                        #= 0x0 0x10
    ffx fle.s, 0xffffffff3f800000, 0x40000000                        #= 0x0 0x10
    fx fclass.s, 0xff800000                                          #= 0x200 0x0
    fx fcvt.w.s, 0x3f800000                                          #= 0x7fffffff 0x10
    fx fcvt.wu.s, 0xbf800000                                         #= 0xffffffffffffffff 0x10
    fx fcvt.l.s, 0x3f800000, rtz                                     #= 0x7fffffffffffffff 0x10
    fx fcvt.lu.s, 0x3f800000                                         #= 0xffffffffffffffff 0x10
    f fcvt.d.s, 0x3f800000                                           #= 0x7ff8000000000000 0x0
    end

# Moves take and give bits as they are.
case moves_do_not_unbox
    fx fmv.x.w, 0x123456787f800001                                   #= 0x7f800001 0x0
    fx fmv.x.w, 0x12345678ff800001                                   #= 0xffffffffff800001 0x0
    xf fmv.w.x, 0x123456787f800001                                   #= 0xffffffff7f800001 0x0
    end

# Only a backward branch leads to its first block, which takes what the other has made; slices end there, too.
case sums_in_two_blocks
    li t0, 10
    li t2, 4
    li t1, 0x3f800000
    fmv.w.x ft0, t1
    fmv.w.x fa1, zero
    fmv.w.x fa2, zero
    fmv.w.x fa3, zero
    fmv.w.x fa4, zero
    fmv.w.x fa5, zero
    j 2f
1:  fadd.s fa4, fa4, fa1
    fadd.s fa5, fa5, fa2
    fsub.s fa4, fa4, fa3
2:  fadd.s fa1, fa1, ft0
    fadd.s fa2, fa1, fa1
    fadd.s fa3, fa2, ft0
    addi t0, t0, -1
    bnez t0, 1b
    addi t2, t2, -1
    li t0, 10
    bnez t2, 2b
    end_state                               #! f14=0xffffffffc43d0000 f15=0xffffffff44b40000 f13=0xffffffff42a20000
