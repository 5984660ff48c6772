# SPDX-License-Identifier: Apache-2.0
# Zfhmin.
    .include "isa.inc"

case fcvt_s_h
    f fcvt.s.h, 0xffffffffffff0000|0                                 #= 0xffffffff00000000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x8000                            #= 0xffffffff80000000 0x0
    f fcvt.s.h, 0xffffffffffff0000|1                                 #= 0xffffffff33800000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x03ff                            #= 0xffffffff387fc000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x0400                            #= 0xffffffff38800000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x3c00                            #= 0xffffffff3f800000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0xbc00                            #= 0xffffffffbf800000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x3555                            #= 0xffffffff3eaaa000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x7bff                            #= 0xffffffff477fe000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x7c00                            #= 0xffffffff7f800000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0xfc00                            #= 0xffffffffff800000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x7e00                            #= 0xffffffff7fc00000 0x0
    f fcvt.s.h, 0xffffffffffff0000|0x7d00                            #= 0xffffffff7fc00000 0x10
    f fcvt.s.h, 0xffffffffffff0000|0xfe01                            #= 0xffffffff7fc00000 0x0
    f fcvt.s.h, 0x3c00                                               #= 0xffffffff7fc00000 0x0
    end

case fcvt_d_h
    f fcvt.d.h, 0xffffffffffff0000|0                                 #= 0x0 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x8000                            #= 0x8000000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|1                                 #= 0x3e70000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x03ff                            #= 0x3f0ff80000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x0400                            #= 0x3f10000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x3c00                            #= 0x3ff0000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0xbc00                            #= 0xbff0000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x3555                            #= 0x3fd5540000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x7bff                            #= 0x40effc0000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x7c00                            #= 0x7ff0000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0xfc00                            #= 0xfff0000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x7e00                            #= 0x7ff8000000000000 0x0
    f fcvt.d.h, 0xffffffffffff0000|0x7d00                            #= 0x7ff8000000000000 0x10
    f fcvt.d.h, 0xffffffffffff0000|0xfe01                            #= 0x7ff8000000000000 0x0
    f fcvt.d.h, 0xfffffffeffff3c00                                   #= 0x7ff8000000000000 0x0
    end

