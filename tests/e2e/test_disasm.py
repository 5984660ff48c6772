# SPDX-License-Identifier: Apache-2.0
"""`mayfly disasm` says what objdump says, of every instruction of some large programs.

Debian's objdump writes the immediate forms under the name of the register forms (`add sp,sp,-32`); here they have the names
of the specification. Comments (`# 7dda0 <lock>`) are objdump's own, and of several symbols at one address each takes another.
"""
import re
import shutil
import subprocess

import pytest

from harness import MAYFLY, guest

OBJDUMP = shutil.which("riscv64-linux-gnu-objdump")
LINE = re.compile(r"^ *([0-9a-f]+):\t([0-9a-f]+) *\t(.*)$", re.M)
LAST_IS_NUMBER = re.compile(r"[\t,](-?\d+|0x[0-9a-f]+)$")
IMMEDIATE = {name: name + "i" for name in ("add sll srl sra and or xor slt ror bset bclr binv bext csrw csrs csrc csrrw "
                                           "csrrs csrrc").split()}
IMMEDIATE |= {"addw": "addiw", "sllw": "slliw", "srlw": "srliw", "sraw": "sraiw", "rorw": "roriw"}


def listing(*command):
    """{address: (code, text)}"""
    text = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return {int(address, 16): (code, re.sub(r" <.*>$", " <>", re.sub(r"\s*#.*$", "", words).rstrip()))
            for address, code, words in LINE.findall(text)}


def as_specified(words):
    name, tab, operands = words.partition("\t")
    return (IMMEDIATE.get(name, name) if LAST_IS_NUMBER.search(words) else name) + tab + operands


@pytest.mark.skipif(not OBJDUMP, reason="riscv64-linux-gnu-objdump is not installed")
@pytest.mark.parametrize("name", ["longdouble", "bits-tuned"])
def test_disasm_is_objdumps(name):
    ours = listing(MAYFLY, "disasm", guest(name))
    theirs = listing(OBJDUMP, "-d", "-j", ".text", guest(name))
    assert len(theirs) > 20000
    different = []
    for address, (code, words) in theirs.items():
        if ours.get(address) != (code, as_specified(words)):
            different.append((hex(address), words, ours.get(address)))
    assert different[:20] == []
