/* SPDX-License-Identifier: Apache-2.0
 *
 * Every operation unpacks to sign, exponent and a wide significand, computes exactly or keeps the rest as a sticky bit,
 * and rounds once.
 */
#include "machine/fp.h"

#include "riscv/decode.h"

typedef unsigned __int128 uint128;

struct format {
    int exponent_bits, fraction_bits;
};

static const struct format format_h = {5, 10}, format_s = {8, 23}, format_d = {11, 52};

enum kind { ZERO, FINITE, INFINITE, QUIET_NAN, SIGNALING_NAN };

/* A finite one is significand * 2^(exponent - 126), with the top bit of the significand at 126. */
struct number {
    enum kind kind;
    bool sign;
    int exponent;
    uint128 significand;
};

/* What a computation is under: how it rounds, and the flags that it raises. */
struct context {
    unsigned rounding;
    unsigned flags;
};

#define TOP 126

static int format_bias(const struct format *format)
{
    return (1 << (format->exponent_bits - 1)) - 1;
}

static uint64_t format_infinity(const struct format *format, bool sign)
{
    uint64_t exponent = (UINT64_C(1) << format->exponent_bits) - 1;
    return (uint64_t)sign << (format->exponent_bits + format->fraction_bits) | exponent << format->fraction_bits;
}

static uint64_t format_nan(const struct format *format)
{
    return format_infinity(format, false) | UINT64_C(1) << (format->fraction_bits - 1);
}

static uint64_t format_sign_bit(const struct format *format)
{
    return UINT64_C(1) << (format->exponent_bits + format->fraction_bits);
}

/* The bits of a register: a narrow value that is not boxed is the canonical NaN. */
static uint64_t unbox(const struct format *format, uint64_t value)
{
    uint64_t mask = format_sign_bit(format) * 2 - 1;
    return (value | mask) == UINT64_MAX ? value & mask : format_nan(format);
}

static uint64_t box(const struct format *format, uint64_t bits)
{
    return bits | ~(format_sign_bit(format) * 2 - 1);
}

/* ---- packing --------------------------------------------------------------------------------------- */

static int top_bit(uint128 value)
{
    uint64_t high = (uint64_t)(value >> 64);
    return high ? 127 - __builtin_clzll(high) : 63 - __builtin_clzll((uint64_t)value);
}

/* Brings the top bit to TOP; what falls out at the right stays as a sticky lowest bit. */
static void normalize(struct number *number)
{
    int top = top_bit(number->significand);
    if (top > TOP)
        number->significand = number->significand >> 1 | (number->significand & 1);
    else
        number->significand <<= TOP - top;
    number->exponent += top - TOP;
}

static struct number unpack(const struct format *format, uint64_t bits)
{
    uint64_t fraction = bits & ((UINT64_C(1) << format->fraction_bits) - 1);
    int exponent = (int)(bits >> format->fraction_bits) & ((1 << format->exponent_bits) - 1);
    struct number number = {.kind = FINITE, .sign = (bits & format_sign_bit(format)) != 0};

    if (exponent == (1 << format->exponent_bits) - 1) {
        bool quiet = fraction >> (format->fraction_bits - 1);
        number.kind = fraction == 0 ? INFINITE : quiet ? QUIET_NAN : SIGNALING_NAN;
    } else if (exponent == 0 && fraction == 0) {
        number.kind = ZERO;
    } else {
        uint64_t hidden = exponent ? UINT64_C(1) << format->fraction_bits : 0;
        number.significand = (uint128)(hidden | fraction) << (TOP - format->fraction_bits);
        number.exponent = (exponent ? exponent : 1) - format_bias(format);
        normalize(&number);
    }
    return number;
}

/* value / 2^shift as an integer, rounded. */
static uint128 round_shift(uint128 value, int shift, bool sign, unsigned rounding, bool *inexact)
{
    if (shift > 127) /* less than half: only that it is not zero counts */
        value = value != 0, shift = 2;
    uint128 kept = value >> shift, rest = value - (kept << shift), half = (uint128)1 << shift >> 1;
    bool up = false;

    *inexact = rest != 0;
    switch (rounding) {
    case RISCV_RNE:
        up = rest > half || (rest == half && rest != 0 && (kept & 1));
        break;
    case RISCV_RDN:
        up = sign && rest != 0;
        break;
    case RISCV_RUP:
        up = !sign && rest != 0;
        break;
    case RISCV_RMM:
        up = rest != 0 && rest >= half;
        break;
    default: /* RISCV_RTZ */
        break;
    }
    return kept + up;
}

