# SPDX-License-Identifier: Apache-2.0
"""What the processes may do and what they do, as the kernel sees it."""
import contextlib
import os
import re
import signal
import subprocess
import time

import pytest

from harness import BUILD, Connection, wait_until

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
    assert server.children() == [worker]
    lines = trace.read_text().splitlines()
    calls = {line.split("(")[0] for line in lines if re.match(r"\w+\(", line)}
    assert {"accept4", "recvfrom", "sendto", "mprotect", "mmap", "write", "recvmsg"} <= calls, f"it saw little: {calls}"
    assert len(calls) <= MOST_CALLS, sorted(calls)
    assert not calls & NEVER, calls & NEVER
    executable = [line for line in lines if "PROT_EXEC" in line]
    assert not [line for line in executable if "PROT_WRITE" in line or line.startswith("mprotect")], executable
