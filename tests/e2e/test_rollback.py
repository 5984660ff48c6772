# SPDX-License-Identifier: Apache-2.0
"""A new version that crashes gives way to the one before, by itself; a worker that breaks its rules is counted."""
import json
import os
import re
import signal

import pytest

from harness import Connection, wait_until
from test_configuration import free_port


@pytest.fixture
def server(make_server):
    server = make_server(workers=2)
    server.admin_address = ("127.0.0.1", free_port())
    server.write_config(f"admin: 127.0.0.1:{server.admin_address[1]}\nrollback_crashes: 5\n")
    server.tenant("shop", "hello")
    server.tenant("other", "hello")
    server.start()
    server.wait_for("shop.localhost")
    server.wait_for("other.localhost")
    return server


def ask_admin(server, path):
    with Connection(server.admin_address) as connection:
        return connection.ask("GET", path, "admin")


def tenant(server, name):
    return next(t for t in json.loads(ask_admin(server, "/tenants").body)["tenants"] if t["name"] == name)


def metric(server, name):
    return int(re.search(rf"^{name} (\d+)$", ask_admin(server, "/metrics").text, re.M)[1])


def test_a_version_that_crashes_is_rolled_back_until_the_file_changes(server):
    good = tenant(server, "shop")["version"]
    server.tenant("shop", "wild-pointer")
    server.wait_for("shop.localhost", 502)
    server.wait_for("shop.localhost", 200)
    server.wait_log("rolled back to " + good)
    now = tenant(server, "shop")
    assert now["state"] == "rolled_back" and now["version"] == good
    assert "crashed" in now["error"] and f"rolled back to {good}" in now["error"]
    assert metric(server, "mayfly_rollbacks_total") == 1
    # A change that is not the program's leaves it so; the other tenant with the same program never noticed.
    server.tenant("shop", yaml="limits: {concurrency: 63}\n")
    server.tenant("late", "hello")
    server.wait_for("late.localhost")
    for _ in range(10):
        assert server.get("shop.localhost").status == 200
        assert server.get("other.localhost").status == 200
    assert tenant(server, "shop")["state"] == "rolled_back"
    server.tenant("shop", "counter")
    server.wait_for("shop.localhost", body=b"1")
    wait_until(lambda: tenant(server, "shop")["state"] == "serving", server.log)
    assert tenant(server, "shop")["error"] is None
    # What went wrong once is tried again if it is wanted again; and the one between, still on trial itself, is not gone
    # back to.
    server.tenant("shop", "wild-pointer")
    server.wait_for("shop.localhost", 502)
    server.wait_for("shop.localhost", 200)
    assert tenant(server, "shop")["version"] == good
    assert metric(server, "mayfly_rollbacks_total") == 2


def test_a_first_version_has_nothing_to_go_back_to(server):
    server.tenant("crash", "wild-pointer")
    server.wait_for("crash.localhost", 502)
    for _ in range(20):
        assert server.get("crash.localhost").status == 502
    assert tenant(server, "crash")["state"] == "serving"
    assert metric(server, "mayfly_rollbacks_total") == 0


def test_a_worker_killed_for_a_forbidden_system_call_is_counted_and_replaced(server):
    assert metric(server, "mayfly_worker_violations_total") == 0
    workers = server.children()
    os.kill(workers[0], signal.SIGKILL)
    wait_until(lambda: metric(server, "mayfly_workers_replaced_total") == 1, server.log)
    assert metric(server, "mayfly_worker_violations_total") == 0
    os.kill(workers[1], signal.SIGSYS)
    wait_until(lambda: metric(server, "mayfly_worker_violations_total") == 1, server.log)
    server.wait_log("a system call that it may not use")
    wait_until(lambda: len(server.children()) == 2, server.log)
    assert server.wait_for("shop.localhost").status == 200
