# SPDX-License-Identifier: Apache-2.0
"""What the processes may do and what they do, as the kernel sees it."""
import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time

import pytest

from harness import BUILD, Connection, Server, wait_until

MOST_CALLS = 20
NEVER = {"open", "openat", "openat2", "creat", "connect", "socket", "bind", "listen", "execve", "execveat", "fork", "vfork",
         "clone", "clone3", "ptrace", "memfd_create", "kill", "unlink", "rename"}

pytestmark = pytest.mark.skipif("sanitize" in BUILD.name, reason="the sanitizers make system calls of their own")


@contextlib.contextmanager
def traced(pid, file):
    """strace on a process; the file has a line for each call."""
    tracer = subprocess.Popen(["strace", "-qq", "-o", file, "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    try:
        def follows():
            if tracer.poll() is not None:
                pytest.skip(f"strace may not look: {tracer.stderr.read()}")
            return f"TracerPid:\t{tracer.pid}" in open(f"/proc/{pid}/status").read()
        wait_until(follows, "strace follows the worker")
        yield
    finally:
        tracer.send_signal(signal.SIGTERM)
        tracer.communicate()


def everything(server, admin, argument):
    """What a server meets in a minute: requests that are answered, trap, log, wait, bring a lot; instances that come and
    go; a program and a configuration that change; logs that are opened anew; whoever reads the metrics."""
    for _ in range(3):
        with server.connect() as connection:
            for host in ("hello", "counter", "wild-pointer", "page", "work"):
                connection.ask("GET", "/", f"{host}.localhost")
            assert connection.ask("POST", "/", "echo.localhost", body=b"x" * 300000).status == 200
            assert connection.ask("GET", "/", "nobody.localhost").status == 404
        time.sleep(0.3)
    server.tenant("hello", "hello", f"hosts: [hello.localhost]\narguments: [{argument}]\n")
    with open(server.config, "a") as config:
        config.write(f"# {argument}\n")
    os.kill(server.process.pid, signal.SIGUSR1)
    with Connection(admin) as connection:
        assert connection.ask("GET", "/metrics", "x").status == 200
    time.sleep(1)
    server.wait_for("hello.localhost")


def test_a_worker_in_steady_state(make_server, tmp_path):
    admin, trace, log = str(tmp_path / "admin"), tmp_path / "trace", tmp_path / "access.log"
    log.touch(mode=0o666)
    server = make_server(access_log=str(log), config=f"admin: unix:{admin}\ninstances: {{idle: 100ms}}\n")
    names = ("hello", "counter", "wild-pointer", "page", "work", "echo")
    for name in names:
        server.tenant(name, name)
    server.start()
    for name in names:
        server.wait_for(f"{name}.localhost", 502 if name == "wild-pointer" else 200)
    everything(server, admin, "warm")
    worker = server.children()[0]
    with traced(worker, trace):
        everything(server, admin, "traced")
    assert server.are_alive([worker])
    lines = trace.read_text().splitlines()
    calls = {line.split("(")[0] for line in lines if re.match(r"\w+\(", line)}
    assert {"accept4", "recvfrom", "sendto", "mprotect", "mmap", "write", "recvmsg"} <= calls, f"it saw little: {calls}"
    assert len(calls) <= MOST_CALLS, sorted(calls)
    assert not calls & NEVER, calls & NEVER
    executable = [line for line in lines if "PROT_EXEC" in line]
    assert not [line for line in executable if "PROT_WRITE" in line or line.startswith("mprotect")], executable


def namespaces_of(pid, kinds=("net", "ipc", "uts", "mnt")):
    return {kind: os.readlink(f"/proc/{pid}/ns/{kind}") for kind in kinds}


def capabilities_of(pid):
    return int(re.search(r"CapEff:\s*(\w+)", open(f"/proc/{pid}/status").read())[1], 16)


@pytest.mark.parametrize("user", [None, 65534], ids=["as it is", "unprivileged"])
def test_namespaces(user):
    """Workers and builders see no network and no file."""
    if user and os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are for their owner only
        try_namespaces(Server(folder), user)


def try_namespaces(server, user):
    server.tenant("hello", "hello")
    server.tenant("slow", "init-loops", "limits: {init_instructions: 1000T, init_deadline: 10m}\n")
    with server.start(user=user):
        server.wait_for("hello.localhost")
        children = wait_until(lambda: len(server.children()) == 2 and server.children(), "a worker and a builder")
        if "not in namespaces of their own" in server.log():
            pytest.skip("the kernel refuses namespaces")
        own = namespaces_of(server.process.pid)
        for child in children:
            wait_until(lambda: capabilities_of(child) == 0, f"{child} gives up what it can do")
            assert not own.items() & namespaces_of(child).items()
            assert os.listdir(f"/proc/{child}/root") == []
            assert open(f"/proc/{child}/net/dev").read().count(":") == 1, "only a loopback of its own"
