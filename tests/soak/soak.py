#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev soak [MINUTES]`: everything at once and for long, and nothing may show.

    soak.py [--minutes N]

Clients ask tenants whose answers are known, while programs are replaced (one in ten by a broken one), a hostile tenant
misbehaves in every way of tests/guests/hostile_cases.h, hot code becomes native, instances are evicted all the time,
and workers, builders and compilers are killed (in the first half: the second is for the memory to stand still in).
Every rollback is audited. Nothing may be answered wrongly, no request may be lost but those on a killed worker, no
audit may find a difference, and neither memory nor descriptors may grow. tests/e2e/test_soak.py is the short form."""
import argparse
import contextlib
import os
import random
import re
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
from harness import (COMPILER, PATIENCE, SOURCE, Connection, Server, is_version, replace_file, version_program,  # noqa: E402
                     work_program)

VERSIONS = ("alpha", "beta", "gamma", "delta")
HOSTILE = [(name, int(status)) for name, status in
           re.findall(r"\bCASE\((\w+), (\d+),", (SOURCE / "tests" / "guests" / "hostile_cases.h").read_text())]
GROWTH = 16 << 20  # bytes that a process may have more at the end; what instances that come and go hold at the moment


def resident(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


class Soak:
    """A server with its tenants, and the threads that make its life hard."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.errors, self.answers, self.reloads, self.broken, self.kills, self.builders = [], 0, 0, 0, 0, 0
        self.stop, self.quiet = threading.Event(), threading.Event()  # quiet: no more kills
        self.counting = threading.Lock()
        self.programs = [version_program(self.folder, text).read_bytes() for text in VERSIONS]
        server = self.server = Server(self.folder / "server", workers=2, config=f"admin: \"unix:{self.folder}/admin\"\n"
                                      "instances: {memory: 4M, idle: 200ms}\ncode_cache: cache\n")
        self.home = server.tenant("swap", self.folder / "alpha.elf", "hosts: [swap.localhost]\naudit: {every: 1}\n")
        server.tenant("counter", "counter", "hosts: [counter.localhost]\naudit: {every: 1}\n")
        server.tenant("state", "new-state", "hosts: [state.localhost]\naudit: {every: 1}\n")
        server.tenant("work", work_program(self.folder), "hosts: [work.localhost]\naudit: {every: 1}\n")
        self.worked = {}  # {target: its answer}
        server.tenant("hostile", "hostile", "hosts: [hostile.localhost]\naudit: {every: 1}\n"
                      "limits: {memory: 24M, instructions: 20M, deadline: 5s}\n")

    def fail(self, what):
        self.errors.append(f"{time.strftime('%H:%M:%S')} {what}")
        self.stop.set()

    # ---- clients ----

    def clients(self, host, right, targets=lambda: "/"):
        """Asks on one connection for as long as it lives; a killed worker takes the connection with it, nothing else may."""
        while not self.stop.is_set():
            kills = self.kills
            try:
                with self.server.connect(30) as connection:
                    while not self.stop.is_set():
                        target = targets()
                        answer = connection.ask("GET", target, host)
                        if not right(answer, target):
                            self.fail(f"{host}{target}: {answer!r}")
                        with self.counting:
                            self.answers += 1
            except (OSError, EOFError) as error:
                if self.quiet.is_set() and self.kills == kills and not self.stop.is_set():
                    self.fail(f"{host}: a request was lost: {error!r}")

    @staticmethod
    def hostile_is_right(answer, target):
        status = dict(HOSTILE)[target[1:]]
        # With little memory and few instructions some end at those limits first.
        return answer.status in (status, 502, 503, 504) or (not status and answer.status == 200)

    def work_is_right(self, answer, target):
        return answer.status == 200 and answer.body == self.worked.setdefault(target, answer.body)

    # ---- trouble ----

    def reload(self):
        """One change of the program; the next comes when it serves, or has been refused."""
        self.reloads += 1
        data = self.programs[self.reloads % len(VERSIONS)]
        if self.reloads % 10 == 0:
            self.broken += 1
            replace_file(self.home / "program.elf", data[:len(data) // 3] if self.broken % 2 else b"\x7fELF" * 1000)
            time.sleep(0.2)
            return
        builders = self.builders
        replace_file(self.home / "program.elf", data)
        begin = time.monotonic()
        while not self.stop.is_set():
            with contextlib.suppress(OSError, EOFError):
                if is_version(self.server.get("swap.localhost"), VERSIONS[self.reloads % len(VERSIONS)]):
                    return
            waited = time.monotonic() - begin
            if builders != self.builders and waited > 2:
                return  # its builder was killed: the change is refused like a broken one, and the next must come
            if waited > 20 * PATIENCE:
                self.fail(f"reload {self.reloads} was not deployed")
            time.sleep(0.005)

    def reloads_for_ever(self):
        while not self.stop.is_set():
            self.reload()

    def kill_one(self):
        """A worker, or a builder if one is at work: killed in time or not, the tenant's next version must come."""
        children = self.server.children()
        builders = [pid for pid in self.server.worker_pids() if pid not in self.workers()]
        if not children:
            return  # those that die again and again are started with growing pauses
        victim = random.choice(builders or children)
        self.builders += bool(builders)
        self.kills += 1
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)

    def workers(self):
        """Those that have lived for a second."""
        up = float(Path("/proc/uptime").read_text().split()[0])

        def age(pid):
            with contextlib.suppress(OSError):
                return up - int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
            return 0
        return [pid for pid in self.server.worker_pids() if age(pid) > 1]

    def kills_for_a_while(self):
        while not self.quiet.wait(1.5):
            self.kill_one()

    # ---- the whole ----

    def metrics(self):
        """{name: sum over its labels}"""
        with Connection(f"{self.folder}/admin", 30) as connection:
            text = connection.ask("GET", "/metrics").text
        sums = {}
        for name, value in re.findall(r"^(\w+)(?:\{[^}]*\})? (\d+)$", text, re.MULTILINE):
            sums[name] = sums.get(name, 0) + int(value)
        return sums

    def sizes(self):
        return {pid: (resident(pid), descriptors(pid)) for pid in [self.server.process.pid, *self.workers()]}

    def threads(self):
        one_version = lambda answer, _: any(is_version(answer, text) for text in VERSIONS)  # noqa: E731
        work = [(self.clients, "swap.localhost", one_version)] * 3
        work += [(self.clients, "counter.localhost", lambda answer, _: answer.text.strip() == "1"),
                 (self.clients, "state.localhost", lambda answer, _: answer.text == "fresh"),
                 (self.clients, "hostile.localhost", self.hostile_is_right, lambda: "/" + random.choice(HOSTILE)[0]),
                 (self.clients, "work.localhost", self.work_is_right, lambda: f"/{random.randrange(50)}"),
                 (self.reloads_for_ever,), (self.kills_for_a_while,)]
        return [threading.Thread(target=self.guarded, args=row) for row in work]

    def guarded(self, function, *arguments):
        try:
            function(*arguments)
        except Exception as error:  # pylint: disable=broad-except
            self.fail(f"{function.__name__}: {error!r}")

    def compare(self, before, after):
        for pid, (memory, files) in before.items():
            if pid not in after:
                self.fail(f"process {pid} died in the quiet half")
                continue
            if PATIENCE == 1 and after[pid][0] > memory + GROWTH:  # sanitizers keep what is freed
                self.fail(f"process {pid} grew from {memory >> 20} to {after[pid][0] >> 20} MiB")
            if after[pid][1] > files + 16:
                self.fail(f"process {pid} has {after[pid][1]} descriptors, {files} before")

    def run(self, seconds):
        with self.server.start():
            for name in ("swap", "counter", "state", "work", "hostile"):
                self.server.wait_for(f"{name}.localhost")
            threads = self.threads()
            [thread.start() for thread in threads]
            self.stop.wait(seconds / 2)
            self.quiet.set()
            self.stop.wait(seconds / 8 + 1.5)
            before = self.sizes()
            self.stop.wait(seconds * 3 / 8)
            after = self.sizes()
            self.stop.set()
            [thread.join() for thread in threads]
            if not self.errors:
                self.compare(before, after)
            self.counted = self.metrics()
        if COMPILER.exists() and not self.counted["mayfly_native_programs"]:
            self.fail("nothing became native")
        if self.counted.get("mayfly_tenant_audit_mismatches_total", 1):
            self.fail("audits found differences")
        return not self.errors

    def summary(self):
        return (f"{self.answers} answers, {self.reloads} reloads ({self.broken} of them broken), {self.kills} kills "
                f"({self.builders} of builders), {self.counted.get('mayfly_tenant_audits_total')} audits, "
                f"{self.counted.get('mayfly_instances_evicted_total')} evictions, "
                f"{self.counted.get('mayfly_compilations_total')} compilations; {len(self.errors)} errors")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mayfly-soak-") as folder:
        os.chmod(folder, 0o755)
        soak = Soak(folder)
        good = soak.run(arguments.minutes * 60)
        print(soak.summary())
        for error in soak.errors:
            print(error)
        if not good:
            print(soak.server.log()[-5000:])
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
