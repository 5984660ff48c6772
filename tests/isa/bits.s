# SPDX-License-Identifier: Apache-2.0
# Zba, Zbb, Zbc, Zbs.
    .include "isa.inc"

case sh1add
    rr sh1add, 0, 0                                                  #= 0x0
    rr sh1add, 1, 2                                                  #= 0x4
    rr sh1add, -1, 1                                                 #= 0xffffffffffffffff
    rr sh1add, 0x7fffffffffffffff, 1                                 #= 0xffffffffffffffff
    rr sh1add, 0x8000000000000000, -1                                #= 0xffffffffffffffff
    rr sh1add, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000
    rr sh1add, 0x0123456789abcdef, 0xfedcba9876543210                #= 0x123456789abcdee
    rr sh1add, 0xfedcba9876543210, 0x3f                              #= 0xfdb97530eca8645f
    rr sh1add, 0xffffffff, 1                                         #= 0x1ffffffff
    rr sh1add, 0x7fffffff, 0x7fffffff                                #= 0x17ffffffd
    rr sh1add, 0x80000000, 0x0123456789abcdef                        #= 0x123456889abcdef
    rr sh1add, 5, -3                                                 #= 0x7
    rr_same sh1add, 0x0123456789abcdef                               #= 0x369d0369d0369cd
    rr_zero sh1add, 0x0123456789abcdef, 0xfedcba9876543210           #= 0x0
    end

case sh2add
    rr sh2add, 0, 0                                                  #= 0x0
    rr sh2add, 1, 2                                                  #= 0x6
    rr sh2add, -1, 1                                                 #= 0xfffffffffffffffd
    rr sh2add, 0x7fffffffffffffff, 1                                 #= 0xfffffffffffffffd
    rr sh2add, 0x8000000000000000, -1                                #= 0xffffffffffffffff
    rr sh2add, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000
    rr sh2add, 0x0123456789abcdef, 0xfedcba9876543210                #= 0x369d0369d0369cc
    rr sh2add, 0xfedcba9876543210, 0x3f                              #= 0xfb72ea61d950c87f
    rr sh2add, 0xffffffff, 1                                         #= 0x3fffffffd
    rr sh2add, 0x7fffffff, 0x7fffffff                                #= 0x27ffffffb
    rr sh2add, 0x80000000, 0x0123456789abcdef                        #= 0x123456989abcdef
    rr sh2add, 5, -3                                                 #= 0x11
    rr_same sh2add, 0x0123456789abcdef                               #= 0x5b05b05b05b05ab
    rr_zero sh2add, 0x0123456789abcdef, 0xfedcba9876543210           #= 0x0
    end

case sh3add
    rr sh3add, 0, 0                                                  #= 0x0
    rr sh3add, 1, 2                                                  #= 0xa
    rr sh3add, -1, 1                                                 #= 0xfffffffffffffff9
    rr sh3add, 0x7fffffffffffffff, 1                                 #= 0xfffffffffffffff9
    rr sh3add, 0x8000000000000000, -1                                #= 0xffffffffffffffff
    rr sh3add, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000
    rr sh3add, 0x0123456789abcdef, 0xfedcba9876543210                #= 0x7f6e5d4c3b2a188
    rr sh3add, 0xfedcba9876543210, 0x3f                              #= 0xf6e5d4c3b2a190bf
    rr sh3add, 0xffffffff, 1                                         #= 0x7fffffff9
    rr sh3add, 0x7fffffff, 0x7fffffff                                #= 0x47ffffff7
    rr sh3add, 0x80000000, 0x0123456789abcdef                        #= 0x123456b89abcdef
    rr sh3add, 5, -3                                                 #= 0x25
    rr_same sh3add, 0x0123456789abcdef                               #= 0xa3d70a3d70a3d67
    rr_zero sh3add, 0x0123456789abcdef, 0xfedcba9876543210           #= 0x0
    end

case add_uw
    rr add.uw, 0, 0                                                  #= 0x0
    rr add.uw, 1, 2                                                  #= 0x3
    rr add.uw, -1, 1                                                 #= 0x100000000
    rr add.uw, 0x7fffffffffffffff, 1                                 #= 0x100000000
    rr add.uw, 0x8000000000000000, -1                                #= 0xffffffffffffffff
    rr add.uw, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000
    rr add.uw, 0x0123456789abcdef, 0xfedcba9876543210                #= 0xfedcba98ffffffff
    rr add.uw, 0xfedcba9876543210, 0x3f                              #= 0x7654324f
    rr add.uw, 0xffffffff, 1                                         #= 0x100000000
    rr add.uw, 0x7fffffff, 0x7fffffff                                #= 0xfffffffe
    rr add.uw, 0x80000000, 0x0123456789abcdef                        #= 0x123456809abcdef
    rr add.uw, 5, -3                                                 #= 0x2
    rr_same add.uw, 0x0123456789abcdef                               #= 0x123456813579bde
    rr_zero add.uw, 0x0123456789abcdef, 0xfedcba9876543210           #= 0x0
    end

case sh1add_uw
    rr sh1add.uw, 0, 0                                               #= 0x0
    rr sh1add.uw, 1, 2                                               #= 0x4
    rr sh1add.uw, -1, 1                                              #= 0x1ffffffff
    rr sh1add.uw, 0x7fffffffffffffff, 1                              #= 0x1ffffffff
    rr sh1add.uw, 0x8000000000000000, -1                             #= 0xffffffffffffffff
    rr sh1add.uw, 0x8000000000000000, 0x8000000000000000             #= 0x8000000000000000
    rr sh1add.uw, 0x0123456789abcdef, 0xfedcba9876543210             #= 0xfedcba9989abcdee
    rr sh1add.uw, 0xfedcba9876543210, 0x3f                           #= 0xeca8645f
    rr sh1add.uw, 0xffffffff, 1                                      #= 0x1ffffffff
    rr sh1add.uw, 0x7fffffff, 0x7fffffff                             #= 0x17ffffffd
    rr sh1add.uw, 0x80000000, 0x0123456789abcdef                     #= 0x123456889abcdef
    rr sh1add.uw, 5, -3                                              #= 0x7
    rr_same sh1add.uw, 0x0123456789abcdef                            #= 0x12345689d0369cd
    rr_zero sh1add.uw, 0x0123456789abcdef, 0xfedcba9876543210        #= 0x0
    end

