"""Builds the twelve frozen sets of options: `python -m tests.benchmarks.frozen --tree TREE --ledger LEDGER …`.

Enters: a tree (Linux 6.1.192), a ledger that nobody learns from, where builds are made. Leaves: what each set weighs,
for `tests.benchmarks.estimates` to compare with (fixtures/sizes/estimates-measured.jsonl). Must hold: a build that the
ledger has is not made again, so that it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from analyzer.pipeline import TreeRequest, open_tree
from analyzer.pipeline.build.building import BuildSetup, into_ledger
from analyzer.pipeline.bytes.known import Known
from analyzer.pipeline.opening import silent
from analyzer.pipeline.settings import with_settings
from kweigh.cache import folder as cache_folder
from tests.benchmarks.estimates import FROZEN, MEASURED


def main() -> None:
    """Build, and write what they weigh."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.frozen")
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    opened = open_tree(TreeRequest(root=given.tree, arch="x86_64", cache=cache_folder()))
    base = opened.resolve("tinyconfig")
    setup = BuildSetup(scratch=given.scratch, ledger=given.ledger, jobs=given.jobs, targets=("bzImage",))
    rows: list[str] = []
    for case in (json.loads(line) for line in FROZEN.read_text().splitlines()[1:]):
        config = opened.resolved(with_settings(base, dict.fromkeys(case["options"], "y"), place="validation"))
        if not Known(given.ledger).has(config):
            into_ledger(config, setup, silent)
        built = Known(given.ledger).build(config)
        assert built is not None
        assert built.weight is not None
        assert built.boot is not None
        weight = built.weight
        told = {"case": case["case"], "content": weight.content, "loaded": weight.loaded, "boot": built.boot}
        rows.append(json.dumps(told | {"classes": weight.classes}))
        sys.stdout.write(f"{rows[-1]}\n")
        sys.stdout.flush()
    MEASURED.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
