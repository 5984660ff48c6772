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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import harness
from harness import PATIENCE, Connection, wait_until

SANITIZED = "sanitize" in harness.BUILD.name
needs_compiler = pytest.mark.skipif(not harness.COMPILER.exists(), reason="built without LLVM: there is no native engine")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return harness.work_program(tmp_path_factory.mktemp("work"))


class Load(harness.Clients):
    """Clients that ask a tenant again and again, for a seed each; `answers` has what came for each."""

    def __init__(self, server, host, clients=2, seeds=50, pause=0.0):
        super().__init__(*[(self.run,)] * clients)
        self.server, self.host, self.seeds, self.pause = server, host, seeds, pause
        self.answers, self.errors, self.count = {}, [], 0

    def run(self):
        try:
            with self.server.connect(60) as connection:
                while not self.stop.is_set():
                    seed = self.count % self.seeds
                    self.count += 1
                    answer = connection.ask("GET", f"/{seed}", self.host)
                    self.answers.setdefault(seed, set()).add((answer.status, answer.body))
                    time.sleep(self.pause)
        except (OSError, EOFError) as error:
            self.errors.append(error)


def admin(server, path):
    with Connection(f"{server.folder}/admin", 30) as connection:
        return connection.ask("GET", path).text


def tier(server, name="work"):
    return next(t["tier"] for t in json.loads(admin(server, "/tenants"))["tenants"] if t["name"] == name)


def metric(server, name):
    return sum(int(value) for value in re.findall(rf"^{re.escape(name)}(?:\{{.*\}})? (\d+)$", admin(server, "/metrics"), re.M))


def serve(make_server, program, config="", tenant="", binary=harness.MAYFLY, **options):
    server = make_server(config=f"admin: unix:admin\nlog_level: debug\n{config}", **options)
    server.binary = binary
    server.tenant("work", program, f"hosts: [work.localhost]\naudit: {{every: 1}}\n{tenant}")
    server.start()
    server.wait_for("work.localhost", target="/1")
    return server


def heat(server, host="work.localhost"):
    """Load until a compiler begins, and then none, so that it has the machine for itself; until its work is in use."""
    begun = server.log().count("begins with")
    with Load(server, host):
        wait_until(lambda: server.log().count("begins with") > begun, server.log, 90)
    wait_until(lambda: tier(server) in ("native", "refused"), server.log, 90)


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
        wait_until(lambda: metric(server, "mayfly_native_programs") == 2, server.log, 90)
        asked = load.count
        wait_until(lambda: load.count > asked + 500, server.log, 90)
    assert not load.errors and tier(server) == "native" and metric(server, "mayfly_compilations_total") >= 1
    assert all(len(answers) == 1 for answers in load.answers.values()), "both engines answer the same"
    assert metric(server, "mayfly_tenant_audit_mismatches_total") == 0
    with server.connect() as connection:
        connection.ask("GET", "/0", "work.localhost")  # what was asked before has been logged behind this
    time.sleep(1.1)
    found = instructions_of(server)
    assert len(found) >= 50 and all(len(counts) == 1 for counts in found.values()), "and use the same instructions"


@needs_compiler
def test_a_request_becomes_native_while_it_runs(make_server, work):
    server = serve(make_server, work, access_log="-", tenant="limits: {instructions: 10G, deadline: 200s}\n")
    first = server.get("work.localhost", "/1000")
    second = server.get("work.localhost", "/1000")
    assert first.status == 200 and first.body == second.body
    assert "run natively" in server.log().split('"/1000"')[0], "before the first one ended"
    with server.connect() as connection:
        connection.ask("GET", "/0", "work.localhost")
    time.sleep(1.1)
    lines = [line for line in server.access_lines() if line["target"] == "/1000"]
    assert lines[0]["instructions"] == lines[1]["instructions"] and lines[1]["us_sandbox"] < lines[0]["us_sandbox"]


