"""Rule: what a table says of an option stands where nobody measured it, for the same architecture and config, where the
same symbols follow; and it says of which tree it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.model.estimate import Cost, Follower, Interval
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.pipeline import OpenTree
from analyzer.pipeline.bytes import tables
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.toggles import turned
from analyzer.pipeline.commands import cost as costing
from tests.pipeline.weighed_tree import build, opened_in

ROW = OptionWeight(
    symbol="O1",
    before="n",
    value="y",
    follows=(),
    content=Interval(low=900, value=1008, high=1100),
    classes={"text": 1008},
    objects=1,
    alone=False,
    builds=2,
)
TABLE = OptionTable(
    config="allnoconfig", tree="Linux 6.0.0", arch="x86_64", compiler="gcc", content=2016, builds=9, weights=(ROW,)
)
NEWER = replace(TABLE, tree="Linux 6.12.0", weights=(replace(ROW, alone=True),))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return opened_in(tmp_path_factory.mktemp("tree"))


def shown(monkeypatch: pytest.MonkeyPatch, *found: OptionTable) -> None:
    monkeypatch.setattr(tables, "bundled", lambda: found)


def cost(opened: OpenTree, symbol: str = "O1", known: Known | None = None) -> Cost:
    return costing.cost(opened, opened.resolve("allnoconfig"), symbol, known or Known())


def test_what_nobody_measured_comes_from_a_table(opened: OpenTree, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cost(opened).gain is None
    shown(monkeypatch, TABLE)
    found = cost(opened)
    assert (found.basis, found.gain, found.tree, found.missing) == ("table", ROW.content, "Linux 6.0.0", None)
    assert "told apart from 2 builds" in found.reason
    assert "allnoconfig of Linux 6.0.0; yours is allnoconfig of Linux" in found.reason


@pytest.mark.parametrize(
    ("tree", "sure", "basis"),
    [("", True, "table"), ("", False, "estimated"), ("Linux 6.0.0", True, "estimated")],
    ids=["surer", "in more doubt", "of another tree"],
)
def test_a_table_counts_before_an_estimate_where_it_is_surer(
    tree: str, sure: bool, basis: str, opened: OpenTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    base = opened.resolve("allnoconfig")
    build(tmp_path / "ledger", base)
    known = Known(tmp_path / "ledger")
    estimated = cost(opened, known=known)
    assert estimated.basis == "estimated"
    assert estimated.gain is not None
    doubt = 0 if sure else estimated.gain.width
    row = replace(ROW, content=Interval(low=1008 - doubt, value=1008, high=1008 + doubt))
    shown(monkeypatch, replace(TABLE, tree=tree or f"Linux {opened.tree.version}", weights=(row,)))
    assert cost(opened, known=known).basis == basis


@pytest.mark.parametrize(
    "other",
    [
        replace(TABLE, arch="arm64"),
        replace(TABLE, config="tinyconfig"),
        replace(TABLE, weights=(replace(ROW, follows=(("O2", "n", "y"),)),)),
        replace(TABLE, weights=(replace(ROW, before="y", value="n"),)),
    ],
    ids=["another arch", "another config", "others follow", "turned otherwise"],
)
def test_what_is_not_the_same_does_not_count(
    other: OptionTable, opened: OpenTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown(monkeypatch, other)
    assert cost(opened).gain is None


def test_what_goes_is_told_alike_however_it_is_written(opened: OpenTree, monkeypatch: pytest.MonkeyPatch) -> None:
    # The .config says nothing of what is off, a table says n.
    off = replace(ROW, symbol="O0", before="y", value="n", follows=(("TEXT", "", ""), ("NUMBER", "3", "3")))
    shown(monkeypatch, replace(TABLE, config="allnoconfig", weights=(off,)))
    base = turned(opened, opened.resolve("allnoconfig"), {"O0": "y"})
    assert costing.cost(opened, base, "O0", Known()).gain == ROW.content


def test_what_was_measured_here_comes_first(opened: OpenTree, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown(monkeypatch, TABLE)
    base = opened.resolve("allnoconfig")
    for config in (base, turned(opened, base, {"O1": "y"})):
        build(tmp_path / "ledger", config)
    found = cost(opened, known=Known(tmp_path / "ledger"))
    assert found.basis == "measured"
    assert found.gain == Interval(low=1008, value=1008, high=1008)


def test_without_any_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    shown(monkeypatch, TABLE, NEWER)
    found = tables.alone("O1", arch=None, config="allnoconfig")
    assert (found.tree, found.before, found.after) == ("Linux 6.12.0", "n", "y")
    assert "was built alone" in found.reason
    with pytest.raises(UsageError, match="nobody has measured O1 in defconfig") as caught:
        tables.alone("O1", arch=None, config="defconfig")
    assert "allnoconfig of Linux 6.0.0 x86_64" in caught.value.line()
    assert "it takes 2 builds, as it is and O1 turned, and none was timed here yet: kweigh gate O1" in caught.value.hint
    assert tables.rows("O1", arch=None, config="allnoconfig", tree="Linux 6.0.0")[0][0] == TABLE
    assert tables.rows("O1", arch=None, config="allnoconfig+more")
    assert not tables.known("O2")


def test_the_tables_that_come_along() -> None:
    for table in tables.bundled():
        assert table.weights
        assert [one for one in table.weights if not one.content.low <= one.content.value <= one.content.high] == []
        assert all(sum(one.classes.values()) == one.content.value for one in table.weights)
        named = [*(one.symbol for one in table.weights), *table.missing, *(name for name, _ in table.failed)]
        assert len(set(named)) == len(named)


SWAP = replace(ROW, symbol="COMES", follows=(("GOES", "y", "n"), ("MORE", "n", "y")))
OTHER = replace(ROW, symbol="OTHER", follows=(("GOES", "y", "n"), ("MORE", "n", "y"), ("YET", "n", "y")))


def test_a_pick_weighs_what_the_member_does_that_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    shown(monkeypatch, replace(TABLE, weights=(OTHER, SWAP)))
    assert tables.known("GOES")
    found = tables.alone("GOES", arch=None, config="allnoconfig")
    assert (found.before, found.after, found.way, found.gain) == ("y", "n", "with COMES=y", ROW.content)
    assert {(one.symbol, one.after) for one in found.follows} == {("COMES", "y"), ("MORE", "y")}
    assert "as COMES=y" in found.reason
    assert tables.alone("GOES", arch=None, config="allnoconfig", instead="OTHER").way == "with OTHER=y"
    with pytest.raises(UsageError, match="nobody has measured GOES"):
        tables.alone("GOES", arch=None, config="allnoconfig", instead="MORE")


def test_a_row_stands_for_all_that_changes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    shown(monkeypatch, replace(TABLE, weights=(SWAP,)))
    follows = tuple(Follower(symbol=n, before="", after="y", because="") for n in ("COMES", "MORE"))
    about = Cost(
        label="", tree="", arch="x86_64", compiler="", symbol="GOES", before="y", after="n", why="", follows=follows
    )
    assert tables.answered(about, "allnoconfig").gain == ROW.content
    assert tables.answered(replace(about, follows=follows[:1]), "allnoconfig").gain is None
