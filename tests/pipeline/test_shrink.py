"""Rule: what is left is good and nothing of it can go; stopped anywhere it goes on to the same end; the file is always
a whole one of a good config.

Enters: a tree of six options whose builds a rule makes, and tests that look at the config.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer import configs
from analyzer.boot import checks
from analyzer.errors import BuildFailed, ToolchainError, UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.shrink import Shrunk
from analyzer.model.size import Built
from analyzer.pipeline import OpenTree
from analyzer.pipeline.build.building import BuildSetup
from analyzer.pipeline.commands import shrink_file, shrink_judge, shrink_lines
from analyzer.pipeline.commands.shrink import Wanted, shrink
from analyzer.pipeline.commands.weigh import Budget
from tests.pipeline.weighed_tree import NAMES, build, opened_in

ALL = "".join(f"CONFIG_{name}=y\n" for name in NAMES)


@dataclass(slots=True)
class Needs:
    """Good where these options are on; what it was asked about."""

    names: frozenset[str]
    asked: list[str] = field(default_factory=list)
    words: str = "needs things"
    targets: tuple[str, ...] = ("bzImage",)

    @property
    def digest(self) -> str:
        return " ".join(sorted(self.names))

    def check(self) -> None:
        pass

    def run(self, built: Built, place: Path) -> tuple[str, str, str]:
        self.asked.append(built.config)
        lacking = [name for name in sorted(self.names) if f"CONFIG_{name}=y" not in built.config]
        return (f"no {lacking[0]}", "init", "it said so") if lacking else ("", "", "fine")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenTree:
    return opened_in(tmp_path_factory.mktemp("tree"))


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """The options that are on in each kernel that was built; O3 without O2 does not build."""
    found: list[frozenset[str]] = []

    def into_ledger(config: ResolvedConfig, setup: BuildSetup, progress: object) -> object:
        assert setup.targets == ("bzImage",)
        assert setup.ledger is not None
        on = frozenset(name for name in NAMES if config.values[name] == "y")
        found.append(on)
        failure = "error: no O2" if "O3" in on and "O2" not in on else ""
        build(setup.ledger, config, failure=failure)
        if failure:
            raise BuildFailed("make failed", told=failure)
        return SimpleNamespace(folder=setup.scratch, boot="bzImage", config=configs.dotconfig(config))

    monkeypatch.setattr(shrink_judge, "into_ledger", into_ledger)
    return found


@pytest.fixture
def run(opened: OpenTree, tmp_path: Path) -> Callable[..., Shrunk]:
    start = tmp_path / "all.config"
    start.write_text(ALL)

    def go(
        *names: str,
        keep: tuple[str, ...] = (),
        base: str | None = None,
        builds: int | None = None,
        at_once: int = 1,
    ) -> Shrunk:
        wanted = Wanted(
            config=opened.resolve(str(start)),
            called="all.config",
            base=base,
            keep=shrink_lines.kept(opened, keep),
            words=keep,
            tests=[Needs(frozenset(names))],
            file=tmp_path / "shrunk.config",
            at_once=at_once,
        )
        setup = BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger")
        return shrink(opened, wanted, setup, Budget(builds=builds))

    return go


def left(found: Shrunk) -> set[str]:
    return {one.name for one in found.lines if one.name in NAMES}


def test_what_is_needed_is_left(built: list[frozenset[str]], run: Callable[..., Shrunk], tmp_path: Path) -> None:
    found = run("O0", "O4")
    assert found.done
    assert left(found) == {"O0", "O4"}
    proofs = {one.name: one.proof for one in found.lines}
    assert (proofs["O0"].kind, proofs["O0"].reason, proofs["O0"].gain) == ("test", "init: no O0", 1008)
    assert (proofs["O4"].kind, proofs["O4"].gain) == ("test", 70)
    assert built[0] == set(NAMES)
    assert len(built) == len(set(built)) == found.built == len(found.steps)
    assert found.first is not None
    assert found.size is not None
    assert sum(drop.gain or 0 for drop in found.drops) == found.first - found.size
    # What make takes is what was found.
    said = (tmp_path / "shrunk.config").read_text()
    assert shrink_file.parse(said, "x").lines == found.lines
    assert sorted(line for line in said.splitlines() if line in ALL.splitlines()) == ["CONFIG_O0=y", "CONFIG_O4=y"]


def test_stopped_anywhere_it_goes_on(
    built: list[frozenset[str]], run: Callable[..., Shrunk], opened: OpenTree, tmp_path: Path
) -> None:
    whole = run("O1", "O3")
    assert left(whole) == {"O1", "O2", "O3"}
    assert {one.name: one.proof.reason for one in whole.lines}["O2"] == "it does not build: error: no O2"
    (tmp_path / "ledger").unlink()
    (tmp_path / "shrunk.config").unlink()
    several = list(built)
    built.clear()
    for _ in several[::2]:
        found = run("O1", "O3", builds=2)
        read = tmp_path / "shrunk.config"
        if found.size is not None:
            told = shrink_file.read(read)
            config = opened.resolved(
                shrink_lines.source(opened, {one.name: one.text.partition("=")[2] for one in told.lines})
            )
            assert config.values["O1"] == config.values["O3"] == "y"
    again = run("O1", "O3", builds=0)
    assert built == several
    assert (again.lines, again.steps, again.done, again.built) == (whole.lines, whole.steps, True, 0)


def test_several_at_once_take_the_same_way(
    built: list[frozenset[str]], run: Callable[..., Shrunk], tmp_path: Path
) -> None:
    one = run("O0", "O4")
    (tmp_path / "ledger").unlink()
    several = run("O0", "O4", at_once=3)
    assert (several.lines, several.steps, several.done) == (one.lines, one.steps, True)
    assert several.built >= one.built


def test_one_that_stops_ends_all(
    built: list[frozenset[str]], run: Callable[..., Shrunk], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(self: Needs, built: Built, place: Path) -> tuple[str, str, str]:
        if "CONFIG_O3=y" not in built.config:
            raise ToolchainError("qemu is gone")
        return "", "", ""

    monkeypatch.setattr(Needs, "run", stops)
    with pytest.raises(ToolchainError, match="qemu is gone"):
        run("O0", at_once=3)


def test_killed_between_build_and_verdict(
    built: list[frozenset[str]], run: Callable[..., Shrunk], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> tuple[str, str]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shrink_judge, "try_all", killed)
        with pytest.raises(KeyboardInterrupt):
            run("O0")
    found = run("O0")
    assert left(found) == {"O0"}
    assert built[0] == built[1]


def test_what_is_kept_needs_no_test(built: list[frozenset[str]], run: Callable[..., Shrunk]) -> None:
    found = run("O0", keep=("O5", "O2=y or O3=y"))
    proofs = {one.name: one.proof.kind for one in found.lines if one.name in NAMES}
    assert proofs["O5"] == "keep"
    assert proofs["O0"] == "test"
    assert len(proofs) == 3
    assert all("O5" in on and on & {"O2", "O3"} for on in built)


def test_from_a_base_that_does(built: list[frozenset[str]], run: Callable[..., Shrunk]) -> None:
    assert left(run(base="allnoconfig")) == set()
    assert built == [frozenset()]


def test_from_a_base_that_does_not(built: list[frozenset[str]], run: Callable[..., Shrunk]) -> None:
    assert left(run("O1", base="allnoconfig")) == {"O1"}
    assert built[:2] == [frozenset(), frozenset(NAMES)]


def test_from_a_base_with_what_feature_sets_name(
    built: list[frozenset[str]], run: Callable[..., Shrunk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the config has of it, before all that the config has."""
    sets = tuple((name, value) for name, value in (("O1", "y"), ("O2", "y"), ("O3", "n"), ("NOT_HERE", "y")))
    monkeypatch.setattr(checks, "likely", lambda machine: sets)
    assert left(run("O1", base="allnoconfig")) == {"O1"}
    assert built[:2] == [frozenset(), frozenset({"O1", "O2"})]
    built.clear()
    assert left(run("O1", "O4", base="allnoconfig")) == {"O1", "O4"}
    assert frozenset(NAMES) in built


