#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random instruction streams on Mayfly and on qemu-riscv64 and compares registers, fcsr and memory. (engine_diff.py
compares our engines with each other.)

    fuzz/isa_diff.py [--seed N] [--programs N | --seconds N] [--mayfly PATH] [--engine NAME] [--keep FOLDER]

A program has bodies of random instructions. Each body runs on several sets of random registers, and after each run a hash
of all registers, fcsr and the scratch memory is kept; the program writes the hashes to its standard output. Where the
two differ, the body is cut down to the instructions that matter, and left as a case for tests/isa in the folder of --keep.

The same seed makes the same programs.
"""
import os
import struct
import subprocess
import sys
import tempfile

import isa_case
from isa_streams import COMPILE, Generator, LENGTH, ROOT, SCRATCH, options_parser, seeds, write_body

QEMU = ["qemu-riscv64", "-cpu", "rv64,zba=true,zbb=true,zbc=true,zbs=true,Zfhmin=true"]
BODIES, SETS = 32, 256

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
        lines.append(f"body_{number}:")
        write_body(lines, number, body)
        lines.append("    ret_to_driver")
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


def report(runner, bodies, sets, first, options, seed):
    """Cuts the body down and leaves it as a case for tests/isa, or as the whole program if it is not one run alone."""
    number, which = divmod(first, len(sets))
    body, values = bodies[number], sets[which]
    if runner.run([body], [values]) is None:
        path = os.path.join(options.keep, f"isa_diff_{seed}.s")
        with open(path, "w", encoding="utf-8") as file:
            file.write(write_program(bodies, sets))
        print(f"isa_diff: seed {seed}: qemu and mayfly differ, but only in the whole program, which is left in {path}")
        return
    body = isa_case.shrink(body, lambda fewer: runner.run([fewer], [values]) is not None)
    name = f"random_{seed}"
    text = isa_case.write_case(name, body, values)
    words = isa_case.oracle_state(QEMU, text, name, os.path.join(runner.folder, "case.elf"))
    words = isa_case.only_changed(words, values)
    path = os.path.join(options.keep, name + ".s")
    with open(path, "w", encoding="utf-8") as file:
        file.write(isa_case.write_case(name, body, values, [f"isa_diff.py --seed {seed}: what qemu says"], words))
    print(f"isa_diff: seed {seed}: qemu and mayfly differ; {len(body)} units are left in {path}, a case for tests/isa")


def compare_all(runner, options):
    differences, count = 0, 0
    for seed in seeds(options):
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
    parser = options_parser(__doc__.split("\n")[0])
    parser.add_argument("--mayfly", default=os.path.join(ROOT, "build", "mayfly"))
    parser.add_argument("--engine", default="interpreter")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="isa_diff_") as folder:
        return compare_all(Runner(options, folder), options)


sys.exit(main())
