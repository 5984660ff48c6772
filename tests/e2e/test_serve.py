# SPDX-License-Identifier: Apache-2.0
"""Tenants answer, each request from the same snapshot; what goes wrong in one is that one's 5xx."""
import socket
import threading

import pytest

from harness import PATIENCE, wait_until


@pytest.fixture
def server(make_server):
    server = make_server(workers=2, access_log="-")
    for name in ("hello", "counter", "echo", "spin", "memory-bomb", "wild-pointer"):
        server.tenant(name, name, f"hosts: [{name}.localhost]\nlimits: {{memory: 16M, instructions: 50M, deadline: 20s}}\n")
    server.start()
    for name in ("hello", "counter", "echo"):
        server.wait_for(f"{name}.localhost")
    return server


def test_every_tenant_answers_by_its_host(server):
    assert server.get("hello.localhost")["Server"] == "mayfly"
    assert server.get("HELLO.localhost:80").status == 200
    assert "GET" in server.get("echo.localhost", "/a%20b?x=1").text
    missing = server.get("nobody.localhost")
    assert missing.status == 404 and missing["Content-Type"].startswith("text/plain")


def test_a_counter_never_counts(server):
    with server.connect() as connection:
        for _ in range(1000):
            assert connection.ask("GET", "/", "counter.localhost").text.strip() == "1"


def test_echo_shows_the_whole_request(server):
    body = bytes(range(256)) * 300
    with server.connect() as connection:
        answer = connection.ask("POST", "/p/q?name=value&x=%41", "echo.localhost", [("X-Thing", "a  b")], body)
    for part in ("POST", "/p/q", "name=value&x=%41", "X-Thing", "a  b", "127.0.0.1"):
        assert part in answer.body.decode("latin-1"), part
    assert body in answer.body or str(len(body)) in answer.text


@pytest.mark.parametrize("tenant, status, reason", [
    ("spin", 504, "instructions"), ("wild-pointer", 502, "trap"), ("memory-bomb", 502, ""),
])
def test_a_tenant_that_fails_gets_its_own_5xx_and_a_line_in_the_log(server, tenant, status, reason):
    answer = server.wait_for(f"{tenant}.localhost", status)
    assert answer["Content-Type"].startswith("text/plain") and reason in answer.text
    server.wait_log(f"tenant {tenant}")
    line = next(line for line in server.log().splitlines() if tenant in line and "pc" in line)
    assert "GET /" in line
    assert server.get("hello.localhost").status == 200


def test_other_connections_are_answered_while_one_tenant_spins(make_server):
    server = make_server(workers=1)
    server.tenant("spin", "spin", f"limits: {{instructions: 100G, deadline: {3 * PATIENCE}s}}\n")
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    server.wait_log("tenant spin")
    with server.connect() as spinning, server.connect() as other:
        spinning.request("GET", "/", "spin.localhost")
        answered = 0
        spinning.socket.setblocking(False)
        for _ in range(100):
            assert other.ask("GET", "/", "hello.localhost").status == 200
            with pytest.raises(BlockingIOError):
                spinning.socket.recv(1, socket.MSG_PEEK)
            answered += 1
        spinning.socket.settimeout(20 * PATIENCE)
        late = spinning.answer()
        assert late.status == 504 and "deadline" in late.text
    assert answered == 100


def test_too_many_requests_of_one_tenant_are_refused_and_the_others_are_not(make_server):
    server = make_server(workers=1)
    server.tenant("spin", "spin", "limits: {instructions: 100G, deadline: 2s, concurrency: 2}\n")
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    server.wait_log("tenant spin")
    connections = [server.connect(30) for _ in range(6)]
    for connection in connections:
        connection.request("GET", "/", "spin.localhost")
    statuses = []
    for connection in connections:
        answer = connection.answer()
        statuses.append(answer.status)
        if answer.status == 503:
            assert int(answer["Retry-After"]) >= 1
        connection.close()
    assert sorted(statuses) == [503, 503, 503, 503, 504, 504]
    assert server.get("hello.localhost").status == 200


def test_request_and_response_size_limits(make_server):
    server = make_server(config="defaults: {limits: {request_size: 64K}}\n")
    server.tenant("echo", "echo")
    server.start()
    server.wait_for("echo.localhost")
    assert server.get("echo.localhost", method="POST", body=b"x" * 60000).status == 200
    assert server.get("echo.localhost", method="POST", body=b"x" * 70000).status == 413
    assert server.get("echo.localhost").status == 200


def test_the_access_log_tells_each_request(server):
    with server.connect() as connection:
        assert connection.ask("GET", '/quo"te?\\', "hello.localhost").status == 200
        assert connection.ask("GET", "/", "spin.localhost").status in (503, 504)
    lines = wait_until(lambda: [line for line in server.access_lines() if line["target"] == '/quo"te?\\'], server.log)
    line = lines[0]
    assert line["tenant"] == "hello" and line["method"] == "GET" and line["status"] == 200
    assert line["instructions"] > 0 and line["pages"] > 0 and line["stop"] == "responded"
    assert line["bytes"] > 0 and line["us_total"] >= line["us_sandbox"] >= 0 and line["version"]


