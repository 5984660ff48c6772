# SPDX-License-Identifier: Apache-2.0
"""One round of load, and what the server spent on it."""
import json
import re
import statistics
import subprocess

UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6}


def micros(text):
    value, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(value) * UNITS[unit]


def run_rotate(build, port, tenants, connections=64, seconds=2.0):
    """Visits the hosts t0 to t`tenants - 1` in turn (bench/rotate.c)."""
    command = [build / "bench" / "bench_rotate", str(port), str(tenants), str(connections), str(seconds)]
    figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {**figures, "rate": figures["requests"] / figures["seconds"]}


def run_wrk(port, host, path="/", connections=64, seconds=2.0):
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--latency", "-H", f"Host: {host}",
               f"http://127.0.0.1:{port}{path}"]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(f"errors under load:\n{out}")
    return {
        "requests": int(re.search(r"(\d+) requests in", out)[1]),
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
        "p50": micros(re.search(r"^ +50%\s+(\S+)", out, re.MULTILINE)[1]),
        "p99": micros(re.search(r"^ +99%\s+(\S+)", out, re.MULTILINE)[1]),
    }


def measure(server, **load):
    """A round: the load's figures, microseconds of CPU per request in user and system mode by the kernel's account, and
    nanoseconds per request between system calls, which is the better figure of the user mode."""
    before, between_before = server.cpu(), server.between()
    figures = run_rotate(port=server.port, **load) if "tenants" in load else run_wrk(server.port, **load)
    after, between_after = server.cpu(), server.between()
    figures["user"] = (after[0] - before[0]) * 1e6 / figures["requests"]
    figures["system"] = (after[1] - before[1]) * 1e6 / figures["requests"]
    figures["between"] = (between_after[0] - between_before[0]) / (between_after[1] - between_before[1])
    return figures


def interleave(cases, rounds, **load):
    """Rounds of every case in turn, so that the machine's drift meets all of them alike.
    `cases` is {label: (server, load options)}; returns {label: {figure: [one per round]}}."""
    results = {label: {} for label in cases}
    for number in range(rounds + 1):
        for label, (server, options) in cases.items():
            figures = measure(server, **{**load, **options})
            if number == 0:
                continue  # the warm-up
            for key, value in figures.items():
                results[label].setdefault(key, []).append(value)
    return results


def table(results, floor=None, by="user"):
    """Lines of Markdown: medians, and minima of what user mode takes. `floor` is the row whose `by` the others are
    compared with."""
    lines = ["| server | requests/s | p50 µs | p99 µs | user µs | (min) | system µs | ns between calls | (min) |"
             + (" ratio | (of minima) |" if floor else ""), "|---|" + "---:|" * (10 if floor else 8)]
    median = statistics.median
    for label, r in results.items():
        line = (f"| {label} | {median(r['rate']):,.0f} | {median(r['p50']):.0f} | {median(r['p99']):.0f} | "
                f"{median(r['user']):.2f} | {min(r['user']):.2f} | {median(r['system']):.2f} | "
                f"{median(r['between']):.0f} | {min(r['between']):.0f} |")
        if floor:
            base = results[floor][by]
            line += f" {median(r[by]) / median(base):.2f} | {min(r[by]) / min(base):.2f} |"
        lines.append(line)
    return "\n".join(lines)
