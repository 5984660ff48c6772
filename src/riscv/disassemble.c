/* SPDX-License-Identifier: Apache-2.0 */
#include "riscv/disassemble.h"

#include <stdio.h>
#include <string.h>

static const char x_names[32][5] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                    "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                    "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
static const char f_names[32][5] = {"ft0", "ft1", "ft2", "ft3", "ft4",  "ft5",  "ft6", "ft7", "fs0",  "fs1", "fa0",
                                    "fa1", "fa2", "fa3", "fa4", "fa5",  "fa6",  "fa7", "fs2", "fs3",  "fs4", "fs5",
                                    "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};
static const char *const rounding_names[8] = {"rne", "rtz", "rdn", "rup", "rmm", "unknown", "unknown", "dyn"};

/* Operands by format: d s t r are integer registers and D S T R floating-point ones in the order rd, rs1, rs2, rs3; i
 * is the immediate, u that of lui and auipc, a an address, c a CSR, z an immediate in rs1, p and q the sets of fence, m
 * the rounding mode unless it is dynamic. Everything else stands for itself. */
static const char *const operand_patterns[] = {
    [RISCV_FORMAT_NONE] = "",          [RISCV_FORMAT_R] = "d,s,t",      [RISCV_FORMAT_R1] = "d,s",
    [RISCV_FORMAT_I] = "d,s,i",        [RISCV_FORMAT_SHIFT5] = "d,s,h", [RISCV_FORMAT_SHIFT6] = "d,s,h",
    [RISCV_FORMAT_LOAD] = "d,i(s)",    [RISCV_FORMAT_STORE] = "t,i(s)", [RISCV_FORMAT_FLOAD] = "D,i(s)",
    [RISCV_FORMAT_FSTORE] = "T,i(s)",  [RISCV_FORMAT_B] = "s,t,a",      [RISCV_FORMAT_U] = "d,u",
    [RISCV_FORMAT_J] = "d,a",          [RISCV_FORMAT_JALR] = "d,i(s)",  [RISCV_FORMAT_FENCE] = "p,q",
    [RISCV_FORMAT_CSR] = "d,c,s",      [RISCV_FORMAT_CSRI] = "d,c,z",   [RISCV_FORMAT_CBO] = "(s)",
    [RISCV_FORMAT_LR] = "d,(s)",       [RISCV_FORMAT_AMO] = "d,t,(s)",  [RISCV_FORMAT_F4] = "D,S,T,Rm",
    [RISCV_FORMAT_F3] = "D,S,Tm",      [RISCV_FORMAT_F3N] = "D,S,T",    [RISCV_FORMAT_F2] = "D,Sm",
    [RISCV_FORMAT_FCOMPARE] = "d,S,T", [RISCV_FORMAT_F_TO_X] = "d,Sm",  [RISCV_FORMAT_X_TO_F] = "D,sm",
    [RISCV_FORMAT_FMOVE_X] = "d,S",    [RISCV_FORMAT_XMOVE_F] = "D,s",
};

enum condition {
    RD_ZERO = 1,
    RS1_ZERO = 2,
    RS2_ZERO = 4,
    RD_RA = 8,
    RS1_RA = 16,
    RS1_IS_RS2 = 32,
    IMM_IS = 64,
};

/* An instruction that has another name when its operands meet the conditions. The first that fits wins. */
static const struct alias {
    uint16_t id;
    uint8_t conditions;
    int16_t imm;
    const char *name, *pattern;
} aliases_of[] = {
    {RISCV_ADDI, RD_ZERO | RS1_ZERO | IMM_IS, 0, "nop", ""},
    {RISCV_ADDI, RS1_ZERO, 0, "li", "d,i"},
    {RISCV_ADDI, IMM_IS, 0, "mv", "d,s"},
    {RISCV_ADD, RS1_ZERO, 0, "mv", "d,t"},
    {RISCV_ADDIW, IMM_IS, 0, "sext.w", "d,s"},
    {RISCV_ADD_UW, RS2_ZERO, 0, "zext.w", "d,s"},
    {RISCV_XORI, IMM_IS, -1, "not", "d,s"},
    {RISCV_ANDI, IMM_IS, 255, "zext.b", "d,s"},
    {RISCV_SUB, RS1_ZERO, 0, "neg", "d,t"},
    {RISCV_SUBW, RS1_ZERO, 0, "negw", "d,t"},
    {RISCV_SLTIU, IMM_IS, 1, "seqz", "d,s"},
    {RISCV_SLTU, RS1_ZERO, 0, "snez", "d,t"},
    {RISCV_SLT, RS2_ZERO, 0, "sltz", "d,s"},
    {RISCV_SLT, RS1_ZERO, 0, "sgtz", "d,t"},
    {RISCV_BEQ, RS2_ZERO, 0, "beqz", "s,a"},
    {RISCV_BNE, RS2_ZERO, 0, "bnez", "s,a"},
    {RISCV_BLT, RS2_ZERO, 0, "bltz", "s,a"},
    {RISCV_BGE, RS2_ZERO, 0, "bgez", "s,a"},
    {RISCV_BLT, RS1_ZERO, 0, "bgtz", "t,a"},
    {RISCV_BGE, RS1_ZERO, 0, "blez", "t,a"},
    {RISCV_JAL, RD_ZERO, 0, "j", "a"},
    {RISCV_JAL, RD_RA, 0, "jal", "a"},
    {RISCV_JALR, RD_ZERO | RS1_RA | IMM_IS, 0, "ret", ""},
    {RISCV_JALR, RD_ZERO | IMM_IS, 0, "jr", "s"},
    {RISCV_JALR, RD_ZERO, 0, "jr", "i(s)"},
    {RISCV_JALR, RD_RA | IMM_IS, 0, "jalr", "s"},
    {RISCV_JALR, RD_RA, 0, "jalr", "i(s)"},
    {RISCV_FENCE, IMM_IS, 0xff, "fence", ""},
    {RISCV_FSGNJ_S, RS1_IS_RS2, 0, "fmv.s", "D,S"},
    {RISCV_FSGNJ_D, RS1_IS_RS2, 0, "fmv.d", "D,S"},
    {RISCV_FSGNJN_S, RS1_IS_RS2, 0, "fneg.s", "D,S"},
    {RISCV_FSGNJN_D, RS1_IS_RS2, 0, "fneg.d", "D,S"},
    {RISCV_FSGNJX_S, RS1_IS_RS2, 0, "fabs.s", "D,S"},
    {RISCV_FSGNJX_D, RS1_IS_RS2, 0, "fabs.d", "D,S"},
    {RISCV_CSRRS, RS1_ZERO | IMM_IS, 0x001, "frflags", "d"},
    {RISCV_CSRRS, RS1_ZERO | IMM_IS, 0x002, "frrm", "d"},
    {RISCV_CSRRS, RS1_ZERO | IMM_IS, 0x003, "frcsr", "d"},
    {RISCV_CSRRS, RS1_ZERO | IMM_IS, 0xc00, "rdcycle", "d"},
    {RISCV_CSRRS, RS1_ZERO | IMM_IS, 0xc01, "rdtime", "d"},
    {RISCV_CSRRS, RS1_ZERO | IMM_IS, 0xc02, "rdinstret", "d"},
    {RISCV_CSRRS, RS1_ZERO, 0, "csrr", "d,c"},
    {RISCV_CSRRW, RD_ZERO | IMM_IS, 0x001, "fsflags", "s"},
    {RISCV_CSRRW, RD_ZERO | IMM_IS, 0x002, "fsrm", "s"},
    {RISCV_CSRRW, RD_ZERO | IMM_IS, 0x003, "fscsr", "s"},
    {RISCV_CSRRW, IMM_IS, 0x001, "fsflags", "d,s"},
    {RISCV_CSRRW, IMM_IS, 0x002, "fsrm", "d,s"},
    {RISCV_CSRRW, IMM_IS, 0x003, "fscsr", "d,s"},
    {RISCV_CSRRWI, RD_ZERO | IMM_IS, 0x001, "fsflagsi", "z"},
    {RISCV_CSRRWI, RD_ZERO | IMM_IS, 0x002, "fsrmi", "z"},
    {RISCV_CSRRWI, IMM_IS, 0x001, "fsflagsi", "d,z"},
    {RISCV_CSRRWI, IMM_IS, 0x002, "fsrmi", "d,z"},
    {RISCV_CSRRW, RD_ZERO, 0, "csrw", "c,s"},
    {RISCV_CSRRS, RD_ZERO, 0, "csrs", "c,s"},
    {RISCV_CSRRC, RD_ZERO, 0, "csrc", "c,s"},
    {RISCV_CSRRWI, RD_ZERO, 0, "csrwi", "c,z"},
    {RISCV_CSRRSI, RD_ZERO, 0, "csrsi", "c,z"},
    {RISCV_CSRRCI, RD_ZERO, 0, "csrci", "c,z"},
};

static bool alias_fits(const struct alias *alias, const struct riscv_instruction *in)
{
    unsigned c = alias->conditions;
    return alias->id == in->id && !((c & RD_ZERO) && in->rd != 0) && !((c & RS1_ZERO) && in->rs1 != 0) &&
           !((c & RS2_ZERO) && in->rs2 != 0) && !((c & RD_RA) && in->rd != 1) && !((c & RS1_RA) && in->rs1 != 1) &&
           !((c & RS1_IS_RS2) && in->rs1 != in->rs2) && !((c & IMM_IS) && in->imm != alias->imm);
}

bool riscv_target(const struct riscv_instruction *in, uint32_t pc, uint32_t *target)
{
    *target = pc + (uint32_t)in->imm;
    return in->id != RISCV_ILLEGAL && (in->format == RISCV_FORMAT_B || in->format == RISCV_FORMAT_J);
}

/* ---- operands -------------------------------------------------------------------------------------- */

struct writer {
    char *text;
    size_t used;
};

static void put(struct writer *writer, const char *text)
{
    size_t size = strlen(text);
    if (size > DISASSEMBLE_MAX - 1 - writer->used)
        size = DISASSEMBLE_MAX - 1 - writer->used;
    memcpy(writer->text + writer->used, text, size);
    writer->used += size;
    writer->text[writer->used] = '\0';
}

static void put_number(struct writer *writer, const char *format, int64_t number)
{
    char digits[32];
    snprintf(digits, sizeof(digits), strcmp(format, "x") ? "%lld" : "0x%llx", (long long)number);
    put(writer, digits);
}

static void put_csr(struct writer *writer, int32_t number)
{
    static const struct {
        int32_t number;
        const char *name;
    } names[] = {{0x001, "fflags"}, {0x002, "frm"},  {0x003, "fcsr"},
                 {0xc00, "cycle"},  {0xc01, "time"}, {0xc02, "instret"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].number == number) {
            put(writer, names[i].name);
            return;
        }
    }
    put_number(writer, "x", number);
}

