"""Rule: what one config weighs more than another rests on the firmest measurement that there is of exactly what changes
between them, of their own tree and architecture; turned round it is as much less.

Enters: a small tree whose options weigh what is known, ledgers, gates and tables. Leaves: nothing. Must hold: builds of
both configs count before gates, these before a table of one of the two, this before one of a config near.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer import configs
from analyzer.model.config import ResolvedConfig
from analyzer.model.estimate import Interval, exactly, less
from analyzer.model.gain import Gain
from analyzer.model.gate import GateMeasurement, GateVariant, Weight
from analyzer.model.option import OptionTable, OptionWeight
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.build.building import origin_of, settings_of
from analyzer.pipeline.bytes import option_weights, tables
from analyzer.pipeline.bytes.gains import Scales, changes
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.toggles import toggles, turned
from analyzer.pipeline.keeping import option_table
from analyzer.sizes.dotconfig import values
from tests.pipeline.weighed_tree import ALONE, NAMES, build, opened_in, size

DOUBT = Interval(low=900, value=1000, high=1100)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return opened_in(tmp_path_factory.mktemp("tree"))


def turn(opened: OpenTree, *names: str, base: str = "allnoconfig") -> ResolvedConfig:
    return turned(opened, opened.resolve(base), dict.fromkeys(names, "y"))


def row(name: str, follows: tuple[tuple[str, str, str], ...] = (), content: Interval = DOUBT) -> OptionWeight:
    return OptionWeight(
        symbol=name,
        before="n",
        value="y",
        follows=follows,
        content=content,
        classes={"text": content.value},
        objects=1,
        alone=False,
        builds=2,
    )


def table(opened: OpenTree, *rows: OptionWeight, config: str = "allnoconfig") -> OptionTable:
    origin = origin_of(opened.resolve("allnoconfig"))
    return OptionTable(
        config=config,
        tree=origin.tree,
        arch=origin.arch,
        compiler=origin.compiler,
        content=2016,
        builds=9,
        weights=rows,
    )


def along(monkeypatch: pytest.MonkeyPatch, *found: OptionTable) -> None:
    monkeypatch.setattr(tables, "bundled", lambda: found)


def weighed(content: int) -> Weight:
    return Weight(classes={"text": content}, loaded=1, file=1, objects=1)


def gate(opened: OpenTree, name: str, gain: int) -> GateMeasurement:
    origin = origin_of(opened.resolve("allnoconfig"))
    return GateMeasurement(
        arch=origin.arch,
        config="allnoconfig",
        tree=origin.tree,
        compiler=origin.compiler,
        command="",
        values=((name, "n", "off"),),
        base=weighed(5000),
        variants=(GateVariant(forced=((name, "y"),), weight=weighed(5000 + gain)),),
    )


def gain(opened: OpenTree, a: ResolvedConfig, b: ResolvedConfig, known: Known | None = None) -> Gain | None:
    """What b weighs more, which turned round is as much less."""
    scales = Scales(known or Known(), opened)
    found, back = scales.gain(a, b), scales.gain(b, a)
    assert (back and back.bytes) == (found and less(found.bytes))
    assert (back and back.basis) == (found and found.basis)
    return found


def test_the_firmest_counts(opened: OpenTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = turn(opened), turn(opened, "O1")
    known = Known(tmp_path / "ledger")
    assert gain(opened, a, b, known) is None
    along(monkeypatch, table(opened, row("O1"), config="lone"))
    assert gain(opened, a, b, known) is None
    along(monkeypatch, table(opened, row("O1")))
    found = gain(opened, a, b, known)
    assert found is not None
    assert (found.bytes, found.basis, found.near) == (DOUBT, "options", "")
    assert "told apart from 2 builds with other options in allnoconfig of Linux" in found.rests
    monkeypatch.setattr("analyzer.sizes.gates.load", lambda _: (gate(opened, "O1", 777),))
    found = gain(opened, a, b, Known(tmp_path / "ledger"))
    assert found is not None
    assert (found.bytes, found.basis) == (exactly(777), "gates")
    build(tmp_path / "ledger", a)
    assert gain(opened, a, b, Known(tmp_path / "ledger")) == found
    build(tmp_path / "ledger", b)
    found = gain(opened, a, b, Known(tmp_path / "ledger"))
    assert found is not None
    assert (found.bytes, found.basis) == (exactly(ALONE["O1"]), "builds")
    assert "builds in the ledger" in found.rests


def test_what_weighing_told_counts_before_what_comes_along(
    opened: OpenTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = tmp_path / "ledger"
    a, b, other = turn(opened, "O2"), turn(opened, "O2", "O1"), turn(opened, "O3")
    for config in (a, turn(opened, "O2", "O1", "O3"), turn(opened, "O2", "O3")):
        build(ledger, config)
    option_table.keep(ledger, a, option_weights.table(a, toggles(opened, a), ledger))
    along(monkeypatch, table(opened, row("O1")))
    found = gain(opened, a, b, Known(ledger))
    assert found is not None
    assert (found.bytes.value, found.basis, found.near) == (ALONE["O1"], "options", "")
    assert "told apart from one build" in found.rests
    assert found.rests.endswith("(builds in the ledger)")
    # It is of exactly this config.
    near = gain(opened, other, turn(opened, "O3", "O1"), Known(ledger))
    assert near is not None
    assert near.basis == "near"
    elsewhere = replace(a, tree=replace(a.tree, toolchain=replace(a.tree.toolchain, identity="clang 16")))
    assert option_table.read(option_table.place(ledger, elsewhere)) is None
    for text in (b"", b"damaged"):
        option_table.place(ledger, a).write_bytes(text)
        found = gain(opened, a, b, Known(ledger))
        assert found is not None
        assert found.basis == "near"


def test_a_config_near_says_so(opened: OpenTree, monkeypatch: pytest.MonkeyPatch) -> None:
    along(monkeypatch, table(opened, row("O1")))
    near = turn(opened, "O2")
    found = gain(opened, near, turn(opened, "O2", "O1"))
    assert found is not None
    assert (found.basis, found.near) == ("near", "allnoconfig")
    # It is the values that make it the config of the table, not what it is called.
    called = replace(near, source=replace(near.source, name="mine"))
    both = turn(opened, "O2", "O1")
    assert gain(opened, called, replace(both, source=replace(both.source, name="mine"))) is None
    base, one = (replace(c, source=replace(c.source, name="mine")) for c in (turn(opened), turn(opened, "O1")))
    found = gain(opened, base, one)
    assert found is not None
    assert (found.basis, found.near) == ("options", "")


@pytest.mark.parametrize(
    "other",
    [
        {"tree": "Linux 6.0.0"},
        {"arch": "arm64"},
        {"weights": (row("O1", (("O2", "n", "y"),)),)},
        {"weights": (row("O2"),)},
    ],
    ids=["another tree", "another arch", "others follow", "another option"],
)
def test_what_is_not_the_same_is_not_told(
    other: Mapping[str, object], opened: OpenTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    along(monkeypatch, replace(table(opened, row("O1")), **other))  # type: ignore[arg-type]
    assert gain(opened, turn(opened), turn(opened, "O1")) is None


def test_what_follows_is_part_of_it(opened: OpenTree, monkeypatch: pytest.MonkeyPatch) -> None:
    # TEXT shows with O0; it is empty before and after, which is no change, however a table has it.
    along(monkeypatch, table(opened, row("O0", (("NUMBER", "", "0"), ("O5", "n", "n")))))
    assert gain(opened, turn(opened), turn(opened, "O0")) is not None


def test_of_the_bundled_tree_nothing_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened = open_tree(TreeRequest(arch="x86_64"))
    assert not Scales(Known(tmp_path / "ledger"), opened).tells
    assert gain(opened, opened.resolve("tinyconfig"), opened.resolve("defconfig")) is None


def test_what_a_config_weighs(opened: OpenTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, one = turn(opened), turn(opened, "O1")
    scales = Scales(Known(), opened)
    assert scales.size(base) is None
    along(monkeypatch, table(opened, row("O1")))
    scales = Scales(Known(), opened)
    for config, bytes_ in ((base, exactly(2016)), (one, exactly(2016) + DOUBT)):
        found = scales.size(config)
        assert found is not None
        assert found.bytes == bytes_
        assert scales.size(config, "loaded") is None
    assert scales.size(turn(opened, "O1", "O2")) is None
    build(tmp_path / "ledger", one)
    scales = Scales(Known(tmp_path / "ledger"), opened)
    found, loaded = scales.size(one), scales.size(one, "loaded")
    assert found is not None
    assert loaded is not None
    assert found.bytes == exactly(2 * 1008 + ALONE["O1"]) == loaded.bytes
    built = Known(tmp_path / "ledger").build(one)
    assert built is not None
    assert built.weight is not None
    assert found.bytes == exactly(built.weight.content)


SETS = st.sets(st.sampled_from(NAMES))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(a=SETS, b=SETS)
def test_two_builds_differ_by_what_they_weigh(
    a: set[str], b: set[str], opened: OpenTree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ledger = tmp_path_factory.mktemp("ledger") / "ledger"
    one, other = turn(opened, *a), turn(opened, *b)
    for config in (one, other):
        build(ledger, config)
    found = gain(opened, one, other, Known(ledger))
    paths = {name: f"kernel/{name.lower()}.o" for name in NAMES[:4]}

    def whole(on: set[str]) -> int:
        here = ["kernel/main.o", "kernel/core.o", *(paths[name] for name in sorted(on & paths.keys()))]
        return sum(size(path, on) + 8 for path in here)

    assert found is not None
    assert found.bytes == exactly(whole(b) - whole(a))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(on=SETS)
def test_changes_there_are_changes_back(on: set[str], opened: OpenTree) -> None:
    a, b = turn(opened), turn(opened, *on)
    assert changes(a, b) == frozenset((name, after, before) for name, before, after in changes(b, a))
    assert {name for name, _, _ in changes(a, b)} == on
    assert settings_of(b) == values(configs.dotconfig(b))


def test_rows_of_the_same_changes_weigh_the_same() -> None:
    """A choice's pick and the member that comes for it are two names of one change."""
    for found in tables.bundled():
        for one, other in combinations(found.weights, 2):
            if tables.changes_of(one) == tables.changes_of(other):
                assert (one.content, one.classes) == (other.content, other.classes)
