# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 framing over raw sockets (RFC 9112): where a request ends, in what order answers come, when a connection closes.
Every answer here is a fixed response, one text per host, so that an answer shows which request it belongs to."""
import contextlib
import itertools
import socket
import struct
import threading
import time
from random import Random

import pytest

import cases
import harness
from harness import PATIENCE

HOSTS = ["one", "two", "three"]
CONFIG = ("hosts:\n  - {host: '*', respond: {body: any}}\n"
          + "".join(f"  - {{host: {host}, respond: {{body: {host}}}}}\n" for host in HOSTS)
          + "  - {host: large, respond: {body: '" + "x" * 500_000 + "'}}\n")
# As in tests/unit/http/test_parser.c, which tests/http/*.cases are written for.
LIMITS = "http: {request_line: 1K, headers: 2K, header_count: 32, body: 1000"


def start(folder, settings="", **options):
    folder.chmod(0o755)
    return harness.Server(folder, config=CONFIG + LIMITS + settings + "}\n", **options).start()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with start(tmp_path_factory.mktemp("framing")) as server:
        yield server


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """One with short deadlines."""
    settings = ", read_timeout: 400ms, idle_timeout: 400ms, write_timeout: 400ms"
    with start(tmp_path_factory.mktemp("hasty"), settings) as server:
        yield server


def get(host="one", target="/", method="GET", extra=""):
    return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode("latin-1")


def answers_to(connection, head_only=False):
    """All answers until the server closes."""
    answers = []
    with contextlib.suppress(ConnectionResetError):
        while True:
            try:
                answers.append(connection.answer(head_only))
            except EOFError as error:
                assert "closed with b''" in str(error), error
                return answers
    return answers


def exchange(server, data):
    """Sends, half-closes, and returns all answers."""
    with server.connect() as connection:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.send(data)
            connection.socket.shutdown(socket.SHUT_WR)
        return answers_to(connection)


# ---- what is accepted and what is not -----------------------------------------------------------------

ALL_CASES = cases.read("heads.cases") + cases.read("bodies.cases")


@pytest.mark.parametrize("request_bytes, expected", [pytest.param(*case[1:], id=case[0]) for case in ALL_CASES])
def test_case(server, request_bytes, expected):
    answers = exchange(server, request_bytes)
    if expected.startswith("more"):
        assert answers == []
        return
    assert [answer.status for answer in answers] == [int(expected[:3])]
    if answers[0].status != 200:
        assert answers[0]["Connection"] == "close"
        assert answers[0]["Content-Type"].startswith("text/plain") and answers[0].body


LENGTHS = ["", "Content-Length: 5", "Content-Length: +5", "Content-Length: 5,5", "Content-Length: 5\r\nContent-Length: 6",
           "Content-Length : 5", "Content-Length: 5\n", "content-length:\r\n 5", "Content-Length: 5\0"]
CODINGS = ["", "Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "Transfer-Encoding:\x0bchunked", "Transfer-Encoding: x, chunked",
           "Transfer-Encoding\r\n : chunked", "X: y\nTransfer-Encoding: chunked", " Transfer-Encoding: chunked"]
HONEST = {("Content-Length: 5", ""), ("", "Transfer-Encoding: chunked"), ("", "")}


@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_nothing_is_smuggled(server, version):
    """Of two readings of a request's length neither may bring the hidden request to light."""
    for length, coding in itertools.product(LENGTHS, CODINGS):
        for fields in ([length, coding], [coding, length]):
            if (length, coding) in HONEST:
                continue
            lines = "\r\n".join(field for field in fields if field)
            head = f"POST / HTTP/{version}\r\nHost: one\r\nConnection: keep-alive\r\n{lines}\r\n\r\n"
            answers = exchange(server, head.encode("latin-1") + b"0\r\n\r\n" + get("two"))
            assert len(answers) == 1 and answers[0].status in (400, 501), (fields, answers)
            assert answers[0]["Connection"] == "close"


