/* SPDX-License-Identifier: Apache-2.0
 *
 * fp_execute against the host's arithmetic, and the interpreter's fast handlers against fp_execute.
 */
#include "machine/fp.h"

#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "riscv/decode.h"
#include "unit/machine/guest.h"

static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Doubles where something happens: special values, few bits set, exponents close together, halves of integers. */
static uint64_t interesting_double(void)
{
    static const uint64_t special[] = {
        0,
        0x8000000000000000,
        0x3ff0000000000000,
        0xbff0000000000000,
        0x7ff0000000000000,
        0xfff0000000000000,
        0x7ff8000000000000,
        0x7ff0000000000001,
        0xfff4000000000000,
        1,
        0x8000000000000001,
        0x000fffffffffffff,
        0x0010000000000000,
        0x7fefffffffffffff,
        0xffefffffffffffff,
        0x3ff0000000000001,
        0x3fefffffffffffff,
        0x41dfffffffc00000,
        0x41e0000000000000,
        0xc1e0000000000000,
        0xc1e0000000200000,
        0x41efffffffe00000,
        0x41f0000000000000,
        0x43e0000000000000,
        0xc3e0000000000000,
        0x43f0000000000000,
        0x3fe0000000000000,
        0xbfe0000000000000,
        0x4004000000000000,
        0x36a0000000000000,
        0x380fffffffffffff,
        0x47efffffffffffff,
    };
    uint64_t random = next_random();
    switch (random % 5) {
    case 0:
        return special[(random >> 8) % (sizeof(special) / sizeof(special[0]))];
    case 1:
        return next_random();
    case 2: /* near one */
        return (next_random() & 0x800fffffffffffff) | (0x3f8 + (random >> 8) % 16) << 52;
    case 3: { /* few bits */
        uint64_t bits = next_random() & next_random() & next_random() & next_random();
        return bits ^ (0x3e0 + (random >> 8) % 64) << 52;
    }
    default: { /* halves of integers */
        double value = (double)(int64_t)(next_random() >> (random >> 8) % 64) / 2;
        uint64_t bits;
        memcpy(&bits, &value, sizeof(bits));
        return bits | (random >> 20 & 1) << 63;
    }
    }
}

static uint64_t interesting_float(void)
{
    static const uint32_t special[] = {0,          0x80000000, 0x3f800000, 0x7f800000, 0xff800000, 0x7fc00000,
                                       0x7f800001, 0xffa00000, 1,          0x007fffff, 0x00800000, 0x7f7fffff,
                                       0x4effffff, 0x4f000000, 0xcf000000, 0x5f000000, 0x3f000000, 0x40200000};
    uint64_t random = next_random();
    uint32_t bits;
    switch (random % 4) {
    case 0:
        bits = special[(random >> 8) % (sizeof(special) / sizeof(special[0]))];
        break;
    case 1:
        bits = (uint32_t)(random >> 16);
        break;
    case 2:
        bits = ((uint32_t)(random >> 16) & 0x807fffff) | (120 + (uint32_t)(random >> 8) % 16) << 23;
        break;
    default: { /* products of these are often ties */
        float value = (float)(int32_t)(next_random() >> (32 + (random >> 8) % 32)) / 2;
        memcpy(&bits, &value, sizeof(bits));
    }
    }
    return FP_BOX_S | bits;
}

static unsigned flags_of_host(void)
{
    int raised = fetestexcept(FE_ALL_EXCEPT);
    return (raised & FE_INVALID ? FP_NV : 0u) | (raised & FE_DIVBYZERO ? FP_DZ : 0u) |
           (raised & FE_OVERFLOW ? FP_OF : 0u) | (raised & FE_UNDERFLOW ? FP_UF : 0u) |
           (raised & FE_INEXACT ? FP_NX : 0u);
}

enum operation { ADD, SUBTRACT, MULTIPLY, DIVIDE, ROOT, FUSED, OPERATIONS };

