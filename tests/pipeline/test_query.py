"""Rule: a query over a tree says what the matrix of that tree says.

Enters: the bundled tree. Leaves: nothing. Must hold: answers equal a filter over the matrix; what is nowhere is an
error; nothing is read that the query rules out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer import reports
from analyzer.errors import UsageError
from analyzer.features import of_symbols
from analyzer.model.analysis import FeatureState, MatrixRow
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands import query
from analyzer.pipeline.commands.matrix import gather
from tests.pipeline.weighed_tree import build, opened_in

TREE = TreeRequest()
SYMBOLS = ("DMA_OPS", "DMA_OPS_BYPASS", "PCI", "SWIOTLB", "INTEL_IOMMU")
TARGETS = ("tinyconfig", "defconfig")


@pytest.fixture(scope="module")
def rows() -> tuple[MatrixRow, ...]:
    """Both targets of every architecture, all of them resolved."""
    found = gather(TREE, (), TARGETS, of_symbols(SYMBOLS)).rows
    assert not any(row.error for row in found)
    return found


def _asked(text: str, *names: str) -> Any:
    data: Any = reports.query(query.ask(TREE, text, (), names)).data
    return data


Row = dict[str, FeatureState]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("DMA_OPS", lambda row: row["DMA_OPS"].value == "y"),
        ("DMA_OPS=y and not PCI", lambda row: row["DMA_OPS"].value == "y" and row["PCI"].value != "y"),
        ("INTEL_IOMMU=n", lambda row: row["INTEL_IOMMU"].value == "n"),
        ("not INTEL_IOMMU", lambda row: row["INTEL_IOMMU"].value != "y"),
        ("why(SWIOTLB)=selected", lambda row: row["SWIOTLB"].reason.kind == "selected"),
        (
            "DMA_OPS selected_by(INTEL_IOMMU)",
            lambda row: (
                row["DMA_OPS"].reason.kind == "selected"
                and "INTEL_IOMMU" in {cause.name for cause in row["DMA_OPS"].reason.causes}
            ),
        ),
    ],
)
def test_answers_are_those_of_the_matrix(rows: tuple[MatrixRow, ...], text: str, holds: Callable[[Row], bool]) -> None:
    expected = [(row.arch, row.config) for row in rows if holds({state.feature.name: state for state in row.features})]
    assert 0 < len(expected) < len(rows)
    assert [(row["arch"], row["config"]) for row in _asked(text, *TARGETS)["rows"]] == expected


def test_arch_and_config_rule_out_before_anything_is_read() -> None:
    data = _asked("arch in (arm, s390) and config = defconfig")
    assert [(row["arch"], row["configs"]) for row in data["looked_at"]] == [("arm", 1), ("s390", 1)]
    assert len(data["rows"]) == 2


def test_a_query_about_config_looks_at_all_of_the_tree() -> None:
    everywhere = _asked("config like '*_defconfig' and DMA_OPS show count")
    assert sum(row["configs"] for row in everywhere["looked_at"]) > len(everywhere["looked_at"])
    assert all(not row["cells"] for row in everywhere["rows"])


def test_without_condition_every_config_is_shown() -> None:
    data = _asked("show SWIOTLB, why(PCI)")
    assert len(data["rows"]) == sum(row["configs"] for row in data["looked_at"])
    assert (data["symbols"], data["reasons"]) == (["SWIOTLB", "PCI"], ["PCI"])


def test_symbols_and_values_stand_in_the_cells() -> None:
    data = _asked("DMA_OPS and arch=powerpc")
    (row,) = data["rows"]
    (cell,) = row["cells"]
    assert (row["config"], cell["symbol"], cell["value"]) == ("defconfig", "DMA_OPS", "y")
    assert cell["reason"]["causes"][0]["name"] == "PPC"


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("PCI and ^DMA_OP", "no symbol DMA_OP in bundled tree", "did you mean DMA_OPS?"),
        ("PCI selected_by(^INTEL_IOMU)", "no symbol INTEL_IOMU in bundled tree", "did you mean INTEL_IOMMU?"),
        ("PCI show why(^PCII)", "no symbol PCII in bundled tree", "did you mean PCI?"),
        ("arch in (arm, ^misp)", "there is no arch misp", "did you mean mips?"),
        ("config = ^defcnfig", "there is no config defcnfig", "did you mean defconfig?"),
    ],
)
def test_names_that_are_nowhere(text: str, problem: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        query.ask(TREE, text.replace("^", ""), (), ())
    assert refused.value.line() == f"query, column {text.index('^') + 1}: {problem}: {text} ({hint})"


@pytest.fixture
def weighed(tmp_path: Path) -> tuple[TreeRequest, Known]:
    """A tree of which allnoconfig was built (2,016 bytes), and allyesconfig was not."""
    tree = opened_in(tmp_path / "tree")
    build(tmp_path / "ledger", tree.resolve("allnoconfig"))
    return TreeRequest(root=tree.tree.root, arch="x86_64"), Known(tmp_path / "ledger")


@pytest.mark.parametrize(
    ("text", "holding", "unknown"),
    [
        ("content > 1K", ["allnoconfig"], ["allyesconfig"]),
        ("content > 2M", [], ["allyesconfig"]),
        ("content = 2016 show content", ["allnoconfig"], ["allyesconfig"]),
        ("not content > 1K", [], ["allyesconfig"]),
        ("content > 2M and not O1", [], []),
        ("content > 2M or O1", ["allyesconfig"], []),
        ("content > 2M and O1", [], ["allyesconfig"]),
        ("O1 show content", ["allyesconfig"], []),
        ("O1", ["allyesconfig"], []),
    ],
)
def test_what_nobody_measured_is_neither_yes_nor_no(
    text: str, holding: list[str], unknown: list[str], weighed: tuple[TreeRequest, Known]
) -> None:
    request, known = weighed
    found = query.ask(request, text, ["x86_64"], ["allnoconfig", "allyesconfig"], known)
    data: Any = reports.query(found).data
    assert [row["config"] for row in data["rows"]] == holding
    assert [row["config"] for row in data["unknown"]] == unknown
    lacks = unknown or any(None in row["sizes"] for row in data["rows"])
    builds = [name for one in data["missing"] for name in one["builds"]]
    assert builds == (["allyesconfig"] if lacks else [])
    sizes = {row["config"]: row["sizes"] for row in data["rows"]}
    if "content" in text and "allnoconfig" in sizes:
        assert sizes["allnoconfig"][0]["bytes"]["value"] == 2016
    if text == "O1 show content":
        assert sizes["allyesconfig"] == [None]
