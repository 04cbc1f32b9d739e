"""Rule: what an option costs is measured where both configs were built, estimated where one was, and never made up.

Enters: a small tree of our own, and ledgers as builds of it would leave them. Leaves: verdicts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ToolchainError, UsageError
from analyzer.model.estimate import Cost, Follower
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.build.building import BuildSetup
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands import cost as costing
from analyzer.pipeline.commands import gate
from analyzer.pipeline.commands.doctor import aids, answered
from tests.configs.small import DialectName
from tests.pipeline.optional import base_of, leading, open_planted, record
from tests.pipeline.small_trees import opened as small_tree


@pytest.fixture
def opened(tmp_path: Path) -> OpenTree:
    return open_planted(tmp_path / "tree")


def of(cost: Cost, label: str) -> int:
    return next((part.bytes.value for part in cost.parts if part.label == label), 0)


def test_both_were_built(opened: OpenTree, tmp_path: Path) -> None:
    record(tmp_path / "ledger", base_of(opened))
    record(tmp_path / "ledger", leading(opened))
    found = costing.cost(opened, base_of(opened), "LEAD", Known(tmp_path / "ledger"))
    assert found.follows == (Follower(symbol="HELD", before="", after="y", because="selected: LEAD"),)
    assert [one.path for one in found.added] == ["kernel/held.o", "kernel/lead.o"]
    assert found.gain is not None
    assert (found.basis, found.gain.value, found.gain.width) == ("measured", 507, 0)
    assert (of(found, "objects behind LEAD"), of(found, "objects behind what follows it")) == (300, 200)
    assert of(found, "objects of both configs") == 7
    assert (found.loaded, found.file, found.touched) == (0, 507, 1)


def test_turning_it_off_is_the_other_way_round(opened: OpenTree, tmp_path: Path) -> None:
    record(tmp_path / "ledger", base_of(opened))
    record(tmp_path / "ledger", leading(opened))
    found = costing.cost(opened, leading(opened), "LEAD", Known(tmp_path / "ledger"))
    assert (found.before, found.after, found.added) == ("y", "n", ())
    assert [one.path for one in found.removed] == ["kernel/held.o", "kernel/lead.o"]
    assert found.gain is not None
    assert (found.basis, found.gain.value, found.file) == ("measured", -507, -507)


def test_one_was_built(opened: OpenTree, tmp_path: Path) -> None:
    record(tmp_path / "ledger", base_of(opened))
    found = costing.cost(opened, base_of(opened), "LEAD", Known(tmp_path / "ledger"))
    assert found.gain is not None
    assert (found.basis, found.loaded, found.file) == ("estimated", None, None)
    assert found.gain.low < 507 < found.gain.high
    assert sum(part.bytes.value for part in found.parts) == found.gain.value
    assert [term.provenance for term in found.changes] == ["unmeasured", "unmeasured", "nearest"]


def test_nothing_was_built(opened: OpenTree, tmp_path: Path) -> None:
    found = costing.cost(opened, base_of(opened), "LEAD", Known(tmp_path / "ledger"))
    assert (found.basis, found.gain, found.touched) == ("unmeasured", None, None)
    assert found.missing is not None
    assert (found.missing.builds, found.missing.seconds) == (("as it is", "LEAD=y"), None)
    assert len(found.added) == 2
    assert not (tmp_path / "ledger").exists()


def test_a_build_that_fails_is_told(opened: OpenTree, tmp_path: Path) -> None:
    """The small tree has no makefiles to build it with."""
    setup = BuildSetup(scratch=tmp_path / "builds", ledger=tmp_path / "ledger")
    with pytest.raises(ToolchainError, match="is no Linux tree"):
        costing.build(opened, base_of(opened), "LEAD", setup)
    assert not (tmp_path / "ledger").exists()


def test_what_is_always_on_loses_its_default(opened: OpenTree) -> None:
    found = costing.cost(opened, base_of(opened), "FIXED", Known())
    assert (found.missed, found.after, found.gain) == ("", "n", None)
    assert "without the lines" in found.way


CHOICE = """\
config EXPERT
	bool "expert"
choice
	prompt "timer"
	default SLOW
config SLOW
	bool "slow"
config QUICK
	bool "quick"
config OFTEN
	bool "often"
endchoice
config OTHER
	bool "other"
