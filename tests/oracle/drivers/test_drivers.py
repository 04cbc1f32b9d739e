"""Rule: of real drivers every call of the DMA API is read, and what is called broken is what reading them confirmed.

Enters: a real tree; findings.toml. Must hold: calls are counted apart from our reading, by their names in the text
without comments and strings.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from analyzer.drivers import study
from analyzer.drivers.api import calls
from tests.oracle.conftest import trees_where

FOUND: dict[str, list[str]] = tomllib.loads((Path(__file__).parent / "findings.toml").read_text())
READ = ("linux-source-6.1", "linux-source-7.3")
_SILENT = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
_CALL = re.compile(rf"(?<![\w.>])({'|'.join(calls())})\s*\(")


def _counted(file: Path) -> set[tuple[int, str]]:
    text = _SILENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), file.read_text(errors="replace"))
    return {(text.count("\n", 0, found.start()) + 1, found[1]) for found in _CALL.finditer(text)}


@trees_where(lambda root: root.name in READ)
@pytest.mark.parametrize("driver", FOUND)
def test_driver(linux_tree: Path, driver: str) -> None:
    file = linux_tree / driver
    if not file.is_file():
        pytest.skip("this tree has no such driver any more")
    found = study(file)
    ours = {(call.at.line, call.function) for call in found.calls if call.at.path == str(file)}
    assert {one for one in ours if one[1] != "DMA_MAPPING_ERROR"} == _counted(file)
    assert sorted({f"{one.call.inside} {one.rule.name}" for one in found.broken}) == FOUND[driver]
