# SPDX-License-Identifier: Apache-2.0
"""What an origin server owes to RFC 9110 and 9112: tests/http/conformance.txt over sockets. Each line's answers are looked at as a
client would that trusts nobody: their number, their form, and whether the connection still is in step afterwards."""
import contextlib
import re
import socket
import time

import pytest

import cases
import harness

CONFIG = """hosts:
  - {host: '*', respond: {body: any}}
  - {host: probe, respond: {body: in step}}
  - {host: empty, respond: {status: 204}}
  - {host: same, respond: {status: 304}}
  - {host: reset, respond: {status: 205}}
  - {host: prefix, prefix: /admin, respond: {body: admin}}
http: {body: 100000}
"""
PROBE = b"GET / HTTP/1.1\r\nHost: probe\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conformance")
    folder.chmod(0o755)
    server = harness.Server(folder, config=CONFIG)
    server.tenant("echo", "echo", "hosts: [echo]\n")
    with server:
        server.wait_for("echo")
        yield server


def check_form(answer, head_only):
    """A final answer is well-formed, says when it was made and by whom, and frames its body in one way."""
    names = [name.lower() for name, _ in answer.headers]
    assert answer.version == "HTTP/1.1"
    assert names.count("date") == 1 and names.count("server") == 1 and "transfer-encoding" not in names
    time.strptime(answer["Date"], "%a, %d %b %Y %H:%M:%S GMT")
    assert all(re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) for name, _ in answer.headers)
    assert names.count("content-length") == (answer.status not in (204, 304)), answer.headers
    if answer.status >= 400:
        assert answer["Content-Type"].startswith("text/plain")
        assert head_only or answer.text.startswith(f"{answer.status} "), "the reason is told"


def read_answers(connection, wanted, in_bytes):
    """The answers that `wanted` ("200", "4xx|501", "head:200", "100") foresees, each checked. A body that comes in bytes is not there
    when its head is read, so that a 100 may come which it would else be too late for."""
    answer = None
    for item in wanted:
        head_only, status = item.startswith("head:"), item.removeprefix("head:")
        answer = connection.answer(head_only)
        if answer.status == 100 and item == "200" and in_bytes:
            answer = connection.answer(head_only)
        assert re.fullmatch(status.replace("x", r"\d"), str(answer.status)), f"{answer} and not {item}"
        if answer.status == 100:
            assert answer.headers == [] and answer.version == "HTTP/1.1"
        else:
            check_form(answer, head_only)
    return answer


def expect_end(connection, end, answer):
    if end == "close":
        assert answer["Connection"] == "close" and connection.closed()
    else:
        assert answer["Connection"] in (None, "keep-alive")
        connection.send(PROBE)
        assert connection.answer().text == "in step"


def send(connection, data, step):
    """In pieces of `step` bytes, as far as the server takes them: it may have answered and closed before all is sent."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        for at in range(0, len(data), step):
            connection.send(data[at:at + step])


@pytest.mark.parametrize("pieces", ["whole", "bytes"])
@pytest.mark.parametrize("line", cases.read_lines("conformance.txt"), ids=lambda line: line.name)
def test_line(server, line, pieces):
    step = 1 if pieces == "bytes" and len(line.parts[0]) < 1000 else 1 << 20
    with server.connect() as connection:
        send(connection, line.parts[0], step)
        if line.end == "more":
            connection.socket.shutdown(socket.SHUT_WR)
            assert connection.closed()
            return
        wanted = line.answers
        if len(line.parts) > 1:  # the rest is sent when the client may expect to be asked for it, or anyway
            if "100" in wanted:
                at = wanted.index("100") + 1
                read_answers(connection, wanted[:at], step == 1)
                wanted = wanted[at:]
            send(connection, line.parts[1], step)
        answer = read_answers(connection, wanted, step == 1)
        assert line.body in answer.body
        expect_end(connection, line.end, answer)