TOKEN = b"!#$%&'*+-.^_`|~" + bytes(b for b in range(128) if chr(b).isalnum())
VALUE = b"\t" + bytes(b for b in range(256) if b >= 0x20 and b != 0x7f)


@pytest.mark.parametrize("form, another", [
    ("@Transfer-Encoding: chunked", TOKEN), ("Transfer@-Encoding: chunked", TOKEN + b":"), ("Transfer-Encoding@: chunked", TOKEN),
    ("Transfer-Encoding:@chunked", b""), ("Transfer-Encoding: chun@ked", b""), ("Transfer-Encoding: chunked@", b""),
    ("X: y@Transfer-Encoding: chunked", VALUE), ("X: y\r\n@\r\nTransfer-Encoding: chunked", b"")],
    ids=["before", "in the name", "behind the name", "before the value", "in the value", "behind it", "in another value", "a line"])
def test_no_byte_makes_a_coding_that_only_others_see(server, form, another):
    """The length covers a hidden request, the coding would end before it. With the bytes `another` in the place of @ it is another
    header and the length is believed; any other byte is refused. The hidden request is never answered."""
    body = b"0\r\n\r\n" + get("two")
    for byte in range(256):
        field = form.encode().replace(b"@", bytes([byte]))
        head = b"POST / HTTP/1.1\r\nHost: one\r\nContent-Length: %d\r\n%s\r\n\r\n" % (len(body), field)
        answers = exchange(server, head + body)
        assert len(answers) == 1 and answers[0].text != "two", (byte, answers)
        assert (answers[0].status == 200) == (byte in another), (byte, answers)
        assert answers[0].status in (200, 400, 501), (byte, answers)


def test_the_error_says_what_is_wrong(server):
    assert "Host is missing" in exchange(server, b"GET / HTTP/1.1\r\n\r\n")[0].text
    assert "Content-Length is given twice" in exchange(server, get(extra="Content-Length: 1\r\nContent-Length: 1\r\n"))[0].text


def test_limits_to_the_byte(server):
    line = len("GET / HTTP/1.1")
    assert exchange(server, get(target="/" + "a" * (1024 - line)))[0].status == 200
    assert exchange(server, get(target="/" + "a" * (1025 - line)))[0].status == 414
    room = 2048 - len("Host: one\r\n") - len("X: \r\n")
    assert exchange(server, get(extra=f"X: {'a' * room}\r\n"))[0].status == 200
    assert exchange(server, get(extra=f"X: {'a' * (room + 1)}\r\n"))[0].status == 431
    assert exchange(server, get(extra="X: a\r\n" * 31))[0].status == 200
    assert exchange(server, get(extra="X: a\r\n" * 32))[0].status == 431
    assert exchange(server, get(extra="Content-Length: 1000\r\n") + b"x" * 1000)[0].status == 200
    assert exchange(server, get(extra="Content-Length: 1001\r\n") + b"x" * 1001)[0].status == 413


def test_a_refusal_reaches_a_client_that_is_still_sending(server):
    """The server reads on for a while before it closes, so that no reset overtakes the answer."""
    with server.connect() as connection:
        connection.send(get(extra="Content-Length: 100000\r\n"))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(20):
                connection.send(b"x" * 5000)
        assert connection.answer().status == 413


# ---- order and persistence ----------------------------------------------------------------------------

def test_the_usual_headers_once_each(server):
    answer = exchange(server, get())[0]
    names = [name for name, _ in answer.headers]
    assert sorted(names) == ["Content-Length", "Content-Type", "Date", "Server"]
    assert answer["Server"] == "mayfly" and answer.version == "HTTP/1.1"
    date = time.strptime(answer["Date"], "%a, %d %b %Y %H:%M:%S GMT")
    assert abs(time.time() - time.mktime(date) + time.timezone) < 86400


