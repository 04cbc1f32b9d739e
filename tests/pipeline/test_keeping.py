"""Rule: a compiled tree counts as long as nothing that it was made of has changed, and equals one made anew."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from analyzer import cache, configs, features, trees
from analyzer.configs import read
from analyzer.errors import InputError, UsageError
from analyzer.model.analysis import Matrix
from analyzer.model.tree import SourceTree
from analyzer.pipeline import TreeRequest, open_tree, opening
from analyzer.pipeline.commands.matrix import gather
from analyzer.pipeline.keeping import seen
from analyzer.toolchain import LiveAnswers

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled tree that a test may change."""
    for name in ("kconfig", "arch"):
        shutil.copytree(ROOT / name, tmp_path / "tree" / name)
    # By its name in sys.modules: the package has a function of the same name.
    monkeypatch.setattr(import_module("analyzer.trees.locate"), "bundled_root", lambda: tmp_path / "tree")
    settle()
    return tmp_path / "tree"


def settle() -> None:
    """Wait until what was written is older than the next answer: what changes while one is worked out is not kept."""
    time.sleep(0.03)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a tree was read."""
    count = 0
    original = read.read

    def counted(tree: SourceTree, shell: LiveAnswers) -> object:
        nonlocal count
        count += 1
        return original(tree, shell)

    monkeypatch.setattr(read, "read", counted)
    return lambda: count


def request(tmp_path: Path, arch: str = "x86_64") -> TreeRequest:
    return TreeRequest(arch=arch, cache=tmp_path / "cache")


def test_what_comes_back_is_equal(bundled: Path, tmp_path: Path, reads: Callable[[], int]) -> None:
    for arch in trees.bundled_architectures(bundled):
        made, kept = open_tree(request(tmp_path, arch)), open_tree(request(tmp_path, arch))
        assert kept.program == made.program
        assert dict(kept.model.symbols) == dict(made.model.symbols)
        assert dict(kept.model.choices) == dict(made.model.choices)
        assert list(kept.model.menu) == list(made.model.menu)
        assert dict(kept.model.selectors()) == dict(made.model.selectors())
        assert dict(kept.model.impliers()) == dict(made.model.impliers())
        assert kept.model.warnings == made.model.warnings
        for name in ("defconfig", "tinyconfig", "allmodconfig"):
            assert configs.dotconfig(kept.resolve(name)) == configs.dotconfig(made.resolve(name))
    assert reads() == len(trees.bundled_architectures(bundled))


def test_a_changed_file_is_read_again(bundled: Path, tmp_path: Path, reads: Callable[[], int]) -> None:
    open_tree(request(tmp_path))
    path = bundled / "kconfig/drivers/iommu/Kconfig"
    text = path.read_text()
    path.write_text(text.replace("config INTEL_IOMMU\n", "config INTEL_IOMMU_2\n"))
    settle()
    assert "INTEL_IOMMU_2" in open_tree(request(tmp_path)).model.symbols
    path.write_text(text)
    settle()
    assert "INTEL_IOMMU_2" not in open_tree(request(tmp_path)).model.symbols
    path.unlink()
    with pytest.raises(Exception, match="does not exist"):
        open_tree(request(tmp_path))
    assert reads() == 4


def test_what_was_read_long_ago_counts_by_its_status_alone(
    bundled: Path, tmp_path: Path, reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = 0
    original = seen._digest

    def counted(paths: list[str]) -> str:
        nonlocal contents
        contents += 1
        return original(paths)

    monkeypatch.setattr(seen, "_digest", counted)
    open_tree(request(tmp_path))
    # All files are new, so that their times say nothing yet.
    open_tree(request(tmp_path))
    assert contents == 4
    monkeypatch.setattr(seen, "_MOMENT", -1)
    open_tree(request(tmp_path))
    assert contents == 6
    open_tree(request(tmp_path))
    assert contents == 6
    # Same size, same mtime, another content: the file system still moves ctime.
    path = bundled / "kconfig/drivers/iommu/Kconfig"
    before = path.stat()
    text = path.read_text()
    path.write_text(text.replace("config INTEL_IOMMU\n", "config INTEL_IOMMV\n"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    settle()
    assert "INTEL_IOMMV" in open_tree(request(tmp_path)).model.symbols
    # The same content under new times is read once more, but not compiled again.
    os.utime(path)
    assert "INTEL_IOMMV" in open_tree(request(tmp_path)).model.symbols
    assert reads() == 2


def test_another_version_of_ours_reads_again(
    bundled: Path, tmp_path: Path, reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_tree(request(tmp_path))
    monkeypatch.setattr("analyzer.pipeline.keeping.trees.own_code", lambda: "another")
    open_tree(request(tmp_path))
    assert reads() == 2


def test_damage_and_clearing_cost_a_read_only(bundled: Path, tmp_path: Path, reads: Callable[[], int]) -> None:
    open_tree(request(tmp_path))
    for entry in cache.entries(tmp_path / "cache"):
        entry.path.write_bytes(entry.path.read_bytes()[:-1])
    open_tree(request(tmp_path))
    cache.clear(tmp_path / "cache")
    assert open_tree(request(tmp_path)).resolve("defconfig").values["DMA_OPS"] == "y"
    assert reads() == 3


def test_without_a_cache_nothing_is_kept(bundled: Path, tmp_path: Path) -> None:
    open_tree(TreeRequest(arch="x86_64"))
    assert not (tmp_path / "cache").exists()


@pytest.fixture
def opens(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a tree was opened for the cells of a matrix."""
    count = 0
    original = opening.FoundTree.open

    def counted(self: opening.FoundTree) -> object:
        nonlocal count
        count += 1
        return original(self)

    monkeypatch.setattr(opening.FoundTree, "open", counted)
    return lambda: count


