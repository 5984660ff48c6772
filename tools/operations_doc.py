#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/operations.md from tools/operations.md.in, src/server/{metrics.def,report.c} and `mayfly check --settings`.

    operations_doc.py           writes it
    operations_doc.py --check   exits 1 if it is not up to date

Needs a built mayfly (build/, or what MAYFLY_BUILD names).
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "operations.md"
MAYFLY = Path(os.environ.get("MAYFLY_BUILD", ROOT / "build")) / "mayfly"


def metrics():
    """One row per name of metrics.def: METRIC(scope, field, type, "name", "labels", "help")."""
    text = (ROOT / "src/server/metrics.def").read_text()
    found = re.findall(r'^METRIC\((\w+), \w+, (\w+), "(\w+)", "((?:[^"\\]|\\.)*)",\s*"(.*)"\)', text, re.MULTILINE)
    if not found or len(found) != len(re.findall(r"^METRIC\(", text, re.MULTILINE)):
        sys.exit("operations_doc: metrics.def has an entry that this tool cannot read")
    rows = {}
    for scope, kind, name, labels, help_text in found:
        row = rows.setdefault(name, {"kind": kind.lower(), "help": help_text, "labels": [],
                                     "by": "worker" if scope == "WORKER" else "tenant"})
        if labels:
            row["labels"].append(labels.replace('\\"', '"'))
    rows = supervisor_metrics() | rows
    lines = ["| metric | type | by | labels | |", "|---|---|---|---|---|"]
    lines += [f"| `{name}` | {r['kind']} | {r['by']} | {', '.join(f'`{l}`' for l in r['labels'])} | {r['help']} |"
              for name, r in rows.items()]
    return "\n".join(lines)


def supervisor_metrics():
    """One row per own_metric(out, "name", "type", "help", value) of report.c: what the supervisor counts itself."""
    text = (ROOT / "src/server/report.c").read_text()
    found = re.findall(r'\bown_metric\(out, "(\w+)", "(\w+)",\s*"([^"]*)",', text)
    if not found or len(found) != text.count("own_metric(out,"):
        sys.exit("operations_doc: report.c has an own_metric() that this tool cannot read")
    return {name: {"kind": kind, "help": help_text, "labels": [], "by": "server"} for name, kind, help_text in found}


def settings():
    if not MAYFLY.exists():
        sys.exit(f"operations_doc: {MAYFLY} is not built: run ./dev build")
    return subprocess.run([MAYFLY, "check", "--settings"], check=True, capture_output=True, text=True).stdout.strip()


def main():
    text = (ROOT / "tools/operations.md.in").read_text()
    text = text.replace("@metrics@", metrics()).replace("@settings@", settings())
    if "--check" not in sys.argv[1:]:
        OUT.write_text(text)
    elif not OUT.exists() or OUT.read_text() != text:
        sys.exit("docs/operations.md is not up to date: run tools/operations_doc.py")


if __name__ == "__main__":
    main()
