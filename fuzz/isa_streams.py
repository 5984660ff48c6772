# SPDX-License-Identifier: Apache-2.0
"""Random instruction streams, from a seed, as assembly text: what isa_diff.py and engine_diff.py run.

Encodings come from src/riscv/instructions.def, so a new instruction is included by itself, unless qemu does not have it
(EXCLUDED).
"""
import argparse
import os
import random
import re
import sys
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
COMPILE = ["riscv64-linux-gnu-gcc", "-march=rv64gc_zba_zbb_zbc_zbs_zfhmin", "-mabi=lp64d", "-nostdlib", "-static",
           "-Wl,--no-relax"]

# Stops, not in qemu 7.2, wrong in qemu 7.2 (ctzw), or made below in a form of their own.
EXCLUDED = {"ecall", "ebreak", "c.ebreak", "cbo.zero", "czero.eqz", "czero.nez", "ctzw", "jal", "jalr", "c.j", "c.jr",
            "c.jalr", "lr.w", "lr.d", "sc.w", "sc.d", "csrrw", "csrrs", "csrrc", "csrrwi", "csrrsi", "csrrci",
            "c.addi16sp"}
ONLY_OURS = {"cbo.zero", "czero.eqz", "czero.nez", "ctzw", "c.addi16sp"}  # of these, what our engines can be asked for

SP, GP, TP = 2, 3, 4  # sp and gp point into the scratch memory, tp at the save area; never written
FIXED = (SP, GP, TP)
SCRATCH = 4096
X_DESTINATION = {"R", "R1", "I", "SHIFT5", "SHIFT6", "LOAD", "U", "AMO", "FCOMPARE", "F_TO_X", "FMOVE_X"}
LENGTH = 100  # units of a body

DOUBLES = [0, 1, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000, 0xfff0000000000000,
           0x7ff8000000000000, 0x7ff0000000000001, 0x0010000000000000, 0x000fffffffffffff, 0x7fefffffffffffff,
           0x41dfffffffc00000, 0xc1e0000000000000, 0x43e0000000000000, 0x43f0000000000000, 0x3fe0000000000000]
FLOATS = [0, 1, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0x00800000,
          0x007fffff, 0x7f7fffff, 0x4effffff, 0xcf000000, 0x5f000000, 0x3f000000, 0x40200000]
INTEGERS = [0, 1, 2, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff,
            0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0xffffffff80000000]