def test_pipelined_requests_are_answered_in_order(server):
    count = 10_000
    hosts = [HOSTS[i * 7 % 3] for i in range(count)]
    with server.connect(60) as connection:
        sender = threading.Thread(target=connection.send, args=(b"".join(get(host) for host in hosts),))
        sender.start()
        for host in hosts:
            assert connection.answer().text == host
        sender.join()
        assert connection.ask("GET", "/", "two").text == "two"


def test_ten_thousand_pipelined_requests_of_a_tenant(echo):
    count = 10_000
    data = b"".join(get("echo", f"/{i}", extra="Content-Length: 4\r\n") + b"%04d" % i for i in range(count))
    with echo.connect(60) as connection:
        sender = threading.Thread(target=connection.send, args=(data,))
        sender.start()
        for i in range(count):
            text = connection.answer().text
            assert text.startswith(f"GET /{i} HTTP/1.1\n") and text.endswith(f"\n{i:04}"), text
        sender.join()


def test_pipelined_bodies_of_both_kinds(server):
    sized = b"POST / HTTP/1.1\r\nHost: two\r\nContent-Length: 11\r\n\r\nGET / HTTP/"
    chunked = b"POST / HTTP/1.1\r\nHost: three\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\n0\r\nT: x\r\n\r\n"
    with server.connect() as connection:
        connection.send((sized + chunked + get("one")) * 200)
        for _ in range(200):
            assert [connection.answer().text for _ in range(3)] == ["two", "three", "one"]


def test_answers_before_an_error_are_sent(server):
    answers = exchange(server, get("one") + get("two") + b"BAD\r\n\r\n" + get("three"))
    assert [answer.status for answer in answers] == [200, 200, 400]
    assert [answer.text for answer in answers[:2]] == ["one", "two"]


def test_head_has_the_length_and_no_body(server):
    with server.connect() as connection:
        connection.send(get("three", method="HEAD") + get("two"))
        answer = connection.answer(head_only=True)
        assert answer.status == 200 and answer["Content-Length"] == "5"
        assert connection.answer().text == "two"


def test_close_is_obeyed_and_announced(server):
    answers = exchange(server, get("one", extra="Connection: close\r\n") + get("two"))
    assert [answer.text for answer in answers] == ["one"] and answers[0]["Connection"] == "close"
    with server.connect() as connection:
        connection.request("GET", "/", "one", [("Connection", "close")])
        assert connection.answer().text == "one" and connection.closed()


def test_http_1_0(server):
    with server.connect() as connection:
        connection.request(host=None, version="1.0")
        answer = connection.answer()
        assert answer.text == "any" and answer["Connection"] == "close" and connection.closed()
    with server.connect() as connection:
        for host in HOSTS:
            answer = connection.ask("GET", "/", host, [("Connection", "keep-alive")], version="1.0")
            assert answer.text == host and answer["Connection"] == "keep-alive"


def test_the_target_decides_about_the_host(server):
    with server.connect() as connection:
        assert connection.ask("GET", "http://TWO:80/x", "one").text == "two"
        assert connection.ask("GET", "/", "three:8080").text == "three"


# ---- 100-continue -------------------------------------------------------------------------------------

@pytest.mark.parametrize("framing, body", [("Content-Length: 5", b"hello"),
                                           ("Transfer-Encoding: chunked", b"5\r\nhello\r\n0\r\n\r\n")])
def test_continue(server, framing, body):
    with server.connect() as connection:
        connection.send(get(method="POST", extra=f"Expect: 100-continue\r\n{framing}\r\n"))
        interim = connection.answer()
        assert interim.status == 100 and interim.headers == []
        connection.send(body + get("two"))
        assert [connection.answer().text for _ in range(2)] == ["one", "two"]


def test_no_continue_for_a_body_that_is_here_or_unwelcome(server):
    with server.connect() as connection:
        connection.send(get(method="POST", extra="Expect: 100-continue\r\nContent-Length: 5\r\n") + b"hello")
        assert connection.answer().status == 200
        connection.send(get(method="POST", extra="Expect: 100-continue\r\nContent-Length: 1001\r\n"))
        assert connection.answer().status == 413
        assert connection.closed()