@needs_compiler
def test_what_is_run_again_after_a_fault_counts_for_the_budget(make_server, tmp_path):
    """The budget has room for one such request and a half. Only the first of them is repeated; it is in debt after that."""
    source = harness.WORK.replace("table[i] / 3", "table[i + far] / 3").replace(
        "static unsigned table[256];", "static unsigned table[256], far;").replace(
        "snprintf", "far = request->path.size > 4 ? 1 << 28 : 0; sum += average(); snprintf")
    server = serve(make_server, harness.work_program(tmp_path, source))
    heat(server)
    before = metric(server, "mayfly_tenant_instructions_total")
    assert server.get("work.localhost", "/49").status == 200
    used = metric(server, "mayfly_tenant_instructions_total") - before
    server.tenant("strict", tmp_path / "work.elf", f"hosts: [strict.localhost]\nlimits: {{cpu: {used * 3 // 2}}}\n")
    server.wait_log("tenant strict: version", 30)
    wait_until(lambda: re.search("tenant strict: version .* serves", server.log()), server.log)
    assert [server.get("strict.localhost", "/49/fault").status for _ in range(2)] == [502, 429]
    lines = {name: int(value) for name, value in re.findall(r'^(\w+)\{tenant="strict"\} (\d+)$', admin(server, "/metrics"), re.M)}
    assert lines["mayfly_tenant_instructions_repeated_total"] == lines["mayfly_tenant_instructions_total"] > 0.9 * used
    time.sleep(2.1)
    assert [server.get("strict.localhost", "/49/fault").status for _ in range(2)] == [502, 502]


# ---- code is never writable ----

class Watcher:
    """Reads the memory maps of every process of a server, again and again."""

    def __init__(self, server):
        self.server, self.stop, self.wrong, self.seen, self.reads = server, threading.Event(), set(), set(), 0
        self.thread = threading.Thread(target=self.run)

    def look(self, pid):
        try:
            name = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode().rsplit("/", 1)[-1]
            lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
        except (OSError, ValueError):
            return
        self.seen |= {name} - {""}  # nothing: it is about to end, or to become what it is
        self.reads += 1
        for line in lines:
            rights = line.split()[1]
            if "w" in rights and ("x" in rights or "mayfly-native" in line and name == "mayfly"):
                self.wrong.add((name, line))

    def run(self):
        while not self.stop.is_set():
            for pid in [self.server.process.pid, *self.server.children()]:
                self.look(pid)
            time.sleep(0.002)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


def native_mappings(pid):
    """Rights of the mappings of native code."""
    return [line.split()[1] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if "mayfly-native" in line]


@needs_compiler
def test_no_page_is_writable_and_executable(make_server, work):
    server = serve(make_server, work, workers=2)
    with Watcher(server) as watcher, Load(server, "work.localhost"):
        wait_until(lambda: metric(server, "mayfly_native_programs") == 2, server.log, 90)
        time.sleep(0.3)
    assert watcher.seen == {"mayfly", "mayfly-compiler"} and watcher.reads > 50
    assert not watcher.wrong
    for pid in server.worker_pids():
        rights = native_mappings(pid)
        assert "r-xp" in rights and set(rights) <= {"r-xp", "r--p"}


@needs_compiler
@pytest.mark.skipif(SANITIZED, reason="a sanitizer build sets neither limits nor the filter")
def test_a_compiler_has_next_to_no_rights(make_server, work):
    server = serve(make_server, work, config="compile_timeout: 7s\n")
    found = {}

    def look():
        for pid in server.children():
            try:
                if b"mayfly-compiler" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                    continue
                status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
                limits = Path(f"/proc/{pid}/limits").read_text()
                nice = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[16]
                environment = Path(f"/proc/{pid}/environ").read_bytes()
                files = sorted(os.readlink(f"/proc/{pid}/fd/{n}").split(":")[0] for n in os.listdir(f"/proc/{pid}/fd"))
            except (OSError, ValueError):
                continue
            if status["Seccomp"] == "2":
                found.update(status=status, limits=limits, nice=nice, environment=environment, files=files)
        return found

    with Load(server, "work.localhost"):
        wait_until(look, server.log, 90)
    assert found["status"]["NoNewPrivs"] == "1" and found["nice"] == "5" and found["environment"] == b""
    if os.geteuid() == 0:
        assert found["status"]["Uid"].split()[1] != "0" and int(found["status"]["CapEff"], 16) == 0
    assert set(found["files"]) == {"/memfd", "pipe"}, found["files"]
    for name, most in {"Max processes": "0", "Max core file size": "0", "Max file size": str(64 << 20)}.items():
        assert re.search(rf"^{name} +{most} +{most} ", found["limits"], re.M), found["limits"]
    assert re.search(r"^Max cpu time +7 +8 ", found["limits"], re.M), found["limits"]
    assert int(re.search(r"^Max address space +(\d+)", found["limits"], re.M)[1]) < 8 << 30


