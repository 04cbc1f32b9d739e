"""Rules: of renames that were written down beforehand nearly all are found and none is wrong; what a removed option
became is nothing; and an upgraded config gives in the new tree's own conf what kweigh says that it gives."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from analyzer import configs, reports
from analyzer.deps.renames import Renames
from analyzer.judge.conf import OldDefconfig, ask
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.upgrade import upgrade
from analyzer.pipeline.commands.upgrade_traces import moved_objects, told
from tests.oracle.conftest import HERE

KNOWN: dict[str, Any] = tomllib.loads((HERE / "renames.toml").read_text("utf-8"))
ARCHES = {"x86": "x86_64"}
LEAST = 18


def _tree(trees: tuple[Path, ...], version: str) -> Path:
    found = next((root for root in trees if root.name.endswith(f"-{version}")), None)
    return found or pytest.skip(f"no tree of Linux {version}")


@lru_cache(maxsize=4)
def _open(root: Path, arch: str) -> OpenTree:
    return open_tree(TreeRequest(root=root, arch=arch))


@pytest.fixture(scope="module")
def became(linux_trees: tuple[Path, ...]) -> Callable[[str, str], tuple[str, ...]]:
    """What took a symbol's place on an architecture between 6.1 and 7.3."""
    roots = _tree(linux_trees, "6.1"), _tree(linux_trees, "7.3")

    @lru_cache
    def renames(arch: str) -> Renames:
        old, new = (told(_open(root, arch)) for root in roots)
        names = [row["name"] for key in ("renamed", "more") for row in KNOWN[key]] + KNOWN["removed"]
        moves = moved_objects(old, roots[0], new, roots[1], [name for name in names if name in old.symbols])
        return Renames(old, new, moves)

    def of(name: str, arch: str) -> tuple[str, ...]:
        found = renames(ARCHES.get(arch, arch)).of(name)
        return found.became if found is not None else ()

    return of


@pytest.mark.parametrize(("key", "least"), [("renamed", LEAST), ("more", 5)])
def test_renames(key: str, least: int, became: Callable[[str, str], tuple[str, ...]]) -> None:
    found = {row["name"]: became(row["name"], row["arch"]) for row in KNOWN[key]}
    wrong = {row["name"]: now for row in KNOWN[key] if (now := found[row["name"]]) and row["became"] not in now}
    assert wrong == {}
    assert sum(map(bool, found.values())) >= least


def test_removed(became: Callable[[str, str], tuple[str, ...]]) -> None:
    assert {name: became(name, "x86") for name in KNOWN["removed"]} == dict.fromkeys(KNOWN["removed"], ())


@pytest.mark.parametrize(("before", "after"), [("5.10", "6.1"), ("6.1", "6.12"), ("6.12", "7.3"), ("6.1", "7.3")])
@pytest.mark.parametrize(
    ("arch", "name"), [("x86_64", "x86_64_defconfig"), ("riscv", "defconfig"), ("arm64", "allmodconfig")]
)
def test_conf_gives_the_same(
    before: str,
    after: str,
    arch: str,
    name: str,
    linux_trees: tuple[Path, ...],
    conf_binary: Callable[[Path], Path],
    tmp_path: Path,
) -> None:
    """The config as it was written in the old tree, upgraded."""
    old, new = (_open(_tree(linux_trees, version), arch) for version in (before, after))
    mine = tmp_path / "old.config"
    mine.write_bytes(configs.dotconfig(old.resolve(name)).encode("utf-8", "surrogateescape"))
    found = upgrade(old, new, old.resolve(str(mine)))
    text = reports.upgraded_config(found)
    (tmp_path / "new.config").write_bytes(text.encode("utf-8", "surrogateescape"))
    judged = ask(
        conf_binary(new.tree.root), "Kconfig", new.tree.environment, OldDefconfig(config=text), scratch=tmp_path
    )
    assert configs.dotconfig(found.config) == judged.text
    again = new.resolved(replace(new.shelf.load(str(tmp_path / "new.config")), name="again"))
    assert configs.dotconfig(again) == judged.text
    assert all(one.value is not None for one in found.lines if one.line)