def test_nothing_is_good(built: list[frozenset[str]], run: Callable[..., Shrunk], tmp_path: Path) -> None:
    found = run("O7")
    assert (found.size, found.lacks, found.lines, found.done) == (None, "init: no O7", (), True)
    assert not (tmp_path / "shrunk.config").exists()


@pytest.mark.parametrize(
    ("keep", "told"),
    [("O99", "no symbol O99"), ("O1 and", "ends too soon|expected|query"), ("NUMBER=x", "x is no value for NUMBER")],
)
def test_what_cannot_be_kept(keep: str, told: str, run: Callable[..., Shrunk]) -> None:
    with pytest.raises(UsageError, match=told):
        run(keep=(keep,))


def test_what_stops_a_test_is_no_verdict(
    built: list[frozenset[str]], run: Callable[..., Shrunk], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*_: object) -> tuple[str, str, str]:
        raise ToolchainError("qemu is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Needs, "run", stops)
        with pytest.raises(ToolchainError, match="qemu is gone"):
            run("O0")
    assert left(run("O0")) == {"O0"}


def test_what_is_only_told_again_is_written_once(
    built: list[frozenset[str]], run: Callable[..., Shrunk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file never goes back to what a search began with."""
    whole = run("O0", "O4")
    builds = len(built)
    written: list[Shrunk] = []
    monkeypatch.setattr("analyzer.pipeline.commands.shrink.write", lambda _path, found: written.append(found))
    assert run("O0", "O4", builds=0).lines == whole.lines
    assert [found.lines for found in written] == [whole.lines]
    assert len(built) == builds
    # One that goes on writes what there was first.
    written.clear()
    (tmp_path / "ledger").unlink()
    stopped = run("O0", "O4", builds=3)
    written.clear()
    run("O0", "O4")
    assert written[0].lines == stopped.lines
