"""How often a set to turn off is proved to be the least: `python -m tests.benchmarks.least TREE [ARCH] [COUNT]`.

Enters: a tree. Leaves: a line for each symbol (others that change, proved or not, seconds of CPU for all and for the
proof), and their sums. The symbols are CRYPTO_CTR and ACPI_BUTTON, and others drawn with a fixed seed from those that
are on in the defconfig, have a prompt, stand in no choice and stay on when only they are turned off.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from time import process_time

from analyzer import deps
from analyzer.pipeline import OpenTree, TreeRequest, open_tree
from analyzer.pipeline.commands.doctor import aids, answered
from kweigh.cache import programs

NAMED = ("CRYPTO_CTR", "ACPI_BUTTON")


def held(opened: OpenTree) -> Iterator[str]:
    """The symbols, those named first."""
    config = answered(opened, opened.resolve("defconfig"))
    alone = aids(opened, config).resolve_with
    names = [
        name
        for name, symbol in config.model.symbols.items()
        if symbol.is_tristate_valued
        and symbol.prompt
        and symbol.choice is None
        and config.values[name] != "n"
        and name not in NAMED
    ]
    random.Random(1).shuffle(names)
    yield from (name for name in NAMED if name in config.model.symbols)
    yield from (name for name in names if alone({name: "n"}).values[name] != "n")


def main(argv: Sequence[str]) -> None:
    """See the top of this file."""
    arch = argv[1] if len(argv) > 1 else "x86_64"
    count = int(argv[2]) if len(argv) > 2 else 30
    opened = open_tree(TreeRequest(root=Path(argv[0]).absolute(), arch=arch, cache=programs()))
    config = answered(opened, opened.resolve("defconfig"))
    fixed = proved = 0
    total = 0.0
    for name in islice(held(opened), count):
        started = process_time()
        found = deps.removal(config, name, aids(opened, config))
        seconds = process_time() - started
        total += seconds
        fixed += found.remedy.status == "verified"
        proved += found.least is True
        others = len(found.remedy.changes) + sum(one.name != name for one in found.remedy.assignments)
        told = f"{others} others{', proved to be the fewest' if found.least else ''}"
        sys.stdout.write(
            f"{name}: {told if found.remedy.status == 'verified' else found.remedy.status}, {seconds:.1f} s\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"{fixed} can be turned off, {proved} proved, {total:.0f} s of CPU\n")


if __name__ == "__main__":
    main(sys.argv[1:])
