"""How well a table of options holds: `python -m tests.benchmarks.options TABLE …`.

Enters: a table as `kweigh weigh --format record` writes it, a tree, where builds are made. Leaves: a line for each
option drawn, what the table says and what a build of it alone weighs, then how many are near. Must hold: only options
are drawn that nobody had built alone when the table was written, at random by --seed; a build that the ledger has is
not made again, so that it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from statistics import median

from analyzer.model.option import OptionWeight
from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build.building import BuildSetup, make, record
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.toggles import turned
from analyzer.sizes.options import parse
from kweigh.cache import folder as cache_folder


def say(line: str) -> None:
    """A line of the answer, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def near(guess: int, measured: int, size: int, percent: int) -> bool:
    """Whether a guess is off by at most so many bytes, or percent of what was measured."""
    return abs(guess - measured) <= max(size, abs(measured) * percent / 100)


def main() -> None:
    """Draw, build, compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.options")
    parser.add_argument("table", type=Path)
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--target", action="append", default=[], help="also make it, as `kweigh weigh --target`")
    given = parser.parse_args()
    table = parse(given.table.read_bytes(), path=str(given.table))
    shared = {one.symbol: one for one in table.weights if not one.alone}
    drawn = random.Random(f"weigh-check {given.seed}").sample(sorted(shared), min(given.count, len(shared)))
    opened = open_tree(TreeRequest(root=given.tree, arch=table.arch, cache=cache_folder()))
    base = opened.resolve(table.config)
    setup = BuildSetup(scratch=given.scratch, ledger=given.ledger, jobs=given.jobs, targets=tuple(given.target))
    rows: list[tuple[OptionWeight, int]] = []
    for name in drawn:
        one = shared[name]
        config = turned(opened, base, {name: one.value})
        if not Known(given.ledger).has(config):
            record(make(config, setup, lambda what, done, of: None, root=given.tree), config, setup, root=given.tree)
        built = Known(given.ledger).build(config)
        assert built is not None
        assert built.weight is not None
        rows.append((one, built.weight.content - table.content))
        say(f"{name:34} {one.content.value:>+10,} {rows[-1][1]:>+10,}  {one.content.low:+,} .. {one.content.high:+,}")
    errors = [abs(one.content.value - measured) for one, measured in rows]
    say(f"\nmedian error {median(errors):,.0f} bytes, worst {max(errors):,}")
    for size, percent in ((64, 1), (256, 5)):
        count = sum(near(one.content.value, measured, size, percent) for one, measured in rows)
        say(f"within {size} bytes or {percent} %: {count} of {len(rows)}")
    held = sum(one.content.low <= measured <= one.content.high for one, measured in rows)
    signs = sum((one.content.value > 0) - (one.content.value < 0) == (m > 0) - (m < 0) for one, m in rows)
    say(f"inside its interval: {held} of {len(rows)}; sign right: {signs} of {len(rows)}")


if __name__ == "__main__":
    main()