static uint64_t overflow(const struct format *format, bool sign, struct context *context)
{
    uint64_t infinity = format_infinity(format, sign);
    bool away = context->rounding == RISCV_RNE || context->rounding == RISCV_RMM ||
                context->rounding == (sign ? RISCV_RDN : RISCV_RUP);

    context->flags |= FP_OF | FP_NX;
    return away ? infinity : infinity - 1;
}

/* Rounds to the format. Underflow is tininess after rounding (RISC-V Unprivileged §21.2), with inexactness. */
static uint64_t pack(const struct format *format, struct number number, struct context *context)
{
    uint64_t sign = number.sign ? format_sign_bit(format) : 0;
    int precision = format->fraction_bits + 1, lowest = 1 - format_bias(format);
    int shift = TOP + 1 - precision;
    bool inexact;

    if (number.kind == ZERO)
        return sign;
    if (number.kind == INFINITE)
        return format_infinity(format, number.sign);
    if (number.kind != FINITE)
        return format_nan(format);

    if (number.exponent < lowest) {
        uint128 normal = round_shift(number.significand, shift, number.sign, context->rounding, &inexact);
        bool tiny = number.exponent < lowest - 1 || normal >> precision == 0;
        int deeper = lowest - number.exponent;
        uint128 kept = round_shift(number.significand, deeper > 128 ? 128 : shift + deeper, number.sign,
                                   context->rounding, &inexact);
        if (inexact)
            context->flags |= tiny ? FP_UF | FP_NX : FP_NX;
        return sign | (uint64_t)kept;
    }
    uint128 kept = round_shift(number.significand, shift, number.sign, context->rounding, &inexact);
    uint64_t biased = (uint64_t)(number.exponent + format_bias(format));
    uint64_t bits = ((biased - 1) << format->fraction_bits) + (uint64_t)kept; /* carries into the exponent */
    if (bits >= format_infinity(format, false))
        return overflow(format, number.sign, context);
    if (inexact)
        context->flags |= FP_NX;
    return sign | bits;
}

/* ---- arithmetic ------------------------------------------------------------------------------------ */

static const struct number not_a_number = {.kind = QUIET_NAN};

static bool is_nan(struct number a)
{
    return a.kind == QUIET_NAN || a.kind == SIGNALING_NAN;
}

static struct number invalid(struct context *context)
{
    context->flags |= FP_NV;
    return not_a_number;
}

static void signal_nan(struct number a, struct context *context)
{
    if (a.kind == SIGNALING_NAN)
        context->flags |= FP_NV;
}

static uint128 shift_sticky(uint128 value, int shift)
{
    if (shift > 127)
        return value != 0;
    return value >> shift | (value << (shift ? 128 - shift : 0) != 0 && shift);
}

static struct number add_finite(struct number a, struct number b, struct context *context)
{
    if (b.exponent > a.exponent || (b.exponent == a.exponent && b.significand > a.significand)) {
        struct number larger = b;
        b = a;
        a = larger;
    }
    uint128 smaller = shift_sticky(b.significand, a.exponent - b.exponent);
    /* Subtracting a sticky bit leaves the lowest bit set, which is sticky again. */
    a.significand = a.sign == b.sign ? a.significand + smaller : a.significand - smaller;
    if (a.significand == 0)
        return (struct number){.kind = ZERO, .sign = context->rounding == RISCV_RDN};
    normalize(&a);
    return a;
}

static struct number add(struct number a, struct number b, struct context *context)
{
    signal_nan(a, context);
    signal_nan(b, context);
    if (is_nan(a) || is_nan(b))
        return not_a_number;
    if (a.kind == INFINITE)
        return b.kind == INFINITE && a.sign != b.sign ? invalid(context) : a;
    if (b.kind == INFINITE || (a.kind == ZERO && b.kind != ZERO))
        return b;
    if (a.kind == ZERO)
        a.sign = a.sign == b.sign ? a.sign : context->rounding == RISCV_RDN;
    if (b.kind == ZERO)
        return a;
    return add_finite(a, b, context);
}

/* Exact: significands have at most 53 bits that are not zero. */
static struct number multiply(struct number a, struct number b, struct context *context)
{
    struct number product = {.kind = FINITE, .sign = a.sign != b.sign};

