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
import sys
import tempfile

import isa_case
from isa_engines import Engines
from isa_streams import Generator, ROOT, options_parser, seeds

BODIES, RUNS = 8, 64  # code takes long to make, and little to run


def report(engines, bodies, runs, lines, options, seed):
    """Cuts it down and leaves it as a case for tests/isa, or as the whole program if it is not one run alone."""
    print("\n".join(lines[:10]))
    name = f"wild_{seed}"
    path = os.path.join(options.keep, name + ".s")
    match = re.match(r"run (\d+) ", lines[0])
    body, values = runs[int(match.group(1)) if match else 0]

    def differs(fewer):
        return bool(engines.run(isa_case.write_bodies([fewer]), [(0, values)])[0])

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
        lines, ran = engines.run(isa_case.write_bodies(bodies), runs)
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
        return compare_all(Engines(options.build, folder), options)


sys.exit(main())
