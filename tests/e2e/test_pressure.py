# SPDX-License-Identifier: Apache-2.0
"""What strangers may do to the server all at once: many programs, many connections, few descriptors, a log that nobody
reads, odd folders, and an end under load. Nobody else notices."""
import collections
import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time

import pytest

from harness import MAYFLY, PATIENCE, Connection, wait_until


def cpu_ticks(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_more_idle_programs_than_there_is_memory_for(make_server):
    server = make_server(config="instances: {memory: 0}\n")
    names = [f"t{i}" for i in range(140)]
    for name in names:  # another argument makes another program of it
        server.tenant(name, "hello", f"arguments: [{name}]\n")
    server.start()
    for name in names:
        server.wait_for(f"{name}.localhost")
    worker = server.worker_pids()
    with server.connect() as connection:
        for name in names:
            assert connection.ask("GET", "/", f"{name}.localhost").status == 200
    time.sleep(1.2)  # the worker looks twice a second
    assert server.are_alive(worker), server.log()
    assert server.get("t0.localhost").status == 200


def test_many_connections_of_one_tenant_do_not_hold_up_another(make_server):
    server = make_server()
    server.tenant("hello", "hello")
    server.tenant("work", "work")
    server.start()
    server.wait_for("hello.localhost")
    server.wait_for("work.localhost")
    begin = time.monotonic()
    assert server.get("work.localhost").status == 200
    one = time.monotonic() - begin
    crowd = [server.connect() for _ in range(200)]
    other = server.connect()
    for connection in crowd:
        connection.request("GET", "/", "work.localhost")
    begin = time.monotonic()
    assert other.ask("GET", "/", "hello.localhost").status == 200
    waited = time.monotonic() - begin
    for connection in crowd:
        assert connection.answer().status == 200, "all of them have their turn"
    whole = time.monotonic() - begin
    assert waited < max(20 * one, whole / 4), f"{waited} s, of {whole} s for the crowd and {one} s for one of it"


def test_what_one_tenant_writes_holds_up_no_other(make_server, tmp_path):
    """Each request of one leaves 48 MB to be rolled back: some ten milliseconds, of which the other waits for a piece."""
    (tmp_path / "writes.c").write_text("""#include <mayfly.h>
        static char much[48 << 20];
        int main(void) {
            mayfly_accept();
            for (unsigned i = 0; i < sizeof much; i += 4096) {
                if (much[i]) mayfly_respond(500, "text/plain", "it was not rolled back");
                much[i] = 1;
            }
            mayfly_respond(200, "text/plain", "wrote");
        }""")
    subprocess.run([MAYFLY, "build", tmp_path / "writes.c", "-o", tmp_path / "writes.elf"], check=True)
    server = make_server()
    server.tenant("writes", tmp_path / "writes.elf", "hosts: [writes.localhost]\naudit: {every: 7}\n")
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    server.wait_for("writes.localhost")
    took = {"writes": [], "hello": []}
    stop = threading.Event()

    def ask(name):
        with server.connect() as connection:
            while not stop.is_set():
                begin = time.monotonic()
                assert connection.ask("GET", "/", f"{name}.localhost").status == 200
                took[name].append(time.monotonic() - begin)
    threads = [threading.Thread(target=ask, args=(name,)) for name in ("writes", "writes", "writes", "hello")]
    [thread.start() for thread in threads]
    time.sleep(2 * PATIENCE)
    stop.set()
    [thread.join() for thread in threads]
    writes, hello = sorted(took["writes"])[len(took["writes"]) // 2], sorted(took["hello"])[len(took["hello"]) * 9 // 10]
    assert len(took["writes"]) > 20 and hello * 10 < writes, f"{hello * 1e3:.2f} ms beside {writes * 1e3:.2f} ms"
    assert "ALARM" not in server.log()


def test_mappings_of_the_host_are_shared_out(make_server):
    """Whoever splits its memory wherever it can leaves the others their instances, and gets a 503 at some point."""
    server = make_server()
    for name in ("a", "b", "c"):
        server.tenant(name, "hostile", f"hosts: [{name}.localhost]\nlimits: {{instructions: 1T, deadline: 4s}}\n")
    server.tenant("hello", "hello")
    server.start()
    for name in ("a", "b", "c", "hello"):
        server.wait_for(f"{name}.localhost")
    worker = server.children()[0]
    crowd = [server.connect(30) for _ in range(150)]
    for i, connection in enumerate(crowd):
        connection.request("GET", "/split_mappings", f"{'abc'[i % 3]}.localhost")
    most = 0
    for _ in range(60):
        most = max(most, sum(1 for _ in open(f"/proc/{worker}/maps")))
        assert server.get("hello.localhost").status == 200
        time.sleep(0.02)
    statuses = collections.Counter(connection.answer().status for connection in crowd)
    assert statuses[503] > 0 and statuses[504] > 5 and sum(statuses.values()) == 150, statuses
    assert 3000 < most < 30000, f"{most} mappings, {statuses}"
    assert server.are_alive([worker])


def test_a_long_request_holds_up_no_other_of_its_tenant(make_server):
    server = make_server()
    server.tenant("spin", "spin", "limits: {instructions: 1T, deadline: 2s, concurrency: 1}\n")
    server.start()
    server.wait_for("spin.localhost", status=504)
    with server.connect() as long:
        long.request("GET", "/", "spin.localhost")
        time.sleep(0.2)
        begin = time.monotonic()
        assert server.get("spin.localhost").status == 503
        assert time.monotonic() - begin < 1
        assert long.answer().status == 504


def test_a_worker_keeps_descriptors_to_be_told_something(make_server):
    server = make_server()
    server.tenant("hello", "hello")
    server.start(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    server.wait_for("hello.localhost")
    worker = server.worker_pids()
    crowd = [server.connect() for _ in range(70)]
    with crowd[-1] as turned_away, pytest.raises((EOFError, OSError)):
        turned_away.ask("GET", "/", "hello.localhost")
        turned_away.ask("GET", "/", "hello.localhost")
    first = crowd[0]
    assert first.ask("GET", "/", "hello.localhost").status == 200
    server.tenant("hello", "counter")
    wait_until(lambda: first.ask("GET", "/", "hello.localhost").text.strip() == "1", server.log)
    assert server.are_alive(worker), server.log()


def test_a_log_that_nobody_reads_holds_nobody_up(make_server):
    server = make_server()
    server.tenant("hello", "hello")
    server.tenant("wild-pointer", "wild-pointer", "limits: {log_rate: 1G}\n")
    unread, end = os.pipe()
    try:
        server.start(stderr=end)
        server.wait_for("hello.localhost")
        with server.connect() as connection:
            for _ in range(1000):
                assert connection.ask("GET", "/", "wild-pointer.localhost").status == 502
        server.tenant("hello", "counter")  # nor the supervisor
        server.wait_for("hello.localhost", body=b"1")
    finally:
        os.close(end)
        os.close(unread)


def test_strangers_with_the_same_program_wait_for_themselves_alone(make_server):
    server = make_server(config="builders: 4\n")
    server.tenant("one", "init-loops", "limits: {init_instructions: 1T, init_deadline: 1500ms}\n")
    for i in range(3):
        server.tenant(f"hasty{i}", "init-loops", "limits: {init_instructions: 1T, init_deadline: 300ms}\n")
    server.start()
    server.wait_log("tenant one: ", 20)
    assert all("1500 ms" in line for line in server.log().splitlines() if "tenant one: " in line), server.log()


def test_folders_with_odd_names_leave_the_admin_api_alone(make_server):
    server = make_server(config="admin: unix:admin\n")
    server.tenant("hello", "hello")
    for i in range(300):
        (server.tenants / f"t{i}").mkdir()
    os.mkdir(os.fsencode(server.tenants) + b"/\xff\xfe\"\n{}")
    server.start()
    address = str(server.folder / "admin")
    server.wait_for("hello.localhost")
    with Connection(address) as admin:
        answer = admin.ask("GET", "/tenants")
    names = [tenant["name"] for tenant in json.loads(answer.body)["tenants"]]
    assert answer.status == 200 and "hello" in names and any("\ufffd" in name for name in names)
    # Who sends no more and reads nothing keeps nobody busy.
    with Connection(address) as admin:
        admin.request("GET", "/metrics")
        admin.socket.shutdown(socket.SHUT_WR)
        time.sleep(0.5 * PATIENCE)
        before = cpu_ticks(server.process.pid)
        time.sleep(1)
        assert cpu_ticks(server.process.pid) - before < 0.2 * os.sysconf("SC_CLK_TCK")


def test_what_reached_the_server_before_its_end_is_answered(make_server):
    """New connections are refused or answered, never reset; so are requests on connections that rested."""
    server = make_server(workers=2)
    server.tenant("counter", "counter")
    server.start()
    server.wait_for("counter.localhost")
    seen = collections.Counter()

    def connect_again_and_again():
        while True:
            try:
                connection = server.connect()
            except OSError:
                return
            with connection:
                try:
                    connection.request("GET", "/", "counter.localhost")
                    seen[connection.answer().status] += 1
                except (OSError, EOFError):
                    seen["lost"] += 1

    def ask_again_and_again():
        with server.connect() as connection:
            while True:
                try:
                    connection.request("GET", "/", "counter.localhost")
                    answer = connection.answer()
                except (BrokenPipeError, EOFError):
                    return  # it was closed while nothing was under way, as a connection at rest may be at any time
                except OSError:
                    seen["lost"] += 1
                    return
                seen[answer.status] += 1
                if answer["Connection"] == "close":
                    return
    threads = [threading.Thread(target=target) for target in (connect_again_and_again, ask_again_and_again) * 8]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    server.process.send_signal(signal.SIGTERM)
    for thread in threads:
        thread.join()
    assert server.process.wait(20 * PATIENCE) == 0
    # What the kernel accepts while the socket is being closed is reset: at most one connection of each thread.
    assert seen[200] > 100 and seen["lost"] <= len(threads) // 2, seen


def test_a_late_head_after_a_head_request_gets_a_whole_408(make_server):
    server = make_server(config="http: {read_timeout: 300ms}\n")
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    with server.connect() as connection:
        assert connection.ask("HEAD", "/", "hello.localhost").status == 200
        connection.send(b"GET / HT")
        answer = connection.answer()
        assert answer.status == 408 and answer.body


def test_clients_that_do_not_read_take_no_more_memory_than_they_may(make_server):
    server = make_server(config="http: {memory: 16M}\n")
    server.tenant("echo", "echo", "limits: {request_size: 8M}\n")
    server.start()
    server.wait_for("echo.localhost")
    body = b"x" * (7 << 20)
    with server.connect() as connection:
        whole = connection.ask("POST", "/", "echo.localhost", body=body)
    crowd = []
    for _ in range(20):
        connection = server.connect()
        crowd.append(connection)
        connection.socket.settimeout(2 * PATIENCE)
        try:
            connection.request("POST", "/", "echo.localhost", body=body)
        except OSError:
            pass  # closed, or told 503, before it has sent all
    resident = [line for line in open(f"/proc/{server.children()[0]}/status") if "VmRSS" in line]
    assert int(resident[0].split()[1]) < (200 << 10) * PATIENCE, resident
    assert server.get("echo.localhost").status == whole.status == 200
