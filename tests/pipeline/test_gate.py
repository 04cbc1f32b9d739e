"""Rule: building makes what the ledger lacks, and answers as the ledger does without building.

Enters: a small tree, and in the place of make what a build of it leaves. Leaves: nothing. Must hold: a build is made
again only where the tree changed since; what fails is a variant with the compiler's words, then and later.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import BuildFailed, ToolchainError
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import Built
from analyzer.pipeline import OpenTree
from analyzer.pipeline.build import building
from analyzer.pipeline.build.building import BuildSetup, Run, last_change, make, origin_of
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.commands import gate
from analyzer.sizes.ledger import Ledger
from tests.pipeline import optional
from tests.pipeline.optional import base_of, leading, open_planted

Builds = list[str]
"""LEAD's values in the configs that were built."""


@pytest.fixture
def opened(tmp_path: Path) -> OpenTree:
    return open_planted(tmp_path / "tree")


@pytest.fixture
def setup(tmp_path: Path) -> BuildSetup:
    return BuildSetup(scratch=tmp_path / "builds", ledger=tmp_path / "ledger")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Builds:
    """What is built, each leaving in the ledger what a build leaves."""
    made: Builds = []

    def build(config: ResolvedConfig, *_: object, **__: object) -> None:
        made.append(config.values["LEAD"])

    def record(_: Built, config: ResolvedConfig, setup: BuildSetup, **__: object) -> None:
        assert setup.ledger is not None
        optional.record(setup.ledger, config)

    monkeypatch.setattr(building, "make", build)
    monkeypatch.setattr(building, "record", record)
    return made


@pytest.mark.parametrize(
    ("there", "made"),
    [((), ["n", "y"]), ((base_of,), ["y"]), ((leading,), ["n"]), ((base_of, leading), [])],
    ids=["none", "base", "turned", "both"],
)
def test_only_what_is_lacking_is_built(
    there: tuple[Callable[[OpenTree], ResolvedConfig], ...],
    made: Builds,
    opened: OpenTree,
    setup: BuildSetup,
    built: Builds,
) -> None:
    assert setup.ledger is not None
    for config in there:
        optional.record(setup.ledger, config(opened))
    missing = Known(setup.ledger).lacking(opened, base_of(opened), ["LEAD"])
    assert (len(missing.builds) if missing else 0) == len(made)
    found = gate.measure(opened, base_of(opened), ["LEAD"], setup)
    assert built == made
    assert found.base is not None
    assert found.variants[0].weight is not None
    assert found.variants[0].weight.content - found.base.content == 507
    later = Known(setup.ledger)
    assert later.recorded(opened, base_of(opened), ["LEAD"]) == found
    assert later.lacking(opened, base_of(opened), ["LEAD"]) is None


def test_a_tree_that_changed_is_built_again(
    opened: OpenTree, setup: BuildSetup, built: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate.measure(opened, base_of(opened), ["LEAD"], setup)
    later = optional.STARTED + 10
    os.utime(opened.tree.root / "kernel/main.c", (later, later))
    gate.measure(opened, base_of(opened), ["LEAD"], setup)
    assert built == ["n", "y", "n", "y"]


def test_when_a_tree_changed(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "a/b/c").write_text("")
    assert time.time() - 60 < last_change(tmp_path) < time.time() + 60
    for number, name in enumerate(("a/b/c", "a/b", "a", "."), 1):
        at = time.time() + 1000 * number
        os.utime(tmp_path / name, (at, at))
        assert abs(last_change(tmp_path) - at) < 1
    (tmp_path / ".git/index").write_text("")
    os.utime(tmp_path / ".git/index", (5e9, 5e9))
    assert last_change(tmp_path) < 4.9e9


def test_what_fails_says_so_and_the_others_are_there(
    opened: OpenTree, setup: BuildSetup, built: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(config: ResolvedConfig, *_: object, **__: object) -> None:
        if config.values["LEAD"] == "y":
            raise BuildFailed("make vmlinux failed: a.c:1: error: no", told="a.c:1: error: no")

    monkeypatch.setattr(building, "make", build)
    found = gate.measure(opened, base_of(opened), ["LEAD", "FIXED"], setup)
    told = {" ".join(name for name, _ in one.forced): one.reason for one in found.variants}
    assert told == {"LEAD": "a.c:1: error: no", "FIXED": "", "LEAD FIXED": "a.c:1: error: no"}


def test_a_config_that_fails_has_no_variants(
    opened: OpenTree, setup: BuildSetup, built: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(*_: object, **__: object) -> None:
        raise ToolchainError(f"another process builds in {setup.scratch.absolute()}/x86")

    monkeypatch.setattr(building, "make", build)
    found = gate.measure(opened, base_of(opened), ["LEAD"], setup)
    assert (found.base, found.variants, found.reason) == (None, (), "another process builds in x86")


@pytest.mark.parametrize("which", [base_of, leading], ids=["base", "turned"])
def test_what_a_tool_refused_is_known_later(
    which: Callable[[OpenTree], ResolvedConfig], opened: OpenTree, setup: BuildSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert setup.ledger is not None
    told = f"{setup.scratch.absolute()}/tree-0123456789ab/a.c:1: error: no"

    def refuse(*_: object) -> Built:
        raise BuildFailed("make vmlinux failed", told=told)

    monkeypatch.setattr("analyzer.pipeline.build.building.build", refuse)
    with pytest.raises(BuildFailed):
        make(which(opened), setup, lambda what, done, total: None, root=opened.tree.root)
    with Ledger.open_to_read(setup.ledger) as ledger:
        assert [one.failure for one in ledger.builds(origin=origin_of(base_of(opened)))] == ["a.c:1: error: no"]
    if which is leading:
        optional.record(setup.ledger, base_of(opened))
    found, missing = Known(setup.ledger).gate(opened, base_of(opened), "LEAD")
    assert found is not None
    assert missing is None
    assert (found.reason or found.variants[0].reason) == "a.c:1: error: no"


def test_progress_says_which_build_and_what_is_left() -> None:
    """Nothing is said of the time before a build was made."""
    now = 0.0
    said: list[tuple[str, int, int]] = []
    run = Run(count=5, progress=lambda *told: said.append(told), clock=lambda: now)

    def build(progress: Callable[[str, int, int], None]) -> None:
        nonlocal now
        progress("configuring", 0, 1)
        now += 100
        progress("building", 1312, 2494)
        now += 80

    run.make(build)
    assert said == [("build 1 of 5: configuring", 0, 1), ("build 1 of 5: object 1,312 of 2,494", 1312, 2494)]
    run.skip()
    said.clear()
    run.make(build)
    assert said == [
        ("build 2 of 4: configuring, 9 min left", 0, 1),
        ("build 2 of 4: object 1,312 of 2,494, 7 min left", 1312, 2494),
    ]
    said.clear()
    with pytest.raises(ZeroDivisionError):
        run.make(lambda progress: progress("configuring", 1 // 0, 1))
    run.make(build)
    assert [what for what, _, _ in said] == [
        "build 3 of 3: configuring, 3 min left",
        "build 3 of 3: object 1,312 of 2,494, 1 min left",
    ]


def test_one_build_has_no_number() -> None:
    said: list[str] = []
    Run(count=1, progress=lambda what, done, total: said.append(what)).make(lambda progress: progress("building", 3, 9))
    assert said == ["object 3 of 9"]
