#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs random C programs (csmith) on Mayfly and on qemu-riscv64 and compares what they print and how they end.

    fuzz/csmith_diff.py [--seed N] [--programs N | --seconds N] [--mayfly PATH] [--engine NAME] [--keep FOLDER]

The same seed makes the same program, with the same flags of the compiler. One that does not end on qemu in a few seconds
is left out. Where the engines differ, the source stays in the folder of --keep, with the commands that show it.
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
QEMU_SECONDS, MAYFLY_SECONDS = 2, 60  # the second is long, so that a difference in speed is none


def flags_of(seed):
    return FLAGS[seed % len(FLAGS)]


def run(command, seconds):
    """(status, output), or None if it does not end."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.returncode, done.stdout


def build(seed, folder):
    """(source, program). csmith leaves a file of its own where it runs, so each run has a folder to itself."""
    source, program = os.path.join(folder, "program.c"), os.path.join(folder, "program.elf")
    extra = ["--float"] if seed % 2 else []
    subprocess.run(CSMITH + extra + ["--seed", str(seed), "--output", source], check=True, stdout=subprocess.DEVNULL,
                   cwd=folder)
    subprocess.run(CC + flags_of(seed) + [source, "-o", program], check=True)
    return source, program


def compare(seed, options):
    """None if the program does not end, else whether the engines agree."""
    with tempfile.TemporaryDirectory(prefix="csmith_diff_") as folder:
        source, program = build(seed, folder)
        expected = run(["qemu-riscv64", program], QEMU_SECONDS)
        if not expected:
            return None
        got = run([options.mayfly, "run", "--engine", options.engine, program], MAYFLY_SECONDS)
        if got == expected:
            return True
        kept = os.path.join(options.keep, f"csmith_{seed}.c")
        shutil.copyfile(source, kept)
    print(f"csmith_diff: seed {seed}: qemu {expected}, mayfly {got or 'does not end'}\n"
          f"    {' '.join(CC + flags_of(seed))} {kept} -o /tmp/csmith_{seed}.elf\n"
          f"    qemu-riscv64 /tmp/csmith_{seed}.elf; {options.mayfly} run --engine {options.engine} /tmp/csmith_{seed}.elf")
    return False


def compare_all(options):
    ran = differences = endless = 0
    end = time.monotonic() + (options.seconds or 0)
    seed, workers = options.seed, os.cpu_count() or 1
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        while time.monotonic() < end if options.seconds else seed < options.seed + options.programs:
            count = 8 * workers if options.seconds else options.programs
            for same in pool.map(lambda one: compare(one, options), range(seed, seed + count)):
                ran += 1
                endless += same is None
                differences += same is False
            seed += count
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
