# SPDX-License-Identifier: Apache-2.0
"""Tier-up: hot tenants run natively, with the interpreter's answers and instructions, and whatever a compiler does nobody
is worse off."""
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

import harness
from harness import PATIENCE, Connection, wait_until

COMPILER = harness.BUILD / "mayfly-compiler"
needs_compiler = pytest.mark.skipif(not COMPILER.exists(), reason="built without LLVM: there is no native engine")

WORK = """#include <mayfly.h>
    #include <stdio.h>
    #include <stdlib.h>
    static unsigned table[256];
    __attribute__((noinline)) static unsigned mix(unsigned a, unsigned b) { return (a ^ b) * 2654435761u + (a >> 7); }
    __attribute__((noinline)) static unsigned scramble(unsigned seed) {
        for (unsigned i = 0; i < 256; i++) table[i] = seed = mix(seed, table[i]);
        return seed;
    }
    __attribute__((noinline)) static double average(void) {
        double sum = 0;
        for (unsigned i = 0; i < 256; i++) sum += table[i] / 3.0;
        return sum / 256;
    }
    int main(void) {
        char text[64];
        const struct mayfly_request *request = mayfly_accept();
        unsigned seed = (unsigned)atoi(request->path.data + 1), rounds = 20 + seed % 50;
        double sum = 0;
        for (unsigned i = 0; i < rounds; i++) { seed = scramble(seed); sum += average(); }
        snprintf(text, sizeof text, "%u %.3f\\n", seed, sum);
        mayfly_respond(200, "text/plain", text);
    }"""


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    (folder / "work.c").write_text(WORK)
    subprocess.run([harness.MAYFLY, "build", folder / "work.c", "-o", folder / "work.elf"], check=True)
    return folder / "work.elf"


class Load:
    """Clients that ask a tenant again and again, for a seed each; `answers` has what came for each."""

    def __init__(self, server, host, clients=2, seeds=50):
        self.server, self.host, self.seeds, self.stop = server, host, seeds, threading.Event()
        self.answers, self.errors, self.count = {}, [], 0
        self.threads = [threading.Thread(target=self.run) for _ in range(clients)]

    def run(self):
        try:
            with self.server.connect(60) as connection:
                while not self.stop.is_set():
                    seed = self.count % self.seeds
                    self.count += 1
                    answer = connection.ask("GET", f"/{seed}", self.host)
                    self.answers.setdefault(seed, set()).add((answer.status, answer.body))
        except (OSError, EOFError) as error:
            self.errors.append(error)

    def __enter__(self):
        [thread.start() for thread in self.threads]
        return self

    def __exit__(self, *_):
        self.stop.set()
        [thread.join() for thread in self.threads]


def admin(server, path):
    with Connection(f"{server.folder}/admin", 30) as connection:
        return connection.ask("GET", path).text


def tier(server, name="work"):
    return next(t["tier"] for t in json.loads(admin(server, "/tenants"))["tenants"] if t["name"] == name)


def metric(server, name):
    return sum(int(value) for value in re.findall(rf"^{re.escape(name)}(?:\{{.*\}})? (\d+)$", admin(server, "/metrics"), re.M))


def serve(make_server, program, config="", **options):
    server = make_server(config=f"admin: unix:admin\nlog_level: debug\n{config}", **options)
    server.tenant("work", program, "hosts: [work.localhost]\naudit: {every: 1}\n")
    server.start()
    server.wait_for("work.localhost", target="/1")
    return server


def instructions_of(server):
    """{target: set of instructions that the access log has for it}"""
    found = {}
    for line in server.access_lines():
        if line["tenant"] == "work":
            found.setdefault(line["target"], set()).add(line["instructions"])
    return found


@needs_compiler
def test_a_hot_tenant_becomes_native_and_nobody_can_tell(make_server, work):
    server = serve(make_server, work, workers=2, access_log="-")
    assert tier(server) == "interpreter"
    with Load(server, "work.localhost") as load:
        wait_until(lambda: metric(server, "mayfly_native_programs") == 2, server.log, 30)
        asked = load.count
        wait_until(lambda: load.count > asked + 500, server.log, 30)
    assert not load.errors and tier(server) == "native" and metric(server, "mayfly_compilations_total") >= 1
    assert all(len(answers) == 1 for answers in load.answers.values()), "both engines answer the same"
    assert metric(server, "mayfly_tenant_audit_mismatches_total") == 0
    with server.connect() as connection:
        connection.ask("GET", "/0", "work.localhost")  # what was asked before has been logged behind this
    time.sleep(1.1)
    found = instructions_of(server)
    assert len(found) >= 50 and all(len(counts) == 1 for counts in found.values()), "and use the same instructions"