@pytest.mark.parametrize("wrong", [b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"])
def test_the_access_log_times_what_is_refused(make_server, wrong):
    server = make_server(access_log="-").start()
    with server.connect() as connection:
        connection.send(wrong)
        assert connection.answer().status == 400
    line = wait_until(lambda: [line for line in server.access_lines() if line["status"] == 400], server.log)[0]
    assert line["us_total"] < 60e6 and line["stop"] == "error"  # not since the machine was started


@pytest.mark.parametrize("sent, status, method, target, host", [
    (b"GET /e HTTP/1.1\r\nHost: a\r\nExpect: wonders\r\n\r\n", 417, "GET", "/e", ""),
    (b"PUT /v HTTP/2.0\r\nHost: a\r\n\r\n", 505, "PUT", "/v", ""),
    (b"GET /" + b"x" * 400 + b" HTTP/1.1\r\n", 414, "GET", "/" + "x" * 400, ""),
    (b"TRACE /t HTTP/1.1\r\nHost: a\r\n\r\n", 501, "TRACE", "/t", ""),
    (b"GET /h HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 2000 + b"\r\n\r\n", 431, "GET", "/h", ""),
    (b"GET /slow HTTP/1.1\r\nHost: a", 408, "GET", "/slow", ""),
    (b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", 408, "POST", "/body", "a"),
    (b"POST /chunks HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "POST", "/chunks", "a"),
    (b"POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n", 413, "POST", "/large", "a"),
    (b"\x16\x03\x01 \r\n", 400, "", "", ""),
], ids=["expectation", "version", "line", "method", "headers", "slow", "slow-body", "chunks", "large", "no-method"])
def test_the_access_log_names_what_is_refused(make_server, sent, status, method, target, host):
    server = make_server(access_log="-", config="http: {request_line: 256, headers: 1K, body: 2K, read_timeout: 300ms}\n"
                         "hosts: [{host: a, respond: {body: here}}]\n").start()
    with server.connect() as connection:
        connection.send(sent)
        if target == "/chunks":
            assert connection.answer().status == 100
            connection.send(b"no size\r\n")
        assert connection.answer().status == status
    line = wait_until(lambda: [line for line in server.access_lines() if line["status"] == status], server.log)[0]
    assert (line["method"], line["target"], line["host"], line["tenant"]) == (method, target, host, "")


def test_the_access_log_names_what_a_new_configuration_refuses(make_server):
    """The body was to be thrown away, and comes when there is a tenant that would read it."""
    server = make_server(access_log="-").start()
    with server.connect() as connection:
        connection.send(b"POST /early HTTP/1.1\r\nHost: echo.localhost\r\nContent-Length: 4\r\n\r\nbo")
        server.tenant("echo", "echo")
        server.wait_for("echo.localhost", target="/another")
        connection.send(b"dy")
        assert connection.answer().status == 503
    line = wait_until(lambda: [line for line in server.access_lines() if line["status"] == 503], server.log)[0]
    assert (line["method"], line["target"], line["host"], line["tenant"]) == ("POST", "/early", "echo.localhost", "")


def test_a_fixed_response_needs_no_tenant(make_server):
    server = make_server(config="hosts:\n  - host: fixed.example\n    respond: {status: 503, type: text/html, body: '<p>later'}\n")
    server.start()
    answer = server.get("fixed.example")
    assert (answer.status, answer["Content-Type"], answer.body) == (503, "text/html", b"<p>later")
    assert server.get("fixed.example", method="HEAD")["Content-Length"] == "8"


def test_wildcards_prefixes_and_the_default_host(make_server):
    server = make_server()
    server.tenant("hello", "hello", "hosts: ['*.example.com', '*']\n")
    server.tenant("counter", "counter", "hosts: [api.example.com, shared.example.com]\nprefix: /count\n")
    server.start()
    server.wait_for("api.example.com", target="/count")
    server.wait_for("x.example.com")
    hello = server.get("x.example.com").body
    assert server.get("deep.down.example.com").body == hello
    assert server.get("unheard-of.test").body == hello
    assert server.get("api.example.com", "/count/x").text.strip() == "1"
    assert server.get("api.example.com", "/count?x").text.strip() == "1"
    assert server.get("api.example.com", "/counter").status == 404 or server.get("api.example.com", "/counter").body == hello


def test_requests_of_many_threads_do_not_mix(server):
    wrong = []

    def ask(number):
        with server.connect() as connection:
            for i in range(100):
                mark = f"thread{number}request{i}."
                answer = connection.ask("POST", f"/?{mark}", "echo.localhost", body=mark.encode() * 50)
                if answer.text.count(mark) < 2 or f"thread{number + 1}request" in answer.text:
                    wrong.append(answer)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong
