# SPDX-License-Identifier: Apache-2.0
"""A new binary takes the place of the one that serves, and nobody who asks notices; one that is no good does not."""
import collections
import contextlib
import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import pytest

import harness
from harness import MAYFLY, PATIENCE, Connection, replace_file, wait_until

PR_SET_CHILD_SUBREAPER = 36


class Process:
    """A server that is no child of ours: it becomes one when the server before it has ended."""

    def __init__(self, pid):
        self.pid, self.returncode = pid, None

    def poll(self):
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
            except ChildProcessError:  # not ours yet, or it was the old server's to the end
                if not os.path.exists(f"/proc/{self.pid}"):
                    self.returncode = -1
        return self.returncode

    def wait(self, seconds):
        wait_until(lambda: self.poll() is not None, f"process {self.pid} ends", seconds)
        return self.returncode

    def send_signal(self, number):
        os.kill(self.pid, number)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


class Upgradable(harness.Server):
    """Runs a copy of the binary that can be replaced; its admin address is a unix socket, if it is not given."""

    def __init__(self, folder, compiler=False, admin=None, **options):
        self.admin = str(folder / "admin")
        config = f"admin: {admin or f'unix:{self.admin}'}\n{options.pop('config', '')}"
        super().__init__(folder, config=config, **options)
        self.binary = folder / "mayfly"
        self.place(MAYFLY.read_bytes())
        if compiler:
            (folder / "mayfly-compiler").symlink_to(harness.COMPILER)
        self.before = []

    def place(self, binary):
        replace_file(self.binary, binary)
        self.binary.chmod(0o755)

    def place_script(self, lines):
        self.place(f"#!/bin/sh\n{lines}\n".encode())

    def ask(self, method="GET", target="/upgrade"):
        with Connection(self.admin) as connection:
            return connection.ask(method, target, "x")

    def upgrade(self):
        """`mayfly upgrade`: (exit code, what it says)."""
        done = subprocess.run([MAYFLY, "upgrade", "-c", self.config], capture_output=True, text=True, check=False,
                              timeout=120)
        return done.returncode, done.stdout + done.stderr

    def follow(self):
        """The process that serves now is the one that this ends."""
        pid = json.loads(self.ask().body)["pid"]
        assert pid != self.process.pid
        self.before.append(self.process)
        self.process = Process(pid)

    def __exit__(self, *_):
        for process in self.before:
            if process.poll() is None:
                process.kill()
        super().__exit__()


@pytest.fixture
def make(tmp_path):
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    servers = []

    def start(environment=None, tenants=("counter",), **options):
        folder = tmp_path / f"server{len(servers)}"
        folder.mkdir()
        tmp_path.chmod(0o755)
        server = Upgradable(folder, **options)
        servers.append(server)
        for tenant in tenants:
            server.tenant(tenant, tenant)
        server.start(environment=environment)
        for tenant in tenants:
            server.wait_for(f"{tenant}.localhost")
        return server
    yield start
    for server in servers:
        server.__exit__(None, None, None)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0)


class Load(harness.Clients):
    """Clients of every habit that ask without pause; what failed is in `wrong`."""

    def __init__(self, *addresses, kept=2, short=2):
        self.wrong, self.good = collections.Counter(), collections.Counter()
        super().__init__(*((self.run, habit, address) for address in addresses
                           for habit, count in ((self.kept, kept), (self.short, short)) for _ in range(count)))

    def run(self, habit, address):
        while not self.stop.is_set():
            try:
                habit(address)
            except (OSError, EOFError) as error:
                self.wrong[f"{habit.__name__} {address}: {error!r}"] += 1

    def ask(self, connection):
        answer = connection.ask("GET", "/load", "counter.localhost")
        if answer.status == 200 and answer.text.strip() == "1":
            self.good[threading.get_ident()] += 1
        else:
            self.wrong[repr(answer)] += 1
        return answer["Connection"] == "close"

    def short(self, address):
        with Connection(address) as connection:
            self.ask(connection)

    def kept(self, address):
        with Connection(address) as connection:
            while not self.stop.is_set() and not self.ask(connection):
                pass


