# SPDX-License-Identifier: Apache-2.0
# M: multiplication and division.
    .include "isa.inc"

case mul
    rr mul, 0, 0                                                     #= 0x0
    rr mul, 1, 2                                                     #= 0x2
    rr mul, -1, 1                                                    #= 0xffffffffffffffff
    rr mul, 0x7fffffffffffffff, 1                                    #= 0x7fffffffffffffff
    rr mul, 0x8000000000000000, -1                                   #= 0x8000000000000000
    rr mul, 0x8000000000000000, 0x8000000000000000                   #= 0x0
    rr mul, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0x2236d88fe5618cf0
    rr mul, 0xfedcba9876543210, 0x3f                                 #= 0xb851eb851eb851f0
    rr mul, 0xffffffff, 1                                            #= 0xffffffff
    rr mul, 0x7fffffff, 0x7fffffff                                   #= 0x3fffffff00000001
    rr mul, 0x80000000, 0x0123456789abcdef                           #= 0xc4d5e6f780000000
    rr mul, 5, -3                                                    #= 0xfffffffffffffff1
    rr mul, 0xfedcba9876543210, 0xfedcba9876543210                   #= 0xdeec6cd7a44a4100
    rr mul, 0x0123456789abcdef, 0x0123456789abcdef                   #= 0xdca5e20890f2a521
    rr_same mul, 0x0123456789abcdef                                  #= 0xdca5e20890f2a521
    rr_zero mul, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case mulh
    rr mulh, 0, 0                                                    #= 0x0
    rr mulh, 1, 2                                                    #= 0x0
    rr mulh, -1, 1                                                   #= 0xffffffffffffffff
    rr mulh, 0x7fffffffffffffff, 1                                   #= 0x0
    rr mulh, 0x8000000000000000, -1                                  #= 0x0
    rr mulh, 0x8000000000000000, 0x8000000000000000                  #= 0x4000000000000000
    rr mulh, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0xfffeb49923cc0953
    rr mulh, 0xfedcba9876543210, 0x3f                                #= 0xffffffffffffffff
    rr mulh, 0xffffffff, 1                                           #= 0x0
    rr mulh, 0x7fffffff, 0x7fffffff                                  #= 0x0
    rr mulh, 0x80000000, 0x0123456789abcdef                          #= 0x91a2b3
    rr mulh, 5, -3                                                   #= 0xffffffffffffffff
    rr mulh, 0xfedcba9876543210, 0xfedcba9876543210                  #= 0x14b66dc33f6ac
    rr mulh, 0x0123456789abcdef, 0x0123456789abcdef                  #= 0x14b66dc33f6ac
    rr_same mulh, 0x0123456789abcdef                                 #= 0x14b66dc33f6ac
    rr_zero mulh, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case mulhsu
    rr mulhsu, 0, 0                                                  #= 0x0
    rr mulhsu, 1, 2                                                  #= 0x0
    rr mulhsu, -1, 1                                                 #= 0xffffffffffffffff
    rr mulhsu, 0x7fffffffffffffff, 1                                 #= 0x0
    rr mulhsu, 0x8000000000000000, -1                                #= 0x8000000000000000
    rr mulhsu, 0x8000000000000000, 0x8000000000000000                #= 0xc000000000000000
    rr mulhsu, 0x0123456789abcdef, 0xfedcba9876543210                #= 0x121fa00ad77d742
    rr mulhsu, 0xfedcba9876543210, 0x3f                              #= 0xffffffffffffffff
    rr mulhsu, 0xffffffff, 1                                         #= 0x0
    rr mulhsu, 0x7fffffff, 0x7fffffff                                #= 0x0
    rr mulhsu, 0x80000000, 0x0123456789abcdef                        #= 0x91a2b3
    rr mulhsu, 5, -3                                                 #= 0x4
    rr mulhsu, 0xfedcba9876543210, 0xfedcba9876543210                #= 0xfede05ff528828bc
    rr mulhsu, 0x0123456789abcdef, 0x0123456789abcdef                #= 0x14b66dc33f6ac
    rr_same mulhsu, 0x0123456789abcdef                               #= 0x14b66dc33f6ac
    rr_zero mulhsu, 0x0123456789abcdef, 0xfedcba9876543210           #= 0x0
    end

