# SPDX-License-Identifier: Apache-2.0
"""Starting servers for a benchmark and reading what they cost."""
import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
COUNTS = struct.Struct("=QQQ")  # struct counts of between.c


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_status(port, host, path="/", want=b" 200 ", seconds=60, pause=0.02):
    """Asks until the answer is the wanted one, with pauses: a tenant may still be on its way up."""
    deadline = time.monotonic() + seconds
    answer = b""
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = connection.recv(4096)
            if want in answer.split(b"\r\n")[0]:
                return
        time.sleep(pause)
    raise RuntimeError(f"{host}:{port}{path} did not answer {want!r} within {seconds} s: {answer[:200]!r}")


def children(pid):
    found = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *children(int(child))]
    return found


class Server:
    """A running server: where it listens, which processes it is."""

    def __init__(self, name, command, port, folder=None, between=None):
        """`between`: the library that counts the time between system calls (bench/between.c)."""
        self.name, self.command, self.port, self.folder = name, command, port, folder
        self.log = tempfile.TemporaryFile()
        self.counts = tempfile.NamedTemporaryFile()
        self.counts.truncate(COUNTS.size)
        self.environment = {**os.environ, "LD_PRELOAD": str(between), "BETWEEN_FILE": self.counts.name} if between else None
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        cwd=self.folder, env=self.environment)

    def between(self):
        """(ns between system calls, reads that brought something), or None where nothing is counted."""
        ticks, received, ticks_per_ms = COUNTS.unpack(Path(self.counts.name).read_bytes())
        return (ticks * 1e6 / ticks_per_ms, received) if ticks_per_ms else None

    def cpu(self):
        """(user, system) seconds that its processes have used; not those of another name, which compile beside it."""
        user = system = 0
        own = None
        for pid in [self.process.pid, *children(self.process.pid)]:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a compiler that is ready
                name, fields = Path(f"/proc/{pid}/stat").read_text().split("(", 1)[1].rsplit(")", 1)
                own = own or name
                if name == own:
                    fields = fields.split()
                    user, system = user + int(fields[11]), system + int(fields[12])
        return user / TICK, system / TICK

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def stop(self):
        self.end()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def text(self):
        return os.pread(self.log.fileno(), os.fstat(self.log.fileno()).st_size, 0).decode(errors="replace")


def between_library(build):
    return build / "bench" / "between.so"


def start_floor(build):
    server = Server("floor", [build / "bench" / "bench_floor"], 0, between=between_library(build))
    deadline = time.monotonic() + 10
    while not server.text() and time.monotonic() < deadline:
        time.sleep(0.01)
    server.port = int(server.text())
    return server


def start_nginx(build):
    """nginx with one worker and `return 200`, or None if it is not installed."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not binary:
        return None
    folder, port = Path(tempfile.mkdtemp(prefix="mayfly-bench-")), free_port()
    (folder / "nginx.conf").write_text(f"""
        daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
        events {{ worker_connections 4096; }}
        http {{
          access_log off; keepalive_requests 1000000000; default_type text/plain;
          client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
          uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
          server {{ listen 127.0.0.1:{port}; location / {{ return 200 "Hello, world!\\n"; }} }}
        }}""")
    return Server("nginx", [binary, "-p", str(folder), "-c", str(folder / "nginx.conf")], port, folder,
                  between_library(build))


def start_mayfly(build, name, programs, workers=1, extra="", distinct=False):
    """`programs` is {tenant: ELF}; a fixed response answers at fixed.localhost. `distinct`: each program gets a trailing
    byte string of its own, so that no two tenants share an artifact."""
    folder, port = Path(tempfile.mkdtemp(prefix="mayfly-bench-")), free_port()
    folder.chmod(0o755)
    for tenant, program in programs.items():
        home = folder / "tenants" / tenant
        home.mkdir(parents=True)
        (home / "program.elf").write_bytes(Path(program).read_bytes() + (tenant.encode() if distinct else b""))
        (home / "tenant.yaml").write_text(f"hosts: [{tenant}.localhost]\n")
    (folder / "tenants").mkdir(exist_ok=True)
    (folder / "mayfly.yaml").write_text(f"""
listen:
  - address: 127.0.0.1:{port}
workers: {workers}
tenants: tenants
hosts:
  - host: fixed.localhost
    respond: {{status: 200, type: text/plain, body: "Hello, world!\\n"}}
{extra}""")
    return Server(name, [build / "mayfly", "serve", "-c", str(folder / "mayfly.yaml")], port, folder,
                  between_library(build))
