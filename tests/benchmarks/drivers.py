"""What reading drivers finds on a whole tree: `python -m tests.benchmarks.drivers TREE drivers/net drivers/mmc`.

Enters: a tree and folders in it. Leaves: a line for each file with something broken, then the sums. Must hold: every C
file with a call of the DMA API is read; one that can't be read is counted, not left out.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from pathlib import Path

from analyzer.drivers import study
from analyzer.drivers.api import calls
from analyzer.errors import AnalyzerError

_CALL = re.compile(rf"\b(?:{'|'.join(calls())})\s*\(")


def main(tree: Path, folders: list[str]) -> None:
    """Prints the lines and sums."""
    sums: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    slowest = 0.0
    for file in sorted(file for folder in folders for file in (tree / folder).rglob("*.c")):
        if not _CALL.search(file.read_text(errors="replace")):
            continue
        begun = time.process_time()
        sums["files"] += 1
        try:
            found = study(file, shown=str(file.relative_to(tree)))
        except AnalyzerError as error:
            sums["not read"] += 1
            print(error.line())
            continue
        slowest = max(slowest, time.process_time() - begun)
        sums["calls"] += len({(call.at, call.function) for call in found.calls})
        sums["undecided"] += len(found.undecided)
        sums["calls not read"] += len(found.unread)
        sums["files with a broken rule"] += bool(found.broken)
        for one in found.broken:
            rules[one.rule.value] += 1
            print(f"{one.call.where}: {one.call.inside}(): {one.rule.value}: {one.because}")
    print({**sums, "slowest file, CPU s": round(slowest, 2)})
    print(dict(rules))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
