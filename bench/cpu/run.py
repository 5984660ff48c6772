#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev bench cpu`: CPU-bound programs in each engine, as a share of the same source compiled natively.

    run.py --build BUILD [--rounds N] [--work N] [--engines interpreter,auto] [NAME...]

Every program runs once in every engine per round, so that the machine's drift meets all of them alike. What counts is
the user-mode CPU time of the process. A checksum that differs from the native one is an error, and the exit status 1.
`auto` compiles what is hot while it runs: it warms up in rounds of its own, and what it compiled is kept in a folder
that goes with the run.
"""
import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

TIME_LIMIT = 300  # seconds for one run; the slowest healthy one takes a few
WARM_UPS = 3      # rounds, of `auto` only: each may compile what the one before made hot


class Failure(Exception):
    """A program that did not run to its end."""


def run(command):
    """(user-mode seconds, what it printed) of one run."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        guard = threading.Timer(TIME_LIMIT, process.kill)
        guard.start()
        printed = process.stdout.read().decode(errors="replace").strip()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        guard.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise Failure(f"exit status {process.returncode}" + (f": {said[-1]}" if said else ""))
        return usage.ru_utime, printed


def available_engines(build, wanted, sample):
    """{column: command before the program} of the engines that can run a sample; the native build comes first."""
    candidates = {f"mayfly {engine}": [build / "mayfly", "run", "--engine", engine] for engine in wanted}
    candidates["qemu"] = [shutil.which("qemu-riscv64") or "qemu-riscv64"]
    engines = {}
    for label, command in candidates.items():
        try:
            run([*command, sample, "1"])
            engines[label] = command
        except (OSError, Failure) as problem:
            print(f"{label} is left out: {problem}", file=sys.stderr)
    return engines


def standard_repeat(program):
    """How often the program does its work if it is not told: about 0.1 s natively. Its usage says so."""
    usage = subprocess.run([program, "0"], capture_output=True, text=True, check=False).stderr
    return int(re.search(r"; (\d+) if left out", usage).group(1))


def warm_up(folder, names, engines, work):
    for command in (command for label, command in engines.items() if label.endswith("auto")):
        for name in names * WARM_UPS:
            run([*command, folder / f"{name}.elf", str(standard_repeat(folder / name) * work * 2)])


def measure(folder, names, engines, rounds, work):
    """{name: {column: [seconds]}} of the runs that went well, and whether all did. Round 0 warms up and finds what fails."""
    repeats = {name: str(standard_repeat(folder / name) * work) for name in names}
    times = {name: {label: [] for label in ("native", *engines)} for name in names}
    checksums, good = {}, True
    for number in range(rounds + 1):
        for name in names:
            for label in list(times[name]):
                command = [folder / name] if label == "native" else [*engines[label], folder / f"{name}.elf"]
                command.append(repeats[name])
                try:
                    seconds, checksum = run(command)
                    if checksum != checksums.setdefault(name, checksum):
                        raise Failure(f"the checksum is {checksum!r}; natively it is {checksums[name]!r}")
                except Failure as problem:
                    if label == "native":
                        raise SystemExit(f"{name}, native: {problem}") from None
                    print(f"{name}, {label}: {problem}", file=sys.stderr)
                    del times[name][label]
                    good = False
                    continue
                if number > 0:
                    times[name][label].append(seconds)
    return times, good


def share(times, label, pick):
    """Percent of native speed, or None if that engine failed."""
    if label not in times:
        return None
    return 100 * pick(times["native"]) / max(pick(times[label]), 1e-6)


def cell(value):
    return "failed" if value is None else f"{value:.1f}"


def table(times, engines):
    """Lines of Markdown: shares by the minima, and by the medians in the columns after them."""
    lines = ["| program | native s | (median) |" + "".join(f" {label} % | (median) |" for label in engines),
             "|---|---:|---:|" + "---:|---:|" * len(engines)]
    columns = [(label, pick) for label in engines for pick in (min, statistics.median)]
    for name, of in times.items():
        cells = [f"{min(of['native']):.3f}", f"{statistics.median(of['native']):.3f}",
                 *(cell(share(of, label, pick)) for label, pick in columns)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    means = []
    for label, pick in columns:
        shares = [value for value in (share(of, label, pick) for of in times.values()) if value]
        # A mean without the programs that failed would flatter the engine.
        means.append(cell(statistics.geometric_mean(shares) if len(shares) == len(times) else None))
    lines.append("| **geometric mean** | | | " + " | ".join(means) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=int, default=5, help="tenths of a second that a program works for natively, about")
    parser.add_argument("--engines", default="interpreter,auto", help="of `mayfly run --engine`, separated by commas")
    parser.add_argument("names", nargs="*", metavar="NAME", help="a program of bench/cpu; all of them if none is named")
    arguments = parser.parse_args()
    sources = sorted(source.stem for source in Path(__file__).resolve().parent.glob("*.c"))
    unknown = set(arguments.names) - set(sources)
    if unknown:
        parser.error(f"there is no program {', '.join(sorted(unknown))}; there are {', '.join(sources)}")
    if arguments.rounds < 1 or arguments.work < 1:
        parser.error("--rounds and --work must be at least 1")
    build, names = arguments.build.resolve(), arguments.names or sources
    folder = build / "bench" / "cpu"

    if subprocess.run(["ninja", "-C", build, "--quiet", "bench_cpu"], stdout=sys.stderr).returncode:
        raise SystemExit(f"the programs could not be built in {build}; is it a build folder of this project?")
    engines = {}
    if (folder / f"{names[0]}.elf").exists():
        wanted = [engine for engine in arguments.engines.split(",") if engine]
        engines = available_engines(build, wanted, folder / f"{names[0]}.elf")
    else:
        print("no programs for RISC-V (gcc-riscv64-linux-gnu is missing, or MAYFLY_GUESTS is off): native only", file=sys.stderr)
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        warm_up(folder, names, engines, arguments.work)
        times, good = measure(folder, names, engines, arguments.rounds, arguments.work)
    print(table(times, engines))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
