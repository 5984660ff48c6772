# SPDX-License-Identifier: Apache-2.0
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import harness  # noqa: E402


def pytest_sessionstart(session):
    if not harness.MAYFLY.exists():
        pytest.exit(f"{harness.MAYFLY} is not built: run ./dev build, or ./dev test which does", returncode=2)


@pytest.fixture
def make_server(tmp_path):
    """make_server(**options) -> a Server in its own folder, ended after the test."""
    started = []

    def make(**options):
        folder = tmp_path / f"server{len(started)}"
        folder.mkdir()
        tmp_path.chmod(0o755)
        server = harness.Server(folder, **options)
        started.append(server)
        return server
    yield make
    for server in started:
        if server.process:
            server.__exit__(None, None, None)
