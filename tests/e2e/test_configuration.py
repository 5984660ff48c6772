# SPDX-License-Identifier: Apache-2.0
"""mayfly check, changes of the configuration while serving, the access log's file, and the admin API."""
import json
import os
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from harness import MAYFLY, Connection, replace_file, wait_until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check(folder, *arguments, **popen):
    return subprocess.run([MAYFLY, "check", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, **popen)


def refused(address):
    try:
        Connection(address).close()
    except OSError:
        return True
    return False


def test_check_tells_every_mistake_with_its_place(tmp_path):
    (tmp_path / "tenants" / "one").mkdir(parents=True)
    (tmp_path / "tenants" / "one" / "tenant.yaml").write_text("hosts: [a.example]\nlimits: {deadline: 5}\n")
    (tmp_path / "mayfly.yaml").write_text("listen: [{address: '127.0.0.1:80'}]\ntenants: tenants\nworkers: many\n")
    result = check(tmp_path)
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "mayfly.yaml:3:10: workers: expected 'auto' or 1..256, got 'many'",
        "tenants/one/tenant.yaml:2:20: limits.deadline: expected a duration from 1ms to 1h, such as 500ms or 10s, got '5'"]


def test_check_is_silent_about_nothing(tmp_path):
    (tmp_path / "good.yaml").write_text("listen: [{address: 'unix:/tmp/x'}]\n")
    assert check(tmp_path, "-c", "good.yaml").returncode == 0
    assert check(tmp_path, "-c", "missing.yaml").returncode == 1
    assert check(tmp_path, "--nonsense").returncode == 2
    assert "| `workers` |" in check(tmp_path, "--settings").stdout


def test_who_may_not_write_the_access_log_is_told_that_another_may():
    with tempfile.TemporaryDirectory() as name:  # pytest's own are for their owner only
        folder = Path(name)
        (folder / "logs").mkdir(mode=0o555)
        (folder / "mayfly.yaml").write_text("listen: [{address: 'unix:/tmp/x'}]\naccess_log: logs/access\n")
        folder.chmod(0o755)
        user = 65534 if os.geteuid() == 0 else None
        result = check(folder, user=user)
        assert result.returncode == 0 and result.stdout == "mayfly.yaml: good, 0 tenants\n"
        assert result.stderr.startswith("mayfly.yaml:2:13: warning: access_log: logs/access cannot be written by the user ")
        assert f"({user or os.getuid()}): Permission denied; whoever starts the server" in result.stderr
        (folder / "mayfly.yaml").write_text("listen: [{address: nowhere}]\naccess_log: logs/access\n")
        result = check(folder, user=user)
        assert result.returncode == 1 and ": warning: " in result.stderr and "listen.address: expected" in result.stderr


