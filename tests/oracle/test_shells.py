"""Rule: Tab in a real bash, zsh and fish gives names, and nothing else ever stands on the screen.

Enters: each real tree. Leaves: nothing. Must hold: whatever the word is, and whatever goes wrong.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracle.shells import SHELLS, Shell, shell

REPOSITORY = Path(__file__).parents[2]
FAULTS = ("Traceback", "Error", "a bug of", "Exception", "kweigh:")


@pytest.fixture(params=SHELLS)
def at_work(request: pytest.FixtureRequest, linux_tree: Path, tmp_path: Path) -> Iterator[Shell]:
    """A shell, with the tree as ~/linux."""
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param}")
    program = tmp_path / "bin" / "kweigh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from analyzer.start import main; main()" "$@"\n')
    program.chmod(0o755)
    (tmp_path / "linux").symlink_to(linux_tree)
    (tmp_path / "fix.patch").touch()
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(REPOSITORY),
        "XDG_CACHE_HOME": str(Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")),
        "KWEIGH_PATIENCE": "100",
    }
    with shell(request.param, environment) as found:
        yield found


WORDS = (
    ("kweigh ana", "lyze"),
    ("kweigh analyze --tree ~/linux --arch x86_64 x86_64_d", "efconfig"),
    ("kweigh matrix --tree ~/linux --arch s3", "90"),
    ("kweigh why --tree ~/linux --arch x86_64 KASAN_SW", "_TAGS"),
    ("kweigh query --tree ~/linux --arch x86_64 KASAN_SW", "_TAGS"),
    ("kweigh why --tree ~/linux NO_SUCH_", ""),
    ("kweigh analyze --tree ~/linu", "x"),
    ("kweigh series ~/fi", "x.patch"),
    ("kweigh review --tree ~/linux ~/fi", "x.patch"),
    ("kweigh shrink --tree ~/linux --keep KASAN_SW", "_TAGS"),
    ("kweigh why --tree ~/nowhere KASAN_SW", ""),
    ("kweigh why --arch vax --tree ~/linux KASAN_SW", ""),
)


def test_tab_gives_names_and_nothing_else(at_work: Shell) -> None:
    for words, added in WORDS:
        found = at_work.tab(words)
        # Behind a folder some put a slash.
        assert found.line.removesuffix("/") == words + added
        assert not [fault for fault in FAULTS if fault in found.screen]