def test_no_request_is_lost(make, tmp_path):
    """Three upgrades, one after the other, under load; the files of unix sockets stay, and go at the very end."""
    path = str(tmp_path / "socket")
    log = tmp_path / "access.log"
    log.touch(mode=0o666)
    server = make(workers=2, listen_extra=f"  - address: unix:{path}\n", access_log=str(log))
    with Load(server.address, path) as load:
        for _ in range(3):
            code, text = server.upgrade()
            assert code == 0, text + server.log()
            server.follow()
            time.sleep(0.2)
        wait_until(lambda: all(process.poll() == 0 for process in server.before), server.log)
        last = sum(load.good.values())
        wait_until(lambda: sum(load.good.values()) > last + 100, "the last one serves")
    assert not load.wrong, load.wrong
    assert len(load.good) == 8
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0, server.log()
    assert not os.path.exists(path) and not os.path.exists(server.admin)
    lines = [line for line in map(json.loads, log.read_text().splitlines()) if line["target"] == "/load"]
    assert len(lines) == sum(load.good.values()), "each request has its line, whoever answered"


def test_what_is_at_work_ends_on_the_old_one(make):
    server = make()
    server.tenant("spin", "spin", "limits: {instructions: 100G, deadline: 2s}\n")
    server.wait_log("tenant spin: version", 20)
    server.wait_for("spin.localhost", 504)
    with server.connect() as slow, server.connect() as idle:
        assert idle.ask("GET", "/", "counter.localhost").status == 200
        slow.request("GET", "/", "spin.localhost")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGUSR2)
        server.wait_log("the new server")
        time.sleep(0.2)
        assert idle.ask("GET", "/", "counter.localhost")["Connection"] == "close", "one last request is answered"
        assert slow.answer().status == 504
    assert server.process.wait(10 * PATIENCE) == 0
    server.follow()
    assert server.get("counter.localhost").status == 200


