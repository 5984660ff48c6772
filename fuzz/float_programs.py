# SPDX-License-Identifier: Apache-2.0
"""Random functions in C that compute with floating point: branches, loops and calls, values that are not numbers, and
looks at their bits everywhere."""
import random

SINGLES = ["fa", "fb", "fc", "fd", "fe"]
DOUBLES = ["da", "db", "dc", "dd", "de"]
INTEGERS = ["ia", "ib", "ic"]
CONSTANTS = ["0.0", "-0.0", "1.5", "-2.25", "1e30", "1e-30", "__builtin_inf()", "-__builtin_inf()", '__builtin_nan("")', "0.1"]

# The arrays lie in memory that is compared.
HEAD = """
typedef long long integer;
extern char scratch[];
#define singles ((float *)(void *)scratch)
#define doubles ((double *)(void *)(scratch + 64))
static inline integer bits_of_single(float value) { int bits; __builtin_memcpy(&bits, &value, 4); return bits; }
static inline integer bits_of_double(double value) { integer bits; __builtin_memcpy(&bits, &value, 8); return bits; }
static __attribute__((noinline)) float call_single(float a, double b) { return a < b ? a : (float)b * a; }
static __attribute__((noinline)) double call_double(double a, float b)
{
    for (int i = 0; i < 3 && a < b; i++)
        a = a * 2 + b;
    return a;
}
"""


class FloatPrograms:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.loops = 0

    def pick(self, *choices):
        return self.random.choice(choices)

    def arithmetic(self, own, conversions, suffix):
        a, b, c = (self.random.choice(own) for _ in range(3))
        return self.pick(*(f"{a} {sign} {b}" for sign in "+-*/"), f"{a} + {b}", f"{a} * {b}",
                         *(f"({kind}){self.random.choice(names)}" for kind, names in conversions),
                         f"-{a}", f"__builtin_fabs{suffix}({a})", f"__builtin_fma{suffix}({a}, {b}, {c})",
                         f"__builtin_sqrt{suffix}({a})", self.random.choice(CONSTANTS))

    def assignment(self):
        f, d, i, index = (self.random.choice(names) for names in (SINGLES, DOUBLES, INTEGERS, INTEGERS))
        single = f"{f} = {self.arithmetic(SINGLES, [('float', DOUBLES), ('float', INTEGERS)], 'f')};"
        double = f"{d} = {self.arithmetic(DOUBLES, [('double', SINGLES), ('double', INTEGERS)], '')};"
        return self.pick(*[single] * 4, *[double] * 4, f"{i} = {index} * 5 + {self.random.randrange(9)};",
                         f"{i} += bits_of_single({f});", f"{i} ^= bits_of_double({d});",
                         f"singles[{i} & 7] = {f};", f"{f} = singles[{i} & 7];",
                         f"doubles[{i} & 7] = {d};", f"{d} = doubles[{i} & 7];",
                         f"{f} = call_single({f}, {d});", f"{d} = call_double({d}, {f});")

    def condition(self):
        names = self.pick(SINGLES, DOUBLES)
        comparison = f"{self.random.choice(names)} {self.pick('<', '>', '<=', '==', '!=')} {self.random.choice(names)}"
        return self.pick(comparison, comparison, f"{self.random.choice(INTEGERS)} & {self.pick(1, 2, 4)}")

    def statement(self, depth):
        kind = self.random.random()
        if not depth or kind < 0.75:
            return [self.assignment()]
        if kind < 0.88:
            lines = [f"if ({self.condition()}) {{", *self.block(depth - 1), "}"]
            return lines + (["else {", *self.block(depth - 1), "}"] if self.random.random() < 0.5 else [])
        self.loops += 1
        count, leave = f"n{self.loops}", [f"if ({self.condition()}) break;"] if self.random.random() < 0.5 else []
        return [f"for (int {count} = 0; {count} < {self.random.randrange(2, 14)}; {count}++) {{", *self.block(depth - 1), *leave, "}"]

    def block(self, depth):
        return [line for _ in range(self.random.randrange(1, 6)) for line in self.statement(depth)]

    def function(self, name):
        parameters = [f"{kind} {variable}" for kind, names in (("float", SINGLES), ("double", DOUBLES), ("integer", INTEGERS))
                      for variable in names[:3]]
        lines = [f"double {name}({', '.join(parameters)})", "{", "float fd = fa, fe = 2;", "double dd = 1, de = da;"]
        for _ in range(self.random.randrange(4, 10)):
            lines += self.statement(3)
        stores = [f"singles[{8 + at}] = {variable};" for at, variable in enumerate(SINGLES)]
        stores += [f"doubles[{8 + at}] = {variable};" for at, variable in enumerate(DOUBLES)]
        return "\n".join([*lines, *stores, f"return de + (double)({' ^ '.join(INTEGERS)});", "}"])
