"""Rule: what a single cause is said to explain, the tree's own conf makes of the first config with that cause alone.

A sample of the causes of each pair; KWEIGH_ORACLE_FULL=1 asks conf about all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzer import configs, features
from analyzer.judge.conf import Defconfig, Mode, OldDefconfig, ask
from analyzer.judge.values import parse
from analyzer.model.analysis import compare, shown
from analyzer.model.config import ResolvedConfig
from analyzer.model.difference import Explained, RootCause
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.analyze import look_at
from analyzer.pipeline.commands.diff import causes

FULL = bool(os.environ.get("KWEIGH_ORACLE_FULL"))
SAMPLE = 8
"""Causes of one pair: those that explain most, and the last ones, which need each other."""

Edited = Callable[[ResolvedConfig, list[str], list[str], Path], Mode]


def onto_dotconfig(a: ResolvedConfig, names: list[str], lines: list[str], scratch: Path) -> Mode:
    """The lines in place of those that the .config has for the same names."""
    return OldDefconfig(config=_edited(configs.dotconfig(a), names, lines))


def into_defconfig(a: ResolvedConfig, names: list[str], lines: list[str], scratch: Path) -> Mode:
    """The lines in place of those that the defconfig has for the same names."""
    (file,) = a.source.files
    path = scratch / "defconfig"
    path.write_text(_edited((a.tree.root / file).read_text(), names, lines))
    return Defconfig(file=str(path))


def _edited(text: str, names: list[str], lines: list[str]) -> str:
    prefixes = tuple(start for name in names for start in (f"CONFIG_{name}=", f"# CONFIG_{name} is"))
    kept = [line for line in text.split("\n") if not line.startswith(prefixes)]
    return "\n".join((*kept, *lines, ""))


@pytest.mark.parametrize(
    ("arch", "a", "b", "edited"),
    [
        ("x86_64", "x86_64_defconfig", "x86_64_defconfig+debug.config", onto_dotconfig),
        ("x86", "x86_64_defconfig", "i386_defconfig", into_defconfig),
        ("powerpc", "ps3_defconfig", "powernv_defconfig", into_defconfig),
    ],
)
def test_conf_agrees(
    linux_tree: Path,
    conf_binary: Callable[[Path], Path],
    tmp_path: Path,
    arch: str,
    a: str,
    b: str,
    edited: Edited,
) -> None:
    opened = open_tree(TreeRequest(root=linux_tree, arch=arch))
    if not (linux_tree / "kernel/configs/debug.config").exists():
        b = b.replace("debug.config", "xen.config")
    left, right = _resolved(opened, a), _resolved(opened, b)
    dma = features.load("dma")
    names = [row.name for row in compare(look_at(left, dma), look_at(right, dma)).rows]
    found = causes(((opened, left), (opened, right)), names)
    assert found.unexplained == ()
    conf, wanted = conf_binary(linux_tree), shown(right)
    for group in _sampled(found.groups):
        made = [found.causes[i] for i in group.causes]
        mode = edited(left, [name for cause in made for name in cause.names], list(_lines(made)), tmp_path)
        text = ask(conf, opened.tree.kconfig, opened.tree.environment, mode, scratch=tmp_path).text
        theirs = parse(text)
        for symbol in group.symbols:
            default = "" if symbol.name in right.texts else "n"
            assert theirs.get(symbol.name, default) == wanted[symbol.name], (symbol.name, [c.names for c in made])


def _resolved(opened: OpenTree, config: str) -> ResolvedConfig:
    missing = [name for name in config.split("+") if name not in opened.shelf.names()]
    return pytest.skip(f"{opened.tree.label} has no {missing[0]}") if missing else opened.resolve(config)


def _sampled(groups: tuple[Explained, ...]) -> tuple[Explained, ...]:
    return groups if FULL or len(groups) <= SAMPLE else (*groups[: SAMPLE // 2], *groups[-SAMPLE // 2 :])


def _lines(made: list[RootCause]) -> Iterator[str]:
    for cause in made:
        assert cause.kind == "user"
        yield from (cited.text for cited in cause.b)