static void put_fence_set(struct writer *writer, int32_t set)
{
    static const char letters[] = "iorw";
    for (int i = 0; i < 4; i++)
        if (set >> (3 - i) & 1)
            put(writer, (char[]){letters[i], '\0'});
    if (!(set & 15))
        put(writer, "unknown");
}

/* Conversions that are always exact say their rounding mode only if it is odd. */
static unsigned usual_rounding(const struct riscv_instruction *in)
{
    switch (in->id) {
    case RISCV_FCVT_D_W:
    case RISCV_FCVT_D_WU:
    case RISCV_FCVT_D_S:
    case RISCV_FCVT_S_H:
    case RISCV_FCVT_D_H:
        return RISCV_RNE;
    default:
        return RISCV_DYN;
    }
}

static void put_operand(struct writer *writer, char kind, const struct riscv_instruction *in, uint32_t pc)
{
    switch (kind) {
    case 'd':
        put(writer, x_names[in->rd]);
        break;
    case 's':
        put(writer, x_names[in->rs1]);
        break;
    case 't':
        put(writer, x_names[in->rs2]);
        break;
    case 'D':
        put(writer, f_names[in->rd]);
        break;
    case 'S':
        put(writer, f_names[in->rs1]);
        break;
    case 'T':
        put(writer, f_names[in->rs2]);
        break;
    case 'R':
        put(writer, f_names[in->rs3]);
        break;
    case 'i':
        put_number(writer, "d", in->imm);
        break;
    case 'h':
        put_number(writer, "x", in->imm);
        break;
    case 'u':
        put_number(writer, "x", (uint32_t)in->imm >> 12);
        break;
    case 'a':
        put_number(writer, "x", (uint32_t)(pc + (uint32_t)in->imm));
        break;
    case 'c':
        put_csr(writer, in->imm);
        break;
    case 'z':
        put_number(writer, "d", in->rs1);
        break;
    case 'p':
        put_fence_set(writer, in->imm >> 4);
        break;
    case 'q':
        put_fence_set(writer, in->imm);
        break;
    case 'm':
        if (in->rm != usual_rounding(in)) {
            put(writer, ",");
            put(writer, rounding_names[in->rm & 7]);
        }
        break;
    default:
        put(writer, (char[]){kind, '\0'});
    }
}

void riscv_disassemble(char text[DISASSEMBLE_MAX], const struct riscv_instruction *in, uint32_t pc, bool aliases)
{
    static const char *const orders[4] = {"", ".rl", ".aq", ".aqrl"};
    const struct riscv_description *description = riscv_describe(in->id);
    const char *name = description->name, *pattern = operand_patterns[description->format];
    struct writer writer = {.text = text};

    for (size_t i = 0; aliases && i < sizeof(aliases_of) / sizeof(aliases_of[0]); i++) {
        if (alias_fits(&aliases_of[i], in)) {
            name = aliases_of[i].name;
            pattern = aliases_of[i].pattern;
            break;
        }
    }
    text[0] = '\0';
    put(&writer, name);
    if (description->format == RISCV_FORMAT_AMO || description->format == RISCV_FORMAT_LR)
        put(&writer, orders[in->rm & 3]);
    if (*pattern)
        put(&writer, "\t");
    for (; *pattern; pattern++)
        put_operand(&writer, *pattern, in, pc);
}