"""


@pytest.mark.parametrize(
    ("dialect", "instead", "way"),
    [
        ("legacy", "", "with SLOW=y"),
        ("legacy", "OFTEN", "with OFTEN=y"),
        # From 6.11 on a line of its own is enough, but means whatever no line turns off.
        ("menu", "", "with SLOW=y"),
        ("menu", "OFTEN", "with OFTEN=y"),
    ],
)
def test_a_member_goes_for_another_one(tmp_path: Path, dialect: DialectName, instead: str, way: str) -> None:
    (tmp_path / "Kconfig").write_text(CHOICE)
    (tmp_path / "base").write_text("CONFIG_QUICK=y\n")
    tree = small_tree(tmp_path, dialect)
    found = costing.cost(tree, tree.resolve(str(tmp_path / "base")), "QUICK", Known(), instead)
    assert (found.missed, found.after, found.way) == ("", "n", way)
    there = "OFTEN" if instead else "SLOW"
    assert [(one.symbol, one.after) for one in found.follows] == [(there, "y")]


@pytest.mark.parametrize(
    ("name", "instead", "told"),
    [
        ("QUICK", "OTHER", "has no other member OTHER"),
        ("QUICK", "QUICK", "has no other member QUICK"),
        ("SLOW", "OFTEN", "no member of a choice that is on"),
        ("OTHER", "SLOW", "no member of a choice that is on"),
    ],
)
def test_what_is_no_other_member(tmp_path: Path, name: str, instead: str, told: str) -> None:
    (tmp_path / "Kconfig").write_text(CHOICE)
    (tmp_path / "base").write_text("CONFIG_QUICK=y\n")
    tree = small_tree(tmp_path)
    with pytest.raises(UsageError, match=told):
        costing.cost(tree, tree.resolve(str(tmp_path / "base")), name, Known(), instead)


DEFAULTED = """\
config EXPERT
	bool "expert"
	select CLUE
config CLUE
	bool
config SIGNAL
	bool "signal" if EXPERT
	default y
config HELD
	bool "held"
config LEAD
	bool "lead"
	default y
	select HELD
config LOW
	bool
config UPPER
	bool "upper"
	depends on LOW
config GETS
	bool "gets"
	select LOW
"""


@pytest.mark.parametrize(
    ("name", "after", "way", "others"),
    [
        ("SIGNAL", "n", "with EXPERT=y, SIGNAL=n", {"EXPERT", "CLUE"}),
        ("HELD", "n", "with HELD=n, LEAD=n", {"LEAD"}),
        ("UPPER", "y", "with UPPER=y, GETS=y", {"GETS", "LOW"}),
        ("EXPERT", "y", "by a line of the config", {"CLUE"}),
        ("LOW", "y", "selected by a symbol of ours in a root Kconfig of ours, since no user can set LOW here", set()),
    ],
)
def test_it_is_turned_as_a_user_can(tmp_path: Path, name: str, after: str, way: str, others: set[str]) -> None:
    (tmp_path / "Kconfig").write_text(DEFAULTED)
    tree = small_tree(tmp_path)
    found = costing.cost(tree, tree.resolve("alldefconfig"), name, Known())
    assert (found.missed, found.after, found.way) == ("", after, way)
    assert {one.symbol for one in found.follows} == others


def test_it_is_turned_as_enable_and_disable_turn_it(opened: OpenTree, tmp_path: Path) -> None:
    """And weighs what builds of these lines weigh, which is told before any gate."""
    (opened.tree.root / "Kconfig").write_text((opened.tree.root / "Kconfig").read_text() + HARD)
    tree = open_tree(TreeRequest(root=opened.tree.root, arch="x86_64"))
    base = base_of(tree)
    ledger = tmp_path / "ledger"
    record(ledger, base)
    told = costing.cost(tree, base, "HARD", Known(ledger))
    assert (told.way, told.basis) == ("with LEAD=y, HARD=y", "estimated")
    assert told.missing is not None
    assert told.missing.builds == ("LEAD=y HARD=y",)
    assert told.missing.command == "kweigh cost HARD allnoconfig --arch x86_64 --tree DIR --build"
    dotconfig = answered(tree, base)
    record(ledger, aids(tree, dotconfig).resolve_with({"LEAD": "y", "HARD": "y"}))
    found = costing.cost(tree, base, "HARD", Known(ledger))
    assert found.gain is not None
    assert (found.basis, found.gain.value, found.missing) == ("measured", 507, None)


HARD = """\
config HARD
	bool "Hard"
	depends on LEAD
"""


def test_what_is_passed_over_is_told(opened: OpenTree) -> None:
    found = costing.cost(opened, base_of(opened), "NEVER", Known())
    assert found.unmet == ("NEVER",)
    assert "no user can set NEVER here" in found.way


@pytest.mark.parametrize(("name", "told"), [("LEDA", "did you mean LEAD?"), ("NUMBER", "neither on nor off")])
def test_what_is_no_option_is_told_before_anything_is_built(
    opened: OpenTree, tmp_path: Path, name: str, told: str
) -> None:
    setup = BuildSetup(scratch=tmp_path / "builds", ledger=tmp_path / "ledger")
    request = TreeRequest(root=opened.tree.root, arch="x86_64")
    for ask in (
        lambda: costing.cost(opened, base_of(opened), name, Known()),
        lambda: gate.measure(opened, base_of(opened), [name], setup),
        lambda: gate.measure_all(request, "allnoconfig", [name], (), setup),
    ):
        with pytest.raises(UsageError) as error:
            ask()
        assert told in error.value.line()
    assert not setup.scratch.exists()
