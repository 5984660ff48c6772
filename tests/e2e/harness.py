# SPDX-License-Identifier: Apache-2.0
"""Drives the real binary over real sockets: start a server in a folder of its own, ask, read its log."""
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

BUILD = Path(os.environ.get("MAYFLY_BUILD", Path(__file__).resolve().parents[2] / "build"))
MAYFLY = BUILD / "mayfly"
GUESTS = BUILD / "guests"
TEST_GUESTS = BUILD / "tests" / "guests"
COMPILER = BUILD / "mayfly-compiler"  # of native code; not there without LLVM
SOURCE = Path(__file__).resolve().parents[2]
# A sanitizer build is several times slower; waits are scaled, never the expectations.
PATIENCE = 4 if "sanitize" in BUILD.name else 1


def guest(name):
    """The ELF of an example or a test guest."""
    for folder in (GUESTS, TEST_GUESTS):
        if (folder / f"{name}.elf").exists():
            return folder / f"{name}.elf"
    raise FileNotFoundError(f"{name}.elf is not built in {GUESTS} or {TEST_GUESTS}")


def wait_until(condition, what, seconds=10):
    """Polls until condition() is true and returns its value."""
    deadline = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"not within {seconds * PATIENCE} s: {what() if callable(what) else what}")


def version_program(folder, text):
    """A program that answers `text` many times over: a mixed answer would show."""
    source = folder / f"{text}.c"
    source.write_text(f"""#include <mayfly.h>
        static char page[4096];
        int main(void) {{
            for (unsigned i = 0; i + 1 < sizeof page; i++) page[i] = "{text}"[i % {len(text)}];
            mayfly_accept();
            mayfly_respond(200, "text/plain", page);
        }}""")
    out = folder / f"{text}.elf"
    subprocess.run([MAYFLY, "build", source, "-o", out], check=True)
    return out