# ---- what a tenant is given ---------------------------------------------------------------------------

@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("echo")
    folder.chmod(0o755)
    server = harness.Server(folder)
    server.tenant("echo", "echo", "hosts: [echo]\nlimits: {request_size: 100K}\n")
    with server:
        server.wait_for("echo")
        yield server


def chunk(body, random):
    """`body` in chunks of random sizes, with extensions and trailers."""
    out, at = b"", 0
    while at < len(body):
        part = body[at:at + random.choice([1, 2, 15, 16, 17, 1000, 30000])]
        out += b"%x%s\r\n%s\r\n" % (len(part), random.choice([b"", b";a", b' ; b="c;d\\""']), part)
        at += len(part)
    return out + b"0" * random.randint(1, 16) + b"\r\n" + random.choice([b"", b"T: u\r\n"]) + b"\r\n"


def test_bodies_reach_the_tenant_whole_however_they_come(echo):
    random = Random(1)
    with echo.connect(30) as connection:
        for _ in range(150):
            body = bytes(random.choices(b"abc\r\n0;: ", k=random.choice([1, 10, 500, 5000, 70000])))
            if random.random() < 0.3:
                data = get("echo", method="PUT", extra=f"Content-Length: {len(body)}\r\n") + body
            else:
                data = get("echo", method="PUT", extra="Transfer-Encoding: chunked\r\n") + chunk(body, random)
            data += get("echo", "/next")
            at = 0
            while at < len(data):
                size = random.choice([1, 7, 300, 4096, 60000])
                connection.send(data[at:at + size])
                at += size
                if random.random() < 0.2:
                    time.sleep(0.001)
            answer = connection.answer()
            assert answer.status == 200 and answer.body.split(b'query ""\n\n', 1)[1] == body
            assert connection.answer().text.startswith("GET /next HTTP/1.1\n")


def test_the_tenants_limit_is_for_the_decoded_body(echo):
    for size, status in ((102_400, 200), (102_401, 413)):
        body = b"x" * size
        assert exchange(echo, get("echo", extra=f"Content-Length: {size}\r\n") + body)[0].status == status
        data = get("echo", extra="Transfer-Encoding: chunked\r\n") + chunk(body, Random(2))
        assert exchange(echo, data)[0].status == status


def test_head_of_a_tenant_has_the_length_and_no_body(echo):
    with echo.connect() as connection:
        full = connection.ask("GET", "/x", "echo")
        connection.send(get("echo", "/x", method="HEAD") + get("echo", "/y"))
        head = connection.answer(head_only=True)
        assert int(head["Content-Length"]) == len(full.body) + len("HEAD") - len("GET")
        assert connection.answer().text.startswith("GET /y HTTP/1.1\n")


def test_headers_reach_the_tenant_as_they_are(echo):
    text = exchange(echo, get("echo", "/", extra="X-One:  a\tb  \r\nx-one:\r\nX!#$%&'*+-.^_`|~: \xff\r\n"))[0].body
    assert b"Host: echo\nX-One: a\tb\nx-one: \nX!#$%&'*+-.^_`|~: \xff\n" in text


# ---- pieces, deadlines, ends --------------------------------------------------------------------------

SPLIT = [
    get("one", "/a?b", extra="X: y\r\nConnection: keep-alive\r\n") + get("two"),
    b"\r\n" + get("three", method="POST", extra="Content-Length: 9\r\n") + b"123456789" + get("one"),
    get("two", method="PUT", extra="Transfer-Encoding: chunked\r\n") + b"3\r\nabc\r\n00a;x=\"y\"\r\n0123456789\r\n0\r\nT: u\r\n\r\n"
    + get("three"),
]
SPLIT_ANSWERS = [["one", "two"], ["three", "one"], ["two", "three"]]


