# SPDX-License-Identifier: Apache-2.0
"""Every plain guest program does on our engine what it does in qemu-riscv64: the same stdout, stderr and exit code.

Request handlers (they include the SDK) are for other tests. A source that says `engine-only:` checks itself, as the host
that qemu would pass its calls to answers differently: it prints ok and exits with 0."""
import re
import shutil
import subprocess

import pytest

from harness import BUILD, MAYFLY, PATIENCE, SOURCE, TEST_GUESTS

QEMU = shutil.which("qemu-riscv64")
ARGUMENTS = ["one", "two words", ""]
INPUT = b"first line\n42 second\nlast\n" + b"x" * 5000 + b"\nno newline at the end"
CRASHES = {"null-store", "null-load", "illegal", "breakpoint", "jump-nowhere", "write-code", "run-data", "run-heap",
           "read-only-page", "stack-overflow"}


def sources():
    found = {}
    for path in sorted((SOURCE / "tests" / "guests").glob("*.c*")):
        if path.suffix in (".c", ".cpp"):
            text = path.read_text()
            if not re.search(r"#include <mayfly\.hp?p?>", text):
                found[path.stem] = text
    return found


PLAIN = {name: text for name, text in sources().items() if not name.startswith(("engine_", "hostile_"))}
COMPARED = [name for name, text in PLAIN.items() if "engine-only:" not in text]
ENGINE_ONLY = [name for name, text in PLAIN.items() if "engine-only:" in text]


def elf(name):
    path = TEST_GUESTS / f"{name}.elf"
    assert path.exists(), f"{path} is not built"
    return path


def run(command):
    """(exit code as a shell has it, stdout, stderr)"""
    result = subprocess.run(command, input=INPUT, capture_output=True, timeout=120 * PATIENCE, env={}, cwd=BUILD)
    code = result.returncode if result.returncode >= 0 else 128 - result.returncode
    return code, result.stdout, result.stderr


@pytest.mark.skipif(QEMU is None, reason="qemu-riscv64 is not installed (apt install qemu-user)")
@pytest.mark.parametrize("name", COMPARED)
def test_the_same_as_in_qemu(name):
    path = elf(name)
    expected = run([QEMU, path, *ARGUMENTS])
    got = run([MAYFLY, "run", path, *ARGUMENTS])
    assert got[1] == expected[1]
    assert got[0] == expected[0], got[2][-500:]
    if name in CRASHES:  # qemu's own words about it are not ours
        assert b"pc 0x" in got[2], "a trap is explained"
    else:
        assert got[2] == expected[2]


@pytest.mark.parametrize("name", ENGINE_ONLY)
def test_it_checks_itself(name):
    code, out, _ = run([MAYFLY, "run", elf(name)])
    assert (code, out) == (0, b"ok\n")


def test_there_are_dozens():
    assert len(COMPARED) >= 40, COMPARED


MUSL = shutil.which("riscv64-linux-musl-gcc")


@pytest.mark.skipif(MUSL is None or QEMU is None, reason="no riscv64-linux-musl-gcc (Debian has none for RISC-V), or no qemu")
@pytest.mark.parametrize("name", ["arguments", "printf", "strtod", "heap", "jumps", "sorting", "lifetime", "thread-local"])
def test_with_musl(name, tmp_path):
    subprocess.run([MUSL, "-static", "-O2", "-w", "-D_GNU_SOURCE", SOURCE / "tests" / "guests" / f"{name}.c", "-o",
                    tmp_path / "guest.elf", "-lm"], check=True)
    expected = run([QEMU, tmp_path / "guest.elf", *ARGUMENTS])
    assert run([MAYFLY, "run", tmp_path / "guest.elf", *ARGUMENTS]) == expected
