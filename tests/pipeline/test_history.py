"""Rule: what a config weighs in several trees is read from the ledger; what it has is not built again; by objects, by
folders and by options the changes sum to the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import UsageError
from analyzer.model.config import ResolvedConfig
from analyzer.model.history import HistoryObject, HistoryStep, TreeSize
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.build import building
from analyzer.pipeline.build.building import BuildSetup, Run
from analyzer.pipeline.commands.history import history
from analyzer.pipeline.opening import silent
from tests.pipeline.weighed_tree import PADDING, TREE, build
from tests.trees.miniature import plant


def planted(folder: Path, version: str, arch: str = "x86_64") -> OpenTree:
    makefile = TREE["Makefile"].replace("VERSION = 7", f"VERSION = {version}")
    more = {} if version == "6" else {"kernel/Makefile": TREE["kernel/Makefile"] + "obj-$(CONFIG_O4) += core4.o\n"}
    return open_tree(TreeRequest(root=plant(folder, {**TREE, "Makefile": makefile, **more}), arch=arch))


def test_one_version_twice_cannot_be_told_apart(tmp_path: Path, made: list[str]) -> None:
    trees = [planted(tmp_path / folder, "6").resolve("allnoconfig") for folder in ("one", "two")]
    with pytest.raises(UsageError, match=r"two of the trees are Linux 6\.3\.0-rc2"):
        history(trees, BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger"), Run(count=2, progress=silent))
    assert not made


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []

    def make(
        config: ResolvedConfig, setup: BuildSetup, progress: object, *, root: Path, kconfig: Path | None
    ) -> ResolvedConfig:
        found.append(config.tree.version)
        return config

    def record(built: ResolvedConfig, config: ResolvedConfig, setup: BuildSetup, *, root: Path) -> None:
        assert setup.ledger is not None
        build(setup.ledger, built)

    monkeypatch.setattr(building, "make", make)
    monkeypatch.setattr(building, "record", record)
    return found


def test_from_tree_to_tree(tmp_path: Path, made: list[str]) -> None:
    trees = [planted(tmp_path / version, version).resolve("allyesconfig") for version in ("6", "7")]
    setup = BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger")
    found = history(trees, setup, Run(count=2, progress=silent))
    assert len(made) == 2
    assert [one.tree for one in found.trees] == [f"Linux {tree.tree.version}" for tree in trees]
    (step,) = found.steps
    assert (step.gain, step.linked) == (1000 + PADDING, PADDING)
    assert [(one.name, one.before, one.after) for one in step.objects] == [("kernel/core4.o", None, 1000)]
    assert [(one.name, one.gain, one.objects) for one in step.options] == [("O4", 1000, 1)]
    assert [(one.name, one.objects) for one in step.folders] == [("kernel", 7)]
    history(trees, setup, Run(count=2, progress=silent))
    assert len(made) == 2


def test_a_boot_image_that_lacks_is_built(tmp_path: Path, made: list[str]) -> None:
    tree = planted(tmp_path / "6", "6").resolve("allnoconfig")
    setup = BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger", targets=("bzImage",))
    build(tmp_path / "ledger", tree)
    history([tree], setup, Run(count=1, progress=silent))
    assert len(made) == 1


def test_other_architectures_are_not_compared(tmp_path: Path, made: list[str]) -> None:
    trees = [planted(tmp_path / arch, "6", arch).resolve("allnoconfig") for arch in ("x86_64", "i386")]
    with pytest.raises(UsageError, match="i386 and x86_64 cannot be compared"):
        history(trees, BuildSetup(scratch=tmp_path, ledger=tmp_path / "ledger"), Run(count=2, progress=silent))
    assert not made


PATHS = st.sampled_from(["a.o", "kernel/a.o", "kernel/sched/b.o", "arch/x86/a.o", "arch/arm64/kernel/c.o"])
OBJECTS = st.dictionaries(PATHS, st.tuples(st.integers(0, 99), st.sampled_from(["", "A", "B"])))


@given(OBJECTS, OBJECTS, st.integers(0, 50), st.integers(0, 50))
def test_changes_sum(
    before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]], more: int, less: int
) -> None:
    def tree(objects: dict[str, tuple[int, str]], padding: int) -> TreeSize:
        return TreeSize(
            tree="Linux",
            compiler="gcc",
            classes={"text": sum(size for size, _ in objects.values()) + padding},
            loaded=0,
            boot=None,
            objects=tuple(HistoryObject(path=p, content=size, option=option) for p, (size, option) in objects.items()),
            on=frozenset(),
        )

    step = HistoryStep(before=tree(before, more), after=tree(after, less))
    assert step.linked == less - more
    for changes in (step.objects, step.folders, step.options):
        assert sum(one.gain for one in changes) == step.gain - step.linked
        assert all(one.before != one.after for one in changes)
        assert [abs(one.gain) for one in changes] == sorted((abs(one.gain) for one in changes), reverse=True)
