# SPDX-License-Identifier: Apache-2.0
"""Hostile programs, case by case and on every engine: each ends as it should, at the same instruction on all of them.

The cases and how they end are in the tables of tests/guests/hostile_*.c; a guest that is run without an argument lists
them."""
import re
import subprocess

import pytest

from harness import BUILD, MAYFLY, PATIENCE, SOURCE, TEST_GUESTS

GUESTS = sorted(path.stem for path in (SOURCE / "tests" / "guests").glob("hostile_*.c"))
LIMITS = ["--memory", "16M", "--instructions", "5M"]
ENDS = {  # exit code as a shell has it, and what stderr says
    "ok": (0, ""), "limit": (152, "limit of"), "load": (139, "load fault"), "store": (139, "store fault"),
    "fetch": (139, "fetch fault"), "illegal": (132, "illegal instruction"), "breakpoint": (133, "breakpoint"),
    "stack": (139, "stack overflow"), "atomic": (135, "misaligned atomic"), "memory": (137, "memory limit"),
}
UNCOMPILED = {"hostile_bomb": "a million blocks take the compiler longer than a test may"}


def cases():
    """(guest, case, end) of each; one that says so for a guest that is not built."""
    for name in GUESTS:
        path = TEST_GUESTS / f"{name}.elf"
        if not path.exists():
            yield pytest.param(name, "", "", marks=pytest.mark.skip(reason=f"{path} is not built"))
            continue
        listed = subprocess.run([MAYFLY, "run", path], capture_output=True, text=True, check=True, timeout=60).stdout
        for line in listed.splitlines():
            case, end = line.split()
            yield pytest.param(name, case, end, id=f"{name[8:]}-{case}")


CASES = list(cases())


def run(engine, cache, name, case, limits):
    """(exit code, stdout, stderr without what depends on time)"""
    done = subprocess.run([MAYFLY, "run", "--engine", engine, "--stats", *limits, TEST_GUESTS / f"{name}.elf", case],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300 * PATIENCE,
                          env={"XDG_CACHE_HOME": str(cache)})
    return done.returncode, done.stdout, re.sub(r'"(ns|pages)": \d+', "", done.stderr)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Where native code is kept, so that each guest is compiled once."""
    return tmp_path_factory.mktemp("cache")


def check(engine, cache, name, case, end):
    # The way to the end of all memory or of the stack is longer than a loop that is only to be stopped needs to be.
    limits = LIMITS if end == "limit" else [*LIMITS[:3], "100M"]
    got = run(engine, cache, name, case, limits)
    code, said = ENDS[end]
    assert got[0] == code and said in got[2], got
    assert ("stack overflow" in got[2]) == (end == "stack"), got
    return got, limits


@pytest.mark.parametrize("name, case, end", CASES)
def test_interpreter(cache, name, case, end):
    check("interpreter", cache, name, case, end)


@pytest.mark.skipif(not (BUILD / "mayfly-compiler").exists(), reason="built without LLVM: there is no native engine")
@pytest.mark.parametrize("name, case, end", CASES)
def test_native_does_the_same(cache, name, case, end):
    if name in UNCOMPILED:
        pytest.skip(UNCOMPILED[name])
    got, limits = check("native", cache, name, case, end)
    assert got == run("interpreter", cache, name, case, limits)


def test_there_are_hundreds():
    assert len(CASES) >= 450 and len({case.id for case in CASES}) == len(CASES)
