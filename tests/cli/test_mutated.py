"""Rule: whatever is damaged in an input, a command answers or says one line: no traceback, no crash, no endless run.

Enters: a fixed seed of tests/benchmarks/mutated.py, which runs as many as one likes. Leaves: nothing.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from analyzer.cli.commands import kweigh as group
from tests.benchmarks import mutations

ROOT = Path(__file__).parents[2]
COUNT = 200


def test_damaged_inputs() -> None:
    words = ("--seed", "2026", "--count", str(COUNT), "--jobs", "1")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.mutated", *words],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f": {COUNT} inputs, 0 failures (" in done.stdout


def test_every_command_is_asked() -> None:
    assert {command for _, command, _ in mutations.LINES} == set(group.commands)


def test_no_line_asks_for_a_build(tmp_path: Path) -> None:
    inputs = mutations.here(tmp_path)
    for number in range(3000):
        case = mutations.drawn(inputs, random.Random(number))
        assert "--build" not in case.words
        on_a_tree = any(word.startswith("../") for word in case.words)
        assert case.words[0] not in {"measure", "certify"} or not on_a_tree
        assert case.words[0] != "weigh" or case.words[case.words.index("--builds") + 1] == "0"
        assert all(tmp_path in path.parents for path in case.files)
