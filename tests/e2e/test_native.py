# SPDX-License-Identifier: Apache-2.0
"""The native engine against the interpreter: what a program prints, how it ends, and where a runaway stops."""
import json
import os
import pty
import random
import re
import shutil
import subprocess

import pytest

import harness

COMPILER = harness.MAYFLY.parent / "mayfly-compiler"
GUESTS = harness.MAYFLY.parent / "tests" / "guests"

pytestmark = pytest.mark.skipif(not COMPILER.exists(), reason="built without LLVM: there is no native engine")


def run(engine, program, cache, sample=None, *options):
    """(exit status, stdout, stderr without what depends on time) with about one function in `sample` compiled."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "MAYFLY_COMPILE_VERIFY": "1"}
    if sample:
        environment["MAYFLY_COMPILE_SAMPLE"] = sample
    done = subprocess.run([harness.MAYFLY, "run", "--engine", engine, "--stats", *options, program], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
    return done.returncode, done.stdout, re.sub(rb'"(ns|pages)": \d+', b"", done.stderr)


@pytest.mark.parametrize("name", ["integers", "floats", "rounding", "jumps", "exceptions", "null-store", "stack-overflow"])
def test_same_results(name, tmp_path):
    guest = GUESTS / f"{name}.elf"
    assert run("native", guest, tmp_path, "60,1") == run("interpreter", guest, tmp_path, "60,1")


def test_a_runaway_stops_at_the_same_instruction(tmp_path):
    guest = GUESTS / "sorting.elf"
    for limit in (1, 77, 8123, 100001, 1234567, 2000003):
        option = ("--instructions", str(limit))
        expected = run("interpreter", guest, tmp_path, "60,2", *option)
        assert run("native", guest, tmp_path, "60,2", *option) == expected
        assert run("auto", guest, tmp_path, "60,2", *option) == expected


def own_functions(name, folder):
    """Addresses of the functions that the guest's source has."""
    made = folder / f"{name}.o"
    subprocess.run(["riscv64-linux-gnu-gcc", "-O2", "-c", harness.SOURCE / "tests" / "guests" / f"{name}.c", "-o", made], check=True)

    def functions(path):
        lines = subprocess.run(["riscv64-linux-gnu-nm", "--defined-only", path], capture_output=True, text=True,
                               check=True).stdout.splitlines()
        return {line.split()[2]: line.split()[0] for line in lines if line.split()[1] in "tT"}

    names = functions(made)
    return [address for symbol, address in functions(GUESTS / f"{name}.elf").items() if symbol in names]


@pytest.mark.parametrize("name", ["small-functions", "small-loops", "divisors", "deep-returns", "by-address"])
def test_a_guest_whose_own_functions_are_native(name, tmp_path, monkeypatch):
    """To the end, and up to limits anywhere in between."""
    guest, hot = GUESTS / f"{name}.elf", own_functions(name, tmp_path)
    monkeypatch.setenv("MAYFLY_COMPILE_HOT", ",".join(hot))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compiled = subprocess.run([harness.MAYFLY, "compile", guest], capture_output=True, check=True)
    assert json.loads(compiled.stdout)["functions"] >= len(hot) > 1
    expected = run("interpreter", guest, tmp_path)
    assert run("native", guest, tmp_path) == expected
    total = int(re.search(rb'"instructions": (\d+)', expected[2])[1])
    choice = random.Random(name)
    for limit in sorted(choice.randrange(total) for _ in range(25)):
        option = ("--instructions", str(limit))
        assert run("native", guest, tmp_path, None, *option) == run("interpreter", guest, tmp_path, None, *option), limit


def test_code_comes_from_the_cache_unless_it_was_damaged(tmp_path):
    guest = GUESTS / "jumps.elf"
    right = run("interpreter", guest, tmp_path, "60,1")

    def native():
        code, out, err = run("native", guest, tmp_path, "60,1")
        warned = b"damaged or not of this cache" in err
        assert (code, out) == right[:2]
        return warned

    assert not native()
    entry, = (tmp_path / "mayfly").glob("*.native")
    first = entry.stat().st_ino
    assert not native()
    assert entry.stat().st_ino == first, "compiled again, though it was in the cache"
    with entry.open("r+b") as file:
        file.seek(entry.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    assert native(), "damaged code was used"
    assert entry.exists() and not native()


@pytest.mark.parametrize("arguments", [[], ["much"]], ids=["little", "much"])
def test_a_fault_finds_the_same_world_again(tmp_path, arguments):
    """Native code that faults is run again by the interpreter: with the same random bytes, time and input, unheard.
    Who heard more than is remembered is interpreted from there on."""
    command = [harness.MAYFLY, "run", "--engine", "native", GUESTS / "engine_repeated.elf", *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    for _ in range(5):
        done = subprocess.run(command, env=environment, input=b"0123456789abcdef" * 2, capture_output=True, timeout=60,
                              check=False)
        assert done.returncode == 139, done
        printed, = done.stdout.split()
        assert b"load fault" in done.stderr and b"0x" + printed in done.stderr, done


def test_perf_finds_the_guests_functions(tmp_path):
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "MAYFLY_COMPILE_SAMPLE": "60,1"}
    with subprocess.Popen([harness.MAYFLY, "run", "--engine", "native", "--perf-map", GUESTS / "jumps.elf"], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        assert process.wait(300) == 0
    path = harness.Path(f"/tmp/perf-{process.pid}.map")
    lines = [line.split(" ", 2) for line in path.read_text().splitlines()]
    path.unlink()
    places = [(int(address, 16), int(size, 16)) for address, size, _ in lines]
    assert len(places) > 10 and all(a + size <= b for (a, size), (b, _) in zip(places, places[1:])), "one behind the other"
    names = subprocess.run(["riscv64-linux-gnu-nm", GUESTS / "jumps.elf"], capture_output=True, text=True, check=True).stdout
    known = {line.split()[-1] for line in names.splitlines()}
    assert all(name.startswith("guest:") for _, _, name in lines)
    assert any(name[len("guest:"):] in known for _, _, name in lines)


def test_who_waits_at_a_terminal_sees_that_it_goes_on(tmp_path):
    """And nobody else does: a log is no place for such lines."""
    shutil.copy(harness.MAYFLY, tmp_path / "mayfly")
    (tmp_path / "mayfly-compiler").write_text("#!/bin/sh\nsleep 1.5\nexit 1\n")
    (tmp_path / "mayfly-compiler").chmod(0o755)
    command = [tmp_path / "mayfly", "compile", GUESTS / "jumps.elf"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    reader, terminal = pty.openpty()
    assert subprocess.run(command, env=environment, stderr=terminal, timeout=60, check=False).returncode == 1
    assert os.read(reader, 4096).startswith(b"\rmayfly compile: compiling to native code, 1 s")
    os.close(terminal)
    os.close(reader)
    assert subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False).stderr == b""
