#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes seeds for the http fuzzers, made from tests/http/*.cases, into FOLDER/fuzz_http_parser and so on.

    fuzz/seeds_http.py FOLDER
"""
import hashlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "e2e"))

import cases  # noqa: E402

MAX = 2000  # bytes; the few longer cases are about limits that the fuzzers set lower
RESPONSES = [
    b"\xc8\x00\x02\x40Content-Type:text/plain\nX-A: b \n",
    b"\x94\x01\x13\x40text:type\nSet-Cookie:a=b\n",
    b"\xcc\x00\x02\x40Server:x\n",
    b"\x30\x01\x0a\x40Date:x\n",
]
PATHS = [b"a/../b", b"%2e%2e/%61//./b/", b"a%2f..%5Cb", b"..\\..\\a", b"/./../...//"]


def write(folder, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha1(data).hexdigest()).write_bytes(data)


def main():
    folder = Path(sys.argv[1])
    for name in ("heads.cases", "bodies.cases"):
        for _, request, _ in cases.read(name):
            if len(request) > MAX:
                continue
            write(folder / "fuzz_http_parser", b"\x05" + request)  # the first byte: how it is split
            head, _, body = request.partition(b"\r\n\r\n")
            if b"Transfer-Encoding: chunked" in head and body:
                write(folder / "fuzz_http_chunked", b"\x05\xff" + body)  # the second: the limit
            line = head.split(b" ")
            if len(line) > 1 and line[1].startswith(b"/"):
                write(folder / "fuzz_http_path", line[1][1:])
    for path in PATHS:
        write(folder / "fuzz_http_path", path)
    for response in RESPONSES:
        write(folder / "fuzz_http_writer", response)


if __name__ == "__main__":
    sys.exit(__doc__) if len(sys.argv) != 2 else main()
