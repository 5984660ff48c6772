#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The checks of `./dev lint`: what the house rules say and a machine can hold.

    format     clang-format agrees with every C file
    includes   a room of src/ includes only the rooms below it (ROOMS)
    rooms      docs/ARCHITECTURE.md shows that same table
    sizes      a C file has at most 1,000 lines, a function at most 70
    licence    every text file that we wrote carries its SPDX line
    generated  documents made from tables are up to date
    layout     the functions that src/request_path.ld names are there
    tidy       clang-tidy finds nothing (--tidy only: it takes minutes)

Prints one line per finding, `file:line: check: what`, and exits 1 if there was one.
"""
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Which rooms each room may include, and whether it sees the public headers of include/mayfly/.
ROOMS = {
    "base": (set(), set()),
    "riscv": ({"base"}, set()),
    "machine": ({"base", "riscv"}, set()),
    "native": ({"base", "confine", "riscv", "machine"}, set()),
    "sandbox": ({"base", "machine", "native"}, {"abi.h", "hostcalls.def", "sandbox.h"}),
    "http": ({"base"}, set()),
    "net": ({"base"}, set()),
    "confine": ({"base"}, set()),
    "server": ({"base", "confine", "http", "net", "tier"}, {"abi.h", "sandbox.h"}),
    "tier": ({"base"}, {"sandbox.h"}),
    "cli": ({"base", "server", "tier", "riscv", "machine"}, {"abi.h", "sandbox.h"}),
}
# Seams that the table would forbid, each with its reason.
EXCEPTIONS = {
    # The diagnostic that every loader fills in is the public one: one error type, not two.
    ("machine", "mayfly/sandbox.h"),
}

MAX_FILE_LINES = 1000
MAX_FUNCTION_LINES = 70
LONG_FUNCTIONS = {"src/machine/interp.c"}  # the interpreter's loop, the one named exception

SPDX_SUFFIXES = {".c", ".h", ".cpp", ".hpp", ".def", ".py", ".s", ".S", ".sh", ".yaml", ".yml", ".lua", ".inc", ".ld"}
SPDX_NAMES = {"CMakeLists.txt", "dev", "run", "fuzz"}


def tracked():
    out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [Path(name) for name in out.split("\0") if name and (ROOT / name).is_file()]


def check_format(files):
    sources = [str(f) for f in files if f.suffix in {".c", ".h"}]
    result = subprocess.run(["clang-format", "--dry-run", *sources], cwd=ROOT, capture_output=True, text=True)
    seen = set()
    for line in result.stderr.splitlines():
        match = re.match(r"(.*?):(\d+):\d+: warning: code should be clang-formatted", line)
        if match and match[1] not in seen:
            seen.add(match[1])
            yield f"{match[1]}:{match[2]}: format: run ./dev format"
    if result.returncode and not seen:
        yield f"clang-format: format: {result.stderr.strip()[:200]}"


def check_includes(files):
    for file in files:
        if file.parts[0] != "src" or file.suffix not in {".c", ".h"}:
            continue
        room = file.parts[1]
        if room not in ROOMS:
            yield f"{file}:1: includes: no room '{room}' in the table of tools/lint.py"
            continue
        rooms, public = ROOMS[room]
        for number, line in enumerate((ROOT / file).read_text().splitlines(), 1):
            match = re.match(r'#\s*include\s+"([^"/]+)/([^"]+)"', line)
            if not match or match[1] == room:
                continue
            allowed = match[2] in public if match[1] == "mayfly" else match[1] in rooms
            if not allowed and (room, f"{match[1]}/{match[2]}") not in EXCEPTIONS:
                yield f"{file}:{number}: includes: {room} may not include {match[1]}/{match[2]}"


def check_rooms(files):
    page = Path("docs/ARCHITECTURE.md")
    shown = {}
    for number, line in enumerate((ROOT / page).read_text().splitlines(), 1):
        row = re.match(r"\| `src/(\w+)/` \|.*\| ([^|]*) \|$", line)
        if row:
            shown[row[1]] = number, set(re.findall(r"[\w.]+", row[2])) - {"libc"}
    for room in sorted(ROOMS.keys() | shown.keys()):
        number, names = shown.get(room, (1, None))
        if room not in ROOMS:
            yield f"{page}:{number}: rooms: '{room}' is not in the table of tools/lint.py"
        elif names is None:
            yield f"{page}:{number}: rooms: the table has no row for src/{room}/"
        elif names != set.union(*ROOMS[room]):
            yield f"{page}:{number}: rooms: src/{room}/ includes {' '.join(sorted(set.union(*ROOMS[room]))) or 'libc'}"


def functions(lines):
    """(first line, length) of every function in our format: '{' and '}' alone in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{" and start is None:
            start = number
        elif line.startswith("}") and start is not None:
            if line == "}":
                yield start, number - start + 1
            start = None


def check_sizes(files):
    for file in files:
        if file.suffix not in {".c", ".h"}:
            continue
        lines = (ROOT / file).read_text().splitlines()
        if len(lines) > MAX_FILE_LINES:
            yield f"{file}:1: sizes: {len(lines)} lines; at most {MAX_FILE_LINES}"
        if str(file) in LONG_FUNCTIONS:
            continue
        for start, length in functions(lines):
            if length > MAX_FUNCTION_LINES:
                yield f"{file}:{start}: sizes: a function of {length} lines; at most {MAX_FUNCTION_LINES}"


def check_licence(files):
    for file in files:
        if file.suffix in SPDX_SUFFIXES or file.name in SPDX_NAMES:
            head = (ROOT / file).read_text(errors="replace")[:400]
            if "SPDX-License-Identifier: Apache-2.0" not in head:
                yield f"{file}:1: licence: the SPDX line is missing"


def check_generated(files):
    for tool in sorted((ROOT / "tools").glob("*_doc.py")):
        result = subprocess.run([sys.executable, str(tool), "--check"], cwd=ROOT, capture_output=True, text=True)
        if result.returncode:
            yield f"tools/{tool.name}:1: generated: {(result.stdout + result.stderr).strip()}"


def check_layout(files):
    layout = Path("src/request_path.ld")
    text = (ROOT / layout).read_text()
    for name, body in re.findall(r"\*(\w+\.c)\.o\(([^)]*)\)", text):
        sources = "".join((ROOT / f).read_text() for f in files if f.name == name and f.parts[0] == "src")
        for function in dict.fromkeys(re.findall(r"\.text\.([a-z]\w*)", body)):
            if not re.search(rf"^[\w *]*\b{function}\(", sources, re.MULTILINE):
                yield f"{layout}: layout: {name} has no function {function}"


def check_tidy(files):
    build = next((b for b in (ROOT / "build", ROOT / "build-clang") if (b / "compile_commands.json").exists()), None)
    if build is None:
        yield "build:1: tidy: build first (./dev build)"
        return
    sources = [f for f in files if f.parts[0] == "src" and f.suffix == ".c"]
    command = ["clang-tidy", "-p", str(build), "--quiet"]
    with ThreadPoolExecutor(2) as pool:
        runs = pool.map(lambda f: subprocess.run([*command, str(f)], cwd=ROOT, capture_output=True, text=True), sources)
        for result in runs:
            for line in result.stdout.splitlines():
                match = re.match(re.escape(str(ROOT)) + r"/(.*?:\d+):\d+: (warning|error): (.*)", line)
                if match:
                    yield f"{match[1]}: tidy: {match[3]}"


def main():
    checks = [check_format, check_includes, check_rooms, check_sizes, check_licence, check_generated, check_layout]
    if "--tidy" in sys.argv[1:]:
        checks.append(check_tidy)
    files = tracked()
    findings = [finding for check in checks for finding in check(files)]
    print("\n".join(findings) if findings else f"{len(files)} files, {len(checks)} checks: nothing to find")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
