"""Rule: every option ends with a weight or a reason, whatever fails and whenever it is stopped; nothing that the ledger
has is built again; the budget is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from analyzer.errors import BuildFailed, ToolchainError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.known import Onward
from analyzer.pipeline import OpenTree
from analyzer.pipeline.build import building
from analyzer.pipeline.build.building import BuildSetup
from analyzer.pipeline.bytes import sharing
from analyzer.pipeline.bytes.option_weights import table
from analyzer.pipeline.bytes.reach import Reach
from analyzer.pipeline.commands import weigh as campaign
from analyzer.pipeline.commands.weigh import Budget, run
from tests.pipeline.weighed_tree import ALONE, NAMES, build, opened_in


@dataclass
class Maker:
    """Stands for make: what it built, which option breaks a build, and what happens before each build."""

    ledger: Path
    broken: str = ""
    built: list[frozenset[str]] = field(default_factory=list)
    before: Callable[[int], None] = lambda number: None

    def make(
        self, config: ResolvedConfig, setup: BuildSetup, progress: object, *, root: Path, kconfig: Path | None
    ) -> ResolvedConfig:
        on = frozenset(name for name in NAMES if config.values[name] == "y")
        self.before(len(self.built))
        self.built.append(on)
        if self.broken in on:
            build(self.ledger, config, failure="error: it is broken")
            raise BuildFailed("make vmlinux failed", told="error: it is broken")
        return config

    def record(self, built: ResolvedConfig, config: ResolvedConfig, setup: BuildSetup, *, root: Path) -> None:
        build(self.ledger, built)


ALL = Budget()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return opened_in(tmp_path_factory.mktemp("tree"))


@pytest.fixture
def maker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maker:
    it = Maker(tmp_path / "ledger")

    def reaches(opened: object, base: object, toggles: object, built: object, progress: object) -> tuple[Reach, ...]:
        return tuple(Reach(symbol=name, lines=(0,), flags=name == "O5") for name in NAMES)

    monkeypatch.setattr(building, "make", it.make)
    monkeypatch.setattr(building, "record", it.record)
    monkeypatch.setattr("analyzer.pipeline.bytes.reach.reaches", reaches)
    monkeypatch.setitem(sharing._TOGETHER, "still", 3)
    return it


def weigh(opened: OpenTree, maker: Maker, budget: Budget = ALL) -> campaign.Campaign:
    setup = BuildSetup(scratch=maker.ledger.parent, ledger=maker.ledger)
    return run(opened, opened.resolve("allnoconfig"), setup, budget)


def weights(opened: OpenTree, maker: Maker, stands: campaign.Campaign) -> dict[str, int]:
    found = table(opened.resolve("allnoconfig"), stands.toggles, maker.ledger, stands.failed)
    return {one.symbol: one.content.value for one in found.weights}


def test_every_option_is_weighed_and_nothing_built_twice(opened: OpenTree, maker: Maker) -> None:
    stands = weigh(opened, maker)
    assert weights(opened, maker, stands) == ALONE
    assert (stands.left, stands.failed) == (0, ())
    assert maker.built[0] == frozenset()
    assert frozenset({"O5"}) in maker.built
    assert len(set(maker.built)) == len(maker.built) == stands.done + 1
    again = weigh(opened, maker)
    assert len(maker.built) == stands.done + 1
    assert (again.done, again.left) == (stands.done, 0)


@pytest.mark.parametrize("broken", NAMES)
def test_what_breaks_is_found_and_the_others_are_weighed(broken: str, opened: OpenTree, maker: Maker) -> None:
    maker.broken = broken
    stands = weigh(opened, maker)
    assert stands.failed == ((broken, "error: it is broken"),)
    assert weights(opened, maker, stands) == {name: gain for name, gain in ALONE.items() if name != broken}
    assert len(set(maker.built)) == len(maker.built)


@pytest.mark.parametrize("at", range(6))
def test_it_goes_on_where_it_was(at: int, opened: OpenTree, maker: Maker) -> None:
    def stop(number: int) -> None:
        if number == at and len(set(maker.built)) == at:
            maker.before = lambda number: None
            raise KeyboardInterrupt

    maker.before = stop
    with pytest.raises(KeyboardInterrupt):
        weigh(opened, maker)
    stands = weigh(opened, maker)
    assert weights(opened, maker, stands) == ALONE
    assert len(set(maker.built)) == len(maker.built)


def test_the_budget(opened: OpenTree, maker: Maker) -> None:
    with pytest.raises(UsageError, match="nobody has measured allnoconfig itself") as caught:
        weigh(opened, maker, Budget(builds=0))
    assert caught.value.hint.startswith("it takes 1 build, allnoconfig, and none was timed here yet: kweigh measure")
    assert caught.value.hint.endswith(f"--tree {opened.tree.root} --ledger {maker.ledger}")
    counts = []
    while True:
        stands = weigh(opened, maker, Budget(builds=2))
        counts.append(len(maker.built))
        if not stands.left:
            break
    assert counts == [*range(2, counts[-1], 2), counts[-1]]
    assert weigh(opened, maker, Budget(seconds=0)).left == 0


def test_the_time_of_what_is_left(opened: OpenTree, maker: Maker) -> None:
    """Each build took a minute (weighed_tree.build); the config's own is none of the campaign."""
    stands = weigh(opened, maker, Budget(builds=1))
    assert (stands.left > 1, stands.seconds, stands.timed) == (True, None, 0)
    stands = weigh(opened, maker, Budget(builds=2))
    assert (stands.seconds, stands.timed) == (60.0 * stands.left, 2)
    told = Onward(builds=stands.left, command="kweigh weigh", seconds=stands.seconds, timed=stands.timed)
    assert told.need == f"{stands.left} left, about {stands.left} min here, as 2 builds took"
    stands = weigh(opened, maker)
    assert (stands.left, stands.seconds) == (0, 0)


def test_time_is_a_budget_too(opened: OpenTree, maker: Maker) -> None:
    times = iter(range(0, 1000, 10))
    setup = BuildSetup(scratch=maker.ledger.parent, ledger=maker.ledger)
    stands = run(opened, opened.resolve("allnoconfig"), setup, Budget(seconds=25), clock=lambda: float(next(times)))
    assert stands.left
    assert len(maker.built) == 3


def test_a_full_disk_says_nothing_of_the_options(opened: OpenTree, maker: Maker) -> None:
    def fill(number: int) -> None:
        if number == 2:
            raise ToolchainError("No space left on device")

    maker.before = fill
    with pytest.raises(ToolchainError, match="No space left"):
        weigh(opened, maker)
    maker.before = lambda number: None
    assert weigh(opened, maker).failed == ()


def test_what_was_kept_and_cannot_be_read_is_found_again(opened: OpenTree, maker: Maker) -> None:
    stands = weigh(opened, maker)
    (kept,) = maker.ledger.parent.glob("shared-*.json")
    kept.write_text("[{]")
    assert weigh(opened, maker).done == stands.done
