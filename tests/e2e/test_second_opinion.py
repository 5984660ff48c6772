# SPDX-License-Identifier: Apache-2.0
"""Requests bent at random, given to the server and to h11, a strict parser by others. What the server takes for a request must be
the same to h11 (method, target, body, and where the next one begins), or h11 must refuse it: else the two, in a row, could be made
to disagree about where a request ends.

MAYFLY_ROUNDS and MAYFLY_SEED give more rounds and other ones; a failure says its seed."""
import os
from random import Random

import pytest

import cases
import harness

h11 = pytest.importorskip("h11", reason="Debian's python3-h11 is missing: ./dev setup installs it")

ROUNDS = int(os.environ.get("MAYFLY_ROUNDS", 2500))
SEED = int(os.environ.get("MAYFLY_SEED", 1))
PIECES = [b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b"\x0b", b":", b";", b",", b"0", b"5", b"+", b"-", b"\xa0", b'"', b"\\", b"#",
          b"\r\n ", b"\r\n\r\n", b"Content-Length: 5\r\n", b"Content-Length: 0\r\n", b"Transfer-Encoding: chunked\r\n", b"HTTP/1.1",
          b"Connection: close\r\n", b"Host: b\r\n", b"chunked", b"GET / HTTP/1.1\r\nHost: hidden\r\n\r\n", b"0\r\n\r\n", b"5\r\nhello\r\n"]

NEXT = b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n"
# Half of the rounds begin with one of these, in which a misread length brings the next request to light or swallows it.
FRAMED = [b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + NEXT,
          b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ChunKed\r\n\r\n3;x=y\r\n0\r\n\r\n0\r\nT: u\r\n\r\n" + NEXT,
          b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(NEXT) + NEXT + NEXT,
          b"POST / HTTP/1.1\r\nX: y\r\nContent-Length: 5\r\nHost: a\r\n\r\nhello" + NEXT,
          b"POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n" + NEXT + NEXT]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("opinion")
    folder.chmod(0o755)
    server = harness.Server(folder)
    server.tenant("echo", "echo", "hosts: ['*']\n")
    with server:
        server.wait_for("anything")
        yield server


def bend(data, random):
    """One small change, of the kinds that parsers disagree about."""
    at, kind = random.randrange(len(data) + 1), random.randrange(7)
    if kind == 0:
        return data[:at] + random.choice(PIECES) + data[at:]
    if kind == 1:
        return data[:at] + data[at + random.choice([1, 1, 1, 2, 5]):]
    if kind == 2:
        return data[:at] + bytes([random.randrange(256)]) + data[at + 1:]
    if kind == 3:
        return data[:at] + data[at:at + 1].swapcase() + data[at + 1:]
    lines = data.split(b"\r\n")
    first, second = random.randrange(len(lines)), random.randrange(len(lines))
    if kind == 4:
        lines.insert(first, lines[second])
    elif kind == 5:
        lines[first], lines[second] = lines[second], lines[first]
    else:
        return data.replace(*random.choice([(b"\r\n", b"\n"), (b": ", b" : "), (b": ", b":"), (b" ", b"\t"), (b"\r\n", b"\r\n\r\n")]), 1)
    return b"\r\n".join(lines)


def ours(server, data):
    """[(method, target, body)] of the requests that the server took, and the status of the refusal behind them, if any."""
    taken = []
    with server.connect() as connection:
        try:
            connection.send(data)
            connection.socket.shutdown(harness.socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError, OSError):
            pass
        while True:
            try:
                answer = connection.answer(head_only=data.startswith(b"HEAD"))
            except (EOFError, ConnectionResetError):
                return taken, None
            if answer.status == 100:
                continue
            if answer.status != 200:
                return taken, answer.status
            head, _, rest = answer.body.partition(b"\n\n")
            method, target, _ = head.split(b"\n")[0].split(b" ")
            taken.append((method, target, rest.partition(b"\n")[2][1:]))  # behind the line that says whence, path and query


def theirs(data):
    """[(method, target, body)] by h11, and why it went no further: "error", "more", "close", or "1.0", which it never keeps."""
    taken, connection = [], h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20)
    try:
        connection.receive_data(data)
        connection.receive_data(b"")
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Request):
                request, body = event, b""
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                taken.append((request.method, request.target, body))
                connection.send(h11.Response(status_code=404, headers=[("Content-Length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                    return taken, "1.0" if request.http_version == b"1.0" else "close"
                connection.start_next_cycle()
            else:
                return taken, "more"
    except h11.RemoteProtocolError:
        return taken, "error"


def corpus():
    requests = [request for name in ("heads.cases", "bodies.cases") for _, request, _ in cases.read(name)]
    requests += [part for line in cases.read_lines("conformance.txt") for part in [b"".join(line.parts)]]
    return [request for request in requests if 0 < len(request) < 1000 and not request.startswith(b"HEAD")]


def test_what_is_taken_is_taken_alike(server):
    seeds, agreed = corpus(), 0
    for number in range(SEED * 1_000_000, SEED * 1_000_000 + ROUNDS):
        random = Random(number)
        data = random.choice(random.choice([seeds, FRAMED]))
        for _ in range(random.choice([0, 1, 1, 2, 3])):
            data = bend(data, random)
        taken, refusal = ours(server, data)
        expected, end = theirs(data)
        assert refusal in (None, 400, 413, 414, 417, 431, 501, 505), f"{refusal}, seed {number}: {data!r}"
        for i, request in enumerate(taken):
            if i < len(expected):
                assert request == expected[i], f"seed {number}: {data!r}"
            else:
                assert end in ("error", "1.0"), f"h11 took {len(expected)} requests ({end}), we {taken}, seed {number}: {data!r}"
                break
        if refusal is None and end == "more":
            assert len(taken) == len(expected), f"h11 took {expected}, we {taken}, seed {number}: {data!r}"
        agreed += bool(taken) and taken == expected[:len(taken)]
    assert agreed > ROUNDS / 10, "most of what is compared is no request at all"