case sh2add_uw
    rr sh2add.uw, 0, 0                                               #= 0x0
    rr sh2add.uw, 1, 2                                               #= 0x6
    rr sh2add.uw, -1, 1                                              #= 0x3fffffffd
    rr sh2add.uw, 0x7fffffffffffffff, 1                              #= 0x3fffffffd
    rr sh2add.uw, 0x8000000000000000, -1                             #= 0xffffffffffffffff
    rr sh2add.uw, 0x8000000000000000, 0x8000000000000000             #= 0x8000000000000000
    rr sh2add.uw, 0x0123456789abcdef, 0xfedcba9876543210             #= 0xfedcba9a9d0369cc
    rr sh2add.uw, 0xfedcba9876543210, 0x3f                           #= 0x1d950c87f
    rr sh2add.uw, 0xffffffff, 1                                      #= 0x3fffffffd
    rr sh2add.uw, 0x7fffffff, 0x7fffffff                             #= 0x27ffffffb
    rr sh2add.uw, 0x80000000, 0x0123456789abcdef                     #= 0x123456989abcdef
    rr sh2add.uw, 5, -3                                              #= 0x11
    rr_same sh2add.uw, 0x0123456789abcdef                            #= 0x1234569b05b05ab
    rr_zero sh2add.uw, 0x0123456789abcdef, 0xfedcba9876543210        #= 0x0
    end

case sh3add_uw
    rr sh3add.uw, 0, 0                                               #= 0x0
    rr sh3add.uw, 1, 2                                               #= 0xa
    rr sh3add.uw, -1, 1                                              #= 0x7fffffff9
    rr sh3add.uw, 0x7fffffffffffffff, 1                              #= 0x7fffffff9
    rr sh3add.uw, 0x8000000000000000, -1                             #= 0xffffffffffffffff
    rr sh3add.uw, 0x8000000000000000, 0x8000000000000000             #= 0x8000000000000000
    rr sh3add.uw, 0x0123456789abcdef, 0xfedcba9876543210             #= 0xfedcba9cc3b2a188
    rr sh3add.uw, 0xfedcba9876543210, 0x3f                           #= 0x3b2a190bf
    rr sh3add.uw, 0xffffffff, 1                                      #= 0x7fffffff9
    rr sh3add.uw, 0x7fffffff, 0x7fffffff                             #= 0x47ffffff7
    rr sh3add.uw, 0x80000000, 0x0123456789abcdef                     #= 0x123456b89abcdef
    rr sh3add.uw, 5, -3                                              #= 0x25
    rr_same sh3add.uw, 0x0123456789abcdef                            #= 0x123456bd70a3d67
    rr_zero sh3add.uw, 0x0123456789abcdef, 0xfedcba9876543210        #= 0x0
    end

case andn
    rr andn, 0, 0                                                    #= 0x0
    rr andn, 1, 2                                                    #= 0x1
    rr andn, -1, 1                                                   #= 0xfffffffffffffffe
    rr andn, 0x7fffffffffffffff, 1                                   #= 0x7ffffffffffffffe
    rr andn, 0x8000000000000000, -1                                  #= 0x0
    rr andn, 0x8000000000000000, 0x8000000000000000                  #= 0x0
    rr andn, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0x123456789abcdef
    rr andn, 0xfedcba9876543210, 0x3f                                #= 0xfedcba9876543200
    rr andn, 0xffffffff, 1                                           #= 0xfffffffe
    rr andn, 0x7fffffff, 0x7fffffff                                  #= 0x0
    rr andn, 0x80000000, 0x0123456789abcdef                          #= 0x0
    rr andn, 5, -3                                                   #= 0x0
    rr_same andn, 0x0123456789abcdef                                 #= 0x0
    rr_zero andn, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case orn
    rr orn, 0, 0                                                     #= 0xffffffffffffffff
    rr orn, 1, 2                                                     #= 0xfffffffffffffffd
    rr orn, -1, 1                                                    #= 0xffffffffffffffff
    rr orn, 0x7fffffffffffffff, 1                                    #= 0xffffffffffffffff
    rr orn, 0x8000000000000000, -1                                   #= 0x8000000000000000
    rr orn, 0x8000000000000000, 0x8000000000000000                   #= 0xffffffffffffffff
    rr orn, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0x123456789abcdef
    rr orn, 0xfedcba9876543210, 0x3f                                 #= 0xffffffffffffffd0
    rr orn, 0xffffffff, 1                                            #= 0xffffffffffffffff
    rr orn, 0x7fffffff, 0x7fffffff                                   #= 0xffffffffffffffff
    rr orn, 0x80000000, 0x0123456789abcdef                           #= 0xfedcba98f6543210
    rr orn, 5, -3                                                    #= 0x7
    rr_same orn, 0x0123456789abcdef                                  #= 0xffffffffffffffff
    rr_zero orn, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case xnor
    rr xnor, 0, 0                                                    #= 0xffffffffffffffff
    rr xnor, 1, 2                                                    #= 0xfffffffffffffffc
    rr xnor, -1, 1                                                   #= 0x1
    rr xnor, 0x7fffffffffffffff, 1                                   #= 0x8000000000000001
    rr xnor, 0x8000000000000000, -1                                  #= 0x8000000000000000
    rr xnor, 0x8000000000000000, 0x8000000000000000                  #= 0xffffffffffffffff
    rr xnor, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0x0
    rr xnor, 0xfedcba9876543210, 0x3f                                #= 0x123456789abcdd0
    rr xnor, 0xffffffff, 1                                           #= 0xffffffff00000001
    rr xnor, 0x7fffffff, 0x7fffffff                                  #= 0xffffffffffffffff
    rr xnor, 0x80000000, 0x0123456789abcdef                          #= 0xfedcba98f6543210
    rr xnor, 5, -3                                                   #= 0x7
    rr_same xnor, 0x0123456789abcdef                                 #= 0xffffffffffffffff
    rr_zero xnor, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case min
    rr min, 0, 0                                                     #= 0x0
    rr min, 1, 2                                                     #= 0x1
    rr min, -1, 1                                                    #= 0xffffffffffffffff
    rr min, 0x7fffffffffffffff, 1                                    #= 0x1
    rr min, 0x8000000000000000, -1                                   #= 0x8000000000000000
    rr min, 0x8000000000000000, 0x8000000000000000                   #= 0x8000000000000000
    rr min, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0xfedcba9876543210
    rr min, 0xfedcba9876543210, 0x3f                                 #= 0xfedcba9876543210
    rr min, 0xffffffff, 1                                            #= 0x1
    rr min, 0x7fffffff, 0x7fffffff                                   #= 0x7fffffff
    rr min, 0x80000000, 0x0123456789abcdef                           #= 0x80000000
    rr min, 5, -3                                                    #= 0xfffffffffffffffd
    rr_same min, 0x0123456789abcdef                                  #= 0x123456789abcdef
    rr_zero min, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case minu
    rr minu, 0, 0                                                    #= 0x0
    rr minu, 1, 2                                                    #= 0x1
    rr minu, -1, 1                                                   #= 0x1
    rr minu, 0x7fffffffffffffff, 1                                   #= 0x1
    rr minu, 0x8000000000000000, -1                                  #= 0x8000000000000000
    rr minu, 0x8000000000000000, 0x8000000000000000                  #= 0x8000000000000000
    rr minu, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0x123456789abcdef
    rr minu, 0xfedcba9876543210, 0x3f                                #= 0x3f
    rr minu, 0xffffffff, 1                                           #= 0x1
    rr minu, 0x7fffffff, 0x7fffffff                                  #= 0x7fffffff
    rr minu, 0x80000000, 0x0123456789abcdef                          #= 0x80000000
    rr minu, 5, -3                                                   #= 0x5
    rr_same minu, 0x0123456789abcdef                                 #= 0x123456789abcdef
    rr_zero minu, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case max
    rr max, 0, 0                                                     #= 0x0
    rr max, 1, 2                                                     #= 0x2
    rr max, -1, 1                                                    #= 0x1
    rr max, 0x7fffffffffffffff, 1                                    #= 0x7fffffffffffffff
    rr max, 0x8000000000000000, -1                                   #= 0xffffffffffffffff
    rr max, 0x8000000000000000, 0x8000000000000000                   #= 0x8000000000000000
    rr max, 0x0123456789abcdef, 0xfedcba9876543210                   #= 0x123456789abcdef
    rr max, 0xfedcba9876543210, 0x3f                                 #= 0x3f
    rr max, 0xffffffff, 1                                            #= 0xffffffff
    rr max, 0x7fffffff, 0x7fffffff                                   #= 0x7fffffff
    rr max, 0x80000000, 0x0123456789abcdef                           #= 0x123456789abcdef
    rr max, 5, -3                                                    #= 0x5
    rr_same max, 0x0123456789abcdef                                  #= 0x123456789abcdef
    rr_zero max, 0x0123456789abcdef, 0xfedcba9876543210              #= 0x0
    end

