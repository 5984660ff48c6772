# SPDX-License-Identifier: Apache-2.0
"""Programs that misbehave: in every way of tests/guests/hostile.c, and before they accept."""
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
    with server.start():
        for name in ("hostile", "counter"):
            server.wait_for(f"{name}.localhost")
        yield server


def test_the_list_is_whole(server):
    listed = [(name, int(status)) for name, status in
              (line.split() for line in server.get("hostile.localhost").text.splitlines())]
    assert listed == CASES and len(CASES) > 70


@pytest.mark.parametrize("name, status", CASES)
def test_bad_manners_cost_that_request_alone(server, name, status):
    worker = server.worker_pids()
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
    assert server.are_alive(worker)


def test_calls_with_bad_pointers_have_an_errno(server):
    for name in ("log_null", "log_wild", "random_wild", "random_code", "random_request", "unknown_call", "accept_twice"):
        assert int(server.get("hostile.localhost", "/" + name).text) < 0, name


def test_a_stack_overflow_is_called_so(server):
    assert server.get("hostile.localhost", "/deep_recursion?").status == 502
    server.wait_log("GET /deep_recursion?: trapped: stack overflow: store fault (address 0x")
    server.get("hostile.localhost", "/trap_store?")
    server.wait_log("GET /trap_store?: trapped: store fault (address 0x30000000)")


def test_no_line_of_the_log_can_be_forged(server):
    server.get("hostile.localhost", "/log_forged")
    server.wait_log("forged line")
    lines = [line for line in server.log().splitlines() if "forged line" in line]
    assert lines and all("first" in line and "\x1b" not in line for line in lines)


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
