#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random instruction streams on Mayfly and on qemu-riscv64 and compares registers, fcsr and memory.

    fuzz/isa_diff.py [--seed N] [--programs N | --seconds N] [--mayfly PATH] [--engine NAME] [--keep FOLDER]

A program has bodies of random instructions. Each body runs on several sets of random registers, and after each run a hash
of all registers, fcsr and the scratch memory is kept; the program writes the hashes to its standard output. Where the
engines differ, the body is cut down to the instructions that matter, and left as assembly in the folder of --keep.

The same seed makes the same programs. Encodings come from src/riscv/instructions.def, so a new instruction is included
by itself, unless qemu does not have it (EXCLUDED).
"""
import argparse
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
QEMU = ["qemu-riscv64", "-cpu", "rv64,zba=true,zbb=true,zbc=true,zbs=true,Zfhmin=true"]
COMPILE = ["riscv64-linux-gnu-gcc", "-march=rv64gc_zba_zbb_zbc_zbs_zfhmin", "-mabi=lp64d", "-nostdlib", "-static",
           "-Wl,--no-relax"]

# Stops, not in qemu 7.2, wrong in qemu 7.2 (ctzw), or made below in a form of their own.
EXCLUDED = {"ecall", "ebreak", "c.ebreak", "cbo.zero", "czero.eqz", "czero.nez", "ctzw", "jal", "jalr", "c.j", "c.jr",
            "c.jalr", "lr.w", "lr.d", "sc.w", "sc.d", "csrrw", "csrrs", "csrrc", "csrrwi", "csrrsi", "csrrci",
            "c.addi16sp"}

SP, GP, TP = 2, 3, 4  # sp and gp point into the scratch memory, tp at the save area; never written
FIXED = (SP, GP, TP)
SCRATCH = 4096
X_DESTINATION = {"R", "R1", "I", "SHIFT5", "SHIFT6", "LOAD", "U", "AMO", "FCOMPARE", "F_TO_X", "FMOVE_X"}
BODIES, SETS, LENGTH = 32, 256, 100

DOUBLES = [0, 1, 0x8000000000000000, 0x3ff0000000000000, 0xbff0000000000000, 0x7ff0000000000000, 0xfff0000000000000,
           0x7ff8000000000000, 0x7ff0000000000001, 0x0010000000000000, 0x000fffffffffffff, 0x7fefffffffffffff,
           0x41dfffffffc00000, 0xc1e0000000000000, 0x43e0000000000000, 0x43f0000000000000, 0x3fe0000000000000]
FLOATS = [0, 1, 0x80000000, 0x3f800000, 0xbf800000, 0x7f800000, 0xff800000, 0x7fc00000, 0x7f800001, 0x00800000,
          0x007fffff, 0x7f7fffff, 0x4effffff, 0xcf000000, 0x5f000000, 0x3f000000, 0x40200000]
INTEGERS = [0, 1, 2, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff,
            0x7fffffffffffffff, 0x8000000000000000, 0xffffffffffffffff, 0xffffffff80000000]


def read_table():
    wide, narrow = [], []
    with open(os.path.join(ROOT, "src/riscv/instructions.def"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    for match in re.finditer(r'INSTRUCTION\(\s*\w+,\s*"([^"]+)",\s*\w+,\s*(\w+),\s*(\w+),\s*(\w+),\s*([^)]*)\)', text):
        name, fmt, mask, value, flags = match.groups()
        if name not in EXCLUDED:
            wide.append((name, fmt, int(mask, 16), int(value, 16), flags))
    for match in re.finditer(r'COMPRESSED\(\s*"([^"]+)",\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*([^)]*)\)', text):
        name, fmt, mask, value, _, flags = match.groups()
        if name not in EXCLUDED:
            narrow.append((name, fmt, int(mask, 16), int(value, 16), flags))
    if len(wide) < 150 or len(narrow) < 20:
        sys.exit("isa_diff: cannot read src/riscv/instructions.def")
    return wide, narrow


class Generator:
    """Bodies are lists of units; a unit is a list of (size, word) that stays together, or a branch or jump ahead."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.wide, self.narrow = read_table()

    def destination(self):
        while True:
            register = self.random.choice((self.random.randrange(32), self.random.randrange(8, 16)))
            if register not in FIXED:
                return register

    def wide_unit(self):
        name, fmt, mask, match, flags = self.random.choice(self.wide)
        word = (self.random.getrandbits(32) & ~mask) | match
        if fmt == "B":
            return ("branch", word & 0x01fff07f, self.random.randrange(1, 8))

        def put(low, value, width=5):
            nonlocal word
            word = word & ~(((1 << width) - 1) << low) | value << low

        if fmt in X_DESTINATION:
            put(7, self.destination())
        if fmt in ("LOAD", "STORE", "FLOAD", "FSTORE", "AMO"):
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
                return ("narrow branch", word & 0xe383, self.random.randrange(1, 8))
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

    def body(self):
        return [self.unit() for _ in range(LENGTH)]

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
        return f".L{number}_{min(index + ahead, len(body))}"

    lines.append(f"body_{number}:")
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
    lines += [f".L{number}_{len(body)}:", "    ret_to_driver"]


