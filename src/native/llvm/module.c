/* SPDX-License-Identifier: Apache-2.0
 *
 * What every module of a translation has: types, the intrinsics that are used, metadata.
 */
#include <stdlib.h>
#include <string.h>

#include "native/llvm/translate.h"

static void find_intrinsics(struct translator *tr)
{
    static const struct {
        const char *name;
        uint8_t types[2]; /* l i64, i i32, d f64, s f32 */
    } names[IN_COUNT] = {
        [IN_CTLZ] = {"llvm.ctlz", "l"},
        [IN_CTLZ32] = {"llvm.ctlz", "i"},
        [IN_CTTZ] = {"llvm.cttz", "l"},
        [IN_CTTZ32] = {"llvm.cttz", "i"},
        [IN_CTPOP] = {"llvm.ctpop", "l"},
        [IN_CTPOP32] = {"llvm.ctpop", "i"},
        [IN_BSWAP] = {"llvm.bswap", "l"},
        [IN_FSHL] = {"llvm.fshl", "l"},
        [IN_FSHR] = {"llvm.fshr", "l"},
        [IN_FSHL32] = {"llvm.fshl", "i"},
        [IN_FSHR32] = {"llvm.fshr", "i"},
        [IN_SMAX] = {"llvm.smax", "l"},
        [IN_SMIN] = {"llvm.smin", "l"},
        [IN_UMAX] = {"llvm.umax", "l"},
        [IN_UMIN] = {"llvm.umin", "l"},
#define STRICT(which, name)                                                                                            \
    [which] = {"llvm.experimental.constrained." name, "d"}, [which##_S] = {"llvm.experimental.constrained." name, "s"}
        STRICT(IN_FADD, "fadd"),
        STRICT(IN_FSUB, "fsub"),
        STRICT(IN_FMUL, "fmul"),
        STRICT(IN_FDIV, "fdiv"),
        STRICT(IN_FMA, "fma"),
        STRICT(IN_SQRT, "sqrt"),
        STRICT(IN_FCMP, "fcmp"),
        STRICT(IN_FCMPS, "fcmps"),
#undef STRICT
        [IN_TRUNC] = {"llvm.experimental.constrained.fptrunc", "sd"},
        [IN_EXTEND] = {"llvm.experimental.constrained.fpext", "ds"},
        [IN_FROM_I32] = {"llvm.experimental.constrained.sitofp", "di"},
        [IN_FROM_I64] = {"llvm.experimental.constrained.sitofp", "dl"},
        [IN_FROM_I32_S] = {"llvm.experimental.constrained.sitofp", "si"},
        [IN_FROM_I64_S] = {"llvm.experimental.constrained.sitofp", "sl"},
        [IN_TO_I32] = {"llvm.x86.sse2.cvttsd2si", {0}},
        [IN_TO_I64] = {"llvm.x86.sse2.cvttsd2si64", {0}},
        [IN_TO_I32_S] = {"llvm.x86.sse.cvttss2si", {0}},
        [IN_TO_I64_S] = {"llvm.x86.sse.cvttss2si64", {0}},
        [IN_READ_REGISTER] = {"llvm.read_register", "l"},
    };
    for (unsigned i = 0; i < IN_COUNT; i++) {
        unsigned id = LLVMLookupIntrinsicID(names[i].name, strlen(names[i].name));
        LLVMTypeRef types[2];
        unsigned count = 0;
        CHECK(id);
        for (; count < 2 && names[i].types[count]; count++) {
            char type = (char)names[i].types[count];
            types[count] = type == 'l' ? tr->t.i64 : type == 'i' ? tr->t.i32 : type == 'd' ? tr->t.f64 : tr->t.f32;
        }
        tr->intrinsics[i].function = LLVMGetIntrinsicDeclaration(tr->module, id, types, count);
        tr->intrinsics[i].type = LLVMIntrinsicGetType(tr->context, id, types, count);
    }
}

static LLVMValueRef weights(struct translator *tr, unsigned then, unsigned otherwise)
{
    LLVMMetadataRef parts[] = {
        LLVMMDStringInContext2(tr->context, "branch_weights", 14),
        LLVMValueAsMetadata(LLVMConstInt(tr->t.i32, then, 0)),
        LLVMValueAsMetadata(LLVMConstInt(tr->t.i32, otherwise, 0)),
    };
    return LLVMMetadataAsValue(tr->context, LLVMMDNodeInContext2(tr->context, parts, 3));
}

/* Memory that others of these kinds are not: for LLVM's type-based alias analysis. */
static LLVMValueRef kind_of_memory(struct translator *tr, const char *name)
{
    LLVMMetadataRef zero = LLVMValueAsMetadata(LLVMConstInt(tr->t.i64, 0, 0));
    LLVMMetadataRef root = LLVMMDStringInContext2(tr->context, "mayfly", 6);
    root = LLVMMDNodeInContext2(tr->context, &root, 1);
    LLVMMetadataRef type[] = {LLVMMDStringInContext2(tr->context, name, strlen(name)), root, zero};
    type[0] = LLVMMDNodeInContext2(tr->context, type, 3);
    LLVMMetadataRef tag[] = {type[0], type[0], zero};
    return LLVMMetadataAsValue(tr->context, LLVMMDNodeInContext2(tr->context, tag, 3));
}

static LLVMValueRef text_value(struct translator *tr, const char *text)
{
    return LLVMMetadataAsValue(tr->context, LLVMMDStringInContext2(tr->context, text, strlen(text)));
}

static void make_types(struct translator *tr)
{
    LLVMContextRef c = tr->context;
    tr->t = (struct types){
        .v = LLVMVoidTypeInContext(c),
        .i1 = LLVMInt1TypeInContext(c),
        .i8 = LLVMInt8TypeInContext(c),
        .i16 = LLVMInt16TypeInContext(c),
        .i32 = LLVMInt32TypeInContext(c),
        .i64 = LLVMInt64TypeInContext(c),
        .i128 = LLVMInt128TypeInContext(c),
        .f32 = LLVMFloatTypeInContext(c),
        .f64 = LLVMDoubleTypeInContext(c),
        .pointer = LLVMPointerTypeInContext(c, 0),
    };
    LLVMTypeRef parameters[PARAMETERS] = {tr->t.i64, tr->t.pointer, tr->t.i64},
                results[PARAMETERS] = {tr->t.i64, tr->t.pointer, tr->t.i64};
    for (unsigned i = 0; i < PASSED + PARKED; i++)
        parameters[REGISTER_AT + i] = results[REGISTER_AT + i] = i < PASSED_INTEGERS ? tr->t.i64 : tr->t.f64;
    tr->t.result = LLVMStructTypeInContext(c, results, PARAMETERS, 0);
    tr->t.function = LLVMFunctionType(tr->t.result, parameters, PARAMETERS, 0);
}

void translator_begin(struct translator *tr, struct plan *plan, LLVMContextRef context, bool host_fma)
{
    memset(tr, 0, sizeof *tr);
    tr->plan = plan;
    tr->host_fma = host_fma;
    tr->context = context;
    tr->module = LLVMModuleCreateWithNameInContext("guest", context);
    tr->builder = LLVMCreateBuilderInContext(context);
    make_types(tr);
    find_intrinsics(tr);
    tr->round_nearest = text_value(tr, "round.tonearest");
    tr->except_strict = text_value(tr, "fpexcept.strict");
    tr->tbaa_kind = LLVMGetMDKindIDInContext(context, "tbaa", 4);
    tr->cpu_tag = kind_of_memory(tr, "cpu");
    tr->guest_tag = kind_of_memory(tr, "guest");
    LLVMMetadataRef name = LLVMMDStringInContext2(context, "rsp", 3);
    tr->stack_register = LLVMMetadataAsValue(context, LLVMMDNodeInContext2(context, &name, 1));
    tr->prof_kind = LLVMGetMDKindIDInContext(context, "prof", 4);
    tr->unlikely_weights = weights(tr, 1, 1u << 20);
    tr->strictfp_kind = LLVMGetEnumAttributeKindForName("strictfp", 8);
}

void translator_end(struct translator *tr)
{
    LLVMDisposeBuilder(tr->builder);
    free(tr->resumes);
    memset(tr, 0, sizeof *tr);
}
