"""Rule: a gate turns the other way round without a line of the tree changing, whatever selects it."""

from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.gating import alone_and_together, forced


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