PRELUDE = """    .option norelax
    .option nopic
    .macro ret_to_driver
    sd ra, 0(tp)
    ld ra, 576(tp)
    jr ra
    .endm
    .text
    .globl _start
_start:
    la s0, bodies
1:  ld s1, 0(s0)
    beqz s1, 4f
    la s2, sets
    la s3, sets_end
2:  la tp, save
    sd s0, 584(tp)
    sd s1, 592(tp)
    sd s2, 600(tp)
    sd s3, 608(tp)
    call run
    la tp, save
    ld s0, 584(tp)
    ld s1, 592(tp)
    ld s2, 600(tp)
    ld s3, 608(tp)
    call hash
    addi s2, s2, 512
    bltu s2, s3, 2b
    addi s0, s0, 8
    j 1b
4:  li a0, 1
    la a1, hashes
    la a2, hash_end
    ld a2, 0(a2)
    sub a2, a2, a1
    li a7, 64
    ecall
    li a0, 0
    li a7, 93
    ecall

# Runs the body s1 on the registers at s2, and leaves them in the save area.
run:
    sd ra, 616(tp)
    la ra, 5f
    sd ra, 576(tp)
    sd s1, 624(tp)
    mv t0, s2
    ld t1, 504(t0)
    csrw fcsr, t1
"""


def write_program(bodies, sets):
    lines = [PRELUDE]
    for register in range(32):
        lines.append(f"    fld f{register}, {8 * (31 + register)}(t0)")
    lines += ["    la sp, scratch + 2048", "    la gp, scratch + 2048"]
    for register in list(range(6, 32)) + [1, 5]:
        lines.append(f"    ld x{register}, {8 * (register - 1)}(t0)")
    lines += ["    sd ra, 0(tp)", "    ld ra, 624(tp)", "    sd t0, 632(tp)", "    mv t0, ra", "    ld ra, 0(tp)",
              "    jr t0", "5:"]  # ra and t0 differ from the set, the same on both sides
    for register in range(2, 32):
        lines.append(f"    sd x{register}, {8 * (register - 1)}(tp)")
    for register in range(32):
        lines.append(f"    fsd f{register}, {8 * (31 + register)}(tp)")
    lines += ["    csrr t0, fcsr", "    sd t0, 504(tp)", "    csrw fcsr, zero", "    ld ra, 616(tp)", "    ret", """
# One hash of the save area and the scratch memory, behind those before.
hash:
    li t0, 0
    la t1, save
    addi t2, t1, 512
    li t3, 0x9e3779b97f4a7c15
6:  ld t4, 0(t1)
    xor t0, t0, t4
    mul t0, t0, t3
    srli t4, t0, 29
    xor t0, t0, t4
    addi t1, t1, 8
    bltu t1, t2, 6b
    la t5, scratch_end
    beq t2, t5, 7f
    la t1, scratch
    mv t2, t5
    j 6b
7:  la t1, hash_end
    ld t2, 0(t1)
    sd t0, 0(t2)
    addi t2, t2, 8
    sd t2, 0(t1)
    ret
"""]
    for number, body in enumerate(bodies):
        write_body(lines, number, body)
    lines += ["    .data", "    .balign 64", "sets:"]
    for values in sets:
        lines.append("    .dword " + ", ".join(f"{value:#x}" for value in values))
    lines += ["sets_end:", "bodies:"] + [f"    .dword body_{number}" for number in range(len(bodies))]
    lines += ["    .dword 0", "hash_end: .dword hashes", "    .bss", "    .balign 64", "save: .space 1024",
              f"scratch: .space {SCRATCH}", "scratch_end:", f"hashes: .space {8 * len(bodies) * len(sets) + 8}", ""]
    return "\n".join(lines)


