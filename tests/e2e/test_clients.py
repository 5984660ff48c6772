# SPDX-License-Identifier: Apache-2.0
"""Clients that come and go as they should not: half-closed, reset, silent, slow, talkative, and ten thousand at once. What is asked
properly is answered, and nobody else notices."""
import contextlib
import resource
import select
import signal
import socket
import struct
import time

import pytest

import harness
from harness import PATIENCE, Connection

CONFIG = ("hosts:\n  - {host: fixed, respond: {body: fixed}}\n"
          "  - {host: large, respond: {body: '" + "x" * 500_000 + "'}}\n"
          "  - {host: middling, respond: {body: '" + "x" * 300_000 + "'}}\n"
          "http: {body: 1M, connections: 20K, read_timeout: 1s, body_timeout: 2s, write_timeout: 1s, idle_timeout: 60s}\n")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients")
    folder.chmod(0o755)
    server = harness.Server(folder, config=CONFIG)
    server.tenant("echo", "echo", "hosts: [echo]\nlimits: {request_size: 10K}\n")
    server.tenant("spin", "spin", "hosts: [spin]\nlimits: {instructions: 200M, deadline: 60s}\n")
    with server:
        server.wait_for("echo")
        server.wait_for("spin", status=504)
        yield server


def reset(connection):
    """Closes without a goodbye."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def well(server):
    assert server.get("echo").status == 200 and server.get("fixed").text == "fixed"


# ---- ends ---------------------------------------------------------------------------------------------

def test_a_client_that_has_said_all_gets_what_takes_long(server):
    """Its end of the connection is closed while the request is parked, and while a large answer is on its way."""
    with server.connect(60) as connection:
        connection.request("GET", "/", "spin")
        connection.socket.shutdown(socket.SHUT_WR)
        assert connection.answer().status == 504 and connection.closed()
    with server.connect() as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: large\r\n\r\n" * 30)
        connection.socket.shutdown(socket.SHUT_WR)
        for _ in range(30):
            assert len(connection.answer().body) == 500_000
        assert connection.closed()


def test_a_half_close_ends_a_body_that_is_not_whole(server):
    with server.connect() as connection:
        connection.send(b"POST / HTTP/1.1\r\nHost: echo\r\nContent-Length: 9\r\n\r\nhello")
        connection.socket.shutdown(socket.SHUT_WR)
        assert connection.closed()
    well(server)


def test_a_reset_while_the_request_is_at_work(server):
    for wait in (0, 0.001, 0.01, 0.05) * 3:
        with server.connect() as connection:
            connection.request("GET", "/", "spin")
            time.sleep(wait)
            reset(connection)
    well(server)


def test_a_reset_anywhere_in_the_answer(server):
    for size in [0, 1, 17, 100, 1000, 65_536, 300_000, 500_000]:
        with server.connect() as connection:
            connection.send(b"GET / HTTP/1.1\r\nHost: large\r\n\r\n" * 20)
            while size > 0:
                size -= len(connection.socket.recv(size))
            reset(connection)
    well(server)


def test_a_reset_before_anything_is_said(server):
    for _ in range(100):
        reset(server.connect())
    well(server)


# ---- a refusal reaches who is still talking ------------------------------------------------------------

@pytest.mark.parametrize("host, size", [("fixed", 40 << 20), ("echo", 40 << 20), ("echo", 2 << 20)])
def test_a_body_that_is_sent_whole_before_the_client_reads(server, host, size):
    with server.connect(60) as connection:
        connection.request("POST", "/", host, body=bytes(size))
        answer = connection.answer()
        assert answer.status == 413 and answer["Connection"] == "close" and connection.closed()


def test_a_chunked_body_that_is_sent_whole_before_the_client_reads(server):
    with server.connect(60) as connection:
        connection.send(b"POST / HTTP/1.1\r\nHost: echo\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"8000\r\n" + bytes(0x8000) + b"\r\n"
        connection.send(chunk * 500 + b"0\r\n\r\n")
        assert connection.answer().status == 413 and connection.closed()


def test_what_follows_nonsense_is_not_answered_but_does_not_hide_the_refusal(server):
    with server.connect(60) as connection:
        connection.send(b"NONSENSE\r\n\r\n" + b"GET / HTTP/1.1\r\nHost: fixed\r\n\r\n" * 100_000)
        assert connection.answer().status == 400 and connection.closed()


def test_what_follows_close_is_not_answered_but_does_not_hide_the_answer(server):
    with server.connect(60) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: fixed\r\nConnection: close\r\n\r\n"
                        + b"GET / HTTP/1.1\r\nHost: large\r\n\r\n" * 100_000)
        answer = connection.answer()
        assert answer.text == "fixed" and answer["Connection"] == "close" and connection.closed()


def test_what_comes_after_close_does_not_cut_a_large_answer(server):
    """The answer is with the kernel, most of it not sent yet, when more comes from the client: a closed socket would answer that
    with a reset, and the rest would be lost (RFC 9112 §9.6)."""
    for wait in (0, 0.05) * 5:
        with Connection(server.address, 60, receive_buffer=4096) as connection:
            connection.send(b"GET / HTTP/1.1\r\nHost: large\r\nConnection: close\r\n\r\n")
            time.sleep(wait)
            connection.send(b"GET / HTTP/1.1\r\n")
            time.sleep(0.05)
            connection.send(b"Host: fixed\r\n\r\n")
            assert len(connection.answer().body) == 500_000 and connection.closed()


def test_a_refusal_behind_a_large_answer_does_not_cut_it(server):
    """Both have shut down their sending sides, and the client's last bytes have not been read."""
    for _ in range(20):
        with Connection(server.address, 60, receive_buffer=4096) as connection:
            connection.send(b"GET / HTTP/1.1\r\nHost: large\r\n\r\nNONSENSE\r\n" + bytes(200_000))
            connection.socket.shutdown(socket.SHUT_WR)
            time.sleep(0.02)
            assert len(connection.answer().body) == 500_000
            assert connection.answer().status == 400 and connection.closed()


