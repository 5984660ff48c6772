# SPDX-License-Identifier: Apache-2.0
"""What tenant B notices of tenant A: half of the load is A's, and A is hostile in one way after the other.

Both have the same rate of requests on as many connections, one worker serves them, and B's latencies count from the
moment at which a request was due (steady.c). Quiet rounds, in which A is silent, are interleaved."""
import contextlib
import json
import socket
import statistics
import subprocess
import threading
import time

from servers import start_mayfly, wait_for_status

RATE, CONNECTIONS, DEADLINE = 1000, 32, 1
WAYS = {"spins": "/spin", "spins in slow instructions": "/roots", "allocates": "/allocate", "dirties 8,192 pages": "/dirty",
        "floods the log": "/flood", "crashes on every request": "/crash", "splits its mappings": "/maps"}


def steady(build, port, host, path, seconds):
    return subprocess.Popen([build / "bench" / "bench_steady", str(port), host, path, str(RATE), str(seconds), str(CONNECTIONS)],
                            stdout=subprocess.PIPE, text=True)


@contextlib.contextmanager
def hostile(build, port, path, seconds):
    load = steady(build, port, "a.localhost", path, seconds)
    try:
        yield
    finally:
        load.kill()
        load.wait()


@contextlib.contextmanager
def slow_uploads(port):
    """Bodies that come byte by byte, on as many connections."""
    stop = threading.Event()

    def drip():
        sockets = []
        for _ in range(CONNECTIONS):
            upload = socket.create_connection(("127.0.0.1", port))
            upload.sendall(b"POST / HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 1000000\r\n\r\n")
            sockets.append(upload)
        while not stop.wait(CONNECTIONS / RATE):
            for upload in sockets:
                upload.sendall(b"x")
        for upload in sockets:
            upload.close()
    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def measure(build, port, seconds, a):
    with a:
        time.sleep(0.3)  # until A is at it
        return json.loads(steady(build, port, "b.localhost", "/", seconds).communicate()[0])


def bench_neighbours(build, rounds, seconds):
    with contextlib.ExitStack() as stack:
        server = start_mayfly(build, "mayfly", {"a": build / "bench" / "hostile.elf", "b": build / "guests" / "hello.elf"},
                              extra=f"defaults: {{limits: {{deadline: {DEADLINE}s}}}}\n")
        stack.callback(server.stop)
        for name in ("a", "b"):
            wait_for_status(server.port, f"{name}.localhost")
        cases = {"is silent": contextlib.nullcontext, "is a good tenant": lambda: hostile(build, server.port, "/", seconds + 1)}
        for label, path in WAYS.items():
            cases[label] = lambda path=path: hostile(build, server.port, path, seconds + 1)
        cases["uploads slowly"] = lambda: slow_uploads(server.port)
        results = {label: [] for label in cases}
        for _ in range(rounds):
            for label, a in cases.items():
                results[label].append(measure(build, server.port, seconds, a()))
                time.sleep(1.5 * DEADLINE)  # until what A has sent is over
    return table(results)


def table(results):
    def median(label, key):
        return statistics.median(run[key] for run in results[label])
    lines = ["| tenant A | B's requests | errors | p50 µs | p99 µs | p99.9 µs | p99 / quiet p99 |", "|---|---:|---:|---:|---:|---:|---:|"]
    for label, runs in results.items():
        due, good = sum(run["due"] for run in runs), sum(run["ok"] for run in runs)
        lines.append(f"| {label} | {due:,} | {due - good} | {median(label, 'p50'):.0f} | {median(label, 'p99'):.0f} | "
                     f"{median(label, 'p999'):.0f} | {median(label, 'p99') / median('is silent', 'p99'):.2f} |")
    return "\n".join(lines)