static const unsigned double_ids[] = {RISCV_FADD_D, RISCV_FSUB_D,  RISCV_FMUL_D,
                                      RISCV_FDIV_D, RISCV_FSQRT_D, RISCV_FMADD_D};
static const unsigned float_ids[] = {RISCV_FADD_S, RISCV_FSUB_S,  RISCV_FMUL_S,
                                     RISCV_FDIV_S, RISCV_FSQRT_S, RISCV_FMADD_S};
static const int host_rounding[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};

static double host_double(enum operation operation, volatile double a, volatile double b, volatile double c)
{
    volatile double result = 0;
    switch (operation) {
    case ADD:
        result = a + b;
        break;
    case SUBTRACT:
        result = a - b;
        break;
    case MULTIPLY:
        result = a * b;
        break;
    case DIVIDE:
        result = a / b;
        break;
    case ROOT:
        result = sqrt(a);
        break;
    default:
        result = fma(a, b, c);
    }
    return result;
}

static float host_float(enum operation operation, volatile float a, volatile float b, volatile float c)
{
    volatile float result = 0;
    switch (operation) {
    case ADD:
        result = a + b;
        break;
    case SUBTRACT:
        result = a - b;
        break;
    case MULTIPLY:
        result = a * b;
        break;
    case DIVIDE:
        result = a / b;
        break;
    case ROOT:
        result = sqrtf(a);
        break;
    default:
        result = fmaf(a, b, c);
    }
    return result;
}

static void arithmetic_is_the_hosts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 400000; i++) {
        enum operation operation = i % OPERATIONS;
        unsigned mode = i / OPERATIONS % 4;
        bool single = i / OPERATIONS / 4 % 2;
        struct cpu cpu = {.frm = (uint8_t)mode};
        uint64_t expected;

        for (int r = 1; r <= 3; r++)
            cpu.f[r] = single ? interesting_float() : interesting_double();
        fesetround(host_rounding[mode]);
        feclearexcept(FE_ALL_EXCEPT);
        if (single) {
            float v[3], result;
            for (int r = 0; r < 3; r++)
                memcpy(&v[r], &cpu.f[r + 1], sizeof(float));
            result = host_float(operation, v[0], v[1], v[2]);
            uint32_t bits = FP_NAN_S;
            if (result == result)
                memcpy(&bits, &result, sizeof(bits));
            expected = FP_BOX_S | bits;
        } else {
            double v[3], result;
            memcpy(v, &cpu.f[1], sizeof(v));
            result = host_double(operation, v[0], v[1], v[2]);
            expected = FP_NAN_D;
            if (result == result)
                memcpy(&expected, &result, sizeof(expected));
        }
        unsigned flags = flags_of_host();
        fesetround(FE_TONEAREST);

        uint64_t a = cpu.f[1], b = cpu.f[2], c = cpu.f[3];
        unsigned id = single ? float_ids[operation] : double_ids[operation];
        assert_true(fp_execute(&cpu, id, RISCV_DYN, 1, 1, 2, 3));
        /* Infinity times zero plus a quiet NaN: IEEE 754 leaves it open, RISC-V says invalid (§21.6). */
        if (operation == FUSED && expected == (single ? FP_BOX_S | FP_NAN_S : FP_NAN_D))
            flags |= cpu.fflags & FP_NV;
        if (cpu.f[1] != expected || cpu.fflags != flags)
            fail_msg("%s mode %u: %lx %lx %lx gives %lx flags %x, not %lx flags %x", riscv_describe(id)->name, mode, a,
                     b, c, cpu.f[1], cpu.fflags, expected, flags);
    }
}

/* Called, not inlined: what compilers make of it assumes rounding to nearest. */
static double (*volatile host_rint)(double) = rint;

