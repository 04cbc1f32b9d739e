"""Kills a search at random moments: `python -m tests.benchmarks.kill_shrink --kills 10 --seed 1`.

Enters: how often, by which chance. Leaves: a line for each kill, exit status 1 where the end is another one than
undisturbed. Must hold: kills are SIGKILL; the search, its ledger and its file are real, builds are a rule of
tests/pipeline/weighed_tree.py and a pause; only what was started here is killed.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from analyzer import configs
from analyzer.model.config import ResolvedConfig
from analyzer.model.size import Built
from analyzer.pipeline.build.building import BuildSetup
from analyzer.pipeline.commands import shrink_file, shrink_judge
from analyzer.pipeline.commands.shrink import Wanted, shrink
from analyzer.pipeline.commands.shrink_lines import Keep
from analyzer.pipeline.commands.weigh import Budget
from analyzer.sizes.ledger import Ledger
from tests.pipeline.weighed_tree import NAMES, build, opened_in

_PAUSE = 0.2
_NEEDED = ("O1", "O4")


class _Test:
    words = "needs O1 and O4"
    digest = "O1 O4"
    targets = ()

    def check(self) -> None:
        """It takes nothing."""

    def run(self, built: Built, place: Path) -> tuple[str, str, str]:
        time.sleep(_PAUSE)
        lacking = [name for name in _NEEDED if f"CONFIG_{name}=y" not in built.config]
        return (f"no {lacking[0]}" if lacking else ""), "test", ""


def search(folder: Path) -> None:
    """One run, as far as it gets."""

    def into_ledger(config: ResolvedConfig, setup: BuildSetup, progress: object) -> object:
        assert setup.ledger is not None
        time.sleep(_PAUSE)
        build(setup.ledger, config)
        return SimpleNamespace(folder=folder, boot=None, config=configs.dotconfig(config))

    vars(shrink_judge)["into_ledger"] = into_ledger
    start = folder / "all.config"
    start.write_text("".join(f"CONFIG_{name}=y\n" for name in NAMES))
    opened = opened_in(folder / "tree")
    wanted = Wanted(
        config=opened.resolve(str(start)),
        called="all.config",
        base=None,
        keep=Keep(symbols={}),
        words=(),
        tests=[_Test()],
        file=folder / "shrunk.config",
    )
    shrink(opened, wanted, BuildSetup(scratch=folder, ledger=folder / "ledger"), Budget())


def run(folder: Path, seconds: float | None) -> bool:
    """A run in a process of its own, killed after so many seconds (None: never); whether it came to its end."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen([sys.executable, "-m", __spec__.name, "--search", str(folder)])
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


def builds(folder: Path) -> int:
    """How many builds a ledger has; it is looked through as a whole."""
    path = folder / "ledger"
    if not path.is_file():
        return 0
    with Ledger.open_to_read(path) as ledger:
        ledger.check()
        return sum(1 for _ in ledger.builds())


def main() -> None:
    """Kill, go on, compare."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kill_shrink")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--search", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.search is not None:
        search(given.search)
        return
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as place:
        calm, disturbed = Path(place) / "calm", Path(place) / "disturbed"
        began = time.monotonic()
        run(calm, None)
        whole = time.monotonic() - began
        killed = 0
        while killed < given.kills:
            after = chance.uniform(0.1, 0.9) * whole
            if run(disturbed, after):
                # It came to its end: from the beginning again.
                (disturbed / "ledger").unlink()
                continue
            killed += 1
            there = (disturbed / "shrunk.config").is_file() and shrink_file.read(disturbed / "shrunk.config")
            sys.stdout.write(
                f"kill {killed} after {after:.1f} s: {builds(disturbed)} builds, "
                f"{f'{len(there.lines)} lines' if there else 'no file yet'}\n"
            )
        run(disturbed, None)
        ends = [(one / "shrunk.config").read_text().replace(str(one), "") for one in (calm, disturbed)]
        sys.stdout.write(f"{'the same end' if ends[0] == ends[1] else 'another end'}: {len(ends[0])} characters\n")
    sys.exit(ends[0] != ends[1])


if __name__ == "__main__":
    main()
