#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/abi.md from include/mayfly/abi.h, include/mayfly/hostcalls.def, the table of Linux calls and the SDK.

    abi_doc.py           writes it
    abi_doc.py --check   exits 1 if it is not up to date

The prose is in tools/abi.md.in; lines of the form `@name@` are replaced by what is made from the sources.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "abi.md"
ABI = ROOT / "include" / "mayfly" / "abi.h"


def read(name):
    return (ROOT / name).read_text()


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def strings(text):
    """The C string literals of `text`, joined."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')


def constants():
    text = ABI.read_text()
    rows = [f"| `{name}` | {value} |" for name, value in re.findall(r"#define (MAYFLY_\w+) +(\w+)$", text, re.MULTILINE)]
    if not rows:
        raise SystemExit("abi_doc: no constants in abi.h")
    return "\n".join(["| constant | value |", "|---|---|", *rows])


def hostcalls():
    """The table of hostcalls.def: HOSTCALL(number, name, "arguments", "result", "documentation" ...)."""
    text = re.sub(r"/\*.*?\*/", "", read("include/mayfly/hostcalls.def"), flags=re.DOTALL)
    base = int(re.search(r"MAYFLY_HOSTCALL_BASE (0x[0-9a-f]+)", ABI.read_text())[1], 16)
    rows = []
    literal = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
    for number, name, arguments, result, documentation in re.findall(
            rf"HOSTCALL\((\d+),\s*(\w+),\s*{literal},\s*{literal},\s*{literal}\)", text):
        rows.append(f"| {base + int(number):#x} | `{name}` | {code(strings(arguments))} | {strings(result)} | "
                    f"{one_line(strings(documentation))} |")
    if len(rows) != text.count("HOSTCALL("):
        raise SystemExit("abi_doc: hostcalls.def has an entry that this tool cannot read")
    return "\n".join(["| a7 | name | arguments (a0, a1, …) | result (a0) | |", "|---|---|---|---|---|", *rows])


def syscalls():
    """The table of src/sandbox/syscalls.def: SYSCALL(number, name, function, "documentation")."""
    text = re.sub(r"/\*.*?\*/", "", read("src/sandbox/syscalls.def"), flags=re.DOTALL)
    found = re.findall(r'SYSCALL\((\d+),\s*(\w+),\s*\w+,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', text)
    if not found or len(found) != text.count("SYSCALL("):
        raise SystemExit("abi_doc: syscalls.def has an entry that this tool cannot read")
    rows = [f"| {number} | `{name}` | {one_line(strings(documentation))} |" for number, name, documentation in found]
    return "\n".join(["| a7 | call | |", "|---|---|---|", *rows])


def code(text):
    return f"`{text}`" if text else "none"


def structs():
    """Every struct and enum of abi.h with the comment before it, as it is written there."""
    text = ABI.read_text()
    found = []
    for comment, body in re.findall(r"((?:/\*(?:(?!\*/).)*\*/\n)?)((?:struct|enum) mayfly_\w+ \{\n.*?\n\};)", text, re.DOTALL):
        if "#define HOSTCALL" in body:
            continue
        body = re.sub(r"MAYFLY_POINTER\((.*?)\) ", r"\1 *", body)
        words = one_line(re.sub(r"^ ?\*+/?|/\*", "", comment.replace("*/", ""), flags=re.MULTILINE))
        found.append((words + "\n\n" if words else "") + f"```c\n{body}\n```")
    if len(found) < 5:
        raise SystemExit("abi_doc: abi.h has fewer structs than it should")
    return "\n\n".join(found)


def functions():
    """The functions of mayfly.h: what the comment before each says."""
    text = read("sdk/c/mayfly.h")
    rows = []
    for comment, declaration in re.findall(
            r"/\*((?:(?!\*/).)*)\*/\n((?:__attribute__|static inline|const|ssize_t|size_t|int64_t|void)[^;{/]*mayfly_\w+\([^;{]*\))",
            text, re.DOTALL):
        declaration = re.sub(r"__attribute__\(\((?:\w+(?:\([^()]*\))?)\)\) ?|static inline ", "", one_line(declaration))
        words = one_line(re.sub(r"^ \* ?", "", comment, flags=re.MULTILINE))
        rows.append(f"`{declaration}`  \n{words}")
    if len(rows) < 12:
        raise SystemExit("abi_doc: mayfly.h has fewer functions than it should")
    return "\n\n".join(rows)


def source(name):
    """A file as a code block, without its licence comment."""
    language = {".c": "c", ".cpp": "cpp", ".py": "python", ".yaml": "yaml"}[Path(name).suffix]
    text = re.sub(r"\A(?:/\*(?:(?!\*/)[\s\S])*\*/|(?:(?://|# ).*\n)+)\n?", "", read(name))
    return f"```{language}\n{text.strip(chr(10))}\n```"


MAKERS = {"constants": constants, "hostcalls": hostcalls, "syscalls": syscalls, "structs": structs, "functions": functions}


def render():
    def replace(match):
        name, argument = match[1], match[2]
        return source(argument) if name == "source" else MAKERS[name]()
    text = re.sub(r"^@(\w+)(?: ([\w./-]+))?@$", replace, read("tools/abi.md.in"), flags=re.MULTILINE)
    return "<!-- Made by tools/abi_doc.py from the sources; change those or tools/abi.md.in. -->\n" + text


def main():
    text = render()
    if "--check" in sys.argv[1:]:
        if not OUT.exists() or OUT.read_text() != text:
            print("docs/abi.md is not up to date: run tools/abi_doc.py")
            return 1
        return 0
    OUT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
