# SPDX-License-Identifier: Apache-2.0
"""Command lines that are wrong: what is wrong with them is said before the usage."""
import subprocess

import pytest

from harness import MAYFLY


def mayfly(*arguments, cwd):
    return subprocess.run([MAYFLY, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("line, message", [
    ("check mayfly.yaml", "mayfly check: 'mayfly.yaml' is one argument too many"),
    ("check --nonsense", "mayfly check: there is no option '--nonsense' here"),
    ("check -c", "mayfly check: -c needs a value: a file"),
    ("serve -c", "mayfly serve: -c needs a value: a file"),
    ("upgrade now", "mayfly upgrade: 'now' is one argument too many"),
    ("new", "mayfly new: NAME is missing"),
    ("new one two", "mayfly new: 'two' is one argument too many"),
    ("new one --lang", "mayfly new: --lang needs a value: c, c++ or python"),
    ("new one --in", "mayfly new: --in needs a value: a folder"),
    ("new one --on x", "mayfly new: there is no option '--on' here"),
    ("build", "mayfly build: FOLDER or FILE is missing"),
    ("build one two", "mayfly build: 'two' is one argument too many"),
    ("build -O3 one", "mayfly build: there is no option '-O3' here"),
    ("build one -o", "mayfly build: -o needs a value: a file"),
    ("run", "mayfly run: PROGRAM is missing"),
    ("run --fast x", "mayfly run: there is no option '--fast' here"),
    ("run --memory", "mayfly run: --memory needs a value: a number above 0, such as 64M"),
    ("run --instructions", "mayfly run: --instructions needs a value: a number above 0, such as 64M"),
    ("run --memory 64MB x", "mayfly run: --memory needs a number above 0, such as 64M; got '64MB'"),
    ("run --instructions 0 x", "mayfly run: --instructions needs a number above 0, such as 64M; got '0'"),
    ("run --engine", "mayfly run: --engine needs a value: interpreter, native or auto"),
    ("bench x --requests", "mayfly bench: --requests needs a value: a number from 1 to 100M"),
    ("bench x --requests 101M", "mayfly bench: --requests needs a number from 1 to 100M; got '101M'"),
    ("bench --json", "mayfly bench: PROGRAM is missing"),
    ("compile one two", "mayfly compile: 'two' is one argument too many"),
    ("disasm -d one", "mayfly disasm: there is no option '-d' here"),
])
def test_what_is_wrong_comes_before_the_usage(tmp_path, line, message):
    result = mayfly(*line.split(), cwd=tmp_path)
    first, empty, usage = result.stderr.split("\n", 2)
    assert (result.returncode, result.stdout, first, empty) == (2, "", message, "")
    assert f"mayfly {line.split()[0]}" in usage


@pytest.mark.parametrize("command", ["check", "serve", "upgrade", "new", "build", "run", "bench", "compile", "disasm"])
def test_help_is_no_mistake(tmp_path, command):
    result = mayfly(command, "--help", cwd=tmp_path)
    assert result.returncode == 0 and f"mayfly {command}" in result.stdout and result.stderr == ""
