#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random instruction streams on each of our engines and compares how they end: stop, trap, pc, instructions charged,
registers, fcsr and memory.

    fuzz/engine_diff.py [--seed N] [--programs N | --seconds N] [--build FOLDER] [--keep FOLDER]

The streams are wild: beside good instructions there are mutated words, loops, loads and stores of anything. The engines are
those of tests/isa: the interpreter, also in small slices, and native code, also in small slices (if mayfly-compiler is
there). Where they differ, the body is cut down to the instructions that matter, and left as a case for tests/isa in the
folder of --keep; what it expects is the interpreter's answer, which is for its reader to judge.

The same seed makes the same programs.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile

import isa_case
from isa_streams import Generator, ROOT, options_parser, seeds

BODIES, RUNS = 8, 64  # code takes long to make, and little to run


class Engines:
    def __init__(self, options, folder):
        self.tool = os.path.join(options.build, "isa", "compare_engines")
        self.compiler = os.path.join(options.build, "mayfly-compiler")
        self.program = os.path.join(folder, "program.elf")
        self.runs = os.path.join(folder, "runs")

    def run(self, bodies, runs):
        """(the lines that tell of differences, instructions). A run is (body, registers)."""
        isa_case.assemble(isa_case.write_bodies(bodies), self.program)
        with open(self.runs, "wb") as file:
            for body, registers in runs:
                file.write(struct.pack("<65Q", body, *registers))
        done = subprocess.run([self.tool, self.program, self.compiler, self.runs], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=300, check=False, text=True)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("{")]
        ran = re.match(r"\d+ runs, (\d+) instructions", lines[-1] if lines else "")
        if done.returncode not in (0, 1) or not ran:
            return [f"compare_engines ended with {done.returncode}: {done.stderr.strip()}"], 0
        return lines[:-1], int(ran.group(1))

    def state(self, text, name):
        isa_case.assemble(text, self.program)
        done = subprocess.run([self.tool, "--state", self.program, name], stdout=subprocess.PIPE, check=True, text=True)
        return done.stdout.split()


def report(engines, bodies, runs, lines, options, seed):
    """Cuts it down and leaves it as a case for tests/isa, or as the whole program if it is not one run alone."""
    print("\n".join(lines[:10]))
    name = f"wild_{seed}"
    path = os.path.join(options.keep, name + ".s")
    match = re.match(r"run (\d+) ", lines[0])
    body, values = runs[int(match.group(1)) if match else 0]

    def differs(fewer):
        return bool(engines.run([fewer], [(0, values)])[0])

    if not match or not differs(bodies[body]):
        with open(path, "w", encoding="utf-8") as file:
            file.write(isa_case.write_bodies(bodies))
        print(f"engine_diff: seed {seed}: the engines differ, but only in the whole program, which is left in {path}")
        return
    units = isa_case.shrink(bodies[body], differs)
    words = engines.state(isa_case.write_case(name, units, values), name)
    words = isa_case.only_changed(words, values)
    with open(path, "w", encoding="utf-8") as file:
        file.write(isa_case.write_case(name, units, values, [f"engine_diff.py --seed {seed}: what the interpreter says"],
                                       words))
    print(f"engine_diff: seed {seed}: the engines differ; {len(units)} units are left in {path}, a case for tests/isa")


def compare_all(engines, options):
    differences = count = instructions = 0
    for seed in seeds(options):
        count += 1
        generator = Generator(seed, wild=True)
        bodies = [generator.body() for _ in range(BODIES)]
        runs = [(body, generator.registers()) for body in range(BODIES) for _ in range(RUNS)]
        lines, ran = engines.run(bodies, runs)
        instructions += ran
        if lines:
            differences += 1
            report(engines, bodies, runs, lines, options, seed)
    print(f"engine_diff: {count} programs from seed {options.seed}, {count * BODIES * RUNS} runs, {instructions} instructions on "
          f"each engine, {differences} differences")
    return 1 if differences else 0


def main():
    parser = options_parser(__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="engine_diff_") as folder:
        return compare_all(Engines(options, folder), options)


sys.exit(main())
