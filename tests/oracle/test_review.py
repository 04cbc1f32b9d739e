"""Rule: the values that a review says change are those that change in the tree's own conf, asked on both sides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from analyzer.judge.conf import AllConfig, Defconfig, Mode, ask
from analyzer.model.review import Review
from analyzer.pipeline import TreeRequest
from analyzer.pipeline.commands.review import review
from analyzer.pipeline.opening import find_tree
from analyzer.pipeline.patching.sides import sides

FILE = "kernel/dma/Kconfig"
OLD, NEW = "\tdepends on !NO_DMA\n", "\tdepends on !NO_DMA && !EXPERT\n"
"""A gate of half the drivers, shut for those who are experts: allmodconfig and tinyconfig are."""
MODES: Mapping[str, Mode] = {
    "x86_64_defconfig": Defconfig(file="arch/x86/configs/x86_64_defconfig"),
    "allmodconfig": AllConfig(target="allmodconfig"),
    "allnoconfig": AllConfig(target="allnoconfig"),
}
_LINE = re.compile(r'(?:# )?CONFIG_(\w+)(?:=(?:"(.*)"|(.*))| is not set)')


def patch(root: Path) -> str:
    """The edit, for the tree as it is."""
    lines = (root / FILE).read_text("utf-8").split("\n")
    at = lines.index(OLD.strip("\n"))
    before, after = lines[at - 1], lines[at + 1]
    hunk = f"@@ -{at},3 +{at},3 @@\n {before}\n-{OLD}+{NEW} {after}\n"
    return f"--- a/{FILE}\n+++ b/{FILE}\n{hunk}"


def values(text: str) -> Iterator[tuple[str, str]]:
    """What a .config says; nothing of what is off, and of numbers that say nothing."""
    for line in text.split("\n"):
        if found := _LINE.fullmatch(line):
            yield found[1], plain(found[2] or found[3] or "")


def plain(value: str) -> str:
    """A value, "" for those that a .config has no line for."""
    return "" if value in ("n", "0", "0x0") else value


def told(found: Review, config: str) -> set[tuple[str, str, str]]:
    moves = (move for move in found.moves() if any(config in names for _, names in move.places))
    return {(move.symbol, plain(move.before), plain(move.after)) for move in moves}


def test_conf_changes_the_same(linux_tree: Path, conf_binary: Callable[[Path], Path], tmp_path: Path) -> None:
    """Thousands of values, by one line."""
    source = tmp_path / "dma.patch"
    source.write_text(patch(linux_tree), "utf-8")
    with sides(TreeRequest(root=linux_tree), str(source)) as both:
        found = review(both, ("x86_64",), tuple(MODES))
        assert not found.failed
        assert not found.unexplained
        exported = find_tree(replace(both.before, arch="x86_64")).tree.environment
        for config, mode in MODES.items():
            said = []
            for request in (both.before, both.after):
                # What make exports hangs on no Kconfig file.
                environment = {**exported, "srctree": str(request.root)}
                verdict = ask(conf_binary(linux_tree), "Kconfig", environment, mode, scratch=tmp_path)
                said.append(dict(values(verdict.text)))
            old, new = said
            differ = {
                (name, old.get(name, ""), new.get(name, ""))
                for name in {*old, *new}
                if old.get(name, "") != new.get(name, "")
            }
            assert {one for one in told(found, config) if one[1] != one[2]} == differ
    assert len(list(found.moves())) > 100
