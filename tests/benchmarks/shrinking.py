"""How many tests `kweigh shrink` takes beside plain delta debugging, on the lines and dependencies of a real tree.

Enters: a tree, a config, what a kernel needs: the lines that a boot's feature sets name, and some drawn at random,
whose need nobody could guess. Leaves: a row for each draw. Must hold: nothing is built; a config is good where it has
all that is needed, so both find as little; a config that was judged before is not counted again, for either.

    python -m tests.benchmarks.shrinking --tree DIR --arch x86_64 --config tinyconfig+kvm_guest.config
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer.boot import checks, machines
from analyzer.model.shrink import Asked, Judged
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.commands import shrink_lines
from analyzer.pipeline.commands.shrink import chances
from analyzer.pipeline.commands.shrink_lines import Keep, Lines
from analyzer.shrink.search import Search
from tests.shrink.ddmin import ddmin


class _Judge:
    """Good is what has all values that are needed; counts the configs that it was asked about."""

    def __init__(self, lines: Lines, needed: Mapping[str, str]) -> None:
        self._lines = lines
        self._needed = needed
        self.known: dict[str, bool] = {}

    def good(self, asked: Asked) -> bool:
        config = self._lines.config(asked)
        return self.known.setdefault(
            shrink_lines.key(config), all(config.values[name] == value for name, value in self._needed.items())
        )


def compared(lines: Lines, named: Sequence[str], needed: Mapping[str, str]) -> tuple[int, int, int, int]:
    """Lines that are left, ours and theirs, and the tests that it took, ours and theirs."""
    ours, theirs = _Judge(lines, needed), _Judge(lines, needed)
    search = Search(lines.names, {}, chances(lines, named), lines.resolve)
    while (asked := search.following()) is not None:
        search.tell(Judged(good=ours.good(asked), size=len(asked)))
    left = ddmin(lines.order, theirs.good)
    return len(search.best), len(left), len(ours.known), len(theirs.known)


def main() -> None:
    """Print a row for each draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--arch", default="x86_64")
    parser.add_argument("--config", default="tinyconfig+kvm_guest.config")
    parser.add_argument("--checks", default="console=ttyS0,disk=virtio,fs=ext4")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--unforeseen", type=int, default=4)
    given = parser.parse_args()
    opened = open_tree(TreeRequest(root=given.tree, arch=given.arch))
    machine = machines.machine(given.arch)
    sets = checks.needs(machine, checks.parse(given.checks, machine))
    named = {name: value for one in sets.values() for name, value in one if name in opened.model.symbols}
    values = shrink_lines.with_wanted(opened, shrink_lines.lines_of(opened.resolve(given.config)), named)
    lines = shrink_lines.true_lines(opened, values, Keep(symbols={}))
    sys.stdout.write(f"{given.config} on {opened.tree.label}: {len(lines.names)} lines\n")
    for draw in range(given.draws):
        drawn = random.Random(draw).sample(sorted(lines.names), given.unforeseen)
        needed = named | {name: values[name] for name in drawn}
        left, plain, ours, theirs = compared(lines, list(named), needed)
        told = f"ddmin {plain} in {theirs} ({theirs / ours:.1f} times)"
        sys.stdout.write(f"draw {draw}: {left} lines left in {ours} tests, {told}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