# ---- slow ones ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("begin, drop", [
    (b"GET / HTTP/1.1\r\nHost: fixed\r\nX: ", b"y"),
    (b"GET / HTTP/1.1\r\nHost: fixed\r\n", b"X: y\r\n"),
    (b"POST / HTTP/1.1\r\nHost: echo\r\nContent-Length: 5000\r\n\r\n", b"y"),
    (b"POST / HTTP/1.1\r\nHost: fixed\r\nContent-Length: 5000\r\n\r\n", b"y"),
    (b"POST / HTTP/1.1\r\nHost: echo\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\ny\r\n"),
    (b"POST / HTTP/1.1\r\nHost: echo\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"y"),
    (b"POST / HTTP/1.1\r\nHost: echo\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
], ids=["value", "headers", "body", "dropped body", "chunks", "extension", "trailers"])
def test_a_request_that_trickles_in_is_408(server, begin, drop):
    """However lively: the deadline is that of the whole, and for a large body that of each 64 KiB."""
    with server.connect() as connection:
        connection.send(begin)
        deadline = time.monotonic() + 20 * PATIENCE
        connection.socket.settimeout(0.05)
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            while time.monotonic() < deadline and not connection.buffer:
                connection.send(drop)
                with contextlib.suppress(TimeoutError):
                    connection.buffer += connection.socket.recv(65536)
        connection.socket.settimeout(10 * PATIENCE)
        assert connection.answer().status == 408
    well(server)


def test_a_body_that_comes_steadily_has_an_end_too(server):
    """64 KiB earn it another second, and five times as many come; but not for ever."""
    with server.connect() as connection:
        connection.send(b"POST / HTTP/1.1\r\nHost: fixed\r\nContent-Length: 1000000\r\n\r\n")
        begin = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - begin < 5 * PATIENCE:
                connection.send(b"x" * 33000)
                time.sleep(0.1)
                if select.select([connection.socket], [], [], 0)[0]:
                    break
        assert connection.answer().status == 408
        assert 1.5 < time.monotonic() - begin < 4 * PATIENCE