case fcvt_h_s
    s fcvt.h.s, 0x3f800000, rne                                      #= 0xffffffffffff3c00 0x0
    s fcvt.h.s, 0x3f800000, rtz                                      #= 0xffffffffffff3c00 0x0
    s fcvt.h.s, 0x3f800000, rdn                                      #= 0xffffffffffff3c00 0x0
    s fcvt.h.s, 0x3f800000, rup                                      #= 0xffffffffffff3c00 0x0
    s fcvt.h.s, 0x3f800000, rmm                                      #= 0xffffffffffff3c00 0x0
    s fcvt.h.s, 0x3f801000, rne                                      #= 0xffffffffffff3c00 0x1
    s fcvt.h.s, 0x3f801000, rtz                                      #= 0xffffffffffff3c00 0x1
    s fcvt.h.s, 0x3f801000, rdn                                      #= 0xffffffffffff3c00 0x1
    s fcvt.h.s, 0x3f801000, rup                                      #= 0xffffffffffff3c01 0x1
    s fcvt.h.s, 0x3f801000, rmm                                      #= 0xffffffffffff3c01 0x1
    s fcvt.h.s, 0x3f803000, rne                                      #= 0xffffffffffff3c02 0x1
    s fcvt.h.s, 0x3f803000, rtz                                      #= 0xffffffffffff3c01 0x1
    s fcvt.h.s, 0x3f803000, rdn                                      #= 0xffffffffffff3c01 0x1
    s fcvt.h.s, 0x3f803000, rup                                      #= 0xffffffffffff3c02 0x1
    s fcvt.h.s, 0x3f803000, rmm                                      #= 0xffffffffffff3c02 0x1
    s fcvt.h.s, 0x477fefff, rne                                      #= 0xffffffffffff7bff 0x1
    s fcvt.h.s, 0x477fefff, rtz                                      #= 0xffffffffffff7bff 0x1
    s fcvt.h.s, 0x477fefff, rdn                                      #= 0xffffffffffff7bff 0x1
    s fcvt.h.s, 0x477fefff, rup                                      #= 0xffffffffffff7c00 0x5
    s fcvt.h.s, 0x477fefff, rmm                                      #= 0xffffffffffff7bff 0x1
    s fcvt.h.s, 0x477ff000, rne                                      #= 0xffffffffffff7c00 0x5
    s fcvt.h.s, 0x477ff000, rtz                                      #= 0xffffffffffff7bff 0x1
    s fcvt.h.s, 0x477ff000, rdn                                      #= 0xffffffffffff7bff 0x1
    s fcvt.h.s, 0x477ff000, rup                                      #= 0xffffffffffff7c00 0x5
    s fcvt.h.s, 0x477ff000, rmm                                      #= 0xffffffffffff7c00 0x5
    s fcvt.h.s, 0x33000000, rne                                      #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 0x33000000, rtz                                      #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 0x33000000, rdn                                      #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 0x33000000, rup                                      #= 0xffffffffffff0001 0x3
    s fcvt.h.s, 0x33000000, rmm                                      #= 0xffffffffffff0001 0x3
    s fcvt.h.s, 0x33000001, rne                                      #= 0xffffffffffff0001 0x3
    s fcvt.h.s, 0x33000001, rtz                                      #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 0x33000001, rdn                                      #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 0x33000001, rup                                      #= 0xffffffffffff0001 0x3
    s fcvt.h.s, 0x33000001, rmm                                      #= 0xffffffffffff0001 0x3
    s fcvt.h.s, 0x387fc000, rne                                      #= 0xffffffffffff03ff 0x0
    s fcvt.h.s, 0x387fc000, rtz                                      #= 0xffffffffffff03ff 0x0
    s fcvt.h.s, 0x387fc000, rdn                                      #= 0xffffffffffff03ff 0x0
    s fcvt.h.s, 0x387fc000, rup                                      #= 0xffffffffffff03ff 0x0
    s fcvt.h.s, 0x387fc000, rmm                                      #= 0xffffffffffff03ff 0x0
    s fcvt.h.s, 0x387fe000, rne                                      #= 0xffffffffffff0400 0x3
    s fcvt.h.s, 0x387fe000, rtz                                      #= 0xffffffffffff03ff 0x3
    s fcvt.h.s, 0x387fe000, rdn                                      #= 0xffffffffffff03ff 0x3
    s fcvt.h.s, 0x387fe000, rup                                      #= 0xffffffffffff0400 0x3
    s fcvt.h.s, 0x387fe000, rmm                                      #= 0xffffffffffff0400 0x3
    s fcvt.h.s, 0x7f800000, rne                                      #= 0xffffffffffff7c00 0x0
    s fcvt.h.s, 0x7f800000, rtz                                      #= 0xffffffffffff7c00 0x0
    s fcvt.h.s, 0x7f800000, rdn                                      #= 0xffffffffffff7c00 0x0
    s fcvt.h.s, 0x7f800000, rup                                      #= 0xffffffffffff7c00 0x0
    s fcvt.h.s, 0x7f800000, rmm                                      #= 0xffffffffffff7c00 0x0
    s fcvt.h.s, 0x7f800001, rne                                      #= 0xffffffffffff7e00 0x10
    s fcvt.h.s, 0x7f800001, rtz                                      #= 0xffffffffffff7e00 0x10
    s fcvt.h.s, 0x7f800001, rdn                                      #= 0xffffffffffff7e00 0x10
    s fcvt.h.s, 0x7f800001, rup                                      #= 0xffffffffffff7e00 0x10
    s fcvt.h.s, 0x7f800001, rmm                                      #= 0xffffffffffff7e00 0x10
    s fcvt.h.s, 0xffc00001, rne                                      #= 0xffffffffffff7e00 0x0
    s fcvt.h.s, 0xffc00001, rtz                                      #= 0xffffffffffff7e00 0x0
    s fcvt.h.s, 0xffc00001, rdn                                      #= 0xffffffffffff7e00 0x0
    s fcvt.h.s, 0xffc00001, rup                                      #= 0xffffffffffff7e00 0x0
    s fcvt.h.s, 0xffc00001, rmm                                      #= 0xffffffffffff7e00 0x0
    s fcvt.h.s, 1, rne                                               #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 1, rtz                                               #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 1, rdn                                               #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 1, rup                                               #= 0xffffffffffff0001 0x3
    s fcvt.h.s, 1, rmm                                               #= 0xffffffffffff0000 0x3
    s fcvt.h.s, 0xc77ff000, rne                                      #= 0xfffffffffffffc00 0x5
    s fcvt.h.s, 0xc77ff000, rtz                                      #= 0xfffffffffffffbff 0x1
    s fcvt.h.s, 0xc77ff000, rdn                                      #= 0xfffffffffffffc00 0x5
    s fcvt.h.s, 0xc77ff000, rup                                      #= 0xfffffffffffffbff 0x1
    s fcvt.h.s, 0xc77ff000, rmm                                      #= 0xfffffffffffffc00 0x5
    end