case maxu
    rr maxu, 0, 0                                                    #= 0x0
    rr maxu, 1, 2                                                    #= 0x2
    rr maxu, -1, 1                                                   #= 0xffffffffffffffff
    rr maxu, 0x7fffffffffffffff, 1                                   #= 0x7fffffffffffffff
    rr maxu, 0x8000000000000000, -1                                  #= 0xffffffffffffffff
    rr maxu, 0x8000000000000000, 0x8000000000000000                  #= 0x8000000000000000
    rr maxu, 0x0123456789abcdef, 0xfedcba9876543210                  #= 0xfedcba9876543210
    rr maxu, 0xfedcba9876543210, 0x3f                                #= 0xfedcba9876543210
    rr maxu, 0xffffffff, 1                                           #= 0xffffffff
    rr maxu, 0x7fffffff, 0x7fffffff                                  #= 0x7fffffff
    rr maxu, 0x80000000, 0x0123456789abcdef                          #= 0x123456789abcdef
    rr maxu, 5, -3                                                   #= 0xfffffffffffffffd
    rr_same maxu, 0x0123456789abcdef                                 #= 0x123456789abcdef
    rr_zero maxu, 0x0123456789abcdef, 0xfedcba9876543210             #= 0x0
    end

case clmul
    rr clmul, 0, 0                                                   #= 0x0
    rr clmul, 1, 2                                                   #= 0x2
    rr clmul, -1, 1                                                  #= 0xffffffffffffffff
    rr clmul, 0x7fffffffffffffff, 1                                  #= 0x7fffffffffffffff
    rr clmul, 0x8000000000000000, -1                                 #= 0x8000000000000000
    rr clmul, 0x8000000000000000, 0x8000000000000000                 #= 0x0
    rr clmul, 0x0123456789abcdef, 0xfedcba9876543210                 #= 0x40a0789828c810f0
    rr clmul, 0xfedcba9876543210, 0x3f                               #= 0x38ae0b835ec86df0
    rr clmul, 0xffffffff, 1                                          #= 0xffffffff
    rr clmul, 0x7fffffff, 0x7fffffff                                 #= 0x1555555555555555
    rr clmul, 0x80000000, 0x0123456789abcdef                         #= 0xc4d5e6f780000000
    rr clmul, 5, -3                                                  #= 0x9
    rr_same clmul, 0x0123456789abcdef                                #= 0x4041444550515455
    rr_zero clmul, 0x0123456789abcdef, 0xfedcba9876543210            #= 0x0
    end

case clmulr
    rr clmulr, 0, 0                                                  #= 0x0
    rr clmulr, 1, 2                                                  #= 0x0
    rr clmulr, -1, 1                                                 #= 0x1
    rr clmulr, 0x7fffffffffffffff, 1                                 #= 0x0
    rr clmulr, 0x8000000000000000, -1                                #= 0xffffffffffffffff
    rr clmulr, 0x8000000000000000, 0x8000000000000000                #= 0x8000000000000000
    rr clmulr, 0x0123456789abcdef, 0xfedcba9876543210                #= 0x1c071b0d110a160
    rr clmulr, 0xfedcba9876543210, 0x3f                              #= 0x2a
    rr clmulr, 0xffffffff, 1                                         #= 0x0
    rr clmulr, 0x7fffffff, 0x7fffffff                                #= 0x0
    rr clmulr, 0x80000000, 0x0123456789abcdef                        #= 0x1234567
    rr clmulr, 5, -3                                                 #= 0x6
    rr_same clmulr, 0x0123456789abcdef                               #= 0x2080a2022282a
    rr_zero clmulr, 0x0123456789abcdef, 0xfedcba9876543210           #= 0x0
    end

