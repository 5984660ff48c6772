# SPDX-License-Identifier: Apache-2.0
"""Random bodies as cases of tests/isa: the registers are loaded, the body runs, and `#!` says what is expected then."""
import os
import struct
import subprocess

from isa_streams import COMPILE, FIXED, ROOT, SCRATCH, write_body

ISA = os.path.join(ROOT, "tests", "isa")
ASSEMBLE = COMPILE + ["-Wa,-I," + ISA, "-Wl,-z,separate-code", "-Wl,-e,cases"]


LOAD_REGISTERS = [  # from tp
    "    ld t0, 504(tp)", "    csrw fcsr, t0",
    *(f"    fld f{register}, {8 * (31 + register)}(tp)" for register in range(32)),
    "    la sp, scratch + 2048", "    la gp, scratch + 2048",
    *(f"    ld x{register}, {8 * (register - 1)}(tp)" for register in range(1, 32) if register not in FIXED)]


def write_case(name, body, registers, head=(), expected=()):
    """A file with one case; `expected` are words for `#!`."""
    lines = ["# SPDX-License-Identifier: Apache-2.0", *(f"# {line}" for line in head), '    .include "isa.inc"', "",
             f"case {name}", "    la tp, registers", *LOAD_REGISTERS]
    write_body(lines, 0, body)
    lines.append("    end_state")
    for start in range(0, len(expected), 4):
        lines.append("#! " + " ".join(expected[start:start + 4]))
    lines += ["", "    .data", "    .balign 8", "registers:"]
    for start in range(0, len(registers), 4):
        lines.append("    .dword " + ", ".join(f"{value:#x}" for value in registers[start:start + 4]))
    return "\n".join(lines) + "\n"


def write_bodies(bodies):
    """A program that reads which body to run, and its registers, from descriptor 0 (tests/isa/compare_engines.c)."""
    lines = ['    .include "isa.inc"', "    .globl dispatch", "dispatch:", "    li a0, 0", "    la a1, results",
             "    li a2, 520", "    li a7, 63", "    ecall", "    la tp, results + 8", *LOAD_REGISTERS, "    ld tp, -8(tp)",
             "    jr tp"]
    for number, body in enumerate(bodies):
        lines += [f"    .globl body_{number}", f"body_{number}:"]
        write_body(lines, number, body)
        lines.append("    ebreak")
    return "\n".join(lines) + "\n"


def assemble(text, program, *options):
    source = program + ".s"
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run(ASSEMBLE + [*options, source, "-o", program], check=True)


def oracle_state(qemu, text, name, program):
    """What qemu has in registers and scratch memory at the end of the case, as words for `#!`."""
    assemble(text, program, "-Wa,--defsym,ORACLE=1", "-Wl,-e,case_" + name)
    done = subprocess.run(qemu + [program], stdout=subprocess.PIPE, timeout=60, check=True)
    values = struct.unpack(f"<{(512 + SCRATCH) // 8}Q", done.stdout)
    words = [f"x{register}={values[register - 1]:#x}" for register in range(1, 32) if register not in FIXED]
    words += [f"f{register}={values[31 + register]:#x}" for register in range(32)] + [f"fcsr={values[63]:#x}"]
    return words + [f"scratch+{8 * index}={value:#x}" for index, value in enumerate(values[64:]) if value]


def only_changed(words, registers):
    """Without the registers that still have what they were given."""
    given = {f"x{register}={registers[register - 1]:#x}" for register in range(1, 32)}
    given |= {f"f{register}={registers[31 + register]:#x}" for register in range(32)}
    given.add(f"fcsr={registers[63]:#x}")
    return [word for word in words if word not in given]


def shrink(body, differs):
    """Drops units, in halves and then singly, as long as `differs` says so of what is left."""
    size = len(body) // 2
    while size:
        at = 0
        while at < len(body):
            fewer = body[:at] + body[at + size:]
            if fewer and differs(fewer):
                body = fewer
            else:
                at += size
        size //= 2
    return body