case mulhu
    rr mulhu, 0, 0                                                   #= 0x0
    rr mulhu, 1, 2                                                   #= 0x0
    rr mulhu, -1, 1                                                  #= 0x0
    rr mulhu, 0x7fffffffffffffff, 1                                  #= 0x0
    rr mulhu, 0x8000000000000000, -1                                 #= 0x7fffffffffffffff
    rr mulhu, 0x8000000000000000, 0x8000000000000000                 #= 0x4000000000000000
    rr mulhu, 0x0123456789abcdef, 0xfedcba9876543210                 #= 0x121fa00ad77d742
    rr mulhu, 0xfedcba9876543210, 0x3f                               #= 0x3e
    rr mulhu, 0xffffffff, 1                                          #= 0x0
    rr mulhu, 0x7fffffff, 0x7fffffff                                 #= 0x0
    rr mulhu, 0x80000000, 0x0123456789abcdef                         #= 0x91a2b3
    rr mulhu, 5, -3                                                  #= 0x4
    rr mulhu, 0xfedcba9876543210, 0xfedcba9876543210                 #= 0xfdbac097c8dc5acc
    rr mulhu, 0x0123456789abcdef, 0x0123456789abcdef                 #= 0x14b66dc33f6ac
    rr_same mulhu, 0x0123456789abcdef                                #= 0x14b66dc33f6ac
    rr_zero mulhu, 0x0123456789abcdef, 0xfedcba9876543210            #= 0x0
    end

case mulw
    rr mulw, 0, 0                                                    #= 0x0
    rr mulw, 1, 2                                                    #= 0x2
    rr mulw, -1, 1                                                   #= 0xffffffffffffffff
    rr mulw, 0x7fffffffffffffff, 1                                   #= 0xffffffffffffffff
    rr mulw, 0x8000000000000000, -1                                  #= 0x0
    rr mulw, 0x8000000000000000, 0x8000000000000000                  #= 0x0
    rr mulw, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0xffffffffe5618cf0
    rr mulw, 0xfedcba9876543210, 0x3f                                #= 0x1eb851f0
    rr mulw, 0xffffffff, 1                                           #= 0xffffffffffffffff
    rr mulw, 0x7fffffff, 0x7fffffff                                  #= 0x1
    rr mulw, 0x80000000, 0x0123456789abcdef                          #= 0xffffffff80000000
    rr mulw, 5, -3                                                   #= 0xfffffffffffffff1
    rr mulw, 0xfedcba9876543210, 0xfedcba9876543210                  #= 0xffffffffa44a4100
    rr mulw, 0x0123456789abcdef, 0x0123456789abcdef                  #= 0xffffffff90f2a521
    rr_same mulw, 0x0123456789abcdef                                 #= 0xffffffff90f2a521
    rr_zero mulw, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case div
    rr div, 7, 2                                                     #= 0x3
    rr div, -7, 2                                                    #= 0xfffffffffffffffd
    rr div, 7, -2                                                    #= 0xfffffffffffffffd
    rr div, 1, 0                                                     #= 0xffffffffffffffff
    rr div, -1, 0                                                    #= 0xffffffffffffffff
    rr div, 0x8000000000000000, -1                                   #= 0x8000000000000000
    rr div, 0x8000000000000000, 1                                    #= 0x8000000000000000
    rr div, 0xffffffff80000000, -1                                   #= 0x80000000
    rr div, 0x80000000, -1                                           #= 0xffffffff80000000
    rr div, 0x123456780000000a, 0x3                                  #= 0x611722800000003
    rr div, 0xffffffff, 0xffffffff00000000                           #= 0x0
    rr div, 0xfedcba9876543210, 0x0123456789abcdef                   #= 0xffffffffffffffff
    rr div, 0, 5                                                     #= 0x0
    rr_same div, -5                                                  #= 0x1
    rr_zero div, 0x8000000000000000, 1                               #= 0x0
    end

