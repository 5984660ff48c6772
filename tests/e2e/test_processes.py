# SPDX-License-Identifier: Apache-2.0
"""Supervisor and workers: death, drain, signals, and connections spread evenly."""
import os
import signal
import subprocess
import threading
import time

import pytest

from harness import MAYFLY, PATIENCE, Connection, wait_until


@pytest.fixture
def server(make_server):
    server = make_server(workers=2)
    server.tenant("counter", "counter")
    server.tenant("spin", "spin", "limits: {instructions: 100G, deadline: 1s}\n")
    server.start()
    server.wait_for("counter.localhost")
    return server


def cpu_ticks(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_a_killed_worker_is_replaced_and_no_other_notices(server):
    workers = server.children()
    assert len(workers) == 2
    time.sleep(0.2 * PATIENCE)  # until the connections that waited for the tenant are known to be closed
    connections = [server.connect() for _ in range(8)]
    for connection in connections:
        assert connection.ask("GET", "/", "counter.localhost").status == 200
    os.kill(workers[0], signal.SIGKILL)
    killed = time.monotonic()
    wait_until(lambda: len(server.children()) == 2 and workers[0] not in server.children(), server.log)
    assert time.monotonic() - killed < 1 * PATIENCE
    alive = 0
    for connection in connections:
        try:
            alive += connection.ask("GET", "/", "counter.localhost").text.strip() == "1"
        except (EOFError, OSError):
            pass
    assert alive == 4, "the connections of the other worker go on"
    for _ in range(50):
        assert server.get("counter.localhost").text.strip() == "1"
    server.wait_log("SIGKILL" if "SIGKILL" in server.log() else "signal 9")


def test_connections_spread_evenly(make_server):
    server = make_server(workers=4)
    server.tenant("counter", "counter")
    server.start()
    server.wait_for("counter.localhost")
    time.sleep(0.2 * PATIENCE)  # as above
    connections = [server.connect() for _ in range(8)]
    for connection in connections:
        assert connection.ask("GET", "/", "counter.localhost").status == 200

    def sockets(pid):
        """Established connections of ours that the process holds."""
        held = set()
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            try:
                target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
            except OSError:
                continue
            if target.startswith("socket:["):
                held.add(target[8:-1])
        rows = [line.split() for line in open("/proc/net/tcp")][1:]
        return sum(1 for row in rows if row[9] in held and row[3] == "01" and row[1].endswith(f":{server.port:04X}"))
    assert sorted(sockets(pid) for pid in server.children()) == [2, 2, 2, 2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains(server, number):
    with server.connect() as slow, server.connect() as idle:
        assert idle.ask("GET", "/", "counter.localhost").status == 200
        slow.request("GET", "/", "spin.localhost")
        time.sleep(0.2)
        server.process.send_signal(number)
        answer = slow.answer()
        assert answer.status == 504 and answer["Connection"] == "close"
        assert idle.closed()
    assert server.process.wait(10 * PATIENCE) == 0
    with pytest.raises(OSError):
        Connection(server.address)


def test_a_second_signal_ends_at_once(make_server):
    server = make_server()
    server.tenant("spin", "spin", "limits: {instructions: 1000G, deadline: 60s}\n")
    server.start()
    server.wait_log("tenant spin")
    time.sleep(0.3 * PATIENCE)
    with server.connect() as slow:
        slow.request("GET", "/", "spin.localhost")
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.process.poll() is None
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(3 * PATIENCE)


def test_no_process_outlives_the_supervisor(server):
    children = server.children()
    server.process.kill()
    server.process.wait()
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}/exe") for pid in children), f"{children} are gone")


def slow_to_start(folder):
    """A program that takes about a second to initialise."""
    (folder / "slow.c").write_text("""#include <mayfly.h>
        int main(void) {
            for (volatile unsigned i = 0; i < 60000000; i++) ;
            mayfly_accept();
            mayfly_respond(200, "text/plain", "slow");
        }""")
    subprocess.run([MAYFLY, "build", folder / "slow.c", "-o", folder / "slow.elf"], check=True)
    return folder / "slow.elf"


def test_a_killed_builder_costs_no_version(server, tmp_path):
    """The first time another builds at once; the second time it is told, and tried again all the same."""
    workers = server.children()

    def kill_builder():
        builder = wait_until(lambda: set(server.children()) - set(workers), "a builder").pop()
        os.kill(builder, signal.SIGKILL)
        wait_until(lambda: builder not in server.children(), "it is gone")
    slow = slow_to_start(tmp_path)
    yaml = "hosts: [counter.localhost]\nlimits: {init_instructions: 10G, init_deadline: 60s}\n"
    server.tenant("counter", slow, yaml)
    kill_builder()
    server.wait_for("counter.localhost", body=b"slow")
    assert "it is built once more" in server.log() and "cannot serve" not in server.log()
    server.tenant("counter", slow, yaml + "arguments: [another]\n")
    kill_builder()
    kill_builder()
    server.wait_log("time 2; it is built again in 5 s")
    assert server.get("counter.localhost").text == "slow", "the version before serves on"
    wait_until(lambda: server.log().count("counter: version") >= 2 and "is built in" in server.log().rsplit("time 2", 1)[1],
               server.log, 20)


def test_workers_under_fire(server):
    """Kills a worker again and again: each client loses at most the connection that was on it."""
    stop, wrong, good = threading.Event(), [], [0]

    def ask():
        while not stop.is_set():
            try:
                answer = server.get("counter.localhost")
            except (OSError, EOFError):
                continue
            if answer.status != 200 or answer.text.strip() != "1":
                wrong.append(answer)
            good[0] += 1
    threads = [threading.Thread(target=ask) for _ in range(4)]
    [thread.start() for thread in threads]
    for _ in range(5):
        workers = server.children()
        os.kill(workers[0], signal.SIGKILL)
        wait_until(lambda: workers[0] not in server.children() and len(server.children()) == 2, server.log)
        time.sleep(0.1)
    stop.set()
    [thread.join() for thread in threads]
    assert not wrong and good[0] > 50


def test_an_idle_server_is_idle(server):
    time.sleep(0.5)
    pids = [server.process.pid, *server.children()]
    before = sum(map(cpu_ticks, pids))
    time.sleep(1)
    assert sum(map(cpu_ticks, pids)) - before <= 5