case clmulh
    rr clmulh, 0, 0                                                  #= 0x0
    rr clmulh, 1, 2                                                  #= 0x0
    rr clmulh, -1, 1                                                 #= 0x0
    rr clmulh, 0x7fffffffffffffff, 1                                 #= 0x0
    rr clmulh, 0x8000000000000000, -1                                #= 0x7fffffffffffffff
    rr clmulh, 0x8000000000000000, 0x8000000000000000                #= 0x4000000000000000
    rr clmulh, 0x0123456789abcdef, 0xfedcba9876543210                #= 0xe038d8688850b0
    rr clmulh, 0xfedcba9876543210, 0x3f                              #= 0x15
    rr clmulh, 0xffffffff, 1                                         #= 0x0
    rr clmulh, 0x7fffffff, 0x7fffffff                                #= 0x0
    rr clmulh, 0x80000000, 0x0123456789abcdef                        #= 0x91a2b3
    rr clmulh, 5, -3                                                 #= 0x3
    rr_same clmulh, 0x0123456789abcdef                               #= 0x1040510111415
    rr_zero clmulh, 0x0123456789abcdef, 0xfedcba9876543210           #= 0x0
    end

case rol
    rr rol, 0x0123456789abcdef, 0                                    #= 0x123456789abcdef
    rr rol, 0x0123456789abcdef, 1                                    #= 0x2468acf13579bde
    rr rol, 0xfedcba9876543210, 4                                    #= 0xedcba9876543210f
    rr rol, 0xfedcba9876543210, 31                                   #= 0x3b2a19087f6e5d4c
    rr rol, 0xfedcba9876543210, 32                                   #= 0x76543210fedcba98
    rr rol, 0x0123456789abcdef, 63                                   #= 0x8091a2b3c4d5e6f7
    rr rol, 0xfedcba9876543210, 64                                   #= 0xfedcba9876543210
    rr rol, 0x0123456789abcdef, -1                                   #= 0x8091a2b3c4d5e6f7
    rr rol, 0x8000000000000000, 63                                   #= 0x4000000000000000
    rr rol, 0x80000000, 31                                           #= 0x4000000000000000
    rr rol, 0xffffffff, 33                                           #= 0xfffffffe00000001
    rr rol, 1, 0x123456700000003f                                    #= 0x8000000000000000
    rr_same rol, 0x0123456789abcdef                                  #= 0xe6f78091a2b3c4d5
    rr_zero rol, 0xfedcba9876543210, 64                              #= 0x0
    end

case ror
    rr ror, 0x0123456789abcdef, 0                                    #= 0x123456789abcdef
    rr ror, 0x0123456789abcdef, 1                                    #= 0x8091a2b3c4d5e6f7
    rr ror, 0xfedcba9876543210, 4                                    #= 0xfedcba987654321
    rr ror, 0xfedcba9876543210, 31                                   #= 0xeca86421fdb97530
    rr ror, 0xfedcba9876543210, 32                                   #= 0x76543210fedcba98
    rr ror, 0x0123456789abcdef, 63                                   #= 0x2468acf13579bde
    rr ror, 0xfedcba9876543210, 64                                   #= 0xfedcba9876543210
    rr ror, 0x0123456789abcdef, -1                                   #= 0x2468acf13579bde
    rr ror, 0x8000000000000000, 63                                   #= 0x1
    rr ror, 0x80000000, 31                                           #= 0x1
    rr ror, 0xffffffff, 33                                           #= 0x7fffffff80000000
    rr ror, 1, 0x123456700000003f                                    #= 0x2
    rr_same ror, 0x0123456789abcdef                                  #= 0x8acf13579bde0246
    rr_zero ror, 0xfedcba9876543210, 64                              #= 0x0
    end

case rolw
    rr rolw, 0x0123456789abcdef, 0                                   #= 0xffffffff89abcdef
    rr rolw, 0x0123456789abcdef, 1                                   #= 0x13579bdf
    rr rolw, 0xfedcba9876543210, 4                                   #= 0x65432107
    rr rolw, 0xfedcba9876543210, 31                                  #= 0x3b2a1908
    rr rolw, 0xfedcba9876543210, 32                                  #= 0x76543210
    rr rolw, 0x0123456789abcdef, 63                                  #= 0xffffffffc4d5e6f7
    rr rolw, 0xfedcba9876543210, 64                                  #= 0x76543210
    rr rolw, 0x0123456789abcdef, -1                                  #= 0xffffffffc4d5e6f7
    rr rolw, 0x8000000000000000, 63                                  #= 0x0
    rr rolw, 0x80000000, 31                                          #= 0x40000000
    rr rolw, 0xffffffff, 33                                          #= 0xffffffffffffffff
    rr rolw, 1, 0x123456700000003f                                   #= 0xffffffff80000000
    rr_same rolw, 0x0123456789abcdef                                 #= 0xffffffffe6f7c4d5
    rr_zero rolw, 0xfedcba9876543210, 64                             #= 0x0
    end

case rorw
    rr rorw, 0x0123456789abcdef, 0                                   #= 0xffffffff89abcdef
    rr rorw, 0x0123456789abcdef, 1                                   #= 0xffffffffc4d5e6f7
    rr rorw, 0xfedcba9876543210, 4                                   #= 0x7654321
    rr rorw, 0xfedcba9876543210, 31                                  #= 0xffffffffeca86420
    rr rorw, 0xfedcba9876543210, 32                                  #= 0x76543210
    rr rorw, 0x0123456789abcdef, 63                                  #= 0x13579bdf
    rr rorw, 0xfedcba9876543210, 64                                  #= 0x76543210
    rr rorw, 0x0123456789abcdef, -1                                  #= 0x13579bdf
    rr rorw, 0x8000000000000000, 63                                  #= 0x0
    rr rorw, 0x80000000, 31                                          #= 0x1
    rr rorw, 0xffffffff, 33                                          #= 0xffffffffffffffff
    rr rorw, 1, 0x123456700000003f                                   #= 0x2
    rr_same rorw, 0x0123456789abcdef                                 #= 0xffffffff9bdf1357
    rr_zero rorw, 0xfedcba9876543210, 64                             #= 0x0
    end