case divu
    rr divu, 7, 2                                                    #= 0x3
    rr divu, -7, 2                                                   #= 0x7ffffffffffffffc
    rr divu, 7, -2                                                   #= 0x0
    rr divu, 1, 0                                                    #= 0xffffffffffffffff
    rr divu, -1, 0                                                   #= 0xffffffffffffffff
    rr divu, 0x8000000000000000, -1                                  #= 0x0
    rr divu, 0x8000000000000000, 1                                   #= 0x8000000000000000
    rr divu, 0xffffffff80000000, -1                                  #= 0x0
    rr divu, 0x80000000, -1                                          #= 0x0
    rr divu, 0x123456780000000a, 0x3                                 #= 0x611722800000003
    rr divu, 0xffffffff, 0xffffffff00000000                          #= 0x0
    rr divu, 0xfedcba9876543210, 0x0123456789abcdef                  #= 0xe0
    rr divu, 0, 5                                                    #= 0x0
    rr_same divu, -5                                                 #= 0x1
    rr_zero divu, 0x8000000000000000, 1                              #= 0x0
    end

case rem
    rr rem, 7, 2                                                     #= 0x1
    rr rem, -7, 2                                                    #= 0xffffffffffffffff
    rr rem, 7, -2                                                    #= 0x1
    rr rem, 1, 0                                                     #= 0x1
    rr rem, -1, 0                                                    #= 0xffffffffffffffff
    rr rem, 0x8000000000000000, -1                                   #= 0x0
    rr rem, 0x8000000000000000, 1                                    #= 0x0
    rr rem, 0xffffffff80000000, -1                                   #= 0x0
    rr rem, 0x80000000, -1                                           #= 0x0
    rr rem, 0x123456780000000a, 0x3                                  #= 0x1
    rr rem, 0xffffffff, 0xffffffff00000000                           #= 0xffffffff
    rr rem, 0xfedcba9876543210, 0x0123456789abcdef                   #= 0xffffffffffffffff
    rr rem, 0, 5                                                     #= 0x0
    rr_same rem, -5                                                  #= 0x0
    rr_zero rem, 0x8000000000000000, 1                               #= 0x0
    end

case remu
    rr remu, 7, 2                                                    #= 0x1
    rr remu, -7, 2                                                   #= 0x1
    rr remu, 7, -2                                                   #= 0x7
    rr remu, 1, 0                                                    #= 0x1
    rr remu, -1, 0                                                   #= 0xffffffffffffffff
    rr remu, 0x8000000000000000, -1                                  #= 0x8000000000000000
    rr remu, 0x8000000000000000, 1                                   #= 0x0
    rr remu, 0xffffffff80000000, -1                                  #= 0xffffffff80000000
    rr remu, 0x80000000, -1                                          #= 0x80000000
    rr remu, 0x123456780000000a, 0x3                                 #= 0x1
    rr remu, 0xffffffff, 0xffffffff00000000                          #= 0xffffffff
    rr remu, 0xfedcba9876543210, 0x0123456789abcdef                  #= 0xf0
    rr remu, 0, 5                                                    #= 0x0
    rr_same remu, -5                                                 #= 0x0
    rr_zero remu, 0x8000000000000000, 1                              #= 0x0
    end