def is_version(answer, text):
    """The answer is version_program's, whole and of one piece."""
    return answer.status == 200 and answer.body == (text.encode() * 4096)[:4095]


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
        unsigned seed = (unsigned)atoi(request->path.data + 1), rounds = seed == 1000 ? 900000 : 20 + seed % 50;
        double sum = 0;
        for (unsigned i = 0; i < rounds; i++) { seed = scramble(seed); sum += average(); }
        snprintf(text, sizeof text, "%u %.3f\\n", seed, sum);
        mayfly_respond(200, "text/plain", text);
    }"""


def work_program(folder, source=WORK):
    """A program that computes its answer from the number in the path: enough to become native. 1000 takes very long."""
    (folder / "work.c").write_text(source)
    subprocess.run([MAYFLY, "build", folder / "work.c", "-o", folder / "work.elf"], check=True)
    return folder / "work.elf"


class Answer:
    def __init__(self, status, headers, body, version):
        self.status, self.headers, self.body, self.version = status, headers, body, version

    def __getitem__(self, name):
        return dict((k.lower(), v) for k, v in self.headers).get(name.lower())

    @property
    def text(self):
        return self.body.decode()

    def __repr__(self):
        return f"<{self.status} {self.body[:80]!r}>"


class Connection:
    """A raw connection that reads one answer at a time and keeps what came after it."""

    def __init__(self, address, timeout=10, receive_buffer=None):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family)
        self.socket.settimeout(timeout * PATIENCE)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(address)
        if family != socket.AF_UNIX:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def request(self, method="GET", target="/", host="localhost", headers=(), body=None, version="1.1"):
        lines = [f"{method} {target} HTTP/{version}"]
        if host is not None:
            lines.append(f"Host: {host}")
        lines += [f"{name}: {value}" for name, value in headers]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b""))

    def _more(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return bool(data)

    def _until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                raise EOFError(f"closed with {self.buffer[:200]!r} read")
        head, self.buffer = self.buffer.split(mark, 1)
        return head

    def _exactly(self, size):
        while len(self.buffer) < size:
            if not self._more():
                raise EOFError(f"closed after {len(self.buffer)} of {size} bytes")
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def answer(self, head_only=False):
        """The next final answer; EOFError if the server closed before one was whole."""
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status = lines[0].split(" ")[:2]
        headers = [tuple(line.split(": ", 1)) for line in lines[1:]]
        result = Answer(int(status), headers, b"", version)
        if result.status < 200 or result.status in (204, 304) or head_only:
            return result
        result.body = self._exactly(int(result["Content-Length"]))
        return result

    def ask(self, *args, **kwargs):
        self.request(*args, **kwargs)
        method = args[0] if args else kwargs.get("method", "GET")
        return self.answer(head_only=method == "HEAD")

    def closed(self):
        """True if the server closes now without another byte."""
        try:
            return not self.buffer and not self._more()
        except ConnectionResetError:
            return True


class Server:
    """`mayfly serve` in `folder`; a context manager that always ends what it started."""

    def __init__(self, folder, workers=1, config="", listen_extra="", access_log="off"):
        self.folder = Path(folder)
        self.tenants = self.folder / "tenants"
        self.tenants.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.workers, self.access_log = workers, access_log
        self.config = self.folder / "mayfly.yaml"
        self.listen_extra = listen_extra
        self.write_config(config)
        self.log_path = self.folder / "server.log"
        self.process = None
        self.binary = MAYFLY

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    def write_config(self, extra=""):
        text = (f"listen:\n  - address: 127.0.0.1:{self.port}\n{self.listen_extra}workers: {self.workers}\n"
                f"tenants: tenants\naccess_log: \"{self.access_log}\"\n{extra}")
        replace_file(self.config, text.encode())

    def tenant(self, name, program=None, yaml=""):
        """Makes or changes a tenant: program is an ELF's path or the name of a guest."""
        home = self.tenants / name
        home.mkdir(exist_ok=True)
        replace_file(home / "tenant.yaml", (yaml or f"hosts: [{name}.localhost]\n").encode())
        if program is not None:
            replace_file(home / "program.elf", Path(program if os.sep in str(program) else guest(program)).read_bytes())
        return home

    def start(self, wait=True, environment=None, **popen):
        """`environment` comes on top of ours; `popen` are further options of the process."""
        self.log_file = open(self.log_path, "ab")
        options = dict(stdin=subprocess.DEVNULL, stdout=self.log_file, stderr=self.log_file, cwd=self.folder,
                       env=os.environ | (environment or {}))
        self.process = subprocess.Popen([self.binary, "serve", "-c", self.config], **(options | popen))
        if wait:
            wait_until(self.accepts, lambda: f"the server listens:\n{self.log()}")
        return self

    def accepts(self):
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log()}"
        with contextlib.suppress(OSError), socket.create_connection(self.address, 1):
            return True
        return False

    def __enter__(self):
        return self.start() if self.process is None else self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(3 * PATIENCE)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        self.log_file.close()
        log = self.log()
        assert "internal error" not in log and "runtime error" not in log and "AddressSanitizer" not in log, log

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def wait_log(self, text, seconds=10):
        wait_until(lambda: text in self.log(), lambda: f"{text!r} in the log:\n{self.log()}", seconds)

    def connect(self, timeout=10):
        return Connection(self.address, timeout)

    def get(self, host, target="/", **kwargs):
        with self.connect() as connection:
            return connection.ask(kwargs.pop("method", "GET"), target, host, **kwargs)

    def wait_for(self, host, status=200, body=None, target="/"):
        """Waits until a tenant answers as it should; returns that answer."""
        last = [None]

        def good():
            last[0] = self.get(host, target)
            return last[0].status == status and (body is None or body in last[0].body) and last[0]
        return wait_until(good, lambda: f"{host} answers {status} {body}: {last[0]!r}\n{self.log()}", 20)

    def children(self):
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def worker_pids(self):
        """Children that are no compilers."""
        def is_compiler(pid):
            with contextlib.suppress(OSError):
                return b"mayfly-compiler" in Path(f"/proc/{pid}/cmdline").read_bytes()
            return False
        return [pid for pid in self.children() if not is_compiler(pid)]

    def are_alive(self, pids):
        """None of these children has died; there may be others meanwhile, such as compilers."""
        return set(pids) <= set(self.children())

    def access_lines(self):
        return [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]


class Clients:
    """Threads that ask until the block ends: one for each (function, arguments), which returns once `stop` is set."""

    def __init__(self, *runs):
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=run, args=arguments) for run, *arguments in runs]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def replace_file(path, data):
    """Atomically: a reader sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(data)
    os.replace(temporary, path)