@contextlib.contextmanager
def served_slowly(make_server, tmp_path, rate):
    """A server, and a connection to its unix socket, which holds 208 KiB that nobody has read."""
    path = tmp_path / "socket"
    server = make_server(config=CONFIG.replace("write_timeout: 1s", f"write_timeout: 1s, min_write_rate: {rate}"),
                         listen_extra=f"  - address: unix:{path}\n").start()
    assert server.get("fixed").text == "fixed"  # a worker serves, so all sockets listen
    with Connection(str(path), 60) as connection:
        yield server, connection
    assert server.get("fixed").text == "fixed"


def read_steadily(connection, size):
    """5 MB a second: there is progress all the time. Bytes that came before the end."""
    got = 0
    with contextlib.suppress(ConnectionResetError):
        while got < size and (part := connection.socket.recv(100_000)):
            got += len(part)
            time.sleep(0.02)
    return got


@pytest.mark.parametrize("rate, whole", [("0", True), ("1M", True), ("64M", False)])
def test_answers_that_are_taken_steadily_have_an_end_too(make_server, tmp_path, rate, whole):
    """15 MB take three seconds, in which a step of write_timeout never passes without progress."""
    with served_slowly(make_server, tmp_path, rate) as (_, connection):
        connection.send(b"GET / HTTP/1.1\r\nHost: large\r\n\r\n" * 30)
        assert (read_steadily(connection, 15_000_000) >= 15_000_000) == whole


def test_a_slow_line_is_not_one_that_stands_still(server):
    """The kernel has megabytes of the answers, and tells of room when a third of them has been taken: many times write_timeout later."""
    with Connection(server.address, 60, receive_buffer=65536) as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: large\r\n\r\n" * 30)
        begin, got = time.monotonic(), 0
        while got < 15_000_000 and (part := connection.socket.recv(30_000)):
            got += len(part)
            if time.monotonic() - begin < 4:
                time.sleep(0.1)
        assert got >= 15_000_000


def test_asking_on_is_no_reading(make_server, tmp_path):
    """Some of an answer waits for the client, who asks for more instead of taking it."""
    with served_slowly(make_server, tmp_path, "4K") as (_, connection):
        connection.send(b"GET / HTTP/1.1\r\nHost: middling\r\n\r\n")
        deadline = time.monotonic() + 10 * PATIENCE
        with pytest.raises(OSError):
            while time.monotonic() < deadline:
                connection.send(b"GET / HTTP/1.1\r\nHost: fixed\r\n\r\n")
                time.sleep(0.1)


def test_a_client_that_waits_is_freed_when_the_rate_is(make_server, tmp_path):
    """An answer of 15 MB at 64 MB a second would have less time than it takes."""
    with served_slowly(make_server, tmp_path, "64M") as (server, connection):
        connection.send(b"GET / HTTP/1.1\r\nHost: large\r\n\r\n" * 30)
        text = server.config.read_text()
        harness.replace_file(server.config, text.replace("min_write_rate: 64M", "min_write_rate: 0").encode())
        server.process.send_signal(signal.SIGHUP)
        assert read_steadily(connection, 15_000_000) >= 15_000_000


# ---- ten thousand -------------------------------------------------------------------------------------

def test_ten_thousand_idle_connections(make_server):
    """As many as the limit of descriptors allows, half of them with a request begun; all are answered when they end it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = max(100, min(10_000, hard - 1000))
    server, crowd = make_server(config=CONFIG.replace("read_timeout: 1s", "read_timeout: 60s")), []
    server.tenant("echo", "echo", "hosts: [echo]\n")
    try:
        server.start()
        server.wait_for("echo")
        for i in range(count):
            connection = Connection(server.address, 60)
            crowd.append(connection)
            if i % 2:
                connection.send(b"GET / HT")
            if i % 500 == 0:
                well(server)
        for connection in crowd[1::2]:
            connection.send(b"TP/1.1\r\nHost: fixed\r\n\r\n")
        for connection in crowd[1::2]:
            assert connection.answer().text == "fixed"
        for connection in crowd[::2]:
            assert connection.ask("GET", "/", "fixed").text == "fixed"
    finally:
        for connection in crowd:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    well(server)