case bclr
    rr bclr, 0x0123456789abcdef, 0                                   #= 0x123456789abcdee
    rr bclr, 0x0123456789abcdef, 1                                   #= 0x123456789abcded
    rr bclr, 0xfedcba9876543210, 4                                   #= 0xfedcba9876543200
    rr bclr, 0xfedcba9876543210, 31                                  #= 0xfedcba9876543210
    rr bclr, 0xfedcba9876543210, 32                                  #= 0xfedcba9876543210
    rr bclr, 0x0123456789abcdef, 63                                  #= 0x123456789abcdef
    rr bclr, 0xfedcba9876543210, 64                                  #= 0xfedcba9876543210
    rr bclr, 0x0123456789abcdef, -1                                  #= 0x123456789abcdef
    rr bclr, 0x8000000000000000, 63                                  #= 0x0
    rr bclr, 0x80000000, 31                                          #= 0x0
    rr bclr, 0xffffffff, 33                                          #= 0xffffffff
    rr bclr, 1, 0x123456700000003f                                   #= 0x1
    rr_same bclr, 0x0123456789abcdef                                 #= 0x123456789abcdef
    rr_zero bclr, 0xfedcba9876543210, 64                             #= 0x0
    end

case bext
    rr bext, 0x0123456789abcdef, 0                                   #= 0x1
    rr bext, 0x0123456789abcdef, 1                                   #= 0x1
    rr bext, 0xfedcba9876543210, 4                                   #= 0x1
    rr bext, 0xfedcba9876543210, 31                                  #= 0x0
    rr bext, 0xfedcba9876543210, 32                                  #= 0x0
    rr bext, 0x0123456789abcdef, 63                                  #= 0x0
    rr bext, 0xfedcba9876543210, 64                                  #= 0x0
    rr bext, 0x0123456789abcdef, -1                                  #= 0x0
    rr bext, 0x8000000000000000, 63                                  #= 0x1
    rr bext, 0x80000000, 31                                          #= 0x1
    rr bext, 0xffffffff, 33                                          #= 0x0
    rr bext, 1, 0x123456700000003f                                   #= 0x0
    rr_same bext, 0x0123456789abcdef                                 #= 0x0
    rr_zero bext, 0xfedcba9876543210, 64                             #= 0x0
    end

case binv
    rr binv, 0x0123456789abcdef, 0                                   #= 0x123456789abcdee
    rr binv, 0x0123456789abcdef, 1                                   #= 0x123456789abcded
    rr binv, 0xfedcba9876543210, 4                                   #= 0xfedcba9876543200
    rr binv, 0xfedcba9876543210, 31                                  #= 0xfedcba98f6543210
    rr binv, 0xfedcba9876543210, 32                                  #= 0xfedcba9976543210
    rr binv, 0x0123456789abcdef, 63                                  #= 0x8123456789abcdef
    rr binv, 0xfedcba9876543210, 64                                  #= 0xfedcba9876543211
    rr binv, 0x0123456789abcdef, -1                                  #= 0x8123456789abcdef
    rr binv, 0x8000000000000000, 63                                  #= 0x0
    rr binv, 0x80000000, 31                                          #= 0x0
    rr binv, 0xffffffff, 33                                          #= 0x2ffffffff
    rr binv, 1, 0x123456700000003f                                   #= 0x8000000000000001
    rr_same binv, 0x0123456789abcdef                                 #= 0x123c56789abcdef
    rr_zero binv, 0xfedcba9876543210, 64                             #= 0x0
    end

case bset
    rr bset, 0x0123456789abcdef, 0                                   #= 0x123456789abcdef
    rr bset, 0x0123456789abcdef, 1                                   #= 0x123456789abcdef
    rr bset, 0xfedcba9876543210, 4                                   #= 0xfedcba9876543210
    rr bset, 0xfedcba9876543210, 31                                  #= 0xfedcba98f6543210
    rr bset, 0xfedcba9876543210, 32                                  #= 0xfedcba9976543210
    rr bset, 0x0123456789abcdef, 63                                  #= 0x8123456789abcdef
    rr bset, 0xfedcba9876543210, 64                                  #= 0xfedcba9876543211
    rr bset, 0x0123456789abcdef, -1                                  #= 0x8123456789abcdef
    rr bset, 0x8000000000000000, 63                                  #= 0x8000000000000000
    rr bset, 0x80000000, 31                                          #= 0x80000000
    rr bset, 0xffffffff, 33                                          #= 0x2ffffffff
    rr bset, 1, 0x123456700000003f                                   #= 0x8000000000000001
    rr_same bset, 0x0123456789abcdef                                 #= 0x123c56789abcdef
    rr_zero bset, 0xfedcba9876543210, 64                             #= 0x0
    end

case clz
    r clz, 0                                                         #= 0x40
    r clz, 1                                                         #= 0x3f
    r clz, -1                                                        #= 0x0
    r clz, 0x8000000000000000                                        #= 0x0
    r clz, 0x7fffffffffffffff                                        #= 0x1
    r clz, 0x0123456789abcdef                                        #= 0x7
    r clz, 0xfedcba9876543210                                        #= 0x0
    r clz, 0x80000000                                                #= 0x20
    r clz, 0xff                                                      #= 0x38
    r clz, 0x80                                                      #= 0x38
    r clz, 0x8000                                                    #= 0x30
    r clz, 0x00ff00000080ff01                                        #= 0x8
    r clz, 0x100000000                                               #= 0x1f
    end

case ctz
    r ctz, 0                                                         #= 0x40
    r ctz, 1                                                         #= 0x0
    r ctz, -1                                                        #= 0x0
    r ctz, 0x8000000000000000                                        #= 0x3f
    r ctz, 0x7fffffffffffffff                                        #= 0x0
    r ctz, 0x0123456789abcdef                                        #= 0x0
    r ctz, 0xfedcba9876543210                                        #= 0x4
    r ctz, 0x80000000                                                #= 0x1f
    r ctz, 0xff                                                      #= 0x0
    r ctz, 0x80                                                      #= 0x7
    r ctz, 0x8000                                                    #= 0xf
    r ctz, 0x00ff00000080ff01                                        #= 0x0
    r ctz, 0x100000000                                               #= 0x20
    end

case cpop
    r cpop, 0                                                        #= 0x0
    r cpop, 1                                                        #= 0x1
    r cpop, -1                                                       #= 0x40
    r cpop, 0x8000000000000000                                       #= 0x1
    r cpop, 0x7fffffffffffffff                                       #= 0x3f
    r cpop, 0x0123456789abcdef                                       #= 0x20
    r cpop, 0xfedcba9876543210                                       #= 0x20
    r cpop, 0x80000000                                               #= 0x1
    r cpop, 0xff                                                     #= 0x8
    r cpop, 0x80                                                     #= 0x1
    r cpop, 0x8000                                                   #= 0x1
    r cpop, 0x00ff00000080ff01                                       #= 0x12
    r cpop, 0x100000000                                              #= 0x1
    end

