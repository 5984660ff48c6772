# SPDX-License-Identifier: Apache-2.0
"""Conversations made up at random: requests of every kind on one connection, in pieces of any size, pipelined, with clients that
read when they please. Each answer is known beforehand; what comes is to be these, in this order, and then the end."""
import random
import socket
import threading
import time

import pytest

import harness

CONFIG = ("hosts:\n  - {host: fixed, respond: {body: fixed}}\n  - {host: empty, respond: {status: 204}}\n"
          "  - {host: large, respond: {body: '" + "x" * 300_000 + "'}}\nhttp: {body: 200K}\n")
CONVERSATIONS = 150


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("conversations")
    folder.chmod(0o755)
    server = harness.Server(folder, config=CONFIG, workers=2)
    server.tenant("echo", "echo", "hosts: [echo]\nlimits: {request_size: 100K}\n")
    server.tenant("spin", "spin", "hosts: [spin]\nlimits: {instructions: 3M, slice: 100K}\n")  # parked some thirty times
    server.tenant("wild", "wild-pointer", "hosts: [wild]\n")
    with server:
        server.wait_for("echo")
        server.wait_for("spin", status=504)
        server.wait_for("wild", status=502)
        yield server


def head(method, host, *fields, version="1.1", target="/"):
    return "".join(line + "\r\n" for line in (f"{method} {target} HTTP/{version}", f"Host: {host}", *fields, "")).encode()


def body_of(dice, size):
    """A body that looks like requests and chunks."""
    return b"".join(dice.choices([b"GET / HTTP/1.1\r\n", b"\r\n", b"0\r\n\r\n", b"5\r\nhello", b"x"], k=size))[:size]


def framed(dice, host, body, *fields):
    if dice.random() < 0.5:
        return head("POST", host, f"Content-Length: {len(body)}", *fields) + body
    out, at = head("POST", host, "Transfer-Encoding: chunked", *fields), 0
    while at < len(body):
        part = body[at:at + dice.choice([1, 9, 100, 5000, 70_000])]
        out += b"%x%s\r\n%s\r\n" % (len(part), dice.choice([b"", b";a=b"]), part)
        at += len(part)
    return out + dice.choice([b"0\r\n\r\n", b"000;z\r\nT: u\r\n\r\n"])


# Each: (dice) -> (bytes, status, what the answer's body ends with, whether it answers HEAD)
def echoed(dice):
    body = body_of(dice, dice.choice([0, 1, 50, 4000, 90_000]))
    return framed(dice, "echo", body), 200, body, False


def dropped(dice):
    host, status = dice.choice([("fixed", 200), ("nobody", 404), ("spin", 504), ("wild", 502)])
    return framed(dice, host, body_of(dice, dice.choice([1, 300, 90_000]))), status, b"", False


KINDS = [
    (6, lambda dice: (head("GET", "fixed"), 200, b"fixed", False)),
    (3, lambda dice: (head("HEAD", dice.choice(["fixed", "echo", "large"])), 200, b"", True)),
    (6, echoed),
    (3, dropped),
    (2, lambda dice: (head("GET", "empty"), 204, b"", False)),
    (2, lambda dice: (head("GET", "nobody"), 404, b"here\n", False)),
    (2, lambda dice: (head("GET", "spin"), 504, b"", False)),
    (1, lambda dice: (head("GET", "wild"), 502, b"", False)),
    (1, lambda dice: (head("GET", "large"), 200, b"x" * 300_000, False)),
    (2, lambda dice: (head("GET", "fixed", "Connection: keep-alive", version="1.0"), 200, b"fixed", False)),
    (2, lambda dice: (b"\r\n" + head("GET", "echo", target="http://echo/a?b"), 200, b"", False)),
]
ENDS = [
    lambda dice: (head("GET", "fixed", "Connection: close") + dice.choice([b"", head("GET", "large")]), 200, b"fixed", False),
    lambda dice: (head("GET", "spin", version="1.0"), 504, b"", False),
    lambda dice: (b"NONSENSE\r\n" + dice.choice([b"", head("GET", "fixed") * 100]), 400, b"", False),
    lambda dice: (head("POST", "echo", "Content-Length: 102401") + bytes(102_401), 413, b"", False),
    lambda dice: (head("POST", "fixed", "Transfer-Encoding: chunked") + b"5\r\nhello0\r\n\r\n", 400, b"", False),
]


def send_in_pieces(connection, data, dice):
    sizes = dice.choice([[1, 2, 3], [1, 20, 300], [1000, 5000], [65_536], [1 << 20]])
    at = 0
    try:
        while at < len(data):
            size = dice.choice(sizes) if at < 3000 else max(sizes) * 100  # no thousand packets for one body
            connection.send(data[at:at + size])
            at += size
            if dice.random() < 0.1:
                time.sleep(0.0005)
        connection.socket.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # it was refused and closed meanwhile; the answers say whether that was right


@pytest.mark.parametrize("seed", range(CONVERSATIONS))
def test_conversation(server, seed):
    dice = random.Random(seed)
    kinds = dice.choices([kind for _, kind in KINDS], [weight for weight, _ in KINDS], k=dice.choice([1, 3, 10, 30]))
    turns = [kind(dice) for kind in kinds]
    if dice.random() < 0.5:
        turns.append(dice.choice(ENDS)(dice))
    with server.connect(60) as connection:
        data = b"".join(turn[0] for turn in turns)
        sender = threading.Thread(target=send_in_pieces, args=(connection, data, random.Random(seed)))
        sender.start()
        try:
            for number, (request, status, ending, head_only) in enumerate(turns):
                if dice.random() < 0.05:
                    time.sleep(0.01)
                answer = connection.answer(head_only)
                assert answer.status == status and answer.body.endswith(ending), (seed, number, request[:200], answer)
            assert connection.closed(), seed
        finally:
            sender.join()
