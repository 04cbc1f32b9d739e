"""Rule: the commands of sh that probes use are answered as sh answers them, without a program."""

from __future__ import annotations

import platform

import pytest

from analyzer.errors import SourceError
from analyzer.toolchain.answers import pure_answer

from .build import HERE, Bench


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("echo y", "y"),
        ('echo ""', ""),
        ("echo -m64", "-m64"),
        ("echo a; echo b", "a b"),
        ("set -- GCC 120200 && echo $2", "120200"),
        ("set -- && echo $1", ""),
        ("set -- a b; echo $3$1", "a"),
        ('test "GCC" = GCC && echo y || echo n', "y"),
        ('test "GCC" = Clang && echo y || echo n', "n"),
        ("test a != b && echo y", "y"),
        ('test "" = 1 && echo y || echo n', "n"),
        ('test -z "" && echo y', "y"),
        ('test -z "GNU 24000" && echo y || echo n', "n"),
        ("test -n a && echo y", "y"),
        ("test 2 -ge 10 || echo n", "n"),
        ("test 10 -gt 9 && test 1 -lt 2 && test 1 -le 1 && test 3 -eq 3 && test 3 -ne 4 && echo y", "y"),
        ("echo LLVM | grep -qi llvm && echo y", "y"),
        ("echo LLVM | grep -q llvm || echo n", "n"),
        ("echo GNU | grep -qv llvm && echo y", "y"),
        ("echo | grep -qv llvm && echo y", "y"),
        ("{ echo one; echo two; echo three; } | grep t", "two three"),
        ("{ echo one; echo two; } | grep -v o || echo none", "none"),
        ("echo --x | grep -- --x", "--x"),
        ("if echo a | grep -q a; then echo y; else echo n; fi", "y"),
        ("if echo a | grep -- b > /dev/null; then echo y; else echo n; fi", "n"),
        (r'printf "%b\n" "a\tb\\\\c\nd" | head -n1', "a\tb\\c"),
        ('printf "%b\\n" "a\\nb" | head -n 1', "a"),
        ("{ echo a; echo b; } | head -1", "a"),
        ("expr 220102 / 10000", "22"),
        ("expr -7 / 2; expr -7 % 2; expr 7 - 9; expr 3 '*' 4", "-3 -1 -2 12"),
        ("expr 1 '<' 2 && echo y", "1 y"),
        ("expr 2 - 2 || echo zero", "0 zero"),
        ("expr 1 / 0 || echo failed", "failed"),
        ("[ 10 -gt 9 ] && echo y", "y"),
        ("uname -r", platform.release()),
        ("[ a = b ] || echo n", "n"),
        ("LC_ALL=C echo y", "y"),
        ('mkdir .tmp_$$$$; trap "rm -rf .tmp_$$$$" EXIT; echo y', "y"),
        ("echo a >/dev/null; echo b", "b"),
        ("{ echo a; } >/dev/null 2>&1 && echo y || echo n", "y"),
        ('trap "rm -rf .tmp_$$" EXIT; mkdir .tmp_$$; echo y', "y"),
    ],
)
def test_answers(bench: Bench, command: str, answer: str) -> None:
    assert bench.ask(command) == answer
    assert pure_answer(command, bench.tree) == answer
    assert bench.calls() == []


@pytest.mark.parametrize(
    "command",
    [
        "echo -n a",
        "echo 'a\\nb'",
        'printf "%s" a',
        'printf "%b\\n" a b',
        'printf "%b\\n" "\\0101"',
        "set -x",
        "set a b",
        "test -f a",
        "test a",
        "test 1 -eq a",
        "test 99999999999999999999 -eq 1",
        "grep -q a file",
        "grep a b c",
        "grep -c a",
        "grep -a",
        "grep -q '.*'",
        "expr 1 + 2 + 3",
        "expr a : b",
        "expr length a",
        "expr",
        "uname",
        "uname -a",
        "[ 1 -eq 1",
        "LC_ALL=C",
        "LC_ALL=de_DE echo y",
        "head",
        "head -n 2",
        "head file",
        "command gcc",
        "command -p gcc",
        'trap "rm -rf /" EXIT',
        'trap "rm -rf .tmp_$$; id" EXIT',
        "mkdir /x",
        "mkdir .tmp_2",
        "mkdir -p .tmp_$$",
        "cat",
        "true",
        "exit 1",
        "cd /",
        "eval echo",
        ". file",
        "exec gcc",
        "A=1 gcc",
        "A=1",
        "! gcc",
        "if gcc",
        "env",
        "env gcc",
        "echo $HOME",
        "echo $0",
        "'' a",
        "$EMPTY",
    ],
)
def test_refuses(bench: Bench, command: str) -> None:
    bench.program("gcc", "exit 0")
    with pytest.raises(SourceError) as caught:
        bench.ask(command)
    assert (caught.value.path, caught.value.lineno) == (HERE.path, HERE.line)
    assert "--toolchain" in caught.value.hint
    assert bench.calls() == []


def test_command_v_looks_on_path(bench: Bench) -> None:
    bench.program("gcc", "exit 0")
    assert bench.succeeds("command -v gcc")
    assert not bench.succeeds("command -v ld")
    assert bench.ask("command -v gcc") == str(bench.bin / "gcc")
    assert bench.calls() == []
    with pytest.raises(SourceError):
        bench.ask("command -v /etc/passwd")


def test_e_looks_only_in_the_tree_and_at_the_plugin_header(bench: Bench) -> None:
    assert bench.succeeds(f"test -e {bench.root}/scripts/cc-version.sh")
    assert not bench.succeeds(f"test -e {bench.root}/missing")
    for path in ("/etc/passwd", f"{bench.root}/../trace", "scripts", f"{bench.root}x"):
        with pytest.raises(SourceError):
            bench.ask(f"test -e {path}")
    (bench.root / "out").symlink_to("/etc")
    with pytest.raises(SourceError):
        bench.ask(f"test -e {bench.root}/out/passwd")


def test_plugin_header_lies_where_the_compiler_says(bench: Bench) -> None:
    plugin = bench.bin / "plugin"
    bench.program("gcc", f'[ "$1" = -print-file-name=plugin ] && echo {plugin}')
    command = f"test -e {plugin}/include/plugin-version.h"
    assert not bench.succeeds(command)
    (plugin / "include").mkdir(parents=True)
    (plugin / "include/plugin-version.h").touch()
    assert bench.succeeds(command)
    with pytest.raises(SourceError):
        bench.ask(f"test -e {bench.bin}/include/plugin-version.h")
