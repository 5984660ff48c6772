# SPDX-License-Identifier: Apache-2.0
"""The short form of `./dev soak`: everything at once, and nothing may show."""
import sys

from harness import PATIENCE, SOURCE

sys.path.insert(0, str(SOURCE / "tests" / "soak"))
from soak import Soak  # noqa: E402


def test_everything_at_once(tmp_path):
    tmp_path.chmod(0o755)
    soak = Soak(tmp_path)
    assert soak.run(20 if PATIENCE == 1 else 40), (soak.errors, soak.summary(), soak.server.log()[-5000:])
    assert soak.answers > 200 and soak.reloads > 10 and soak.broken > 0 and soak.kills > 2, soak.summary()
    assert soak.counted["mayfly_tenant_audits_total"] > 100, soak.summary()
