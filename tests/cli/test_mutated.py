"""Rule: whatever is damaged in an input, a command answers or says one line: no traceback, no crash, no endless run.

Enters: a fixed seed of tests/benchmarks/mutated.py, which runs as many as one likes. Leaves: nothing.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from analyzer.cli.group import kweigh as group
from tests.benchmarks import mutated, mutations

ROOT = Path(__file__).parents[2]
COUNT = 60


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


def _raises(words: Sequence[str]) -> None:
    raise ValueError(words)


def _runs(words: Sequence[str]) -> None:
    while words:
        pass


def _says(words: Sequence[str]) -> None:
    sys.stderr.write("kweigh: all is well\n")
    sys.exit(4)


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        (_says, ""),
        (_raises, "exit 99: Traceback: ValueError: ['analyze']"),
        (lambda _: sys.exit(70), "exit 70: "),
        (lambda _: os.kill(os.getpid(), signal.SIGSEGV), "exit -11: "),
        (lambda _: bytearray(2 * mutated.MEMORY), "over 1 GB"),
        (_runs, "over 1 s of CPU"),
    ],
)
def test_what_is_a_failure(
    command: Callable[[Sequence[str]], None], wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(mutated, "run", command)
    monkeypatch.setattr(mutated, "SECONDS", 1)
    case = mutations.Case(words=("analyze",), files={tmp_path / "work" / "config": b"A"}, what="")
    found = mutated.outcome(case).wrong()
    assert found.startswith(wrong) if wrong else not found
    assert not (tmp_path / "work" / "config").exists()