def read_table(excluded):
    wide, narrow = [], []
    with open(os.path.join(ROOT, "src/riscv/instructions.def"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    for match in re.finditer(r'INSTRUCTION\(\s*\w+,\s*"([^"]+)",\s*\w+,\s*(\w+),\s*(\w+),\s*(\w+),\s*([^)]*)\)', text):
        name, fmt, mask, value, flags = match.groups()
        if name not in excluded:
            wide.append((name, fmt, int(mask, 16), int(value, 16), flags))
    for match in re.finditer(r'COMPRESSED\(\s*"([^"]+)",\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*([^)]*)\)', text):
        name, fmt, mask, value, _, flags = match.groups()
        if name not in excluded:
            narrow.append((name, fmt, int(mask, 16), int(value, 16), flags))
    if len(wide) < 150 or len(narrow) < 20:
        sys.exit("isa_streams: cannot read src/riscv/instructions.def")
    return wide, narrow


class Generator:
    """Bodies are lists of units; a unit is a list of (size, word) that stays together, or a branch or jump ahead.

    A wild one also has what qemu does not or what ends a run: mutated words, loads and stores anywhere, loops.
    """

    def __init__(self, seed, wild=False):
        self.random = random.Random(seed)
        self.wide, self.narrow = read_table(EXCLUDED - ONLY_OURS if wild else EXCLUDED)
        self.wild = wild

    def destination(self):
        while True:
            register = self.random.choice((self.random.randrange(32), self.random.randrange(8, 16)))
            if register not in FIXED:
                return register

    def distance(self):
        """Of a branch, in units; back only if a loop that never ends is wanted, too."""
        return self.random.randrange(-6 if self.wild and self.random.random() < 0.3 else 1, 8)

    def wide_unit(self):
        name, fmt, mask, match, flags = self.random.choice(self.wide)
        word = (self.random.getrandbits(32) & ~mask) | match
        if fmt == "B":
            return ("branch", word & 0x01fff07f, self.distance())

        def put(low, value, width=5):
            nonlocal word
            word = word & ~(((1 << width) - 1) << low) | value << low

        if fmt in X_DESTINATION:
            put(7, self.destination())
        if fmt in ("LOAD", "STORE", "FLOAD", "FSTORE", "AMO", "LR", "CBO"):
            put(15, self.random.choice((GP, SP)))
        if "ROUNDS" in flags:
            put(12, self.random.choice((0, 1, 2, 3, 4, 7, 7, 7, 7)), 3)
        if fmt in ("FENCE", "NONE"):
            word = match
        return [(4, word)]

    def narrow_unit(self):
        while True:
            name, fmt, mask, match, flags = self.random.choice(self.narrow)
            word = (self.random.getrandbits(16) & ~mask) | match
            full, low = word >> 7 & 31, word >> 2 & 7
            if fmt == "CB":
                return ("narrow branch", word & 0xe383, self.distance())
            if fmt in ("CI", "CI_LI", "CI_LUI", "CI_SHIFT", "CR_MV", "CR_ADD", "CI_LWSP") and full in FIXED:
                continue
            if fmt == "CI_LDSP" and name == "c.ldsp" and full in FIXED:
                continue
            if "NOT_ZERO_RD" in flags and full == 0:
                continue
            if fmt in ("CI_LUI",) and not word & 0x107c:
                continue
            if fmt == "CIW" and not word & 0x1fe0:
                continue
            if fmt in ("CR_MV", "CR_ADD") and not word >> 2 & 31:
                continue
            if fmt in ("CL_W", "CL_D", "CS_W", "CS_D"):
                base = 8 + (word >> 7 & 7)
                return [(2, 0x8002 | base << 7 | GP << 2), (2, word)]  # c.mv base, gp
            return [(2, word)]

    def csr_unit(self):
        destination, source = self.destination(), self.random.randrange(32)
        kind = self.random.randrange(4)
        if kind == 0:  # fflags, any way
            return [(4, 0x00100073 | self.random.choice((1, 2, 3, 5, 6, 7)) << 12 | source << 15 | destination << 7)]
        if kind == 1:  # frm, a good one
            return [(4, 0x00205073 | self.random.randrange(5) << 15 | destination << 7)]
        if kind == 2:
            return [(4, 0x00205073), (4, 0x00302073 | destination << 7)]
        return [(4, 0x00302073 | destination << 7)]

    def unit(self):
        choice = self.random.random()
        if choice < 0.55:
            return self.wide_unit()
        if choice < 0.88:
            return self.narrow_unit()
        if choice < 0.91:
            return self.csr_unit()
        if choice < 0.94:  # a reservation and its store, or a store without one
            width = self.random.choice((2, 3)) << 12
            sc = 0x1800002f | width | GP << 15 | self.random.randrange(32) << 20 | self.destination() << 7
            lr = 0x1000002f | width | GP << 15 | self.destination() << 7
            return [(4, lr), (4, sc)] if self.random.random() < 0.8 else [(4, sc)]
        if choice < 0.97:
            return ("jump", self.random.choice((0, self.destination())), self.random.randrange(1, 6))
        pointer = self.destination() or 5  # x0 points nowhere
        return ("indirect", pointer, self.random.choice((0, self.destination())), self.random.randrange(1, 6))

    def mutate(self, unit):
        """Changes some bits, or takes any word at all; the size stays, as it says where the next one begins."""
        size, word = self.random.choice(unit)
        if self.random.random() < 0.3:
            word = self.random.getrandbits(8 * size)
        for _ in range(self.random.randrange(1, 4)):
            word ^= 1 << self.random.randrange(8 * size)
        return [(size, word)]

    def body(self):
        units = [self.unit() for _ in range(LENGTH)]
        if self.wild:
            units = [self.mutate(unit) if isinstance(unit, list) and self.random.random() < 0.02 else unit
                     for unit in units]
        return units

    def registers(self):
        values = []
        for _ in range(31):
            kind = self.random.random()
            value = self.random.getrandbits(64)
            values.append(value if kind < 0.4 else self.random.choice(INTEGERS) if kind < 0.8 else
                          value >> self.random.randrange(64))
        for _ in range(32):
            kind = self.random.random()
            if kind < 0.3:
                values.append(self.random.choice(DOUBLES))
            elif kind < 0.5:
                values.append(self.random.choice(FLOATS) | 0xffffffff00000000)
            elif kind < 0.7:
                values.append(self.random.getrandbits(32) & 0x81ffffff | 0x3e000000 | 0xffffffff00000000)
            elif kind < 0.9:
                values.append(self.random.getrandbits(64) & 0x803fffffffffffff | 0x3fc0000000000000)
            else:
                values.append(self.random.getrandbits(64))
        values.append(self.random.randrange(5) << 5 | self.random.getrandbits(5))
        return values


def write_body(lines, number, body):
    """Labels of units are .Lbody_index; branches past the end go to the end."""
    def target(index, ahead):
        return f".L{number}_{max(0, min(index + ahead, len(body)))}"

    for index, unit in enumerate(body):
        lines.append(f".L{number}_{index}:")
        if isinstance(unit, list):
            lines += [f"    .{'word' if size == 4 else 'half'} {word:#x}" for size, word in unit]
        elif unit[0] == "branch":
            name = {0: "beq", 1: "bne", 4: "blt", 5: "bge", 6: "bltu", 7: "bgeu"}[unit[1] >> 12 & 7]
            lines.append(f"    {name} x{unit[1] >> 15 & 31}, x{unit[1] >> 20 & 31}, {target(index, unit[2])}")
        elif unit[0] == "narrow branch":
            name = "c.beqz" if unit[1] >> 13 == 6 else "c.bnez"
            lines.append(f"    {name} x{8 + (unit[1] >> 7 & 7)}, {target(index, unit[2])}")
        elif unit[0] == "jump":
            lines.append(f"    jal x{unit[1]}, {target(index, unit[2])}")
        else:
            lines += [f"    lla x{unit[1]}, {target(index, unit[3])}", f"    jalr x{unit[2]}, 0(x{unit[1]})"]
    lines.append(f".L{number}_{len(body)}:")


def options_parser(description):
    """What every comparison of engines can be told; `seeds` reads --seed, --programs and --seconds."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=10)
    parser.add_argument("--seconds", type=float, help="as many programs as fit, instead of --programs")
    parser.add_argument("--keep", default=".", help="the folder for what is found")
    return parser


def seeds(options):
    """One for each program, from --seed on: --programs of them, or as many as are used up in --seconds."""
    end = time.monotonic() + (options.seconds or 0)
    seed = options.seed
    while time.monotonic() < end if options.seconds else seed < options.seed + options.programs:
        yield seed
        seed += 1
