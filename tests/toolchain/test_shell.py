"""Rule: what the reader accepts means what sh makes of it; everything else is refused."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analyzer.toolchain.answers import pure_answer
from analyzer.toolchain.shell import Group, List, Pipeline, Refused, Simple, Text, Variable, parse

from .build import tree_at

TREE = tree_at(Path("/nowhere"), EMPTY="", SPACED=" a  b ", ONE="c")
SH = shutil.which("sh") or "sh"


def words(text: str) -> tuple[object, ...]:
    """The words of a lone simple command."""
    command = parse(text).items[0][1].commands[0]
    assert isinstance(command, Simple)
    return command.words


def test_words() -> None:
    assert words("a 'b c' \"d $x\" e\\ f$1'' \"\"") == (
        (Text("a"),),
        (Text("b c"),),
        (Text("d "), Variable("x", quoted=True)),
        (Text("e f"), Variable("1", quoted=False), Text("")),
        (Text(""),),
    )


def test_lists_and_groups() -> None:
    command = Simple(((Text("a"),),), silent=False)
    quiet = Simple(((Text("a"),),), silent=True)
    one = Pipeline((command,))
    assert parse("a | a && a || a; a;") == List(
        ((";", Pipeline((command, command))), ("&&", one), ("||", one), (";", one))
    )
    assert parse("{ a; a >/dev/null 2>&1; } >/dev/null") == List(
        ((";", Pipeline((Group(List(((";", one), (";", Pipeline((quiet,))))), silent=True),))),)
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", ";", "a &&", "| a", "a ;; b", "a | | b", "{ a }", "{ a; } b", "{ a;", "a; }", "{ ; }"),
        *(
            "a & b",
            "a &",
            "a > b",
            "a >b",
            "a 2>b",
            "a >>/dev/null",
            "a < b",
            "a >/dev/nullx",
            "a >&2",
            "{ a; } 2>&1",
            "a 3>/dev/null",
        ),
        *(
            "$(a)",
            "${a}",
            "`a`",
            '"$(a)"',
            '"${a}"',
            '"`a`"',
            "$((1))",
            "$!",
            "$@",
            "$*",
            "$?",
            "$#",
            "$-",
            '"$@"',
            "a$",
            '"a$"',
        ),
        *(
            "a *",
            "a ?",
            "a [b]",
            "a ~",
            "~/a",
            "# a",
            "a # b",
            "(a)",
            "a()",
            "a\nb",
            "'a\nb'",
            '"a\nb"',
            "a\\\nb",
            "a\0",
            "a\x1b",
        ),
        *("'a", '"a', "a\\"),
        "{ " * 100 + "a",
        "a" * 20000,
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(Refused):
        parse(text)


PIECES = [
    "a",
    "b",
    " ",
    "  ",
    "'",
    '"',
    "\\",
    "$1",
    "$2",
    "$EMPTY",
    "$SPACED",
    "$ONE",
    "{",
    "}",
    ";",
    "|",
    "&&",
    "||",
    "echo ",
    "#",
    "=",
    "\t",
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("a$SPACED$ONE'$SPACED'\"$SPACED\"b")
@example("$EMPTY $EMPTY'' \"$EMPTY\"")
@example("{ echo a; } | { echo b; }; }")
@example('"\\$1 \\a \\" \\\\"')
def test_means_what_sh_makes_of_it(text: str) -> None:
    command = f"set -- x 'y  z' && echo {text}"
    ours = pure_answer(command, TREE)
    if ours is None:
        return
    # Only what was accepted is run: it echoes.
    environment = {key: TREE.environment[key] for key in ("EMPTY", "SPACED", "ONE")}
    with tempfile.TemporaryDirectory() as folder:
        theirs = subprocess.run([SH, "-c", command], env=environment, cwd=folder, capture_output=True, check=False)
    assert ours == theirs.stdout.decode().rstrip("\n").replace("\n", " ")


def test_the_comparison_compares() -> None:
    # Most texts above are refused; these are not, or the test above would say nothing.
    assert pure_answer("set -- x 'y  z' && echo a$SPACED$ONE", TREE) == "a a b c"
    assert pure_answer("set -- x 'y  z' && echo $2 \"$2\" '$2'", TREE) == "y z y  z $2"


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except Refused:
        return