case fcvt_h_d
    f fcvt.h.d, 0x3ff0000000000000, rne                              #= 0xffffffffffff3c00 0x0
    f fcvt.h.d, 0x3ff0000000000000, rtz                              #= 0xffffffffffff3c00 0x0
    f fcvt.h.d, 0x3ff0000000000000, rup                              #= 0xffffffffffff3c00 0x0
    f fcvt.h.d, 0x3ff0000000000000, rmm                              #= 0xffffffffffff3c00 0x0
    f fcvt.h.d, 0x3ff0020000000000, rne                              #= 0xffffffffffff3c00 0x1
    f fcvt.h.d, 0x3ff0020000000000, rtz                              #= 0xffffffffffff3c00 0x1
    f fcvt.h.d, 0x3ff0020000000000, rup                              #= 0xffffffffffff3c01 0x1
    f fcvt.h.d, 0x3ff0020000000000, rmm                              #= 0xffffffffffff3c01 0x1
    f fcvt.h.d, 0x3ff0020000000001, rne                              #= 0xffffffffffff3c01 0x1
    f fcvt.h.d, 0x3ff0020000000001, rtz                              #= 0xffffffffffff3c00 0x1
    f fcvt.h.d, 0x3ff0020000000001, rup                              #= 0xffffffffffff3c01 0x1
    f fcvt.h.d, 0x3ff0020000000001, rmm                              #= 0xffffffffffff3c01 0x1
    f fcvt.h.d, 0x40effdffffffffff, rne                              #= 0xffffffffffff7bff 0x1
    f fcvt.h.d, 0x40effdffffffffff, rtz                              #= 0xffffffffffff7bff 0x1
    f fcvt.h.d, 0x40effdffffffffff, rup                              #= 0xffffffffffff7c00 0x5
    f fcvt.h.d, 0x40effdffffffffff, rmm                              #= 0xffffffffffff7bff 0x1
    f fcvt.h.d, 0x40effe0000000000, rne                              #= 0xffffffffffff7c00 0x5
    f fcvt.h.d, 0x40effe0000000000, rtz                              #= 0xffffffffffff7bff 0x1
    f fcvt.h.d, 0x40effe0000000000, rup                              #= 0xffffffffffff7c00 0x5
    f fcvt.h.d, 0x40effe0000000000, rmm                              #= 0xffffffffffff7c00 0x5
    f fcvt.h.d, 0x3e60000000000000, rne                              #= 0xffffffffffff0000 0x3
    f fcvt.h.d, 0x3e60000000000000, rtz                              #= 0xffffffffffff0000 0x3
    f fcvt.h.d, 0x3e60000000000000, rup                              #= 0xffffffffffff0001 0x3
    f fcvt.h.d, 0x3e60000000000000, rmm                              #= 0xffffffffffff0001 0x3
    f fcvt.h.d, 0x3f0ffc0000000000, rne                              #= 0xffffffffffff0400 0x3
    f fcvt.h.d, 0x3f0ffc0000000000, rtz                              #= 0xffffffffffff03ff 0x3
    f fcvt.h.d, 0x3f0ffc0000000000, rup                              #= 0xffffffffffff0400 0x3
    f fcvt.h.d, 0x3f0ffc0000000000, rmm                              #= 0xffffffffffff0400 0x3
    f fcvt.h.d, 0x7ff0000000000001, rne                              #= 0xffffffffffff7e00 0x10
    f fcvt.h.d, 0x7ff0000000000001, rtz                              #= 0xffffffffffff7e00 0x10
    f fcvt.h.d, 0x7ff0000000000001, rup                              #= 0xffffffffffff7e00 0x10
    f fcvt.h.d, 0x7ff0000000000001, rmm                              #= 0xffffffffffff7e00 0x10
    f fcvt.h.d, 0x8000000000000001, rne                              #= 0xffffffffffff8000 0x3
    f fcvt.h.d, 0x8000000000000001, rtz                              #= 0xffffffffffff8000 0x3
    f fcvt.h.d, 0x8000000000000001, rup                              #= 0xffffffffffff8000 0x3
    f fcvt.h.d, 0x8000000000000001, rmm                              #= 0xffffffffffff8000 0x3
    end

case moves
    li a1, 0x123456789abcfef0
    fmv.h.x fa0, a1
    fkeep fa0 #= 0xfffffffffffffef0
    fmv.x.h a0, fa0
    keep a0 #= 0xfffffffffffffef0
    fmv.d.x fa0, a1
    fmv.x.h a0, fa0
    keep a0 #= 0xfffffffffffffef0
    end