case clzw
    r clzw, 0                                                        #= 0x20
    r clzw, 1                                                        #= 0x1f
    r clzw, -1                                                       #= 0x0
    r clzw, 0x8000000000000000                                       #= 0x20
    r clzw, 0x7fffffffffffffff                                       #= 0x0
    r clzw, 0x0123456789abcdef                                       #= 0x0
    r clzw, 0xfedcba9876543210                                       #= 0x1
    r clzw, 0x80000000                                               #= 0x0
    r clzw, 0xff                                                     #= 0x18
    r clzw, 0x80                                                     #= 0x18
    r clzw, 0x8000                                                   #= 0x10
    r clzw, 0x00ff00000080ff01                                       #= 0x8
    r clzw, 0x100000000                                              #= 0x20
    end

# qemu 7.2 also counts zeros above bit 31.
case ctzw
    r ctzw, 0                                                        #= 0x20
    r ctzw, 1                                                        #= 0x0
    r ctzw, -1                                                       #= 0x0
    r ctzw, 0x8000000000000000                                       #= 0x20
    r ctzw, 0x7fffffffffffffff                                       #= 0x0
    r ctzw, 0x0123456789abcdef                                       #= 0x0
    r ctzw, 0xfedcba9876543210                                       #= 0x4
    r ctzw, 0x80000000                                               #= 0x1f
    r ctzw, 0xff                                                     #= 0x0
    r ctzw, 0x80                                                     #= 0x7
    r ctzw, 0x8000                                                   #= 0xf
    r ctzw, 0x00ff00000080ff01                                       #= 0x0
    r ctzw, 0x100000000                                              #= 0x20
    end

case cpopw
    r cpopw, 0                                                       #= 0x0
    r cpopw, 1                                                       #= 0x1
    r cpopw, -1                                                      #= 0x20
    r cpopw, 0x8000000000000000                                      #= 0x0
    r cpopw, 0x7fffffffffffffff                                      #= 0x20
    r cpopw, 0x0123456789abcdef                                      #= 0x14
    r cpopw, 0xfedcba9876543210                                      #= 0xc
    r cpopw, 0x80000000                                              #= 0x1
    r cpopw, 0xff                                                    #= 0x8
    r cpopw, 0x80                                                    #= 0x1
    r cpopw, 0x8000                                                  #= 0x1
    r cpopw, 0x00ff00000080ff01                                      #= 0xa
    r cpopw, 0x100000000                                             #= 0x0
    end

case sext_b
    r sext.b, 0                                                      #= 0x0
    r sext.b, 1                                                      #= 0x1
    r sext.b, -1                                                     #= 0xffffffffffffffff
    r sext.b, 0x8000000000000000                                     #= 0x0
    r sext.b, 0x7fffffffffffffff                                     #= 0xffffffffffffffff
    r sext.b, 0x0123456789abcdef                                     #= 0xffffffffffffffef
    r sext.b, 0xfedcba9876543210                                     #= 0x10
    r sext.b, 0x80000000                                             #= 0x0
    r sext.b, 0xff                                                   #= 0xffffffffffffffff
    r sext.b, 0x80                                                   #= 0xffffffffffffff80
    r sext.b, 0x8000                                                 #= 0x0
    r sext.b, 0x00ff00000080ff01                                     #= 0x1
    r sext.b, 0x100000000                                            #= 0x0
    end

case sext_h
    r sext.h, 0                                                      #= 0x0
    r sext.h, 1                                                      #= 0x1
    r sext.h, -1                                                     #= 0xffffffffffffffff
    r sext.h, 0x8000000000000000                                     #= 0x0
    r sext.h, 0x7fffffffffffffff                                     #= 0xffffffffffffffff
    r sext.h, 0x0123456789abcdef                                     #= 0xffffffffffffcdef
    r sext.h, 0xfedcba9876543210                                     #= 0x3210
    r sext.h, 0x80000000                                             #= 0x0
    r sext.h, 0xff                                                   #= 0xff
    r sext.h, 0x80                                                   #= 0x80
    r sext.h, 0x8000                                                 #= 0xffffffffffff8000
    r sext.h, 0x00ff00000080ff01                                     #= 0xffffffffffffff01
    r sext.h, 0x100000000                                            #= 0x0
    end

case zext_h
    r zext.h, 0                                                      #= 0x0
    r zext.h, 1                                                      #= 0x1
    r zext.h, -1                                                     #= 0xffff
    r zext.h, 0x8000000000000000                                     #= 0x0
    r zext.h, 0x7fffffffffffffff                                     #= 0xffff
    r zext.h, 0x0123456789abcdef                                     #= 0xcdef
    r zext.h, 0xfedcba9876543210                                     #= 0x3210
    r zext.h, 0x80000000                                             #= 0x0
    r zext.h, 0xff                                                   #= 0xff
    r zext.h, 0x80                                                   #= 0x80
    r zext.h, 0x8000                                                 #= 0x8000
    r zext.h, 0x00ff00000080ff01                                     #= 0xff01
    r zext.h, 0x100000000                                            #= 0x0
    end

case orc_b
    r orc.b, 0                                                       #= 0x0
    r orc.b, 1                                                       #= 0xff
    r orc.b, -1                                                      #= 0xffffffffffffffff
    r orc.b, 0x8000000000000000                                      #= 0xff00000000000000
    r orc.b, 0x7fffffffffffffff                                      #= 0xffffffffffffffff
    r orc.b, 0x0123456789abcdef                                      #= 0xffffffffffffffff
    r orc.b, 0xfedcba9876543210                                      #= 0xffffffffffffffff
    r orc.b, 0x80000000                                              #= 0xff000000
    r orc.b, 0xff                                                    #= 0xff
    r orc.b, 0x80                                                    #= 0xff
    r orc.b, 0x8000                                                  #= 0xff00
    r orc.b, 0x00ff00000080ff01                                      #= 0xff000000ffffff
    r orc.b, 0x100000000                                             #= 0xff00000000
    end

case rev8
    r rev8, 0                                                        #= 0x0
    r rev8, 1                                                        #= 0x100000000000000
    r rev8, -1                                                       #= 0xffffffffffffffff
    r rev8, 0x8000000000000000                                       #= 0x80
    r rev8, 0x7fffffffffffffff                                       #= 0xffffffffffffff7f
    r rev8, 0x0123456789abcdef                                       #= 0xefcdab8967452301
    r rev8, 0xfedcba9876543210                                       #= 0x1032547698badcfe
    r rev8, 0x80000000                                               #= 0x8000000000
    r rev8, 0xff                                                     #= 0xff00000000000000
    r rev8, 0x80                                                     #= 0x8000000000000000
    r rev8, 0x8000                                                   #= 0x80000000000000
    r rev8, 0x00ff00000080ff01                                       #= 0x1ff80000000ff00
    r rev8, 0x100000000                                              #= 0x1000000
    end