case divw
    rr divw, 7, 2                                                    #= 0x3
    rr divw, -7, 2                                                   #= 0xfffffffffffffffd
    rr divw, 7, -2                                                   #= 0xfffffffffffffffd
    rr divw, 1, 0                                                    #= 0xffffffffffffffff
    rr divw, -1, 0                                                   #= 0xffffffffffffffff
    rr divw, 0x8000000000000000, -1                                  #= 0x0
    rr divw, 0x8000000000000000, 1                                   #= 0x0
    rr divw, 0xffffffff80000000, -1                                  #= 0xffffffff80000000
    rr divw, 0x80000000, -1                                          #= 0xffffffff80000000
    rr divw, 0x123456780000000a, 0x3                                 #= 0x3
    rr divw, 0xffffffff, 0xffffffff00000000                          #= 0xffffffffffffffff
    rr divw, 0xfedcba9876543210, 0x0123456789abcdef                  #= 0x0
    rr divw, 0, 5                                                    #= 0x0
    rr_same divw, -5                                                 #= 0x1
    rr_zero divw, 0x8000000000000000, 1                              #= 0x0
    end

case divuw
    rr divuw, 7, 2                                                   #= 0x3
    rr divuw, -7, 2                                                  #= 0x7ffffffc
    rr divuw, 7, -2                                                  #= 0x0
    rr divuw, 1, 0                                                   #= 0xffffffffffffffff
    rr divuw, -1, 0                                                  #= 0xffffffffffffffff
    rr divuw, 0x8000000000000000, -1                                 #= 0x0
    rr divuw, 0x8000000000000000, 1                                  #= 0x0
    rr divuw, 0xffffffff80000000, -1                                 #= 0x0
    rr divuw, 0x80000000, -1                                         #= 0x0
    rr divuw, 0x123456780000000a, 0x3                                #= 0x3
    rr divuw, 0xffffffff, 0xffffffff00000000                         #= 0xffffffffffffffff
    rr divuw, 0xfedcba9876543210, 0x0123456789abcdef                 #= 0x0
    rr divuw, 0, 5                                                   #= 0x0
    rr_same divuw, -5                                                #= 0x1
    rr_zero divuw, 0x8000000000000000, 1                             #= 0x0
    end

case remw
    rr remw, 7, 2                                                    #= 0x1
    rr remw, -7, 2                                                   #= 0xffffffffffffffff
    rr remw, 7, -2                                                   #= 0x1
    rr remw, 1, 0                                                    #= 0x1
    rr remw, -1, 0                                                   #= 0xffffffffffffffff
    rr remw, 0x8000000000000000, -1                                  #= 0x0
    rr remw, 0x8000000000000000, 1                                   #= 0x0
    rr remw, 0xffffffff80000000, -1                                  #= 0x0
    rr remw, 0x80000000, -1                                          #= 0x0
    rr remw, 0x123456780000000a, 0x3                                 #= 0x1
    rr remw, 0xffffffff, 0xffffffff00000000                          #= 0xffffffffffffffff
    rr remw, 0xfedcba9876543210, 0x0123456789abcdef                  #= 0x76543210
    rr remw, 0, 5                                                    #= 0x0
    rr_same remw, -5                                                 #= 0x0
    rr_zero remw, 0x8000000000000000, 1                              #= 0x0
    end

case remuw
    rr remuw, 7, 2                                                   #= 0x1
    rr remuw, -7, 2                                                  #= 0x1
    rr remuw, 7, -2                                                  #= 0x7
    rr remuw, 1, 0                                                   #= 0x1
    rr remuw, -1, 0                                                  #= 0xffffffffffffffff
    rr remuw, 0x8000000000000000, -1                                 #= 0x0
    rr remuw, 0x8000000000000000, 1                                  #= 0x0
    rr remuw, 0xffffffff80000000, -1                                 #= 0xffffffff80000000
    rr remuw, 0x80000000, -1                                         #= 0xffffffff80000000
    rr remuw, 0x123456780000000a, 0x3                                #= 0x1
    rr remuw, 0xffffffff, 0xffffffff00000000                         #= 0xffffffffffffffff
    rr remuw, 0xfedcba9876543210, 0x0123456789abcdef                 #= 0x76543210
    rr remuw, 0, 5                                                   #= 0x0
    rr_same remuw, -5                                                #= 0x0
    rr_zero remuw, 0x8000000000000000, 1                             #= 0x0
    end
