"""Rule: a compiled tree counts as long as nothing that it was made of has changed, and equals one made anew."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer import cache, configs, trees
from analyzer.configs import read
from analyzer.model.tree import SourceTree
from analyzer.pipeline import TreeRequest, open_tree, seen
from analyzer.toolchain import LiveAnswers

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled tree that a test may change."""
    for name in ("kconfig", "arch"):
        shutil.copytree(ROOT / name, tmp_path / "tree" / name)
    # By its name in sys.modules: the package has a function of the same name.
    monkeypatch.setattr(sys.modules["analyzer.trees.locate"], "bundled_root", lambda: tmp_path / "tree")
    return tmp_path / "tree"


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
    assert "INTEL_IOMMU_2" in open_tree(request(tmp_path)).model.symbols
    path.write_text(text)
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

    def counted(root: Path, paths: list[str]) -> str:
        nonlocal contents
        contents += 1
        return original(root, paths)

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
    assert "INTEL_IOMMV" in open_tree(request(tmp_path)).model.symbols
    # The same content under new times is read once more, but not compiled again.
    os.utime(path)
    assert "INTEL_IOMMV" in open_tree(request(tmp_path)).model.symbols
    assert reads() == 2


def test_another_version_of_ours_reads_again(
    bundled: Path, tmp_path: Path, reads: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_tree(request(tmp_path))
    monkeypatch.setattr("analyzer.pipeline.cached.own_code", lambda: "another")
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
