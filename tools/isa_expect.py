#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills in the expectations that tests/isa asks for: replaces `#?` by what qemu-riscv64 says.

    tools/isa_expect.py tests/isa/NAME.s ...
"""
import os
import re
import struct
import subprocess
import sys
import tempfile

ISA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "isa")
COMPILE = ["riscv64-linux-gnu-gcc", "-march=rv64gc_zba_zbb_zbc_zbs_zfhmin", "-mabi=lp64d", "-nostdlib", "-static",
           "-Wa,--defsym,ORACLE=1", "-Wa,-I," + ISA, "-Wl,--no-relax"]
QEMU = ["qemu-riscv64", "-cpu", "rv64,zba=true,zbb=true,zbc=true,zbs=true,Zfhmin=true"]

# How many results a row of each macro appends; `keep` and `fkeep` in a case's own code append one each.
RESULTS = {"keep": 1, "fkeep": 1, "rr": 1, "rr_same": 1, "rr_zero": 1, "r": 1, "ri": 1, "crr": 1, "ci": 1, "branch": 1,
           "branch_zero": 1, "ff": 2, "f": 2, "fff": 2, "ss": 2, "s": 2, "sss": 2, "fx": 2, "sx": 2, "ffx": 2, "ssx": 2,
           "xf": 2}


def run_case(source, case):
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "case.elf")
        subprocess.run(COMPILE + ["-Wl,-e,case_" + case, source, "-o", program], check=True)
        try:
            done = subprocess.run(QEMU + [program], stdout=subprocess.PIPE, timeout=20, check=False)
        except subprocess.TimeoutExpired:
            sys.exit(f"{source}: case {case}: does not end")
        if done.returncode:
            sys.exit(f"{source}: case {case}: qemu-riscv64 ended with {done.returncode}")
        return list(struct.unpack(f"<{len(done.stdout) // 8}Q", done.stdout))


def fill(source):
    with open(source, encoding="utf-8") as file:
        lines = file.read().split("\n")
    results, used, case = [], 0, None
    asked = set()
    for line in lines:
        word = line.split()[:1]
        if word == ["case"]:
            case = line.split()[1]
        elif "#?" in line:
            asked.add(case)
    for index, line in enumerate(lines):
        words = re.sub(r"^\w+:", "", line.split("#")[0]).split()
        if words[:1] == ["case"]:
            case, used = words[1], 0
            results = run_case(source, case) if case in asked else []
        count = RESULTS.get(words[0], 0) if words else 0
        if count and case in asked and ("#?" in line or "#=" in line): # others are not reached
            values = results[used:used + count]
            if len(values) < count:
                sys.exit(f"{source}:{index + 1}: case {case} has fewer results than rows")
            expected = "#= " + " ".join(f"{value:#x}" for value in values)
            if "#?" in line:
                lines[index] = line.replace("#?", expected)
            elif "#=" in line and line[line.index("#="):].strip() != expected:
                print(f"{source}:{index + 1}: says {line[line.index('#='):].strip()}, qemu says {expected}")
            used += count
    with open(source, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


for path in sys.argv[1:]:
    fill(path)