static void conversions_are_the_hosts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        unsigned mode = i % 4;
        struct cpu cpu = {.frm = (uint8_t)mode};
        uint64_t bits = interesting_double();
        volatile double value;
        memcpy((void *)(uintptr_t)&value, &bits, sizeof(bits));

        /* To an integer, by rounding to an integral double first. */
        fesetround(host_rounding[mode]);
        feclearexcept(FE_ALL_EXCEPT);
        volatile double whole = host_rint(value);
        volatile float narrow = (float)value;
        unsigned flags = flags_of_host();
        volatile double from_integer = (double)(int64_t)bits;
        fesetround(FE_TONEAREST);

        cpu.f[1] = bits;
        assert_true(fp_execute(&cpu, RISCV_FCVT_L_D, RISCV_DYN, 5, 1, 0, 0));
        if (whole >= -0x1p63 && whole < 0x1p63) {
            assert_int_equal(cpu.x[5], (int64_t)whole);
            assert_int_equal(cpu.fflags, whole != value ? FP_NX : 0);
        } else {
            assert_int_equal(cpu.x[5], whole < 0 ? INT64_MIN : INT64_MAX);
            assert_int_equal(cpu.fflags, FP_NV);
        }
        cpu.fflags = 0;
        assert_true(fp_execute(&cpu, RISCV_FCVT_WU_D, RISCV_DYN, 5, 1, 0, 0));
        if (whole > -1 && whole < 0x1p32) {
            assert_int_equal(cpu.x[5], (uint64_t)(int64_t)(int32_t)(uint32_t)whole);
            assert_int_equal(cpu.fflags, whole != value ? FP_NX : 0);
        } else {
            assert_int_equal(cpu.x[5], whole < 0 ? 0 : UINT64_MAX);
            assert_int_equal(cpu.fflags, FP_NV);
        }

        /* Between formats. The flags of rint are only NX and NV, and both are raised by the narrowing, too, or not at
         * all by an integral value, so the union is compared where the double is not integral. */
        cpu.fflags = 0;
        assert_true(fp_execute(&cpu, RISCV_FCVT_S_D, RISCV_DYN, 2, 1, 0, 0));
        uint32_t narrow_bits = FP_NAN_S;
        if (narrow == narrow) {
            float copy = narrow;
            memcpy(&narrow_bits, &copy, sizeof(copy));
        }
        assert_int_equal(cpu.f[2], FP_BOX_S | narrow_bits);
        if (whole == value)
            assert_int_equal(cpu.fflags, flags);

        cpu.x[6] = bits;
        assert_true(fp_execute(&cpu, RISCV_FCVT_D_L, RISCV_DYN, 2, 6, 0, 0));
        double expected = from_integer;
        assert_memory_equal(&cpu.f[2], &expected, sizeof(expected));
    }
}

static void ties_go_away_in_rmm(void **state)
{
    struct cpu cpu = {.frm = RISCV_RMM};
    (void)state;
    cpu.f[1] = 0x3ff0000000000000; /* 1 + 2^-53 */
    cpu.f[2] = 0x3ca0000000000000;
    assert_true(fp_execute(&cpu, RISCV_FADD_D, RISCV_DYN, 3, 1, 2, 0));
    assert_int_equal(cpu.f[3], 0x3ff0000000000001);
    assert_int_equal(cpu.fflags, FP_NX);
    assert_true(fp_execute(&cpu, RISCV_FADD_D, RISCV_RNE, 3, 1, 2, 0));
    assert_int_equal(cpu.f[3], 0x3ff0000000000000);
    cpu.f[1] = 0xc004000000000000; /* -2.5 */
    assert_true(fp_execute(&cpu, RISCV_FCVT_W_D, RISCV_DYN, 5, 1, 0, 0));
    assert_int_equal(cpu.x[5], -3);
    assert_true(fp_execute(&cpu, RISCV_FCVT_W_D, RISCV_RNE, 5, 1, 0, 0));
    assert_int_equal(cpu.x[5], -2);

    /* A product of floats is exact as a double: take the nearer neighbour, the one away from zero in a tie. */
    for (int i = 0; i < 100000; i++) {
        uint64_t a = interesting_float(), b = interesting_float();
        float fa, fb;
        memcpy(&fa, &a, sizeof(fa));
        memcpy(&fb, &b, sizeof(fb));
        double exact = (double)fa * (double)fb, size = fabs(exact);
        if (!(size > 0x1p-120 && size < 0x1p120))
            continue;
        fesetround(FE_TOWARDZERO);
        volatile double narrowed = size;
        volatile float low = (float)narrowed;
        fesetround(FE_TONEAREST);
        float high = nextafterf(low, INFINITY);
        float expected = copysignf((double)high - size <= size - (double)low ? high : low, (float)exact);
        cpu.f[1] = a;
        cpu.f[2] = b;
        assert_true(fp_execute(&cpu, RISCV_FMUL_S, RISCV_DYN, 3, 1, 2, 0));
        assert_memory_equal(&cpu.f[3], &expected, sizeof(expected));
    }
}

