# SPDX-License-Identifier: Apache-2.0
"""Calls of the operating system fail one after the other while requests come: the server neither dies nor hangs nor
leaks, and serves as before when the fault has passed. tests/faults/fail.c makes the calls fail."""
import contextlib
import errno
import mmap
import os
import re
import struct
import time

import pytest

from harness import BUILD, Connection, Server, wait_until

FAIL = BUILD / "tests" / "fail.so"
# In the order of enum call in fail.c, each with what it fails with.
CALLS = {"malloc": errno.ENOMEM, "calloc": errno.ENOMEM, "realloc": errno.ENOMEM, "mmap": errno.ENOMEM,
         "mprotect": errno.ENOMEM, "madvise": errno.EAGAIN, "accept4": errno.EMFILE, "recv": errno.ECONNRESET,
         "send": errno.EPIPE, "sendmsg": errno.ENOBUFS, "recvmsg": errno.EMFILE, "memfd_create": errno.EMFILE,
         "epoll_ctl": errno.ENOSPC, "write": errno.ENOSPC, "ftruncate": errno.ENOSPC, "socketpair": errno.EMFILE,
         "open": errno.EMFILE, "read": errno.EIO, "repeat": 0}
IN_A_WORKER = ["malloc", "calloc", "realloc", "mmap", "mprotect", "madvise", "accept4", "recv", "send", "epoll_ctl", "write"]
IN_THE_SUPERVISOR = ["malloc", "calloc", "realloc", "mmap", "memfd_create", "epoll_ctl", "write", "ftruncate", "socketpair",
                     "open", "read", "sendmsg", "recvmsg"]

pytestmark = pytest.mark.skipif("sanitize" in BUILD.name, reason="the sanitizers bring a malloc of their own")


