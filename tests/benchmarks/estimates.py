"""How well estimates hold: `python -m tests.benchmarks.estimates --tree TREE --ledger LEDGER`.

Enters: a tree, a ledger of `kweigh weigh` around x86_64's tinyconfig of Linux 6.1.192. Leaves: for each of twelve sets
of options what is estimated beside what they weigh, and beside the sum of what each weighs alone as the same ledger
tells it. Must hold: the sets were drawn at random and frozen before anything was learnt (fixtures/sizes/
estimates.jsonl, whose estimates are those of a former estimator), and were built afterwards (estimates-measured.jsonl);
a set that the ledger has is no test, and ends the run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.bytes import estimating
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.bytes.option_weights import table
from analyzer.pipeline.bytes.toggles import toggles
from analyzer.pipeline.settings import with_settings
from kweigh.cache import folder as cache_folder

FROZEN = Path(__file__).parents[2] / "fixtures" / "sizes" / "estimates.jsonl"
MEASURED = FROZEN.with_name("estimates-measured.jsonl")


def main() -> None:
    """Estimate, compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.estimates")
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    asked = parser.parse_args()
    opened = open_tree(TreeRequest(root=asked.tree, arch="x86_64", cache=cache_folder()))
    base = opened.resolve("tinyconfig")
    single = {one.symbol: one.content.value for one in table(base, toggles(opened, base), asked.ledger).weights}
    learnt = estimating.learn(opened, base, asked.ledger)
    known = Known(asked.ledger)
    head, *rows = (json.loads(line) for line in FROZEN.read_text().splitlines())
    measured = {row["case"]: row for row in map(json.loads, MEASURED.read_text().splitlines())}
    errors: list[float] = []
    summed: list[float] = []
    images: dict[str, list[tuple[float, bool, float]]] = {"loaded": [], "boot": []}
    held = builds = 0
    for row in rows:
        config = opened.resolved(with_settings(base, dict.fromkeys(row["options"], "y"), place="validation"))
        if known.has(config):
            sys.exit(f"case {row['case']} is in the ledger")
        found = learnt.estimate(config)
        builds = found.builds
        content = measured[row["case"]]["content"]
        for image, some in images.items():
            size, told = measured[row["case"]][image], found.loaded if image == "loaded" else found.boot
            assert told is not None
            some.append((100 * (told.value - size) / size, told.low <= size <= told.high, 100 * told.width / size))
        lacking = [name for name in row["options"] if name not in single]
        total = head["base"]["content"] + sum(single.get(name, 0) for name in row["options"])
        errors.append(100 * (found.total.value - content) / content)
        summed.append(100 * (total - content) / content)
        inside = found.total.low <= content <= found.total.high
        held += inside
        counts = ", ".join(f"{len(found.those(p))} {p}" for p in ("measured", "nearest", "unmeasured"))
        say(
            f"{row['case']:>2} {content:>9,} {errors[-1]:+6.2f} % (sum {summed[-1]:+6.2f} %) "
            f"{'inside' if inside else 'OUTSIDE'} {100 * found.total.width / content:.1f} %  {counts}  "
            f"{' '.join(row['options'])}{f' (in no build: {lacking})' if lacking else ''}"
        )
    for label, off in (("estimate", errors), ("sum of singles", summed)):
        spread(label, off)
    say(f"intervals that hold: {held} of {len(rows)}; learnt from {builds} builds")
    for image, some in images.items():
        spread(image, [error for error, _, _ in some])
        say(f"  inside {sum(one for _, one, _ in some)}, {fmean(width for _, _, width in some):.1f} % wide")


def spread(label: str, errors: Sequence[float]) -> None:
    """A line about errors in percent."""
    sizes = [abs(one) for one in errors]
    say(f"{label:14} mean {fmean(sizes):5.2f} %  worst {max(sizes):5.2f} %  of {len(sizes)}")


def say(line: str) -> None:
    """A line of the answer, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