case slli_uw
    ri slli.uw, 0x0123456789abcdef, 0                                #= 0x89abcdef
    ri slli.uw, 0xfedcba9876543210, 0                                #= 0x76543210
    ri slli.uw, 0x80000000, 0                                        #= 0x80000000
    ri slli.uw, 0x0123456789abcdef, 1                                #= 0x113579bde
    ri slli.uw, 0xfedcba9876543210, 1                                #= 0xeca86420
    ri slli.uw, 0x80000000, 1                                        #= 0x100000000
    ri slli.uw, 0x0123456789abcdef, 7                                #= 0x44d5e6f780
    ri slli.uw, 0xfedcba9876543210, 7                                #= 0x3b2a190800
    ri slli.uw, 0x80000000, 7                                        #= 0x4000000000
    ri slli.uw, 0x0123456789abcdef, 31                               #= 0x44d5e6f780000000
    ri slli.uw, 0xfedcba9876543210, 31                               #= 0x3b2a190800000000
    ri slli.uw, 0x80000000, 31                                       #= 0x4000000000000000
    ri slli.uw, 0x0123456789abcdef, 32                               #= 0x89abcdef00000000
    ri slli.uw, 0xfedcba9876543210, 32                               #= 0x7654321000000000
    ri slli.uw, 0x80000000, 32                                       #= 0x8000000000000000
    ri slli.uw, 0x0123456789abcdef, 47                               #= 0xe6f7800000000000
    ri slli.uw, 0xfedcba9876543210, 47                               #= 0x1908000000000000
    ri slli.uw, 0x80000000, 47                                       #= 0x0
    ri slli.uw, 0x0123456789abcdef, 63                               #= 0x8000000000000000
    ri slli.uw, 0xfedcba9876543210, 63                               #= 0x0
    ri slli.uw, 0x80000000, 63                                       #= 0x0
    end

case rori
    ri rori, 0x0123456789abcdef, 0                                   #= 0x123456789abcdef
    ri rori, 0xfedcba9876543210, 0                                   #= 0xfedcba9876543210
    ri rori, 0x80000000, 0                                           #= 0x80000000
    ri rori, 0x0123456789abcdef, 1                                   #= 0x8091a2b3c4d5e6f7
    ri rori, 0xfedcba9876543210, 1                                   #= 0x7f6e5d4c3b2a1908
    ri rori, 0x80000000, 1                                           #= 0x40000000
    ri rori, 0x0123456789abcdef, 7                                   #= 0xde02468acf13579b
    ri rori, 0xfedcba9876543210, 7                                   #= 0x21fdb97530eca864
    ri rori, 0x80000000, 7                                           #= 0x1000000
    ri rori, 0x0123456789abcdef, 31                                  #= 0x13579bde02468acf
    ri rori, 0xfedcba9876543210, 31                                  #= 0xeca86421fdb97530
    ri rori, 0x80000000, 31                                          #= 0x1
    ri rori, 0x0123456789abcdef, 32                                  #= 0x89abcdef01234567
    ri rori, 0xfedcba9876543210, 32                                  #= 0x76543210fedcba98
    ri rori, 0x80000000, 32                                          #= 0x8000000000000000
    ri rori, 0x0123456789abcdef, 47                                  #= 0x8acf13579bde0246
    ri rori, 0xfedcba9876543210, 47                                  #= 0x7530eca86421fdb9
    ri rori, 0x80000000, 47                                          #= 0x1000000000000
    ri rori, 0x0123456789abcdef, 63                                  #= 0x2468acf13579bde
    ri rori, 0xfedcba9876543210, 63                                  #= 0xfdb97530eca86421
    ri rori, 0x80000000, 63                                          #= 0x100000000
    end

case bclri
    ri bclri, 0x0123456789abcdef, 0                                  #= 0x123456789abcdee
    ri bclri, 0xfedcba9876543210, 0                                  #= 0xfedcba9876543210
    ri bclri, 0x80000000, 0                                          #= 0x80000000
    ri bclri, 0x0123456789abcdef, 1                                  #= 0x123456789abcded
    ri bclri, 0xfedcba9876543210, 1                                  #= 0xfedcba9876543210
    ri bclri, 0x80000000, 1                                          #= 0x80000000
    ri bclri, 0x0123456789abcdef, 7                                  #= 0x123456789abcd6f
    ri bclri, 0xfedcba9876543210, 7                                  #= 0xfedcba9876543210
    ri bclri, 0x80000000, 7                                          #= 0x80000000
    ri bclri, 0x0123456789abcdef, 31                                 #= 0x123456709abcdef
    ri bclri, 0xfedcba9876543210, 31                                 #= 0xfedcba9876543210
    ri bclri, 0x80000000, 31                                         #= 0x0
    ri bclri, 0x0123456789abcdef, 32                                 #= 0x123456689abcdef
    ri bclri, 0xfedcba9876543210, 32                                 #= 0xfedcba9876543210
    ri bclri, 0x80000000, 32                                         #= 0x80000000
    ri bclri, 0x0123456789abcdef, 47                                 #= 0x123456789abcdef
    ri bclri, 0xfedcba9876543210, 47                                 #= 0xfedc3a9876543210
    ri bclri, 0x80000000, 47                                         #= 0x80000000
    ri bclri, 0x0123456789abcdef, 63                                 #= 0x123456789abcdef
    ri bclri, 0xfedcba9876543210, 63                                 #= 0x7edcba9876543210
    ri bclri, 0x80000000, 63                                         #= 0x80000000
    end

