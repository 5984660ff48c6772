#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev bench`: what a request costs, beside the floor, nginx and native code.

    run.py --build BUILD [--rounds N] [--seconds N] [http] [engine] [sweeps] [neighbours] [tierup] [cpu]

Every figure of a table comes from one run with interleaved rounds; compare ratios, not runs.
"""
import argparse
import contextlib
import json
import statistics
import subprocess
import sys
from pathlib import Path

from load import interleave, measure, table
from neighbours.suite import apart, bench_neighbours
from servers import start_floor, start_mayfly, start_nginx, wait_for_status
from tierup import bench_tierup


def bench_http(build, rounds, seconds):
    """The floor, nginx, our fixed response and our sandboxes, one worker each."""
    guests = build / "guests"
    with contextlib.ExitStack() as stack:
        def started(server):
            stack.callback(server.stop)
            return server

        tenants = {name: guests / f"{name}.elf" for name in ("hello", "page") if (guests / f"{name}.elf").exists()}
        mayfly = started(start_mayfly(build, "mayfly", tenants))
        cases = {"bare epoll loop": (started(start_floor(build)), {"host": "floor"})}
        nginx = start_nginx(build)
        if nginx:
            cases["nginx `return 200`"] = (started(nginx), {"host": "localhost"})
        else:
            print("nginx is not installed: its row is missing", file=sys.stderr)
        cases["mayfly, fixed response"] = (mayfly, {"host": "fixed.localhost"})
        for tenant, label in (("hello", "C hello"), ("page", "Python page")):
            if tenant in tenants:
                cases[f"mayfly, sandboxed {label}"] = (mayfly, {"host": f"{tenant}.localhost"})
            else:
                print(f"{tenant}.elf is not built: its row is missing", file=sys.stderr)
        for server, load in cases.values():
            wait_for_status(server.port, load["host"])
        return table(interleave(cases, rounds, seconds=seconds), floor="bare epoll loop")


def bench_engine(build, rounds, seconds):
    """`mayfly bench`: enter, guest and rollback without HTTP."""
    lines = ["| program | enter ns | guest ns | rollback ns | total ns | (min) | instructions | pages | rollback / memcpy |",
             "|---|---:|---:|---:|---:|---:|---:|---:|---:|"]
    programs = [p for p in (build / "guests" / f"{n}.elf" for n in ("hello", "counter", "echo", "page")) if p.exists()]
    results = {program: [] for program in programs}
    for _ in range(rounds):
        for program in programs:
            out = subprocess.run([build / "mayfly", "bench", program, "--requests", "200000", "--json"], check=True,
                                 capture_output=True, text=True).stdout
            results[program].append(json.loads(out))
    for program, runs in results.items():
        def median(key):
            return statistics.median(run[key] for run in runs)
        copy = f"{median('rollback_ns') / median('memcpy_ns'):.2f}" if median("memcpy_ns") else "-"
        lines.append(f"| {program.stem} | {median('enter_ns'):.0f} | {median('guest_ns'):.0f} | {median('rollback_ns'):.0f} | "
                     f"{median('total_ns'):.0f} | {min(run['total_ns'] for run in runs):.0f} | "
                     f"{median('instructions'):.0f} | {median('pages'):.0f} | {copy} |")
    return "\n".join(lines)


def sweep_tenants(build, rounds, seconds):
    """Each round starts each server anew, and no other beside it: where its memory comes to lie, and who else uses the
    caches, is much of what differs between runs."""
    hello = build / "guests" / "hello.elf"
    results = {}
    for _ in range(rounds):
        for count, distinct in ((1, False), (100, False), (1000, False), (100, True), (1000, True)):
            server = start_mayfly(build, "mayfly", {f"t{i}": hello for i in range(count)}, distinct=distinct)
            try:
                for i in range(count):
                    wait_for_status(server.port, f"t{i}.localhost")
                load = {"build": build, "tenants": count, "seconds": seconds}
                with apart(server):
                    measure(server, **load)  # the warm-up
                    figures = measure(server, **load)
            finally:
                server.stop()
            row = results.setdefault(f"{count} tenants, {'each its own' if distinct else 'one'} program", {})
            for key, value in figures.items():
                row.setdefault(key, []).append(value)
    return table(results, floor="1 tenants, one program", by="between")


def bench_sweeps(build, rounds, seconds):
    """Dirty pages, tenants, connections."""
    tables = []
    hello, dirty = build / "guests" / "hello.elf", build / "bench" / "dirty.elf"
    with contextlib.ExitStack() as stack:
        server = start_mayfly(build, "mayfly", {"hello": hello, "dirty": dirty})
        stack.callback(server.stop)
        for host in ("hello.localhost", "dirty.localhost"):
            wait_for_status(server.port, host)
        pages = {f"{n} dirty pages": (server, {"host": "dirty.localhost", "path": f"/?pages={n}"}) for n in (1, 4, 16, 64, 256)}
        tables.append("### Dirty pages per request\n\n" + table(interleave(pages, rounds, seconds=seconds)))
        connections = {f"{n} connections": (server, {"host": "hello.localhost", "connections": n}) for n in (1, 8, 64, 512)}
        tables.append("### Connections\n\n" + table(interleave(connections, rounds, seconds=seconds)))
    tables.append("### Tenants, visited in turn\n\n" + sweep_tenants(build, rounds, seconds))
    return "\n\n".join(tables)


def bench_cpu(build, rounds, seconds):
    """CPU-bound programs as a share of native code; bench/cpu brings its own runner."""
    return subprocess.run([sys.executable, Path(__file__).parent / "cpu" / "run.py", "--build", build, "--rounds", str(rounds)],
                          check=True, stdout=subprocess.PIPE, text=True).stdout.rstrip()


SUITES = {"http": ("HTTP, one worker, 64 connections", bench_http), "engine": ("The engine alone", bench_engine),
          "sweeps": ("Sweeps", bench_sweeps), "neighbours": ("Neighbours", bench_neighbours),
          "tierup": ("Becoming native", bench_tierup), "cpu": ("CPU-bound programs", bench_cpu)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("suites", nargs="*", metavar="suite", help=", ".join(SUITES) + "; all of them if none is named")
    arguments = parser.parse_args()
    unknown = set(arguments.suites) - set(SUITES)
    if unknown:
        parser.error(f"there is no suite {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    for name in arguments.suites or SUITES:
        title, suite = SUITES[name]
        print(f"## {title}\n\n{suite(arguments.build.resolve(), arguments.rounds, arguments.seconds)}\n", flush=True)


if __name__ == "__main__":
    main()
