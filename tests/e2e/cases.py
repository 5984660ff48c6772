# SPDX-License-Identifier: Apache-2.0
"""Reads tests/http/*.cases (the format is in tests/http/README.md)."""
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "http"
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


def decode(text, at=0, stop=None):
    """The bytes of `text` from `at` up to `stop`, and where that was."""
    out = b""
    while at < len(text) and text[at] != stop:
        repeat = re.compile(r"\{(\d+)\*").match(text, at)
        if repeat:
            part, at = decode(text, repeat.end(), "}")
            out += part * int(repeat[1])
        elif text[at] == "\\" and text[at + 1] == "x":
            out += bytes.fromhex(text[at + 2:at + 4])
            at += 3
        elif text[at] == "\\":
            out += ESCAPES[text[at + 1]]
            at += 1
        else:
            out += text[at].encode("latin-1")
        at += 1
    return out, at


def read(name):
    """[(case's name, request, expected)] with expected like "400", "more" or "200 path=/ ..."."""
    cases, title, request = [], None, b""
    for line in (FOLDER / name).read_text().splitlines():
        if line.startswith("## "):
            title, request = line[3:], b""
        elif line.startswith("== "):
            cases.append((title, request, line[3:]))
            title = None
        elif title:
            request += decode(line)[0]
    return cases
