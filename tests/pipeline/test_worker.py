"""Rule: a worker has a tree as a whole or not at all, builds where nobody else does, and ends what nobody waits for.

Enters: a small tree in pieces, and a make that is a script; what Dask tells a worker of itself is the test's.
"""

from __future__ import annotations

import fcntl
import io
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer import configs
from analyzer.errors import AnalyzerError, FolderBusy, ToolchainError
from analyzer.model.size import BuildOrder, Built, Origin
from analyzer.pipeline.build import worker
from analyzer.pipeline.build.building import origin_of
from analyzer.pipeline.opening import silent
from analyzer.sizes.build import building
from analyzer.trees import content
from tests.pipeline import fake_builds
from tests.pipeline.weighed_tree import opened_in


@dataclass
class Dask:
    """What a worker asks Dask of itself."""

    local_directory: str
    state: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(nthreads=3, tasks={"task": SimpleNamespace(state="executing")})
    )

    def get_current_task(self) -> str:
        return "task"


@pytest.fixture
def dask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dask:
    found = Dask(str(tmp_path / "space/worker-1"))
    monkeypatch.setattr(worker, "get_worker", lambda: found)
    monkeypatch.setenv("PATH", fake_builds.plant(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(fake_builds.home(tmp_path / "home")))
    return found


@pytest.fixture
def asked(dask: Dask, tmp_path: Path) -> tuple[str, BuildOrder, Origin]:
    """A tree that the worker has, and a build of it."""
    opened = opened_in(tmp_path / "tree")
    (tmp_path / "tree/scripts/link-vmlinux.sh").write_text("")
    config = opened.resolve("allnoconfig")
    send(tmp_path / "tree", name := content.checksum(tmp_path / "tree"))
    order = BuildOrder(
        tree=tmp_path / "nowhere",
        arch="x86_64",
        cross_compile="",
        config=configs.dotconfig(config),
        scratch=tmp_path / "nowhere",
        jobs=1,
    )
    return name, order, origin_of(config)


def send(tree: Path, name: str) -> None:
    packed = io.BytesIO()
    content.pack(tree, packed)
    whole = packed.getvalue()
    for offset in range(0, len(whole), 500):
        worker.receive(name, "sending", offset, whole[offset : offset + 500])
    worker.unpack(name, "sending")


def test_what_was_sent_is_there(asked: tuple[str, BuildOrder, Origin], tmp_path: Path) -> None:
    name = asked[0]
    assert worker.greeting("gcc", name) == worker.Greeting(code=worker.code(), compiler=fake_builds.GCC, tree=True)
    assert not worker.greeting("no-gcc", name[::-1]).tree
    assert worker.greeting("no-gcc", name).compiler == ""
    # Another worker of the same machine was faster: nothing is lost, nothing left behind.
    send(tmp_path / "tree", name)
    assert [path.name for path in (tmp_path / "space/kweigh/trees").iterdir()] == [name]


def test_a_tree_that_changed_on_the_way(dask: Dask, tmp_path: Path) -> None:
    opened_in(tmp_path / "tree")
    with pytest.raises(ToolchainError, match="changed while it was sent"):
        send(tmp_path / "tree", "0" * 64)
    assert list((tmp_path / "space/kweigh/trees").iterdir()) == []


def test_half_a_tree(dask: Dask, tmp_path: Path) -> None:
    worker.receive("0" * 64, "sending", 0, b"\x1f\x8b")
    with pytest.raises(AnalyzerError, match="no packed tree"):
        worker.unpack("0" * 64, "sending")
    assert list((tmp_path / "space/kweigh/trees").iterdir()) == []


def test_a_build(asked: tuple[str, BuildOrder, Origin], tmp_path: Path) -> None:
    def look(built: Built, place: Path, progress: object) -> str:
        with pytest.raises(FolderBusy), building(replace(asked[1], tree=tree, scratch=built.folder.parents[1]), silent):
            pass
        return f"{place.name} beside {built.folder.name} of {built.config.count('=y')}"

    (tree,) = (tmp_path / "space/kweigh/trees").iterdir()
    made = worker.build(*asked, look)
    assert made is not None
    assert made.found == f"looked beside out of {asked[1].config.count('=y')}"
    record = made.record
    assert (record.note.jobs, record.note.objects) == (3, ("kernel/main.o", "kernel/core.o"))
    assert str(tmp_path) not in repr(record)
    shutil.rmtree(tmp_path / "space/kweigh/trees")
    assert worker.build(*asked) is None, "the tree is asked for again"


def test_two_do_not_meet(asked: tuple[str, BuildOrder, Origin], tmp_path: Path) -> None:
    name, order, origin = asked
    assert worker.build(name, order, origin)
    first = tmp_path / "space/kweigh/builds-0"
    (built,) = first.iterdir()
    # Another worker, or a make that one left behind, which keeps the lock until it ends.
    with (built / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert worker.build(name, order, origin)
    assert {path.name for path in (tmp_path / "space/kweigh").iterdir()} == {"trees", "builds-0", "builds-1"}


def test_nobody_waits_any_more(
    asked: tuple[str, BuildOrder, Origin], dask: Dask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_LOOK", 0.0)
    dask.state.tasks["task"].state = "cancelled"
    (tmp_path / "home/before").write_text("echo '  CC      kernel/a.o'; sleep 600\n")
    with pytest.raises(ToolchainError, match="nobody waits"):
        worker.build(*asked)
    dask.state.tasks.clear()
    with pytest.raises(ToolchainError, match="nobody waits"):
        worker.build(*asked)