@pytest.mark.parametrize("data, texts", zip(SPLIT, SPLIT_ANSWERS))
def test_requests_in_two_pieces_split_at_every_byte(server, data, texts):
    with server.connect() as connection:
        for at in range(1, len(data)):
            connection.send(data[:at])
            time.sleep(0.001)
            connection.send(data[at:])
            assert [connection.answer().text for _ in texts] == texts, at


@pytest.mark.parametrize("data, texts", zip(SPLIT, SPLIT_ANSWERS))
def test_requests_one_byte_at_a_time(server, data, texts):
    with server.connect() as connection:
        for at in range(len(data)):
            connection.send(data[at:at + 1])
            time.sleep(0.0005)
        assert [connection.answer().text for _ in texts] == texts


def test_a_half_close_still_gets_its_answers(server):
    assert [answer.text for answer in exchange(server, get("one") + get("two"))] == ["one", "two"]
    assert exchange(server, get("one")[:-1]) == []
    assert exchange(server, get(extra="Content-Length: 5\r\n") + b"hell") == []
    assert exchange(server, b"") == []


@pytest.mark.parametrize("data", [b"G", get()[:-1], get(extra="Content-Length: 5\r\n") + b"hell",
                                  get(extra="Transfer-Encoding: chunked\r\n") + b"5\r\nhello\r\n0\r\n"])
def test_an_unfinished_request_is_408(hasty, data):
    with hasty.connect() as connection:
        connection.send(data)
        answer = connection.answer()
        assert answer.status == 408 and answer["Connection"] == "close" and connection.closed()


def test_a_head_that_trickles_in_is_408(hasty):
    """The deadline is the whole head's, not one byte's."""
    with hasty.connect() as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: one\r\nX: ")
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(int(100 * PATIENCE)):
                connection.send(b"y")
                time.sleep(0.05)
                connection.socket.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    if connection.socket.recv(1, socket.MSG_PEEK):
                        break
                connection.socket.setblocking(True)
        connection.socket.settimeout(10 * PATIENCE)
        assert connection.answer().status == 408


def test_an_idle_connection_is_closed_without_a_word(hasty):
    with hasty.connect() as fresh, hasty.connect() as used:
        assert used.ask("GET", "/", "one").status == 200
        assert fresh.closed() and used.closed()


def test_a_client_that_does_not_read_is_dropped(hasty):
    with hasty.connect() as connection:
        connection.send(get("large") * 40)  # more than the buffers of both kernels take
        time.sleep(1.5)
        got = 0
        with contextlib.suppress(ConnectionResetError):
            while data := connection.socket.recv(1 << 20):
                got += len(data)
        assert got < 40 * 500_000
    assert hasty.get("one").text == "one"


def test_a_client_that_reads_slowly_gets_everything(server):
    with server.connect() as connection:
        connection.send(get("large") * 30 + get("two"))  # more than the buffers of both kernels take
        time.sleep(0.3)
        for _ in range(30):
            time.sleep(0.01)
            assert connection.answer().body == b"x" * 500_000
        assert connection.answer().text == "two"


def test_a_reset_at_every_byte_hurts_nobody(server):
    with server.connect() as other:
        for data in SPLIT:
            for at in range(0, len(data) + 1):
                with server.connect() as connection:
                    connection.send(data[:at])
                    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            assert other.ask("GET", "/", "two").text == "two"


def test_many_idle_connections_do_not_hold_others_up(server):
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(server.connect()) for _ in range(800)]
        for connection in idle[::2]:
            connection.send(b"GET / HT")
        for host in HOSTS * 50:
            assert server.get(host).text == host
        for connection in idle[::2]:
            connection.send(b"TP/1.1\r\nHost: three\r\n\r\n")
            assert connection.answer().text == "three"


def test_a_unix_socket(tmp_path):
    path = tmp_path / "socket"
    with start(tmp_path, listen_extra=f"  - address: unix:{path}\n") as server:
        with harness.Connection(str(path)) as connection:
            for host in HOSTS:
                assert connection.ask("GET", "/", host).text == host
        server.get("one")
