# SPDX-License-Identifier: Apache-2.0
"""Programs and configuration change under load; what is broken leaves the old serving."""
import os
import shutil
import signal
import threading
import time

import pytest

from harness import PATIENCE, guest, replace_file, version_program, wait_until


@pytest.fixture
def server(make_server):
    server = make_server(workers=2)
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    return server


def test_a_new_tenant_answers_without_a_restart(server):
    assert server.get("late.localhost").status == 404
    server.tenant("late", "counter")
    server.wait_for("late.localhost", body=b"1")


def test_a_removed_tenant_is_gone(server):
    server.tenant("late", "counter")
    server.wait_for("late.localhost")
    shutil.rmtree(server.tenants / "late")
    server.wait_for("late.localhost", 404)
    assert server.get("hello.localhost").status == 200


def test_reload_under_load_loses_and_mixes_nothing(server, tmp_path):
    programs = {text: version_program(tmp_path, text).read_bytes() for text in ("alpha", "beta", "gamma")}
    home = server.tenant("swap", tmp_path / "alpha.elf")
    server.wait_for("swap.localhost", body=b"alphaalpha")
    stop, wrong, seen = threading.Event(), [], set()

    def ask():
        with server.connect() as connection:
            while not stop.is_set():
                answer = connection.ask("GET", "/", "swap.localhost")
                text = next((t for t in programs if answer.body == (t.encode() * 4096)[:4095]), None)
                seen.add(text)
                if answer.status != 200 or text is None:
                    wrong.append(answer)
                    return
    threads = [threading.Thread(target=ask) for _ in range(4)]
    [thread.start() for thread in threads]
    for text in ("beta", "gamma", "alpha", "beta", "gamma"):
        replace_file(home / "program.elf", programs[text])
        server.wait_for("swap.localhost", body=text.encode() * 2)
    stop.set()
    [thread.join() for thread in threads]
    assert not wrong and seen == set(programs)


@pytest.mark.parametrize("broken", ["not an ELF", "truncated", "empty", "never accepts", "deleted"])
def test_a_broken_program_leaves_the_old_one_serving(server, broken):
    home = server.tenants / "hello"
    good = (home / "program.elf").read_bytes()
    before = server.get("hello.localhost").body
    mark = len(server.log())
    if broken == "deleted":
        (home / "program.elf").unlink()
    else:
        data = {"not an ELF": b"#!/bin/sh\n" * 100, "truncated": good[:len(good) // 2], "empty": b"",
                "never accepts": guest("never-accepts").read_bytes() if broken == "never accepts" else b""}[broken]
        replace_file(home / "program.elf", data)
    wait_until(lambda: "hello" in server.log()[mark:], server.log)
    for _ in range(20):
        answer = server.get("hello.localhost")
        assert answer.status == 200 and answer.body == before
    replace_file(home / "program.elf", guest("counter").read_bytes())
    server.wait_for("hello.localhost", body=b"1")


def test_a_slow_copy_is_deployed_once_it_is_whole(server):
    data = guest("counter").read_bytes()
    home = server.tenants / "hello"
    with open(home / "program.elf", "r+b") as file:
        file.truncate(0)
        for start in range(0, len(data), len(data) // 20):
            file.write(data[start:start + len(data) // 20])
            file.flush()
            time.sleep(0.02)
            assert server.get("hello.localhost").status == 200
    server.wait_for("hello.localhost", body=b"1")


def test_a_symlink_swap_is_seen(server, tmp_path):
    home = server.tenants / "hello"
    shutil.copy(guest("counter"), home / "v2.elf")
    os.symlink("v2.elf", home / "link")
    os.replace(home / "link", home / "program.elf")
    server.wait_for("hello.localhost", body=b"1")


def test_a_changed_configuration_is_taken_and_a_broken_one_is_not(server):
    server.write_config("hosts:\n  - host: new.example\n    respond: {status: 200, type: text/plain, body: new}\n")
    server.wait_for("new.example", body=b"new")
    mark = len(server.log())
    server.write_config("hosts:\n  - hots: new.example\n")
    wait_until(lambda: "mayfly.yaml:" in server.log()[mark:], server.log)
    assert server.get("new.example").body == b"new" and server.get("hello.localhost").status == 200
    server.write_config("")
    server.wait_for("new.example", 404)


def test_changed_limits_are_taken(server):
    server.tenant("spin", "spin", "limits: {instructions: 1000G, deadline: 200ms}\n")
    server.wait_for("spin.localhost", 504, b"deadline")
    told = "tenant spin: tenant.yaml is read again"
    assert told not in server.log()
    server.tenant("spin", None, "limits: {instructions: 1M, deadline: 60s}\n")
    server.wait_for("spin.localhost", 504, b"instructions")
    server.wait_log(told)


def test_sighup_reloads(server):
    server.process.send_signal(signal.SIGHUP)
    time.sleep(0.3 * PATIENCE)
    assert server.process.poll() is None and server.get("hello.localhost").status == 200


def test_initialisation_and_self_test_may_use_much_memory(server):
    """They have nobody to wait for, so no call of theirs is cut into pieces."""
    server.tenant("maps", "init-maps", "hosts: [maps.localhost]\nself_test: {path: /}\n")
    assert server.wait_for("maps.localhost", body=b"megabytes").status == 200


def test_the_self_test_must_pass(server):
    server.tenant("hello", "counter", "hosts: [hello.localhost]\nself_test: {path: /, expect_status: 418}\n")
    wait_until(lambda: "418" in server.log(), server.log)
    assert server.get("hello.localhost").text.strip() != "1"