    signal_nan(a, context);
    signal_nan(b, context);
    if (is_nan(a) || is_nan(b))
        return not_a_number;
    if (a.kind == INFINITE || b.kind == INFINITE) {
        if (a.kind == ZERO || b.kind == ZERO)
            return invalid(context);
        product.kind = INFINITE;
    } else if (a.kind == ZERO || b.kind == ZERO) {
        product.kind = ZERO;
    } else {
        product.significand = (a.significand >> 63) * (b.significand >> 63);
        product.exponent = a.exponent + b.exponent;
        normalize(&product);
    }
    return product;
}

static struct number divide(struct number a, struct number b, struct context *context)
{
    struct number quotient = {.kind = FINITE, .sign = a.sign != b.sign};

    signal_nan(a, context);
    signal_nan(b, context);
    if (is_nan(a) || is_nan(b))
        return not_a_number;
    if (a.kind == b.kind && a.kind != FINITE)
        return invalid(context);
    if (a.kind == INFINITE || b.kind == ZERO) {
        if (a.kind == FINITE)
            context->flags |= FP_DZ;
        quotient.kind = INFINITE;
    } else if (a.kind == ZERO || b.kind == INFINITE) {
        quotient.kind = ZERO;
    } else {
        uint128 divisor = b.significand >> 63;
        uint128 value = a.significand / divisor;
        quotient.significand = value << 1 | (a.significand % divisor != 0);
        quotient.exponent = a.exponent - b.exponent + TOP - 64;
        normalize(&quotient);
    }
    return quotient;
}

static struct number square_root(struct number a, struct context *context)
{
    signal_nan(a, context);
    if (is_nan(a))
        return not_a_number;
    if (a.kind == ZERO || (a.kind == INFINITE && !a.sign))
        return a;
    if (a.sign)
        return invalid(context);

    /* The root of a 128-bit integer with an even exponent, bit by bit. */
    uint128 rest = a.significand << (a.exponent & 1), root = 0;
    for (int bit = 63; bit >= 0; bit--) {
        uint128 candidate = root | (uint128)1 << bit;
        if (candidate * candidate <= rest)
            root = candidate;
    }
    a.exponent = (a.exponent - (a.exponent & 1)) / 2 + TOP - 63;
    a.significand = root << 1 | (root * root != rest);
    a.exponent -= 1;
    normalize(&a);
    return a;
}

/* ---- comparing ------------------------------------------------------------------------------------- */

/* Of two that are no NaN; zeros of both signs are equal. */
static bool is_less(struct number a, struct number b)
{
    if (a.kind == ZERO && b.kind == ZERO)
        return false;
    bool negative_a = a.sign && a.kind != ZERO, negative_b = b.sign && b.kind != ZERO;
    if (negative_a != negative_b)
        return negative_a;
    if (negative_a) {
        struct number other = a;
        a = b;
        b = other;
    }
    if (a.kind != b.kind)
        return a.kind < b.kind;
    if (a.kind != FINITE)
        return false;
    return a.exponent != b.exponent ? a.exponent < b.exponent : a.significand < b.significand;
}

static uint64_t compare(unsigned relation, struct number a, struct number b, struct context *context)
{
    if (is_nan(a) || is_nan(b)) {
        if (relation != RISCV_FEQ_D || a.kind == SIGNALING_NAN || b.kind == SIGNALING_NAN)
            context->flags |= FP_NV;
        return 0;
    }
    if (relation == RISCV_FLT_D)
        return is_less(a, b);
    return relation == RISCV_FLE_D ? !is_less(b, a) : !is_less(a, b) && !is_less(b, a);
}

/* minimumNumber and maximumNumber of IEEE 754-2019. */
static uint64_t select_number(const struct format *format, uint64_t bits_a, uint64_t bits_b, bool larger,
                              struct context *context)
{
    struct number a = unpack(format, bits_a), b = unpack(format, bits_b);

    signal_nan(a, context);
    signal_nan(b, context);
    if (is_nan(a))
        return is_nan(b) ? format_nan(format) : bits_b;
    if (is_nan(b))
        return bits_a;
    bool less = is_less(a, b) || (a.kind == ZERO && b.kind == ZERO && a.sign && !b.sign);
    return less != larger ? bits_a : bits_b;
}