static void half_precision(void **state)
{
    static const struct {
        uint64_t half, wide;
    } cases[] = {
        {0x3c00, 0x3ff0000000000000}, {0x0001, 0x3e70000000000000}, {0x83ff, 0xbf0ff80000000000},
        {0x7bff, 0x40effc0000000000}, {0xfc00, 0xfff0000000000000}, {0x8000, 0x8000000000000000},
        {0x7e00, 0x7ff8000000000000},
    };
    struct cpu cpu = {.frm = RISCV_RNE};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cpu.f[1] = FP_BOX_H | cases[i].half;
        assert_true(fp_execute(&cpu, RISCV_FCVT_D_H, RISCV_DYN, 2, 1, 0, 0));
        assert_int_equal(cpu.f[2], cases[i].wide);
        assert_true(fp_execute(&cpu, RISCV_FCVT_H_D, RISCV_DYN, 3, 2, 0, 0));
        assert_int_equal(cpu.f[3], cpu.f[1]);
    }
    assert_int_equal(cpu.fflags, 0);
    cpu.f[1] = 0x40effe0000000000; /* 65520: the tie above the largest */
    assert_true(fp_execute(&cpu, RISCV_FCVT_H_D, RISCV_RTZ, 2, 1, 0, 0));
    assert_int_equal(cpu.f[2], FP_BOX_H | 0x7bff);
    assert_int_equal(cpu.fflags, FP_NX);
    assert_true(fp_execute(&cpu, RISCV_FCVT_H_D, RISCV_RNE, 2, 1, 0, 0));
    assert_int_equal(cpu.f[2], FP_BOX_H | 0x7c00);
    assert_int_equal(cpu.fflags, FP_NX | FP_OF);
    cpu.f[1] = 0x3c00; /* not boxed */
    assert_true(fp_execute(&cpu, RISCV_FCVT_S_H, RISCV_DYN, 2, 1, 0, 0));
    assert_int_equal(cpu.f[2], FP_BOX_S | FP_NAN_S);
}

static void reserved_rounding_does_nothing(void **state)
{
    struct cpu cpu = {.frm = 5};
    (void)state;
    cpu.f[3] = 77;
    assert_false(fp_execute(&cpu, RISCV_FADD_D, RISCV_DYN, 3, 1, 2, 0));
    assert_int_equal(cpu.f[3], 77);
    assert_true(fp_execute(&cpu, RISCV_FADD_D, RISCV_RTZ, 3, 1, 2, 0));
    assert_true(fp_execute(&cpu, RISCV_FMIN_D, 0, 3, 1, 2, 0)); /* does not round */
}

/* ---- the interpreter's own ------------------------------------------------------------------------- */

struct pattern {
    uint32_t mask, match;
    unsigned id, format, flags;
};

static const struct pattern patterns[] = {
#define INSTRUCTION(id, name, extension, format, mask, match, flags)                                                   \
    {mask, match, RISCV_##id, RISCV_FORMAT_##format, flags},
#define COMPRESSED(...)
#define TERMINATOR RISCV_TERMINATOR
#define STORES     RISCV_STORES
#define ROUNDS     RISCV_ROUNDS
#include "riscv/instructions.def"
};

static bool computes(const struct pattern *pattern)
{
    switch (pattern->format) {
    case RISCV_FORMAT_F4:
    case RISCV_FORMAT_F3:
    case RISCV_FORMAT_F3N:
    case RISCV_FORMAT_F2:
    case RISCV_FORMAT_FCOMPARE:
    case RISCV_FORMAT_F_TO_X:
    case RISCV_FORMAT_X_TO_F:
        return true;
    default:
        return pattern->id == RISCV_FCLASS_S || pattern->id == RISCV_FCLASS_D;
    }
}

/* One random instruction on random registers: rd 1, rs1 2, rs2 3, rs3 4. */
static void check_instruction(struct guest *guest, const struct pattern *pattern)
{
    unsigned rm = (unsigned)next_random() % 6;
    rm = rm == 5 ? RISCV_DYN : rm;
    uint32_t word = pattern->match | (((4u << 27) | (3u << 20) | (2u << 15) | (rm << 12) | (1u << 7)) & ~pattern->mask);
    struct cpu expected;
    struct riscv_decoder decoder;

    riscv_decoder_init(&decoder);
    struct riscv_instruction in = riscv_decode(&decoder, word);
    assert_int_equal(in.id, pattern->id);
    guest_clear(guest);
    guest_emit(guest, word);
    guest_emit(guest, RV_ECALL);
    guest->code.end = GUEST_CODE + 64; /* less to decode */
    guest_decode(guest);
    for (int i = 0; i < 200; i++) {
        memset(&guest->cpu, 0, sizeof(guest->cpu));
        for (unsigned r = 0; r < 8; r++) {
            guest->cpu.f[r] = next_random() % 2 ? interesting_double() : interesting_float();
            guest->cpu.x[r] = r == 0 ? 0 : next_random() >> next_random() % 64;
        }
        guest->cpu.frm = next_random() % 2 ? 0 : (uint8_t)(next_random() % 5);
        guest->cpu.fflags = next_random() & 0x1f & (unsigned)next_random();
        expected = guest->cpu;
        assert_true(fp_execute(&expected, in.id, in.rm, in.rd, in.rs1, in.rs2, in.rs3));
        uint64_t a = guest->cpu.f[2], b = guest->cpu.f[3], c = guest->cpu.f[4];
        assert_int_equal(guest_run(guest, GUEST_CODE, 10), MACHINE_ECALL);
        if (memcmp(guest->cpu.x, expected.x, 32 * 8) || memcmp(guest->cpu.f, expected.f, sizeof(expected.f)) ||
            guest->cpu.fflags != expected.fflags)
            fail_msg("%s rm %u frm %u: %lx %lx %lx gives f %lx x %lx flags %x, not %lx %lx %x",
                     riscv_describe(in.id)->name, in.rm, expected.frm, a, b, c, guest->cpu.f[1], guest->cpu.x[1],
                     guest->cpu.fflags, expected.f[1], expected.x[1], expected.fflags);
    }
}

static void fast_handlers_are_right(void **state)
{
    struct guest guest;
    (void)state;
    guest_create(&guest);
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
        for (int round = 0; round < 12 && computes(&patterns[i]); round++)
            check_instruction(&guest, &patterns[i]);
    guest_destroy(&guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_is_the_hosts),
        cmocka_unit_test(conversions_are_the_hosts),
        cmocka_unit_test(ties_go_away_in_rmm),
        cmocka_unit_test(half_precision),
        cmocka_unit_test(reserved_rounding_does_nothing),
        cmocka_unit_test(fast_handlers_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