class Runner:
    def __init__(self, options, folder):
        self.mayfly = [options.mayfly, "run", "--engine", options.engine]
        self.folder = folder

    def run(self, bodies, sets):
        """The index of the first hash that differs, or None; stops of either engine count as a difference."""
        source, program = os.path.join(self.folder, "program.s"), os.path.join(self.folder, "program.elf")
        with open(source, "w", encoding="utf-8") as file:
            file.write(write_program(bodies, sets))
        subprocess.run(COMPILE + [source, "-o", program], check=True)
        outputs = []
        for command in (QEMU + [program], self.mayfly + [program]):
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)
            outputs.append((done.returncode, done.stdout, done.stderr))
        (status_q, out_q, _), (status_m, out_m, error_m) = outputs
        if out_q == out_m and status_q == status_m:
            return None
        if status_q or status_m or len(out_q) != len(out_m):
            print(f"isa_diff: qemu ended with {status_q}, mayfly with {status_m}: {error_m.decode(errors='replace').strip()}")
            return 0
        hashes = [struct.unpack(f"<{len(out) // 8}Q", out) for out in (out_q, out_m)]
        return next(i for i, (a, b) in enumerate(zip(*hashes)) if a != b)


def shrink(runner, body, sets):
    """Drops units, in halves and then singly, as long as the engines differ."""
    size = len(body) // 2
    while size:
        at = 0
        while at < len(body):
            fewer = body[:at] + body[at + size:]
            if fewer and runner.run([fewer], sets) is not None:
                body = fewer
            else:
                at += size
        size //= 2
    return body


def report(runner, bodies, sets, first, options, seed):
    number, which = divmod(first, len(sets))
    body, chosen = bodies[number], sets
    if runner.run([body], [sets[which]]) is not None:
        chosen = [sets[which]]
    if runner.run([body], chosen) is not None:
        body = shrink(runner, body, chosen)
        bodies = [body]
    path = os.path.join(options.keep, f"isa_diff_{seed}.s")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"# SPDX-License-Identifier: Apache-2.0\n# fuzz/isa_diff.py --seed {seed}: qemu and mayfly differ.\n")
        file.write(write_program(bodies, chosen))
    print(f"isa_diff: seed {seed}: the engines differ; {len(body)} units are left in {path}")


def compare_all(runner, options):
    differences, count = 0, 0
    end = time.monotonic() + (options.seconds or 0)
    while time.monotonic() < end if options.seconds else count < options.programs:
        seed = options.seed + count
        count += 1
        generator = Generator(seed)
        bodies = [generator.body() for _ in range(BODIES)]
        sets = [generator.registers() for _ in range(SETS)]
        first = runner.run(bodies, sets)
        if first is not None:
            differences += 1
            report(runner, bodies, sets, first, options, seed)
    print(f"isa_diff: {count} programs from seed {options.seed}, {count * BODIES * SETS} runs of {LENGTH} random "
          f"instructions and more, {differences} differences")
    return 1 if differences else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=10)
    parser.add_argument("--seconds", type=float, help="as many programs as fit, instead of --programs")
    parser.add_argument("--mayfly", default=os.path.join(ROOT, "build", "mayfly"))
    parser.add_argument("--engine", default="interpreter")
    parser.add_argument("--keep", default=".")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="isa_diff_") as folder:
        return compare_all(Runner(options, folder), options)


sys.exit(main())
