# SPDX-License-Identifier: Apache-2.0
"""No request sees a trace of another: a probing guest searches all that it can reach for another's secret."""
import secrets

import pytest

LIMITS = "limits: {memory: 64M, instructions: 20G, deadline: 120s, log_rate: 1K}\n"


def needle(secret):
    """The query that asks for a secret without holding it (tests/guests/probe.c)."""
    return "/?needle=" + bytes(byte ^ 0xff for byte in secret).hex()


@pytest.fixture
def server(make_server):
    server = make_server(workers=1)
    for name in ("one", "two"):
        server.tenant(name, "probe", f"hosts: [{name}.localhost]\n{LIMITS}")
    server.tenant("other", "echo")
    server.start()
    for name in ("one", "two"):
        server.wait_for(f"{name}.localhost", 400)
    server.wait_for("other.localhost")
    return server


def found(answer):
    """(count, pages searched) of the probe's answer."""
    assert answer.status == 200, answer
    words = answer.text.split()
    return int(words[1]), int(words[3])


def test_the_probe_finds_what_is_there(server):
    """Without this, that it finds nothing elsewhere would prove nothing."""
    secret = secrets.token_bytes(12).hex().encode()
    with server.connect(120) as connection:
        answer = connection.ask("POST", needle(secret), "one.localhost", body=b"x" * 5000 + secret)
    count, pages = found(answer)
    assert count >= 1 and pages > 50


@pytest.mark.parametrize("victim, thief", [("one", "one"), ("one", "two"), ("other", "one")])
def test_no_secret_is_found_by_the_next_request(server, victim, thief):
    secret = secrets.token_bytes(12).hex().encode()
    with server.connect(120) as connection:
        for _ in range(3):
            kept = connection.ask("POST", "/path/" + secret.decode(), f"{victim}.localhost",
                                  [("X-Secret", secret.decode())], body=secret * 2000)
            assert kept.status == 200
        count, pages = found(connection.ask("GET", needle(secret), f"{thief}.localhost"))
    assert pages > 50
    assert count == 0


def test_a_secret_in_many_requests_of_different_shapes(server):
    """Long and short, with body and without: what one leaves behind would be what the next does not cover."""
    hidden = []
    with server.connect(120) as connection:
        for size in (1, 40, 4096, 70000, 500000):
            secret = secrets.token_bytes(12).hex().encode()
            hidden.append(secret)
            body = (secret * (size // len(secret) + 1))[:max(size, len(secret))]
            assert connection.ask("POST", "/", "one.localhost", [("X-Secret", secret.decode())], body).status == 200
        for secret in hidden:
            assert found(connection.ask("GET", needle(secret), "one.localhost"))[0] == 0


def test_an_audit_of_every_rollback_finds_nothing(make_server):
    server = make_server(workers=1)
    server.tenant("one", "probe", f"hosts: [one.localhost]\naudit: {{every: 1}}\n{LIMITS}")
    server.tenant("counter", "counter", "hosts: [counter.localhost]\naudit: {every: 1}\n")
    server.start()
    server.wait_for("one.localhost", 400)
    server.wait_for("counter.localhost")
    with server.connect(120) as connection:
        for i in range(300):
            assert connection.ask("GET", "/", "one.localhost", [("X-Secret", f"secret-number-{i}")]).status == 200
            assert connection.ask("GET", "/", "counter.localhost").text.strip() == "1"
    assert "audit" not in server.log()