@needs_compiler
def test_a_new_worker_is_native_at_once(make_server, work):
    server = serve(make_server, work)
    heat(server)
    right = server.get("work.localhost", "/7").body
    worker, = server.worker_pids()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: server.worker_pids() not in ([], [worker]), server.log)
    assert server.wait_for("work.localhost", target="/7").body == right
    assert native_mappings(server.worker_pids()[0])


@needs_compiler
def test_programs_with_the_same_code_share_it(make_server, work):
    """So many that a worker cannot be told of all at once."""
    server = make_server(config="admin: unix:admin\nlog_level: debug\n")
    for number in range(160):
        server.tenant(f"work{number}", work, f"arguments: [{number}]\n")
    server.start()
    server.wait_for("work0.localhost", target="/1")
    wait_until(lambda: server.log().count(" serves\n") == 160, server.log, 60)
    with Load(server, "work0.localhost"):
        wait_until(lambda: server.log().count("begins with"), server.log, 90)
    wait_until(lambda: metric(server, "mayfly_native_programs") == 160, server.log, 90)
    assert metric(server, "mayfly_compilations_total") <= 2, "not one for each"
    worker, = server.worker_pids()
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: metric(server, "mayfly_native_programs") == 160 and server.worker_pids() != [worker], server.log, 60)
    assert server.get("work159.localhost", "/1").status == 200 and "came twice" not in server.log()


# ---- compilers that fail ----

NEED_LIMITS = {} if SANITIZED else {  # which a sanitizer build does not set
    "takes all memory": ("for (char *p; (p = malloc(1 << 20));) *p = 1; abort();", "signal 6"),
    "fills the output": ("char b[65536] = {0}; for (;;) write(4, b, sizeof b);", "signal 25"),
}
FAKES = {
    "crashes": ("*(volatile int *)0 = 1;", "signal 11"),
    "gives up": ('puts("mayfly-compiler: I do not like it"); return 1;', "mayfly-compiler: I do not like it"),
    "makes nothing": ("return 0;", "the compiler made nothing"),
    "loops": ("for (;;);", "compile_timeout"),
    "talks for ever": ('for (;;) { puts("\\033[31m bla"); fflush(stdout); }', "compile_timeout"),
    **NEED_LIMITS,
    "makes nonsense": ('static char b[4096] = "nonsense"; write(4, b, sizeof b); return 0;', "the native code is damaged"),
}


def place(folder, fake):
    """A mayfly with another compiler beside it."""
    folder.mkdir()
    shutil.copy(harness.MAYFLY, folder / "mayfly")
    if fake:
        source = f"#define _GNU_SOURCE\n#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\nint main(void) {{ {fake} }}"
        subprocess.run(["cc", "-w", "-x", "c", "-", "-o", folder / "mayfly-compiler"], input=source.encode(), check=True)
    return folder / "mayfly"


