#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/instructions.md from src/riscv/instructions.def.

    instructions_doc.py           writes it
    instructions_doc.py --check   exits 1 if it is not up to date
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "instructions.md"

HEAD = """<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- Made by tools/instructions_doc.py from src/riscv/instructions.def: change that. -->
# The instructions

RV64 as the ratified Unprivileged specification has it, user mode only. Everything else is an illegal instruction: the
guest stops with its address. A word is an instruction if `word & mask == match`. Rules of this engine:

- Effective addresses and the pc have 32 bits. Loads and stores may be misaligned, atomics may not.
- CSRs: `fflags`, `frm`, `fcsr`; read-only `cycle` and `instret` (instructions retired since the snapshot) and `time`
  (10 MHz, in the steps of a coarse clock). Others are illegal.
- `fence`, `fence.tso` and `pause` do nothing; `fence.i` ends a block, as guest code never changes.
- SC succeeds if the last LR was of the same size and address and no SC came between.
"""


def main():
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "src/riscv/instructions.def").read_text(), flags=re.DOTALL)
    full = re.findall(r'INSTRUCTION\(\s*(\w+),\s*"([^"]+)",\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*([^)]*?)\s*\)', text)
    short = re.findall(r'COMPRESSED\(\s*"([^"]+)",\s*(\w+),\s*(\w+),\s*(\w+),\s*(\w+),\s*([^)]*?)\s*\)', text)
    if not full or len(full) != text.count("INSTRUCTION(") or len(short) != text.count("COMPRESSED("):
        raise SystemExit("instructions_doc: instructions.def has an entry that this tool cannot read")
    names = {entry[0]: entry[1] for entry in full}
    extensions = {}
    for _, name, extension, form, mask, match, _ in full:
        extensions.setdefault(extension, []).append(f"| `{name}` | {form} | `{mask}` | `{match}` |")
    parts = [HEAD, f"{len(full)} instructions of 32 bits, {len(short)} of 16.\n"]
    for extension, rows in extensions.items():
        parts += [f"## {extension}\n", "| name | format | mask | match |", "|---|---|---|---|", *rows, ""]
    parts += ["## C\n", "| name | format | mask | match | stands for |", "|---|---|---|---|---|"]
    parts += [f"| `{name}` | {form} | `{mask}` | `{match}` | `{names[stands_for]}` |"
              for name, form, mask, match, stands_for, _ in short]
    result = "\n".join(parts) + "\n"
    if "--check" in sys.argv[1:]:
        if not OUT.exists() or OUT.read_text() != result:
            raise SystemExit(f"{OUT.relative_to(ROOT)} is not up to date: run tools/instructions_doc.py")
    else:
        OUT.write_text(result)


main()
