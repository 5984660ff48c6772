# SPDX-License-Identifier: Apache-2.0
"""Program files as different linkers and flags make them: bare assembly, without the C library. What runs ends with 42;
what is refused says why and what to do."""
import shutil
import struct
import subprocess

import pytest

from harness import MAYFLY

CC = shutil.which("riscv64-linux-gnu-gcc")
pytestmark = pytest.mark.skipif(CC is None, reason="riscv64-linux-gnu-gcc is not installed")

# Code in front of the entry, data that is read and written, and a bss.
PROGRAM = """
    .option norelax # gp is nobody's here
    .data
value: .dword 35
    .bss
zero: .space 8
    .text
    .globl _start
before:
    li a0, 1
    li a7, 93
    ecall
_start:
    lla a1, value
    ld a0, 0(a1)
    addi a0, a0, 7
    sd a0, 0(a1)
    lla a2, zero
    ld a2, 0(a2)
    ld a0, 0(a1)
    add a0, a0, a2
    li a7, 93
    ecall
"""

# As bare-metal tests are linked: high in memory, each kind of section on pages of its own.
PAGES = """
OUTPUT_ARCH("riscv")
ENTRY(_start)
SECTIONS {
  . = 0x80000000;
  .text : { *(.text) }
  . = ALIGN(0x1000);
  .data : { *(.data) }
  .bss : { *(.bss) }
}
"""
ONE_SEGMENT = """
ENTRY(_start)
PHDRS { all PT_LOAD FLAGS(7); }
SECTIONS { . = 0x10000; .text : { *(.text) } :all .data : { *(.data) *(.bss) } :all }
"""
CODE_LAST = """
ENTRY(_start)
SECTIONS {
  . = 0x40000;
  .data : { *(.data) }
  .bss : { *(.bss) }
  . = ALIGN(0x1000);
  .text : { *(.text) }
}
"""


def build(folder, *flags, script=None):
    source, program = folder / "program.s", folder / "program.elf"
    source.write_text(PROGRAM)
    if script:
        (folder / "link.ld").write_text(script)
        flags = (*flags, "-T", folder / "link.ld")
    subprocess.run([CC, "-nostdlib", *flags, source, "-o", program], check=True)
    return program


def run(program):
    done = subprocess.run([MAYFLY, "run", program], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("flags", [
    (), ("-march=rv64g",), ("-march=rv64imac", "-mabi=lp64"), ("-march=rv64imafc", "-mabi=lp64f"), ("-march=rv64gc", "-mabi=lp64d"),
    ("-s",), ("-Wl,-z,execstack",), ("-Wl,-z,separate-code",), ("-Wl,-z,noseparate-code",), ("-Wl,-z,relro",),
    ("-Wl,--build-id",), ("-Wl,-Ttext=0x80000000",), ("-Wl,-Ttext-segment=0xb0000000",), ("-Wl,-z,max-page-size=65536",),
], ids=" ".join)
def test_flags(flags, tmp_path):
    assert run(build(tmp_path, "-static", *flags)) == (42, "")


def test_static_pie(tmp_path):
    assert run(build(tmp_path, "-static-pie", "-Wl,--no-dynamic-linker")) == (42, "")


@pytest.mark.parametrize("script", [PAGES, CODE_LAST], ids=["pages", "code last"])
def test_linker_scripts(script, tmp_path):
    assert run(build(tmp_path, "-static", script=script)) == (42, "")


def test_without_section_headers(tmp_path):
    program = build(tmp_path, "-static")
    image = bytearray(program.read_bytes())
    struct.pack_into("<Q", image, 40, 0)        # e_shoff
    struct.pack_into("<HHH", image, 58, 0, 0, 0)  # e_shentsize, e_shnum, e_shstrndx
    program.write_bytes(image)
    assert run(program) == (42, "")


@pytest.mark.parametrize("bits", [0x1, 0x2, 0x4, 0x6, 0x10], ids=["rvc", "single", "double", "quad", "tso"])
def test_header_flags(bits, tmp_path):
    program = build(tmp_path, "-static")
    image = bytearray(program.read_bytes())
    struct.pack_into("<I", image, 48, bits)
    program.write_bytes(image)
    assert run(program) == (42, "")


@pytest.mark.parametrize("flags, script, words", [
    (("-static", "-Wl,-N"), None, "writable and executable"),
    (("-static",), ONE_SEGMENT, "ALIGN(4096)"),
    (("-static", "-Wl,-Ttext=0x1000"), None, "-Ttext-segment=0x10000"),
    (("-static", "-Wl,-Ttext-segment=0xf0000000"), None, "outside the guest's memory"),
    (("-static", "-Wl,-Ttext-segment=0x8000000000"), None, "outside the guest's memory"),
    (("-static-pie",), None, "link with -static"),
    (("-c",), None, "an object file"),
], ids=["rwx", "one segment", "low", "high", "64 bits", "interpreter", "object"])
def test_refused(flags, script, words, tmp_path):
    code, error = run(build(tmp_path, *flags, script=script))
    assert code == 1 and words in error, error