def fails(server, case):
    """Heats a server up whose compiler fails in that way."""
    why = FAKES[case][1]
    with Load(server, "work.localhost", clients=1, seeds=10, pause=0.005):
        server.wait_log("begins with", 90)
    server.wait_log(why, 90)
    with Load(server, "work.localhost", clients=1, seeds=10, pause=0.005) as load:
        time.sleep(1)
    line = next(line for line in server.log().splitlines() if why in line)
    assert "\x1b" not in line
    if case != "makes nonsense":  # the workers find that out
        assert "tenant work: version" in line and "interpreted" in line
        assert tier(server) in ("interpreter", "refused") and metric(server, "mayfly_compilations_failed_total") == 1
    assert metric(server, "mayfly_native_programs") == 0
    assert load.count > 20 and not load.errors and all(len(answers) == 1 for answers in load.answers.values())
    assert len(server.worker_pids()) == 1 and not metric(server, "mayfly_workers_replaced_total")


@needs_compiler
def test_compilers_that_fail(make_server, work, tmp_path):
    servers = [serve(make_server, work, config="compile_timeout: 1s\n", binary=place(tmp_path / case, FAKES[case][0]))
               for case in FAKES]
    with ThreadPoolExecutor(len(FAKES)) as pool:
        for done in [pool.submit(fails, server, case) for server, case in zip(servers, FAKES)]:
            done.result()


@needs_compiler
def test_a_compiler_that_is_killed(make_server, work, tmp_path):
    server = serve(make_server, work, binary=place(tmp_path / "bin", "pause();"))
    with Load(server, "work.localhost"):
        server.wait_log("begins with", 30)
        os.kill(int(re.search(r"compiler \[(\d+)\] begins", server.log())[1]), signal.SIGKILL)
        server.wait_log("signal 9")
    assert server.get("work.localhost", "/1").status == 200


def test_without_a_compiler_the_server_says_so(make_server, work, tmp_path):
    server = serve(make_server, work, binary=place(tmp_path / "bin", None))
    assert "this build has no native engine" in server.log()
    assert server.get("work.localhost", "/1").status == 200 and tier(server) == "interpreter"


def test_compilers_can_be_off(make_server, work):
    server = serve(make_server, work, config="compilers: off\n")
    with Load(server, "work.localhost"):
        time.sleep(1.3)
    assert "is hot" not in server.log() and tier(server) == "interpreter" and not metric(server, "mayfly_compilations_total")


@needs_compiler
def test_an_idle_tenant_is_not_compiled(make_server, work):
    server = serve(make_server, work)
    for _ in range(13):
        server.get("work.localhost", "/1")
        time.sleep(0.1)
    assert "is hot" not in server.log()


# ---- the code cache ----

def entries(server):
    return sorted((server.folder / "cache").glob("*.native"))


def restart(server):
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10 * PATIENCE) == 0
    server.log_file.close()
    server.log_path.unlink()
    server.start()
    server.wait_for("work.localhost", target="/1")


@needs_compiler
def test_a_restart_is_native_at_once(make_server, work):
    server = serve(make_server, work, config="code_cache: cache\n")
    heat(server)
    right = server.get("work.localhost", "/9").body
    code, hot = sorted(entries(server), key=lambda path: -path.stat().st_size)
    assert code.stat().st_mode & 0o777 == 0o600 and code.parent.stat().st_mode & 0o777 == 0o700
    restart(server)
    assert tier(server) == "native" and native_mappings(server.worker_pids()[0]), "before anything was hot"
    assert server.get("work.localhost", "/9").body == right
    assert metric(server, "mayfly_code_cache_hits_total") == 1 and not metric(server, "mayfly_compilations_total")

    with code.open("r+b") as file:
        file.seek(code.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    restart(server)
    assert "damaged or not of this cache" in server.log() and not code.exists()
    assert tier(server) == "interpreter" and server.get("work.localhost", "/9").body == right
    heat(server)
    assert code.exists() and server.get("work.localhost", "/9").body == right


@needs_compiler
def test_a_cache_that_others_can_write_to_is_not_used(make_server, work):
    server = make_server(config="admin: unix:admin\ncode_cache: cache\n")
    (server.folder / "cache").mkdir(mode=0o777)
    (server.folder / "cache").chmod(0o777)
    server.tenant("work", work)
    server.start()
    server.wait_for("work.localhost", target="/1")
    assert "others may write to this folder" in server.log()
