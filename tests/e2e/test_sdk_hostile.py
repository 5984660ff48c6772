# SPDX-License-Identifier: Apache-2.0
"""Programs that misbehave in every way of tests/guests/hostile.c, and one that searches for another request's secret."""
import os
import re

import pytest

from harness import SOURCE

CASES = [(name, int(status)) for name, status in
         re.findall(r"\bCASE\((\w+), (\d+),", (SOURCE / "tests" / "guests" / "hostile_cases.h").read_text())]
LIMITS = "limits: {memory: 48M, instructions: 300M, deadline: 30s}\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from harness import Server
    folder = tmp_path_factory.mktemp("hostile")
    folder.chmod(0o755)
    server = Server(folder, workers=1)
    server.tenant("hostile", "hostile", "hosts: [hostile.localhost]\n" + LIMITS)
    server.tenant("counter", "counter")
    for name in ("mine", "other"):
        server.tenant(name, "probe", f"hosts: [{name}.localhost]\nlimits: {{memory: 48M, instructions: 4G, deadline: 60s}}\n")
    with server.start():
        for name in ("hostile", "counter"):
            server.wait_for(f"{name}.localhost")
        for name in ("mine", "other"):
            server.wait_for(f"{name}.localhost", 400)
        yield server


def test_the_list_is_whole(server):
    listed = [(name, int(status)) for name, status in
              (line.split() for line in server.get("hostile.localhost").text.splitlines())]
    assert listed == CASES and len(CASES) > 70


@pytest.mark.parametrize("name, status", CASES)
def test_bad_manners_cost_that_request_alone(server, name, status):
    worker = server.children()
    with server.connect(timeout=60) as connection:
        answer = connection.ask("GET", "/" + name, "hostile.localhost")
        if status:
            assert answer.status == status, (name, answer, answer.text)
        else:
            assert answer.status in (200, 502, 504), (name, answer)
        assert "stolen" not in str(answer.headers)
        assert "forged" not in str(answer.headers)
    for _ in range(3):  # the copy that misbehaved is as good as new
        assert server.get("hostile.localhost", "/most_pieces").text == "piece " * 64
    assert server.get("counter.localhost").text.strip() == "1"
    assert server.children() == worker, "no process died"


def test_calls_with_bad_pointers_have_an_errno(server):
    for name in ("log_null", "log_wild", "random_wild", "random_code", "random_request", "unknown_call", "accept_twice"):
        assert int(server.get("hostile.localhost", "/" + name).text) < 0, name


def test_no_line_of_the_log_can_be_forged(server):
    server.get("hostile.localhost", "/log_forged")
    server.wait_log("forged line")
    lines = [line for line in server.log().splitlines() if "forged line" in line]
    assert lines and all("first" in line and "\x1b" not in line for line in lines)


# ---- secrets ----

def complement(secret):
    return bytes(byte ^ 0xff for byte in secret).hex()


def probe(server, tenant, secret, **kwargs):
    answer = server.get(f"{tenant}.localhost", "/?needle=" + complement(secret), **kwargs)
    assert answer.status == 200, (answer, server.log()[-2000:])
    found, pages = re.match(r"found (\d+) in (\d+) pages", answer.text).groups()
    assert int(pages) > 100, "it has seen its own memory at least"
    return int(found), answer.text


def test_the_probe_finds_what_is_there(server):
    secret = os.urandom(12).hex().encode()
    found, text = probe(server, "mine", secret, method="POST", body=b"here it is: " + secret)
    assert found >= 1, text


@pytest.mark.parametrize("searcher", ["mine", "other"])
def test_a_secret_of_one_request_is_in_no_later_one(server, searcher):
    for _ in range(3):
        secret = os.urandom(24).hex().encode()  # 48 bytes
        kept = server.get("mine.localhost", "/", headers=[("X-Secret", secret.decode())])
        assert kept.text == "kept\n"
        for part in (secret, secret[:16], secret[-16:]):
            found, text = probe(server, searcher, part)
            assert found == 0, text


def test_the_body_of_one_request_is_in_no_later_one(server):
    secret = os.urandom(32)
    body = secret * 5000
    assert server.get("mine.localhost", "/", method="POST", body=body).status == 400
    found, text = probe(server, "mine", secret)
    assert found == 0, text
    found, text = probe(server, "other", secret)
    assert found == 0, text


def test_a_program_that_changes_everything_starts_fresh(make_server):
    server = make_server()
    server.tenant("state", "new-state")
    server.start()
    server.wait_for("state.localhost")
    with server.connect() as connection:
        for _ in range(200):
            assert connection.ask("GET", "/", "state.localhost").text == "fresh"


@pytest.mark.parametrize("name, why", [
    ("init-traps", "store"), ("init-loops", "instructions"), ("init-exits", "3"), ("init-hoards", ""), ("never-accepts", ""),
    ("init-responds", ""),
])
def test_a_program_that_never_accepts_is_refused_and_the_log_says_why(make_server, name, why):
    server = make_server()
    server.tenant("bad", name, "hosts: [bad.localhost]\nlimits: {memory: 16M, init_instructions: 20M}\n")
    server.tenant("counter", "counter")
    server.start()
    server.wait_for("counter.localhost")
    server.wait_log("tenant bad", 30)
    assert why in server.log()
    assert server.get("bad.localhost").status == 503
