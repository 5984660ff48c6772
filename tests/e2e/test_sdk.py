# SPDX-License-Identifier: Apache-2.0
"""`mayfly new` and `mayfly build`, what the compilers' mistakes look like to a user, and the SDK in a running server."""
import os
import re
import subprocess
import time

import pytest

from harness import MAYFLY, PATIENCE, SOURCE

NO_PYTHRAN = subprocess.run(["/usr/bin/python3", "-W", "ignore", "-c", "import pythran"], capture_output=True).returncode != 0
needs_pythran = pytest.mark.skipif(NO_PYTHRAN, reason="Pythran is not installed (apt install python3-pythran)")


def mayfly(*arguments, cwd=None, env=None):
    return subprocess.run([MAYFLY, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, timeout=300 * PATIENCE,
                          env={**os.environ, **(env or {})})


def build(folder, name, text, *flags):
    """The finished process and the ELF of a one-file program."""
    (folder / name).write_text(text)
    elf = folder / "program.elf"
    return mayfly("build", folder / name, "-o", elf, *flags), elf


# ---- new ----

@pytest.mark.parametrize("language, main", [("c", "main.c"), ("c++", "main.cpp"),
                                            pytest.param("python", "main.py", marks=needs_pythran)])
def test_a_new_tenant_builds_and_answers_without_a_restart(make_server, tmp_path, language, main):
    made = mayfly("new", "my-site", "--lang", language, "--in", tmp_path)
    assert made.returncode == 0, made.stderr
    assert "mayfly build" in made.stdout
    folder = tmp_path / "my-site"
    assert sorted(p.name for p in folder.iterdir()) == sorted([main, "tenant.yaml", "README.md"])
    server = make_server().start()
    built = mayfly("build", folder)
    assert built.returncode == 0 and built.stderr == "", built.stderr
    (folder / "program.elf").chmod(0o755)
    folder.rename(server.tenants / "my-site")
    answer = server.wait_for("my-site.localhost", target="/?name=you", body=b"Hello you, this is my-site")
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("arguments, code, message", [
    (["Bad_Name"], 2, "cannot be a name"), (["-x-"], 2, "mayfly new NAME"), (["x-"], 2, "cannot be a name"),
    (["../up"], 2, "cannot be a name"), (["a" * 64], 2, "cannot be a name"), (["ok", "--lang", "cobol"], 2, "no language 'cobol'"),
    ([], 2, "mayfly new NAME"), (["ok", "--in", "/nowhere/at/all"], 1, "make it first"), (["a", "b"], 2, "mayfly new NAME"),
])
def test_new_refuses(tmp_path, arguments, code, message):
    made = mayfly("new", *arguments, cwd=tmp_path)
    assert made.returncode == code and message in made.stderr
    assert list(tmp_path.iterdir()) == []


def test_new_keeps_what_is_there(tmp_path):
    (tmp_path / "site").mkdir()
    made = mayfly("new", "site", cwd=tmp_path)
    assert made.returncode == 1 and "is there already" in made.stderr and list((tmp_path / "site").iterdir()) == []


def test_the_limits_that_a_new_tenant_suggests_are_good_ones(tmp_path):
    (tmp_path / "mayfly.yaml").write_text("listen:\n  - address: 127.0.0.1:0\ntenants: tenants\n")
    (tmp_path / "tenants").mkdir()
    assert mayfly("new", "site", "--in", tmp_path / "tenants").returncode == 0
    assert mayfly("build", tmp_path / "tenants" / "site").returncode == 0
    yaml = tmp_path / "tenants" / "site" / "tenant.yaml"
    text = yaml.read_text()
    wanted = re.sub(r"^# limits:", "limits:", re.sub(r"^#  ( +\w+: )", r" \1", text, flags=re.MULTILINE), flags=re.MULTILINE)
    assert wanted.count("\n  ") == 4
    for variant in (text, wanted):
        yaml.write_text(variant)
        checked = mayfly("check", "-c", tmp_path / "mayfly.yaml")
        assert checked.returncode == 0, checked.stderr


# ---- build ----

def test_a_folder_of_c_and_cpp_is_one_program(tmp_path):
    (tmp_path / "main.c").write_text("#include <mayfly.h>\nconst char *text(void);\n"
                                     "int main(void) { mayfly_accept(); mayfly_respond(200, \"text/plain\", text()); }\n")
    (tmp_path / "text.cpp").write_text("#include <string>\nstatic std::string s(\"from C++\");\n"
                                       "extern \"C\" const char *text(void) { return s.c_str(); }\n")
    built = mayfly("build", tmp_path)
    assert built.returncode == 0, built.stderr
    assert (tmp_path / "program.elf").read_bytes()[:4] == b"\x7fELF"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["main.c", "program.elf", "text.cpp"]


def test_messages_of_the_compiler_pass_through_and_the_old_program_stays(tmp_path):
    good, elf = build(tmp_path, "main.c", "int main(void) { return 0; }\n")
    assert good.returncode == 0
    before = elf.read_bytes()
    bad, _ = build(tmp_path, "main.c", "int main(void)\n{\n    return nothing;\n}\n")
    assert bad.returncode == 1
    assert re.search(r"main\.c:3:\d+: error: .nothing. undeclared", bad.stderr)
    assert elf.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["main.c", "program.elf"]


def test_a_word_is_read_by_one_access_wherever_it_is(tmp_path):
    text = ("#include <stdint.h>\n#include <string.h>\nuint64_t word_at(const char *at);\n"
            "uint64_t word_at(const char *at) { uint64_t word; memcpy(&word, at, 8); return word; }\n"
            "int main(int count, char **texts) { return word_at(texts[count - 1] + 1) == 0; }\n")
    built, elf = build(tmp_path, "main.c", text, "--", "-fno-inline")
    assert built.returncode == 0, built.stderr
    function = mayfly("disasm", elf).stdout.split("<word_at>:")[1].split("ret")[0]
    assert re.search(r"\bld\b", function) and not re.search(r"\blbu\b", function), function


def symbols(elf):
    """{name: letter of nm}"""
    table = subprocess.run(["riscv64-linux-gnu-nm", elf], capture_output=True, text=True, check=True).stdout
    return {fields[-1]: fields[-2] for fields in map(str.split, table.splitlines())}


def test_every_string_function_of_the_sdk_takes_the_place_of_the_c_librarys(tmp_path):
    source = (SOURCE / "sdk" / "c" / "string.c").read_text()
    names = re.findall(r"^STRING_WEAK .*?(\w+)\(", source, re.MULTILINE) + re.findall(r"^STRING_ALIAS\((\w+),", source, re.MULTILINE)
    assert {"memcpy", "strcmp", "strrchr", "bcmp", "__strchrnul"} < set(names)
    text = "".join(f"extern char {name}[];\n" for name in names)
    text += "char *volatile all[] = {" + ", ".join(names) + "};\nint main(void) { return !all[0]; }\n"
    built, elf = build(tmp_path, "main.c", text, "--", "-fno-builtin")
    assert built.returncode == 0, built.stderr
    found = symbols(elf)
    assert {name: found[name] for name in names} == dict.fromkeys(names, "W"), "weak: the SDK's"


def test_a_programs_own_come_before_the_string_functions_of_the_sdk(tmp_path):
    text = ("#include <stddef.h>\n#include <stdio.h>\nint index = 7;\n"
            "size_t strnlen(const char *text, size_t size);\n"
            "size_t strnlen(const char *text, size_t size) { return *text == '?' ? 77 : __builtin_strlen(text) + 0 * size; }\n"
            "int main(void) { printf(\"%d %zu\\n\", index, strnlen(\"?\", 1)); }\n")
    built, elf = build(tmp_path, "main.c", text, "--", "-fno-builtin")
    assert built.returncode == 0, built.stderr
    assert mayfly("run", elf).stdout == "7 77\n"


@pytest.mark.parametrize("flags", [["-flto"], ["-O0"], ["-D_GNU_SOURCE", "-D_FORTIFY_SOURCE=2"], ["-std=c11"]])
def test_the_sdk_goes_with_flags_that_people_use(tmp_path, flags):
    text = ("#include <stdio.h>\n#include <string.h>\nint main(int count, char **texts)\n{\n    char copy[64];\n"
            "    strcpy(copy, texts[count - 1]);\n    strcat(copy, \"-\");\n"
            "    printf(\"%s %zu %d\\n\", copy, strlen(strchr(copy, 'b')), strcmp(copy, texts[0]) != 0);\n}\n")
    built, elf = build(tmp_path, "main.c", text, "--", *flags)
    assert built.returncode == 0 and built.stderr == "", built.stderr
    assert mayfly("run", elf, "abc").stdout == "abc- 3 1\n"


def test_flags_behind_the_dashes_reach_the_compiler(tmp_path):
    text = "#ifndef WANTED\n#error not wanted\n#endif\nint main(void) { return 0; }\n"
    assert build(tmp_path, "main.c", text)[0].returncode == 1
    assert build(tmp_path, "main.c", text, "--", "-DWANTED", "-O3")[0].returncode == 0


@pytest.mark.parametrize("files, message", [
    ({}, "nothing to compile"), ({"main.py": "", "a.c": ""}, "a program is either"), ({"readme.txt": ""}, "nothing to compile"),
])
def test_build_refuses_a_folder(tmp_path, files, message):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    built = mayfly("build", tmp_path)
    assert built.returncode == 1 and message in built.stderr


def test_build_says_what_is_missing(tmp_path):
    (tmp_path / "main.c").write_text("int main(void) { return 0; }\n")
    assert "apt install gcc-riscv64-linux-gnu" in mayfly("build", tmp_path, env={"PATH": "/nowhere"}).stderr
    assert "has no c/mayfly.h" in mayfly("build", tmp_path, env={"MAYFLY_SDK": "/nowhere"}).stderr
    assert "No such file" in mayfly("build", tmp_path / "not-there").stderr
    assert mayfly("build").returncode == 2


def test_a_program_for_mayfly_explains_itself_elsewhere(tmp_path):
    built, elf = build(tmp_path, "main.c", "#include <mayfly.h>\nint main(void) { mayfly_accept(); return 0; }\n")
    assert built.returncode == 0
    qemu = subprocess.run(["qemu-riscv64", elf], capture_output=True, text=True)
    assert qemu.returncode == 1 and "mayfly serve" in qemu.stderr


# ---- Python ----

PYTHON_MISTAKES = [
    ("def on_client_request(:\n    pass\n", r"main\.py:1:\d+: error: invalid syntax"),
    ("def other():\n    return 1\n", r"main\.py:1: error: there is no function on_client_request"),
    ("\n\ndef on_client_request(a, b):\n    return 'text/plain', a\n", r"main\.py:3: error: on_client_request has 2 parameters"),
    ("def on_init(x):\n    pass\ndef on_client_request():\n    return 't', 'x'\n", r"main\.py:1: error: on_init has 1 parameters"),
    ("def on_client_request(a=1):\n    return 't', 'x'\n", r"main\.py:1: error: .*no defaults"),
    ("async def on_client_request():\n    return 't', 'x'\n", r"main\.py:1: error: .*async"),
    ("\ndef on_client_request():\n    return 42\n", r"main\.py:2: error: on_client_request\(\) has to return"),
    ("def on_client_request():\n    return 'text/plain', 5\n", r"main\.py:1: error: .*of type str"),
    ("def on_client_request():\n    return 't', 'text/plain', 'x'\n", r"main\.py:1: error: .*status has to be an int"),
    ("def on_client_request():\n    return 'text/plain', unknown\n", r"main\.py:2:\d+: error: .*unknown"),
    ("# one\nimport socket\ndef on_client_request():\n    return 't', str(socket.socket())\n", r"main\.py:2:\d+: error: .*socket"),
    ("def f(x):\n    return x + 'a'\ndef on_client_request():\n    return 't', f(3)\n", r"main\.py:2:\d+: error: unsupported operand"),
    ("class Page:\n    pass\ndef on_client_request():\n    return 't', 'x'\n", r"main\.py:1:\d+: error: "),
]


@needs_pythran
@pytest.mark.parametrize("text, message", PYTHON_MISTAKES)
def test_mistakes_in_python_have_a_file_and_a_line(tmp_path, text, message):
    built, elf = build(tmp_path, "main.py", text)
    assert built.returncode == 1 and not elf.exists()
    assert re.search("^" + re.escape(str(tmp_path)) + "/" + message, built.stderr, re.MULTILINE), built.stderr
    assert "/tmp/mayfly-" not in built.stderr and "Traceback" not in built.stderr


@needs_pythran
def test_python_modules_beside_the_program(tmp_path):
    (tmp_path / "main.py").write_text("from util import twice\ndef on_client_request(method, target, body):\n"
                                      "    return 'text/plain', twice(target)\n")
    (tmp_path / "util.py").write_text("def twice(s):\n    return s + s\n")
    built = mayfly("build", tmp_path)
    assert built.returncode == 0, built.stderr
    (tmp_path / "util.py").write_text("\ndef twice(s:\n    return s + s\n")
    built = mayfly("build", tmp_path)
    assert built.returncode == 1 and re.search(r"util\.py:2:\d+: error: ", built.stderr), built.stderr


@needs_pythran
def test_the_python_page_of_the_examples(make_server, tmp_path):
    server = make_server()
    server.tenant("page", "page")
    server.start()
    answer = server.wait_for("page.localhost")
    source = (SOURCE / "sdk" / "examples" / "page" / "main.py").read_text()
    assert answer.text == source.split('"""')[1] and answer["Content-Type"] == "text/plain"
    server.wait_log("Hello from Python")


PYTHON = '''
import random

squares = [i * i for i in range(100)]

def on_init():
    print("sum", sum(squares))

def words(text):
    count = {}
    for word in text.split(" "):
        count[word] = count.get(word, 0) + 1
    return ",".join([word + "=" + str(count[word]) for word in sorted(count.keys())])

def on_client_request(method, target, body):
    if target == "/boom":
        raise ValueError("no page", target)
    if target == "/square":
        return 200, "text/plain", str(squares[int(body)])
    if target == "/words":
        return 201, "text/html", words(body)
    if target == "/random":
        return 200, "text/plain", str(random.random())
    if target == "/long":
        text = ""
        for i in range(20000):
            text += str(i)
        return 200, "text/plain", text
    if target == "/print":
        print("printed by", method)
        return 200, "text/plain", "na\\u00efve caf\\u00e9"
    return 404, "text/plain", "nothing at " + target
'''


@needs_pythran
def test_python_in_a_server(make_server, tmp_path):
    built, elf = build(tmp_path, "main.py", PYTHON)
    assert built.returncode == 0, built.stderr
    server = make_server()
    server.tenant("python", elf)
    server.start()
    server.wait_for("python.localhost", 404)
    server.wait_log("sum 328350")
    ask = server.get
    assert ask("python.localhost", "/square", method="POST", body=b"12").text == "144"
    words = ask("python.localhost", "/words", method="POST", body=b"the fox the dog")
    assert (words.status, words["Content-Type"], words.text) == (201, "text/html", "dog=1,fox=1,the=2")
    assert ask("python.localhost", "/nowhere").text == "nothing at /nowhere"
    assert ask("python.localhost", "/long").text == "".join(map(str, range(20000)))
    assert ask("python.localhost", "/print", method="PUT", body=b"").body == "naïve café".encode()
    server.wait_log("printed by PUT")
    numbers = {ask("python.localhost", "/random").text for _ in range(20)}
    assert len(numbers) == 20 and all(0 <= float(n) < 1 for n in numbers)
    boom = ask("python.localhost", "/boom")
    assert boom.status == 500 and "exception" in boom.text
    server.wait_log("ValueError: no page, /boom")
    assert ask("python.localhost", "/square", method="POST", body=b"3").text == "9"


# ---- the C library, in a server ----

@pytest.fixture
def api(make_server):
    server = make_server()
    server.tenant("api", "sdk-api")
    server.start()
    server.wait_for("api.localhost", 404)
    return lambda target, **kwargs: server.get("api.localhost", target, **kwargs), server


def test_headers_are_found_in_any_case(api):
    ask, _ = api
    assert ask("/header").text == "-1 [NULL]"
    assert ask("/header", headers=[("X-NaMe", "a value")]).text == "7 [a value]"
    assert ask("/header", headers=[("X-Name", "first"), ("x-name", "second")]).text == "5 [first]"
    assert ask("/header", headers=[("X-Name", "")]).text == "0 []"
    assert ask("/header", headers=[("X-Nam", "no"), ("X-Names", "no")]).text == "-1 [NULL]"


@pytest.mark.parametrize("query, expected", [
    ("a+b=1", "1 [1]"), ("x=0&a%20b=two%21&a+b=3", "4 [two!]"), ("a+b", "0 []"), ("a+b=", "0 []"), ("ab=1", "-1 []"), ("", "-1 []"),
    ("a+b=x%zz%4", "6 [x%zz%4]"), ("a+b=1=2", "3 [1=2]"), ("&&a+b=y&", "1 [y]"), ("a+b=0123456789abcdef0123", "20 [0123456789abcde]"),
    ("a+bc=1&a+b=%41%c3%a9", "3 [A\u00e9]"),
])
def test_query_parameters(api, query, expected):
    assert api[0]("/query?" + query).text == expected


def test_forms(api):
    ask, _ = api
    form = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    assert ask("/form", method="POST", headers=form, body=b"other=1&field=a+b%26c").text == "5 [a b&c]"
    assert ask("/form", method="POST", body=b"field=1").text == "1 [1]"
    assert ask("/form", method="POST", headers=[("Content-Type", "application/json")], body=b"field=1").text == "-1 []"


def test_percent_decoding_keeps_what_is_no_escape(api):
    assert api[0]("/decode?%41+%2b%").text == "4 [A++%]"


def test_a_response_in_pieces_with_headers(api):
    answer = api[0]("/pieces")
    assert (answer.status, answer.text, answer["X-One"], answer["Content-Type"]) == (207, "one two GET", "1", "text/css")


def test_strings_of_a_request_end_with_nul(api):
    assert api[0]("/ends", method="POST", body=b"body").text == "1 [127.0.0.1]"


def test_randomness_is_fresh_and_time_passes(api):
    seen = set()
    for _ in range(20):
        seconds, text = api[0]("/random").text.split(" ")
        assert abs(int(seconds) - time.time()) < 5
        seen.add(text)
    assert len(seen) == 20


def test_what_is_logged_and_printed_reaches_the_log(api):
    ask, server = api
    answer = ask("/log")
    assert answer.text == "logged" and answer["Content-Type"] is None
    for text in ("a warning of 2 words", "printed without an end of line", "to stderr"):
        server.wait_log(text)


def test_malloc_in_a_request(api):
    assert api[0]("/malloc").text == "63 [malloc]"
