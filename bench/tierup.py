# SPDX-License-Identifier: Apache-2.0
"""How soon a tenant that is deployed into a running server answers, how soon it runs natively, and whether it does so from
its first request after a restart with a code cache.

The server with its worker and its compilers has one core, the load the others. Time counts from the first request of the
load on, which is as much as one worker can take."""
import contextlib
import http.client
import json
import os
import re
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

from load import run_wrk
from servers import start_mayfly, wait_for_status

HOST, SECONDS = "page.localhost", 6
TIMES = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
COMPILED = re.compile(r"^(\S+)Z info .* tenant page: .* hot functions that run natively: ", re.M)


@contextlib.contextmanager
def on(cores):
    """What is started here runs on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Admin(http.client.HTTPConnection):
    def __init__(self, server):
        super().__init__("admin")
        self.path = str(server.folder / "admin")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def read(self, target):
        with contextlib.closing(self):
            self.request("GET", target, headers={"Connection": "close"})
            return self.getresponse().read().decode()

    def metric(self, name, label=""):
        return sum(int(value) for value in re.findall(rf"^{name}(?:\{{.*{label}.*\}})? (\d+)$", self.read("/metrics"), re.M))

    def page(self):
        return next((tenant for tenant in json.loads(self.read("/tenants"))["tenants"] if tenant["name"] == "page"), {})


def deploy(server, program):
    """Milliseconds from the tenant's folder to the first answer."""
    new = server.folder / "new"
    new.mkdir()
    (new / "program.elf").write_bytes(program.read_bytes())
    (new / "tenant.yaml").write_text(f"hosts: [{HOST}]\n")
    begun = time.monotonic()
    new.rename(server.folder / "tenants" / "page")
    wait_for_status(server.port, HOST, pause=0.001)
    return (time.monotonic() - begun) * 1e3


def heat(server):
    """Load; [nanoseconds between system calls per request from each of TIMES to the next]"""
    figures = []
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(run_wrk, server.port, HOST, connections=8, seconds=SECONDS)
        before = server.between()
        for end in TIMES[1:]:
            time.sleep(max(0, begun + end - time.monotonic()))
            now = server.between()
            figures.append((now[0] - before[0]) / max(1, now[1] - before[1]))
            before = now
        load.result()
    return figures


def seconds_since(begun, stamp):
    return datetime.fromisoformat(stamp).replace(tzinfo=timezone.utc).timestamp() - begun


def wait_until_native(admin):
    """Without a request."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if admin.page().get("tier") == "native" and admin.metric("mayfly_native_programs"):
                return
        time.sleep(0.01)
    raise RuntimeError("the tenant is not native within a minute of the restart")


def one_round(build, cores):
    """Figures of one life of a tenant, by name."""
    figures = {}
    with contextlib.ExitStack() as stack:
        with on(cores[:1]):
            server = start_mayfly(build, "mayfly", {"hello": build / "guests" / "hello.elf"},
                                  extra="admin: unix:admin\ncode_cache: cache\n")
        stack.callback(server.stop)
        stack.enter_context(on(cores[1:] or cores))
        wait_for_status(server.port, "hello.localhost")
        admin = Admin(server)
        figures["deployed"] = deploy(server, build / "guests" / "page.elf")
        begun = time.time()
        figures["first"] = heat(server)
        compiled = COMPILED.findall(server.text())
        if not compiled:
            raise RuntimeError(f"nothing was compiled:\n{server.text()}")
        figures["native"] = [seconds_since(begun, compiled[i]) for i in (0, -1)]
        figures["rounds"] = len(compiled)
        figures["functions"] = admin.page()["native_functions"]
        figures["compiler"] = admin.metric("mayfly_compiler_cpu_milliseconds_total")
        server.end()
        restarted = time.monotonic()
        with on(cores[:1]):
            server.start()
        wait_until_native(admin)
        figures["restarted"] = (time.monotonic() - restarted) * 1e3
        figures["again"] = heat(server)
        interpreted, native = (admin.metric("mayfly_profile_samples_total", engine) for engine in ("interpreter", "native"))
        figures["interpreted"] = 100 * interpreted / max(1, interpreted + native)
        figures["compiled again"] = admin.metric("mayfly_compilations_total")
    return figures


def bench_tierup(build, rounds, seconds):
    cores = sorted(os.sched_getaffinity(0))
    runs = [one_round(build, cores) for _ in range(rounds)]

    def row(label, of, form="{:.0f}"):
        values = [of(run) for run in runs]
        return f"| {label} | {form.format(statistics.median(values))} | {form.format(max(values))} |"

    lines = ["| Python page | median | most |", "|---|---:|---:|",
             row("from deploy to first answer, ms", lambda run: run["deployed"]),
             row("from the first hot second's begin to native code, s", lambda run: run["native"][0], "{:.2f}"),
             row("… until nothing more is compiled, s", lambda run: run["native"][1], "{:.2f}"),
             row("compilations", lambda run: run["rounds"]),
             row("processor time of all of them, ms", lambda run: run["compiler"]),
             row("native functions", lambda run: run["functions"]),
             row("restart with a code cache: from start to native, before any request, ms", lambda run: run["restarted"]),
             row("… samples in the interpreter, %", lambda run: run["interpreted"], "{:.1f}"),
             row("… compilations", lambda run: run["compiled again"]),
             "", "| seconds of load | ns between calls | after a restart |", "|---|---:|---:|"]
    for i, (begin, end) in enumerate(zip(TIMES, TIMES[1:])):
        first, again = (statistics.median(run[key][i] for run in runs) for key in ("first", "again"))
        lines.append(f"| {begin} to {end} | {first:.0f} | {again:.0f} |")
    return "\n".join(lines)