def test_a_server_does_not_start_with_a_mistake(tmp_path):
    (tmp_path / "mayfly.yaml").write_text("listen: [{address: nowhere}]\n")
    result = subprocess.run([MAYFLY, "serve"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1 and "mayfly.yaml:1:20: listen.address: expected an address" in result.stderr


def test_a_port_in_use_is_said_plainly(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        (tmp_path / "mayfly.yaml").write_text(f"listen: [{{address: '127.0.0.1:{other.getsockname()[1]}'}}]\n")
        result = subprocess.run([MAYFLY, "serve"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode == 1 and "another process listens there" in result.stderr


def test_listeners_come_and_go(make_server):
    server = make_server()
    second, path = ("127.0.0.1", free_port()), str(server.folder / "socket")
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    first = server.address
    with server.connect() as kept:
        assert kept.ask("GET", "/", "hello.localhost").status == 200
        server.listen_extra = f"  - address: 127.0.0.1:{second[1]}\n    respond: {{body: fixed}}\n  - address: unix:{path}\n"
        server.write_config()
        wait_until(lambda: not refused(second) and os.path.exists(path), server.log)
        with Connection(second) as connection:
            assert connection.ask("GET", "/", "hello.localhost").text == "fixed"
        with Connection(path) as connection:
            assert "Hello" in connection.ask("GET", "/", "hello.localhost").text
        replace_file(server.config, f"listen: [{{address: '127.0.0.1:{second[1]}'}}]\ntenants: tenants\n".encode())
        wait_until(lambda: refused(first), server.log)
        assert kept.ask("GET", "/", "hello.localhost").status == 200, "a connection outlives its listener"
    assert not os.path.exists(path)
    with Connection(second) as connection:
        assert "Hello" in connection.ask("GET", "/", "hello.localhost").text


def test_an_address_that_cannot_be_used_keeps_the_old_ones(make_server):
    server = make_server()
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    server.listen_extra = "  - address: 192.0.2.1:80\n"
    server.write_config("hosts:\n  - host: new.example\n    respond: {body: new}\n")
    server.wait_log("192.0.2.1:80")
    server.wait_log("the configuration before serves on")
    assert server.get("hello.localhost").status == 200 and server.get("new.example").status == 404


def test_the_access_log_is_opened_again(make_server):
    server = make_server(access_log="access.log")
    server.tenant("hello", "hello")
    server.start()
    server.wait_for("hello.localhost")
    log = server.folder / "access.log"
    wait_until(lambda: log.exists() and log.read_text(), server.log)
    os.rename(log, server.folder / "access.log.1")
    server.process.send_signal(signal.SIGUSR1)
    wait_until(lambda: log.exists(), server.log)

    def logged():
        assert server.get("hello.localhost", "/after").status == 200
        return [line for line in log.read_text().splitlines() if json.loads(line)["target"] == "/after"]
    wait_until(logged, server.log)


@pytest.fixture
def admin(make_server):
    server = make_server(workers=2)
    server.admin_address = ("127.0.0.1", free_port())
    server.write_config(f"admin: 127.0.0.1:{server.admin_address[1]}\n")
    server.tenant("good", "counter")
    server.tenant("bad", "never-accepts")
    server.start()
    server.wait_for("good.localhost")

    def ask(target, method="GET"):
        with Connection(server.admin_address) as connection:
            return connection.ask(method, target)
    server.ask_admin = ask
    return server


def test_the_admin_api_tells_about_tenants(admin):
    wait_until(lambda: "never-accepts" in admin.log() or "tenant bad: version" in admin.log(), admin.log)
    answer = admin.ask_admin("/tenants")
    assert answer["Content-Type"] == "application/json"
    bad, good = json.loads(answer.body)["tenants"]
    assert good["name"] == "good" and good["state"] == "serving" and good["hosts"] == ["good.localhost"]
    assert good["version"] and good["error"] is None and good["snapshot_bytes"] > 0
    assert bad["state"] == "failed" and bad["version"] is None and "mayfly_accept" in bad["error"]
    assert admin.get("bad.localhost").status == 503


def test_the_admin_api_tells_health_and_metrics(admin):
    wait_until(lambda: admin.ask_admin("/healthz").status == 200, admin.log)  # once all workers serve
    for _ in range(10):
        assert admin.get("good.localhost").status == 200
    metrics = admin.ask_admin("/metrics").text
    lines = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    assert int(lines["mayfly_tenants"]) == 2
    counted = [int(v) for k, v in lines.items()
               if k.startswith("mayfly_tenant_responses_total") and 'tenant="good"' in k and 'class="2xx"' in k]
    assert counted and counted[0] >= 10
    assert admin.ask_admin("/nothing").status == 404


def test_the_admin_api_reloads(admin):
    assert admin.ask_admin("/reload").status == 405
    assert admin.ask_admin("/reload", "POST").status == 200
    admin.write_config(f"admin: 127.0.0.1:{admin.admin_address[1]}\nnonsense: 1\n")
    answer = admin.ask_admin("/reload", "POST")
    assert answer.status == 422 and "there is no setting 'nonsense'" in answer.text
    assert admin.get("good.localhost").status == 200


def test_many_tenants_with_one_program_are_built_once(make_server):
    server = make_server()
    for number in range(200):
        server.tenant(f"t{number}", "hello")
    server.start()
    server.wait_for("t199.localhost")
    assert server.log().count(" is built in ") == 1
    for number in (0, 77, 150):
        assert "Hello" in server.get(f"t{number}.localhost").text
