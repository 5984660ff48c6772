#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random C functions that compute with floating point on each of our engines and compares how they end: stop, pc,
instructions charged, registers, fcsr and memory.

    fuzz/float_diff.py [--seed N] [--programs N | --seconds N] [--build FOLDER] [--keep FOLDER]

Unlike the streams of engine_diff.py these have the loops, branches and calls that a compiler makes, in which native code
puts off what nobody sees yet: canonical NaNs, boxes of singles, charges. Many runs end for lack of fuel in the middle of it.
The engines are those of tests/isa, in small slices, too. Where they differ, the C source and the program stay in the folder
of --keep. The same seed makes the same programs, with the same flags of the compiler.
"""
import os
import subprocess
import sys
import tempfile

import isa_case
from float_programs import HEAD, FloatPrograms
from isa_engines import Engines
from isa_streams import COMPILE, ROOT, Generator, options_parser, seeds

FUNCTIONS, RUNS = 8, 64
FLAGS = [["-O1"], ["-O2"], ["-O2", "-mtune=thead-c906"], ["-O3"], ["-Os"], ["-O2", "-ffp-contract=off"]]


def registers_of(generator):
    """Of one run: mostly with the usual rounding, as native code leaves the others to the interpreter."""
    registers = generator.registers()
    return registers if generator.random.random() < 0.1 else [*registers[:-1], 0]


def source_of(seed):
    programs = FloatPrograms(seed)
    return HEAD + "\n".join(programs.function(f"function_{number}") for number in range(FUNCTIONS)) + "\n"


def program_of(seed, source, folder):
    """The text of a program with one body for each function."""
    path = os.path.join(folder, "functions.c")
    with open(path, "w", encoding="utf-8") as file:
        file.write(source)
    flags = ["-S", "-fno-math-errno", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-mcmodel=medany", "-w"]
    compiled = subprocess.run(COMPILE + FLAGS[seed % len(FLAGS)] + flags + [path, "-o", "-"], stdout=subprocess.PIPE,
                              check=True, text=True).stdout
    bodies = [line for number in range(FUNCTIONS)
              for line in (f"    .globl body_{number}", f"body_{number}:", f"    call function_{number}", "    ebreak")]
    functions = [line for line in compiled.splitlines() if not line.strip().startswith(".attribute")]
    return isa_case.write_bodies([]) + "\n".join(bodies + functions) + "\n"


def main():
    parser = options_parser(__doc__.split("\n")[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    options = parser.parse_args()
    count = differences = instructions = 0
    with tempfile.TemporaryDirectory(prefix="float_diff_") as folder:
        engines = Engines(options.build, folder)
        for seed in seeds(options):
            count += 1
            source, generator = source_of(seed), Generator(seed)
            text = program_of(seed, source, folder)
            lines, ran = engines.run(text, [(number, registers_of(generator)) for number in range(FUNCTIONS)
                                            for _ in range(RUNS)])
            instructions += ran
            if not lines:
                continue
            differences += 1
            kept = os.path.join(options.keep, f"float_{seed}")
            for ending, content in ((".c", source), (".s", text)):
                with open(kept + ending, "w", encoding="utf-8") as file:
                    file.write(content)
            print("\n".join(lines[:10]) + f"\nfloat_diff: seed {seed}: the engines differ; see {kept}.c and {kept}.s")
    print(f"float_diff: {count} programs from seed {options.seed}, {count * FUNCTIONS * RUNS} runs, {instructions} instructions on "
          f"each engine, {differences} differences")
    return 1 if differences else 0


sys.exit(main())