BROKEN = {
    "ends": ("exit 7", "exit code 7"),
    "is no program": (None, "cannot be run"),
    "hangs": ("exec sleep 600", "upgrade_timeout"),
    "hangs up and goes on": ("exec bash -c 'eval \"exec ${MAYFLY_HANDOVER%,*}>&-\"; exec sleep 600'",
                            "ended before it served"),
    "is so old that it knows nothing of upgrades": (f'unset MAYFLY_HANDOVER; exec {MAYFLY} "$@"', "exit code 1"),
    "reads another format": ("""echo '{"format":99,"sockets":{},"tenants":[]}' > given
        MAYFLY_HANDOVER=${MAYFLY_HANDOVER%,*},9 """ + f'exec {MAYFLY} "$@" 9< given', "format 99"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_new_binary_that(make, case):
    script, why = BROKEN[case]
    server = make(config="upgrade_timeout: 2s\n" if case == "hangs" else "")
    if script:
        server.place_script(script)
    else:
        server.place(b"\x7fELF and no more")
    with Load(server.address) as load:
        code, text = server.upgrade()
        assert code == 1 and why in text and f"process {server.process.pid} serves on" in text, text + server.log()
        assert "the upgrade has failed" in server.log()
        server.place(MAYFLY.read_bytes())
        wait_until(lambda: server.ask("POST").status == 202, "the one that failed is gone")
        wait_until(lambda: server.process.poll() == 0, server.log)
        server.follow()
    assert not load.wrong, load.wrong


def test_tenants_that_share_a_program(make):
    """Each descriptor comes once, however many have it: who closes it with the first closes another's with the next."""
    server = make(tenants=())
    programs = {"a": "counter", "b": "hello", "c": "echo", "d": "hello", "e": "counter", "f": "echo"}
    for name, program in programs.items():
        server.tenant(name, program)
    before = {name: server.wait_for(f"{name}.localhost").body for name in programs}
    code, text = server.upgrade()
    assert code == 0, text + server.log()
    server.follow()
    assert {name: server.get(f"{name}.localhost").body for name in programs} == before


@pytest.mark.skipif(not harness.COMPILER.exists(), reason="built without LLVM: there is no native engine")
def test_native_code_goes_along(make, tmp_path):
    """Without a code cache, and without compiling anything again."""
    server = make(tenants=(), compiler=True)
    server.tenant("work", harness.work_program(tmp_path))
    answer = server.wait_for("work.localhost", target="/7").body

    def tenant():
        return json.loads(server.ask("GET", "/tenants").body)["tenants"][0]

    def native():
        server.get("work.localhost", "/1")
        return tenant()["tier"] == "native"
    wait_until(native, server.log, 60)
    functions = tenant()["native_functions"]
    code, text = server.upgrade()
    assert code == 0, text + server.log()
    server.follow()
    assert tenant()["tier"] == "native" and tenant()["native_functions"] == functions
    assert server.get("work.localhost", "/7").body == answer
    metrics = server.ask("GET", "/metrics").text
    assert re.search(r"^mayfly_compilations_total 0$", metrics, re.M)
    assert re.search(r"^mayfly_native_programs(\{.*\})? 1$", metrics, re.M), "its worker maps it"


def test_what_was_rolled_back_stays_so_and_says_why(make):
    server = make(tenants=())
    server.tenant("shop", "hello")
    server.wait_for("shop.localhost")
    server.tenant("shop", "wild-pointer")

    def tenant():
        return json.loads(server.ask("GET", "/tenants").body)["tenants"][0]

    def rolled_back():
        server.get("shop.localhost")
        return tenant()["state"] == "rolled_back"
    wait_until(rolled_back, server.log, 20)
    before = tenant()
    assert "crashed" in before["error"]
    code, text = server.upgrade()
    assert code == 0, text + server.log()
    server.follow()
    assert [tenant()[key] for key in ("state", "version", "error")] == \
        [before[key] for key in ("state", "version", "error")]
    assert server.get("shop.localhost").status == 200


def test_the_admin_api_tells_what_became_of_the_last_one(make):
    server = make()

    def told(server):
        answer = json.loads(server.ask().body)
        return answer["pid"], answer["state"], answer["replaced"], answer["error"], answer["since"] is None
    first = server.process.pid
    assert told(server) == (first, "none", None, None, True)
    assert server.upgrade()[0] == 0, server.log()
    server.follow()
    second = server.process.pid
    assert told(server) == (second, "done", first, None, False)
    server.place_script("exit 7")
    code, text = server.upgrade()
    assert code == 1, text
    pid, state, replaced, error, never = told(server)
    assert (pid, state, replaced, never) == (second, "failed", first, False) and "exit code 7" in error


def test_one_at_a_time(make):
    server = make()
    server.place_script("exec sleep 600")
    server.process.send_signal(signal.SIGUSR2)
    server.wait_log("begins as process")
    assert server.ask("POST").status == 409
    assert json.loads(server.ask().body)["state"] == "under way"
    successor = int(re.search(r"begins as process (\d+)", server.log())[1])
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10 * PATIENCE) == 0, server.log()
    Process(successor).wait(5)


def test_no_tenant_gets_lost(make):
    """Who serves an old version, because what lies on disk is broken, serves it afterwards; who cannot is missed."""
    server = make(tenants=("counter", "hello"))
    served = server.get("hello.localhost").body
    replace_file(server.tenants / "hello" / "program.elf", b"no program")
    server.wait_log("hello: version")
    wait_until(lambda: "serves on" in server.log(), server.log)
    code, text = server.upgrade()
    assert code == 0, text + server.log()
    server.follow()
    assert server.get("hello.localhost").body == served
    (server.tenants / "counter" / "tenant.yaml").write_text("hosts: [\n")
    server.wait_log("counter/tenant.yaml")
    code, text = server.upgrade()
    assert code == 1 and "counter" in text, text
    assert server.get("counter.localhost").status == 200 and server.get("hello.localhost").body == served


def test_the_new_one_goes_on_without_the_old_one(make):
    server = make()
    server.place_script(f'sleep {2 * PATIENCE}; exec {MAYFLY} "$@"')
    server.process.send_signal(signal.SIGUSR2)
    server.wait_log("begins as process")
    successor = int(re.search(r"begins as process (\d+)", server.log())[1])
    server.process.kill()
    server.process.wait()
    server.before.append(server.process)
    server.process = Process(successor)
    server.wait_for("counter.localhost")
    wait_until(lambda: server.ask().status == 200, server.log)
    assert "goes on alone" in server.log()


def test_systemd_learns_who_is_the_main_process(make, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        told.settimeout(10 * PATIENCE)
        server = make(environment={"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert told.recv(100) == b"READY=1"
        assert server.upgrade()[0] == 0
        server.follow()
        assert {told.recv(100), told.recv(100)} == {b"READY=1", f"MAINPID={server.process.pid}".encode()}


def test_changed_addresses_and_workers(make):
    """What a running server cannot change, its successor has."""
    server = make(workers=1)
    old = server.admin
    server.workers, server.admin = 2, str(server.folder / "another")
    server.write_config(f"admin: unix:{server.admin}\n")
    server.wait_log("`workers` is not taken")
    server.wait_log("`admin` is not taken while this server runs; restart it, or upgrade it by SIGUSR2")
    assert server.upgrade()[0] == 1, "it asks where nobody is"
    assert "(`mayfly upgrade` or SIGUSR2)" not in server.log()
    with Load(server.address) as load:
        server.process.send_signal(signal.SIGUSR2)
        wait_until(lambda: os.path.exists(server.admin), server.log)
        assert server.process.wait(10 * PATIENCE) == 0
        server.follow()
    assert not load.wrong, load.wrong
    wait_until(lambda: len(server.children()) == 2, server.log)
    assert not os.path.exists(old)


def test_a_listener_and_the_admin_keep_the_ports_that_the_kernel_chose(make):
    server = make(admin="127.0.0.1:0", listen_extra="  - {address: '127.0.0.1:0', respond: {body: fixed}}\n")
    log = server.log()
    port = re.search(r"^mayfly serves .*:([0-9]+)/ \(", log, re.M)[1]
    server.admin = ("127.0.0.1", int(re.search(r"the admin API is at 127.0.0.1:([0-9]+)", log)[1]))
    server.process.send_signal(signal.SIGUSR2)
    assert server.process.wait(10 * PATIENCE) == 0, server.log()
    server.follow()
    with Connection(("127.0.0.1", int(port))) as connection:
        assert connection.ask("GET", "/healthz").text == "fixed"


def test_who_is_accepted_while_a_server_ends(make):
    """Whoever the kernel took before the signal is answered, although no worker has come to it; nobody comes in later."""
    server = make(workers=2)
    workers = server.children()
    [os.kill(pid, signal.SIGSTOP) for pid in workers]
    try:
        early = [server.connect() for _ in range(5)]
        [connection.request("GET", "/", "counter.localhost") for connection in early]
        server.process.send_signal(signal.SIGTERM)
        server.wait_log("is finished, then the server ends")
        time.sleep(0.3)
        with pytest.raises(OSError):
            socket.create_connection(server.address, 0.3)
    finally:
        [os.kill(pid, signal.SIGCONT) for pid in workers]
    for connection in early:
        assert connection.answer().status == 200
        connection.close()
    assert server.process.wait(10 * PATIENCE) == 0, server.log()


def test_a_server_that_ends_resets_nobody_that_it_accepted(make):
    """SIGTERM under a storm of short connections: each is refused, or answered."""
    resets, answered = collections.Counter(), [0]

    def storm(address):
        while True:
            try:
                connection = Connection(address, timeout=5)
            except (ConnectionRefusedError, FileNotFoundError, TimeoutError):
                return
            with connection:
                try:
                    answered[0] += connection.ask("GET", "/", "counter.localhost").status == 200
                except (OSError, EOFError) as error:
                    resets[repr(error)] += 1
    for _ in range(3):
        server = make(workers=2)
        path = str(server.folder / "local")
        server.listen_extra = f"  - address: unix:{path}\n"
        server.write_config(f"admin: unix:{server.admin}\n")
        wait_until(lambda: os.path.exists(path), server.log)
        threads = [threading.Thread(target=storm, args=(address,)) for address in (server.address, path) for _ in range(4)]
        [thread.start() for thread in threads]
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(10 * PATIENCE) == 0, server.log()
        [thread.join() for thread in threads]
    assert answered[0] > 100 and not resets, resets
