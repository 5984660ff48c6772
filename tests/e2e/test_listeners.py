# SPDX-License-Identifier: Apache-2.0
"""Where connections come in: IPv4, IPv6, unix sockets, several at once; and that a worker at work keeps nobody waiting."""
import contextlib
import socket
import time

import pytest

import harness
from harness import PATIENCE, Connection


def free_port(address):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def has_v6():
    try:
        return free_port("::1") > 0
    except OSError:
        return False


needs_v6 = pytest.mark.skipif(not has_v6(), reason="this machine has no IPv6")


def ask(address, host="echo", target="/"):
    with Connection(address) as connection:
        return connection.ask("GET", target, host)


@pytest.fixture
def echo(make_server):
    """echo(more listeners) -> a server with the tenant echo."""
    def make(listen):
        server = make_server(listen_extra="".join(f"  - {entry}\n" for entry in listen), workers=2)
        server.tenant("echo", "echo", "hosts: [echo]\n")
        server.start()
        server.wait_for("echo")
        return server
    return make


@needs_v6
def test_ipv6(echo):
    port = free_port("::1")
    server = echo([f"address: '[::1]:{port}'"])
    for _ in range(8):
        assert "from ::1, path /" in ask(("::1", port)).text
    assert "from 127.0.0.1, path /" in ask(server.address).text
    with pytest.raises(ConnectionRefusedError):
        ask(("127.0.0.1", port))


@needs_v6
def test_one_address_for_both_families(echo):
    port = free_port("::")
    echo([f"address: ':{port}'"])
    assert "from ::1, path /" in ask(("::1", port)).text
    assert "from 127.0.0.1, path /" in ask(("127.0.0.1", port)).text, "no client is an IPv4 address written as IPv6"


def test_unix_sockets(echo, tmp_path):
    paths = [str(tmp_path / name) for name in ("one", "two")]
    echo([f"address: unix:{path}" for path in paths])
    for path in paths * 4:
        assert "from unix, path /" in ask(path).text


def test_each_listener_answers_for_itself(echo, tmp_path):
    """Many at once, some with a response of their own, used in turn and all at the same time."""
    ports = [free_port("127.0.0.1") for _ in range(3)]
    path = str(tmp_path / "socket")
    server = echo([f"{{address: '127.0.0.1:{port}', respond: {{body: '{port}'}}}}" for port in ports]
                  + [f"{{address: 'unix:{path}', respond: {{body: local}}}}"])
    expected = {("127.0.0.1", port): str(port) for port in ports} | {path: "local"}
    with contextlib.ExitStack() as stack:
        open_ones = [(stack.enter_context(Connection(address)), text) for address, text in expected.items() for _ in range(5)]
        for _ in range(3):
            for connection, text in open_ones:
                assert connection.ask("GET", "/any/path", "any.host").text == text
    assert ask(server.address).text.startswith("GET / HTTP/1.1")


def test_workers_at_work_keep_no_new_connection_waiting(make_server):
    server = make_server(workers=2, config="drain_timeout: 100ms\n")
    server.tenant("spin", "spin", "limits: {instructions: 1000T, deadline: 60s}\n")
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    server.wait_log("tenant spin")
    time.sleep(0.2 * PATIENCE)
    with contextlib.ExitStack() as stack:
        spinning = [stack.enter_context(server.connect()) for _ in range(6)]
        for connection in spinning:
            connection.request("GET", "/", "spin.localhost")
        for _ in range(40):
            assert server.get("hello.localhost").status == 200
        for connection in spinning:
            connection.socket.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.socket.recv(1)  # still at work


def test_a_listener_that_is_taken_away_and_given_back(echo):
    port = free_port("127.0.0.1")
    server = echo([f"address: 127.0.0.1:{port}"])
    assert ask(("127.0.0.1", port)).status == 200
    with Connection(("127.0.0.1", port)) as kept:
        assert kept.ask("GET", "/", "echo").status == 200
        config = server.config.read_text()
        harness.replace_file(server.config, config.replace(f"  - address: 127.0.0.1:{port}\n", "").encode())

        def refused():
            with contextlib.suppress(OSError), Connection(("127.0.0.1", port)):
                return False
            return True
        harness.wait_until(refused, server.log)
        assert ask(server.address).status == 200
        assert kept.ask("GET", "/", "echo").status == 200, "a connection outlives its listener"
    harness.replace_file(server.config, config.encode())

    def serves():
        with contextlib.suppress(OSError):
            return ask(("127.0.0.1", port)).status == 200
    harness.wait_until(serves, server.log)