class Control:
    """struct control of fail.c, shared with the server's processes."""

    def __init__(self, path):
        path.write_bytes(bytes(4096))
        self.path = path
        with open(path, "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 4096)

    def arm(self, process, call, countdown):
        number = list(CALLS).index(call)
        struct.pack_into("5i", self.memory, 0, 0, number, countdown, CALLS[call], 0)
        struct.pack_into("i", self.memory, 0, process)  # last: from now on

    def disarm(self):
        """How many calls failed."""
        struct.pack_into("i", self.memory, 0, 0)
        return struct.unpack_from("i", self.memory, 16)[0]

    def set_clock(self, seconds):
        struct.pack_into("2i", self.memory, 16, 0, seconds)

    def clock_reads(self):
        return struct.unpack_from("i", self.memory, 16)[0]


def faulty(**settings):
    return {"LD_PRELOAD": str(FAIL), **settings}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    assert FAIL.exists(), f"{FAIL} is not built"
    folder = tmp_path_factory.mktemp("faults")
    server = Server(folder, workers=1, config="instances: {idle: 100ms}\n")  # so that instances come and go
    server.control = Control(folder / "control")
    for name in ("counter", "echo", "hello"):
        server.tenant(name, name)
    with server.start(environment=faulty(FAIL_CONTROL=str(server.control.path))):
        for name in ("counter", "echo", "hello"):
            server.wait_for(f"{name}.localhost")
        yield server


def some_load(server):
    """A few requests of several kinds; what becomes of them is not the question."""
    with contextlib.suppress(OSError, EOFError), server.connect() as connection:
        connection.ask("GET", "/", "counter.localhost")
        connection.ask("POST", "/", "echo.localhost", body=b"x" * 100000)
        connection.ask("GET", "/", "hello.localhost")


def serves(server):
    with contextlib.suppress(OSError, EOFError), server.connect() as connection:
        return connection.ask("GET", "/", "counter.localhost").text.strip() == "1" and \
            connection.ask("POST", "/", "echo.localhost", body=b"y" * 50000).status == 200
    return False


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def what_is_open(pid):
    return [os.readlink(f"/proc/{pid}/fd/{descriptor}") for descriptor in os.listdir(f"/proc/{pid}/fd")]


def fail_in_turn(server, process, call, most, act):
    """The 1st, 2nd ... call fails while `act` does what it does. How many did."""
    failed = 0
    for countdown in range(1, most + 1):
        server.control.arm(process, call, countdown)
        for _ in range(5):
            act()
            if struct.unpack_from("i", server.control.memory, 16)[0]:
                break
        hits = server.control.disarm()
        failed += hits
        wait_until(lambda: serves(server), lambda: f"it serves after {call} failed the {countdown}th time\n{server.log()}")
        assert server.process.poll() is None
        if not hits:
            break  # there are not so many
    return failed


@pytest.mark.parametrize("call", IN_A_WORKER)
def test_in_a_worker(server, call):
    worker = server.children()[0]
    wait_until(lambda: serves(server), server.log)
    before = descriptors(worker)
    fail_in_turn(server, worker, call, 12, lambda: (some_load(server), time.sleep(0.01)))
    assert server.are_alive([worker]), f"it did not die:\n{server.log()}"
    wait_until(lambda: descriptors(worker) <= before, lambda: f"{before} descriptors, as before: {what_is_open(worker)}")


@pytest.mark.parametrize("call", IN_THE_SUPERVISOR)
def test_in_the_supervisor_while_it_deploys(server, call):
    versions = iter(range(1000))

    def deploy():
        number = next(versions)
        server.tenant("hello", yaml=f"hosts: [hello.localhost]\narguments: [{call}{number}]\n")
        some_load(server)
        time.sleep(0.1)
    before = descriptors(server.process.pid)
    fail_in_turn(server, server.process.pid, call, 6, deploy)
    server.tenant("hello", "counter", yaml=f"hosts: [hello.localhost]\narguments: [{call}]\n")
    server.wait_for("hello.localhost", body=b"1")  # what comes after the fault is deployed
    server.tenant("hello", "hello", yaml=f"hosts: [hello.localhost]\narguments: [{call}]\n")
    server.wait_for("hello.localhost", body=b"ello")
    # One more: the version before the last is kept while that is on trial.
    wait_until(lambda: descriptors(server.process.pid) <= before + 1,
               lambda: f"{before} descriptors, as before, and one more: {what_is_open(server.process.pid)}\n{server.log()}")


def test_a_worker_that_does_not_stop_talking(server):
    """Whenever the supervisor looks there is another message; it deploys all the same."""
    server.control.arm(server.process.pid, "repeat", 0)
    try:
        server.tenant("hello", "counter")
        server.wait_for("hello.localhost", body=b"1")
        server.tenant("hello", "hello")
        server.wait_for("hello.localhost", body=b"ello")
    finally:
        assert server.control.disarm() > 10, "it has talked"


def test_something_failed(server):
    """Without this, that nothing broke would prove nothing."""
    worker = server.children()[0]
    for call in ("accept4", "recv", "send"):
        assert fail_in_turn(server, worker, call, 3, lambda: some_load(server)) == 3, call


def test_the_clock_jumps(server):
    """Forth and back by years: deadlines do not follow, and no connection is closed."""
    with server.connect() as connection:
        for seconds in (10 ** 8, -10 ** 8, 86400, -1):
            server.control.set_clock(seconds)

            def told():  # the date is made once a second
                assert connection.ask("GET", "/", "counter.localhost").text.strip() == "1"
                return server.control.clock_reads() > 0
            wait_until(told, "the server asks for the time")
        server.control.set_clock(0)
        assert serves(server)


def test_a_forged_artifact_reaches_no_worker(tmp_path):
    """A builder has run a stranger's code: what it hands over is decoded once more by a process that has not."""
    tmp_path.chmod(0o755)
    server = Server(tmp_path)
    server.tenant("counter", "counter")
    with server.start(environment=faulty(FAIL_FORGE="1")):
        server.wait_log("its operations are not those of its code")
        assert server.get("counter.localhost").status == 503


def test_where_there_are_no_namespaces(tmp_path):
    """As in many a container: said once, and served all the same."""
    tmp_path.chmod(0o755)
    server = Server(tmp_path, config=f"admin: \"unix:{tmp_path}/admin\"\n")
    server.tenant("counter", "counter")
    with server.start(environment=faulty(FAIL_UNSHARE="1")):
        server.wait_for("counter.localhost")
        assert server.log().count("not in namespaces of their own") == 1
        with Connection(f"{tmp_path}/admin") as admin:
            assert "\nmayfly_namespaces 0\n" in admin.ask("GET", "/metrics").text


def test_a_full_disk_costs_lines_of_the_log_and_nothing_else(tmp_path):
    """Both logs are on it. What is lost is counted."""
    tmp_path.chmod(0o755)
    server = Server(tmp_path, access_log="/dev/full", config=f"admin: \"unix:{tmp_path}/admin\"\n")
    server.tenant("counter", "counter")
    server.tenant("wild-pointer", "wild-pointer")
    with open("/dev/full", "wb", buffering=0) as full, server.start(stdout=full, stderr=full):
        server.wait_for("counter.localhost")
        server.wait_for("wild-pointer.localhost", 502)
        worker = server.worker_pids()
        with server.connect() as connection:
            for _ in range(300):
                assert connection.ask("GET", "/", "counter.localhost").text.strip() == "1"
                assert connection.ask("GET", "/", "wild-pointer.localhost").status == 502

        def lost(name):
            with Connection(f"{tmp_path}/admin") as admin:
                return sum(int(n) for n in re.findall(name + r"(?:{.*})? (\d+)", admin.ask("GET", "/metrics").text))
        wait_until(lambda: lost("mayfly_access_log_lost_total") >= 600, "the lost lines of the access log are counted")
        wait_until(lambda: lost("mayfly_log_lost_total") > 0, "and those of the log")
        assert server.are_alive(worker)
