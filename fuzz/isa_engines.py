# SPDX-License-Identifier: Apache-2.0
"""Programs on each of our engines, by tests/isa/compare_engines."""
import os
import re
import struct
import subprocess

import isa_case


class Engines:
    def __init__(self, build, folder):
        self.tool = os.path.join(build, "isa", "compare_engines")
        self.compiler = os.path.join(build, "mayfly-compiler")
        self.program = os.path.join(folder, "program.elf")
        self.runs = os.path.join(folder, "runs")

    def run(self, text, runs):
        """(the lines that tell of differences, instructions). `text` is a program with bodies, a run (body, registers)."""
        isa_case.assemble(text, self.program)
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
