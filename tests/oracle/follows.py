"""What a review says follows from public patches, beside make and conf on really patched trees.

Enters: series.toml, real trees. Leaves: for each config that is compared whether the objects that come and go are those
by which the lists of the tree's own Kbuild differ, and the lines of minimal configs those by which `conf
--savedefconfig` differs; as a table in markdown with

    python -m tests.oracle.follows [--all] [COMMIT…]    # with --all: every config in which anything changes

Must hold: a tree is never written to; what make is asked is the .config that conf would write of that side.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.configs import dotconfig
from analyzer.judge.build import build
from analyzer.judge.conf import SaveDefconfig, ask
from analyzer.kbuild.reach import LINK
from analyzer.model.review import Review
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands.review import review
from tests.kbuild.judge import ask_kbuild
from tests.oracle.conftest import CACHE
from tests.oracle.series import Beside, Told, each, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A config: the objects and lines that only one of both names, and how many objects and lines change."""

    arch: str
    config: str
    objects: Sequence[str]
    lines: Sequence[str]
    changed: tuple[int, int]

    @property
    def equal(self) -> bool:
        """Whether both say the same."""
        return not self.objects and not self.lines


def compared(told: Told, found: Beside, arch: str, names: Sequence[str], *, least: int = 0) -> Iterator[Compared]:
    """Configs of one architecture: those in which anything changes, and of the others `least`."""
    with tempfile.TemporaryDirectory(prefix="kweigh-asked-") as scratch:
        own = Path(scratch, "asked.config")
        own.write_text("".join(f"CONFIG_{line}\n" for line in told.asked), "utf-8")
        wanted = [*names, *([str(own)] if told.asked else [])]
        said = review(found.both, (arch,), wanted)
        assert not said.failed, said.failed
        looked = [name for _, some in said.looked_at for name in some]
        changing = [name for name in looked if _objects(said, name) or _lines(said, name)]
        for name in [*changing, *[name for name in looked if name not in changing][:least]]:
            yield _compared(found, said, arch, name, Path(scratch))


def _compared(found: Beside, said: Review, arch: str, name: str, scratch: Path) -> Compared:
    objects, lines = [], []
    for side, root, asked in (
        ("before", found.before, found.both.before),
        ("after", found.after, found.both.after),
    ):
        opened = open_tree(TreeRequest(root=root, arch=arch, cache=asked.cache))
        config = opened.resolve(name)
        text = dotconfig(config)
        truth = ask_kbuild(root, arch, opened.tree.toolchain.prefix, text, scratch / side)
        parts = ((path, module) for module, paths in truth.modules.items() for path in paths)
        objects.append(
            {
                *((path, "vmlinux") for path in truth.whole),
                *((path, "lib") for path in truth.searched if not path.startswith("/")),
                *parts,
            }
        )
        mode = SaveDefconfig(config=text)
        verdict = ask(build(root, CACHE / "conf"), "Kconfig", opened.tree.environment, mode, scratch=scratch)
        lines.append(set(verdict.text.splitlines()))
    theirs = {("-", *one) for one in objects[0] - objects[1]} | {("+", *one) for one in objects[1] - objects[0]}
    apart = {("-", one) for one in lines[0] - lines[1]} | {("+", one) for one in lines[1] - lines[0]}
    ours, mine = _objects(said, name), _lines(said, name)
    return Compared(
        arch=arch,
        config=name,
        objects=sorted(" ".join(one) for one in theirs ^ ours),
        lines=sorted(" ".join(one) for one in apart ^ mine),
        changed=(len(theirs), len(apart)),
    )


def _objects(said: Review, config: str) -> set[tuple[str, str, str]]:
    """What comes (+) and goes (-) in a config, with what it is linked into."""
    there = [one for one in said.objects if any(config in names for _, names in one.places)]
    there = [one for one in there if one.step.where.path != LINK]
    gone = {("-", one.path, one.before) for one in there if one.before}
    return gone | {("+", one.path, one.after) for one in there if one.after}


def _lines(said: Review, config: str) -> set[tuple[str, str]]:
    there = [one for one in said.saved if any(config in names for _, names in one.places)]
    return {("-", one.before) for one in there if one.before} | {("+", one.after) for one in there if one.after}


def main(argv: Sequence[str]) -> int:
    """The table; 1 where anything differs."""
    wrong = 0
    say("| follows | architectures | configs | objects that come or go | lines of minimal configs | equal |")
    say("|---|---|--:|--:|--:|--:|")
    for told, found, names in each(argv):
        if found is None:
            say(f"| {told.commit}, {told.tree} is not at hand | | 0 | 0 | 0 | 0 |")
            wrong += 1
            continue
        ones = [one for arch in told.arches for one in compared(told, found, arch, names, least=1)]
        equal = sum(one.equal for one in ones)
        wrong += equal != len(ones)
        objects, lines = (sum(one.changed[at] for one in ones) for at in (0, 1))
        arches = ", ".join(told.arches)
        say(f"| {told.commit} {told.subject} | {arches} | {len(ones)} | {objects} | {lines} | {equal} |")
        for one in ones:
            if not one.equal:
                sys.stderr.write(f"{told.commit} {one.arch} {one.config}: {one.objects[:9]} {one.lines[:9]}\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