static uint64_t classify(const struct format *format, uint64_t bits)
{
    struct number a = unpack(format, bits);
    bool subnormal = a.kind == FINITE && a.exponent < 1 - format_bias(format);

    switch (a.kind) {
    case INFINITE:
        return a.sign ? 1 << 0 : 1 << 7;
    case FINITE:
        return a.sign ? (subnormal ? 1 << 2 : 1 << 1) : (subnormal ? 1 << 5 : 1 << 6);
    case ZERO:
        return a.sign ? 1 << 3 : 1 << 4;
    case SIGNALING_NAN:
        return 1 << 8;
    default:
        return 1 << 9;
    }
}

/* ---- converting ------------------------------------------------------------------------------------ */

static uint64_t to_integer(struct number a, unsigned width, bool is_signed, struct context *context)
{
    uint64_t highest = is_signed ? (UINT64_C(1) << (width - 1)) - 1 : UINT64_MAX >> (64 - width);
    uint64_t lowest = is_signed ? ~highest : 0; /* as 64 bits */
    uint128 magnitude = 0, limit = a.sign ? (is_signed ? (uint128)highest + 1 : 0) : highest;
    bool inexact = false, fits = a.kind == ZERO || (a.kind == FINITE && a.exponent < 64);
    uint64_t result;

    if (fits && a.kind == FINITE)
        magnitude =
            round_shift(a.significand, a.exponent < -1 ? 128 : TOP - a.exponent, a.sign, context->rounding, &inexact);
    if (!fits || magnitude > limit) {
        context->flags |= FP_NV;
        result = a.sign && !is_nan(a) ? lowest : highest;
    } else {
        context->flags |= inexact ? FP_NX : 0;
        result = a.sign ? 0 - (uint64_t)magnitude : (uint64_t)magnitude;
    }
    return width == 32 ? (uint64_t)(int64_t)(int32_t)result : result;
}

static struct number from_integer(uint64_t value, unsigned width, bool is_signed)
{
    if (width == 32)
        value = is_signed ? (uint64_t)(int64_t)(int32_t)value : (uint32_t)value;
    struct number number = {.kind = value ? FINITE : ZERO, .sign = is_signed && value >> 63};
    if (number.kind == FINITE) {
        number.significand = number.sign ? 0 - value : value;
        number.exponent = TOP;
        normalize(&number);
    }
    return number;
}

static uint64_t convert(const struct format *to, const struct format *from, uint64_t bits, struct context *context)
{
    struct number number = unpack(from, bits);
    signal_nan(number, context);
    return pack(to, number, context);
}

/* ---- instructions ---------------------------------------------------------------------------------- */

struct operands {
    const struct format *format;
    uint64_t a, b, c; /* bits of the format */
    uint64_t x;       /* the integer in rs1 */
};

/* What has one form for each precision, under the name of the double-precision one. */
static uint64_t execute(unsigned id, const struct operands *o, struct context *context)
{
    struct number a = unpack(o->format, o->a), b = unpack(o->format, o->b), c = unpack(o->format, o->c);
    uint64_t sign = format_sign_bit(o->format);

    switch (id) {
    case RISCV_FMADD_D:
    case RISCV_FMSUB_D:
    case RISCV_FNMSUB_D:
    case RISCV_FNMADD_D:
        a.sign ^= id == RISCV_FNMSUB_D || id == RISCV_FNMADD_D;
        c.sign ^= id == RISCV_FMSUB_D || id == RISCV_FNMADD_D;
        return pack(o->format, add(multiply(a, b, context), c, context), context);
    case RISCV_FSUB_D:
        b.sign = !b.sign;
        return pack(o->format, add(a, b, context), context);
    case RISCV_FADD_D:
        return pack(o->format, add(a, b, context), context);
    case RISCV_FMUL_D:
        return pack(o->format, multiply(a, b, context), context);
    case RISCV_FDIV_D:
        return pack(o->format, divide(a, b, context), context);
    case RISCV_FSQRT_D:
        return pack(o->format, square_root(a, context), context);
    case RISCV_FSGNJ_D:
        return (o->a & ~sign) | (o->b & sign);
    case RISCV_FSGNJN_D:
        return (o->a & ~sign) | (~o->b & sign);
    case RISCV_FSGNJX_D:
        return o->a ^ (o->b & sign);
    case RISCV_FMIN_D:
    case RISCV_FMAX_D:
        return select_number(o->format, o->a, o->b, id == RISCV_FMAX_D, context);
    case RISCV_FCVT_D_W:
    case RISCV_FCVT_D_WU:
        return pack(o->format, from_integer(o->x, 32, id == RISCV_FCVT_D_W), context);
    case RISCV_FCVT_D_L:
    case RISCV_FCVT_D_LU:
        return pack(o->format, from_integer(o->x, 64, id == RISCV_FCVT_D_L), context);
    case RISCV_FCVT_W_D:
    case RISCV_FCVT_WU_D:
        return to_integer(a, 32, id == RISCV_FCVT_W_D, context);
    case RISCV_FCVT_L_D:
    case RISCV_FCVT_LU_D:
        return to_integer(a, 64, id == RISCV_FCVT_L_D, context);
    case RISCV_FCLASS_D:
        return classify(o->format, o->a);
    default: /* FEQ_D, FLT_D, FLE_D */
        return compare(id, a, b, context);
    }
}

