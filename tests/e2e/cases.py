# SPDX-License-Identifier: Apache-2.0
"""Reads tests/http/*.cases and conformance.txt (the formats are in tests/http/README.md)."""
import re
from collections import namedtuple
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


Line = namedtuple("Line", "name answers end parts body")


def read_lines(name):
    """The lines of a file like conformance.txt: a request in one or two parts, the answers, how it ends, and what the last body has."""
    lines, section, number = [], "", 0
    for text in (FOLDER / name).read_text().splitlines():
        if text.startswith("## "):
            section, number = text[3:].split(":")[0], 0
        elif " :: " in text:
            number += 1
            wanted, request = text.split(" :: ", 1)
            request, _, body = request.replace("\u23ce", "\\r\\n").partition(" => ")
            *answers, end = wanted.split()
            lines.append(Line(f"{section} #{number}", [item for item in answers if item != "-"], end,
                              [decode(part)[0] for part in request.split(" ... ")], decode(body)[0]))
    return lines
