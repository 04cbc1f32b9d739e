"""Rule: what a series does to faults is told by what lint says of both trees, for the lines that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.lint import LintChange
from analyzer.pipeline import OpenTree
from analyzer.pipeline.commands.lint import lint
from analyzer.pipeline.commands.lint_change import lint_change
from tests.pipeline.small_trees import opened

BASE = """\
config A
	bool "A"
config B
	bool "B"
config TARGET
	bool
	depends on B
config ON
	bool "On"
	select TARGET if B
choice
	prompt "One of"
config ONE
	bool "One"
config TWO
	bool "Two"
endchoice
config MODULES
	bool "Modules"
	modules
"""
CASES = {
    "a select without what it needs": ("select TARGET if B", "select TARGET"),
    "a target that needs more": ("	depends on B\n", "	depends on B && A\n"),
    "a select of another": ('	bool "A"\n', '	bool "A"\n	select TARGET\n'),
    "a symbol that goes": ('config A\n	bool "A"\n', ""),
    "a name that nothing defines": ('	bool "A"\n', '	bool "A"\n	depends on NOWHERE\n'),
    "a choice that may be empty": (
        'config ONE\n	bool "One"\nconfig TWO\n	bool "Two"',
        'config ONE\n	bool "One" if B\nconfig TWO\n	bool "Two" if B',
    ),
    "nothing of the kind": ('	bool "B"\n', '	bool "B"\n	default y\n'),
}


def _change(folder: Path, old: str, new: str) -> tuple[LintChange, list[set[str]]]:
    told: list[set[str]] = []
    found: list[OpenTree] = []
    for name, text in (("old", old), ("new", new)):
        (folder / name / "drivers").mkdir(parents=True)
        (folder / name / "Kconfig").write_text(text)
        (folder / name / "drivers/x.c").write_text("#ifdef CONFIG_A\n#endif\n")
        one = opened(folder / name)
        found.append(one)
        told.append({fault.text for fault in lint(one).faults if fault.kind not in ("never-on", "default-never-taken")})
    return lint_change(found[0], found[1]), told


@pytest.mark.parametrize(("old", "new"), CASES.values(), ids=CASES)
def test_as_lint_says_of_both(old: str, new: str, tmp_path: Path) -> None:
    there = BASE.replace(old, new)
    assert there != BASE
    for number, sides in enumerate(((BASE, there), (there, BASE))):
        found, (before, after) = _change(tmp_path / str(number), *sides)
        assert {one.text for one in found.brought} == after - before
        assert {one.text for one in found.mended} == before - after


def test_what_only_moves_is_no_change(tmp_path: Path) -> None:
    old = BASE.replace('"One"', '"One" if B').replace('"Two"', '"Two" if B').replace("TARGET if B", "TARGET")
    found, (before, after) = _change(tmp_path, old, f"# moved\n\n{old}")
    assert before == after
    assert found == LintChange()


def test_more_of_a_fault_is_worse(tmp_path: Path) -> None:
    old = BASE.replace("select TARGET if B", "select TARGET")
    new = old.replace("	depends on B\n", "	depends on B\n	depends on A\n")
    found, _ = _change(tmp_path, old, new)
    assert [one.name for one in found.worsened] == ["TARGET"]
    assert not found.brought
    assert not found.mended