case bexti
    ri bexti, 0x0123456789abcdef, 0                                  #= 0x1
    ri bexti, 0xfedcba9876543210, 0                                  #= 0x0
    ri bexti, 0x80000000, 0                                          #= 0x0
    ri bexti, 0x0123456789abcdef, 1                                  #= 0x1
    ri bexti, 0xfedcba9876543210, 1                                  #= 0x0
    ri bexti, 0x80000000, 1                                          #= 0x0
    ri bexti, 0x0123456789abcdef, 7                                  #= 0x1
    ri bexti, 0xfedcba9876543210, 7                                  #= 0x0
    ri bexti, 0x80000000, 7                                          #= 0x0
    ri bexti, 0x0123456789abcdef, 31                                 #= 0x1
    ri bexti, 0xfedcba9876543210, 31                                 #= 0x0
    ri bexti, 0x80000000, 31                                         #= 0x1
    ri bexti, 0x0123456789abcdef, 32                                 #= 0x1
    ri bexti, 0xfedcba9876543210, 32                                 #= 0x0
    ri bexti, 0x80000000, 32                                         #= 0x0
    ri bexti, 0x0123456789abcdef, 47                                 #= 0x0
    ri bexti, 0xfedcba9876543210, 47                                 #= 0x1
    ri bexti, 0x80000000, 47                                         #= 0x0
    ri bexti, 0x0123456789abcdef, 63                                 #= 0x0
    ri bexti, 0xfedcba9876543210, 63                                 #= 0x1
    ri bexti, 0x80000000, 63                                         #= 0x0
    end

case binvi
    ri binvi, 0x0123456789abcdef, 0                                  #= 0x123456789abcdee
    ri binvi, 0xfedcba9876543210, 0                                  #= 0xfedcba9876543211
    ri binvi, 0x80000000, 0                                          #= 0x80000001
    ri binvi, 0x0123456789abcdef, 1                                  #= 0x123456789abcded
    ri binvi, 0xfedcba9876543210, 1                                  #= 0xfedcba9876543212
    ri binvi, 0x80000000, 1                                          #= 0x80000002
    ri binvi, 0x0123456789abcdef, 7                                  #= 0x123456789abcd6f
    ri binvi, 0xfedcba9876543210, 7                                  #= 0xfedcba9876543290
    ri binvi, 0x80000000, 7                                          #= 0x80000080
    ri binvi, 0x0123456789abcdef, 31                                 #= 0x123456709abcdef
    ri binvi, 0xfedcba9876543210, 31                                 #= 0xfedcba98f6543210
    ri binvi, 0x80000000, 31                                         #= 0x0
    ri binvi, 0x0123456789abcdef, 32                                 #= 0x123456689abcdef
    ri binvi, 0xfedcba9876543210, 32                                 #= 0xfedcba9976543210
    ri binvi, 0x80000000, 32                                         #= 0x180000000
    ri binvi, 0x0123456789abcdef, 47                                 #= 0x123c56789abcdef
    ri binvi, 0xfedcba9876543210, 47                                 #= 0xfedc3a9876543210
    ri binvi, 0x80000000, 47                                         #= 0x800080000000
    ri binvi, 0x0123456789abcdef, 63                                 #= 0x8123456789abcdef
    ri binvi, 0xfedcba9876543210, 63                                 #= 0x7edcba9876543210
    ri binvi, 0x80000000, 63                                         #= 0x8000000080000000
    end

case bseti
    ri bseti, 0x0123456789abcdef, 0                                  #= 0x123456789abcdef
    ri bseti, 0xfedcba9876543210, 0                                  #= 0xfedcba9876543211
    ri bseti, 0x80000000, 0                                          #= 0x80000001
    ri bseti, 0x0123456789abcdef, 1                                  #= 0x123456789abcdef
    ri bseti, 0xfedcba9876543210, 1                                  #= 0xfedcba9876543212
    ri bseti, 0x80000000, 1                                          #= 0x80000002
    ri bseti, 0x0123456789abcdef, 7                                  #= 0x123456789abcdef
    ri bseti, 0xfedcba9876543210, 7                                  #= 0xfedcba9876543290
    ri bseti, 0x80000000, 7                                          #= 0x80000080
    ri bseti, 0x0123456789abcdef, 31                                 #= 0x123456789abcdef
    ri bseti, 0xfedcba9876543210, 31                                 #= 0xfedcba98f6543210
    ri bseti, 0x80000000, 31                                         #= 0x80000000
    ri bseti, 0x0123456789abcdef, 32                                 #= 0x123456789abcdef
    ri bseti, 0xfedcba9876543210, 32                                 #= 0xfedcba9976543210
    ri bseti, 0x80000000, 32                                         #= 0x180000000
    ri bseti, 0x0123456789abcdef, 47                                 #= 0x123c56789abcdef
    ri bseti, 0xfedcba9876543210, 47                                 #= 0xfedcba9876543210
    ri bseti, 0x80000000, 47                                         #= 0x800080000000
    ri bseti, 0x0123456789abcdef, 63                                 #= 0x8123456789abcdef
    ri bseti, 0xfedcba9876543210, 63                                 #= 0xfedcba9876543210
    ri bseti, 0x80000000, 63                                         #= 0x8000000080000000
    end

case roriw
    ri roriw, 0x0123456789abcdef, 0                                  #= 0xffffffff89abcdef
    ri roriw, 0xfedcba9876543210, 0                                  #= 0x76543210
    ri roriw, 0x80000000, 0                                          #= 0xffffffff80000000
    ri roriw, 0x0123456789abcdef, 1                                  #= 0xffffffffc4d5e6f7
    ri roriw, 0xfedcba9876543210, 1                                  #= 0x3b2a1908
    ri roriw, 0x80000000, 1                                          #= 0x40000000
    ri roriw, 0x0123456789abcdef, 7                                  #= 0xffffffffdf13579b
    ri roriw, 0xfedcba9876543210, 7                                  #= 0x20eca864
    ri roriw, 0x80000000, 7                                          #= 0x1000000
    ri roriw, 0x0123456789abcdef, 31                                 #= 0x13579bdf
    ri roriw, 0xfedcba9876543210, 31                                 #= 0xffffffffeca86420
    ri roriw, 0x80000000, 31                                         #= 0x1
    ri roriw, 0x0123456789abcdef, 15                                 #= 0xffffffff9bdf1357
    ri roriw, 0xfedcba9876543210, 15                                 #= 0x6420eca8
    ri roriw, 0x80000000, 15                                         #= 0x10000
    ri roriw, 0x0123456789abcdef, 16                                 #= 0xffffffffcdef89ab
    ri roriw, 0xfedcba9876543210, 16                                 #= 0x32107654
    ri roriw, 0x80000000, 16                                         #= 0x8000
    ri roriw, 0x0123456789abcdef, 30                                 #= 0x26af37be
    ri roriw, 0xfedcba9876543210, 30                                 #= 0xffffffffd950c841
    ri roriw, 0x80000000, 30                                         #= 0x2
    end