/* Conversions between formats; false if it is none. */
static bool execute_conversion(unsigned id, uint64_t register_bits, uint64_t *result, struct context *context)
{
    static const struct {
        uint16_t id;
        const struct format *to, *from;
    } conversions[] = {
        {RISCV_FCVT_S_D, &format_s, &format_d}, {RISCV_FCVT_D_S, &format_d, &format_s},
        {RISCV_FCVT_S_H, &format_s, &format_h}, {RISCV_FCVT_H_S, &format_h, &format_s},
        {RISCV_FCVT_D_H, &format_d, &format_h}, {RISCV_FCVT_H_D, &format_h, &format_d},
    };
    for (unsigned i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++) {
        if (conversions[i].id == id) {
            uint64_t bits = unbox(conversions[i].from, register_bits);
            *result = box(conversions[i].to, convert(conversions[i].to, conversions[i].from, bits, context));
            return true;
        }
    }
    return false;
}

/* The double-precision instruction that does the same; 0 if `id` is not single precision. */
static unsigned double_form(unsigned id)
{
    static const uint16_t forms[RISCV_ID_COUNT] = {
#define PAIR(name) [RISCV_##name##_S] = RISCV_##name##_D
        PAIR(FMADD),
        PAIR(FMSUB),
        PAIR(FNMSUB),
        PAIR(FNMADD),
        PAIR(FADD),
        PAIR(FSUB),
        PAIR(FMUL),
        PAIR(FDIV),
        PAIR(FSQRT),
        PAIR(FSGNJ),
        PAIR(FSGNJN),
        PAIR(FSGNJX),
        PAIR(FMIN),
        PAIR(FMAX),
        PAIR(FEQ),
        PAIR(FLT),
        PAIR(FLE),
        PAIR(FCLASS),
        PAIR(FCVT_W),
        PAIR(FCVT_WU),
        PAIR(FCVT_L),
        PAIR(FCVT_LU),
#undef PAIR
        [RISCV_FCVT_S_W] = RISCV_FCVT_D_W,
        [RISCV_FCVT_S_WU] = RISCV_FCVT_D_WU,
        [RISCV_FCVT_S_L] = RISCV_FCVT_D_L,
        [RISCV_FCVT_S_LU] = RISCV_FCVT_D_LU,
    };
    return id < RISCV_ID_COUNT ? forms[id] : 0;
}

bool fp_execute(struct cpu *cpu, unsigned id, unsigned rounding, unsigned rd, unsigned rs1, unsigned rs2, unsigned rs3)
{
    const struct riscv_description *description = riscv_describe(id);
    struct context context = {.rounding = rounding == RISCV_DYN ? cpu->frm : rounding};
    uint64_t result;

    if ((description->flags & RISCV_ROUNDS) && context.rounding > RISCV_RMM)
        return false;
    if (!execute_conversion(id, cpu->f[rs1], &result, &context)) {
        unsigned form = double_form(id);
        const struct format *format = form ? &format_s : &format_d;
        bool integer_source = description->format == RISCV_FORMAT_X_TO_F;
        struct operands operands = {
            .format = format,
            .a = unbox(format, cpu->f[rs1]),
            .b = unbox(format, cpu->f[rs2]),
            .c = unbox(format, cpu->f[rs3]),
            .x = integer_source ? cpu->x[rs1] : 0,
        };
        result = execute(form ? form : id, &operands, &context);
        bool integer_result = description->format == RISCV_FORMAT_F_TO_X ||
                              description->format == RISCV_FORMAT_FCOMPARE ||
                              description->format == RISCV_FORMAT_FMOVE_X;
        if (integer_result) {
            cpu->x[rd] = result;
            cpu->fflags |= (uint8_t)context.flags;
            return true;
        }
        result = box(format, result);
    }
    cpu->f[rd] = result;
    cpu->fflags |= (uint8_t)context.flags;
    return true;
}
