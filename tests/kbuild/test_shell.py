"""Rule: a command that only looks at texts and at the tree prints what a shell prints there, any other is unknown."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer import kbuild
from analyzer.kbuild.shell import printed
from tests.kbuild.trees import write

_PATHS = ("a", "a/b.c", "./a//b.c", "nothing", "a/b.c/d")
_TEXTS = ("y", "''", '"a b"', "'a  b'", "$?", "0", "12", "-3", "=", "''y", "!", "]")
_TESTS = st.one_of(
    st.builds("-{} {}".format, st.sampled_from("efd"), st.sampled_from(_PATHS)),
    st.builds("-{} {}".format, st.sampled_from("nz"), st.sampled_from(_TEXTS)),
    st.builds("{} {} {}".format, st.sampled_from(_TEXTS), st.sampled_from(("=", "!=")), st.sampled_from(_TEXTS)),
    st.builds(
        "{} -{} {}".format,
        st.sampled_from(("0", "12", "-3", "$?")),
        st.sampled_from(("lt", "le", "eq", "ne", "ge", "gt")),
        st.sampled_from(("0", "12", "$?")),
    ),
)
_COMMANDS = st.one_of(
    _TESTS.map("test {}".format),
    _TESTS.map("[ {} ]".format),
    _TESTS.map("! test ! {} 2>/dev/null".format),
    st.lists(st.sampled_from(_TEXTS), max_size=3).map(lambda words: " ".join(("echo", *words))),
    st.sampled_from(("true", "false", ":", "! true")),
)
_LISTS = st.builds(
    lambda first, rest: first + "".join(f"{how}{command}" for how, command in rest),
    _COMMANDS,
    st.lists(st.tuples(st.sampled_from((" && ", " || ", "; ", ";", "&&")), _COMMANDS), max_size=4),
)


@pytest.mark.skipif(shutil.which("dash") is None, reason="no dash")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=_LISTS)
def test_a_list_prints_what_the_shell_prints(tmp_path: Path, command: str) -> None:
    write({"a/b.c": ""}, tmp_path)
    ours = printed(command, kbuild.Sources(tmp_path))
    done = subprocess.run(["dash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ours in (None, done.stdout.rstrip("\n").replace("\n", " "))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("test -e ./a/b.c && echo a/", "a/"),
        ("test -e nothing && echo a/", ""),
        ("[ -d a ] && echo folder || echo none", "folder"),
        ("test 10 -lt 9; echo $?", "1"),
        ("test 10 -lt 9 || echo no; echo end", "no end"),
    ],
)
def test_what_is_understood(tmp_path: Path, command: str, told: str) -> None:
    write({"a/b.c": ""}, tmp_path)
    assert printed(command, kbuild.Sources(tmp_path)) == told


@pytest.mark.parametrize(
    "command",
    [
        "uname -m",
        "echo `true`",
        "echo $HOME",
        "echo *",
        "echo -n y",
        "echo 'a\\tb'",
        "test -e /etc/passwd && echo y",
        "test -e ../x && echo y",
        "test -e include/config/auto.conf && echo y",
        "test -x a/b.c && echo y",
        "test a -lt b; echo $?",
        "true | echo y",
        "echo y > file",
        "true & echo y",
        "(echo y)",
        "echo y # not this",
        'echo ";"',
        "test -e a[b]",
        "echo a?",
        "echo 'y",
        "gcc --version && echo y",
    ],
)
def test_what_is_not_understood_is_unknown(tmp_path: Path, command: str) -> None:
    write({"a/b.c": ""}, tmp_path)
    assert printed(command, kbuild.Sources(tmp_path)) is None


def test_a_folder_that_a_command_looks_for(tmp_path: Path) -> None:
    files = {
        "Kbuild": "obj-y := $(shell test -e ./there/Makefile && echo there/) $(shell test -d gone && echo gone/)\n",
        "there/Makefile": "obj-y := a.o\n",
    }
    plan = kbuild.evaluate(write(files, tmp_path), "toy", "toy", {})
    assert [one.path for one in plan.objects] == ["there/a.o"]
    assert not plan.unresolved
