"""Runs the command line in this process.

Enters: argv. Leaves: `Done`. Must hold: standard output and error are those of the process, bytes and all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from analyzer.cli import main


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def kweigh(capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Runs a command line in this process."""

    def run(*argv: str | Path) -> Done:
        with pytest.raises(SystemExit) as stopped:
            main([str(word) for word in argv])
        out, err = capfd.readouterr()
        return Done(stopped.value.code if isinstance(stopped.value.code, int) else 0, out, err)

    return run


Kweigh = Callable[..., Done]
