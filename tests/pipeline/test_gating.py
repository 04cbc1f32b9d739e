"""Rule: a gate turns the other way round without a line of the tree changing, whatever selects it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.model.analysis import is_on
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.bytes.gating import alone_and_together, forced
from tests.pipeline.small_trees import opened as opened_in


def bundled(arch: str) -> OpenTree:
    return open_tree(TreeRequest(arch=arch))


def test_what_nobody_can_set_is_selected() -> None:
    opened = bundled("x86_64")
    base = opened.resolve("tinyconfig")
    assert (base.values["DMA_OPS"], base.values["DMA_OPS_BYPASS"]) == ("n", "n")
    _, found, missed = forced(opened, base, ["DMA_OPS", "DMA_OPS_BYPASS"])
    assert missed == ""
    assert (found.values["DMA_OPS"], found.values["DMA_OPS_BYPASS"]) == ("y", "y")
    causes = [(cause.name, cause.text) for cause in found.reasons["DMA_OPS"].causes]
    assert causes == [("DMA_OPS_FORCE", "select DMA_OPS")]
    changed = {name for name, value in found.values.items() if base.values.get(name, "n") != value}
    assert changed == {"DMA_OPS", "DMA_OPS_BYPASS", "DMA_OPS_FORCE", "DMA_OPS_BYPASS_FORCE"}


def test_what_others_select_loses_those_lines() -> None:
    opened = bundled("arm")
    base = opened.resolve("tinyconfig")
    assert base.values["DMA_OPS"] == "y"
    changed, found, missed = forced(opened, base, ["DMA_OPS"])
    assert missed == ""
    assert found.values["DMA_OPS"] == "n"
    assert "arch/arm/Kconfig" in changed.tree.overlay
    before = (opened.tree.root / "arch/arm/Kconfig").read_text().splitlines()
    after = changed.tree.overlay["arch/arm/Kconfig"].splitlines()
    assert len(before) == len(after)
    assert [line.split() for line, now in zip(before, after, strict=True) if line != now] == [["select", "DMA_OPS"]]


def test_what_a_user_can_set_is_a_line_of_the_config() -> None:
    opened = bundled("x86_64")
    base = opened.resolve("defconfig")
    changed, found, missed = forced(opened, base, ["PCI"])
    assert (missed, changed.tree.overlay) != ("", {})
    assert found.values["PCI"] == "n" or "PCI stays" in missed


HIDDEN = """\
config ASKED
	bool "Asked"
	default y
	depends on NEVER = n
config NEVER
	bool "Never"
	depends on GONE
config KEPT
	bool "Kept" if NEVER
	default y
config SIG
	bool "Signatures"
	depends on NEVER
config SIG_FORCE
	bool "Required"
	depends on SIG
config SIG_FORCE_
	def_bool SIG
"""


@pytest.mark.parametrize("name", ["ASKED", "NEVER", "KEPT", "SIG", "SIG_FORCE", "SIG_FORCE_"])
@pytest.mark.parametrize("target", ["allnoconfig", "allyesconfig"])
def test_every_switch_turns_and_nothing_of_the_tree_is_taken_for_ours(name: str, target: str, tmp_path: Path) -> None:
    (tmp_path / "Kconfig").write_text(HIDDEN)
    tree = opened_in(tmp_path)
    base = tree.resolve(target)
    changed, found, missed = forced(tree, base, [name])
    assert missed == ""
    assert is_on(found.values[name]) is not is_on(base.values[name])
    ours = changed.model.symbols.keys() - tree.model.symbols.keys()
    for other in tree.model.symbols.keys() - {name}:
        kinds = [line.target for d in changed.model.symbols[other].definitions for line in d.selects]
        assert kinds == [], "a symbol of the tree selects what ours should"
    assert len(ours) <= 1


def test_as_many_builds_as_symbols_and_one() -> None:
    assert alone_and_together(["A"]) == (("A",),)
    assert alone_and_together(["A", "B"]) == (("A",), ("B",), ("A", "B"))
    assert alone_and_together(["A", "B", "A", "C"]) == (("A",), ("B",), ("C",), ("A", "B", "C"))


@pytest.mark.parametrize(
    ("name", "told"), [("DMA_OPSS", "did you mean DMA_OPS?"), ("LOCALVERSION", "neither on nor off")]
)
def test_what_is_no_gate(name: str, told: str) -> None:
    opened = bundled("x86_64")
    with pytest.raises(UsageError) as error:
        forced(opened, opened.resolve("tinyconfig"), [name])
    assert told in error.value.line()
