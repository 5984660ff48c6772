#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds a tenant written in Python. Run by `mayfly build`:

    build.py MAIN.py -- COMPILER FLAG...

Finds on_init and on_client_request in MAIN.py, exports them to Pythran in a temporary copy (on the same lines),
has Pythran translate it to C++, writes a main() that joins it to the SDK, and runs the compiler with that added.
Whatever goes wrong is reported with the file and the line of MAIN.py where that is known.
"""
import ast
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULE = "program"
NAMESPACE = f"__pythran_{MODULE}"
# The parameters that on_client_request may have, by their number.
REQUEST_TYPES = {0: "", 3: "str, str, str"}


class BuildError(Exception):
    pass


def fail(path, line, text):
    raise BuildError(f"{path}:{line}: error: {text}")


def parse(path):
    """(source, module tree) of the user's file."""
    try:
        source = path.read_text(encoding="utf-8")
        return source, ast.parse(source, filename=str(path))
    except SyntaxError as error:
        text = (error.text or "").rstrip("\n")
        marker = f"\n    {text}\n    {' ' * ((error.offset or 1) - 1)}^" if text else ""
        raise BuildError(f"{path}:{error.lineno}:{error.offset}: error: {error.msg}{marker}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"{path}: error: {error}") from None


def find_entry(path, tree):
    """The ast nodes of on_init (or None) and on_client_request, their parameters checked."""
    found = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for name in ("on_init", "on_client_request"):
        node = found.get(name)
        if node is None:
            continue
        arguments = node.args
        if isinstance(node, ast.AsyncFunctionDef):
            fail(path, node.lineno, f"{name} is async; a program answers one request and has nothing to wait for")
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults:
            fail(path, node.lineno, f"{name} takes plain parameters only: no defaults, no * and no **")
        count = len(arguments.posonlyargs) + len(arguments.args)
        if name == "on_init" and count:
            fail(path, node.lineno, f"on_init has {count} parameters; it takes none")
        if name == "on_client_request" and count not in REQUEST_TYPES:
            fail(path, node.lineno, f"on_client_request has {count} parameters; it takes none, or (method, target, body)")
    if "on_client_request" not in found:
        fail(path, 1, "there is no function on_client_request(); it is what answers a request")
    return found.get("on_init"), found["on_client_request"]


def check_imports(path, tree):
    """Syntax errors in modules beside the program, which Pythran would report without a place."""
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else \
            [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            beside = path.parent / f"{name}.py"
            if beside.is_file():
                parse(beside)


def annotate(source, init, request):
    """The source with our exports behind it; the user's own are silenced, so no line moves."""
    count = len(request.args.posonlyargs) + len(request.args.args)
    source = re.sub(r"^(\s*)#\s*pythran\b", r"\1# (pythran)", source, flags=re.MULTILINE)
    exports = [f"#pythran export on_client_request({REQUEST_TYPES[count]})"]
    if init:
        exports.append("#pythran export on_init()")
    return source.rstrip("\n") + "\n" + "\n".join(exports) + "\n"


def translate(path, annotated, folder):
    """Runs Pythran; the C++ that it makes."""
    module, output = folder / f"{MODULE}.py", folder / f"{MODULE}.hpp"
    module.write_text(annotated, encoding="utf-8")
    for other in path.parent.glob("*.py"):  # modules that the program may import
        if other.name not in (path.name, module.name):
            (folder / other.name).symlink_to(other.resolve())
    # Isolated (-I), so that a file of the tenant called ast.py is not taken for Python's own.
    command = [sys.executable, "-I", "-W", "ignore", "-c", "from pythran.run import run; run()", "-E", str(module),
               "-o", str(output)]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode or not output.exists():
        text = result.stderr + result.stdout
        if "No module named 'pythran'" in text:
            raise BuildError("mayfly build: Pythran is not installed; on Debian: apt install python3-pythran")
        raise BuildError(pythran_message(path, annotated, text.replace(str(module), str(path))))
    return output.read_text(encoding="utf-8")


def pythran_message(path, source, text):
    """What Pythran said, in the form of a compiler's messages and without its own tracebacks."""
    lines = [line for line in text.splitlines() if line.strip() and "I am in trouble" not in line]
    # "CRITICAL: path:4:8 error: text" -> "path:4:8: error: text"
    place = r"^(?:[A-Z]+:?\s+)?(\S+\.py):(\d+|None)(?::(\d+|None))?:?\s*(?:error:)?\s*(.*)"
    for start, line in enumerate(lines):
        match = re.match(place, line)
        if match:
            file, number, column, what = match.groups()
            if file == f"{MODULE}.py":
                file = path
            elif "/" not in file:
                file = path.parent / file
            if number == "None":
                number, column = find_line(source, what), "1"
            return "\n".join([f"{file}:{number}:{column or 1}: error: {what}", *lines[start + 1:start + 12]])
    return f"{path}:1: error: Pythran cannot translate this program\n" + "\n".join(lines[-12:])


def find_line(source, what):
    """The first line that has the name which a message without a place quotes; 1 if there is none."""
    quoted = re.search(r"'([\w.]+)'", what)
    if quoted:
        for number, line in enumerate(source.splitlines(), 1):
            if re.search(rf"\b{re.escape(quoted[1])}\b", line):
                return number
    return 1


def size_literals(translation):
    """Gives every string literal its length, so that no strlen() runs for it in each request."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    return re.sub(r"pythonic::types::str\((" + literal + r")\)", r"pythonic::types::str(MAYFLY_LITERAL(\1))", translation)


def module_globals(translation):
    """Names of module-level values: Pythran computes each at its first use, which must not be in a request."""
    pattern = r"typename (\w+)::type::result_type \1::operator\(\)\(\) const\s*\{\s*\{\s*static typename \1::type::result_type tmp_global\b"
    return re.findall(pattern, translation)


# Generators of the modules random and numpy.random, by the header that has them.
GENERATORS = {
    "pythonic/include/random/": "pythonic::random::__random_generator",
    "pythonic/include/numpy/random/": "pythonic::numpy::random::details::generator",
}


def write_main(folder, translation, init, request):
    count = len(request.args.posonlyargs) + len(request.args.args)
    names = module_globals(translation)
    prepare = [f"(void){NAMESPACE}::{name}()();" for name in names]
    if init:
        prepare.append(f"(void){NAMESPACE}::on_init()();")
    reseed = [f"mayfly_python::reseed({name});" for header, name in GENERATORS.items() if header in translation]
    arguments = "text(request.method), text(request.target), text(request.body)" if count else ""
    (folder / f"{MODULE}.hpp").write_text(size_literals(translation), encoding="utf-8")
    main = folder / "main.cpp"
    main.write_text(f"""#include "prelude.hpp"
#include "{MODULE}.hpp"
#include "glue.hpp"

int main()
{{
    using mayfly_python::text;
    return mayfly_python::run([] {{ {' '.join(prepare)} }},
                              [](const mayfly_request &request) {{
                                  (void)request; {' '.join(reseed)}
                                  mayfly_python::answer({NAMESPACE}::on_client_request()({arguments}));
                              }});
}}
""", encoding="utf-8")
    return main


def pythonic_folder():
    import importlib.util
    found = importlib.util.find_spec("pythran")
    if found is None:
        raise BuildError("mayfly build: Pythran is not installed; on Debian: apt install python3-pythran")
    return Path(found.origin).parent


def compile_main(path, request, main, command):
    flags = ["-w", "-D__PYTHRAN__=3", "-fno-threadsafe-statics", f"-I{HERE}", f"-I{main.parent}", f"-I{pythonic_folder()}",
             "-fdiagnostics-color=never"]
    result = subprocess.run([command[0], *flags, str(main), *command[1:]], capture_output=True, text=True)
    if result.returncode == 0:
        sys.stderr.write(result.stderr)
        return
    ours = re.search(r"MAYFLY: ([^\n]*?)['\"]?$", result.stderr, re.MULTILINE)
    if ours:
        fail(path, request.lineno, ours[1])
    errors = [line for line in result.stderr.splitlines() if re.search(r"\b(?:error|undefined reference)\b", line)]
    raise BuildError("\n".join([
        f"{path}:{request.lineno}: error: the translation of this program does not compile; a value probably has a type "
        "that Pythran cannot use in this way", *(f"    {line}" for line in (errors or result.stderr.splitlines())[:6])]))


def main():
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        print(__doc__, file=sys.stderr)
        return 2
    path = Path(sys.argv[1])
    try:
        source, tree = parse(path)
        init, request = find_entry(path, tree)
        with tempfile.TemporaryDirectory(prefix="mayfly-") as name:
            folder = Path(name)
            check_imports(path, tree)
            translation = translate(path, annotate(source, init, request), folder)
            compile_main(path, request, write_main(folder, translation, init, request), sys.argv[3:])
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
