# SPDX-License-Identifier: Apache-2.0
"""`mayfly run` on programs as conformance suites have them: no libc, linked at 0x80000000, a `tohost` word to write, results
as the exit code. What such a suite may not do here (write to its code, privileged registers) is refused clearly.
"""
import shutil
import subprocess

import pytest

from harness import MAYFLY

CC = shutil.which("riscv64-linux-gnu-gcc")
SCRIPT = """OUTPUT_ARCH("riscv") ENTRY(_start) SECTIONS {
    . = 0x80000000; .text.init : { *(.text.init) }
    . = ALIGN(0x1000); .tohost : { *(.tohost) }
    . = ALIGN(0x1000); .data : { *(.data) } .bss : { *(.bss) } _end = .; }
"""
HEAD = """
    .option norelax
    .option nopic
    .section .tohost, "aw", @progbits
    .balign 64
tohost: .dword 0
fromhost: .dword 0
    .data
    .balign 64
data: .dword 0xfedcba9876543210, 0x0123456789abcdef
    .section .text.init, "ax"
    .globl _start
_start:
"""
EXIT = """
    la t0, tohost
    sd a0, 0(t0)
    li a7, 93
    ecall
"""
CASES = {
    "pass": ("li a0, 0" + EXIT, 0, ""),
    "fail": ("li gp, 5\n slli a0, gp, 1\n ori a0, a0, 1" + EXIT, 11, ""),
    "exit_group": ("li a0, 300\n li a7, 94\n ecall", 300 & 255, ""),
    "addresses": ("""la a0, data
        lui a1, 0x80002
        bltz a0, 1f                     # above 2^31 and positive
        bgez a1, 1f                     # lui sign-extends, and the access goes to the same place
        ld a2, 0(a0)
        ld a3, 0(a1)
        bne a2, a3, 1f
        li a0, 21""" + EXIT + "1: li a0, 1" + EXIT, 21, ""),
    "misaligned": ("""la a0, data
        lw a1, 1(a0)
        sd a1, 3(a0)
        lhu a0, 3(a0)
        andi a0, a0, 0xff""" + EXIT, 0x32, ""),
    "csrs": ("""csrr a1, cycle
        csrr a1, time
        csrr a2, instret
        csrwi fcsr, 0
        fsrmi 2
        csrsi fflags, 17
        csrr a0, fcsr""" + EXIT, 0x51, ""),
    "reservation": ("""la a1, data
        lr.d a2, (a1)
        sc.d a3, a2, (a1)
        sc.d a4, a2, (a1)               # fails: there is none any more
        slli a4, a4, 1
        or a0, a3, a4""" + EXIT, 2, ""),
    "straddling": ("""j 1f
        .balign 4096
        .skip 4094
    1:  .option norvc
        addi a0, zero, 77               # its halves are in two pages
        .option rvc""" + EXIT, 77, ""),
    "signature": ("""li a0, 1
        la a1, data
        li a2, 8
        li a7, 64
        ecall
        li a0, 0""" + EXIT, 0, ""),
    "fence_i": ("fence.i\n li a0, 3" + EXIT, 3, ""),
    "mhartid": ("csrr a0, mhartid", 128 + 4, "illegal instruction at pc 0x80000000 (_start+0x0)"),
    "mret": ("nop\n mret", 128 + 4, "illegal instruction at pc 0x80000002"),
    "ebreak": ("ebreak", 128 + 5, "breakpoint at pc 0x80000000"),
    "misaligned_amo": ("la a1, data+1\n amoadd.w a0, a0, (a1)", 128 + 7, "misaligned"),
    "writes_code": ("""la a0, 1f
        lw a1, 0(a0)
        sw a1, 0(a0)
        fence.i
    1:  nop""" + EXIT, 128 + 11, "store fault at pc 0x8000000"),
}


def link(folder, source, *options):
    (folder / "program.s").write_text(source)
    (folder / "link.ld").write_text(SCRIPT)
    subprocess.run([CC, "-march=rv64gc", "-mabi=lp64d", "-nostdlib", "-static", "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments",
                    *options,
                    "program.s", "-o", "program.elf"], cwd=folder, check=True)
    return folder / "program.elf"


def run(program):
    return subprocess.run([MAYFLY, "run", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)


@pytest.mark.skipif(not CC, reason="riscv64-linux-gnu-gcc is not installed")
@pytest.mark.parametrize("name", CASES)
def test_bare_program(name, tmp_path):
    source, status, message = CASES[name]
    done = run(link(tmp_path, HEAD + source + "\n", "-Wl,-T,link.ld"))
    assert message in done.stderr.decode()
    assert done.returncode == status, done.stderr
    assert done.stdout == (b"\x10\x32\x54\x76\x98\xba\xdc\xfe" if name == "signature" else b"")


@pytest.mark.skipif(not CC, reason="riscv64-linux-gnu-gcc is not installed")
@pytest.mark.parametrize("options", [[], ["-Wl,-Ttext=0x80000000"], ["-Wl,-Ttext=0x12345678"], ["-Wl,-z,noseparate-code"]])
def test_bare_program_links_anywhere(options, tmp_path):
    assert run(link(tmp_path, HEAD.replace(".text.init", ".text") + CASES["pass"][0] + "\n", *options)).returncode == 0


@pytest.mark.skipif(not CC, reason="riscv64-linux-gnu-gcc is not installed")
def test_writable_code_is_refused(tmp_path):
    done = run(link(tmp_path, HEAD + CASES["pass"][0] + "\n", "-Wl,-N"))
    assert done.returncode == 1
    assert b"writable and executable" in done.stderr and b"link without -N" in done.stderr
