"""Rule: whatever stands in a makefile, the plan comes back, says what it could not do, and nothing outside of the tree
is read."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from analyzer import kbuild
from analyzer.errors import SourceError
from analyzer.kbuild import scope
from analyzer.kbuild.parser import expansion, parse
from analyzer.kbuild.sources import Sources
from analyzer.kbuild.syntax import Assignment, Malformed
from analyzer.model.build import BuildPlan
from analyzer.trees.texts import read_within
from tests.kbuild.trees import write


def _plan(folder: Path, kbuild_file: str, **files: str) -> BuildPlan:
    tree = write({"arch/toy/Makefile": "libs-y :=\n", "Kbuild": kbuild_file, **files}, folder)
    return kbuild.evaluate(tree, "toy", "toy", {})


def _reasons(plan: BuildPlan) -> list[str]:
    return [f"{one.where}: {one.reason}" for one in plan.unresolved]


def test_an_empty_tree(tmp_path: Path) -> None:
    plan = kbuild.evaluate(tmp_path, "toy", "toy", {})
    assert plan.objects == ()
    assert _reasons(plan) == ["Makefile: it says no folder to descend into", "Makefile: missing, or no regular file"]


@pytest.mark.parametrize("link", ["../outside", "/etc/hostname"])
def test_a_link_out_of_the_tree(tmp_path: Path, link: str) -> None:
    (tmp_path / "outside").write_text("obj-y += secret.o\n", encoding="utf-8")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "linked.mk").symlink_to(link)
    (tree / "folder").symlink_to("..")
    plan = _plan(tree, "include linked.mk\n-include folder/outside\nobj-y += $(wildcard folder/* ../* /etc/p*) a.o\n")
    assert [one.path for one in plan.objects] == ["a.o"]
    assert _reasons(plan) == ["Kbuild:1: there is no such file in the tree"]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mk")
    plan = _plan(tmp_path, "include pipe.mk\n")
    assert _reasons(plan) == ["pipe.mk: missing, or no regular file"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("endif\n", 1),
        ("ifdef A\nobj-y += a.o\n", 2),
        ("\nobj-y += a.o\nelse\n", 3),
        ("ifdef A\nelse\nelse\nendif\n", 3),
        ("define x\nbody\n", 2),
    ],
)
def test_a_makefile_that_make_refuses(tmp_path: Path, text: str, line: int) -> None:
    plan = _plan(tmp_path, "obj-y += d/ b.o\n", **{"d/Makefile": text})
    assert [one.path for one in plan.objects] == ["b.o"]
    (found,) = plan.unresolved
    assert found.where.path == "d/Makefile"
    assert found.where.line == line
    assert found.reason == "no makefile"
    assert found.affects == "everything that it would set"


def test_the_error_of_a_makefile_has_its_line() -> None:
    with pytest.raises(SourceError) as error:
        parse("a := 1\nendif\n", "drivers/Makefile")
    assert error.value.line().startswith("drivers/Makefile:2: ")


@pytest.mark.parametrize("text", ["$(", "$(a", "${a)", "$(subst a,b", "a$(b$(c)", "$(if $(x),y"])
def test_unterminated_references(text: str) -> None:
    with pytest.raises(Malformed):
        expansion(text)


@pytest.mark.parametrize(
    "text",
    [
        "a = $(a)\nobj-y += $(a) b.o\n",
        "a = $(b)\nb = $(a)\nobj-y += $(b) b.o\n",
        "f = $(call f,$(1)x)\nobj-y += $(call f,a) b.o\n",
        "obj-y += b.o\ninclude Kbuild\n",
        "obj-y += b.o\n" + "ifndef A\n" * 2000 + "endif\n" * 2000,
        "obj-y += " + "$(sort " * 2000 + ")" * 2000 + "\nobj-y += b.o\n",
        "obj-y += ./ b.o\n",
    ],
    ids=["itself", "each other", "call", "include", "conditionals", "brackets", "folder"],
)
def test_what_goes_round_or_too_deep(tmp_path: Path, text: str) -> None:
    plan = _plan(tmp_path, text)
    assert "b.o" in {one.path for one in plan.objects} or plan.unresolved


DOUBLING = "".join(f"a{n} = $(a{n - 1})$(a{n - 1})\n" for n in range(1, 64))


@pytest.mark.parametrize(
    "text",
    [f"a0 := xxxxxxxxxxxxxxxx\n{DOUBLING}obj-y += $(a63)\n", "include Kbuild\ninclude Kbuild\n"],
    ids=["doubling", "includes"],
)
def test_what_would_take_for_ever(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "_WORK", 1 << 22)
    plan = _plan(tmp_path, text)
    assert plan.objects == ()
    assert "Makefile: its makefiles would take too long to evaluate" in _reasons(plan)


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/Makefile").write_bytes(b"obj-y += \xff\x00.o\nobj-y += \xee\x80\x80 a.o\n\x7fELF\n")
    plan = _plan(tmp_path, "obj-y += d/ b.o\n")
    assert plan.objects[-1].path == "b.o"


@pytest.mark.parametrize(
    "text",
    [
        "obj-$(CONFIG_A{})x += a.o\n",
        "A{}x := 1\n",
        "A{}:= 1\n",
        "define A{}x\nendef\n",
        "define A x{}:=\nendef\n",
        "A := \\\n{}x\n",
        "A :={}x \\\ny\n",
        "ifdef {}x\nendif\n",
        "ifeq ({}, {}x)\nendif\n",
        "include {}x\n",
        "export {}x\n",
        "x:{}y\n",
        "A = $(subst {},{}x,{})\n",
    ],
)
@pytest.mark.parametrize("blank", [" ", "\t", "\\\n", "\n"])
def test_a_long_run_of_blanks_takes_as_long_as_it_is(text: str, blank: str) -> None:
    """With an expression that tries each part of the run anew this is a matter of minutes."""
    with contextlib.suppress(SourceError, Malformed):
        parse(text.replace("{}", blank * 200_000), "Makefile")
    with contextlib.suppress(SourceError, Malformed):
        expansion(text.replace("{}", blank * 20_000).strip())


def test_blanks_before_an_operator_are_no_part_of_a_name() -> None:
    found = parse("A \t := 1\ndefine B  =\nb\nendef\nexport C\t+= 2\nD+ = 3\n", "Makefile")
    names = [(one.name, one.operator) for one in found if isinstance(one, Assignment)]
    assert names == [("A", ":="), ("B", "="), ("C", "+="), ("D+", "=")]


NUL_LINES = (
    "obj-y += a\0b/ a\0.o x/\0/y.o\n",
    "include a\0b/c.mk\n",
    "-include \0/c.mk\n",
    "obj-y += $(wildcard a\0b/*.o \0/* *\0*)\n",
    "subdir-y += \0/d\n",
)


@pytest.mark.parametrize("line", NUL_LINES)
def test_a_name_that_no_file_can_have(tmp_path: Path, line: str) -> None:
    plan = _plan(tmp_path, f"{line}obj-y += last.o\n")
    assert "last.o" in {one.path for one in plan.objects}


@pytest.mark.parametrize("name", ["a\0b", "\0", "a\0/b.c", "arch/\0/Makefile"])
def test_such_a_name_is_nothing_in_the_tree(tmp_path: Path, name: str) -> None:
    write({"a": "text\n"}, tmp_path)
    sources = Sources(tmp_path)
    assert (sources.is_file(name), sources.exists(name), sources.wildcard(name)) == (False, False, "")
    for read in (sources.lines, lambda path: read_within(tmp_path, path)):
        with pytest.raises(SourceError):
            read(name)