def cells(tmp_path: Path, name: str = "defconfig", feature_set: str = "dma", arch: str = "x86_64") -> Matrix:
    return gather(request(tmp_path), (arch,), (name,), features.load(feature_set))


def test_cells_that_were_told_are_told_again(bundled: Path, tmp_path: Path, opens: Callable[[], int]) -> None:
    for arch in trees.bundled_architectures(bundled):
        for name in ("defconfig", "allyesconfig", "nonsense"):
            try:
                first = cells(tmp_path, name, arch=arch)
            except InputError as error:
                # What there is no config for is told again as well.
                with pytest.raises(InputError, match=re.escape(error.message)):
                    cells(tmp_path, name, arch=arch)
            else:
                assert cells(tmp_path, name, arch=arch) == first
    assert opens() == 3 * len(trees.bundled_architectures(bundled))


def _another_kconfig(tree: Path, _own: Path) -> None:
    path = tree / "kconfig/drivers/iommu/Kconfig"
    path.write_text(path.read_text().replace("config INTEL_IOMMU\n", "config INTEL_IOMMV\n"))


def _another_config(tree: Path, _own: Path) -> None:
    path = tree / "arch/x86/configs/x86_64_defconfig"
    path.write_text(f"{path.read_text()}# CONFIG_PCI is not set\n")


def _another_own(_tree: Path, own: Path) -> None:
    own.write_text("# CONFIG_PCI is not set\n")


@pytest.mark.parametrize("change", [_another_kconfig, _another_config, _another_own])
def test_cells_of_something_else_are_worked_out(
    bundled: Path, tmp_path: Path, opens: Callable[[], int], change: Callable[[Path, Path], None]
) -> None:
    own = tmp_path / "own.config"
    own.write_text("CONFIG_PCI=y\n")
    settle()
    name = str(own) if change is _another_own else "x86_64_defconfig"
    before = cells(tmp_path, name)
    assert (cells(tmp_path, name), opens()) == (before, 1)
    change(bundled, own)
    settle()
    after = cells(tmp_path, name)
    assert opens() == 2
    assert after != before
    assert after == gather(TreeRequest(arch="x86_64"), ("x86_64",), (name,), features.load("dma"))


def test_cells_of_another_set_or_another_version_of_ours_are_worked_out(
    bundled: Path, tmp_path: Path, opens: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine.toml"
    text = 'name = "mine"\ntitle = "Mine"\n[[feature]]\nname = "F"\nsymbols = ["PCI"]\n'
    mine.write_text(text)
    cells(tmp_path, feature_set=str(mine))
    mine.write_text(text.replace("PCI", "SWIOTLB"))
    cells(tmp_path, feature_set=str(mine))
    assert opens() == 2
    monkeypatch.setattr("analyzer.pipeline.keeping.trees.own_code", lambda *_rooms: "another")
    cells(tmp_path, feature_set=str(mine))
    assert opens() == 3


def test_cells_go_with_the_toolchain(
    bundled: Path, tmp_path: Path, opens: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cells(tmp_path)
    monkeypatch.setattr("analyzer.pipeline.keeping.trees.programs", lambda _tree: ("CC gcc /usr/bin/gcc 1 2 3",))
    cells(tmp_path)
    assert opens() == 2


def test_damaged_cells_are_worked_out(bundled: Path, tmp_path: Path, opens: Callable[[], int]) -> None:
    first = cells(tmp_path)
    for path in (tmp_path / "cache").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert (cells(tmp_path), opens()) == (first, 2)


def test_a_name_that_is_nowhere_is_found_near_what_is_there(bundled: Path, tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(UsageError) as error:
            cells(tmp_path, feature_set="SWIOTLC,PCI")
        assert "SWIOTLB" in error.value.hint
