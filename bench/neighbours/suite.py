# SPDX-License-Identifier: Apache-2.0
"""What tenant B notices of tenant A: half of the load is A's, and A is hostile in one way after the other.

Both have the same rate of requests on as many connections, one worker serves them, and B's latencies count from the
moment at which a request was due (steady.c). Quiet rounds, in which A is silent, are interleaved. The first round
warms up: what A does becomes hot in it and is compiled, and that is not in the table."""
import contextlib
import json
import os
import socket
import statistics
import subprocess
import threading
import time

from servers import children, start_mayfly, wait_for_status

RATE, CONNECTIONS, DEADLINE = 1000, 32, 1
WAYS = {"spins": "/spin", "spins in slow instructions": "/roots", "allocates": "/allocate", "touches and unmaps": "/unmap",
        "dirties 8,192 pages": "/dirty", "floods the log": "/flood", "crashes on every request": "/crash",
        "splits its mappings": "/maps"}


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


@contextlib.contextmanager
def apart(server):
    """The worker and the load each on a processor of their own, as on two machines. Otherwise the scheduler lets a client
    wait behind the worker that has woken it, for milliseconds, and that would count as the worker's delay."""
    processors = sorted(os.sched_getaffinity(0))
    if len(processors) > 1:
        for pid in children(server.process.pid):
            os.sched_setaffinity(pid, {processors[0]})
        os.sched_setaffinity(0, set(processors[1:]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(processors))


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
        stack.enter_context(apart(server))
        cases = {"is silent": contextlib.nullcontext, "is a good tenant": lambda: hostile(build, server.port, "/", seconds + 1)}
        for label, path in WAYS.items():
            cases[label] = lambda path=path: hostile(build, server.port, path, seconds + 1)
        cases["uploads slowly"] = lambda: slow_uploads(server.port)
        results = {label: [] for label in cases}
        for number in range(rounds + 1):
            for label, a in cases.items():
                result = measure(build, server.port, seconds, a())
                if number:
                    results[label].append(result)
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
