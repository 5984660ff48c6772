#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random C programs (csmith) on Mayfly and on qemu-riscv64 and compares what they print and how they end.

    fuzz/csmith_diff.py [--seed N] [--programs N | --seconds N] [--mayfly PATH] [--engine NAME] [--keep FOLDER]

Programs are compiled one by one and linked in batches, as linking takes longest. The same seed makes the same program, with
the same flags of the compiler. One that does not end within INSTRUCTIONS is left out. Where the engines differ, the source
stays in the folder of --keep, with the commands that show it.
"""
import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
CSMITH = ["csmith", "--max-funcs", "4", "--max-block-depth", "3", "--max-expr-complexity", "6", "--no-argc"]
CC = ["riscv64-linux-gnu-gcc", "-static", "-w", "-I/usr/include/csmith"]
# A seed chooses one: different code from different levels, and instructions that the compiler uses only if it may.
FLAGS = [["-O0"], ["-O1"], ["-O2"], ["-O3"], ["-Os"], ["-O2", "-march=rv64gc_zba_zbb_zbs"], ["-O2", "-march=rv64g"]]
BATCH = 16
INSTRUCTIONS = 30_000_000
ENDLESS = 128 + 24  # what `mayfly run` says of a program that used them up
SECONDS = 60  # for anything that should end; long, so that a busy machine is no difference


def flags_of(seed):
    return FLAGS[seed % len(FLAGS)]


def run(command, **options):
    """(status, output); None for the status if it does not end."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
                              **options)
    except subprocess.TimeoutExpired:
        return None, b""
    return done.returncode, done.stdout


def source_of(seed, folder):
    return os.path.join(folder, f"{seed}.c")


def compile_one(seed, folder):
    """csmith leaves a file of its own where it runs, so each batch has a folder to itself."""
    source = source_of(seed, folder)
    extra = ["--float"] if seed % 2 else []
    subprocess.run(CSMITH + extra + ["--seed", str(seed), "--output", source], check=True, stdout=subprocess.DEVNULL,
                   cwd=folder, timeout=SECONDS)
    output = os.path.join(folder, f"{seed}.o")
    subprocess.run(CC + flags_of(seed) + ["-c", f"-Dmain=main_{seed}", source, "-o", output], check=True)
    return output


def link(seeds, objects, folder):
    """One program that runs the one whose seed is its argument."""
    driver, program = os.path.join(folder, "driver.c"), os.path.join(folder, "program.elf")
    with open(driver, "w", encoding="utf-8") as file:
        file.write("#include <stdlib.h>\n")
        file.writelines(f"int main_{seed}(void);\n" for seed in seeds)
        file.write("int main(int argc, char **argv)\n{\n    switch (atoi(argv[argc - 1])) {\n")
        file.writelines(f"    case {seed}:\n        return main_{seed}();\n" for seed in seeds)
        file.write("    default:\n        return 99;\n    }\n}\n")
    subprocess.run(CC + [driver, *objects, "-o", program], check=True)
    return program


def compare(seed, program, folder, options):
    """None if the program does not end, else whether the engines agree."""
    mayfly = [options.mayfly, "run", "--engine", options.engine]
    got = run(mayfly + ["--instructions", str(INSTRUCTIONS), program, str(seed)])
    if got[0] == ENDLESS:
        return None
    expected = run(["qemu-riscv64", program, str(seed)])
    if got == expected and got[0] is not None:
        return True
    kept = os.path.join(options.keep, f"csmith_{seed}.c")
    shutil.copyfile(source_of(seed, folder), kept)
    print(f"csmith_diff: seed {seed}: qemu {expected}, mayfly {got}\n"
          f"    {' '.join(CC + flags_of(seed))} {kept} -o /tmp/csmith_{seed}.elf\n"
          f"    qemu-riscv64 /tmp/csmith_{seed}.elf; {' '.join(mayfly)} /tmp/csmith_{seed}.elf")
    return False


def compare_batch(seeds, options):
    with tempfile.TemporaryDirectory(prefix="csmith_diff_") as folder:
        objects = [compile_one(seed, folder) for seed in seeds]
        program = link(seeds, objects, folder)
        return [compare(seed, program, folder, options) for seed in seeds]


def compare_all(options):
    ran = differences = endless = 0
    end = time.monotonic() + (options.seconds or 0)
    seed, workers = options.seed, os.cpu_count() or 1
    last = sys.maxsize if options.seconds else options.seed + options.programs
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        while time.monotonic() < end if options.seconds else seed < last:
            batches = [range(first, min(first + BATCH, last)) for first in range(seed, seed + workers * BATCH, BATCH)]
            for results in pool.map(lambda batch: compare_batch(batch, options), [batch for batch in batches if batch]):
                ran += len(results)
                endless += results.count(None)
                differences += results.count(False)
            seed += workers * BATCH
    print(f"csmith_diff: {ran} programs from seed {options.seed}, {endless} of them endless, {differences} differences")
    return 1 if differences or ran == endless else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=50)
    parser.add_argument("--seconds", type=float, help="as many programs as fit, instead of --programs")
    parser.add_argument("--mayfly", default=os.path.join(ROOT, "build", "mayfly"))
    parser.add_argument("--engine", default="interpreter")
    parser.add_argument("--keep", default=".")
    options = parser.parse_args()
    return compare_all(options)


sys.exit(main())
